/*
 * bitset.h - sets of small numbers in plain 64-bit words: deletions, filters.
 *
 * Layer: codec (pure functions: no I/O, no allocation). Number i is bit
 * i % 64 of word i / 64.
 */
#ifndef IK_CODEC_BITSET_H
#define IK_CODEC_BITSET_H

#include <stddef.h>
#include <stdint.h>

static inline size_t ik_bitset_words(size_t n_bits)
{
	return n_bits / 64 + (n_bits % 64 != 0);
}

static inline int ik_bitset_test(const uint64_t *words, size_t i)
{
	return (int)(words[i / 64] >> i % 64 & 1);
}

static inline void ik_bitset_set(uint64_t *words, size_t i)
{
	words[i / 64] |= UINT64_C(1) << i % 64;
}

static inline void ik_bitset_clear(uint64_t *words, size_t i)
{
	words[i / 64] &= ~(UINT64_C(1) << i % 64);
}

/* Set bits among the first n_bits; what the last word has above them does not count. */
size_t ik_bitset_count(const uint64_t *words, size_t n_bits);

/* Take out of `words` what is in `not`. */
void ik_bitset_and_not(uint64_t *words, const uint64_t *not, size_t n_bits);

/* The smallest member that is not below `from`, or n_bits. */
size_t ik_bitset_next(const uint64_t *words, size_t n_bits, size_t from);

#endif
