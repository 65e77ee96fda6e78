/*
 * bitpack_small.h - short runs of integers of one width, one after another.
 *
 * Layer: codec (pure functions: no I/O, no allocation).
 * Format: value i at bit i * width, low bits first, little-endian; the last
 * byte is filled up with zeros. Width 0 to 32.
 */
#ifndef IK_CODEC_BITPACK_SMALL_H
#define IK_CODEC_BITPACK_SMALL_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of n values; n is below 2^58. */
static inline size_t ik_bits_bytes(size_t n, unsigned width)
{
	return (n * width + 7) / 8;
}

/* Bits of a value above `width` are dropped. */
void ik_bits_pack(const uint32_t *in, size_t n, unsigned width, uint8_t *out);

/* Nothing at or after `end` is read: bits missing there are zeros. */
void ik_bits_unpack(const uint8_t *in, const uint8_t *end, size_t n, unsigned width,
                    uint32_t *out);

/* Value i alone. */
uint32_t ik_bits_get(const uint8_t *in, const uint8_t *end, size_t i, unsigned width);

#endif
