/*
 * segment_finish.c - the sections that a segment's writer kept, and its table.
 *
 * Layer: segment. Format: FORMAT.md, "Segment".
 */
#include "segment/segment_writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "segment/meta.h"

static int put_section(struct ik_segment_writer *w, uint32_t kind, uint32_t id, const void *data,
                       size_t len, ink_error *err)
{
	ik_writer_begin_section(w, kind, id);
	ik_file_put(&w->file, data, len);
	return ik_writer_end_section(w, err);
}

static int put_norms(struct ik_segment_writer *w, ink_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < w->parts.n && rc == 0; i++)
		if (w->parts.v[i].norms != NULL)
			rc = put_section(w, IK_SECTION_NORMS, w->parts.v[i].desc.part,
			                 w->parts.v[i].norms, w->n_docs, err);
	return rc;
}

static int put_columns(struct ik_segment_writer *w, ink_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < w->columns.n && rc == 0; i++)
		rc = put_section(w, w->columns.v[i].kind, w->columns.v[i].field,
		                 w->columns.v[i].bytes.data, w->columns.v[i].bytes.len, err);
	return rc;
}

static void put_f64(struct ik_buf *buf, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof bits);
	ik_buf_put_u64(buf, bits);
}

static void encode_meta(const struct ik_segment_writer *w, struct ik_buf *buf)
{
	put_f64(buf, w->k1);
	put_f64(buf, w->b);
	ik_buf_put_u64(buf, w->dict.terms);
	ik_buf_put_u32(buf, (uint32_t)w->parts.n);
	ik_buf_put_u32(buf, w->reordered ? IK_META_REORDERED : 0);
	for (size_t i = 0; i < w->parts.n; i++) {
		const struct ik_writer_part *part = &w->parts.v[i];

		ik_buf_put_u32(buf, part->desc.part);
		ik_buf_put_u32(buf, part->desc.flags);
		ik_buf_put_u32(buf, part->desc.docs);
		ik_buf_put_u32(buf, 0);
		ik_buf_put_u64(buf, part->desc.sum_len);
		ik_buf_put_u64(buf, part->first_term);
		ik_buf_put_u64(buf, part->terms);
		ik_buf_put_u64(buf, part->postings);
	}
}

static int put_meta(struct ik_segment_writer *w, ink_error *err)
{
	struct ik_buf buf;
	int rc;

	ik_buf_init(&buf, IK_SECTION_MAX);
	encode_meta(w, &buf);
	rc = buf.err != 0 ? ik_fail_nomem(err)
	                  : put_section(w, IK_SECTION_META, 0, buf.data, buf.len, err);
	ik_buf_free(&buf);
	return rc;
}

static int by_key(const void *a, const void *b)
{
	const struct ik_writer_section *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static void put_table(struct ik_segment_writer *w)
{
	static const uint8_t guard[IK_SECTION_GUARD];
	uint8_t entry[IK_SECTION_LEN], footer[IK_FOOTER_LEN];
	uint64_t at;
	size_t n = w->sections.n;

	ik_file_put(&w->file, guard, sizeof guard);
	ik_file_align(&w->file, IK_SECTION_ALIGN);
	at = w->file.at;
	ik_file_crc_start(&w->file);
	qsort(w->sections.v, n, sizeof *w->sections.v, by_key);
	for (size_t i = 0; i < n; i++) {
		const struct ik_writer_section *s = &w->sections.v[i];

		memset(entry, 0, sizeof entry);
		ik_store32(entry, s->kind);
		ik_store32(entry + 4, s->id);
		ik_store64(entry + 8, s->offset);
		ik_store64(entry + 16, s->len);
		ik_store32(entry + 24, s->crc);
		ik_file_put(&w->file, entry, sizeof entry);
	}
	ik_store64(footer, at);
	ik_store32(footer + 8, (uint32_t)n);
	ik_store32(footer + 12, w->file.crc);
	ik_store64(footer + 16, w->file.at + IK_FOOTER_LEN);
	memcpy(footer + 24, IK_SEGMENT_MAGIC, IK_MAGIC_LEN);
	ik_file_put(&w->file, footer, sizeof footer);
}

static int put_rest(struct ik_segment_writer *w, ink_error *err)
{
	int rc = ik_writer_end_stored(w, err);

	if (rc == 0)
		rc = ik_writer_end_section(w, err);
	if (rc == 0)
		rc = put_section(w, IK_SECTION_DICT, 0, w->dict.blocks.data, w->dict.blocks.len,
		                 err);
	if (rc == 0)
		rc = put_section(w, IK_SECTION_DICT_INDEX, 0, w->dict.index.data,
		                 w->dict.index.len, err);
	if (rc == 0)
		rc = ik_frequent_end(&w->frequent, err);
	if (rc == 0)
		rc = put_section(w, IK_SECTION_FREQUENT, 0, w->frequent.section.data,
		                 w->frequent.section.len, err);
	if (rc == 0)
		rc = put_norms(w, err);
	if (rc == 0)
		rc = put_columns(w, err);
	if (rc == 0)
		rc = put_section(w, IK_SECTION_STORED_INDEX, 0, w->stored_index.data,
		                 w->stored_index.len, err);
	if (rc == 0)
		rc = put_section(w, IK_SECTION_ORIGIN, 0, w->origin.data, w->origin.len, err);
	return rc == 0 ? put_meta(w, err) : rc;
}

int ik_segment_finish(struct ik_segment_writer *w, uint64_t *bytes, ink_error *err)
{
	int rc = put_rest(w, err);

	*bytes = 0;
	if (rc != 0) {
		ik_segment_abort(w);
		return rc;
	}
	put_table(w);
	*bytes = w->file.at;
	rc = ik_file_finish(&w->file, 1, err);
	ik_writer_free(w);
	return rc;
}
