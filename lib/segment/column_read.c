/*
 * column_read.c - values by document.
 *
 * Layer: segment. Format: FORMAT.md, "Columns".
 *
 * Opening checks every length, so that a value is one load, and once in the
 * life of a segment that the values of documents follow each other: a few that
 * overlap could make a search over all documents take for ever. Ordinals are
 * clamped where they are used: a damaged file gives a wrong value, never one
 * out of bounds. The checker finds such damage.
 */
#include "segment/column.h"

#include <string.h>

#include "base/bits.h"
#include "model/schema.h"
#include "segment/column_write.h"

int64_t ik_column_from_f64(double v)
{
	uint64_t bits;

	v = v == 0 ? 0 : v; /* the two zeros are equal */
	memcpy(&bits, &v, sizeof bits);
	/* Negative numbers grow with their magnitude: turn those bits around. */
	if (bits >> 63 != 0)
		bits ^= INT64_MAX;
	return (int64_t)bits;
}

double ik_column_to_f64(int64_t v)
{
	uint64_t bits = (uint64_t)v;
	double out;

	if (bits >> 63 != 0)
		bits ^= INT64_MAX;
	memcpy(&out, &bits, sizeof out);
	return out;
}

/* Take `need` bytes, padded to 8; NULL when they are not there. */
static const uint8_t *take(const uint8_t **p, const uint8_t *end, uint64_t need)
{
	const uint8_t *at = *p;

	need = (need + 7) / 8 * 8;
	if (need > (uint64_t)(end - at))
		return NULL;
	*p = at + need;
	return at;
}

/* The head: 0 when it makes sense. */
static int open_head(const struct ik_segment *seg, struct ik_section s, struct ik_column *out,
                     uint32_t *flags)
{
	if (s.len < IK_COLUMN_HEAD)
		return -1;
	*flags = ik_load32(s.p);
	out->n_docs = seg->n_docs;
	out->multi = (*flags & IK_COLUMN_MULTI) != 0;
	out->width = ik_load32(s.p + 4);
	out->base = (int64_t)ik_load64(s.p + 8);
	out->n_values = ik_load64(s.p + 16);
	if (*flags > IK_COLUMN_PRESENT || ik_load64(s.p + 24) != 0)
		return -1;
	if (out->width > 8 || (out->width & (out->width - 1)) != 0)
		return -1;
	if (out->n_values == 0 || out->n_values > UINT32_MAX)
		return -1;
	if (!out->multi && out->n_values > seg->n_docs)
		return -1;
	return !out->multi && (out->n_values < seg->n_docs) != (*flags == IK_COLUMN_PRESENT) ? -1
	                                                                                     : 0;
}

/* Do the starts ascend from 0 to the number of values? */
static int starts_ascend(const struct ik_column *c)
{
	uint32_t last = 0, falls = ik_load32(c->starts);

	for (uint32_t d = 1; d <= c->n_docs; d++) {
		uint32_t start = ik_load32(c->starts + (size_t)d * 4);

		falls |= start < last;
		last = start;
	}
	return falls == 0 && last == c->n_values;
}

/* The same, asked once for each of the first 64 fields. */
static int has_starts(const struct ik_segment *seg, uint32_t field, const struct ik_column *c)
{
	uint64_t bit = field < 64 ? (uint64_t)1 << field : 0;
	_Atomic uint64_t *checked = &((struct ik_segment *)(uintptr_t)seg)->checked;

	if ((atomic_load_explicit(checked, memory_order_relaxed) & bit) != 0)
		return 1;
	if (!starts_ascend(c))
		return 0;
	atomic_fetch_or_explicit(checked, bit, memory_order_relaxed);
	return 1;
}

static int open_column(const struct ik_segment *seg, struct ik_section s, uint32_t field, int zones,
                       struct ik_column *out)
{
	const uint8_t *p, *end;
	uint64_t n = seg->n_docs;
	uint32_t flags;

	if (open_head(seg, s, out, &flags) != 0)
		return -1;
	p = s.p + IK_COLUMN_HEAD;
	end = s.p + s.len;
	if ((flags & IK_COLUMN_PRESENT) != 0) {
		out->present = take(&p, end, (n + 63) / 64 * 8);
		if (out->present == NULL)
			return -1;
	}
	if (out->multi) {
		out->starts = take(&p, end, (n + 1) * 4);
		if (out->starts == NULL || !has_starts(seg, field, out))
			return -1;
		n = out->n_values;
	}
	out->values = take(&p, end, n * out->width);
	if (out->values == NULL)
		return -1;
	if (zones) {
		out->zones = take(&p, end, (uint64_t)ik_range_count(seg->n_docs) * 16);
		if (out->zones == NULL)
			return -1;
	}
	return p == end ? 0 : -1;
}

int ik_column_numbers(const struct ik_segment *seg, uint32_t field, struct ik_column *out,
                      ink_error *err)
{
	struct ik_section s = ik_segment_section(seg, IK_SECTION_NUMBERS, field);

	memset(out, 0, sizeof *out);
	if (s.p == NULL)
		return 0;
	if (open_column(seg, s, field, 1, out) != 0)
		return ik_segment_corrupt(seg, err, "numbers", "lengths or starts do not fit");
	return 1;
}

int ik_column_ordinals(const struct ik_segment *seg, uint32_t field, struct ik_column *out,
                       ink_error *err)
{
	struct ik_section s = ik_segment_section(seg, IK_SECTION_ORDINALS, field);

	memset(out, 0, sizeof *out);
	if (s.p == NULL)
		return 0;
	if (field > UINT32_MAX / 2 || open_column(seg, s, field, 0, out) != 0)
		return ik_segment_corrupt(seg, err, "ordinals", "lengths or starts do not fit");
	out->part = ik_segment_part(seg, ik_part(field, 0));
	if (out->part == NULL || out->part->terms == 0)
		return ik_segment_corrupt(seg, err, "ordinals", "the field has no terms");
	return 1;
}

uint32_t ik_column_span(const struct ik_column *c, uint32_t doc, uint64_t *first)
{
	uint32_t start, end;

	if (!c->multi) {
		*first = doc;
		return c->present == NULL || (c->present[doc / 8] >> (doc % 8) & 1) != 0;
	}
	start = ik_load32(c->starts + (size_t)doc * 4);
	end = ik_load32(c->starts + (size_t)doc * 4 + 4);
	*first = start;
	return start <= end && end <= c->n_values ? end - start : 0;
}

static uint64_t load_value(const struct ik_column *c, uint64_t i)
{
	switch (c->width) {
	case 0: return 0;
	case 1: return c->values[i];
	case 2: return ik_load16(c->values + i * 2);
	case 4: return ik_load32(c->values + i * 4);
	default: return ik_load64(c->values + i * 8);
	}
}

int64_t ik_column_at(const struct ik_column *c, uint64_t i)
{
	uint64_t v = load_value(c, i) + (uint64_t)c->base;

	if (c->part != NULL && v >= c->part->terms)
		return 0;
	return (int64_t)v;
}

int ik_column_zone(const struct ik_column *c, uint32_t r, int64_t *lo, int64_t *hi)
{
	*lo = (int64_t)ik_load64(c->zones + (size_t)r * 16);
	*hi = (int64_t)ik_load64(c->zones + (size_t)r * 16 + 8);
	return *lo <= *hi;
}
