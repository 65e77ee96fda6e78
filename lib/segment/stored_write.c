/*
 * stored_write.c - packing stored documents into zlib blocks.
 *
 * Layer: segment. Format: FORMAT.md, "Stored documents".
 */
#include "segment/stored.h"

#include <libdeflate.h>
#include <string.h>

#include "codec/varint.h"

/*
 * Measured in blocks of 8 KiB (MB/s, packed size), zlib's level 1 in brackets:
 * Japanese 106 and 45.1 % (50 and 48.1 %), Chinese 139 and 53.3 % (45 and
 * 52.7 %), English 112 and 40.5 % (53 and 43.5 %). Higher levels gain 2 points
 * at most at 0.4 to 0.7 of the speed. Packing is much of the time that indexing
 * takes, so the fastest; readers do not care.
 */
#define LEVEL 1

/* A document may be 2 GiB; one may follow an almost full block. */
#define DOCS_MAX ((size_t)1 << 31)
#define PACKED_MAX ((size_t)UINT32_MAX)

/*
 * Room before the documents for their lengths, since the packer takes one piece. A length takes one
 * byte more than its document at most, and a block has at most so many bytes and documents together;
 * or a long one, whose length takes five, after a quarter of that: must_close().
 */
#define LENGTHS_MAX ((size_t)IK_STORED_BLOCK)

int ik_stored_builder_init(struct ik_stored_builder *b, ink_error *err)
{
	memset(b, 0, sizeof *b);
	ik_buf_init(&b->docs, LENGTHS_MAX + DOCS_MAX + IK_STORED_BLOCK);
	ik_buf_init(&b->packed, PACKED_MAX);
	ik_buf_put_zeros(&b->docs, LENGTHS_MAX);
	b->deflate = libdeflate_alloc_compressor(LEVEL);
	if (b->docs.err != 0 || b->deflate == NULL) {
		ik_stored_builder_free(b);
		return ik_fail_nomem(err);
	}
	return 0;
}

void ik_stored_builder_free(struct ik_stored_builder *b)
{
	libdeflate_free_compressor(b->deflate);
	b->deflate = NULL;
	ik_buf_free(&b->docs);
	ik_buf_free(&b->packed);
	ik_vec_free(&b->ends);
}

/* Put the lengths of the documents right before these, last one first: where they start. */
static const uint8_t *put_lengths(struct ik_stored_builder *b)
{
	uint8_t *p = b->docs.data + LENGTHS_MAX;

	for (size_t i = b->ends.n; i > 0; i--) {
		size_t start = i > 1 ? b->ends.v[i - 2] : LENGTHS_MAX;
		uint8_t bytes[IK_VARINT_MAX];
		size_t n = (size_t)(ik_varint_put(bytes, b->ends.v[i - 1] - start) - bytes);

		ik_assert((size_t)(p - b->docs.data) >= n);
		p -= n;
		memcpy(p, bytes, n);
	}
	return p;
}

/* Deflate lengths and documents to b->packed, behind the raw size. */
static int deflate_block(struct ik_stored_builder *b)
{
	const uint8_t *raw = put_lengths(b);
	size_t len = (size_t)(b->docs.data + b->docs.len - raw), n;
	size_t bound = libdeflate_zlib_compress_bound(b->deflate, len);
	uint8_t *room;

	ik_buf_clear(&b->packed);
	ik_buf_put_u32(&b->packed, (uint32_t)len);
	room = ik_buf_room(&b->packed, bound);
	if (room == NULL)
		return INK_ENOMEM;
	n = libdeflate_zlib_compress(b->deflate, raw, len, room, bound);
	b->packed.len += n;
	return n != 0 ? 0 : INK_EINTERNAL;
}

int ik_stored_flush(struct ik_stored_builder *b, ink_error *err)
{
	int rc;

	if (b->ends.n == 0)
		return 0;
	rc = deflate_block(b);
	if (rc != 0)
		return rc == INK_ENOMEM
		           ? ik_fail_nomem(err)
		           : ik_fail(err, rc, "libdeflate cannot pack stored documents");
	b->packed_docs = (uint32_t)b->ends.n;
	b->ends.n = 0;
	ik_buf_clear(&b->docs);
	b->docs.len = LENGTHS_MAX;
	return 1;
}

/*
 * A document without values counts as one byte: its length is stored. Who wants one
 * document unpacks its whole block, so a long one does not share that of short ones.
 */
static int must_close(const struct ik_stored_builder *b, size_t len)
{
	size_t open = b->docs.len - LENGTHS_MAX + b->ends.n;

	return open >= IK_STORED_BLOCK / 4 && open + len >= IK_STORED_BLOCK;
}

int ik_stored_add(struct ik_stored_builder *b, const void *doc, size_t len, ink_error *err)
{
	int close = must_close(b, len), rc = 0;
	size_t need = (close ? LENGTHS_MAX : b->docs.len) + len; /* those before it go first */
	size_t more = need > b->docs.len ? need - b->docs.len : 0;

	if (len > DOCS_MAX)
		return ik_fail(err, INK_ELIMIT, "a stored document of %zu bytes", len);
	if (ik_buf_room(&b->docs, more) == NULL || ik_vec_reserve(&b->ends, b->ends.n + 1) != 0)
		return ik_fail_nomem(err);
	if (close)
		rc = ik_stored_flush(b, err);
	if (rc < 0)
		return rc;
	ik_buf_put(&b->docs, doc, len);
	b->ends.v[b->ends.n++] = (uint32_t)b->docs.len;
	return rc;
}
