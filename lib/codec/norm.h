/*
 * norm.h - the length of a field in one byte.
 *
 * Layer: codec (pure functions: no I/O, no allocation).
 * Format: 0 to 23 stand for themselves; byte 24 + x for 24 plus a float x of
 * five bits exponent and three bits mantissa with a hidden fourth:
 * x < 8 is x, else (8 + x % 8) << (x / 8 - 1). Lengths up to 40 are exact,
 * longer ones are cut by less than an eighth; the greatest is 2013265944.
 * Lengths over 2^31 - 1 count as that. The same values as Lucene's byte4
 * norms, so that scores can be compared.
 */
#ifndef IK_CODEC_NORM_H
#define IK_CODEC_NORM_H

#include <stdint.h>

/* Monotone, and ik_norm_decode(ik_norm_encode(len)) <= len. */
uint8_t ik_norm_encode(uint32_t len);

/* The smallest length of this byte; strictly increasing. */
uint32_t ik_norm_decode(uint8_t norm);

#endif
