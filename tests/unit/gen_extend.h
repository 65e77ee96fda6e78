/*
 * gen_extend.h - what the tests of extensions share: a tokenizer "commas", a
 * filter "rules" and a normaliser "markup", and how they are registered.
 */
#ifndef GEN_EXTEND_H
#define GEN_EXTEND_H

#include "tokens.h"

#include "inkstone/ext/tokenizer.h"
#include "text/registry.h"

static ink_error err;

/* Bytes between commas, with the offsets of each; a step of one more for each empty one. */
static inline int commas(void *self, int32_t purpose, const char *text, size_t len,
                         ink_emitter *out, ink_error *why)
{
	size_t from = 0, at;
	uint32_t step = 1;

	(void)self;
	(void)purpose;
	(void)why;
	for (at = 0; at <= len; at++) {
		ink_token t = {text + from, at - from, from, at, step, INK_PART_WORD, 0, 0};

		if (at < len && text[at] != ',')
			continue;
		from = at + 1;
		if (t.len == 0) {
			step++;
			continue;
		}
		step = 1;
		if (ink_emit_token(out, &t) != 0)
			return INK_EINVAL;
	}
	return 0;
}

/* "x" is dropped, "wifi" becomes "wi" and "fi" beside "wifi", others get the argument. */
static inline int rules(void *self, int32_t purpose, const ink_token *token, ink_emitter *out,
                        ink_error *why)
{
	const char *arg = self;
	ink_token t = *token;
	char term[64];

	(void)purpose;
	(void)why;
	if (t.len == 1 && t.term[0] == 'x')
		return 0;
	if (t.len == 4 && memcmp(t.term, "wifi", 4) == 0) {
		t.len = 2;
		ink_emit_token(out, &t);
		t = *token;
		t.step = 0;
		t.flags = INK_TOKEN_JOINED;
		ink_emit_token(out, &t);
		t.term = token->term + 2;
		t.len = 2;
		t.step = 1;
		t.flags = 0;
		return ink_emit_token(out, &t);
	}
	t.len = (size_t)snprintf(term, sizeof term, "%.*s%s", (int)t.len, t.term, arg ? arg : "");
	t.term = term;
	return ink_emit_token(out, &t);
}

static int live; /* instances of rules */

static inline int open_rules(void *user, const char *arg, size_t len, void **self, ink_error *why)
{
	(void)user;
	if (arg != NULL && len == 0) {
		snprintf(why->message, sizeof why->message, "an ending of\nno letters");
		return INK_ESYNTAX;
	}
	*self = arg != NULL ? ik_strndup(arg, len) : NULL;
	if (arg != NULL && *self == NULL)
		return INK_ENOMEM;
	live++;
	return 0;
}

static inline void close_rules(void *self)
{
	ik_free(self);
	live--;
}

/* "<...>" is left out, "&amp;" becomes "&", "(r)" becomes "®", all else stays. */
static inline int markup(void *self, const char *text, size_t len, ink_emitter *out, ink_error *why)
{
	size_t at = 0;

	(void)self;
	(void)why;
	while (at < len) {
		size_t from = at;

		if (text[at] == '<') {
			while (at < len && text[at++] != '>')
				;
		} else if (len - at >= 5 && memcmp(text + at, "&amp;", 5) == 0) {
			at += 5;
			ink_emit_text(out, "&", 1, from, at);
		} else if (len - at >= 3 && memcmp(text + at, "(r)", 3) == 0) {
			at += 3;
			ink_emit_text(out, "\xC2\xAE", 2, from, at);
		} else {
			while (at < len && text[at] != '<' && text[at] != '&' && text[at] != '(')
				at++;
			at += at == from;
			ink_emit_text(out, text + from, at - from, from, at);
		}
	}
	return 0;
}

static inline void must_register(const char *name, ink_tokenize_fn t, ink_filter_fn f,
                                 ink_normalize_fn n)
{
	ink_extension e = {sizeof e, name, "1.0", NULL, NULL, NULL, NULL, t, f, n};

	assert_int_equal(ik_registry_add(&e, &err), 0);
}

static inline void must_forget(const char *name)
{
	assert_int_equal(ik_registry_remove(name, &err), 0);
}

static inline int register_all(void **state)
{
	ink_extension e = {sizeof e, "rules", NULL, NULL, NULL, open_rules, close_rules, NULL,
	                   rules, NULL};

	(void)state;
	must_register("commas", commas, NULL, NULL);
	must_register("markup", NULL, NULL, markup);
	assert_int_equal(ik_registry_add(&e, &err), 0);
	return 0;
}

static inline int forget_all(void **state)
{
	(void)state;
	must_forget("commas");
	must_forget("markup");
	must_forget("rules");
	assert_int_equal(live, 0);
	return 0;
}

#endif
