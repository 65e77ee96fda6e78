/*
 * readings.c - what a document's Han and kana sound like, as joined forms in Latin letters.
 *
 * Layer: text. Two to four neighbouring Han characters make one term, and so
 * do up to four neighbouring words of kana. They are where a Latin word is:
 * stemmed in the word part, exact in the gram part, so that queries need to
 * know nothing of readings.
 */
#include "text/readings.h"

#include <string.h>

#include "text/analysis.h"

#define JOIN_MAX 4u
#define LEN_MIN 3u /* letters: "to" and "no" are words of other languages */
#define ROOM 96u /* bytes of a reading; IK_STEM_READ can always be read */

struct reading {
	char text[ROOM + IK_STEM_READ];
	size_t len;
	int doubled; /* a small tsu stands before: the next consonant counts twice */
};

static int put(struct reading *r, const char *s)
{
	size_t len = strlen(s);

	if (r->len + len > ROOM)
		return 0;
	memcpy(r->text + r->len, s, len);
	r->len += len;
	return 1;
}

static void emit(struct ik_analysis *a, struct reading *r, uint32_t start, uint32_t end)
{
	size_t len;
	const char *stem;

	if (r->len < LEN_MIN)
		return;
	stem = ik_stem_run(a->english, r->text, r->len, &len);
	if (stem == NULL) {
		a->rc = INK_ENOMEM;
		return;
	}
	ik_emit_word(a, stem, len, start, end, IK_TOKEN_JOINED, 0);
	ik_emit_gram(a, r->text, r->len, start, end, IK_TOKEN_JOINED, 0);
}

static const char *han_syllable(const struct ik_char *c)
{
	uint32_t i = c->cp - IK_READING_HAN;

	return ik_reading_text[c->cls == IK_CLASS_HAN && i < IK_READING_HAN_N ? ik_reading_han[i]
	                                                                      : 0];
}

static void emit_han(struct ik_analysis *a, const struct ik_char *c, uint32_t n)
{
	struct reading r = {{0}, 0, 0};
	uint32_t i;

	for (i = 0; i < n && i < JOIN_MAX && a->rc == 0; i++) {
		const char *syllable = han_syllable(c + i);

		if (syllable[0] == 0 || !put(&r, syllable))
			return;
		if (i > 0)
			emit(a, &r, c[0].start, c[i].end);
	}
}

/* ---- kana ---- */

static int is_kana(const struct ik_char *c, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (c[i].cls != IK_CLASS_HIRA && c[i].cls != IK_CLASS_KATA)
			return 0;
	return 1;
}

/* Which small kana is at c[0, n)? 0: none that joins. */
static uint32_t small_at(const struct ik_char *c, uint32_t n)
{
	static const uint16_t small[IK_READING_SMALL] = IK_READING_SMALLS;
	uint32_t k = IK_READING_SMALL - 1;

	while (n > 0 && k > 0 && ik_fold_kana(c[0].cp) != small[k])
		k--;
	return n > 0 ? k : 0;
}

/* The syllable at the front, and how many characters it takes; "" for what has none. */
static const char *kana_syllable(const struct ik_char *c, uint32_t n, uint32_t *used)
{
	uint32_t i = ik_fold_kana(c[0].cp) - IK_READING_KANA, small = small_at(c + 1, n - 1);
	const uint16_t *number = ik_reading_kana;

	*used = 1;
	if (i >= IK_READING_KANA_N)
		return "";
	number += i * IK_READING_SMALL;
	if (number[small] == 0)
		small = 0;
	*used += small > 0;
	return ik_reading_text[number[small]];
}

static int put_kana(struct reading *r, const struct ik_char *c, uint32_t n)
{
	uint32_t at = 0, used;

	for (; at < n; at += used) {
		uint32_t cp = ik_fold_kana(c[at].cp);
		const char *syllable = kana_syllable(c + at, n - at, &used);
		char twice[2] = {0, 0};

		if (cp == 0x30C3) {
			r->doubled = 1;
			continue;
		}
		if (cp == 0x30FC && r->len > 0) { /* a long vowel */
			twice[0] = r->text[r->len - 1];
			syllable = twice;
		} else if (r->doubled && syllable[0] != 0) {
			twice[0] = syllable[0] == 'c' ? 't' : syllable[0];
			if (!put(r, twice))
				return 0;
		}
		r->doubled = 0;
		if (!put(r, syllable))
			return 0;
	}
	return 1;
}

/* "toukyou" as it is written for foreigners, "tokyo": long vowels short. */
static void shorten(struct reading *to, const struct reading *from)
{
	size_t i;

	memset(to, 0, sizeof *to);
	for (i = 0; i < from->len; i++) {
		char b = from->text[i], last = i > 0 ? from->text[i - 1] : 0;

		if (strchr("aeiou", b) && (b == last || (b == 'u' && last == 'o')) &&
		    (b == 'o' || b == 'u' || b == 'a'))
			continue;
		to->text[to->len++] = b;
	}
}

static void emit_kana(struct ik_analysis *a, const struct ik_char *c, uint32_t at,
                      const uint16_t *end, uint32_t words)
{
	struct reading r = {{0}, 0, 0}, brief;
	uint32_t i, from = at;

	for (i = 0; i < words && i < JOIN_MAX && a->rc == 0; i++) {
		if (!is_kana(c + from, end[i] - from) || !put_kana(&r, c + from, end[i] - from))
			return;
		from = end[i];
		if (from - at < 2)
			continue;
		emit(a, &r, c[at].start, c[from - 1].end);
		shorten(&brief, &r);
		if (brief.len < r.len)
			emit(a, &brief, c[at].start, c[from - 1].end);
	}
}

void ik_readings_emit(struct ik_analysis *a, const struct ik_char *c, uint32_t n, uint32_t at,
                      const uint16_t *end, uint32_t words)
{
	uint32_t i;

	if (is_kana(c + at, end[0] - at)) {
		emit_kana(a, c, at, end, words);
		return;
	}
	for (i = at; i < end[0]; i++)
		emit_han(a, c + i, n - i);
}
