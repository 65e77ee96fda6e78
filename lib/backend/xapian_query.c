/*
 * xapian_query.c - our query trees as Xapian's: how clauses are joined.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. Mirrors
 * lib/match/prepare.c: the same documents match for the same reasons.
 * Weights are factors on Xapian's; conditions have the factor 0.
 */
#include "backend/xapian.h"
#include "match/prepare.h"
#include "text/stem.h"

#define AT_LEAST_MAX 20000 /* nodes of "at least k of these" */

/* ---- boolean joins ---- */

struct group {
	struct ik_xap_query **kids;
	size_t n;
};

/* Documents in which at least k of kids[from, n) match. Xapian has no such operator. */
static int at_least(struct ik_xb_build *b, const struct group *g, size_t from, size_t k,
                    size_t *nodes, struct ik_xap_query **out)
{
	struct ik_xap_query *with = NULL, *without = NULL;
	size_t left = g->n - from;
	int rc;

	if (++*nodes > AT_LEAST_MAX)
		return ik_fail(b->err, INK_EUNSUPPORTED,
		               "\"at least %zu of %zu\" is too much for Xapian", k, g->n);
	if (k == 1)
		return ik_xb_join(b, IK_XAP_OR, g->kids + from, left, 0, out);
	if (k == left)
		return ik_xb_join(b, IK_XAP_AND, g->kids + from, left, 0, out);
	rc = at_least(b, g, from + 1, k - 1, nodes, &with);
	if (rc == 0)
		rc = ik_xb_join2(b, IK_XAP_AND, g->kids[from], with, &with);
	if (rc == 0)
		rc = at_least(b, g, from + 1, k, nodes, &without);
	return rc != 0 ? rc : ik_xb_join2(b, IK_XAP_OR, with, without, out);
}

/* Those that may match, with how many of them must. */
static int join_should(struct ik_xb_build *b, const struct group *g, size_t least,
                       struct ik_xap_query **out)
{
	struct ik_xap_query *condition = NULL;
	size_t nodes = 0;
	int rc = ik_xb_join(b, IK_XAP_OR, g->kids, g->n, 0, out);

	if (rc != 0 || least <= 1)
		return rc;
	if (least > g->n)
		return ik_xb_nothing(b, out);
	rc = at_least(b, g, 0, least, &nodes, &condition);
	return rc != 0 ? rc : ik_xb_join2(b, IK_XAP_FILTER, *out, condition, out);
}

/* What has to match; NULL when nothing has to. */
static int join_must(struct ik_xb_build *b, const struct group *must, const struct group *filter,
                     struct ik_xap_query **out)
{
	struct ik_xap_query *filters = NULL;
	int rc = ik_xb_join(b, IK_XAP_AND, must->kids, must->n, 0, out);

	if (rc == 0)
		rc = ik_xb_join(b, IK_XAP_AND, filter->kids, filter->n, 0, &filters);
	if (rc != 0 || filters == NULL)
		return rc;
	if (*out != NULL)
		return ik_xb_join2(b, IK_XAP_FILTER, *out, filters, out);
	return ik_xb_scale(b, filters, 0, out);
}

/* The rest with `must`, which is joined already. */
static int join_groups(struct ik_xb_build *b, const struct group g[4], size_t least,
                       struct ik_xap_query *must, struct ik_xap_query **out)
{
	struct ik_xap_query *should = NULL, *not = NULL;
	int rc = join_should(b, &g[INK_SHOULD], least, &should);

	if (rc == 0)
		rc = ik_xb_join(b, IK_XAP_OR, g[INK_MUST_NOT].kids, g[INK_MUST_NOT].n, 0, &not );
	if (rc != 0)
		return rc;
	if (should == NULL && least > 0 && (must != NULL || not != NULL))
		rc = ik_xb_nothing(b, out);
	else if (must != NULL && should != NULL && (least > 0 || !b->unscored))
		rc = ik_xb_join2(b, least > 0 ? IK_XAP_AND : IK_XAP_AND_MAYBE, must, should, out);
	else
		*out = must != NULL ? must : should;
	if (rc == 0 && *out == NULL && not != NULL) /* everything but ... */
		rc = ik_xb_everything(b, 0, out);
	return rc == 0 && not != NULL ? ik_xb_join2(b, IK_XAP_AND_NOT, *out, not, out) : rc;
}

static int prepare(struct ik_xb_build *b, const struct ik_query *q, double boost,
                   struct ik_xap_query **out);

/*
 * Xapian 1.4 gives documents the weight of a phrase that they do not hold where such a
 * phrase may match and what filters has a part that may match as well.
 */
static int prepare_condition(struct ik_xb_build *b, const struct ik_query *q,
                             struct ik_xap_query **out)
{
	int rc;

	b->unscored++;
	rc = prepare(b, q, 1, out);
	b->unscored--;
	return rc;
}

/* The clauses that have to match, or all others. */
static int prepare_clauses(struct ik_xb_build *b, const struct ik_query *q, double boost,
                           int required, struct group groups[4])
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < q->n; i++) {
		int32_t occur = q->clauses[i].occur;
		struct group *g = &groups[occur];
		struct ik_xap_query *kid = NULL;

		if ((occur == INK_MUST || occur == INK_FILTER) != required)
			continue;
		if (occur == INK_FILTER || occur == INK_MUST_NOT)
			rc = prepare_condition(b, q->clauses[i].query, &kid);
		else
			rc = prepare(b, q->clauses[i].query, boost, &kid);
		if (rc == 0 && kid != NULL) /* what says nothing takes no part */
			g->kids[g->n++] = kid;
	}
	return rc;
}

static int prepare_bool(struct ik_xb_build *b, const struct ik_query *q, double boost,
                        struct ik_xap_query **out)
{
	struct ik_xap_query *must = NULL, *before;
	struct group groups[4];
	int rc;

	for (int i = 0; i < 4; i++) {
		groups[i].n = 0;
		groups[i].kids = ik_arena_array(b->arena, q->n + 1, sizeof *groups[i].kids);
		if (groups[i].kids == NULL)
			return ik_fail_nomem(b->err);
	}
	rc = prepare_clauses(b, q, boost, 1, groups);
	if (rc == 0)
		rc = join_must(b, &groups[INK_MUST], &groups[INK_FILTER], &must);
	before = ik_xb_within(b, rc == 0 ? must : NULL);
	if (rc == 0)
		rc = prepare_clauses(b, q, boost, 0, groups);
	if (rc == 0)
		rc = join_groups(b, groups, q->number, must, out);
	b->within = before;
	return rc;
}

/* ---- the tree ---- */

static int prepare(struct ik_xb_build *b, const struct ik_query *q, double boost,
                   struct ik_xap_query **out)
{
	*out = NULL;
	boost = ik_prep_boost(boost, q->boost);
	return q->kind == IK_Q_BOOL ? prepare_bool(b, q, boost, out) : ik_xb_leaf(b, q, boost, out);
}

static void release(struct ik_xb_build *b, const struct ik_xap_query *but)
{
	for (size_t i = 0; i < b->made.n; i++)
		if (b->made.v[i] != but)
			ik_xap_query_free(b->made.v[i]);
	ik_vec_free(&b->made);
	ik_map_free(&b->ordered);
	ik_stem_free(b->stemmer);
	b->stemmer = NULL;
}

int ik_xb_query(struct ik_xb_build *b, const struct ik_query *query,
                const struct ik_query *filter, struct ik_xap_query **out)
{
	struct ik_xap_query *q = NULL, *f = NULL;
	int rc = prepare(b, query, 1, &q);

	*out = NULL;
	if (rc == 0 && q != NULL && filter != NULL)
		rc = prepare_condition(b, filter, &f);
	if (rc == 0 && f != NULL)
		rc = ik_xb_join2(b, IK_XAP_FILTER, q, f, &q);
	if (rc == 0 && q == NULL)
		rc = ik_xb_nothing(b, &q);
	if (rc == 0)
		*out = q;
	release(b, *out);
	return rc;
}
