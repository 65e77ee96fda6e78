/*
 * merge_impl.h - what the files of a merge share.
 *
 * Layer: index. merge.c: document numbers, stored documents, the order of it
 * all. merge_terms.c: dictionaries and postings. merge_columns.c: numbers,
 * norms, keyword ordinals.
 */
#ifndef IK_INDEX_MERGE_IMPL_H
#define IK_INDEX_MERGE_IMPL_H

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
	uint32_t base;   /* new number of its first live document */
	uint32_t n_live;
	uint32_t *rank;  /* live documents before each 64; NULL: nothing deleted */
};

struct ik_merge_job {
	struct ik_merge_source *src;
	size_t n;
	uint32_t n_docs;          /* of the new segment */
	struct ik_segment_writer *w;
	const struct ik_merge_watch *watch;
	uint64_t work, work_done; /* postings, and documents for the stored part */
	uint64_t reported;
	IK_VEC(uint32_t) parts;   /* ascending */
	IK_VEC(struct ik_merge_ords) ords;
};

/* The new number of a live document. */
static inline uint32_t ik_merge_doc(const struct ik_merge_source *s, uint32_t doc)
{
	uint64_t word;

	if (s->rank == NULL)
		return s->base + doc;
	word = ~s->live->words[doc / 64] & (((uint64_t)1 << doc % 64) - 1);
	return s->base + s->rank[doc / 64] + (uint32_t)__builtin_popcountll(word);
}

/* Count work that was done; INK_ECANCELED when the watcher says so. */
int ik_merge_step(struct ik_merge_job *job, uint64_t work, ink_error *err);

/* All terms of a part. */
int ik_merge_terms(struct ik_merge_job *job, const struct ik_part_desc *desc, ink_error *err);

/* The numbers of a part in the new segment; desc->norms is the caller's to free. */
int ik_merge_describe(struct ik_merge_job *job, uint32_t part, struct ik_part_desc *desc,
                      uint8_t **norms, ink_error *err);

int ik_merge_numbers(struct ik_merge_job *job, uint32_t field, ink_error *err);
int ik_merge_ordinals(struct ik_merge_job *job, uint32_t field, ink_error *err);

#endif
