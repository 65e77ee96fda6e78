/*
 * utf8.c - stepping through UTF-8 that may be anything.
 *
 * Part of: the search program. Source: Unicode 15, table 3-7 (well-formed UTF-8 byte sequences).
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
