/*
 * xapian_tokens.h - the tokens of a query text.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. Between the files
 * of the backend that make queries.
 */
#ifndef IK_BACKEND_XAPIAN_TOKENS_H
#define IK_BACKEND_XAPIAN_TOKENS_H

#include "backend/xapian.h"
#include "base/map.h"

struct ik_xb_token {
	const char *term;
	uint32_t len, position, start, end, count;
	uint8_t part, flags;
};

struct ik_xb_tokens {
	struct ik_sink sink;
	struct ik_xb_build *b;
	struct {
		struct ik_xb_token *v; /* in the arena, as a search makes many short lists */
		size_t n, cap;
	} list;
	struct ik_map seen; /* tokens from FEW on */
	int join_repeats;
};

/* All tokens of a text; with `join_repeats` one that comes again is only counted. */
int ik_xb_tokens_collect(struct ik_xb_build *b, uint32_t field, enum ik_purpose purpose,
                         const char *text, size_t len, int join_repeats, struct ik_xb_tokens *c);
void ik_xb_tokens_release(struct ik_xb_tokens *c);

/* How many are of a part. */
size_t ik_xb_tokens_count(const struct ik_xb_tokens *c, uint8_t part);

/* Does the token look for that? */
int ik_xb_token_is(const struct ik_xb_token *a, const char *term, uint32_t len, uint8_t part,
                   uint8_t flags);

#endif
