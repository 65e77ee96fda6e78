/* front.c - front-coded sorted byte strings. Layer: codec. */
#include "codec/front.h"

#include <string.h>

#include "base/bits.h"

size_t ik_front_shared(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	size_t len = a_len < b_len ? a_len : b_len, n = 0;

	while (len - n >= 8) {
		uint64_t diff = ik_load64(a + n) ^ ik_load64(b + n);

		if (diff != 0)
			return n + ik_ctz64(diff) / 8;
		n += 8;
	}
	while (n < len && a[n] == b[n])
		n++;
	return n;
}

uint8_t *ik_front_put(uint8_t *p, const uint8_t *prev, size_t prev_len, const uint8_t *key,
                      size_t len)
{
	size_t shared = ik_front_shared(prev, prev_len, key, len), rest = len - shared;

	unsigned high = shared < IK_FRONT_HALF ? (unsigned)shared : IK_FRONT_HALF;
	unsigned low = rest < IK_FRONT_HALF ? (unsigned)rest : IK_FRONT_HALF;

	*p++ = (uint8_t)(high << 4 | low);
	if (high == IK_FRONT_HALF)
		p = ik_varint_put(p, shared - high);
	if (low == IK_FRONT_HALF)
		p = ik_varint_put(p, rest - low);
	if (rest > 0)
		memcpy(p, key + shared, rest);
	return p + rest;
}

const uint8_t *ik_front_get(const uint8_t *p, const uint8_t *end, uint8_t *key, size_t cap,
                            size_t *len)
{
	uint64_t shared, rest;

	p = ik_front_lens(p, end, &shared, &rest);
	if (p == NULL || shared > *len || shared > cap || rest > cap - shared ||
	    rest > (uint64_t)(end - p))
		return NULL;
	if (rest > 0)
		memcpy(key + shared, p, (size_t)rest);
	*len = (size_t)(shared + rest);
	return p + rest;
}
