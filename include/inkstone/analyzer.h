/* inkstone/analyzer.h - from text to tokens. */
#ifndef INKSTONE_ANALYZER_H
#define INKSTONE_ANALYZER_H

#include "inkstone/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Which part of a field a token belongs to. */
enum {
	INK_PART_WORD = 0, /* words, with positions */
	INK_PART_GRAM = 1  /* grams, and exact forms without positions; they count 0.4 of a word */
};

/* Flags of a token. */
enum {
	INK_TOKEN_JOINED = 1 /* beside another token: not in a text's length, nor in phrases */
};

/* How many bytes a term may have. */
enum {
	INK_TERM_MAX = 255
};

/**
 * A token that an application makes: for ink_doc_add_tokens() and the
 * callbacks of inkstone/ext/tokenizer.h.
 *
 * `term` is 1 to INK_TERM_MAX bytes of UTF-8, borrowed. `start` and `end` are
 * bytes of the text. `step` is how many positions it stands behind the token
 * before it: 1 as a rule, 0 for one at the same place, more to leave a gap
 * that phrases do not cross. The first token of a text stands at position 0
 * whether its step is 0 or 1. The step of tokens of INK_PART_GRAM is not
 * looked at. `reserved` is 0. Since 0.1.
 */
typedef struct ink_token {
	const char *term;
	size_t len;
	uint64_t start;
	uint64_t end;
	uint32_t step;
	int32_t part;
	uint32_t flags;
	uint32_t reserved;
} ink_token;

/**
 * Build an analyzer from a spec: a tokenizer and filters joined by `|`.
 *
 * @param spec  "default" (or NULL) is the chain that is right for text of
 *              any mix of scripts; "default | diacritics" also finds "café"
 *              by "cafe", "default | readings" 北京 by "beijing". An emoji is
 *              a word, whatever it is composed of; with a skin tone it is
 *              another one, with U+FE0E or U+FE0F the same. Others are
 *              built of a tokenizer (`word`, `letters`,
 *              `whitespace`, `keyword`, `ngram:2`) and filters (`fold`,
 *              `lower`, `diacritics`, `stop:LANG`, `stem:LANG`,
 *              `length:MIN-MAX`), such as "word | fold | stem:en".
 *              ARCHITECTURE.md lists them; inkstone/ext/tokenizer.h adds
 *              an application's own.
 * @param out   freed with ink_analyzer_free(); may be shared by threads
 *
 * Errors: INK_ESYNTAX with the byte offset in the spec, INK_ENOMEM, and what
 * a registered tokenizer or filter says about its argument.
 * Cost: microseconds; tables are shared and mapped once. Since 0.1.
 */
INK_API INK_NODISCARD int ink_analyzer_new(const char *spec, ink_analyzer **out, ink_error *err);

/**
 * Analyze a text as a document's field would be.
 *
 * @param text  UTF-8; an invalid byte counts as U+FFFD and is never fatal
 * @param out   the tokens, freed with ink_tokens_free()
 *
 * Errors: INK_ELIMIT (over 2^31 bytes), INK_ENOMEM, those of registered
 * tokenizers and filters. Since 0.1.
 */
INK_API INK_NODISCARD int ink_analyzer_run(const ink_analyzer *analyzer, const char *text,
                                           size_t len, ink_tokens **out, ink_error *err);

/** Step to the next token: 1, or 0 at the end. Since 0.1. */
INK_API int ink_tokens_next(ink_tokens *tokens);

/** The term of the current token, as it stands in the index. Since 0.1. */
INK_API const char *ink_tokens_text(const ink_tokens *tokens, size_t *len);

/** INK_PART_WORD or INK_PART_GRAM. Since 0.1. */
INK_API int32_t ink_tokens_part(const ink_tokens *tokens);

/** INK_TOKEN_JOINED or 0. Since 0.1. */
INK_API uint32_t ink_tokens_flags(const ink_tokens *tokens);

/** The position of the current token, counted from 0 in each part. Since 0.1. */
INK_API uint32_t ink_tokens_position(const ink_tokens *tokens);

/** First byte of the token in the original text. Since 0.1. */
INK_API uint64_t ink_tokens_start(const ink_tokens *tokens);

/** The byte after its last one. Since 0.1. */
INK_API uint64_t ink_tokens_end(const ink_tokens *tokens);

/** Free the tokens. Since 0.1. */
INK_API void ink_tokens_free(ink_tokens *tokens);

/** Free an analyzer; tokens made by it live on. Since 0.1. */
INK_API void ink_analyzer_free(ink_analyzer *analyzer);

#ifdef __cplusplus
}
#endif
#endif
