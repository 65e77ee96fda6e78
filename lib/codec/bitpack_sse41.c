/*
 * bitpack_sse41.c - blocks of 128 integers with 128-bit vectors.
 *
 * Layer: codec. Format: codec/bitpack.h. Reading has one function for each
 * width, made by the compiler from one body in which width and row are
 * constants; writing is rare enough for one with variable shifts.
 */
#include "codec/bitpack.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define SSE __attribute__((target("sse4.1")))
#define SSE_INLINE static inline __attribute__((target("sse4.1"), always_inline))

/* clang-format off */
#define ROWS(x) \
	x(0) x(1) x(2) x(3) x(4) x(5) x(6) x(7) x(8) x(9) x(10) x(11) x(12) x(13) x(14) x(15) \
	x(16) x(17) x(18) x(19) x(20) x(21) x(22) x(23) x(24) x(25) x(26) x(27) x(28) x(29) \
	x(30) x(31)
#define WIDTHS(x) ROWS(x) x(32)
/* clang-format on */

SSE static void pack(const uint32_t in[128], unsigned width, uint8_t *out)
{
	__m128i mask = _mm_set1_epi32((int)((UINT64_C(1) << width) - 1));
	__m128i word = _mm_setzero_si128();
	unsigned row, fill = 0;

	for (row = 0; row < 32; row++) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(in + row * 4));

		v = _mm_and_si128(v, mask);
		word = _mm_or_si128(word, _mm_sll_epi32(v, _mm_cvtsi32_si128((int)fill)));
		fill += width;
		if (fill < 32)
			continue;
		_mm_storeu_si128((__m128i *)(void *)out, word);
		out += 16;
		fill -= 32;
		/* What did not fit; a shift by 32 gives 0 here, unlike in C. */
		word = _mm_srl_epi32(v, _mm_cvtsi32_si128((int)(width - fill)));
	}
}

/* Values 4 * row to 4 * row + 3; both numbers are constants where this is expanded. */
SSE_INLINE __m128i row_get(const __m128i *in, unsigned width, unsigned row)
{
	unsigned bit = row * width, word = bit / 32, shift = bit % 32;
	__m128i v;

	if (width == 0)
		return _mm_setzero_si128();
	v = _mm_srli_epi32(_mm_loadu_si128(in + word), (int)shift);
	if (shift + width > 32)
		v = _mm_or_si128(v, _mm_slli_epi32(_mm_loadu_si128(in + word + 1),
		                                   (int)(32 - shift)));
	if (shift + width == 32)
		return v; /* nothing above it */
	return _mm_and_si128(v, _mm_set1_epi32((int)((UINT64_C(1) << width) - 1)));
}

SSE_INLINE void row_put(uint32_t *out, unsigned row, __m128i v)
{
	_mm_storeu_si128((__m128i *)(void *)(out + row * 4), v);
}

/* Sums within the row, then the sum of all rows before it, which is all that waits for them. */
SSE_INLINE __m128i row_sum(__m128i v, __m128i *before)
{
	__m128i sum;

	v = _mm_add_epi32(v, _mm_slli_si128(v, 4));
	v = _mm_add_epi32(v, _mm_slli_si128(v, 8));
	sum = _mm_add_epi32(v, *before);
	*before = _mm_add_epi32(*before,
	                        _mm_add_epi32(_mm_shuffle_epi32(v, 0xFF), _mm_set1_epi32(4)));
	return sum;
}

#define PLAIN_ROW(r) row_put(out, r, row_get(in, width, r));

SSE_INLINE void plain(const __m128i *in, unsigned width, uint32_t *out)
{
	ROWS(PLAIN_ROW)
}

#define DELTA_ROW(r) row_put(out, r, row_sum(row_get(in, width, r), &before));

SSE_INLINE void delta(const __m128i *in, unsigned width, uint32_t base, uint32_t *out)
{
	__m128i before = _mm_add_epi32(_mm_set1_epi32((int)base), _mm_setr_epi32(1, 2, 3, 4));

	ROWS(DELTA_ROW)
}

#define DEFINE(w) \
	SSE static void plain_##w(const __m128i *in, uint32_t *out) \
	{ \
		plain(in, w, out); \
	} \
	SSE static void delta_##w(const __m128i *in, uint32_t base, uint32_t *out) \
	{ \
		delta(in, w, base, out); \
	}
WIDTHS(DEFINE)

static void unpack(const uint8_t *in, unsigned width, uint32_t out[128])
{
#define PLAIN_NAME(w) plain_##w,
	static void (*const by_width[33])(const __m128i *, uint32_t *) = { WIDTHS(PLAIN_NAME) };

	by_width[width]((const __m128i *)(const void *)in, out);
}

static void unpack_delta(const uint8_t *in, unsigned width, uint32_t base, uint32_t out[128])
{
#define DELTA_NAME(w) delta_##w,
	static void (*const by_width[33])(const __m128i *, uint32_t, uint32_t *) = {
		WIDTHS(DELTA_NAME)
	};

	by_width[width]((const __m128i *)(const void *)in, base, out);
}

const struct ik_bitpack ik_bitpack_sse41 = { "sse4.1", pack, unpack, unpack_delta };

#endif
