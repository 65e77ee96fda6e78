/*
 * masks_record.h - the documents of a record and the mask of its range.
 *
 * Layer: match. For masks.c alone, in a header because that is compiled three times.
 */
#ifndef IK_MATCH_MASKS_RECORD_H
#define IK_MATCH_MASKS_RECORD_H

#include "base/bits.h"
#include "match/among.h"
#include "match/masks.h"
#include "segment/record_find.h"

static inline void add_doc(uint8_t mask[IK_MASK], uint32_t d)
{
	mask[d / 8] |= (uint8_t)(1u << d % 8);
}

#if defined(IK_HAVE_AVX512)
/* The bits of eight documents in word w of a mask; a shift by 64 and more leaves none. */
static inline __m512i bits_in_word(__m512i docs, __mmask8 in, unsigned w)
{
	__m512i by = _mm512_sub_epi64(docs, _mm512_set1_epi64((long long)w * 64));

	return _mm512_maskz_sllv_epi64(in, _mm512_set1_epi64(1), by);
}

/* Two words' bits, four times side by side, to two and two. */
static inline __m256i join_words(__m512i a, __m512i b)
{
	__m512i ab = _mm512_or_si512(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));

	return _mm256_or_si256(_mm512_castsi512_si256(ab), _mm512_extracti64x4_epi64(ab, 1));
}

static inline __m256i mask_of_bytes(const struct ik_record *rec)
{
	__m256i sum = _mm256_setzero_si256();
	uint32_t i = 0;

	do {
		__mmask8 in = (__mmask8)_bzhi_u32(255, rec->n - i);
		__m512i d = _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)(rec->docs + i)));
		__m256i low = join_words(bits_in_word(d, in, 0), bits_in_word(d, in, 1));
		__m256i high = join_words(bits_in_word(d, in, 2), bits_in_word(d, in, 3));

		sum = _mm256_or_si256(sum, _mm256_permute2x128_si256(low, high, 0x20));
		sum = _mm256_or_si256(sum, _mm256_permute2x128_si256(low, high, 0x31));
		i += 8;
	} while (i < rec->n);
	return sum;
}
#elif defined(IK_HAVE_AVX2)
/* A shift by 64 and more, or by less than nothing, leaves no bit in the other words. */
static inline __m256i bit_of(uint8_t d)
{
	const __m256i word = _mm256_setr_epi64x(0, 64, 128, 192), one = _mm256_set1_epi64x(1);

	return _mm256_sllv_epi64(one, _mm256_sub_epi64(_mm256_set1_epi64x(d), word));
}

static inline __m256i bits_of_4(const uint8_t *docs)
{
	return _mm256_or_si256(_mm256_or_si256(bit_of(docs[0]), bit_of(docs[1])),
	                       _mm256_or_si256(bit_of(docs[2]), bit_of(docs[3])));
}

/* Eight at a time, the first one again where there are fewer: loops that end alike. */
static inline __m256i mask_of_bytes(const struct ik_record *rec)
{
	__m256i sum = _mm256_setzero_si256();
	uint8_t docs[IK_MASK];

	ik_repeat_first(rec->docs, rec->n, docs);
	for (uint32_t i = 0; i < rec->n; i += 8)
		sum = _mm256_or_si256(sum, _mm256_or_si256(bits_of_4(docs + i),
		                                           bits_of_4(docs + i + 4)));
	return sum;
}
#endif

#if defined(IK_HAVE_AVX2)
static inline void add_bytes(uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	__m256i *all = (__m256i *)mask;

	_mm256_storeu_si256(all, _mm256_or_si256(_mm256_loadu_si256(all), mask_of_bytes(rec)));
}

#if defined(IK_HAVE_AVX512)
/* The mask of those of its documents that `found` has by bits, mostly one or none: a loop that ends alike. */
static inline void set_bytes(uint8_t mask[IK_MASK], const struct ik_record *rec, uint32_t found)
{
	__m256i docs = _mm256_loadu_si256((const __m256i *)rec->docs);
	uint8_t left[IK_MASK];
	const struct ik_record of = { .docs = left, .n = ik_popcount64(found) };

	_mm256_storeu_si256((__m256i *)left, _mm256_maskz_compress_epi8(found, docs));
	_mm256_storeu_si256((__m256i *)mask, mask_of_bytes(&of));
}
#else
/* The mask of those of its documents that `found` has by bits, mostly one or none. */
static inline void set_bytes(uint8_t mask[IK_MASK], const struct ik_record *rec, uint32_t found)
{
	__m256i sum = _mm256_setzero_si256();

	for (; found != 0; found &= found - 1)
		sum = _mm256_or_si256(sum, bit_of(rec->docs[ik_ctz64(found)]));
	_mm256_storeu_si256((__m256i *)mask, sum);
}
#endif
#else
static inline void add_bytes(uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	for (uint32_t i = 0; i < rec->n; i++)
		add_doc(mask, rec->docs[i]);
}

/* The mask of those of its documents that `found` has by bits. */
static inline void set_bytes(uint8_t mask[IK_MASK], const struct ik_record *rec, uint32_t found)
{
	memset(mask, 0, IK_MASK);
	for (; found != 0; found &= found - 1)
		add_doc(mask, rec->docs[ik_ctz64(found)]);
}
#endif

/* Are some left? */
static inline int keep_bytes(uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	uint32_t found = ik_among(mask, rec->docs, rec->n);

	set_bytes(mask, rec, found);
	return found != 0;
}

static inline void add_record(uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	if (!ik_record_is_bitmap(rec)) {
		add_bytes(mask, rec);
		return;
	}
	for (unsigned at = 0; at < IK_MASK; at += 8)
		ik_store64(mask + at, ik_load64(mask + at) | ik_load64(rec->docs + at));
}

/* Are some left? */
static inline int keep_record(uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	uint64_t left = 0;

	if (!ik_record_is_bitmap(rec))
		return keep_bytes(mask, rec);
	for (unsigned at = 0; at < IK_MASK; at += 8) {
		uint64_t both = ik_load64(mask + at) & ik_load64(rec->docs + at);

		ik_store64(mask + at, both);
		left |= both;
	}
	return left != 0;
}

static inline uint32_t meet_record(const uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	uint32_t count = 0;

	if (!ik_record_is_bitmap(rec))
		return ik_popcount64(ik_among(mask, rec->docs, rec->n));
	for (unsigned at = 0; at < IK_MASK; at += 8)
		count += ik_popcount64(ik_load64(mask + at) & ik_load64(rec->docs + at));
	return count;
}

static inline uint32_t count_docs(const uint8_t mask[IK_MASK])
{
	uint32_t count = 0;

	for (unsigned at = 0; at < IK_MASK; at += 8)
		count += ik_popcount64(ik_load64(mask + at));
	return count;
}

/* 1 when a record, of which 32 bytes can be read, has the document, else 0. */
static inline uint32_t record_has(const struct ik_record *rec, uint32_t d)
{
	if (ik_record_is_bitmap(rec))
		return (uint32_t)ik_bitmap_has(rec->docs, d);
#if defined(IK_HAVE_AVX2)
	return ik_record_same(rec, d) != 0;
#else
	for (uint32_t i = 0; i < rec->n; i++)
		if (rec->docs[i] == d)
			return 1;
	return 0;
#endif
}

/* ---- two records ---- */

/* How many documents of `many` are among `few`. Both are bytes, 32 of which can be read. */
static inline uint32_t count_equal(const struct ik_record *few, const struct ik_record *many)
{
#if defined(IK_HAVE_AVX2)
	const __m256i all = _mm256_loadu_si256((const __m256i *)many->docs);
	__m256i same = _mm256_setzero_si256();
	uint8_t docs[IK_MASK];

	/* Eight at a time, the first one again where there are fewer: loops that end alike. */
	ik_repeat_first(few->docs, few->n, docs);
	for (uint32_t i = 0; i < few->n; i += 8)
		for (uint32_t k = i; k < i + 8; k++) {
			__m256i doc = _mm256_set1_epi8((char)docs[k]);

			same = _mm256_or_si256(same, _mm256_cmpeq_epi8(all, doc));
		}
	return ik_popcount64((uint32_t)_mm256_movemask_epi8(same) & ((1u << many->n) - 1));
#else
	uint8_t mask[IK_MASK] = { 0 };

	add_bytes(mask, few);
	return meet_record(mask, many);
#endif
}

/* How many documents both have: a bitmap is a mask. */
static inline uint32_t count_both(const struct ik_record *a, const struct ik_record *b)
{
	if (ik_record_is_bitmap(b))
		return meet_record(b->docs, a);
	if (ik_record_is_bitmap(a))
		return meet_record(a->docs, b);
	return a->n <= b->n ? count_equal(a, b) : count_equal(b, a);
}

#endif
