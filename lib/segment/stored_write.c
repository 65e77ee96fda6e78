/*
 * stored_write.c - packing stored documents into zlib blocks.
 *
 * Layer: segment. Format: FORMAT.md, "Stored documents".
 */
#include "segment/stored.h"

#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "segment/stored_zlib.h"

/*
 * Measured in blocks of 16 KiB (MB/s, packed size): English text, level 1 65
 * and 46.0 %, 4 47 and 42.6 %, 6 30 and 41.8 %; Chinese, level 1 64 and
 * 50.4 %, 4 44 and 48.5 %, 6 34 and 48.0 %. Packing is much of the time that
 * indexing takes, so the fastest; readers do not care.
 */
#define LEVEL 1

/* A document may be 2 GiB; one may follow an almost full block. */
#define DOCS_MAX ((size_t)1 << 31)
#define PACKED_MAX ((size_t)UINT32_MAX)

void *ik_stored_z_alloc(void *user, unsigned n, unsigned size)
{
	(void)user;
	return ik_array(n, size);
}

void ik_stored_z_free(void *user, void *ptr)
{
	(void)user;
	ik_free(ptr);
}

int ik_stored_builder_init(struct ik_stored_builder *b, ink_error *err)
{
	z_stream *z;

	memset(b, 0, sizeof *b);
	ik_buf_init(&b->docs, DOCS_MAX + IK_STORED_BLOCK);
	ik_buf_init(&b->packed, PACKED_MAX);
	z = ik_zalloc(sizeof *z);
	if (z == NULL)
		return ik_fail_nomem(err);
	z->zalloc = ik_stored_z_alloc;
	z->zfree = ik_stored_z_free;
	if (deflateInit(z, LEVEL) != Z_OK) {
		ik_free(z);
		return ik_fail_nomem(err);
	}
	b->deflate = z;
	return 0;
}

void ik_stored_builder_free(struct ik_stored_builder *b)
{
	if (b->deflate != NULL)
		deflateEnd(b->deflate);
	ik_free(b->deflate);
	b->deflate = NULL;
	ik_buf_free(&b->docs);
	ik_buf_free(&b->packed);
	ik_vec_free(&b->ends);
}

/* The raw bytes of the open block before its documents: their lengths. */
static void put_lengths(const struct ik_stored_builder *b, struct ik_buf *out)
{
	uint32_t start = 0;

	for (size_t i = 0; i < b->ends.n; i++) {
		ik_buf_put_varint(out, b->ends.v[i] - start);
		start = b->ends.v[i];
	}
}

/* Deflate lengths and documents to b->packed, behind the raw size. */
static int deflate_block(struct ik_stored_builder *b, const struct ik_buf *lengths)
{
	z_stream *z = b->deflate;
	size_t raw = lengths->len + b->docs.len, bound = deflateBound(z, (uLong)raw) + 64;
	uint8_t *room;

	ik_buf_clear(&b->packed);
	ik_buf_put_u32(&b->packed, (uint32_t)raw);
	room = ik_buf_room(&b->packed, bound);
	if (room == NULL || bound > UINT32_MAX)
		return INK_ENOMEM;
	z->next_out = room;
	z->avail_out = (uInt)bound;
	z->next_in = lengths->data;
	z->avail_in = (uInt)lengths->len;
	if (deflateReset(z) != Z_OK || deflate(z, Z_NO_FLUSH) != Z_OK)
		return INK_EINTERNAL;
	z->next_in = b->docs.data;
	z->avail_in = (uInt)b->docs.len;
	if (deflate(z, Z_FINISH) != Z_STREAM_END)
		return INK_EINTERNAL;
	b->packed.len += bound - z->avail_out;
	return 0;
}

int ik_stored_flush(struct ik_stored_builder *b, ink_error *err)
{
	struct ik_buf lengths;
	int rc;

	if (b->ends.n == 0)
		return 0;
	ik_buf_init(&lengths, PACKED_MAX);
	put_lengths(b, &lengths);
	rc = lengths.err != 0 ? INK_ENOMEM : deflate_block(b, &lengths);
	ik_buf_free(&lengths);
	if (rc != 0)
		return rc == INK_ENOMEM ? ik_fail_nomem(err)
		                        : ik_fail(err, rc, "zlib cannot pack stored documents");
	b->packed_docs = (uint32_t)b->ends.n;
	b->ends.n = 0;
	ik_buf_clear(&b->docs);
	return 1;
}

/*
 * A document without values counts as one byte: its length is stored. Who wants one
 * document unpacks its whole block, so a long one does not share that of short ones.
 */
static int must_close(const struct ik_stored_builder *b, size_t len)
{
	size_t open = b->docs.len + b->ends.n;

	return open >= IK_STORED_BLOCK / 4 && open + len >= IK_STORED_BLOCK;
}

int ik_stored_add(struct ik_stored_builder *b, const void *doc, size_t len, ink_error *err)
{
	int rc = 0;

	if (len > DOCS_MAX)
		return ik_fail(err, INK_ELIMIT, "a stored document of %zu bytes", len);
	if (ik_buf_room(&b->docs, len) == NULL || ik_vec_reserve(&b->ends, b->ends.n + 1) != 0)
		return ik_fail_nomem(err);
	if (must_close(b, len))
		rc = ik_stored_flush(b, err);
	if (rc < 0)
		return rc;
	ik_buf_put(&b->docs, doc, len);
	b->ends.v[b->ends.n++] = (uint32_t)b->docs.len;
	return rc;
}
