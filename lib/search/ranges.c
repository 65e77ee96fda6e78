/*
 * ranges.c - a search: which ranges of a segment are visited, and in which order.
 *
 * Layer: search. Only ranges whose bound passes the k-th best score so far are
 * matched and scored, the best of them first; when the total has to be exact,
 * or facets want every match, the others are matched without being scored.
 * Where terms are required, ranges in which these do not meet are left out
 * first, and bounds are often not needed; or, where few of many documents are
 * wanted, only those that bounds leave are asked whether they do.
 */
#include "match/peak.h"
#include "search/run.h"

#define NODE_STEPS 16   /* what a node asked for a range costs, in what ik_poll() counts */
#define BEST_HITS 100   /* wanted, at most, for some ranges to be visited before the others: */
#define BEST_RANGES 50  /* so many, */
#define FEW_HITS 16     /* and where no more than these are wanted */
#define FEW_RANGES 12   /* only so many, */
#define SUM_RANGES 26   /* or so many where no term is required: bounds are sums then, */
#define STEP_RANGES 24  /* or so many are narrowed together, */
#define STEP_HITS 4     /* where at least so many documents may be expected to have all terms, */
#define ONE_OF 512      /* and one more for each so many that there are */
#define BEST_STEP 256   /* of the bounds that are told apart */
#define SORTED_MAX 128  /* of these, for sorting them by their bounds */
#define TOGETHER IK_EARLY_MAX /* ranges that are asked for before one of them is visited */
#define FEW_NARROWED 32 /* ranges, for not asking for bounds of them */

/* Whole, or the first of two steps. */
static int visit_range(struct ik_run *run, uint32_t r, int rank, int early)
{
	int rc = ik_poll(&run->poll, NODE_STEPS * (64 + run->prepared.nodes));

	if (rc != 0)
		return rc;
	return early ? ik_visit_early(&run->v, r) : ik_visit(&run->v, r, rank);
}

/* The bound that ranges from this one on have to reach to be worth scoring. */
static uint16_t threshold(const struct ik_run *run, uint32_t r)
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
static size_t best_ranges(const struct ik_run *run, uint32_t n)
{
	size_t want = run->v.narrow.n > 0 ? FEW_RANGES : SUM_RANGES;

	return (run->v.top.k <= FEW_HITS ? want : BEST_RANGES) + n / ONE_OF;
}

/* Of n ranges those that may still be worth it, all of which are asked for before one is read. */
static int visit_some(struct ik_run *run, uint32_t from, const uint16_t *places, size_t n)
{
	struct ik_node *root = run->v.plan.root;
	int steps = ik_visit_has_steps(&run->v), rc = 0;

	if (root->ops->as_root != NULL && root->ops->as_root->fetch != NULL)
		root->ops->as_root->fetch(root, from, places, n);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		uint32_t r = from + places[i];
		int rank = run->bounds[places[i]] >= threshold(run, r);

		if (rank || run->v.see_all)
			rc = visit_range(run, r, rank, steps);
		run->bounds[places[i]] = 0;
	}
	return rc == 0 && steps ? ik_visit_late(&run->v) : rc;
}

/* Of n ranges as many at a time as a cache may hold. */
static int visit_places(struct ik_run *run, uint32_t from, const uint16_t *places, size_t n)
{
	int rc = 0;

	while (rc == 0 && n > 0) {
		size_t some = n < TOGETHER ? n : TOGETHER;

		rc = visit_some(run, from, places, some);
		places += some;
		n -= some;
	}
	return rc;
}

/* The ranges whose bounds are `least` or more. */
static int visit_reaching(struct ik_run *run, uint32_t from, uint32_t n, uint16_t least)
{
	uint16_t *places = run->v.plan.m.scratch; /* free between bounds */

	return visit_places(run, from, places,
	                    run->v.plan.m.kernel->places(run->bounds, n, least, places));
}

/* The greatest bound first; many that are about as great are not worth it. */
static void sort_places(const uint16_t *bounds, uint16_t *places, size_t n)
{
	for (size_t i = 1; i < n && n <= SORTED_MAX; i++) {
		uint16_t place = places[i];
		size_t k = i;

		for (; k > 0 && bounds[places[k - 1]] < bounds[place]; k--)
			places[k] = places[k - 1];
		places[k] = place;
	}
}

/*
 * The ranges of the greatest bounds first, so that the threshold is high when
 * the others are looked at. Pays where few documents are wanted.
 */
static int visit_best(struct ik_run *run, uint32_t from, uint32_t n)
{
	const struct ik_kernel *kernel = run->v.plan.m.kernel;
	uint16_t known = threshold(run, from), *room = run->v.plan.m.scratch;
	uint16_t peak = ik_bounds_peak(kernel, run->bounds, n, best_ranges(run, n), known, BEST_STEP,
	                               room);
	size_t found;

	if (peak <= known)
		return 0;
	found = kernel->places(run->bounds, n, peak, room);
	if (ik_visit_has_steps(&run->v))
		sort_places(run->bounds, room, found);
	return visit_places(run, from, room, found);
}

/* Only the best are wanted: raise the threshold, then leave out what does not reach it. */
static int sift(struct ik_run *run, uint32_t from, uint32_t n)
{
	struct ik_node *root = run->v.plan.root;
	int rc = visit_best(run, from, n);

	if (rc != 0 || root->ops->as_root == NULL || root->ops->as_root->sift == NULL)
		return rc;
	return root->ops->as_root->sift(root, from, n, threshold(run, from), run->bounds);
}

/* By the bounds of a chunk's ranges; of those with 0 nothing is wanted. */
static int visit_by_bounds(struct ik_run *run, uint32_t from, uint32_t n)
{
	int rc = 0;

	if (!run->v.see_all && run->v.sorter == NULL && run->v.top.k <= BEST_HITS)
		rc = sift(run, from, n);
	if (rc != 0)
		return rc;
	return visit_reaching(run, from, n, run->v.see_all ? 1 : threshold(run, from));
}

/*
 * Are the ranges that were narrowed last to be told apart by bounds? Few are sooner visited,
 * but where ranking a range goes by bounds itself.
 */
static int need_bounds(const struct ik_run *run)
{
	const struct ik_root_ops *as_root = run->v.plan.root->ops->as_root;

	if (run->v.see_all && run->v.top.k == 0)
		return 0;
	return run->v.narrow.masks.n > FEW_NARROWED ||
	       (!run->v.see_all && as_root != NULL && as_root->by_bounds);
}

/* All ranges that were narrowed last. */
static int visit_narrowed(struct ik_run *run)
{
	const struct ik_masks *m = &run->v.narrow.masks;
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < m->n; i++)
		rc = visit_range(run, m->from + m->list[i], 1, 0);
	return rc;
}

/*
 * Are only a few of many hits wanted? To find all takes longer than bounds then, by which the best
 * are found first. Of a list all are found soon.
 */
static int few_of_many(const struct ik_run *run)
{
	const struct ik_narrow *narrow = &run->v.narrow;

	return !run->v.see_all && !run->count_met && run->v.top.k <= FEW_HITS && narrow->sums &&
	       narrow->expected >= STEP_HITS && narrow->terms[0]->ranged;
}

/*
 * The ranges of the greatest bounds, which raises what others have to reach; and so on. Those
 * visited have no bounds any more, so each step but the last takes some away.
 */
static int search_steps(struct ik_run *run, uint32_t from, uint32_t n)
{
	struct ik_node *root = run->v.plan.root;
	const struct ik_match *m = &run->v.plan.m;
	uint16_t least, peak;
	int rc;

	root->ops->bounds(root, from, n, run->bounds);
	do {
		least = threshold(run, from);
		peak = ik_bounds_peak(m->kernel, run->bounds, n, STEP_RANGES + n / ONE_OF,
		                      (uint16_t)(least - 1), BEST_STEP, m->scratch);
		rc = ik_narrow_next(&run->v.narrow, from, n, run->bounds, peak > least ? peak : least);
		if (rc == 0)
			rc = ik_visit_few(&run->v);
		if (rc == 0)
			rc = visit_narrowed(run);
	} while (rc >= 0 && peak > least);
	return rc < 0 ? rc : 0;
}

/*
 * Where what is required does not meet, nothing matches; how much does is perhaps wanted.
 * Bounds are not asked for before there is something that they have to reach.
 */
static int search_narrowed(struct ik_run *run, uint32_t from, uint32_t n)
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

static int search_chunk(struct ik_run *run, uint32_t from, uint32_t n)
{
	struct ik_node *root = run->v.plan.root;

	if (run->v.narrow.n > 1 && few_of_many(run))
		return search_steps(run, from, n);
	if (run->v.narrow.n > 1)
		return search_narrowed(run, from, n);
	root->ops->bounds(root, from, n, run->bounds);
	return visit_by_bounds(run, from, n);
}

int ik_run_ranges(struct ik_run *run)
{
	uint32_t n = run->v.plan.m.n_ranges, chunk = run->v.plan.m.chunk;
	int rc = 0;

	if (run->v.narrow.n > 1 && chunk > IK_MASKS_MAX)
		chunk = IK_MASKS_MAX; /* whose documents are kept until they are visited */
	for (uint32_t from = 0; rc == 0 && from < n; from += chunk)
		rc = search_chunk(run, from, n - from < chunk ? n - from : chunk);
	return rc;
}
