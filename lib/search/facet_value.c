/*
 * facet_value.c - the values of a keyword field, by how many matches have them.
 *
 * Layer: search. Counted by ordinal, which is one addition a value; the
 * bytes are looked up once a segment and value, when the segment is over.
 */
#include <stdlib.h>
#include <string.h>

#include "search/facet_impl.h"
#include "segment/dict.h"

#define STEP_MAX 32 /* ordinals further on than that are sought */

int ik_facet_value_begin(struct ik_facet_run *f, ink_error *err)
{
	ik_free(f->by_ord);
	f->by_ord = ik_zarray((size_t)f->column.part->terms, sizeof *f->by_ord);
	return f->by_ord != NULL ? 0 : ik_fail_nomem(err);
}

/* A document holds an ordinal once, whatever it was given. */
void ik_facet_value_add(struct ik_facet_run *f, uint32_t doc)
{
	uint64_t first;
	uint32_t n = ik_column_span(&f->column, doc, &first);

	for (uint32_t i = 0; i < n; i++)
		f->by_ord[ik_column_at(&f->column, first + i)]++;
}

/* ---- the end of a segment ---- */

static int descending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x < y) - (x > y);
}

/*
 * With one segment the counts are final: drop those that cannot be among the
 * first `limit` before their bytes are looked up. Of those that tie with the
 * last one, the first in byte order stay, and that is the order of ordinals.
 */
static int prune(struct ik_facet_run *f, ink_error *err)
{
	size_t terms = (size_t)f->column.part->terms, n = 0, limit = f->spec->limit, ties;
	uint32_t *counts, least;

	for (size_t i = 0; i < terms; i++)
		n += f->by_ord[i] != 0;
	if (n <= limit)
		return 0;
	counts = ik_array(n, sizeof *counts);
	if (counts == NULL)
		return ik_fail_nomem(err);
	n = 0;
	for (size_t i = 0; i < terms; i++)
		if (f->by_ord[i] != 0)
			counts[n++] = f->by_ord[i];
	qsort(counts, n, sizeof *counts, descending);
	least = limit > 0 ? counts[limit - 1] : UINT32_MAX;
	for (ties = 0; ties < limit && counts[limit - 1 - ties] == least;)
		ties++;
	for (size_t i = 0; i < terms; i++) {
		if (f->by_ord[i] > least)
			continue;
		if (f->by_ord[i] == least && ties > 0)
			ties--;
		else
			f->by_ord[i] = 0;
	}
	ik_free(counts);
	return 0;
}

static int count_value(struct ik_facet_run *f, const struct ik_dict_iter *it, uint32_t count,
                       ink_error *err)
{
	struct ik_facet_value *value;
	int added;
	uint32_t i = ik_map_add(&f->map, it->term.data, it->term.len, &added);

	if (i == IK_MAP_NONE)
		return ik_fail_nomem(err);
	if (!added) {
		f->values.v[i].count += count;
		return 0;
	}
	value = ik_vec_push(&f->values);
	if (value == NULL)
		return ik_fail_nomem(err);
	value->text = ik_arena_strndup(&f->scratch, (const char *)it->term.data, it->term.len);
	value->len = it->term.len;
	value->count = count;
	return value->text != NULL ? 0 : ik_fail_nomem(err);
}

/* Walk to an ordinal that is not before the walk: 1, 0 at the end, or an error. */
static int walk_to(struct ik_dict_iter *it, uint64_t *next, uint64_t ord, ink_error *err)
{
	int rc = 1;

	if (ord - *next > STEP_MAX) {
		rc = ik_dict_iter_seek_ord(it, ord, err);
		if (rc != 0)
			return rc;
		*next = ord;
	}
	for (; rc >= 0 && *next <= ord; ++*next) {
		rc = ik_dict_iter_next(it, err);
		if (rc != 1)
			return rc;
	}
	return rc;
}

int ik_facet_value_end(struct ik_facet_run *f, ink_error *err)
{
	struct ik_dict_iter it;
	uint64_t next = 0;
	int rc = f->alone ? prune(f, err) : 0;

	ik_dict_iter_open(&it, f->seg, f->column.part->part);
	for (uint64_t ord = 0; rc == 0 && ord < f->column.part->terms; ord++) {
		if (f->by_ord[ord] == 0)
			continue;
		rc = walk_to(&it, &next, ord, err);
		if (rc == 0)
			rc = ik_segment_corrupt(f->seg, err, "dictionary",
			                        "fewer terms than it says");
		else if (rc == 1)
			rc = count_value(f, &it, f->by_ord[ord], err);
	}
	ik_dict_iter_free(&it);
	ik_free(f->by_ord);
	f->by_ord = NULL;
	return rc;
}

/* ---- the end of the search ---- */

static int by_count(const void *a, const void *b)
{
	const struct ik_facet_value *x = a, *y = b;
	size_t least = x->len < y->len ? x->len : y->len;
	int order;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	order = memcmp(x->text, y->text, least);
	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

int ik_facet_value_finish(struct ik_facet_run *f, struct ik_arena *results, struct ik_facet *out,
                          ink_error *err)
{
	size_t n = f->values.n < f->spec->limit ? f->values.n : f->spec->limit;

	if (f->values.n > 1)
		qsort(f->values.v, f->values.n, sizeof *f->values.v, by_count);
	out->counts = ik_arena_array(results, n + 1, sizeof *out->counts);
	if (out->counts == NULL)
		return ik_fail_nomem(err);
	for (; out->n < n; out->n++) {
		const struct ik_facet_value *value = &f->values.v[out->n];
		struct ik_facet_count *to = &out->counts[out->n];

		to->value = ik_arena_strndup(results, value->text, value->len);
		to->len = value->len;
		to->count = value->count;
		if (to->value == NULL)
			return ik_fail_nomem(err);
	}
	return 0;
}

void ik_facet_value_free(struct ik_facet_run *f)
{
	ik_free(f->by_ord);
	f->by_ord = NULL;
	ik_map_free(&f->map);
	ik_vec_free(&f->values);
	ik_arena_free(&f->scratch);
}
