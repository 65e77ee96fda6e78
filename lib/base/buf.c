/*
 * buf.c - a growable byte buffer with a stated maximum and a sticky error.
 *
 * Layer: base.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "inkstone/error.h"

#define CAP_MIN ((size_t)64)

void ik_buf_init(struct ik_buf *buf, size_t max)
{
	*buf = (struct ik_buf){ 0 };
	/* One byte less than all memory, so that the NUL of ik_buf_str() always has a size. */
	buf->max = max < PTRDIFF_MAX ? max : PTRDIFF_MAX - 1;
}

void ik_buf_free(struct ik_buf *buf)
{
	ik_free(buf->data);
	ik_buf_init(buf, buf->max);
}

void ik_buf_clear(struct ik_buf *buf)
{
	buf->len = 0;
	buf->err = 0;
}

/* Make cap at least `need`, which is at most max + 1. */
static int grow(struct ik_buf *buf, size_t need)
{
	size_t cap = buf->cap < CAP_MIN ? CAP_MIN : buf->cap;
	uint8_t *data;

	if (need <= buf->cap)
		return 0;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	if (cap > buf->max + 1)
		cap = buf->max + 1;
	data = ik_realloc(buf->data, cap);
	if (data == NULL)
		return buf->err = INK_ENOMEM;
	buf->data = data;
	buf->cap = cap;
	return 0;
}

uint8_t *ik_buf_room(struct ik_buf *buf, size_t n)
{
	if (buf->err != 0)
		return NULL;
	if (n > buf->max - buf->len) {
		buf->err = INK_ELIMIT;
		return NULL;
	}
	/* At least one byte, so that the answer for n = 0 is not NULL. */
	if (grow(buf, buf->len + (n == 0 ? 1 : n)) != 0)
		return NULL;
	return buf->data + buf->len;
}

void ik_buf_put(struct ik_buf *buf, const void *data, size_t len)
{
	uint8_t *p = ik_buf_room(buf, len);

	if (p == NULL || len == 0)
		return;
	memcpy(p, data, len);
	buf->len += len;
}

void ik_buf_put_str(struct ik_buf *buf, const char *s)
{
	ik_buf_put(buf, s, strlen(s));
}

void ik_buf_put_u8(struct ik_buf *buf, uint8_t v)
{
	ik_buf_put(buf, &v, 1);
}

void ik_buf_put_u16(struct ik_buf *buf, uint16_t v)
{
	uint8_t bytes[2];

	ik_store16(bytes, v);
	ik_buf_put(buf, bytes, sizeof bytes);
}

void ik_buf_put_u32(struct ik_buf *buf, uint32_t v)
{
	uint8_t bytes[4];

	ik_store32(bytes, v);
	ik_buf_put(buf, bytes, sizeof bytes);
}

void ik_buf_put_u64(struct ik_buf *buf, uint64_t v)
{
	uint8_t bytes[8];

	ik_store64(bytes, v);
	ik_buf_put(buf, bytes, sizeof bytes);
}

void ik_buf_put_varint(struct ik_buf *buf, uint64_t v)
{
	uint8_t bytes[10];
	size_t n = 0;

	while (v >= 0x80) {
		bytes[n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	bytes[n++] = (uint8_t)v;
	ik_buf_put(buf, bytes, n);
}

void ik_buf_put_zeros(struct ik_buf *buf, size_t n)
{
	uint8_t *p = ik_buf_room(buf, n);

	if (p == NULL)
		return;
	memset(p, 0, n);
	buf->len += n;
}

void ik_buf_printf(struct ik_buf *buf, const char *fmt, ...)
{
	va_list ap;
	uint8_t *p;
	int n;

	if (buf->err != 0)
		return;
	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		buf->err = INK_ENOMEM;
		return;
	}
	p = ik_buf_room(buf, (size_t)n);
	/* vsnprintf ends in a NUL, which max does not count. */
	if (p == NULL || grow(buf, buf->len + (size_t)n + 1) != 0)
		return;
	va_start(ap, fmt);
	(void)vsnprintf((char *)buf->data + buf->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf->len += (size_t)n;
}

void ik_buf_align(struct ik_buf *buf, size_t to)
{
	if (to > 1 && buf->len % to != 0)
		ik_buf_put_zeros(buf, to - buf->len % to);
}

const char *ik_buf_str(struct ik_buf *buf)
{
	if (buf->err != 0 || grow(buf, buf->len + 1) != 0)
		return NULL;
	buf->data[buf->len] = '\0';
	return (const char *)buf->data;
}
