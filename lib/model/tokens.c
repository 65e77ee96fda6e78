/*
 * tokens.c - tokens as bytes.
 *
 * Layer: model. Each token is the varints step, start, end - start and
 * 2 * flags + part, and the term as its length and that many bytes.
 */
#include "model/tokens.h"

#include "base/err.h"
#include "base/utf8.h"
#include "model/wire.h"

/* NULL, or what is wrong. Offsets without a text are not looked at. */
static const char *fault_of(const ink_token *t, const char *text, size_t len)
{
	if (t->term == NULL || t->len == 0)
		return "an empty term";
	if (!ik_utf8_valid(t->term, t->len, NULL))
		return "a term that is not UTF-8";
	if (t->part != INK_PART_WORD && t->part != INK_PART_GRAM)
		return "an unknown part";
	if ((t->flags & ~(uint32_t)INK_TOKEN_JOINED) != 0 || t->reserved != 0)
		return "unknown flags";
	if (text != NULL && (t->start > t->end || t->end > len))
		return "offsets that are no part of the text";
	return NULL;
}

static int check(const ink_token *t, size_t i, const char *text, size_t len, ink_error *err)
{
	const char *fault;

	if (t->len > INK_TERM_MAX)
		return ik_fail(err, INK_ELIMIT, "token %zu: a term of %zu bytes, %d are allowed",
		               i + 1, t->len, INK_TERM_MAX);
	fault = fault_of(t, text, len);
	return fault == NULL ? 0 : ik_fail(err, INK_EINVAL, "token %zu: %s", i + 1, fault);
}

static void pack(const ink_token *t, int offsets, struct ik_buf *out)
{
	ik_buf_put_varint(out, t->step);
	ik_buf_put_varint(out, offsets ? t->start : 0);
	ik_buf_put_varint(out, offsets ? t->end - t->start : 0);
	ik_buf_put_varint(out, 2 * (uint64_t)t->flags + (uint64_t)t->part);
	ik_buf_put_varint(out, t->len);
	ik_buf_put(out, t->term, t->len);
}

int ik_tokens_pack(const ink_token *tokens, size_t n, const char *text, size_t len,
                   uint32_t *positions, struct ik_buf *out, ink_error *err)
{
	for (size_t i = 0; i < n && out->err == 0; i++) {
		const ink_token *t = &tokens[i];
		uint32_t step = t->part == INK_PART_WORD ? t->step : 0;
		int rc = check(t, i, text, len, err);

		if (rc != 0)
			return rc;
		if (step > IK_TOKEN_POSITIONS_MAX - *positions)
			return ik_fail(err, INK_ELIMIT, "token %zu: over 2^30 positions", i + 1);
		*positions += step;
		pack(t, text != NULL, out);
	}
	return 0;
}

const uint8_t *ik_tokens_next(const uint8_t *p, const uint8_t *end, ink_token *out)
{
	uint64_t step = 0, start = 0, span = 0, kind = 0;

	*out = (ink_token){0};
	p = ik_wire_varint(p, end, &step);
	p = p == NULL ? NULL : ik_wire_varint(p, end, &start);
	p = p == NULL ? NULL : ik_wire_varint(p, end, &span);
	p = p == NULL ? NULL : ik_wire_varint(p, end, &kind);
	p = p == NULL ? NULL : ik_wire_bytes(p, end, INK_TERM_MAX, &out->term, &out->len);
	out->step = (uint32_t)step;
	out->start = start;
	out->end = start + span;
	out->part = (int32_t)(kind & 1);
	out->flags = (uint32_t)(kind >> 1);
	return p;
}
