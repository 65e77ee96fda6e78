/*
 * buf.h - a growable byte buffer with a stated maximum and a sticky error.
 *
 * Layer: base. Append as often as you like and look at `err` once: after the
 * first failure (memory out, or over `max`) appends do nothing.
 */
#ifndef IK_BASE_BUF_H
#define IK_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

struct ik_buf {
	uint8_t *data;
	size_t len;
	size_t cap;
	size_t max; /* never longer than this */
	int err;    /* 0, INK_ENOMEM or INK_ELIMIT */
};

void ik_buf_init(struct ik_buf *buf, size_t max);
void ik_buf_free(struct ik_buf *buf);

/* Length 0 and no error; memory is kept. */
void ik_buf_clear(struct ik_buf *buf);

void ik_buf_put(struct ik_buf *buf, const void *data, size_t len);
void ik_buf_put_str(struct ik_buf *buf, const char *s);
void ik_buf_put_u8(struct ik_buf *buf, uint8_t v);
void ik_buf_put_u16(struct ik_buf *buf, uint16_t v); /* little-endian, as the next ones */
void ik_buf_put_u32(struct ik_buf *buf, uint32_t v);
void ik_buf_put_u64(struct ik_buf *buf, uint64_t v);
void ik_buf_put_varint(struct ik_buf *buf, uint64_t v); /* LEB128 */
void ik_buf_put_zeros(struct ik_buf *buf, size_t n);
void ik_buf_printf(struct ik_buf *buf, const char *fmt, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 2, 3)))
#endif
	;

/* Zeros up to a multiple of `to`. */
void ik_buf_align(struct ik_buf *buf, size_t to);

/* Room for `n` more bytes at data + len (the caller then adds to len); NULL on failure. */
uint8_t *ik_buf_room(struct ik_buf *buf, size_t n);

/* The content with a NUL behind it that `len` does not count; NULL on failure. */
const char *ik_buf_str(struct ik_buf *buf);

#endif
