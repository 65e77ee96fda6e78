/*
 * utf8.c - walking UTF-8 that may be invalid.
 *
 * Layer: base. Source: the Unicode standard, table 3-7 (well-formed byte
 * sequences): no overlong form, no surrogate, nothing above U+10FFFF.
 */
#include "base/utf8.h"

#include <string.h>

/* Length of the well-formed sequence at p < end, or 0; *cp only when it is one. */
static size_t decode(const unsigned char *p, const unsigned char *end, uint32_t *cp)
{
	size_t n, left = (size_t)(end - p), i;
	uint32_t c = p[0], low;

	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	if (c < 0xC2 || c > 0xF4)
		return 0;
	n = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
	if (left < n)
		return 0;
	low = n == 2 ? 0x80 : n == 3 ? 0x800 : 0x10000;
	c &= 0x7Fu >> n;
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3Fu);
	}
	if (c < low || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*cp = c;
	return n;
}

const char *ik_utf8_next(const char *p, const char *end, uint32_t *cp)
{
	size_t n = decode((const unsigned char *)p, (const unsigned char *)end, cp);

	if (n > 0)
		return p + n;
	*cp = IK_UTF8_BAD;
	return p + 1;
}

size_t ik_utf8_put(char *out, uint32_t cp)
{
	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = IK_UTF8_BAD;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

/* How many bytes from p on are ASCII, counted in steps of 8. */
static size_t ascii_run(const char *p, const char *end)
{
	const char *start = p;
	uint64_t word;

	while (end - p >= 8) {
		memcpy(&word, p, sizeof word);
		if ((word & UINT64_C(0x8080808080808080)) != 0)
			break;
		p += 8;
	}
	return (size_t)(p - start);
}

int ik_utf8_valid(const char *s, size_t len, size_t *bad)
{
	size_t at = 0, n;
	uint32_t cp;

	while (at < len) {
		at += ascii_run(s + at, s + len);
		if (at == len)
			break;
		n = decode((const unsigned char *)s + at, (const unsigned char *)s + len, &cp);
		if (n == 0) {
			if (bad != NULL)
				*bad = at;
			return 0;
		}
		at += n;
	}
	return 1;
}

size_t ik_utf8_count(const char *s, size_t len)
{
	size_t at = 0, count = 0, n;
	uint32_t cp;

	while (at < len) {
		n = ascii_run(s + at, s + len);
		at += n;
		count += n;
		if (at == len)
			break;
		n = decode((const unsigned char *)s + at, (const unsigned char *)s + len, &cp);
		at += n > 0 ? n : 1;
		count++;
	}
	return count;
}

size_t ik_utf8_floor(const char *s, size_t len, size_t at)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t back;
	uint32_t cp;

	if (at >= len)
		return len;
	/* Only a continuation byte can be inside: of a sequence that starts before it. */
	if ((p[at] & 0xC0) != 0x80)
		return at;
	for (back = 1; back <= 3 && back <= at; back++)
		if (decode(p + at - back, p + len, &cp) > back)
			return at - back;
	return at;
}

int ik_is_ascii(const char *s, size_t len)
{
	size_t at = 0;

	while (at < len) {
		at += ascii_run(s + at, s + len);
		/* Eight bytes at most until the next run or the end. */
		if (at < len && (unsigned char)s[at++] >= 0x80)
			return 0;
	}
	return 1;
}
