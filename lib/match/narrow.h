/*
 * narrow.h - ranges in which the required terms of a query do not meet.
 *
 * Layer: match. Most ranges have no document that has all, and to find these
 * out together is cheap (masks.h).
 */
#ifndef IK_MATCH_NARROW_H
#define IK_MATCH_NARROW_H

#include "match/masks.h"
#include "match/plan.h"

#define IK_NARROW_MAX 8 /* terms; what more there are is not looked at */

struct ik_narrow {
	struct ik_term *terms[IK_NARROW_MAX]; /* the rarest first */
	size_t n;                             /* below 2: there is nothing to be narrowed */
	int whole;                            /* all required terms are among them */
	int counts;                           /* a match is what has all of them, */
	int sums;                             /* and its score the sum of theirs */
	uint64_t expected;                    /* documents that have all, were these thrown by chance */
	const struct ik_masks_ops *ops;
	struct ik_masks masks;                /* opened where ranges are narrowed: docs is NULL before */
};

/* For the segment of the plan. */
void ik_narrow_open(struct ik_plan *plan, struct ik_narrow *out);

/* Leave the documents of range r, one of those narrowed last, that have all the terms. */
static inline void ik_narrow_docs(const struct ik_narrow *narrow, uint32_t r, uint64_t mask[4])
{
	const uint8_t *docs = narrow->masks.docs[r - narrow->masks.from];

	for (unsigned w = 0; w < 4; w++)
		mask[w] &= ik_load64(docs + (size_t)w * 8);
}

/*
 * The documents that the ranges narrowed last have left, ascending: how many, or `max` + 1
 * when there are more than that.
 */
uint32_t ik_narrow_list(const struct ik_narrow *narrow, uint32_t *docs, uint32_t max);

/* With `sums`: what n of these score. INK_ECORRUPT. */
int ik_narrow_scores(const struct ik_narrow *narrow, const uint32_t *docs, uint32_t n,
                     int32_t *scores);

/* How many documents of the ranges narrowed last have all the terms. */
static inline uint64_t ik_narrow_count(const struct ik_narrow *narrow)
{
	return narrow->ops->count(&narrow->masks);
}

/*
 * Find the documents that have all the terms in ranges from .. from + n, IK_MASKS_MAX at
 * most: in those with bounds[i] >= least, or in all where `bounds` is NULL, which is
 * cheaper than asking for bounds. INK_ECORRUPT, INK_ENOMEM.
 */
int ik_narrow(struct ik_narrow *narrow, uint32_t from, uint32_t n, const uint16_t *bounds,
              uint16_t least);

/* The same in those with bounds[i] >= least, more than 0, which become 0: they are over. */
int ik_narrow_next(struct ik_narrow *narrow, uint32_t from, uint32_t n, uint16_t *bounds,
                   uint16_t least);

/* Set the bounds to 0 of ranges that were narrowed last and have no such document. */
void ik_narrow_bounds(const struct ik_narrow *narrow, uint32_t n, uint16_t *bounds);

#endif
