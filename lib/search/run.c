/*
 * run.c - a search: segment by segment, range by range.
 *
 * Layer: search. For each segment the bounds of a chunk of ranges are
 * computed, and only ranges whose bound passes the k-th best score so far
 * are matched and scored; when the total has to be exact, or facets want
 * every match, the others are matched without being scored. The threshold
 * goes on from segment to segment.
 */
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "base/os.h"
#include "match/count.h"
#include "match/narrow.h"
#include "search/cursor.h"
#include "search/peak.h"
#include "search/run.h"
#include "search/topk.h"

#define POLL_WORK 4096 /* nodes asked for a range, between looks at the clock */
#define BEST_HITS 100  /* wanted, at most, for some ranges to be visited before the others: */
#define BEST_RANGES 50 /* so many, */
#define FEW_HITS 16    /* and where no more than these are wanted */
#define FEW_RANGES 12  /* only so many */

/* Who is told of all matching documents of a range: for delete by query. */
struct doc_list {
	IK_VEC(uint64_t) docs;
};

struct run {
	const struct ik_request *request;
	struct ik_prepared prepared;
	struct ik_results *out;
	struct ik_topk top;
	struct ik_sorter *sorter;  /* NULL: by score alone */
	struct ik_facets *facets;
	struct ik_cursor after;
	struct doc_list *list;
	uint16_t *bounds;
	int32_t *scores;           /* of the current range: IK_RANGE of them */
	uint64_t deadline_us;      /* 0: never */
	size_t work;               /* since the last look at the clock */
	int need_scores;
	int need_all;              /* every match counts */
	int see_all;               /* and has to be seen in this segment */
	int count_met;             /* or is counted where ranges are narrowed */
	int32_t floor;             /* a score that k documents are known to pass */
	int jumped;                /* documents of this segment did not come in ascending order */
	const struct ik_view *view;
	struct ik_plan plan;
	struct ik_narrow narrow;
	ink_error *err;
};

/* ---- cancel and time-out ---- */

static int poll_run(void *user, ink_error *err)
{
	const struct run *run = user;
	const struct ik_request *request = run->request;

	if (request->cancel != NULL && atomic_load(&request->cancel->fired))
		return ik_fail(err, INK_ECANCELED, "the search was canceled");
	if (run->deadline_us != 0 && ik_os_now_us() >= run->deadline_us)
		return ik_fail(err, INK_ETIMEOUT, "the search took longer than %u ms",
		               request->timeout_ms);
	return 0;
}

/* ---- one range ---- */

/* The documents of a range that are not deleted, and have what is required. */
static void live_docs(const struct run *run, uint32_t r, uint64_t mask[4])
{
	const struct ik_live *live = run->view->live;

	for (unsigned w = 0; w < 4; w++)
		mask[w] = live != NULL ? ~live->words[(size_t)r * 4 + w] : UINT64_MAX;
	if (run->narrow.n > 1)
		ik_narrow_docs(&run->narrow, r, mask);
}

static int list_docs(struct run *run, uint32_t r, const uint64_t mask[4])
{
	for (unsigned w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0; bits &= bits - 1) {
			uint64_t *doc = ik_vec_push(&run->list->docs);

			if (doc == NULL)
				return ik_fail_nomem(run->err);
			*doc = run->view->base + (uint64_t)r * IK_RANGE + w * 64 + ik_ctz64(bits);
		}
	return 0;
}

/* By score alone: a document has to score more than this. A tie may come before the k-th best. */
static int64_t least_score(const struct run *run)
{
	int64_t score = ik_topk_threshold(&run->top);

	score -= run->jumped && score >= 0;
	return run->floor - 1 > score ? run->floor - 1 : score;
}

static int32_t clamp(int64_t score)
{
	return score > INT32_MAX ? INT32_MAX : (int32_t)score;
}

static int offer(struct run *run, uint32_t local, int64_t score)
{
	int rc = 0;

	if (run->sorter != NULL)
		rc = ik_sorter_keys(run->sorter, local, score, run->top.spare, run->err);
	else if (score <= least_score(run))
		return 0;
	return rc != 0 ? rc : ik_topk_offer(&run->top, run->view->base + local, score, run->err);
}

static int offer_all(struct run *run, uint32_t r, const uint64_t mask[4])
{
	int rc = 0;

	for (unsigned w = 0; rc == 0 && w < 4; w++)
		for (uint64_t bits = mask[w]; rc == 0 && bits != 0; bits &= bits - 1) {
			uint32_t d = w * 64 + ik_ctz64(bits);

			rc = offer(run, r * IK_RANGE + d, run->scores[d]);
		}
	return rc;
}

/* Only the best are wanted: what cannot get in need not even be found. */
static int rank_range(struct run *run, uint32_t r, const uint64_t live[4])
{
	uint64_t mask[4];
	int rc;

	run->plan.m.theta = least_score(run);
	rc = ik_node_rank(run->plan.root, r, live, run->scores, mask);
	if (rc != 0 || ik_mask_empty(mask))
		return rc;
	run->out->total += run->need_all ? 0 : ik_mask_count(mask);
	run->out->work_scored += ik_mask_count(mask);
	return offer_all(run, r, mask);
}

/* The documents of `mask` are all there are: rank them, by whatever is asked for. */
static int rank_matches(struct run *run, uint32_t r, uint64_t mask[4])
{
	struct ik_node *root = run->plan.root;
	int rc = 0;

	run->plan.m.kernel->clear(run->scores);
	run->out->work_scored += ik_mask_count(mask);
	if (run->need_scores)
		rc = root->ops->score(root, r, mask, run->scores);
	if (run->sorter == NULL)
		run->plan.m.kernel->above(run->scores, clamp(least_score(run)), mask);
	return rc != 0 ? rc : offer_all(run, r, mask);
}

/* All documents of the range that match. */
static int match_range(struct run *run, uint32_t r, const uint64_t live[4], int rank)
{
	struct ik_node *root = run->plan.root;
	uint64_t mask[4];
	int rc = ik_node_match(root, r, live);

	for (unsigned w = 0; w < 4; w++)
		mask[w] = root->mask[w] & live[w];
	if (rc != 0 || ik_mask_empty(mask))
		return rc;
	run->out->total += ik_mask_count(mask);
	if (run->facets != NULL)
		ik_facets_add(run->facets, r, mask);
	if (run->list != NULL)
		return list_docs(run, r, mask);
	return rank && run->top.k > 0 ? rank_matches(run, r, mask) : 0;
}

static int visit_range(struct run *run, uint32_t r, int rank)
{
	uint64_t live[4];
	int rc;

	run->work += 64 + run->prepared.nodes;
	if (run->work >= POLL_WORK) {
		run->work = 0;
		rc = poll_run(run, run->err);
		if (rc != 0)
			return rc;
	}
	live_docs(run, r, live);
	return run->see_all ? match_range(run, r, live, rank) : rank_range(run, r, live);
}

/* ---- one segment ---- */

/* The bound that a range has to reach to be worth scoring. */
static uint16_t threshold(const struct run *run)
{
	int64_t score, unit;

	if (run->sorter != NULL || run->list != NULL)
		return 1;
	score = least_score(run);
	if (score < 0)
		return 1;
	unit = (score >> IK_UNIT_SHIFT) + 1;
	return unit > UINT16_MAX ? UINT16_MAX : (uint16_t)unit;
}

/*
 * The ranges of the greatest bounds first, so that the threshold is high when
 * the others are looked at. Pays where few documents are wanted.
 */
static int visit_best(struct run *run, uint32_t from, uint32_t n)
{
	const struct ik_kernel *kernel = run->plan.m.kernel;
	uint16_t peak = ik_bounds_peak(kernel, run->bounds, n,
	                                run->top.k <= FEW_HITS ? FEW_RANGES : BEST_RANGES);
	int rc = 0;

	if (peak == 0 || peak <= threshold(run))
		return 0;
	run->jumped = 1;
	for (size_t i = 0; rc == 0; i++) {
		i = kernel->find(run->bounds, i, n, peak);
		if (i == n)
			break;
		rc = visit_range(run, from + (uint32_t)i, 1);
		run->bounds[i] = 0;
	}
	return rc;
}

static int search_chunk(struct run *run, uint32_t from, uint32_t n)
{
	const struct ik_kernel *kernel = run->plan.m.kernel;
	struct ik_node *root = run->plan.root;
	int rc = 0;

	root->ops->bounds(root, from, n, run->bounds);
	rc = ik_narrow(&run->narrow, from, n,
	               run->see_all || run->count_met ? 1 : threshold(run), run->bounds);
	if (rc == 0 && run->count_met)
		run->out->total += ik_narrow_count(&run->narrow);
	if (rc == 0 && !run->see_all && run->sorter == NULL && run->top.k <= BEST_HITS)
		rc = visit_best(run, from, n);
	for (size_t i = 0; rc == 0; i++) {
		uint16_t t = threshold(run);

		i = kernel->find(run->bounds, i, n, run->see_all ? 1 : t);
		if (i == n)
			break;
		rc = visit_range(run, from + (uint32_t)i, run->bounds[i] >= t);
	}
	return rc;
}

/* Stored k-th best scores hold when every document of the segment may be a hit. */
static void prime(struct run *run)
{
	int32_t floor;

	if (run->view->live != NULL || run->sorter != NULL || run->request->after != NULL ||
	    run->top.k == 0)
		return;
	floor = ik_plan_floor(&run->plan, run->top.k);
	run->floor = floor > run->floor ? floor : run->floor;
}

/* When only the number of matches is wanted beside the best: perhaps it is had without them. */
static int count_segment(struct run *run)
{
	uint64_t total = 0;
	int rc = 0;

	run->see_all = run->need_all;
	run->count_met = 0;
	if (!run->need_all || run->view->live != NULL || run->facets != NULL ||
	    run->sorter != NULL || run->list != NULL)
		return 0;
	if (run->narrow.counts && run->top.k > 0)
		run->count_met = 1;
	else
		rc = ik_count(&run->plan, run->bounds, &total);
	if (rc == 1 || run->count_met)
		run->see_all = 0;
	run->out->total += total;
	return rc < 0 ? rc : 0;
}

static int run_plan(struct run *run)
{
	uint32_t n = run->plan.m.n_ranges;
	uint32_t view = (uint32_t)(run->view - run->request->searcher->snap->views);
	int rc;

	ik_narrow_open(&run->plan, &run->narrow);
	rc = count_segment(run);
	if (rc != 0 || (!run->see_all && run->top.k == 0))
		return rc;
	prime(run);
	if (run->sorter != NULL)
		rc = ik_sorter_segment(run->sorter, view, run->err);
	if (rc == 0 && run->facets != NULL)
		rc = ik_facets_begin(run->facets, view, run->err);
	for (uint32_t from = 0; rc == 0 && from < n; from += IK_CHUNK)
		rc = search_chunk(run, from, n - from < IK_CHUNK ? n - from : IK_CHUNK);
	if (rc == 0 && run->facets != NULL)
		rc = ik_facets_end(run->facets, run->err);
	return rc;
}

static int search_segment(struct run *run, uint32_t s)
{
	const struct ik_searcher *searcher = run->request->searcher;
	int rc;

	run->view = &searcher->snap->views[s];
	run->jumped = 0;
	ik_arena_reset(&run->prepared.scratch->segment);
	rc = ik_plan_open(&run->plan, run->prepared.c, s, run->prepared.prep, searcher->kernel,
	                  run->prepared.scale, &run->prepared.scratch->segment, run->err);
	if (rc == 0 && run->plan.root != NULL)
		rc = run_plan(run);
	run->out->work_postings += run->plan.m.postings;
	ik_plan_close(&run->plan);
	return rc;
}

/* ---- the whole ---- */

static int set_up(struct run *run)
{
	const struct ik_request *request = run->request;
	uint64_t k = request->offset + request->limit;
	int rc = 0;

	if (request->sorts.n > 0)
		rc = ik_sorter_new(request, &run->out->arena, &run->sorter, run->err);
	if (rc == 0)
		rc = ik_topk_init(&run->top, run->sorter, (size_t)k, run->err);
	if (rc == 0 && request->after != NULL) {
		rc = ik_cursor_decode(request, request->after, request->after_len,
		                      run->top.n_keys, &run->out->arena, &run->after, run->err);
		run->top.after = &run->after;
	}
	if (rc == 0 && request->facets.n > 0)
		rc = ik_facets_new(request, &run->out->arena, &run->facets, run->err);
	run->need_scores = run->list == NULL &&
	                   (run->sorter == NULL || ik_sorter_scores(run->sorter));
	run->need_all = request->exact || run->facets != NULL || run->sorter != NULL ||
	                run->list != NULL;
	run->deadline_us = ik_os_deadline_us(request->timeout_ms);
	return rc;
}

/* From what the searcher lends, which searches before this one had as well. */
static int need_room(struct run *run)
{
	struct ik_arena *arena = &run->prepared.scratch->prepared;

	run->bounds = ik_arena_array(arena, IK_CHUNK, sizeof *run->bounds);
	run->scores = ik_arena_array(arena, IK_RANGE, sizeof *run->scores);
	return run->bounds != NULL && run->scores != NULL ? 0 : ik_fail_nomem(run->err);
}

static int search_all(struct run *run)
{
	uint32_t n = run->request->searcher->snap->n;
	int rc = set_up(run);

	if (rc == 0)
		rc = poll_run(run, run->err);
	if (rc == 0)
		rc = ik_prepared_open(&run->prepared, run->request, poll_run, run, run->err);
	if (rc == 0)
		rc = need_room(run);
	for (uint32_t s = 0; rc == 0 && run->prepared.prep != NULL && s < n; s++)
		rc = search_segment(run, s);
	return rc;
}

/* Hits before the window are dropped. */
static int take_hits(struct run *run)
{
	struct ik_results *out = run->out;
	uint64_t offset = run->request->offset;
	int rc = ik_topk_finish(&run->top, &out->arena, &out->hits, &out->n, run->err);

	if (rc != 0)
		return rc;
	offset = offset < out->n ? offset : out->n;
	if (offset > 0) /* without hits there is no array */
		out->hits += offset;
	out->n -= (size_t)offset;
	out->n_keys = run->top.n_keys;
	out->scored = run->need_scores;
	out->exact = run->need_all;
	out->scale = run->prepared.prep != NULL ? (double)run->prepared.scale : 1;
	if (run->facets == NULL)
		return 0;
	rc = ik_facets_finish(run->facets, &out->arena, &out->facets, run->err);
	run->facets = NULL;
	return rc;
}

static void tear_down(struct run *run)
{
	ik_facets_free(run->facets);
	ik_topk_free(&run->top);
	ik_prepared_release(&run->prepared);
}

int ik_search_run(const struct ik_request *request, struct ik_results **out, ink_error *err)
{
	struct run run = { .request = request, .err = err };
	int rc;

	*out = NULL;
	run.out = ik_zalloc(sizeof *run.out);
	if (run.out == NULL)
		return ik_fail_nomem(err);
	rc = ik_request_copy(request, &run.out->request, err);
	if (rc == 0)
		rc = search_all(&run);
	if (rc == 0)
		rc = take_hits(&run);
	tear_down(&run);
	if (rc != 0) {
		ik_results_free(run.out);
		return rc;
	}
	*out = run.out;
	return 0;
}

int ik_search_docs(struct ik_searcher *searcher, const struct ik_query *query, uint64_t **docs,
                   size_t *n, ink_error *err)
{
	struct ik_request request;
	struct ik_results results = { .n = 0 };
	struct doc_list list = { { NULL, 0, 0 } };
	struct run run = { .request = &request, .out = &results, .list = &list, .err = err };
	int rc;

	ik_request_init(&request, searcher, query);
	request.limit = 0;
	rc = search_all(&run);
	tear_down(&run);
	ik_arena_free(&results.arena);
	ik_request_release(&request);
	if (rc != 0)
		ik_vec_free(&list.docs);
	*docs = list.docs.v;
	*n = list.docs.n;
	return rc;
}
