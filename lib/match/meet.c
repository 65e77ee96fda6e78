/*
 * meet.c - which documents of a range several terms share, from packed records.
 *
 * Layer: match. Compiled twice: as it stands, which is the reference, and by
 * meet_avx2.c with IK_HAVE_AVX2 for processors that have AVX2 and POPCNT.
 */
#include "match/meet.h"

#include "base/cpu.h"
#include "match/among.h"
#include "match/term_impl.h"
#include "segment/range_open.h"
#include "segment/record_find.h"

#if !defined(IK_HAVE_AVX2)
#define IK_MEET ik_meet_scalar
#endif

static void fetch(const struct ik_term *t, uint32_t from, const uint16_t *places, size_t n)
{
	for (size_t i = 0; t->ranged && i < n; i++)
		if (ik_ranges_occupied(&t->ranges, from + places[i]))
			ik_range_fetch(&t->ranges, from + places[i]);
}

/* The posting of document d in the opened record or in the list; -1: none. */
IK_INLINE int32_t find_doc(const struct ik_term *t, uint32_t d)
{
	uint32_t i;

	if (t->ranged)
		return ik_record_find(&t->rec, d);
	d += t->rec_range * IK_RANGE;
	i = ik_term_pass(t, t->at, d);
	return t->docs[i] == d ? (int32_t)i : -1;
}

/* Those of the documents at `docs` named by the bits of `keep` that a bitmap has, by bits. */
static inline uint32_t keep_bits(const uint8_t *bits, const uint8_t *docs, uint32_t keep)
{
	uint32_t kept = 0;

#if defined(IK_HAVE_AVX2)
	if (keep > 15)
		return keep & ik_among_32(bits, docs);
#endif
	for (; keep != 0; keep &= keep - 1) {
		uint32_t k = (uint32_t)__builtin_ctz(keep), d = docs[k];

		kept |= (uint32_t)ik_bitmap_has(bits, d) << k;
	}
	return kept;
}

/* Those that the bytes have. */
static inline uint32_t keep_bytes(const struct ik_record *rec, const uint8_t *docs, uint32_t keep)
{
	uint32_t kept = 0;
#if defined(IK_HAVE_AVX2)
	if (rec->end - rec->docs >= 32) {
		for (; keep != 0; keep &= keep - 1) {
			uint32_t k = (uint32_t)__builtin_ctz(keep);

			kept |= (uint32_t)(ik_record_same(rec, docs[k]) != 0) << k;
		}
		return kept;
	}
#endif
	for (; keep != 0; keep &= keep - 1)
		if (ik_record_find_byte(rec, docs[__builtin_ctz(keep)]) >= 0)
			kept |= keep & -keep;
	return kept;
}

/* Those that the term has in its current range. */
static inline uint32_t keep_docs(const struct ik_term *t, const uint8_t *docs, uint32_t keep)
{
	uint32_t kept = 0;

	if (t->ranged)
		return ik_record_is_bitmap(&t->rec) ? keep_bits(t->rec.docs, docs, keep)
		                                    : keep_bytes(&t->rec, docs, keep);
	for (; keep != 0; keep &= keep - 1)
		if (find_doc(t, docs[__builtin_ctz(keep)]) >= 0)
			kept |= keep & -keep;
	return kept;
}

/* Make range r the term's current one: how many documents it has there, or INK_ECORRUPT. */
IK_INLINE int open_range(struct ik_term *t, uint32_t r)
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

/* The documents of the rarest term of a range, and which of them all terms have, by bits. */
struct met {
	const uint8_t *docs;
	uint32_t keep;
	size_t rarest;
	uint8_t room[IK_MEET_MAX + 1]; /* 32 bytes are read */
};

/* The term's documents in its current range, n of them. */
static inline void take_docs(const struct ik_term *t, int n, struct met *out)
{
	out->keep = (1u << n) - 1;
	out->docs = out->room;
	if (t->ranged && t->rec.end - t->rec.docs > IK_MEET_MAX)
		out->docs = t->rec.docs;
	else if (t->ranged)
		memcpy(out->room, t->rec.docs, (size_t)n);
	for (int i = 0; !t->ranged && i < n; i++)
		out->room[i] = (uint8_t)(t->docs[t->at + (uint32_t)i] % IK_RANGE);
}

/* 0, IK_MEET_DENSE or INK_ECORRUPT. */
static inline int meet(struct ik_term *const *terms, size_t n, uint32_t r, struct met *out)
{
	int least = IK_MEET_DENSE;

	out->keep = 0;
	out->rarest = 0;
	for (size_t i = 0; i < n; i++) {
		int count = open_range(terms[i], r);

		if (count <= 0)
			return count;
		if (count < least) {
			least = count;
			out->rarest = i;
		}
	}
	if (least > IK_MEET_MAX)
		return IK_MEET_DENSE;
	take_docs(terms[out->rarest], least, out);
	for (size_t i = 0; i < n && out->keep != 0; i++)
		if (i != out->rarest)
			out->keep = keep_docs(terms[i], out->docs, out->keep);
	return 0;
}

static int docs(struct ik_term *const *terms, size_t n, uint32_t r, uint64_t mask[4])
{
	struct met met;
	int rc = meet(terms, n, r, &met);

	memset(mask, 0, 4 * sizeof *mask);
	for (uint32_t keep = met.keep; keep != 0; keep &= keep - 1) {
		uint32_t d = met.docs[__builtin_ctz(keep)];

		mask[d / 64] |= (uint64_t)1 << (d % 64);
	}
	return rc;
}

/* ---- scores ---- */

/* Add what posting i of range r, document d, scores. */
IK_INLINE int add_points(struct ik_term *t, uint32_t r, uint32_t d, uint32_t i, int32_t *score)
{
	uint32_t tf = 0;

	if (!t->ranged) {
		*score += ik_term_list_points(t, i);
		return 0;
	}
	if (ik_record_freq(&t->rec, i, d, &tf) != 0)
		return ik_term_damaged(t);
	*score += ik_term_points(t, tf, r * IK_RANGE + d);
	return 0;
}

static int points(struct ik_term *t, uint32_t r, const uint8_t *docs, uint32_t n, int32_t acc[256])
{
	int rc = open_range(t, r);

	if (rc <= 0)
		return rc;
	for (uint32_t k = 0; k < n; k++) {
		int32_t i = find_doc(t, docs[k]);

		if (i >= 0 && add_points(t, r, docs[k], (uint32_t)i, &acc[docs[k]]) != 0)
			return INK_ECORRUPT;
	}
	return 0;
}

/* The posting of document d of range r, which the term has; else INK_ECORRUPT. */
IK_INLINE int32_t find_posting(struct ik_term *t, uint32_t r, uint32_t d)
{
	int n = open_range(t, r);
	int32_t i = n > 0 ? find_doc(t, d) : -1;

	return i >= 0 ? i : n < 0 ? n : ik_term_damaged(t);
}

/* What documents score by a list that is not in range form: one walk along both. */
static int list_scores(struct ik_term *t, const uint32_t *docs, uint32_t n, int32_t *out)
{
	uint32_t i = 0;

	for (uint32_t k = 0; t->points != NULL && k < n; k++) {
		while (i < t->info.df && t->docs[i] < docs[k])
			i++;
		if (i == t->info.df || t->docs[i] != docs[k])
			return ik_term_damaged(t);
		out[k] += ik_term_list_points(t, i);
	}
	return 0;
}

static int scores(struct ik_term *t, const uint32_t *docs, uint32_t n, int32_t *out)
{
	if (!t->ranged)
		return list_scores(t, docs, n, out);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t r = docs[k] / IK_RANGE, d = docs[k] % IK_RANGE;
		int32_t i = find_posting(t, r, d);
		int rc = i < 0 ? i : add_points(t, r, d, (uint32_t)i, &out[k]);

		if (rc != 0)
			return rc;
	}
	return 0;
}

static int place(struct ik_term *t, uint32_t r, uint32_t d, uint32_t *at, uint32_t *freq)
{
	int32_t i = find_posting(t, r, d);

	if (i < 0)
		return i;
	*at = (uint32_t)i;
	if (!t->ranged)
		*freq = t->freqs[i];
	else if (t->loaded_range == r && (uint32_t)i < t->loaded.rec.n)
		*freq = ik_range_freq(&t->loaded, (uint32_t)i);
	else if (ik_record_freq(&t->rec, (uint32_t)i, d, freq) != 0)
		return ik_term_damaged(t);
	return 0;
}

/* What document k of those met scores by all terms, or as much as shows that it is too little. */
static inline int sum_points(struct ik_term *const *terms, size_t n, uint32_t r,
                             const struct met *met, uint32_t k, const int64_t *least,
                             int32_t *score)
{
	uint32_t d = met->docs[k];

	*score = 0;
	for (size_t i = 0; i < n; i++) {
		struct ik_term *t = terms[i];
		int32_t at = i != met->rarest ? find_doc(t, d)
		                              : (int32_t)(t->ranged ? k : t->at + k);
		int rc = at < 0 ? ik_term_damaged(t) : add_points(t, r, d, (uint32_t)at, score);

		if (rc != 0 || *score <= least[i])
			return rc;
	}
	return 0;
}

static int rank(struct ik_term *const *terms, size_t n, uint32_t r, const uint64_t live[4],
                const int64_t *least, int32_t acc[256], uint64_t mask[4])
{
	struct met met;
	int rc = meet(terms, n, r, &met);

	memset(mask, 0, 4 * sizeof *mask);
	for (uint32_t keep = met.keep; rc == 0 && keep != 0; keep &= keep - 1) {
		uint32_t k = (uint32_t)__builtin_ctz(keep), d = met.docs[k];

		if ((live[d / 64] >> (d % 64) & 1) == 0)
			continue;
		rc = sum_points(terms, n, r, &met, k, least, &acc[d]);
		if (acc[d] > least[n - 1])
			mask[d / 64] |= (uint64_t)1 << (d % 64);
	}
	return rc;
}

const struct ik_meet IK_MEET = { fetch, docs, points, place, scores, rank };

#if !defined(IK_HAVE_AVX2)
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
