/*
 * check_data.c - the checker: stored documents and columns.
 *
 * Layer: segment. Values inside a stored document need the schema, which a
 * segment does not know: here every block is unpacked and every length added
 * up.
 */
#include "segment/check_impl.h"

#include "base/bits.h"
#include "segment/column.h"
#include "segment/stored.h"

int ik_check_stored(struct ik_check *c)
{
	const struct ik_segment *seg = c->seg;
	const uint8_t *at = seg->stored.p, *p, *doc;
	uint32_t blocks = ik_stored_blocks(seg), first = 0, n = 0;
	struct ik_stored_reader reader;
	size_t len, doc_len;
	int rc = 0;

	ik_stored_reader_init(&reader, seg);
	for (uint32_t i = 0; i < blocks && rc == 0; i++) {
		rc = ik_stored_block(seg, i, &p, &len, &n, c->err);
		if (rc == 0 && p != at)
			rc = ik_check_fail(c, "stored index", "blocks do not follow each other");
		if (rc == 0)
			rc = ik_stored_get(&reader, first, &doc, &doc_len, c->err);
		if (rc == 0 && (reader.first != first || reader.n != n))
			rc = ik_check_fail(c, "stored index", "documents are missing");
		if (rc == 0)
			rc = ik_check_done(c, len);
		at = rc == 0 ? p + len : at;
		first += n;
	}
	ik_stored_reader_free(&reader);
	if (rc == 0 && blocks > 0 &&
	    (first != seg->n_docs || at != seg->stored.p + seg->stored.len))
		rc = ik_check_fail(c, "stored index", "does not cover all documents");
	return rc;
}

/* ---- columns ---- */

/* A column and how far it has been read. */
struct walk {
	const struct ik_column *column;
	uint64_t values; /* seen so far */
	uint64_t terms;  /* ordinals: below this; numbers: 0 */
	int64_t lo, hi;  /* of the current range */
};

static int check_values(struct walk *w, uint64_t first, uint32_t n)
{
	int64_t last = INT64_MIN;

	for (uint64_t i = first; i < first + n; i++) {
		int64_t v = ik_column_at(w->column, i);

		if (v < last || (w->terms > 0 && (uint64_t)v >= w->terms))
			return -1;
		w->lo = v < w->lo ? v : w->lo;
		w->hi = v > w->hi ? v : w->hi;
		last = v;
	}
	w->values += n;
	return 0;
}

/* The values of one range of documents; -1 when they are not in order. */
static int check_range(struct walk *w, uint32_t r)
{
	const struct ik_column *column = w->column;
	uint32_t doc = r * IK_RANGE, end = doc + IK_RANGE;
	int64_t lo, hi;

	w->lo = INT64_MAX;
	w->hi = INT64_MIN;
	end = end < column->n_docs ? end : column->n_docs;
	for (; doc < end; doc++) {
		uint64_t first;
		uint32_t n = ik_column_span(column, doc, &first);

		/* Values of several stand one after another without a gap. */
		if (column->multi && first != w->values)
			return -1;
		if (check_values(w, first, n) != 0)
			return -1;
	}
	if (column->zones == NULL)
		return 0;
	ik_column_zone(column, r, &lo, &hi);
	return lo == w->lo && hi == w->hi ? 0 : -1;
}

/* Bits after the last document are not set. */
static int check_present(const struct ik_column *column)
{
	for (uint64_t i = column->n_docs; i % 64 != 0; i++)
		if ((column->present[i / 8] >> (i % 8) & 1) != 0)
			return -1;
	return 0;
}

static int check_column(const struct ik_column *column, uint64_t terms)
{
	struct walk w = {column, 0, terms, 0, 0};

	if (column->present != NULL && check_present(column) != 0)
		return -1;
	for (uint32_t r = 0; r < ik_range_count(column->n_docs); r++)
		if (check_range(&w, r) != 0)
			return -1;
	return w.values == column->n_values ? 0 : -1;
}

static int check_section(struct ik_check *c, uint32_t kind, uint32_t field)
{
	struct ik_column column;
	uint64_t terms = 0;
	int rc;

	if (kind == IK_SECTION_NUMBERS)
		rc = ik_column_numbers(c->seg, field, &column, c->err);
	else
		rc = ik_column_ordinals(c->seg, field, &column, c->err);
	if (rc < 0)
		return rc;
	if (column.part != NULL) {
		terms = column.part->terms;
		column.part = NULL; /* the values as they are, not clamped */
	}
	if (check_column(&column, terms) != 0)
		return ik_fail(c->err, INK_ECORRUPT,
		               "%s: column of field %u: values out of order", c->seg->name,
		               (unsigned)field);
	return 0;
}

int ik_check_columns(struct ik_check *c)
{
	int rc = 0;

	for (uint32_t i = 0; i < c->seg->n_sections && rc == 0; i++) {
		const uint8_t *entry = c->seg->table + (size_t)i * IK_SECTION_LEN;
		uint32_t kind = ik_load32(entry);

		if (kind != IK_SECTION_NUMBERS && kind != IK_SECTION_ORDINALS)
			continue;
		rc = check_section(c, kind, ik_load32(entry + 4));
		if (rc == 0)
			rc = ik_check_done(c, ik_load64(entry + 16));
	}
	return rc;
}
