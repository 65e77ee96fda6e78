/*
 * xapian_facet.c - counting the matches by value.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. Xapian counts how
 * often each content of a value slot is among the matches, on servers too;
 * what the contents mean is seen to when it is done.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/xapian_find.h"
#include "base/mem.h"
#include "codec/varint.h"
#include "model/date.h"
#include "segment/column.h"

#define LABEL_MAX 40

/* ---- values ---- */

static int count_value(struct ik_xb_facet *f, const char *value, size_t len, uint64_t times)
{
	int added;
	uint32_t i = ik_map_add(&f->map, value, len, &added);
	struct ik_facet_count *c;

	if (i == IK_MAP_NONE)
		return ik_fail_nomem(f->err);
	if (!added) {
		f->counts.v[i].count += times;
		return 0;
	}
	c = ik_vec_push(&f->counts);
	if (c == NULL)
		return ik_fail_nomem(f->err);
	*c = (struct ik_facet_count){NULL, len, times};
	c->value = ik_arena_strndup(f->arena, value, len);
	return c->value != NULL ? 0 : ik_fail_nomem(f->err);
}

/* The most frequent first, ties by bytes. */
static int compare(const void *a, const void *b)
{
	const struct ik_facet_count *x = a, *y = b;
	size_t least = x->len < y->len ? x->len : y->len;
	int order = (x->count < y->count) - (x->count > y->count);

	if (order == 0 && least > 0)
		order = memcmp(x->value, y->value, least);
	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* ---- ranges ---- */

/* The least number at or past a bound: 1, or 0 when all are before it. */
static int from_bound(const struct ik_xb_facet *f, double bound, int64_t *out)
{
	if (f->type == INK_F64) {
		*out = ik_column_from_f64(bound);
		return 1;
	}
	bound = ceil(bound);
	if (!(bound < 9223372036854775808.0))
		return 0;
	*out = bound < -9223372036854775808.0 ? INT64_MIN : (int64_t)bound;
	return 1;
}

static int count_number(struct ik_xb_facet *f, const char *value, size_t len, uint64_t times)
{
	int64_t number = ik_xb_get_number(value, len), from;
	size_t lo = 0, hi = f->spec->n + 1;

	while (lo < hi) { /* how many bounds it has reached */
		size_t mid = lo + (hi - lo) / 2;

		if (from_bound(f, f->spec->bounds[mid], &from) && number >= from)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0 || lo > f->spec->n || f->seen[lo - 1] == f->contents)
		return 0;
	f->seen[lo - 1] = f->contents; /* once a document */
	f->counts.v[lo - 1].count += times;
	return 0;
}

/* Add what is in a slot of `times` documents. */
static int each_value(struct ik_xb_facet *f, const char *bytes, size_t len, uint64_t times)
{
	int (*count)(struct ik_xb_facet *, const char *, size_t, uint64_t) =
		f->spec->bounds != NULL ? count_number : count_value;
	const uint8_t *p, *end;
	int rc = 0;

	if (!f->multi) /* a NUL alone is the empty keyword */
		return count(f, bytes, len == 1 && bytes[0] == '\0' ? 0 : len, times);
	p = (const uint8_t *)bytes;
	end = p + len;
	while (rc == 0 && p < end) {
		uint64_t n = 0;

		p = ik_varint_get(p, end, &n);
		if (p == NULL || n > (size_t)(end - p))
			return ik_fail(f->err, INK_ECORRUPT, "slot %u: values that do not fit",
			               (unsigned)f->slot);
		rc = count(f, (const char *)p, (size_t)n, times);
		p += n;
	}
	return rc;
}

static void put_bound(const struct ik_xb_facet *f, double bound, char out[LABEL_MAX])
{
	if (f->type == INK_DATE && fabs(bound) < 9e15 &&
	    ik_date_format((int64_t)floor(bound), out, LABEL_MAX, NULL) == 0)
		return;
	ik_number_put_f64(bound, out);
}

static int open_ranges(struct ik_xb_facet *f)
{
	f->seen = ik_arena_zalloc(f->arena, (f->spec->n + 1) * sizeof *f->seen);
	if (f->seen == NULL)
		return ik_fail_nomem(f->err);
	for (size_t i = 0; i < f->spec->n; i++) {
		char lo[LABEL_MAX], hi[LABEL_MAX], label[2 * LABEL_MAX + 2];
		struct ik_facet_count *c = ik_vec_push(&f->counts);

		if (c == NULL)
			return ik_fail_nomem(f->err);
		put_bound(f, f->spec->bounds[i], lo);
		put_bound(f, f->spec->bounds[i + 1], hi);
		c->len = (size_t)snprintf(label, sizeof label, "%s..%s", lo, hi);
		c->count = 0;
		c->value = ik_arena_strndup(f->arena, label, c->len);
		if (c->value == NULL)
			return ik_fail_nomem(f->err);
	}
	return 0;
}

/* ---- a facet ---- */

int ik_xb_facet_open(struct ik_xb_facet *f, const struct ik_facet_spec *spec,
                     const struct ik_xb_map *map, struct ik_arena *arena, ink_error *err)
{
	const struct ik_field *field = &map->schema->fields[spec->field];
	int rc;

	memset(f, 0, sizeof *f);
	f->spec = spec;
	f->type = field->type;
	f->multi = (field->flags & INK_MULTI) != 0;
	f->arena = arena;
	f->err = err;
	if (map->foreign)
		return ik_fail(
			err, INK_EUNSUPPORTED,
			"field \"%s\": a database of another program has no values to count",
			field->name);
	f->slot = f->multi ? ik_xb_slot_all(spec->field) : ik_xb_slot(spec->field);
	rc = ik_xap_spy_values(f->slot, &f->spy, err);
	return rc == 0 && spec->bounds != NULL ? open_ranges(f) : rc;
}

static int count_all(struct ik_xb_facet *f)
{
	struct ik_xap_terms *walk = NULL;
	int rc = ik_xap_spy_top(f->spy, 0, &walk, f->err);

	while (rc == 0 && (rc = ik_xap_terms_next(walk, f->err)) == 1) {
		size_t len;
		const char *content = ik_xap_terms_text(walk, &len);
		uint64_t times;

		f->contents++;
		rc = ik_xap_terms_docs(walk, &times, f->err);
		if (rc == 0)
			rc = each_value(f, content, len, times);
	}
	ik_xap_terms_free(walk);
	return rc;
}

int ik_xb_facet_finish(struct ik_xb_facet *f, struct ik_facet *out)
{
	int rc = count_all(f);

	if (rc != 0)
		return rc;
	if (f->spec->bounds == NULL && f->counts.n > 1)
		qsort(f->counts.v, f->counts.n, sizeof *f->counts.v, compare);
	out->n = f->counts.n;
	if (f->spec->bounds == NULL && out->n > f->spec->limit)
		out->n = f->spec->limit;
	out->counts = ik_arena_array(f->arena, out->n + 1, sizeof *out->counts);
	if (out->counts == NULL)
		return ik_fail_nomem(f->err);
	if (out->n > 0)
		memcpy(out->counts, f->counts.v, out->n * sizeof *out->counts);
	return 0;
}

void ik_xb_facet_close(struct ik_xb_facet *f)
{
	ik_xap_spy_free(f->spy);
	ik_map_free(&f->map);
	ik_vec_free(&f->counts);
}
