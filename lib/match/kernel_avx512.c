/*
 * kernel_avx512.c - the loops over ranges with AVX-512.
 *
 * Layer: match. Same results as kernel_scalar.c, bit for bit: the scores are
 * computed by the same operations in the same order, and nothing is fused.
 * What is left of a row at its end is done under a mask, which neither reads
 * nor writes the lanes that are not in it.
 */
#include "match/kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi,bmi2,popcnt")))

/* The lanes of 32 that hold the first n. */
AVX512 static inline __mmask32 first32(size_t n)
{
	return n < 32 ? _bzhi_u32(UINT32_MAX, (unsigned)n) : UINT32_MAX;
}

AVX512 static inline __mmask16 first16(size_t n)
{
	return (__mmask16)_bzhi_u32(0xffff, n < 16 ? (unsigned)n : 16);
}

AVX512 static void leaf(const uint8_t *max, size_t n, uint16_t weight, uint16_t *out)
{
	const __m512i w = _mm512_set1_epi16((short)weight), one = _mm512_set1_epi16(1);

	for (size_t i = 0; i < n; i += 32) {
		__mmask32 in = first32(n - i);
		__m512i m = _mm512_cvtepu8_epi16(_mm256_maskz_loadu_epi8(in, max + i));
		__m512i b = _mm512_mulhi_epu16(_mm512_slli_epi16(m, 8), w);

		b = _mm512_maskz_add_epi16(_mm512_test_epi16_mask(m, m), b, one);
		_mm512_mask_storeu_epi16(out + i, in, b);
	}
}

AVX512 static void lift(uint16_t *a, const uint8_t *max, size_t n, uint16_t weight)
{
	const __m512i w = _mm512_set1_epi16((short)weight);

	for (size_t i = 0; i < n; i += 32) {
		__mmask32 in = first32(n - i);
		__m256i less = _mm256_subs_epu8(_mm256_maskz_loadu_epi8(in, max + i),
		                                _mm256_set1_epi8(1));
		__m512i m = _mm512_slli_epi16(_mm512_cvtepu8_epi16(less), 8);
		__m512i x = _mm512_maskz_loadu_epi16(in, a + i);

		x = _mm512_max_epu16(x, _mm512_mulhi_epu16(m, w));
		_mm512_mask_storeu_epi16(a + i, in, x);
	}
}

/* A function that sets each x of `a` to what follows from it and y of `b`. */
#define COMBINE(name, result)                                                                      \
	AVX512 static void name(uint16_t *a, const uint16_t *b, size_t n)                          \
	{                                                                                          \
		for (size_t i = 0; i < n; i += 32) {                                               \
			__mmask32 in = first32(n - i);                                             \
			__m512i x = _mm512_maskz_loadu_epi16(in, a + i);                           \
			__m512i y = _mm512_maskz_loadu_epi16(in, b + i);                           \
                                                                                                   \
			_mm512_mask_storeu_epi16(a + i, in, result);                               \
		}                                                                                  \
	}
#define SET(v) _mm512_test_epi16_mask(v, v)

COMBINE(add, _mm512_adds_epu16(x, y))
COMBINE(both, _mm512_maskz_adds_epu16(SET(x) & SET(y), x, y))
COMBINE(raise, _mm512_maskz_adds_epu16(SET(x), x, y))
COMBINE(keep, _mm512_maskz_mov_epi16(SET(y), x))
COMBINE(least, _mm512_min_epu16(x, y))

/* Which of 32 bounds in a row, the first n of them, are not below t. */
AVX512 static inline uint32_t reach32(const uint16_t *a, size_t n, __m512i t)
{
	__mmask32 in = first32(n);

	return _mm512_mask_cmpge_epu16_mask(in, _mm512_maskz_loadu_epi16(in, a), t);
}

AVX512 static size_t find(const uint16_t *a, size_t from, size_t n, uint16_t t)
{
	const __m512i want = _mm512_set1_epi16((short)t);

	for (; from < n; from += 32) {
		uint32_t bits = reach32(a + from, n - from, want);

		if (bits != 0)
			return from + _tzcnt_u32(bits);
	}
	return n;
}

AVX512 static size_t reach(const uint16_t *a, size_t n, uint16_t t)
{
	const __m512i want = _mm512_set1_epi16((short)t);
	size_t count = 0;

	for (size_t i = 0; i < n; i += 32)
		count += (size_t)_mm_popcnt_u32(reach32(a + i, n - i, want));
	return count;
}

AVX512 static size_t places(const uint16_t *a, size_t n, uint16_t t, uint16_t *out)
{
	const __m512i want = _mm512_set1_epi16((short)t), step = _mm512_set1_epi16(32);
	__m512i place = _mm512_set_epi16(31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17,
	                                 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
	size_t count = 0;

	for (size_t i = 0; i < n; i += 32, place = _mm512_add_epi16(place, step)) {
		uint32_t bits = reach32(a + i, n - i, want), found = (uint32_t)_mm_popcnt_u32(bits);

		_mm512_mask_storeu_epi16(out + count, first32(found),
		                         _mm512_maskz_compress_epi16(bits, place));
		count += found;
	}
	return count;
}

/* Which of 64 documents in a row have more than t. */
AVX512 static inline uint64_t above64(const int32_t *acc, __m512i t)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < 64; i += 16)
		bits |= (uint64_t)_mm512_cmpgt_epi32_mask(_mm512_loadu_si512(acc + i), t) << i;
	return bits;
}

AVX512 static void above(const int32_t acc[256], int32_t least, uint64_t mask[4])
{
	const __m512i t = _mm512_set1_epi32(least);

	for (unsigned w = 0; w < 4; w++) /* which of them have a document is not foreseen */
		mask[w] &= above64(acc + (size_t)w * 64, t);
}

AVX512 static void passing(const int32_t acc[256], int32_t least, uint64_t mask[4])
{
	const __m512i t = _mm512_set1_epi32(least);

	for (unsigned w = 0; w < 4; w++)
		mask[w] = above64(acc + (size_t)w * 64, t);
}

AVX512 static uint32_t docs(const uint64_t mask[4], uint8_t out[IK_DOCS_ROOM])
{
	const __m512i eight = _mm512_set1_epi64(0x0706050403020100);
	const __m512i eighth = _mm512_setr_epi64(0, 0x0808080808080808, 0x1010101010101010,
	                                         0x1818181818181818, 0x2020202020202020,
	                                         0x2828282828282828, 0x3030303030303030,
	                                         0x3838383838383838);
	__m512i all = _mm512_add_epi8(eight, eighth);
	uint32_t n = 0;

	for (unsigned w = 0; w < 4; w++) {
		_mm512_storeu_si512(out + n, _mm512_maskz_compress_epi8(mask[w], all));
		n += (uint32_t)_mm_popcnt_u64(mask[w]);
		all = _mm512_add_epi8(all, _mm512_set1_epi8(64));
	}
	return n;
}

AVX512 static void clear(int32_t acc[256])
{
	for (unsigned i = 0; i < 256; i += 16)
		_mm512_storeu_si512(acc + i, _mm512_setzero_si512());
}

/* What 16 documents score whose frequencies and lengths these are. */
AVX512 static inline __m512i points16(__m512i freq, __m512i norm, const float *inv, float ws)
{
	const __m512 w = _mm512_set1_ps(ws), one = _mm512_set1_ps(1.0f);
	__m512 x = _mm512_mul_ps(_mm512_cvtepi32_ps(freq), _mm512_i32gather_ps(norm, inv, 4));

	return _mm512_cvttps_epi32(
	        _mm512_sub_ps(w, _mm512_div_ps(w, _mm512_add_ps(one, x))));
}

/* The lengths of 16 documents anywhere: each is loaded with the three bytes behind it. */
AVX512 static inline __m512i norms16(const uint8_t *norms, __m512i docs, __mmask16 in)
{
	__m512i four = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), in, docs, norms, 1);

	return _mm512_and_si512(four, _mm512_set1_epi32(255));
}

AVX512 static void list(const uint32_t *docs, const uint32_t *freqs, size_t n,
                        const uint8_t *norms, uint32_t n_docs, const float inv[256], float ws,
                        int32_t *out)
{
	size_t i = 0;

	while (n > 0 && docs[n - 1] + 4 > n_docs) { /* documents ascend */
		n--;
		ik_kernel_scalar.list(docs + n, freqs + n, 1, norms, n_docs, inv, ws, out + n);
	}
	for (; i < n; i += 16) {
		__mmask16 in = first16(n - i);
		__m512i tf = _mm512_maskz_loadu_epi32(in, freqs + i);
		__m512i norm = norms16(norms, _mm512_maskz_loadu_epi32(in, docs + i), in);

		_mm512_mask_storeu_epi32(out + i, in, points16(tf, norm, inv, ws));
	}
}

AVX512 static void gain(const uint8_t *docs, size_t n, const uint8_t *freq, const uint8_t *norms,
                        const float inv[256], float ws, int32_t acc[256])
{
	for (size_t i = 0; i < n; i += 16) {
		__mmask16 in = first16(n - i);
		__m512i d = _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(in, docs + i));
		__m512i tf = _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(in, freq + i));
		__m512i sum = points16(tf, norms16(norms, d, in), inv, ws);

		sum = _mm512_add_epi32(
		        sum, _mm512_mask_i32gather_epi32(sum, in, d, acc, 4));
		_mm512_mask_i32scatter_epi32(acc, in, d, sum, 4);
	}
}

/* Those of the mask next to each other, as few rows of 16 are full of them where they stand. */
AVX512 static void score(const uint64_t mask[4], const uint8_t freq[256], const uint8_t *norms,
                         const float inv[256], float ws, int32_t acc[256])
{
	uint8_t all[IK_DOCS_ROOM], freqs[IK_DOCS_ROOM];
	uint32_t n = 0;

	for (unsigned w = 0; w < 4; w++) {
		__m512i f = _mm512_loadu_si512(freq + (size_t)w * 64);

		_mm512_storeu_si512(freqs + n, _mm512_maskz_compress_epi8(mask[w], f));
		n += (uint32_t)_mm_popcnt_u64(mask[w]);
	}
	gain(all, docs(mask, all), freqs, norms, inv, ws, acc);
}

const struct ik_kernel ik_kernel_avx512 = {
	"avx512", leaf,  lift,  add,   both,    raise, keep,  least,
	find, reach, places, above, passing, docs, clear, score, list, gain,
};

#endif
