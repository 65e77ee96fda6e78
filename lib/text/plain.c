/*
 * plain.c - a document's plain words, as many as stand in a row.
 *
 * Layer: text. Most of an English text is ASCII words of at most 15 letters
 * between blanks. They are folded 16 bytes at a time, and looked up as two
 * numbers; the cache that knows their stems has both of a word's terms, so
 * that nothing is copied. What is anything else is left to run.c and latin.c,
 * which give the same tokens.
 */
#include "text/analysis.h"
#include "text/ascii.h"

#define READ 24 /* bytes looked at from the start of a word on: it, and what is behind it */

static inline uint8_t kind_of(const char *p)
{
	return ik_ascii[(unsigned char)*p];
}

static inline int goes_on(const char *p)
{
	return ik_ascii_goes_on((unsigned char)p[0], (unsigned char)p[1]);
}

/* Where the next word may begin, or `end`. One blank or a sign and a blank need no branch. */
static inline const char *skip(const char *p, const char *end)
{
	p += !(kind_of(p) & IK_ASCII_START);
	p += !(kind_of(p) & IK_ASCII_START);
	while (p < end && !(kind_of(p) & IK_ASCII_START))
		p++;
	return p;
}

/* The word's stem and its exact form; `token` has offsets and flags. */
static inline int send(struct ik_sink *sink, const struct ik_stemmed *word, uint32_t word_pos,
                       uint32_t gram_pos, struct ik_token *token)
{
	int rc;

	token->term = word->stem;
	token->len = word->stem_len;
	token->position = word_pos;
	token->part = INK_PART_WORD;
	rc = sink->token(sink, token);
	if (rc != 0)
		return rc;
	token->term = word->word;
	token->len = word->len;
	token->position = gram_pos;
	token->part = INK_PART_GRAM;
	return sink->token(sink, token);
}

size_t ik_run_plain(struct ik_analysis *a, size_t at)
{
	const char *p = a->text + at, *end = a->text + a->len;
	struct ik_token token = {.wide = 1};
	uint32_t n = 0;

	for (; end - p >= READ && a->rc == 0; n++) {
		const struct ik_stemmed *word;
		uint64_t v[2];
		unsigned len = ik_ascii_word(p, v);

		if (len == 0 || len > IK_STEM_SHORT || goes_on(p + len))
			break;
		word = ik_stem_short(a->english, v[0], v[1] | (uint64_t)len << 56);
		if (word == NULL)
			break;
		token.start = (uint32_t)(p - a->text);
		token.end = token.start + len;
		a->rc = send(a->sink, word, a->word_pos + n, a->gram_pos + n, &token);
		p = skip(p + len, end);
	}
	if (n > 0) {
		a->word_pos += n;
		a->gram_pos += n;
		a->last_run = IK_RUN_WORD;
		a->run_end = token.end;
	}
	return (size_t)(p - a->text);
}
