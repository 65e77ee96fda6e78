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

#include "codec/bitpack_small.h"
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

#define BYTES(f) f(7), f(6), f(5), f(4), f(3), f(2), f(1), f(0)
#define ALL(q) (long long)(0x0101010101010101u * (q))
#define EACH(q) 0x0706050403020100

/*
 * 64 numbers a step: number i of each eight begins at bit i * width of the bytes from
 * eighth * width on. Width 0 and 8 are nothing special, and no byte behind the numbers is read.
 */
AVX512 void ik_record_freqs_avx512(const struct ik_record *rec, uint8_t row[IK_RECORD_ROOM])
{
	const __m512i eighth = _mm512_set_epi64(BYTES(ALL)), number = _mm512_set_epi64(BYTES(EACH));
	const __m512i width = _mm512_set1_epi16((short)rec->width);
	const __m512i fields = _mm512_set1_epi8((char)((1u << rec->width) - 1));
	__m512i from = _mm512_add_epi8(_mm512_mullo_epi16(eighth, width), number);
	__m512i shift = _mm512_mullo_epi16(number, width);
	uint32_t left = (uint32_t)ik_bits_bytes(rec->n, rec->width), step = 8 * rec->width;
	const uint8_t *p = rec->freqs;

	for (uint32_t i = 0; i < rec->n; i += 64, p += step, left -= step) {
		uint64_t bytes = left < 64 ? ((uint64_t)1 << left) - 1 : UINT64_MAX;
		__m512i v = _mm512_maskz_loadu_epi8(bytes, p);

		v = _mm512_multishift_epi64_epi8(shift, _mm512_permutexvar_epi8(from, v));
		v = _mm512_adds_epu8(_mm512_and_si512(v, fields), _mm512_set1_epi8(1));
		_mm512_storeu_si512(row + i, v);
	}
}

#endif
