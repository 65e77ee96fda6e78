/*
 * slop.h - terms near each other in one document, in any order.
 *
 * Layer: match (pure functions over arrays of positions). A position less
 * the term's offset in the phrase is the same for all terms where the phrase
 * stands as it was asked for; how far these are apart is its slop.
 */
#ifndef IK_MATCH_SLOP_H
#define IK_MATCH_SLOP_H

#include <stdint.h>

#include "base/poll.h"

#define IK_NO_POSITION UINT32_MAX

/* One term of the phrase, and where it stands. */
struct ik_place {
	uint32_t shift;      /* the greatest offset of all in the phrase, less its own */
	int again;           /* the same term as the one before it, whose positions it shares */
	const uint32_t *pos; /* in the document, ascending */
	uint32_t n, at;
};

/*
 * How many windows of positions, one of each term, are no wider than the
 * slop. They are counted from left to right and share no position. All `at`
 * are 0; terms that are the same stand side by side, in the order of their
 * offsets. Fails as `poll` does.
 */
int ik_slop_count(struct ik_place *terms, size_t n, uint32_t slop, struct ik_poll *poll,
                  uint32_t *count);

#endif
