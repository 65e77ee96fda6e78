/*
 * pos_few.h - eight positions of a posting at once.
 *
 * Layer: segment, for pos_read.c when it is compiled for AVX2. Most postings
 * have one to eight positions, and how many cannot be foreseen: so eight are
 * computed of each, without a branch, and as many are looked at as there are.
 */
#ifndef IK_SEGMENT_POS_FEW_H
#define IK_SEGMENT_POS_FEW_H

#include "segment/pos_walk.h"

#if defined(IK_HAVE_AVX2)

#include "segment/sums_avx2.h"

#define IK_POS_FEW 8        /* positions */
#define IK_POS_FEW_WIDTH 14 /* bits of a low part: four of them fit into what one load gives */

/*
 * How many zeros stand before each of the first n ones of v, at most eight, from the
 * highest bit down. There are `ones` in v; what comes out for more than n means nothing.
 */
static inline __m256i ik_pos_few_zeros(uint64_t v, unsigned ones, uint32_t n);

#if defined(IK_HAVE_AVX512)
#define EIGHT(v) v, (v) - 1, (v) - 2, (v) - 3, (v) - 4, (v) - 5, (v) - 6, (v) - 7
static const uint8_t bits_above[64] = { EIGHT(63), EIGHT(55), EIGHT(47), EIGHT(39),
	                                EIGHT(31), EIGHT(23), EIGHT(15), EIGHT(7) };
#undef EIGHT

static inline __m256i ik_pos_few_zeros(uint64_t v, unsigned ones, uint32_t n)
{
	const __m128i lane = _mm_set_epi64x(0, 0x0706050403020100);
	__m512i at = _mm512_maskz_compress_epi8(v, _mm512_loadu_si512(bits_above));
	__m128i last = _mm_sub_epi8(_mm_set1_epi8((char)(ones - 1)), lane);
	__m128i bits = _mm512_castsi512_si128(
	        _mm512_permutexvar_epi8(_mm512_castsi128_si512(last), at));

	(void)n;
	return _mm256_cvtepu8_epi32(_mm_sub_epi8(bits, lane));
}
#else
static inline uint64_t zeros_before(uint64_t v, unsigned ones, unsigned j)
{
	uint64_t one = _pdep_u64((uint64_t)1 << ((ones - 1 - j) & 63), v);

	return (uint32_t)(ik_pos_leading_zeros(one | 1) - j);
}

#define TWO(j) ((long long)(zeros_before(v, ones, j) | zeros_before(v, ones, (j) + 1) << 32))
static inline __m256i ik_pos_few_zeros(uint64_t v, unsigned ones, uint32_t n)
{
	if (n <= 4) /* nearly always, and cheaper by half */
		return _mm256_setr_epi64x(TWO(0), TWO(2), 0, 0);
	return _mm256_setr_epi64x(TWO(0), TWO(2), TWO(4), TWO(6));
}
#undef TWO
#endif

/* n low parts from bit `low` on, one to eight, and then what means nothing. */
static inline __m256i ik_pos_few_low(const struct ik_pos_reader *r, uint64_t low, uint32_t n,
                                     unsigned width)
{
	uint64_t fields = 0x0001000100010001u * (((uint64_t)1 << width) - 1);
	uint64_t behind = (uint64_t)4 * width & -(uint64_t)(n > 4); /* no branch: nobody foresees n */
	uint64_t first = load_low(r, low), next = load_low(r, low + behind);

	return _mm256_cvtepu16_epi32(_mm_set_epi64x((long long)_pdep_u64(next, fields),
	                                            (long long)_pdep_u64(first, fields)));
}

/* ---- along a posting ---- */

/* May n positions be had at once? */
static inline int ik_pos_are_few(const struct walk *w, uint32_t n)
{
	return n - 1 < IK_POS_FEW && w->width <= IK_POS_FEW_WIDTH && ik_popcount64(w->v) >= n;
}

/* The next n, which are few, and then what means nothing. High parts stay in v. */
IK_INLINE __m256i ik_pos_few(struct walk *w, uint32_t n, uint32_t pos)
{
	unsigned ones = ik_popcount64(w->v);
	__m256i low = ik_pos_few_low(w->r, w->low, n, w->width);
	__m256i high = _mm256_sll_epi32(ik_pos_few_zeros(w->v, ones, n),
	                                _mm_cvtsi32_si128((int)w->width));

	w->low += n * w->width;
	w->left -= ik_pos_up_to_one(w->v, ones, n);
	return _mm256_add_epi32(_mm256_add_epi32(high, _mm256_set1_epi32((int)pos)),
	                        ik_sums_of_8(low));
}

/* Look again at the high parts from the current one on: at least 57 bits of them. */
static inline void ik_pos_refill(struct walk *w)
{
	w->r->high = w->high - w->left;
	w->v = ik_pos_high_bits(w->r);
	w->left = 64 - w->r->high % 8;
	w->high = w->r->high + w->left;
}

/* Up to eight of n; how many they are, *pos being the last of them then, or -1. */
static inline int ik_pos_next_few(struct walk *w, uint32_t n, uint32_t *pos, __m256i *all)
{
	uint32_t out[IK_POS_FEW];

	n = n < IK_POS_FEW ? n : IK_POS_FEW;
	ik_pos_refill(w);
	if (!ik_pos_are_few(w, n)) {
		if (walk_each(w, n, pos, out) != 0)
			return -1;
		*all = _mm256_loadu_si256((const __m256i *)out);
		return (int)n;
	}
	*all = ik_pos_few(w, n, *pos);
	*pos = (uint32_t)_mm256_cvtsi256_si32(
	        _mm256_permutevar8x32_epi32(*all, _mm256_set1_epi32((int)n - 1)));
	return (int)n;
}

static inline void ik_pos_store_few(__m256i all, uint32_t n, uint32_t *out)
{
	const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);

	_mm256_maskstore_epi32((int *)out, _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lane), all);
}

/* As walk_each(). */
static inline int walk_read(struct walk *w, uint32_t n, uint32_t *pos, uint32_t *out)
{
	int found;

	for (; n > 0; n -= (uint32_t)found, out += found) {
		__m256i all;

		found = ik_pos_next_few(w, n, pos, &all);
		if (found < 0)
			return -1;
		ik_pos_store_few(all, (uint32_t)found, out);
	}
	return 0;
}

/* ---- looking for numbers among them ---- */

/* Is the number that all of `one` are among those that are valid, bit by bit? */
static inline int ik_pos_is_among(__m256i all, unsigned valid, __m256i one)
{
	__m256i same = _mm256_cmpeq_epi32(all, one);

	return ((unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(same)) & valid) != 0;
}

/* Which of n numbers are among m others: bit by bit. */
static inline uint32_t ik_pos_shared_few(__m256i v, uint32_t n, __m256i others, uint32_t m)
{
	uint32_t shared = 0;

	for (uint32_t i = 0; i < n; i++) {
		__m256i one = _mm256_permutevar8x32_epi32(v, _mm256_set1_epi32((int)i));

		shared |= (uint32_t)ik_pos_is_among(others, (1u << m) - 1, one) << i;
	}
	return shared;
}

/* Those of eight to the front of `out`; how many. */
static inline uint32_t ik_pos_store_shared(__m256i v, uint32_t shared, uint32_t *out)
{
	uint32_t all[IK_POS_FEW], n = 0;

	_mm256_storeu_si256((__m256i *)all, v);
	for (; shared != 0; shared &= shared - 1)
		out[n++] = all[ik_ctz64(shared)];
	return n;
}

/* ---- the low parts alone ---- */

/* Where the low parts of a posting are, and how wide. */
struct rest {
	const struct ik_pos_reader *r;
	uint64_t low;
	unsigned width;
};

/* 0 where they are too wide, or not there. */
static inline int ik_pos_rest(const struct ik_posting *posting, struct rest *out)
{
	const struct ik_pos_reader *r = &posting->reader;

	out->r = r;
	out->low = r->low;
	out->width = posting->width;
	return out->width <= IK_POS_FEW_WIDTH && has_low(r, posting->tf, out->width);
}

/* The next n positions, one to eight, from `pos` on, as far as low parts tell: some 2^width less. */
static inline __m256i ik_pos_next_rest(struct rest *rest, uint32_t n, uint32_t pos)
{
	__m256i low = ik_pos_few_low(rest->r, rest->low, n, rest->width);

	rest->low += (uint64_t)n * rest->width;
	return _mm256_add_epi32(ik_sums_of_8(low), _mm256_set1_epi32((int)pos));
}

/* Is one of the first n numbers of a few among the first m of others? All are of less than 32 bits. */
#if defined(IK_HAVE_AVX512)
static inline int ik_pos_share_few(__m256i v, uint32_t n, __m256i others, uint32_t m)
{
	const __mmask16 valid = (__mmask16)(((1u << m) - 1) * 0x101);
	const __m512i all = _mm512_broadcast_i64x4(others);
	__m512i at = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
	__mmask16 same = 0;

	v = _mm256_mask_mov_epi32(_mm256_set1_epi32(-1), (__mmask8)((1u << n) - 1), v);
	for (uint32_t i = 0; i < n; i += 4) /* nearly always once: how many there are is not foreseen */
		for (unsigned half = 0; half < 2; half++, at = _mm512_add_epi32(at, _mm512_set1_epi32(2)))
			same |= _mm512_cmpeq_epi32_mask(
			        _mm512_permutexvar_epi32(at, _mm512_castsi256_si512(v)), all);
	return (same & valid) != 0;
}
#else
static inline int ik_pos_share_few(__m256i v, uint32_t n, __m256i others, uint32_t m)
{
	return ik_pos_shared_few(v, n, others, m) != 0;
}
#endif

/* How many of v[0, n) are among a few; these are moved to the front. */
static inline uint32_t ik_pos_keep_of_few(struct walk *w, uint32_t tf, uint32_t pos, uint32_t *v,
                                          uint32_t n)
{
	__m256i all = ik_pos_few(w, tf, pos);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		v[kept] = v[i];
		kept += (uint32_t)ik_pos_is_among(all, (1u << tf) - 1, _mm256_set1_epi32((int)v[i]));
	}
	return kept;
}

/* The same of v[0, *n), one to eight numbers, and all tf; how many were looked at, or -1. */
static inline int64_t ik_pos_keep_few(struct walk *w, uint32_t tf, uint32_t pos, uint32_t *v,
                                      uint32_t *n)
{
	uint32_t found = 0, kept = 0, passed = 0;
	__m256i all;

	while (passed < tf && (passed == 0 || pos < v[*n - 1])) {
		int m = ik_pos_next_few(w, tf - passed, &pos, &all);

		if (m < 0)
			return -1;
		for (uint32_t i = 0; i < *n; i++)
			found |= (uint32_t)ik_pos_is_among(all, (1u << m) - 1,
			                                   _mm256_set1_epi32((int)v[i])) << i;
		passed += (uint32_t)m;
	}
	for (; found != 0; found &= found - 1)
		v[kept++] = v[ik_ctz64(found)];
	*n = kept;
	return passed;
}

#else
#define walk_read walk_each
#endif

#endif
