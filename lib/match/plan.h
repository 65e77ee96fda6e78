/*
 * plan.h - from a prepared query to the nodes of one segment.
 *
 * Layer: match.
 */
#ifndef IK_MATCH_PLAN_H
#define IK_MATCH_PLAN_H

#include "match/node.h"
#include "match/prepare.h"

struct ik_plan {
	struct ik_match m;
	struct ik_node *root;         /* NULL: nothing matches in this segment */
	struct ik_node *tree;         /* the same, before the root was made faster */
	IK_VEC(struct ik_node *) verifies; /* that have to be closed */
};

/* The integer scale for a query whose weights sum up to `total`; 0 in its place: no scores. */
float ik_plan_scale(double total);

/*
 * Make the nodes of segment `s` of the collection. `poll` may be NULL. Close it also after a
 * failure.
 */
int ik_plan_open(struct ik_plan *plan, const struct ik_collection *c, uint32_t s,
                 const struct ik_prep *prep, const struct ik_kernel *kernel, float scale,
                 struct ik_arena *arena, struct ik_poll *poll, ink_error *err);
void ik_plan_close(struct ik_plan *plan);

/*
 * A score that at least k documents of the segment reach, known before any
 * posting is read, or 0: from the stored k-th best scores of the terms of a
 * union and from the maxima of their ranges. Only where no document is deleted
 * or filtered out.
 */
int32_t ik_plan_floor(const struct ik_plan *plan, uint64_t k);

#endif
