/* narrow.c - ranges in which the required terms of a query do not meet. Layer: match. */
#include "match/narrow.h"

#include <string.h>

#include "base/cpu.h"
#include "match/bool.h"
#include "match/meet.h"
#include "match/phrase.h"
#include "match/verify.h"

static void take(struct ik_narrow *to, struct ik_term *term)
{
	if (to->n < IK_NARROW_MAX)
		ik_term_insert(to->terms, to->n++, term);
	else
		to->whole = 0;
}

/* The terms that every match of a node has. */
static void take_required(struct ik_narrow *to, struct ik_node *node)
{
	const struct ik_bool_clauses *c = ik_bool_clauses(node);
	struct ik_node *candidates = ik_verify_candidates(node);
	struct ik_term *term = ik_term_of(node), *const *found;
	size_t n = ik_phrase_terms(node, &found);

	if (candidates != NULL)
		take_required(to, candidates);
	if (term != NULL)
		take(to, term);
	for (size_t i = 0; i < n; i++)
		take(to, found[i]);
	for (size_t i = 0; c != NULL && i < c->n_required; i++)
		take_required(to, c->must[i]);
}

/* Does a document match that has all the terms of a node? */
static int is_terms(struct ik_node *node)
{
	const struct ik_bool_clauses *c = ik_bool_clauses(node);

	if (c == NULL)
		return ik_term_of(node) != NULL;
	if (c->min_should > 0 || c->n_must_not > 0)
		return 0;
	for (size_t i = 0; i < c->n_required; i++)
		if (!is_terms(c->must[i]))
			return 0;
	return 1;
}

/* Phrases and texts are asked for no document but those that narrowing leaves. */
static void tell_met(struct ik_node *node)
{
	const struct ik_bool_clauses *c = ik_bool_clauses(node);
	struct ik_node *candidates = ik_verify_candidates(node);
	struct ik_term *const *found = NULL;

	if (ik_phrase_terms(node, &found) > 0)
		ik_phrase_met(node);
	if (candidates != NULL && is_terms(candidates))
		ik_verify_met(node);
	for (size_t i = 0; c != NULL && i < c->n_required; i++)
		tell_met(c->must[i]);
}

static uint64_t expect(const struct ik_narrow *narrow)
{
	uint64_t docs = narrow->terms[0]->node.m->seg->n_docs, met = narrow->terms[0]->info.df;

	for (size_t i = 1; i < narrow->n; i++)
		met = met * narrow->terms[i]->info.df / docs;
	return met;
}

/* Where it does: is its score the sum of theirs? */
static int is_sum(struct ik_node *node)
{
	const struct ik_bool_clauses *c = ik_bool_clauses(node);

	if (c == NULL)
		return 1;
	if (c->n_must < c->n_required || c->n_should > 0)
		return 0;
	for (size_t i = 0; i < c->n_must; i++)
		if (!is_sum(c->must[i]))
			return 0;
	return 1;
}

void ik_narrow_open(struct ik_plan *plan, struct ik_narrow *out)
{
	out->n = 0;
	out->whole = 1;
	out->masks.docs = NULL;
	out->ops = ik_masks_choose(ik_cpu());
	take_required(out, plan->tree);
	out->expected = out->n > 1 ? expect(out) : 0;
	if (out->expected >= plan->m.n_ranges) /* they meet in every range */
		out->n = 0;
	out->counts = out->n > 1 && out->whole && is_terms(plan->tree);
	out->sums = out->counts && is_sum(plan->tree);
	if (out->n > 1 && out->whole)
		tell_met(plan->tree);
}

static int need_masks(struct ik_narrow *narrow)
{
	return narrow->masks.docs != NULL ? 0
	                                  : ik_masks_open(narrow->terms[0]->node.m, &narrow->masks);
}

int ik_narrow(struct ik_narrow *narrow, uint32_t from, uint32_t n, const uint16_t *bounds,
              uint16_t least)
{
	struct ik_masks *m = &narrow->masks;
	int rc = need_masks(narrow);

	if (rc != 0)
		return rc;
	if (bounds == NULL)
		return narrow->ops->all(m, from, n, narrow->terms, narrow->n);
	ik_masks_list(m, narrow->terms[0]->node.m, from, bounds, n, least);
	return narrow->ops->keep_all(m, narrow->terms, narrow->n);
}

int ik_narrow_next(struct ik_narrow *narrow, uint32_t from, uint32_t n, uint16_t *bounds,
                   uint16_t least)
{
	struct ik_masks *m = &narrow->masks;
	int rc = need_masks(narrow);

	if (rc != 0)
		return rc;
	ik_masks_list(m, narrow->terms[0]->node.m, from, bounds, n, least);
	for (uint32_t i = 0; i < m->n; i++)
		bounds[m->list[i]] = 0;
	return narrow->ops->keep_all(m, narrow->terms, narrow->n);
}

void ik_narrow_bounds(const struct ik_narrow *narrow, uint32_t n, uint16_t *bounds)
{
	const struct ik_masks *m = &narrow->masks;
	uint16_t *room = narrow->terms[0]->node.m->scratch; /* free between bounds */

	for (uint32_t i = 0; i < m->n; i++)
		room[i] = bounds[m->list[i]];
	memset(bounds, 0, n * sizeof *bounds);
	for (uint32_t i = 0; i < m->n; i++)
		bounds[m->list[i]] = room[i];
}

uint32_t ik_narrow_list(const struct ik_narrow *narrow, uint32_t *docs, uint32_t max)
{
	const struct ik_kernel *kernel = narrow->terms[0]->node.m->kernel;
	const struct ik_masks *m = &narrow->masks;
	uint8_t in_range[IK_DOCS_ROOM];
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->n; i++) {
		uint32_t first = (m->from + m->list[i]) * IK_RANGE, found;
		uint64_t mask[4];

		for (unsigned w = 0; w < 4; w++)
			mask[w] = ik_load64(m->docs[m->list[i]] + (size_t)w * 8);
		found = kernel->docs(mask, in_range);
		if (found > max - n)
			return max + 1;
		for (uint32_t k = 0; k < found; k++)
			docs[n++] = first + in_range[k];
	}
	return n;
}

int ik_narrow_scores(const struct ik_narrow *narrow, const uint32_t *docs, uint32_t n,
                     int32_t *scores)
{
	const struct ik_meet *meet = ik_meet_choose(ik_cpu());
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < narrow->n; i++)
		rc = meet->scores(narrow->terms[i], docs, n, scores);
	return rc;
}
