/* inkstone/ext/tokenizer.h - the application's own analysis. A weaker promise than the rest. */
#ifndef INKSTONE_EXT_TOKENIZER_H
#define INKSTONE_EXT_TOKENIZER_H

#include "inkstone/analyzer.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A tokenizer, filter or normaliser is registered under a name, for the whole
 * process. From then on specs may use it, with an argument or without:
 *
 *     mytok | fold | stem:en        a tokenizer, in the first place
 *     word | myfilter:ARG           a filter, behind a tokenizer
 *     mynorm | default              a normaliser, before a tokenizer
 *
 * The index keeps the spec, not the code: whoever opens the index registers
 * the same names first. What a name does should not change while indexes
 * exist that were made with it; `version` is noted in the index, and not
 * compared.
 *
 * Threads: every indexing thread and every search runs the callbacks, several
 * at once and on one instance. They may call Inkstone, but not change or
 * close what is calling them, and must not throw or jump out.
 */

/* What a text is analyzed for. */
enum {
	INK_FOR_DOC = 0,   /* all that shall be found of a document; highlighting, too */
	INK_FOR_QUERY = 1, /* a ranked query: any of the tokens */
	INK_FOR_PHRASE = 2 /* a phrase, or words that have to match: all of the tokens, in order */
};

/* Takes what a callback makes; good during that call and in its thread. */
typedef struct ink_emitter ink_emitter;

/**
 * Make an instance for one use of the name in a spec.
 *
 * @param arg   what stands behind the colon, `len` bytes; NULL when nothing
 * @param self  given to the other callbacks, by several threads at once
 *
 * Called for each analyzer that is made: when a field is added, and whenever
 * an index is opened. Returns and errors as ink_tokenize_fn. Since 0.1.
 */
typedef int (*ink_open_fn)(void *user, const char *arg, size_t len, void **self, ink_error *err);

/** Free an instance, or what `user` stands for. Since 0.1. */
typedef void (*ink_close_fn)(void *self);

/**
 * Take a text apart: ink_emit_token() for each token, in the order of their
 * positions, with offsets in this text.
 *
 * @param purpose  INK_FOR_*
 * @param text     valid UTF-8 of at least one byte, without a NUL behind it
 * @param err      for the message; never NULL
 *
 * Returns 0, or a negative INK_E* code, which the call that wanted the
 * analysis returns with the message of `err` behind the name. Any other value
 * is INK_ECANCELED. A non-zero result of ink_emit_token() is to be returned
 * at once. Since 0.1.
 */
typedef int (*ink_tokenize_fn)(void *self, int32_t purpose, const char *text, size_t len,
                               ink_emitter *out, ink_error *err);

/**
 * Take one token and emit none, itself, another or several. `step` counts
 * from the token that the filter was given before; when it drops a token, the
 * next one's step is larger by as much, so that phrases know of the gap. The
 * first token it emits should keep the step, one at the same place has 0.
 *
 * Returns and errors as ink_tokenize_fn. Since 0.1.
 */
typedef int (*ink_filter_fn)(void *self, int32_t purpose, const ink_token *token,
                             ink_emitter *out, ink_error *err);

/**
 * Turn a text into another one: ink_emit_text() for each piece of it, from
 * front to back. Documents and queries go through it, also prefixes and
 * patterns, so a character must become the same wherever it stands.
 *
 * Parameters, returns and errors as ink_tokenize_fn. Since 0.1.
 */
typedef int (*ink_normalize_fn)(void *self, const char *text, size_t len, ink_emitter *out,
                                ink_error *err);

/**
 * What to register: exactly one of `tokenize`, `filter` and `normalize`.
 *
 * `struct_size` is sizeof(ink_extension). `name` is a lower-case letter, then
 * letters, digits and `_`, 32 at most. Names with a `_` will never become
 * built-in ones. `version` is at most 63 printable ASCII characters without
 * `;`, or NULL. Without `open` there is one instance, `user`, and no argument
 * is taken. `close`, `release` and `user` may be NULL; `release` is called with
 * `user` when the name is unregistered and no analyzer uses it any more.
 * Since 0.1.
 */
typedef struct ink_extension {
	uint32_t struct_size;
	const char *name;
	const char *version;
	void *user;
	ink_close_fn release;
	ink_open_fn open;
	ink_close_fn close;
	ink_tokenize_fn tokenize;
	ink_filter_fn filter;
	ink_normalize_fn normalize;
} ink_extension;

/**
 * Register a tokenizer, filter or normaliser. Everything is copied.
 *
 * Errors: INK_EINVAL (the name, the version, not exactly one callback),
 * INK_EEXISTS (the name is taken, or built in), INK_ELIMIT (over 256 names),
 * INK_ENOMEM; `release` is not called then. Threads: any. Since 0.1.
 */
INK_API INK_NODISCARD int ink_extension_register(const ink_extension *extension, ink_error *err);

/**
 * Forget a name. Analyzers that use it, in open indexes too, go on with it,
 * and the last one releases it. Errors: INK_ENOTFOUND, INK_EINVAL. Threads:
 * any. Since 0.1.
 */
INK_API INK_NODISCARD int ink_extension_unregister(const char *name, ink_error *err);

/**
 * Hand on a token, which is copied. Refused are terms that are empty, longer
 * than INK_TERM_MAX or not UTF-8, offsets outside the text or inside a
 * character, unknown parts and flags, and more than 2^30 positions; the call that
 * wanted the analysis then fails with INK_EINVAL or INK_ELIMIT, and the name
 * in the message, whatever the callback returns. Terms should be folded as
 * queries are: what is emitted is what is found.
 *
 * Returns 0 or a negative code. Only for tokenizers and filters. Since 0.1.
 */
INK_API int ink_emit_token(ink_emitter *out, const ink_token *token);

/**
 * Hand on a piece of normalised text, which stands for the bytes [start, end)
 * of the text given. Pieces go forward; what no piece stands for is left out.
 * A piece that is the very bytes it stands for keeps its offsets one by one;
 * one that differs is highlighted as a whole, so keep those short.
 *
 * Refused: offsets as in ink_emit_token(), going backwards, invalid UTF-8,
 * over 2^31 bytes in all. Returns 0 or a negative code. Only for normalisers.
 * Since 0.1.
 */
INK_API int ink_emit_text(ink_emitter *out, const char *text, size_t len, uint64_t start,
                          uint64_t end);

#ifdef __cplusplus
}
#endif
#endif
