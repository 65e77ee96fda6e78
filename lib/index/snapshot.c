/*
 * snapshot.c - opening one commit for reading.
 *
 * Layer: index. Needs no lock: a manifest names files that never change. When
 * the writer removed one of them meanwhile, a newer manifest is there.
 */
#include "index/snapshot.h"

#include <stdio.h>

#include "base/mem.h"
#include "index/origin.h"
#include "index/view.h"
#include "segment/dict.h"

#define OPEN_ATTEMPTS 64

int ik_snapshot_new(const struct ik_schema *schema, uint64_t generation, uint32_t cap,
                    struct ik_snapshot **out, ink_error *err)
{
	struct ik_snapshot *snap = ik_zalloc(sizeof *snap);
	int rc;

	*out = NULL;
	if (snap == NULL)
		return ik_fail_nomem(err);
	atomic_init(&snap->refs, 1);
	snap->generation = generation;
	snap->views = ik_zarray(cap, sizeof *snap->views);
	rc = snap->views == NULL ? ik_fail_nomem(err) : ik_schema_copy(schema, &snap->schema, err);
	if (rc != 0) {
		ik_snapshot_unref(snap);
		return rc;
	}
	*out = snap;
	return 0;
}

void ik_snapshot_push(struct ik_snapshot *snap, struct ik_segment *seg, struct ik_live *live,
                      uint64_t bytes)
{
	struct ik_view *view = &snap->views[snap->n];
	uint32_t deleted = live == NULL ? 0 : live->deleted;

	view->seg = seg;
	view->live = live;
	view->base = snap->n == 0 ? 0 : view[-1].base + view[-1].seg->n_docs;
	snap->docs += seg->n_docs - deleted;
	snap->deleted += deleted;
	snap->bytes += bytes;
	snap->n++;
}

int ik_manifest_fits(const struct ik_segment *seg, const struct ik_manifest_segment *entry,
                     ink_error *err)
{
	if (seg->n_docs != entry->n_docs)
		return ik_fail(err, INK_ECORRUPT, "%s: %u documents, the manifest says %u",
		               seg->name, (unsigned)seg->n_docs, (unsigned)entry->n_docs);
	/* As every file is sound by itself, only this tells of one in the place of another. */
	if (seg->in->len != entry->bytes)
		return ik_fail(err, INK_ECORRUPT, "%s: %zu bytes, the manifest says %llu",
		               seg->name, seg->in->len, (unsigned long long)entry->bytes);
	return ik_origin_check(seg, err);
}

int ik_manifest_open(struct ik_dir *dir, const struct ik_manifest_segment *entry,
                     struct ik_segment **seg, struct ik_live **live, ink_error *err)
{
	char name[IK_FILE_NAME_MAX];
	int rc;

	*live = NULL;
	ik_segment_name(entry->id, name);
	rc = ik_segment_open(dir, name, seg, err);
	if (rc != 0)
		return rc;
	rc = ik_manifest_fits(*seg, entry, err);
	if (rc == 0 && entry->live_gen != 0) {
		const struct ik_live_of of = {entry->id, entry->live_gen};

		ik_live_name(of.id, of.gen, name);
		rc = ik_live_read(dir, name, of, entry->n_docs, live, err);
		if (rc == 0 && (*live)->deleted != entry->deleted)
			rc = ik_fail(err, INK_ECORRUPT, "%s/%s: %u deletions, the manifest says %u",
			             dir->path, name, (*live)->deleted, entry->deleted);
	}
	if (rc != 0) {
		ik_live_free(*live);
		ik_segment_unref(*seg);
		*live = NULL;
		*seg = NULL;
	}
	return rc;
}

/* Open all files of a manifest, whose stamp is taken; INK_ENOTFOUND when one is gone. */
static int open_files(struct ik_dir *dir, struct ik_manifest *m,
                      const struct ik_words *known, struct ik_snapshot **out, ink_error *err)
{
	int rc = ik_snapshot_new(m->schema, m->generation, (uint32_t)m->segments.n, out, err);

	if (rc == 0)
		rc = ik_words_open(dir, &m->words, known, &(*out)->words, err);
	if (rc == 0) {
		(*out)->bytes = m->words.bytes;
		(*out)->stamp = m->stamp;
		m->stamp = NULL;
	}
	for (size_t i = 0; rc == 0 && i < m->segments.n; i++) {
		const struct ik_manifest_segment *entry = &m->segments.v[i];
		struct ik_segment *seg = NULL;
		struct ik_live *live = NULL;

		rc = ik_manifest_open(dir, entry, &seg, &live, err);
		if (rc == 0)
			ik_snapshot_push(*out, seg, live, entry->bytes);
	}
	if (rc != 0) {
		ik_snapshot_unref(*out);
		*out = NULL;
	}
	return rc;
}

int ik_snapshot_open(struct ik_dir *dir, struct ik_snapshot **out, ink_error *err)
{
	return ik_snapshot_reopen(dir, NULL, out, err);
}

int ik_snapshot_reopen(struct ik_dir *dir, const struct ik_words *known, struct ik_snapshot **out,
                       ink_error *err)
{
	uint64_t tried = 0;
	ink_error why;
	int rc;

	*out = NULL;
	for (unsigned attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
		struct ik_manifest m;

		rc = ik_manifest_read(dir, &m, err);
		if (rc != 0)
			return rc;
		if (attempt > 0 && m.generation == tried) {
			/* Nobody moved on: the file is missing for good. */
			ik_manifest_free(&m);
			return ik_fail(err, INK_ECORRUPT, "%s", why.message);
		}
		tried = m.generation;
		rc = open_files(dir, &m, known, out, &why);
		ik_manifest_free(&m);
		if (rc != INK_ENOTFOUND) {
			if (rc != 0 && err != NULL)
				*err = why;
			return rc;
		}
	}
	return ik_fail(err, INK_EIO, "%s: commits follow each other too fast to open one",
	               dir->path);
}

struct ik_snapshot *ik_snapshot_ref(struct ik_snapshot *snap)
{
	atomic_fetch_add_explicit(&snap->refs, 1, memory_order_relaxed);
	return snap;
}

void ik_snapshot_unref(struct ik_snapshot *snap)
{
	if (snap == NULL || atomic_fetch_sub_explicit(&snap->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (uint32_t i = 0; i < snap->n; i++) {
		ik_segment_unref(snap->views[i].seg);
		ik_live_free(snap->views[i].live);
	}
	ik_free(snap->views);
	ik_schema_free(snap->schema);
	ik_free(snap->stamp);
	ik_words_release(&snap->words);
	ik_free(snap);
}

int ik_snapshot_locate(const struct ik_snapshot *snap, uint64_t doc, uint32_t *view,
                       uint32_t *local, ink_error *err)
{
	uint32_t lo = 0, hi = snap->n;

	*view = *local = 0;
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (snap->views[mid].base <= doc)
			lo = mid;
		else
			hi = mid;
	}
	if (lo >= snap->n || doc - snap->views[lo].base >= snap->views[lo].seg->n_docs)
		return ik_fail(err, INK_ENOTFOUND, "no document %llu", (unsigned long long)doc);
	*view = lo;
	*local = (uint32_t)(doc - snap->views[lo].base);
	return 0;
}

/* Does the field have such a part? */
static int has_part(const struct ik_schema *schema, uint32_t part)
{
	const struct ik_field *f;

	if (ik_part_field(part) >= schema->n)
		return 0;
	f = &schema->fields[ik_part_field(part)];
	if (ik_part_is_pairs(part))
		return (f->flags & INK_PAIRS) != 0;
	return f->type == INK_TEXT || (f->type == INK_KEYWORD && !ik_part_is_gram(part));
}

int ik_view_check_parts(const struct ik_segment *seg, const struct ik_schema *schema,
                        ink_error *err)
{
	for (size_t i = 0; i < seg->n_parts; i++)
		if (!has_part(schema, seg->parts[i].part)) {
			char what[64];

			snprintf(what, sizeof what, "part %u, which the schema does not have",
			         (unsigned)seg->parts[i].part);
			return ik_segment_corrupt(seg, err, "meta", what);
		}
	return 0;
}

int ik_view_find_key(const struct ik_segment *seg, const struct ik_live *live, uint32_t part,
                     const char *key, size_t len, uint32_t *doc, ink_error *err)
{
	const struct ik_part_info *info = ik_segment_part(seg, part);
	struct ik_term_info term;
	struct ik_post_iter it;
	struct ik_post_env env;
	int found = 0, rc;

	if (info == NULL)
		return 0;
	rc = ik_dict_find(seg, part, key, len, &term, err);
	if (rc <= 0)
		return rc;
	env = ik_segment_env(seg, info, key, len);
	rc = ik_post_iter_open(&it, &env, &term, err);
	if (rc == 0)
		while ((rc = ik_post_iter_next(&it, err)) == 1)
			if (it.doc < seg->n_docs && ik_live_has(live, it.doc)) {
				*doc = it.doc;
				found = 1;
			}
	ik_post_iter_free(&it);
	if (rc == INK_ECORRUPT)
		return ik_segment_corrupt(seg, err, "postings", "damaged list of a key");
	return rc < 0 ? rc : found;
}

int ik_snapshot_find_key(const struct ik_snapshot *snap, const char *key, size_t len,
                         uint64_t *doc, ink_error *err)
{
	if (snap->schema->key == IK_NO_FIELD)
		return ik_fail(err, INK_ESCHEMA, "the schema has no key field");
	for (uint32_t i = snap->n; i-- > 0;) {
		const struct ik_view *view = &snap->views[i];
		uint32_t local = 0;
		int rc = ik_view_find_key(view->seg, view->live, ik_part(snap->schema->key, 0), key,
		                          len, &local, err);

		if (rc < 0)
			return rc;
		if (rc == 1) {
			*doc = view->base + local;
			return 0;
		}
	}
	return ik_fail(err, INK_ENOTFOUND, "no document with key \"%.*s\"",
	               (int)(len > 100 ? 100 : len), key);
}
