/*
 * run.c - a text as runs of one kind of script.
 *
 * Layer: text. Plain ASCII words are taken straight from the text. Everything
 * else goes through a window of folded characters, from blank to blank, and
 * what the window cuts is finished after it has slid on: memory is bounded
 * and time linear, however long a run is.
 */
#include "text/analysis.h"
#include "text/ascii.h"
#include "text/stop.h"

#define ROOM 512 /* characters to see ahead before a run is begun near the window's end */

static int in_run(uint8_t first, uint8_t cls)
{
	switch (first) {
	case IK_CLASS_HAN:
		return cls == IK_CLASS_HAN || cls == IK_CLASS_HIRA || cls == IK_CLASS_KATA ||
		       cls == IK_CLASS_MARK || cls == IK_CLASS_MIDDOT;
	default:
		return cls == first || cls == IK_CLASS_MARK;
	}
}

/* Does a run, not a character of its own, begin here? */
static int begins_run(uint8_t cls)
{
	return cls == IK_CLASS_ALPHA || cls == IK_CLASS_DIGIT ||
	       (cls >= IK_CLASS_HAN && cls != IK_CLASS_MIDDOT);
}

/* The end of the run that begins at c[at]. */
static uint32_t run_end(const struct ik_window *w, uint32_t at)
{
	uint8_t first = w->c[at].cls;
	uint32_t to = at + 1;

	if (first == IK_CLASS_HIRA || first == IK_CLASS_KATA)
		first = IK_CLASS_HAN;
	while (to < w->n && in_run(first, w->c[to].cls))
		to++;
	return to;
}

/* Middle dots at the end of a run are not in it. */
static uint32_t trim_middots(const struct ik_window *w, uint32_t at, uint32_t to)
{
	while (to > at + 1 && w->c[to - 1].cls == IK_CLASS_MIDDOT)
		to--;
	return to;
}

static enum ik_run_kind kind_of(uint8_t cls)
{
	if (!begins_run(cls) || cls < IK_CLASS_HAN)
		return IK_RUN_WORD;
	return cls == IK_CLASS_HANGUL ? IK_RUN_GRAMS : IK_RUN_UNBROKEN;
}

void ik_run_begin(struct ik_analysis *a, size_t start, enum ik_run_kind kind)
{
	int apart = start != a->run_end;

	a->gram_pos += apart && kind != IK_RUN_WORD && a->last_run != IK_RUN_WORD;
	a->word_pos += apart && kind == IK_RUN_UNBROKEN && a->last_run == IK_RUN_UNBROKEN;
	a->last_run = kind;
}

/* One run at c[at], which begins one: how many characters were done of it. */
static uint32_t take_run(struct ik_analysis *a, uint32_t at, int more)
{
	struct ik_window *w = &a->window;
	struct ik_char *c = w->c + at;
	uint8_t cls = c->cls;
	uint32_t to;

	ik_run_begin(a, c->start, kind_of(cls));
	ik_user_joined(a, c->start);
	if (cls == IK_CLASS_ALPHA || cls == IK_CLASS_DIGIT || ik_is_dotnet(c, w->n - at))
		return ik_run_latin(a, c, w->n - at);
	to = run_end(w, at);
	more = more && to == w->n;
	if (!more)
		to = trim_middots(w, at, to);
	switch (cls) {
	case IK_CLASS_HANGUL:
		return ik_run_hangul(a, c, to - at, more);
	case IK_CLASS_THAI:
		return ik_run_thai(a, c, to - at, more);
	default:
		if (a->purpose == IK_FOR_ANY)
			ik_stop_mark(c, to - at);
		return ik_run_han(a, c, to - at, more);
	}
}

/* What is at c[at]: the character after what was done of it. */
static uint32_t take(struct ik_analysis *a, uint32_t at, int more)
{
	const struct ik_char *c = a->window.c + at;
	uint32_t n = a->window.n - at, done;

	if (begins_run(c->cls) || ik_is_dotnet(c, n)) {
		done = take_run(a, at, more);
	} else {
		done = ik_may_be_emoji(c->cp) ? ik_run_emoji(a, c, n) : 0;
		if (done == 0) {
			ik_user_joined(a, c->start);
			return at + 1;
		}
	}
	if (done > 0) /* behind characters that cannot be seen, too */
		a->run_end = done < n ? c[done].start : c[done - 1].end;
	return at + done;
}

/* Tokens of the window; with `more`, only what is surely whole. How many characters are done. */
static uint32_t take_window(struct ik_analysis *a, int more)
{
	uint32_t at = 0;

	while (at < a->window.n && a->rc == 0) {
		if (more && at > 0 && a->window.n - at < ROOM)
			break;
		if (more && at > 0 && begins_run(a->window.c[at].cls) &&
		    run_end(&a->window, at) == a->window.n)
			break;
		at = take(a, at, more);
	}
	return at;
}

/* From text[at], which is no blank, to the next ASCII blank or the end. */
static size_t take_stretch(struct ik_analysis *a, size_t at)
{
	int done = 0;

	ik_window_init(&a->window, a->text, a->len, at);
	while (!done && a->rc == 0) {
		done = ik_window_fill(&a->window, 1);
		ik_window_drop(&a->window, take_window(a, !done));
	}
	return a->window.at;
}

static int starts_dotnet(const char *p, const char *end)
{
	return end - p >= 4 && p[0] == '.' && (p[1] | 0x20) == 'n' && (p[2] | 0x20) == 'e' &&
	       (p[3] | 0x20) == 't';
}

/* A word of ASCII letters or digits at text[at], or what it is the first character of. */
static size_t take_ascii(struct ik_analysis *a, size_t at, int plain)
{
	size_t next = plain ? ik_run_plain(a, at) : at;

	if (next == at && a->rc == 0)
		next = ik_run_ascii(a, at);
	return next > at || a->rc != 0 ? next : take_stretch(a, at);
}

/* Twice in the program: without joined words of the user nothing is looked for. */
static inline void run_text(struct ik_analysis *a, int joined)
{
	int plain = !joined && a->whole && a->purpose == IK_FOR_DOC;
	size_t at = 0;

	while (at < a->len && a->rc == 0) {
		unsigned char b = (unsigned char)a->text[at];

		if (joined && b < 0x80)
			ik_user_find_joined(a, at);
		if (ik_ascii[b] & (IK_ASCII_LETTER | IK_ASCII_DIGIT)) {
			at = take_ascii(a, at, plain);
		} else if (b >= 0x80 ||
		           (b == '.' && starts_dotnet(a->text + at, a->text + a->len))) {
			at = take_stretch(a, at);
		} else {
			at++;
		}
	}
}

void ik_run_text(struct ik_analysis *a)
{
	if (ik_lexicon_has_kind(a->lexicon, IK_WORD_JOINED))
		run_text(a, 1);
	else
		run_text(a, 0);
}
