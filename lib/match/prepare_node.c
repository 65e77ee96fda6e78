/* prepare_node.c - the parts of what is looked up. Layer: match. */
#include "match/prepare.h"

#include <math.h>

#include "base/bits.h"
#include "segment/dict.h"

#define NODES_MAX 1000000
#define NODE_STEPS 256 /* what a node costs, in what ik_poll() counts */
#define FIND_STEPS 64  /* and to look up a term in a segment */

int ik_prep_new(struct ik_prepare *p, enum ik_prep_kind kind, struct ik_prep **out)
{
	struct ik_prep *prep = NULL;
	int rc = ik_poll(p->poll, NODE_STEPS);

	*out = NULL;
	if (rc != 0)
		return rc;
	if (++p->nodes > NODES_MAX)
		return ik_fail(p->err, INK_ELIMIT, "the query has more than %d parts", NODES_MAX);
	prep = ik_arena_zalloc(p->arena, sizeof *prep);
	if (prep == NULL)
		return ik_fail_nomem(p->err);
	prep->kind = kind;
	*out = prep;
	return 0;
}

size_t ik_prep_count(const struct ik_prep *prep, int32_t occur)
{
	size_t n = 0;

	for (size_t i = 0; i < prep->n; i++)
		n += prep->occur[i] == occur;
	return n;
}

double ik_prep_total(const struct ik_prep *prep)
{
	double sum = 0;

	if (prep->kind != IK_P_BOOL && prep->kind != IK_P_BEST)
		return (double)prep->weight;
	for (size_t i = 0; prep->kind == IK_P_BEST && i < prep->n; i++)
		sum = fmax(sum, ik_prep_total(prep->kids[i]));
	if (prep->kind == IK_P_BEST)
		return sum;
	for (size_t i = 0; i < prep->n; i++)
		if (prep->occur[i] == INK_MUST || prep->occur[i] == INK_SHOULD)
			sum += ik_prep_total(prep->kids[i]);
	return sum;
}

/*
 * Do the clauses of `kid` mean the same as clauses of the bool around it? A
 * union inside a union is one union, what is required together can be
 * required one by one, and what a required clause leaves to choice stays so.
 */
static int may_splice(const struct ik_prep *kid, int32_t occur, uint32_t min_should)
{
	if (kid->kind != IK_P_BOOL)
		return 0;
	if (occur == INK_SHOULD)
		return min_should <= 1 && kid->min_should <= 1 &&
		       ik_prep_count(kid, INK_SHOULD) == kid->n;
	return occur == INK_MUST && min_should == 0 && kid->min_should == 0 &&
	       ik_prep_count(kid, INK_MUST) + ik_prep_count(kid, INK_FILTER) > 0;
}

static size_t room_for(struct ik_prep *const *kids, const int32_t *occur, size_t n,
                       uint32_t min_should)
{
	size_t room = 1; /* for the "all" of a query of nothing but exclusions */

	for (size_t i = 0; i < n; i++)
		if (kids[i] != NULL)
			room += may_splice(kids[i], occur[i], min_should) ? kids[i]->n : 1;
	return room;
}

static void put_kid(struct ik_prep *prep, struct ik_prep *kid, int32_t occur)
{
	prep->kids[prep->n] = kid;
	prep->occur[prep->n++] = occur;
}

static void put_kids(struct ik_prep *prep, struct ik_prep *const *kids, const int32_t *occur,
                     size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (kids[i] == NULL)
			continue;
		if (may_splice(kids[i], occur[i], prep->min_should))
			for (size_t k = 0; k < kids[i]->n; k++)
				put_kid(prep, kids[i]->kids[k], kids[i]->occur[k]);
		else
			put_kid(prep, kids[i], occur[i]);
	}
}

/* A lone clause needs no bool around it. */
static int is_lone(const int32_t *occur, size_t n, uint32_t min_should)
{
	return n == 1 && ((occur[0] == INK_MUST && min_should == 0) ||
	                  (occur[0] == INK_SHOULD && min_should <= 1));
}

int ik_prep_bool(struct ik_prepare *p, struct ik_prep *const *kids, const int32_t *occur, size_t n,
                 uint32_t min_should, struct ik_prep **out)
{
	struct ik_prep *prep, *all;
	size_t room;
	int rc;

	*out = NULL;
	if (is_lone(occur, n, min_should)) {
		*out = kids[0];
		return 0;
	}
	room = room_for(kids, occur, n, min_should);
	rc = ik_prep_new(p, IK_P_BOOL, &prep);
	if (rc != 0)
		return rc;
	prep->kids = ik_arena_array(p->arena, room, sizeof *prep->kids);
	prep->occur = ik_arena_array(p->arena, room, sizeof *prep->occur);
	if (prep->kids == NULL || prep->occur == NULL)
		return ik_fail_nomem(p->err);
	prep->min_should = min_should;
	put_kids(prep, kids, occur, n);
	if (prep->n == 0)
		return 0;
	if (ik_prep_count(prep, INK_MUST_NOT) == prep->n) { /* everything but ... */
		rc = ik_prep_new(p, IK_P_ALL, &all);
		if (rc != 0)
			return rc;
		put_kid(prep, all, INK_FILTER);
	}
	*out = is_lone(prep->occur, prep->n, min_should) ? prep->kids[0] : prep;
	return 0;
}

int ik_prep_term(struct ik_prepare *p, uint32_t part, const char *term, size_t len, float weight,
                 struct ik_prep **out)
{
	struct ik_prep *prep;
	int rc = ik_prep_new(p, IK_P_TERM, &prep);

	*out = prep;
	if (rc != 0)
		return rc;
	prep->part = part;
	prep->len = len;
	prep->weight = weight;
	prep->text = ik_arena_strndup(p->arena, term, len);
	prep->infos = ik_arena_zalloc(p->arena, (p->c->n + 1) * sizeof *prep->infos);
	if (prep->text == NULL || prep->infos == NULL)
		return ik_fail_nomem(p->err);
	prep->next = p->terms;
	p->terms = prep;
	return 0;
}

/* Those of one segment, which asks for their lists. */
static int look_up(struct ik_prepare *p, struct ik_prep *const *terms, size_t n, uint32_t s)
{
	struct ik_dict_lookup lookups[IK_DICT_TOGETHER];
	int rc;

	for (size_t i = 0; i < n; i++)
		lookups[i] = (struct ik_dict_lookup){ terms[i]->part, terms[i]->text, terms[i]->len,
			                              &terms[i]->infos[s] };
	rc = ik_dict_find_all(p->c->segs[s], lookups, n, p->err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct ik_term_info *info = &terms[i]->infos[s];

		terms[i]->df += info->df;
		if (info->df > 0)
			ik_fetch(info->post, info->post_len);
	}
	return rc;
}

int ik_prep_look_up(struct ik_prepare *p)
{
	struct ik_prep *terms[IK_DICT_TOGETHER];
	int rc = 0;

	while (rc == 0 && p->terms != NULL) {
		size_t n = 0;

		for (; n < IK_DICT_TOGETHER && p->terms != NULL; p->terms = p->terms->next)
			terms[n++] = p->terms;
		for (uint32_t s = 0; rc == 0 && s < p->c->n; s++)
			rc = look_up(p, terms, n, s);
		if (rc == 0)
			rc = ik_poll(p->poll, n * p->c->n * FIND_STEPS);
		for (size_t i = 0; i < n; i++) {
			uint32_t stats = ik_part_stats_of(terms[i]->part);

			terms[i]->idf = (double)ik_bm25_idf(terms[i]->df, p->c->parts[stats].docs);
			terms[i]->weight *= (float)terms[i]->idf;
		}
	}
	return rc;
}
