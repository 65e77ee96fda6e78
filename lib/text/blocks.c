/*
 * blocks.c - letters and whitespace over ASCII, 64 characters at a time.
 *
 * Layer: text. A block becomes a word of bits, one for each character that is
 * of a term; where neighbouring bits differ, a term begins or ends.
 */
#include "text/analysis.h"
#include "text/ascii.h"

#include <string.h>

#include "base/bits.h"

#define BLOCK 64

/* The high bits of eight bytes, that of the first one lowest. */
static inline uint64_t gather(uint64_t high)
{
	return (high >> 7) * 0x0102040810204080u >> 56;
}

/*
 * Which of `left` characters, or a block of them, are of a term? And how many are before the
 * first one beyond ASCII: all of the block where there is none.
 */
static inline uint64_t block_bits(const char *p, size_t left, int whitespace, unsigned *n)
{
	uint64_t bits = 0, beyond = 0;

	for (unsigned i = 0; i < BLOCK && i < left; i += 8) {
		uint64_t v = ik_load64(p + i);
		uint64_t in = whitespace ? ik_ascii_inks(v)
		                         : ik_ascii_letters(v) | ik_ascii_digits(v);

		bits |= gather(in) << i;
		if (v & IK_ASCII_HIGH)
			beyond |= gather(v & IK_ASCII_HIGH) << i;
	}
	*n = beyond == 0 ? BLOCK : ik_ctz64(beyond);
	return bits;
}

/* The characters at text[at], with blanks behind the end of the text. */
static const char *block_at(const struct ik_analysis *a, size_t at, char tail[BLOCK])
{
	if (a->len - at >= BLOCK)
		return a->text + at;
	memset(tail, ' ', BLOCK);
	memcpy(tail, a->text + at, a->len - at);
	return tail;
}

static inline int emit(struct ik_analysis *a, size_t start, size_t end)
{
	struct ik_token token = {a->text + start, (uint32_t)(end - start), a->word_pos,
	                         (uint32_t)start, (uint32_t)end, INK_PART_WORD, 0,
	                         a->len - start >= 16};

	if (a->analyzer->n_filters > 0 || token.len > IK_TERM_MAX)
		ik_filter_run(a, start, end, 1);
	else /* as it is in the text */
		a->rc = a->sink->token(a->sink, &token);
	a->word_pos++;
	return a->rc;
}

size_t ik_run_blocks(struct ik_analysis *a, size_t at)
{
	int whitespace = a->analyzer->tokenizer == IK_TOKENIZER_WHITESPACE;
	uint64_t inside = 0; /* 1: the term at `start` goes on */
	size_t start = at;
	unsigned n = BLOCK;
	char tail[BLOCK];

	for (; at < a->len && n == BLOCK; at += n) {
		const char *block = block_at(a, at, tail);
		uint64_t bits = block_bits(block, a->len - at, whitespace, &n);
		uint64_t edges = bits ^ (bits << 1 | inside);

		if (n < BLOCK)
			edges &= (UINT64_C(1) << n) - 1;
		for (; edges != 0; edges &= edges - 1) {
			size_t edge = at + ik_ctz64(edges);

			inside ^= 1;
			if (inside)
				start = edge;
			else if (emit(a, start, edge) != 0)
				return edge;
		}
	}
	if (!inside)
		return at < a->len ? at : a->len;
	if (n == BLOCK && emit(a, start, a->len) == 0)
		return a->len;
	return start;
}
