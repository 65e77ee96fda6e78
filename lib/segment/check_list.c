/*
 * check_list.c - the checker: one posting list.
 *
 * Layer: segment.
 *
 * The list is walked from front to back, as a merge does, and each posting
 * is looked up the way a query does; the two decoders have to agree. With
 * every score at hand, stored bounds are compared with the truth.
 */
#include "segment/check_impl.h"

#include <string.h>

#include "base/arena.h"
#include "base/bits.h"
#include "base/mem.h"
#include "segment/range.h"

#define BEST_MAX 1000  /* the lowest rank of which a list stores the score */
#define SLACK 1.000001 /* of float arithmetic on bounds */

struct ik_check_list {
	struct ik_check *c;
	const struct ik_part_info *part;
	struct ik_post_env env;
	const struct ik_term_info *info;
	enum ik_post_form form;
	struct ik_arena arena;
	uint64_t *seen;        /* documents of the part with a posting */
	uint64_t postings;     /* of the part so far */
	IK_VEC(uint32_t) docs; /* short and block form: the list as a query sees it */
	IK_VEC(uint32_t) freqs;
	uint64_t pos_at;
	IK_VEC(uint32_t) positions;
	struct ik_ranges ranges;
	struct ik_range range; /* the current one */
	uint32_t r, in_range;  /* its number; postings of it seen */
	float range_best;      /* the best score of those */
	float umax;
	float best[BEST_MAX]; /* a heap of the best scores, the lowest on top */
	uint32_t n_best;
};

static int bad(ink_error *err, const char *what)
{
	return ik_fail(err, INK_ECORRUPT, "%s", what);
}

int ik_check_list_new(struct ik_check *c, struct ik_check_list **out)
{
	struct ik_check_list *list = ik_zalloc(sizeof *list);

	*out = list;
	if (list == NULL)
		return ik_fail_nomem(c->err);
	list->c = c;
	list->seen = ik_zarray((size_t)c->seg->n_docs / 64 + 1, sizeof *list->seen);
	return list->seen == NULL ? ik_fail_nomem(c->err) : 0;
}

void ik_check_list_free(struct ik_check_list *list)
{
	if (list == NULL)
		return;
	ik_arena_free(&list->arena);
	ik_vec_free(&list->docs);
	ik_vec_free(&list->freqs);
	ik_vec_free(&list->positions);
	ik_free(list->seen);
	ik_free(list);
}

void ik_check_list_part(struct ik_check_list *list, const struct ik_part_info *part)
{
	list->part = part;
	list->postings = 0;
	memset(list->seen, 0, ((size_t)list->c->seg->n_docs / 64 + 1) * sizeof *list->seen);
}

int ik_check_list_totals(struct ik_check_list *list)
{
	uint64_t docs = 0;

	for (size_t i = 0; i <= list->c->seg->n_docs / 64; i++)
		docs += ik_popcount64(list->seen[i]);
	if (list->postings != list->part->postings)
		return ik_check_fail(list->c, "meta", "postings of a part do not add up");
	if (docs > list->part->docs)
		return ik_check_fail(list->c, "meta", "a part has more documents than it says");
	return 0;
}

/* ---- scores ---- */

static void sift_down(float *heap, uint32_t n)
{
	uint32_t i = 0;

	for (;;) {
		uint32_t child = 2 * i + 1;
		float v = heap[i];

		if (child >= n)
			return;
		if (child + 1 < n && heap[child + 1] < heap[child])
			child++;
		if (heap[child] >= v)
			return;
		heap[i] = heap[child];
		heap[child] = v;
		i = child;
	}
}

static void keep_best(struct ik_check_list *list, float u)
{
	uint32_t i = list->n_best;

	if (i == BEST_MAX) {
		if (u > list->best[0]) {
			list->best[0] = u;
			sift_down(list->best, BEST_MAX);
		}
		return;
	}
	list->n_best++;
	for (; i > 0 && list->best[(i - 1) / 2] > u; i = (i - 1) / 2)
		list->best[i] = list->best[(i - 1) / 2];
	list->best[i] = u;
}

static float score(const struct ik_check_list *list, uint32_t doc, uint32_t tf)
{
	if (list->part->norms == NULL)
		return 1.0f;
	return ik_bm25_u(&list->part->bm25, tf, list->part->norms[doc]);
}

/* The stored k-th best scores are at most the true ones. Empties the heap. */
static int check_kth(struct ik_check_list *list, ink_error *err)
{
	static const uint32_t ranks[3] = {10, 100, 1000};

	for (int i = 2; i >= 0; i--) {
		if (list->ranges.kth[i] <= 0)
			continue;
		while (list->n_best > ranks[i]) {
			list->best[0] = list->best[--list->n_best];
			sift_down(list->best, list->n_best);
		}
		if (list->n_best < ranks[i] || list->best[0] < list->ranges.kth[i])
			return bad(err, "a k-th best score is above the real one");
	}
	return 0;
}

/* ---- one posting, as a query finds it ---- */

/* A maximum is the least that is not below the scores: queries count on both. */
static int check_max(struct ik_check_list *list, ink_error *err)
{
	double step = (double)list->ranges.umax / 255.0, best = (double)list->range_best;
	uint8_t max = ik_ranges_max(&list->ranges)[list->r];

	if (best > max * step * SLACK)
		return bad(err, "a score is above the maximum of its range");
	if (max > 1 && (max - 1) * step > best * SLACK)
		return bad(err, "the maximum of a range is above its scores");
	return 0;
}

/* Leave the current range for another one; those between have no posting. */
static int next_range(struct ik_check_list *list, uint32_t r, ink_error *err)
{
	if (list->r != UINT32_MAX && list->in_range != list->range.rec.n)
		return bad(err, "a range has more postings than the walk found");
	if (list->r != UINT32_MAX && check_max(list, err) != 0)
		return INK_ECORRUPT;
	for (uint32_t i = list->r + 1; i < r; i++)
		if (ik_ranges_has(&list->ranges, i))
			return bad(err, "an empty range is marked as occupied");
	list->r = r;
	list->in_range = 0;
	list->range_best = 0;
	if (r >= list->ranges.n)
		return 0;
	if (!ik_ranges_has(&list->ranges, r) ||
	    ik_range_load(&list->ranges, r, &list->range) != 0)
		return bad(err, "a range cannot be read");
	return 0;
}

static int check_in_range(struct ik_check_list *list, uint32_t doc, uint32_t tf, float u,
                          ink_error *err)
{
	uint32_t r = doc / IK_RANGE, d = doc % IK_RANGE, found;

	if (r != list->r) {
		int rc = next_range(list, r, err);

		if (rc != 0)
			return rc;
	}
	if (list->ranges.unpack->find(&list->range.rec, d) != (int32_t)list->in_range ||
	    ik_range_freq(&list->range, list->in_range) != tf ||
	    ik_record_freq(&list->range.rec, list->in_range, d, &found) != 0 || found != tf)
		return bad(err, "walk and range disagree");
	list->in_range++;
	list->range_best = u > list->range_best ? u : list->range_best;
	return 0;
}

/* Posting i, found in the other way. */
static int look_up(struct ik_check_list *list, uint32_t i, uint32_t doc, struct ik_posting *out)
{
	struct ik_post_arrays arrays = { .docs = list->docs.v,
		                         .freqs = list->freqs.v,
		                         .pos_at = list->pos_at };

	uint8_t d = (uint8_t)(doc % IK_RANGE);

	if (list->form != IK_FORM_RANGES)
		return ik_post_posting(&list->env, list->info, &arrays, i, out);
	if (ik_range_postings(&list->ranges, doc / IK_RANGE, &list->range, &d, 1, out) != 0)
		return INK_ECORRUPT;
	return ik_range_reach(&list->ranges, &list->range, out);
}

/* Its positions, into list->positions. */
static int look_up_positions(struct ik_check_list *list, uint32_t i, uint32_t doc, uint32_t tf)
{
	struct ik_posting posting;

	if (ik_vec_reserve(&list->positions, (size_t)tf + 1) != 0)
		return INK_ENOMEM;
	if (look_up(list, i, doc, &posting) != 0 || posting.tf != tf ||
	    ik_pos_read(&posting, 0, list->positions.v) != 0)
		return INK_ECORRUPT;
	return 0;
}

static int check_positions(struct ik_check_list *list, struct ik_post_iter *it, uint32_t i,
                           ink_error *err)
{
	int rc = ik_post_iter_positions(it, err);

	if (rc != 0)
		return rc;
	rc = look_up_positions(list, i, it->doc, it->tf);
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	if (rc != 0)
		return bad(err, "positions cannot be read");
	/* That they ascend was looked at by the walk. */
	for (uint32_t k = 0; k < it->tf; k++)
		if (it->positions.v[k] != list->positions.v[k])
			return bad(err, "walk and look-up of positions disagree");
	return 0;
}

static int check_posting(struct ik_check_list *list, struct ik_post_iter *it, uint32_t i,
                         ink_error *err)
{
	float u = score(list, it->doc, it->tf);
	int rc = 0;

	list->seen[it->doc / 64] |= (uint64_t)1 << (it->doc % 64);
	keep_best(list, u);
	if (u > list->umax)
		return bad(err, "a score is above the maximum of the list");
	if (list->form == IK_FORM_RANGES)
		rc = check_in_range(list, it->doc, it->tf, u, err);
	else if (list->docs.v[i] != it->doc || list->freqs.v[i] != it->tf)
		rc = bad(err, "walk and list disagree");
	if (rc == 0 && (list->env.flags & IK_PART_POSITIONS) != 0)
		rc = check_positions(list, it, i, err);
	return rc;
}

/* ---- one list ---- */

/* Open the list as a query does. */
static int open_list(struct ik_check_list *list, const struct ik_term_info *info, ink_error *err)
{
	int rc;

	list->info = info;
	list->form = ik_post_form(info->df, list->env.n_docs);
	list->n_best = 0;
	list->r = UINT32_MAX;
	list->in_range = 0;
	ik_arena_reset(&list->arena);
	if (list->form == IK_FORM_RANGES) {
		rc = ik_ranges_open(&list->env, info, &list->arena, &list->ranges);
	} else {
		if (ik_vec_reserve(&list->docs, info->df) != 0 ||
		    ik_vec_reserve(&list->freqs, info->df) != 0)
			return ik_fail_nomem(err);
		rc = ik_post_decode(&list->env, info, list->docs.v, list->freqs.v, &list->pos_at);
	}
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	if (rc != 0)
		return bad(err, "the list cannot be read");
	list->umax = ik_post_umax(&list->env, info);
	return 0;
}

/* Walk the list: df postings, documents ascending. */
static int walk_list(struct ik_check_list *list, struct ik_post_iter *it, ink_error *err)
{
	uint32_t n = 0, next = 0;
	int rc;

	while ((rc = ik_post_iter_next(it, err)) == 1) {
		if (it->doc < next || it->doc >= list->env.n_docs || it->tf == 0)
			return bad(err, "documents do not ascend");
		if (n >= list->info->df)
			return bad(err, "more postings than the dictionary says");
		rc = check_posting(list, it, n, err);
		if (rc != 0)
			return rc;
		next = it->doc + 1;
		n++;
	}
	if (rc != 0)
		return rc;
	list->postings += n;
	return n != list->info->df ? bad(err, "fewer postings than the dictionary says") : 0;
}

int ik_check_list_run(struct ik_check_list *list, const struct ik_dict_iter *at, ink_error *err)
{
	struct ik_post_iter it;
	int rc;

	list->env = ik_dict_iter_env(at);
	rc = open_list(list, &at->info, err);
	if (rc != 0)
		return rc;
	rc = ik_post_iter_open(&it, &list->env, &at->info, err);
	if (rc == 0)
		rc = walk_list(list, &it, err);
	ik_post_iter_free(&it);
	if (rc == 0 && list->form == IK_FORM_RANGES) {
		rc = next_range(list, list->ranges.n, err);
		if (rc == 0)
			rc = check_kth(list, err);
	}
	return rc;
}
