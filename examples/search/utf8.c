/*
 * utf8.c - stepping through UTF-8 and UTF-16 that may be anything.
 *
 * Part of: the search program. Source: Unicode 15, table 3-7 (well-formed UTF-8 byte sequences)
 * and section 3.9, D91 (UTF-16); for columns UAX #11 and the marks of scripts in wide use.
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

/* In order; one column is what is in none. */
static const struct {
	uint32_t from, to;
	unsigned columns;
} widths[] = {
	{0x300, 0x36f, 0},     {0x483, 0x489, 0},     {0x591, 0x5bd, 0},     {0x5c1, 0x5c2, 0},
	{0x610, 0x61a, 0},     {0x64b, 0x65f, 0},     {0x670, 0x670, 0},     {0x900, 0x902, 0},
	{0x93a, 0x93a, 0},     {0x93c, 0x93c, 0},     {0x941, 0x948, 0},     {0x94d, 0x94d, 0},
	{0x951, 0x957, 0},     {0xe31, 0xe31, 0},     {0xe34, 0xe3a, 0},     {0xe47, 0xe4e, 0},
	{0xeb1, 0xeb1, 0},     {0xeb4, 0xebc, 0},     {0xec8, 0xece, 0},     {0x102d, 0x1030, 0},
	{0x1032, 0x1037, 0},   {0x1039, 0x103a, 0},   {0x103d, 0x103e, 0},   {0x1100, 0x115f, 2},
	{0x1160, 0x11ff, 0},   {0x17b4, 0x17b5, 0},   {0x17b7, 0x17bd, 0},   {0x17c6, 0x17c6, 0},
	{0x17c9, 0x17d3, 0},   {0x1dc0, 0x1dff, 0},   {0x200b, 0x200f, 0},   {0x2060, 0x2064, 0},
	{0x20d0, 0x20f0, 0},   {0x2e80, 0x303e, 2},   {0x3041, 0x3098, 2},   {0x3099, 0x309a, 0},
	{0x309b, 0xa4cf, 2},   {0xa960, 0xa97c, 2},   {0xac00, 0xd7a3, 2},   {0xf900, 0xfaff, 2},
	{0xfe00, 0xfe0f, 0},   {0xfe20, 0xfe2f, 0},   {0xfe30, 0xfe6b, 2},   {0xfeff, 0xfeff, 0},
	{0xff01, 0xff60, 2},   {0xffe0, 0xffe6, 2},   {0x1f300, 0x1f64f, 2}, {0x1f680, 0x1f6ff, 2},
	{0x1f900, 0x1faff, 2}, {0x20000, 0x3fffd, 2}, {0xe0000, 0xe01ef, 0},
};

unsigned utf8_columns(uint32_t c)
{
	size_t i = 0, n = sizeof widths / sizeof widths[0];

	while (i < n && widths[i].to < c)
		i++;
	return i < n && widths[i].from <= c ? widths[i].columns : 1;
}
