/*
 * merge_walk.c - the terms of one part over all inputs of a merge.
 *
 * Layer: index. A heap of dictionary walks gives the smallest term with its
 * segments in their order.
 */
#include <string.h>

#include "base/mem.h"
#include "index/merge_impl.h"

static int compare_terms(const struct ik_buf *a, const struct ik_buf *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int c = len == 0 ? 0 : memcmp(a->data, b->data, len);

	return c != 0 ? c : (a->len > b->len) - (a->len < b->len);
}

static int compare(const struct ik_merge_walk *a, const struct ik_merge_walk *b)
{
	return compare_terms(&a->it.term, &b->it.term);
}

/* By term, and then by source. */
static int before(const struct ik_merge_walk *a, const struct ik_merge_walk *b)
{
	int c = compare(a, b);

	return c != 0 ? c < 0 : a->number < b->number;
}

static void sift_down(struct ik_merge_walks *t, size_t i)
{
	for (;;) {
		size_t least = i, l = 2 * i + 1;
		struct ik_merge_walk *swap;

		if (l < t->n && before(t->heap[l], t->heap[least]))
			least = l;
		if (l + 1 < t->n && before(t->heap[l + 1], t->heap[least]))
			least = l + 1;
		if (least == i)
			return;
		swap = t->heap[i];
		t->heap[i] = t->heap[least];
		t->heap[least] = swap;
		i = least;
	}
}

static void push(struct ik_merge_walks *t, struct ik_merge_walk *w)
{
	size_t i = t->n++;

	for (; i > 0 && before(w, t->heap[(i - 1) / 2]); i = (i - 1) / 2)
		t->heap[i] = t->heap[(i - 1) / 2];
	t->heap[i] = w;
}

static struct ik_merge_walk *pop(struct ik_merge_walks *t)
{
	struct ik_merge_walk *top = t->heap[0];

	t->heap[0] = t->heap[--t->n];
	sift_down(t, 0);
	return top;
}

/* Step a walk and put it into the heap, unless it is at its end. */
static int advance(struct ik_merge_walks *t, struct ik_merge_walk *w, ink_error *err)
{
	int rc = ik_dict_iter_next(&w->it, err);

	/* In a damaged segment they may go back. */
	if (rc == 1 && t->any && compare_terms(&w->it.term, &t->last) <= 0)
		rc = ik_segment_corrupt(w->src->seg, err, "dictionary", "terms out of order");
	if (rc == 1)
		push(t, w);
	return rc < 0 ? rc : 0;
}

int ik_merge_walks_open(struct ik_merge_walks *t, struct ik_merge_job *job, uint32_t part,
                        ink_error *err)
{
	*t = (struct ik_merge_walks){.part = part, .n_sources = job->n};
	ik_buf_init(&t->last, IK_DICT_KEY_MAX);
	t->v = ik_zarray(job->n, sizeof *t->v);
	t->heap = ik_array(job->n, sizeof *t->heap);
	t->same = ik_array(job->n, sizeof *t->same);
	if (t->v == NULL || t->heap == NULL || t->same == NULL)
		return ik_fail_nomem(err);
	for (size_t i = 0; i < job->n; i++) {
		struct ik_merge_walk *w = &t->v[i];
		int rc;

		w->src = &job->src[i];
		w->number = i;
		ik_dict_iter_open(&w->it, w->src->seg, part);
		rc = w->it.part == NULL ? 0 : advance(t, w, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

void ik_merge_walks_free(struct ik_merge_walks *t)
{
	for (size_t i = 0; t->v != NULL && i < t->n_sources; i++)
		if (t->v[i].src != NULL)
			ik_dict_iter_free(&t->v[i].it);
	ik_free(t->v);
	ik_free(t->heap);
	ik_free(t->same);
	ik_buf_free(&t->last);
}

int ik_merge_walks_next(struct ik_merge_walks *t, ink_error *err)
{
	for (; t->n_same > 0; t->n_same--) {
		int rc = advance(t, t->same[t->n_same - 1], err);

		if (rc != 0)
			return rc;
	}
	if (t->n == 0)
		return 0;
	do
		t->same[t->n_same++] = pop(t);
	while (t->n > 0 && compare(t->heap[0], t->same[0]) == 0);
	ik_buf_clear(&t->last);
	ik_buf_put(&t->last, t->same[0]->it.term.data, t->same[0]->it.term.len);
	t->any = 1;
	return t->last.err != 0 ? ik_fail_nomem(err) : 1;
}
