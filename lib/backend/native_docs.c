/*
 * native_docs.c - all documents of a snapshot, one segment after the other.
 *
 * Layer: backend. The block of stored documents that was unpacked last stays,
 * so that a walk unpacks each block once.
 */
#include "backend/native.h"
#include "base/mem.h"
#include "search/results.h"

struct native_docs {
	struct ik_be_docs base;
	struct ik_snapshot *snap;
	uint32_t view;
	uint32_t local; /* the next document to look at in it */
	struct ik_stored_reader stored;
};

static void enter(struct native_docs *d, uint32_t view)
{
	ik_stored_reader_free(&d->stored);
	d->view = view;
	d->local = 0;
	if (view < d->snap->n)
		ik_stored_reader_init(&d->stored, d->snap->views[view].seg);
}

static int next(struct ik_be_docs *base, ink_error *err)
{
	struct native_docs *d = (struct native_docs *)base;

	(void)err;
	for (; d->view < d->snap->n; enter(d, d->view + 1)) {
		const struct ik_view *view = &d->snap->views[d->view];

		while (d->local < view->seg->n_docs) {
			uint32_t local = d->local++;

			if (!ik_live_has(view->live, local))
				continue;
			base->number = view->base + local;
			return 1;
		}
	}
	return 0;
}

static int get(struct ik_be_docs *base, struct ik_doc *out, ink_error *err)
{
	struct native_docs *d = (struct native_docs *)base;

	return ik_stored_load(&d->stored, d->local - 1, out, err);
}

static void close_docs(struct ik_be_docs *base)
{
	struct native_docs *d = (struct native_docs *)base;

	ik_stored_reader_free(&d->stored);
	ik_snapshot_unref(d->snap);
	ik_free(d);
}

static const struct ik_docs_ops docs_ops = {next, get, close_docs};

int ik_native_docs(const struct ik_be_reader *r, struct ik_be_docs **out, ink_error *err)
{
	struct native_docs *d = ik_zalloc(sizeof *d);

	*out = NULL;
	if (d == NULL)
		return ik_fail_nomem(err);
	d->base.ops = &docs_ops;
	d->snap = ik_snapshot_ref(((const struct ik_native_reader *)r)->searcher->snap);
	enter(d, 0);
	*out = &d->base;
	return 0;
}
