/*
 * native_writer.c - the native writer; delete by query, which needs search
 * and index alike.
 *
 * Layer: backend.
 */
#include "backend/native.h"
#include "base/mem.h"
#include "index/writer.h"
#include "search/results.h"

struct native_writer {
	struct ik_be_writer base;
	struct ik_writer *writer;
};

static struct ik_writer *writer_of(struct ik_be_writer *w)
{
	return ((struct native_writer *)w)->writer;
}

static int set_memory(struct ik_be_writer *w, uint64_t bytes, ink_error *err)
{
	return ik_writer_set_memory(writer_of(w), bytes, err);
}

static int set_threads(struct ik_be_writer *w, uint32_t threads, ink_error *err)
{
	return ik_writer_set_threads(writer_of(w), threads, err);
}

static int set_reorder(struct ik_be_writer *w, int32_t when, ink_error *err)
{
	return ik_writer_set_reorder(writer_of(w), when, err);
}

static int add_field(struct ik_be_writer *w, const char *name, int32_t type, uint32_t flags,
                     const char *analyzer, ink_error *err)
{
	return ik_writer_add_field(writer_of(w), name, type, flags, analyzer, err);
}

static int set_words(struct ik_be_writer *w, enum ik_words_kind kind, const char *text,
                     size_t len, ink_error *err)
{
	return kind == IK_WORDS_DICTIONARY ? ik_writer_set_dictionary(writer_of(w), text, len, err)
	                                   : ik_writer_set_synonyms(writer_of(w), text, len, err);
}

static int add(struct ik_be_writer *w, const struct ik_doc *doc, ink_error *err)
{
	return ik_writer_add(writer_of(w), doc, err);
}

static int update(struct ik_be_writer *w, const struct ik_doc *doc, ink_error *err)
{
	return ik_writer_update(writer_of(w), doc, err);
}

static int del(struct ik_be_writer *w, const char *key, size_t len, ink_error *err)
{
	return ik_writer_delete(writer_of(w), key, len, err);
}

static int del_query(struct ik_be_writer *w, const struct ik_query *query, uint64_t *deleted,
                     ink_error *err)
{
	struct ik_writer *writer = writer_of(w);
	struct ik_searcher *searcher = NULL;
	struct ik_snapshot *snap = NULL;
	uint64_t *docs = NULL;
	size_t n = 0;
	int rc = ik_writer_snapshot(writer, &snap, err);

	if (rc == 0)
		rc = ik_searcher_open(snap, &searcher, err);
	if (rc == 0)
		rc = ik_search_docs(searcher, query, &docs, &n, err);
	if (rc == 0)
		rc = ik_writer_delete_docs(writer, snap, docs, n, err);
	if (rc == 0 && deleted != NULL)
		*deleted = n;
	ik_free(docs);
	ik_searcher_unref(searcher);
	ik_snapshot_unref(snap);
	return rc;
}

static int commit(struct ik_be_writer *w, uint64_t *generation, ink_error *err)
{
	return ik_writer_commit(writer_of(w), generation, err);
}

static int rollback(struct ik_be_writer *w, ink_error *err)
{
	return ik_writer_rollback(writer_of(w), err);
}

static int optimize(struct ik_be_writer *w, uint32_t max_segments, ink_progress_fn fn, void *user,
                    ink_error *err)
{
	return ik_writer_optimize(writer_of(w), max_segments, fn, user, err);
}

static int damage(struct ik_be_writer *w, ink_error *err)
{
	return ik_writer_damage(writer_of(w), err);
}

static void close_writer(struct ik_be_writer *w)
{
	ik_writer_close(writer_of(w));
	ik_free(w);
}

static const struct ik_writer_ops writer_ops = {
	set_memory, set_threads, set_reorder, add_field, set_words, add,    update,
	del,        del_query,   commit,      rollback,  optimize,  damage, close_writer,
};

int ik_native_writer_open(struct ik_be_index *index, struct ik_be_writer **out, ink_error *err)
{
	struct native_writer *w = ik_zalloc(sizeof *w);
	int rc;

	*out = NULL;
	if (w == NULL)
		return ik_fail_nomem(err);
	w->base.ops = &writer_ops;
	rc = ik_writer_open(((struct ik_native_index *)index)->dir, &w->writer, err);
	if (rc != 0) {
		ik_free(w);
		return rc;
	}
	*out = &w->base;
	return 0;
}
