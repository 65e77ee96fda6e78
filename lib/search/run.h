/*
 * run.h - one search while it runs: what run.c and ranges.c share.
 *
 * Layer: search. run.c goes from segment to segment, ranges.c from range to range.
 */
#ifndef IK_SEARCH_RUN_H
#define IK_SEARCH_RUN_H

#include "search/prepared.h"
#include "search/visit.h"

struct ik_run {
	const struct ik_request *request;
	struct ik_prepared prepared;
	struct ik_visit v;
	struct ik_cursor after;
	uint16_t *bounds;          /* of the ranges of a chunk */
	struct ik_deadline deadline;
	struct ik_poll poll;       /* cancel and time-out */
	int count_met;             /* matches are counted where ranges are narrowed */
};

/*
 * All ranges of the segment that v.plan is of. INK_ECORRUPT, INK_ENOMEM, INK_ECANCELED,
 * INK_ETIMEOUT.
 */
int ik_run_ranges(struct ik_run *run);

#endif
