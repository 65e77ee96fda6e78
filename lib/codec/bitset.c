/* bitset.c - sets of small numbers in plain 64-bit words. Layer: codec. */
#include "codec/bitset.h"

#include "base/bits.h"

size_t ik_bitset_count(const uint64_t *words, size_t n_bits)
{
	size_t i, count = 0;

	for (i = 0; i < n_bits / 64; i++)
		count += ik_popcount64(words[i]);
	if (n_bits % 64 != 0)
		count += ik_popcount64(words[i] & ((UINT64_C(1) << n_bits % 64) - 1));
	return count;
}

void ik_bitset_and_not(uint64_t *words, const uint64_t *not, size_t n_bits)
{
	size_t i, n = ik_bitset_words(n_bits);

	for (i = 0; i < n; i++)
		words[i] &= ~not[i];
}

size_t ik_bitset_next(const uint64_t *words, size_t n_bits, size_t from)
{
	size_t at = from / 64, n = ik_bitset_words(n_bits);
	uint64_t word;

	if (from >= n_bits)
		return n_bits;
	word = words[at] & ~UINT64_C(0) << from % 64;
	while (word == 0) {
		if (++at >= n)
			return n_bits;
		word = words[at];
	}
	from = at * 64 + ik_ctz64(word);
	return from < n_bits ? from : n_bits;
}
