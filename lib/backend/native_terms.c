/*
 * native_terms.c - the terms of a part over all segments, in byte order.
 *
 * Layer: backend. A merge of the segments' dictionary walks by a binary heap
 * of those that have a term left; equal terms are one, their documents summed.
 */
#include <string.h>

#include "backend/native.h"
#include "base/buf.h"
#include "base/mem.h"
#include "segment/dict.h"

struct native_terms {
	struct ik_be_terms base;
	struct ik_snapshot *snap;    /* keeps the segments */
	struct ik_dict_iter *iters;  /* one a segment */
	uint32_t n;
	struct ik_dict_iter **heap;  /* least term first */
	uint32_t in_heap;
	char *prefix;
	size_t prefix_len;
	struct ik_buf term;          /* the current one */
	int rc;                      /* the first failure, kept */
	ink_error why;
};

static int is_less(const struct ik_dict_iter *a, const struct ik_dict_iter *b)
{
	size_t n = a->term.len < b->term.len ? a->term.len : b->term.len;
	int order = n == 0 ? 0 : memcmp(a->term.data, b->term.data, n);

	return order != 0 ? order < 0 : a->term.len < b->term.len;
}

static void sift_down(struct native_terms *t, uint32_t at)
{
	struct ik_dict_iter *moved = t->heap[at];
	uint32_t child;

	while ((child = 2 * at + 1) < t->in_heap) {
		if (child + 1 < t->in_heap && is_less(t->heap[child + 1], t->heap[child]))
			child++;
		if (!is_less(t->heap[child], moved))
			break;
		t->heap[at] = t->heap[child];
		at = child;
	}
	t->heap[at] = moved;
}

/* One step of a walk: 1 when it has a term with the prefix, 0 when it is over. */
static int advance(struct native_terms *t, struct ik_dict_iter *it, ink_error *err)
{
	int rc = ik_dict_iter_next(it, err);

	if (rc != 1)
		return rc;
	return it->term.len >= t->prefix_len &&
	       (t->prefix_len == 0 || memcmp(it->term.data, t->prefix, t->prefix_len) == 0);
}

/* Move the walk on top of the heap on, or drop it at its end. */
static int advance_top(struct native_terms *t, ink_error *err)
{
	int rc = advance(t, t->heap[0], err);

	if (rc < 0)
		return rc;
	if (rc == 0)
		t->heap[0] = t->heap[--t->in_heap];
	if (t->in_heap > 0)
		sift_down(t, 0);
	return 0;
}

static int is_current(const struct native_terms *t, const struct ik_dict_iter *it)
{
	return it->term.len == t->term.len &&
	       (t->term.len == 0 || memcmp(it->term.data, t->term.data, t->term.len) == 0);
}

/* The next term of the merge. */
static int step(struct native_terms *t, ink_error *err)
{
	uint64_t df = 0;
	int rc = 0;

	if (t->in_heap == 0)
		return 0;
	ik_buf_clear(&t->term);
	ik_buf_put(&t->term, t->heap[0]->term.data, t->heap[0]->term.len);
	if (ik_buf_str(&t->term) == NULL)
		return ik_fail_nomem(err);
	while (rc == 0 && t->in_heap > 0 && is_current(t, t->heap[0])) {
		df += t->heap[0]->info.df;
		rc = advance_top(t, err);
	}
	if (rc != 0)
		return rc;
	t->base.text = (const char *)t->term.data;
	t->base.len = t->term.len;
	t->base.doc_freq = df;
	return 1;
}

static int next(struct ik_be_terms *base, ink_error *err)
{
	struct native_terms *t = (struct native_terms *)base;
	int rc = t->rc;

	if (rc == 0) {
		rc = step(t, &t->why);
		if (rc >= 0) {
			if (rc == 0) {
				t->base.text = "";
				t->base.len = 0;
				t->base.doc_freq = 0;
			}
			return rc;
		}
		t->rc = rc; /* the walks no longer agree: no way on */
	}
	if (err != NULL)
		*err = t->why;
	return rc;
}

static void close_terms(struct ik_be_terms *base)
{
	struct native_terms *t = (struct native_terms *)base;

	for (uint32_t i = 0; i < t->n; i++)
		ik_dict_iter_free(&t->iters[i]);
	ik_free(t->iters);
	ik_free(t->heap);
	ik_free(t->prefix);
	ik_buf_free(&t->term);
	ik_snapshot_unref(t->snap);
	ik_free(t);
}

static const struct ik_terms_ops terms_ops = {next, close_terms};

/* Set every walk to its first term with the prefix and build the heap. */
static int start(struct native_terms *t, uint32_t part, ink_error *err)
{
	for (uint32_t i = 0; i < t->snap->n; i++) {
		struct ik_dict_iter *it = &t->iters[t->n++];
		int rc;

		ik_dict_iter_open(it, t->snap->views[i].seg, part);
		rc = t->prefix_len == 0 ? 0 : ik_dict_iter_seek(it, t->prefix, t->prefix_len, err);
		if (rc == 0)
			rc = advance(t, it, err);
		if (rc < 0)
			return rc;
		if (rc == 1)
			t->heap[t->in_heap++] = it;
	}
	for (uint32_t i = t->in_heap / 2; i-- > 0;)
		sift_down(t, i);
	return 0;
}

int ik_native_terms(const struct ik_be_reader *r, uint32_t field, int32_t part, const char *prefix,
                    size_t len, struct ik_be_terms **out, ink_error *err)
{
	struct ik_snapshot *snap = ((const struct ik_native_reader *)r)->searcher->snap;
	struct native_terms *t = ik_zalloc(sizeof *t);
	int rc;

	*out = NULL;
	if (t == NULL)
		return ik_fail_nomem(err);
	t->base = (struct ik_be_terms){&terms_ops, "", 0, 0};
	t->snap = ik_snapshot_ref(snap);
	t->iters = ik_zarray(snap->n, sizeof *t->iters);
	t->heap = ik_zarray(snap->n, sizeof(struct ik_dict_iter *));
	t->prefix = ik_strndup(prefix, len);
	t->prefix_len = len;
	ik_buf_init(&t->term, IK_DICT_KEY_MAX + 1);
	if (t->iters == NULL || t->heap == NULL || t->prefix == NULL)
		rc = ik_fail_nomem(err);
	else if (len > IK_DICT_KEY_MAX)
		rc = 0; /* no term is that long: an empty walk */
	else
		rc = start(t, ik_part(field, (uint32_t)part), err);
	if (rc != 0) {
		close_terms(&t->base);
		return rc;
	}
	*out = &t->base;
	return 0;
}
