/*
 * fuzz_column.c - a column of any bytes: no value comes from outside, ordinals stay in bounds.
 * Three bytes say which kind and how many documents.
 */
#include "fuzz.h"
#include "segment/column.h"

static void column_read(const struct ik_column *column)
{
	for (uint32_t doc = 0; doc < column->n_docs; doc++) {
		uint64_t first;
		uint32_t n = ik_column_span(column, doc, &first);

		image_need(n == 0 || first + n <= column->n_values || !column->multi,
		           "values behind the last one");
		for (uint32_t i = 0; i < n && i < 64; i++) {
			int64_t v = ik_column_at(column, first + i);

			image_need(column->part == NULL || (uint64_t)v < column->part->terms,
			           "an ordinal out of bounds");
		}
	}
	for (uint32_t r = 0; column->zones != NULL && r < ik_range_count(column->n_docs); r++) {
		int64_t lo, hi;

		(void)ik_column_zone(column, r, &lo, &hi);
	}
}

FUZZ(column)
{
	struct ik_part_info part = {.part = 2, .terms = 50};
	uint8_t table[IK_SECTION_LEN] = {0}, *bytes;
	struct ik_in in = {0};
	struct ik_segment seg = {.in = &in, .parts = &part, .n_parts = 1, .table = table,
	                         .n_sections = 1};
	char name[] = "column";
	struct ik_column column;
	ink_error err = {0};
	int numbers;

	if (len < 3)
		return 0;
	numbers = data[0] % 2 == 0;
	seg.name = name;
	seg.n_docs = 1 + ik_load16(data + 1) % 2000;
	bytes = fuzz_copy(data + 3, len - 3, 64);
	in.data = bytes;
	in.len = len - 3;
	ik_store32(table, numbers ? IK_SECTION_NUMBERS : IK_SECTION_ORDINALS);
	ik_store32(table + 4, 1);
	ik_store64(table + 16, len - 3);
	if (image_said(numbers ? ik_column_numbers(&seg, 1, &column, &err)
	                       : ik_column_ordinals(&seg, 1, &column, &err), &err) == 1)
		column_read(&column);
	free(bytes);
	return 0;
}
