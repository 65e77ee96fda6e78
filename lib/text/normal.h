/*
 * normal.h - a normalised text, and which bytes of the text before it stand
 * behind each of its bytes.
 *
 * Layer: text.
 */
#ifndef IK_TEXT_NORMAL_H
#define IK_TEXT_NORMAL_H

#include "base/buf.h"
#include "base/vec.h"

/* From byte `at` of the normalised text up to the next piece: what it stands for. */
struct ik_piece {
	uint32_t at;
	uint32_t start;
	uint32_t end;
	uint32_t same; /* the very bytes: their offsets go one by one */
};

struct ik_normal {
	struct ik_buf text;
	IK_VEC(struct ik_piece) pieces;
};

void ik_normal_init(struct ik_normal *n);
void ik_normal_clear(struct ik_normal *n); /* memory is kept */
void ik_normal_free(struct ik_normal *n);

/*
 * Append s[0, len), which stands for from[start, end); pieces go forward.
 * INK_ENOMEM or INK_ELIMIT (over 2^31 - 1 bytes) without a message, or 0.
 */
int ik_normal_put(struct ik_normal *n, const char *from, const char *s, size_t len, size_t start,
                  size_t end);

/* Where the bytes behind normalised [start, end) begin and end. */
void ik_normal_map(const struct ik_normal *n, uint32_t *start, uint32_t *end);

/* The text with U+FFFD for each invalid byte. Errors as ik_normal_put(). */
int ik_normal_repair(struct ik_normal *n, const char *text, size_t len);

#endif
