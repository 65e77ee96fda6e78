/*
 * bytes_avx512.h - 32 bytes of a table of 256 at once.
 *
 * Layer: segment; nothing where there is no x86-64.
 */
#ifndef IK_SEGMENT_BYTES_AVX512_H
#define IK_SEGMENT_BYTES_AVX512_H

#if defined(__x86_64__)

#include <immintrin.h>
#include <stdint.h>

#define AVX512 \
	__attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))

/* table[at] of each byte. */
AVX512 static inline __m256i ik_bytes_at(const uint8_t table[256], __m256i at)
{
	__m512i i = _mm512_castsi256_si512(at);
	__m512i low = _mm512_permutex2var_epi8(_mm512_loadu_si512(table), i,
	                                       _mm512_loadu_si512(table + 64));
	__m512i high = _mm512_permutex2var_epi8(_mm512_loadu_si512(table + 128), i,
	                                        _mm512_loadu_si512(table + 192));

	return _mm512_castsi512_si256(
	        _mm512_mask_blend_epi8(_mm512_movepi8_mask(i), low, high));
}

#endif

#endif
