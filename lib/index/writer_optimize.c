/*
 * writer_optimize.c - merging down to a number of segments, when it is asked for.
 *
 * Layer: index. Merges run in the caller's thread, one after the other, and
 * may have all the memory and threads of the writer. A segment that stays by
 * itself is rewritten where that drops deletions or gives it an order.
 */
#include "index/policy.h"
#include "index/writer_impl.h"
#include "segment/format.h"

struct optimize {
	ink_progress_fn fn;
	void *user;
	uint64_t before; /* documents of finished merges */
};

static int report(void *user, uint64_t done, uint64_t total)
{
	struct optimize *o = user;
	ink_progress progress = {sizeof progress, INK_PHASE_MERGE, o->before + done,
	                         o->before + total};

	return o->fn == NULL ? 0 : o->fn(o->user, &progress);
}

static int is_reordering(const struct ik_writer *w)
{
	return w->reorder != INK_REORDER_NONE;
}

static int merge_now(struct ik_writer *w, size_t first, size_t n, struct optimize *o,
                     ink_error *err)
{
	struct ik_merge_task *t;
	uint32_t docs = 0, deleted = 0;
	int rc;

	for (size_t i = first; i < first + n; i++) {
		deleted += w->segs.v[i]->live == NULL ? 0 : w->segs.v[i]->live->deleted;
		docs += w->segs.v[i]->seg->n_docs;
	}
	docs -= deleted;
	rc = report(o, 0, docs) != 0 ? ik_fail(err, INK_ECANCELED, "merge stopped")
	                             : ik_merge_new(w, first, n, &t, err);
	if (rc != 0)
		return rc;
	t->order.threads = w->threads;
	if (is_reordering(w) && (n > 1 || !w->segs.v[first]->seg->reordered)) {
		t->order.memory = w->memory;
		t->order.or_nothing = n == 1 && deleted == 0;
	}
	t->watch = (struct ik_merge_watch){report, o};
	ik_merge_run(t);
	rc = ik_merge_publish(w, t, err);
	if (rc == 0) {
		o->before += docs;
		w->changed = 1;
	}
	return rc == 1 ? 0 : rc; /* 1: it stays as it is */
}

/* Segments without a live document need no merge. Nothing is merging. */
static void drop_dead(struct ik_writer *w)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->segs.n; i++) {
		struct ik_wseg *s = w->segs.v[i];

		if (s->live != NULL && s->live->deleted == s->seg->n_docs) {
			ik_wseg_free(s);
			w->changed = 1;
		} else {
			w->segs.v[kept++] = s;
		}
	}
	w->segs.n = kept;
}

/* Rewrite the segments that have deletions, and those that never got an order and can have one. */
static int rewrite(struct ik_writer *w, struct optimize *o, ink_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < w->segs.n; i++) {
		const struct ik_wseg *s = w->segs.v[i];
		int has_deletions = s->live != NULL && s->live->deleted > 0;

		if (has_deletions || (is_reordering(w) && !s->seg->reordered &&
		                      s->seg->n_docs > IK_RANGE))
			rc = merge_now(w, i, 1, o, err);
	}
	return rc;
}

/* Merge down to `max` segments. */
static int shrink(struct ik_writer *w, size_t max, struct optimize *o, ink_error *err)
{
	for (;;) {
		struct ik_candidate *v = ik_merge_candidates(w, err);
		size_t first, n;
		int rc;

		if (v == NULL)
			return INK_ENOMEM;
		n = ik_policy_shrink(v, w->segs.n, max, &first);
		ik_free(v);
		if (n == 0)
			return 0;
		rc = merge_now(w, first, n, o, err);
		if (rc != 0)
			return rc;
	}
}

int ik_writer_optimize(struct ik_writer *w, uint32_t max_segments, ink_progress_fn fn, void *user,
                       ink_error *err)
{
	struct optimize o = {fn, user, 0};
	int rc;

	if (max_segments == 0)
		return ik_fail(err, INK_EINVAL, "optimize: at least 1 segment");
	w->started = 1;
	rc = ik_writer_commit(w, NULL, err);
	if (rc != 0)
		return rc;
	ik_merge_abandon(w);
	ik_pool_discard(w); /* nothing is in there, and merging may have its memory */
	drop_dead(w);
	rc = shrink(w, max_segments, &o, err);
	if (rc == 0)
		rc = rewrite(w, &o, err);
	return rc == 0 ? ik_writer_commit_now(w, err) : rc;
}
