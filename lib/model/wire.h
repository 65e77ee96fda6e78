/*
 * wire.h - what the decoders of this folder share, and text fit for a message.
 *
 * Layer: model. Decoders return the byte after what they read, or NULL when
 * the range ends first or the number is malformed.
 */
#ifndef IK_MODEL_WIRE_H
#define IK_MODEL_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define IK_SHOW_MAX 48

/* LEB128 of at most ten bytes; more than 64 bits is malformed. */
const uint8_t *ik_wire_varint(const uint8_t *p, const uint8_t *end, uint64_t *out);

/* A varint length of at most `max`, and that many bytes, which stay where they are. */
const uint8_t *ik_wire_bytes(const uint8_t *p, const uint8_t *end, size_t max, const char **out,
                             size_t *len);

/* Eight little-endian bytes of an IEEE 754 double. */
const uint8_t *ik_wire_f64(const uint8_t *p, const uint8_t *end, double *out);

/* The bits of a double, as they are written. */
uint64_t ik_wire_bits(double value);

/* The start of a hostile text for a message: valid UTF-8, one line, "..." where it was cut. */
const char *ik_show(char buf[IK_SHOW_MAX], const char *text, size_t len);

#endif
