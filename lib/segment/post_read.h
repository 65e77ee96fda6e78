/* post_read.h - the pieces that decoding and walking a list share. Layer: segment. */
#ifndef IK_SEGMENT_POST_READ_H
#define IK_SEGMENT_POST_READ_H

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

/* One posting of varints; NULL when it is cut or out of bounds. */
const uint8_t *ik_post_get(const uint8_t *p, const uint8_t *end, uint32_t flags, uint32_t *next,
                           uint32_t n_docs, uint32_t *doc, uint32_t *tf);
const uint8_t *ik_post_skip_varints(const uint8_t *p, const uint8_t *end, uint32_t n);

/* The packed positions of a block or of the rest; NULL when they are damaged. */
const uint8_t *ik_post_unit_data(const struct ik_post_blocks *b, uint32_t unit,
                                 const uint8_t **end);

/* Where decoding a short list has got to. */
struct ik_short {
	const uint8_t *start, *p, *end;
	uint32_t n;    /* postings left */
	uint32_t next; /* the least document that the next one may be */
};

#if defined(__x86_64__)
/*
 * Decode postings with frequencies, and with positions when pos_at is not NULL,
 * until one is too near to the end of the list, has too large numbers or is
 * damaged: how many. For processors with BMI2.
 */
uint32_t ik_post_decode_bmi2(const struct ik_post_env *env, struct ik_short *list,
                             uint32_t *docs, uint32_t *freqs, uint32_t *pos_at);
#endif

#endif
