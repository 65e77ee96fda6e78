/* utf8.h - stepping through UTF-8 that may be anything. Part of: the search program. */
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

#endif
