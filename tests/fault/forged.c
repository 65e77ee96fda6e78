/*
 * forged.c - damage behind right checksums, so that the decoders themselves
 * have to look: bytes changed, sections and files in each other's place, a
 * document that stands twice, numbers of other versions and machines. Meant
 * for the sanitizers.
 *
 * With --full: all queries for each damage, and many more of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../support/gen.h"
#include "damage.h"

/* The larger one. */
static struct image_file *find_segment(void)
{
	size_t i = 0;

	while (strcmp(image.files[i].name, "seg-0000000000000001.ink") != 0)
		i++;
	return &image.files[i];
}

/* The best `limit` documents of a query: 0 or why not. */
static int find_best(const char *text, uint32_t limit, ink_error *err)
{
	struct ik_searcher *searcher;
	struct ik_snapshot *snap;
	struct ik_results *results;
	struct ik_query *query;
	struct ik_request r;
	int rc;

	image_ok(ik_snapshot_open(&image.base, &snap, err), err);
	image_ok(ik_searcher_open(snap, &searcher, err), err);
	image_ok(ik_query_parse(snap->schema, text, strlen(text), 0, &query, err), err);
	ik_request_init(&r, searcher, query);
	r.limit = limit;
	rc = ik_search_run(&r, &results, err);
	if (rc == 0)
		ik_results_free(results);
	ik_request_release(&r);
	ik_query_unref(query);
	ik_searcher_unref(searcher);
	ik_snapshot_unref(snap);
	return rc;
}

/* A form that the index does not have is not tried by what follows. */
static void test_the_index_has_lists_in_ranges(void **state)
{
	struct ik_segment *seg;
	unsigned short_lists = 0, ranges = 0;
	ink_error err;

	(void)state;
	image_ok(ik_segment_open(&image.base, find_segment()->name, &seg, &err), &err);
	for (size_t p = 0; p < seg->n_parts; p++) {
		struct ik_dict_iter it;

		ik_dict_iter_open(&it, seg, seg->parts[p].part);
		while (ik_dict_iter_next(&it, &err) == 1) {
			enum ik_post_form form = ik_post_form(it.info.df, seg->n_docs);

			short_lists += form == IK_FORM_SHORT;
			ranges += form == IK_FORM_RANGES;
		}
		ik_dict_iter_free(&it);
	}
	ik_segment_unref(seg);
	assert_true(short_lists > 0 && ranges > 2);
}

/* The same with right checksums: the decoders themselves have to look. */
static void test_checking_and_searching_forged_files(void **state)
{
	struct gen g = {full ? 5 : 6};

	(void)state;
	for (size_t i = 0; i < image.n; i++) {
		struct image_file *f = &image.files[i];
		uint8_t *was = malloc(f->len + 1);
		uint32_t rounds = full ? 4000 : f->len > 2000 ? 800 : 300;

		memcpy(was, f->data, f->len);
		for (uint32_t r = 0; r < rounds && f->len > 0; r++) {
			uint32_t at = gen_below(&g, (uint32_t)f->len);
			uint32_t changes = 1 + gen_below(&g, 3);
			ink_error err = {0};

			for (uint32_t c = 0; c < changes; c++) {
				uint32_t there = c == 0 ? at : gen_below(&g, (uint32_t)f->len);

				f->data[there] = gen_below(&g, 3) == 0
				                     ? (uint8_t)(0xff * gen_below(&g, 2))
				                     : (uint8_t)gen_next(&g);
			}
			image_forge(f);
			(void)image_check(&image, &err);
			damage_ask(full ? 0 : r % 8, full ? 1 : 8, f->name, at);
			memcpy(f->data, was, f->len);
			tried.forged++;
		}
		free(was);
	}
}

/* One file in the place of another one, and sections that changed places. */
static void test_files_and_sections_in_the_wrong_place(void **state)
{
	struct gen g = {9};

	(void)state;
	for (size_t i = 0; i < image.n; i++)
		for (size_t j = 0; j < image.n; j++) {
			struct image_file was = image.files[i];
			ink_error err = {0};

			if (i == j)
				continue;
			image.files[i].data = image.files[j].data;
			image.files[i].len = image.files[j].len;
			assert_int_not_equal(image_check(&image, &err), 0);
			damage_ask(0, 3, image.files[i].name, 0);
			image.files[i] = was;
		}
	for (size_t i = 0; i < image.n; i++) {
		struct image_file *f = &image.files[i];
		uint8_t *was, *table;
		uint32_t n;

		if (!image_is_segment(f))
			continue;
		was = malloc(f->len);
		memcpy(was, f->data, f->len);
		table = f->data + ik_load64(f->data + f->len - IK_FOOTER_LEN);
		n = ik_load32(f->data + f->len - IK_FOOTER_LEN + 8);
		for (unsigned r = 0; r < (full ? 2000 : 150); r++) {
			uint8_t *a = table + gen_below(&g, n) * IK_SECTION_LEN + 8;
			uint8_t *b = table + gen_below(&g, n) * IK_SECTION_LEN + 8;
			uint8_t t[16];
			ink_error err = {0};

			memcpy(t, a, 16);
			memmove(a, b, 16);
			memcpy(b, t, 16);
			image_forge(f);
			(void)image_check(&image, &err);
			damage_ask(r % 4, 4, f->name, 0);
			memcpy(f->data, was, f->len);
			tried.forged++;
		}
		free(was);
	}
}

/* Such a document would be scored twice, and the sum be more than there can be. */
static void test_a_document_that_stands_twice_is_damage(void **state)
{
	static const uint8_t docs[] = {0, 1, 2, 3, 4, 5, 6, 7}; /* of the second range */
	struct image_file *f = find_segment();
	uint8_t *was = malloc(f->len);
	ink_error err = {0};

	(void)state;
	memcpy(was, f->data, f->len);
	for (size_t at = 0; at + sizeof docs <= f->len; at++)
		if (memcmp(f->data + at, docs, sizeof docs) == 0)
			memset(f->data + at, 4, sizeof docs);
	image_forge(f);
	assert_int_equal(find_best("title:common", 5, &err), INK_ECORRUPT);
	assert_non_null(strstr(err.message, f->name));
	memcpy(f->data, was, f->len);
	free(was);
}

/* Right checksums around numbers of the other byte order, or of a later version. */
static void test_files_of_other_versions_and_machines(void **state)
{
	static const uint8_t versions[][4] = {{2}, {0}, {0, 0, 0, 1}, {255, 255, 255, 255}};

	(void)state;
	for (size_t i = 0; i < image.n; i++) {
		struct image_file *f = &image.files[i];
		uint8_t was[4];

		if (f->len == 0)
			continue;
		memcpy(was, f->data + 8, 4);
		for (size_t v = 0; v < sizeof versions / sizeof *versions; v++) {
			ink_error err = {0};

			memcpy(f->data + 8, versions[v], 4);
			image_forge(f);
			assert_int_equal(image_check(&image, &err), INK_EFORMAT);
			assert_non_null(strstr(err.message, f->name));
			assert_non_null(strstr(err.message, "version"));
			damage_ask(0, 7, f->name, 8);
		}
		memcpy(f->data + 8, was, 4);
		for (size_t k = 0; k < 4; k++) /* of documents, or bytes */
			was[k] = f->data[12 + k];
		for (size_t k = 0; k < 4; k++)
			f->data[12 + k] = was[3 - k];
		image_forge(f);
		damage_ask(0, 7, f->name, 12);
		memcpy(f->data + 12, was, 4);
		image_forge(f);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_index_has_lists_in_ranges),
		cmocka_unit_test(test_checking_and_searching_forged_files),
		cmocka_unit_test(test_files_and_sections_in_the_wrong_place),
		cmocka_unit_test(test_a_document_that_stands_twice_is_damage),
		cmocka_unit_test(test_files_of_other_versions_and_machines),
	};

	full = argc > 1 && strcmp(argv[1], "--full") == 0;
	return cmocka_run_group_tests(tests, damage_set_up, damage_tear_down);
}
