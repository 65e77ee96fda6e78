/* post_read.h - the pieces that decoding and walking a list share. Layer: segment. */
#ifndef IK_SEGMENT_POST_READ_H
#define IK_SEGMENT_POST_READ_H

#include "segment/pos.h"
#include "segment/post.h"

/* A list in block form, pointed into. */
struct ik_post_blocks {
	uint32_t n;            /* full blocks */
	uint32_t units;        /* and the rest, if any */
	uint32_t umax;         /* bits of a float */
	const uint8_t *pos_at; /* u32 per unit */
	const uint8_t *heads;  /* 6 bytes per block */
	const uint8_t *data;
	const uint8_t *pos, *pos_end;
};

int ik_post_blocks_open(const struct ik_post_env *env, const struct ik_term_info *info,
                        struct ik_post_blocks *out);

/* Decode block i at p: documents from *next on, checked; freqs may be NULL. Where the next one starts, or NULL. */
const uint8_t *ik_post_block(const struct ik_post_env *env, const struct ik_post_blocks *b,
                             uint32_t i, const uint8_t *p, uint32_t *next, uint32_t *docs,
                             uint32_t *freqs);

/* All of a short list, as ik_post_decode(); and by which instructions that is done. */
typedef int ik_post_get_short_fn(const struct ik_post_env *env, const struct ik_term_info *info,
                                 uint32_t *docs, uint32_t *freqs, uint64_t *pos_at);

ik_post_get_short_fn ik_post_get_short, ik_post_get_short_scalar;
#if defined(__x86_64__)
ik_post_get_short_fn ik_post_get_short_avx2, ik_post_get_short_avx512;
#endif

/* One posting of varints; NULL when it is cut or out of bounds. */
const uint8_t *ik_post_get(const uint8_t *p, const uint8_t *end, uint32_t flags, uint32_t *next,
                           uint32_t n_docs, uint32_t *doc, uint32_t *tf);

/* The packed positions of a short list. */
struct ik_pos_unit ik_post_short_unit(const struct ik_term_info *info, uint64_t pos_at);

/* Those of a block or of the rest. INK_ECORRUPT. */
int ik_post_block_unit(const struct ik_post_blocks *b, const struct ik_term_info *info,
                       uint32_t unit, struct ik_pos_unit *out);

#endif
