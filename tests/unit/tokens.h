/*
 * tokens.h - for tests of lib/text: the tokens of a text as a string.
 *
 * "0:run 1:dog": position and term. A joined form has a + behind it, a prefix
 * a *, a word of the lexicon a !. tokens_words and tokens_grams give one part,
 * good until the next call.
 */
#ifndef INK_TESTS_TOKENS_H
#define INK_TESTS_TOKENS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "text/analyzer.h"

/* What texts are analyzed with from now on. */
static const struct ik_lexicon *tokens_lexicon;

struct tokens_sink {
	struct ik_sink sink;
	int part; /* -1: both */
	int offsets;
	size_t n;
	struct ik_buf text;
};

static int tokens_take(struct ik_sink *sink, const struct ik_token *token)
{
	struct tokens_sink *s = (struct tokens_sink *)sink;

	if (s->part >= 0 && s->part != token->part)
		return 0;
	if (s->text.len > 0)
		ik_buf_put_str(&s->text, " ");
	ik_buf_printf(&s->text, "%u:%.*s%s%s%s", (unsigned)token->position, (int)token->len,
	              token->term, token->flags & IK_TOKEN_JOINED ? "+" : "",
	              token->flags & IK_TOKEN_PREFIX ? "*" : "",
	              token->flags & IK_TOKEN_USER ? "!" : "");
	if (s->offsets)
		ik_buf_printf(&s->text, "@%u-%u", (unsigned)token->start, (unsigned)token->end);
	s->n++;
	return 0;
}

static const char *tokens_run(const char *spec, enum ik_purpose purpose, const char *text,
                              size_t len, int part, int offsets)
{
	static struct tokens_sink s;
	struct ik_analyzer *analyzer;
	struct ik_analysis *analysis;
	ink_error err;

	ik_buf_free(&s.text);
	ik_buf_init(&s.text, 64u << 20);
	s.sink.token = tokens_take;
	s.part = part;
	s.offsets = offsets;
	s.n = 0;
	assert_int_equal(ik_analyzer_new(spec, &analyzer, &err), INK_OK);
	assert_int_equal(ik_analysis_new(&analysis, &err), INK_OK);
	ik_analysis_set_lexicon(analysis, tokens_lexicon);
	assert_int_equal(ik_analyze(analyzer, analysis, purpose, text, len, &s.sink, &err), INK_OK);
	ik_analysis_free(analysis);
	ik_analyzer_unref(analyzer);
	assert_int_equal(s.text.err, 0);
	return ik_buf_str(&s.text);
}

static inline const char *tokens_words(enum ik_purpose purpose, const char *text)
{
	return tokens_run("default", purpose, text, strlen(text), INK_PART_WORD, 0);
}

static inline const char *tokens_grams(enum ik_purpose purpose, const char *text)
{
	return tokens_run("default", purpose, text, strlen(text), INK_PART_GRAM, 0);
}

/* The folded text by the default analyzer, good until the next call. */
static inline const char *tokens_fold(const char *text, size_t len)
{
	static struct ik_buf out;
	struct ik_analyzer *analyzer;
	ink_error err;

	ik_buf_free(&out);
	ik_buf_init(&out, 64u << 20);
	assert_int_equal(ik_analyzer_new(NULL, &analyzer, &err), INK_OK);
	assert_int_equal(ik_fold_text(analyzer, text, len, &out, &err), INK_OK);
	ik_analyzer_unref(analyzer);
	return ik_buf_str(&out);
}

#endif
