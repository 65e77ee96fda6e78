/*
 * slices.c - many growing byte streams in one memory.
 *
 * Layer: index. See slices.h for the scheme and its source.
 */
#include "index/slices.h"

#include <string.h>

#include "base/bits.h"
#include "base/mem.h"

#define LEVELS 10
#define LINK 4 /* bytes of an address, at the end of a full slice */

/* Sizes of a stream's slices: half of all terms stay in the first. */
static const uint32_t level_size[LEVELS] = {5, 14, 20, 30, 40, 60, 90, 140, 200, 300};

void ik_slices_free(struct ik_slices *s)
{
	for (size_t i = 0; i < s->blocks.n; i++)
		ik_free(s->blocks.v[i]);
	ik_vec_free(&s->blocks);
	s->in_use = 0;
	s->used = 0;
}

void ik_slices_reset(struct ik_slices *s)
{
	for (size_t i = 0; i < s->in_use; i++)
		memset(s->blocks.v[i], 0, IK_SLICE_BLOCK);
	s->in_use = 0;
	s->used = 0;
}

size_t ik_slices_bytes(const struct ik_slices *s)
{
	return s->in_use * IK_SLICE_BLOCK + s->blocks.cap * sizeof *s->blocks.v;
}

/* The address of a fresh slice; IK_SLICE_NONE when memory is out. */
static uint32_t new_slice(struct ik_slices *s, unsigned level)
{
	uint32_t size = level_size[level], at;

	if (s->in_use == 0 || s->used + size > IK_SLICE_BLOCK) {
		if (s->in_use == s->blocks.n) {
			uint8_t **slot, *block;

			if (s->blocks.n >= IK_SLICE_BLOCKS_MAX)
				return IK_SLICE_NONE;
			block = ik_zalloc(IK_SLICE_BLOCK);
			slot = block == NULL ? NULL : ik_vec_push(&s->blocks);
			if (slot == NULL) {
				ik_free(block);
				return IK_SLICE_NONE;
			}
			*slot = block;
		}
		s->in_use++;
		s->used = 0;
	}
	at = (uint32_t)(s->in_use - 1) << IK_SLICE_BITS | s->used;
	s->used += size;
	*ik_slices_at(s, at + size - 1) = (uint8_t)(16 + level);
	return at;
}

int ik_slices_grow(struct ik_slices *s, struct ik_stream *stream)
{
	unsigned level;
	uint32_t at;
	uint8_t *end;

	if (stream->at == IK_SLICE_NONE) {
		stream->start = stream->at = new_slice(s, 0);
		return stream->at == IK_SLICE_NONE ? -1 : 0;
	}
	end = ik_slices_at(s, stream->at);
	level = *end - 16u;
	if (level + 1 < LEVELS)
		level++;
	at = new_slice(s, level);
	if (at == IK_SLICE_NONE)
		return -1;
	/* The three bytes that the address displaces move on. */
	memcpy(ik_slices_at(s, at), end - (LINK - 1), LINK - 1);
	ik_store32(end - (LINK - 1), at);
	stream->at = at + LINK - 1;
	return 0;
}

int ik_stream_put_long(struct ik_slices *s, struct ik_stream *stream, uint32_t v)
{
	for (; v >= 0x80; v >>= 7)
		if (ik_stream_put_byte(s, stream, (uint8_t)(v | 0x80)) != 0)
			return -1;
	return ik_stream_put_byte(s, stream, (uint8_t)v);
}

/* Where reading has to stop in the slice at r->at. */
static void set_limit(struct ik_stream_reader *r)
{
	uint32_t size = level_size[r->level];

	if (r->end >= r->at && r->end < r->at + size)
		r->limit = r->end;
	else
		r->limit = r->at + size - LINK;
}

void ik_stream_read(struct ik_stream_reader *r, const struct ik_slices *s,
                    const struct ik_stream *stream)
{
	r->s = s;
	r->at = stream->start;
	r->end = stream->at;
	r->level = 0;
	if (r->at == IK_SLICE_NONE)
		r->limit = r->end;
	else
		set_limit(r);
}

void ik_stream_follow(struct ik_stream_reader *r)
{
	r->at = ik_load32(ik_slices_at(r->s, r->at));
	if (r->level + 1 < LEVELS)
		r->level++;
	set_limit(r);
}
