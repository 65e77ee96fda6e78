/*
 * merge_impl.h - what the files of a merge share.
 *
 * Layer: index. merge.c: document numbers and the order of it all.
 * merge_order.c: a better order of documents. merge_walk.c: the terms of all
 * inputs in one sequence. merge_terms.c: dictionaries and postings.
 * merge_sort.c: postings whose documents come in another order.
 * merge_pipe.c: from there to the segment, by another thread.
 * merge_stored.c, merge_spill.c: stored documents. merge_columns.c: numbers,
 * norms, keyword ordinals.
 */
#ifndef IK_INDEX_MERGE_IMPL_H
#define IK_INDEX_MERGE_IMPL_H

#include "index/manifest.h"
#include "index/merge.h"
#include "segment/dict.h"
#include "segment/segment_write.h"

/* New ordinals of one segment's keyword part. */
struct ik_merge_ords {
	uint32_t part;
	size_t source;
	uint32_t *map; /* by old ordinal; only those with live documents are set */
};

struct ik_merge_source {
	struct ik_segment *seg;
	const struct ik_live *live;
	uint32_t base;   /* live documents of the sources before it */
	uint32_t n_live;
	uint32_t *rank;  /* live documents before each 64; NULL: nothing deleted */
};

struct ik_merge_spill;

struct ik_merge_job {
	struct ik_merge_source *src;
	size_t n;
	uint32_t n_docs;          /* of the new segment */
	uint32_t *new_of;         /* by the place among live documents; NULL: the same */
	struct ik_merge_spill *spill; /* stored documents, when they get a new order */
	struct ik_segment_writer *w;
	uint32_t threads;
	const struct ik_merge_watch *watch;
	uint64_t work, work_done; /* postings, and documents for the stored part */
	uint64_t reported;
	IK_VEC(uint32_t) parts;   /* ascending */
	IK_VEC(struct ik_merge_ords) ords;
};

/* The place of a live document among those of all sources. */
static inline uint32_t ik_merge_place(const struct ik_merge_source *s, uint32_t doc)
{
	uint64_t word;

	if (s->rank == NULL)
		return s->base + doc;
	word = ~s->live->words[doc / 64] & (((uint64_t)1 << doc % 64) - 1);
	return s->base + s->rank[doc / 64] + (uint32_t)__builtin_popcountll(word);
}

/* The new number of a live document. */
static inline uint32_t ik_merge_doc(const struct ik_merge_job *job,
                                    const struct ik_merge_source *s, uint32_t doc)
{
	uint32_t place = ik_merge_place(s, doc);

	return job->new_of == NULL ? place : job->new_of[place];
}

#define IK_MERGE_STORED_WORK 32 /* a stored document costs as much as so many postings */

/* Count work that was done; INK_ECANCELED when the watcher says so. */
int ik_merge_step(struct ik_merge_job *job, uint64_t work, ink_error *err);

/* The same without more work, where that takes long: ask the watcher now. */
int ik_merge_look(struct ik_merge_job *job, ink_error *err);

/* ---- merge_order.c ---- */

/*
 * Find a better order and set job->new_of. Without enough memory for it, or
 * with too few documents to gain from it, the order stays: that is no error.
 */
int ik_merge_reorder(struct ik_merge_job *job, const struct ik_merge_order *how, ink_error *err);

/* ---- merge_walk.c: a part's terms over all sources ---- */

struct ik_merge_walk {
	struct ik_dict_iter it;
	struct ik_merge_source *src;
	size_t number;    /* of the source */
	uint32_t *ords;   /* keyword parts: where each term went; the caller's */
};

struct ik_merge_walks {
	uint32_t part;
	struct ik_merge_walk *v; /* by source */
	size_t n_sources;
	struct ik_merge_walk **heap;
	size_t n;                   /* in the heap */
	struct ik_merge_walk **same; /* those that stand at the current term, by source */
	size_t n_same;
	struct ik_buf last;         /* the term before */
	int any;                    /* there is one */
};

/* Free it also after a failure. */
int ik_merge_walks_open(struct ik_merge_walks *t, struct ik_merge_job *job, uint32_t part,
                        ink_error *err);
void ik_merge_walks_free(struct ik_merge_walks *t);

/* 1 and t->same[0 .. n_same) at the next term; 0 at the end. */
int ik_merge_walks_next(struct ik_merge_walks *t, ink_error *err);

/* ---- merge_terms.c ---- */

/* All terms of a part. */
int ik_merge_terms(struct ik_merge_job *job, const struct ik_part_desc *desc, ink_error *err);

/* ---- merge_batch.c: terms and their postings ---- */

struct ik_merge_term {
	size_t text, len;   /* in `text` */
	size_t first, gaps; /* where its postings and their distances start */
};

struct ik_merge_batch {
	IK_VEC(struct ik_merge_term) terms;
	struct ik_buf text;
	IK_VEC(uint32_t) docs;
	IK_VEC(uint32_t) freqs;
	IK_VEC(uint32_t) gaps; /* of positions, posting after posting */
};

void ik_merge_batch_init(struct ik_merge_batch *b);
void ik_merge_batch_free(struct ik_merge_batch *b);
int ik_merge_batch_begin(struct ik_merge_batch *b, const void *term, size_t len, ink_error *err);

/* Postings of the last term: the unit of it, but for deleted documents. `gaps` may be NULL. */
int ik_merge_batch_add(struct ik_merge_batch *b, const struct ik_merge_job *job,
                       const struct ik_merge_source *s, const struct ik_post_iter *it,
                       const uint32_t *gaps, ink_error *err);

/* How many the last term has. */
static inline size_t ik_merge_batch_df(const struct ik_merge_batch *b)
{
	return b->docs.n - b->terms.v[b->terms.n - 1].first;
}

/* Hand all terms to the segment writer; the batch is empty then. */
int ik_merge_batch_write(struct ik_merge_batch *b, struct ik_segment_writer *w, ink_error *err);

/* ---- merge_sort.c: the postings of a term whose documents come in any order ---- */

struct ik_merge_sorter {
	IK_VEC(uint64_t) keys;   /* of each: document, then its place in the order of coming */
	IK_VEC(uint64_t) swap;
	IK_VEC(uint32_t) tf;     /* by that place, as starts */
	IK_VEC(uint64_t) starts; /* in `gaps` */
	IK_VEC(uint32_t) gaps;
};

void ik_merge_sorter_free(struct ik_merge_sorter *s);

/* As ik_merge_batch_add(). */
int ik_merge_sorter_add(struct ik_merge_sorter *to, const struct ik_merge_job *job,
                        const struct ik_merge_source *s, const struct ik_post_iter *it,
                        const uint32_t *gaps, ink_error *err);

/* Append them to the batch in the order of documents, all below n_docs; none are left. */
int ik_merge_sorter_end(struct ik_merge_sorter *s, uint32_t n_docs, struct ik_merge_batch *b,
                        ink_error *err);

/* ---- merge_pipe.c: batches on their way to the segment writer ---- */

struct ik_merge_pipe;

/* With job->threads a thread that writes, which alone uses job->w until the pipe is closed. */
int ik_merge_pipe_open(struct ik_merge_job *job, struct ik_merge_pipe **out, ink_error *err);

/* Where the next term goes. */
struct ik_merge_batch *ik_merge_pipe_batch(struct ik_merge_pipe *p);

/* The last term is complete. */
int ik_merge_pipe_end(struct ik_merge_pipe *p, ink_error *err);

/* Write the rest, unless `rc` is a failure, which is the answer then; free. */
int ik_merge_pipe_close(struct ik_merge_pipe *p, int rc, ink_error *err);

/* ---- merge_stored.c, merge_spill.c ---- */

int ik_merge_has_stored(const struct ik_merge_job *job);
int ik_merge_stored(struct ik_merge_job *job, ink_error *err);

/*
 * Unpack stored documents into a file, near to those that will be their
 * neighbours; its name, made from that of the new segment, is gone when this
 * returns. They are asked for in the new order. `memory` bounds the buffers,
 * and the file, with what the inputs take: see merge_spill.c.
 */
int ik_merge_spill_new(struct ik_merge_job *job, struct ik_dir *dir, const char *name,
                       uint64_t memory, ink_error *err);
int ik_merge_spill_get(struct ik_merge_spill *s, uint32_t doc, const uint8_t **p, size_t *len,
                       ink_error *err); /* *len 0: nothing stored */
void ik_merge_spill_free(struct ik_merge_spill *s); /* NULL is fine */

/* ---- merge_columns.c ---- */

/* The numbers of a part in the new segment; desc->norms is the caller's to free. */
int ik_merge_describe(struct ik_merge_job *job, uint32_t part, struct ik_part_desc *desc,
                      uint8_t **norms, ink_error *err);

int ik_merge_numbers(struct ik_merge_job *job, uint32_t field, ink_error *err);
int ik_merge_ordinals(struct ik_merge_job *job, uint32_t field, ink_error *err);

#endif
