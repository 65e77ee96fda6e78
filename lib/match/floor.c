/*
 * floor.c - a score that k documents reach, known before any posting is read.
 *
 * Layer: match. A union needs no more than one of its terms, so what the k-th
 * best posting of a term scores is reached by k documents. And so is the k-th
 * greatest of what is best in each range by one term alone, as documents of
 * different ranges are different ones: of several terms, whichever is better.
 */
#include <string.h>

#include "match/bool.h"
#include "match/peak.h"
#include "match/plan.h"
#include "match/term.h"

#define STEP 64 /* of what several terms reach together; finer ones are not worth a pass each */

/* The terms of a union, or the one term; NULL where k documents with one need not be k hits. */
static struct ik_node **optional_terms(struct ik_node **tree, size_t *n)
{
	const struct ik_bool_clauses *c = ik_bool_clauses(*tree);

	*n = 1;
	if (c == NULL)
		return tree;
	*n = c->n_should;
	return c->n_required > 0 || c->n_must_not > 0 || c->min_should > 1 ? NULL : c->should;
}

/* By the k-th best postings that are stored. */
static int32_t term_floor(struct ik_node *const *nodes, size_t n, uint64_t k)
{
	int32_t floor = 0;

	for (size_t i = 0; i < n; i++) {
		struct ik_term *t = ik_term_of(nodes[i]);
		int32_t score = t != NULL ? ik_term_kth(t, k) : 0;

		floor = score > floor ? score : floor;
	}
	return floor;
}

static void list_best(const struct ik_term *t, const int32_t *points, uint32_t from, uint32_t n,
                      uint16_t *best)
{
	uint64_t end = (uint64_t)(from + n) * IK_RANGE;

	for (uint32_t i = ik_term_list_from(t, (uint64_t)from * IK_RANGE);
	     i < t->info.df && t->docs[i] < end; i++) {
		uint16_t *to = &best[t->docs[i] / IK_RANGE - from];
		int32_t more = (points[i] >> IK_UNIT_SHIFT) - *to;

		*to = (uint16_t)(*to + (more & -(more > 0))); /* no branch, as none is foreseen */
	}
}

/* Raise best[i] to what the best document of range from + i scores by the term at least. */
static void term_best(struct ik_term *t, uint32_t from, uint32_t n, uint16_t *best)
{
	/* One less, as a score is rounded apart from its maximum. */
	float units = t->ws * t->down * t->ranges.umax / (1 << IK_UNIT_SHIFT) - 1.0f;

	if (!t->ranged && t->points != NULL)
		list_best(t, ik_term_all_points(t), from, n, best);
	else if (t->ranged && t->part->norms != NULL && units >= 1.0f && units < 60000.0f)
		t->node.m->kernel->lift(best, ik_ranges_max(&t->ranges) + from, n, (uint16_t)units);
}

/* What the ranges of a chunk make of it. */
static int32_t range_floor(const struct ik_match *m, struct ik_node *const *nodes, size_t n,
                           uint32_t from, uint64_t k, int32_t floor)
{
	uint32_t left = m->n_ranges - from, len = left < m->chunk ? left : m->chunk;
	uint16_t *best = m->scratch;
	int32_t better;

	if (len < k)
		return floor;
	memset(best, 0, len * sizeof *best);
	for (size_t i = 0; i < n; i++)
		if (ik_term_of(nodes[i]) != NULL)
			term_best(ik_term_of(nodes[i]), from, len, best);
	better = ik_bounds_peak(m->kernel, best, len, (size_t)k,
	                        (uint16_t)(floor >> IK_UNIT_SHIFT), STEP, best + m->chunk)
	         << IK_UNIT_SHIFT;
	return better > floor ? better : floor;
}

int32_t ik_plan_floor(const struct ik_plan *p, uint64_t k)
{
	struct ik_node *tree = p->tree, **nodes;
	int32_t floor;
	size_t n;

	if (tree == NULL || p->m.seg->n_docs == 0)
		return 0;
	nodes = optional_terms(&tree, &n);
	if (nodes == NULL)
		return 0;
	floor = term_floor(nodes, n, k);
	for (uint32_t from = 0; from < p->m.n_ranges; from += p->m.chunk)
		floor = range_floor(&p->m, nodes, n, from, k, floor);
	return floor;
}
