/*
 * masks.h - the documents of many ranges at once, one term after the other.
 *
 * Layer: match. For counting, and for learning in which ranges terms meet at
 * all. Going along one list at a time costs a fraction of asking several for a
 * range each: records of a list are of the same form, so branches go as before.
 */
#ifndef IK_MATCH_MASKS_H
#define IK_MATCH_MASKS_H

#include "match/term.h"

#define IK_MASKS_MAX 2048         /* ranges, at most: half a million documents */
#define IK_MASK (IK_RANGE / 8) /* bytes: document d is bit d mod 8 of byte d / 8, as in a record */

struct ik_masks {
	uint32_t from;            /* the range that place 0 stands for */
	uint16_t *list;           /* the places in question, ascending */
	uint32_t n;
	uint32_t room;            /* how many places there can be */
	uint8_t (*docs)[IK_MASK]; /* of each place; only those in the list are set */
	uint16_t *places;         /* those where the term being read may have documents, */
	uint64_t *at[2];          /* and where its records are, or those of two terms */
	uint32_t *picked;         /* documents being looked for, `room` of them at most */
};

struct ik_masks_ops {
	/*
	 * Put those of n ranges from `from` on, a multiple of 64, into the list in which all
	 * of the terms, or any of them, have documents.
	 */
	void (*occupied)(struct ik_masks *m, uint32_t from, uint32_t n,
	                 struct ik_term *const *terms, size_t n_terms, int all);

	/*
	 * The list and the documents become those of n ranges from `from` on, a multiple of 64,
	 * that all of the terms have, the rarest first. 0 or INK_ECORRUPT, as for the others.
	 */
	int (*all)(struct ik_masks *m, uint32_t from, uint32_t n, struct ik_term *const *terms,
	           size_t n_terms);

	/* The same where only how many these are is wanted: list and documents are of no meaning then. */
	int (*count_all)(struct ik_masks *m, uint32_t from, uint32_t n,
	                 struct ik_term *const *terms, size_t n_terms, uint64_t *count);

	/* The documents become those of the term. */
	int (*set)(struct ik_masks *m, struct ik_term *t);

	/* And those of the term. */
	int (*add)(struct ik_masks *m, struct ik_term *t);

	/* Those that the term has too. Places with none leave the list. */
	int (*keep)(struct ik_masks *m, struct ik_term *t);

	/* The documents become those of all the terms, one or more. Places with none leave the list. */
	int (*keep_all)(struct ik_masks *m, struct ik_term *const *terms, size_t n);

	/* How many of them the term has. */
	int (*meet)(struct ik_masks *m, struct ik_term *t, uint64_t *count);

	/* How many there are. */
	uint64_t (*count)(const struct ik_masks *m);
};

/* Room for IK_MASKS_MAX places, or as many as the segment has ranges, in its arena. INK_ENOMEM. */
int ik_masks_open(struct ik_match *match, struct ik_masks *out);

/* Put the ranges `from` + i with bounds[i] >= least, i below n, into the list. least > 0. */
void ik_masks_list(struct ik_masks *m, struct ik_match *match, uint32_t from,
                   const uint16_t *bounds, uint32_t n, uint16_t least);

const struct ik_masks_ops *ik_masks_choose(uint32_t cpu);

extern const struct ik_masks_ops ik_masks_scalar;
#if defined(__x86_64__)
extern const struct ik_masks_ops ik_masks_avx2, ik_masks_avx512;
#endif

#endif
