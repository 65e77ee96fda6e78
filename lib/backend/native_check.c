/*
 * native_check.c - verifying every byte of an index.
 *
 * Layer: backend. The manifest and the delete bitmaps are verified by being
 * read; segments by segment/check.h; here, that they fit the schema: parts
 * of the dictionary belong to fields with terms, and stored documents hold
 * values of stored fields. Files stay mapped, so that a writer may remove
 * them meanwhile.
 */
#include "backend/native.h"
#include "index/view.h"
#include "model/doc.h"
#include "segment/check.h"
#include "segment/stored.h"

struct progress {
	ink_progress_fn fn;
	void *user;
	ink_progress now;
};

static int step(void *user, uint64_t bytes)
{
	struct progress *p = user;

	p->now.done += bytes;
	if (p->now.done > p->now.total)
		p->now.done = p->now.total;
	return p->fn(p->user, &p->now);
}

static int check_docs(const struct ik_segment *seg, struct ik_schema *schema, ink_error *err)
{
	struct ik_stored_reader reader;
	struct ik_doc doc;
	int rc = 0;

	ik_doc_init(&doc, schema);
	ik_stored_reader_init(&reader, seg);
	for (uint32_t i = 0; rc == 0 && i < seg->n_docs; i++) {
		const uint8_t *p = NULL;
		size_t len = 0;
		ink_error why;

		rc = ik_stored_get(&reader, i, &p, &len, err);
		if (rc != 0 || len == 0)
			continue;
		rc = ik_doc_decode(p, p + len, &doc, &why);
		if (rc == INK_ECORRUPT)
			rc = ik_fail(err, rc, "%s: document %u: %s", seg->name, (unsigned)i,
			             why.message);
		else if (rc != 0)
			rc = ik_fail_nomem(err);
	}
	ik_stored_reader_free(&reader);
	ik_doc_release(&doc);
	return rc;
}

int ik_native_check(const char *path, ink_progress_fn fn, void *user, ink_error *err)
{
	struct progress p = {fn, user, {sizeof p.now, INK_PHASE_CHECK, 0, 0}};
	struct ik_snapshot *snap = NULL;
	struct ik_dir *dir = NULL;
	int rc = ik_dir_fs(path, 0, &dir, err);

	if (rc == 0)
		rc = ik_snapshot_open(dir, &snap, err);
	for (uint32_t i = 0; rc == 0 && i < snap->n; i++)
		p.now.total += snap->views[i].seg->in->len;
	for (uint32_t i = 0; rc == 0 && i < snap->n; i++) {
		const struct ik_segment *seg = snap->views[i].seg;

		rc = ik_segment_check(seg, fn == NULL ? NULL : step, &p, err);
		if (rc == 0)
			rc = ik_view_check_parts(seg, snap->schema, err);
		if (rc == 0)
			rc = check_docs(seg, snap->schema, err);
	}
	ik_snapshot_unref(snap);
	ik_dir_free(dir);
	return rc;
}
