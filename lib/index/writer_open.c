/*
 * writer_open.c - opening, loading and closing a writer; its settings; a new index.
 *
 * Layer: index. See writer_impl.h for what is where.
 */
#include <string.h>

#include "base/mem.h"
#include "index/policy.h"
#include "index/stamp.h"
#include "index/view.h"
#include "index/writer_impl.h"

/* ---- state ---- */

int ik_writer_ok(struct ik_writer *w, ink_error *err)
{
	int rc;

	ik_mutex_lock(w->mutex);
	rc = w->broken;
	if (rc != 0 && err != NULL)
		*err = w->why;
	ik_mutex_unlock(w->mutex);
	return rc;
}

int ik_writer_break(struct ik_writer *w, int rc, const ink_error *why)
{
	ik_mutex_lock(w->mutex);
	if (w->broken == 0) {
		w->broken = rc;
		w->why = *why;
	}
	ik_mutex_unlock(w->mutex);
	return rc;
}

uint64_t ik_writer_new_id(struct ik_writer *w)
{
	uint64_t id;

	ik_mutex_lock(w->mutex);
	id = w->next_id++;
	ik_mutex_unlock(w->mutex);
	return id;
}

int ik_writer_stamp(struct ik_writer *w, const char *more, ink_error *err)
{
	char *joined;

	ik_mutex_lock(w->mutex);
	joined = ik_stamp_join(w->stamp, more);
	if (joined != NULL) {
		ik_free(w->stamp);
		w->stamp = joined;
	}
	ik_mutex_unlock(w->mutex);
	return joined == NULL ? ik_fail_nomem(err) : 0;
}

void ik_wseg_free(struct ik_wseg *s)
{
	if (s == NULL)
		return;
	ik_segment_unref(s->seg);
	ik_live_free(s->live);
	ik_free(s->seqs);
	ik_free(s);
}

int ik_wseg_delete(struct ik_writer *w, struct ik_wseg *s, uint32_t doc, ink_error *err)
{
	if (s->live == NULL) {
		int rc = ik_live_new(s->seg->n_docs, &s->live, err);

		if (rc != 0)
			return rc;
	}
	if (ik_live_delete(s->live, doc)) {
		s->dirty = 1;
		w->changed = 1;
	}
	return 0;
}

static void free_segs(struct ik_wseg **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ik_wseg_free(v[i]);
}

/* A file that a manifest names is missing: nobody else may remove it. */
static int missing_is_damage(int rc, ink_error *err)
{
	if (rc != INK_ENOTFOUND)
		return rc;
	if (err != NULL)
		err->code = INK_ECORRUPT;
	return INK_ECORRUPT;
}

/* Open the segments of a manifest into a new array. */
static int open_segs(struct ik_writer *w, const struct ik_manifest *m, struct ik_wseg ***out,
                     ink_error *err)
{
	struct ik_wseg **v = ik_zarray(m->segments.n, sizeof *v);
	int rc = v == NULL ? ik_fail_nomem(err) : 0;

	for (size_t i = 0; rc == 0 && i < m->segments.n; i++) {
		const struct ik_manifest_segment *e = &m->segments.v[i];
		struct ik_wseg *s = v[i] = ik_zalloc(sizeof *s);

		if (s == NULL) {
			rc = ik_fail_nomem(err);
			break;
		}
		s->id = e->id;
		s->bytes = e->bytes;
		s->live_gen = s->live_last = e->live_gen;
		s->committed = 1;
		rc = missing_is_damage(ik_manifest_open(w->dir, e, &s->seg, &s->live, err), err);
	}
	if (rc != 0 && v != NULL) {
		free_segs(v, m->segments.n);
		ik_free(v);
		v = NULL;
	}
	*out = v;
	return rc;
}

int ik_writer_load(struct ik_writer *w, ink_error *err)
{
	struct ik_manifest m;
	struct ik_wseg **v = NULL;
	struct ik_words words;
	int rc = ik_manifest_read(w->dir, &m, err);

	if (rc != 0)
		return rc;
	rc = ik_words_open(w->dir, &m.words, w->words_dirty ? NULL : &w->words, &words, err);
	rc = missing_is_damage(rc, err);
	if (rc == 0)
		rc = open_segs(w, &m, &v, err);
	if (rc == 0) {
		ik_words_release(&w->words);
		ik_words_copy(&words, &w->words);
		w->words_dirty = 0;
		free_segs(w->segs.v, w->segs.n);
		ik_free(w->segs.v);
		w->segs.v = v;
		w->segs.n = w->segs.cap = m.segments.n;
		ik_schema_free(w->schema);
		w->schema = m.schema;
		m.schema = NULL;
		ik_free(w->stamp);
		w->stamp = m.stamp;
		m.stamp = NULL;
		w->generation = m.generation;
		if (w->next_id < m.next_id)
			w->next_id = m.next_id;
		w->changed = 0;
		w->seq = 0;
		w->broken = 0;
		ik_keys_clear(&w->keys);
		ik_writer_clean(w, &m, 0);
	}
	ik_words_release(&words);
	ik_manifest_free(&m);
	return rc;
}

/* ---- opening and closing ---- */

/* An attempt that a crash cut short leaves a lock, and a manifest that never got its name. */
static int check_empty(void *user, const char *name)
{
	(void)user;
	return strcmp(name, IK_LOCK_NAME) != 0 && strcmp(name, IK_MANIFEST_NEW) != 0;
}

static int must_be_empty(struct ik_dir *dir, ink_error *err)
{
	int rc = dir->ops->list(dir, check_empty, NULL, err);

	return rc > 0 ? ik_fail(err, INK_EEXISTS, "%s: not empty", dir->path) : rc;
}

/* The manifest may have its name already, when all that failed was to make sure. */
static int write_first(const struct ik_manifest *m, struct ik_dir *dir, ink_error *err)
{
	int rc = ik_manifest_write(m, dir, err);

	if (rc != 0)
		dir->ops->remove(dir, IK_MANIFEST_NAME, NULL);
	return rc;
}

int ik_index_init(struct ik_dir *dir, const struct ik_schema *schema, ink_error *err)
{
	struct ik_manifest m = {.generation = 1, .next_id = 1};
	void *lock = NULL;
	int rc;

	if (schema->n == 0)
		return ik_fail(err, INK_EINVAL, "a schema without fields");
	rc = must_be_empty(dir, err);
	if (rc == 0)
		rc = dir->ops->lock(dir, IK_LOCK_NAME, &lock, err);
	if (rc != 0)
		return rc;
	rc = ik_schema_copy(schema, &m.schema, err);
	/* Two that create at once: the second finds the manifest of the first. */
	if (rc == 0)
		rc = must_be_empty(dir, err);
	if (rc == 0)
		rc = write_first(&m, dir, err);
	if (rc != 0 && must_be_empty(dir, NULL) == 0)
		dir->ops->remove(dir, IK_LOCK_NAME, NULL); /* before another one can have it */
	dir->ops->unlock(dir, lock);
	ik_manifest_free(&m);
	return rc;
}

int ik_writer_open(struct ik_dir *dir, struct ik_writer **out, ink_error *err)
{
	struct ik_manifest m;
	struct ik_writer *w;
	int rc = ik_manifest_read(dir, &m, err), sys;

	*out = NULL;
	if (rc != 0)
		return rc;
	ik_manifest_free(&m); /* only asked whether there is one, before making a lock file */
	w = ik_zalloc(sizeof *w);
	if (w == NULL)
		return ik_fail_nomem(err);
	w->dir = dir;
	w->memory = IK_MEMORY_DEFAULT;
	w->threads = 1;
	w->reorder = INK_REORDER_LARGE;
	w->reorder_docs = IK_REORDER_DOCS;
	w->tail = &w->head;
	sys = ik_mutex_new(&w->mutex);
	if (sys == 0)
		sys = ik_cond_new(&w->cond);
	rc = sys != 0 ? ik_fail_sys(err, sys, "writer") : 0;
	if (rc == 0)
		rc = dir->ops->lock(dir, IK_LOCK_NAME, &w->lock, err);
	if (rc == 0)
		rc = ik_writer_load(w, err);
	if (rc != 0) {
		ik_writer_close(w);
		return rc;
	}
	*out = w;
	return 0;
}

void ik_writer_close(struct ik_writer *w)
{
	struct ik_manifest m;

	if (w == NULL)
		return;
	if (w->mutex != NULL && w->cond != NULL) {
		ik_merge_keep_small(w);
		ik_merge_abandon(w);
		ik_pool_stop(w);
	}
	if (w->lock != NULL) {
		/* Of an index that did not open, a salvage may want every file. */
		if (w->schema != NULL && ik_manifest_read(w->dir, &m, NULL) == 0) {
			ik_writer_clean(w, &m, 0);
			ik_manifest_free(&m);
		}
		w->dir->ops->unlock(w->dir, w->lock);
	}
	free_segs(w->segs.v, w->segs.n);
	ik_vec_free(&w->segs);
	ik_vec_free(&w->fresh);
	ik_keys_clear(&w->keys);
	ik_schema_free(w->schema);
	ik_free(w->stamp);
	ik_words_release(&w->words);
	ik_cond_free(w->cond);
	ik_mutex_free(w->mutex);
	ik_free(w);
}

static int settings_open(const struct ik_writer *w, ink_error *err)
{
	return w->started ? ik_fail(err, INK_EINVAL, "the writer has changes already") : 0;
}

int ik_writer_set_memory(struct ik_writer *w, uint64_t bytes, ink_error *err)
{
	int rc = settings_open(w, err);

	if (rc != 0)
		return rc;
	if (bytes < IK_MEMORY_MIN)
		return ik_fail(err, INK_EINVAL, "memory of %llu bytes, at least %u are needed",
		               (unsigned long long)bytes, IK_MEMORY_MIN);
	w->memory = bytes > SIZE_MAX / 2 ? SIZE_MAX / 2 : bytes;
	return 0;
}

int ik_writer_set_threads(struct ik_writer *w, uint32_t threads, ink_error *err)
{
	int rc = settings_open(w, err);

	if (rc != 0)
		return rc;
	if (threads < 1 || threads > IK_THREADS_MAX)
		return ik_fail(err, INK_EINVAL, "%u threads, 1 to %d are allowed", threads,
		               IK_THREADS_MAX);
	w->threads = threads;
	return 0;
}

int ik_writer_set_reorder(struct ik_writer *w, int32_t when, ink_error *err)
{
	if (when != INK_REORDER_NONE && when != INK_REORDER_OPTIMIZE && when != INK_REORDER_LARGE)
		return ik_fail(err, INK_EINVAL, "reorder: no such choice: %d", (int)when);
	w->reorder = when;
	return 0;
}
