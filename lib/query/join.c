/*
 * join.c - from the items of a list to one query.
 *
 * Layer: query. Plain words beside each other are joined into one, AND binds tighter
 * than OR, and + and - hold for the whole list.
 */
#include <string.h>

#include "query/state.h"

/* The clause at byte `at`; takes the query over. */
static int add_clause(struct ik_parser *ps, struct ik_query *query, int32_t occur, size_t at)
{
	struct ik_clause *clause;

	if (ps->clauses + ps->made.n >= IK_QUERY_CLAUSES_MAX) {
		ik_query_unref(query);
		return ik_fail_at(ps->err, INK_ELIMIT, (int64_t)at,
		                  "a query of more than %d clauses", IK_QUERY_CLAUSES_MAX);
	}
	clause = ik_vec_push_in(&ps->arena, &ps->made);
	if (clause == NULL) {
		ik_query_unref(query);
		return ik_fail_nomem(ps->err);
	}
	*clause = (struct ik_clause){ query, occur };
	return INK_OK;
}

/* The clauses from `base` on as one boolean query; `at` is where it starts in the text. */
static int make_bool(struct ik_parser *ps, size_t base, uint32_t min_should, size_t at,
                     struct ik_query **out)
{
	size_t n = ps->made.n - base, i;
	int rc;

	for (i = base; i < ps->made.n; i++) {
		struct ik_clause *clause = &ps->made.v[i];

		if (clause->occur == INK_MUST && clause->query->boost == 0) {
			clause->query->boost = 1; /* required, without a score: a filter */
			clause->occur = INK_FILTER;
		}
	}
	ps->clauses += n;
	rc = ik_query_join(n > 0 ? &ps->made.v[base] : NULL, n, min_should, out, ps->err);
	if (rc == INK_ELIMIT && ps->err != NULL)
		ps->err->offset = (int64_t)at;
	if (rc == INK_OK)
		ps->made.n = base;
	return rc;
}

/* The only clause from `base` on. */
static struct ik_query *take_clause(struct ik_parser *ps, size_t base)
{
	ps->made.n = base;
	return ps->made.v[base].query;
}

/* Items [i, j), which are plain words or only one, as a query. */
static int make_item(struct ik_parser *ps, size_t i, size_t j, int all, struct ik_query **out)
{
	struct ik_item *first = &ps->items.v[i], *last = &ps->items.v[j - 1];
	const char *text;
	int rc;

	*out = first->query;
	first->query = NULL;
	if (*out != NULL)
		return INK_OK;
	text = ps->words.v + first->text;
	rc = ik_query_leaf(IK_Q_MATCH, first->field, text, last->text + last->len - first->text,
	                   0, out, ps->err);
	if (rc != INK_OK)
		return rc;
	(*out)->all = all || (ps->flags & INK_PARSE_ALL) != 0;
	(*out)->parsed = 1;
	(*out)->boost = first->boost;
	return INK_OK;
}

static int is_plain(const struct ik_item *item)
{
	return item->plain && !item->negative && !item->required;
}

/* The end of the plain words from i on that are joined by nothing but blanks. */
static size_t plain_end(const struct ik_parser *ps, size_t i, size_t end)
{
	const struct ik_item *v = ps->items.v;
	size_t j = i + 1;

	if (!is_plain(&v[i]))
		return j;
	while (j < end && v[j].join == IK_JOIN_BLANK && is_plain(&v[j]))
		j++;
	return j;
}

/* Items that all have to hold: one query, or a boolean one. */
static int make_chain(struct ik_parser *ps, size_t i, size_t j, struct ik_query **out)
{
	size_t base = ps->made.n, at = ps->items.v[i].at;
	int rc = INK_OK;

	*out = NULL;
	while (i < j && rc == INK_OK) {
		size_t next = plain_end(ps, i, j);
		int32_t occur = ps->items.v[i].negative ? INK_MUST_NOT : INK_MUST;

		rc = make_item(ps, i, next, 1, out);
		if (rc == INK_OK)
			rc = add_clause(ps, *out, occur, ps->items.v[i].at);
		*out = NULL;
		i = next;
	}
	if (rc == INK_OK && ps->made.n == base + 1 && ps->made.v[base].occur == INK_MUST) {
		*out = take_clause(ps, base);
		return INK_OK;
	}
	return rc == INK_OK ? make_bool(ps, base, 0, at, out) : rc;
}

/* One clause of a list with its mark; beside an OR, an exclusion stands for all the rest. */
static int add_single(struct ik_parser *ps, size_t i, size_t j, int beside_or)
{
	const struct ik_item *item = &ps->items.v[i];
	int negative = item->negative, required = item->required;
	struct ik_query *q;
	int rc;

	if (negative && beside_or) {
		rc = make_chain(ps, i, j, &q);
		return rc == INK_OK ? add_clause(ps, q, INK_SHOULD, item->at) : rc;
	}
	rc = make_item(ps, i, j, negative || required, &q);
	if (rc != INK_OK)
		return rc;
	return add_clause(ps, q, negative ? INK_MUST_NOT : required ? INK_MUST : INK_SHOULD,
	                  item->at);
}

/* Where the element of a list that starts at i ends: what binds tighter than OR. */
static size_t element_end(const struct ik_parser *ps, size_t i, int by_and)
{
	const struct ik_item *v = ps->items.v;
	size_t n = ps->items.n, j = i + 1;

	while (j < n && (v[j].join == IK_JOIN_AND || (by_and && v[j].join == IK_JOIN_BLANK)))
		j++;
	return j;
}

/* The same for plain words in a row, none of them part of an AND. */
static size_t words_end(const struct ik_parser *ps, size_t i)
{
	const struct ik_item *v = ps->items.v;
	size_t j = plain_end(ps, i, ps->items.n);

	if (j > i + 1 && j < ps->items.n && v[j].join == IK_JOIN_AND)
		j--;
	return j;
}

/* Join the items from `base` on; `count` is the N of (...)~N or 0. */
int ik_parser_join(struct ik_parser *ps, size_t base, uint32_t count, struct ik_query **out)
{
	int by_and = (ps->flags & INK_PARSE_ALL) != 0 && count == 0;
	size_t made = ps->made.n, at = base < ps->items.n ? ps->items.v[base].at : 0;
	int rc = INK_OK;

	for (size_t i = base, j; i < ps->items.n && rc == INK_OK; i = j) {
		int before = i > base && ps->items.v[i].join == IK_JOIN_OR;

		j = element_end(ps, i, by_and);
		if (j > i + 1) {
			rc = make_chain(ps, i, j, out);
			if (rc == INK_OK)
				rc = add_clause(ps, *out, INK_SHOULD, ps->items.v[i].at);
			continue;
		}
		if (count == 0)
			j = words_end(ps, i);
		rc = add_single(ps, i, j,
		                before || (j < ps->items.n && ps->items.v[j].join == IK_JOIN_OR));
	}
	*out = NULL;
	if (rc != INK_OK)
		return rc;
	ps->items.n = base;
	if (count == 0 && ps->made.n == made + 1 && ps->made.v[made].occur != INK_MUST_NOT) {
		*out = take_clause(ps, made);
		return INK_OK;
	}
	return make_bool(ps, made, count, at, out);
}
