/*
 * policy.h - which segments to merge next.
 *
 * Layer: index. Pure: looks at sizes only.
 */
#ifndef IK_INDEX_POLICY_H
#define IK_INDEX_POLICY_H

#include <stddef.h>
#include <stdint.h>

#define IK_MERGE_FACTOR 8
#define IK_MERGE_FLOOR (2u << 20)    /* smaller segments all count as one size */
#define IK_MERGE_DELETED_PERCENT 30  /* from here on a segment is rewritten for its deletions */

/* A segment, in document order. */
struct ik_candidate {
	uint32_t docs;    /* deleted ones included */
	uint32_t deleted;
	uint64_t bytes;
	int busy;         /* must stay as it is */
};

/* The cheapest merge worth doing: from segment *first on, as many as returned; 0: none. */
size_t ik_policy_pick(const struct ik_candidate *v, size_t n, size_t *first);

/*
 * The next merge on the way to at most `max` segments (at least 1): as few
 * bytes as possible. 0 when there are no more than `max`, or no two
 * neighbours fit into one segment.
 */
size_t ik_policy_shrink(const struct ik_candidate *v, size_t n, size_t max, size_t *first);

#endif
