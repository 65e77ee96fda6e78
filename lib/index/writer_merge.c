/*
 * writer_merge.c - a merge of the writer's segments; merging in the background.
 *
 * Layer: index. A merge works on segments that never change and on copies of
 * their delete bitmaps; what was deleted meanwhile is carried over when the
 * result takes its place, always in the caller's thread. Checksums of all that
 * goes in are verified first: what a decoder makes of damage would come out
 * under a right one, and what it was made of be removed.
 */
#include "index/writer_impl.h"

#include <string.h>

#include "base/mem.h"
#include "index/policy.h"
#include "segment/format.h"

static void task_free(struct ik_merge_task *t)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->from != NULL)
			t->from[i]->merging = 0;
		if (t->inputs != NULL) {
			ik_segment_unref(t->inputs[i].seg);
			ik_live_free((struct ik_live *)t->inputs[i].live);
		}
	}
	ik_free(t->from);
	ik_free(t->inputs);
	ik_free(t->result.new_of);
	ik_schema_free(t->schema);
	ik_free(t);
}

int ik_merge_new(struct ik_writer *w, size_t first, size_t n, struct ik_merge_task **out,
                 ink_error *err)
{
	struct ik_merge_task *t = ik_zalloc(sizeof *t);
	int rc;

	*out = NULL;
	if (t == NULL)
		return ik_fail_nomem(err);
	t->dir = w->dir;
	t->bad = n;
	t->from = ik_array(n, sizeof *t->from);
	t->inputs = ik_zarray(n, sizeof *t->inputs);
	rc = t->from == NULL || t->inputs == NULL ? ik_fail_nomem(err)
	                                          : ik_schema_copy(w->schema, &t->schema, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ik_wseg *s = w->segs.v[first + i];
		struct ik_live *live = NULL;

		if (s->live != NULL)
			rc = ik_live_copy(s->live, &live, err);
		if (rc != 0)
			break;
		t->from[i] = s;
		t->inputs[i] = (struct ik_merge_input){ik_segment_ref(s->seg), live};
		t->n = i + 1;
		s->merging = 1;
	}
	if (rc != 0) {
		task_free(t);
		return rc;
	}
	t->id = ik_writer_new_id(w);
	ik_segment_name(t->id, t->name);
	atomic_init(&t->stop, 0);
	atomic_init(&t->done, 0);
	*out = t;
	return 0;
}

static int asked_to_stop(void *user, uint64_t done, uint64_t total)
{
	struct ik_merge_task *t = user;

	(void)done;
	(void)total;
	return atomic_load_explicit(&t->stop, memory_order_relaxed);
}

static int check_sums(struct ik_merge_task *t, const struct ik_segment *seg)
{
	for (uint32_t i = 0; i < seg->n_sections; i++) {
		if (asked_to_stop(t, 0, 0))
			return ik_fail(&t->err, INK_ECANCELED, "merge stopped");
		if (!ik_segment_is_sound(seg, i))
			return ik_segment_corrupt(seg, &t->err,
			                          ik_section_name(ik_segment_kind(seg, i)),
			                          "wrong checksum");
	}
	return 0;
}

void ik_merge_run(void *user)
{
	struct ik_merge_task *t = user;

	t->rc = 0;
	for (size_t i = 0; t->rc == 0 && i < t->n; i++) {
		t->rc = check_sums(t, t->inputs[i].seg);
		if (t->rc == INK_ECORRUPT)
			t->bad = i;
	}
	if (t->rc == 0)
		t->rc = ik_merge(t->inputs, t->n, t->dir, t->name, t->schema, &t->order, &t->watch,
		                 &t->result, &t->err);
	atomic_store_explicit(&t->done, 1, memory_order_release);
}

/* ---- publishing ---- */

/*
 * Deletions in input `i` since the merge began, at the numbers of the new
 * segment. *next counts the documents that were alive then, over all inputs.
 */
static int carry_over(struct ik_writer *w, const struct ik_merge_task *t, size_t i,
                      struct ik_wseg *merged, uint32_t *next, ink_error *err)
{
	const struct ik_live *then = t->inputs[i].live, *now = t->from[i]->live;
	uint32_t n_docs = t->inputs[i].seg->n_docs;

	if (now == NULL || (then != NULL && then->deleted == now->deleted)) {
		*next += n_docs - (then == NULL ? 0 : then->deleted);
		return 0;
	}
	for (uint32_t doc = 0; doc < n_docs; doc++) {
		if (!ik_live_has(then, doc))
			continue;
		if (!ik_live_has(now, doc)) {
			const uint32_t *new_of = t->result.new_of;
			int rc = ik_wseg_delete(w, merged, new_of == NULL ? *next : new_of[*next],
			                        err);

			if (rc != 0)
				return rc;
		}
		(*next)++;
	}
	return 0;
}

/* Put the result into the place of its inputs. */
static void replace(struct ik_writer *w, const struct ik_merge_task *t, struct ik_wseg *merged)
{
	size_t first = 0;

	while (w->segs.v[first] != t->from[0])
		first++;
	for (size_t i = 0; i < t->n; i++) {
		struct ik_wseg *s = t->from[i];
		char name[IK_FILE_NAME_MAX];

		/* Files of the last commit go with the next one. */
		if (!s->committed) {
			ik_segment_name(s->id, name);
			w->dir->ops->remove(w->dir, name, NULL);
		}
		ik_wseg_free(s);
	}
	w->segs.v[first] = merged;
	memmove(w->segs.v + first + 1, w->segs.v + first + t->n,
	        (w->segs.n - first - t->n) * sizeof *w->segs.v);
	w->segs.n -= t->n - 1;
}

int ik_merge_publish(struct ik_writer *w, struct ik_merge_task *t, ink_error *err)
{
	struct ik_wseg *merged = NULL;
	int changed = w->changed, rc = t->rc;
	uint32_t next = 0;

	if (rc != 0 && err != NULL)
		*err = t->err;
	if (rc == 0) {
		merged = ik_zalloc(sizeof *merged);
		rc = merged == NULL ? ik_fail_nomem(err)
		                    : ik_segment_open(w->dir, t->name, &merged->seg, err);
		for (size_t i = 0; rc == 0 && i < t->n; i++)
			rc = carry_over(w, t, i, merged, &next, err);
		/* The same documents, but what it replaces takes up space until a manifest says so. */
		w->changed = rc == 0 || changed;
		if (rc != 0)
			w->dir->ops->remove(w->dir, t->name, NULL);
	}
	if (rc == 0) {
		merged->id = t->id;
		merged->bytes = t->result.bytes;
		replace(w, t, merged);
		ik_free(t->from);
		t->from = NULL;
	} else {
		ik_wseg_free(merged);
	}
	task_free(t);
	return rc;
}

/* ---- in the background ---- */

static void candidate(const struct ik_wseg *s, struct ik_candidate *c)
{
	int busy = s->merging || s->seqs != NULL || s->put_off;

	*c = (struct ik_candidate){s->seg->n_docs, s->live == NULL ? 0 : s->live->deleted, s->bytes,
	                           busy, s->seg->reordered};
}

struct ik_candidate *ik_merge_candidates(const struct ik_writer *w, ink_error *err)
{
	struct ik_candidate *v = ik_array(w->segs.n, sizeof *v);

	if (v == NULL) {
		ik_fail_nomem(err);
		return NULL;
	}
	for (size_t i = 0; i < w->segs.n; i++)
		candidate(w->segs.v[i], &v[i]);
	return v;
}

/* What is left of the budget beside indexing (see is_full() of writer_pool.c). */
static uint64_t spare_memory(const struct ik_writer *w)
{
	uint64_t used = 5u + (w->threads > 1) + (w->schema->key != IK_NO_FIELD);

	return w->memory / 8 * (8 - used);
}

/* The next merge, not begun; NULL when none is worth it, or without memory: some other time. */
static struct ik_merge_task *choose(struct ik_writer *w)
{
	struct ik_candidate *v = ik_merge_candidates(w, NULL);
	struct ik_merge_task *t;
	size_t first, n;
	int reorder;

	if (v == NULL)
		return NULL;
	n = ik_policy_pick(v, w->segs.n, &first);
	reorder = w->reorder == INK_REORDER_LARGE &&
	          ik_policy_reorder(v + first, n, w->reorder_docs);
	ik_free(v);
	if (n == 0 || ik_merge_new(w, first, n, &t, NULL) != 0)
		return NULL;
	if (reorder)
		t->order = (struct ik_merge_order){.memory = spare_memory(w), .threads = 1};
	t->watch = (struct ik_merge_watch){asked_to_stop, t};
	return t;
}

static void start(struct ik_writer *w)
{
	struct ik_merge_task *t = choose(w);

	if (t == NULL)
		return;
	if (ik_thread_start(&t->thread, ik_merge_run, t) != 0) {
		if (w->segs.n <= IK_SEGMENTS_STALL) {
			task_free(t); /* some other time */
			return;
		}
		ik_merge_run(t); /* in this thread, or there would be ever more of them */
	}
	w->merge = t;
}

/*
 * Nobody asked for the merge: want of room is no reason to stop who adds documents, nor is
 * damage in others. What is damaged stays as it is, for ik_salvage() to find.
 */
static int can_do_without(int rc, const ink_error *why)
{
	return rc == INK_ELIMIT || rc == INK_ECORRUPT || ik_merge_lacks_room(rc, why);
}

/* The inputs are gone soon, or it failed and is not tried again: without the damaged one it is. */
static void put_off(struct ik_writer *w, const struct ik_merge_task *t)
{
	for (size_t i = 0; i < t->n; i++)
		t->from[i]->put_off = t->bad == t->n || t->bad == i;
	if (t->bad < t->n)
		w->looked_at = 0;
}

/* Wait for the running merge and publish it. */
static int finish(struct ik_writer *w, ink_error *err)
{
	struct ik_merge_task *t = w->merge;
	ink_error why;
	int rc;

	ik_thread_join(t->thread);
	w->merge = NULL;
	put_off(w, t);
	rc = ik_merge_publish(w, t, &why);
	if (rc == INK_ECORRUPT && w->damage.code == 0)
		w->damage = why;
	if (rc != 0 && can_do_without(rc, &why))
		return 0;
	if (rc != 0) {
		ik_writer_break(w, rc, &why);
		if (err != NULL)
			*err = why;
	}
	return rc;
}

/* Within the lowest tier of sizes, and in the order that there is: well under a second of work. */
static int is_small(const struct ik_merge_task *t)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < t->n; i++)
		bytes += t->from[i]->bytes;
	return t->order.memory == 0 && bytes <= (uint64_t)IK_MERGE_FACTOR * IK_MERGE_FLOOR;
}

/*
 * Too many segments, and a merge is running that may take minutes. A small one
 * in this thread makes them fewer as well.
 */
static int merge_beside(struct ik_writer *w, ink_error *err)
{
	struct ik_merge_task *running = w->merge, *t = choose(w);
	int rc;

	if (t == NULL)
		return 0;
	if (!is_small(t)) {
		task_free(t);
		return 0;
	}
	ik_merge_run(t);
	w->merge = t;
	rc = finish(w, err);
	w->merge = running;
	return rc;
}

static int is_done(const struct ik_merge_task *t)
{
	return atomic_load_explicit(&t->done, memory_order_acquire);
}

/* Begin a merge, if there may be another one than at the last look. */
static void look(struct ik_writer *w)
{
	if (w->merge == NULL && w->segs.n != w->looked_at) {
		w->looked_at = w->segs.n;
		start(w);
	}
}

int ik_merge_poll(struct ik_writer *w, ink_error *err)
{
	int rc = 0;

	if (w->merge != NULL && w->segs.n > IK_SEGMENTS_STALL && !is_done(w->merge))
		rc = merge_beside(w, err);
	if (rc != 0)
		return rc;
	do {
		if (w->merge != NULL && (w->segs.n > IK_SEGMENTS_STALL || is_done(w->merge)))
			rc = finish(w, err);
		if (rc == 0)
			look(w);
	} while (rc == 0 && w->merge != NULL && w->segs.n > IK_SEGMENTS_STALL);
	return rc;
}

int ik_writer_damage(const struct ik_writer *w, ink_error *err)
{
	if (w->damage.code != 0 && err != NULL)
		*err = w->damage;
	return w->damage.code;
}

void ik_merge_keep_small(struct ik_writer *w)
{
	int changes = w->changed || w->seq > 0 || ik_writer_ok(w, NULL) != 0;

	while (w->merge != NULL && !changes && is_small(w->merge) && finish(w, NULL) == 0) {
		ik_writer_commit_now(w, NULL);
		if (w->looked_at == 0) /* one was damaged; those that are not may be too many */
			look(w);
	}
}

void ik_merge_abandon(struct ik_writer *w)
{
	struct ik_merge_task *t = w->merge;

	if (t == NULL)
		return;
	atomic_store_explicit(&t->stop, 1, memory_order_relaxed);
	ik_thread_join(t->thread);
	if (t->rc == 0)
		w->dir->ops->remove(w->dir, t->name, NULL);
	w->merge = NULL;
	task_free(t);
}
