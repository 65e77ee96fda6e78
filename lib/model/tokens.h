/*
 * tokens.h - the tokens of a text that an application analyzed itself.
 *
 * Layer: model. Packed, so that a document is copied as cheaply as its text;
 * they live in memory only.
 */
#ifndef IK_MODEL_TOKENS_H
#define IK_MODEL_TOKENS_H

#include "base/buf.h"
#include "inkstone/analyzer.h"

#define IK_TOKEN_POSITIONS_MAX (UINT32_C(1) << 30) /* of all values of a document */

/*
 * Check n tokens of a text and append them to `out`; the positions that they
 * take are added to *positions. INK_EINVAL, INK_ELIMIT; INK_ENOMEM is in out->err.
 */
int ik_tokens_pack(const ink_token *tokens, size_t n, const char *text, size_t len,
                   uint32_t *positions, struct ik_buf *out, ink_error *err);

/* The token at p < end: the byte after it. */
const uint8_t *ik_tokens_next(const uint8_t *p, const uint8_t *end, ink_token *out);

#endif
