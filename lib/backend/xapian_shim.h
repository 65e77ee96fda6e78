/*
 * xapian_shim.h - libxapian from C: databases, documents, queries, matching.
 *
 * Layer: backend. Plain C over opaque handles, of use without the rest of
 * Inkstone: it needs inkstone/error.h for codes and the error record only.
 * Licence: GPL-2.0-or-later, as libxapian, since it is a part of the module
 * that is linked with it.
 *
 * Conventions. Fallible calls return 0 or a negative INK_E* code and end in
 * `err`, which may be NULL; no C++ exception leaves the shim, each becomes a
 * code with Xapian's message. Steps return 1, 0 at the end, or a code. Bytes
 * come and go as pointer and length; bytes that are handed out are borrowed
 * until the next call on the same handle. Frees take NULL. A handle belongs
 * to one thread at a time, and so does everything made from one database:
 * Xapian's objects share state behind the scenes. Handles hold on to what
 * they were made of, so frees come in any order.
 *
 * Codes: INK_ENOTFOUND (no database, no document), INK_ELOCKED, INK_ECORRUPT,
 * INK_EFORMAT, INK_EINVAL (an argument that Xapian refuses), INK_ESYNTAX (a
 * query string), INK_EUNSUPPORTED, INK_ETIMEOUT and INK_EIO (the network),
 * INK_ELIMIT (a wildcard with too many terms), INK_ECANCELED (a callback said
 * stop), INK_ENOMEM, and INK_EBACKEND for all else; a reader whose revision
 * was overwritten is INK_EBACKEND with ik_xap_is_stale().
 */
#ifndef IK_BACKEND_XAPIAN_SHIM_H
#define IK_BACKEND_XAPIAN_SHIM_H

#include "inkstone/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ik_xap_db;
struct ik_xap_doc;
struct ik_xap_query;
struct ik_xap_enquire;
struct ik_xap_mset;
struct ik_xap_terms;
struct ik_xap_posts;
struct ik_xap_positions;
struct ik_xap_values;
struct ik_xap_spy;
struct ik_xap_rset;
struct ik_xap_parser;

/* The version of libxapian that is loaded, such as "1.4.22". */
const char *ik_xap_version(void);

/* Did this failure mean that the writer has overwritten the revision being read? Then reopen. */
int ik_xap_is_stale(const ink_error *err);

/* ---- databases ---- */

enum {
	IK_XAP_CREATE_OR_OPEN = 0,
	IK_XAP_CREATE_OR_OVERWRITE = 1,
	IK_XAP_CREATE = 2,
	IK_XAP_OPEN = 3,
	IK_XAP_NO_SYNC = 4, /* or'ed to the action */
	IK_XAP_FULL_SYNC = 8,
	IK_XAP_NO_TERMLIST = 32,
	IK_XAP_RETRY_LOCK = 64 /* wait for the lock */
};

/* A folder, a stub file, or a single-file database. */
int ik_xap_db_open(const char *path, struct ik_xap_db **out, ink_error *err);
int ik_xap_db_open_write(const char *path, uint32_t flags, struct ik_xap_db **out,
                         ink_error *err);

/* In memory, writable; an empty one for reading, to which others are added. */
int ik_xap_db_memory(struct ik_xap_db **out, ink_error *err);
int ik_xap_db_none(struct ik_xap_db **out, ink_error *err);

/*
 * Served by xapian-tcpsrv. `timeout_ms` bounds each answer, 0 for never. From
 * then on the process ignores SIGPIPE, as Xapian wants it. Messages of what
 * fails begin with "host:port: ", but for a server that closed the connection,
 * which Xapian does not name. After INK_EIO and INK_ETIMEOUT the handle is
 * of no more use, and neither is any that it was added to.
 */
int ik_xap_db_open_tcp(const char *host, uint32_t port, uint32_t timeout_ms, uint32_t connect_ms,
                       struct ik_xap_db **out, ink_error *err);
int ik_xap_db_open_tcp_write(const char *host, uint32_t port, uint32_t timeout_ms,
                             uint32_t connect_ms, struct ik_xap_db **out, ink_error *err);

/* Search `more` together with `db`, as one. Document d of shard s of n is (d - 1) * n + s + 1. */
int ik_xap_db_add(struct ik_xap_db *db, const struct ik_xap_db *more, ink_error *err);

int ik_xap_db_reopen(struct ik_xap_db *db, int *changed, ink_error *err);
int ik_xap_db_close(struct ik_xap_db *db, ink_error *err); /* files and lock; the handle stays */
void ik_xap_db_free(struct ik_xap_db *db);

struct ik_xap_stats {
	uint64_t docs, last_doc, total_length;
	double average_length;
	uint64_t shortest, longest; /* bounds of document lengths */
	uint32_t shards;
	int has_positions;
};

int ik_xap_db_stats(const struct ik_xap_db *db, struct ik_xap_stats *out, ink_error *err);
int ik_xap_db_uuid(struct ik_xap_db *db, const char **text, size_t *len, ink_error *err);
int ik_xap_db_revision(const struct ik_xap_db *db, uint64_t *out, ink_error *err); /* one shard */
int ik_xap_db_locked(const struct ik_xap_db *db, int *out, ink_error *err);
int ik_xap_db_keep_alive(struct ik_xap_db *db, ink_error *err);

/* How many documents have a term, how often it stands in all, at most in one; 0 for none. */
int ik_xap_db_term(const struct ik_xap_db *db, const void *term, size_t len, uint64_t *docs,
                   uint64_t *times, uint64_t *most, ink_error *err);
int ik_xap_db_has_term(const struct ik_xap_db *db, const void *term, size_t len, int *out,
                       ink_error *err);
int ik_xap_db_doc_length(const struct ik_xap_db *db, uint64_t doc, uint64_t *length,
                         uint64_t *unique, ink_error *err);

/* Documents with a value in a slot; bounds of the values (may be NULL). */
int ik_xap_db_value(struct ik_xap_db *db, uint32_t slot, uint64_t *docs, ink_error *err);
int ik_xap_db_value_lower(struct ik_xap_db *db, uint32_t slot, const char **v, size_t *len,
                          ink_error *err);
int ik_xap_db_value_upper(struct ik_xap_db *db, uint32_t slot, const char **v, size_t *len,
                          ink_error *err);

/* Metadata: "" when there is none under the key. */
int ik_xap_db_metadata(struct ik_xap_db *db, const char *key, const char **value, size_t *len,
                       ink_error *err);
int ik_xap_db_set_metadata(struct ik_xap_db *db, const char *key, const void *value, size_t len,
                           ink_error *err);

/* ---- spelling and synonyms ---- */

int ik_xap_db_spelling(struct ik_xap_db *db, const char *word, uint32_t distance,
                       const char **text, size_t *len, ink_error *err); /* "" for no better one */
int ik_xap_db_add_spelling(struct ik_xap_db *db, const char *word, uint32_t times,
                           ink_error *err);
int ik_xap_db_remove_spelling(struct ik_xap_db *db, const char *word, uint32_t times,
                              ink_error *err);
int ik_xap_db_add_synonym(struct ik_xap_db *db, const char *term, const char *synonym,
                          ink_error *err);
int ik_xap_db_remove_synonym(struct ik_xap_db *db, const char *term, const char *synonym,
                             ink_error *err);
int ik_xap_db_clear_synonyms(struct ik_xap_db *db, const char *term, ink_error *err);

/* ---- writing ---- */

int ik_xap_db_add_doc(struct ik_xap_db *db, const struct ik_xap_doc *doc, uint64_t *number,
                      ink_error *err);
int ik_xap_db_replace_doc(struct ik_xap_db *db, uint64_t number, const struct ik_xap_doc *doc,
                          ink_error *err);
int ik_xap_db_replace_term(struct ik_xap_db *db, const void *term, size_t len,
                           const struct ik_xap_doc *doc, uint64_t *number, ink_error *err);
int ik_xap_db_delete_doc(struct ik_xap_db *db, uint64_t number, ink_error *err);
int ik_xap_db_delete_term(struct ik_xap_db *db, const void *term, size_t len, ink_error *err);
int ik_xap_db_commit(struct ik_xap_db *db, ink_error *err);

/* `flushed`: commit_transaction() makes it durable, and others see all of it or nothing. */
int ik_xap_db_begin(struct ik_xap_db *db, int flushed, ink_error *err);
int ik_xap_db_commit_transaction(struct ik_xap_db *db, ink_error *err);
int ik_xap_db_cancel_transaction(struct ik_xap_db *db, ink_error *err);

/* ---- whole databases ---- */

enum {
	IK_XAP_CHECK_SHORT = 1,
	IK_XAP_CHECK_FULL = 2,
	IK_XAP_CHECK_FREELIST = 4,
	IK_XAP_CHECK_STATS = 8,
	IK_XAP_CHECK_FIX = 16
};

/* Called with each piece of what Xapian reports; non-zero stops listening, not the check. */
typedef int (*ik_xap_text_fn)(void *user, const char *text, size_t len);

/* *errors: how many were found. */
int ik_xap_check(const char *path, uint32_t flags, ik_xap_text_fn fn, void *user,
                 uint64_t *errors, ink_error *err);

enum {
	IK_XAP_COMPACT_STANDARD = 0,
	IK_XAP_COMPACT_MORE = 1, /* or'ed: */
	IK_XAP_COMPACT_FULLER = 2,
	IK_XAP_COMPACT_NO_RENUMBER = 4,
	IK_XAP_COMPACT_MULTIPASS = 8,
	IK_XAP_COMPACT_SINGLE_FILE = 16
};

/* All shards of `db` into one new database. `block_size` 0 for the default. */
int ik_xap_compact(struct ik_xap_db *db, const char *to, uint32_t flags, uint32_t block_size,
                   ink_error *err);

/* ---- documents ---- */

int ik_xap_doc_new(struct ik_xap_doc **out, ink_error *err);
int ik_xap_db_get_doc(struct ik_xap_db *db, uint64_t number, struct ik_xap_doc **out,
                      ink_error *err);
void ik_xap_doc_free(struct ik_xap_doc *doc);

int ik_xap_doc_number(const struct ik_xap_doc *doc, uint64_t *out, ink_error *err);
int ik_xap_doc_data(struct ik_xap_doc *doc, const char **data, size_t *len, ink_error *err);
int ik_xap_doc_set_data(struct ik_xap_doc *doc, const void *data, size_t len, ink_error *err);

/* Add `wdf` to how often the term is in the document; 0 for a term that only filters. */
int ik_xap_doc_add_term(struct ik_xap_doc *doc, const void *term, size_t len, uint32_t wdf,
                        ink_error *err);
int ik_xap_doc_add_posting(struct ik_xap_doc *doc, const void *term, size_t len,
                           uint32_t position, uint32_t wdf, ink_error *err);
int ik_xap_doc_remove_term(struct ik_xap_doc *doc, const void *term, size_t len, ink_error *err);
int ik_xap_doc_remove_posting(struct ik_xap_doc *doc, const void *term, size_t len,
                              uint32_t position, uint32_t wdf, ink_error *err);
int ik_xap_doc_clear_terms(struct ik_xap_doc *doc, ink_error *err);

/*
 * Called with each word of a text, as Xapian's TermGenerator cuts it: lower case,
 * not stemmed, in order, at positions from 0. The callback's result ends it.
 */
typedef int (*ik_xap_word_fn)(void *user, const char *word, size_t len, uint32_t position);
int ik_xap_words(const char *text, size_t len, ik_xap_word_fn fn, void *user, ink_error *err);

/* A value; "" when there is none. Setting "" removes it. */
int ik_xap_doc_value(struct ik_xap_doc *doc, uint32_t slot, const char **value, size_t *len,
                     ink_error *err);
int ik_xap_doc_set_value(struct ik_xap_doc *doc, uint32_t slot, const void *value, size_t len,
                         ink_error *err);
int ik_xap_doc_clear_values(struct ik_xap_doc *doc, ink_error *err);

/* Doubles as values that compare as bytes. `buf` of at least 9 bytes; how many were written. */
size_t ik_xap_sortable(double value, char *buf);
double ik_xap_unsortable(const void *value, size_t len);

/* ---- walks ---- */

int ik_xap_terms_all(const struct ik_xap_db *db, const void *prefix, size_t len,
                     struct ik_xap_terms **out, ink_error *err);
int ik_xap_terms_of_doc(const struct ik_xap_db *db, uint64_t doc, struct ik_xap_terms **out,
                        ink_error *err);
int ik_xap_terms_of(const struct ik_xap_doc *doc, struct ik_xap_terms **out, ink_error *err);
int ik_xap_terms_spellings(const struct ik_xap_db *db, struct ik_xap_terms **out, ink_error *err);
int ik_xap_terms_synonyms(const struct ik_xap_db *db, const char *term, struct ik_xap_terms **out,
                          ink_error *err);
int ik_xap_terms_synonym_keys(const struct ik_xap_db *db, const char *prefix,
                              struct ik_xap_terms **out, ink_error *err);
int ik_xap_terms_metadata(const struct ik_xap_db *db, const char *prefix,
                          struct ik_xap_terms **out, ink_error *err);
int ik_xap_terms_matching(const struct ik_xap_enquire *e, uint64_t doc, struct ik_xap_terms **out,
                          ink_error *err);
int ik_xap_terms_next(struct ik_xap_terms *t, ink_error *err);
int ik_xap_terms_skip(struct ik_xap_terms *t, const void *to, size_t len, ink_error *err);
const char *ik_xap_terms_text(const struct ik_xap_terms *t, size_t *len); /* NUL-terminated */
int ik_xap_terms_docs(const struct ik_xap_terms *t, uint64_t *docs, ink_error *err);
int ik_xap_terms_wdf(const struct ik_xap_terms *t, uint64_t *wdf, ink_error *err);
int ik_xap_terms_positions(const struct ik_xap_terms *t, struct ik_xap_positions **out,
                           ink_error *err);
void ik_xap_terms_free(struct ik_xap_terms *t);

/* Documents of a term; the empty term has all of them. */
int ik_xap_posts_open(const struct ik_xap_db *db, const void *term, size_t len,
                      struct ik_xap_posts **out, ink_error *err);
int ik_xap_posts_next(struct ik_xap_posts *p, ink_error *err);
int ik_xap_posts_skip(struct ik_xap_posts *p, uint64_t doc, ink_error *err);
uint64_t ik_xap_posts_doc(const struct ik_xap_posts *p); /* 0 before the first and at the end */
int ik_xap_posts_wdf(const struct ik_xap_posts *p, uint64_t *wdf, ink_error *err);
int ik_xap_posts_doc_length(const struct ik_xap_posts *p, uint64_t *length, ink_error *err);
int ik_xap_posts_positions(const struct ik_xap_posts *p, struct ik_xap_positions **out,
                           ink_error *err);
void ik_xap_posts_free(struct ik_xap_posts *p);

int ik_xap_positions_open(const struct ik_xap_db *db, uint64_t doc, const void *term, size_t len,
                          struct ik_xap_positions **out, ink_error *err);
int ik_xap_positions_next(struct ik_xap_positions *p, ink_error *err);
int ik_xap_positions_skip(struct ik_xap_positions *p, uint32_t to, ink_error *err);
uint32_t ik_xap_positions_at(const struct ik_xap_positions *p);
void ik_xap_positions_free(struct ik_xap_positions *p);

/* The values of a slot over all documents, or of all slots of one document. */
int ik_xap_values_open(const struct ik_xap_db *db, uint32_t slot, struct ik_xap_values **out,
                       ink_error *err);
int ik_xap_values_of(const struct ik_xap_doc *doc, struct ik_xap_values **out, ink_error *err);
int ik_xap_values_next(struct ik_xap_values *v, ink_error *err);
int ik_xap_values_skip(struct ik_xap_values *v, uint64_t to, ink_error *err);
uint64_t ik_xap_values_doc(const struct ik_xap_values *v);  /* of a slot's walk, else 0 */
uint32_t ik_xap_values_slot(const struct ik_xap_values *v); /* of a document's walk, else 0 */
const char *ik_xap_values_text(const struct ik_xap_values *v, size_t *len);
void ik_xap_values_free(struct ik_xap_values *v);

/* ---- queries: immutable; the ones they are made of may be freed ---- */

enum {
	IK_XAP_AND,
	IK_XAP_OR,
	IK_XAP_AND_NOT,
	IK_XAP_XOR,
	IK_XAP_AND_MAYBE,
	IK_XAP_FILTER,
	IK_XAP_NEAR,
	IK_XAP_PHRASE,
	IK_XAP_ELITE,
	IK_XAP_SYNONYM,
	IK_XAP_MAX
};

enum {
	IK_XAP_WILDCARD_ERROR, /* INK_ELIMIT over the limit */
	IK_XAP_WILDCARD_FIRST, /* the first terms */
	IK_XAP_WILDCARD_FREQUENT
};

int ik_xap_query_nothing(struct ik_xap_query **out, ink_error *err);
int ik_xap_query_all(struct ik_xap_query **out, ink_error *err);
int ik_xap_query_fixed(double weight, struct ik_xap_query **out, ink_error *err); /* all alike */
int ik_xap_query_term(const void *term, size_t len, uint32_t wqf, uint32_t position,
                      struct ik_xap_query **out, ink_error *err);

/* `number`: the window of NEAR and PHRASE, the set size of ELITE; 0 for the default. */
int ik_xap_query_join(int op, const struct ik_xap_query *const *queries, size_t n,
                      uint32_t number, struct ik_xap_query **out, ink_error *err);

/* The same over terms, without a handle for each. */
int ik_xap_query_terms(int op, const char *const *terms, const size_t *lens, size_t n,
                       uint32_t number, struct ik_xap_query **out, ink_error *err);
int ik_xap_query_scale(const struct ik_xap_query *query, double factor, struct ik_xap_query **out,
                       ink_error *err);

/* These documents, ascending, without a weight; copied. For local databases of one shard. */
int ik_xap_query_docs(const uint32_t *docs, size_t n, struct ik_xap_query **out, ink_error *err);

/* NULL for no bound. */
int ik_xap_query_values(uint32_t slot, const void *lo, size_t lo_len, const void *hi,
                        size_t hi_len, struct ik_xap_query **out, ink_error *err);

/* All terms that start so, joined by SYNONYM, OR or MAX; `limit` 0 for none. */
int ik_xap_query_wildcard(const void *prefix, size_t len, uint32_t limit, int over, int op,
                          struct ik_xap_query **out, ink_error *err);
uint64_t ik_xap_query_len(const struct ik_xap_query *query); /* leaves */
int ik_xap_query_text(struct ik_xap_query *query, const char **text, size_t *len, ink_error *err);
void ik_xap_query_free(struct ik_xap_query *query);

/* Xapian's own query language. `flags` are those of Xapian::QueryParser; 0 for its defaults. */
int ik_xap_parser_new(const struct ik_xap_db *db, const char *stemmer, int op_default,
                      struct ik_xap_parser **out, ink_error *err);
int ik_xap_parser_prefix(struct ik_xap_parser *p, const char *field, const char *prefix,
                         int boolean, ink_error *err);
int ik_xap_parser_parse(struct ik_xap_parser *p, const char *text, size_t len, uint32_t flags,
                        const char *prefix, struct ik_xap_query **out, ink_error *err);
int ik_xap_parser_corrected(struct ik_xap_parser *p, const char **text, size_t *len,
                            ink_error *err);
void ik_xap_parser_free(struct ik_xap_parser *p);

/* ---- matching ---- */

enum {
	IK_XAP_WEIGHT_BM25,     /* k1, k2, k3, b, min_normlen */
	IK_XAP_WEIGHT_BM25PLUS, /* k1, k2, k3, b, min_normlen, delta */
	IK_XAP_WEIGHT_TRAD,     /* k */
	IK_XAP_WEIGHT_BOOL,
	IK_XAP_WEIGHT_COORD,
	IK_XAP_WEIGHT_INK /* k1, b: BM25 as Inkstone computes it; local databases only */
};

enum {
	IK_XAP_BY_RELEVANCE,
	IK_XAP_BY_VALUE,
	IK_XAP_BY_VALUE_THEN_RELEVANCE,
	IK_XAP_BY_RELEVANCE_THEN_VALUE
};

enum {
	IK_XAP_ASCENDING, /* ties by document number */
	IK_XAP_DESCENDING,
	IK_XAP_DONT_CARE
};

/* One of several keys to sort by; local databases only. */
struct ik_xap_key {
	uint32_t slot;
	int descending;
	int missing_first;
};

int ik_xap_enquire_new(const struct ik_xap_db *db, struct ik_xap_enquire **out, ink_error *err);
int ik_xap_enquire_query(struct ik_xap_enquire *e, const struct ik_xap_query *query, uint32_t len,
                         ink_error *err);
int ik_xap_enquire_weight(struct ik_xap_enquire *e, int kind, const double *parameters, size_t n,
                          ink_error *err);
int ik_xap_enquire_order(struct ik_xap_enquire *e, int order, ink_error *err);
int ik_xap_enquire_sort(struct ik_xap_enquire *e, int by, uint32_t slot, int descending,
                        ink_error *err);

/* Sort by keys: relevance comes before them, after them or (0) not at all: `relevance` -1, 1, 0. */
int ik_xap_enquire_sort_keys(struct ik_xap_enquire *e, const struct ik_xap_key *keys, size_t n,
                             int relevance, ink_error *err);
int ik_xap_enquire_collapse(struct ik_xap_enquire *e, uint32_t slot, uint32_t max,
                            ink_error *err); /* max 0: no longer */
int ik_xap_enquire_cutoff(struct ik_xap_enquire *e, int percent, double weight, ink_error *err);
int ik_xap_enquire_time_limit(struct ik_xap_enquire *e, double seconds, ink_error *err);
int ik_xap_enquire_spy(struct ik_xap_enquire *e, struct ik_xap_spy *spy,
                       ink_error *err); /* NULL: none of them any longer */

/*
 * Asked about every candidate: 1 to take the document, 0 to leave it,
 * negative to stop the match with that code. NULL for no longer. Local only.
 */
typedef int (*ik_xap_decide_fn)(void *user, struct ik_xap_doc *doc);
int ik_xap_enquire_decider(struct ik_xap_enquire *e, ik_xap_decide_fn fn, void *user,
                           ink_error *err);

/* `rset` may be NULL. */
int ik_xap_enquire_run(struct ik_xap_enquire *e, uint64_t first, uint64_t max,
                       uint64_t check_at_least, const struct ik_xap_rset *rset,
                       struct ik_xap_mset **out, ink_error *err);
void ik_xap_enquire_free(struct ik_xap_enquire *e);

struct ik_xap_counts {
	uint64_t lower, estimated, upper;
	uint64_t uncollapsed_lower, uncollapsed_estimated, uncollapsed_upper;
	uint64_t first;
	double max_possible, max_attained;
};

struct ik_xap_hit {
	uint64_t doc;
	double weight;
	int percent;
	uint64_t collapsed; /* others with the same key, a lower bound */
};

size_t ik_xap_mset_len(const struct ik_xap_mset *m);
int ik_xap_mset_counts(const struct ik_xap_mset *m, struct ik_xap_counts *out, ink_error *err);
int ik_xap_mset_hit(const struct ik_xap_mset *m, size_t i, struct ik_xap_hit *out,
                    ink_error *err);
int ik_xap_mset_collapse_key(struct ik_xap_mset *m, size_t i, const char **key, size_t *len,
                             ink_error *err);
int ik_xap_mset_sort_key(struct ik_xap_mset *m, size_t i, const char **key, size_t *len,
                         ink_error *err);
int ik_xap_mset_doc(const struct ik_xap_mset *m, size_t i, struct ik_xap_doc **out,
                    ink_error *err);

/* Get `n` documents from hit `first` on, or all behind it, before they are asked for. */
int ik_xap_mset_fetch(const struct ik_xap_mset *m, size_t first, size_t n, ink_error *err);

int ik_xap_mset_term(const struct ik_xap_mset *m, const void *term, size_t len, uint64_t *docs,
                     double *weight, ink_error *err);

/* Xapian's own snippet: `stemmer` such as "en" or "none". */
int ik_xap_mset_snippet(struct ik_xap_mset *m, const char *text, size_t len, size_t max,
                        const char *stemmer, const char *open, const char *close,
                        const char *omit, const char **out, size_t *out_len, ink_error *err);
void ik_xap_mset_free(struct ik_xap_mset *m);

/* ---- spies: what is in the documents that match ---- */

/* Count the values of a slot. */
int ik_xap_spy_values(uint32_t slot, struct ik_xap_spy **out, ink_error *err);

/* Called with every match that is looked at: 0 to go on, negative to stop with that code. */
typedef int (*ik_xap_spy_fn)(void *user, struct ik_xap_doc *doc, double weight);
int ik_xap_spy_call(ik_xap_spy_fn fn, void *user, struct ik_xap_spy **out, ink_error *err);
uint64_t ik_xap_spy_total(const struct ik_xap_spy *spy);

/* The values counted, as a walk: all in byte order (max 0), or the most frequent `max` of them. */
int ik_xap_spy_top(const struct ik_xap_spy *spy, uint64_t max, struct ik_xap_terms **out,
                   ink_error *err);
void ik_xap_spy_free(struct ik_xap_spy *spy);

/* ---- more like these ---- */

int ik_xap_rset_new(struct ik_xap_rset **out, ink_error *err);
int ik_xap_rset_add(struct ik_xap_rset *r, uint64_t doc, ink_error *err);
void ik_xap_rset_free(struct ik_xap_rset *r);

/* Called with the terms that tell these documents from others, best first; non-zero stops. */
typedef int (*ik_xap_eset_fn)(void *user, const char *term, size_t len, double weight);
int ik_xap_eset(const struct ik_xap_enquire *e, const struct ik_xap_rset *r, uint64_t max,
                ik_xap_eset_fn fn, void *user, ink_error *err);

#ifdef __cplusplus
}
#endif
#endif
