/* visit.c - one range of 256 documents: which match, counted, ranked, listed. Layer: search. */
#include "search/visit.h"

#include <string.h>

/*
 * Up to so many documents are scored term by term in less time than range by range: as many as
 * there is room for, but fewer for ten hits, where most ranges need not be seen.
 */
#define FEW IK_RANGE
#define FEW_FOR_TEN 64

/* The documents of a range that are not deleted, and have what is required. */
static void live_docs(const struct ik_visit *v, uint32_t r, uint64_t mask[4])
{
	const struct ik_live *live = v->view->live;

	for (unsigned w = 0; w < 4; w++)
		mask[w] = live != NULL ? ~live->words[(size_t)r * 4 + w] : UINT64_MAX;
	if (v->narrow.n > 1)
		ik_narrow_docs(&v->narrow, r, mask);
}

static int list_docs(struct ik_visit *v, uint32_t r, const uint64_t mask[4])
{
	uint8_t docs[IK_DOCS_ROOM];
	uint32_t n = v->plan.m.kernel->docs(mask, docs);

	for (uint32_t i = 0; i < n; i++) {
		uint64_t *doc = ik_vec_push(&v->list->docs);

		if (doc == NULL)
			return ik_fail_nomem(v->err);
		*doc = v->view->base + r * IK_RANGE + docs[i];
	}
	return 0;
}

int64_t ik_visit_least(const struct ik_visit *v, uint32_t doc)
{
	int64_t score = ik_topk_threshold(&v->top, v->view->base + doc);

	return v->floor - 1 > score ? v->floor - 1 : score;
}

static int32_t clamp(int64_t score)
{
	return score > INT32_MAX ? INT32_MAX : (int32_t)score;
}

static int offer_sorted(struct ik_visit *v, uint32_t local, int64_t score)
{
	int rc = ik_sorter_keys(v->sorter, local, score, v->top.spare, v->err);

	return rc != 0 ? rc : ik_topk_offer(&v->top, v->view->base + local, score, v->err);
}

static int offer_all(struct ik_visit *v, uint32_t r, const uint64_t mask[4], const int32_t *scores)
{
	uint8_t docs[IK_DOCS_ROOM];
	uint32_t n = v->plan.m.kernel->docs(mask, docs);
	int rc = 0;

	if (v->sorter == NULL)
		return ik_topk_offer_range(&v->top, v->view->base + r * IK_RANGE, docs, n, scores,
		                           v->err);
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = offer_sorted(v, r * IK_RANGE + docs[i], scores[docs[i]]);
	return rc;
}

static int offer_ranked(struct ik_visit *v, uint32_t r, const uint64_t mask[4],
                        const int32_t *scores)
{
	v->out->total += v->need_all ? 0 : ik_mask_count(mask);
	return offer_all(v, r, mask, scores);
}

/* Only the best are wanted: what cannot get in need not even be found. */
static int rank_range(struct ik_visit *v, uint32_t r, const uint64_t live[4])
{
	uint64_t mask[4];
	int rc;

	v->plan.m.theta = ik_visit_least(v, r * IK_RANGE);
	rc = ik_node_rank(v->plan.root, r, live, v->scores, mask);
	if (rc != 0 || ik_mask_empty(mask))
		return rc;
	v->out->work_scored += ik_mask_count(mask);
	return offer_ranked(v, r, mask, v->scores);
}

/* The documents of `mask` are all there are: rank them, by whatever is asked for. */
static int rank_matches(struct ik_visit *v, uint32_t r, uint64_t mask[4])
{
	struct ik_node *root = v->plan.root;
	int rc = 0;

	v->plan.m.kernel->clear(v->scores);
	v->out->work_scored += ik_mask_count(mask);
	if (v->need_scores)
		rc = root->ops->score(root, r, mask, v->scores);
	if (v->sorter == NULL)
		v->plan.m.kernel->above(v->scores, clamp(ik_visit_least(v, r * IK_RANGE)), mask);
	return rc != 0 ? rc : offer_all(v, r, mask, v->scores);
}

/* All documents of the range that match. */
static int match_range(struct ik_visit *v, uint32_t r, const uint64_t live[4], int rank)
{
	struct ik_node *root = v->plan.root;
	uint64_t mask[4];
	int rc = ik_node_match(root, r, live);

	for (unsigned w = 0; w < 4; w++)
		mask[w] = root->mask[w] & live[w];
	if (rc != 0 || ik_mask_empty(mask))
		return rc;
	v->out->total += ik_mask_count(mask);
	if (v->facets != NULL)
		ik_facets_add(v->facets, r, mask);
	if (v->list != NULL)
		return list_docs(v, r, mask);
	return rank && v->top.k > 0 ? rank_matches(v, r, mask) : 0;
}

/* ---- in two steps ---- */

/* What waits for the second step is compared with what others are known to score at least. */
int ik_visit_has_steps(const struct ik_visit *v)
{
	const struct ik_node *root = v->plan.root;

	return root->ops->as_root != NULL && root->ops->as_root->early != NULL && !v->see_all &&
	       v->sorter == NULL && v->list == NULL && v->top.after == NULL;
}

static int need_early(struct ik_visit *v)
{
	if (v->early != NULL)
		return 0;
	v->early = ik_arena_array(v->top.arena, IK_EARLY_MAX, sizeof *v->early);
	return v->early != NULL ? ik_topk_init(&v->at_least, NULL, v->top.k, v->top.arena, v->err)
	                        : ik_fail_nomem(v->err);
}

/* k documents score as much. */
static int raise_floor(struct ik_visit *v, uint32_t r, const uint64_t mask[4],
                       const int32_t *scores)
{
	int64_t least = ik_topk_threshold(&v->at_least, UINT64_MAX);
	uint8_t docs[IK_DOCS_ROOM];
	uint64_t best[4];
	int rc;

	memcpy(best, mask, sizeof best);
	v->plan.m.kernel->above(scores, clamp(least > v->floor ? least : v->floor), best);
	if (ik_mask_empty(best))
		return 0;
	rc = ik_topk_offer_range(&v->at_least, v->view->base + r * IK_RANGE, docs,
	                         v->plan.m.kernel->docs(best, docs), scores, v->err);
	least = ik_topk_threshold(&v->at_least, UINT64_MAX);
	v->floor = least > v->floor ? clamp(least) : v->floor;
	return rc;
}

int ik_visit_early(struct ik_visit *v, uint32_t r)
{
	struct ik_node *root = v->plan.root;
	struct ik_early *e;
	uint64_t live[4];
	int rc = need_early(v), done;

	if (rc != 0)
		return rc;
	live_docs(v, r, live);
	v->plan.m.theta = ik_visit_least(v, r * IK_RANGE);
	e = &v->early[v->n_early];
	e->range = r;
	done = rc = root->ops->as_root->early(root, r, live, e->scores, e->mask);
	if (rc < 0 || ik_mask_empty(e->mask))
		return rc < 0 ? rc : 0;
	v->out->work_scored += ik_mask_count(e->mask);
	rc = raise_floor(v, r, e->mask, e->scores);
	if (rc == 0 && done)
		return offer_ranked(v, r, e->mask, e->scores);
	v->n_early++;
	return rc;
}

int ik_visit_late(struct ik_visit *v)
{
	struct ik_node *root = v->plan.root;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < v->n_early; i++) {
		struct ik_early *e = &v->early[i];

		v->plan.m.theta = ik_visit_least(v, e->range * IK_RANGE);
		rc = root->ops->as_root->late(root, e->range, e->scores, e->mask);
		if (rc == 0 && !ik_mask_empty(e->mask))
			rc = offer_ranked(v, e->range, e->mask, e->scores);
	}
	v->n_early = 0;
	return rc;
}

int ik_visit(struct ik_visit *v, uint32_t r, int rank)
{
	uint64_t live[4];

	live_docs(v, r, live);
	return v->see_all ? match_range(v, r, live, rank) : rank_range(v, r, live);
}

/* Leave out what is deleted: how many are left. */
static uint32_t keep_live(const struct ik_live *live, uint32_t *docs, uint32_t n)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		docs[kept] = docs[i];
		kept += ik_live_has(live, docs[i]) != 0;
	}
	return kept;
}

int ik_visit_few(struct ik_visit *v)
{
	uint32_t max = v->top.k <= 10 ? FEW_FOR_TEN : FEW, docs[FEW], n;
	int rc;

	if (v->see_all || v->sorter != NULL || !v->narrow.sums)
		return 0;
	n = ik_narrow_list(&v->narrow, docs, max);
	if (n > max)
		return 0;
	if (v->view->live != NULL)
		n = keep_live(v->view->live, docs, n);
	memset(v->scores, 0, n * sizeof *v->scores);
	rc = ik_narrow_scores(&v->narrow, docs, n, v->scores);
	v->out->work_scored += n;
	v->out->total += v->need_all ? 0 : n;
	if (rc == 0)
		rc = ik_topk_offer_list(&v->top, v->view->base, docs, n, v->scores, v->err);
	return rc != 0 ? rc : 1;
}
