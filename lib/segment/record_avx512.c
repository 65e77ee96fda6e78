/*
 * record_avx512.c - what AVX-512 VBMI2 does better about range records.
 *
 * Layer: segment. 64 documents at once are given their frequencies. Same
 * result as record.c, byte for byte; all else is in record_avx2.c.
 */
#include "segment/record.h"

#if defined(__x86_64__)

#include <immintrin.h>

__attribute__((target("avx512f,avx512bw,avx512vbmi2,popcnt"))) void
ik_record_spread_avx512(const uint8_t row[IK_RECORD_ROOM], const uint64_t mask[4],
                        uint8_t freq[IK_RANGE])
{
	for (unsigned w = 0; w < 4; w++) {
		_mm512_storeu_si512(freq + (size_t)w * 64,
		                    _mm512_maskz_expandloadu_epi8(mask[w], row));
		row += _mm_popcnt_u64(mask[w]);
	}
}

#endif
