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

/* 1 when all of it is valid UTF-8; else 0 and *bad (may be NULL) is the first bad byte's offset. */
int ik_utf8_valid(const char *s, size_t len, size_t *bad);

/* The number of code points. */
size_t ik_utf8_count(const char *s, size_t len);

/* The greatest boundary of a code point that is not after `at` (at <= len). */
size_t ik_utf8_floor(const char *s, size_t len, size_t at);

/* 1 when every byte is below 0x80. */
int ik_is_ascii(const char *s, size_t len);

#endif
