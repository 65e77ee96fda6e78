/*
 * writer_pool.c - memory indexes: in the caller's thread, or one for each
 * indexing thread behind a bounded queue.
 *
 * Layer: index. An error in a thread breaks the writer; from then on threads
 * drop what they are given, so that nobody waits for ever.
 */
#include "index/writer_impl.h"

#include <string.h>

#include "base/mem.h"
#include "index/flush.h"
#include "segment/format.h"

#define THREAD_BYTES (4u << 20) /* of the budget for each thread, or there are fewer threads */

static uint32_t thread_count(const struct ik_writer *w)
{
	uint64_t fit = w->memory / THREAD_BYTES;

	return fit < w->threads ? (uint32_t)fit : w->threads;
}

/* Of the budget: 5/8 for memory indexes, 1/8 for the queue, 1/8 for keys, the rest for merging. */
static int is_full(const struct ik_writer *w, const struct ik_memindex *m)
{
	size_t share = (size_t)(w->memory / 8 * 5 / thread_count(w));
	size_t bytes = ik_memindex_bytes(m), standing = ik_memindex_standing(m);

	/* A flush frees nothing of what stands: do not flush for it alone. */
	if (bytes >= share && bytes - standing >= share / 4)
		return 1;
	return m->n_docs == IK_DOCS_MAX || m->slices.in_use >= IK_SLICE_BLOCKS_MAX / 2;
}

/* Bytes of documents that wait for a thread. */
static size_t queue_max(const struct ik_writer *w)
{
	return (size_t)(w->memory / 8);
}

/* ---- one memory index ---- */

static void give_fresh(struct ik_writer *w, struct ik_wseg *s, int *rc, ink_error *err)
{
	struct ik_wseg **slot;

	ik_mutex_lock(w->mutex);
	slot = ik_vec_push(&w->fresh);
	if (slot != NULL)
		*slot = s;
	ik_mutex_unlock(w->mutex);
	if (slot == NULL)
		*rc = ik_fail_nomem(err);
}

/* The segment `name` that was just written, with the numbers of its documents. */
static int open_fresh(struct ik_writer *w, const struct ik_memindex *mem, const char *name,
                      struct ik_wseg *s, ink_error *err)
{
	int rc = ik_segment_open(w->dir, name, &s->seg, err);

	if (rc == 0 && mem->seqs.n > 0) {
		s->seqs = ik_array(mem->seqs.n, sizeof *s->seqs);
		if (s->seqs == NULL)
			return ik_fail_nomem(err);
		memcpy(s->seqs, mem->seqs.v, mem->seqs.n * sizeof *s->seqs);
	}
	return rc;
}

static int flush_mem(struct ik_writer *w, struct ik_memindex **mem, ink_error *err)
{
	struct ik_memindex *m = *mem;
	char name[IK_FILE_NAME_MAX];
	struct ik_wseg *s;
	int rc;

	if (m == NULL || m->n_docs == 0)
		return 0;
	s = ik_zalloc(sizeof *s);
	if (s == NULL)
		return ik_fail_nomem(err);
	s->id = ik_writer_new_id(w);
	ik_segment_name(s->id, name);
	rc = ik_flush(m, w->dir, name, &s->bytes, err);
	if (rc == 0) {
		rc = open_fresh(w, m, name, s, err);
		if (rc == 0)
			rc = ik_writer_stamp(w, m->stamp, err);
		if (rc == 0)
			give_fresh(w, s, &rc, err);
		if (rc != 0)
			w->dir->ops->remove(w->dir, name, NULL);
	}
	if (rc != 0) {
		ik_wseg_free(s);
		return rc;
	}
	if (ik_memindex_reset(m, NULL) != 0) {
		ik_memindex_free(m);
		*mem = NULL;
	}
	return 0;
}

static int add_to(struct ik_writer *w, struct ik_memindex **mem, const struct ik_doc *doc,
                  uint32_t seq, ink_error *err)
{
	int rc = 0;

	if (*mem == NULL) {
		rc = ik_memindex_new(w->schema, mem, err);
		if (rc == 0)
			ik_analysis_set_lexicon((*mem)->analysis, w->words.lexicon);
	}
	if (rc == 0)
		rc = ik_memindex_add(*mem, doc, seq, err);
	if (rc == 0 && is_full(w, *mem))
		rc = flush_mem(w, mem, err);
	return rc;
}

/* ---- threads ---- */

static void free_job(struct ik_job *job)
{
	ik_doc_release(&job->doc);
	ik_free(job);
}

/* With the mutex held; given up while it works. */
static void do_job(struct ik_worker *self, struct ik_job *job)
{
	struct ik_writer *w = self->w;
	int skip = w->broken != 0, rc = 0;
	size_t bytes;
	ink_error why;

	w->busy++;
	ik_mutex_unlock(w->mutex);
	if (!skip)
		rc = add_to(w, &self->mem, &job->doc, job->seq, &why);
	if (rc != 0)
		ik_writer_break(w, rc, &why);
	bytes = job->bytes;
	free_job(job);
	ik_mutex_lock(w->mutex);
	w->queued -= bytes;
	w->busy--;
	/* Who waits for room sleeps until there is room for more than one document. */
	if (w->queued <= queue_max(w) / 2)
		ik_cond_wake(w->cond);
}

static void do_flush(struct ik_worker *self)
{
	struct ik_writer *w = self->w;
	uint64_t order = w->flush_order;
	int skip = w->broken != 0, rc = 0;
	ink_error why;

	w->busy++;
	ik_mutex_unlock(w->mutex);
	if (!skip)
		rc = flush_mem(w, &self->mem, &why);
	if (rc != 0)
		ik_writer_break(w, rc, &why);
	ik_mutex_lock(w->mutex);
	self->flushed = order;
	w->busy--;
	ik_cond_wake(w->cond);
}

static void work(void *user)
{
	struct ik_worker *self = user;
	struct ik_writer *w = self->w;

	ik_mutex_lock(w->mutex);
	while (!w->stop) {
		struct ik_job *job = w->head;

		if (job != NULL) {
			w->head = job->next;
			if (w->head == NULL)
				w->tail = &w->head;
			do_job(self, job);
		} else if (self->flushed != w->flush_order) {
			do_flush(self);
		} else {
			ik_cond_wait(w->cond, w->mutex);
		}
	}
	ik_mutex_unlock(w->mutex);
}

static int start_threads(struct ik_writer *w, ink_error *err)
{
	uint32_t n = thread_count(w);

	w->workers = ik_zarray(n, sizeof *w->workers);
	if (w->workers == NULL)
		return ik_fail_nomem(err);
	w->head = NULL;
	w->tail = &w->head;
	for (uint32_t i = 0; i < n; i++) {
		struct ik_worker *worker = &w->workers[i];
		int sys;

		worker->w = w;
		worker->flushed = w->flush_order;
		sys = ik_thread_start(&worker->thread, work, worker);
		if (sys != 0 && i == 0) {
			ik_free(w->workers);
			w->workers = NULL;
			return ik_fail_sys(err, sys, "no indexing thread can be started");
		}
		if (sys != 0)
			break; /* fewer will do */
		w->n_workers++;
	}
	return 0;
}

static int enqueue(struct ik_writer *w, const struct ik_doc *doc, uint32_t seq, ink_error *err)
{
	struct ik_job *job = ik_zalloc(sizeof *job);
	int rc;

	if (job == NULL)
		return ik_fail_nomem(err);
	ik_doc_init(&job->doc, w->schema);
	job->seq = seq;
	rc = ik_doc_copy(&job->doc, doc, err);
	if (rc != 0) {
		free_job(job);
		return rc;
	}
	job->bytes = sizeof *job + job->doc.arena.total +
	             job->doc.values.cap * sizeof *job->doc.values.v;
	ik_mutex_lock(w->mutex);
	/* A document larger than the whole queue has it for itself. */
	while (w->queued > 0 && w->queued + job->bytes > queue_max(w))
		ik_cond_wait(w->cond, w->mutex);
	*w->tail = job;
	w->tail = &job->next;
	w->queued += job->bytes;
	ik_cond_wake(w->cond);
	ik_mutex_unlock(w->mutex);
	return 0;
}

/* Move `fresh` to `segs`. */
static void adopt(struct ik_writer *w)
{
	ik_mutex_lock(w->mutex);
	/* What does not fit for want of memory stays where it is, until the next call. */
	if (w->fresh.n > 0 && ik_vec_append(&w->segs, w->fresh.v, w->fresh.n) == 0) {
		w->fresh.n = 0;
		w->changed = 1;
	}
	ik_mutex_unlock(w->mutex);
}

int ik_pool_add(struct ik_writer *w, const struct ik_doc *doc, uint32_t seq, ink_error *err)
{
	int rc = 0;

	if (w->threads == 1)
		rc = add_to(w, &w->mem, doc, seq, err);
	else if (w->workers == NULL)
		rc = start_threads(w, err);
	if (rc == 0 && w->threads > 1)
		rc = enqueue(w, doc, seq, err);
	adopt(w);
	return rc;
}

/* Wait until the threads have nothing in hand; with `flush`, nothing in memory either. */
static void wait_idle(struct ik_writer *w, int flush)
{
	int idle;

	ik_mutex_lock(w->mutex);
	w->flush_order += flush ? 1 : 0;
	ik_cond_wake(w->cond);
	for (;;) {
		idle = w->head == NULL && w->busy == 0;
		for (uint32_t i = 0; i < w->n_workers; i++)
			idle = idle && w->workers[i].flushed == w->flush_order;
		if (idle)
			break;
		ik_cond_wait(w->cond, w->mutex);
	}
	ik_mutex_unlock(w->mutex);
}

int ik_pool_flush(struct ik_writer *w, ink_error *err)
{
	int rc;

	if (w->n_workers > 0) {
		wait_idle(w, 1);
		rc = ik_writer_ok(w, err);
	} else {
		rc = flush_mem(w, &w->mem, err);
	}
	adopt(w);
	if (rc == 0 && w->fresh.n > 0)
		rc = ik_fail_nomem(err);
	return rc;
}

static void drop_queue(struct ik_writer *w)
{
	struct ik_job *job;

	ik_mutex_lock(w->mutex);
	job = w->head;
	w->head = NULL;
	w->tail = &w->head;
	for (struct ik_job *at = job; at != NULL; at = at->next)
		w->queued -= at->bytes;
	ik_mutex_unlock(w->mutex);
	while (job != NULL) {
		struct ik_job *next = job->next;

		free_job(job);
		job = next;
	}
}

void ik_pool_discard(struct ik_writer *w)
{
	drop_queue(w);
	if (w->n_workers > 0)
		wait_idle(w, 0);
	for (uint32_t i = 0; i < w->n_workers; i++) {
		ik_memindex_free(w->workers[i].mem);
		w->workers[i].mem = NULL;
	}
	ik_memindex_free(w->mem);
	w->mem = NULL;
	for (size_t i = 0; i < w->fresh.n; i++)
		ik_wseg_free(w->fresh.v[i]);
	w->fresh.n = 0;
}

void ik_pool_stop(struct ik_writer *w)
{
	if (w->workers != NULL) {
		drop_queue(w);
		ik_mutex_lock(w->mutex);
		w->stop = 1;
		ik_cond_wake(w->cond);
		ik_mutex_unlock(w->mutex);
		for (uint32_t i = 0; i < w->n_workers; i++) {
			ik_thread_join(w->workers[i].thread);
			ik_memindex_free(w->workers[i].mem);
		}
		w->n_workers = 0;
		ik_free(w->workers);
		w->workers = NULL;
		w->stop = 0;
	}
	ik_pool_discard(w);
}
