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
#define IK_REORDER_DOCS 100000       /* live documents of a merge in the background that reorders */

/* A segment, in document order. */
struct ik_candidate {
	uint32_t docs;    /* deleted ones included */
	uint32_t deleted;
	uint64_t bytes;
	int busy;         /* must stay as it is */
	int reordered;    /* its documents are in an order that was computed */
};

/*
 * The cheapest merge worth doing, or the segment that most needs to be rewritten:
 * from segment *first on, as many as returned; 0: none.
 */
size_t ik_policy_pick(const struct ik_candidate *v, size_t n, size_t *first);

/*
 * Is it worth reordering the documents of this merge? From min_docs on: small
 * segments are merged again soon, and queries take little time in them. Not
 * one that adds a little to what was reordered before: each document is to
 * be reordered once for each tier, as it is rewritten.
 */
int ik_policy_reorder(const struct ik_candidate *v, size_t n, uint32_t min_docs);

/*
 * The next merge on the way to at most `max` segments (at least 1): as few
 * bytes as possible. 0 when there are no more than `max`, or no two
 * neighbours fit into one segment.
 */
size_t ik_policy_shrink(const struct ik_candidate *v, size_t n, size_t max, size_t *first);

#endif
