/* term_score.c - what documents score by a term. Layer: match. */
#include "match/term_impl.h"

#include <string.h>

#include "base/bits.h"

static void list_score(struct ik_term *t, const uint64_t mask[4], int32_t acc[256])
{
	for (uint32_t i = t->at; i < t->end; i++) {
		uint32_t d = t->docs[i] % IK_RANGE;

		if ((mask[d / 64] >> (d % 64) & 1) != 0)
			acc[d] += ik_term_list_points(t, i);
	}
}

/* The lengths of the documents of range r, three bytes readable behind them. */
static const uint8_t *range_norms(const struct ik_term *t, uint32_t r, uint8_t room[IK_RANGE + 8])
{
	uint32_t left = t->node.m->seg->n_docs - r * IK_RANGE;

	if (t->part->norms != NULL && left >= IK_RANGE + 8)
		return t->part->norms + (size_t)r * IK_RANGE;
	memset(room, 0, IK_RANGE + 8);
	if (t->part->norms != NULL)
		memcpy(room, t->part->norms + (size_t)r * IK_RANGE,
		       left < IK_RANGE ? left : IK_RANGE);
	return room;
}

/* A document that stands twice would be scored twice, over the bound of sums. */
static int docs_ascend(const struct ik_record *rec)
{
	const uint8_t *docs = rec->docs, n = (uint8_t)rec->n;
	uint8_t falls = 0;

	if (rec->end - docs >= IK_BITMAP_CUT) /* all alike: how many there are is not foreseen */
		for (uint8_t i = 1; i < IK_BITMAP_CUT; i++)
			falls |= (docs[i] <= docs[i - 1]) & (i < n);
	else
		for (uint8_t i = 1; i < n; i++)
			falls |= docs[i] <= docs[i - 1];
	return falls == 0;
}

/* Frequencies of 255 and more do not fit the bytes that the kernel reads, which scores a 0 as 0. */
static int score_big(struct ik_term *t, uint32_t r, const uint64_t *mask,
                      uint8_t row[IK_RECORD_ROOM], int32_t acc[256])
{
	struct ik_extras e;
	uint32_t d, tf, next = 0;

	for (uint32_t i = 0; i < t->loaded.rec.n; i++)
		row[i] = t->loaded.row[i] < 255 ? t->loaded.row[i] : 0;
	if (ik_record_extras(&t->loaded.rec, &e) != 0)
		return ik_term_damaged(t);
	for (; ik_extras_next(&e, &d, &tf) == 1; next = d + 1) {
		if (d < next)
			return ik_term_damaged(t);
		if (tf >= 255 && (mask == NULL || (mask[d / 64] >> (d % 64) & 1) != 0))
			acc[d] += ik_term_points(t, tf, r * IK_RANGE + d);
	}
	return 0;
}

/* The documents of a record that are in the mask, and their frequencies: how many. */
static size_t pick_docs(const struct ik_record *rec, const uint8_t *row, const uint64_t mask[4],
                        uint8_t docs[IK_RECORD_ROOM], uint8_t freqs[IK_RECORD_ROOM])
{
	size_t n = 0;

	for (uint32_t i = 0; i < rec->n; i++) {
		uint32_t d = rec->docs[i];

		docs[n] = (uint8_t)d;
		freqs[n] = row[i];
		n += mask[d / 64] >> (d % 64) & 1;
	}
	return n;
}

/* The documents of the record of range r that are in the mask; all of them where it is NULL. */
static int record_score(struct ik_term *t, uint32_t r, const uint64_t *mask, int32_t acc[256])
{
	const struct ik_kernel *kernel = t->node.m->kernel;
	const struct ik_record *rec = &t->loaded.rec;
	uint8_t room[IK_RANGE + 8], row[IK_RECORD_ROOM], docs[IK_RECORD_ROOM], freq[IK_RANGE];
	const uint8_t *norms = range_norms(t, r, room), *freqs = t->loaded.row;
	uint64_t own[4];
	int rc = ik_term_load(t, r);

	if (rc == 0 && !ik_record_is_bitmap(rec) && !docs_ascend(rec))
		rc = ik_term_damaged(t);
	if (rc == 0 && t->loaded.big) {
		rc = score_big(t, r, mask, row, acc);
		freqs = row;
	}
	if (rc != 0)
		return rc;
	if (!ik_record_is_bitmap(rec) && mask == NULL) {
		kernel->gain(rec->docs, rec->n, freqs, norms, t->bm25->inv, t->ws, acc);
		return 0;
	}
	if (!ik_record_is_bitmap(rec)) {
		size_t n = pick_docs(rec, freqs, mask, docs, row);

		kernel->gain(docs, n, row, norms, t->bm25->inv, t->ws, acc);
		return 0;
	}
	if (t->ranges.unpack->mask(rec, own) != rec->n)
		return ik_term_damaged(t);
	t->ranges.unpack->spread(freqs, own, freq);
	kernel->score(mask != NULL ? mask : own, freq, norms, t->bm25->inv, t->ws, acc);
	return 0;
}

static int score_few(struct ik_term *t, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	for (unsigned w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0; bits &= bits - 1) {
			uint32_t d = w * 64 + ik_ctz64(bits), place, tf = 0;
			int rc = ik_term_place(t, r, d, &place, &tf);

			if (rc != 0)
				return rc;
			acc[d] += ik_term_points(t, tf, r * IK_RANGE + d);
		}
	return 0;
}

int ik_term_score(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	struct ik_term *t = ik_term_from(node);

	if (t->weight <= 0)
		return 0;
	if (t->ranged)
		return ik_mask_count(mask) < IK_TERM_FEW ? score_few(t, r, mask, acc)
		                                         : record_score(t, r, mask, acc);
	list_score(t, mask, acc);
	return 0;
}

int ik_term_gain(struct ik_term *t, uint32_t r, int32_t acc[256])
{
	if (t->weight <= 0)
		return 0;
	if (t->ranged)
		return record_score(t, r, NULL, acc);
	ik_term_seek(t, r);
	for (uint32_t i = t->at; i < t->end; i++)
		acc[t->docs[i] % IK_RANGE] += ik_term_list_points(t, i);
	return 0;
}
