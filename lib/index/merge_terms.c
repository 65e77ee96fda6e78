/*
 * merge_terms.c - merging posting lists.
 *
 * Layer: index. The lists of a term are written one behind the other; when
 * documents get a new order, or another thread writes, they are collected first.
 */
#include <string.h>

#include "base/mem.h"
#include "index/merge_impl.h"

struct terms {
	struct ik_merge_job *job;
	const struct ik_part_desc *desc;
	struct ik_merge_walks walks;
	struct ik_post_iter it;     /* the list in hand */
	struct ik_merge_sorter sorter; /* of its postings, where documents get a new order */
	struct ik_merge_pipe *pipe; /* NULL: postings go straight to the segment writer */
	uint64_t n_terms;           /* those before the current one that have documents */
	uint64_t has_docs;          /* 1 when it has */
};

static int damaged(const struct ik_merge_walk *w, ink_error *err)
{
	return ik_segment_corrupt(w->src->seg, err, "postings", "damaged list");
}

/* Take the live documents of the unit that `it` is at. */
static int take_unit(struct terms *t, const struct ik_merge_source *s,
                     const struct ik_post_iter *it, const uint32_t *gaps, ink_error *err)
{
	int rc = 0;

	if (it->docs[it->n - 1] >= s->seg->n_docs)
		return INK_ECORRUPT;
	if (t->job->new_of != NULL)
		return ik_merge_sorter_add(&t->sorter, t->job, s, it, gaps, err);
	if (t->pipe != NULL)
		return ik_merge_batch_add(ik_merge_pipe_batch(t->pipe), t->job, s, it, gaps, err);
	for (uint32_t i = 0; rc == 0 && i < it->n; i++) {
		if (ik_live_has(s->live, it->docs[i])) {
			t->has_docs = 1;
			rc = ik_segment_posting(t->job->w, ik_merge_doc(t->job, s, it->docs[i]),
			                        it->freqs[i], gaps, err);
		}
		if (gaps != NULL)
			gaps += it->freqs[i];
	}
	return rc;
}

/* Take one segment's list of the current term, but for deleted documents. */
static int take_list(struct terms *t, const struct ik_merge_walk *w, ink_error *err)
{
	struct ik_post_env env = ik_dict_iter_env(&w->it);
	int positions = (env.flags & IK_PART_POSITIONS) != 0;
	struct ik_post_iter *it = &t->it;
	int rc = ik_post_iter_reopen(it, &env, &w->it.info, err);

	while (rc == 0 && (rc = ik_post_iter_unit(it, err)) == 1) {
		rc = positions ? ik_post_iter_unit_gaps(it, err) : 0;
		if (rc == 0)
			rc = take_unit(t, w->src, it, positions ? it->positions.v : NULL, err);
	}
	if (rc == INK_ECORRUPT)
		return damaged(w, err);
	return rc < 0 ? rc : ik_merge_step(t->job, w->it.info.df, err);
}

static int begin_term(struct terms *t, ink_error *err)
{
	const struct ik_buf *term = &t->walks.same[0]->it.term;

	if (t->pipe != NULL)
		return ik_merge_batch_begin(ik_merge_pipe_batch(t->pipe), term->data, term->len,
		                            err);
	return ik_segment_begin_term(t->job->w, (const char *)term->data, term->len, err);
}

static int end_term(struct terms *t, ink_error *err)
{
	struct ik_merge_batch *b;
	int rc = 0;

	if (t->pipe == NULL)
		return ik_segment_end_term(t->job->w, err);
	b = ik_merge_pipe_batch(t->pipe);
	if (t->job->new_of != NULL)
		rc = ik_merge_sorter_end(&t->sorter, t->job->n_docs, b, err);
	t->has_docs = ik_merge_batch_df(b) > 0;
	return rc == 0 ? ik_merge_pipe_end(t->pipe, err) : rc;
}

static int merge_term(struct terms *t, ink_error *err)
{
	int rc = begin_term(t, err);

	t->has_docs = 0;
	for (size_t i = 0; rc == 0 && i < t->walks.n_same; i++) {
		struct ik_merge_walk *w = t->walks.same[i];

		rc = take_list(t, w, err);
		if (w->ords != NULL)
			w->ords[w->it.ord] = (uint32_t)t->n_terms;
	}
	rc = rc == 0 ? end_term(t, err) : rc;
	t->n_terms += t->has_docs;
	return rc;
}

/* Keyword parts: a map of ordinals for each source, which the job keeps. */
static int make_maps(struct terms *t, ink_error *err)
{
	for (size_t i = 0; i < t->job->n; i++) {
		struct ik_merge_walk *w = &t->walks.v[i];
		struct ik_merge_ords *ords;
		size_t n;

		if (w->it.part == NULL)
			continue;
		n = (size_t)w->it.part->terms;
		ords = ik_vec_push(&t->job->ords);
		if (ords == NULL)
			return ik_fail_nomem(err);
		*ords = (struct ik_merge_ords){t->desc->part, i, ik_array(n, sizeof *w->ords)};
		if (ords->map == NULL)
			return ik_fail_nomem(err);
		memset(ords->map, 0xff, n * sizeof *w->ords);
		w->ords = ords->map;
	}
	return 0;
}

int ik_merge_terms(struct ik_merge_job *job, const struct ik_part_desc *desc, ink_error *err)
{
	struct terms t = {.job = job, .desc = desc};
	int rc = ik_merge_walks_open(&t.walks, job, desc->part, err);

	if (rc == 0 && (desc->flags & IK_PART_NORMS) == 0)
		rc = make_maps(&t, err);
	if (rc == 0)
		rc = ik_segment_begin_part(job->w, desc, err);
	if (rc == 0 && (job->threads > 1 || job->new_of != NULL))
		rc = ik_merge_pipe_open(job, &t.pipe, err);
	while (rc == 0 && (rc = ik_merge_walks_next(&t.walks, err)) == 1)
		rc = merge_term(&t, err);
	rc = ik_merge_pipe_close(t.pipe, rc, err);
	ik_merge_walks_free(&t.walks);
	ik_merge_sorter_free(&t.sorter);
	ik_post_iter_free(&t.it);
	return rc;
}
