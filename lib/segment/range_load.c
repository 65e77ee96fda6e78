/*
 * range_load.c - reading a range of a list: its frequencies, and where positions are.
 *
 * Layer: segment. Format: FORMAT.md, "Range form" and "Packed positions". To get
 * to the positions of a posting, frequencies and lengths of the postings before it
 * in its chunk are added up; so both stand in rows, in the order of the postings.
 * Compiled three times: as it stands, which is the reference; by range_load_avx2.c
 * with IK_HAVE_AVX2 for processors that have AVX2, BMI2 and POPCNT; by
 * range_load_avx512.c with IK_HAVE_AVX512 as well.
 */
#include "segment/range_rows.h"
#include "segment/record_find.h"

#if !defined(IK_HAVE_AVX2)
#define IK_RANGE_OPS ik_range_scalar
#endif

/* ---- frequencies ---- */

/* As long as they may be. */
static int put_long_exceptions(struct ik_extras *e, const uint8_t *places, struct ik_range *out)
{
	uint32_t d, tf;
	int rc;

	while ((rc = ik_extras_next(e, &d, &tf)) == 1) {
		uint8_t place = *places++;

		out->row[place] = tf < 255 ? (uint8_t)tf : 255;
		out->whole[place] = tf;
		out->big |= tf >= 255;
	}
	out->tail = e->p;
	return rc;
}

/* Write exceptions over the row. Nearly always each is a byte. */
static inline int put_exceptions(const struct ik_unpack *unpack, struct ik_range *out)
{
	uint8_t places[IK_RANGE];
	struct ik_extras e;
	uint32_t bad = 0;

	out->tail_bit = 0;
	if (ik_record_extras(&out->rec, &e) != 0 || (size_t)(e.end - e.p) < e.n ||
	    unpack->places(&out->rec, e.docs, e.n, places) != 0)
		return INK_ECORRUPT;
	for (uint32_t k = 0; k < e.n; k++) {
		out->row[places[k]] = e.p[k];
		bad |= e.p[k] | (e.p[k] - 1u); /* a longer one, or 0, which is damage */
	}
	out->tail = e.p + e.n;
	return bad < 128 ? 0 : put_long_exceptions(&e, places, out);
}

static int load(const struct ik_ranges *list, uint32_t r, struct ik_range *out)
{
	if (ik_range_open(list, r, &out->rec) != 0)
		return INK_ECORRUPT;
	out->big = 0;
	out->chunk = out->mark = UINT32_MAX;
	out->tail = out->rec.freqs + out->rec.n * out->rec.width / 8;
	out->tail_bit = out->rec.n * out->rec.width % 8;
	list->unpack->freqs(&out->rec, out->row);
	for (uint32_t i = 0; out->rec.width == 8 && i < out->rec.n; i++)
		out->whole[i] = 255; /* only in a damaged record is a 255 no exception */
	return out->rec.extra != NULL ? put_exceptions(list->unpack, out) : 0;
}

/* ---- positions ---- */

/* Of the postings of the chunk. */
static inline void fill_rows(const struct ik_ranges *list, uint32_t r, uint32_t n,
                             struct ik_range *range)
{
	const uint8_t *norms = list->norms;
	uint8_t room[IK_RANGE];

	if (norms != NULL)
		norms += (size_t)r * IK_RANGE;
	if (norms != NULL && r + 1 == list->n) {
		memset(room, 0, sizeof room);
		norms = memcpy(room, norms, list->n_docs - r * IK_RANGE);
	}
	set_rows(range, norms, n);
}

static int open_chunk(const struct ik_ranges *list, uint32_t r, uint32_t first,
                      struct ik_range *range)
{
	uint32_t n = range->rec.n - first;
	struct ik_pos_unit unit;

	range->chunk = UINT32_MAX;
	if (ik_range_unit(list, r, range->rec.n, range->tail, range->tail_bit, &unit) != 0 ||
	    ik_pos_open(&unit, first / IK_POS_CHUNK, &range->start) != 0)
		return INK_ECORRUPT;
	range->chunk = first;
	fill_rows(list, r, n < IK_POS_CHUNK ? n : IK_POS_CHUNK, range);
	return 0;
}

static int postings(const struct ik_ranges *list, uint32_t r, struct ik_range *range,
                    const uint8_t *docs, uint32_t n, struct ik_posting *out)
{
	for (; n > 0; n--, docs++, out++) {
		uint32_t i = (uint32_t)ik_record_find(&range->rec, *docs), first = i - i % IK_POS_CHUNK;

		if (i >= range->rec.n ||
		    (range->chunk != first && open_chunk(list, r, first, range) != 0))
			return INK_ECORRUPT;
		out->reader = range->start;
		out->reader.low += low_bits(range, i - first);
		out->tf = ik_range_freq(range, i);
		out->width = range->widths[i - first];
		out->place = i;
	}
	return 0;
}

#define MANY 64 /* high parts that are counted when a posting is reached, and not again for the next */

static int reach(struct ik_range *range, struct ik_posting *posting)
{
	struct ik_pos_reader *reader = &posting->reader;
	uint32_t i = posting->place, from = i - i % IK_POS_CHUNK;

	if (range->mark >= from && range->mark <= i) {
		from = range->mark;
		reader->high = range->mark_high;
	}
	reader->skipped = sum_freqs(range, from, i - from);
	if (reader->skipped >= MANY) {
		if (ik_pos_catch_up(reader) != 0)
			return INK_ECORRUPT;
		from = i;
	}
	range->mark = from;
	range->mark_high = reader->high;
	return 0;
}

const struct ik_range_ops IK_RANGE_OPS = { load, postings, reach };
