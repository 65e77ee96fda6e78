/* post_build.h - the encoders behind ik_post_end(). Layer: segment. */
#ifndef IK_SEGMENT_POST_BUILD_H
#define IK_SEGMENT_POST_BUILD_H

#include "segment/post.h"

/* u of posting i, 1 - 1 / (1 + tf * inv[norm]); of a part without norms at the average length. */
float ik_post_u(const struct ik_post_builder *b, size_t i);

/* A float rounded so that the stored bits are an upper bound of v. */
uint32_t ik_post_bits_up(float v);

/*
 * Pack the positions of postings first .. last: *gap walks along
 * b->positions, from one call to the next.
 */
int ik_post_pack_positions(struct ik_post_builder *b, size_t first, size_t last,
                           const uint8_t **gap, struct ik_buf *out, ink_error *err);

/* Append the list in range form to b->blob. */
int ik_post_put_ranges(struct ik_post_builder *b, ink_error *err);

#endif
