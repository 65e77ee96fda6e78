/*
 * topk.h - the best k documents seen so far.
 *
 * Layer: search. A binary heap with the worst of them on top, or for many by
 * score alone a pool.
 */
#ifndef IK_SEARCH_TOPK_H
#define IK_SEARCH_TOPK_H

#include "search/pool.h"

struct ik_topk {
	const struct ik_sorter *sorter; /* NULL: by score alone */
	size_t n_keys;
	size_t k;                       /* how many are wanted */
	struct ik_arena *arena;
	struct ik_found *heap;          /* k, grown as needed */
	size_t n, cap;
	struct ik_pool pool;            /* in place of the heap when it has a k */
	struct ik_key *spare;           /* of the document that is being looked at; NULL: no keys */
	struct ik_cursor *after;        /* NULL: from the start */
};

/* Memory comes from the arena. INK_ENOMEM. */
int ik_topk_init(struct ik_topk *t, const struct ik_sorter *sorter, size_t k,
                 struct ik_arena *arena, ink_error *err);

/* By score alone: what documents from `doc` on have to pass to get in; -1: any may. */
int64_t ik_topk_threshold(const struct ik_topk *t, uint64_t doc);

/* Offer a document; its keys, if sorted by fields, are in t->spare. INK_ENOMEM. */
int ik_topk_offer(struct ik_topk *t, uint64_t doc, int64_t score, ink_error *err);

/* n documents of a range by score alone, first + docs[i] with scores[docs[i]]. INK_ENOMEM. */
int ik_topk_offer_range(struct ik_topk *t, uint64_t first, const uint8_t *docs, uint32_t n,
                        const int32_t *scores, ink_error *err);

/* n documents by score alone, first + docs[i] with scores[i]. INK_ENOMEM. */
int ik_topk_offer_list(struct ik_topk *t, uint64_t first, const uint32_t *docs, uint32_t n,
                       const int32_t *scores, ink_error *err);

/* Move what was found to an array in the arena, best first; NULL of nothing. INK_ENOMEM. */
int ik_topk_finish(struct ik_topk *t, struct ik_arena *arena, struct ik_found **out, size_t *n,
                   ink_error *err);

#endif
