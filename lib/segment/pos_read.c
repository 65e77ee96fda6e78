/*
 * pos_read.c - reading packed positions.
 *
 * Layer: segment. Format: FORMAT.md, "Packed positions". Compiled twice: as it
 * stands, which is the reference, and by pos_read_bmi2.c with IK_POS_BMI2 for
 * processors that have BMI2 and POPCNT.
 */
#include "segment/pos_bits.h"

#if !defined(IK_POS_BMI2)
#define IK_POS_READ ik_pos_read_scalar
#endif

/* How many bits of v there are down to the k-th one from the highest; it has `ones`, not fewer. */
static inline unsigned up_to_one(uint64_t v, unsigned ones, unsigned k)
{
#if defined(IK_POS_BMI2)
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
static int catch_up(struct ik_pos_reader *r)
{
	for (;;) {
		uint64_t v = ik_pos_high_bits(r);
		unsigned ones = ik_popcount64(v);

		if (ones >= r->skipped) {
			r->high += up_to_one(v, ones, (unsigned)r->skipped);
			r->skipped = 0;
			return 0;
		}
		r->skipped -= ones;
		r->high += 64 - r->high % 8;
		if (r->high >= r->bits)
			return -1;
	}
}

int IK_POS_READ(struct ik_pos_reader *r, uint8_t norm, uint32_t tf, uint32_t pos, uint32_t *out)
{
	unsigned width = ik_pos_width(norm, tf, r->extra), left;
	uint64_t mask = ((uint64_t)1 << width) - 1, low = r->low, high, v;
	size_t readable = (size_t)(r->lim - r->p);

	/* Counting in 64 bits, as what was skipped may be damaged. */
	if (r->skipped > r->bits || low > r->bits || (uint64_t)tf * width > r->bits - low ||
	    (r->skipped > 0 && catch_up(r) != 0) || r->high > r->bits)
		return -1;
	v = ik_pos_high_bits(r);
	left = 64 - r->high % 8; /* bits of v that are of the chunk, ones or zeros ... */
	high = r->high + left;   /* ... and where they end */
	for (uint32_t i = 0; i < tf; i++, low += width) {
		size_t at = low / 8;
		uint64_t bits = at + 8 <= readable ? ik_load64(r->p + at)
		                                   : ik_pos_load_cut(r->p + at, r->lim);
		unsigned zeros = 0, run;

		while (v == 0) {
			zeros += left;
			if (high >= r->bits)
				return -1;
			r->high = high;
			v = ik_pos_high_bits(r);
			left = 64 - high % 8;
			high += left;
		}
		run = ik_pos_leading_zeros(v);
		v = v << run << 1;
		left -= run + 1;
		out[i] = pos += (uint32_t)((uint64_t)(zeros + run) << width) |
		                (uint32_t)(bits >> low % 8 & mask);
	}
	r->low = low;
	r->high = high - left;
	return r->low + r->high <= r->bits ? 0 : -1;
}
