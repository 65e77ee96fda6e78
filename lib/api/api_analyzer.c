/*
 * api_analyzer.c - inkstone/analyzer.h: running an analyzer by hand.
 *
 * Layer: api. The tokens of a text are all collected before the first one is
 * given out, each term behind the other in one buffer.
 */
#include <limits.h>

#include "api/handle.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/vec.h"

struct token {
	size_t at; /* of its term in the buffer */
	uint32_t len;
	uint32_t position;
	uint32_t start, end;
	uint8_t part, flags;
};

struct ink_tokens {
	IK_VEC(struct token) tokens;
	struct ik_buf terms;
	size_t next; /* the current one is before it */
};

struct collector {
	struct ik_sink sink;
	ink_tokens *tokens;
};

static int collect(struct ik_sink *sink, const struct ik_token *token)
{
	ink_tokens *to = ((struct collector *)sink)->tokens;
	struct token *t = ik_vec_push(&to->tokens);

	if (t == NULL)
		return INK_ENOMEM;
	*t = (struct token){to->terms.len, token->len, token->position, token->start,
	                    token->end,    token->part, token->flags};
	ik_buf_put(&to->terms, token->term, token->len);
	ik_buf_put_u8(&to->terms, 0);
	return to->terms.err != 0 ? INK_ENOMEM : 0;
}

int ink_analyzer_new(const char *spec, ink_analyzer **out, ink_error *err)
{
	struct ik_analyzer *analyzer = NULL;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	rc = ik_analyzer_new(spec, &analyzer, err);
	if (rc == 0)
		*out = (ink_analyzer *)analyzer;
	return rc;
}

static int run(const ink_analyzer *analyzer, const char *text, size_t len, ink_tokens *tokens,
               ink_error *err)
{
	struct collector c = {{collect}, tokens};
	struct ik_analysis *analysis = NULL;
	int rc;

	if (len > INT_MAX)
		return ik_fail(err, INK_ELIMIT, "a text of %zu bytes, over 2^31", len);
	rc = ik_analysis_new(&analysis, err);
	if (rc != 0)
		return rc;
	rc = ik_analyze(ik_analyzer_of(analyzer), analysis, IK_FOR_DOC, text, len, &c.sink, err);
	ik_analysis_free(analysis);
	return rc;
}

int ink_analyzer_run(const ink_analyzer *analyzer, const char *text, size_t len, ink_tokens **out,
                     ink_error *err)
{
	ink_tokens *tokens;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (analyzer == NULL)
		return ik_null(err, "analyzer");
	if (text == NULL && len > 0)
		return ik_null(err, "text");
	tokens = ik_zalloc(sizeof *tokens);
	if (tokens == NULL)
		return ik_fail_nomem(err);
	ik_buf_init(&tokens->terms, SIZE_MAX);
	rc = run(analyzer, text == NULL ? "" : text, len, tokens, err);
	if (rc != 0) {
		ink_tokens_free(tokens);
		return rc;
	}
	*out = tokens;
	return INK_OK;
}

int ink_tokens_next(ink_tokens *tokens)
{
	if (tokens == NULL || tokens->next > tokens->tokens.n)
		return 0;
	tokens->next++;
	return tokens->next <= tokens->tokens.n;
}

/* NULL before the first step and at the end. */
static const struct token *current(const ink_tokens *tokens)
{
	if (tokens == NULL || tokens->next == 0 || tokens->next > tokens->tokens.n)
		return NULL;
	return &tokens->tokens.v[tokens->next - 1];
}

const char *ink_tokens_text(const ink_tokens *tokens, size_t *len)
{
	const struct token *t = current(tokens);

	if (len != NULL)
		*len = t == NULL ? 0 : t->len;
	return t == NULL ? "" : (const char *)tokens->terms.data + t->at;
}

int32_t ink_tokens_part(const ink_tokens *tokens)
{
	const struct token *t = current(tokens);

	return t == NULL ? INK_PART_WORD : t->part;
}

uint32_t ink_tokens_flags(const ink_tokens *tokens)
{
	const struct token *t = current(tokens);

	return t == NULL ? 0 : t->flags & (uint32_t)INK_TOKEN_JOINED;
}

uint32_t ink_tokens_position(const ink_tokens *tokens)
{
	const struct token *t = current(tokens);

	return t == NULL ? 0 : t->position;
}

uint64_t ink_tokens_start(const ink_tokens *tokens)
{
	const struct token *t = current(tokens);

	return t == NULL ? 0 : t->start;
}

uint64_t ink_tokens_end(const ink_tokens *tokens)
{
	const struct token *t = current(tokens);

	return t == NULL ? 0 : t->end;
}

void ink_tokens_free(ink_tokens *tokens)
{
	if (tokens == NULL)
		return;
	ik_vec_free(&tokens->tokens);
	ik_buf_free(&tokens->terms);
	ik_free(tokens);
}

void ink_analyzer_free(ink_analyzer *analyzer)
{
	ik_analyzer_unref(ik_analyzer_of(analyzer));
}
