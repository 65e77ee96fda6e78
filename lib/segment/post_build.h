/* post_build.h - the encoders behind ik_post_end(). Layer: segment. */
#ifndef IK_SEGMENT_POST_BUILD_H
#define IK_SEGMENT_POST_BUILD_H

#include "segment/post.h"

/* u of posting i, 1 - 1 / (1 + tf * inv[norm]); of a part without norms at the average length. */
float ik_post_u(const struct ik_post_builder *b, size_t i);

/* A float rounded so that the stored bits are an upper bound of v. */
uint32_t ik_post_bits_up(float v);

/*
 * Append the packed positions of postings first .. last; `bit` bits of the last byte of
 * `out` are taken. *gap walks along b->gaps, from one call to the next.
 */
void ik_post_pack_positions(const struct ik_post_builder *b, size_t first, size_t last,
                            size_t *gap, unsigned bit, struct ik_buf *out);

/* Append the list in short form to b->blob. */
void ik_post_put_short(struct ik_post_builder *b);

/* Append the list in range form to b->blob. */
int ik_post_put_ranges(struct ik_post_builder *b, ink_error *err);

#endif
