/*
 * thai.c - runs of Thai, Lao, Khmer and Burmese: dictionary words and trigrams.
 *
 * Layer: text. The dictionaries of these scripts have no frequencies: the cut
 * with the fewest words wins ("maximal matching"), and of several the one with
 * the longest first word. Two characters say too little (one is often a vowel
 * sign), hence trigrams.
 * Source: V. Sornlertlamvanich, "Word segmentation for Thai in a machine
 * translation system", NECTEC, 1993.
 */
#include "text/analysis.h"

#include "text/dict.h"

#define UNKNOWN_COST 3u /* of a character and its signs that no word covers; a word costs 1 */
#define IMPOSSIBLE UINT32_MAX

/* Lao is laid out as Thai is. */
static uint32_t as_thai(uint32_t cp)
{
	return cp >= 0x0E80 && cp <= 0x0EFF ? cp - 0x80 : cp;
}

/* Vowel signs, tone marks and such, which belong to the character before them. */
static int is_sign(uint32_t cp)
{
	cp = as_thai(cp);
	return (cp >= 0x0E30 && cp <= 0x0E3A) || (cp >= 0x0E45 && cp <= 0x0E4E && cp != 0x0E46) ||
	       (cp >= 0x102B && cp <= 0x103E) || (cp >= 0x1056 && cp <= 0x1059) ||
	       (cp >= 0x105E && cp <= 0x1060) || (cp >= 0x1062 && cp <= 0x1064) ||
	       (cp >= 0x1067 && cp <= 0x106D) || (cp >= 0x1071 && cp <= 0x1074) ||
	       (cp >= 0x1082 && cp <= 0x108D) || cp == 0x108F || (cp >= 0x109A && cp <= 0x109D) ||
	       (cp >= 0x17B4 && cp <= 0x17D3) || cp == 0x17DD;
}

/* Vowels written before their consonant, and signs that stack the next one below. */
static int leads(uint32_t cp)
{
	return (cp >= 0x0E40 && cp <= 0x0E44) || cp == 0x1039 || cp == 0x17D2;
}

/*
 * May a word begin at c[at]? Not inside a syllable, as far as it can be told: a
 * silent consonant (under 0E4C) and the final that the vowel 0E31 wants are in it.
 */
static int may_cut(const struct ik_char *c, uint32_t n, uint32_t at)
{
	uint32_t last = as_thai(c[at - 1].cp);

	if (c[at].cls == IK_CLASS_MARK || is_sign(c[at].cp) || leads(last) || last == 0x0E31)
		return 0;
	if (last >= 0x0E48 && last <= 0x0E4B && at > 1 && as_thai(c[at - 2].cp) == 0x0E31)
		return 0;
	return at + 1 == n || as_thai(c[at + 1].cp) != 0x0E4C;
}

/* The best word that begins at `at`, when all cuts behind it are known; the longest of equals. */
static void choose(struct ik_thai *t, uint32_t at, uint32_t n, uint32_t cluster)
{
	uint32_t from = ik_dict_thai_root, best = t->cost[cluster] + UNKNOWN_COST, i;

	t->next[at] = (uint16_t)cluster;
	t->known[at] = 0;
	for (i = at; i < n; i++) {
		uint32_t edge = ik_dict_thai_step(from, t->code[i]);

		if (edge == 0)
			break;
		if (edge & IK_DICT_THAI_END && t->cost[i + 1] < best) {
			best = t->cost[i + 1] + 1;
			t->next[at] = (uint16_t)(i + 1);
			t->known[at] = 1;
		}
		from = edge >> IK_DICT_THAI_SHIFT;
	}
	t->cost[at] = best;
}

/* A word of the user costs nothing, so it is preferred to all that it could be cut into. */
static void choose_user(struct ik_thai *t, const struct ik_lexicon *lexicon,
                        const struct ik_char *c, uint32_t at, uint32_t n)
{
	uint32_t node = IK_TRIE_ROOT, i;

	for (i = at; i < n; i++) {
		node = ik_trie_child(&lexicon->words, node, c[i].cp);
		if (node == 0)
			return;
		if (ik_word_kind(lexicon->words.values.v[node]) != IK_WORD_THAI ||
		    t->cost[i + 1] > t->cost[at])
			continue;
		t->cost[at] = t->cost[i + 1];
		t->next[at] = (uint16_t)(i + 1);
		t->known[at] = 1;
	}
}

static void segment(struct ik_thai *t, const struct ik_lexicon *lexicon, const struct ik_char *c,
                    uint32_t n)
{
	uint32_t i, cluster = n;

	t->cost[n] = 0;
	for (i = n; i-- > 0;) {
		t->code[i] = (uint16_t)ik_dict_thai_code(c[i].cp);
		t->cost[i] = IMPOSSIBLE;
		if (i > 0 && !may_cut(c, n, i))
			continue;
		choose(t, i, n, cluster);
		if (ik_lexicon_has_kind(lexicon, IK_WORD_THAI))
			choose_user(t, lexicon, c, i, n);
		cluster = i;
	}
}

static void emit_word(struct ik_analysis *a, const struct ik_char *c, uint32_t n)
{
	size_t len = ik_emit_put(a->term, IK_TERM_MAX, c, n);

	ik_user_joined(a, c[0].start);
	ik_emit_word(a, a->term, len, c[0].start, c[n - 1].end,
	             ik_user_flag(a, IK_WORD_THAI, c, n), 0);
	a->word_pos++;
}

/* Words that end at or before `limit`; where the last one ends. What no word covers is one. */
static uint32_t emit_words(struct ik_analysis *a, const struct ik_char *c, uint32_t n,
                           uint32_t limit)
{
	struct ik_thai *t = &a->thai;
	uint32_t at = 0, to;

	segment(t, a->lexicon, c, n);
	while (at < n && a->rc == 0) {
		to = t->next[at];
		while (!t->known[at] && to < n && !t->known[to])
			to = t->next[to];
		if (to > limit)
			break;
		emit_word(a, c + at, to - at);
		at = to;
	}
	return at;
}

uint32_t ik_run_thai(struct ik_analysis *a, struct ik_char *c, uint32_t n, int more)
{
	uint32_t limit = more ? n - IK_TAIL : n;
	uint32_t used = 0, to, done;

	do {
		to = ik_run_part(a, c, n, used);
		done = emit_words(a, c + used, to - used, limit - used);
		used += done;
	} while (used == to && used < limit && a->rc == 0);
	if (used == 0)
		used = limit;
	ik_emit_grams(a, c, n, used, 3, 0);
	return used;
}
