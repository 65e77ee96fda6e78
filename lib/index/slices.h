/*
 * slices.h - many growing byte streams in one memory.
 *
 * Layer: index. A stream is a chain of slices, each longer than the one
 * before, cut from blocks. Bytes not yet written are zero but for the last
 * one of a slice, which tells its length: an append needs the address of the
 * next byte and nothing else. When a slice is full, its last four bytes become
 * the address of the next one.
 * Source: the byte block pool of Lucene's indexing chain (M. Busch et al.,
 * "Earlybird: Real-Time Search at Twitter", ICDE 2012, describes the scheme).
 */
#ifndef IK_INDEX_SLICES_H
#define IK_INDEX_SLICES_H

#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "base/buf.h"
#include "base/vec.h"

#define IK_SLICE_BITS 16
#define IK_SLICE_BLOCK (1u << IK_SLICE_BITS)
#define IK_SLICE_NONE UINT32_MAX
#define IK_SLICE_BLOCKS_MAX (1u << (31 - IK_SLICE_BITS)) /* 2 GiB in all */
#define IK_SLICE_WORD 8 /* bytes of one append at most */

struct ik_slices {
	IK_VEC(uint8_t *) blocks;
	IK_VEC(void *) pieces; /* of memory that blocks are cut from */
	size_t in_use; /* blocks with anything in them */
	uint32_t used; /* bytes of the last one */
};

/* A stream's two ends. */
struct ik_stream {
	uint32_t start;
	uint32_t at;
};

void ik_slices_free(struct ik_slices *s);
void ik_slices_reset(struct ik_slices *s); /* forget the streams, keep the memory */
size_t ik_slices_bytes(const struct ik_slices *s);

/* Begin an empty stream. 0, or -1 when memory is out. */
int ik_stream_open(struct ik_slices *s, struct ik_stream *stream);

/* Not to be called directly: append where the slice may end within the n bytes. */
int ik_stream_put_over(struct ik_slices *s, struct ik_stream *stream, uint64_t bytes, unsigned n);

static inline uint8_t *ik_slices_at(const struct ik_slices *s, uint32_t at)
{
	return s->blocks.v[at >> IK_SLICE_BITS] + (at & (IK_SLICE_BLOCK - 1));
}

/* Append the n lowest bytes, 1 to 8; those above are zero. 0, or -1 when memory is out. */
static inline int ik_stream_put(struct ik_slices *s, struct ik_stream *stream, uint64_t bytes,
                                unsigned n)
{
	uint8_t *p = ik_slices_at(s, stream->at);
	uint64_t there = ik_load64(p); /* what is after this slice is left as it is */

	if (there << (64 - 8 * n) != 0)
		return ik_stream_put_over(s, stream, bytes, n);
	ik_store64(p, there | bytes);
	stream->at += n;
	return 0;
}

/*
 * All bytes of a stream in one piece: where they lie, if they do, or copied
 * to `room`, which is cleared before. NULL when memory is out.
 */
const uint8_t *ik_stream_bytes(const struct ik_slices *s, const struct ik_stream *stream,
                               struct ik_buf *room, size_t *len);

#endif
