/*
 * handle.h - what stands behind the public handles.
 *
 * Layer: api. Handles that others are built on are counted, so that frees
 * may come in any order. A query, a schema, an analyzer and a cancel are the
 * inner objects themselves under another name.
 */
#ifndef IK_API_HANDLE_H
#define IK_API_HANDLE_H

#include <stdatomic.h>

#include "backend/backend.h"
#include "base/os.h"
#include "inkstone.h"
#include "text/analyzer.h"

/* A schema that several handles share; it never changes, another one takes its place. */
struct ik_shared_schema {
	atomic_uint refs;
	struct ik_schema *schema;
};

struct ink_index {
	atomic_uint refs;
	uint32_t flags;
	struct ik_be_index *be;
	struct ik_mutex *mutex;          /* over what follows */
	struct ik_shared_schema *schema; /* the newest one this handle heard of */
	int writing;                     /* a writer of this handle decides what that is */
};

struct ink_writer {
	ink_index *index;
	uint64_t process;                /* that opened it; no child of it may use it */
	struct ik_be_writer *be;
	struct ik_shared_schema *schema; /* with the fields it added */
};

struct ink_reader {
	atomic_uint refs;
	ink_index *index;
	struct ik_be_reader *be;
	struct ik_shared_schema *schema;
	char *other; /* of the versions that made its tokens, those that are not ours */
};

struct ink_doc {
	struct ik_doc doc;
	struct ik_shared_schema *schema;
};

struct ink_search {
	ink_reader *reader;
	struct ik_request request;
	char *after; /* what request.after points to */
};

struct ink_results {
	ink_reader *reader;
	struct ik_be_results *be;
};

struct ink_terms {
	ink_reader *reader;
	struct ik_be_terms *be;
};

struct ink_docs {
	ink_reader *reader;
	struct ik_be_docs *be;
	int on; /* a document: neither before the first nor at the end */
};

/* ---- inner objects under their public names ---- */

static inline struct ik_query *ik_query_of(const ink_query *query)
{
	return (struct ik_query *)(uintptr_t)query;
}

static inline struct ik_schema *ik_schema_of(const ink_schema *schema)
{
	return (struct ik_schema *)(uintptr_t)schema;
}

static inline struct ik_analyzer *ik_analyzer_of(const ink_analyzer *analyzer)
{
	return (struct ik_analyzer *)(uintptr_t)analyzer;
}

static inline struct ik_cancel *ik_cancel_of(const ink_cancel *cancel)
{
	return (struct ik_cancel *)(uintptr_t)cancel;
}

/* ---- arguments ---- */

/* INK_EINVAL: the argument of that name is NULL. */
int ik_null(ink_error *err, const char *name);

/* INK_EINVAL: flags outside `known`. 0 when there are none. */
int ik_check_flags(uint32_t flags, uint32_t known, ink_error *err);

/* ---- sharing ---- */

/* Takes the schema over, on failure too. INK_ENOMEM. */
int ik_shared_schema_new(struct ik_schema *schema, struct ik_shared_schema **out, ink_error *err);
struct ik_shared_schema *ik_shared_schema_ref(struct ik_shared_schema *shared);
void ik_shared_schema_unref(struct ik_shared_schema *shared); /* NULL is fine */

/* The newest schema of an index, with a reference for the caller. */
struct ik_shared_schema *ik_index_newest(ink_index *index);

/* Make it the newest one: always for the writer, else only if it has more fields. */
void ik_index_adopt(ink_index *index, struct ik_shared_schema *shared, int by_writer);

ink_index *ik_index_ref(ink_index *index);
ink_reader *ik_reader_ref(ink_reader *reader);

/* An empty document with that schema. INK_ENOMEM. */
int ik_doc_handle(struct ik_shared_schema *schema, ink_doc **out, ink_error *err);

/* Drop a reference to a cancel; NULL is fine. */
void ik_cancel_drop(struct ik_cancel *cancel);

#endif
