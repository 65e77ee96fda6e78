/*
 * post_short_wide.h - lists in short form, a word of bits and eight documents at a time.
 *
 * Layer: segment, for post_short_read.c when it is compiled for AVX2. Where the
 * ones of a word are is found for all of them, without a branch for each: how
 * far apart they are cannot be foreseen.
 */
#ifndef IK_SEGMENT_POST_SHORT_WIDE_H
#define IK_SEGMENT_POST_SHORT_WIDE_H

#if defined(IK_HAVE_AVX2)

#include <immintrin.h>

#include "codec/bitstream.h"
#include "inkstone/error.h"
#include "segment/format.h"
#include "segment/post_short.h"
#include "segment/sums_avx2.h"

#define ONES_ROOM 72                    /* for 64, and eight are written at once */
#define WORD_ROOM (IK_SHORT_MAX + 64)   /* numbers of a list, and of a word behind them */
#define LOWS_MORE 32                    /* bytes behind low parts that are read with the last ones */
#define WIDTH_MAX 24                    /* of low parts, as a segment has 2^24 documents at most */

/* Where the ones of v are, from the lowest bit up; how many there are. */
#if defined(IK_HAVE_AVX512)
#define EIGHT(v) v, (v) + 1, (v) + 2, (v) + 3, (v) + 4, (v) + 5, (v) + 6, (v) + 7
static inline uint32_t find_ones(uint64_t v, uint8_t at[ONES_ROOM])
{
	static const uint8_t bits[64] = { EIGHT(0),  EIGHT(8),  EIGHT(16), EIGHT(24),
		                          EIGHT(32), EIGHT(40), EIGHT(48), EIGHT(56) };

	_mm512_storeu_si512(at, _mm512_maskz_compress_epi8(v, _mm512_loadu_si512(bits)));
	return ik_popcount64(v);
}
#undef EIGHT
#else
static inline uint32_t find_ones(uint64_t v, uint8_t at[ONES_ROOM])
{
	const uint64_t each = 0x0101010101010101u;
	uint64_t bits = 0x0706050403020100u;
	uint32_t n = 0;

	for (; v != 0; v >>= 8, bits += 8 * each) {
		uint64_t some = _pext_u64(bits, _pdep_u64(v, each) * 255);

		_mm_storel_epi64((__m128i *)(at + n), _mm_cvtsi64_si128((long long)some));
		n += ik_popcount64(v & 255);
	}
	return n;
}
#endif

/* ---- documents ---- */

/* out[k] = at[k] - k + more, of n numbers and up to seven behind them. */
static inline void put_highs(const uint8_t *at, uint32_t n, uint32_t more, uint32_t *out)
{
	__m256i add = _mm256_sub_epi32(_mm256_set1_epi32((int)more),
	                               _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));

	for (uint32_t k = 0; k < n; k += 8, add = _mm256_sub_epi32(add, _mm256_set1_epi32(8))) {
		__m256i v = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(at + k)));

		_mm256_storeu_si256((__m256i *)(out + k), _mm256_add_epi32(v, add));
	}
}

/*
 * The sum of the high parts up to each of n gaps, none above `most`: zeros and ones from
 * bit `start` on, which end before *end. INK_ECORRUPT.
 */
static inline int get_highs(const struct ik_bits_in *in, uint64_t start, uint32_t n,
                            uint32_t most, uint32_t out[WORD_ROOM], uint64_t *end)
{
	uint64_t base = start - start % 8, v;
	uint8_t at[ONES_ROOM];
	uint32_t i = 0, ones = 0;

	for (; i < n; i += ones, base += 64) {
		if (base >= ik_bits_len(in) || base > start + most + n)
			return INK_ECORRUPT;
		v = ik_bits_load(in->p + base / 8, in->end);
		if (base < start)
			v = v >> start % 8 << start % 8;
		ones = find_ones(v, at);
		put_highs(at, ones, (uint32_t)(base - start - i), out + i);
	}
	*end = base - 64 + at[n - 1 - (i - ones)] + 1;
	return out[n - 1] <= most ? 0 : INK_ECORRUPT;
}

/* How low parts of eight gaps are taken out of two times 16 bytes, the second ones from `second` on. */
struct lows {
	__m256i bytes, shift, mask;
	size_t second;
};

static inline struct lows lows_of(unsigned width)
{
	const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 0, 1, 2, 3);
	const __m256i first = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
	__m256i bit = _mm256_add_epi32(_mm256_mullo_epi32(lane, _mm256_set1_epi32((int)width)),
	                               _mm256_mullo_epi32(first, _mm256_set1_epi32(4 * width % 8)));
	__m256i byte = _mm256_mullo_epi32(_mm256_srli_epi32(bit, 3), _mm256_set1_epi32(0x01010101));

	return (struct lows){ _mm256_add_epi8(byte, _mm256_set1_epi32(0x03020100)),
		              _mm256_and_si256(bit, _mm256_set1_epi32(7)),
		              _mm256_set1_epi32((1 << width) - 1), width / 2 };
}

static inline __m256i get_lows(const struct lows *as, const uint8_t *p)
{
	__m128i first = _mm_loadu_si128((const __m128i *)p);
	__m128i second = _mm_loadu_si128((const __m128i *)(p + as->second));
	__m256i v = _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1);

	return _mm256_and_si256(_mm256_srlv_epi32(_mm256_shuffle_epi8(v, as->bytes), as->shift),
	                        as->mask);
}

/* The first n of eight numbers, or all. */
static inline void put_first(uint32_t *out, uint32_t n, __m256i v)
{
	const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);

	_mm256_maskstore_epi32((int *)out, _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lane), v);
}

/* Documents of n sums of high parts: with low parts, and one between each two. */
static inline void add_lows(const struct ik_bits_in *in, uint32_t n, unsigned width,
                            const uint32_t highs[WORD_ROOM], uint32_t *docs)
{
	const __m256i next = _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8);
	const struct lows as = lows_of(width);
	__m256i before = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
	uint8_t room[IK_SHORT_MAX / 8 * WIDTH_MAX + LOWS_MORE];
	size_t bytes = ((size_t)n * width + 7) / 8;
	const uint8_t *p = in->p;

	if ((size_t)(in->end - p) < bytes + LOWS_MORE) {
		memset(room + bytes, 0, LOWS_MORE);
		p = memcpy(room, p, bytes);
	}
	for (uint32_t i = 0; i < n; i += 8, p += width) {
		__m256i high = _mm256_loadu_si256((const __m256i *)(highs + i));
		__m256i rest = _mm256_add_epi32(ik_sums_of_8(get_lows(&as, p)), before);

		high = _mm256_slli_epi32(high, (int)width);
		put_first(docs + i, n - i, _mm256_add_epi32(high, rest));
		rest = _mm256_permutevar8x32_epi32(rest, _mm256_set1_epi32(7));
		before = _mm256_add_epi32(rest, next);
	}
}

/* As documents ascend whatever the bytes are, it is enough to look at the last of them. */
static int get_docs(struct ik_bits_in *in, const struct ik_post_env *env, uint32_t df,
                    uint32_t *docs, uint64_t *end)
{
	unsigned width = ik_short_width(env->n_docs, df);
	uint32_t highs[WORD_ROOM];

	if (df >= IK_SHORT_MAX || width > WIDTH_MAX ||
	    get_highs(in, (uint64_t)df * width, df, env->n_docs >> width, highs, end) != 0)
		return INK_ECORRUPT;
	add_lows(in, df, width, highs, docs);
	return docs[df - 1] < env->n_docs ? 0 : INK_ECORRUPT;
}

/* ---- frequencies ---- */

#define RUNS 32 /* runs of zeros that are looked at together */

/*
 * Of n runs, the first from bit 0 on, each with the one at at[k]: frequencies, as far as
 * they are no longer than IK_SHORT_RUN. How many these are.
 */
static inline uint32_t put_runs(const uint8_t at[ONES_ROOM], uint32_t n, uint32_t *out)
{
	__m256i one = _mm256_loadu_si256((const __m256i *)at);
	__m256i before = _mm256_alignr_epi8(one, _mm256_permute2x128_si256(one, one, 0x08), 15);
	__m256i freq, is_long;
	uint8_t all[RUNS];

	before = _mm256_insert_epi8(before, -1, 0);
	freq = _mm256_sub_epi8(one, before);
	is_long = _mm256_cmpgt_epi8(freq, _mm256_set1_epi8(IK_SHORT_RUN));
	_mm256_storeu_si256((__m256i *)all, freq);
	for (uint32_t k = 0; k < n; k += 8)
		put_first(out + k, n - k,
		          _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(all + k))));
	return ik_ctz64((uint32_t)_mm256_movemask_epi8(is_long) | (uint64_t)1 << n);
}

/* The bits from `at` on, at least 57 of them, then zeros. */
static inline uint64_t bits_from(const struct ik_bits_in *in, uint64_t at)
{
	return at < ik_bits_len(in) ? ik_bits_load(in->p + at / 8, in->end) >> at % 8 : 0;
}

/* Frequencies from bit *at on, which moves behind them. */
static int get_freqs(struct ik_bits_in *in, uint32_t n, uint32_t *freqs, uint64_t *at)
{
	uint32_t i = 0, found, put;
	uint8_t ones[ONES_ROOM];

	while (i < n) {
		found = find_ones(bits_from(in, *at), ones);
		found = found < RUNS ? found : RUNS;
		found = found < n - i ? found : n - i;
		put = put_runs(ones, found, freqs + i);
		if (put > 0)
			*at += ones[put - 1] + 1u;
		i += put;
		if (put < found || found == 0) { /* a long one, or none */
			ik_bits_seek(in, *at);
			if (get_freq(in, &freqs[i++], at) != 0)
				return INK_ECORRUPT;
		}
	}
	return 0;
}

#endif

#endif
