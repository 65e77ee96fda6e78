/*
 * analyzer.h - from text to tokens, for documents and for queries.
 *
 * Layer: text. An analyzer is immutable and shared by threads; what changes
 * while it runs is in a struct ik_analysis, one a thread. The same code makes
 * the terms of documents and of queries, so both always agree.
 */
#ifndef IK_TEXT_ANALYZER_H
#define IK_TEXT_ANALYZER_H

#include "base/buf.h"
#include "base/err.h"
#include "inkstone/analyzer.h"

#define IK_TERM_MAX 255 /* bytes; longer words are cut at a character, wherever they come from */

struct ik_analyzer;
struct ik_analysis;
struct ik_lexicon;

/* One token. `term` is valid during the call only; offsets point into the original text. */
struct ik_token {
	const char *term;
	uint32_t len;      /* 1 .. IK_TERM_MAX */
	uint32_t position; /* of its part, from 0, never falling within a part */
	uint32_t start;
	uint32_t end;
	uint8_t part;      /* INK_PART_WORD or INK_PART_GRAM */
	uint8_t flags;     /* IK_TOKEN_* */
	uint8_t wide;      /* can 16 bytes be read at `term`, however short it is? */
};

enum {
	IK_TOKEN_JOINED = 1, /* stands beside its parts, at the position of the first */
	IK_TOKEN_PREFIX = 2, /* queries only: all terms of the part that start so (one character) */
	IK_TOKEN_USER = 4    /* queries only: of the lexicon; older documents have it in parts */
};

/* Who takes the tokens; non-zero stops the run, which returns it. */
struct ik_sink {
	int (*token)(struct ik_sink *sink, const struct ik_token *token);
};

/* What the tokens are for. */
enum ik_purpose {
	IK_FOR_DOC,    /* everything that goes into the index */
	IK_FOR_ANY,    /* a ranked OR: words, grams; function terms only if nothing else is left */
	IK_FOR_PHRASE  /* words with positions, no joined forms; grams of scripts without blanks */
};

/* A spec of NULL is "default". */
int ik_analyzer_new(const char *spec, struct ik_analyzer **out, ink_error *err);

/* Is there such an analyzer? 0, or as ik_analyzer_new() fails. */
int ik_analyzer_try(const char *spec, ink_error *err);

/* The first for a field of an index; a message names it. */
int ik_analyzer_of_field(const char *field, const char *spec, struct ik_analyzer **out,
                         ink_error *err);
struct ik_analyzer *ik_analyzer_ref(struct ik_analyzer *analyzer);
void ik_analyzer_unref(struct ik_analyzer *analyzer);

/* Does it ever make gram tokens? */
int ik_analyzer_has_grams(const struct ik_analyzer *analyzer);

/* The names and versions that decide about tokens, such as "default 1; icu 72.1; unicode 15.0". */
const char *ik_analyzer_stamp(void);

/*
 * Append to a stamp what the application registered for a spec, such as
 * "; mytok 1.2", if it is not there yet; "; mytok ?" when it is not registered here.
 */
void ik_analyzer_stamp_add(const char *spec, struct ik_buf *stamp);

/* Reusable working memory. */
int ik_analysis_new(struct ik_analysis **out, ink_error *err);
void ik_analysis_free(struct ik_analysis *analysis);
size_t ik_analysis_bytes(const struct ik_analysis *analysis);

/*
 * From now on with a user's words, which stay the caller's and outlive their
 * use here; NULL for none.
 */
void ik_analysis_set_lexicon(struct ik_analysis *analysis, const struct ik_lexicon *lexicon);
const struct ik_lexicon *ik_analysis_lexicon(const struct ik_analysis *analysis);

/*
 * Take a text apart. INK_ELIMIT over 2^31 - 1 bytes, INK_ENOMEM, or what the
 * sink returned. Memory in use is bounded, whatever the text's length.
 */
int ik_analyze(const struct ik_analyzer *analyzer, struct ik_analysis *analysis,
               enum ik_purpose purpose, const char *text, size_t len, struct ik_sink *sink,
               ink_error *err);

/*
 * The text as the gram part compares it (folded, kana too), runs of blanks as one
 * blank: a quoted string is in a document exactly when its folded form is a
 * substring of the document's. Appended to `out`.
 */
int ik_fold_text(const struct ik_analyzer *analyzer, const char *text, size_t len,
                 struct ik_buf *out, ink_error *err);

/*
 * Fold one term as the analyzer's words are, without stemming: for patterns. Of the default
 * chain a compound becomes what its joined form is (joined.h).
 */
int ik_fold_term(const struct ik_analyzer *analyzer, const char *text, size_t len,
                 struct ik_buf *out, ink_error *err);

/* Does the text hold a script written without blanks (Han, kana, Thai ...) or Hangul? */
int ik_text_has_grams(const char *text, size_t len);

/*
 * The next boundary after byte `at` where a text may be cut: between two
 * grapheme clusters. `len` at the end. For snippets.
 */
size_t ik_text_next_cluster(const char *text, size_t len, size_t at);

/* The boundary at or before byte `at`: where the cluster begins that the byte is in. */
size_t ik_text_cluster_start(const char *text, size_t len, size_t at);

#endif
