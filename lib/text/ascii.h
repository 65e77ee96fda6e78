/* ascii.h - what an ASCII character is to the tokenizers' short cuts. Layer: text. */
#ifndef IK_TEXT_ASCII_H
#define IK_TEXT_ASCII_H

#include <stdint.h>
#if defined(__SSE2__)
# include <emmintrin.h>
#endif

#include "base/bits.h"

#define IK_ASCII_INK 1u    /* not blank */
#define IK_ASCII_LETTER 2u
#define IK_ASCII_DIGIT 4u
#define IK_ASCII_BEYOND 8u /* bytes from 0x80 on */
#define IK_ASCII_DOT 16u   /* a word may begin with it: .net */
#define IK_ASCII_START (IK_ASCII_LETTER | IK_ASCII_DIGIT | IK_ASCII_BEYOND | IK_ASCII_DOT)

extern const uint8_t ik_ascii[256];

/*
 * After a word: the bits of ik_ascii[] that the next character must have one of for this one
 * to make more than a plain word of it, or all bits when it does so whatever is next.
 */
extern const uint8_t ik_ascii_glue[256];

/* Do the two characters after a word, 0 for the end of the text, make it more than a plain one? */
static inline int ik_ascii_goes_on(unsigned char b, unsigned char next)
{
	return (ik_ascii_glue[b] & (ik_ascii[next] | 0x80)) != 0;
}

/* Eight bytes at once: the high bit of each byte that is an ASCII letter, or a digit. */
#define IK_ASCII_ONES 0x0101010101010101u
#define IK_ASCII_HIGH (IK_ASCII_ONES * 0x80)

static inline uint64_t ik_ascii_between(uint64_t v, uint64_t lo, uint64_t hi)
{
	uint64_t low = v & ~IK_ASCII_HIGH;

	return (low + IK_ASCII_ONES * (0x80 - lo)) & ~(low + IK_ASCII_ONES * (0x7F - hi)) & ~v &
	       IK_ASCII_HIGH;
}

static inline uint64_t ik_ascii_letters(uint64_t v)
{
	return ik_ascii_between(v | IK_ASCII_ONES * 0x20, 'a', 'z');
}

static inline uint64_t ik_ascii_digits(uint64_t v)
{
	return ik_ascii_between(v, '0', '9');
}

/* The same for those that are neither blank nor beyond ASCII. */
static inline uint64_t ik_ascii_inks(uint64_t v)
{
	return ik_ascii_between(v, 0x21, 0x7E);
}

/*
 * The letters at the front of p[0, 16), in lower case with zeros behind them, as two little-endian
 * numbers; how many.
 */
static inline unsigned ik_ascii_word(const char *p, uint64_t v[2])
{
#if defined(__SSE2__)
	static const uint8_t keep[32] = {255, 255, 255, 255, 255, 255, 255, 255,
	                                 255, 255, 255, 255, 255, 255, 255, 255};
	__m128i low = _mm_or_si128(_mm_loadu_si128((const __m128i *)(const void *)p),
	                           _mm_set1_epi8(0x20));
	__m128i in = _mm_and_si128(_mm_cmpgt_epi8(low, _mm_set1_epi8('a' - 1)),
	                           _mm_cmplt_epi8(low, _mm_set1_epi8('z' + 1)));
	unsigned n = ik_ctz64(~(uint64_t)(unsigned)_mm_movemask_epi8(in));

	low = _mm_and_si128(low, _mm_loadu_si128((const __m128i *)(const void *)(keep + 16 - n)));
	_mm_storeu_si128((__m128i *)(void *)v, low);
	return n;
#else
	uint64_t first = ik_load64(p), second = ik_load64(p + 8);
	uint64_t out = ik_ascii_letters(first) ^ IK_ASCII_HIGH;
	uint64_t out2 = ik_ascii_letters(second) ^ IK_ASCII_HIGH;

	v[0] = first | IK_ASCII_ONES * 0x20;
	v[1] = 0;
	if (out != 0) { /* up to the first byte that is out */
		v[0] &= (out & -out) / 0x80 - 1;
		return ik_ctz64(out) / 8;
	}
	v[1] = second | IK_ASCII_ONES * 0x20;
	if (out2 == 0)
		return 16;
	v[1] &= (out2 & -out2) / 0x80 - 1;
	return 8 + ik_ctz64(out2) / 8;
#endif
}

#endif
