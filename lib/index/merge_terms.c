/*
 * merge_terms.c - merging dictionaries and posting lists.
 *
 * Layer: index. A heap of dictionary walks gives the smallest term with its
 * segments in document order; their lists are written one behind the other.
 */
#include "index/merge_impl.h"

#include <string.h>

#include "base/mem.h"

struct walk {
	struct ik_dict_iter it;
	struct ik_merge_source *src;
	size_t number;    /* of the source */
	uint32_t *ords;   /* keyword parts: where each term went */
};

struct terms {
	struct ik_merge_job *job;
	const struct ik_part_desc *desc;
	struct walk *walks;
	struct walk **heap;
	size_t n;         /* in the heap */
	struct walk **same; /* those that stand at the current term */
};

/* By term, and then by source. */
static int before(const struct walk *a, const struct walk *b)
{
	size_t len = a->it.term.len < b->it.term.len ? a->it.term.len : b->it.term.len;
	int c = len == 0 ? 0 : memcmp(a->it.term.data, b->it.term.data, len);

	if (c != 0)
		return c < 0;
	if (a->it.term.len != b->it.term.len)
		return a->it.term.len < b->it.term.len;
	return a->number < b->number;
}

static void sift_down(struct terms *t, size_t i)
{
	for (;;) {
		size_t least = i, l = 2 * i + 1;
		struct walk *swap;

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

static void push(struct terms *t, struct walk *w)
{
	size_t i = t->n++;

	for (; i > 0 && before(w, t->heap[(i - 1) / 2]); i = (i - 1) / 2)
		t->heap[i] = t->heap[(i - 1) / 2];
	t->heap[i] = w;
}

static struct walk *pop(struct terms *t)
{
	struct walk *top = t->heap[0];

	t->heap[0] = t->heap[--t->n];
	sift_down(t, 0);
	return top;
}

/* Step a walk and put it into the heap, unless it is at its end. */
static int advance(struct terms *t, struct walk *w, ink_error *err)
{
	int rc = ik_dict_iter_next(&w->it, err);

	if (rc == 1)
		push(t, w);
	return rc < 0 ? rc : 0;
}

static int damaged(const struct walk *w, ink_error *err)
{
	return ik_segment_corrupt(w->src->seg, err, "postings", "damaged list");
}

/* Append one segment's list of the current term; *any is set when a document is alive. */
static int copy_list(struct terms *t, const struct walk *w, ink_error *err)
{
	struct ik_post_env env = ik_segment_env(w->src->seg, w->it.part);
	int positions = (t->desc->flags & IK_PART_POSITIONS) != 0;
	struct ik_post_iter it;
	int rc = ik_post_iter_open(&it, &env, &w->it.info, err);

	if (rc == 0)
		while ((rc = ik_post_iter_next(&it, err)) == 1) {
			if (it.doc >= w->src->seg->n_docs) {
				rc = INK_ECORRUPT;
				break;
			}
			if (!ik_live_has(w->src->live, it.doc))
				continue;
			if (positions && (rc = ik_post_iter_positions(&it, err)) < 0)
				break;
			rc = ik_segment_posting(t->job->w, ik_merge_doc(w->src, it.doc), it.tf,
			                        positions ? it.positions.v : NULL, err);
			if (rc < 0)
				break;
		}
	ik_post_iter_free(&it);
	if (rc == INK_ECORRUPT)
		return damaged(w, err);
	return rc < 0 ? rc : ik_merge_step(t->job, w->it.info.df, err);
}

static int merge_term(struct terms *t, size_t n, ink_error *err)
{
	const struct ik_buf *term = &t->same[0]->it.term;
	uint64_t ord = ik_segment_part_terms(t->job->w);
	int rc = ik_segment_begin_term(t->job->w, (const char *)term->data, term->len, err);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct walk *w = t->same[i];

		rc = copy_list(t, w, err);
		if (w->ords != NULL)
			w->ords[w->it.ord] = (uint32_t)ord;
	}
	return rc == 0 ? ik_segment_end_term(t->job->w, err) : rc;
}

static int equal(const struct walk *a, const struct walk *b)
{
	return a->it.term.len == b->it.term.len &&
	       (a->it.term.len == 0 ||
	        memcmp(a->it.term.data, b->it.term.data, a->it.term.len) == 0);
}

/* Take all walks that stand at the smallest term, write it, and step them. */
static int next_term(struct terms *t, ink_error *err)
{
	size_t n = 0;
	int rc;

	do
		t->same[n++] = pop(t);
	while (t->n > 0 && equal(t->heap[0], t->same[0]));
	rc = merge_term(t, n, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = advance(t, t->same[i], err);
	return rc;
}

/* Open a walk in every source that has the part; the keyword ones get a map of ordinals. */
static int open_walks(struct terms *t, ink_error *err)
{
	for (size_t i = 0; i < t->job->n; i++) {
		struct walk *w = &t->walks[i];
		int rc;

		w->src = &t->job->src[i];
		w->number = i;
		ik_dict_iter_open(&w->it, w->src->seg, t->desc->part);
		if (w->it.part == NULL)
			continue;
		if ((t->desc->flags & IK_PART_NORMS) == 0) {
			struct ik_merge_ords *ords = ik_vec_push(&t->job->ords);

			if (ords == NULL)
				return ik_fail_nomem(err);
			*ords = (struct ik_merge_ords){t->desc->part, i, NULL};
			w->ords = ords->map = ik_array((size_t)w->it.part->terms, sizeof *w->ords);
			if (w->ords == NULL)
				return ik_fail_nomem(err);
			memset(w->ords, 0xff, (size_t)w->it.part->terms * sizeof *w->ords);
		}
		rc = advance(t, w, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int ik_merge_terms(struct ik_merge_job *job, const struct ik_part_desc *desc, ink_error *err)
{
	struct terms t = {.job = job, .desc = desc};
	int rc = 0;

	t.walks = ik_zarray(job->n, sizeof *t.walks);
	t.heap = ik_array(job->n, sizeof *t.heap);
	t.same = ik_array(job->n, sizeof *t.same);
	if (t.walks == NULL || t.heap == NULL || t.same == NULL)
		rc = ik_fail_nomem(err);
	if (rc == 0)
		rc = ik_segment_begin_part(job->w, desc, err);
	if (rc == 0)
		rc = open_walks(&t, err);
	while (rc == 0 && t.n > 0)
		rc = next_term(&t, err);
	for (size_t i = 0; t.walks != NULL && i < job->n; i++)
		if (t.walks[i].src != NULL)
			ik_dict_iter_free(&t.walks[i].it);
	ik_free(t.walks);
	ik_free(t.heap);
	ik_free(t.same);
	return rc;
}
