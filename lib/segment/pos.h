/*
 * pos.h - position gaps packed in chunks of 64, each at a width of its own.
 *
 * Layer: segment. Format: FORMAT.md, "Packed positions". The number of gaps
 * is not stored: the reader knows it from the frequencies. Any run of gaps
 * can be read without those before it.
 */
#ifndef IK_SEGMENT_POS_H
#define IK_SEGMENT_POS_H

#include "base/buf.h"

/* Append n gaps. */
void ik_pos_pack(const uint32_t *gaps, size_t n, struct ik_buf *out);

/*
 * Read gaps first .. first + count of n and sum them up, from `pos` on: positions
 * into out. 0, or -1 when the bytes do not hold them.
 */
int ik_pos_unpack(const uint8_t *p, const uint8_t *end, size_t n, size_t first, size_t count,
                  uint32_t pos, uint32_t *out);

/* Read all n gaps as they are. 0, or -1. */
int ik_pos_gaps(const uint8_t *p, const uint8_t *end, size_t n, uint32_t *out);

#endif
