/*
 * dict.h - the term dictionary: front-coded blocks of 32 terms.
 *
 * Layer: segment. Format: FORMAT.md, "Dictionary". Terms of all parts stand
 * in one sequence, ordered by part and then by bytes; a term's place in it
 * is its ordinal.
 */
#ifndef IK_SEGMENT_DICT_H
#define IK_SEGMENT_DICT_H

#include "base/bits.h"
#include "segment/segment.h"

#define IK_DICT_KEY_MAX 32768 /* bytes of a term */

/*
 * 1 and *info when the term is there, 0 when not, INK_ECORRUPT. Cost: two looks at memory for a
 * frequent term (frequent.h), else a binary search over blocks and a walk along one.
 */
int ik_dict_find(const struct ik_segment *seg, uint32_t part, const char *term, size_t len,
                 struct ik_term_info *info, ink_error *err);

#define IK_DICT_TOGETHER 16

/* A term that is looked for. */
struct ik_dict_lookup {
	uint32_t part;
	const char *term;
	size_t len;
	struct ik_term_info *info; /* of it; its df is 0 when it is not there */
};

/* The same for n terms, IK_DICT_TOGETHER at most, which takes less time. INK_ECORRUPT. */
int ik_dict_find_all(const struct ik_segment *seg, const struct ik_dict_lookup *v, size_t n,
                     ink_error *err);

/* A walk over the terms of one part. */
struct ik_dict_iter {
	const struct ik_segment *seg;
	const struct ik_part_info *part; /* NULL: the segment has none, the walk is empty */
	struct ik_buf term;              /* the current one */
	struct ik_term_info info;
	uint64_t ord;                    /* within the part */
	uint64_t block;
	uint32_t in_block;               /* terms of the block already read */
	uint64_t post_at;                /* where the next list that is not inline starts */
	const uint8_t *p, *end;
	int started;
};

void ik_dict_iter_open(struct ik_dict_iter *it, const struct ik_segment *seg, uint32_t part);
void ik_dict_iter_free(struct ik_dict_iter *it);

/* Make the next step give the first term >= this one. INK_ECORRUPT, INK_ENOMEM. */
int ik_dict_iter_seek(struct ik_dict_iter *it, const char *term, size_t len, ink_error *err);

/* Make the next step give the term with this ordinal within the part. */
int ik_dict_iter_seek_ord(struct ik_dict_iter *it, uint64_t ord, ink_error *err);

/* 1 and it->term, it->info, it->ord; 0 at the end of the part; INK_ECORRUPT, INK_ENOMEM. */
int ik_dict_iter_next(struct ik_dict_iter *it, ink_error *err);

/* What decoding the current term's list needs. */
static inline struct ik_post_env ik_dict_iter_env(const struct ik_dict_iter *it)
{
	return ik_segment_env(it->seg, it->part, (const char *)it->term.data, it->term.len);
}

/*
 * The first eight bytes of a term as a number, those that are missing being
 * zeros: numbers are in the order of terms, or equal. In the index of blocks.
 */
static inline uint64_t ik_dict_head(const char *term, size_t len)
{
	return __builtin_bswap64(ik_load_part(term, len));
}

#endif
