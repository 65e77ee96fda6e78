/* inkstone/query.h - what to look for. */
#ifndef INKSTONE_QUERY_H
#define INKSTONE_QUERY_H

#include "inkstone/index.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Flags of ink_query_parse(). */
enum {
	INK_PARSE_ALL = 1,   /* words without an operator must all match */
	INK_PARSE_PLAIN = 2  /* no syntax: every character is text */
};

/* How a clause of ink_query_bool() takes part. */
enum {
	INK_SHOULD = 0,   /* may match; adds to the score */
	INK_MUST = 1,     /* has to match; adds to the score */
	INK_MUST_NOT = 2, /* may not match */
	INK_FILTER = 3    /* has to match; adds nothing */
};

/* Bounds of a range. */
enum {
	INK_OPEN_LO = 1, /* the lower bound itself is outside */
	INK_OPEN_HI = 2, /* the upper bound itself is outside */
	INK_NO_LO = 4,   /* no lower bound; `lo` is not looked at */
	INK_NO_HI = 8    /* no upper bound */
};

/**
 * Parse a query string. The language, in short (QUERY.md has the grammar):
 *
 *     ink stone            either word, better with both
 *     +ink -stone          must, must not; also AND OR NOT and ( )
 *     title:ink            in one field
 *     "ink stone"~2        a phrase, with two positions of slop
 *     ink* in?k fuzzy~1    prefix, wildcard, edit distance (0, 1 or 2)
 *     year:[2020 TO 2024}  a range; also year>=2020
 *     ink^2.5              boost
 *     *:*                  every document
 *
 * @param index  its schema says which fields there are
 * @param flags  INK_PARSE_*
 * @param out    freed with ink_query_free(); immutable, may be shared
 *
 * Errors: INK_ESYNTAX, INK_ENOTFOUND (unknown field) and INK_ELIMIT (depth
 * over 100, over 100,000 clauses), each with the byte offset; INK_ENOMEM.
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_query_parse(ink_index *index, const char *text, size_t len,
                                          uint32_t flags, ink_query **out, ink_error *err);

/**
 * The query as text in a canonical form that parses, without flags, to the same query: one that
 * finds the same documents with the same scores. The string lives as long as the query.
 *
 * A query does not know the types of its fields, so this has no text that says it: a range of
 * numbers over a date field with a bound from 1000 to 9999, which milliseconds read as a year.
 * A query that no search runs, over a field that is missing or of a type that cannot answer it,
 * has a text that is refused as well, but for a range of numbers over keywords.
 *
 * Errors: INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_query_text(const ink_query *query, const char **out, size_t *len,
                                         ink_error *err);

/**
 * Documents that hold an exact value: a term of a keyword or text field as
 * it stands in the index, not analyzed. A number or date field takes it as
 * text, a date that stops early as its first moment. `field` is looked up when
 * the query is run. Errors: INK_EINVAL,
 * INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_query_term(const char *field, const char *term, size_t len,
                                         ink_query **out, ink_error *err);

/**
 * Text that the field's analyzer takes apart, joined by OR: what a person
 * typed. `field` NULL means every text field. A keyword field is asked for the
 * whole text, a number for its value, a date for all of the period. Errors: as
 * ink_query_term(). Since 0.1.
 */
INK_API INK_NODISCARD int ink_query_match(const char *field, const char *text, size_t len,
                                          ink_query **out, ink_error *err);

/**
 * A phrase of analyzed text; a CJK string is found as an exact substring.
 *
 * @param slop  how many positions the words may be moved in all
 *
 * `field` NULL means every text field. Fields that are not text are asked as by
 * ink_query_match(), whatever the slop. Errors: as ink_query_term(). Running it
 * on a field without positions fails with INK_EUNSUPPORTED. Since 0.1.
 */
INK_API INK_NODISCARD int ink_query_phrase(const char *field, const char *text, size_t len,
                                           uint32_t slop, ink_query **out, ink_error *err);

/**
 * Terms that start with `text`; an empty one asks for any value. Scores are constant, whatever the
 * weight of the field. Over text this and the two below are folded as the field is; with the
 * default analyzer signs between letters do not count ("foo-b" starts foo-bar and foobar), and a
 * prefix in a script without blanks is a substring that scores as its text does.
 * `field` NULL means every text field. Errors: as ink_query_term(). Since 0.1.
 */
INK_API INK_NODISCARD int ink_query_prefix(const char *field, const char *text, size_t len,
                                           ink_query **out, ink_error *err);

/**
 * Terms that match a pattern: `?` is one character, `*` any number, `\` takes
 * the next one as it is. `*` alone asks for any value, an empty pattern for the
 * empty keyword. `field` NULL means every text field. Errors: as ink_query_term().
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_query_wildcard(const char *field, const char *pattern, size_t len,
                                             ink_query **out, ink_error *err);

/**
 * Terms within `distance` insertions, deletions, substitutions or swaps of
 * neighbours (1 or 2, in characters). In a text field `text` itself scores more
 * than others. `field` NULL means every text field.
 * Errors: as ink_query_term(). Since 0.1.
 */
INK_API INK_NODISCARD int ink_query_fuzzy(const char *field, const char *text, size_t len,
                                          uint32_t distance, ink_query **out, ink_error *err);

/**
 * Values of an integer or date field from `lo` to `hi`, dates in milliseconds since 1970,
 * each document with score 1.
 * @param flags  INK_OPEN_LO | INK_OPEN_HI | INK_NO_LO | INK_NO_HI
 * Errors: as ink_query_term(). Since 0.1.
 */
INK_API INK_NODISCARD int ink_query_range_i64(const char *field, int64_t lo, int64_t hi,
                                              uint32_t flags, ink_query **out, ink_error *err);

/**
 * The same for a double field, and for an integer or date field with bounds that have a fraction.
 * Errors: as ink_query_term(). Since 0.1.
 */
INK_API INK_NODISCARD int ink_query_range_f64(const char *field, double lo, double hi,
                                              uint32_t flags, ink_query **out, ink_error *err);

/**
 * The same for a keyword field, in byte order. A number or date field takes the bounds as the query
 * language does: a date that stops early is all of its period. Errors: as ink_query_term().
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_query_range_text(const char *field, const char *lo, size_t lo_len,
                                               const char *hi, size_t hi_len, uint32_t flags,
                                               ink_query **out, ink_error *err);

/** Every document, each with score 1. Errors: INK_ENOMEM. Since 0.1. */
INK_API INK_NODISCARD int ink_query_all(ink_query **out, ink_error *err);

/**
 * Join queries.
 *
 * @param clauses  `n` queries, shared, not copied
 * @param occur    `n` values of INK_SHOULD ... INK_FILTER
 * @param min_should  how many INK_SHOULD clauses have to match; 0 means one
 *                    if there is no INK_MUST or INK_FILTER clause, else none
 *
 * With nothing but INK_MUST_NOT clauses every other document matches, if
 * min_should is 0. With fewer INK_SHOULD clauses than min_should nothing does.
 * A query of no clauses matches nothing, and takes no part as a clause.
 * Errors: INK_EINVAL, INK_ELIMIT (depth over 100, or over 100,000 clauses in
 * the whole tree), INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_query_bool(const ink_query *const *clauses, const int32_t *occur,
                                         size_t n, uint32_t min_should, ink_query **out,
                                         ink_error *err);

/**
 * The same query, its scores multiplied, 0 to 1e6; with a boost that it has, no more than that.
 * Errors: INK_EINVAL, INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_query_boost(const ink_query *query, double boost, ink_query **out,
                                          ink_error *err);

/** Free a query; those built of it live on. Since 0.1. */
INK_API void ink_query_free(ink_query *query);

#ifdef __cplusplus
}
#endif
#endif
