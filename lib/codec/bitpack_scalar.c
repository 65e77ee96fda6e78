/*
 * bitpack_scalar.c - blocks of 128 integers in plain C: the reference.
 *
 * Layer: codec. Format: codec/bitpack.h.
 */
#include "base/bits.h"
#include "codec/bitpack.h"

static uint32_t mask_of(unsigned width)
{
	return (uint32_t)((UINT64_C(1) << width) - 1);
}

static void pack(const uint32_t in[128], unsigned width, uint8_t *out)
{
	uint32_t mask = mask_of(width);
	unsigned lane, row;

	for (lane = 0; lane < 4; lane++) {
		uint8_t *p = out + lane * 4;
		uint64_t bits = 0;
		unsigned fill = 0;

		for (row = 0; row < 32; row++) {
			bits |= (uint64_t)(in[row * 4 + lane] & mask) << fill;
			fill += width;
			if (fill < 32)
				continue;
			ik_store32(p, (uint32_t)bits);
			p += 16;
			bits >>= 32;
			fill -= 32;
		}
	}
}

static void unpack(const uint8_t *in, unsigned width, uint32_t out[128])
{
	uint32_t mask = mask_of(width);
	unsigned lane, row;

	for (row = 0; row < 32; row++) {
		unsigned bit = row * width, shift = bit % 32;
		const uint8_t *p = in + bit / 32 * 16;

		if (width == 0)
			for (lane = 0; lane < 4; lane++)
				out[row * 4 + lane] = 0;
		else if (shift + width <= 32)
			for (lane = 0; lane < 4; lane++)
				out[row * 4 + lane] = ik_load32(p + lane * 4) >> shift & mask;
		else
			for (lane = 0; lane < 4; lane++) {
				uint32_t low = ik_load32(p + lane * 4) >> shift;
				uint32_t high = ik_load32(p + 16 + lane * 4) << (32 - shift);

				out[row * 4 + lane] = (low | high) & mask;
			}
	}
}

static void unpack_delta(const uint8_t *in, unsigned width, uint32_t base, uint32_t out[128])
{
	unsigned i;

	unpack(in, width, out);
	for (i = 0; i < IK_BITPACK_N; i++) {
		base += out[i] + 1;
		out[i] = base;
	}
}

const struct ik_bitpack ik_bitpack_scalar = { "scalar", pack, unpack, unpack_delta };
