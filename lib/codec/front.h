/*
 * front.h - front-coded sorted byte strings: each says how much it shares with the one before.
 *
 * Layer: codec (pure functions: no I/O, no allocation).
 * Format: varint length of the shared prefix, varint length of the rest, the
 * rest. The first of a block shares nothing.
 * Source: Witten, Moffat and Bell, "Managing Gigabytes", section 4.1.
 */
#ifndef IK_CODEC_FRONT_H
#define IK_CODEC_FRONT_H

#include <stddef.h>
#include <stdint.h>

#include "codec/varint.h"

/* Bytes that a key of `len` takes at most. */
#define IK_FRONT_MAX(len) ((size_t)2 * IK_VARINT_MAX + (len))

/* The number of bytes that two strings begin with. */
size_t ik_front_shared(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

/* Write `key` after `prev` at p, where IK_FRONT_MAX(len) bytes are free; the byte after it. */
uint8_t *ik_front_put(uint8_t *p, const uint8_t *prev, size_t prev_len, const uint8_t *key,
                      size_t len);

/*
 * Read one: `key` and *len hold the one before (nothing at first) and then
 * this one. NULL when it is cut off at `end`, shares more than there is, or is
 * longer than `cap`; key and *len are then as before.
 */
const uint8_t *ik_front_get(const uint8_t *p, const uint8_t *end, uint8_t *key, size_t cap,
                            size_t *len);

#endif
