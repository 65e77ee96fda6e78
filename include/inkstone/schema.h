/* inkstone/schema.h - the fields of an index. */
#ifndef INKSTONE_SCHEMA_H
#define INKSTONE_SCHEMA_H

#include "inkstone/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Field types. */
enum {
	INK_TEXT = 1,    /* analyzed, ranked, highlighted */
	INK_KEYWORD = 2, /* exact bytes, for filters, facets, sorting and keys */
	INK_I64 = 3,
	INK_F64 = 4,
	INK_DATE = 5,    /* milliseconds since 1970-01-01T00:00Z; ISO 8601 as text */
	INK_BYTES = 6    /* kept, never searched */
};

/* Field flags. */
enum {
	INK_STORED = 1,       /* the value can be read back */
	INK_NO_POSITIONS = 2, /* text only: no phrases, a smaller index */
	INK_MULTI = 4,        /* a document may hold several values */
	INK_KEY = 8,          /* keyword only: the unique key of a document */
	INK_PAIRS = 16        /* text only: faster phrases with words like "the", a larger index */
};

/**
 * A new schema without fields. BM25 is k1 0.9 and b 0.4.
 *
 * @param out  freed with ink_schema_free()
 *
 * Errors: INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_schema_new(ink_schema **out, ink_error *err);

/**
 * Add a field.
 *
 * @param name      1 to 64 bytes: an ASCII letter or `_`, then letters,
 *                  digits, `_`, `-` and `.`; not `_score`
 * @param type      INK_TEXT ... INK_BYTES
 * @param flags     INK_STORED | INK_NO_POSITIONS | INK_MULTI | INK_KEY | INK_PAIRS
 * @param analyzer  text only: a spec as in ink_analyzer_new(); NULL for the
 *                  default chain
 *
 * Text and bytes may always hold several values. INK_PAIRS adds the neighbours
 * of the most frequent words of a few languages ("the", "of", "de", "und") to
 * the index, a third of its bytes in English: phrases with these words are then
 * found several times faster, and their hits and scores stay what they are. It
 * needs positions, and changes nothing in a Xapian database. Errors: INK_EINVAL
 * (a bad name, type or combination of flags), INK_EEXISTS, INK_ESYNTAX (the
 * spec, with offset), INK_ELIMIT (over 1,000 fields), INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_schema_add_field(ink_schema *schema, const char *name, int32_t type,
                                               uint32_t flags, const char *analyzer,
                                               ink_error *err);

/**
 * Multiply what a text field adds to a score; 1 when never called.
 *
 * Errors: INK_ENOTFOUND (no such field), INK_EINVAL (not text, or not a
 * number from 0 to 1e6). Since 0.1.
 */
INK_API INK_NODISCARD int ink_schema_set_weight(ink_schema *schema, const char *field,
                                                double weight, ink_error *err);

/**
 * Set the BM25 parameters of the index: k1 from 0 to 100, b from 0 to 1.
 *
 * Errors: INK_EINVAL. Since 0.1.
 */
INK_API INK_NODISCARD int ink_schema_set_bm25(ink_schema *schema, double k1, double b,
                                              ink_error *err);

/** How many fields there are. Since 0.1. */
INK_API size_t ink_schema_len(const ink_schema *schema);

/**
 * Field number `i`, in the order added. Each out-parameter may be NULL.
 * `*name` and `*analyzer` are borrowed from the schema; `*analyzer` is ""
 * where there is none.
 *
 * Errors: INK_ENOTFOUND. Since 0.1.
 */
INK_API INK_NODISCARD int ink_schema_field(const ink_schema *schema, size_t i, const char **name,
                                           int32_t *type, uint32_t *flags, const char **analyzer,
                                           double *weight, ink_error *err);

/** Free a schema; indexes made with it live on. Since 0.1. */
INK_API void ink_schema_free(ink_schema *schema);

#ifdef __cplusplus
}
#endif
#endif
