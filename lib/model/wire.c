/*
 * wire.c - bounded decoding of numbers and strings; text fit for a message.
 *
 * Layer: model. Source of the varint: LEB128, DWARF 5 section 7.6.
 */
#include "model/wire.h"

#include <string.h>

#include "base/bits.h"
#include "base/utf8.h"

const uint8_t *ik_wire_varint(const uint8_t *p, const uint8_t *end, uint64_t *out)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64 && p < end; shift += 7) {
		uint8_t byte = *p++;

		if (shift == 63 && byte > 1)
			return NULL;
		v |= (uint64_t)(byte & 0x7F) << shift;
		if (byte < 0x80) {
			*out = v;
			return p;
		}
	}
	return NULL;
}

const uint8_t *ik_wire_bytes(const uint8_t *p, const uint8_t *end, size_t max, const char **out,
                             size_t *len)
{
	uint64_t n;

	p = ik_wire_varint(p, end, &n);
	if (p == NULL || n > max || n > (uint64_t)(end - p))
		return NULL;
	*out = (const char *)p;
	*len = (size_t)n;
	return p + n;
}

const uint8_t *ik_wire_f64(const uint8_t *p, const uint8_t *end, double *out)
{
	uint64_t bits;

	if (end - p < 8)
		return NULL;
	bits = ik_load64(p);
	memcpy(out, &bits, sizeof *out);
	return p + 8;
}

uint64_t ik_wire_bits(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits;
}

const char *ik_show(char buf[IK_SHOW_MAX], const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	size_t n = 0;

	while (p < end && n + 4 + 3 < IK_SHOW_MAX) {
		uint32_t cp;

		p = ik_utf8_next(p, end, &cp);
		if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x2028 || cp == 0x2029)
			cp = ' ';
		n += ik_utf8_put(buf + n, cp);
	}
	if (p < end) {
		memcpy(buf + n, "...", 3);
		n += 3;
	}
	buf[n] = '\0';
	return buf;
}
