/*
 * front.h - front-coded sorted byte strings: each says how much it shares with the one before.
 *
 * Layer: codec (pure functions: no I/O, no allocation).
 * Format: a byte with the length of the shared prefix in its upper half and that
 * of the rest in its lower half, then for each that is 15 and more a varint of
 * what it is above that, then the rest. The first of a block shares nothing.
 * Source: Witten, Moffat and Bell, "Managing Gigabytes", section 4.1.
 */
#ifndef IK_CODEC_FRONT_H
#define IK_CODEC_FRONT_H

#include <stddef.h>
#include <stdint.h>

#include "codec/varint.h"

/* Bytes that a key of `len` takes at most. */
#define IK_FRONT_MAX(len) ((size_t)2 * IK_VARINT_MAX + 1 + (len))

#define IK_FRONT_HALF 15u /* what half a byte holds when a varint follows */

/* The number of bytes that two strings begin with. */
size_t ik_front_shared(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

/* Write `key` after `prev` at p, where IK_FRONT_MAX(len) bytes are free; the byte after it. */
uint8_t *ik_front_put(uint8_t *p, const uint8_t *prev, size_t prev_len, const uint8_t *key,
                      size_t len);

/* One of the two lengths, of which `half` is in the first byte. The next byte, or NULL. */
static inline const uint8_t *ik_front_len(const uint8_t *p, const uint8_t *end, unsigned half,
                                          uint64_t *len)
{
	uint64_t more = 0;

	if (half == IK_FRONT_HALF) {
		p = ik_varint_get(p, end, &more);
		if (more > UINT64_MAX / 2)
			return NULL;
	}
	*len = half + more;
	return p;
}

/* The lengths of the prefix and of the rest, which stands at the byte returned; or NULL. */
static inline const uint8_t *ik_front_lens(const uint8_t *p, const uint8_t *end,
                                           uint64_t *shared, uint64_t *rest)
{
	unsigned halves;

	if (p == end)
		return NULL;
	halves = *p++;
	p = ik_front_len(p, end, halves >> 4, shared);
	return p != NULL ? ik_front_len(p, end, halves & 15, rest) : NULL;
}

/*
 * Read one: `key` and *len hold the one before (nothing at first) and then
 * this one. NULL when it is cut off at `end`, shares more than there is, or is
 * longer than `cap`; key and *len are then as before.
 */
const uint8_t *ik_front_get(const uint8_t *p, const uint8_t *end, uint8_t *key, size_t cap,
                            size_t *len);

#endif
