/*
 * pretoken.c - tokens that came with a document, in place of an analysis.
 *
 * Layer: index.
 */
#include "index/pretoken.h"

#include "model/tokens.h"

int ik_pretoken_run(const struct ik_value *value, struct ik_sink *sink)
{
	const uint8_t *p = (const uint8_t *)value->tokens, *end = p + value->tokens_len;
	uint32_t behind = 0, grams = 0; /* the position after the last word; grams so far */
	int rc = 0;

	while (rc == 0 && p < end) {
		struct ik_token token;
		ink_token t;

		p = ik_tokens_next(p, end, &t);
		ik_assert(p != NULL);
		if (t.part == INK_PART_WORD)
			behind += behind == 0 && t.step == 0 ? 1 : t.step;
		token.term = t.term;
		token.len = (uint32_t)t.len;
		token.position = t.part == INK_PART_WORD ? behind - 1 : grams++;
		token.start = (uint32_t)t.start;
		token.end = (uint32_t)t.end;
		token.part = (uint8_t)t.part;
		token.flags = (uint8_t)t.flags;
		token.wide = 0;
		rc = sink->token(sink, &token);
	}
	return rc;
}
