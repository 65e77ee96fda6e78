/*
 * pos_few.h - a posting's positions all at once, where they are few.
 *
 * Layer: segment, for pos_read.c when it is compiled for AVX2. Most postings
 * have one to eight positions, and how many cannot be foreseen: so eight are
 * computed of each, without a branch, and as many are looked at as there are.
 */
#ifndef IK_SEGMENT_POS_FEW_H
#define IK_SEGMENT_POS_FEW_H

#if defined(IK_POS_AVX2)

#include <immintrin.h>

#include "segment/pos_bits.h"

#define IK_POS_FEW 8        /* positions */
#define IK_POS_FEW_WIDTH 14 /* bits of a low part: four of them fit into what one load gives */

/*
 * How many zeros stand before each of the first n ones of v, at most eight, from the
 * highest bit down. There are `ones` in v; what comes out for more than n means nothing.
 */
static inline __m256i ik_pos_few_zeros(uint64_t v, unsigned ones, uint32_t n);

#if defined(IK_POS_AVX512)
#define EIGHT(v) v, (v) - 1, (v) - 2, (v) - 3, (v) - 4, (v) - 5, (v) - 6, (v) - 7
static const uint8_t bits_above[64] = { EIGHT(63), EIGHT(55), EIGHT(47), EIGHT(39),
	                                EIGHT(31), EIGHT(23), EIGHT(15), EIGHT(7) };
#undef EIGHT

static inline __m256i ik_pos_few_zeros(uint64_t v, unsigned ones, uint32_t n)
{
	const __m128i lane = _mm_set_epi64x(0, 0x0706050403020100);
	__m512i at = _mm512_maskz_compress_epi8(v, _mm512_loadu_si512(bits_above));
	__m128i last = _mm_sub_epi8(_mm_set1_epi8((char)(ones - 1)), lane);
	__m128i bits = _mm512_castsi512_si128(
	        _mm512_permutexvar_epi8(_mm512_castsi128_si512(last), at));

	(void)n;
	return _mm256_cvtepu8_epi32(_mm_sub_epi8(bits, lane));
}
#else
static inline uint64_t zeros_before(uint64_t v, unsigned ones, unsigned j)
{
	uint64_t one = _pdep_u64((uint64_t)1 << ((ones - 1 - j) & 63), v);

	return (uint32_t)(ik_pos_leading_zeros(one | 1) - j);
}

#define TWO(j) ((long long)(zeros_before(v, ones, j) | zeros_before(v, ones, (j) + 1) << 32))
static inline __m256i ik_pos_few_zeros(uint64_t v, unsigned ones, uint32_t n)
{
	if (n <= 4) /* nearly always, and cheaper by half */
		return _mm256_setr_epi64x(TWO(0), TWO(2), 0, 0);
	return _mm256_setr_epi64x(TWO(0), TWO(2), TWO(4), TWO(6));
}
#undef TWO
#endif

/* Eight low parts, the second four of them from `next` on. */
static inline __m256i ik_pos_few_low(uint64_t first, uint64_t next, unsigned width)
{
	uint64_t fields = 0x0001000100010001u * (((uint64_t)1 << width) - 1);

	return _mm256_cvtepu16_epi32(_mm_set_epi64x((long long)_pdep_u64(next, fields),
	                                            (long long)_pdep_u64(first, fields)));
}

/* Each number with those before it added. */
static inline __m256i ik_pos_few_sums(__m256i v)
{
	__m256i half;

	v = _mm256_add_epi32(v, _mm256_slli_si256(v, 4));
	v = _mm256_add_epi32(v, _mm256_slli_si256(v, 8));
	half = _mm256_shuffle_epi32(_mm256_permute2x128_si256(v, v, 0x08), 0xff);
	return _mm256_add_epi32(v, half);
}

#endif

#endif
