/*
 * record_avx2.c - range records with AVX2, BMI2 and POPCNT.
 *
 * Layer: segment. PDEP spreads eight numbers of `width` bits over eight
 * bytes, and then those bytes over the documents that a byte of the mask
 * names. Same results as record.c, byte for byte.
 */
#include "segment/record.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define ONES 0x0101010101010101u

AVX2 static uint32_t mask_of(const struct ik_record *rec, uint64_t mask[4])
{
	const __m256i word = _mm256_setr_epi64x(0, 64, 128, 192), one = _mm256_set1_epi64x(1);
	__m256i sum = _mm256_setzero_si256();

	if (ik_record_is_bitmap(rec)) {
		memcpy(mask, rec->docs, IK_RANGE / 8);
		return (uint32_t)(_mm_popcnt_u64(mask[0]) + _mm_popcnt_u64(mask[1]) +
		                  _mm_popcnt_u64(mask[2]) + _mm_popcnt_u64(mask[3]));
	}
	/* A shift by 64 and more, or by less than nothing, leaves no bit in the other words. */
	for (uint32_t i = 0; i < rec->n; i++) {
		__m256i d = _mm256_set1_epi64x(rec->docs[i]);

		sum = _mm256_or_si256(sum, _mm256_sllv_epi64(one, _mm256_sub_epi64(d, word)));
	}
	_mm256_storeu_si256((__m256i *)mask, sum);
	return rec->n;
}

/* Of the first three words, how many bits are set in those before d's: no loop to foresee. */
AVX2 static int32_t find_bit(const uint8_t *docs, uint32_t d)
{
	uint64_t words[4], before = 0, word;

	memcpy(words, docs, sizeof words);
	for (uint32_t w = 0; w < 3; w++)
		before += (uint64_t)_mm_popcnt_u64(words[w]) & (0 - (uint64_t)(w < d / 64));
	word = words[d / 64] << (63 - d % 64);
	return word >> 63 != 0 ? (int32_t)(before + (uint64_t)_mm_popcnt_u64(word)) - 1 : -1;
}

AVX2 static int32_t find(const struct ik_record *rec, uint32_t d)
{
	__m256i all;
	uint32_t bits;

	if (ik_record_is_bitmap(rec))
		return find_bit(rec->docs, d);
	if (rec->end - rec->docs < 32)
		return ik_unpack_scalar.find(rec, d);
	all = _mm256_loadu_si256((const __m256i *)rec->docs);
	bits = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(all, _mm256_set1_epi8((char)d)));
	bits &= (1u << rec->n) - 1;
	return bits != 0 ? (int32_t)_tzcnt_u32(bits) : -1;
}

/* Set bits before each document, in the words before its own and in that. */
AVX2 static int places_of_bits(const struct ik_record *rec, const uint8_t *docs, uint32_t n,
                               uint8_t *out)
{
	uint64_t words[4], before[4] = { 0 }, missing = 0;

	memcpy(words, rec->docs, sizeof words);
	for (unsigned w = 1; w < 4; w++)
		before[w] = before[w - 1] + (uint64_t)_mm_popcnt_u64(words[w - 1]);
	for (uint32_t k = 0; k < n; k++) {
		uint64_t word = words[docs[k] / 64] << (63 - docs[k] % 64);
		uint64_t i = before[docs[k] / 64] + (uint64_t)_mm_popcnt_u64(word) - 1;

		missing |= ~word >> 63 | (i >= rec->n);
		out[k] = (uint8_t)i;
	}
	return missing == 0 ? 0 : -1;
}

AVX2 static int places(const struct ik_record *rec, const uint8_t *docs, uint32_t n, uint8_t *out)
{
	const uint32_t valid = (1u << rec->n % 32) - 1;
	uint32_t missing = 0;
	__m256i all;

	if (ik_record_is_bitmap(rec))
		return places_of_bits(rec, docs, n, out);
	if (rec->end - rec->docs < 32)
		return ik_unpack_scalar.places(rec, docs, n, out);
	all = _mm256_loadu_si256((const __m256i *)rec->docs);
	for (uint32_t k = 0; k < n; k++) {
		__m256i same = _mm256_cmpeq_epi8(all, _mm256_set1_epi8((char)docs[k]));
		uint32_t at = (uint32_t)_mm256_movemask_epi8(same) & valid;

		missing |= at == 0;
		out[k] = (uint8_t)_tzcnt_u32(at);
	}
	return missing == 0 ? 0 : -1;
}

#define STEP 32 /* numbers at a time: most records have no more, and no loop to foresee */

/* Whole steps read too many numbers, and up to seven bytes behind them. */
static int has_slack(const struct ik_record *rec)
{
	size_t steps = (rec->n + STEP - 1) / STEP;

	return (size_t)(rec->end - rec->freqs) >= steps * (STEP / 8) * rec->width + 8;
}

/* Eight numbers in as many bytes. */
AVX2 static inline long long unpack8(const uint8_t *p, uint64_t fields)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return (long long)_pdep_u64(v, fields);
}

AVX2 static void freqs(const struct ik_record *rec, uint8_t row[IK_RECORD_ROOM])
{
	const uint64_t fields = ONES * ((1u << rec->width) - 1);
	const uint8_t *p = rec->freqs;
	const uint32_t width = rec->width;

	if (!has_slack(rec)) {
		ik_unpack_scalar.freqs(rec, row);
		return;
	}
	for (uint32_t i = 0; i < rec->n; i += STEP, p += (size_t)STEP / 8 * width) {
		__m256i v = _mm256_setr_epi64x(unpack8(p, fields), unpack8(p + width, fields),
		                               unpack8(p + (size_t)2 * width, fields),
		                               unpack8(p + (size_t)3 * width, fields));

		/* Only a damaged record has a 255, since the writer makes exceptions. */
		_mm256_storeu_si256((__m256i *)(row + i),
		                    _mm256_adds_epu8(v, _mm256_set1_epi8(1)));
	}
}

AVX2 static void spread(const uint8_t row[IK_RECORD_ROOM], const uint64_t mask[4],
                        uint8_t freq[IK_RANGE])
{
	for (unsigned at = 0; at < IK_RANGE; at += 8) {
		uint64_t docs = mask[at / 64] >> (at % 64) & 255, v;

		memcpy(&v, row, sizeof v);
		v = _pdep_u64(v, _pdep_u64(docs, ONES) * 255);
		memcpy(freq + at, &v, sizeof v);
		row += _mm_popcnt_u64(docs);
	}
}

const struct ik_unpack ik_unpack_avx2 = { "avx2", mask_of, find, places, freqs, spread };
const struct ik_unpack ik_unpack_avx512 = { "avx512", mask_of, find, places,
	                                    ik_record_freqs_avx512, ik_record_spread_avx512 };

#endif
