/* xmem.c - checked allocation and a growing buffer. Part of: the search program. */
#include "xmem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *xchecked(void *ptr)
{
	if (ptr == NULL) {
		fputs("search: out of memory\n", stderr);
		exit(2);
	}
	return ptr;
}

void *xmalloc(size_t size)
{
	return xchecked(malloc(size > 0 ? size : 1));
}

void *xrealloc(void *ptr, size_t size)
{
	return xchecked(realloc(ptr, size > 0 ? size : 1));
}

char *xstrndup(const char *s, size_t len)
{
	char *copy = xmalloc(len + 1);

	if (len > 0)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

void *xgrow(void *array, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return array;
	if (*cap > SIZE_MAX / 2 / size)
		xchecked(NULL);
	*cap = *cap > 0 ? 2 * *cap : 16;
	return xrealloc(array, *cap * size);
}

void bytes_put(struct bytes *bytes, const void *data, size_t len)
{
	size_t cap = bytes->cap > 0 ? bytes->cap : 64;

	if (len >= SIZE_MAX / 4 || bytes->len >= SIZE_MAX / 4)
		xchecked(NULL);
	while (cap <= bytes->len + len)
		cap *= 2;
	if (cap != bytes->cap) {
		bytes->data = xrealloc(bytes->data, cap);
		bytes->cap = cap;
	}
	if (len > 0)
		memcpy(bytes->data + bytes->len, data, len);
	bytes->len += len;
	bytes->data[bytes->len] = '\0';
}

void bytes_puts(struct bytes *bytes, const char *s)
{
	bytes_put(bytes, s, strlen(s));
}

void bytes_putc(struct bytes *bytes, char c)
{
	bytes_put(bytes, &c, 1);
}

void bytes_clear(struct bytes *bytes)
{
	bytes->len = 0;
	if (bytes->data != NULL)
		bytes->data[0] = '\0';
}

void bytes_free(struct bytes *bytes)
{
	free(bytes->data);
	bytes->data = NULL;
	bytes->len = bytes->cap = 0;
}

const char *bytes_str(const struct bytes *bytes)
{
	return bytes->data != NULL ? bytes->data : "";
}
