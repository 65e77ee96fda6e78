/* post_short.h - what writing and reading lists in short form share. Layer: segment. */
#ifndef IK_SEGMENT_POST_SHORT_H
#define IK_SEGMENT_POST_SHORT_H

#include "base/bits.h"

#define IK_SHORT_RUN 16 /* zeros from which on a frequency has more bits behind its one */

/* The bits of a gap that are written as they are: those of 11 / 16 of the mean, less one. */
static inline unsigned ik_short_width(uint32_t n_docs, uint32_t df)
{
	unsigned width = ik_width32((uint32_t)((uint64_t)n_docs * 11 / ((uint64_t)df * 16)));

	return width > 0 ? width - 1 : 0;
}

#endif
