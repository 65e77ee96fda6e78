/*
 * xapian_write.c - a writer of Xapian databases: settings, commits, rollbacks.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. Documents come and
 * go in xapian_change.c.
 *
 * In a folder all changes between two commits are one flushed transaction, so
 * that they become visible at once or not at all; without one Xapian would
 * commit by itself every 10,000 documents. What was changed is in memory until
 * then: the bound of ink_writer_set_memory() holds for one document only.
 *
 * A server knows no transactions, and commits what it was told when its
 * client goes away. So changes wait here until the commit, which tells all
 * servers first, and then has them commit one after the other.
 */
#include "backend/xapian_writer.h"
#include "base/mem.h"
#include "index/writer.h"

static struct ik_xb_writer *writer_of(struct ik_be_writer *w)
{
	return (struct ik_xb_writer *)w;
}

int ik_xb_note(struct ik_xb_writer *w, int rc, ink_error *why, ink_error *err)
{
	if (rc == 0)
		return 0;
	ik_xb_name_lost(w->where, &w->shards, why);
	if (err != NULL)
		*err = *why;
	if (rc == INK_EINVAL || rc == INK_ESCHEMA || rc == INK_EEXISTS || rc == INK_ELIMIT)
		return rc;
	w->failed = rc;
	w->why = *why;
	return rc;
}

int ik_xb_begin(struct ik_xb_writer *w, ink_error *err)
{
	int rc = 0;

	if (w->failed != 0) {
		if (err != NULL)
			*err = w->why;
		return w->failed;
	}
	if (!w->changing && w->where->dir != NULL)
		rc = ik_xap_db_begin(w->shards.db, 1, err);
	if (rc != 0)
		return rc;
	w->open = w->where->dir != NULL;
	w->changing = w->started = 1;
	return 0;
}

/* ---- settings ---- */

static int not_started(const struct ik_xb_writer *w, ink_error *err)
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
static int open_analyzers(struct ik_xb_writer *w, ink_error *err)
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
	struct ik_xb_writer *w = writer_of(base);
	int rc = 0;

	if ((flags & INK_KEY) != 0)
		return ik_fail(err, INK_EINVAL, "field \"%s\": a key cannot be added later",
		               name);
	if (type == INK_TEXT)
		rc = ik_analyzer_try(analyzer, err);
	if (rc == 0)
		rc = ik_xb_begin(w, err);
	if (rc == 0)
		rc = ik_schema_add(w->schema, name, type, flags, analyzer, err);
	if (rc != 0)
		return rc;
	rc = open_analyzers(w, &w->why);
	return ik_xb_note(w, rc, &w->why, err);
}

/* ---- commits ---- */

static int write_heads(struct ik_xb_writer *w, ink_error *err)
{
	char *own = ik_stamp_own(w->schema);
	int rc = own == NULL ? ik_fail_nomem(err) : 0;

	for (size_t i = 0; rc == 0 && i < w->shards.n; i++) {
		struct ik_xb_head *last = &w->shards.list[i].head, head;

		if (w->analyzed)
			rc = ik_xb_head_stamp(last, own, err);
		head = *last;
		head.schema = w->schema;
		head.generation = w->generation + 1;
		if (rc == 0)
			rc = ik_xb_head_write(w->shards.list[i].db, &head, err);
	}
	ik_free(own);
	return rc;
}

static int commit_all(struct ik_xb_writer *w, ink_error *err)
{
	int rc = ik_xb_send(w, err);

	if (rc == 0)
		rc = write_heads(w, err);
	if (rc == 0 && w->where->dir != NULL) {
		w->open = 0; /* whether or not it goes well */
		return ik_xap_db_commit_transaction(w->shards.db, err);
	}
	for (size_t i = 0; rc == 0 && i < w->shards.n; i++)
		rc = ik_xap_db_commit(w->shards.list[i].db, err);
	return rc;
}

static int commit(struct ik_be_writer *base, uint64_t *generation, ink_error *err)
{
	struct ik_xb_writer *w = writer_of(base);
	ink_error why;
	int rc = ik_xb_begin(w, err);

	if (rc != 0)
		return rc;
	rc = commit_all(w, &why);
	if (rc != 0) {
		(void)ik_xb_note(w, rc, &why, err);
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

/*
 * What servers were told before, by a query to delete by, goes on them. So does what
 * a commit that failed has left in a folder, which Xapian would write when it is closed.
 */
static int cancel(struct ik_xb_writer *w, ink_error *err)
{
	int rc = 0;

	if (!w->changing)
		return 0;
	ik_xb_forget(w);
	w->changing = 0;
	for (size_t i = 0; i < w->shards.n; i++) {
		struct ik_xap_db *db = w->shards.list[i].db;
		int one = w->open ? 0 : ik_xap_db_begin(db, 0, rc == 0 ? err : NULL);

		if (one == 0)
			one = ik_xap_db_cancel_transaction(db, rc == 0 ? err : NULL);
		rc = rc == 0 ? one : rc;
	}
	w->open = 0;
	return rc;
}

/* The schema and the generation as the servers have them, with shards' places. */
static int read_heads(struct ik_xb_writer *w, struct ik_xb_head *out, ink_error *err)
{
	ink_error why;

	for (size_t i = 0; i < w->shards.n; i++) {
		struct ik_xb_shard *s = &w->shards.list[i];
		int rc;

		ik_schema_free(s->head.schema);
		rc = ik_xb_head_read(s->db, w->where, &s->head, &why);
		if (rc != 0)
			return ik_xb_blame(w->where, rc, &why, err);
	}
	return ik_xb_shards_head(&w->shards, out, err);
}

/*
 * Xapian 1.4 does not take back which blocks it had freed of a table that no commit has
 * written yet, and would use some twice. What it reads from the folder is right.
 */
static int open_again(struct ik_xb_writer *w, struct ik_xb_head *out, ink_error *err)
{
	int rc;

	ik_xb_shards_release(&w->shards);
	rc = ik_xb_shards_open(w->where, IK_XB_WRITE, &w->shards, &w->why);
	if (rc == 0)
		return ik_xb_shards_head(&w->shards, out, err);
	w->failed = rc; /* there is nothing open: only another try, or a close */
	if (err != NULL)
		*err = w->why;
	return rc;
}

static int rollback(struct ik_be_writer *base, ink_error *err)
{
	struct ik_xb_writer *w = writer_of(base);
	struct ik_xb_head head = {0};
	int rc = cancel(w, err);

	if (rc == 0)
		rc = w->where->dir != NULL ? open_again(w, &head, err) : read_heads(w, &head, err);
	if (rc != 0)
		return rc;
	while (w->n_analyzers > head.schema->n)
		ik_analyzer_unref(w->maker.analyzers[--w->n_analyzers]);
	ik_schema_free(w->schema);
	w->schema = head.schema;
	w->maker.map.schema = head.schema;
	w->generation = head.generation;
	w->analyzed = 0;
	w->failed = 0;
	return 0;
}

/* Xapian keeps one B-tree of each kind: there is nothing to merge, only to report. */
static int optimize(struct ik_be_writer *base, uint32_t max_segments, ink_progress_fn fn,
                    void *user, ink_error *err)
{
	ink_progress now = {sizeof now, INK_PHASE_MERGE, 0, 0};
	struct ik_xb_writer *w = writer_of(base);
	struct ik_xap_stats stats;
	int rc = commit(base, NULL, err);

	(void)max_segments;
	if (rc == 0)
		rc = ik_xap_db_stats(w->shards.db, &stats, err);
	if (rc != 0)
		return rc;
	now.done = now.total = stats.docs;
	if (fn != NULL && fn(user, &now) != 0)
		return ik_fail(err, INK_ECANCELED, "the merge was stopped");
	return 0;
}

static void close_writer(struct ik_be_writer *base)
{
	struct ik_xb_writer *w = writer_of(base);

	(void)cancel(w, NULL);
	ik_xb_shards_release(&w->shards);
	while (w->n_analyzers > 0)
		ik_analyzer_unref(w->maker.analyzers[--w->n_analyzers]);
	ik_free(w->maker.analyzers);
	ik_analysis_free(w->maker.analysis);
	ik_schema_free(w->schema);
	ik_vec_free(&w->waiting);
	ik_vec_free(&w->there);
	ik_free(w);
}

static const struct ik_writer_ops writer_ops = {
	set_memory,   set_threads,  set_reorder,        add_field, set_words, ik_xb_add,
	ik_xb_update, ik_xb_delete, ik_xb_delete_query, commit,    rollback,  optimize,
	NULL,         close_writer,
};

static int open_db(struct ik_xb_writer *w, ink_error *err)
{
	struct ik_xb_head head = {0};
	struct ik_xap_stats stats;
	int rc = ik_xb_shards_open(w->where, IK_XB_WRITE, &w->shards, err);

	if (rc == 0)
		rc = ik_xb_shards_head(&w->shards, &head, err);
	w->schema = head.schema;
	w->generation = head.generation;
	if (rc == 0 && head.foreign)
		return ik_fail(err, INK_EREADONLY,
		               "%s: a database of another program, for reading only",
		               w->where->path);
	if (rc == 0 && w->shards.n > 1 && head.shards == 0)
		return ik_fail(err, INK_EREADONLY,
		               "%s: not made as shards, so keys have no places", w->where->path);
	if (rc == 0)
		rc = ik_xap_db_stats(w->shards.db, &stats, err);
	if (rc == 0)
		w->next = stats.last_doc;
	return rc;
}

int ik_xb_writer_open(struct ik_be_index *index, struct ik_be_writer **out, ink_error *err)
{
	struct ik_xb_writer *w = ik_zalloc(sizeof *w);
	int rc;

	*out = NULL;
	if (w == NULL)
		return ik_fail_nomem(err);
	w->base.ops = &writer_ops;
	w->memory = IK_MEMORY_DEFAULT;
	w->where = &((struct ik_xb_index *)index)->where;
	rc = open_db(w, err);
	if (rc == 0)
		w->maker.map.remote = w->where->dir == NULL;
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
