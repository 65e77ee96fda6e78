/*
 * freqs_avx2.h - 32 packed numbers of a record at once, with AVX2 and BMI2.
 *
 * Layer: segment. PDEP spreads eight numbers of `width` bits over eight bytes.
 */
#ifndef IK_SEGMENT_FREQS_AVX2_H
#define IK_SEGMENT_FREQS_AVX2_H

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define IK_FREQS 32                              /* at once */
#define IK_FREQS_BYTES(width) (3u * (width) + 8) /* that are read for them */

/* Eight numbers in as many bytes. */
AVX2 static inline long long ik_freqs_8(const uint8_t *p, uint64_t fields)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return (long long)_pdep_u64(v, fields);
}

/* The numbers plus one: at most 255, which only a damaged record has, since the writer makes exceptions. */
AVX2 static inline __m256i ik_freqs_32(const uint8_t *p, uint32_t width)
{
	const uint64_t fields = 0x0101010101010101u * ((1u << width) - 1);

	return _mm256_adds_epu8(_mm256_setr_epi64x(ik_freqs_8(p, fields),
	                                           ik_freqs_8(p + width, fields),
	                                           ik_freqs_8(p + (size_t)2 * width, fields),
	                                           ik_freqs_8(p + (size_t)3 * width, fields)),
	                        _mm256_set1_epi8(1));
}

#endif
