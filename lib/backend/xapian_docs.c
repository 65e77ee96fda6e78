/*
 * xapian_docs.c - all documents of one revision of a Xapian database.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 *
 * Xapian has a posting list of all documents, that of the empty term. A
 * remote database sends it as a whole, once a walk.
 */
#include "backend/xapian.h"
#include "base/mem.h"

struct xb_docs {
	struct ik_be_docs base;
	struct ik_xb_shared *shared;
	struct ik_xap_posts *walk;
};

static int next(struct ik_be_docs *base, ink_error *err)
{
	struct xb_docs *d = (struct xb_docs *)base;
	int rc;

	ik_mutex_lock(d->shared->mutex);
	rc = ik_xap_posts_next(d->walk, err);
	if (rc == 1)
		base->number = ik_xap_posts_doc(d->walk) - 1;
	ik_mutex_unlock(d->shared->mutex);
	return rc;
}

static int get(struct ik_be_docs *base, struct ik_doc *out, ink_error *err)
{
	struct xb_docs *d = (struct xb_docs *)base;
	int rc;

	ik_mutex_lock(d->shared->mutex);
	rc = ik_xb_load(d->shared, base->number, out, err);
	ik_mutex_unlock(d->shared->mutex);
	return rc;
}

static void close_docs(struct ik_be_docs *base)
{
	struct xb_docs *d = (struct xb_docs *)base;

	ik_mutex_lock(d->shared->mutex);
	ik_xap_posts_free(d->walk);
	ik_mutex_unlock(d->shared->mutex);
	ik_xb_shared_unref(d->shared);
	ik_free(d);
}

static const struct ik_docs_ops docs_ops = {next, get, close_docs};

int ik_xb_docs(const struct ik_be_reader *r, struct ik_be_docs **out, ink_error *err)
{
	struct ik_xb_shared *s = ((const struct ik_xb_reader *)r)->shared;
	struct xb_docs *d = ik_zalloc(sizeof *d);
	int rc;

	*out = NULL;
	if (d == NULL)
		return ik_fail_nomem(err);
	d->base.ops = &docs_ops;
	ik_mutex_lock(s->mutex);
	rc = ik_xap_posts_open(s->db, "", 0, &d->walk, err);
	ik_mutex_unlock(s->mutex);
	if (rc != 0) {
		ik_free(d);
		return rc;
	}
	d->shared = ik_xb_shared_ref(s);
	*out = &d->base;
	return 0;
}
