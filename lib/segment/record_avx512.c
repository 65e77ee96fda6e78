/*
 * record_avx512.c - range records with AVX-512 VBMI2.
 *
 * Layer: segment. As record_avx2.c, but 64 documents at once are given their
 * frequencies. Same results as record.c, byte for byte.
 */
#include "segment/record.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi2,popcnt")))

AVX512 static void spread(const uint8_t row[IK_RECORD_ROOM], const uint64_t mask[4],
                          uint8_t freq[IK_RANGE])
{
	for (unsigned w = 0; w < 4; w++) {
		_mm512_storeu_si512(freq + (size_t)w * 64,
		                    _mm512_maskz_expandloadu_epi8(mask[w], row));
		row += _mm_popcnt_u64(mask[w]);
	}
}

static uint32_t mask_of(const struct ik_record *rec, uint64_t mask[4])
{
	return ik_unpack_avx2.mask(rec, mask);
}

static int32_t find(const struct ik_record *rec, uint32_t d)
{
	return ik_unpack_avx2.find(rec, d);
}

static void freqs(const struct ik_record *rec, uint8_t row[IK_RECORD_ROOM])
{
	ik_unpack_avx2.freqs(rec, row);
}

const struct ik_unpack ik_unpack_avx512 = { "avx512", mask_of, find, freqs, spread };

#endif
