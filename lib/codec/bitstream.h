/*
 * bitstream.h - numbers of any width and runs of zeros, one after another.
 *
 * Layer: codec. Format: bits from the lowest of the first byte up. What is
 * read is checked against the end: numbers cut off there are zeros, and a
 * run of zeros without its one is longer than any that can be written.
 */
#ifndef IK_CODEC_BITSTREAM_H
#define IK_CODEC_BITSTREAM_H

#include <stdint.h>

#include "base/bits.h"
#include "base/buf.h"

/* ---- writing ---- */

struct ik_bits_out {
	struct ik_buf *to;
	uint64_t word;
	unsigned n; /* bits in it, below 32 between two calls */
};

/* The lowest `width` (at most 32) bits of v. */
static inline void ik_bits_put(struct ik_bits_out *out, uint32_t v, unsigned width)
{
	out->word |= (v & (((uint64_t)1 << width) - 1)) << out->n;
	out->n += width;
	if (out->n >= 32) {
		ik_buf_put_u32(out->to, (uint32_t)out->word);
		out->word >>= 32;
		out->n -= 32;
	}
}

/* So many zeros and a one. */
static inline void ik_bits_put_run(struct ik_bits_out *out, uint32_t zeros)
{
	for (; zeros >= 32; zeros -= 32)
		ik_bits_put(out, 0, 32);
	ik_bits_put(out, (uint32_t)1 << zeros, zeros + 1);
}

/* Write the last bits: how many of the last byte are taken, 0 when all are. */
unsigned ik_bits_finish(struct ik_bits_out *out);

/* ---- reading ---- */

struct ik_bits_in {
	const uint8_t *p, *end;
	uint64_t at;   /* the next bit, from *p on */
	uint64_t word; /* the bits from there on, zeros behind them */
	unsigned n;    /* bits of the word */
};

/* Eight bytes from p on; those not before `end` are zeros. */
static inline uint64_t ik_bits_load(const uint8_t *p, const uint8_t *end)
{
	uint64_t v = 0;

	if (end - p >= 8)
		return ik_load64(p);
	for (unsigned i = 0; p + i < end; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

static inline int ik_bits_left(const struct ik_bits_in *in)
{
	return in->at < (uint64_t)(in->end - in->p) * 8;
}

static inline void ik_bits_refill(struct ik_bits_in *in)
{
	in->word = ik_bits_left(in) ? ik_bits_load(in->p + in->at / 8, in->end) >> in->at % 8 : 0;
	in->n = 64 - in->at % 8;
}

static inline void ik_bits_start(struct ik_bits_in *in, const uint8_t *p, const uint8_t *end,
                                 uint64_t at)
{
	*in = (struct ik_bits_in){ p, end, at, 0, 0 };
	ik_bits_refill(in);
}

/* The zeros before the next one, which is passed as well. */
static inline uint64_t ik_bits_run(struct ik_bits_in *in)
{
	uint64_t zeros = 0;
	unsigned step;

	while (in->word == 0) {
		if (!ik_bits_left(in))
			return UINT64_MAX;
		zeros += in->n;
		in->at += in->n;
		ik_bits_refill(in);
	}
	step = ik_ctz64(in->word) + 1;
	in->word = step < 64 ? in->word >> step : 0;
	in->n -= step;
	in->at += step;
	return zeros + step - 1;
}

/* A number of `width` (at most 32) bits. */
static inline uint32_t ik_bits_take(struct ik_bits_in *in, unsigned width)
{
	uint32_t v;

	if (in->n < width)
		ik_bits_refill(in);
	v = (uint32_t)(in->word & (((uint64_t)1 << width) - 1));
	in->word >>= width;
	in->n -= width;
	in->at += width;
	return v;
}

#endif
