/*
 * memindex.c - inverting documents in memory.
 *
 * Layer: index. The analyzer hands over one token after another; terms and
 * postings are in memterms.c, and flush.c makes a segment of it all. Stored
 * values are packed as they come, so they wait in their compressed form.
 */
#include "index/memindex.h"

#include <string.h>

#include "base/mem.h"
#include "codec/norm.h"
#include "index/pretoken.h"
#include "index/stamp.h"
#include "segment/column.h"
#include "segment/format.h"

#define ENCODED_MAX ((size_t)UINT32_MAX)
#define ENCODED_KEPT ((size_t)1 << 20) /* bytes that stay for the next document */
#define DEFLATE_BYTES ((size_t)200 << 10) /* a compressor of level 1: libdeflate 1.14 */

/* Which IK_PART_* a field's part has. */
static uint32_t part_flags(const struct ik_field *field, uint32_t gram)
{
	uint32_t flags = IK_PART_FREQS | IK_PART_NORMS;

	if (field->type != INK_TEXT)
		return 0;
	/* Nobody asks where exact forms stand, which are the other terms beside grams: words tell. */
	if ((field->flags & INK_NO_POSITIONS) == 0)
		flags |= IK_PART_POSITIONS | (gram ? IK_PART_UNBROKEN : 0u);
	return flags;
}

static struct ik_mem_part *pairs_of(const struct ik_memindex *m, uint32_t field)
{
	return &m->parts[ik_part(m->schema->n, 0) + field];
}

static int open_fields(struct ik_memindex *m, ink_error *err)
{
	for (uint32_t f = 0; f < m->schema->n; f++) {
		const struct ik_field *field = &m->schema->fields[f];

		m->parts[ik_part(f, 0)].flags = part_flags(field, 0);
		m->parts[ik_part(f, 1)].flags = part_flags(field, 1);
		pairs_of(m, f)->flags = IK_PART_FREQS | IK_PART_NORMS;
		if (field->flags & INK_STORED)
			m->stores = 1;
		if (field->type == INK_TEXT) {
			int rc = ik_analyzer_of_field(field->name, field->analyzer,
			                              &m->analyzers[f], err);

			if (rc != 0)
				return rc;
		}
	}
	return 0;
}

int ik_memindex_new(const struct ik_schema *schema, struct ik_memindex **out, ink_error *err)
{
	struct ik_memindex *m = ik_zalloc(sizeof *m);
	int rc;

	*out = NULL;
	if (m == NULL)
		return ik_fail_nomem(err);
	ik_buf_init(&m->encoded, ENCODED_MAX);
	m->analyzers = ik_zarray(schema->n, sizeof *m->analyzers);
	m->parts = ik_zarray(schema->n, IK_MEM_KINDS * sizeof *m->parts);
	m->columns = ik_zarray(schema->n, sizeof *m->columns);
	rc = ik_schema_copy(schema, &m->schema, err);
	if (rc == 0 && (m->analyzers == NULL || m->parts == NULL || m->columns == NULL))
		rc = ik_fail_nomem(err);
	if (rc == 0)
		rc = ik_analysis_new(&m->analysis, err);
	if (rc == 0)
		rc = open_fields(m, err);
	if (rc == 0 && (m->stamp = ik_stamp_own(schema)) == NULL)
		rc = ik_fail_nomem(err);
	if (rc == 0)
		rc = ik_stored_builder_init(&m->stored, err);
	if (rc != 0) {
		ik_memindex_free(m);
		return rc;
	}
	*out = m;
	return 0;
}

static void free_blocks(struct ik_memindex *m)
{
	for (size_t i = 0; i < m->blocks.n; i++)
		ik_free(m->blocks.v[i].data);
	m->blocks.n = 0;
}

/* Drop what the documents left in the parts and columns. */
static void free_fields(struct ik_memindex *m)
{
	for (uint32_t p = 0; m->parts != NULL && p < IK_MEM_KINDS * m->schema->n; p++) {
		struct ik_mem_part *part = &m->parts[p];
		uint32_t flags = part->flags & ~(uint32_t)IK_PART_FREE;

		ik_free(part->slots);
		ik_free(part->terms_room);
		ik_vec_free(&part->norms);
		memset(part, 0, sizeof *part);
		part->flags = flags;
	}
	for (uint32_t f = 0; m->columns != NULL && f < m->schema->n; f++) {
		ik_vec_free(&m->columns[f].docs);
		ik_vec_free(&m->columns[f].values);
		ik_vec_free(&m->columns[f].terms);
	}
}

void ik_memindex_free(struct ik_memindex *m)
{
	if (m == NULL)
		return;
	if (m->schema != NULL) {
		free_fields(m);
		for (uint32_t f = 0; m->analyzers != NULL && f < m->schema->n; f++)
			ik_analyzer_unref(m->analyzers[f]);
	}
	free_blocks(m);
	ik_vec_free(&m->blocks);
	ik_vec_free(&m->seqs);
	ik_stored_builder_free(&m->stored);
	ik_buf_free(&m->encoded);
	ik_mem_pairs_free(&m->pairs);
	ik_slices_free(&m->slices);
	ik_arena_free(&m->arena);
	ik_analysis_free(m->analysis);
	ik_free(m->analyzers);
	ik_free(m->stamp);
	ik_free(m->parts);
	ik_free(m->columns);
	ik_schema_free(m->schema);
	ik_free(m);
}

int ik_memindex_reset(struct ik_memindex *m, ink_error *err)
{
	free_fields(m);
	free_blocks(m);
	ik_slices_reset(&m->slices);
	ik_arena_free(&m->arena);
	m->n_docs = 0;
	for (int i = 0; i < IK_MEM_KINDS; i++)
		m->batch[i].n = m->batch[i].used = 0;
	m->tally.n = 0;
	m->tally.n_terms = 0;
	m->seqs.n = 0;
	m->fixed = 0;
	m->unkept = 0;
	ik_stored_builder_free(&m->stored);
	return ik_stored_builder_init(&m->stored, err);
}

size_t ik_memindex_standing(const struct ik_memindex *m)
{
	return (m->stores ? DEFLATE_BYTES : 0) + sizeof *m + m->encoded.cap +
	       m->stored.docs.cap + m->stored.packed.cap + ik_analysis_bytes(m->analysis);
}

size_t ik_memindex_bytes(const struct ik_memindex *m)
{
	return ik_memindex_standing(m) + ik_slices_bytes(&m->slices) + m->arena.total + m->fixed +
	       m->seqs.cap * sizeof *m->seqs.v + m->blocks.cap * sizeof *m->blocks.v;
}

/* ---- text ---- */

static size_t part_bytes(const struct ik_mem_part *part)
{
	return (part->mask == 0 ? 0 : (size_t)part->mask + 1) * sizeof *part->slots +
	       part->terms_cap * sizeof *part->terms + part->norms.cap;
}

static void open_part(struct ik_memindex *m, struct ik_mem_part *part)
{
	if (part->open)
		return;
	m->fixed -= part_bytes(part);
	part->open = 1;
	part->length = 0;
	part->base = 0;
	part->next = 0;
}

static struct ik_mem_sink sink_of(struct ik_memindex *m, uint32_t field, ink_error *err)
{
	struct ik_mem_part *words = &m->parts[ik_part(field, 0)];
	int has_pairs = (m->schema->fields[field].flags & INK_PAIRS) != 0;

	return (struct ik_mem_sink){ { ik_mem_token }, m, { words, words + 1, pairs_of(m, field) },
		                     has_pairs, err };
}

static int add_text(struct ik_memindex *m, const struct ik_value *value, ink_error *err)
{
	struct ik_mem_sink s = sink_of(m, value->field, err);
	int is_free = value->tokens != NULL || ik_analysis_lexicon(m->analysis) != NULL;
	int rc;

	for (int i = 0; i < IK_MEM_KINDS; i++) {
		open_part(m, s.parts[i]);
		if (s.parts[i]->base > INT32_MAX) /* one value adds less */
			return ik_fail(err, INK_ELIMIT, "a document of over 2^31 positions");
		if (is_free)
			s.parts[i]->flags |= IK_PART_FREE;
	}
	ik_mem_pairs_begin(&m->pairs);
	if (value->tokens != NULL)
		rc = ik_pretoken_run(value, &s.sink);
	else
		rc = ik_analyze(m->analyzers[value->field], m->analysis, IK_FOR_DOC, value->text,
		                value->len, &s.sink, err);
	if (rc == 0 && ik_mem_settle(m, s.parts) != 0)
		rc = ik_fail_nomem(err);
	for (int i = 0; i < IK_MEM_PAIRS; i++)
		s.parts[i]->base = s.parts[i]->next + IK_VALUE_GAP;
	return rc;
}

/* The document is over: its length in this part, if it has anything there. */
static int close_part(struct ik_memindex *m, struct ik_mem_part *part)
{
	size_t want = (size_t)m->n_docs + 1;
	uint32_t length = part->length;

	if (!part->open)
		return 0;
	part->open = 0;
	if (part->next > 0) {
		if (length == 0)
			length = 1; /* never 0, which means: has nothing here */
		part->docs++;
		part->sum_len += length;
		if (part->flags & IK_PART_NORMS) {
			if (ik_vec_reserve(&part->norms, want) != 0)
				return -1;
			memset(part->norms.v + part->norms.n, 0, want - part->norms.n);
			part->norms.v[want - 1] = ik_norm_encode(length);
			part->norms.n = want;
		}
	}
	m->fixed += part_bytes(part);
	return 0;
}

/* ---- keywords and numbers ---- */

static size_t column_bytes(const struct ik_mem_column *c)
{
	return c->docs.cap * sizeof *c->docs.v + c->values.cap * sizeof *c->values.v +
	       c->terms.cap * sizeof *c->terms.v;
}

static int add_keyword(struct ik_memindex *m, const struct ik_value *value)
{
	struct ik_mem_part *part = &m->parts[ik_part(value->field, 0)];
	struct ik_mem_column *column = &m->columns[value->field];
	size_t had = column_bytes(column);
	struct ik_mem_key key;
	uint32_t term;

	open_part(m, part);
	ik_mem_key_init(&key, value->text, (uint32_t)value->len);
	term = ik_mem_intern(m, part, &key);
	if (term == IK_MEM_NONE || ik_vec_reserve(&column->docs, column->docs.n + 1) != 0 ||
	    ik_vec_reserve(&column->terms, column->terms.n + 1) != 0)
		return -1;
	m->fixed += column_bytes(column) - had;
	part->next = 1;
	if (part->terms[term].next > m->n_docs)
		return 0; /* the same value again */
	part->length++;
	column->docs.v[column->docs.n++] = m->n_docs;
	column->terms.v[column->terms.n++] = term;
	return ik_mem_occur(m, &part->terms[term], m->n_docs);
}

static int add_number(struct ik_memindex *m, const struct ik_value *value)
{
	struct ik_mem_column *column = &m->columns[value->field];
	size_t had = column_bytes(column);

	if (ik_vec_reserve(&column->docs, column->docs.n + 1) != 0 ||
	    ik_vec_reserve(&column->values, column->values.n + 1) != 0)
		return -1;
	m->fixed += column_bytes(column) - had;
	column->docs.v[column->docs.n++] = m->n_docs;
	column->values.v[column->values.n++] =
		value->type == INK_F64 ? ik_column_from_f64(value->f64) : value->i64;
	return 0;
}

static int add_value(struct ik_memindex *m, const struct ik_value *value, ink_error *err)
{
	int rc = 0;

	switch (value->type) {
	case INK_TEXT: return add_text(m, value, err);
	case INK_KEYWORD: rc = add_keyword(m, value); break;
	case INK_I64:
	case INK_F64:
	case INK_DATE: rc = add_number(m, value); break;
	default: break;
	}
	return rc == 0 ? 0 : ik_fail_nomem(err);
}

/* ---- stored values ---- */

/* Keep the block that was just packed. */
static int keep_block(struct ik_memindex *m)
{
	struct ik_mem_block *block;

	m->unkept = 1;
	block = ik_vec_push(&m->blocks);
	if (block == NULL)
		return -1;
	block->len = m->stored.packed.len;
	block->n = m->stored.packed_docs;
	block->data = ik_alloc(block->len);
	if (block->data == NULL) {
		m->blocks.n--;
		return -1;
	}
	memcpy(block->data, m->stored.packed.data, block->len);
	m->fixed += block->len;
	m->unkept = 0;
	return 0;
}

static int store(struct ik_memindex *m, const struct ik_doc *doc, ink_error *err)
{
	int rc;

	if (!m->stores)
		return 0;
	ik_buf_clear(&m->encoded);
	ik_doc_encode(doc, &m->encoded);
	if (m->encoded.err != 0)
		return ik_fail_nomem(err);
	rc = ik_stored_add(&m->stored, m->encoded.data, m->encoded.len, err);
	if (m->encoded.cap > ENCODED_KEPT)
		ik_buf_free(&m->encoded);
	if (rc == 1)
		rc = keep_block(m) == 0 ? 0 : ik_fail_nomem(err);
	return rc;
}

int ik_memindex_pack(struct ik_memindex *m, ink_error *err)
{
	int rc;

	if (m->unkept && keep_block(m) != 0)
		return ik_fail_nomem(err);
	rc = m->stores ? ik_stored_flush(&m->stored, err) : 0;
	if (rc == 1)
		rc = keep_block(m) == 0 ? 0 : ik_fail_nomem(err);
	return rc;
}

int ik_memindex_add(struct ik_memindex *m, const struct ik_doc *doc, uint32_t seq, ink_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < doc->values.n; i++)
		rc = add_value(m, &doc->values.v[i], err);
	for (size_t i = 0; rc == 0 && i < doc->values.n; i++) {
		uint32_t field = doc->values.v[i].field;
		struct ik_mem_part *parts = &m->parts[ik_part(field, 0)];

		if (close_part(m, &parts[0]) != 0 || close_part(m, &parts[1]) != 0 ||
		    close_part(m, pairs_of(m, field)) != 0)
			rc = ik_fail_nomem(err);
	}
	if (rc == 0)
		rc = store(m, doc, err);
	if (rc == 0 && m->schema->key != IK_NO_FIELD) {
		uint32_t *slot = ik_vec_push(&m->seqs);

		if (slot == NULL)
			return ik_fail_nomem(err);
		*slot = seq;
	}
	if (rc == 0)
		m->n_docs++;
	return rc;
}
