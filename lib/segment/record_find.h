/*
 * record_find.h - which posting of a record a document is, for loops that do little else.
 *
 * Layer: segment. In a header because files that include it are compiled twice, once
 * with IK_HAVE_AVX2 for processors that have AVX2 and POPCNT.
 */
#ifndef IK_SEGMENT_RECORD_FIND_H
#define IK_SEGMENT_RECORD_FIND_H

#include "base/bits.h"
#include "segment/record.h"

#if defined(IK_HAVE_AVX2)
#include <immintrin.h>
#endif

#if defined(IK_HAVE_AVX2)
/* Which postings of the bytes are document d, by bits: one or none. 32 bytes can be read. */
IK_INLINE uint32_t ik_record_same(const struct ik_record *rec, uint32_t d)
{
	__m256i all = _mm256_loadu_si256((const __m256i *)rec->docs);
	__m256i same = _mm256_cmpeq_epi8(all, _mm256_set1_epi8((char)d));

	return (uint32_t)_mm256_movemask_epi8(same) & ((1u << rec->n) - 1);
}
#endif

/* Which posting of the bytes is document d; -1: none. */
IK_INLINE int32_t ik_record_find_byte(const struct ik_record *rec, uint32_t d)
{
#if defined(IK_HAVE_AVX2)
	if (rec->end - rec->docs >= 32) {
		uint32_t bits = ik_record_same(rec, d);

		return bits != 0 ? __builtin_ctz(bits) : -1;
	}
#endif
	for (uint32_t i = 0; i < rec->n; i++)
		if (rec->docs[i] == d)
			return (int32_t)i;
	return -1;
}

IK_INLINE int32_t ik_record_find_bit(const struct ik_record *rec, uint32_t d)
{
	uint64_t word = ik_load64(rec->docs + (size_t)(d / 64) * 8) << (63 - d % 64);
	uint32_t upto = ik_popcount64(word);

	for (uint32_t w = 0; w < 3; w++) /* no branch for those before it: they are not foreseen */
		upto += ik_popcount64(ik_load64(rec->docs + (size_t)w * 8) &
		                      -(uint64_t)(w < d / 64));
	return word >> 63 != 0 ? (int32_t)upto - 1 : -1;
}

IK_INLINE int32_t ik_record_find(const struct ik_record *rec, uint32_t d)
{
	return ik_record_is_bitmap(rec) ? ik_record_find_bit(rec, d) : ik_record_find_byte(rec, d);
}

#endif
