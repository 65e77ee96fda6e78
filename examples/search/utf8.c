/*
 * utf8.c - stepping through UTF-8 and UTF-16 that may be anything.
 *
 * Part of: the search program. Source: Unicode 15, table 3-7 (well-formed UTF-8 byte sequences)
 * and section 3.9, D91 (UTF-16).
 */
#include "utf8.h"

size_t utf8_next(const char *p, const char *end, uint32_t *out)
{
	const unsigned char *s = (const unsigned char *)p;
	size_t left = (size_t)(end - p), len, i;
	uint32_t c = s[0];

	*out = UTF8_BAD;
	if (c < 0x80) {
		*out = c;
		return 1;
	}
	if (c < 0xc2 || c > 0xf4)
		return 1;
	len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (left < len)
		return 1;
	c &= 0x7fu >> len;
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (s[i] & 0x3fu);
	}
	/* Overlong forms, surrogates and what is past U+10FFFF. */
	if ((len == 3 && c < 0x800) || (len == 4 && (c < 0x10000 || c > 0x10ffff)) ||
	    (c >= 0xd800 && c <= 0xdfff))
		return 1;
	*out = c;
	return len;
}

int utf8_is_valid(const char *p, size_t len)
{
	const char *end = p + len;
	uint32_t c;

	while (p < end) {
		p += utf8_next(p, end, &c);
		if (c == UTF8_BAD)
			return 0;
	}
	return 1;
}

static uint32_t unit(const char *p, int is_big_endian)
{
	const unsigned char *s = (const unsigned char *)p;

	return is_big_endian ? (uint32_t)s[0] << 8 | s[1] : (uint32_t)s[1] << 8 | s[0];
}

size_t utf16_next(const char *p, const char *end, int is_big_endian, uint32_t *out)
{
	uint32_t c, low;

	*out = UTF8_BAD;
	if (end - p < 2)
		return 0;
	c = unit(p, is_big_endian);
	if (c < 0xd800 || c > 0xdfff) {
		*out = c;
		return 2;
	}
	if (c > 0xdbff)
		return 2;
	if (end - p < 4)
		return 0;
	low = unit(p + 2, is_big_endian);
	if (low < 0xdc00 || low > 0xdfff)
		return 2;
	*out = 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff));
	return 4;
}

size_t utf8_put(char *to, uint32_t c)
{
	size_t len, i;

	if (c > 0x10ffff)
		c = 0xfffd;
	len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (i = len; i-- > 1; c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	to[0] = (char)(len == 1 ? c : (0xf00u >> len & 0xf0) | c);
	return len;
}
