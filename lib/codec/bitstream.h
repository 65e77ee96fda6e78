/*
 * bitstream.h - numbers of any width and runs of zeros, one after another.
 *
 * Layer: codec. Format: bits from the lowest of the first byte up. What is
 * read is checked against the end: numbers cut off there are zeros, and behind
 * it there are no ones.
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

/* The ones of a stream, a word of bits at a time: where one is follows from no other. */
struct ik_bits_in {
	const uint8_t *p, *end;
	uint64_t base; /* the bit that is the lowest of the word, from *p on */
	uint64_t word; /* those that were passed are zeros */
};

/* Eight bytes from p on; those not before `end` are zeros. */
static inline uint64_t ik_bits_load(const uint8_t *p, const uint8_t *end)
{
	return ik_load_part(p, end - p >= 8 ? 8 : (size_t)(end - p));
}

static inline uint64_t ik_bits_len(const struct ik_bits_in *in)
{
	return (uint64_t)(in->end - in->p) * 8;
}

/* Go to bit `at`. */
static inline void ik_bits_seek(struct ik_bits_in *in, uint64_t at)
{
	in->base = at - at % 8;
	in->word = 0;
	if (at < ik_bits_len(in))
		in->word = ik_bits_load(in->p + at / 8, in->end) & UINT64_MAX << at % 8;
}

/* 1 and the place of the next one, which is passed; 0 when there is none before the end. */
static inline int ik_bits_next(struct ik_bits_in *in, uint64_t *at)
{
	while (in->word == 0) {
		in->base += 64;
		if (in->base >= ik_bits_len(in))
			return 0;
		in->word = ik_bits_load(in->p + in->base / 8, in->end);
	}
	*at = in->base + ik_ctz64(in->word);
	in->word &= in->word - 1;
	return 1;
}

/* The number of `width` (at most 32) bits at bit `at`. */
static inline uint32_t ik_bits_get(const struct ik_bits_in *in, uint64_t at, unsigned width)
{
	uint64_t mask = ((uint64_t)1 << width) - 1;

	if (at >= ik_bits_len(in))
		return 0;
	return (uint32_t)(ik_bits_load(in->p + at / 8, in->end) >> at % 8 & mask);
}

#endif
