/* ascii.h - what an ASCII character is to the tokenizers' short cuts. Layer: text. */
#ifndef IK_TEXT_ASCII_H
#define IK_TEXT_ASCII_H

#include <stdint.h>

#define IK_ASCII_INK 1u    /* not blank */
#define IK_ASCII_LETTER 2u
#define IK_ASCII_DIGIT 4u
#define IK_ASCII_GLUE 8u   /* after a word: may make it a compound; bytes from 0x80 on, too */

extern const uint8_t ik_ascii[256];

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

#endif
