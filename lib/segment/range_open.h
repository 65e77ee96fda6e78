/*
 * range_open.h - finding and opening a record, for loops that do nothing else.
 *
 * Layer: segment. In a header because match/meet.c is compiled twice, once
 * with the instructions of newer processors.
 */
#ifndef IK_SEGMENT_RANGE_OPEN_H
#define IK_SEGMENT_RANGE_OPEN_H

#include "base/bits.h"
#include "codec/bitpack_small.h"
#include "inkstone/error.h"
#include "segment/pos_bits.h"
#include "segment/range.h"

/* The place of range r in the directory. */
static inline uint32_t ik_range_slot(const struct ik_ranges *list, uint32_t r)
{
	uint64_t word;

	if (list->present == NULL)
		return r;
	word = ik_load64(list->present + r / 64 * 8) & (((uint64_t)1 << (r % 64)) - 1);
	return list->rank[r / 64] + ik_popcount64(word);
}

/* Where the record of a slot is; trusted by nobody. */
static inline uint64_t ik_range_at(const struct ik_ranges *list, uint32_t slot)
{
	const uint8_t *dir = list->dir + (size_t)slot * list->dir_width;
	uint64_t base = ik_load64(list->bases + (size_t)(slot / IK_RANGE_GROUP) * IK_RANGE_BASE);

	/* Directory and records stand behind the bases: three bytes too many may be read. */
	return (base & 0xffffffffffu) + (list->dir_width == 2 ? ik_load16(dir) : ik_load32(dir));
}

/*
 * Ask for the record of range r, which is there: for what stands before its frequencies. Always
 * inline, as gcc leaves out calls of a function that does nothing else.
 */
IK_INLINE void ik_range_fetch(const struct ik_ranges *list, uint32_t r)
{
	const uint8_t *p = list->records + ik_range_at(list, ik_range_slot(list, r));

	__builtin_prefetch(p);
	__builtin_prefetch(p + IK_RECORD_HEAD + IK_RANGE / 8 - 1);
}

/* Documents past the end of the segment are damage. */
static inline int ik_range_check_last(const struct ik_ranges *list, const struct ik_record *rec)
{
	uint32_t left = list->n_docs - (list->n - 1) * IK_RANGE;
	uint64_t mask[4];

	list->unpack->mask(rec, mask);
	for (uint32_t d = left; d < IK_RANGE; d++)
		if ((mask[d / 64] >> (d % 64) & 1) != 0)
			return INK_ECORRUPT;
	return 0;
}

/* n and docs of the record at p, of which two bytes are there. */
static inline void ik_record_docs(const uint8_t *p, struct ik_record *out)
{
	out->n = (p[0] & 31u) + 1;
	out->docs = p + 1;
	if (out->n == IK_BITMAP_CUT) {
		out->n = (uint32_t)p[1] + 1;
		out->docs = p + IK_RECORD_HEAD;
	}
}

/* n, docs and end of the record of range r, which is there, and no more. INK_ECORRUPT. */
static inline int ik_range_open_docs(const struct ik_ranges *list, uint32_t r, uint64_t at,
                                     struct ik_record *out)
{
	uint64_t len = (uint64_t)(list->records_end - list->records);

	if (at + 2 > len)
		return INK_ECORRUPT;
	ik_record_docs(list->records + at, out);
	out->end = list->records_end;
	if (out->end - out->docs < (ptrdiff_t)(ik_record_is_bitmap(out) ? IK_RANGE / 8 : out->n))
		return INK_ECORRUPT;
	return r + 1 == list->n ? ik_range_check_last(list, out) : 0;
}

static inline int ik_range_open(const struct ik_ranges *list, uint32_t r, struct ik_record *out)
{
	uint64_t at = ik_range_at(list, ik_range_slot(list, r));
	uint32_t docs, exceptions;
	const uint8_t *p;
	size_t bytes;

	if (ik_range_open_docs(list, r, at, out) != 0)
		return INK_ECORRUPT;
	p = list->records + at;
	out->width = p[0] >> 5;
	exceptions = out->width >= IK_RECORD_WIDTHS;
	out->width -= exceptions ? IK_RECORD_WIDTHS : 0;
	if (out->docs != p + 1) {
		out->width = p[2] & 0x7f;
		exceptions = p[2] & 0x80;
	}
	docs = ik_record_is_bitmap(out) ? IK_RANGE / 8 : out->n;
	bytes = ik_bits_bytes(out->n, out->width);
	if (out->width > 8 || (uint64_t)(out->end - out->docs) < docs + bytes)
		return INK_ECORRUPT;
	out->freqs = out->docs + docs;
	out->extra = exceptions ? out->freqs + bytes : NULL;
	return 0;
}

/* The packed positions of range r: of n postings, from a bit behind their frequencies on. INK_ECORRUPT. */
static inline int ik_range_unit(const struct ik_ranges *list, uint32_t r, uint32_t n,
                                const uint8_t *tail, unsigned tail_bit, struct ik_pos_unit *out)
{
	uint32_t next = ik_range_slot(list, r) + 1;
	uint64_t len = (uint64_t)(list->records_end - list->records), end = len;

	if (next < (list->present != NULL ? list->occupied : list->n))
		end = ik_range_at(list, next);
	if (end > len || list->records + end < tail)
		return INK_ECORRUPT;
	*out = (struct ik_pos_unit){ list->head, list->records_end, tail, list->records + end,
		                     tail_bit,   n,                 list->pos };
	return 0;
}

#endif
