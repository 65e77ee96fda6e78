/*
 * xmem.h - memory that is there or ends the program, and a growing buffer.
 *
 * Part of: the search program. A command that runs out of memory has nothing better to do than to
 * say so: what an index had committed stays as it is.
 */
#ifndef SEARCH_XMEM_H
#define SEARCH_XMEM_H

#include <stddef.h>

/* `ptr`, or the end of the program when it is NULL. */
void *xchecked(void *ptr);

void *xmalloc(size_t size);
void *xrealloc(void *ptr, size_t size);
char *xstrndup(const char *s, size_t len);
char *xstrdup(const char *s);

/* Room for one more item of `size` bytes in an array of `n`; capacity doubles. */
void *xgrow(void *array, size_t n, size_t *cap, size_t size);

/* A zeroed struct is an empty buffer. `data` always has a NUL behind it, or is NULL when empty. */
struct bytes {
	char *data;
	size_t len;
	size_t cap;
};

void bytes_put(struct bytes *bytes, const void *data, size_t len);
void bytes_puts(struct bytes *bytes, const char *s);
void bytes_putc(struct bytes *bytes, char c);
void bytes_clear(struct bytes *bytes);
void bytes_free(struct bytes *bytes);

/* The content as a string, "" when there is none. */
const char *bytes_str(const struct bytes *bytes);

#endif
