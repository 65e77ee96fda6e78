/*
 * masks_ranges.h - in which ranges terms have documents, 64 ranges at a time.
 *
 * Layer: match. For masks.c alone, in a header because that is compiled three times.
 */
#ifndef IK_MATCH_MASKS_RANGES_H
#define IK_MATCH_MASKS_RANGES_H

#include "base/bits.h"
#include "match/masks.h"

#if defined(IK_HAVE_AVX2)
#include <immintrin.h>
#endif

#define WORDS (IK_MASKS_MAX / 64)

/* Which of the 64 ranges from this one on have a record, by bits. */
static inline uint64_t ranges_of(const struct ik_ranges *list, uint32_t first)
{
	uint32_t left = list->n - first;
	uint64_t bits = 0;

	if (list->present != NULL)
		return ik_load64(list->present + first / 8);
#if defined(IK_HAVE_AVX2)
	for (unsigned i = 0; left >= 64 && i < 64; i += 32) {
		__m256i max = _mm256_loadu_si256((const __m256i *)(list->max + first + i));
		__m256i none = _mm256_cmpeq_epi8(max, _mm256_setzero_si256());

		bits |= (uint64_t)~(uint32_t)_mm256_movemask_epi8(none) << i;
	}
	if (left >= 64)
		return bits;
#endif
	for (uint32_t i = 0; i < left && i < 64; i++)
		bits |= (uint64_t)(list->max[first + i] != 0) << i;
	return bits;
}

/* The ranges of the chunk in which a term has documents. */
static inline void find_ranges(const struct ik_masks *m, const struct ik_term *t, uint32_t n,
                        uint64_t words[WORDS])
{
	uint64_t first = (uint64_t)m->from * IK_RANGE, end = first + (uint64_t)n * IK_RANGE;

	for (uint32_t w = 0; w * 64 < n; w++)
		words[w] = t->ranged ? ranges_of(&t->ranges, m->from + w * 64) : 0;
	if (t->ranged)
		return;
	for (uint32_t i = ik_term_list_from(t, first); i < t->info.df && t->docs[i] < end; i++) {
		uint32_t place = t->docs[i] / IK_RANGE - m->from;

		words[place / 64] |= (uint64_t)1 << (place % 64);
	}
}

/* As struct ik_masks_ops has it. */
static inline void list_occupied(struct ik_masks *m, uint32_t from, uint32_t n,
                                 struct ik_term *const *terms, size_t n_terms, int all)
{
	uint64_t words[WORDS], more[WORDS];

	m->from = from;
	m->n = 0;
	find_ranges(m, terms[0], n, words);
	for (size_t i = 1; i < n_terms; i++) {
		find_ranges(m, terms[i], n, more);
		for (uint32_t w = 0; w * 64 < n; w++)
			words[w] = all ? words[w] & more[w] : words[w] | more[w];
	}
	for (uint32_t w = 0; w * 64 < n; w++)
		for (uint64_t bits = words[w]; bits != 0; bits &= bits - 1)
			m->list[m->n++] = (uint16_t)(w * 64 + ik_ctz64(bits));
}

/* ---- documents picked: leave those in ranges where the term has some, these into m->places ---- */

#if defined(IK_HAVE_AVX512)
/* Which of 16 ranges have a record. Behind the maxima there are bytes more than are read too many. */
static inline __mmask16 occupied16(const struct ik_ranges *list, __mmask16 in, __m512i r)
{
	const __m512i one = _mm512_set1_epi32(1), zero = _mm512_setzero_si512();
	__m512i word;

	if (list->max != NULL) {
		word = _mm512_mask_i32gather_epi32(zero, in, r, list->max, 1);
		return _mm512_mask_test_epi32_mask(in, word, _mm512_set1_epi32(255));
	}
	word = _mm512_mask_i32gather_epi32(zero, in, _mm512_srli_epi32(r, 5), list->present, 4);
	r = _mm512_and_si512(r, _mm512_set1_epi32(31));
	return _mm512_mask_test_epi32_mask(in, word, _mm512_sllv_epi32(one, r));
}

/* The first n lanes, or all. */
static inline __mmask16 first16(uint32_t n)
{
	return (__mmask16)(n < 16 ? (1u << n) - 1 : 0xffff);
}

static inline void keep_occupied(struct ik_masks *m, const struct ik_ranges *ranges, uint32_t *n)
{
	const __m512i from = _mm512_set1_epi32((int)m->from);
	uint32_t kept = 0, found;

	for (uint32_t k = 0; k < *n; k += 16, kept += found) {
		__mmask16 in = first16(*n - k), to;
		__m512i doc = _mm512_maskz_loadu_epi32(in, m->picked + k);
		__m512i r = _mm512_srli_epi32(doc, 8);

		in = occupied16(ranges, in, r);
		found = ik_popcount64(in);
		to = first16(found);
		_mm512_mask_storeu_epi32(m->picked + kept, to, _mm512_maskz_compress_epi32(in, doc));
		r = _mm512_maskz_compress_epi32(in, _mm512_sub_epi32(r, from));
		_mm256_mask_storeu_epi16(m->places + kept, to, _mm512_cvtepi32_epi16(r));
	}
	*n = kept;
}
#else
/* No branch, as none is foreseen. */
static inline void keep_occupied(struct ik_masks *m, const struct ik_ranges *ranges, uint32_t *n)
{
	uint32_t kept = 0;

	for (uint32_t k = 0; k < *n; k++) {
		uint32_t doc = m->picked[k];

		m->picked[kept] = doc;
		m->places[kept] = (uint16_t)(doc / IK_RANGE - m->from);
		kept += ik_ranges_occupied(ranges, doc / IK_RANGE);
	}
	*n = kept;
}

#endif

#endif
