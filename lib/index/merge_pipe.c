/*
 * merge_pipe.c - merged terms on their way to the segment, in batches.
 *
 * Layer: index. Reading and sorting postings costs about as much as packing them, so
 * with a second thread one does the former and the other the latter. It is
 * started when a batch is full: most parts are too small for it. Without one,
 * each term is written at once.
 */
#include "base/mem.h"
#include "base/os.h"
#include "index/merge_impl.h"

#define BATCHES 16           /* terms take one of the two longer than the other, in turn */
#define BATCH_POSTINGS 4096  /* a batch ends with the term that brings so many ... */
#define BATCH_POSITIONS 16384

struct ik_merge_pipe {
	struct ik_segment_writer *w;
	int may_start;          /* a thread */
	struct ik_merge_batch batch[BATCHES];
	uint32_t full, written; /* batches: that of number n is in place n mod BATCHES */
	int closing;
	int rc;                 /* of the writing thread */
	ink_error err;
	struct ik_thread *thread; /* NULL: there is none, nor is anything below */
	struct ik_mutex *mutex;   /* of all that is above but the batches and w */
	struct ik_cond *cond;
};

/* Wait for a full batch: 0 when there will be none. */
static int await(struct ik_merge_pipe *p)
{
	int more;

	ik_mutex_lock(p->mutex);
	while (p->written == p->full && !p->closing)
		ik_cond_wait(p->cond, p->mutex);
	more = p->written != p->full;
	ik_mutex_unlock(p->mutex);
	return more;
}

/* After a failure the others are dropped. */
static void write_batches(void *user)
{
	struct ik_merge_pipe *p = user;
	ink_error err = {0};
	int rc = 0;

	while (await(p)) {
		if (rc == 0)
			rc = ik_merge_batch_write(&p->batch[p->written % BATCHES], p->w, &err);
		ik_mutex_lock(p->mutex);
		p->written++;
		p->rc = rc;
		p->err = err;
		ik_cond_wake(p->cond);
		ik_mutex_unlock(p->mutex);
	}
}

/* Hand the batch over and wait for an empty one. */
static int hand_over(struct ik_merge_pipe *p, ink_error *err)
{
	int rc;

	ik_mutex_lock(p->mutex);
	p->full++;
	ik_cond_wake(p->cond);
	while (p->full - p->written == BATCHES)
		ik_cond_wait(p->cond, p->mutex);
	rc = p->rc;
	if (rc != 0 && err != NULL)
		*err = p->err;
	ik_mutex_unlock(p->mutex);
	return rc;
}

struct ik_merge_batch *ik_merge_pipe_batch(struct ik_merge_pipe *p)
{
	return &p->batch[p->full % BATCHES];
}

/* Without a thread, when it cannot be had. */
static void start(struct ik_merge_pipe *p)
{
	if (ik_mutex_new(&p->mutex) != 0)
		p->mutex = NULL;
	if (ik_cond_new(&p->cond) != 0)
		p->cond = NULL;
	if (p->mutex == NULL || p->cond == NULL ||
	    ik_thread_start(&p->thread, write_batches, p) != 0)
		p->thread = NULL;
	p->may_start = 0;
}

static int pass_on(struct ik_merge_pipe *p, ink_error *err)
{
	return p->thread != NULL ? hand_over(p, err)
	                         : ik_merge_batch_write(ik_merge_pipe_batch(p), p->w, err);
}

int ik_merge_pipe_end(struct ik_merge_pipe *p, ink_error *err)
{
	const struct ik_merge_batch *b = ik_merge_pipe_batch(p);

	if ((p->may_start || p->thread != NULL) && b->docs.n < BATCH_POSTINGS &&
	    b->gaps.n < BATCH_POSITIONS)
		return 0;
	if (p->may_start)
		start(p);
	return pass_on(p, err);
}

int ik_merge_pipe_open(struct ik_merge_job *job, struct ik_merge_pipe **out, ink_error *err)
{
	struct ik_merge_pipe *p = ik_zalloc(sizeof *p);

	*out = p;
	if (p == NULL)
		return ik_fail_nomem(err);
	p->w = job->w;
	for (size_t i = 0; i < BATCHES; i++)
		ik_merge_batch_init(&p->batch[i]);
	p->may_start = job->threads > 1;
	return 0;
}

int ik_merge_pipe_close(struct ik_merge_pipe *p, int rc, ink_error *err)
{
	if (p == NULL)
		return rc;
	if (rc == 0)
		rc = pass_on(p, err);
	if (p->thread != NULL) {
		ik_mutex_lock(p->mutex);
		p->closing = 1;
		ik_cond_wake(p->cond);
		ik_mutex_unlock(p->mutex);
		ik_thread_join(p->thread);
		if (rc == 0 && p->rc != 0 && err != NULL)
			*err = p->err;
		rc = rc != 0 ? rc : p->rc;
	}
	for (size_t i = 0; i < BATCHES; i++)
		ik_merge_batch_free(&p->batch[i]);
	if (p->cond != NULL)
		ik_cond_free(p->cond);
	if (p->mutex != NULL)
		ik_mutex_free(p->mutex);
	ik_free(p);
	return rc;
}
