/*
 * run.c - a search: prepared once, then segment by segment.
 *
 * Layer: search. Where only the number of matches is wanted, beside the best or
 * alone, it is perhaps had without looking at them; ranges.c does the rest. The
 * k-th best score so far, which documents have to pass, goes on from segment to
 * segment.
 */
#include "base/mem.h"
#include "match/count.h"
#include "search/run.h"

#define FIRST_BLOCK 512 /* bytes of a few hits: allocators have small blocks at hand */

/* ---- one segment ---- */

/* Stored k-th best scores hold when every document of the segment may be a hit. */
static void prime(struct ik_run *run)
{
	int32_t floor;

	if (run->v.view->live != NULL || run->v.sorter != NULL || run->request->after != NULL ||
	    run->v.top.k == 0)
		return;
	floor = ik_plan_floor(&run->v.plan, run->v.top.k);
	run->v.floor = floor > run->v.floor ? floor : run->v.floor;
}

/* When only the number of matches is wanted beside the best: perhaps it is had without them. */
static int count_segment(struct ik_run *run)
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

static int run_plan(struct ik_run *run)
{
	uint32_t view = (uint32_t)(run->v.view - run->request->searcher->snap->views);
	int rc;

	ik_narrow_open(&run->v.plan, &run->v.narrow);
	rc = count_segment(run);
	if (rc != 0 || (!run->v.see_all && run->v.top.k == 0))
		return rc;
	prime(run);
	if (run->v.sorter != NULL)
		rc = ik_sorter_segment(run->v.sorter, view, run->v.err);
	if (rc == 0 && run->v.facets != NULL)
		rc = ik_facets_begin(run->v.facets, view, run->v.err);
	if (rc == 0)
		rc = ik_run_ranges(run);
	if (rc == 0 && run->v.facets != NULL)
		rc = ik_facets_end(run->v.facets, run->v.err);
	return rc;
}

static int search_segment(struct ik_run *run, uint32_t s)
{
	const struct ik_searcher *searcher = run->request->searcher;
	int rc;

	run->v.view = &searcher->snap->views[s];
	ik_arena_reset(&run->prepared.scratch->segment);
	rc = ik_plan_open(&run->v.plan, run->prepared.c, s, run->prepared.prep, searcher->kernel,
	                  run->prepared.scale, &run->prepared.scratch->segment, &run->poll,
	                  run->v.err);
	if (rc == 0 && run->v.plan.root != NULL)
		rc = run_plan(run);
	run->v.out->work_postings += run->v.plan.m.postings;
	ik_plan_close(&run->v.plan);
	return rc;
}

/* ---- the whole ---- */

static int set_up(struct ik_run *run)
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
	run->poll = ik_deadline_start(&run->deadline, request, run->v.err);
	return rc;
}

/* Room for bounds, scores and hits: what the searcher lends, as to searches before this one. */
static int need_room(struct ik_run *run)
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

static int search_all(struct ik_run *run)
{
	uint32_t n = run->request->searcher->snap->n;
	int rc = set_up(run);

	if (rc == 0)
		rc = ik_poll(&run->poll, IK_POLL_WORK);
	if (rc == 0)
		rc = ik_prepared_open(&run->prepared, run->request, &run->poll, run->v.err);
	if (rc == 0)
		rc = need_room(run);
	for (uint32_t s = 0; rc == 0 && run->prepared.prep != NULL && s < n; s++)
		rc = search_segment(run, s);
	return rc;
}

/* Hits before the window are dropped. */
static int take_hits(struct ik_run *run)
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

static void tear_down(struct ik_run *run)
{
	ik_facets_free(run->v.facets);
	ik_prepared_release(&run->prepared);
}

int ik_search_run(const struct ik_request *request, struct ik_results **out, ink_error *err)
{
	struct ik_run run = { .request = request, .v.err = err };
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
	struct ik_run run = {
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
