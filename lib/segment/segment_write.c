/*
 * segment_write.c - writing a segment, from front to back.
 *
 * Layer: segment. Format: FORMAT.md, "Segment".
 *
 * Stored documents and posting lists go straight to the file; the rest waits
 * in memory for segment_finish.c, as each section has to be in one piece.
 */
#include "segment/segment_writer.h"

#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "segment/column_write.h"
#include "segment/dict.h"
#include "segment/meta.h"

void ik_writer_free(struct ik_segment_writer *w)
{
	for (size_t i = 0; i < w->parts.n; i++)
		ik_free(w->parts.v[i].norms);
	for (size_t i = 0; i < w->columns.n; i++)
		ik_buf_free(&w->columns.v[i].bytes);
	ik_vec_free(&w->parts);
	ik_vec_free(&w->columns);
	ik_vec_free(&w->sections);
	ik_dict_writer_free(&w->dict);
	ik_frequent_writer_free(&w->frequent);
	ik_post_builder_free(&w->post);
	ik_buf_free(&w->term);
	ik_buf_free(&w->stored_index);
	ik_buf_free(&w->origin);
	ik_free(w->name);
	ik_free(w);
}

void ik_segment_abort(struct ik_segment_writer *w)
{
	if (w == NULL)
		return;
	ik_file_abort(&w->file);
	ik_writer_free(w);
}

static void put_header(struct ik_segment_writer *w)
{
	uint8_t header[IK_HEADER_LEN] = {0};

	memcpy(header, IK_SEGMENT_MAGIC, IK_MAGIC_LEN);
	ik_store32(header + 8, IK_FORMAT_VERSION);
	ik_store32(header + 12, w->n_docs);
	ik_file_crc_start(&w->file);
	ik_file_put(&w->file, header, IK_HEADER_LEN - 4);
	ik_store32(header + IK_HEADER_LEN - 4, w->file.crc);
	ik_file_put(&w->file, header + IK_HEADER_LEN - 4, 4);
}

int ik_segment_create(struct ik_dir *dir, const char *name, uint32_t n_docs, double k1, double b,
                      struct ik_segment_writer **out, ink_error *err)
{
	struct ik_segment_writer *w;
	int rc;

	*out = NULL;
	if (n_docs == 0 || n_docs > IK_DOCS_MAX)
		return ik_fail(err, INK_ELIMIT, "%s: a segment of %u documents", name,
		               (unsigned)n_docs);
	w = ik_zalloc(sizeof *w);
	if (w == NULL)
		return ik_fail_nomem(err);
	w->n_docs = n_docs;
	w->k1 = k1;
	w->b = b;
	ik_dict_writer_init(&w->dict);
	ik_frequent_writer_init(&w->frequent);
	ik_post_builder_init(&w->post);
	ik_buf_init(&w->term, IK_DICT_KEY_MAX);
	ik_buf_init(&w->stored_index, IK_SECTION_MAX);
	ik_buf_init(&w->origin, IK_SECTION_MAX);
	w->name = ik_strndup(name, strlen(name));
	rc = w->name == NULL ? ik_fail_nomem(err) : ik_file_create(&w->file, dir, name, err);
	if (rc != 0) {
		memset(&w->file, 0, sizeof w->file);
		ik_segment_abort(w);
		return rc;
	}
	put_header(w);
	*out = w;
	return 0;
}

void ik_segment_set_lasting(struct ik_segment_writer *w)
{
	ik_file_in_large_pages(&w->file);
}

void ik_segment_set_reordered(struct ik_segment_writer *w)
{
	w->reordered = 1;
}

int ik_segment_set_origin(struct ik_segment_writer *w, const void *data, size_t len,
                          ink_error *err)
{
	ik_buf_clear(&w->origin);
	ik_buf_put(&w->origin, data, len);
	return w->origin.err != 0 ? ik_fail_nomem(err) : 0;
}

/* What a streaming call answers: failures of the file show at once, not only at the end. */
static int file_status(const struct ik_segment_writer *w, ink_error *err)
{
	if (w->file.rc != 0 && err != NULL)
		*err = w->file.err;
	return w->file.rc;
}

/* ---- sections ---- */

void ik_writer_begin_section(struct ik_segment_writer *w, uint32_t kind, uint32_t id)
{
	ik_assert(w->open.kind == 0);
	ik_file_align(&w->file, IK_SECTION_ALIGN);
	ik_file_crc_start(&w->file);
	w->open = (struct ik_writer_section){kind, id, w->file.at, 0, 0};
}

int ik_writer_end_section(struct ik_segment_writer *w, ink_error *err)
{
	struct ik_writer_section *s;

	w->open.len = w->file.at - w->open.offset;
	w->open.crc = w->file.crc;
	if (w->open.kind != 0 && w->open.len > 0) {
		s = ik_vec_push(&w->sections);
		if (s == NULL)
			return ik_fail_nomem(err);
		*s = w->open;
	}
	w->open.kind = 0;
	return 0;
}

/* ---- what is streamed ---- */

int ik_segment_put_stored_block(struct ik_segment_writer *w, const void *data, size_t len,
                                uint32_t n, ink_error *err)
{
	ik_assert(w->open.kind == 0 || w->open.kind == IK_SECTION_STORED);
	ik_assert(n > 0 && n <= w->n_docs - w->stored_docs && len > 4);
	if (w->open.kind == 0)
		ik_writer_begin_section(w, IK_SECTION_STORED, 0);
	ik_buf_put_u32(&w->stored_index, w->stored_docs);
	ik_buf_put_u64(&w->stored_index, w->file.at - w->open.offset);
	if (w->stored_index.err != 0)
		return ik_fail_nomem(err);
	ik_file_put(&w->file, data, len);
	w->stored_docs += n;
	return file_status(w, err);
}

int ik_writer_end_stored(struct ik_segment_writer *w, ink_error *err)
{
	if (w->open.kind != IK_SECTION_STORED)
		return 0;
	ik_assert(w->stored_docs == w->n_docs);
	ik_buf_put_u32(&w->stored_index, w->stored_docs);
	ik_buf_put_u64(&w->stored_index, w->file.at - w->open.offset);
	if (w->stored_index.err != 0)
		return ik_fail_nomem(err);
	return ik_writer_end_section(w, err);
}

static int copy_norms(struct ik_segment_writer *w, struct ik_writer_part *part, ink_error *err)
{
	if ((part->desc.flags & IK_PART_NORMS) == 0)
		return 0;
	part->norms = ik_alloc(w->n_docs);
	if (part->norms == NULL)
		return ik_fail_nomem(err);
	memcpy(part->norms, part->desc.norms, w->n_docs);
	part->desc.norms = part->norms;
	return 0;
}

int ik_segment_begin_part(struct ik_segment_writer *w, const struct ik_part_desc *desc,
                          ink_error *err)
{
	struct ik_writer_part *part;
	int rc = ik_writer_end_stored(w, err);

	if (rc != 0)
		return rc;
	if (desc->part > IK_PART_MAX)
		return ik_fail(err, INK_ELIMIT, "%s: part %u", w->name, (unsigned)desc->part);
	ik_assert(w->parts.n == 0 || w->parts.v[w->parts.n - 1].desc.part < desc->part);
	ik_assert(desc->docs <= w->n_docs);
	if (w->open.kind == 0)
		ik_writer_begin_section(w, IK_SECTION_POSTINGS, 0);
	part = ik_vec_push(&w->parts);
	if (part == NULL)
		return ik_fail_nomem(err);
	*part = (struct ik_writer_part){*desc, w->dict.terms, 0, 0, NULL};
	if ((desc->flags & IK_PART_NORMS) == 0)
		part->desc.norms = NULL;
	ik_bm25_init(&w->bm25, w->k1, w->b, ik_part_avg(desc->docs, desc->sum_len));
	return copy_norms(w, part, err);
}

static struct ik_writer_part *open_part(struct ik_segment_writer *w)
{
	ik_assert(w->parts.n > 0);
	return &w->parts.v[w->parts.n - 1];
}

int ik_segment_begin_term(struct ik_segment_writer *w, const char *term, size_t len,
                          ink_error *err)
{
	const struct ik_writer_part *part = open_part(w);

	if (len > IK_DICT_KEY_MAX)
		return ik_fail(err, INK_ELIMIT, "%s: a term of %zu bytes", w->name, len);
	ik_buf_clear(&w->term);
	ik_buf_put(&w->term, term, len);
	if (w->term.err != 0)
		return ik_fail_nomem(err);
	ik_post_begin(&w->post, w->n_docs, ik_list_flags(part->desc.flags, term, len), part->norms,
	              &w->bm25);
	return 0;
}

int ik_segment_posting(struct ik_segment_writer *w, uint32_t doc, uint32_t tf,
                       const uint32_t *gaps, ink_error *err)
{
	return ik_post_add(&w->post, doc, tf, gaps, err);
}

int ik_segment_postings(struct ik_segment_writer *w, const uint32_t *docs, const uint32_t *freqs,
                        size_t n, const uint32_t *gaps, size_t n_gaps, ink_error *err)
{
	return ik_post_add_many(&w->post, docs, freqs, n, gaps, n_gaps, err);
}

int ik_segment_put_list(struct ik_segment_writer *w, const uint8_t *list, size_t len,
                        ink_error *err)
{
	return ik_post_add_list(&w->post, list, len, err);
}

int ik_segment_end_term(struct ik_segment_writer *w, ink_error *err)
{
	struct ik_writer_part *part = open_part(w);
	const struct ik_buf *blob = &w->post.blob;
	struct ik_dict_entry entry;
	int rc = ik_post_end(&w->post, err);

	if (rc != 0 || w->post.docs.n == 0)
		return rc;
	entry = (struct ik_dict_entry){
		part->desc.part,
		(const char *)w->term.data,
		w->term.len,
		(uint32_t)w->post.docs.n,
		blob->data,
		blob->len,
		w->file.at - w->open.offset,
	};
	rc = ik_dict_writer_add(&w->dict, &entry, err);
	if (rc == 0)
		rc = ik_frequent_add(&w->frequent, &entry, err);
	if (rc != 0)
		return rc;
	if (!ik_dict_inline(blob->len))
		ik_file_put(&w->file, blob->data, blob->len);
	part->terms++;
	part->postings += w->post.docs.n;
	return file_status(w, err);
}

uint64_t ik_segment_part_terms(const struct ik_segment_writer *w)
{
	return w->parts.n == 0 ? 0 : w->parts.v[w->parts.n - 1].terms;
}

/* ---- columns ---- */

static int put_column(struct ik_segment_writer *w, uint32_t kind, uint32_t field,
                      const struct ik_column_input *in, ink_error *err)
{
	struct ik_writer_column *column;

	if (in->n == 0)
		return 0;
	column = ik_vec_push(&w->columns);
	if (column == NULL)
		return ik_fail_nomem(err);
	column->kind = kind;
	column->field = field;
	ik_buf_init(&column->bytes, IK_SECTION_MAX);
	return ik_column_encode(in, &column->bytes, err);
}

int ik_segment_put_numbers(struct ik_segment_writer *w, uint32_t field, const uint32_t *docs,
                           const int64_t *values, size_t n, ink_error *err)
{
	struct ik_column_input in = {w->n_docs, docs, values, NULL, n};

	return put_column(w, IK_SECTION_NUMBERS, field, &in, err);
}

int ik_segment_put_ordinals(struct ik_segment_writer *w, uint32_t field, const uint32_t *docs,
                            const uint32_t *ords, size_t n, ink_error *err)
{
	struct ik_column_input in = {w->n_docs, docs, NULL, ords, n};

	return put_column(w, IK_SECTION_ORDINALS, field, &in, err);
}
