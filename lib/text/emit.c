/*
 * emit.c - tokens on their way to the sink: what each purpose wants of them.
 *
 * Layer: text.
 */
#include "text/analysis.h"
#include "text/stop.h"

#include <string.h>

#include "base/utf8.h"

static int send(struct ik_analysis *a, const struct ik_token *token, int function)
{
	if (a->counting) {
		a->content += !function;
		return 0;
	}
	if (a->dropping && function)
		return 0;
	a->rc = a->sink->token(a->sink, token);
	return a->rc;
}

/* Is the word what a query looks for in another way: a joined form's parts, or a user's word's? */
static int is_another_sight(const struct ik_analysis *a, size_t start, uint8_t flags)
{
	return a->purpose == IK_FOR_PHRASE ? flags & IK_TOKEN_JOINED : start < a->user_end;
}

int ik_emit_word(struct ik_analysis *a, const char *term, size_t len, size_t start, size_t end,
                 uint8_t flags, int function)
{
	struct ik_token token = {term, (uint32_t)len, a->word_pos, (uint32_t)start, (uint32_t)end,
	                         INK_PART_WORD, flags, 0};

	if (a->rc != 0 || len == 0)
		return a->rc;
	if (!a->whole && flags & IK_TOKEN_JOINED)
		return 0;
	if (!a->whole)
		return ik_filter_run(a, start, end, ik_is_ascii(a->text + start, end - start));
	if (a->purpose != IK_FOR_DOC && is_another_sight(a, start, flags))
		return 0;
	return send(a, &token, function);
}

int ik_emit_gram(struct ik_analysis *a, const char *term, size_t len, size_t start, size_t end,
                 uint8_t flags, int function)
{
	struct ik_token token = {term, (uint32_t)len, a->gram_pos, (uint32_t)start, (uint32_t)end,
	                         INK_PART_GRAM, flags, 0};

	if (a->rc != 0 || !a->whole || len == 0)
		return a->rc;
	return send(a, &token, function);
}

size_t ik_emit_put(char *out, size_t room, const struct ik_char *c, uint32_t n)
{
	size_t len = 0;
	uint32_t i;

	for (i = 0; i < n && len + 4 <= room; i++)
		len += ik_utf8_put_cjk(out + len, c[i].cp);
	for (; i < n; i++) { /* near the end: only what fits */
		char last[4];
		size_t more = ik_utf8_put_cjk(last, c[i].cp);

		if (len + more > room)
			break;
		memcpy(out + len, last, more);
		len += more;
	}
	return len;
}

/* Kana are folded here, not in the window: what is behind a gram may be in a word yet to come. */
static int emit_gram_of(struct ik_analysis *a, const struct ik_char *c, uint32_t n, uint8_t flags,
                        int function)
{
	char term[16]; /* at most three characters */
	size_t len = 0;
	uint32_t i;

	function |= a->purpose == IK_FOR_ANY && ik_stop_cjk(c, n);
	for (i = 0; i < n; i++)
		len += ik_utf8_put_cjk(term + len, ik_fold_kana(c[i].cp));
	return ik_emit_gram(a, term, len, c[0].start, c[n - 1].end, flags, function);
}

int ik_emit_grams(struct ik_analysis *a, struct ik_char *c, uint32_t n, uint32_t used,
                  uint32_t size, int function)
{
	int document = a->purpose == IK_FOR_DOC;
	uint32_t i;

	if (!a->whole)
		return a->rc;
	for (i = 0; i < used && a->rc == 0; i++, a->gram_pos++) {
		if (i + size <= n)
			emit_gram_of(a, c + i, size, 0, function);
		else if (document)
			emit_gram_of(a, c + i, n - i, 0, function);
		else if (i == 0)
			emit_gram_of(a, c, n, IK_TOKEN_PREFIX, function);
	}
	return a->rc;
}
