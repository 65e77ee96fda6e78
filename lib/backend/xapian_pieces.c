/*
 * xapian_pieces.c - the parts of a Xapian query, kept until it has been asked.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 */
#include "backend/xapian.h"

#define NODES_MAX 1000000
#define WITHIN_MAX 16 /* terms of a condition that is asked twice */

int ik_xb_keep(struct ik_xb_build *b, int rc, struct ik_xap_query *made,
               struct ik_xap_query **out)
{
	struct ik_xap_query **slot;

	*out = NULL;
	if (rc != 0)
		return rc;
	if (++b->nodes > NODES_MAX) {
		ik_xap_query_free(made);
		return ik_fail(b->err, INK_ELIMIT, "the query has more than %d parts", NODES_MAX);
	}
	slot = ik_vec_push(&b->made);
	if (slot == NULL) {
		ik_xap_query_free(made);
		return ik_fail_nomem(b->err);
	}
	*slot = *out = made;
	return 0;
}

/* ---- phrases among other parts ---- */

/*
 * Xapian 1.4 finds the documents with all terms of an AND, and then looks at the order of those
 * in its phrases. Where such an AND is one of several parts of which each may match, it may ask
 * it about a document in place of stepping to the next one that has the phrase, and takes a no
 * for a yes if another part matches. What is within AND_NOT it always steps through.
 */
static int is_ordered(const struct ik_xb_build *b, const struct ik_xap_query *q)
{
	return ik_map_find(&b->ordered, &q, sizeof q) != IK_MAP_NONE;
}

static int mark_ordered(struct ik_xb_build *b, const struct ik_xap_query *q)
{
	return ik_map_add(&b->ordered, &q, sizeof q, NULL) != IK_MAP_NONE ? 0
	                                                                  : ik_fail_nomem(b->err);
}

/* May the kid not match where the join does? */
static int may_match(int op, size_t kid)
{
	return op == IK_XAP_OR || (op == IK_XAP_AND_MAYBE && kid > 0);
}

struct ik_xap_query *ik_xb_within(struct ik_xb_build *b, struct ik_xap_query *q)
{
	struct ik_xap_query *before = b->within;

	if (q != NULL && !is_ordered(b, q) && ik_xap_query_len(q) <= WITHIN_MAX)
		b->within = q;
	return before;
}

/*
 * The same documents, by AND_NOT with one that is behind all others. Stepping goes past documents
 * that nobody would ask about, but not where another condition leaves these out. Servers know no
 * lists.
 */
static int step_through(struct ik_xb_build *b, struct ik_xap_query **q)
{
	const uint32_t behind = UINT32_MAX;
	struct ik_xap_query *none = NULL;
	int rc;

	if (b->map.remote)
		return 0;
	rc = ik_xap_query_docs(&behind, 1, &none, b->err);
	rc = ik_xb_keep(b, rc, none, &none);
	if (rc == 0 && b->within != NULL)
		rc = ik_xb_join2(b, IK_XAP_FILTER, *q, b->within, q);
	return rc != 0 ? rc : ik_xb_join2(b, IK_XAP_AND_NOT, *q, none, q);
}

/* What the kids of a join need for that; 1 when it is one with an order itself. */
static int care(struct ik_xb_build *b, int op, struct ik_xap_query **kids, size_t n)
{
	int ordered = op == IK_XAP_PHRASE, rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (!is_ordered(b, kids[i]) || (op == IK_XAP_AND_NOT && i > 0))
			continue;
		if (may_match(op, i))
			rc = step_through(b, &kids[i]);
		else
			ordered = 1;
	}
	return rc != 0 ? rc : ordered;
}

/* ---- joining ---- */

int ik_xb_join(struct ik_xb_build *b, int op, struct ik_xap_query *const *kids, size_t n,
               uint32_t number, struct ik_xap_query **out)
{
	struct ik_xap_query **there = ik_arena_array(b->arena, n + 1, sizeof *there);
	struct ik_xap_query *made = NULL;
	size_t k = 0;
	int rc, ordered;

	*out = NULL;
	if (there == NULL)
		return ik_fail_nomem(b->err);
	for (size_t i = 0; i < n; i++)
		if (kids[i] != NULL)
			there[k++] = *out = kids[i];
	if (k < 2)
		return 0;
	ordered = care(b, op, there, k);
	if (ordered < 0)
		return ordered;
	rc = ik_xap_query_join(op, (const struct ik_xap_query *const *)there, k, number, &made,
	                       b->err);
	rc = ik_xb_keep(b, rc, made, out);
	return rc == 0 && ordered ? mark_ordered(b, *out) : rc;
}

int ik_xb_join2(struct ik_xb_build *b, int op, struct ik_xap_query *x, struct ik_xap_query *y,
                struct ik_xap_query **out)
{
	struct ik_xap_query *const both[2] = {x, y};

	return ik_xb_join(b, op, both, 2, 0, out);
}

int ik_xb_scale(struct ik_xb_build *b, struct ik_xap_query *q, double factor,
                struct ik_xap_query **out)
{
	struct ik_xap_query *made = NULL;
	int rc;

	*out = q;
	if (q == NULL || factor == 1)
		return 0;
	rc = ik_xap_query_scale(q, factor, &made, b->err);
	rc = ik_xb_keep(b, rc, made, out);
	return rc == 0 && is_ordered(b, q) ? mark_ordered(b, *out) : rc;
}

int ik_xb_constant(struct ik_xb_build *b, struct ik_xap_query *q, double weight,
                   struct ik_xap_query **out)
{
	struct ik_xap_query *fixed = NULL;
	int rc;

	*out = NULL;
	if (q == NULL)
		return 0;
	if (weight == 0)
		return ik_xb_scale(b, q, 0, out);
	rc = ik_xap_query_fixed(weight, &fixed, b->err);
	rc = ik_xb_keep(b, rc, fixed, &fixed);
	return rc != 0 ? rc : ik_xb_join2(b, IK_XAP_FILTER, fixed, q, out);
}

int ik_xb_one_term(struct ik_xb_build *b, uint32_t field, enum ik_xb_kind kind, const char *text,
                   size_t len, double weight, struct ik_xap_query **out)
{
	char term[IK_XB_TERM_MAX];
	size_t n = ik_xb_term(&b->map, field, kind, text, len, term);
	struct ik_xap_query *made = NULL;
	int rc = ik_xap_query_term(term, n, 1, 0, &made, b->err);

	rc = ik_xb_keep(b, rc, made, out);
	return rc != 0 ? rc : ik_xb_scale(b, *out, weight, out);
}

int ik_xb_nothing(struct ik_xb_build *b, struct ik_xap_query **out)
{
	struct ik_xap_query *made = NULL;
	int rc = ik_xap_query_nothing(&made, b->err);

	return ik_xb_keep(b, rc, made, out);
}

int ik_xb_everything(struct ik_xb_build *b, double weight, struct ik_xap_query **out)
{
	struct ik_xap_query *made = NULL;
	int rc = weight > 0 ? ik_xap_query_fixed(weight, &made, b->err)
	                    : ik_xap_query_all(&made, b->err);

	return ik_xb_keep(b, rc, made, out);
}
