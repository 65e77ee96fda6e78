/*
 * range_pos.c - the positions of postings of a list in range form.
 *
 * Layer: segment. Format: FORMAT.md, "Packed positions". To get to those of a
 * posting, frequencies and lengths of the postings before it in its chunk are
 * added up; so both stand in rows, in the order of the postings.
 */
#include <string.h>

#include "segment/range_open.h"

int ik_range_unit(const struct ik_ranges *list, uint32_t r, const struct ik_range *range,
                  struct ik_pos_unit *out)
{
	uint32_t next = ik_range_slot(list, r) + 1;
	uint64_t len = (uint64_t)(list->records_end - list->records), end = len;

	if (next < (list->present != NULL ? list->occupied : list->n))
		end = ik_range_at(list, next);
	if (end > len || list->records + end < range->tail)
		return INK_ECORRUPT;
	*out = (struct ik_pos_unit){ list->head,          list->records_end, range->tail,
		                     list->records + end, range->tail_bit,   range->rec.n,
		                     list->pos };
	return 0;
}

/* The lengths of the documents, in a row. */
static void pick_norms(const struct ik_ranges *list, uint32_t r, struct ik_range *range)
{
	const uint8_t *norms = list->norms;
	uint8_t room[IK_RANGE] = { 0 };

	if (norms == NULL) {
		memset(range->norms, IK_POS_NO_NORM, range->rec.n);
		return;
	}
	norms += (size_t)r * IK_RANGE;
	if (r + 1 == list->n)
		norms = memcpy(room, norms, list->n_docs - r * IK_RANGE);
	list->unpack->pick(&range->rec, norms, range->norms);
}

/* Start at the chunk that posting i is in. */
static int open_chunk(const struct ik_ranges *list, uint32_t r, struct ik_range *range, uint32_t i)
{
	if (range->unit.p == NULL) {
		if (ik_range_unit(list, r, range, &range->unit) != 0)
			return INK_ECORRUPT;
		pick_norms(list, r, range);
	}
	range->passed = i - i % IK_POS_CHUNK;
	return ik_pos_open(&range->unit, i / IK_POS_CHUNK, &range->reader) == 0 ? 0 : INK_ECORRUPT;
}

/* Pass the positions of postings before posting i. */
static void skip_postings(struct ik_range *range, uint32_t i)
{
	struct ik_pos_reader *reader = &range->reader;
	uint32_t from = range->passed;
	struct ik_pos_sum sum = { 0, 0 };

	if (range->big)
		for (uint32_t k = from; k < i; k++)
			ik_pos_add(&sum, range->norms[k], ik_range_freq(range, k), reader->extra);
	else
		sum = reader->ops->sum(range->row + from, range->norms + from, i - from,
		                       reader->extra);
	ik_pos_pass(reader, &sum);
}

/* Move the reader to posting i. */
static int seek_posting(const struct ik_ranges *list, uint32_t r, struct ik_range *range,
                        uint32_t i)
{
	int rc = 0;

	if (i >= range->rec.n)
		return INK_ECORRUPT;
	if (range->passed > i || range->passed <= i - i % IK_POS_CHUNK)
		rc = open_chunk(list, r, range, i);
	if (rc == 0)
		skip_postings(range, i);
	range->passed = rc == 0 ? i + 1 : UINT32_MAX;
	return rc;
}

static int posting_done(struct ik_range *range, int rc)
{
	if (rc == 0)
		return 0;
	range->passed = UINT32_MAX;
	return INK_ECORRUPT;
}

int ik_range_positions(const struct ik_ranges *list, uint32_t r, struct ik_range *range,
                       uint32_t i, uint32_t shift, uint32_t *out)
{
	int rc = seek_posting(list, r, range, i);

	if (rc == 0)
		rc = ik_pos_read(&range->reader, range->norms[i], ik_range_freq(range, i), shift,
		                 out);
	return posting_done(range, rc);
}

int ik_range_keep(const struct ik_ranges *list, uint32_t r, struct ik_range *range, uint32_t i,
                  uint32_t shift, uint32_t *v, uint32_t *n)
{
	int rc = seek_posting(list, r, range, i);

	if (rc == 0)
		rc = ik_pos_keep(&range->reader, range->norms[i], ik_range_freq(range, i), shift, v,
		                 n);
	return posting_done(range, rc);
}
