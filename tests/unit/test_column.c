/* test_column.c - columns: every width, one and several values, zones, doubles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "gen_segment.h"

#include "base/bits.h"

#define N 1000

struct column {
	uint32_t docs[4 * N];
	int64_t values[4 * N];
	size_t n;
};

static struct column *fill(uint64_t seed, uint64_t span, int64_t base, unsigned per_doc, int gaps)
{
	struct column *c = calloc(1, sizeof *c);

	for (uint32_t d = 0; d < N; d++) {
		uint64_t h = gen_mix(seed * 5000 + d), v = 0;
		unsigned n = per_doc == 1 ? 1 : (unsigned)(h % (per_doc + 1));

		if (gaps && h % 3 == 0)
			continue;
		for (unsigned k = 0; k < n; k++) {
			/* Ascending within the document, up to the whole span. */
			v += span == UINT64_MAX ? gen_mix(h + k) / n
			                        : gen_mix(h + k) % (span / n + 1);
			c->docs[c->n] = d;
			c->values[c->n++] = (int64_t)((uint64_t)base + v);
		}
	}
	return c;
}

static struct ik_segment *write_numbers(struct ik_dir *dir, const struct column *c)
{
	struct ik_segment_writer *w;
	struct ik_segment *seg;
	uint64_t bytes;
	ink_error err;

	assert_int_equal(ik_segment_create(dir, "seg", N, 0.9, 0.4, &w, &err), 0);
	assert_int_equal(ik_segment_put_numbers(w, 5, c->docs, c->values, c->n, &err), 0);
	assert_int_equal(ik_segment_finish(w, &bytes, &err), 0);
	assert_int_equal(ik_segment_open(dir, "seg", &seg, &err), 0);
	return seg;
}

static void compare_zones(const struct ik_column *column, const struct column *c)
{
	for (uint32_t r = 0; r < ik_range_count(N); r++) {
		int64_t want_lo = INT64_MAX, want_hi = INT64_MIN, lo, hi;

		for (size_t i = 0; i < c->n; i++)
			if (c->docs[i] / IK_RANGE == r) {
				want_lo = c->values[i] < want_lo ? c->values[i] : want_lo;
				want_hi = c->values[i] > want_hi ? c->values[i] : want_hi;
			}
		assert_int_equal(ik_column_zone(column, r, &lo, &hi), want_lo <= want_hi);
		assert_true(lo == want_lo && hi == want_hi);
	}
}

static void compare(const struct ik_column *column, const struct column *c)
{
	size_t i = 0;

	assert_int_equal(column->n_values, c->n);
	for (uint32_t d = 0; d < N; d++) {
		uint64_t first;
		uint32_t n = ik_column_span(column, d, &first);

		for (uint32_t k = 0; k < n; k++, i++) {
			assert_int_equal(c->docs[i], d);
			assert_true(ik_column_at(column, first + k) == c->values[i]);
		}
	}
	assert_int_equal(i, c->n);
}

static void test_numbers_of_every_width_come_back(void **state)
{
	static const uint64_t spans[] = {
		0,         1,         255,        256,
		65535,     65536,     UINT32_MAX, (uint64_t)UINT32_MAX + 1,
		INT64_MAX, UINT64_MAX};
	uint32_t widths = 0;

	for (size_t s = 0; s < sizeof spans / sizeof spans[0]; s++)
		for (unsigned kind = 0; kind < 4; kind++) {
			int64_t base = spans[s] > INT64_MAX ? INT64_MIN : -7;
			struct column *c =
				fill(s, spans[s], base, kind < 2 ? 1 : 3, kind % 2 == 1);
			struct ik_segment *seg = write_numbers(*state, c);
			struct ik_column column;
			ink_error err;

			assert_int_equal(ik_column_numbers(seg, 5, &column, &err), 1);
			assert_int_equal(column.multi, kind >= 2);
			assert_int_equal(column.present != NULL, kind == 1);
			widths |= 1u << column.width;
			compare(&column, c);
			compare_zones(&column, c);
			assert_int_equal(ik_column_ordinals(seg, 5, &column, &err), 0);
			assert_int_equal(ik_column_numbers(seg, 6, &column, &err), 0);
			ik_segment_unref(seg);
			free(c);
		}
	assert_int_equal(widths, 1u << 0 | 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8);
}

static void test_ranges_without_values_have_empty_zones(void **state)
{
	struct column *c = calloc(1, sizeof *c);
	struct ik_segment *seg;
	struct ik_column column;
	ink_error err;

	c->docs[0] = 600;
	c->values[0] = INT64_MIN;
	c->n = 1;
	seg = write_numbers(*state, c);
	assert_int_equal(ik_column_numbers(seg, 5, &column, &err), 1);
	compare(&column, c);
	compare_zones(&column, c);
	ik_segment_unref(seg);
	free(c);
}

static void test_no_value_means_no_column(void **state)
{
	struct column *c = calloc(1, sizeof *c);
	struct ik_segment *seg = write_numbers(*state, c);
	struct ik_column column;
	ink_error err;

	assert_int_equal(ik_column_numbers(seg, 5, &column, &err), 0);
	ik_segment_unref(seg);
	free(c);
}

/* A part with `terms` terms and a column of ordinals below `below`. */
static struct ik_segment *write_ords(struct ik_dir *dir, uint32_t terms, uint32_t below)
{
	const struct ik_part_desc desc = {10, 0, N, 0, NULL};
	struct ik_segment_writer *w;
	struct ik_segment *seg;
	uint32_t docs[N], ords[N];
	uint64_t bytes;
	ink_error err;

	assert_int_equal(ik_segment_create(dir, "seg", N, 0.9, 0.4, &w, &err), 0);
	assert_int_equal(ik_segment_begin_part(w, &desc, &err), 0);
	for (uint32_t t = 0; t < terms; t++) {
		char term[16];
		int len = sprintf(term, "%08u", (unsigned)t);

		assert_int_equal(ik_segment_begin_term(w, term, (size_t)len, &err), 0);
		assert_int_equal(ik_segment_posting(w, t % N, 1, NULL, &err), 0);
		assert_int_equal(ik_segment_end_term(w, &err), 0);
	}
	for (uint32_t d = 0; d < N; d++) {
		docs[d] = d;
		ords[d] = (uint32_t)(gen_mix(d) % below);
	}
	ords[0] = 0;
	ords[1] = below - 1;
	assert_int_equal(ik_segment_put_ordinals(w, 5, docs, ords, N, &err), 0);
	assert_int_equal(ik_segment_finish(w, &bytes, &err), 0);
	assert_int_equal(ik_segment_open(dir, "seg", &seg, &err), 0);
	return seg;
}

static void test_ordinals_come_back(void **state)
{
	struct ik_segment *seg = write_ords(*state, 700, 700);
	struct ik_column column;
	uint64_t first;
	ink_error err;

	assert_int_equal(ik_column_ordinals(seg, 5, &column, &err), 1);
	assert_ptr_equal(column.part, ik_segment_part(seg, 10));
	assert_null(column.zones);
	for (uint32_t d = 2; d < N; d++) {
		assert_int_equal(ik_column_span(&column, d, &first), 1);
		assert_int_equal(ik_column_at(&column, first), gen_mix(d) % 700);
	}
	ik_segment_unref(seg);
}

/* A facet counter indexes an array with ordinals, so a damaged one must not get out. */
static void test_ordinals_stay_below_the_number_of_terms(void **state)
{
	struct ik_segment *seg = write_ords(*state, 20, 200);
	struct ik_column column;
	uint64_t first;
	ink_error err;

	assert_int_equal(ik_column_ordinals(seg, 5, &column, &err), 1);
	for (uint32_t d = 0; d < N; d++) {
		ik_column_span(&column, d, &first);
		assert_in_range(ik_column_at(&column, first), 0, 19);
	}
	ik_segment_unref(seg);
	seg = write_ords(*state, 0, 20);
	assert_int_equal(ik_column_ordinals(seg, 5, &column, &err), INK_ECORRUPT);
	ik_segment_unref(seg);
}

/* Documents that share values could make a facet over all of them take for ever. */
static void test_values_of_documents_do_not_overlap(void **state)
{
	struct column *c = calloc(1, sizeof *c);
	struct ik_segment *seg;
	struct ik_column column;
	ink_error err;

	for (c->n = 0; c->n < 2 * N; c->n++) {
		c->docs[c->n] = (uint32_t)c->n / 2;
		c->values[c->n] = (int64_t)c->n;
	}
	seg = write_numbers(*state, c);
	assert_int_equal(ik_column_numbers(seg, 5, &column, &err), 1);
	ik_store32((uint8_t *)(uintptr_t)column.starts + 4 * 7, 2 * N);
	assert_int_equal(ik_column_numbers(seg, 5, &column, &err), 1); /* not asked again */
	atomic_store(&seg->checked, 0);
	assert_int_equal(ik_column_numbers(seg, 5, &column, &err), INK_ECORRUPT);
	assert_non_null(strstr(err.message, "starts"));
	ik_segment_unref(seg);
	free(c);
}

static void test_doubles_keep_their_order_as_integers(void **state)
{
	static const double in_order[] = {-INFINITY, -DBL_MAX, -1e10,   -1.5,    -1,  -DBL_MIN,
	                                  -4e-320,   0,        4e-320,  DBL_MIN, 0.1, 1,
	                                  1.5,       1e10,     DBL_MAX, INFINITY};
	size_t n = sizeof in_order / sizeof in_order[0];

	(void)state;
	for (size_t i = 0; i < n; i++) {
		int64_t v = ik_column_from_f64(in_order[i]);

		assert_true(ik_column_to_f64(v) == in_order[i]);
		if (i > 0)
			assert_true(ik_column_from_f64(in_order[i - 1]) < v);
	}
	assert_true(ik_column_from_f64(-0.0) == ik_column_from_f64(0.0));
}

static int make_dir(void **state)
{
	return ik_dir_mem((struct ik_dir **)state, NULL);
}

static int free_dir(void **state)
{
	ik_dir_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_of_every_width_come_back),
		cmocka_unit_test(test_ranges_without_values_have_empty_zones),
		cmocka_unit_test(test_no_value_means_no_column),
		cmocka_unit_test(test_ordinals_come_back),
		cmocka_unit_test(test_ordinals_stay_below_the_number_of_terms),
		cmocka_unit_test(test_values_of_documents_do_not_overlap),
		cmocka_unit_test(test_doubles_keep_their_order_as_integers),
	};

	return cmocka_run_group_tests(tests, make_dir, free_dir);
}
