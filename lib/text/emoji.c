/*
 * emoji.c - emoji as words.
 *
 * Layer: text. A sequence that is drawn as one picture is one word: with a skin
 * tone, of several joined by U+200D, two letters of a flag, a keycap. Folding
 * drops the joiners, what selects the style (U+FE0E, U+FE0F) and the tags of a
 * flag, so they are looked for in the bytes between folded characters, and the
 * term is what is left: U+2764 is U+2764 U+FE0F. Nothing here is asked about a
 * character before it is known to be neither of a word nor a blank.
 * Source: UTS #51, "Unicode Emoji", 1.4.9; it allows more than is drawn.
 */
#include "text/analysis.h"

#include <string.h>

#define KEYCAP 0x20E3u
#define JOINER "\xE2\x80\x8D"
#define STYLE_PICTURE "\xEF\xB8\x8F"
#define STYLE_TEXT "\xEF\xB8\x8E"
#define TAG "\xF3\xA0" /* U+E0020 to U+E007F, of four bytes; the next one is 0x80 or 0x81 */

static int is_flag_letter(uint32_t cp)
{
	return cp >= 0x1F1E6 && cp <= 0x1F1FF;
}

static int is_skin_tone(uint32_t cp)
{
	return cp >= 0x1F3FB && cp <= 0x1F3FF;
}

static int stands_at(const struct ik_analysis *a, size_t at, const char *bytes)
{
	size_t len = strlen(bytes);

	return a->len - at >= len && memcmp(a->text + at, bytes, len) == 0;
}

static int stands_before(const struct ik_analysis *a, size_t at, const char *bytes)
{
	size_t len = strlen(bytes);

	return at >= len && memcmp(a->text + at - len, bytes, len) == 0;
}

/* The end of what is dropped behind a picture and belongs to it. */
static size_t picture_end(const struct ik_analysis *a, size_t at)
{
	for (;;) {
		if (stands_at(a, at, STYLE_PICTURE) || stands_at(a, at, STYLE_TEXT))
			at += 3;
		else if (stands_at(a, at, TAG "\x80") || stands_at(a, at, TAG "\x81"))
			at += a->len - at < 4 ? a->len - at : 4;
		else
			return at;
	}
}

/* How many characters are one emoji; none: 0. */
static uint32_t sequence(const struct ik_analysis *a, const struct ik_char *c, uint32_t n)
{
	uint32_t entry = ik_fold_entry(c[0].cp), to = 1;

	if (!(entry & IK_FOLD_EMOJI) &&
	    !((entry & IK_FOLD_SIGN) && stands_at(a, c[0].end, STYLE_PICTURE)))
		return 0;
	if (is_flag_letter(c[0].cp))
		return n > 1 && is_flag_letter(c[1].cp) && c[1].start == c[0].end ? 2 : 1;
	for (; to < n; to++) {
		const struct ik_char *next = &c[to];
		int joined = (ik_fold_entry(next->cp) & (IK_FOLD_EMOJI | IK_FOLD_SIGN)) != 0 &&
		             stands_before(a, next->start, JOINER);
		int toned = is_skin_tone(next->cp) &&
		            next->start == picture_end(a, next[-1].end);

		if (!joined && !toned && next->cls != IK_CLASS_MARK)
			break;
	}
	return to;
}

static void emit(struct ik_analysis *a, const struct ik_char *c, uint32_t n)
{
	size_t start = c[0].start, end = picture_end(a, c[n - 1].end), len;

	ik_run_begin(a, start, IK_RUN_WORD);
	ik_user_joined(a, start);
	len = ik_emit_put(a->term, IK_TERM_MAX, c, n);
	ik_emit_word(a, a->term, len, start, end, 0, 0);
	if (a->purpose != IK_FOR_PHRASE)
		ik_emit_gram(a, a->term, len, start, end, 0, 0);
	a->word_pos++;
	a->gram_pos++;
}

/*
 * A keycap over # or *, which words do not begin with: it is seen when that is past already.
 * A digit is a word, and the keycap a mark on it.
 */
static uint32_t run_keycap(struct ik_analysis *a, const struct ik_char *c)
{
	size_t at = c->start - (stands_before(a, c->start, STYLE_PICTURE) ? 3 : 0);
	struct ik_char key[2] = {{.start = (uint32_t)at - 1, .end = (uint32_t)at}, *c};

	if (!stands_before(a, at, "#") && !stands_before(a, at, "*"))
		return 0;
	key[0].cp = (unsigned char)a->text[at - 1];
	emit(a, key, 2);
	return 1;
}

uint32_t ik_run_emoji(struct ik_analysis *a, const struct ik_char *c, uint32_t n)
{
	uint32_t len;

	if (c->cp == KEYCAP)
		return run_keycap(a, c);
	len = c->cls == IK_CLASS_OTHER ? sequence(a, c, n) : 0;
	if (len > 0)
		emit(a, c, len);
	return len;
}
