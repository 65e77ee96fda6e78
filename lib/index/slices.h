/*
 * slices.h - many growing byte streams in one memory.
 *
 * Layer: index. A stream is a chain of slices, each longer than the one
 * before, cut from blocks of 32 KiB; the last byte of a slice is not zero and
 * tells its length, so that an append needs only the address of the next
 * byte. When a slice is full, its last four bytes become the address of the
 * next one.
 * Source: the byte block pool of Lucene's indexing chain (M. Busch et al.,
 * "Earlybird: Real-Time Search at Twitter", ICDE 2012, describes the scheme).
 */
#ifndef IK_INDEX_SLICES_H
#define IK_INDEX_SLICES_H

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

#define IK_SLICE_BITS 15
#define IK_SLICE_BLOCK (1u << IK_SLICE_BITS)
#define IK_SLICE_NONE UINT32_MAX
#define IK_SLICE_BLOCKS_MAX (1u << (31 - IK_SLICE_BITS)) /* 2 GiB in all */

struct ik_slices {
	IK_VEC(uint8_t *) blocks;
	size_t in_use; /* blocks with anything in them; the others are zero */
	uint32_t used; /* bytes of the last one */
};

/* A stream's two ends. Start with both IK_SLICE_NONE. */
struct ik_stream {
	uint32_t start;
	uint32_t at;
};

void ik_slices_free(struct ik_slices *s);
void ik_slices_reset(struct ik_slices *s); /* forget the streams, keep the memory */
size_t ik_slices_bytes(const struct ik_slices *s);

/* Not to be called directly: make room where `at` has come to the end of its slice. */
int ik_slices_grow(struct ik_slices *s, struct ik_stream *stream);

/* Append: 0, or -1 when memory is out. */
int ik_stream_put_long(struct ik_slices *s, struct ik_stream *stream, uint32_t v);

static inline uint8_t *ik_slices_at(const struct ik_slices *s, uint32_t at)
{
	return s->blocks.v[at >> IK_SLICE_BITS] + (at & (IK_SLICE_BLOCK - 1));
}

static inline int ik_stream_put_byte(struct ik_slices *s, struct ik_stream *stream, uint8_t b)
{
	if (stream->at == IK_SLICE_NONE || *ik_slices_at(s, stream->at) != 0)
		if (ik_slices_grow(s, stream) != 0)
			return -1;
	*ik_slices_at(s, stream->at++) = b;
	return 0;
}

static inline int ik_stream_put(struct ik_slices *s, struct ik_stream *stream, uint32_t v)
{
	if (v < 0x80)
		return ik_stream_put_byte(s, stream, (uint8_t)v);
	return ik_stream_put_long(s, stream, v);
}

/* Reading a stream from its start. */
struct ik_stream_reader {
	const struct ik_slices *s;
	uint32_t at, limit, end;
	unsigned level;
};

void ik_stream_read(struct ik_stream_reader *r, const struct ik_slices *s,
                    const struct ik_stream *stream);

/* Not to be called directly: follow the address at the end of a slice. */
void ik_stream_follow(struct ik_stream_reader *r);

static inline int ik_stream_done(const struct ik_stream_reader *r)
{
	return r->at == r->end;
}

/* Only as many numbers as were written. */
static inline uint32_t ik_stream_get(struct ik_stream_reader *r)
{
	uint32_t v = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint8_t b;

		if (r->at == r->limit)
			ik_stream_follow(r);
		b = *ik_slices_at(r->s, r->at++);
		v |= (uint32_t)(b & 0x7f) << shift;
		if (b < 0x80)
			return v;
	}
}

#endif
