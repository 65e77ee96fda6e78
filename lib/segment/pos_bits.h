/*
 * pos_bits.h - the bits of packed positions, for their readers.
 *
 * Layer: segment. In a header because pos_read.c is compiled twice, once with
 * the instructions of newer processors.
 */
#ifndef IK_SEGMENT_POS_BITS_H
#define IK_SEGMENT_POS_BITS_H

#include "base/bits.h"
#include "segment/pos.h"

/* Eight bytes from p on, of which not all may be read: those not before lim are zeros. */
static inline uint64_t ik_pos_load_cut(const uint8_t *base, const uint8_t *p, const uint8_t *lim)
{
	uint64_t v = 0;

	if (lim - p >= 8)
		return ik_load64(p);
	if (lim - base >= 8)
		return p < lim ? ik_load64(lim - 8) >> 8 * (8 - (lim - p)) : 0;
	for (unsigned i = 0; p + i < lim; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

/* The high parts from the current one on, from the highest bit down; the others are zeros. */
static inline uint64_t ik_pos_high_bits(const struct ik_pos_reader *r)
{
	const uint8_t *p = r->end - r->high / 8;

	if (p - r->base >= 8)
		return ik_load64(p - 8) << r->high % 8;
	return p > r->base
	               ? ik_pos_load_cut(r->base, r->base, r->lim) << (64 - 8 * (p - r->base)) << r->high % 8
	               : 0;
}

static inline unsigned ik_pos_leading_zeros(uint64_t v)
{
	return (unsigned)__builtin_clzll(v);
}

#endif
