/*
 * segment_damaged.c - what is left of a segment that does not open, or lost its stored index.
 *
 * Layer: segment. Format: FORMAT.md, "Segment" and "Stored documents".
 *
 * Writers put stored documents first, and each block ends where its zlib
 * stream does: without a table or an index the blocks are found one by one,
 * up to the first that is damaged.
 */
#include <libdeflate.h>

#include "base/bits.h"
#include "base/sum.h"
#include "codec/varint.h"
#include "segment/meta.h"
#include "segment/segment_open.h"
#include "segment/stored.h"

uint32_t ik_segment_kind(const struct ik_segment *seg, uint32_t i)
{
	return ik_load32(seg->table + (size_t)i * IK_SECTION_LEN);
}

int ik_segment_is_sound(const struct ik_segment *seg, uint32_t i)
{
	const uint8_t *entry = seg->table + (size_t)i * IK_SECTION_LEN;

	return ik_load32(entry + 24) == ik_crc32(0, seg->in->data + ik_load64(entry + 8),
	                                         (size_t)ik_load64(entry + 16));
}

int ik_segment_has_sound(const struct ik_segment *seg, uint32_t kind, uint32_t id)
{
	for (uint32_t i = 0; i < seg->n_sections; i++) {
		const uint8_t *entry = seg->table + (size_t)i * IK_SECTION_LEN;

		if (ik_load32(entry) == kind && ik_load32(entry + 4) == id)
			return ik_segment_is_sound(seg, i);
	}
	return 0;
}

/* ---- blocks without an index ---- */

/* Documents of an unpacked block: the smallest number whose lengths give the rest; 0: none does. */
static uint32_t count_docs(const uint8_t *p, size_t len)
{
	const uint8_t *end = p + len;
	uint64_t total = 0, n;

	for (uint32_t docs = 1; docs <= IK_DOCS_MAX; docs++) {
		p = ik_varint_get(p, end, &n);
		if (p == NULL || n > len)
			return 0;
		total += n;
		if (total == (uint64_t)(end - p))
			return docs;
	}
	return 0;
}

/*
 * May a zlib stream begin here? Asked before there is memory for it, as behind the last block
 * stands what may call itself a block of any length.
 */
static int may_be_zlib(const uint8_t *p)
{
	return (p[0] & 15) == 8 && (p[0] * 256u + p[1]) % 31 == 0;
}

/* The block at p: its documents and how long it is; 0 documents when there is none. */
static uint32_t read_block(struct libdeflate_decompressor *z, const uint8_t *p, size_t len,
                           struct ik_buf *raw, size_t *used)
{
	size_t raw_len = len > 6 && may_be_zlib(p + 4) ? ik_load32(p) : 0;
	uint8_t *room;

	ik_buf_clear(raw);
	if (raw_len == 0 || raw_len > (uint64_t)len * IK_STORED_RATIO + IK_STORED_SLACK)
		return 0;
	room = ik_buf_room(raw, raw_len);
	if (room == NULL || libdeflate_zlib_decompress_ex(z, p + 4, len - 4, room, raw_len, used,
	                                                  NULL) != LIBDEFLATE_SUCCESS)
		return 0;
	*used += 4;
	return count_docs(room, raw_len);
}

/* All blocks from the first on; *docs of them. */
static void scan(const struct ik_segment *seg, struct libdeflate_decompressor *z,
                 struct ik_buf *index, uint32_t *docs, size_t *end)
{
	uint32_t most = seg->n_docs != 0 ? seg->n_docs : IK_DOCS_MAX, n;
	const uint8_t *p = seg->stored.p;
	size_t len = seg->stored.len, used;
	struct ik_buf raw;

	*docs = 0;
	*end = 0;
	ik_buf_init(&raw, UINT32_MAX);
	while ((n = read_block(z, p + *end, len - *end, &raw, &used)) != 0 && n <= most - *docs) {
		ik_buf_put_u32(index, *docs);
		ik_buf_put_u64(index, *end);
		*docs += n;
		*end += used;
	}
	ik_buf_put_u32(index, *docs);
	ik_buf_put_u64(index, *end);
	index->err = raw.err != 0 ? raw.err : index->err; /* no end of the blocks, but of memory */
	ik_buf_free(&raw);
}

int ik_stored_rebuild(struct ik_segment *seg, ink_error *err)
{
	struct libdeflate_decompressor *z;
	struct ik_buf index;
	uint32_t docs = 0;
	size_t end;

	if (seg->stored.p == NULL)
		return ik_segment_corrupt(seg, err, "stored documents", "none can be found");
	z = libdeflate_alloc_decompressor();
	if (z == NULL)
		return ik_fail_nomem(err);
	ik_buf_init(&index, SIZE_MAX / 2);
	scan(seg, z, &index, &docs, &end);
	libdeflate_free_decompressor(z);
	if (index.err != 0 || docs == 0) {
		int rc = index.err != 0 ? ik_fail_nomem(err)
		                        : ik_segment_corrupt(seg, err, "stored documents",
		                                             "none can be found");

		ik_buf_free(&index);
		return rc;
	}
	seg->rebuilt = index.data;
	seg->stored_index = (struct ik_section){index.data, index.len};
	seg->stored.len = end;
	if (seg->n_docs == 0)
		seg->n_docs = docs;
	return 0;
}

/* ---- a segment that does not open ---- */

/* The header, as far as it is believed: *version is 0 when it is damaged. */
static void read_header(struct ik_segment *seg, uint32_t *version)
{
	const uint8_t *p = seg->in->data;

	*version = 0;
	if (ik_load32(p + IK_HEADER_LEN - 4) != ik_crc32(0, p, IK_HEADER_LEN - 4))
		return;
	*version = ik_load32(p + 8);
	if (ik_segment_read_header(seg, NULL) != 0)
		seg->n_docs = 0;
}

/* Where stored documents are: as the table says or, without one, behind the header. */
static int find_stored(struct ik_segment *seg, ink_error *err)
{
	const uint8_t *last;

	if (ik_segment_read_table(seg, NULL) != 0) {
		seg->table = NULL;
		seg->n_sections = 0;
		seg->stored.p = seg->in->data + IK_HEADER_LEN;
		seg->stored.len = seg->in->len - IK_HEADER_LEN;
		return ik_stored_rebuild(seg, err);
	}
	seg->stored = ik_segment_section(seg, IK_SECTION_STORED, 0);
	seg->stored_index = ik_segment_section(seg, IK_SECTION_STORED_INDEX, 0);
	if (!ik_segment_has_sound(seg, IK_SECTION_STORED_INDEX, 0) ||
	    seg->stored_index.len < 2 * IK_STORED_ENTRY)
		return ik_stored_rebuild(seg, err);
	last = seg->stored_index.p + seg->stored_index.len - IK_STORED_ENTRY;
	if (seg->n_docs == 0)
		seg->n_docs = ik_load32(last);
	return seg->stored.p == NULL || seg->n_docs == 0 || seg->n_docs > IK_DOCS_MAX ||
	               seg->stored_index.len % IK_STORED_ENTRY != 0
	           ? ik_stored_rebuild(seg, err)
	           : 0;
}

int ik_segment_open_damaged(struct ik_dir *dir, const char *name, uint32_t n_docs,
                            struct ik_segment **out, ink_error *err)
{
	int rc = ik_segment_map(dir, name, out, err);
	struct ik_segment *seg = *out;
	uint32_t version = 0;

	if (rc != 0)
		return rc;
	if (seg->in->len <= IK_HEADER_LEN + IK_FOOTER_LEN)
		rc = ik_segment_corrupt(seg, err, "header", "the file is too short");
	else
		read_header(seg, &version);
	if (rc == 0 && version != 0 && version != IK_FORMAT_VERSION)
		rc = ik_fail(err, INK_EFORMAT, "%s: format version %u, this Inkstone reads %d",
		             seg->name, (unsigned)version, IK_FORMAT_VERSION);
	if (rc == 0) {
		seg->n_docs = n_docs != 0 && n_docs <= IK_DOCS_MAX ? n_docs : seg->n_docs;
		rc = find_stored(seg, err);
	}
	if (rc != 0) {
		ik_segment_unref(seg);
		*out = NULL;
	}
	return rc;
}
