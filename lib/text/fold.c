/*
 * fold.c - a sliding window of folded characters over UTF-8.
 *
 * Layer: text. One table look-up a character; where characters combine, the
 * stretch from the last base character on is given to ICU as a whole, and all
 * that comes of it stands for all of its bytes.
 */
#include "text/fold.h"

#include <string.h>

#include "base/utf8.h"
#include "text/icu.h"

#define NO_BASE UINT32_MAX
#define CLUSTER_MAX 32 /* combining characters after one base; more start anew */

void ik_window_init(struct ik_window *w, const char *text, size_t len, size_t at)
{
	w->text = text;
	w->len = len;
	w->at = at;
	w->n = 0;
	w->base = NO_BASE;
	w->base_at = 0;
	w->parted = 0;
}

void ik_window_drop(struct ik_window *w, uint32_t n)
{
	memmove(w->c, w->c + n, (w->n - n) * sizeof w->c[0]);
	w->n -= n;
	w->base = w->base == NO_BASE || w->base < n ? NO_BASE : w->base - n;
}

static inline void push(struct ik_window *w, uint32_t cp, uint32_t start, uint32_t end,
                        uint32_t entry)
{
	struct ik_char *c = &w->c[w->n++];

	c->cp = cp;
	c->start = start;
	c->end = end;
	c->cls = ik_fold_class(entry);
	c->flags = 0;
}

/* No word goes on behind the last character so far. */
static void part(struct ik_window *w)
{
	w->parted = 1;
	if (w->n > 0)
		w->c[w->n - 1].flags |= IK_CHAR_LAST;
}

/*
 * U+200B is folded to nothing, and ends words where it stands; a sign that is folded to letters
 * or digits, as U+338F to "kg", is no part of those beside it.
 */
static void push_folded(struct ik_window *w, uint32_t cp, uint32_t start, uint32_t end)
{
	uint32_t entry = ik_fold_entry(cp);
	const uint32_t *p;
	uint32_t n;

	if (!(entry & IK_FOLD_MULTI)) {
		push(w, ik_fold_one(entry, cp), start, end, entry);
		return;
	}
	if (entry & IK_FOLD_APART)
		part(w);
	p = &ik_fold_seq[entry & IK_FOLD_CP];
	for (n = *p++; n > 0; n--, p++)
		push(w, *p, start, end, ik_fold_entry(*p));
	if (entry & IK_FOLD_APART)
		part(w);
}

/* The next character that is not folded to nothing, behind which *p is then; 0: none. */
static uint32_t next_visible(const char **p, const char *end)
{
	uint32_t cp = 0;

	while (*p < end) {
		*p = ik_utf8_next(*p, end, &cp);
		if (!ik_fold_is_empty(ik_fold_entry(cp)))
			return cp;
	}
	return 0;
}

/*
 * A NIKHAHIT stands at w->at. With AA behind it, or a tone mark and AA, it is the vowel AM, and
 * the tone stands before that; else it is itself.
 */
static void take_nikhahit(struct ik_window *w)
{
	const char *p = w->text + w->at, *end = w->text + w->len, *next;
	uint32_t start = (uint32_t)w->at, sign = next_visible(&p, end), tone = 0, cp;

	next = p;
	cp = next_visible(&p, end);
	if (ik_is_tone(cp)) {
		tone = cp;
		cp = next_visible(&p, end);
	}
	w->base = NO_BASE;
	if (cp != sign - IK_NIKHAHIT + IK_SARA_AA) {
		w->at = (size_t)(next - w->text);
		push_folded(w, sign, start, (uint32_t)w->at);
		return;
	}
	w->at = (size_t)(p - w->text);
	if (tone != 0)
		push_folded(w, tone, start, (uint32_t)w->at);
	w->base = w->n;
	push_folded(w, sign - IK_NIKHAHIT + IK_SARA_AM, start, (uint32_t)w->at);
}

static int follows_am(const struct ik_window *w)
{
	return w->base != NO_BASE && ik_is_am(w->c[w->base].cp);
}

/*
 * A tone mark at w->at was typed behind AM, which looks nearly alike. WTT 2.0, the rules of input
 * for Thai, refuses that, and libthai mends it by changing places, as is done here.
 */
static void take_late_tone(struct ik_window *w)
{
	uint32_t am = w->c[w->base].cp, start = w->c[w->base].start, tone;
	const char *p = ik_utf8_next(w->text + w->at, w->text + w->len, &tone);

	w->n = w->base;
	w->base = NO_BASE;
	w->at = (size_t)(p - w->text);
	push_folded(w, tone, start, (uint32_t)w->at);
	push_folded(w, am, start, (uint32_t)w->at);
}

/*
 * The end of the combining characters after `from`, over invisible ones among
 * them but none behind them; how many there are, and does one compose?
 */
static size_t cluster_end(const struct ik_window *w, size_t from, uint32_t *n, int *composes)
{
	const char *p = w->text + from, *end = w->text + w->len, *last = p;
	int steps;

	*n = 0;
	*composes = 0;
	for (steps = 0; p < end && steps < CLUSTER_MAX; steps++) {
		uint32_t cp, entry;
		const char *next = ik_utf8_next(p, end, &cp);

		entry = ik_fold_entry(cp);
		if ((!(entry & IK_FOLD_ATTACH) && !ik_fold_is_empty(entry)) || ik_is_nikhahit(cp))
			break;
		last = entry & IK_FOLD_ATTACH ? next : last;
		*n += (entry & IK_FOLD_ATTACH) != 0;
		*composes |= (entry & IK_FOLD_COMPOSE) != 0;
		p = next;
	}
	return (size_t)(last - w->text);
}

/* Did the base stay what it was? Then it keeps its own bytes. */
static int begins_with_base(const struct ik_window *w, const uint32_t *out, int count)
{
	uint32_t i, n = w->n - w->base;

	for (i = 0; i < n && i < (uint32_t)count && out[i] == w->c[w->base + i].cp; i++)
		;
	return i == n;
}

/* A combining one, cp, stands at w->at: fold it together with its base and all that follow it. */
static void fold_cluster(struct ik_window *w, uint32_t cp)
{
	uint32_t out[IK_WINDOW_SLACK / 2], n;
	int composes, count, i;
	size_t end, start = w->at;

	if (ik_is_nikhahit(cp)) {
		take_nikhahit(w);
		return;
	}
	end = cluster_end(w, start, &n, &composes);
	if (n == 1 && ik_is_tone(cp) && follows_am(w)) {
		take_late_tone(w);
		return;
	}
	if (composes || n > 1) {
		if (follows_am(w)) /* ICU would halve it */
			w->base = NO_BASE;
		if (w->base != NO_BASE)
			start = w->base_at;
		count = ik_icu_fold(w->text + start, end - start, out, IK_WINDOW_SLACK / 2);
		if (count >= 0) {
			i = 0;
			if (w->base != NO_BASE && begins_with_base(w, out, count)) {
				i = (int)(w->n - w->base);
				start = w->at;
			} else if (w->base != NO_BASE) {
				w->n = w->base;
			}
			for (; i < count; i++)
				push_folded(w, out[i], (uint32_t)start, (uint32_t)end);
			w->at = end;
			w->base = NO_BASE;
			return;
		}
	}
	while (w->at < end) {
		const char *next = ik_utf8_next(w->text + w->at, w->text + w->len, &cp);
		size_t to = (size_t)(next - w->text);

		push_folded(w, cp, (uint32_t)w->at, (uint32_t)to);
		w->at = to;
	}
	w->base = NO_BASE;
}

static int is_blank(char b)
{
	return (unsigned char)b <= 0x20 || b == 0x7F;
}

int ik_window_fill(struct ik_window *w, int to_blank)
{
	const char *end = w->text + w->len;

	while (w->at < w->len) {
		const char *p = w->text + w->at, *next;
		uint32_t cp, entry, n = w->n;

		if (to_blank && is_blank(*p))
			return 1;
		next = ik_utf8_next_cjk(p, end, &cp);
		entry = ik_fold_entry(cp);
		if (entry & IK_FOLD_ATTACH) {
			if (w->n >= IK_WINDOW + 64)
				return 0;
			fold_cluster(w, cp);
			continue;
		}
		if (w->n >= IK_WINDOW)
			return 0;
		if (entry & IK_FOLD_MULTI)
			push_folded(w, cp, (uint32_t)w->at, (uint32_t)(next - w->text));
		else
			push(w, ik_fold_one(entry, cp), (uint32_t)w->at, (uint32_t)(next - w->text),
			     entry);
		if (w->n > n) {
			w->base = n;
			w->base_at = (uint32_t)w->at;
		}
		w->at = (size_t)(next - w->text);
	}
	return 1;
}
