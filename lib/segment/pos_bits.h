/*
 * pos_bits.h - the bits of packed positions, for their readers.
 *
 * Layer: segment. In a header because files that include it are compiled again
 * with the instructions of newer processors.
 */
#ifndef IK_SEGMENT_POS_BITS_H
#define IK_SEGMENT_POS_BITS_H

#include "base/bits.h"
#include "segment/format.h"
#include "segment/pos.h"

#if defined(IK_HAVE_AVX2)
#include <immintrin.h>
#endif

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

/* How many bits of v there are down to the k-th one from the highest; it has `ones`, not fewer. */
static inline unsigned ik_pos_up_to_one(uint64_t v, unsigned ones, unsigned k)
{
#if defined(IK_HAVE_AVX2)
	return ik_pos_leading_zeros(_pdep_u64((uint64_t)1 << (ones - k), v)) + 1;
#else
	unsigned bits = 0;

	(void)ones;
	for (; k > 0; k--) {
		unsigned step = ik_pos_leading_zeros(v) + 1;

		v = step < 64 ? v << step : 0;
		bits += step;
	}
	return bits;
#endif
}

/* Pass the high parts that were skipped. */
static inline int ik_pos_catch_up(struct ik_pos_reader *r)
{
	while (r->skipped > 0) {
		uint64_t v = ik_pos_high_bits(r);
		unsigned ones = ik_popcount64(v);

		if (ones >= r->skipped) {
			r->high += ik_pos_up_to_one(v, ones, (unsigned)r->skipped);
			r->skipped = 0;
			return 0;
		}
		r->skipped -= ones;
		r->high += 64 - r->high % 8;
		if (r->high >= r->bits)
			return -1;
	}
	return 0;
}

/* ---- a chunk ---- */

/* The bytes of chunk number c of a unit that has more than one, out of those of all. -1: damage. */
static inline int ik_pos_chunk(const struct ik_pos_unit *u, uint32_t c, const uint8_t **from,
                               const uint8_t **to)
{
	uint32_t more = (u->n - 1) / IK_POS_CHUNK;
	const uint8_t *p = u->p + (u->bit != 0), *data;
	unsigned width = u->end - p > UINT16_MAX ? 4 : 2;
	size_t first = 0, last;

	if (u->end < p || c > more || (size_t)(u->end - p) < (size_t)more * width)
		return -1;
	data = p + (size_t)more * width;
	last = (size_t)(u->end - data);
	if (c > 0)
		first = width == 2 ? ik_load16(p + (size_t)(c - 1) * 2)
		                   : ik_load32(p + (size_t)(c - 1) * 4);
	if (c < more)
		last = width == 2 ? ik_load16(p + (size_t)c * 2) : ik_load32(p + (size_t)c * 4);
	*from = data + first;
	*to = data + last;
	return first < last && last <= (size_t)(u->end - data) ? 0 : -1;
}

/* The run before the first one is how much wider all are than expected, at most 32. -1: damage. */
static inline int ik_pos_pass_extra(struct ik_pos_reader *r)
{
	uint64_t v = ik_pos_high_bits(r);

	r->extra = ik_pos_leading_zeros(v | 1);
	r->high = r->extra + 1;
	return r->extra <= 32 && r->high <= r->bits ? 0 : -1;
}

/* Start at posting chunk * IK_POS_CHUNK of the unit. -1 when the bytes do not hold it. */
static inline int ik_pos_open(const struct ik_pos_unit *u, uint32_t chunk, struct ik_pos_reader *out)
{
	const uint8_t *from = u->p, *to = u->end;
	int one = u->n <= IK_POS_CHUNK;

	if (one ? chunk > 0 || from >= to : ik_pos_chunk(u, chunk, &from, &to) != 0)
		return -1;
	*out = (struct ik_pos_reader){ u->base, u->lim, from, to, (uint64_t)(to - from) * 8,
		                       one ? u->bit : 0, 0, 0, 0, u->ops };
	return ik_pos_pass_extra(out);
}

#endif
