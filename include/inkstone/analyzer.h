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
	INK_PART_GRAM = 1  /* grams and exact forms, without positions */
};

/**
 * Build an analyzer from a spec: a tokenizer and filters joined by `|`.
 *
 * @param spec  "default" (or NULL) is the chain that is right for text of
 *              any mix of scripts. Others are built of a tokenizer
 *              (`word`, `letters`, `whitespace`, `keyword`, `ngram:2`) and filters
 *              (`fold`, `lower`, `stop:LANG`, `stem:LANG`, `length:MIN-MAX`),
 *              such as "word | fold | stem:en". ARCHITECTURE.md lists them.
 * @param out   freed with ink_analyzer_free(); may be shared by threads
 *
 * Errors: INK_ESYNTAX with the byte offset in the spec, INK_ENOMEM.
 * Cost: microseconds; tables are shared and mapped once. Since 0.1.
 */
INK_API INK_NODISCARD int ink_analyzer_new(const char *spec, ink_analyzer **out, ink_error *err);

/**
 * Analyze a text as a document's field would be.
 *
 * @param text  UTF-8; an invalid byte counts as U+FFFD and is never fatal
 * @param out   the tokens, freed with ink_tokens_free()
 *
 * Errors: INK_ELIMIT (over 2^31 bytes), INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_analyzer_run(const ink_analyzer *analyzer, const char *text,
                                           size_t len, ink_tokens **out, ink_error *err);

/** Step to the next token: 1, or 0 at the end. Since 0.1. */
INK_API int ink_tokens_next(ink_tokens *tokens);

/** The term of the current token, as it stands in the index. Since 0.1. */
INK_API const char *ink_tokens_text(const ink_tokens *tokens, size_t *len);

/** INK_PART_WORD or INK_PART_GRAM. Since 0.1. */
INK_API int32_t ink_tokens_part(const ink_tokens *tokens);

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
