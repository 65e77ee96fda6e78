/*
 * meet.c - which documents of a range several terms share, from packed records.
 *
 * Layer: match. Compiled twice: as it stands, which is the reference, and by
 * meet_avx2.c with IK_MEET_AVX2 for processors that have AVX2 and POPCNT.
 */
#include "match/meet.h"

#include "base/cpu.h"
#include "segment/range_open.h"

#if !defined(IK_MEET_AVX2)
#define IK_MEET ik_meet_scalar
#endif

/* Which posting of the bytes is document d; -1: none. */
static inline int32_t find_byte(const struct ik_record *rec, uint32_t d)
{
#if defined(IK_MEET_AVX2)
	if (rec->end - rec->docs >= 32) {
		__m256i all = _mm256_loadu_si256((const __m256i *)rec->docs);
		__m256i same = _mm256_cmpeq_epi8(all, _mm256_set1_epi8((char)d));
		uint32_t bits = (uint32_t)_mm256_movemask_epi8(same) & ((1u << rec->n) - 1);

		return bits != 0 ? __builtin_ctz(bits) : -1;
	}
#endif
	for (uint32_t i = 0; i < rec->n; i++)
		if (rec->docs[i] == d)
			return (int32_t)i;
	return -1;
}

static inline int32_t find_bit(const struct ik_record *rec, uint32_t d)
{
	uint32_t before = 0;
	uint64_t word = ik_load64(rec->docs + (size_t)(d / 64) * 8) << (63 - d % 64);

	if (word >> 63 == 0)
		return -1;
	for (uint32_t w = 0; w < d / 64; w++)
		before += ik_popcount64(ik_load64(rec->docs + (size_t)w * 8));
	return (int32_t)(before + ik_popcount64(word) - 1);
}

/* The posting of document d in the opened record or in the list; -1: none. */
static inline int32_t find_doc(const struct ik_term *t, uint32_t d)
{
	if (t->ranged)
		return ik_record_is_bitmap(&t->rec) ? find_bit(&t->rec, d) : find_byte(&t->rec, d);
	for (uint32_t i = t->at; i < t->end; i++)
		if (t->docs[i] % IK_RANGE == d)
			return (int32_t)i;
	return -1;
}

/* Of the documents in out[0, n) leave those that a bitmap has. */
static inline int keep_bits(const uint8_t *bits, uint8_t *out, int n)
{
	int kept = 0;

	for (int k = 0; k < n; k++) {
		uint32_t d = out[k];

		out[kept] = (uint8_t)d;
		kept += bits[d / 8] >> (d % 8) & 1;
	}
	return kept;
}

/* Those that the bytes have. */
static inline int keep_bytes(const struct ik_record *rec, uint8_t *out, int n)
{
	int kept = 0;
#if defined(IK_MEET_AVX2)
	if (rec->end - rec->docs >= 32) {
		const __m256i all = _mm256_loadu_si256((const __m256i *)rec->docs);
		const uint32_t valid = (1u << rec->n) - 1;

		for (int k = 0; k < n; k++) {
			__m256i same = _mm256_cmpeq_epi8(all, _mm256_set1_epi8((char)out[k]));

			out[kept] = out[k];
			kept += ((uint32_t)_mm256_movemask_epi8(same) & valid) != 0;
		}
		return kept;
	}
#endif
	for (int k = 0; k < n; k++) {
		out[kept] = out[k];
		kept += find_byte(rec, out[k]) >= 0;
	}
	return kept;
}

/* Those that the term has in its current range. */
static inline int keep_docs(const struct ik_term *t, uint8_t *out, int n)
{
	int kept = 0;

	if (t->ranged)
		return ik_record_is_bitmap(&t->rec) ? keep_bits(t->rec.docs, out, n)
		                                    : keep_bytes(&t->rec, out, n);
	for (int k = 0; k < n; k++) {
		out[kept] = out[k];
		kept += find_doc(t, out[k]) >= 0;
	}
	return kept;
}

/* Make range r the term's current one: how many documents it has there, or INK_ECORRUPT. */
static inline int open_range(struct ik_term *t, uint32_t r)
{
	if (!t->ranged) {
		ik_term_seek(t, r);
		return (int)(t->end - t->at);
	}
	if (t->rec_range == r)
		return (int)t->rec.n;
	if (!ik_ranges_has(&t->ranges, r))
		return 0;
	if (ik_range_open(&t->ranges, r, &t->rec) != 0)
		return ik_term_damaged(t);
	t->rec_range = r;
	return (int)t->rec.n;
}

/* The term's documents in its current range, at most IK_MEET_MAX of them. */
static inline int list_docs(const struct ik_term *t, int n, uint8_t out[IK_MEET_MAX])
{
	if (t->ranged) {
		memcpy(out, t->rec.docs, (size_t)n);
		return n;
	}
	for (int i = 0; i < n; i++)
		out[i] = (uint8_t)(t->docs[t->at + (uint32_t)i] % IK_RANGE);
	return n;
}

static int docs(struct ik_term *const *terms, size_t n, uint32_t r, uint8_t out[IK_MEET_MAX])
{
	size_t rarest = 0;
	int least = IK_MEET_DENSE, kept;

	for (size_t i = 0; i < n; i++) {
		int count = open_range(terms[i], r);

		if (count <= 0)
			return count;
		if (count < least) {
			least = count;
			rarest = i;
		}
	}
	if (least > IK_MEET_MAX)
		return IK_MEET_DENSE;
	kept = list_docs(terms[rarest], least, out);
	for (size_t i = 0; i < n && kept > 0; i++)
		if (i != rarest)
			kept = keep_docs(terms[i], out, kept);
	return kept;
}

static int points(struct ik_term *t, uint32_t r, uint32_t d, int32_t *score)
{
	int n = open_range(t, r);
	int32_t i = n > 0 ? find_doc(t, d) : -1;
	uint32_t tf = 0, doc = r * IK_RANGE + d;
	uint8_t norm;

	if (i < 0)
		return n < 0 ? n : 0;
	if (!t->ranged) {
		*score += t->points != NULL ? t->points[i] : 0;
		return 0;
	}
	if (i >= (int32_t)t->rec.n || ik_record_freq(&t->rec, (uint32_t)i, d, &tf) != 0)
		return ik_term_damaged(t);
	/* Without norms every document is of average length. */
	norm = t->part->norms != NULL ? t->part->norms[doc] : 0;
	*score += ik_bm25_points(t->ws, tf, t->bm25->inv[norm]);
	return 0;
}

/* ---- masks, for counting ---- */

/* The documents of range r: 1, 0 when there are none, INK_ECORRUPT. */
static inline int range_mask(struct ik_term *t, uint32_t r, uint64_t mask[4])
{
	int n = open_range(t, r);

	if (n > 0 && t->ranged) {
		t->ranges.unpack->mask(&t->rec, mask);
		return 1;
	}
	memset(mask, 0, 4 * sizeof *mask);
	for (uint32_t i = t->at; n > 0 && i < t->end; i++)
		mask[t->docs[i] % IK_RANGE / 64] |= (uint64_t)1 << (t->docs[i] % 64);
	return n > 0 ? 1 : n;
}

static int common(struct ik_term *const *terms, size_t n, uint32_t r)
{
	uint8_t few[IK_MEET_MAX];
	uint64_t all[4] = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX };
	int met = docs(terms, n, r, few);

	if (met != IK_MEET_DENSE)
		return met;
	for (size_t i = 0; i < n; i++) {
		uint64_t mask[4];
		int rc = range_mask(terms[i], r, mask);

		if (rc < 0)
			return rc;
		for (unsigned w = 0; w < 4; w++)
			all[w] &= mask[w];
	}
	return (int)ik_mask_count(all);
}

static int added(struct ik_term *const *terms, size_t n, uint32_t r)
{
	uint64_t any[4] = { 0 }, mask[4];
	int rc;

	for (size_t i = 1; i < n; i++) {
		rc = range_mask(terms[i], r, mask);
		if (rc < 0)
			return rc;
		for (unsigned w = 0; w < 4; w++)
			any[w] |= mask[w];
	}
	rc = range_mask(terms[0], r, mask);
	for (unsigned w = 0; w < 4; w++)
		any[w] &= ~mask[w];
	return rc < 0 ? rc : (int)ik_mask_count(any);
}

const struct ik_meet IK_MEET = { docs, common, added, points };

#if !defined(IK_MEET_AVX2)
const struct ik_meet *ik_meet_choose(uint32_t cpu)
{
#if defined(__x86_64__)
	if ((cpu & IK_CPU_AVX2) != 0)
		return &ik_meet_avx2;
#endif
	(void)cpu;
	return &ik_meet_scalar;
}
#endif
