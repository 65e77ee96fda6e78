/* inkstone/search.h - snapshots, searches and their results. */
#ifndef INKSTONE_SEARCH_H
#define INKSTONE_SEARCH_H

#include "inkstone/query.h"
#include "inkstone/writer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- readers ---- */

/** Numbers of one commit. Set `struct_size` before asking. Since 0.1. */
typedef struct ink_stats {
	uint32_t struct_size;
	uint32_t segments;
	uint64_t docs;         /* that can be found */
	uint64_t deleted_docs; /* that still take up space */
	uint64_t terms;        /* summed over segments */
	uint64_t postings;     /* the same */
	uint64_t bytes_on_disk;
	uint64_t generation;   /* of the commit */
} ink_stats;

/**
 * Open a snapshot of the last commit. It never changes; to see later
 * commits open another. A Xapian database keeps it until two commits later:
 * calls on it and on its results may then fail with INK_EBACKEND.
 *
 * @param out  closed with ink_reader_close(); may be shared by threads
 *
 * Errors: INK_ENOTFOUND, INK_EFORMAT, INK_ECORRUPT, INK_ESYNTAX (a tokenizer or
 * filter of the schema is not registered), INK_EIO, INK_ENOMEM.
 * Cost: files are mapped, a few kilobytes are read. Writers are not held up.
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_reader_open(ink_index *index, ink_reader **out, ink_error *err);

/** Numbers of the snapshot. Errors: INK_EINVAL (struct_size). Since 0.1. */
INK_API INK_NODISCARD int ink_reader_stats(const ink_reader *reader, ink_stats *out,
                                           ink_error *err);

/**
 * Find a document by its key.
 *
 * @param doc  its number in this snapshot
 *
 * Errors: INK_ENOTFOUND, INK_ESCHEMA (the schema has no key), INK_ECORRUPT.
 * Cost: one dictionary look-up a segment. Since 0.1.
 */
INK_API INK_NODISCARD int ink_reader_find(const ink_reader *reader, const char *key, size_t len,
                                          uint64_t *doc, ink_error *err);

/**
 * The dictionary of the index as ink_writer_set_dictionary() was given it;
 * of length 0 when there is none.
 *
 * @param text  borrowed from the reader, NUL-terminated
 * @param len   its length; may be NULL
 *
 * Errors: only of arguments. Since 0.1.
 */
INK_API INK_NODISCARD int ink_reader_dictionary(const ink_reader *reader, const char **text,
                                                size_t *len, ink_error *err);

/** The synonyms of ink_writer_set_synonyms(), as ink_reader_dictionary(). Since 0.1. */
INK_API INK_NODISCARD int ink_reader_synonyms(const ink_reader *reader, const char **text,
                                              size_t *len, ink_error *err);

/**
 * The versions that made the tokens of the documents: of the default chain,
 * ICU, Unicode and the registered extensions, with "; " between.
 *
 * An index that other versions made is searched and written all the same.
 * Where they cut or fold a text in another way, a query may miss it. Documents
 * that are added bring the versions of their writer, beside those that are
 * there: merging and optimizing make no tokens anew. To ask before writing,
 * open a reader. Adding all documents to a new index, or to this one after a
 * commit without any, brings a native index back to one version.
 *
 * @param versions  such as "default 1; icu 72.1; unicode 15.0"; "" when there
 *                  is no document or another program made the index, and
 *                  "default ?" among them when a salvage could not tell
 * @param other     those of them that this process did not have when the reader
 *                  was opened; "" when it had all. Both are borrowed from the
 *                  reader and NUL-terminated
 *
 * Errors: only of arguments. Since 0.1.
 */
INK_API INK_NODISCARD int ink_reader_versions(const ink_reader *reader, const char **versions,
                                              const char **other, ink_error *err);

/**
 * The stored values of a document.
 *
 * @param doc  a number from a hit or ink_reader_find()
 * @param out  freed with ink_doc_free()
 *
 * Errors: INK_ENOTFOUND (no such number, or deleted), INK_ECORRUPT,
 * INK_ENOMEM. Cost: one block of about 16 KiB is unpacked. Since 0.1.
 */
INK_API INK_NODISCARD int ink_reader_doc(const ink_reader *reader, uint64_t doc, ink_doc **out,
                                         ink_error *err);

/** Close a reader; searches and results of it live on. Since 0.1. */
INK_API void ink_reader_close(ink_reader *reader);

/* ---- searches ---- */

/* What ink_search_set_total() asks for. */
enum {
	INK_TOTAL_LOWER = 0, /* a lower bound, as it falls out of the search */
	INK_TOTAL_EXACT = 1
};

/* Flags of ink_search_add_sort(). */
enum {
	INK_SORT_DESC = 1,          /* greatest first */
	INK_SORT_MISSING_FIRST = 2  /* documents without a value first, else last */
};

/* Flags of ink_search_add_snippet(). */
enum {
	INK_SNIPPET_HTML = 1 /* escape & < > " ' in the text, not in the marks */
};

/** One hit: its number in the snapshot and its score (0 when not scored). Since 0.1. */
typedef struct ink_hit {
	uint64_t doc;
	double score;
} ink_hit;

/**
 * Prepare a search for the ten best documents.
 *
 * @param out  freed with ink_search_free(); may be run many times
 *
 * Errors: INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_search_new(ink_reader *reader, const ink_query *query,
                                         ink_search **out, ink_error *err);

/**
 * Which hits are wanted: `limit` of them after the first `offset`.
 * 0 and 10 when never called. Errors: INK_ELIMIT (over 10,000,000 in all).
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_search_set_window(ink_search *search, uint64_t offset,
                                                uint64_t limit, ink_error *err);

/**
 * Go on after a hit of an earlier search with the same query and sorting on
 * the same snapshot: pass what ink_results_cursor() gave. Costs no more for
 * a late page than for the first. NULL starts again.
 * Add sorts before: the cursor is compared with them here; one that is added
 * later makes ink_search_run() fail with INK_EINVAL.
 * Errors: INK_EINVAL (not a cursor, or of another sorting or commit), INK_ENOMEM.
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_search_set_after(ink_search *search, const char *cursor, size_t len,
                                               ink_error *err);

/** How exact the total has to be: INK_TOTAL_*. Errors: INK_EINVAL. Since 0.1. */
INK_API INK_NODISCARD int ink_search_set_total(ink_search *search, int32_t mode, ink_error *err);

/**
 * Only documents that also match `filter`; scores stay. One that says nothing (no word is
 * left of it) takes no part. Errors: INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_search_set_filter(ink_search *search, const ink_query *filter,
                                                ink_error *err);

/** Other BM25 parameters for this search. Errors: INK_EINVAL. Since 0.1. */
INK_API INK_NODISCARD int ink_search_set_bm25(ink_search *search, double k1, double b,
                                              ink_error *err);

/**
 * Sort by a field of type keyword, integer, double or date; after the ones
 * added before. Of several values the smallest counts, descending the
 * greatest. "_score" is the score, best first. Ties fall in document order,
 * as they do when nothing is added and the score decides alone.
 * Errors: INK_ENOTFOUND, INK_ESCHEMA (cannot be sorted), INK_ELIMIT (over
 * 16), INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_search_add_sort(ink_search *search, const char *field,
                                              uint32_t flags, ink_error *err);

/**
 * Count the matches for each value of a keyword field.
 *
 * @param limit  how many values, the most frequent first, ties by value
 *
 * Facets are numbered from 0 in the order added. Totals become exact.
 * Errors: INK_ENOTFOUND, INK_ESCHEMA, INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_search_add_facet(ink_search *search, const char *field,
                                               uint32_t limit, ink_error *err);

/**
 * Count the matches in ranges of an integer, double or date field.
 *
 * @param bounds  `n` + 1 ascending numbers; range i is bounds[i] <= x < bounds[i + 1]
 *
 * Errors: INK_EINVAL (not ascending), and as ink_search_add_facet(). Since 0.1.
 */
INK_API INK_NODISCARD int ink_search_add_range_facet(ink_search *search, const char *field,
                                                     const double *bounds, size_t n,
                                                     ink_error *err);

/**
 * Cut the best passage of a stored text field, with the matches marked. Several
 * values are one text, a line each. Only the first megabyte is looked at, unless
 * `max_chars` is 0. A field that was asked for before has one passage still, cut
 * as it is asked for now.
 *
 * @param max_chars  length of the passage in characters, 0 for the whole text
 * @param open       put before each match, such as "<b>"
 * @param close      put behind it, such as "</b>"
 * @param flags      INK_SNIPPET_HTML
 *
 * Errors: INK_ENOTFOUND, INK_ESCHEMA (not a stored text field), INK_ENOMEM.
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_search_add_snippet(ink_search *search, const char *field,
                                                 uint32_t max_chars, const char *open,
                                                 const char *close, uint32_t flags,
                                                 ink_error *err);

/**
 * Stop when `cancel` fires; NULL for never. It is looked at while the search runs, and again
 * while a snippet or an explanation of its results is made, unless that is done at once.
 * Errors: none today. Since 0.1.
 */
INK_API INK_NODISCARD int ink_search_set_cancel(ink_search *search, ink_cancel *cancel,
                                                ink_error *err);

/**
 * Stop after so many milliseconds; 0 for never. They count for ink_search_run(), and anew for
 * each snippet and explanation, which are made when they are asked for. Errors: none today.
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_search_set_timeout(ink_search *search, uint32_t timeout_ms,
                                                 ink_error *err);

/**
 * Run a search.
 *
 * @param out  freed with ink_results_free()
 *
 * Errors: INK_ECANCELED and INK_ETIMEOUT (no partial results), INK_ENOTFOUND
 * (the query names an unknown field), INK_ESCHEMA (its type cannot answer),
 * INK_ESYNTAX (a text that is no number or date, of a field of that type),
 * INK_EUNSUPPORTED (a phrase on a field without positions), INK_ELIMIT (too
 * many expansions, or a pattern that is too long: QUERY.md), INK_ECORRUPT,
 * INK_ENOMEM.
 * Threads: one at a time a search; any number of searches a reader. Since 0.1.
 */
INK_API INK_NODISCARD int ink_search_run(ink_search *search, ink_results **out, ink_error *err);

/** Free a search; its results live on. Since 0.1. */
INK_API void ink_search_free(ink_search *search);

/* ---- results ---- */

/** How many hits are in the window. Since 0.1. */
INK_API size_t ink_results_len(const ink_results *results);

/** How many documents match; `*is_exact` (may be NULL) is 0 for a lower bound. Since 0.1. */
INK_API uint64_t ink_results_total(const ink_results *results, int32_t *is_exact);

/** Hit number `i`. Errors: INK_ENOTFOUND. Since 0.1. */
INK_API INK_NODISCARD int ink_results_hit(const ink_results *results, size_t i, ink_hit *out,
                                          ink_error *err);

/**
 * Copy document numbers and scores of up to `n` hits from `first` on into
 * arrays of the caller, either of which may be NULL; how many were copied.
 * Since 0.1.
 */
INK_API size_t ink_results_copy(const ink_results *results, size_t first, size_t n,
                                uint64_t *docs, double *scores);

/** The stored values of hit `i`, as ink_reader_doc(). Since 0.1. */
INK_API INK_NODISCARD int ink_results_doc(ink_results *results, size_t i, ink_doc **out,
                                          ink_error *err);

/**
 * The first stored value of a field of hit `i` as text (numbers and dates
 * are written out). Borrowed until the results are freed.
 * Errors: INK_ENOTFOUND (no such hit, field or value), INK_ECORRUPT. Since 0.1.
 */
INK_API INK_NODISCARD int ink_results_stored(ink_results *results, size_t i, const char *field,
                                             const char **value, size_t *len, ink_error *err);

/**
 * The snippet of hit `i`; "" when the document has no value in the field.
 * Computed when first asked for. Borrowed until the results are freed.
 * Errors: INK_ENOTFOUND (no such hit, or the snippet was not asked for),
 * INK_ECANCELED, INK_ETIMEOUT, INK_ECORRUPT, INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_results_snippet(ink_results *results, size_t i, const char *field,
                                              const char **text, size_t *len, ink_error *err);

/** How many values or ranges a facet has; 0 for no such facet. Since 0.1. */
INK_API size_t ink_results_facet_len(const ink_results *results, size_t facet);

/**
 * Value `i` of a facet, or the text "LO..HI" of a range, and its count.
 * Errors: INK_ENOTFOUND. Since 0.1.
 */
INK_API INK_NODISCARD int ink_results_facet(const ink_results *results, size_t facet, size_t i,
                                            const char **value, size_t *len, uint64_t *count,
                                            ink_error *err);

/**
 * How many shards did not answer and are missing from these results; 0 for
 * complete ones, as all are unless the index was opened with
 * INK_OPEN_PARTIAL. Since 0.1.
 */
INK_API size_t ink_results_missing_len(const ink_results *results);

/**
 * Shard `i` of those that are missing, as one line: "host:port: why".
 * Borrowed until the results are freed. Errors: INK_ENOTFOUND. Since 0.1.
 */
INK_API INK_NODISCARD int ink_results_missing(const ink_results *results, size_t i,
                                              const char **text, size_t *len, ink_error *err);

/**
 * The arithmetic behind the score of hit `i`, one step a line, indented.
 * Borrowed until the results are freed. Errors: INK_ENOTFOUND, INK_ECANCELED,
 * INK_ETIMEOUT, INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_results_explain(ink_results *results, size_t i, const char **text,
                                              size_t *len, ink_error *err);

/**
 * Where hit `i` stands, for ink_search_set_after(). ASCII without blanks;
 * borrowed until the results are freed. Errors: INK_ENOTFOUND, INK_ENOMEM.
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_results_cursor(ink_results *results, size_t i, const char **text,
                                             size_t *len, ink_error *err);

/**
 * Work that the search did, for tests and benchmarks: documents that got an
 * exact score, and postings of the query's terms in all. Either may be NULL.
 * Since 0.1.
 */
INK_API void ink_results_work(const ink_results *results, uint64_t *scored, uint64_t *postings);

/** Free results, and all text borrowed from them. Since 0.1. */
INK_API void ink_results_free(ink_results *results);

/* ---- terms ---- */

/**
 * Walk the terms of a field in byte order.
 *
 * @param part    INK_PART_WORD or INK_PART_GRAM; keyword fields have only the
 *                first
 * @param prefix  only terms that start so; length 0 for all
 * @param out     closed with ink_terms_close()
 *
 * Errors: INK_ENOTFOUND, INK_ESCHEMA (a field without terms), INK_ENOMEM.
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_terms_open(ink_reader *reader, const char *field, int32_t part,
                                         const char *prefix, size_t prefix_len, ink_terms **out,
                                         ink_error *err);

/** The next term: 1, 0 at the end, or INK_ECORRUPT, INK_ENOMEM. Since 0.1. */
INK_API INK_NODISCARD int ink_terms_next(ink_terms *terms, ink_error *err);

/** The current term, borrowed until the next step. Since 0.1. */
INK_API const char *ink_terms_text(const ink_terms *terms, size_t *len);

/** Documents that hold it, deleted ones that still take up space included. Since 0.1. */
INK_API uint64_t ink_terms_doc_freq(const ink_terms *terms);

/** Close the walk. Since 0.1. */
INK_API void ink_terms_close(ink_terms *terms);

/* ---- all documents ---- */

/**
 * Walk the documents of a snapshot in the order of their numbers: all of
 * them, without those that were deleted.
 *
 * @param out  closed with ink_docs_close(); it may outlive the reader
 *
 * Errors: INK_ENOMEM; over a network also those of ink_reader_open().
 * Threads: one at a time a walk. Since 0.1.
 */
INK_API INK_NODISCARD int ink_docs_open(ink_reader *reader, ink_docs **out, ink_error *err);

/** The next document: 1, 0 at the end, or INK_E* as ink_reader_doc(). Since 0.1. */
INK_API INK_NODISCARD int ink_docs_next(ink_docs *docs, ink_error *err);

/** The number of the current document, for ink_reader_doc(). Since 0.1. */
INK_API uint64_t ink_docs_number(const ink_docs *docs);

/**
 * The stored values of the current document, as ink_reader_doc(), but cheaper:
 * what was unpacked for one document is kept for its neighbours.
 *
 * @param out  freed with ink_doc_free(); it outlives the walk
 *
 * Errors: INK_ENOTFOUND (before the first document and at the end),
 * INK_ECORRUPT, INK_ENOMEM. Since 0.1.
 */
INK_API INK_NODISCARD int ink_docs_get(ink_docs *docs, ink_doc **out, ink_error *err);

/** Close the walk. Since 0.1. */
INK_API void ink_docs_close(ink_docs *docs);

/* ---- cancelling ---- */

/** Something that another thread or a signal handler can fire. Errors: INK_ENOMEM. Since 0.1. */
INK_API INK_NODISCARD int ink_cancel_new(ink_cancel **out, ink_error *err);

/** Fire it, once and for all. Safe in a signal handler. Since 0.1. */
INK_API void ink_cancel_fire(ink_cancel *cancel);

/** Free it; searches that hold it go on holding it. Since 0.1. */
INK_API void ink_cancel_free(ink_cancel *cancel);

#ifdef __cplusplus
}
#endif
#endif
