/*
 * sums_avx2.h - eight numbers, each with those before it added.
 *
 * Layer: segment, for files that are compiled for AVX2; nothing for others.
 */
#ifndef IK_SEGMENT_SUMS_AVX2_H
#define IK_SEGMENT_SUMS_AVX2_H

#if defined(IK_HAVE_AVX2)

#include <immintrin.h>

static inline __m256i ik_sums_of_8(__m256i v)
{
	__m256i half;

	v = _mm256_add_epi32(v, _mm256_slli_si256(v, 4));
	v = _mm256_add_epi32(v, _mm256_slli_si256(v, 8));
	half = _mm256_shuffle_epi32(_mm256_permute2x128_si256(v, v, 0x08), 0xff);
	return _mm256_add_epi32(v, half);
}

#endif

#endif
