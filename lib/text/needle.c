/*
 * needle.c - a text that is looked for in others, all of them folded.
 *
 * Layer: text. Folding takes most of the time, and most texts that are asked
 * about hold what is looked for just as it was typed. Characters are folded
 * one by one, but for those that may combine with what stands before them.
 * Source of the search for places: D. Knuth, J. Morris, V. Pratt, "Fast pattern
 * matching in strings", SIAM J. Computing 6(2), 1977; it goes on without going
 * back, and folded characters are at hand only once.
 */
#include "text/needle.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "text/analysis.h"

/* Is what is before `p` folded alike whatever stands there? Invisible characters fold to nothing. */
static int is_apart(const char *p, const char *end)
{
	uint32_t cp, entry = 0;
	int empty = 1;

	while (empty && p < end) {
		p = ik_utf8_next(p, end, &cp);
		entry = ik_fold_entry(cp);
		empty = ik_fold_is_empty(entry);
	}
	return (entry & IK_FOLD_ATTACH) == 0;
}

/* Has it a half of the vowel AM (fold.h), whose other half a text may have beside it? */
static int may_halve_am(const char *p, const char *end)
{
	int first = 1, halves = 0;
	uint32_t cp;

	while (p < end && !halves) {
		p = ik_utf8_next(p, end, &cp);
		halves = ik_is_nikhahit(cp) || (first && ik_is_aa(cp));
		first = first && ik_fold_is_empty(ik_fold_entry(cp));
	}
	return halves;
}

void ik_needle_init(struct ik_needle *needle, const struct ik_analyzer *analyzer,
                    const char *typed, size_t typed_len, const char *folded, size_t folded_len)
{
	needle->analyzer = analyzer;
	needle->typed = typed;
	needle->typed_len = typed_len;
	needle->folded = folded;
	needle->folded_len = folded_len;
	/* What an application's normaliser does is not known. */
	needle->as_typed = folded_len > 0 && analyzer->n_normalizers == 0 &&
	                   is_apart(typed, typed + typed_len) &&
	                   !may_halve_am(typed, typed + typed_len);
	ik_buf_init(&needle->text, SIZE_MAX / 4);
}

void ik_needle_free(struct ik_needle *needle)
{
	ik_buf_free(&needle->text);
}

/*
 * Where `want` begins in the text, or NULL. By the last byte of its first character: all
 * characters of a script begin alike.
 */
static const char *find(const char *text, const char *end, const char *want, size_t len)
{
	size_t last = 0;

	while (last + 1 < len && ((unsigned char)want[last + 1] & 0xC0) == 0x80)
		last++;
	while (len > 0 && (size_t)(end - text) >= len) {
		text = memchr(text + last, want[last], (size_t)(end - text) - len + 1);
		if (text == NULL)
			return NULL;
		text -= last;
		if (memcmp(text, want, len) == 0)
			return text;
		text++;
	}
	return NULL;
}

/* Is it there as it was typed, and nothing behind it that may combine with it? */
static int is_as_typed(const struct ik_needle *needle, const char *text, const char *end)
{
	for (;; text++) {
		text = find(text, end, needle->typed, needle->typed_len);
		if (text == NULL || is_apart(text + needle->typed_len, end))
			return text != NULL;
	}
}

int ik_needle_in(struct ik_needle *needle, const char *text, size_t len, ink_error *err)
{
	const char *folded;
	int rc;

	if (needle->as_typed && is_as_typed(needle, text, text + len))
		return 1;
	ik_buf_clear(&needle->text);
	rc = ik_fold_text(needle->analyzer, text, len, &needle->text, err);
	if (rc != 0)
		return rc;
	folded = (const char *)needle->text.data;
	return find(folded, folded + needle->text.len, needle->folded, needle->folded_len) != NULL;
}

/* ---- places ---- */

struct walk {
	uint32_t *cp;     /* the n characters looked for */
	uint32_t *border; /* of the first i: how many of them are the last ones as well */
	uint32_t *start;  /* where the last n characters of the text begin, going round */
	uint32_t n, at;   /* at: how many of the needle stand right before here */
	size_t seen;
	int (*place)(void *user, size_t start, size_t end);
	void *user;
	struct ik_window window;
};

static uint32_t go_on(const struct walk *w, uint32_t at, uint32_t cp)
{
	while (at > 0 && w->cp[at] != cp)
		at = w->border[at];
	return at + (w->cp[at] == cp);
}

static int step(struct walk *w, uint32_t cp, uint32_t start, uint32_t end)
{
	w->start[w->seen++ % w->n] = start;
	w->at = go_on(w, w->at, cp);
	if (w->at < w->n)
		return 0;
	w->at = w->border[w->n];
	return w->place(w->user, w->start[w->seen % w->n], end);
}

/* The characters as ik_fold_text() writes them. */
static int walk_window(struct walk *w, int *blank)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < w->window.n; i++) {
		const struct ik_char *c = &w->window.c[i];
		int is_blank = c->cls == IK_CLASS_BLANK;

		if (!is_blank || !*blank)
			rc = step(w, is_blank ? ' ' : ik_fold_kana(c->cp), c->start, c->end);
		*blank = is_blank;
	}
	return rc;
}

static int walk_text(struct walk *w, const char *text, size_t len)
{
	int done = 0, blank = 0, rc = 0;

	ik_window_init(&w->window, text, len, 0);
	while (!done && rc == 0) {
		done = ik_window_fill(&w->window, 0);
		rc = walk_window(w, &blank);
		ik_window_drop(&w->window, w->window.n);
	}
	return rc;
}

/* The needle's characters and their borders. */
static void prepare(struct walk *w, const char *folded, size_t len)
{
	const char *p = folded, *end = folded + len;

	while (p < end)
		p = ik_utf8_next(p, end, &w->cp[w->n++]);
	w->border[0] = w->border[1] = 0;
	for (uint32_t i = 1; i < w->n; i++)
		w->border[i + 1] = go_on(w, w->border[i], w->cp[i]);
}

int ik_needle_has_places(const struct ik_analyzer *analyzer)
{
	return analyzer->tokenizer == IK_TOKENIZER_DEFAULT && analyzer->n_normalizers == 0;
}

int ik_needle_each(const char *folded, size_t folded_len, const char *text, size_t len,
                   int (*place)(void *user, size_t start, size_t end), void *user,
                   ink_error *err)
{
	struct walk *w;
	int rc = 0;

	if (folded_len == 0 || len > INT32_MAX)
		return 0;
	w = ik_alloc(sizeof *w);
	if (w == NULL)
		return ik_fail_nomem(err);
	memset(w, 0, offsetof(struct walk, window));
	w->place = place;
	w->user = user;
	w->cp = ik_array(folded_len + 1, 3 * sizeof *w->cp);
	if (w->cp == NULL) {
		rc = ik_fail_nomem(err);
	} else {
		w->border = w->cp + folded_len;
		w->start = w->border + folded_len + 1;
		prepare(w, folded, folded_len);
		rc = walk_text(w, text, len);
	}
	ik_free(w->cp);
	ik_free(w);
	return rc;
}
