/*
 * salvage_docs.c - documents of a damaged segment, indexed anew.
 *
 * Layer: index. From their stored values and, for fields that are not stored,
 * from columns that are whole.
 */
#include "base/mem.h"
#include "index/salvage_impl.h"
#include "segment/column.h"
#include "segment/dict.h"
#include "segment/format.h"
#include "segment/stored.h"

/* Where values of a field that is not stored come from. */
struct source {
	uint32_t field;
	struct ik_column column;
	struct ik_dict_iter terms; /* of a keyword's ordinals */
};

struct redo {
	struct ik_salvage *s;
	struct ik_segment *seg;
	IK_VEC(struct source) sources;
	int bare; /* a field has something that is not there to be copied */
	uint64_t refused;
	ink_error why; /* of the first that was refused */
};

/* ---- fields that are not stored ---- */

/* Are the values of a field there? 1 and *column, 0, or -1 when they are damaged. */
static int open_column(const struct ik_segment *seg, uint32_t field, int32_t type,
                       struct ik_column *column)
{
	uint32_t kind = type == INK_KEYWORD ? IK_SECTION_ORDINALS : IK_SECTION_NUMBERS;

	if (seg->table == NULL)
		return -1;
	if (ik_segment_section(seg, kind, field).p == NULL)
		return 0;
	if (!ik_segment_has_sound(seg, kind, field))
		return -1;
	if (type != INK_KEYWORD)
		return ik_column_numbers(seg, field, column, NULL) == 1 ? 1 : -1;
	if (!ik_segment_has_sound(seg, IK_SECTION_DICT, 0) ||
	    !ik_segment_has_sound(seg, IK_SECTION_DICT_INDEX, 0))
		return -1;
	return ik_column_ordinals(seg, field, column, NULL) == 1 ? 1 : -1;
}

static int add_source(struct redo *r, uint32_t field, ink_error *err)
{
	int32_t type = r->s->w->schema->fields[field].type;
	struct source source = {.field = field}, *slot;
	int rc;

	if (type == INK_TEXT) {
		/* Nothing keeps it but its terms. */
		r->bare |= r->seg->n_parts == 0 ||
		           ik_segment_part(r->seg, ik_part(field, 0)) != NULL;
		return 0;
	}
	if (type == INK_BYTES)
		return 0;
	rc = open_column(r->seg, field, type, &source.column);
	r->bare |= rc < 0;
	if (rc <= 0)
		return 0;
	slot = ik_vec_push(&r->sources);
	if (slot == NULL)
		return ik_fail_nomem(err);
	*slot = source;
	ik_dict_iter_open(&slot->terms, r->seg, ik_part(field, 0));
	return 0;
}

static int open_sources(struct redo *r, ink_error *err)
{
	const struct ik_schema *schema = r->s->w->schema;
	int rc = 0;

	for (uint32_t f = 0; rc == 0 && f < schema->n; f++)
		if ((schema->fields[f].flags & INK_STORED) == 0)
			rc = add_source(r, f, err);
	return rc;
}

static int add_value(struct ik_doc *doc, struct source *from, int64_t v, ink_error *err)
{
	const struct ik_field *field = &doc->schema->fields[from->field];
	int rc;

	if (field->type == INK_F64)
		return ik_doc_add_f64(doc, field->name, ik_column_to_f64(v), err);
	if (field->type != INK_KEYWORD)
		return ik_doc_add_i64(doc, field->name, v, err);
	rc = ik_dict_iter_seek_ord(&from->terms, (uint64_t)v, err);
	if (rc == 0)
		rc = ik_dict_iter_next(&from->terms, err);
	return rc != 1 ? rc
	               : ik_doc_add_text(doc, field->name, (const char *)from->terms.term.data,
	                                 from->terms.term.len, err);
}

static int add_values(struct redo *r, uint32_t i, struct ik_doc *doc, ink_error *err)
{
	int rc = 0;

	for (size_t k = 0; rc == 0 && k < r->sources.n; k++) {
		struct source *from = &r->sources.v[k];
		uint64_t first;
		uint32_t n = ik_column_span(&from->column, i, &first);

		for (uint32_t j = 0; rc == 0 && j < n; j++)
			rc = add_value(doc, from, ik_column_at(&from->column, first + j), err);
	}
	return rc;
}

/* ---- documents ---- */

/* Into the new index. */
static int put(struct redo *r, struct ik_stored_reader *reader, uint32_t i, struct ik_doc *doc,
               ink_error *err)
{
	const uint8_t *p;
	size_t len;
	int rc = ik_stored_get(reader, i, &p, &len, err);

	ik_doc_clear(doc);
	if (rc == 0 && len > 0)
		rc = ik_doc_decode(p, p + len, doc, err);
	if (rc == 0)
		rc = add_values(r, i, doc, err);
	if (rc != 0)
		return rc;
	return doc->schema->key != IK_NO_FIELD ? ik_writer_update(r->s->w, doc, err)
	                                       : ik_writer_add(r->s->w, doc, err);
}

/* What is wrong with one document does not end the salvage. */
static int is_its_own(int rc)
{
	return rc == INK_ECORRUPT || rc == INK_ESCHEMA || rc == INK_ELIMIT || rc == INK_EINVAL;
}

static int put_all(struct redo *r, const struct ik_live *live, ink_error *err)
{
	struct ik_stored_reader reader;
	struct ik_doc doc;
	int rc = 0;

	ik_doc_init(&doc, r->s->w->schema);
	ik_stored_reader_init(&reader, r->seg);
	for (uint32_t i = 0; rc == 0 && i < r->seg->n_docs; i++) {
		ink_error why;

		if (i % IK_SALVAGE_LOOK == 0)
			rc = ik_salvage_step(r->s, err);
		if (rc != 0 || !ik_live_has(live, i))
			continue;
		rc = put(r, &reader, i, &doc, &why);
		if (rc == 0) {
			r->s->stats.bare += r->bare != 0;
			r->s->now.done++;
		} else if (is_its_own(rc) && ik_writer_ok(r->s->w, NULL) == 0) {
			if (r->refused++ == 0)
				r->why = why;
			rc = 0;
		} else if (err != NULL) {
			*err = why;
		}
	}
	ik_stored_reader_free(&reader);
	ik_doc_release(&doc);
	return rc;
}

int ik_salvage_docs(struct ik_salvage *s, struct ik_segment *seg, const struct ik_live *live,
                    ink_error *err)
{
	struct redo r = {.s = s, .seg = seg};
	int rc = open_sources(&r, err);

	if (rc == 0)
		rc = put_all(&r, live, err);
	if (rc == 0 && r.refused > 0)
		rc = ik_salvage_lose(s, seg->name, "", r.why.message, r.refused, err);
	for (size_t i = 0; i < r.sources.n; i++)
		ik_dict_iter_free(&r.sources.v[i].terms);
	ik_vec_free(&r.sources);
	return rc;
}
