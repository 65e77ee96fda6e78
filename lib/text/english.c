/*
 * english.c - the English stemmer, Porter2, as libstemmer 2 has it.
 *
 * Layer: text. Several times faster than the general machine behind libstemmer,
 * which matters for the many words of a text that come once: no cache helps
 * them. Source: Porter, "The English (Porter2) stemming algorithm",
 * snowballstem.org; test_stem compares the two.
 */
#include "text/english.h"

#include <stdint.h>
#include <string.h>

#include "base/bits.h"

struct word {
	char *s; /* y that is a consonant is Y */
	size_t len;
	size_t r1, r2; /* where the regions begin */
};

/* What a step does with the longest of its endings that a word has. */
struct rule {
	char ending[8];
	char to[5];
	uint8_t len; /* of the ending */
	uint8_t if_after; /* IN_R2 or AFTER_*: what else must hold */
};

/* Longer endings first, then one without length; what any of them ends in. */
struct step {
	uint32_t finals;
	struct rule rule[26];
};

enum { ALWAYS, IN_R2, AFTER_L, AFTER_LI, AFTER_ST };

#define LETTER(c) (UINT32_C(1) << ((c) - 'a'))
#define VOWELS (LETTER('a') | LETTER('e') | LETTER('i') | LETTER('o') | LETTER('u') | LETTER('y'))
#define BEFORE_LI                                                                                  \
	(LETTER('c') | LETTER('d') | LETTER('e') | LETTER('g') | LETTER('h') | LETTER('k') |       \
	 LETTER('m') | LETTER('n') | LETTER('r') | LETTER('t'))

/* Is c one of the letters? Y and the apostrophe are none of any. */
static int is_in(uint32_t letters, char c)
{
	unsigned int i = (unsigned int)c - 'a';

	return i < 26 && letters >> i & 1;
}

static int is_vowel(char c)
{
	return is_in(VOWELS, c);
}

static int has_vowel(const struct word *w, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (is_vowel(w->s[i]))
			return 1;
	return 0;
}

static int ends(const struct word *w, const char *ending, size_t len)
{
	return w->len >= len && memcmp(w->s + w->len - len, ending, len) == 0;
}

/* ---- exceptions ---- */

/* Zeros behind each, as in `key`. */
static const char irregular[][2][8] = {
	{"skis", "ski"},     {"skies", "sky"},     {"dying", "die"},     {"lying", "lie"},
	{"tying", "tie"},    {"idly", "idl"},      {"gently", "gentl"},  {"ugly", "ugli"},
	{"early", "earli"},  {"only", "onli"},     {"singly", "singl"},  {"sky", "sky"},
	{"news", "news"},    {"howe", "howe"},     {"atlas", "atlas"},   {"cosmos", "cosmos"},
	{"bias", "bias"},    {"andes", "andes"},
};

static const char finished[][8] = {
	"inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed",
};

static uint64_t key_of(const char *s, size_t len)
{
	char padded[8] = {0};

	memcpy(padded, s, len);
	return ik_load64(padded);
}

/* The length of the word's stem in `out`, 0 when there is none. */
static size_t find_irregular(const char *word, size_t len, char *out)
{
	uint64_t key;
	size_t i;

	if (len < 3 || len > 6)
		return 0;
	key = key_of(word, len);
	for (i = 0; i < sizeof irregular / sizeof irregular[0]; i++)
		if (ik_load64(irregular[i][0]) == key) {
			memcpy(out, irregular[i][1], 8);
			return strlen(out);
		}
	return 0;
}

/* After the first step: is nothing more to be taken off? */
static int is_finished(const struct word *w)
{
	uint64_t key;
	size_t i;

	if (w->len < 6 || w->len > 7)
		return 0;
	key = key_of(w->s, w->len);
	for (i = 0; i < sizeof finished / sizeof finished[0]; i++)
		if (ik_load64(finished[i]) == key)
			return 1;
	return 0;
}

/* ---- regions ---- */

static void mark_consonants(struct word *w)
{
	size_t i;

	if (w->s[0] == 'y')
		w->s[0] = 'Y';
	for (i = 1; i < w->len; i++)
		if (w->s[i] == 'y' && is_vowel(w->s[i - 1]))
			w->s[i] = 'Y';
}

/* Behind the first consonant that follows a vowel, from `at` on. */
static size_t region(const struct word *w, size_t at)
{
	while (at < w->len && !is_vowel(w->s[at]))
		at++;
	while (at < w->len && is_vowel(w->s[at]))
		at++;
	return at < w->len ? at + 1 : w->len;
}

static void mark_regions(struct word *w)
{
	static const char *const whole[] = {"gener", "commun", "arsen"};
	size_t i;

	w->r1 = region(w, 0);
	for (i = 0; i < sizeof whole / sizeof whole[0]; i++)
		if (strncmp(w->s, whole[i], strlen(whole[i])) == 0)
			w->r1 = strlen(whole[i]);
	w->r2 = region(w, w->r1);
}

/* A short syllable at the end: "bed", "at", but not "bow". */
static int ends_short(const struct word *w)
{
	const char *end = w->s + w->len;

	if (w->len < 2 || is_vowel(end[-1]) || !is_vowel(end[-2]))
		return 0;
	if (w->len == 2)
		return 1;
	return !is_vowel(end[-3]) && end[-1] != 'w' && end[-1] != 'x' && end[-1] != 'Y';
}

/* ---- steps ---- */

static void drop_possessive(struct word *w)
{
	if (ends(w, "'s'", 3))
		w->len -= 3;
	else if (ends(w, "'s", 2))
		w->len -= 2;
	else if (ends(w, "'", 1))
		w->len--;
}

static void drop_plural(struct word *w)
{
	if (ends(w, "sses", 4))
		w->len -= 2;
	else if (ends(w, "ied", 3) || ends(w, "ies", 3))
		w->len -= w->len > 4 ? 2 : 1;
	else if (ends(w, "s", 1) && !ends(w, "us", 2) && !ends(w, "ss", 2) && w->len > 2 &&
	         has_vowel(w, w->len - 2))
		w->len--;
}

/* The length of "ed", "ing" and their forms with "ly". */
static size_t participle(const struct word *w)
{
	size_t ly = ends(w, "ly", 2) ? 2 : 0;
	struct word front = {w->s, w->len - ly, 0, 0};

	return ends(&front, "ing", 3) ? 3 + ly : ends(&front, "ed", 2) ? 2 + ly : 0;
}

static void drop_participle(struct word *w)
{
	static const uint32_t doubles = LETTER('b') | LETTER('d') | LETTER('f') | LETTER('g') |
	                                LETTER('m') | LETTER('n') | LETTER('p') | LETTER('r') |
	                                LETTER('t');
	size_t len = participle(w);

	if (ends(w, "eed", 3) || ends(w, "eedly", 5)) {
		if (w->len - len - 1 >= w->r1)
			w->len -= len - 1;
		return;
	}
	if (len == 0 || !has_vowel(w, w->len - len))
		return;
	w->len -= len;
	if (ends(w, "at", 2) || ends(w, "bl", 2) || ends(w, "iz", 2))
		w->s[w->len++] = 'e';
	else if (w->len > 1 && w->s[w->len - 1] == w->s[w->len - 2] &&
	         is_in(doubles, w->s[w->len - 1]))
		w->len--;
	else if (w->len == w->r1 && ends_short(w))
		w->s[w->len++] = 'e';
}

static void turn_y(struct word *w)
{
	char *last = w->s + w->len - 1;

	if (w->len > 2 && (*last == 'y' || *last == 'Y') && !is_vowel(last[-1]))
		*last = 'i';
}

static int holds(const struct word *w, uint8_t condition, size_t len)
{
	char before = len > 0 ? w->s[len - 1] : 0;

	switch (condition) {
	case IN_R2:
		return len >= w->r2;
	case AFTER_L:
		return before == 'l';
	case AFTER_LI:
		return is_in(BEFORE_LI, before);
	case AFTER_ST:
		return before == 's' || before == 't';
	default:
		return 1;
	}
}

/* Apply the first rule whose ending the word has, if the ending is in the region. */
static void apply(struct word *w, const struct step *step, size_t from)
{
	char last = w->s[w->len - 1];
	const struct rule *rule;
	size_t len;

	if (w->len < from + 2 || !is_in(step->finals, last)) /* the shortest ending has two */
		return;
	for (rule = step->rule; rule->len > 0; rule++)
		if (rule->ending[rule->len - 1] == last && ends(w, rule->ending, rule->len))
			break;
	if (rule->len == 0)
		return;
	len = w->len - rule->len;
	if (len < from || !holds(w, rule->if_after, len))
		return;
	memcpy(w->s + len, rule->to, strlen(rule->to));
	w->len = len + strlen(rule->to);
}

static const struct step step2 = {
	LETTER('i') | LETTER('l') | LETTER('m') | LETTER('n') | LETTER('r') | LETTER('s'),
	{
		{"ational", "ate", 7, ALWAYS}, {"fulness", "ful", 7, ALWAYS},
		{"ousness", "ous", 7, ALWAYS}, {"iveness", "ive", 7, ALWAYS},
		{"ization", "ize", 7, ALWAYS}, {"tional", "tion", 6, ALWAYS},
		{"biliti", "ble", 6, ALWAYS},  {"lessli", "less", 6, ALWAYS},
		{"entli", "ent", 5, ALWAYS},   {"ation", "ate", 5, ALWAYS},
		{"alism", "al", 5, ALWAYS},    {"aliti", "al", 5, ALWAYS},
		{"ousli", "ous", 5, ALWAYS},   {"iviti", "ive", 5, ALWAYS},
		{"fulli", "ful", 5, ALWAYS},   {"enci", "ence", 4, ALWAYS},
		{"anci", "ance", 4, ALWAYS},   {"abli", "able", 4, ALWAYS},
		{"izer", "ize", 4, ALWAYS},    {"ator", "ate", 4, ALWAYS},
		{"alli", "al", 4, ALWAYS},     {"bli", "ble", 3, ALWAYS},
		{"ogi", "og", 3, AFTER_L},     {"li", "", 2, AFTER_LI},
	},
};

static const struct step step3 = {
	LETTER('e') | LETTER('i') | LETTER('l') | LETTER('s'),
	{
		{"ational", "ate", 7, ALWAYS}, {"tional", "tion", 6, ALWAYS},
		{"alize", "al", 5, ALWAYS},    {"icate", "ic", 5, ALWAYS},
		{"iciti", "ic", 5, ALWAYS},    {"ative", "", 5, IN_R2},
		{"ical", "ic", 4, ALWAYS},     {"ness", "", 4, ALWAYS},
		{"ful", "", 3, ALWAYS},
	},
};

static const struct step step4 = {
	LETTER('c') | LETTER('e') | LETTER('i') | LETTER('l') | LETTER('m') | LETTER('n') |
	LETTER('r') | LETTER('s') | LETTER('t'),
	{
		{"ement", "", 5, ALWAYS}, {"ance", "", 4, ALWAYS}, {"ence", "", 4, ALWAYS},
		{"able", "", 4, ALWAYS},  {"ible", "", 4, ALWAYS}, {"ment", "", 4, ALWAYS},
		{"ant", "", 3, ALWAYS},   {"ent", "", 3, ALWAYS},  {"ism", "", 3, ALWAYS},
		{"ate", "", 3, ALWAYS},   {"iti", "", 3, ALWAYS},  {"ous", "", 3, ALWAYS},
		{"ive", "", 3, ALWAYS},   {"ize", "", 3, ALWAYS},  {"ion", "", 3, AFTER_ST},
		{"al", "", 2, ALWAYS},    {"er", "", 2, ALWAYS},   {"ic", "", 2, ALWAYS},
	},
};

static void drop_final(struct word *w)
{
	struct word front = {w->s, w->len - 1, w->r1, w->r2};

	if (ends(w, "e", 1) &&
	    (front.len >= w->r2 || (front.len >= w->r1 && !ends_short(&front))))
		w->len--;
	else if (ends(w, "ll", 2) && front.len >= w->r2)
		w->len--;
}

size_t ik_english_stem(const char *word, size_t len, char *out)
{
	struct word w = {out, find_irregular(word, len, out), 0, 0};
	size_t i;

	if (w.len > 0)
		return w.len;
	w.len = len > 2 && word[0] == '\'' ? len - 1 : len;
	memcpy(out, word + (len - w.len), w.len);
	out[w.len] = 0;
	if (len < 3)
		return len;
	mark_consonants(&w);
	mark_regions(&w);
	drop_possessive(&w);
	drop_plural(&w);
	if (w.len > 0 && !is_finished(&w)) {
		drop_participle(&w);
		turn_y(&w);
		apply(&w, &step2, w.r1);
		apply(&w, &step3, w.r1);
		apply(&w, &step4, w.r2);
		drop_final(&w);
	}
	for (i = 0; i < w.len; i++)
		if (out[i] == 'Y')
			out[i] = 'y';
	return w.len;
}
