/*
 * filter.c - the filters of a spec, applied to one term after another.
 *
 * Layer: text. A term is copied once, cut at IK_TERM_MAX and made valid UTF-8,
 * and then changed in place.
 */
#include "text/analysis.h"
#include "text/ascii.h"
#include "text/diacritics.h"
#include "text/extend.h"
#include "text/icu.h"
#include "text/stop.h"

#include <string.h>

#include "base/bits.h"
#include "base/err.h"
#include "base/utf8.h"

/* Longer than any term, and words of eight bytes may be read and written at its end. */
#define ROOM (IK_TERM_MAX + 9)

struct term {
	char s[ROOM];
	size_t len;
	int ascii;
};

/* This and what follows is put into both ways in: a call would cost more than most filters do. */
IK_INLINE void take_term(struct term *t, const char *s, size_t len, size_t readable)
{
	const char *p = s, *end = s + len;

	if (len <= IK_TERM_MAX && t->ascii) {
		if (len <= 16 && readable >= 16) /* a copy of known size is faster */
			memcpy(t->s, s, 16);
		else
			memcpy(t->s, s, len);
		t->len = len;
		return;
	}
	t->len = 0;
	while (p < end && t->len <= IK_TERM_MAX - 4) {
		uint32_t cp;

		p = ik_utf8_next(p, end, &cp);
		t->len += ik_utf8_put(t->s + t->len, cp);
	}
}

static void lower_ascii(struct term *t)
{
	size_t i;

	for (i = 0; i < t->len; i += 8) {
		uint64_t v = ik_load64(t->s + i);

		ik_store64(t->s + i, v + (ik_ascii_between(v, 'A', 'Z') >> 2));
	}
}

static void lower(struct term *t)
{
	struct term from;
	const char *p, *end;

	memcpy(&from, t, sizeof from);
	p = from.s;
	end = p + from.len;
	t->len = 0;
	while (p < end && t->len <= IK_TERM_MAX - 4) {
		uint32_t cp;

		p = ik_utf8_next(p, end, &cp);
		t->len += ik_utf8_put(t->s + t->len, ik_icu_lower(cp));
	}
}

static void fold(struct ik_analysis *a, struct term *t)
{
	struct ik_window *w = &a->folding;

	ik_window_init(w, t->s, t->len, 0);
	ik_window_fill(w, 0); /* a term is shorter than a window */
	t->len = ik_emit_put(t->s, IK_TERM_MAX, w->c, w->n);
}

IK_INLINE int stem(struct ik_analysis *a, struct term *t, const char *algorithm)
{
	struct ik_stemmer *stemmer = ik_analysis_stemmer(a, algorithm);
	size_t len = 0;
	const char *s = stemmer ? ik_stem_run(stemmer, t->s, t->len, &len) : NULL;

	if (s == NULL)
		return INK_ENOMEM;
	t->len = ik_utf8_floor(s, len, len < IK_TERM_MAX ? len : IK_TERM_MAX);
	memcpy(t->s, s, t->len);
	return 0;
}

static void diacritics(struct term *t)
{
	if (t->ascii)
		return;
	t->len = ik_diacritics_term(t->s, t->len);
	t->ascii = ik_is_ascii(t->s, t->len);
}

/* 1: go on, 0: the term is dropped. */
IK_INLINE int apply(struct ik_analysis *a, const struct ik_filter *f, struct term *t)
{
	size_t n;

	switch (f->kind) {
	case IK_FILTER_FOLD:
	case IK_FILTER_LOWER:
		if (t->ascii)
			lower_ascii(t);
		else if (f->kind == IK_FILTER_FOLD)
			fold(a, t);
		else
			lower(t);
		break;
	case IK_FILTER_STOP:
		return !ik_stop_has(f->language, t->s, t->len);
	case IK_FILTER_STEM:
		a->rc = stem(a, t, f->language);
		break;
	case IK_FILTER_LENGTH:
		n = ik_utf8_count(t->s, t->len);
		return n >= f->min && n <= f->max;
	default:
		ik_assert(0); /* no plain filter */
	}
	return t->len > 0;
}

IK_INLINE int send(struct ik_analysis *a, const struct term *t, struct ik_token *token)
{
	token->term = t->s;
	token->len = (uint32_t)t->len;
	token->wide = 0;
	a->rc = a->sink->token(a->sink, token);
	return a->rc;
}

int ik_filter_token(struct ik_analysis *a, uint32_t i, const char *term, size_t len,
                    struct ik_token *token)
{
	const struct ik_analyzer *analyzer = a->analyzer;
	struct term t;

	t.ascii = ik_is_ascii(term, len);
	take_term(&t, term, len, 0);
	for (; i < analyzer->n_filters; i++) {
		const struct ik_filter *f = &analyzer->filter[i];

		if (f->kind == IK_FILTER_OWN) /* which goes on from there */
			return ik_extend_filter(a, i, t.s, t.len, token);
		if (f->kind == IK_FILTER_DIACRITICS)
			diacritics(&t);
		else if (!apply(a, f, &t) || a->rc != 0)
			return a->rc;
	}
	return send(a, &t, token);
}

int ik_filter_run(struct ik_analysis *a, size_t start, size_t end, int ascii)
{
	struct term t;
	struct ik_token token;
	uint32_t i;

	t.ascii = ascii;
	take_term(&t, a->text + start, end - start, a->len - start);
	token.position = a->word_pos;
	token.start = (uint32_t)start;
	token.end = (uint32_t)end;
	token.part = INK_PART_WORD;
	token.flags = 0;
	for (i = 0; i < a->analyzer->n_plain; i++)
		if (!apply(a, &a->analyzer->filter[i], &t) || a->rc != 0)
			return a->rc;
	if (i < a->analyzer->n_filters)
		return ik_filter_token(a, i, t.s, t.len, &token);
	return send(a, &t, &token);
}
