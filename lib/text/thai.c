/*
 * thai.c - runs of Thai, Lao, Khmer and Burmese: words by ICU's dictionaries, trigrams.
 *
 * Layer: text. Two characters of these scripts say too little (one is often a
 * vowel sign), hence trigrams.
 */
#include "text/analysis.h"

#include "text/icu.h"

/* The run as UTF-16, and for each unit's end the characters before it. */
static uint32_t put_units(struct ik_analysis *a, const struct ik_char *c, uint32_t n)
{
	uint32_t i, units = 0;

	a->unit_end[0] = 0;
	for (i = 0; i < n; i++) {
		uint32_t cp = c[i].cp;

		if (cp > 0xFFFF) {
			a->utf16[units++] = (uint16_t)(0xD7C0 + (cp >> 10));
			a->unit_end[units] = i;
			cp = 0xDC00 | (cp & 0x3FF);
		}
		a->utf16[units++] = (uint16_t)cp;
		a->unit_end[units] = i + 1;
	}
	return units;
}

static void emit_word(struct ik_analysis *a, const struct ik_char *c, uint32_t n)
{
	size_t len = ik_emit_put(a->term, IK_TERM_MAX, c, n);

	ik_emit_word(a, a->term, len, c[0].start, c[n - 1].end, 0, 0);
	a->word_pos++;
}

/*
 * Words that end at or before `limit`; where the last one ends. A run that ICU
 * cannot take apart is one word.
 */
static uint32_t emit_words(struct ik_analysis *a, const struct ik_char *c, uint32_t n,
                           uint32_t limit)
{
	uint32_t units = put_units(a, c, n), at = 0;
	int32_t next;

	if (a->words == NULL)
		a->words = ik_icu_words_new();
	if (a->words == NULL) {
		a->rc = INK_ENOMEM;
		return n;
	}
	if (ik_icu_words_set(a->words, a->utf16, units) != 0) {
		emit_word(a, c, limit);
		return limit;
	}
	while (a->rc == 0 && (next = ik_icu_words_next(a->words)) >= 0) {
		uint32_t end = a->unit_end[next];

		if (end > limit)
			break;
		if (end > at)
			emit_word(a, c + at, end - at);
		at = end;
	}
	return at;
}

uint32_t ik_run_thai(struct ik_analysis *a, struct ik_char *c, uint32_t n, int more)
{
	uint32_t limit = more ? n - IK_TAIL : n;
	uint32_t used = emit_words(a, c, n, limit);

	if (used == 0)
		used = limit;
	ik_emit_grams(a, c, n, used, 3, 0);
	return used;
}
