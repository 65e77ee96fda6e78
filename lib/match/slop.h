/*
 * slop.h - terms near each other in one document, in any order.
 *
 * Layer: match (pure functions over arrays of positions). A position less
 * the term's offset in the phrase is the same for all terms where the phrase
 * stands as it was asked for; how far these are apart is its slop.
 */
#ifndef IK_MATCH_SLOP_H
#define IK_MATCH_SLOP_H

#include <stddef.h>
#include <stdint.h>

#define IK_NO_POSITION UINT32_MAX

/* One term of the phrase, and where it stands. */
struct ik_place {
	uint32_t offset; /* in the phrase */
	uint32_t same;   /* equal for those that are the same term */
	uint32_t *pos;   /* less the offset, plus the greatest one; ascending */
	uint32_t n, at;
};

/* Move to the first position >= want; that position, or IK_NO_POSITION. */
static inline uint32_t ik_place_advance(struct ik_place *t, uint32_t want)
{
	while (t->at < t->n && t->pos[t->at] < want)
		t->at++;
	return t->at < t->n ? t->pos[t->at] : IK_NO_POSITION;
}

/*
 * How many windows of positions, one of each term, are no wider than the
 * slop. They are counted from left to right and share no position. All `at`
 * are 0; terms that are the same stand in the order of their offsets.
 */
uint32_t ik_slop_count(struct ik_place *terms, size_t n, uint32_t slop);

#endif
