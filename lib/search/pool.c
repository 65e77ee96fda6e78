/* pool.c - the best k documents by score, where k is large. Layer: search. */
#include "search/pool.h"

#include <string.h>

#define CLASSES 1024
#define CLASS_SHIFT 20 /* scores are below 2^30 (match/node.h) */

static uint32_t class_of(int64_t score)
{
	int64_t class = score >> CLASS_SHIFT;

	return class < 0 ? 0 : class < CLASSES ? (uint32_t)class : CLASSES - 1;
}

int ik_pool_init(struct ik_pool *p, size_t k, struct ik_arena *arena, ink_error *err)
{
	memset(p, 0, sizeof *p);
	p->k = k;
	p->arena = arena;
	p->floor = -1;
	p->tally = ik_arena_zalloc(arena, CLASSES * sizeof *p->tally);
	return p->tally != NULL ? 0 : ik_fail_nomem(err);
}

int64_t ik_pool_threshold(const struct ik_pool *p, uint64_t doc)
{
	int64_t reached = ((int64_t)p->cut << CLASS_SHIFT) - 1;
	int64_t floor = p->floor - (doc < p->last); /* which would then tie and come before it */

	return reached > floor ? reached : floor;
}

static void raise_cut(struct ik_pool *p)
{
	while (p->over >= p->k)
		p->over -= p->tally[++p->cut];
}

/* Leave the k best of those that are there, which are more. */
static int throw_out(struct ik_pool *p, ink_error *err)
{
	struct ik_scored *at_cut = p->room;
	size_t n = 0, cut = 0;

	if (at_cut == NULL)
		at_cut = p->room = ik_arena_array(p->arena, p->cap, 2 * sizeof *at_cut);
	if (at_cut == NULL)
		return ik_fail_nomem(err);
	raise_cut(p);
	for (size_t i = 0; i < p->n; i++) { /* which no processor foresees */
		struct ik_scored item = p->v[i];
		uint32_t class = class_of(item.score);

		p->v[n] = at_cut[cut] = item;
		n += class > p->cut;
		cut += class == p->cut;
	}
	ik_scored_sort(at_cut, cut, at_cut + p->n);
	memcpy(p->v + n, at_cut, (p->k - n) * sizeof *p->v);
	p->tally[p->cut] = (uint32_t)(p->k - n);
	p->n = p->k;
	p->floor = p->v[p->k - 1].score;
	p->last = p->v[p->k - 1].doc;
	return 0;
}

static int make_room(struct ik_pool *p, ink_error *err)
{
	size_t cap = p->cap == 0 ? 4 * IK_POOL_FROM : p->cap * 2;
	struct ik_scored *v;

	if (p->cap >= 2 * p->k)
		return throw_out(p, err);
	cap = cap < 2 * p->k ? cap : 2 * p->k;
	v = ik_arena_array(p->arena, cap, sizeof *v);
	if (v == NULL)
		return ik_fail_nomem(err);
	if (p->n > 0)
		memcpy(v, p->v, p->n * sizeof *v);
	p->v = v;
	p->cap = cap;
	return 0;
}

/* What is not good enough is written and then not counted, as no processor foresees which is. */
static inline int take(struct ik_pool *p, uint64_t doc, int64_t score, ink_error *err)
{
	uint32_t class = class_of(score), good = (class >= p->cut) & (score >= p->floor);

	if (p->n == p->cap && make_room(p, err) != 0)
		return INK_ENOMEM;
	p->v[p->n] = (struct ik_scored){ doc, score };
	p->n += good;
	p->tally[class] += good;
	p->over += good & (class > p->cut);
	return 0;
}

int ik_pool_offer(struct ik_pool *p, uint64_t doc, int64_t score, ink_error *err)
{
	int rc = take(p, doc, score, err);

	raise_cut(p);
	return rc;
}

int ik_pool_offer_range(struct ik_pool *p, uint64_t first, const uint8_t *docs, uint32_t n,
                        const int32_t *scores, ink_error *err)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = take(p, first + docs[i], scores[docs[i]], err);
	raise_cut(p);
	return rc;
}

/* Leave out what is in a class below the cut. */
static void drop(struct ik_pool *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		p->v[n] = p->v[i];
		n += class_of(p->v[i].score) >= p->cut;
	}
	p->n = n;
}

int ik_pool_offer_list(struct ik_pool *p, uint64_t first, const uint32_t *docs, uint32_t n,
                       const int32_t *scores, ink_error *err)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = take(p, first + docs[i], scores[i], err);
	raise_cut(p);
	return rc;
}

_Static_assert(sizeof(struct ik_found) <= 2 * sizeof(struct ik_scored), "hits fit where two were");

int ik_pool_finish(struct ik_pool *p, struct ik_arena *arena, struct ik_found **out, size_t *n,
                   ink_error *err)
{
	struct ik_scored *room;
	size_t best;

	*n = 0;
	if (p->cut > 0)
		drop(p);
	best = p->n < p->k ? p->n : p->k;
	/* Not needed before, and so room for sorting: there are at most 2 k. */
	room = ik_arena_array(arena, best + 1, 2 * sizeof *room);
	if (room == NULL)
		return ik_fail_nomem(err);
	*out = (struct ik_found *)room;
	ik_scored_sort(p->v, p->n, room);
	*n = best;
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct ik_found){ .doc = p->v[i].doc, .score = p->v[i].score };
	return 0;
}
