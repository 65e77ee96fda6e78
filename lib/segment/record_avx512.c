/*
 * record_avx512.c - what AVX-512 VBMI and VBMI2 do better about range records.
 *
 * Layer: segment. 64 documents at once are given their frequencies, or give
 * their bytes. Same results as record.c, byte for byte; all else is in
 * record_avx2.c.
 */
#include "segment/record.h"

#if defined(__x86_64__)

#include <string.h>

#include "segment/bytes_avx512.h"

AVX512 void ik_record_spread_avx512(const uint8_t row[IK_RECORD_ROOM], const uint64_t mask[4],
                                    uint8_t freq[IK_RANGE])
{
	for (unsigned w = 0; w < 4; w++) {
		_mm512_storeu_si512(freq + (size_t)w * 64,
		                    _mm512_maskz_expandloadu_epi8(mask[w], row));
		row += _mm_popcnt_u64(mask[w]);
	}
}

/* Those of a bitmap; what is behind them in the row is written over. */
AVX512 static void pick_bits(const uint8_t *docs, const uint8_t *all, uint8_t *row)
{
	for (unsigned w = 0; w < 4; w++) {
		__m512i v = _mm512_loadu_si512(all + (size_t)w * 64);
		uint64_t mask;

		memcpy(&mask, docs + (size_t)w * 8, sizeof mask);
		_mm512_storeu_si512(row, _mm512_maskz_compress_epi8(mask, v));
		row += _mm_popcnt_u64(mask);
	}
}

AVX512 void ik_record_pick_avx512(const struct ik_record *rec, const uint8_t all[IK_RANGE],
                                  uint8_t row[IK_RECORD_ROOM])
{
	__m256i docs;

	if (ik_record_is_bitmap(rec)) {
		pick_bits(rec->docs, all, row);
		return;
	}
	docs = _mm256_maskz_loadu_epi8((1u << rec->n) - 1, rec->docs);
	_mm256_storeu_si256((__m256i *)row, ik_bytes_at(all, docs));
}

#endif
