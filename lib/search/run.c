/*
 * run.c - a search: segment by segment, range by range.
 *
 * Layer: search. For each segment the bounds of a chunk of ranges are
 * computed, and only ranges whose bound passes the k-th best score so far
 * are matched and scored; when the total has to be exact, or facets want
 * every match, the others are matched without being scored. Where terms are
 * required, ranges in which these do not meet are left out first, and bounds
 * are often not needed. The threshold goes on from segment to segment.
 */
#include <string.h>

#include "base/mem.h"
#include "base/os.h"
#include "match/count.h"
#include "match/peak.h"
#include "search/run.h"
#include "search/visit.h"

#define FIRST_BLOCK 512 /* bytes of a few hits: allocators have small blocks at hand */
#define POLL_WORK 4096 /* nodes asked for a range, between looks at the clock */
#define BEST_HITS 100  /* wanted, at most, for some ranges to be visited before the others: */
#define BEST_RANGES 50 /* so many, */
#define FEW_HITS 16    /* and where no more than these are wanted */
#define FEW_RANGES 12  /* only so many, */
#define SUM_RANGES 26  /* or so many where no term is required: bounds are sums then, */
#define ONE_OF 512     /* and one more for each so many that there are */
#define BEST_STEP 256  /* of the bounds that are told apart */
#define FEW_NARROWED 32  /* ranges, for not asking for bounds of them */

struct run {
	const struct ik_request *request;
	struct ik_prepared prepared;
	struct ik_visit v;
	struct ik_cursor after;
	uint16_t *bounds;
	uint64_t deadline_us;      /* 0: never */
	size_t work;               /* since the last look at the clock */
	int count_met;             /* matches are counted where ranges are narrowed */
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

/* ---- one segment ---- */

static int visit_range(struct run *run, uint32_t r, int rank)
{
	run->work += 64 + run->prepared.nodes;
	if (run->work >= POLL_WORK) {
		int rc = poll_run(run, run->v.err);

		run->work = 0;
		if (rc != 0)
			return rc;
	}
	return ik_visit(&run->v, r, rank);
}

/* The bound that ranges from this one on have to reach to be worth scoring. */
static uint16_t threshold(const struct run *run, uint32_t r)
{
	int64_t score, unit;

	if (run->v.sorter != NULL || run->v.list != NULL)
		return 1;
	score = ik_visit_least(&run->v, r * IK_RANGE);
	if (score < 0)
		return 1;
	unit = (score >> IK_UNIT_SHIFT) + 1;
	return unit > UINT16_MAX ? UINT16_MAX : (uint16_t)unit;
}

/* How many ranges are worth to be visited first. */
static size_t best_ranges(const struct run *run, uint32_t n)
{
	size_t want = run->v.narrow.n > 0 ? FEW_RANGES : SUM_RANGES;

	return (run->v.top.k <= FEW_HITS ? want : BEST_RANGES) + n / ONE_OF;
}

/*
 * The ranges of the greatest bounds first, so that the threshold is high when
 * the others are looked at. Pays where few documents are wanted.
 */
static int visit_best(struct run *run, uint32_t from, uint32_t n)
{
	const struct ik_kernel *kernel = run->v.plan.m.kernel;
	size_t want = best_ranges(run, n);
	uint16_t *places = run->v.plan.m.scratch; /* free between bounds */
	uint16_t known = threshold(run, from);
	uint16_t peak = ik_bounds_peak(kernel, run->bounds, n, want, known, BEST_STEP, places);
	int rc = 0;

	if (peak <= known)
		return 0;
	want = kernel->places(run->bounds, n, peak, places);
	for (size_t i = 0; rc == 0 && i < want; i++) {
		rc = visit_range(run, from + places[i], 1);
		run->bounds[places[i]] = 0;
	}
	return rc;
}

/* Only the best are wanted: raise the threshold, then leave out what does not reach it. */
static int sift(struct run *run, uint32_t from, uint32_t n)
{
	struct ik_node *root = run->v.plan.root;
	int rc = visit_best(run, from, n);

	if (rc != 0 || root->ops->sift == NULL)
		return rc;
	return root->ops->sift(root, from, n, threshold(run, from), run->bounds);
}

/* By the bounds of a chunk's ranges; of those with 0 nothing is wanted. */
static int visit_by_bounds(struct run *run, uint32_t from, uint32_t n)
{
	const struct ik_kernel *kernel = run->v.plan.m.kernel;
	int rc = 0;

	if (!run->v.see_all && run->v.sorter == NULL && run->v.top.k <= BEST_HITS)
		rc = sift(run, from, n);
	for (size_t i = 0; rc == 0; i++) {
		uint16_t t = threshold(run, from + (uint32_t)i);

		i = kernel->find(run->bounds, i, n, run->v.see_all ? 1 : t);
		if (i == n)
			break;
		rc = visit_range(run, from + (uint32_t)i, run->bounds[i] >= t);
	}
	return rc;
}

/*
 * Are the ranges that were narrowed last to be told apart by bounds? Few are sooner visited,
 * but where ranking a range goes by bounds itself.
 */
static int need_bounds(const struct run *run)
{
	if (run->v.see_all && run->v.top.k == 0)
		return 0;
	return run->v.narrow.masks.n > FEW_NARROWED ||
	       (!run->v.see_all && run->v.plan.root->ops->rank != NULL);
}

/* All ranges that were narrowed last. */
static int visit_narrowed(struct run *run)
{
	const struct ik_masks *m = &run->v.narrow.masks;
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < m->n; i++)
		rc = visit_range(run, m->from + m->list[i], 1);
	return rc;
}

/*
 * Where what is required does not meet, nothing matches; how much does is perhaps wanted.
 * Bounds are not asked for before there is something that they have to reach.
 */
static int search_narrowed(struct run *run, uint32_t from, uint32_t n)
{
	struct ik_node *root = run->v.plan.root;
	struct ik_narrow *narrow = &run->v.narrow;
	uint16_t least = run->v.see_all || run->count_met ? 1 : threshold(run, from);
	uint16_t *bounds = least > 1 ? run->bounds : NULL;
	int rc;

	if (bounds != NULL)
		root->ops->bounds(root, from, n, bounds);
	rc = ik_narrow(narrow, from, n, bounds, least);
	if (rc == 0 && run->count_met)
		run->v.out->total += ik_narrow_count(narrow);
	if (rc == 0)
		rc = ik_visit_few(&run->v);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	if (!need_bounds(run))
		return visit_narrowed(run);
	if (bounds == NULL)
		root->ops->bounds(root, from, n, run->bounds);
	ik_narrow_bounds(narrow, n, run->bounds);
	return visit_by_bounds(run, from, n);
}

static int search_chunk(struct run *run, uint32_t from, uint32_t n)
{
	struct ik_node *root = run->v.plan.root;

	if (run->v.narrow.n > 1)
		return search_narrowed(run, from, n);
	root->ops->bounds(root, from, n, run->bounds);
	return visit_by_bounds(run, from, n);
}

/* Stored k-th best scores hold when every document of the segment may be a hit. */
static void prime(struct run *run)
{
	int32_t floor;

	if (run->v.view->live != NULL || run->v.sorter != NULL || run->request->after != NULL ||
	    run->v.top.k == 0)
		return;
	floor = ik_plan_floor(&run->v.plan, run->v.top.k);
	run->v.floor = floor > run->v.floor ? floor : run->v.floor;
}

/* When only the number of matches is wanted beside the best: perhaps it is had without them. */
static int count_segment(struct run *run)
{
	uint64_t total = 0;
	int rc = 0;

	run->v.see_all = run->v.need_all;
	run->count_met = 0;
	if (!run->v.need_all || run->v.view->live != NULL || run->v.facets != NULL ||
	    run->v.sorter != NULL || run->v.list != NULL)
		return 0;
	if (run->v.narrow.counts && run->v.top.k > 0)
		run->count_met = 1;
	else
		rc = ik_count(&run->v.plan, &total);
	if (rc == 1 || run->count_met)
		run->v.see_all = 0;
	run->v.out->total += total;
	return rc < 0 ? rc : 0;
}

static int run_plan(struct run *run)
{
	uint32_t n = run->v.plan.m.n_ranges, chunk = run->v.plan.m.chunk;
	uint32_t view = (uint32_t)(run->v.view - run->request->searcher->snap->views);
	int rc;

	ik_narrow_open(&run->v.plan, &run->v.narrow);
	if (run->v.narrow.n > 1 && chunk > IK_MASKS_MAX)
		chunk = IK_MASKS_MAX; /* whose documents are kept until they are visited */
	rc = count_segment(run);
	if (rc != 0 || (!run->v.see_all && run->v.top.k == 0))
		return rc;
	prime(run);
	if (run->v.sorter != NULL)
		rc = ik_sorter_segment(run->v.sorter, view, run->v.err);
	if (rc == 0 && run->v.facets != NULL)
		rc = ik_facets_begin(run->v.facets, view, run->v.err);
	for (uint32_t from = 0; rc == 0 && from < n; from += chunk)
		rc = search_chunk(run, from, n - from < chunk ? n - from : chunk);
	if (rc == 0 && run->v.facets != NULL)
		rc = ik_facets_end(run->v.facets, run->v.err);
	return rc;
}

static int search_segment(struct run *run, uint32_t s)
{
	const struct ik_searcher *searcher = run->request->searcher;
	int rc;

	run->v.view = &searcher->snap->views[s];
	ik_arena_reset(&run->prepared.scratch->segment);
	rc = ik_plan_open(&run->v.plan, run->prepared.c, s, run->prepared.prep, searcher->kernel,
	                  run->prepared.scale, &run->prepared.scratch->segment, run->v.err);
	if (rc == 0 && run->v.plan.root != NULL)
		rc = run_plan(run);
	run->v.out->work_postings += run->v.plan.m.postings;
	ik_plan_close(&run->v.plan);
	return rc;
}

/* ---- the whole ---- */

static int set_up(struct run *run)
{
	const struct ik_request *request = run->request;
	int rc = 0;

	if (request->sorts.n > 0)
		rc = ik_sorter_new(request, &run->v.out->arena, &run->v.sorter, run->v.err);
	if (rc == 0 && request->facets.n > 0)
		rc = ik_facets_new(request, &run->v.out->arena, &run->v.facets, run->v.err);
	run->v.need_scores = run->v.list == NULL &&
	                   (run->v.sorter == NULL || ik_sorter_scores(run->v.sorter));
	run->v.need_all = request->exact || run->v.facets != NULL || run->v.sorter != NULL ||
	                run->v.list != NULL;
	run->deadline_us = ik_os_deadline_us(request->timeout_ms);
	return rc;
}

/* Room for bounds, scores and hits: what the searcher lends, as to searches before this one. */
static int need_room(struct run *run)
{
	const struct ik_request *request = run->request;
	struct ik_arena *arena = &run->prepared.scratch->prepared;
	uint64_t k = request->offset + request->limit;
	int rc;

	run->bounds = ik_arena_array(arena, IK_CHUNK, sizeof *run->bounds);
	run->v.scores = ik_arena_array(arena, IK_RANGE, sizeof *run->v.scores);
	if (run->bounds == NULL || run->v.scores == NULL)
		return ik_fail_nomem(run->v.err);
	rc = ik_topk_init(&run->v.top, run->v.sorter, (size_t)k, arena, run->v.err);
	if (rc != 0 || request->after == NULL)
		return rc;
	run->v.top.after = &run->after;
	return ik_cursor_decode(request, request->after, request->after_len, run->v.top.n_keys,
	                        &run->v.out->arena, &run->after, run->v.err);
}

static int search_all(struct run *run)
{
	uint32_t n = run->request->searcher->snap->n;
	int rc = set_up(run);

	if (rc == 0)
		rc = poll_run(run, run->v.err);
	if (rc == 0)
		rc = ik_prepared_open(&run->prepared, run->request, poll_run, run, run->v.err);
	if (rc == 0)
		rc = need_room(run);
	for (uint32_t s = 0; rc == 0 && run->prepared.prep != NULL && s < n; s++)
		rc = search_segment(run, s);
	return rc;
}

/* Hits before the window are dropped. */
static int take_hits(struct run *run)
{
	struct ik_results *out = run->v.out;
	uint64_t offset = run->request->offset;
	int rc = ik_topk_finish(&run->v.top, &out->arena, &out->hits, &out->n, run->v.err);

	if (rc != 0)
		return rc;
	offset = offset < out->n ? offset : out->n;
	if (offset > 0) /* without hits there is no array */
		out->hits += offset;
	out->n -= (size_t)offset;
	out->n_keys = run->v.top.n_keys;
	out->scored = run->v.need_scores;
	out->exact = run->v.need_all;
	out->scale = run->prepared.prep != NULL ? (double)run->prepared.scale : 1;
	if (run->v.facets == NULL)
		return 0;
	rc = ik_facets_finish(run->v.facets, &out->arena, &out->facets, run->v.err);
	run->v.facets = NULL;
	return rc;
}

static void tear_down(struct run *run)
{
	ik_facets_free(run->v.facets);
	ik_prepared_release(&run->prepared);
}

int ik_search_run(const struct ik_request *request, struct ik_results **out, ink_error *err)
{
	struct run run = { .request = request, .v.err = err };
	int rc;

	*out = NULL;
	run.v.out = ik_zalloc(sizeof *run.v.out);
	if (run.v.out == NULL)
		return ik_fail_nomem(err);
	run.v.out->arena.first = FIRST_BLOCK;
	rc = ik_request_copy(request, &run.v.out->request, err);
	if (rc == 0)
		rc = search_all(&run);
	if (rc == 0)
		rc = take_hits(&run);
	tear_down(&run);
	if (rc != 0) {
		ik_results_free(run.v.out);
		return rc;
	}
	*out = run.v.out;
	return 0;
}

int ik_search_docs(struct ik_searcher *searcher, const struct ik_query *query, uint64_t **docs,
                   size_t *n, ink_error *err)
{
	struct ik_request request;
	struct ik_results results = { .n = 0 };
	struct ik_doc_list list = { { NULL, 0, 0 } };
	struct run run = {
		.request = &request, .v = { .out = &results, .list = &list, .err = err }
	};
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
