/* topk.c - the best k documents seen so far. Layer: search. */
#include "search/topk.h"

#include <string.h>

#include "search/cursor.h"
#include "search/pool_sort.h"

/* Does (a) come before (b)? Keys first, then score, then document order. */
static int before(const struct ik_topk *t, const struct ik_key *a_keys, int64_t a_score,
                  uint64_t a_doc, const struct ik_key *b_keys, int64_t b_score, uint64_t b_doc)
{
	if (t->sorter != NULL) {
		int order = ik_sorter_compare(t->sorter, a_keys, b_keys);

		if (order != 0)
			return order < 0;
	} else if (a_score != b_score) {
		return a_score > b_score;
	}
	return a_doc < b_doc;
}

static int found_before(const struct ik_topk *t, const struct ik_found *a,
                        const struct ik_found *b)
{
	return before(t, a->keys, a->score, a->doc, b->keys, b->score, b->doc);
}

int ik_topk_init(struct ik_topk *t, const struct ik_sorter *sorter, size_t k,
                 struct ik_arena *arena, ink_error *err)
{
	memset(t, 0, sizeof *t);
	t->sorter = sorter;
	t->k = k;
	t->arena = arena;
	t->n_keys = sorter != NULL ? ik_sorter_len(sorter) : 0;
	if (sorter == NULL)
		return k >= IK_POOL_FROM ? ik_pool_init(&t->pool, k, arena, err) : 0;
	t->spare = ik_arena_zalloc(arena, (t->n_keys + 1) * sizeof *t->spare);
	return t->spare != NULL ? 0 : ik_fail_nomem(err);
}

int64_t ik_topk_threshold(const struct ik_topk *t, uint64_t doc)
{
	if (t->pool.k > 0)
		return ik_pool_threshold(&t->pool, doc);
	if (t->n < t->k || t->k == 0)
		return t->k == 0 ? INT64_MAX : -1;
	return t->heap[0].score - (doc < t->heap[0].doc); /* which would tie and come before it */
}

/* The last one moves up as far as it is worse than those above it. */
static void sift_up(struct ik_topk *t, size_t i)
{
	struct ik_found item = t->heap[i];

	for (; i > 0 && found_before(t, &t->heap[(i - 1) / 2], &item); i = (i - 1) / 2)
		t->heap[i] = t->heap[(i - 1) / 2];
	t->heap[i] = item;
}

/* The first one of n moves down as far as one below it is worse. */
static void sift_down(struct ik_topk *t, size_t n)
{
	struct ik_found item = t->heap[0];
	size_t i = 0, c;

	for (; (c = 2 * i + 1) < n; i = c) {
		c += c + 1 < n && found_before(t, &t->heap[c], &t->heap[c + 1]);
		if (!found_before(t, &item, &t->heap[c]))
			break;
		t->heap[i] = t->heap[c];
	}
	t->heap[i] = item;
}

static int grow(struct ik_topk *t, ink_error *err)
{
	size_t cap = t->cap == 0 ? (t->k < 16 ? t->k : 16) : t->cap * 2;
	struct ik_found *heap;

	if (cap > t->k)
		cap = t->k;
	heap = ik_arena_array(t->arena, cap, sizeof *heap);
	if (heap == NULL)
		return ik_fail_nomem(err);
	if (t->n > 0)
		memcpy(heap, t->heap, t->n * sizeof *heap);
	t->heap = heap;
	t->cap = cap;
	return 0;
}

static int already_shown(const struct ik_topk *t, uint64_t doc, int64_t score)
{
	const struct ik_cursor *a = t->after;

	return a != NULL && !before(t, a->keys, a->score, a->doc, t->spare, score, doc);
}

int ik_topk_offer(struct ik_topk *t, uint64_t doc, int64_t score, ink_error *err)
{
	struct ik_found *slot;

	if (t->k == 0 || already_shown(t, doc, score))
		return 0;
	if (t->pool.k > 0)
		return ik_pool_offer(&t->pool, doc, score, err);
	if (t->n == t->k) {
		slot = &t->heap[0];
		if (!before(t, t->spare, score, doc, slot->keys, slot->score, slot->doc))
			return 0;
	} else {
		if (t->n == t->cap && grow(t, err) != 0)
			return INK_ENOMEM;
		slot = &t->heap[t->n];
		slot->keys = NULL;
		if (t->n_keys > 0) {
			slot->keys = ik_arena_array(t->arena, t->n_keys, sizeof *slot->keys);
			if (slot->keys == NULL)
				return ik_fail_nomem(err);
		}
		t->n++;
	}
	slot->doc = doc;
	slot->score = score;
	slot->stored = NULL;
	if (t->n_keys > 0)
		memcpy(slot->keys, t->spare, t->n_keys * sizeof *slot->keys);
	if (slot == &t->heap[0] && t->n > 1)
		sift_down(t, t->n);
	else
		sift_up(t, t->n - 1);
	return 0;
}

int ik_topk_offer_range(struct ik_topk *t, uint64_t first, const uint8_t *docs, uint32_t n,
                        const int32_t *scores, ink_error *err)
{
	int rc = 0;

	if (t->pool.k > 0 && t->after == NULL)
		return ik_pool_offer_range(&t->pool, first, docs, n, scores, err);
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		if (scores[docs[i]] > ik_topk_threshold(t, first + docs[i]))
			rc = ik_topk_offer(t, first + docs[i], scores[docs[i]], err);
	return rc;
}

/* The best of these, where nothing is there: from the worst to the best they are a heap. */
static int take_best(struct ik_topk *t, uint64_t first, const uint32_t *docs, uint32_t n,
                     const int32_t *scores, ink_error *err)
{
	struct ik_scored v[IK_SCORED_FEW], room[IK_SCORED_FEW];

	while (t->cap < t->k)
		if (grow(t, err) != 0)
			return INK_ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		v[i] = (struct ik_scored){ first + docs[i], scores[i] };
	ik_scored_sort(v, n, room);
	t->n = n < t->k ? n : t->k;
	for (size_t i = 0; i < t->n; i++)
		t->heap[t->n - 1 - i] = (struct ik_found){ .doc = v[i].doc, .score = v[i].score };
	return 0;
}

int ik_topk_offer_list(struct ik_topk *t, uint64_t first, const uint32_t *docs, uint32_t n,
                       const int32_t *scores, ink_error *err)
{
	int rc = 0;

	if (t->pool.k > 0 && t->after == NULL)
		return ik_pool_offer_list(&t->pool, first, docs, n, scores, err);
	if (t->n == 0 && t->after == NULL && n <= IK_SCORED_FEW)
		return take_best(t, first, docs, n, scores, err);
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		if (scores[i] > ik_topk_threshold(t, first + docs[i]))
			rc = ik_topk_offer(t, first + docs[i], scores[i], err);
	return rc;
}

/* By score alone: there are fewer than a pool has. */
static void sort_scored(const struct ik_topk *t, struct ik_found *hits)
{
	struct ik_scored v[IK_POOL_FROM], room[IK_POOL_FROM];

	for (size_t i = 0; i < t->n; i++)
		v[i] = (struct ik_scored){ t->heap[i].doc, t->heap[i].score };
	ik_scored_sort(v, t->n, room);
	for (size_t i = 0; i < t->n; i++)
		hits[i] = (struct ik_found){ .doc = v[i].doc, .score = v[i].score };
}

/* By the heap, of which the worst goes to the end. */
static int sort_keyed(struct ik_topk *t, struct ik_arena *arena, struct ik_found *hits,
                      ink_error *err)
{
	for (size_t left = t->n; left > 1; left--) {
		struct ik_found worst = t->heap[0];

		t->heap[0] = t->heap[left - 1];
		t->heap[left - 1] = worst;
		sift_down(t, left - 1);
	}
	for (size_t i = 0; i < t->n; i++) {
		hits[i] = t->heap[i];
		if (t->n_keys == 0)
			continue;
		hits[i].keys = ik_arena_array(arena, t->n_keys, sizeof *hits[i].keys);
		if (hits[i].keys == NULL)
			return ik_fail_nomem(err);
		memcpy(hits[i].keys, t->heap[i].keys, t->n_keys * sizeof *hits[i].keys);
	}
	return 0;
}

int ik_topk_finish(struct ik_topk *t, struct ik_arena *arena, struct ik_found **out, size_t *n,
                   ink_error *err)
{
	struct ik_found *hits;

	if (t->pool.k > 0)
		return ik_pool_finish(&t->pool, arena, out, n, err);
	*out = NULL;
	*n = 0;
	if (t->n == 0)
		return 0;
	*out = hits = ik_arena_array(arena, t->n, sizeof *hits);
	if (hits == NULL)
		return ik_fail_nomem(err);
	if (t->sorter == NULL)
		sort_scored(t, hits);
	else if (sort_keyed(t, arena, hits, err) != 0)
		return INK_ENOMEM;
	*n = t->n;
	return 0;
}
