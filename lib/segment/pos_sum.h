/*
 * pos_sum.h - how far it is over the positions of postings that are passed.
 *
 * Layer: segment, for pos_read.c. Up to 31 postings are taken at once where there are
 * vectors: how many they are is different each time, and no loop that a processor foresees.
 */
#ifndef IK_SEGMENT_POS_SUM_H
#define IK_SEGMENT_POS_SUM_H

#include "segment/pos.h"

#if !defined(IK_POS_AVX512)
static inline struct ik_pos_sum sum_each(const uint8_t *tf, const uint8_t *norm, uint32_t n,
                                         unsigned extra)
{
	struct ik_pos_sum sum = { 0, 0 };

	for (uint32_t i = 0; i < n; i++)
		ik_pos_add(&sum, norm[i], tf[i], extra);
	return sum;
}
#endif

#if defined(IK_POS_AVX2)
/* Of 32 postings, by L() of their lengths, and by what their frequencies take away. */
static inline struct ik_pos_sum sum_lanes(__m256i tf, __m256i log, __m256i less, unsigned extra)
{
	__m256i width = _mm256_subs_epu8(log, less), low, both;

	width = _mm256_and_si256(_mm256_srli_epi16(width, 3), _mm256_set1_epi8(31));
	width = _mm256_add_epi8(width, _mm256_set1_epi8((char)extra));
	width = _mm256_min_epu8(width, _mm256_set1_epi8(32));
	low = _mm256_madd_epi16(_mm256_maddubs_epi16(tf, width), _mm256_set1_epi16(1));
	both = _mm256_hadd_epi32(low, _mm256_sad_epu8(tf, _mm256_setzero_si256()));
	both = _mm256_hadd_epi32(both, both);
	both = _mm256_add_epi32(both, _mm256_permute2x128_si256(both, both, 1));
	return (struct ik_pos_sum){ (uint32_t)_mm256_extract_epi32(both, 1),
		                    (uint32_t)_mm256_extract_epi32(both, 0) };
}
#endif

#if defined(IK_POS_AVX512)
static inline struct ik_pos_sum sum_postings(const uint8_t *tf, const uint8_t *norm, uint32_t n,
                                             unsigned extra)
{
	const __mmask32 lanes = (1u << n) - 1;
	__m256i f = _mm256_maskz_loadu_epi8(lanes, tf);
	__m256i log = ik_bytes_at(ik_pos_log_norm, _mm256_maskz_loadu_epi8(lanes, norm));

	return sum_lanes(f, log, ik_bytes_at(ik_pos_less, f), extra);
}
#elif defined(IK_POS_AVX2)
#define LINEAR 80 /* from here on ik_pos_log_norm[v] is v - 8 */

/* table[at] where `at` is below 16, else 0. */
static inline __m256i look_up_16(const uint8_t *table, __m256i at)
{
	__m128i row = _mm_loadu_si128((const __m128i *)table);

	return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(row),
	                           _mm256_adds_epu8(at, _mm256_set1_epi8(0x70)));
}

/* L() of lengths, by 16 norms of the table at a time. */
static inline __m256i log_lengths(__m256i norm)
{
	const __m256i linear = _mm256_max_epu8(norm, _mm256_set1_epi8(LINEAR));
	__m256i log = _mm256_and_si256(_mm256_sub_epi8(norm, _mm256_set1_epi8(8)),
	                               _mm256_cmpeq_epi8(linear, norm));

	for (unsigned from = 0; from < LINEAR; from += 16) {
		log = _mm256_or_si256(log, look_up_16(ik_pos_log_norm + from, norm));
		norm = _mm256_sub_epi8(norm, _mm256_set1_epi8(16));
	}
	return log;
}

static inline struct ik_pos_sum sum_postings(const uint8_t *tf, const uint8_t *norm, uint32_t n,
                                             unsigned extra)
{
	const __m256i lane = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	                                      15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	                                      27, 28, 29, 30, 31);
	const __m256i lanes = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)n), lane);
	__m256i f = _mm256_and_si256(_mm256_loadu_si256((const __m256i *)tf), lanes);
	__m256i length = _mm256_and_si256(_mm256_loadu_si256((const __m256i *)norm), lanes);

	if (!_mm256_testz_si256(f, _mm256_set1_epi8((char)0xf0))) /* one is 16 or more */
		return sum_each(tf, norm, n, extra);
	return sum_lanes(f, log_lengths(length), look_up_16(ik_pos_less, f), extra);
}
#else
#define sum_postings sum_each
#endif

#endif
