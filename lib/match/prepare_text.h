/*
 * prepare_text.h - the tokens of query texts and what is made of them.
 *
 * Layer: match, between
 *
 *   prepare_tokens.c  tokens, a ranked OR of them
 *   prepare_string.c  words in order and substrings, as conditions
 *   prepare_text.c    required words, phrases
 *   prepare_pairs.c   neighbours as phrases, in a ranked OR
 *   prepare_user.c    words of the user, synonyms
 */
#ifndef IK_MATCH_PREPARE_TEXT_H
#define IK_MATCH_PREPARE_TEXT_H

#include "base/map.h"
#include "match/prepare.h"
#include "text/lexicon.h"

/* A token of a query text; its term is in the arena. */
struct ik_qtoken {
	const char *term;
	uint32_t len, position, start, end, count;
	uint32_t unit; /* 1 + number of the match of synonyms that it is in; 0: none */
	uint8_t part, flags;
	uint8_t across;  /* a bigram that is within no word of a ranked text */
	uint8_t implied; /* documents with this token of a ranked text have another one of it */
};

struct ik_qtokens {
	struct ik_sink sink;
	int join_repeats;   /* a choice: repeated tokens are one with a count */
	const struct ik_synonym_matches *units; /* a choice: where tokens may be in; or NULL */
	struct ik_prepare *p;
	const char *text;
	IK_VEC(struct ik_qtoken) list; /* in the arena */
	struct ik_map seen; /* what tells a token -> index; only when repeats are joined */
};

/* ---- prepare_tokens.c ---- */

/* All tokens of a text into a zeroed list in which only the choices are made. */
int ik_qtokens_collect(struct ik_qtokens *tokens, struct ik_prepare *p, uint32_t field,
                       enum ik_purpose purpose, const char *text, size_t len);
void ik_qtokens_release(struct ik_qtokens *tokens);
size_t ik_qtokens_count(const struct ik_qtokens *tokens, uint8_t part);

/* Did this version of the default chain, without words of the user, make all tokens of a field? */
int ik_prep_is_own(const struct ik_prepare *p, uint32_t field);

/* What one token looks for. */
int ik_prep_token(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *tokens,
                  const struct ik_qtoken *t, float weight, struct ik_prep **out);

/* A bool of the tokens of one part, or of both with part < 0, each with `occur`. */
int ik_prep_join(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *tokens, int part,
                 int32_t occur, float weight, struct ik_prep **out);

/* The same of those that are wanted, or of all: `wanted` may be NULL. `number` is the caller's. */
int ik_prep_join_wanted(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *tokens,
                        int (*wanted)(const struct ik_qtokens *tokens, const struct ik_qtoken *t,
                                      size_t number),
                        size_t number, int32_t occur, float weight, struct ik_prep **out);

/* The weight of a field times a boost. */
float ik_prep_field_weight(const struct ik_prepare *p, uint32_t field, double boost);

/* A ranked OR of all tokens, without synonyms. */
int ik_prep_match_plain(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                        double boost, struct ik_prep **out);

/* ---- prepare_string.c ---- */

/*
 * Tokens of one part in order; one token is a term, NULL *out when there is none. Scored with
 * `weight` times the sum of idf.
 */
int ik_prep_in_order(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *tokens,
                     uint8_t part, uint32_t slop, float weight, struct ik_prep **out);

/* The words of a text in order, with the user's words or as documents from before those have it. */
int ik_prep_words_in_order(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                           const struct ik_qtokens *tokens, uint32_t slop, float weight,
                           struct ik_prep **out);

/* A text with grams as a substring, without a score. `tokens`: for a phrase. */
int ik_prep_substring(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                      const struct ik_qtokens *tokens, struct ik_prep **out);

/* Candidates compared with the stored text, which has to hold this one. */
int ik_prep_verified(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                     struct ik_prep *candidates, struct ik_prep **out);

/* ---- prepare_pairs.c ---- */

/* Mark the bigrams of a ranked text that are within none of its words, and what is implied. */
void ik_qtokens_mark(struct ik_qtokens *tokens);

/*
 * To a ranked OR of the tokens in *out, where the text is a question of words
 * of an alphabet, add each two neighbours as a phrase.
 */
int ik_prep_add_pairs(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                      const struct ik_qtokens *tokens, float weight, struct ik_prep **out);

/* ---- prepare_user.c ---- */

/* A word of the user: its term, or the words that documents from before it have in its place. */
int ik_prep_user_word(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *tokens,
                      const struct ik_qtoken *t, float weight, struct ik_prep **out);

/* Does it have signs that its parts lose, as "C*" has? */
int ik_has_signs(const char *term, size_t len);

#endif
