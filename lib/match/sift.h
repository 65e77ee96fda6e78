/*
 * sift.h - ranges in which the terms that a score needs do not meet.
 *
 * Layer: match. In a large segment most of the ranges whose bounds add up to enough have
 * the best documents of their terms apart from each other. Going along one list after the
 * other finds that out for a fraction of what ranking them one by one costs.
 */
#ifndef IK_MATCH_SIFT_H
#define IK_MATCH_SIFT_H

#include "match/masks.h"

/* A union, the clauses of which are not required. */
struct ik_sift {
	struct ik_term **terms;  /* of each clause; NULL: something else */
	size_t n;
	const uint16_t *bounds;  /* of each clause, a chunk apart */
	uint16_t *places;        /* the ranges in question */
	const struct ik_masks_ops *ops;
	struct ik_masks masks;   /* docs is NULL: nothing was sifted yet */
};

/*
 * Of the ranges `from` + i with sums[i] >= least, i below n, set sums[i] to 0 where no
 * document can reach that. 0, INK_ECORRUPT or INK_ENOMEM.
 */
int ik_sift(struct ik_sift *sift, struct ik_match *m, uint32_t from, uint32_t n, uint16_t least,
            uint16_t *sums);

#endif
