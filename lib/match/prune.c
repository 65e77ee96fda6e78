/*
 * prune.c - a bool that is the whole query: bounds of ranges, and what is not ranked.
 *
 * Layer: match. Only documents above a threshold matter. The bounds of each clause
 * are kept, as prune_rank.c goes by them in the ranges that are visited.
 */
#include <string.h>

#include "base/bits.h"
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
	uint16_t *filter = m->scratch + (size_t)m->chunk * m->depth++;

	u->kept_from = from;
	for (size_t i = 0; i < u->n; i++) {
		u->clauses[i].node->ops->bounds(u->clauses[i].node, from, n, kept_of(u, i));
		add_bounds(u, i, n, u->clauses[0].must, out);
	}
	for (size_t i = 0; i < u->n_filters; i++) {
		u->filters[i]->ops->bounds(u->filters[i], from, n, filter);
		m->kernel->keep(out, filter, n);
	}
	m->depth--;
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

/* What is optional: terms, the rarest first, or the rest. */
static void take_optional(struct ik_pruned *u, const struct ik_bool_clauses *c, int terms)
{
	size_t from = u->n;

	for (size_t i = 0; i < c->n_should; i++) {
		struct ik_term *term = ik_term_of(c->should[i]);
		size_t k = u->n;

		if ((term != NULL) != terms)
			continue;
		for (; terms && k > from && u->clauses[k - 1].term->info.df > term->info.df; k--)
			u->clauses[k] = u->clauses[k - 1];
		u->clauses[k] = (struct ik_prune_part){ c->should[i], term, 0, 0 };
		u->n++;
	}
}

/* All that score. What is optional and no term comes last, and waits where all else is terms. */
static void take_clauses(struct ik_pruned *u, const struct ik_bool_clauses *c)
{
	size_t terms = 0;

	for (; u->n < c->n_must; u->n++) {
		struct ik_node *node = c->must[u->n];

		u->clauses[u->n] = (struct ik_prune_part){ node, ik_term_of(node), 0, 1 };
	}
	take_optional(u, c, 1);
	u->n_early = u->n;
	take_optional(u, c, 0);
	while (terms < u->n && u->clauses[terms].term != NULL)
		terms++;
	if (terms == 0 || terms < u->n_early)
		u->n_early = u->n;
	if (u->n_early < u->n)
		u->node.ops = &late_ops;
	u->n_now = u->n;
	u->terms_only = terms == u->n;
	for (size_t i = 0; i < u->n; i++)
		u->sift.terms[i] = u->clauses[i].term;
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
