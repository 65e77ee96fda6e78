/* norm.c - the length of a field in one byte. Layer: codec. Format: codec/norm.h. */
#include "codec/norm.h"

#include "base/bits.h"

/* As many plain values as the float of 2^31 - 1, which is 231, leaves free in a byte. */
#define PLAIN 24u

uint8_t ik_norm_encode(uint32_t len)
{
	unsigned width, shift;

	if (len < PLAIN)
		return (uint8_t)len;
	if (len > INT32_MAX)
		len = INT32_MAX;
	len -= PLAIN;
	width = ik_width32(len);
	if (width <= 3)
		return (uint8_t)(PLAIN + len);
	shift = width - 4;
	return (uint8_t)(PLAIN + ((shift + 1) << 3 | (len >> shift & 7)));
}

uint32_t ik_norm_decode(uint8_t norm)
{
	unsigned x;

	if (norm < PLAIN)
		return norm;
	x = norm - PLAIN;
	if (x < 8)
		return PLAIN + x;
	return PLAIN + ((8 + (uint32_t)x % 8) << (x / 8 - 1));
}
