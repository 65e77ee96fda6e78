/*
 * writer_commit.c - commit and rollback, snapshots of what is uncommitted,
 * and removing files.
 *
 * Layer: index. The order that makes a commit durable: segments (synced when
 * written), delete bitmaps, the directory, and then the manifest. Until the
 * manifest is renamed, nothing of the last commit has been touched.
 */
#include "index/writer_impl.h"

#include <string.h>

#include "base/mem.h"
#include "index/view.h"

/* ---- removing files ---- */

struct sweep {
	struct ik_writer *w;
	const struct ik_manifest *m;
	IK_VEC(char *) names;
};

/* Is it a file of ours that nothing refers to? */
static int is_garbage(const struct sweep *s, const char *name)
{
	uint64_t id, gen;
	enum ik_file_kind kind = ik_file_kind(name, &id, &gen);

	if (strcmp(name, IK_MANIFEST_NEW) == 0)
		return 1;
	if (kind == IK_FILE_WORDS)
		return id != s->m->words.id;
	if (kind == IK_FILE_OTHER || (s->w->merge != NULL && s->w->merge->id == id))
		return 0;
	if (kind == IK_FILE_SPILL)
		return 1;
	for (size_t i = 0; i < s->m->segments.n; i++)
		if (s->m->segments.v[i].id == id)
			return gen != 0 && s->m->segments.v[i].live_gen != gen;
	return 1;
}

static int note_garbage(void *user, const char *name)
{
	struct sweep *s = user;
	char **slot;

	if (!is_garbage(s, name))
		return 0;
	slot = ik_vec_push(&s->names);
	if (slot == NULL)
		return INK_ENOMEM;
	*slot = ik_strndup(name, strlen(name));
	return *slot == NULL ? INK_ENOMEM : 0;
}

static int is_live(const char *name)
{
	uint64_t id, gen;

	return ik_file_kind(name, &id, &gen) == IK_FILE_LIVE;
}

/* Segments go before their deletions, without which a salvage would take them for whole. */
static void remove_all(struct sweep *s)
{
	for (int live = 0; live < 2; live++)
		for (size_t i = 0; i < s->names.n; i++)
			if (s->names.v[i] != NULL && is_live(s->names.v[i]) == live)
				s->w->dir->ops->remove(s->w->dir, s->names.v[i], NULL);
}

void ik_writer_clean(struct ik_writer *w, const struct ik_manifest *m, int durable)
{
	struct sweep s = {.w = w, .m = m};
	int rc;

	/* What cannot be removed now will be next time. */
	w->dir->ops->list(w->dir, note_garbage, &s, NULL);
	/*
	 * A writer that died may have renamed a manifest that is not on the
	 * disk yet. Removals may get there first, and a power cut would leave
	 * the manifest before it without its files.
	 */
	rc = durable || s.names.n == 0 ? 0 : w->dir->ops->sync(w->dir, NULL);
	if (rc == 0)
		remove_all(&s);
	for (size_t i = 0; i < s.names.n; i++)
		ik_free(s.names.v[i]);
	ik_vec_free(&s.names);
}

/* ---- commit ---- */

static int all_deleted(const struct ik_wseg *s)
{
	return s->live != NULL && s->live->deleted == s->seg->n_docs;
}

/* Will it be part of the commit? One that is being merged stays, to be found when that is over. */
static int is_kept(const struct ik_wseg *s)
{
	return s->merging || !all_deleted(s);
}

static int write_live(struct ik_writer *w, struct ik_wseg *s, uint64_t *gen, ink_error *err)
{
	char name[IK_FILE_NAME_MAX];
	uint64_t bytes;
	int rc;

	*gen = ++s->live_last;
	ik_live_name(s->id, *gen, name);
	rc = ik_live_write(s->live, w->dir, name, (struct ik_live_of){s->id, *gen}, &bytes, err);
	if (rc != 0)
		w->dir->ops->remove(w->dir, name, NULL);
	return rc;
}

/* The file of words for a manifest: the last one, a new one, or none. */
static int build_words(struct ik_writer *w, struct ik_words_file *out, ink_error *err)
{
	*out = w->words.file;
	if (!w->words_dirty)
		return 0;
	memset(out, 0, sizeof *out);
	if (w->words.lexicon == NULL)
		return 0;
	return ik_words_write(w->words.lexicon, w->dir, ik_writer_new_id(w), out, err);
}

/* The manifest of what is in `segs`, with the delete bitmaps it needs written. */
static int build(struct ik_writer *w, struct ik_manifest *m, ink_error *err)
{
	int rc;

	memset(m, 0, sizeof *m);
	m->generation = w->generation + 1;
	rc = ik_schema_copy(w->schema, &m->schema, err);
	if (rc == 0)
		rc = build_words(w, &m->words, err);
	if (rc == 0 && ik_vec_reserve(&m->segments, w->segs.n) != 0)
		rc = ik_fail_nomem(err);
	for (size_t i = 0; rc == 0 && i < w->segs.n; i++) {
		struct ik_wseg *s = w->segs.v[i];
		struct ik_manifest_segment *e;

		if (!is_kept(s))
			continue;
		e = &m->segments.v[m->segments.n++];
		*e = (struct ik_manifest_segment){s->id, s->seg->n_docs,
		                                  s->live == NULL ? 0 : s->live->deleted,
		                                  s->live_gen, s->bytes};
		if (s->dirty)
			rc = write_live(w, s, &e->live_gen, err);
	}
	ik_mutex_lock(w->mutex);
	m->next_id = w->next_id;
	ik_mutex_unlock(w->mutex);
	if (rc == 0 && m->segments.n > 0 &&
	    (m->stamp = ik_strndup(w->stamp, strlen(w->stamp))) == NULL)
		rc = ik_fail_nomem(err);
	return rc;
}

/* The manifest is on disk: make it ours. */
static void take_over(struct ik_writer *w, const struct ik_manifest *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->segs.n; i++) {
		struct ik_wseg *s = w->segs.v[i];

		if (!is_kept(s)) {
			ik_wseg_free(s);
			continue;
		}
		s->live_gen = m->segments.v[kept].live_gen;
		s->dirty = 0;
		s->committed = 1;
		w->segs.v[kept++] = s;
	}
	w->segs.n = kept;
	w->words.file = m->words;
	w->words_dirty = 0;
	if (kept == 0)
		w->stamp[0] = '\0'; /* no token is left */
	w->generation = m->generation;
	w->changed = 0;
	ik_writer_clean(w, m, 1);
}

/*
 * The manifest of a failed commit is there, or may be: its number is used
 * up, and no file that it may name is removed before another commit.
 */
static void leave_in_doubt(struct ik_writer *w, const struct ik_manifest *m)
{
	w->generation = m->generation;
	for (size_t i = 0; i < w->segs.n; i++)
		w->segs.v[i]->committed = 1;
}

/*
 * A commit failed. If its manifest is there all the same (the rename went
 * well, a sync did not), its files stay; else its bitmaps go.
 */
static void back_out(struct ik_writer *w, const struct ik_manifest *m)
{
	struct ik_manifest disk;

	if (ik_manifest_read(w->dir, &disk, NULL) != 0) {
		leave_in_doubt(w, m);
		return;
	}
	if (disk.generation == m->generation) {
		leave_in_doubt(w, m);
	} else {
		for (size_t i = 0; i < m->segments.n; i++) {
			const struct ik_manifest_segment *e = &m->segments.v[i];
			char name[IK_FILE_NAME_MAX];
			size_t at = 0;

			while (at < disk.segments.n && disk.segments.v[at].id != e->id)
				at++;
			if (e->live_gen == 0 ||
			    (at < disk.segments.n && disk.segments.v[at].live_gen == e->live_gen))
				continue;
			ik_live_name(e->id, e->live_gen, name);
			w->dir->ops->remove(w->dir, name, NULL);
		}
		if (m->words.id != 0 && m->words.id != disk.words.id) {
			char name[IK_FILE_NAME_MAX];

			ik_words_name(m->words.id, name);
			w->dir->ops->remove(w->dir, name, NULL);
		}
	}
	ik_manifest_free(&disk);
}

int ik_writer_commit_now(struct ik_writer *w, ink_error *err)
{
	struct ik_manifest m;
	int rc;

	if (!w->changed)
		return 0;
	rc = build(w, &m, err);
	if (rc == 0)
		rc = w->dir->ops->sync(w->dir, err);
	if (rc == 0)
		rc = ik_manifest_write(&m, w->dir, err);
	if (rc == 0)
		take_over(w, &m);
	else
		back_out(w, &m);
	ik_manifest_free(&m);
	return rc;
}

int ik_writer_commit(struct ik_writer *w, uint64_t *generation, ink_error *err)
{
	int rc = ik_writer_ok(w, err);

	if (rc == 0)
		rc = ik_writer_settle(w, err);
	if (rc == 0)
		rc = ik_merge_poll(w, err);
	if (rc == 0)
		rc = ik_writer_commit_now(w, err);
	if (rc == 0 && generation != NULL)
		*generation = w->generation;
	return rc;
}

int ik_writer_rollback(struct ik_writer *w, ink_error *err)
{
	ink_error why;
	int rc;

	ik_merge_abandon(w);
	ik_pool_discard(w);
	rc = ik_writer_load(w, &why);
	if (rc != 0) {
		ik_writer_break(w, rc, &why);
		if (err != NULL)
			*err = why;
	}
	return rc;
}

/* ---- delete by query: a snapshot of everything, and deletes by number ---- */

int ik_writer_snapshot(struct ik_writer *w, struct ik_snapshot **out, ink_error *err)
{
	int rc = ik_writer_ok(w, err);

	*out = NULL;
	if (rc == 0)
		rc = ik_writer_settle(w, err);
	if (rc == 0)
		rc = ik_snapshot_new(w->schema, w->generation, (uint32_t)w->segs.n, out, err);
	if (rc == 0)
		ik_words_copy(&w->words, &(*out)->words);
	for (size_t i = 0; rc == 0 && i < w->segs.n; i++) {
		struct ik_wseg *s = w->segs.v[i];
		struct ik_live *live = NULL;

		if (s->live != NULL)
			rc = ik_live_copy(s->live, &live, err);
		if (rc == 0)
			ik_snapshot_push(*out, ik_segment_ref(s->seg), live, s->bytes);
	}
	if (rc != 0) {
		ik_snapshot_unref(*out);
		*out = NULL;
	}
	return rc;
}

/* The segment and number of a document of the snapshot, with room for its deletion. */
static int find_doc(const struct ik_writer *w, const struct ik_snapshot *snap, uint64_t doc,
                    struct ik_wseg **s, uint32_t *local, ink_error *err)
{
	uint32_t view;
	int rc = ik_snapshot_locate(snap, doc, &view, local, err);

	*s = NULL;
	if (rc != 0)
		return rc;
	if (view >= w->segs.n || w->segs.v[view]->seg != snap->views[view].seg)
		return ik_fail(err, INK_EINVAL, "the index changed since the snapshot");
	*s = w->segs.v[view];
	return (*s)->live != NULL ? 0 : ik_live_new((*s)->seg->n_docs, &(*s)->live, err);
}

int ik_writer_delete_docs(struct ik_writer *w, const struct ik_snapshot *snap,
                          const uint64_t *docs, size_t n, ink_error *err)
{
	int rc = ik_writer_ok(w, err);

	if (n > 0)
		w->started = 1;
	/* What may fail comes first, or a commit would make some of the deletions. */
	for (int found = 0; found < 2; found++)
		for (size_t i = 0; rc == 0 && i < n; i++) {
			struct ik_wseg *s;
			uint32_t local;

			rc = find_doc(w, snap, docs[i], &s, &local, err);
			if (rc == 0 && found)
				rc = ik_wseg_delete(w, s, local, err);
		}
	return rc;
}
