/* inkstone/writer.h - documents, and changing an index. */
#ifndef INKSTONE_WRITER_H
#define INKSTONE_WRITER_H

#include "inkstone/analyzer.h"
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
 * Give a text field a value that the application has taken apart itself: its
 * tokens are indexed as they are, and no analyzer is run.
 *
 * @param tokens  in the order of their positions; copied
 * @param text    what is stored, if the field is, and highlighted; the
 *                tokens' offsets point into it. NULL: nothing is stored, and
 *                offsets are not looked at
 *
 * ink_query_term() asks for a term as it was given. All other queries, and
 * highlighting, use the field's analyzer on what they are given, so choose one
 * that makes terms of the same form, such as "whitespace" or "keyword".
 *
 * Errors: INK_ENOTFOUND, INK_ESCHEMA (not a text field), INK_EINVAL (a token
 * is not as ink_token says), INK_ELIMIT (a term too long, over 2^30 positions,
 * over 2^31 bytes in all), INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_doc_add_tokens(ink_doc *doc, const char *field,
                                             const ink_token *tokens, size_t n, const char *text,
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
 * Errors: INK_ELOCKED, INK_EREADONLY, and those of ink_index_open().
 * The lock dies with the process. A child made by fork() has a copy of the
 * writer that it can only close, which changes nothing: every other call is
 * INK_ELOCKED. When its parent is killed, the lock is free once the child has
 * ended or called exec(), too. Since 0.1.
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
 * order, and ink_writer_optimize() uses two. Allowed before the first change.
 * Errors: INK_EINVAL. Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_set_threads(ink_writer *writer, uint32_t threads,
                                                 ink_error *err);

/** When documents are put into another order than that in which they came. Since 0.1. */
enum {
	INK_REORDER_NONE = 0,     /**< never: ties are in the order in which documents came */
	INK_REORDER_OPTIMIZE = 1, /**< by ink_writer_optimize() */
	INK_REORDER_LARGE = 2     /**< also by merges of 100,000 documents and more; the default */
};

/**
 * Choose when documents may change their order. Documents with the same
 * words next to each other make the index smaller and searches faster. The
 * price is time, once, and that hits of equal score or sort key come in an
 * order that means nothing, though always the same one in the same commit.
 * Holds for this writer, from now on; what was reordered stays so.
 *
 * @param when  INK_REORDER_*
 *
 * Cost: such a merge takes about twice as long, four times where documents
 * are stored, as these are packed anew, over a temporary file in the index
 * folder as large as they are unpacked. It stays within the writer's memory:
 * when that is too little, the order stays.
 * Errors: INK_EINVAL. Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_set_reorder(ink_writer *writer, int32_t when,
                                                 ink_error *err);

/**
 * Add a field to the schema, as ink_schema_add_field(); in force for this
 * writer at once, for others from the next commit. Documents written before
 * have no value in it, and an ink_doc made before does not know it. Not
 * INK_KEY. Errors: as ink_schema_add_field(). Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_add_field(ink_writer *writer, const char *name, int32_t type,
                                               uint32_t flags, const char *analyzer,
                                               ink_error *err);

/**
 * Give the index a dictionary: words that its own word lists lack. In force
 * for documents added to this writer from now on, and for searches from the
 * next commit on.
 *
 * @param text  UTF-8, a word a line: "word", or "word", a tab and a weight.
 *              Empty lines and those that begin with # are passed over; a
 *              backslash before a first # makes it part of the word. An
 *              empty text (or NULL) takes the dictionary away. Copied
 *
 * Words may be of any script. One of Han or kana is preferred to the words
 * that it is made of; with a weight above 1 (up to 10,000; about 300 is a
 * lot) it also wins over words that overlap its ends. One of Hangul keeps a
 * last syllable that looks like a particle. All others, such as "Node.js",
 * "C*", "machine learning" or "36氪", become one more term beside their
 * parts, in fields with the default analyzer. Upper and lower case, width,
 * and Traditional and Simplified characters are the same here as in text.
 *
 * Documents from before a word was there are found as well, since a query
 * also looks for how they have it; they need not be added again.
 *
 * Errors: INK_ESYNTAX (not UTF-8, a weight that is none, a word without a letter
 * or digit or over 60 characters; message and offset say where), INK_ELIMIT
 * (over 16 MiB), INK_EUNSUPPORTED (the backend has none), and those of
 * ink_writer_commit(). Cost: a segment is written of what is in memory.
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_set_dictionary(ink_writer *writer, const char *text,
                                                    size_t len, ink_error *err);

/**
 * Give the index synonyms, which searches use from the next commit on. They
 * change queries only, never what is in the index.
 *
 * @param text  UTF-8, a rule a line. "laptop, notebook, portable computer":
 *              each one finds the others. "notebook => exercise book": the
 *              left side finds the right side too, not the reverse. Lines
 *              that begin with # are passed over; a backslash takes the
 *              meaning from a comma, =, # or backslash. An empty text (or
 *              NULL) takes the synonyms away. Copied
 *
 * A word or a sequence of words of a query that is on a side of a rule is
 * looked for together with its synonyms as one thing, which scores as the
 * best of them; a synonym is worth 0.8 of what it would be if it had been
 * typed, and never more than what was typed. Quoted phrases, prefixes,
 * wildcards and fuzzy words are taken as they are.
 *
 * Errors: INK_ESYNTAX (message and offset say where), INK_ELIMIT (over 4
 * MiB), INK_EUNSUPPORTED (the backend has none), and those of
 * ink_writer_commit(). Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_set_synonyms(ink_writer *writer, const char *text, size_t len,
                                                  ink_error *err);

/**
 * Add a document. It is copied, and visible after the next commit.
 *
 * Errors: INK_ESCHEMA (the schema has a key and the document has none),
 * INK_EEXISTS (the key is there already), INK_ELIMIT (larger than half the
 * memory bound), INK_ESYNTAX (a tokenizer or filter of the schema is not
 * registered), INK_EIO, INK_ENOMEM. An error of INK_EINVAL, INK_ESCHEMA,
 * INK_EEXISTS, INK_ELIMIT or INK_ESYNTAX leaves the writer as it was; after any other,
 * and after one of a registered tokenizer or filter, whose code is its own,
 * the writer only takes ink_writer_rollback() and ink_writer_close(). With
 * several threads such an error is returned by a later call.
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
 * A merge that has ended in the background is part of it, and of a commit
 * without other changes too. Before that, the files that it replaces, and the
 * deleted documents in them, take up space: an application that deleted much
 * and then is idle may commit now and then, or call ink_writer_optimize().
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
 * Deleted documents go, and documents with the same words are put next to
 * each other, unless ink_writer_set_reorder() says otherwise.
 *
 * @param max_segments  at least 1
 * @param fn            told of the documents merged; NULL for silence
 *
 * Errors: INK_ECANCELED, INK_ECORRUPT (a segment to be merged is damaged), and
 * those of ink_writer_commit(). Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_optimize(ink_writer *writer, uint32_t max_segments,
                                              ink_progress_fn fn, void *user, ink_error *err);

/**
 * Did a merge in the background meet damage since this writer was opened? A
 * damaged segment is left as it is, for ink_index_salvage(); adding, committing
 * and the merges of others go on. What has to read it, as looking for a key
 * may, can still fail with INK_ECORRUPT.
 *
 * Returns 0, or INK_ECORRUPT with the file and section that were the first.
 * No proof that all is well, which ink_index_check() gives: merges verify what
 * they merge. Other errors: only of arguments. Cost: nothing is read. Since 0.1.
 */
INK_API INK_NODISCARD int ink_writer_damage(ink_writer *writer, ink_error *err);

/**
 * Close a writer, forgetting what was not committed. A large merge in the
 * background is given up. After a commit of everything a small one (16 MiB of
 * segments at most) is waited for and committed, so that writers that are opened
 * for one commit each do not leave ever more segments. Since 0.1.
 */
INK_API void ink_writer_close(ink_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
