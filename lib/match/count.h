/* count.h - how many documents match, without finding out which. Layer: match. */
#ifndef IK_MATCH_COUNT_H
#define IK_MATCH_COUNT_H

#include "match/plan.h"

/*
 * Count the matches of a segment without deletions. 1 and *total when the
 * query has a form that is counted faster than it is matched (a term; terms
 * that are all required, one of them perhaps excluded; a union of terms),
 * 0 for any other, or INK_ECORRUPT.
 */
int ik_count(struct ik_plan *plan, uint64_t *total);

#endif
