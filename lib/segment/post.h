/*
 * post.h - posting lists of one segment: building, walking, decoding.
 *
 * Layer: segment. Format: FORMAT.md, "Postings". Three forms by frequency:
 * short lists in as few bits as can be, blocks of 128, and ranges of 256 documents.
 */
#ifndef IK_SEGMENT_POST_H
#define IK_SEGMENT_POST_H

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "codec/bitpack.h"
#include "score/bm25.h"
#include "segment/format.h"
#include "segment/pos.h"

/* What the dictionary says of a term. */
struct ik_term_info {
	uint32_t df;         /* documents, deleted ones included */
	const uint8_t *post; /* its list, wherever it is: checked to lie in its section */
	size_t post_len;
};

/* What a list's decoder has to know beside its bytes. */
struct ik_post_env {
	uint32_t n_docs;
	uint32_t flags;                  /* IK_PART_* of the list: ik_list_flags() */
	const uint8_t *norms;            /* of the part, n_docs bytes; NULL without norms */
	const struct ik_bitpack *pack;
};

/* ---- building one list after another ---- */

struct ik_post_builder {
	uint32_t n_docs;
	uint32_t flags;
	const uint8_t *norms;            /* of the part, n_docs bytes; NULL without norms */
	const struct ik_bm25 *bm25;      /* of the part at the segment's own average length */
	const struct ik_bitpack *pack;
	IK_VEC(uint32_t) docs;
	IK_VEC(uint32_t) freqs;
	IK_VEC(uint32_t) gaps;           /* distances of positions, document after document */
	struct ik_buf blob;              /* the encoded list, after ik_post_end() */
	struct ik_buf tail;              /* scratch: positions of blocks, records of ranges */
};

void ik_post_builder_init(struct ik_post_builder *b);
void ik_post_builder_free(struct ik_post_builder *b);

/* Start a list in a part. */
void ik_post_begin(struct ik_post_builder *b, uint32_t n_docs, uint32_t flags,
                   const uint8_t *norms, const struct ik_bm25 *bm25);

/*
 * Add a posting; documents ascend. `gaps`, the first position and then the distance of each
 * from the one before, tf numbers, is looked at only when the part has them. INK_ENOMEM.
 */
int ik_post_add(struct ik_post_builder *b, uint32_t doc, uint32_t tf, const uint32_t *gaps,
                ink_error *err);

/* The same of n postings, whose distances stand one after another, `n_gaps` in all. INK_ENOMEM. */
int ik_post_add_many(struct ik_post_builder *b, const uint32_t *docs, const uint32_t *freqs, size_t n,
                     const uint32_t *gaps, size_t n_gaps, ink_error *err);

/*
 * In place of postings: the list as a memory index has it, which is its own and not
 * checked. Of each posting in varints: gap << 1 | (tf == 1), tf - 2 unless tf is 1, and
 * the distances of positions; without frequencies the gap alone.
 */
int ik_post_add_list(struct ik_post_builder *b, const uint8_t *list, size_t len, ink_error *err);

/* Encode: b->blob holds the list, b->docs.n its df (0 is allowed: an empty blob). */
int ik_post_end(struct ik_post_builder *b, ink_error *err);

/* ---- walking a list from front to back: merging, checking, exporting ---- */

struct ik_post_walk;

struct ik_post_iter {
	uint32_t doc;                    /* the current posting */
	uint32_t tf;
	IK_VEC(uint32_t) positions;      /* after ik_post_iter_positions() */
	const uint32_t *docs, *freqs;    /* the postings of the unit, n of each */
	uint32_t n;
	/* The rest is the iterator's own. */
	struct ik_post_env env;
	struct ik_term_info info;
	enum ik_post_form form;
	struct ik_post_walk *walk;
	uint32_t loaded;                 /* postings of all units so far */
	uint32_t at;                     /* the next posting of the unit */
	uint32_t unit;                   /* number of the next one: all, a block or a range */
};

/* INK_ENOMEM or INK_ECORRUPT (without a file name). Free it also after a failure. */
int ik_post_iter_open(struct ik_post_iter *it, const struct ik_post_env *env,
                      const struct ik_term_info *info, ink_error *err);
void ik_post_iter_free(struct ik_post_iter *it);

/* The same with the memory of the list before; `it` was opened or is zeroed. */
int ik_post_iter_reopen(struct ik_post_iter *it, const struct ik_post_env *env,
                        const struct ik_term_info *info, ink_error *err);

/* 1 and it->doc, it->tf; 0 at the end; INK_ECORRUPT, INK_ENOMEM. */
int ik_post_iter_next(struct ik_post_iter *it, ink_error *err);

/* it->positions.v[0 .. tf) of the current posting; only in parts with positions. */
int ik_post_iter_positions(struct ik_post_iter *it, ink_error *err);

/*
 * Many postings at once, as they are stored together: 1 and it->docs, it->freqs, it->n,
 * which is not 0; 0 at the end; INK_ECORRUPT, INK_ENOMEM. ik_post_iter_next() starts with them.
 */
int ik_post_iter_unit(struct ik_post_iter *it, ink_error *err);

/* What ik_post_add() takes of them all, in it->positions, posting after posting. */
int ik_post_iter_unit_gaps(struct ik_post_iter *it, ink_error *err);

/* ---- decoding for queries ---- */

/*
 * All of a short or block list: df numbers into each array; freqs may be NULL, and
 * pos_at, which says of a short list at which bit its positions start. INK_ECORRUPT.
 */
int ik_post_decode(const struct ik_post_env *env, const struct ik_term_info *info, uint32_t *docs,
                   uint32_t *freqs, uint64_t *pos_at);

/* The greatest BM25 u of a list (upper bound); 1 for a short one. */
float ik_post_umax(const struct ik_post_env *env, const struct ik_term_info *info);

/* A short or block list that was decoded. */
struct ik_post_arrays {
	const uint32_t *docs, *freqs;
	uint64_t pos_at;
	struct ik_pos_reader reader; /* of its positions: postings before `passed` are behind it */
	uint32_t passed;             /* no chunk is open at 0, but perhaps the first one */
};

/* Its posting number `i`, whose positions are wanted. Cheapest where postings ascend. INK_ECORRUPT. */
int ik_post_posting(const struct ik_post_env *env, const struct ik_term_info *info,
                    struct ik_post_arrays *list, uint32_t i, struct ik_posting *out);

#endif
