/*
 * kernel_avx2.c - the loops over ranges with AVX2, BMI2 and POPCNT.
 *
 * Layer: match. Same results as kernel_scalar.c, bit for bit: the scores are
 * computed by the same operations in the same order, and nothing is fused.
 */
#include "match/kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

AVX2 static void leaf(const uint8_t *max, size_t n, uint16_t weight, uint16_t *out)
{
	const __m256i w = _mm256_set1_epi16((short)weight), zero = _mm256_setzero_si256();
	const __m256i one = _mm256_set1_epi16(1);
	size_t i = 0;

	for (; i + 16 <= n; i += 16) {
		__m256i m = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(max + i)));
		__m256i b = _mm256_mulhi_epu16(_mm256_slli_epi16(m, 8), w);

		b = _mm256_andnot_si256(_mm256_cmpeq_epi16(m, zero), _mm256_add_epi16(b, one));
		_mm256_storeu_si256((__m256i *)(out + i), b);
	}
	ik_kernel_scalar.leaf(max + i, n - i, weight, out + i);
}

AVX2 static void lift(uint16_t *a, const uint8_t *max, size_t n, uint16_t weight)
{
	const __m256i w = _mm256_set1_epi16((short)weight), one = _mm256_set1_epi8(1);
	size_t i = 0;

	for (; i + 16 <= n; i += 16) {
		__m128i less = _mm_subs_epu8(_mm_loadu_si128((const __m128i *)(max + i)),
		                             _mm256_castsi256_si128(one));
		__m256i m = _mm256_slli_epi16(_mm256_cvtepu8_epi16(less), 8);
		__m256i x = _mm256_loadu_si256((const __m256i *)(a + i));

		x = _mm256_max_epu16(x, _mm256_mulhi_epu16(m, w));
		_mm256_storeu_si256((__m256i *)(a + i), x);
	}
	ik_kernel_scalar.lift(a + i, max + i, n - i, weight);
}

AVX2 static void add(uint16_t *a, const uint16_t *b, size_t n)
{
	size_t i = 0;

	for (; i + 16 <= n; i += 16) {
		__m256i x = _mm256_loadu_si256((const __m256i *)(a + i));
		__m256i y = _mm256_loadu_si256((const __m256i *)(b + i));

		_mm256_storeu_si256((__m256i *)(a + i), _mm256_adds_epu16(x, y));
	}
	ik_kernel_scalar.add(a + i, b + i, n - i);
}

AVX2 static void both(uint16_t *a, const uint16_t *b, size_t n)
{
	const __m256i zero = _mm256_setzero_si256();
	size_t i = 0;

	for (; i + 16 <= n; i += 16) {
		__m256i x = _mm256_loadu_si256((const __m256i *)(a + i));
		__m256i y = _mm256_loadu_si256((const __m256i *)(b + i));
		__m256i none = _mm256_cmpeq_epi16(_mm256_min_epu16(x, y), zero);

		_mm256_storeu_si256((__m256i *)(a + i),
		                    _mm256_andnot_si256(none, _mm256_adds_epu16(x, y)));
	}
	ik_kernel_scalar.both(a + i, b + i, n - i);
}

AVX2 static void raise(uint16_t *a, const uint16_t *b, size_t n)
{
	const __m256i zero = _mm256_setzero_si256();
	size_t i = 0;

	for (; i + 16 <= n; i += 16) {
		__m256i x = _mm256_loadu_si256((const __m256i *)(a + i));
		__m256i y = _mm256_loadu_si256((const __m256i *)(b + i));
		__m256i none = _mm256_cmpeq_epi16(x, zero);

		_mm256_storeu_si256((__m256i *)(a + i),
		                    _mm256_andnot_si256(none, _mm256_adds_epu16(x, y)));
	}
	ik_kernel_scalar.raise(a + i, b + i, n - i);
}

AVX2 static void keep(uint16_t *a, const uint16_t *b, size_t n)
{
	const __m256i zero = _mm256_setzero_si256();
	size_t i = 0;

	for (; i + 16 <= n; i += 16) {
		__m256i x = _mm256_loadu_si256((const __m256i *)(a + i));
		__m256i y = _mm256_loadu_si256((const __m256i *)(b + i));
		__m256i none = _mm256_cmpeq_epi16(y, zero);

		_mm256_storeu_si256((__m256i *)(a + i), _mm256_andnot_si256(none, x));
	}
	ik_kernel_scalar.keep(a + i, b + i, n - i);
}

AVX2 static void least(uint16_t *a, const uint16_t *b, size_t n)
{
	size_t i = 0;

	for (; i + 16 <= n; i += 16) {
		__m256i x = _mm256_loadu_si256((const __m256i *)(a + i));
		__m256i y = _mm256_loadu_si256((const __m256i *)(b + i));

		_mm256_storeu_si256((__m256i *)(a + i), _mm256_min_epu16(x, y));
	}
	ik_kernel_scalar.least(a + i, b + i, n - i);
}

AVX2 static size_t find(const uint16_t *a, size_t from, size_t n, uint16_t t)
{
	const __m256i want = _mm256_set1_epi16((short)t);

	for (; from + 16 <= n; from += 16) {
		__m256i x = _mm256_loadu_si256((const __m256i *)(a + from));
		__m256i ge = _mm256_cmpeq_epi16(_mm256_max_epu16(x, want), x);
		unsigned bits = (unsigned)_mm256_movemask_epi8(ge);

		if (bits != 0)
			return from + (unsigned)__builtin_ctz(bits) / 2;
	}
	return ik_kernel_scalar.find(a, from, n, t);
}

AVX2 static size_t reach(const uint16_t *a, size_t n, uint16_t t)
{
	const __m256i want = _mm256_set1_epi16((short)t);
	/* Of lanes that hold up to 65535: n is an IK_CHUNK at most. */
	__m256i sum = _mm256_setzero_si256();
	uint16_t lanes[16];
	size_t i = 0, count = 0;

	for (; i + 16 <= n; i += 16) {
		__m256i x = _mm256_loadu_si256((const __m256i *)(a + i));

		sum = _mm256_sub_epi16(sum, _mm256_cmpeq_epi16(_mm256_max_epu16(x, want), x));
	}
	_mm256_storeu_si256((__m256i *)lanes, sum);
	for (unsigned k = 0; k < 16; k++)
		count += lanes[k];
	return count + ik_kernel_scalar.reach(a + i, n - i, t);
}

/* The numbers of the bits that are set in `bits`, of 16, from the lowest up, as bytes. */
AVX2 static inline __m128i numbers16(unsigned bits)
{
	uint64_t lanes = _pdep_u64(bits, 0x1111111111111111) * 15;
	__m128i v = _mm_cvtsi64_si128((long long)_pext_u64(0xfedcba9876543210, lanes));

	v = _mm_unpacklo_epi8(v, _mm_srli_epi16(v, 4));
	return _mm_and_si128(v, _mm_set1_epi8(15));
}

/* Sixteen are written, whether they are there or not: how many there are is not foreseen. */
AVX2 static size_t places(const uint16_t *a, size_t n, uint16_t t, uint16_t *out)
{
	const __m256i want = _mm256_set1_epi16((short)t);
	size_t i = 0, count = 0, rest;

	for (; i + 16 <= n; i += 16) {
		__m256i x = _mm256_loadu_si256((const __m256i *)(a + i));
		__m256i ge = _mm256_cmpeq_epi16(_mm256_max_epu16(x, want), x);
		unsigned bits = _pext_u32((uint32_t)_mm256_movemask_epi8(ge), 0x55555555);
		__m256i at = _mm256_cvtepu8_epi16(numbers16(bits));

		_mm256_storeu_si256((__m256i *)(out + count),
		                    _mm256_add_epi16(at, _mm256_set1_epi16((short)i)));
		count += (unsigned)_mm_popcnt_u32(bits);
	}
	rest = ik_kernel_scalar.places(a + i, n - i, t, out + count);
	for (size_t k = 0; k < rest; k++)
		out[count + k] = (uint16_t)(out[count + k] + i);
	return count + rest;
}

/* Which of 32 documents in a row have more than t, by bits. */
AVX2 static inline uint32_t pass32(const __m256i *v, __m256i t)
{
	/* Packing works by halves. */
	const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
	__m256i a = _mm256_cmpgt_epi32(_mm256_loadu_si256(v), t);
	__m256i b = _mm256_cmpgt_epi32(_mm256_loadu_si256(v + 1), t);
	__m256i c = _mm256_cmpgt_epi32(_mm256_loadu_si256(v + 2), t);
	__m256i d = _mm256_cmpgt_epi32(_mm256_loadu_si256(v + 3), t);
	__m256i all = _mm256_packs_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));

	return (uint32_t)_mm256_movemask_epi8(_mm256_permutevar8x32_epi32(all, order));
}

AVX2 static inline void passing(const int32_t acc[256], int32_t least, uint64_t mask[4])
{
	const __m256i *v = (const __m256i *)acc, t = _mm256_set1_epi32(least);

	for (unsigned w = 0; w < 4; w++, v += 8)
		mask[w] = pass32(v, t) | (uint64_t)pass32(v + 4, t) << 32;
}

AVX2 static void above(const int32_t acc[256], int32_t least, uint64_t mask[4])
{
	uint64_t all[4];

	passing(acc, least, all);
	for (unsigned w = 0; w < 4; w++)
		mask[w] &= all[w];
}

/* Eight documents in a row, of which `bits` are wanted. */
AVX2 static inline void score8(unsigned bits, const uint8_t *freq, const uint8_t *norms,
                               const float *inv, __m256 ws, int32_t *acc)
{
	const __m256i lanes = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
	__m256i on = _mm256_and_si256(_mm256_set1_epi32((int)bits), lanes);
	__m256i norm = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)norms));
	__m128i bytes = _mm_loadl_epi64((const __m128i *)freq);
	__m256 tf = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
	__m256 x = _mm256_mul_ps(tf, _mm256_i32gather_ps(inv, norm, 4));
	__m256 s = _mm256_sub_ps(ws, _mm256_div_ps(ws, _mm256_add_ps(_mm256_set1_ps(1.0f), x)));
	__m256i add8 = _mm256_and_si256(_mm256_cvttps_epi32(s), _mm256_cmpeq_epi32(on, lanes));
	__m256i old = _mm256_loadu_si256((const __m256i *)acc);

	_mm256_storeu_si256((__m256i *)acc, _mm256_add_epi32(old, add8));
}

AVX2 static void score(const uint64_t mask[4], const uint8_t freq[256], const uint8_t *norms,
                       const float inv[256], float ws, int32_t acc[256])
{
	const __m256 w8 = _mm256_set1_ps(ws);

	for (unsigned w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0;) {
			unsigned at = (unsigned)_tzcnt_u64(bits) & 56, d = w * 64 + at;

			score8((unsigned)(bits >> at) & 255, freq + d, norms + d, inv, w8, acc + d);
			bits &= ~((uint64_t)255 << at);
		}
}

/* Words without a document are left out first: only where the loop ends is not foreseen. */
AVX2 static uint32_t docs(const uint64_t mask[4], uint8_t out[IK_DOCS_ROOM])
{
	uint64_t words[5] = { 0 }, bits;
	uint32_t base[5] = { 0 }, n = 0, n_words = 0, w = 0;

	for (uint32_t i = 0; i < 4; i++) {
		words[n_words] = mask[i];
		base[n_words] = i * 64;
		n_words += mask[i] != 0;
		n += (uint32_t)_mm_popcnt_u64(mask[i]);
	}
	bits = words[0];
	for (uint32_t k = 0; k < n; k++) {
		out[k] = (uint8_t)(base[w] + (uint32_t)_tzcnt_u64(bits));
		bits = _blsr_u64(bits);
		w += bits == 0;
		bits |= words[w] & (0 - (uint64_t)(bits == 0));
	}
	return n;
}

AVX2 static void clear(int32_t acc[256])
{
	for (unsigned i = 0; i < 32; i++)
		_mm256_storeu_si256((__m256i *)acc + i, _mm256_setzero_si256());
}

AVX2 static void list(const uint32_t *docs, const uint32_t *freqs, size_t n, const uint8_t *norms,
                      uint32_t n_docs, const float inv[256], float ws, int32_t *out)
{
	const __m256 w8 = _mm256_set1_ps(ws), one = _mm256_set1_ps(1.0f);
	const __m256i byte = _mm256_set1_epi32(255);
	size_t i = 0;

	/* A length is loaded with three bytes behind it; documents ascend. */
	for (; i + 8 <= n && docs[i + 7] + 4 <= n_docs; i += 8) {
		__m256i d = _mm256_loadu_si256((const __m256i *)(docs + i));
		__m256i four = _mm256_i32gather_epi32((const int *)norms, d, 1);
		__m256i norm = _mm256_and_si256(four, byte);
		__m256 tf = _mm256_cvtepi32_ps(_mm256_loadu_si256((const __m256i *)(freqs + i)));
		__m256 x = _mm256_mul_ps(tf, _mm256_i32gather_ps(inv, norm, 4));
		__m256 s = _mm256_sub_ps(w8, _mm256_div_ps(w8, _mm256_add_ps(one, x)));

		_mm256_storeu_si256((__m256i *)(out + i), _mm256_cvttps_epi32(s));
	}
	ik_kernel_scalar.list(docs + i, freqs + i, n - i, norms, n_docs, inv, ws, out + i);
}

AVX2 static void gain(const uint8_t *docs, size_t n, const uint8_t *freq, const uint8_t *norms,
                      const float inv[256], float ws, int32_t acc[256])
{
	const __m256 w8 = _mm256_set1_ps(ws), one = _mm256_set1_ps(1.0f);
	const __m256i byte = _mm256_set1_epi32(255);
	const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);

	for (size_t i = 0; i < n; i += 8) {
		__m256i d = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(docs + i)));
		__m256i four = _mm256_i32gather_epi32((const int *)norms, d, 1);
		__m256i norm = _mm256_and_si256(four, byte);
		__m256 tf = _mm256_cvtepi32_ps(
		        _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(freq + i))));
		__m256 x = _mm256_mul_ps(tf, _mm256_i32gather_ps(inv, norm, 4));
		__m256 s = _mm256_sub_ps(w8, _mm256_div_ps(w8, _mm256_add_ps(one, x)));
		__m256i in = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(n - i)), lane);
		int32_t add8[8];

		/* Behind the last one nothing is added to whatever stands there: no loop to foresee. */
		_mm256_storeu_si256((__m256i *)add8, _mm256_and_si256(_mm256_cvttps_epi32(s), in));
		for (size_t k = 0; k < 8; k++)
			acc[docs[i + k]] += add8[k];
	}
}

const struct ik_kernel ik_kernel_avx2 = {
	"avx2", leaf,  lift,  add,   both,    raise, keep,  least,
	find, reach, places, above, passing, docs, clear, score, list, gain,
};

#endif
