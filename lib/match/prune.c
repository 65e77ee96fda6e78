/*
 * prune.c - a bool that is the whole query: bounds of ranges, and what is not ranked.
 *
 * Layer: match. Only documents above a threshold matter. The bounds of each clause
 * are kept, as prune_rank.c goes by them in the ranges that are visited.
 */
#include <string.h>

#include "base/cpu.h"
#include "match/bool.h"
#include "match/prune_impl.h"

#define SCORING_MAX 64 /* clauses */
#define SIFTED 128     /* ranges; fewer are not worth it */

/* ---- bounds ---- */

static uint16_t *kept_of(const struct ik_pruned *u, size_t i)
{
	return u->kept + i * u->node.m->chunk;
}

/* Where the required clauses cannot match, nothing does. */
static void add_bounds(struct ik_pruned *u, size_t i, uint32_t n, int any_must, uint16_t *out)
{
	const struct ik_kernel *kernel = u->node.m->kernel;

	if (u->clauses[i].must && i > 0)
		kernel->both(out, kept_of(u, i), n);
	else if (any_must && i > 0)
		kernel->raise(out, kept_of(u, i), n);
	else if (i > 0)
		kernel->add(out, kept_of(u, i), n);
	else
		memcpy(out, kept_of(u, i), n * sizeof *out);
}

static void bounds(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out)
{
	struct ik_pruned *u = ik_pruned_of(node);
	struct ik_match *m = node->m;
	uint16_t *filter = ik_match_enter(m);

	u->kept_from = from;
	for (size_t i = 0; i < u->n; i++) {
		u->clauses[i].node->ops->bounds(u->clauses[i].node, from, n, kept_of(u, i));
		add_bounds(u, i, n, u->clauses[0].must, out);
	}
	for (size_t i = 0; i < u->n_filters; i++) {
		u->filters[i]->ops->bounds(u->filters[i], from, n, filter);
		m->kernel->keep(out, filter, n);
	}
	ik_match_leave(m);
}

static int sift(struct ik_node *node, uint32_t from, uint32_t n, uint16_t least, uint16_t *sums)
{
	struct ik_pruned *u = ik_pruned_of(node);

	if (u->clauses[0].must || node->m->kernel->reach(sums, n, least) < SIFTED)
		return 0;
	return ik_sift(&u->sift, node->m, from, n, least, sums);
}

static void fetch(struct ik_node *node, uint32_t from, const uint16_t *places, size_t n)
{
	const struct ik_pruned *u = ik_pruned_of(node);

	for (size_t i = 0; i < u->n; i++)
		if (u->clauses[i].term != NULL)
			u->meet->fetch(u->clauses[i].term, from, places, n);
}

/* ---- all that is not ranked ---- */

static int match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	struct ik_node *join = ik_pruned_of(node)->join;
	int rc = ik_node_match(join, r, within);

	memcpy(node->mask, join->mask, sizeof node->mask);
	return rc;
}

static int score(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	return ik_pruned_of(node)->join->ops->score(ik_pruned_of(node)->join, r, mask, acc);
}

static int explain(struct ik_node *node, uint32_t r, uint32_t d, unsigned indent,
                   struct ik_buf *out)
{
	struct ik_node *join = ik_pruned_of(node)->join;

	return join->ops->explain(join, r, d, indent, out);
}

static const struct ik_root_ops root_ops = { ik_prune_rank, NULL, NULL, sift, fetch, 1 };
static const struct ik_root_ops late_root_ops = {
	ik_prune_steps, ik_prune_early, ik_prune_late, sift, fetch, 1
};
static const struct ik_node_ops pruned_ops = { bounds, match, score, explain, &root_ops };
static const struct ik_node_ops late_ops = { bounds, match, score, explain, &late_root_ops };

/* ---- opening ---- */

static void take_clause(struct ik_pruned *u, struct ik_node *node, int must)
{
	struct ik_term *term = ik_term_of(node);

	u->sift.terms[u->n] = term;
	u->clauses[u->n++] = (struct ik_prune_part){ node, term, 0, must };
}

/* The optional terms, the rarest first. */
static void take_terms(struct ik_pruned *u, const struct ik_bool_clauses *c)
{
	struct ik_term **terms = u->sift.terms + u->n;
	size_t n = 0;

	for (size_t i = 0; i < c->n_should; i++)
		if (ik_term_of(c->should[i]) != NULL)
			ik_term_insert(terms, n++, ik_term_of(c->should[i]));
	for (size_t i = 0; i < n; i++)
		take_clause(u, &terms[i]->node, 0);
}

/* All that score. What is optional and no term comes last, and waits where all else is terms. */
static void take_clauses(struct ik_pruned *u, const struct ik_bool_clauses *c)
{
	size_t terms = 0;

	for (size_t i = 0; i < c->n_must; i++)
		take_clause(u, c->must[i], 1);
	take_terms(u, c);
	u->n_early = u->n;
	for (size_t i = 0; i < c->n_should; i++)
		if (ik_term_of(c->should[i]) == NULL)
			take_clause(u, c->should[i], 0);
	while (terms < u->n && u->clauses[terms].term != NULL)
		terms++;
	if (terms == 0 || terms < u->n_early)
		u->n_early = u->n;
	if (u->n_early < u->n)
		u->node.ops = &late_ops;
	u->n_now = u->n;
	u->terms_only = terms == u->n;
}

int ik_prune_open(struct ik_match *m, struct ik_node **root)
{
	const struct ik_bool_clauses *c = ik_bool_clauses(*root);
	size_t n = c != NULL ? c->n_must + c->n_should : 0;
	struct ik_pruned *u;

	/* Without a required clause that scores, a document may score nothing and match. */
	if (n == 0 || n > SCORING_MAX || c->min_should > 1 ||
	    (c->n_must == 0 && c->n_required > 0) || (c->n_must > 0 && c->min_should > 0))
		return 0;
	u = ik_arena_zalloc(m->arena, sizeof *u);
	if (u == NULL)
		return ik_fail_nomem(m->err);
	ik_node_init(&u->node, &pruned_ops, m);
	u->join = *root;
	u->clauses = ik_arena_array(m->arena, n, sizeof *u->clauses);
	u->parts = ik_arena_array(m->arena, n, sizeof *u->parts);
	u->needed = ik_arena_array(m->arena, n, sizeof *u->needed);
	u->least = ik_arena_array(m->arena, n, sizeof *u->least);
	u->kept = ik_arena_array(m->arena, n * m->chunk, sizeof *u->kept);
	u->sift.terms = ik_arena_array(m->arena, n, sizeof *u->sift.terms);
	if (u->clauses == NULL || u->parts == NULL || u->needed == NULL || u->least == NULL ||
	    u->kept == NULL || u->sift.terms == NULL)
		return ik_fail_nomem(m->err);
	u->meet = ik_meet_choose(ik_cpu());
	take_clauses(u, c);
	u->sift.bounds = u->kept;
	u->sift.n = u->n;
	u->filters = c->must + c->n_must;
	u->n_filters = c->n_required - c->n_must;
	u->must_not = c->must_not;
	u->n_must_not = c->n_must_not;
	*root = &u->node;
	return 0;
}
