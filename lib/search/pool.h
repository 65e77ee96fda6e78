/*
 * pool.h - the best k documents by score, where k is large.
 *
 * Layer: search. No heap: a document costs the same however many are wanted.
 * Scores are counted in classes, which tells about how much the k-th best
 * has, and what cannot be among the best any more is thrown out when as many
 * again have come in.
 */
#ifndef IK_SEARCH_POOL_H
#define IK_SEARCH_POOL_H

#include "search/pool_sort.h"
#include "search/results.h"

#define IK_POOL_FROM 64 /* with fewer wanted, a heap is cheaper */

struct ik_pool {
	size_t k;
	struct ik_arena *arena;
	struct ik_scored *v;
	size_t n, cap;
	struct ik_scored *room; /* for what is thrown out; NULL before */
	uint32_t *tally; /* documents of each class of scores, from the cut up */
	uint32_t cut;    /* the class of the k-th best, or the lowest */
	size_t over;     /* documents above it, fewer than k */
	int64_t floor;   /* what the k-th best had when some were thrown out; -1 before */
	uint64_t last;   /* and which document it was; 0 before */
};

/* k > 0. Memory comes from the arena, about four times as much as there is in the end. INK_ENOMEM. */
int ik_pool_init(struct ik_pool *p, size_t k, struct ik_arena *arena, ink_error *err);

/* From this document on, one that scores no more is not among the best; -1: it may be. */
int64_t ik_pool_threshold(const struct ik_pool *p, uint64_t doc);

/* Of two that tie the smaller document stays. INK_ENOMEM. */
int ik_pool_offer(struct ik_pool *p, uint64_t doc, int64_t score, ink_error *err);

/* n documents of a range, first + docs[i] with scores[docs[i]]; the threshold rises after them. */
int ik_pool_offer_range(struct ik_pool *p, uint64_t first, const uint8_t *docs, uint32_t n,
                        const int32_t *scores, ink_error *err);

/* n documents, first + docs[i] with scores[i]. INK_ENOMEM. */
int ik_pool_offer_list(struct ik_pool *p, uint64_t first, const uint32_t *docs, uint32_t n,
                       const int32_t *scores, ink_error *err);

/* The best ones to an array in the arena, best first. INK_ENOMEM. */
int ik_pool_finish(struct ik_pool *p, struct ik_arena *arena, struct ik_found **out, size_t *n,
                   ink_error *err);

#endif
