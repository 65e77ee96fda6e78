/*
 * ast.c - query trees: making, sharing and freeing nodes.
 *
 * Layer: query. A node never changes once it is shared; the count of its
 * references is all that threads write to. Trees are at most
 * IK_QUERY_DEPTH_MAX deep, so freeing may recurse.
 */
#include "query/ast.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

#define BOOST_MAX 1e6

/* A text of a bound that is to be copied (a number may have one too, how it prints) or NULL. */
static const char *bound_text(const struct ik_bound *bound)
{
	if (bound->type == 0 || (bound->text == NULL && bound->type != INK_KEYWORD))
		return NULL;
	return bound->len == 0 ? "" : bound->text;
}

/* Sizes with more for a text and its NUL: what does not fit is more than memory has. */
static size_t with_text(size_t size, const char *text, size_t len)
{
	if (text == NULL)
		return size;
	return len < SIZE_MAX - size ? size + len + 1 : SIZE_MAX;
}

/* Copy a text to *at, which moves on, with a NUL behind it; NULL stays NULL. */
static char *put_text(char **at, const char *text, size_t len)
{
	char *copy = *at;

	if (text == NULL)
		return NULL;
	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	*at += len + 1;
	return copy;
}

static void put_bound(char **at, struct ik_bound *to, const struct ik_bound *from)
{
	to->type = from->type;
	to->open = from->open;
	to->i64 = from->i64;
	to->f64 = from->f64;
	to->text = put_text(at, bound_text(from), from->len);
	to->len = to->text == NULL ? 0 : from->len;
}

/*
 * A copy of a node with room for its clauses, of which it has none yet. One block for all that
 * it has: what a program asks is mostly made as often as it is run. NULL when memory is out.
 */
static struct ik_query *node_new(const struct ik_query *from, size_t clauses)
{
	size_t field_len = from->field != NULL ? strlen(from->field) : 0;
	size_t size = sizeof *from + clauses * sizeof *from->clauses;
	struct ik_query *q;
	char *at;

	size = with_text(size, from->field, field_len);
	size = with_text(size, from->text, from->len);
	if (from->kind == IK_Q_RANGE) {
		size = with_text(size, bound_text(&from->lo), from->lo.len);
		size = with_text(size, bound_text(&from->hi), from->hi.len);
	}
	q = ik_alloc(size);
	if (q == NULL)
		return NULL;
	memset(q, 0, sizeof *q);
	atomic_init(&q->refs, 1);
	atomic_init(&q->canonical, NULL);
	q->kind = from->kind;
	q->boost = from->boost;
	q->number = from->number;
	q->all = from->all;
	q->parsed = from->parsed;
	q->depth = 1;
	q->size = 1;
	q->clauses = (struct ik_clause *)(q + 1);
	at = (char *)(q->clauses + clauses);
	q->field = put_text(&at, from->field, field_len);
	q->text = put_text(&at, from->text, from->len);
	q->len = from->len;
	if (from->kind != IK_Q_RANGE)
		return q;
	put_bound(&at, &q->lo, &from->lo);
	put_bound(&at, &q->hi, &from->hi);
	return q;
}

int ik_query_is_any(const struct ik_query *query)
{
	return query->kind == IK_Q_WILDCARD && query->len == 1 && query->text[0] == '*';
}

int ik_query_is_void(const struct ik_query *query)
{
	return query->kind == IK_Q_BOOL && query->n == 0;
}

struct ik_query *ik_query_ref(const struct ik_query *query)
{
	struct ik_query *q = (struct ik_query *)query;

	atomic_fetch_add_explicit(&q->refs, 1, memory_order_relaxed);
	return q;
}

/* Was this the last reference? Where there is but one, nobody else can make another. */
static int drop(struct ik_query *query)
{
	return atomic_load_explicit(&query->refs, memory_order_acquire) == 1 ||
	       atomic_fetch_sub_explicit(&query->refs, 1, memory_order_acq_rel) == 1;
}

void ik_query_unref(struct ik_query *query)
{
	if (query == NULL || !drop(query))
		return;
	for (size_t i = 0; i < query->n; i++)
		ik_query_unref(query->clauses[i].query);
	ik_free(atomic_load_explicit(&query->canonical, memory_order_relaxed));
	ik_free(query);
}

/* Every term fits: a prefix of nothing, a pattern of stars. */
static int fits_all(enum ik_query_kind kind, const char *text, size_t len)
{
	if (kind != IK_Q_WILDCARD)
		return kind == IK_Q_PREFIX && len == 0;
	for (size_t i = 0; i < len; i++)
		if (text[i] != '*')
			return 0;
	return len > 0;
}

int ik_query_leaf(enum ik_query_kind kind, const char *field, const char *text, size_t len,
                  uint32_t number, struct ik_query **out, ink_error *err)
{
	struct ik_query leaf = { .kind = kind, .boost = 1, .number = number };

	*out = NULL;
	if (kind > IK_Q_FUZZY)
		return ik_fail(err, INK_EINVAL, "a query of kind %d is not a leaf", (int)kind);
	if (kind == IK_Q_TERM && field == NULL)
		return ik_fail(err, INK_EINVAL, "a term query needs a field");
	if (kind != IK_Q_ALL && text == NULL && len > 0)
		return ik_fail(err, INK_EINVAL, "a query without its text");
	if (kind == IK_Q_FUZZY && (number < 1 || number > 2))
		return ik_fail(err, INK_EINVAL,
		               "an edit distance of %u, only 1 and 2 are allowed",
		               (unsigned)number);
	if (kind != IK_Q_ALL) {
		leaf.field = (char *)(uintptr_t)field;
		leaf.text = len > 0 ? (char *)(uintptr_t)text : "";
		leaf.len = len;
	}
	if (fits_all(kind, text, len)) { /* one query, however it is written */
		leaf.kind = IK_Q_WILDCARD;
		leaf.text = "*";
		leaf.len = 1;
	}
	*out = node_new(&leaf, 0);
	return *out != NULL ? INK_OK : ik_fail_nomem(err);
}

static int is_nan(const struct ik_bound *bound)
{
	return bound->type == INK_F64 && isnan(bound->f64);
}

int ik_query_range(const char *field, const struct ik_bound *lo, const struct ik_bound *hi,
                   struct ik_query **out, ink_error *err)
{
	struct ik_query range = { .kind = IK_Q_RANGE, .boost = 1, .lo = *lo, .hi = *hi };

	*out = NULL;
	if (field == NULL)
		return ik_fail(err, INK_EINVAL, "a range needs a field");
	if (is_nan(lo) || is_nan(hi))
		return ik_fail(err, INK_EINVAL, "field \"%s\": NaN is not a bound of a range",
		               field);
	range.field = (char *)(uintptr_t)field;
	*out = node_new(&range, 0);
	return *out != NULL ? INK_OK : ik_fail_nomem(err);
}

/* Only exclusions: everything else is meant, which takes a clause that matches it. */
static int only_not(const struct ik_clause *clauses, size_t n, uint32_t min_should)
{
	for (size_t i = 0; i < n; i++)
		if (clauses[i].occur != INK_MUST_NOT)
			return 0;
	return n > 0 && min_should == 0;
}

static int check_size(const struct ik_clause *clauses, size_t n, ink_error *err)
{
	size_t size = 0;

	for (size_t i = 0; i < n; i++) {
		if (clauses[i].query->depth >= IK_QUERY_DEPTH_MAX)
			return ik_fail(err, INK_ELIMIT, "a query nested deeper than %d",
			               IK_QUERY_DEPTH_MAX);
		size += clauses[i].query->size;
	}
	if (size > IK_QUERY_CLAUSES_MAX)
		return ik_fail(err, INK_ELIMIT, "a query of more than %d clauses in all",
		               IK_QUERY_CLAUSES_MAX);
	return INK_OK;
}

static void adopt(struct ik_query *q, struct ik_query *clause, int32_t occur)
{
	q->clauses[q->n].query = clause;
	q->clauses[q->n++].occur = occur;
	q->size += clause->size;
	if (q->depth <= clause->depth)
		q->depth = clause->depth + 1;
}

int ik_query_join(const struct ik_clause *clauses, size_t n, uint32_t min_should,
                  struct ik_query **out, ink_error *err)
{
	const struct ik_query join = { .kind = IK_Q_BOOL, .boost = 1, .number = min_should };
	struct ik_query *q, *all = NULL;
	int rc = check_size(clauses, n, err);

	*out = NULL;
	if (rc == INK_OK && only_not(clauses, n, min_should))
		rc = ik_query_leaf(IK_Q_ALL, NULL, NULL, 0, 0, &all, err);
	if (rc != INK_OK)
		return rc;
	q = node_new(&join, n + (all != NULL));
	if (q == NULL) {
		ik_query_unref(all);
		return ik_fail_nomem(err);
	}
	for (size_t i = 0; i < n; i++)
		adopt(q, clauses[i].query, clauses[i].occur);
	if (all != NULL)
		adopt(q, all, INK_FILTER);
	*out = q;
	return INK_OK;
}

static int check_clauses(const struct ik_query *const *clauses, const int32_t *occur, size_t n,
                         ink_error *err)
{
	if (n > 0 && (clauses == NULL || occur == NULL))
		return ik_fail(err, INK_EINVAL, "the clauses of a query are missing");
	if (n > IK_QUERY_CLAUSES_MAX)
		return ik_fail(err, INK_ELIMIT, "a query of %zu clauses, %d are allowed", n,
		               IK_QUERY_CLAUSES_MAX);
	for (size_t i = 0; i < n; i++) {
		if (clauses[i] == NULL)
			return ik_fail(err, INK_EINVAL, "clause %zu is missing", i);
		if (occur[i] < INK_SHOULD || occur[i] > INK_FILTER)
			return ik_fail(err, INK_EINVAL, "clause %zu takes part as %d", i,
			               (int)occur[i]);
	}
	return INK_OK;
}

int ik_query_bool(const struct ik_query *const *clauses, const int32_t *occur, size_t n,
                  uint32_t min_should, struct ik_query **out, ink_error *err)
{
	struct ik_clause *list;
	size_t kept = 0;
	int rc = check_clauses(clauses, occur, n, err);

	*out = NULL;
	if (rc != INK_OK)
		return rc;
	list = ik_array(n, sizeof *list);
	if (list == NULL)
		return ik_fail_nomem(err);
	for (size_t i = 0; i < n; i++) /* but without an empty one all is found, and that is said */
		if ((occur[i] == INK_MUST_NOT && min_should == 0) || !ik_query_is_void(clauses[i]))
			list[kept++] = (struct ik_clause){ ik_query_ref(clauses[i]), occur[i] };
	rc = ik_query_join(list, kept, kept > 0 ? min_should : 0, out, err);
	for (size_t i = 0; i < kept && rc != INK_OK; i++)
		ik_query_unref(list[i].query);
	ik_free(list);
	return rc;
}

int ik_query_boosted(const struct ik_query *query, double boost, struct ik_query **out,
                     ink_error *err)
{
	struct ik_query *q;

	*out = NULL;
	if (!(boost >= 0 && boost <= BOOST_MAX))
		return ik_fail(err, INK_EINVAL, "a boost is a number from 0 to 1e6");
	if (!(query->boost * boost <= BOOST_MAX))
		return ik_fail(err, INK_EINVAL, "a boost is at most 1e6, with that of the query");
	q = node_new(query, query->n);
	if (q == NULL)
		return ik_fail_nomem(err);
	q->boost *= boost;
	if (q->boost == 0)
		q->boost = 0; /* -0 is no number of the language */
	for (size_t i = 0; i < query->n; i++)
		adopt(q, ik_query_ref(query->clauses[i].query), query->clauses[i].occur);
	*out = q;
	return INK_OK;
}
