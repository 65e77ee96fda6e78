/*
 * facet_range.c - numbers and dates, by the range that they are in.
 *
 * Layer: search. Bounds become values of the column once, so that a value is
 * compared as it is stored: an integer that no double holds falls on the
 * right side all the same.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/date.h"
#include "search/facet_impl.h"

#define LABEL_MAX 40

/* The least integer at or past the bound: 1, or 0 when all integers are before it. */
static int from_integer(double bound, int64_t *out)
{
	bound = ceil(bound);
	if (!(bound < 9223372036854775808.0))
		return 0;
	*out = bound < -9223372036854775808.0 ? INT64_MIN : (int64_t)bound;
	return 1;
}

int ik_facet_range_new(struct ik_facet_run *f, struct ik_arena *arena, ink_error *err)
{
	size_t n = f->spec->n;

	f->from = ik_arena_array(arena, n + 1, sizeof *f->from);
	f->counts = ik_arena_zalloc(arena, (n + 1) * sizeof *f->counts);
	f->seen = ik_arena_array(arena, n + 1, sizeof *f->seen);
	if (f->from == NULL || f->counts == NULL || f->seen == NULL)
		return ik_fail_nomem(err);
	for (f->n_from = 0; f->n_from <= n; f->n_from++) {
		int64_t *from = &f->from[f->n_from];
		double bound = f->spec->bounds[f->n_from];

		if (f->type == INK_F64)
			*from = ik_column_from_f64(bound);
		else if (!from_integer(bound, from))
			break;
	}
	return 0;
}

void ik_facet_range_begin(struct ik_facet_run *f)
{
	memset(f->seen, 0, (f->spec->n + 1) * sizeof *f->seen);
}

/* How many bounds a value has reached. */
static size_t reached(const struct ik_facet_run *f, int64_t v)
{
	size_t lo = 0, hi = f->n_from;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v >= f->from[mid])
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void ik_facet_range_add(struct ik_facet_run *f, uint32_t doc)
{
	uint64_t first;
	uint32_t n = ik_column_span(&f->column, doc, &first);

	for (uint32_t i = 0; i < n; i++) {
		size_t r = reached(f, ik_column_at(&f->column, first + i));

		if (r == 0 || r > f->spec->n || f->seen[r - 1] == doc + 1)
			continue;
		f->seen[r - 1] = doc + 1;
		f->counts[r - 1]++;
	}
}

/* A bound as text; a date that ISO 8601 cannot hold is a number. */
static void put_bound(const struct ik_facet_run *f, double bound, char out[LABEL_MAX])
{
	if (f->type == INK_DATE && fabs(bound) < 9e15 &&
	    ik_date_format((int64_t)floor(bound), out, LABEL_MAX, NULL) == 0)
		return;
	ik_number_put_f64(bound, out);
}

int ik_facet_range_finish(struct ik_facet_run *f, struct ik_arena *results, struct ik_facet *out,
                          ink_error *err)
{
	out->counts = ik_arena_array(results, f->spec->n + 1, sizeof *out->counts);
	if (out->counts == NULL)
		return ik_fail_nomem(err);
	for (; out->n < f->spec->n; out->n++) {
		struct ik_facet_count *to = &out->counts[out->n];
		char lo[LABEL_MAX], hi[LABEL_MAX], label[2 * LABEL_MAX + 2];
		int len;

		put_bound(f, f->spec->bounds[out->n], lo);
		put_bound(f, f->spec->bounds[out->n + 1], hi);
		len = snprintf(label, sizeof label, "%s..%s", lo, hi);
		to->len = (size_t)len;
		to->value = ik_arena_strndup(results, label, to->len);
		to->count = f->counts[out->n];
		if (to->value == NULL)
			return ik_fail_nomem(err);
	}
	return 0;
}
