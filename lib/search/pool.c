/* pool.c - the best k documents by score, where k is large. Layer: search. */
#include "search/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define CLASSES 1024
#define CLASS_SHIFT 20 /* scores are below 2^30 (match/node.h) */
#define FAR 16         /* from its place a document may be before it is inserted there */

static uint32_t class_of(int64_t score)
{
	int64_t class = score >> CLASS_SHIFT;

	return class < 0 ? 0 : class < CLASSES ? (uint32_t)class : CLASSES - 1;
}

int ik_pool_init(struct ik_pool *p, size_t k, ink_error *err)
{
	memset(p, 0, sizeof *p);
	p->k = k;
	p->floor = -1;
	p->tally = ik_zarray(CLASSES, sizeof *p->tally);
	return p->tally != NULL ? 0 : ik_fail_nomem(err);
}

void ik_pool_free(struct ik_pool *p)
{
	ik_free(p->tally);
	ik_free(p->v);
	memset(p, 0, sizeof *p);
}

int64_t ik_pool_threshold(const struct ik_pool *p)
{
	int64_t reached = ((int64_t)p->cut << CLASS_SHIFT) - 1;

	return reached > p->floor ? reached : p->floor;
}

/* ---- sorting ---- */

static int compare(const void *a, const void *b)
{
	const struct ik_found *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->doc < y->doc ? -1 : x->doc > y->doc;
}

/* None is far from its place. */
static void insert_sort(struct ik_found *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct ik_found item;
		size_t at = i;

		if (compare(&v[i - 1], &v[i]) < 0)
			continue;
		item = v[i];
		for (; at > 0 && compare(&item, &v[at - 1]) < 0; at--)
			v[at] = v[at - 1];
		v[at] = item;
	}
}

/* Leave out what is in a class below `cut`, which no processor foresees. */
static void drop(struct ik_pool *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		p->v[n] = p->v[i];
		n += class_of(p->v[i].score) >= p->cut;
	}
	p->n = n;
}

/* The documents of class `cut` and better, best first: how many. The tally is used up. */
static size_t sort_best(struct ik_pool *p, struct ik_found *out)
{
	size_t at = 0;

	drop(p);
	for (uint32_t c = p->top + 1; c-- > p->cut;) {
		uint32_t count = p->tally[c];

		p->tally[c] = (uint32_t)at;
		at += count;
	}
	for (size_t i = 0; i < p->n; i++)
		out[p->tally[class_of(p->v[i].score)]++] = p->v[i];
	for (uint32_t c = p->top + 1, first = 0; c-- > p->cut; first = p->tally[c])
		if (p->tally[c] - first > FAR)
			qsort(out + first, p->tally[c] - first, sizeof *out, compare);
	insert_sort(out, at);
	return at;
}

/* ---- taking ---- */

/* Leave the k best of those that are there, which are more. */
static int throw_out(struct ik_pool *p, ink_error *err)
{
	struct ik_found *best = ik_array(p->cap, sizeof *best);

	if (best == NULL)
		return ik_fail_nomem(err);
	sort_best(p, best);
	ik_free(p->v);
	p->v = best;
	p->n = p->k;
	p->floor = best[p->k - 1].score;
	memset(p->tally, 0, CLASSES * sizeof *p->tally);
	p->over = 0;
	for (size_t i = 0; i < p->n; i++) {
		p->tally[class_of(best[i].score)]++;
		p->over += class_of(best[i].score) > p->cut;
	}
	return 0;
}

static int make_room(struct ik_pool *p, ink_error *err)
{
	size_t cap = p->cap == 0 ? IK_POOL_FROM : p->cap * 2;
	struct ik_found *v;

	if (p->cap >= 2 * p->k)
		return throw_out(p, err);
	cap = cap < 2 * p->k ? cap : 2 * p->k;
	v = ik_realloc(p->v, cap * sizeof *v);
	if (v == NULL)
		return ik_fail_nomem(err);
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
	p->v[p->n] = (struct ik_found){ .doc = doc, .score = score };
	p->n += good;
	p->tally[class] += good;
	p->top = class > p->top ? class : p->top;
	p->over += good & (class > p->cut);
	return 0;
}

static void raise_cut(struct ik_pool *p)
{
	while (p->over >= p->k)
		p->over -= p->tally[++p->cut];
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

int ik_pool_finish(struct ik_pool *p, struct ik_arena *arena, struct ik_found **out, size_t *n,
                   ink_error *err)
{
	*n = 0;
	*out = ik_arena_array(arena, p->n + 1, sizeof **out);
	if (*out == NULL)
		return ik_fail_nomem(err);
	*n = sort_best(p, *out);
	*n = *n < p->k ? *n : p->k;
	return 0;
}
