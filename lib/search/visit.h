/*
 * visit.h - one range of 256 documents: which match, counted, ranked, listed.
 *
 * Layer: search. What ranges.c knows while it goes from range to range.
 */
#ifndef IK_SEARCH_VISIT_H
#define IK_SEARCH_VISIT_H

#include "base/vec.h"
#include "index/snapshot.h"
#include "match/narrow.h"
#include "search/cursor.h"
#include "search/topk.h"

/* Who is told of all matching documents: for delete by query. */
struct ik_doc_list {
	IK_VEC(uint64_t) docs;
};

/* A range that has taken the first of two steps. */
struct ik_early {
	uint32_t range;
	uint64_t mask[4];         /* what may be among the best */
	int32_t scores[IK_RANGE]; /* what it has at least */
};

#define IK_EARLY_MAX 16 /* ranges that wait for the second step together */

struct ik_visit {
	/* of the whole search */
	struct ik_results *out;
	struct ik_topk top;
	struct ik_sorter *sorter;  /* NULL: by score alone */
	struct ik_facets *facets;
	struct ik_doc_list *list;
	int32_t *scores;           /* of the current range: IK_RANGE of them */
	int need_scores;
	int need_all;              /* every match counts */
	int32_t floor;             /* a score that k documents are known to pass */
	struct ik_topk at_least;   /* the best by what they score at least, in a first step */
	struct ik_early *early;    /* IK_EARLY_MAX of them; NULL: not needed before */
	size_t n_early;
	ink_error *err;
	/* of a segment */
	const struct ik_view *view;
	struct ik_plan plan;
	struct ik_narrow narrow;
	int see_all;               /* every match has to be seen */
};

/* By score alone: documents of the segment from `doc` on have to score more than this. */
int64_t ik_visit_least(const struct ik_visit *v, uint32_t doc);

/*
 * The documents that narrowing left, if they are few and only the best of them are wanted:
 * 1 when there is nothing more to be visited in those ranges, else 0. INK_ECORRUPT, INK_ENOMEM.
 */
int ik_visit_few(struct ik_visit *v);

/* Can ranges be visited in two steps, which raises what later ones have to score? */
int ik_visit_has_steps(const struct ik_visit *v);

/*
 * The first step, after which the range waits, or is done. INK_ECORRUPT, INK_ENOMEM.
 * IK_EARLY_MAX of them may wait.
 */
int ik_visit_early(struct ik_visit *v, uint32_t r);

/* The second step of all that wait. INK_ECORRUPT, INK_ENOMEM. */
int ik_visit_late(struct ik_visit *v);

/*
 * Range r of the segment, which was not visited before; `rank` is 0 when no document of
 * it can be among the best. INK_ECORRUPT, INK_ENOMEM.
 */
int ik_visit(struct ik_visit *v, uint32_t r, int rank);

#endif
