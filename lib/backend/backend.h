/*
 * backend.h - what an engine has to be able to do to stand behind the API.
 *
 * Layer: backend. Six kinds of objects, each with a table of functions as
 * its first member, so that a backend puts what it needs behind it. The API
 * has checked arguments before: pointers are there, fields exist and are of
 * the right type, flags are known. Functions answer as those of
 * inkstone/index.h, writer.h and search.h that are named after them; what a
 * backend cannot do answers INK_EUNSUPPORTED.
 */
#ifndef IK_BACKEND_BACKEND_H
#define IK_BACKEND_BACKEND_H

#include "inkstone/search.h"
#include "model/doc.h"
#include "search/request.h"

struct ik_be_index;
struct ik_be_writer;
struct ik_be_reader;
struct ik_be_results;
struct ik_be_terms;
struct ik_be_docs;

/* ---- a backend: how to get at an index ---- */

struct ik_backend {
	const char *name; /* the prefix of its paths */

	/* Make an empty index in a new or empty folder, durably. The schema, which has fields
	 * that can be analyzed, is copied. */
	int (*create)(const char *path, const struct ik_schema *schema, struct ik_be_index **out,
	              ink_error *err);
	int (*open)(const char *path, uint32_t flags, struct ik_be_index **out, ink_error *err);
	int (*check)(const char *path, ink_progress_fn fn, void *user, ink_error *err);

	/* NULL where an index is one shard on this machine. */
	int (*shards)(const char *path, ink_shard_fn fn, void *user, ink_error *err);

	/* Both paths without their prefix; *out is set. NULL: not supported. */
	int (*salvage)(const char *src, const char *dst, ink_loss_fn fn, ink_progress_fn progress,
	               void *user, ink_salvage *out, ink_error *err);
};

/*
 * Which backend a path means, and the path without its prefix. A prefix is
 * two or more letters, digits and '+' before a ':' that no '/' stands before.
 * INK_EUNSUPPORTED for one that is not part of this build.
 */
int ik_backend_find(const char *path, const struct ik_backend **out, const char **rest,
                    ink_error *err);

extern const struct ik_backend ik_backend_native;

/* The two texts that a user may give an index. */
enum ik_words_kind {
	IK_WORDS_DICTIONARY,
	IK_WORDS_SYNONYMS
};

/* ---- an index; its functions are called by several threads at once ---- */

struct ik_index_ops {
	/* A copy of the schema of the last commit. */
	int (*schema)(struct ik_be_index *index, struct ik_schema **out, ink_error *err);

	/* The index outlives its writers and readers. */
	int (*writer_open)(struct ik_be_index *index, struct ik_be_writer **out, ink_error *err);
	int (*reader_open)(struct ik_be_index *index, struct ik_be_reader **out, ink_error *err);
	void (*close)(struct ik_be_index *index);
};

struct ik_be_index {
	const struct ik_index_ops *ops;
};

/* ---- a writer ---- */

struct ik_writer_ops {
	int (*set_memory)(struct ik_be_writer *w, uint64_t bytes, ink_error *err);
	int (*set_threads)(struct ik_be_writer *w, uint32_t threads, ink_error *err);
	int (*set_reorder)(struct ik_be_writer *w, int32_t when, ink_error *err);
	int (*add_field)(struct ik_be_writer *w, const char *name, int32_t type, uint32_t flags,
	                 const char *analyzer, ink_error *err);
	int (*set_words)(struct ik_be_writer *w, enum ik_words_kind kind, const char *text,
	                 size_t len, ink_error *err);
	int (*add)(struct ik_be_writer *w, const struct ik_doc *doc, ink_error *err);
	int (*update)(struct ik_be_writer *w, const struct ik_doc *doc, ink_error *err);
	int (*del)(struct ik_be_writer *w, const char *key, size_t len, ink_error *err);
	int (*del_query)(struct ik_be_writer *w, const struct ik_query *query, uint64_t *deleted,
	                 ink_error *err);
	int (*commit)(struct ik_be_writer *w, uint64_t *generation, ink_error *err);
	int (*rollback)(struct ik_be_writer *w, ink_error *err);
	int (*optimize)(struct ik_be_writer *w, uint32_t max_segments, ink_progress_fn fn,
	                void *user, ink_error *err);

	/* What merges have met; NULL where there are none. */
	int (*damage)(struct ik_be_writer *w, ink_error *err);
	void (*close)(struct ik_be_writer *w);
};

struct ik_be_writer {
	const struct ik_writer_ops *ops;
};

/* ---- a reader; its functions are called by several threads at once ---- */

struct ik_reader_ops {
	/* All of *out but struct_size, which is set. */
	int (*stats)(const struct ik_be_reader *r, ink_stats *out, ink_error *err);
	int (*find)(const struct ik_be_reader *r, const char *key, size_t len, uint64_t *doc,
	            ink_error *err);

	/* Stored values into an empty document with the reader's schema. */
	int (*doc)(const struct ik_be_reader *r, uint64_t doc, struct ik_doc *out, ink_error *err);

	/* "" when there are none; lives as long as the reader. */
	int (*words)(const struct ik_be_reader *r, enum ik_words_kind kind, const char **text,
	             size_t *len, ink_error *err);

	/* A request for this reader with the defaults; released by ik_request_release(). */
	void (*request)(const struct ik_be_reader *r, const struct ik_query *query,
	                struct ik_request *out);

	/* Is it a cursor of this snapshot and of the sorting so far? INK_EINVAL. */
	int (*check_cursor)(const struct ik_be_reader *r, const struct ik_request *request,
	                    const char *text, size_t len, ink_error *err);

	/* The request is copied as far as the results need it. */
	int (*search)(const struct ik_be_reader *r, const struct ik_request *request,
	              struct ik_be_results **out, ink_error *err);

	/* Terms of one part of a field; the walk may outlive the reader. */
	int (*terms)(const struct ik_be_reader *r, uint32_t field, int32_t part,
	             const char *prefix, size_t len, struct ik_be_terms **out, ink_error *err);

	/* All documents by number; the walk may outlive the reader. */
	int (*docs)(const struct ik_be_reader *r, struct ik_be_docs **out, ink_error *err);
	void (*close)(struct ik_be_reader *r);
};

struct ik_be_reader {
	const struct ik_reader_ops *ops;
	struct ik_schema *schema; /* of the snapshot; lives as long as the reader, as does */
	const char *stamp;        /* of what made its tokens (index/stamp.h) */
};

/* ---- results; they may outlive their reader ---- */

struct ik_results_ops {
	int (*hit)(const struct ik_be_results *r, size_t i, ink_hit *out, ink_error *err);
	int (*doc)(struct ik_be_results *r, size_t i, struct ik_doc *out, ink_error *err);
	int (*stored)(struct ik_be_results *r, size_t i, const char *field, const char **value,
	              size_t *len, ink_error *err);
	int (*snippet)(struct ik_be_results *r, size_t i, const char *field, const char **text,
	               size_t *len, ink_error *err);
	int (*explain)(struct ik_be_results *r, size_t i, const char **text, size_t *len,
	               ink_error *err);
	int (*cursor)(struct ik_be_results *r, size_t i, const char **text, size_t *len,
	              ink_error *err);
	size_t (*facet_len)(const struct ik_be_results *r, size_t facet);
	int (*facet)(const struct ik_be_results *r, size_t facet, size_t i, const char **value,
	             size_t *len, uint64_t *count, ink_error *err);
	void (*free)(struct ik_be_results *r);
};

struct ik_be_results {
	const struct ik_results_ops *ops;
	size_t n;       /* hits in the window */
	uint64_t total;
	int exact;
	uint64_t scored, postings; /* work done; 0 when not known */
	const char *const *missing; /* shards that did not answer, and why */
	size_t n_missing;
};

/* ---- a walk over terms ---- */

struct ik_terms_ops {
	int (*next)(struct ik_be_terms *t, ink_error *err); /* 1, 0 or INK_E* */
	void (*close)(struct ik_be_terms *t);
};

struct ik_be_terms {
	const struct ik_terms_ops *ops;
	const char *text; /* the current term, NUL-terminated; "" before the first */
	size_t len;
	uint64_t doc_freq;
};

/* ---- a walk over documents ---- */

struct ik_docs_ops {
	int (*next)(struct ik_be_docs *d, ink_error *err); /* 1, 0 or INK_E* */

	/* Stored values of the current document, as doc() of a reader. */
	int (*get)(struct ik_be_docs *d, struct ik_doc *out, ink_error *err);
	void (*close)(struct ik_be_docs *d);
};

struct ik_be_docs {
	const struct ik_docs_ops *ops;
	uint64_t number; /* of the current document */
};

#endif
