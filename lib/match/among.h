/*
 * among.h - which of a few documents a bitmap of 256 has.
 *
 * Layer: match. In a header for meet.c and masks.c, which are compiled again with
 * IK_HAVE_AVX2, and masks.c with IK_HAVE_AVX512 too.
 */
#ifndef IK_MATCH_AMONG_H
#define IK_MATCH_AMONG_H

#include <stdint.h>

static inline int ik_bitmap_has(const uint8_t *bits, uint32_t d)
{
	return bits[d / 8] >> (d % 8) & 1;
}

/* Of 32 documents at once, the byte of each is looked up, then the bit. */
#if defined(IK_HAVE_AVX512)
static inline uint32_t ik_among_32(const uint8_t *bits, const uint8_t *docs)
{
	const __m256i d = _mm256_loadu_si256((const __m256i *)docs);
	const __m256i all = _mm256_loadu_si256((const __m256i *)bits);
	const __m256i one_of_8 = _mm256_set1_epi64x((long long)0x8040201008040201u);
	__m256i at = _mm256_and_si256(_mm256_srli_epi16(d, 3), _mm256_set1_epi8(31));
	__m256i bit = _mm256_shuffle_epi8(one_of_8, _mm256_and_si256(d, _mm256_set1_epi8(7)));

	return _mm256_test_epi8_mask(_mm256_permutexvar_epi8(at, all), bit);
}
#elif defined(IK_HAVE_AVX2)
static inline uint32_t ik_among_32(const uint8_t *bits, const uint8_t *docs)
{
	const __m256i d = _mm256_loadu_si256((const __m256i *)docs);
	const __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)bits));
	const __m256i high =
	        _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(bits + 16)));
	const __m256i one_of_8 = _mm256_set1_epi64x((long long)0x8040201008040201u);
	__m256i at = _mm256_and_si256(_mm256_srli_epi16(d, 3), _mm256_set1_epi8(15));
	__m256i byte = _mm256_blendv_epi8(_mm256_shuffle_epi8(low, at),
	                                  _mm256_shuffle_epi8(high, at), d);
	__m256i bit = _mm256_shuffle_epi8(one_of_8, _mm256_and_si256(d, _mm256_set1_epi8(7)));

	return (uint32_t)_mm256_movemask_epi8(
	        _mm256_cmpeq_epi8(_mm256_and_si256(byte, bit), bit));
}
#endif

#if defined(IK_HAVE_AVX2)
/* The first n of 32 documents, and the first one in place of all others. */
static inline void ik_repeat_first(const uint8_t *docs, uint32_t n, uint8_t out[32])
{
	const __m256i place = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	                                       15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	                                       27, 28, 29, 30, 31);
	__m256i all = _mm256_loadu_si256((const __m256i *)docs);
	__m256i first = _mm256_broadcastb_epi8(_mm256_castsi256_si128(all));
	__m256i valid = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)n), place);

	_mm256_storeu_si256((__m256i *)out, _mm256_blendv_epi8(first, all, valid));
}
#endif

/* Which of n documents, fewer than 32, of which 32 bytes can be read: i by bit i. */
static inline uint32_t ik_among(const uint8_t *bits, const uint8_t *docs, uint32_t n)
{
#if defined(IK_HAVE_AVX2)
	return ik_among_32(bits, docs) & ((1u << n) - 1);
#else
	uint32_t found = 0;

	for (uint32_t i = 0; i < n; i++)
		found |= (uint32_t)ik_bitmap_has(bits, docs[i]) << i;
	return found;
#endif
}

#endif
