/* inkstone/writer.h - documents, and changing an index. */
#ifndef INKSTONE_WRITER_H
#define INKSTONE_WRITER_H

#include "inkstone/index.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- documents ---- */

/**
 * A new, empty document for an index.
 *
 * @param out  freed with ink_doc_free(); meant to be cleared and used again
 *
 * Errors: INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_doc_new(ink_index *index, ink_doc **out, ink_error *err);

/**
 * Give a field a value as text: any type but bytes. Numbers and dates are
 * parsed (ISO 8601: "2024-05-01", "2024-05-01T10:00:00+02:00", also with
 * fractions of a second).
 *
 * Errors: INK_ENOTFOUND (no such field; the message lists the fields),
 * INK_ESCHEMA (the text is not of the field's type, or a second value of a
 * field that is not INK_MULTI), INK_ELIMIT (a keyword over 32,766 bytes, or
 * over 2^31 bytes in all), INK_ENOMEM. The text is copied. Since 0.1.
 */
INK_API INK_NODISCARD int ink_doc_add_text(ink_doc *doc, const char *field, const char *text,
                                           size_t len, ink_error *err);

/**
 * Give a field of type INK_I64 or INK_DATE (milliseconds since 1970) a value.
 * Errors: INK_ENOTFOUND, INK_ESCHEMA, INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_doc_add_i64(ink_doc *doc, const char *field, int64_t value,
                                          ink_error *err);

/**
 * Give a field of type INK_F64 a value; NaN is refused.
 * Errors: INK_ENOTFOUND, INK_ESCHEMA, INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_doc_add_f64(ink_doc *doc, const char *field, double value,
                                          ink_error *err);

/**
 * Give a field of type INK_BYTES a value, which is copied.
 * Errors: INK_ENOTFOUND, INK_ESCHEMA, INK_ELIMIT, INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_doc_add_bytes(ink_doc *doc, const char *field, const void *data,
                                            size_t len, ink_error *err);

/** How many values a document holds. Since 0.1. */
INK_API size_t ink_doc_len(const ink_doc *doc);

/**
 * Value number `i`: its field and type. Either out-parameter may be NULL.
 * Errors: INK_ENOTFOUND. Since 0.1.
 */
INK_API INK_NODISCARD int ink_doc_field(const ink_doc *doc, size_t i, const char **name,
                                        int32_t *type, ink_error *err);

/**
 * Value number `i` of a text, keyword or bytes field. Errors: INK_ENOTFOUND,
 * INK_ESCHEMA (the value is a number). Since 0.1.
 */
INK_API INK_NODISCARD int ink_doc_text(const ink_doc *doc, size_t i, const char **value,
                                       size_t *len, ink_error *err);

/** Value number `i` of an integer or date field. Errors: as ink_doc_text(). Since 0.1. */
INK_API INK_NODISCARD int ink_doc_i64(const ink_doc *doc, size_t i, int64_t *value,
                                      ink_error *err);

/** Value number `i` of a double field. Errors: as ink_doc_text(). Since 0.1. */
INK_API INK_NODISCARD int ink_doc_f64(const ink_doc *doc, size_t i, double *value,
                                      ink_error *err);

/** Drop all values; memory is kept for the next ones. Since 0.1. */
INK_API void ink_doc_clear(ink_doc *doc);

/** Free a document. Since 0.1. */
INK_API void ink_doc_free(ink_doc *doc);

/* ---- dates ---- */

/**
 * Parse an ISO 8601 date into milliseconds since 1970, UTC when it names no
 * zone. Errors: INK_ESYNTAX with offset. Since 0.1.
 */
INK_API INK_NODISCARD int ink_date_parse(const char *text, size_t len, int64_t *out,
                                         ink_error *err);

/**
 * Write milliseconds since 1970 as ISO 8601 in UTC, such as
 * "2024-05-01T10:00:00Z", with ".123" only where needed.
 *
 * @param buf  at least 32 bytes; NUL-terminated on return
 *
 * Errors: INK_EINVAL (a year outside -9999 to 9999). Since 0.1.
 */
INK_API INK_NODISCARD int ink_date_format(int64_t ms, char *buf, size_t size, ink_error *err);

/* ---- the writer ---- */

/**
 * Become the one writer of an index, over all processes.
 *
 * @param out  closed with ink_writer_close()
 *
 * Errors: INK_ELOCKED, INK_EREADONLY, INK_EIO, INK_ECORRUPT, INK_ENOMEM.
 * The lock dies with the process. Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_open(ink_index *index, ink_writer **out, ink_error *err);

/**
 * Bound the memory that buffers documents and merges: at least 8 MiB,
 * 256 MiB when never called. Allowed before the first change.
 *
 * Errors: INK_EINVAL. Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_set_memory(ink_writer *writer, uint64_t bytes,
                                                ink_error *err);

/**
 * How many threads analyze documents, from 1 to 64; 1 when never called.
 * With more than one, documents added together may be numbered in another
 * order. Allowed before the first change. Errors: INK_EINVAL. Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_set_threads(ink_writer *writer, uint32_t threads,
                                                 ink_error *err);

/**
 * Add a field to the schema, as ink_schema_add_field(); in force for this
 * writer at once, for others from the next commit. Documents written before
 * have no value in it, and an ink_doc made before does not know it. Not INK_KEY. Errors: as ink_schema_add_field().
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_add_field(ink_writer *writer, const char *name, int32_t type,
                                               uint32_t flags, const char *analyzer,
                                               ink_error *err);

/**
 * Add a document. It is copied, and visible after the next commit.
 *
 * Errors: INK_ESCHEMA (the schema has a key and the document has none),
 * INK_EEXISTS (the key is there already), INK_ELIMIT (larger than half the
 * memory bound), INK_EIO, INK_ENOMEM. An error of INK_EINVAL, INK_ESCHEMA,
 * INK_EEXISTS or INK_ELIMIT leaves the writer as it was; after any other
 * the writer only takes ink_writer_rollback() and ink_writer_close().
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_add(ink_writer *writer, const ink_doc *doc, ink_error *err);

/**
 * Add a document in place of the one with the same key, if there is one.
 * Errors: as ink_writer_add(), but for INK_EEXISTS; INK_ESCHEMA when the
 * schema has no key. Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_update(ink_writer *writer, const ink_doc *doc,
                                            ink_error *err);

/**
 * Delete the document with a key; no error when there is none.
 * Errors: INK_ESCHEMA (the schema has no key), INK_EIO, INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_delete(ink_writer *writer, const char *key, size_t len,
                                            ink_error *err);

/**
 * Delete all documents that match, among them those added since the last
 * commit.
 *
 * @param deleted  how many; may be NULL
 *
 * Errors: those of a search, INK_EIO, INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_delete_query(ink_writer *writer, const ink_query *query,
                                                  uint64_t *deleted, ink_error *err);

/**
 * Make all changes visible and durable, at once or not at all.
 *
 * @param generation  the number of the commit, one higher each time that
 *                    something changed; may be NULL
 *
 * Errors: INK_EIO (disk full, say: the index then is as after the last
 * commit), INK_ENOMEM. Cost: what changed, and a few syncs. Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_commit(ink_writer *writer, uint64_t *generation,
                                            ink_error *err);

/** Forget all changes since the last commit. Errors: INK_EIO, INK_ENOMEM. Since 0.1. */
INK_API INK_NODISCARD int ink_writer_rollback(ink_writer *writer, ink_error *err);

/**
 * Commit, then merge down to at most `max_segments` segments and commit.
 *
 * @param max_segments  at least 1
 * @param fn            told of the documents merged; NULL for silence
 *
 * Errors: INK_ECANCELED, and those of ink_writer_commit(). Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_optimize(ink_writer *writer, uint32_t max_segments,
                                              ink_progress_fn fn, void *user, ink_error *err);

/** Close a writer, forgetting what was not committed. Since 0.1. */
INK_API void ink_writer_close(ink_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
