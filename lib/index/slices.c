/*
 * slices.c - many growing byte streams in one memory.
 *
 * Layer: index. See slices.h for the scheme and its source.
 */
#include "index/slices.h"

#include <string.h>

#include "base/mem.h"

#define LEVELS 8
#define PIECE_MAX 128 /* blocks */
#define LINK 4 /* bytes of an address, at the end of a full slice */

/* Sizes of a stream's slices: half of all terms stay in the first. */
static const uint32_t level_size[LEVELS] = {7, 14, 30, 60, 120, 240, 480, 960};

void ik_slices_free(struct ik_slices *s)
{
	for (size_t i = 0; i < s->pieces.n; i++)
		ik_free(s->pieces.v[i]);
	ik_vec_free(&s->pieces);
	ik_vec_free(&s->blocks);
	s->in_use = 0;
	s->used = 0;
}

void ik_slices_reset(struct ik_slices *s)
{
	s->in_use = 0;
	s->used = 0;
}

size_t ik_slices_bytes(const struct ik_slices *s)
{
	return s->in_use * IK_SLICE_BLOCK + s->blocks.cap * sizeof *s->blocks.v;
}

/* Few large pieces once there is much: a stream's end is anywhere, see ik_os_advise_random(). */
static int add_piece(struct ik_slices *s)
{
	size_t n = s->blocks.n / 8 < PIECE_MAX ? s->blocks.n / 8 + 1 : PIECE_MAX;
	uint8_t *piece;

	if (s->blocks.n + n > IK_SLICE_BLOCKS_MAX ||
	    ik_vec_reserve(&s->blocks, s->blocks.n + n) != 0 ||
	    ik_vec_reserve(&s->pieces, s->pieces.n + 1) != 0)
		return -1;
	/* Words are read and written at the very end. */
	piece = ik_alloc(n * IK_SLICE_BLOCK + IK_SLICE_WORD);
	if (piece == NULL)
		return -1;
	s->pieces.v[s->pieces.n++] = piece;
	for (; n > 0; n--, piece += IK_SLICE_BLOCK)
		s->blocks.v[s->blocks.n++] = piece;
	return 0;
}

/* Begin another block, a used one if there is any. */
static int next_block(struct ik_slices *s)
{
	if (s->in_use == s->blocks.n && add_piece(s) != 0)
		return -1;
	memset(s->blocks.v[s->in_use++], 0, IK_SLICE_BLOCK);
	s->used = 0;
	return 0;
}

/* The address of a fresh slice; IK_SLICE_NONE when memory is out. */
static uint32_t new_slice(struct ik_slices *s, unsigned level)
{
	uint32_t size = level_size[level], at;

	if (s->in_use == 0 || s->used + size > IK_SLICE_BLOCK)
		if (next_block(s) != 0)
			return IK_SLICE_NONE;
	at = (uint32_t)(s->in_use - 1) << IK_SLICE_BITS | s->used;
	s->used += size;
	*ik_slices_at(s, at + size - 1) = (uint8_t)(16 + level);
	return at;
}

int ik_stream_open(struct ik_slices *s, struct ik_stream *stream)
{
	stream->start = stream->at = new_slice(s, 0);
	return stream->at == IK_SLICE_NONE ? -1 : 0;
}

/* Go on in a new slice: `at` is at the last byte of the old one. */
static int grow(struct ik_slices *s, struct ik_stream *stream)
{
	uint8_t *end = ik_slices_at(s, stream->at);
	unsigned level = *end - 16u;
	uint32_t at;

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

int ik_stream_put_over(struct ik_slices *s, struct ik_stream *stream, uint64_t bytes, unsigned n)
{
	uint8_t *p = ik_slices_at(s, stream->at);

	for (; n > 0; n--, bytes >>= 8) {
		if (*p != 0) {
			if (grow(s, stream) != 0)
				return -1;
			p = ik_slices_at(s, stream->at);
		}
		*p++ = (uint8_t)bytes;
		stream->at++;
	}
	return 0;
}

const uint8_t *ik_stream_bytes(const struct ik_slices *s, const struct ik_stream *stream,
                               struct ik_buf *room, size_t *len)
{
	uint32_t at = stream->start, left = level_size[0];

	*len = stream->at - at;
	if (stream->at >= at && stream->at < at + left)
		return ik_slices_at(s, at);
	ik_buf_clear(room);
	for (unsigned level = 0; stream->at < at || stream->at >= at + left;) {
		ik_buf_put(room, ik_slices_at(s, at), left - LINK);
		at = ik_load32(ik_slices_at(s, at + left - LINK));
		level += level + 1 < LEVELS;
		left = level_size[level];
	}
	ik_buf_put(room, ik_slices_at(s, at), stream->at - at);
	*len = room->len;
	return room->err == 0 ? room->data : NULL;
}
