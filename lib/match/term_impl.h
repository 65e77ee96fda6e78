/*
 * term_impl.h - what the files of a term share, and meet.c with them.
 *
 * Layer: match. term.c opens terms, bounds and matches them; term_score.c and
 * term_place.c do what their names say.
 */
#ifndef IK_MATCH_TERM_IMPL_H
#define IK_MATCH_TERM_IMPL_H

#include "match/term.h"

/* From this many documents on, a whole record is cheaper than one after the other. */
#define IK_TERM_FEW 4

static inline struct ik_term *ik_term_from(struct ik_node *node)
{
	return (struct ik_term *)node; /* the node is its first member */
}

/* The record of range r, which has one. INK_ECORRUPT. */
int ik_term_record(struct ik_term *t, uint32_t r);

/* Unpack the frequencies of range r. INK_ECORRUPT. */
int ik_term_load(struct ik_term *t, uint32_t r);

/* What document `doc` of the segment scores. */
static inline int32_t ik_term_points(const struct ik_term *t, uint32_t tf, uint32_t doc)
{
	/* Without norms every document is of average length. */
	uint8_t norm = t->part->norms != NULL ? t->part->norms[doc] : 0;

	return ik_bm25_points(t->ws, tf, t->bm25->inv[norm]);
}

/* What posting i of a list scores: of a few it is found out one by one. */
static inline int32_t ik_term_list_points(const struct ik_term *t, uint32_t i)
{
	if (t->scored)
		return t->points[i];
	return t->points != NULL ? ik_term_points(t, t->freqs[i], t->docs[i]) : 0;
}

/* The operation of its node. */
int ik_term_score(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256]);

#endif
