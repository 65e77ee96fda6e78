/* utf8.h - stepping through UTF-8 and UTF-16 that may be anything. Part of: the search program. */
#ifndef SEARCH_UTF8_H
#define SEARCH_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * The code point at `p` (p < end) and how many bytes it takes. A byte that starts no well-formed
 * sequence gives UTF8_BAD and takes one.
 */
enum { UTF8_BAD = 0x110000 };
size_t utf8_next(const char *p, const char *end, uint32_t *out);

int utf8_is_valid(const char *p, size_t len);

/* The same of UTF-16: UTF8_BAD for half a pair; takes 0 bytes when it ends within a character. */
size_t utf16_next(const char *p, const char *end, int is_big_endian, uint32_t *out);

/* Write a code point in up to 4 bytes, U+FFFD for UTF8_BAD; how many. */
size_t utf8_put(char *to, uint32_t c);

/* How many columns of a terminal it takes: 0 of what is drawn on the one before, 1 or 2. */
unsigned utf8_columns(uint32_t c);

#endif
