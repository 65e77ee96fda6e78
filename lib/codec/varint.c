/*
 * varint.c - the varints of more than one byte.
 *
 * Layer: codec. Source: LEB128, DWARF 5 section 7.6.
 */
#include "codec/varint.h"

#include "base/bits.h"

uint8_t *ik_varint_put_long(uint8_t *p, uint64_t v)
{
	while (v >= 0x80) {
		*p++ = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	*p++ = (uint8_t)v;
	return p;
}

const uint8_t *ik_varint_get_long(const uint8_t *p, const uint8_t *end, uint64_t *out)
{
	uint64_t v = 0;
	unsigned shift;

	for (shift = 0; shift < 63; shift += 7) {
		if (p >= end)
			return NULL;
		v |= (uint64_t)(*p & 0x7F) << shift;
		if (*p++ < 0x80) {
			*out = v;
			return p;
		}
	}
	/* The tenth byte has one bit left of the 64, and ends the number. */
	if (p >= end || *p > 1)
		return NULL;
	*out = v | (uint64_t)*p << 63;
	return p + 1;
}

size_t ik_varint_size(uint64_t v)
{
	return v == 0 ? 1 : (ik_width64(v) + 6) / 7;
}
