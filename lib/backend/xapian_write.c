/*
 * xapian_write.c - changing a Xapian database.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 *
 * All changes between two commits are one flushed transaction, so that they
 * become visible at once or not at all; without one Xapian would commit by
 * itself every 10,000 documents. What was changed is in memory until then:
 * the bound of ink_writer_set_memory() holds for one document only.
 */
#include <string.h>

#include "backend/xapian.h"
#include "base/mem.h"
#include "index/writer.h"

struct xb_writer {
	struct ik_be_writer base;
	char *path;
	struct ik_xap_db *db;
	struct ik_schema *schema; /* with the fields added */
	struct ik_xb_maker maker;
	uint32_t n_analyzers;
	uint64_t generation;
	uint64_t memory;
	int started;  /* there was a change; settings are over */
	int changing; /* a transaction is open */
	int failed;   /* only rollback and close are left */
	ink_error why;
};

static struct xb_writer *writer_of(struct ik_be_writer *w)
{
	return (struct xb_writer *)w;
}

/* After a failure that is not the document's, only a rollback helps. */
static int note(struct xb_writer *w, int rc, const ink_error *why, ink_error *err)
{
	if (rc == 0)
		return 0;
	if (err != NULL)
		*err = *why;
	if (rc == INK_EINVAL || rc == INK_ESCHEMA || rc == INK_EEXISTS || rc == INK_ELIMIT)
		return rc;
	w->failed = rc;
	w->why = *why;
	return rc;
}

static int begin(struct xb_writer *w, ink_error *err)
{
	int rc = 0;

	if (w->failed != 0) {
		if (err != NULL)
			*err = w->why;
		return w->failed;
	}
	if (!w->changing)
		rc = ik_xap_db_begin(w->db, 1, err);
	if (rc != 0)
		return rc;
	w->changing = w->started = 1;
	return 0;
}

/* ---- settings ---- */

static int not_started(const struct xb_writer *w, ink_error *err)
{
	return w->started ? ik_fail(err, INK_EINVAL, "the writer has changes already") : 0;
}

static int set_memory(struct ik_be_writer *base, uint64_t bytes, ink_error *err)
{
	int rc = not_started(writer_of(base), err);

	if (rc == 0 && bytes < IK_MEMORY_MIN)
		rc = ik_fail(err, INK_EINVAL, "memory of %llu bytes, at least %u are needed",
		             (unsigned long long)bytes, IK_MEMORY_MIN);
	if (rc == 0)
		writer_of(base)->memory = bytes;
	return rc;
}

/* Xapian writes with one thread; more of them are no promise. */
static int set_threads(struct ik_be_writer *base, uint32_t threads, ink_error *err)
{
	int rc = not_started(writer_of(base), err);

	if (rc == 0 && (threads < 1 || threads > IK_THREADS_MAX))
		rc = ik_fail(err, INK_EINVAL, "%u threads, 1 to %d are allowed", threads,
		             IK_THREADS_MAX);
	return rc;
}

/* Xapian never changes the order of documents. */
static int set_reorder(struct ik_be_writer *base, int32_t when, ink_error *err)
{
	(void)base;
	if (when < INK_REORDER_NONE || when > INK_REORDER_LARGE)
		return ik_fail(err, INK_EINVAL, "reorder: no such choice: %d", (int)when);
	return 0;
}

static int set_words(struct ik_be_writer *base, enum ik_words_kind kind, const char *text,
                     size_t len, ink_error *err)
{
	(void)base;
	(void)text;
	(void)len;
	return ik_fail(err, INK_EUNSUPPORTED, "a Xapian database has no %s of its own",
	               kind == IK_WORDS_DICTIONARY ? "dictionary" : "synonyms");
}

/* Analyzers of the fields that have none yet. */
static int open_analyzers(struct xb_writer *w, ink_error *err)
{
	struct ik_analyzer **grown;

	grown = ik_realloc(w->maker.analyzers, ((size_t)w->schema->n + 1) * sizeof *grown);
	if (grown == NULL)
		return ik_fail_nomem(err);
	w->maker.analyzers = grown;
	w->maker.map.schema = w->schema;
	for (; w->n_analyzers < w->schema->n; w->n_analyzers++) {
		const struct ik_field *f = &w->schema->fields[w->n_analyzers];
		int rc = 0;

		grown[w->n_analyzers] = NULL;
		if (f->type == INK_TEXT)
			rc = ik_analyzer_of_field(f->name, f->analyzer, &grown[w->n_analyzers],
			                          err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int add_field(struct ik_be_writer *base, const char *name, int32_t type, uint32_t flags,
                     const char *analyzer, ink_error *err)
{
	struct xb_writer *w = writer_of(base);
	struct ik_analyzer *tried = NULL;
	int rc = 0;

	if ((flags & INK_KEY) != 0)
		return ik_fail(err, INK_EINVAL, "field \"%s\": a key cannot be added later",
		               name);
	if (type == INK_TEXT)
		rc = ik_analyzer_new(analyzer, &tried, err);
	ik_analyzer_unref(tried);
	if (rc == 0)
		rc = begin(w, err);
	if (rc == 0)
		rc = ik_schema_add(w->schema, name, type, flags, analyzer, err);
	if (rc != 0)
		return rc;
	rc = open_analyzers(w, &w->why);
	return note(w, rc, &w->why, err);
}

/* ---- documents ---- */

static int check_doc(const struct xb_writer *w, const struct ik_doc *doc, ink_error *err)
{
	if (doc->bytes > w->memory / 2)
		return ik_fail(err, INK_ELIMIT,
		               "a document of %zu bytes, over half the memory: %llu", doc->bytes,
		               (unsigned long long)w->memory / 2);
	if (w->schema->key == IK_NO_FIELD)
		return 0;
	for (size_t i = 0; i < doc->values.n; i++)
		if (doc->values.v[i].field == w->schema->key)
			return 0;
	return ik_fail(err, INK_ESCHEMA, "field \"%s\": a document needs its key",
	               w->schema->fields[w->schema->key].name);
}

static int no_key(const struct xb_writer *w, const char *what, ink_error *err)
{
	if (w->schema->key != IK_NO_FIELD)
		return 0;
	return ik_fail(err, INK_ESCHEMA, "%s: the schema has no key field", what);
}

/* The key of a document; its schema may know fewer fields than ours. */
static const struct ik_value *key_of(const struct xb_writer *w, const struct ik_doc *doc)
{
	for (size_t i = 0; i < doc->values.n; i++)
		if (doc->values.v[i].field == w->schema->key)
			return &doc->values.v[i];
	return NULL;
}

static int is_free(struct xb_writer *w, const struct ik_value *key, ink_error *err)
{
	char term[IK_XB_TERM_MAX];
	size_t len = ik_xb_term(&w->maker.map, w->schema->key, IK_XB_KEYWORD, key->text, key->len,
	                        term);
	int there = 0;
	int rc = ik_xap_db_has_term(w->db, term, len, &there, err);

	if (rc == 0 && there)
		rc = ik_fail(err, INK_EEXISTS, "a document with key \"%.*s\" is there already",
		             key->len < 100 ? (int)key->len : 100, key->text);
	return rc;
}

static int delete_key(struct xb_writer *w, const char *key, size_t len, ink_error *err)
{
	char term[IK_XB_TERM_MAX];

	if (!ik_xb_fits(&w->maker.map, w->schema->key, IK_XB_KEYWORD, key, len))
		return 0; /* no document has a key that long */
	return ik_xap_db_delete_term(
		w->db, term,
		ik_xb_term(&w->maker.map, w->schema->key, IK_XB_KEYWORD, key, len, term), err);
}

/* Made before anything is taken away, so that a bad document changes nothing. */
static int put(struct xb_writer *w, const struct ik_doc *doc, int replace, ink_error *err)
{
	const struct ik_value *key = key_of(w, doc);
	struct ik_xap_doc *made = NULL;
	int rc = 0;

	if (key != NULL && !replace)
		rc = is_free(w, key, err);
	if (rc == 0)
		rc = ik_xb_make_doc(&w->maker, doc, &made, err);
	if (rc == 0 && key != NULL && replace)
		rc = delete_key(w, key->text, key->len, err);
	if (rc == 0)
		rc = ik_xap_db_add_doc(w->db, made, NULL, err);
	ik_xap_doc_free(made);
	return rc;
}

static int add(struct ik_be_writer *base, const struct ik_doc *doc, ink_error *err)
{
	struct xb_writer *w = writer_of(base);
	ink_error why;
	int rc = check_doc(w, doc, err);

	if (rc == 0)
		rc = begin(w, err);
	if (rc != 0)
		return rc;
	rc = put(w, doc, 0, &why);
	return note(w, rc, &why, err);
}

static int update(struct ik_be_writer *base, const struct ik_doc *doc, ink_error *err)
{
	struct xb_writer *w = writer_of(base);
	ink_error why;
	int rc = no_key(w, "update", err);

	if (rc == 0)
		rc = check_doc(w, doc, err);
	if (rc == 0)
		rc = begin(w, err);
	if (rc != 0)
		return rc;
	rc = put(w, doc, 1, &why);
	return note(w, rc, &why, err);
}

static int del(struct ik_be_writer *base, const char *key, size_t len, ink_error *err)
{
	struct xb_writer *w = writer_of(base);
	ink_error why;
	int rc = no_key(w, "delete", err);

	if (rc == 0)
		rc = begin(w, err);
	if (rc != 0)
		return rc;
	rc = delete_key(w, key, len, &why);
	return note(w, rc, &why, err);
}

/* ---- delete by query ---- */

static int delete_found(struct xb_writer *w, struct ik_xap_enquire *e, uint64_t *deleted,
                        ink_error *err)
{
	struct ik_xap_mset *found = NULL;
	struct ik_xap_stats stats;
	size_t n = 0;
	int rc = ik_xap_db_stats(w->db, &stats, err);

	if (rc == 0)
		rc = ik_xap_enquire_run(e, 0, stats.docs, 0, NULL, &found, err);
	if (rc == 0)
		n = ik_xap_mset_len(found);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ik_xap_hit hit;

		rc = ik_xap_mset_hit(found, i, &hit, err);
		if (rc == 0)
			rc = ik_xap_db_delete_doc(w->db, hit.doc, err);
	}
	ik_xap_mset_free(found);
	if (deleted != NULL)
		*deleted = n;
	return rc;
}

static int find_and_delete(struct xb_writer *w, const struct ik_query *query, uint64_t *deleted,
                           ink_error *err)
{
	struct ik_arena arena = {0};
	struct ik_xb_build b = {.map = w->maker.map,
	                        .analyzers = w->maker.analyzers,
	                        .db = w->db,
	                        .analysis = w->maker.analysis,
	                        .arena = &arena,
	                        .err = err};
	struct ik_xap_enquire *e = NULL;
	struct ik_xap_query *q = NULL;
	int rc = ik_xb_query(&b, query, NULL, &q);

	if (rc == 0)
		rc = ik_xap_enquire_new(w->db, &e, err);
	if (rc == 0)
		rc = ik_xap_enquire_query(e, q, 0, err);
	if (rc == 0)
		rc = ik_xap_enquire_weight(e, IK_XAP_WEIGHT_BOOL, NULL, 0, err);
	if (rc == 0)
		rc = delete_found(w, e, deleted, err);
	ik_xap_enquire_free(e);
	ik_xap_query_free(q);
	ik_arena_free(&arena);
	return rc;
}

/* A query that cannot be run has changed nothing. */
static int del_query(struct ik_be_writer *base, const struct ik_query *query, uint64_t *deleted,
                     ink_error *err)
{
	struct xb_writer *w = writer_of(base);
	ink_error why;
	int rc = begin(w, err);

	if (rc != 0)
		return rc;
	rc = find_and_delete(w, query, deleted, &why);
	if (rc == INK_ENOTFOUND || rc == INK_ESYNTAX || rc == INK_EUNSUPPORTED) {
		if (err != NULL)
			*err = why;
		return rc;
	}
	return note(w, rc, &why, err);
}

/* ---- commits ---- */

static int commit(struct ik_be_writer *base, uint64_t *generation, ink_error *err)
{
	struct xb_writer *w = writer_of(base);
	ink_error why;
	int rc = begin(w, err);

	if (rc != 0)
		return rc;
	rc = ik_xb_set_schema(w->db, w->schema, w->generation + 1, &why);
	if (rc == 0)
		rc = ik_xap_db_commit_transaction(w->db, &why);
	if (rc != 0) {
		(void)note(w, rc, &why, err);
		w->failed = rc; /* whatever it was */
		w->why = why;
		return rc;
	}
	w->changing = 0;
	w->generation++;
	if (generation != NULL)
		*generation = w->generation;
	return 0;
}

static int rollback(struct ik_be_writer *base, ink_error *err)
{
	struct xb_writer *w = writer_of(base);
	struct ik_schema *schema = NULL;
	uint64_t generation;
	int rc = 0;

	if (w->changing)
		rc = ik_xap_db_cancel_transaction(w->db, err);
	w->changing = 0;
	if (rc == 0)
		rc = ik_xb_schema(w->db, w->path, &schema, &generation, NULL, err);
	if (rc != 0)
		return rc;
	while (w->n_analyzers > schema->n)
		ik_analyzer_unref(w->maker.analyzers[--w->n_analyzers]);
	ik_schema_free(w->schema);
	w->schema = schema;
	w->maker.map.schema = schema;
	w->generation = generation;
	w->failed = 0;
	return 0;
}

/* Xapian keeps one B-tree of each kind: there is nothing to merge, only to report. */
static int optimize(struct ik_be_writer *base, uint32_t max_segments, ink_progress_fn fn,
                    void *user, ink_error *err)
{
	ink_progress now = {sizeof now, INK_PHASE_MERGE, 0, 0};
	struct xb_writer *w = writer_of(base);
	struct ik_xap_stats stats;
	int rc = commit(base, NULL, err);

	(void)max_segments;
	if (rc == 0)
		rc = ik_xap_db_stats(w->db, &stats, err);
	if (rc != 0)
		return rc;
	now.done = now.total = stats.docs;
	if (fn != NULL && fn(user, &now) != 0)
		return ik_fail(err, INK_ECANCELED, "the merge was stopped");
	return 0;
}

static void close_writer(struct ik_be_writer *base)
{
	struct xb_writer *w = writer_of(base);

	if (w->changing)
		(void)ik_xap_db_cancel_transaction(w->db, NULL);
	ik_xap_db_free(w->db);
	while (w->n_analyzers > 0)
		ik_analyzer_unref(w->maker.analyzers[--w->n_analyzers]);
	ik_free(w->maker.analyzers);
	ik_analysis_free(w->maker.analysis);
	ik_schema_free(w->schema);
	ik_free(w->path);
	ik_free(w);
}

static const struct ik_writer_ops writer_ops = {
	set_memory, set_threads, set_reorder, add_field, set_words, add,          update,
	del,        del_query,   commit,      rollback,  optimize,  close_writer,
};

static int open_db(struct xb_writer *w, ink_error *err)
{
	ink_error why;
	int foreign = 0;
	int rc = ik_xap_db_open_write(w->path, IK_XAP_OPEN, &w->db, &why);

	if (rc != 0)
		return ik_xb_blame(w->path, rc, &why, err);
	rc = ik_xb_schema(w->db, w->path, &w->schema, &w->generation, &foreign, err);
	if (rc == 0 && foreign)
		rc = ik_fail(err, INK_EREADONLY,
		             "%s: a database of another program, for reading only", w->path);
	return rc;
}

int ik_xb_writer_open(struct ik_be_index *index, struct ik_be_writer **out, ink_error *err)
{
	const char *path = ((struct ik_xb_index *)index)->path;
	struct xb_writer *w = ik_zalloc(sizeof *w);
	int rc;

	*out = NULL;
	if (w == NULL)
		return ik_fail_nomem(err);
	w->base.ops = &writer_ops;
	w->memory = IK_MEMORY_DEFAULT;
	w->path = ik_strndup(path, strlen(path));
	rc = w->path == NULL ? ik_fail_nomem(err) : open_db(w, err);
	if (rc == 0)
		rc = open_analyzers(w, err);
	if (rc == 0)
		rc = ik_analysis_new(&w->maker.analysis, err);
	if (rc != 0) {
		close_writer(&w->base);
		return rc;
	}
	*out = &w->base;
	return 0;
}
