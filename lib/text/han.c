/*
 * han.c - runs of Han and kana characters: dictionary words and bigrams.
 *
 * Layer: text. Such scripts have no blanks between words; a run is whatever
 * stands between two other characters.
 */
#include "text/analysis.h"

#include <string.h>

#include "text/readings.h"
#include "text/stop.h"

/* "36氪", "2024年": a number and the one-character word right behind it are one term as well. */
static void emit_number_joined(struct ik_analysis *a, const struct ik_char *c)
{
	char term[IK_NUMBER_MAX + 4];
	size_t len = a->number_len;

	if (len == 0 || a->number_end != c[0].start || c[0].cls != IK_CLASS_HAN ||
	    ik_stop_han(c[0].cp))
		return;
	memcpy(term, a->number, len);
	len += ik_emit_put(term + len, 4, c, 1);
	a->word_pos--;
	ik_emit_word(a, term, len, a->number_start, c[0].end, IK_TOKEN_JOINED, 0);
	a->word_pos++;
}

/* `user`: IK_TOKEN_USER or 0. */
static void emit_one(struct ik_analysis *a, const struct ik_char *c, uint32_t n, uint8_t user)
{
	size_t len = ik_emit_put(a->term, IK_TERM_MAX, c, n);
	int function = a->purpose == IK_FOR_ANY && !user && ik_stop_cjk(c, n);

	ik_emit_word(a, a->term, len, c[0].start, c[n - 1].end, user, function);
	a->word_pos++;
}

/* The words of c[0, n) that end at or before `limit`; where the last of them ends. */
static uint32_t emit_words(struct ik_analysis *a, const struct ik_char *c, uint32_t n,
                           uint32_t limit, int first)
{
	uint32_t count = ik_viterbi_run(&a->viterbi, a->lexicon, c, n), i, at = 0;
	int has_lexicon = a->lexicon != NULL;

	for (i = 0; i < count && a->rc == 0; i++) {
		uint32_t end = a->viterbi.word[i];
		uint8_t user = 0;

		if (end > limit)
			break;
		if (first && i == 0 && end == 1)
			emit_number_joined(a, c);
		if (has_lexicon) {
			ik_user_joined(a, c[at].start);
			user = ik_user_flag(a, IK_WORD_HAN, c + at, end - at);
		}
		if (a->analyzer->readings && a->purpose == IK_FOR_DOC)
			ik_readings_emit(a, c, n, at, a->viterbi.word + i, count - i);
		emit_one(a, c + at, end - at, user);
		at = end;
	}
	return at;
}

uint32_t ik_run_han(struct ik_analysis *a, struct ik_char *c, uint32_t n, int more)
{
	uint32_t limit = more ? n - IK_TAIL : n, at = 0, used = 0;

	while (at < limit && a->rc == 0) {
		uint32_t to = at, done;

		while (to < n && c[to].cls != IK_CLASS_MIDDOT)
			to++;
		to = ik_run_part(a, c, to, at);
		done = emit_words(a, c + at, to - at, limit - at, at == 0);
		used = at + done;
		if (used < to)
			break;
		for (at = to; at < n && c[at].cls == IK_CLASS_MIDDOT; at++)
			;
		a->word_pos += at > to; /* see ik_run_begin() */
		used = at < limit ? at : limit;
	}
	ik_emit_grams(a, c, n, used, 2, 0);
	return used > 0 ? used : n;
}
