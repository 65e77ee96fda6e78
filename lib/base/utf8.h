/*
 * utf8.h - walking UTF-8 that may be invalid.
 *
 * Layer: base. An invalid byte counts as one U+FFFD, one byte long (the
 * Unicode standard's maximal-subpart practice is not needed: what counts is
 * that offsets stay exact and that nothing is fatal).
 */
#ifndef IK_BASE_UTF8_H
#define IK_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define IK_UTF8_BAD 0xFFFDu

/* Decode the code point at p < end and return the byte after it. */
const char *ik_utf8_next(const char *p, const char *end, uint32_t *cp);

/* Encode a code point in up to 4 bytes; how many. Surrogates and too large numbers: U+FFFD. */
size_t ik_utf8_put(char *out, uint32_t cp);

/* The same, with a short cut for what CJK text is made of: three bytes, and ASCII among them. */
static inline const char *ik_utf8_next_cjk(const char *p, const char *end, uint32_t *cp)
{
	const unsigned char *b = (const unsigned char *)p;

	if (b[0] < 0x80) {
		*cp = b[0];
		return p + 1;
	}
	if (end - p >= 3 && b[0] > 0xE0 && b[0] < 0xED && (b[1] & 0xC0) == 0x80 &&
	    (b[2] & 0xC0) == 0x80) {
		*cp = (b[0] & 0x0Fu) << 12 | (b[1] & 0x3Fu) << 6 | (b[2] & 0x3Fu);
		return p + 3;
	}
	return ik_utf8_next(p, end, cp);
}

static inline size_t ik_utf8_put_cjk(char *out, uint32_t cp)
{
	if (cp < 0x800 || cp > 0xCFFF)
		return ik_utf8_put(out, cp);
	out[0] = (char)(0xE0 | cp >> 12);
	out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[2] = (char)(0x80 | (cp & 0x3F));
	return 3;
}

/* 1 when all of it is valid UTF-8; else 0 and *bad (may be NULL) is the first bad byte's offset. */
int ik_utf8_valid(const char *s, size_t len, size_t *bad);

/* The number of code points. */
size_t ik_utf8_count(const char *s, size_t len);

/* The greatest boundary of a code point that is not after `at` (at <= len). */
size_t ik_utf8_floor(const char *s, size_t len, size_t at);

/* 1 when every byte is below 0x80. */
int ik_is_ascii(const char *s, size_t len);

#endif
