/*
 * writer_impl.h - the writer's state, shared by its files.
 *
 * Layer: index.
 *
 *   writer_open.c      opening, loading, closing, settings
 *   writer.c           adding, updating, deleting documents
 *   writer_keys.c      unique keys: what is pending, applying deletes
 *   writer_pool.c      flushing; the indexing threads and their queue
 *   writer_words.c     the user's dictionary and synonyms
 *   writer_commit.c    commit, rollback, removing files
 *   writer_merge.c     a merge; merging in the background
 *   writer_optimize.c  merging when it is asked for
 *
 * Everything belongs to the caller's thread but what is marked "shared",
 * which is guarded by `mutex`. An indexing thread owns its memory index until
 * it is idle; a merge thread owns its job until `done`.
 */
#ifndef IK_INDEX_WRITER_IMPL_H
#define IK_INDEX_WRITER_IMPL_H

#include <stdatomic.h>

#include "base/map.h"
#include "base/os.h"
#include "index/memindex.h"
#include "index/merge.h"
#include "index/writer.h"
#include "inkstone/writer.h"

#define IK_SEGMENTS_STALL 64 /* with more than this, adding waits for a running merge */

/* One segment of the writer. */
struct ik_wseg {
	uint64_t id;
	uint64_t bytes;
	uint64_t live_gen;      /* of the bitmap of the last commit; 0: none */
	uint64_t live_last;     /* greatest generation ever tried */
	struct ik_segment *seg;
	struct ik_live *live;   /* NULL: nothing deleted */
	uint32_t *seqs;         /* when its documents came; NULL: before all pending deletes */
	int dirty;              /* has deletions that no file has */
	int committed;
	int merging;
	int put_off;            /* damaged, or no room for a merge of it; optimizing tries again */
};

/* A key that pending operations mention. */
struct ik_pending_key {
	const char *bytes;      /* set when there is a delete; in the arena */
	uint32_t len;
	uint32_t before;        /* delete its documents that came before this; 0: none */
	int alive;              /* is there a document after all pending operations? */
};

struct ik_keys {
	struct ik_map map;
	IK_VEC(struct ik_pending_key) v;
	struct ik_arena arena;
	size_t deletes;
};

struct ik_job {
	struct ik_job *next;
	struct ik_doc doc;
	uint32_t seq;
	size_t bytes;
};

struct ik_worker {
	struct ik_writer *w;
	struct ik_thread *thread;
	struct ik_memindex *mem; /* NULL until needed */
	uint64_t flushed;        /* shared: the last flush order it has done */
};

/* A merge in another thread, or the caller's. */
struct ik_merge_task {
	struct ik_dir *dir;
	struct ik_schema *schema;
	struct ik_thread *thread;
	struct ik_wseg **from;   /* n neighbours in the writer's list */
	struct ik_merge_input *inputs;
	size_t n;
	size_t bad;              /* the first input that is damaged; n: none is known to be */
	uint64_t id;
	char name[IK_FILE_NAME_MAX];
	struct ik_merge_order order;
	struct ik_merge_result result;
	struct ik_merge_watch watch;
	atomic_int stop, done;
	int rc;
	ink_error err;
};

struct ik_writer {
	struct ik_dir *dir;
	void *lock;
	struct ik_schema *schema;
	uint64_t generation;
	uint64_t memory;
	uint32_t threads;
	int32_t reorder;         /* INK_REORDER_* */
	uint32_t reorder_docs;   /* IK_REORDER_DOCS; less in tests */
	int analyzes;            /* all analyzers of the schema can be made: a document may come */
	int started;             /* memory and threads are settled */
	int changed;             /* something to commit */
	struct ik_words words;   /* the user's, for documents from now on */
	int words_dirty;         /* no file has them */
	uint32_t seq;            /* of the last operation; starts over when deletes are applied */
	IK_VEC(struct ik_wseg *) segs; /* in document order */
	struct ik_keys keys;
	struct ik_memindex *mem; /* with one thread only */
	struct ik_merge_task *merge;
	size_t looked_at;        /* segments at the last look of the policy; 0: look anew */
	ink_error damage;        /* the first that a merge in the background met; code 0: none */

	struct ik_mutex *mutex;
	struct ik_cond *cond;
	/* shared */
	uint64_t next_id;
	IK_VEC(struct ik_wseg *) fresh; /* flushed, not yet in `segs` */
	char *stamp;             /* of all that made tokens in `segs` and `fresh` */
	int broken;
	ink_error why;
	struct ik_worker *workers;
	uint32_t n_workers;
	struct ik_job *head, **tail;
	size_t queued;           /* bytes */
	uint32_t busy;           /* workers with a document or a flush in hand */
	uint64_t flush_order;    /* workers flush when they see a new one */
	int stop;
};

/* ---- writer_open.c ---- */

/* The error that broke the writer, or 0. */
int ik_writer_ok(struct ik_writer *w, ink_error *err);
int ik_writer_break(struct ik_writer *w, int rc, const ink_error *why);
uint64_t ik_writer_new_id(struct ik_writer *w);
int ik_writer_load(struct ik_writer *w, ink_error *err); /* the last commit replaces everything */
void ik_wseg_free(struct ik_wseg *s); /* NULL is fine */

/* Add to the stamp, in any thread. INK_ENOMEM. */
int ik_writer_stamp(struct ik_writer *w, const char *more, ink_error *err);
int ik_wseg_delete(struct ik_writer *w, struct ik_wseg *s, uint32_t doc, ink_error *err);

/* ---- writer.c ---- */

/* Flush everything and apply all deletes: `segs` is the whole index then. */
int ik_writer_settle(struct ik_writer *w, ink_error *err);

/* ---- writer_keys.c ---- */

void ik_keys_clear(struct ik_keys *k);
size_t ik_keys_bytes(const struct ik_keys *k);

/* Is there a document with this key? 1, 0, or INK_E*. */
int ik_keys_exists(struct ik_writer *w, const char *key, size_t len, ink_error *err);

/* Note a document or a delete; with `remove`, older documents go. */
int ik_keys_note(struct ik_keys *k, const char *key, size_t len, uint32_t seq, int alive,
                 int remove, ink_error *err);
int ik_keys_apply(struct ik_writer *w, ink_error *err);

/* ---- writer_pool.c ---- */

/* Index a document, in this thread or another one. */
int ik_pool_add(struct ik_writer *w, const struct ik_doc *doc, uint32_t seq, ink_error *err);
int ik_pool_flush(struct ik_writer *w, ink_error *err); /* everything; threads are idle then */
void ik_pool_discard(struct ik_writer *w); /* forget everything in memory */
void ik_pool_stop(struct ik_writer *w);    /* the same, and end the threads */

/* ---- writer_commit.c ---- */

/* Remove our files that neither the manifest, durable or made so, nor a running merge needs. */
void ik_writer_clean(struct ik_writer *w, const struct ik_manifest *m, int durable);
int ik_writer_commit_now(struct ik_writer *w, ink_error *err); /* without background work */

/* ---- writer_merge.c ---- */

/*
 * A merge of `segs` [first, first + n); order and watch are for the caller to
 * set. It is run, in whatever thread, and then published by the caller's.
 */
int ik_merge_new(struct ik_writer *w, size_t first, size_t n, struct ik_merge_task **out,
                 ink_error *err);
void ik_merge_run(void *task);

/*
 * Take the result of a merge that has run, or what it failed with; frees it.
 * 1: the segments stay as they are, since no better order was found.
 */
int ik_merge_publish(struct ik_writer *w, struct ik_merge_task *task, ink_error *err);

/* What the policy has to know of each segment; for ik_free(). NULL: INK_ENOMEM. */
struct ik_candidate *ik_merge_candidates(const struct ik_writer *w, ink_error *err);

/* A safe point: publish what is done, start what is worth it. */
int ik_merge_poll(struct ik_writer *w, ink_error *err);

/*
 * Wait for a small merge and commit it, where there is nothing else that a
 * commit would take along. Writers that live for one commit each would begin
 * it time and again, and never end it.
 */
void ik_merge_keep_small(struct ik_writer *w);
void ik_merge_abandon(struct ik_writer *w);

#endif
