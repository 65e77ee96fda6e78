/*
 * foldtext.c - folded texts and terms, and where a text may be cut.
 *
 * Layer: text.
 */
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "text/analysis.h"
#include "text/ascii.h"
#include "text/diacritics.h"
#include "text/extend.h"
#include "text/icu.h"
#include "text/joined.h"

#define ASCII_STEP 256u
#define STEP 64u /* characters that room is made for together */

enum fold_how {
	FOLD_NOT,
	FOLD_LOWER,
	FOLD_WORDS, /* as the word part */
	FOLD_GRAMS  /* and kana as well */
};

static enum fold_how how_of(const struct ik_analyzer *analyzer)
{
	enum fold_how how = FOLD_NOT;
	uint32_t i;

	if (analyzer->tokenizer == IK_TOKENIZER_DEFAULT)
		return FOLD_GRAMS;
	for (i = 0; i < analyzer->n_filters; i++) {
		if (analyzer->filter[i].kind == IK_FILTER_FOLD)
			return FOLD_WORDS;
		if (analyzer->filter[i].kind == IK_FILTER_LOWER)
			how = FOLD_LOWER;
	}
	return how;
}

/* Where characters go: runs of blanks as one, none at the front. */
struct writer {
	struct ik_buf *out;
	enum fold_how how;
	int squeeze;
	int any;
	int blank; /* one is due before the next character */
};

#define CHAR_MAX_BYTES 5u /* a blank and a character */

/* Write one where there is room for CHAR_MAX_BYTES; the end of it. */
static inline char *write_char(struct writer *w, uint32_t cp, uint8_t cls, char *to)
{
	if (w->squeeze && cls == IK_CLASS_BLANK) {
		w->blank = w->any;
		return to;
	}
	if (w->blank)
		*to++ = ' ';
	w->blank = 0;
	w->any = 1;
	if (w->how == FOLD_GRAMS)
		cp = ik_fold_kana(cp);
	else if (w->how == FOLD_LOWER)
		cp = ik_icu_lower(cp);
	return to + ik_utf8_put_cjk(to, cp);
}

static void put(struct writer *w, uint32_t cp, uint8_t cls)
{
	char *to = (char *)ik_buf_room(w->out, CHAR_MAX_BYTES);

	if (to != NULL)
		w->out->len += (size_t)(write_char(w, cp, cls, to) - to);
}

static void put_unfolded(struct writer *w, const char *text, size_t len)
{
	const char *p = text, *end = text + len;

	while (p < end && w->out->err == 0) {
		uint32_t cp, entry;

		p = ik_utf8_next(p, end, &cp);
		entry = ik_fold_entry(cp);
		put(w, cp, entry & IK_FOLD_MULTI ? IK_CLASS_OTHER : ik_fold_class(entry));
	}
}

/*
 * Up to STEP characters from p on that are folded to one each, which a blank may come before.
 * `to` has room for them. Returns where it came to.
 */
static const char *put_singles(struct writer *w, const char *p, const char *end, char *to)
{
	char *from = to;

	for (unsigned i = 0; i < STEP && p < end; i++) {
		uint32_t cp, entry;
		const char *next = ik_utf8_next_cjk(p, end, &cp);

		entry = ik_fold_entry(cp);
		if ((entry & (IK_FOLD_ATTACH | IK_FOLD_MULTI)) != 0)
			break;
		to = write_char(w, ik_fold_one(entry, cp), ik_fold_class(entry), to);
		p = next;
	}
	w->out->len += (size_t)(to - from);
	return p;
}

/* What a character that is not folded to one is folded to. */
static const char *put_sequence(struct writer *w, const char *p, const char *end)
{
	uint32_t cp;
	const char *next = ik_utf8_next(p, end, &cp);
	const uint32_t *seq = &ik_fold_seq[ik_fold_entry(cp) & IK_FOLD_CP];

	for (uint32_t n = *seq++; n > 0; n--, seq++)
		put(w, *seq, ik_fold_class(ik_fold_entry(*seq)));
	return next;
}

/* A text in which nothing combines; 0, with a part of it written, when something may. */
static int put_one_by_one(struct writer *w, const char *p, const char *end)
{
	while (p < end && w->out->err == 0) {
		uint8_t *to = ik_buf_room(w->out, STEP * CHAR_MAX_BYTES);
		const char *from = p;
		uint32_t cp;

		if (to == NULL)
			break;
		p = put_singles(w, p, end, (char *)to);
		if (p > from)
			continue;
		ik_utf8_next(p, end, &cp);
		if ((ik_fold_entry(cp) & IK_FOLD_ATTACH) != 0)
			return 0;
		p = put_sequence(w, p, end);
	}
	return 1;
}

static int put_window(struct writer *w, const char *text, size_t len, ink_error *err)
{
	struct ik_window *window = ik_alloc(sizeof *window);
	uint32_t i;
	int done = 0;

	if (window == NULL)
		return ik_fail_nomem(err);
	ik_window_init(window, text, len, 0);
	while (!done && w->out->err == 0) {
		done = ik_window_fill(window, 0);
		for (i = 0; i < window->n; i++)
			put(w, window->c[i].cp, window->c[i].cls);
		ik_window_drop(window, window->n);
	}
	ik_free(window);
	return INK_OK;
}

static int put_folded(struct writer *w, const char *text, size_t len, ink_error *err)
{
	struct writer before = *w;
	size_t start = w->out->len;

	if (put_one_by_one(w, text, text + len))
		return 0;
	*w = before;
	w->out->len = start;
	return put_window(w, text, len, err);
}

/* At most ASCII_STEP characters; `to` has room for one more. What was written. */
static size_t put_ascii_step(struct writer *w, const char *text, size_t len, uint8_t *to)
{
	uint8_t *from = to;
	size_t i;

	for (i = 0; i < len; i++) {
		uint8_t b = (uint8_t)text[i];

		if (w->squeeze && !(ik_ascii[b] & IK_ASCII_INK)) {
			w->blank = w->any;
			continue;
		}
		if (w->blank)
			*to++ = ' ';
		w->blank = 0;
		w->any = 1;
		*to++ = w->how != FOLD_NOT && b >= 'A' && b <= 'Z' ? b | 0x20 : b;
	}
	return (size_t)(to - from);
}

static void put_ascii(struct writer *w, const char *text, size_t len)
{
	while (len > 0) {
		size_t step = len < ASCII_STEP ? len : ASCII_STEP;
		uint8_t *to = ik_buf_room(w->out, step + 1);

		if (to == NULL)
			return;
		w->out->len += put_ascii_step(w, text, step, to);
		text += step;
		len -= step;
	}
}

static int strips(const struct ik_analyzer *analyzer)
{
	uint32_t i;

	for (i = 0; i < analyzer->n_filters; i++)
		if (analyzer->filter[i].kind == IK_FILTER_DIACRITICS)
			return 1;
	return 0;
}

static int fold_plain(const struct ik_analyzer *analyzer, int squeeze, const char *text,
                      size_t len, struct ik_buf *out, ink_error *err)
{
	struct writer w = {out, how_of(analyzer), squeeze, 0, 0};
	size_t from = out->len;
	int rc = INK_OK;

	if (ik_is_ascii(text, len))
		put_ascii(&w, text, len);
	else if (w.how >= FOLD_WORDS)
		rc = put_folded(&w, text, len, err);
	else
		put_unfolded(&w, text, len);
	if (rc != INK_OK)
		return rc;
	if (out->err == 0 && out->len > from && strips(analyzer))
		out->len = from + ik_diacritics_term((char *)out->data + from, out->len - from);
	if (out->err == INK_ENOMEM)
		return ik_fail_nomem(err);
	return out->err ? ik_fail(err, out->err, "folded text is over %zu bytes", out->max) : 0;
}

static int fold_into(const struct ik_analyzer *analyzer, int squeeze, const char *text, size_t len,
                     struct ik_buf *out, ink_error *err)
{
	struct ik_normals normals;
	int rc;

	if (analyzer->n_normalizers == 0)
		return fold_plain(analyzer, squeeze, text, len, out, err);
	ik_normals_init(&normals);
	rc = ik_extend_normalize(analyzer, &normals, &text, &len, err);
	if (rc == INK_OK)
		rc = fold_plain(analyzer, squeeze, text, len, out, err);
	ik_normals_free(&normals);
	return rc;
}

int ik_fold_text(const struct ik_analyzer *analyzer, const char *text, size_t len,
                 struct ik_buf *out, ink_error *err)
{
	if (len > INT32_MAX)
		return ik_fail(err, INK_ELIMIT, "a text of %zu bytes, more than 2147483647", len);
	return fold_into(analyzer, 1, text, len, out, err);
}

int ik_fold_term(const struct ik_analyzer *analyzer, const char *text, size_t len,
                 struct ik_buf *out, ink_error *err)
{
	size_t start = out->len, n;
	int rc;

	if (len > INT32_MAX)
		return ik_fail(err, INK_ELIMIT, "a term of %zu bytes", len);
	rc = fold_into(analyzer, 0, text, len, out, err);
	n = out->len - start;
	if (rc == INK_OK && n > 0 && analyzer->tokenizer == IK_TOKENIZER_DEFAULT) {
		n = ik_joined_pattern((char *)out->data + start, n);
		out->len = start + n;
	}
	if (rc == INK_OK && n > IK_TERM_MAX)
		out->len = start + ik_utf8_floor((const char *)out->data + start, n, IK_TERM_MAX);
	return rc;
}

int ik_text_has_grams(const char *text, size_t len)
{
	const char *p = text, *end = text + len;

	while (p < end) {
		uint32_t cp, entry;

		if ((unsigned char)*p < 0x80) {
			p++;
			continue;
		}
		p = ik_utf8_next(p, end, &cp);
		entry = ik_fold_entry(cp);
		if (entry & IK_FOLD_MULTI && ik_fold_seq[entry & IK_FOLD_CP] > 0)
			entry = ik_fold_entry(ik_fold_seq[(entry & IK_FOLD_CP) + 1]);
		else if (entry & IK_FOLD_MULTI)
			entry = 0;
		if (ik_fold_class(entry) >= IK_CLASS_HAN && ik_fold_class(entry) != IK_CLASS_MIDDOT)
			return 1;
	}
	return 0;
}

/* Characters that never stand in a cluster with another one like them. */
static int stands_alone(uint32_t cp)
{
	uint32_t entry = ik_fold_entry(cp);
	uint8_t cls = ik_fold_class(entry);

	if (cp >= 0x0E01 && cp <= 0x0E5B) /* Thai without its signs */
		return cp <= 0x0E30 || cp == 0x0E32 || (cp >= 0x0E3F && cp <= 0x0E46) ||
		       cp >= 0x0E4F;
	if (cp < 0x80)
		return cp != '\r' && cp != '\n';
	if (entry & (IK_FOLD_MULTI | IK_FOLD_ATTACH))
		return 0;
	return cls == IK_CLASS_HAN || cls == IK_CLASS_HIRA || cls == IK_CLASS_KATA ||
	       (cls == IK_CLASS_ALPHA && cp < 0x600) || (cp >= 0xAC00 && cp <= 0xD7A3);
}

size_t ik_text_next_cluster(const char *text, size_t len, size_t at)
{
	char copy[4 * 64];
	const char *p, *next, *end = text + len;
	uint32_t cp, after = 0;
	size_t n = 0, to;

	if (at >= len)
		return len;
	at = ik_utf8_floor(text, len, at);
	p = ik_utf8_next(text + at, end, &cp);
	if (p >= end)
		return len;
	next = ik_utf8_next(p, end, &after);
	(void)next;
	if (stands_alone(cp) && stands_alone(after))
		return (size_t)(p - text);
	/* ICU wants valid text: a copy, with one byte for each invalid one. */
	for (p = text + at; p < end && n + 4 <= sizeof copy; p = next) {
		next = ik_utf8_next(p, end, &cp);
		if (cp == IK_UTF8_BAD && next == p + 1)
			copy[n++] = '?';
		else
			n += ik_utf8_put(copy + n, cp);
	}
	to = at + ik_icu_cluster_end(copy, n);
	return to < len ? to : len;
}

#define CLUSTER_BACK 32 /* characters; a longer cluster is cut */

size_t ik_text_cluster_start(const char *text, size_t len, size_t at)
{
	const char *end = text + len;
	size_t from, next;
	uint32_t cp, before;
	int steps;

	if (at >= len)
		return len;
	from = at = ik_utf8_floor(text, len, at);
	for (steps = 0; from > 0 && steps < CLUSTER_BACK; steps++) {
		next = ik_utf8_floor(text, len, from - 1);
		ik_utf8_next(text + from, end, &cp);
		ik_utf8_next(text + next, end, &before);
		if (stands_alone(cp) && stands_alone(before))
			break;
		from = next;
	}
	while ((next = ik_text_next_cluster(text, len, from)) <= at && next > from)
		from = next;
	return from;
}
