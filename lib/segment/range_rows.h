/*
 * range_rows.h - what the postings of a chunk of positions say, in rows.
 *
 * Layer: segment, for range_load.c.
 */
#ifndef IK_SEGMENT_RANGE_ROWS_H
#define IK_SEGMENT_RANGE_ROWS_H

#include "segment/pos_bits.h"
#include "segment/range_open.h"

/* ---- L() of the lengths of a chunk's documents ---- */

/* Of n documents from the first-th of the record on; `norms` are those of the range. */
static inline void get_logs_scalar(const struct ik_record *rec, const uint8_t *norms,
                                   uint32_t first, uint32_t n, uint8_t *out)
{
	uint32_t i = 0;

	if (!ik_record_is_bitmap(rec)) {
		for (; i < n; i++)
			out[i] = ik_pos_log(norms, rec->docs[i]);
		return;
	}
	for (uint32_t d = 0; d < IK_RANGE && i < first + n; d++) {
		if ((rec->docs[d / 8] >> d % 8 & 1) == 0)
			continue;
		if (i >= first)
			out[i - first] = ik_pos_log(norms, d);
		i++;
	}
}

#if defined(IK_HAVE_AVX2)
static inline __m256i logs_by_one(const struct ik_record *rec, const uint8_t *norms,
                                  uint32_t first, uint32_t n)
{
	uint8_t row[IK_POS_CHUNK] = { 0 };

	get_logs_scalar(rec, norms, first, n, row);
	return _mm256_loadu_si256((const __m256i *)row);
}
#endif

#if defined(IK_HAVE_AVX512)
static inline __m256i logs_of(const struct ik_record *rec, const uint8_t *norms, uint32_t first,
                              uint32_t n)
{
	uint8_t all[IK_RECORD_ROOM];

	if (norms == NULL)
		return logs_by_one(rec, norms, first, n);
	ik_record_pick_avx512(rec, norms, all);
	return ik_bytes_at(ik_pos_log_norm,
	                   _mm256_loadu_si256((const __m256i *)(all + first)));
}
#elif defined(IK_HAVE_AVX2)
/* table[at] where `at` is below 16, else 0. */
static inline __m256i look_up_16(__m128i table, __m256i at)
{
	return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table),
	                           _mm256_adds_epu8(at, _mm256_set1_epi8(0x70)));
}

#define LINEAR 80 /* from here on ik_pos_log_norm[v] is v - 8 */

/* By 16 norms of the table at a time. */
static inline __m256i logs_of_norms(__m256i norm)
{
	const __m256i linear = _mm256_max_epu8(norm, _mm256_set1_epi8(LINEAR));
	__m256i log = _mm256_and_si256(_mm256_sub_epi8(norm, _mm256_set1_epi8(8)),
	                               _mm256_cmpeq_epi8(linear, norm));

	for (unsigned from = 0; from < LINEAR; from += 16) {
		const uint8_t *table = ik_pos_log_norm + from;

		log = _mm256_or_si256(log, look_up_16(_mm_loadu_si128((const __m128i *)table), norm));
		norm = _mm256_sub_epi8(norm, _mm256_set1_epi8(16));
	}
	return log;
}

/* Where the k-th document of a bitmap is, counted from 0; it has more. */
static inline uint32_t select_bit(const uint8_t *bitmap, uint32_t k)
{
	uint32_t w = 0;

	for (; w < 3 && k >= ik_popcount64(ik_load64(bitmap + (size_t)w * 8)); w++)
		k -= ik_popcount64(ik_load64(bitmap + (size_t)w * 8));
	return w * 64 + ik_ctz64(_pdep_u64((uint64_t)1 << k % 64, ik_load64(bitmap + (size_t)w * 8)) |
	                         (uint64_t)1 << 63);
}

/* Of each eight documents, those of a byte of the bitmap. */
static inline __m256i logs_of_bits(const uint8_t *bitmap, const uint8_t *norms, uint32_t first)
{
	uint32_t from = select_bit(bitmap, first), b = from / 8, filled = 0;
	uint64_t docs = (uint64_t)bitmap[b] >> from % 8 << from % 8;
	uint8_t room[IK_POS_CHUNK + 8] = { 0 };

	do {
		ik_store64(room + filled,
		           _pext_u64(ik_load64(norms + (size_t)b * 8),
		                     _pdep_u64(docs, 0x0101010101010101u) * 255));
		filled += ik_popcount64(docs);
		docs = bitmap[++b % 32];
	} while ((b < IK_RANGE / 8) & (filled < IK_POS_CHUNK));
	return logs_of_norms(_mm256_loadu_si256((const __m256i *)room));
}

static inline long long logs_of_8(const uint8_t *docs, const uint8_t *norms)
{
	uint64_t v = 0;

	for (unsigned k = 0; k < 8; k++)
		v |= (uint64_t)ik_pos_log_norm[norms[docs[k]]] << (8 * k);
	return (long long)v;
}

/* Of 32 documents, or of 16 where there are not more: a loop would not be foreseen. */
static inline __m256i logs_of_bytes(const uint8_t *docs, const uint8_t *norms, uint32_t n)
{
	long long third = 0, fourth = 0;

	if (n > 16) {
		third = logs_of_8(docs + 16, norms);
		fourth = logs_of_8(docs + 24, norms);
	}
	return _mm256_setr_epi64x(logs_of_8(docs, norms), logs_of_8(docs + 8, norms), third, fourth);
}

static inline __m256i logs_of(const struct ik_record *rec, const uint8_t *norms, uint32_t first,
                              uint32_t n)
{
	if (norms == NULL || rec->end - rec->docs < IK_BITMAP_CUT)
		return logs_by_one(rec, norms, first, n);
	return ik_record_is_bitmap(rec) ? logs_of_bits(rec->docs, norms, first)
	                                : logs_of_bytes(rec->docs, norms, n);
}
#endif

/* ---- how wide the low parts of the postings are ---- */

/* One after the other, and the bits of all before each. */
static inline void set_widths(struct ik_range *range, const uint8_t *logs, uint32_t n)
{
	struct ik_pos_reader reader = { .extra = range->start.extra };

	for (uint32_t k = 0; k < n; k++) {
		uint32_t tf = ik_range_freq(range, range->chunk + k);

		range->widths[k] = (uint8_t)ik_pos_width(logs[k], tf, reader.extra);
		range->lows[k] = (uint32_t)reader.low;
		ik_pos_skip(&reader, logs[k], tf);
	}
}

#if defined(IK_HAVE_AVX2)
#if defined(IK_HAVE_AVX512)
static inline __m256i less_of(__m256i tf)
{
	return ik_bytes_at(ik_pos_less, tf);
}
#else
/* From 16 on, that of v is that of v / 2, and 8 more: so 16 of them are looked up five times. */
static inline __m256i less_of(__m256i tf)
{
	const __m128i low = _mm_loadu_si128((const __m128i *)ik_pos_less);
	const __m128i eight = _mm_set_epi64x(0x0808080808080808, 0);
	__m128i more = _mm_and_si128(low, _mm_set_epi64x(-1, 0));
	__m256i less = look_up_16(low, tf);

	for (unsigned i = 0; i < 4; i++) {
		more = _mm_add_epi8(more, eight);
		tf = _mm256_and_si256(_mm256_srli_epi16(tf, 1), _mm256_set1_epi8(127));
		less = _mm256_or_si256(less, look_up_16(more, tf));
	}
	return less;
}
#endif

/* How wide low parts are where frequencies are below 255. */
static inline __m256i widths_of(const struct ik_range *range, __m256i log)
{
	__m256i tf = _mm256_loadu_si256((const __m256i *)(range->row + range->chunk));
	__m256i width = _mm256_subs_epu8(log, less_of(tf));

	width = _mm256_and_si256(_mm256_srli_epi16(width, 3), _mm256_set1_epi8(31));
	width = _mm256_add_epi8(width, _mm256_set1_epi8((char)range->start.extra));
	return _mm256_min_epu8(width, _mm256_set1_epi8(32));
}
#endif

/* The rows of the n postings of the chunk; `norms` are those of the range. */
static inline void set_rows(struct ik_range *range, const uint8_t *norms, uint32_t n)
{
	uint8_t room[IK_POS_CHUNK];
#if defined(IK_HAVE_AVX2)
	__m256i logs = logs_of(&range->rec, norms, range->chunk, n);

	if (!range->big) {
		_mm256_storeu_si256((__m256i *)range->widths, widths_of(range, logs));
		return;
	}
	_mm256_storeu_si256((__m256i *)room, logs);
#else
	get_logs_scalar(&range->rec, norms, range->chunk, n, room);
#endif
	set_widths(range, room, n);
}

/* ---- what comes before a posting of the chunk ---- */

#if defined(IK_HAVE_AVX2)
/* The frequencies of n postings, fewer than 32, from one on, and zeros. */
static inline __m256i freqs_of(const struct ik_range *range, uint32_t from, uint32_t n)
{
	const __m256i lane = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	                                      15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	                                      27, 28, 29, 30, 31);
	const __m256i lanes = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)n), lane);

	return _mm256_and_si256(_mm256_loadu_si256((const __m256i *)(range->row + from)), lanes);
}

static inline uint64_t sum_lanes(const struct ik_range *range, uint32_t from, uint32_t n)
{
	__m256i sum = _mm256_sad_epu8(freqs_of(range, from, n), _mm256_setzero_si256());
	__m128i half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));

	return (uint64_t)_mm_cvtsi128_si64(half) + (uint64_t)_mm_extract_epi64(half, 1);
}

/* Two products of a frequency below 255 and a width of at most 32 fit into 15 bits. */
static inline uint32_t sum_products(const struct ik_range *range, uint32_t n)
{
	const __m256i one = _mm256_set1_epi16(1);
	__m256i width = _mm256_loadu_si256((const __m256i *)range->widths);
	__m256i two = _mm256_maddubs_epi16(freqs_of(range, range->chunk, n), width);
	__m256i four = _mm256_madd_epi16(two, one);
	__m128i sum = _mm_add_epi32(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));

	sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
	return (uint32_t)_mm_cvtsi128_si32(sum) + (uint32_t)_mm_extract_epi32(sum, 1);
}
#endif

/* How many positions n postings have, fewer than 32, from one on, whatever the frequencies. */
static inline uint64_t sum_freqs(const struct ik_range *range, uint32_t from, uint32_t n)
{
	uint64_t sum = 0;

#if defined(IK_HAVE_AVX2)
	if (!range->big)
		return sum_lanes(range, from, n);
#endif
	for (uint32_t i = from; i < from + n; i++)
		sum += ik_range_freq(range, i);
	return sum;
}

/* Bits of the low parts of the first n. */
static inline uint32_t low_bits(const struct ik_range *range, uint32_t n)
{
#if defined(IK_HAVE_AVX2)
	if (!range->big)
		return sum_products(range, n);
#endif
	return range->lows[n];
}

#endif
