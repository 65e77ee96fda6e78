/* bitpack_small.c - short runs of integers of one width. Layer: codec. */
#include "codec/bitpack_small.h"

#include <string.h>

#include "base/bits.h"

static uint32_t mask_of(unsigned width)
{
	return (uint32_t)((UINT64_C(1) << width) - 1);
}

void ik_bits_pack(const uint32_t *in, size_t n, unsigned width, uint8_t *out)
{
	uint32_t mask = mask_of(width);
	uint64_t bits = 0;
	unsigned fill = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		bits |= (uint64_t)(in[i] & mask) << fill;
		fill += width;
		if (fill >= 32) {
			ik_store32(out, (uint32_t)bits);
			out += 4;
			bits >>= 32;
			fill -= 32;
		}
	}
	for (; fill > 0; fill = fill > 8 ? fill - 8 : 0) {
		*out++ = (uint8_t)bits;
		bits >>= 8;
	}
}

/* Eight bytes at `at`, those not before `end` as zeros. */
static uint64_t load_cut(const uint8_t *in, const uint8_t *end, uint64_t at)
{
	size_t len = (size_t)(end - in), left = at < len ? len - (size_t)at : 0;
	uint64_t v = 0;

	if (left >= 8)
		return ik_load64(in + at);
	while (left > 0)
		v = v << 8 | in[at + --left];
	return v;
}

void ik_bits_unpack(const uint8_t *in, const uint8_t *end, size_t n, unsigned width, uint32_t *out)
{
	uint32_t mask = mask_of(width);
	size_t len = (size_t)(end - in), i = 0, whole = 0;
	uint64_t bit = 0;

	if (width == 0) {
		if (n > 0)
			memset(out, 0, n * sizeof *out);
		return;
	}
	/* Values whose first byte has seven more behind it; a value spans five at most. */
	if (len >= 8)
		whole = (size_t)(((uint64_t)(len - 8) * 8 + 7) / width) + 1;
	if (whole > n)
		whole = n;
	for (; i < whole; i++, bit += width)
		out[i] = (uint32_t)(ik_load64(in + bit / 8) >> bit % 8) & mask;
	for (; i < n; i++, bit += width)
		out[i] = (uint32_t)(load_cut(in, end, bit / 8) >> bit % 8) & mask;
}

uint32_t ik_bits_get(const uint8_t *in, const uint8_t *end, size_t i, unsigned width)
{
	uint64_t bit = (uint64_t)i * width;

	return (uint32_t)(load_cut(in, end, bit / 8) >> bit % 8) & mask_of(width);
}
