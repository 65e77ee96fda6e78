/*
 * pos_walk.h - a walk over the distances of one posting.
 *
 * Layer: segment, for pos_read.c.
 */
#ifndef IK_SEGMENT_POS_WALK_H
#define IK_SEGMENT_POS_WALK_H

#include "segment/pos_bits.h"

/* Where it is. */
struct walk {
	struct ik_pos_reader *r;
	uint64_t low, high;   /* where the low parts go on; where the bits of v end */
	uint64_t v;           /* high parts from the current one on, then zeros */
	unsigned left;        /* how many bits of v are high parts, ones or zeros */
	uint32_t zeros;       /* of the current high part, before v */
	unsigned width;
};

/* Are n low parts there? Counting in 64 bits, as what was skipped may be damaged. */
static inline int has_low(const struct ik_pos_reader *r, uint32_t n, unsigned width)
{
	return r->low <= r->bits && (uint64_t)n * width <= r->bits - r->low;
}

IK_INLINE int walk_open(struct walk *w, struct ik_posting *posting)
{
	struct ik_pos_reader *r = &posting->reader;
	uint32_t tf = posting->tf;

	w->r = r;
	w->width = posting->width;
	w->low = r->low;
	w->zeros = 0;
	if (r->skipped > r->bits || !has_low(r, tf, w->width) || ik_pos_catch_up(r) != 0 ||
	    r->high > r->bits)
		return -1;
	w->v = ik_pos_high_bits(r);
	w->left = 64 - r->high % 8;
	w->high = r->high + w->left;
	return 0;
}

/* The next high parts, where there are only zeros left of these. */
static inline int walk_fill(struct walk *w)
{
	w->zeros += w->left;
	if (w->high >= w->r->bits)
		return -1;
	w->r->high = w->high;
	w->v = ik_pos_high_bits(w->r);
	w->left = 64 - w->high % 8;
	w->high += w->left;
	return 0;
}

/* Eight bytes of low parts; the first one begins in the lowest. */
static inline uint64_t load_low(const struct ik_pos_reader *r, uint64_t low)
{
	const uint8_t *p = r->p + low / 8;

	return (r->lim - p >= 8 ? ik_load64(p) : ik_pos_load_cut(r->base, p, r->lim)) >> low % 8;
}

static inline void pass_high(struct walk *w, unsigned bits)
{
	w->v = w->v << (bits - 1) << 1;
	w->left -= bits;
	w->zeros = 0;
}

/* The next distance; there is a one in v. */
static inline uint32_t walk_next(struct walk *w)
{
	unsigned run = ik_pos_leading_zeros(w->v);
	uint32_t high = (uint32_t)((uint64_t)(w->zeros + run) << w->width);
	uint32_t low = (uint32_t)(load_low(w->r, w->low) & (((uint64_t)1 << w->width) - 1));

	w->low += w->width;
	pass_high(w, run + 1);
	return high | low;
}

/* The posting is over, of which `rest` distances were not looked at. */
static inline int walk_close(struct walk *w, uint32_t rest)
{
	w->r->low = w->low + (uint64_t)rest * w->width;
	w->r->high = w->high - w->left;
	w->r->skipped = rest;
	return w->r->low + w->r->high <= w->r->bits ? 0 : -1;
}

/* The next n distances, summed up from *pos on. */
static inline int walk_each(struct walk *w, uint32_t n, uint32_t *pos, uint32_t *out)
{
	uint32_t at = *pos;

	for (uint32_t i = 0; i < n; i++) {
		while (w->v == 0)
			if (walk_fill(w) != 0)
				return -1;
		out[i] = at += walk_next(w);
	}
	*pos = at;
	return 0;
}

#endif
