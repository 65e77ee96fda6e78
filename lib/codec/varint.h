/*
 * varint.h - integers in one to ten bytes, seven bits each, low bits first.
 *
 * Layer: codec (pure functions: no I/O, no allocation).
 * Source: LEB128, DWARF 5 section 7.6.
 */
#ifndef IK_CODEC_VARINT_H
#define IK_CODEC_VARINT_H

#include <stddef.h>
#include <stdint.h>

#define IK_VARINT_MAX 10   /* bytes of a 64-bit number at most */
#define IK_VARINT32_MAX 5  /* of a 32-bit one */

uint8_t *ik_varint_put_long(uint8_t *p, uint64_t v);
const uint8_t *ik_varint_get_long(const uint8_t *p, const uint8_t *end, uint64_t *out);

/* Write v at p, where IK_VARINT_MAX bytes are free, and return the byte after it. */
static inline uint8_t *ik_varint_put(uint8_t *p, uint64_t v)
{
	if (v >= 0x80)
		return ik_varint_put_long(p, v);
	*p = (uint8_t)v;
	return p + 1;
}

/* Read the number at p; NULL when it is cut off at `end` or has more than 64 bits. */
static inline const uint8_t *ik_varint_get(const uint8_t *p, const uint8_t *end, uint64_t *out)
{
	if (p < end && *p < 0x80) {
		*out = *p;
		return p + 1;
	}
	if (end - p < 2 || p[1] >= 0x80)
		return ik_varint_get_long(p, end, out);
	*out = (uint64_t)p[1] << 7 | (p[0] & 0x7f);
	return p + 2;
}

/* The same; NULL as well when the number is over UINT32_MAX. */
static inline const uint8_t *ik_varint_get32(const uint8_t *p, const uint8_t *end, uint32_t *out)
{
	uint64_t v = 0;

	p = ik_varint_get(p, end, &v);
	if (p == NULL || v > UINT32_MAX)
		return NULL;
	*out = (uint32_t)v;
	return p;
}

/* Bytes that v takes. */
size_t ik_varint_size(uint64_t v);

#endif
