/*
 * stored_read.c - reading stored documents.
 *
 * Layer: segment. Format: FORMAT.md, "Stored documents".
 *
 * A block says how long it is unpacked. That is believed only as far as
 * deflate could have packed so much into the bytes that are there, so memory
 * stays proportional to the file.
 */
#include "segment/stored.h"

#include <libdeflate.h>
#include <string.h>

#include "base/bits.h"
#include "codec/varint.h"
#include "segment/meta.h"

static int corrupt(const struct ik_segment *seg, ink_error *err, const char *what)
{
	return ik_segment_corrupt(seg, err, "stored documents", what);
}

uint32_t ik_stored_blocks(const struct ik_segment *seg)
{
	size_t n = seg->stored_index.len / IK_STORED_ENTRY;

	return n == 0 ? 0 : (uint32_t)(n - 1); /* the last entry is the end of the last block */
}

/* Entry i of the index, the sentinel included. */
static uint32_t index_doc(const struct ik_segment *seg, uint32_t i)
{
	return ik_load32(seg->stored_index.p + (size_t)i * IK_STORED_ENTRY);
}

static uint64_t index_offset(const struct ik_segment *seg, uint32_t i)
{
	return ik_load64(seg->stored_index.p + (size_t)i * IK_STORED_ENTRY + 4);
}

int ik_stored_block(const struct ik_segment *seg, uint32_t i, const uint8_t **p, size_t *len,
                    uint32_t *n_docs, ink_error *err)
{
	uint64_t start = index_offset(seg, i), end = index_offset(seg, i + 1);
	uint32_t first = index_doc(seg, i), next = index_doc(seg, i + 1);

	*p = NULL;
	*len = 0;
	*n_docs = 0;
	if (start >= end || end > seg->stored.len || end - start <= 4 || first >= next ||
	    next > seg->n_docs)
		return ik_segment_corrupt(seg, err, "stored index", "a block makes no sense");
	*p = seg->stored.p + start;
	*len = (size_t)(end - start);
	*n_docs = next - first;
	return 0;
}

int ik_stored_raw_bytes(const struct ik_segment *seg, uint64_t *bytes, ink_error *err)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < ik_stored_blocks(seg); i++) {
		const uint8_t *p;
		size_t len;
		uint32_t n;

		rc = ik_stored_block(seg, i, &p, &len, &n, err);
		if (rc == 0)
			*bytes += ik_load32(p);
	}
	return rc;
}

/* Inflate exactly `raw` bytes from exactly `len`: 0, INK_ENOMEM or INK_ECORRUPT. */
static int inflate_all(struct ik_stored_reader *r, const uint8_t *p, size_t len, uint8_t *out,
                       size_t raw)
{
	size_t used = 0;

	if (r->inflate == NULL)
		r->inflate = libdeflate_alloc_decompressor();
	if (r->inflate == NULL)
		return INK_ENOMEM;
	/* NULL: fewer than `raw` bytes are an error. More than the stream needs are none to it. */
	if (libdeflate_zlib_decompress_ex(r->inflate, p, len, out, raw, &used, NULL) !=
	    LIBDEFLATE_SUCCESS)
		return INK_ECORRUPT;
	return used == len ? 0 : INK_ECORRUPT;
}

static int unpack(struct ik_stored_reader *r, const uint8_t *p, size_t len, ink_error *err)
{
	size_t raw = ik_load32(p);
	uint8_t *room;
	int rc;

	if (len > UINT32_MAX || raw > (uint64_t)len * IK_STORED_RATIO + IK_STORED_SLACK)
		return corrupt(r->seg, err, "a block is too large");
	ik_buf_clear(&r->block);
	room = ik_buf_room(&r->block, raw);
	if (room == NULL)
		return ik_fail_nomem(err);
	rc = inflate_all(r, p + 4, len - 4, room, raw);
	if (rc != 0)
		return rc == INK_ENOMEM ? ik_fail_nomem(err)
		                        : corrupt(r->seg, err, "a block cannot be unpacked");
	r->block.len = raw;
	return 0;
}

/* The lengths have to add up to what follows them, so that documents need no more checks. */
static int check_lengths(struct ik_stored_reader *r, uint32_t n, ink_error *err)
{
	const uint8_t *p = r->block.data, *end = p + r->block.len;
	uint64_t total = 0, len;

	for (uint32_t i = 0; i < n; i++) {
		p = ik_varint_get(p, end, &len);
		if (p == NULL || len > r->block.len)
			return corrupt(r->seg, err, "the lengths of a block are damaged");
		total += len;
	}
	if (total != (uint64_t)(end - p))
		return corrupt(r->seg, err, "the lengths of a block do not add up");
	r->text_at = (size_t)(p - r->block.data);
	return 0;
}

static int load(struct ik_stored_reader *r, uint32_t block, ink_error *err)
{
	const uint8_t *p;
	size_t len;
	uint32_t n;
	int rc;

	r->n = 0;
	rc = ik_stored_block(r->seg, block, &p, &len, &n, err);
	if (rc == 0)
		rc = unpack(r, p, len, err);
	if (rc == 0)
		rc = check_lengths(r, n, err);
	if (rc != 0)
		return rc;
	r->first = index_doc(r->seg, block);
	r->n = n;
	return 0;
}

/* The last block that does not start after a document. */
static uint32_t find_block(const struct ik_segment *seg, uint32_t doc)
{
	uint32_t lo = 0, hi = ik_stored_blocks(seg) - 1;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo + 1) / 2;

		if (index_doc(seg, mid) > doc)
			hi = mid - 1;
		else
			lo = mid;
	}
	return lo;
}

void ik_stored_reader_init(struct ik_stored_reader *r, const struct ik_segment *seg)
{
	memset(r, 0, sizeof *r);
	r->seg = seg;
	ik_buf_init(&r->block, UINT32_MAX);
}

void ik_stored_reader_free(struct ik_stored_reader *r)
{
	libdeflate_free_decompressor(r->inflate);
	r->inflate = NULL;
	ik_buf_free(&r->block);
	r->n = 0;
}

int ik_stored_get(struct ik_stored_reader *r, uint32_t doc, const uint8_t **p, size_t *len,
                  ink_error *err)
{
	const uint8_t *at, *end;
	size_t text;
	uint64_t n = 0;

	*p = NULL;
	*len = 0;
	if (r->seg->stored.p == NULL)
		return 0;
	if (r->n == 0 || doc < r->first || doc - r->first >= r->n) {
		uint32_t block = find_block(r->seg, doc);
		int rc = block + 1 == r->bad ? corrupt(r->seg, err, "a block is damaged")
		                             : load(r, block, err);

		/* Whoever asks for one document after another does not unpack it each time. */
		r->bad = rc == INK_ECORRUPT ? block + 1 : 0;
		if (rc != 0)
			return rc;
		if (doc < r->first || doc - r->first >= r->n)
			return ik_segment_corrupt(r->seg, err, "stored index",
			                          "a document is missing");
	}
	text = r->text_at;
	at = r->block.data;
	end = at + r->text_at;
	for (uint32_t i = r->first; i <= doc; i++) {
		text += (size_t)n;
		at = ik_varint_get(at, end, &n); /* load() has looked at every one of them */
		if (at == NULL)
			return corrupt(r->seg, err, "the lengths of a block are damaged");
	}
	*p = r->block.data + text;
	*len = (size_t)n;
	return 0;
}
