/*
 * set.h - nodes that are sets of documents: all, a bitmap, a numeric range.
 *
 * Layer: match. Each match scores the same, but for a bitmap with
 * frequencies, which scores as one term.
 */
#ifndef IK_MATCH_SET_H
#define IK_MATCH_SET_H

#include "match/node.h"
#include "segment/column.h"
#include "segment/dict.h"

/* Documents collected from many terms of one segment, before the query runs. */
struct ik_docset {
	uint32_t n_ranges;
	uint64_t *words;     /* 4 a range */
	uint16_t *freqs;     /* 256 a range, summed and saturating; NULL when nobody asked */
	uint64_t count;      /* once it is finished */
};

/* All documents of the segment, each with this score. */
int ik_all_open(struct ik_match *m, float score, struct ik_node **out);

/* An empty set in the arena. INK_ENOMEM. */
int ik_docset_new(struct ik_arena *arena, const struct ik_segment *seg, int freqs,
                  struct ik_docset **out, ink_error *err);

/* Add all documents of the term at which `it` stands, read by `list`. INK_ECORRUPT, INK_ENOMEM. */
int ik_docset_add(struct ik_docset *set, const struct ik_dict_iter *it, struct ik_post_iter *list,
                  ink_error *err);

/* Add every document with a value in the column, or with a token in the part. */
void ik_docset_add_column(struct ik_docset *set, const struct ik_column *column);
void ik_docset_add_norms(struct ik_docset *set, const struct ik_segment *seg,
                         const struct ik_part_info *part);

/* All are there: count them. */
void ik_docset_finish(struct ik_docset *set);

/* Each document scores `weight`, times BM25 of its frequency where there are frequencies. */
int ik_docset_open(struct ik_match *m, const struct ik_docset *set, float weight,
                   const struct ik_part_info *part, const struct ik_bm25 *bm25,
                   const char *what, struct ik_node **out);

/* Documents with a value from lo to hi. */
int ik_numbers_open(struct ik_match *m, const struct ik_column *column, int64_t lo, int64_t hi,
                    float score, struct ik_node **out);

#endif
