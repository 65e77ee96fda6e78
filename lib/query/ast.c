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

static struct ik_query *node_new(enum ik_query_kind kind)
{
	struct ik_query *q = ik_zalloc(sizeof *q);

	if (q == NULL)
		return NULL;
	atomic_init(&q->refs, 1);
	atomic_init(&q->canonical, NULL);
	q->kind = kind;
	q->boost = 1;
	q->depth = 1;
	q->size = 1;
	return q;
}

/* Copy a field name, which may be NULL: 0 when memory is out. */
static int set_field(struct ik_query *q, const char *field)
{
	if (field != NULL)
		q->field = ik_strndup(field, strlen(field));
	return field == NULL || q->field != NULL;
}

static int set_text(struct ik_query *q, const char *text, size_t len)
{
	q->text = ik_strndup(len == 0 ? "" : text, len);
	q->len = len;
	return q->text != NULL;
}

/* Copy a bound with its text, which a number may have too (how it prints). */
static int set_bound(struct ik_bound *to, const struct ik_bound *from)
{
	to->type = from->type;
	to->open = from->open;
	to->i64 = from->i64;
	to->f64 = from->f64;
	if (from->type == 0 || (from->text == NULL && from->type != INK_KEYWORD))
		return 1;
	to->text = ik_strndup(from->len == 0 ? "" : from->text, from->len);
	to->len = to->text == NULL ? 0 : from->len;
	return to->text != NULL;
}

struct ik_query *ik_query_ref(const struct ik_query *query)
{
	struct ik_query *q = (struct ik_query *)query;

	atomic_fetch_add_explicit(&q->refs, 1, memory_order_relaxed);
	return q;
}

void ik_query_unref(struct ik_query *query)
{
	if (query == NULL ||
	    atomic_fetch_sub_explicit(&query->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < query->n; i++)
		ik_query_unref(query->clauses[i].query);
	ik_free(query->clauses);
	ik_free(query->field);
	ik_free(query->text);
	ik_free((char *)query->lo.text);
	ik_free((char *)query->hi.text);
	ik_free(atomic_load_explicit(&query->canonical, memory_order_relaxed));
	ik_free(query);
}

int ik_query_leaf(enum ik_query_kind kind, const char *field, const char *text, size_t len,
                  uint32_t number, struct ik_query **out, ink_error *err)
{
	struct ik_query *q;

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
	q = node_new(kind);
	if (q == NULL ||
	    (kind != IK_Q_ALL && (!set_field(q, field) || !set_text(q, text, len)))) {
		ik_query_unref(q);
		return ik_fail_nomem(err);
	}
	q->number = number;
	*out = q;
	return INK_OK;
}

static int is_nan(const struct ik_bound *bound)
{
	return bound->type == INK_F64 && isnan(bound->f64);
}

int ik_query_range(const char *field, const struct ik_bound *lo, const struct ik_bound *hi,
                   struct ik_query **out, ink_error *err)
{
	struct ik_query *q;

	*out = NULL;
	if (field == NULL)
		return ik_fail(err, INK_EINVAL, "a range needs a field");
	if (is_nan(lo) || is_nan(hi))
		return ik_fail(err, INK_EINVAL, "NaN is not a bound of a range");
	q = node_new(IK_Q_RANGE);
	if (q == NULL || !set_field(q, field) || !set_bound(&q->lo, lo) ||
	    !set_bound(&q->hi, hi)) {
		ik_query_unref(q);
		return ik_fail_nomem(err);
	}
	*out = q;
	return INK_OK;
}

/* Only exclusions: everything else is meant, which takes a clause that matches it. */
static int only_not(const int32_t *occur, size_t n, uint32_t min_should)
{
	for (size_t i = 0; i < n; i++)
		if (occur[i] != INK_MUST_NOT)
			return 0;
	return n > 0 && min_should == 0;
}

static int check_clauses(const struct ik_query *const *clauses, const int32_t *occur, size_t n,
                         ink_error *err)
{
	size_t size = 0;

	if (n > IK_QUERY_CLAUSES_MAX)
		return ik_fail(err, INK_ELIMIT, "a query of %zu clauses, %d are allowed", n,
		               IK_QUERY_CLAUSES_MAX);
	for (size_t i = 0; i < n; i++) {
		if (clauses[i] == NULL)
			return ik_fail(err, INK_EINVAL, "clause %zu is missing", i);
		if (occur[i] < INK_SHOULD || occur[i] > INK_FILTER)
			return ik_fail(err, INK_EINVAL, "clause %zu takes part as %d", i,
			               (int)occur[i]);
		if (clauses[i]->depth >= IK_QUERY_DEPTH_MAX)
			return ik_fail(err, INK_ELIMIT, "a query nested deeper than %d",
			               IK_QUERY_DEPTH_MAX);
		size += clauses[i]->size;
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

int ik_query_bool(const struct ik_query *const *clauses, const int32_t *occur, size_t n,
                  uint32_t min_should, struct ik_query **out, ink_error *err)
{
	struct ik_query *q, *all = NULL;
	int rc;

	*out = NULL;
	if (n > 0 && (clauses == NULL || occur == NULL))
		return ik_fail(err, INK_EINVAL, "the clauses of a query are missing");
	rc = check_clauses(clauses, occur, n, err);
	if (rc == INK_OK && only_not(occur, n, min_should))
		rc = ik_query_leaf(IK_Q_ALL, NULL, NULL, 0, 0, &all, err);
	if (rc != INK_OK)
		return rc;
	q = node_new(IK_Q_BOOL);
	if (q != NULL)
		q->clauses = ik_array(n + 1, sizeof *q->clauses);
	if (q == NULL || q->clauses == NULL) {
		ik_query_unref(q);
		ik_query_unref(all);
		return ik_fail_nomem(err);
	}
	q->number = min_should;
	for (size_t i = 0; i < n; i++)
		adopt(q, ik_query_ref(clauses[i]), occur[i]);
	if (all != NULL)
		adopt(q, all, INK_FILTER);
	*out = q;
	return INK_OK;
}

/* What hangs below a node, copied or shared: 0 when memory is out. */
static int copy_parts(struct ik_query *to, const struct ik_query *from)
{
	if (!set_field(to, from->field) || !set_bound(&to->lo, &from->lo) ||
	    !set_bound(&to->hi, &from->hi))
		return 0;
	if (from->text != NULL && !set_text(to, from->text, from->len))
		return 0;
	if (from->kind != IK_Q_BOOL)
		return 1;
	to->clauses = ik_array(from->n + 1, sizeof *to->clauses);
	if (to->clauses == NULL)
		return 0;
	for (size_t i = 0; i < from->n; i++)
		adopt(to, ik_query_ref(from->clauses[i].query), from->clauses[i].occur);
	return 1;
}

int ik_query_boosted(const struct ik_query *query, double boost, struct ik_query **out,
                     ink_error *err)
{
	struct ik_query *q;

	*out = NULL;
	if (!(boost >= 0 && boost <= BOOST_MAX))
		return ik_fail(err, INK_EINVAL, "a boost is a number from 0 to 1e6");
	q = node_new(query->kind);
	if (q == NULL || !copy_parts(q, query)) {
		ik_query_unref(q);
		return ik_fail_nomem(err);
	}
	q->boost = boost;
	q->number = query->number;
	q->all = query->all;
	*out = q;
	return INK_OK;
}
