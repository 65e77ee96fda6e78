/*
 * xapian_sorted.c - sorting by fields what servers find.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 *
 * A server sorts by one value, with documents that lack it where they happen
 * to come. So the first key is left to it, in two passes where those without
 * a value are wanted at the other end; as many rows are fetched as are wanted,
 * and all that tie with the last of them; the other keys sort these here.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/xapian_find.h"

#define SLACK 32 /* rows more than wanted: one of them often ends the tie */

/* ---- rows ---- */

static int compare_keys(const struct ik_xb_row *a, const struct ik_xb_row *b, size_t i,
                        uint32_t flags)
{
	size_t least = a->lens[i] < b->lens[i] ? a->lens[i] : b->lens[i];
	int order;

	if ((a->lens[i] == 0) != (b->lens[i] == 0))
		return ((flags & INK_SORT_MISSING_FIRST) != 0) == (a->lens[i] == 0) ? -1 : 1;
	order = least > 0 ? memcmp(a->keys[i], b->keys[i], least) : 0;
	if (order == 0)
		order = (a->lens[i] > b->lens[i]) - (a->lens[i] < b->lens[i]);
	return (flags & INK_SORT_DESC) != 0 ? -order : order;
}

static int compare(const void *x, const void *y)
{
	const struct ik_xb_row *a = x, *b = y;
	const struct ik_request *q = a->sorted->request;

	for (size_t i = 0; i < q->sorts.n; i++) {
		const struct ik_sort *sort = &q->sorts.v[i];
		int order = sort->field == IK_SORT_SCORE
		                    ? (a->score < b->score) - (a->score > b->score)
		                    : compare_keys(a, b, i, sort->flags);

		if (order != 0)
			return order;
	}
	return (a->doc > b->doc) - (a->doc < b->doc);
}

/* The values of a document that are sorted by. */
static int take_keys(struct ik_xb_sorted *s, struct ik_xap_doc *doc, struct ik_xb_row *row)
{
	const struct ik_request *q = s->request;
	const char **keys = ik_arena_zalloc(&s->results->found->arena, (q->sorts.n + 1) * sizeof *keys);
	size_t *lens = ik_arena_zalloc(&s->results->found->arena, (q->sorts.n + 1) * sizeof *lens);
	int rc = 0;

	if (keys == NULL || lens == NULL)
		return ik_fail_nomem(s->err);
	for (size_t i = 0; rc == 0 && i < q->sorts.n; i++) {
		const char *value;

		if (q->sorts.v[i].field == IK_SORT_SCORE)
			continue;
		rc = ik_xap_doc_value(doc, ik_xb_sort_slot(&s->results->shared->map, &q->sorts.v[i]),
		                      &value, &lens[i], s->err);
		keys[i] = rc == 0 ? ik_arena_strndup(&s->results->found->arena, value, lens[i]) : NULL;
		if (rc == 0 && keys[i] == NULL)
			rc = ik_fail_nomem(s->err);
	}
	row->keys = keys;
	row->lens = lens;
	return rc;
}

static int take_row(struct ik_xb_sorted *s, const struct ik_xap_mset *m, size_t i)
{
	struct ik_xb_row *row = ik_vec_push(&s->rows);
	struct ik_xap_doc *doc = NULL;
	struct ik_xap_hit hit;
	int rc;

	if (row == NULL)
		return ik_fail_nomem(s->err);
	rc = ik_xap_mset_hit(m, i, &hit, s->err);
	*row = (struct ik_xb_row){.sorted = s, .doc = hit.doc, .score = hit.weight};
	if (rc == 0 && s->request->sorts.n > 1)
		rc = ik_xap_mset_doc(m, i, &doc, s->err);
	if (doc != NULL)
		rc = take_keys(s, doc, row);
	ik_xap_doc_free(doc);
	return rc;
}

/* ---- passes ---- */

/* Do hits i and k have the same first key? Negative: a failure. */
static int tie(const struct ik_xb_sorted *s, struct ik_xap_mset *m, size_t i, size_t k)
{
	struct ik_xap_hit a, b;
	const char *key;
	size_t len;
	struct ik_buf first;
	int rc;

	if (s->request->sorts.v[0].field == IK_SORT_SCORE) {
		rc = ik_xap_mset_hit(m, i, &a, s->err);
		if (rc == 0)
			rc = ik_xap_mset_hit(m, k, &b, s->err);
		return rc != 0 ? rc : !(a.weight < b.weight || a.weight > b.weight);
	}
	ik_buf_init(&first, SIZE_MAX / 4);
	rc = ik_xap_mset_sort_key(m, i, &key, &len, s->err);
	if (rc == 0) {
		ik_buf_put(&first, key, len);
		rc = first.err != 0 ? ik_fail_nomem(s->err)
		                    : ik_xap_mset_sort_key(m, k, &key, &len, s->err);
	}
	if (rc == 0)
		rc = len == first.len && (len == 0 || memcmp(key, first.data, len) == 0);
	ik_buf_free(&first);
	return rc;
}

/* The first `want` hits and all that tie with the last of them. */
static int find(struct ik_xb_sorted *s, uint64_t want, struct ik_xap_mset **out)
{
	uint64_t ask = s->request->sorts.n > 1 ? want + SLACK : want;

	for (;;) {
		int rc = ik_xap_enquire_run(s->results->enquire, 0, ask, 0, NULL, out, s->err);
		size_t n;

		if (rc != 0 || s->request->sorts.n == 1)
			return rc;
		n = ik_xap_mset_len(*out);
		rc = n < ask ? 0 : tie(s, *out, (size_t)want - 1, n - 1);
		if (rc <= 0)
			return rc;
		ik_xap_mset_free(*out);
		*out = NULL;
		ask *= 2;
	}
}

static int pass(struct ik_xb_sorted *s, const struct ik_xap_query *query)
{
	struct ik_xap_mset *m = NULL;
	struct ik_xap_counts counts;
	int rc;

	if (s->rows.n >= s->want)
		return 0;
	rc = ik_xap_enquire_query(s->results->enquire, query, 0, s->err);
	if (rc == 0)
		rc = find(s, s->want - s->rows.n, &m);
	for (size_t i = 0; rc == 0 && i < ik_xap_mset_len(m); i++)
		rc = take_row(s, m, i);
	if (rc == 0)
		rc = ik_xap_mset_counts(m, &counts, s->err);
	if (rc == 0)
		s->total += counts.lower;
	ik_xap_mset_free(m);
	return rc;
}

/* Those with a value in the field, or those without. */
static int half(struct ik_xb_sorted *s, uint32_t field, int op)
{
	char term[IK_XB_TERM_MAX];
	struct ik_xap_query *has = NULL, *both = NULL;
	const struct ik_xap_query *kids[2] = {s->query, NULL};
	int rc = ik_xap_query_term(
		term, ik_xb_term(&s->results->shared->map, field, IK_XB_ANY, "", 0, term), 1, 0, &has,
		s->err);

	kids[1] = has;
	if (rc == 0)
		rc = ik_xap_query_join(op, kids, 2, 0, &both, s->err);
	if (rc == 0)
		rc = pass(s, both);
	ik_xap_query_free(both);
	ik_xap_query_free(has);
	return rc;
}

static int find_rows(struct ik_xb_sorted *s)
{
	const struct ik_sort *first = &s->request->sorts.v[0];
	int descending = (first->flags & INK_SORT_DESC) != 0;
	int missing_first = (first->flags & INK_SORT_MISSING_FIRST) != 0;
	int rc;

	if (first->field == IK_SORT_SCORE)
		return pass(s, s->query);
	rc = ik_xap_enquire_sort(s->results->enquire, IK_XAP_BY_VALUE,
	                         ik_xb_sort_slot(&s->results->shared->map, first), descending, s->err);
	/* No value is less than any: first when ascending, last when descending. */
	if (rc == 0 && descending != missing_first)
		return pass(s, s->query);
	if (rc == 0)
		rc = half(s, first->field, missing_first ? IK_XAP_AND_NOT : IK_XAP_FILTER);
	if (rc == 0)
		rc = half(s, first->field, missing_first ? IK_XAP_FILTER : IK_XAP_AND_NOT);
	return rc;
}

int ik_xb_sorted(struct ik_xb_sorted *s)
{
	int rc = find_rows(s);

	if (rc == 0 && s->rows.n > 1 && s->request->sorts.n > 1)
		qsort(s->rows.v, s->rows.n, sizeof *s->rows.v, compare);
	return rc;
}
