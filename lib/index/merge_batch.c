/*
 * merge_batch.c - merged terms and their postings, in the order in which they are written.
 *
 * Layer: index.
 */
#include <string.h>

#include "base/mem.h"
#include "index/merge_impl.h"

#define KEEP_MAX 65536 /* postings or distances that room is kept for */

void ik_merge_batch_init(struct ik_merge_batch *b)
{
	memset(b, 0, sizeof *b);
	ik_buf_init(&b->text, SIZE_MAX);
}

void ik_merge_batch_free(struct ik_merge_batch *b)
{
	ik_vec_free(&b->terms);
	ik_buf_free(&b->text);
	ik_vec_free(&b->docs);
	ik_vec_free(&b->freqs);
	ik_vec_free(&b->gaps);
}

int ik_merge_batch_begin(struct ik_merge_batch *b, const void *term, size_t len, ink_error *err)
{
	struct ik_merge_term *t = ik_vec_push(&b->terms);

	if (t == NULL)
		return ik_fail_nomem(err);
	*t = (struct ik_merge_term){ b->text.len, len, b->docs.n, b->gaps.n };
	ik_buf_put(&b->text, term, len);
	return b->text.err != 0 ? ik_fail_nomem(err) : 0;
}

int ik_merge_batch_add(struct ik_merge_batch *b, const struct ik_merge_job *job,
                       const struct ik_merge_source *s, const struct ik_post_iter *it,
                       const uint32_t *gaps, ink_error *err)
{
	size_t n = b->docs.n;

	if (ik_vec_reserve(&b->docs, n + it->n) != 0 || ik_vec_reserve(&b->freqs, n + it->n) != 0)
		return ik_fail_nomem(err);
	for (uint32_t i = 0; i < it->n; i++) {
		uint32_t n_gaps = gaps != NULL ? it->freqs[i] : 0;

		if (ik_live_has(s->live, it->docs[i])) {
			b->docs.v[n] = ik_merge_doc(job, s, it->docs[i]);
			b->freqs.v[n++] = it->freqs[i];
			if (ik_vec_append(&b->gaps, gaps, n_gaps) != 0)
				return ik_fail_nomem(err);
		}
		gaps += n_gaps;
	}
	b->docs.n = b->freqs.n = n;
	return 0;
}

static int write_term(const struct ik_merge_batch *b, size_t i, struct ik_segment_writer *w,
                      ink_error *err)
{
	const struct ik_merge_term *t = &b->terms.v[i], *next = t + 1;
	size_t n = (i + 1 < b->terms.n ? next->first : b->docs.n) - t->first;
	size_t n_gaps = (i + 1 < b->terms.n ? next->gaps : b->gaps.n) - t->gaps;
	int rc = ik_segment_begin_term(w, (const char *)b->text.data + t->text, t->len, err);

	if (rc == 0)
		rc = ik_segment_postings(w, b->docs.v + t->first, b->freqs.v + t->first, n,
		                         b->gaps.v + t->gaps, n_gaps, err);
	return rc == 0 ? ik_segment_end_term(w, err) : rc;
}

/* What a frequent term took is given back, as each batch has such a term once. */
static void clear(struct ik_merge_batch *b)
{
	if (b->gaps.cap > KEEP_MAX || b->docs.cap > KEEP_MAX) {
		ik_vec_free(&b->docs);
		ik_vec_free(&b->freqs);
		ik_vec_free(&b->gaps);
	}
	b->terms.n = b->docs.n = b->freqs.n = b->gaps.n = 0;
	ik_buf_clear(&b->text);
}

int ik_merge_batch_write(struct ik_merge_batch *b, struct ik_segment_writer *w, ink_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->terms.n; i++)
		rc = write_term(b, i, w, err);
	clear(b);
	return rc;
}
