/* decode.h - a page of HTML in whatever encoding as UTF-8. Part of: the search program. */
#ifndef SEARCH_DECODE_H
#define SEARCH_DECODE_H

#include <stddef.h>

#include "xmem.h"

/*
 * Append the page as UTF-8, with U+FFFD for what its encoding lacks. 0 when the page is UTF-8 or
 * says what it is (`is_utf8`: a mark said so), 1 when nobody knows and it is taken for
 * Windows-1252, as browsers do.
 */
int html_decode(const char *html, size_t len, int is_utf8, struct bytes *to);

#endif
