/* cover.h - is a string what its grams are? Layer: text. */
#ifndef IK_TEXT_COVER_H
#define IK_TEXT_COVER_H

#include <stddef.h>

/*
 * Are the text's grams, in order, the text? From its first byte to its last each overlaps the
 * one before: so they do in a document that has them in order, as a gram that ends a run is
 * shorter. Or one gram is the whole text.
 */
struct ik_cover {
	size_t end; /* of the last gram */
	int gaps;
};

/* The next gram, by its bytes. */
static inline void ik_cover_add(struct ik_cover *cover, size_t start, size_t end)
{
	cover->gaps |= start > 0 && start >= cover->end;
	cover->end = end;
}

static inline int ik_cover_is_whole(const struct ik_cover *cover, size_t len)
{
	return len > 0 && cover->end == len && !cover->gaps;
}

#endif
