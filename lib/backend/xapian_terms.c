/*
 * xapian_terms.c - a walk over the terms of a field.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 *
 * The prefix of a field may go on to that of another one, in databases that
 * another program made: their terms lie between, and are skipped.
 */
#include <string.h>

#include "backend/xapian.h"
#include "base/mem.h"

struct xb_terms {
	struct ik_be_terms base;
	struct ik_xb_shared *shared;
	struct ik_xap_terms *walk; /* NULL: the field has none */
	enum ik_xb_kind kind;
	size_t skip; /* the prefix of the field */
};

/* From a term of another field to the first one behind all that begin like it. */
static int skip_other(struct xb_terms *t, ink_error *err)
{
	char behind[IK_XB_PREFIX_MAX + 1];
	size_t len;

	memcpy(behind, ik_xap_terms_text(t->walk, &len), t->skip + 1);
	behind[t->skip]++; /* of a capital */
	return ik_xap_terms_skip(t->walk, behind, t->skip + 1, err);
}

static int next_term(struct xb_terms *t, ink_error *err)
{
	const char *text = NULL;
	size_t len = 0;
	int rc = ik_xap_terms_next(t->walk, err);

	t->base.text = "";
	t->base.len = 0;
	t->base.doc_freq = 0;
	while (rc == 1) {
		text = ik_xap_terms_text(t->walk, &len);
		text = ik_xb_text(&t->shared->map, t->kind, text, t->skip, &len);
		if (text != NULL)
			break;
		rc = skip_other(t, err);
	}
	if (rc != 1)
		return rc;
	t->base.text = text;
	t->base.len = len;
	rc = ik_xap_terms_docs(t->walk, &t->base.doc_freq, err);
	return rc == 0 ? 1 : rc;
}

static int next(struct ik_be_terms *base, ink_error *err)
{
	struct xb_terms *t = (struct xb_terms *)base;
	ink_error why;

	if (t->walk == NULL)
		return 0;
	ik_mutex_lock(t->shared->mutex);
	return ik_xb_leave(t->shared, next_term(t, &why), &why, err);
}

static void close_terms(struct ik_be_terms *base)
{
	struct xb_terms *t = (struct xb_terms *)base;

	ik_mutex_lock(t->shared->mutex);
	ik_xap_terms_free(t->walk);
	ik_mutex_unlock(t->shared->mutex);
	ik_xb_shared_unref(t->shared);
	ik_free(t);
}

static const struct ik_terms_ops terms_ops = {next, close_terms};

int ik_xb_terms(const struct ik_be_reader *base, uint32_t field, int32_t part, const char *prefix,
                size_t len, struct ik_be_terms **out, ink_error *err)
{
	struct ik_xb_shared *s = ((const struct ik_xb_reader *)base)->shared;
	struct xb_terms *t = ik_zalloc(sizeof *t);
	char head[IK_XB_PREFIX_MAX];
	enum ik_xb_kind kind;
	struct ik_buf all;
	ink_error why;
	int rc, none;

	*out = NULL;
	if (t == NULL)
		return ik_fail_nomem(err);
	kind = s->map.schema->fields[field].type == INK_KEYWORD ? IK_XB_KEYWORD
	       : part == INK_PART_GRAM                          ? IK_XB_GRAM
	                                                        : IK_XB_WORD;
	t->base = (struct ik_be_terms){&terms_ops, "", 0, 0};
	t->kind = kind;
	t->skip = ik_xb_prefix(&s->map, field, kind, head);
	ik_buf_init(&all, SIZE_MAX / 4);
	ik_buf_put(&all, head, ik_xb_head(&s->map, field, kind, prefix, len, head));
	ik_buf_put(&all, prefix, len);
	none = kind == IK_XB_GRAM && s->map.foreign != NULL; /* which has no prefix for them */
	rc = all.err != 0 ? ik_fail_nomem(err) : none ? 0 : ik_xb_enter(s, err);
	if (rc == 0 && !none)
		rc = ik_xb_leave(s, ik_xap_terms_all(s->db, all.data, all.len, &t->walk, &why),
		                 &why, err);
	ik_buf_free(&all);
	if (rc != 0) {
		ik_free(t);
		return rc;
	}
	t->shared = ik_xb_shared_ref(s);
	*out = &t->base;
	return 0;
}
