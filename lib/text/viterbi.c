/*
 * viterbi.c - the cheapest cut of a run into dictionary words.
 *
 * Layer: text. Costs are negative logarithms of word frequencies; the path of
 * the least sum wins. Source: A. Viterbi, "Error bounds for convolutional
 * codes", IEEE Trans. Information Theory 13(2), 1967, on a word lattice.
 */
#include "text/viterbi.h"

#include "text/dict.h"
#include "text/lexicon.h"

#define UNKNOWN_COST 255u    /* a character that is no word */
#define KATAKANA_MAX 20u
#define AHEAD 4u
#define ORIGIN (1u << 30) /* what the front costs: a user's word may cost less than nothing */

/* A run of katakana that no dictionary has: most loan words have three to seven characters. */
static uint32_t katakana_cost(uint32_t len)
{
	if (len < 3)
		return len == 1 ? 2000 : 450;
	return 200 + 30 * (len > 5 ? len - 5 : 5 - len);
}

static void relax(struct ik_viterbi *v, uint32_t from, uint32_t to, uint32_t cost)
{
	cost += v->cost[from];
	if (cost < v->cost[to]) {
		v->cost[to] = cost;
		v->prev[to] = (uint16_t)from;
	}
}

static void relax_katakana(struct ik_viterbi *v, const struct ik_char *c, uint32_t at, uint32_t n)
{
	uint32_t to = at;

	while (to < n && to - at < KATAKANA_MAX && c[to].cls == IK_CLASS_KATA)
		to++;
	relax(v, at, to, katakana_cost(to - at));
}

/* All dictionary words that begin at `at`. */
static void relax_words(struct ik_viterbi *v, uint32_t at, uint32_t n)
{
	uint32_t node = ik_dict_root, i = at, base_cost = v->cost[at];
	int single = 0;

	for (; i < n && v->code[i] != 0; i++) {
		uint32_t cost;

		node = ik_dict_child(node, v->code[i]);
		if (node == 0)
			break;
		cost = ik_dict_cost(node);
		if (cost == IK_DICT_NONE)
			continue;
		single |= i == at;
		cost += base_cost;
		if (cost < v->cost[i + 1]) {
			v->cost[i + 1] = cost;
			v->prev[i + 1] = (uint16_t)at;
		}
	}
	if (!single)
		relax(v, at, at + 1, UNKNOWN_COST);
}

/* All words of the user that begin at `at`. */
static void relax_user(struct ik_viterbi *v, const struct ik_lexicon *lexicon,
                       const struct ik_char *c, uint32_t at, uint32_t n)
{
	uint32_t node = IK_TRIE_ROOT, i;

	for (i = at; i < n; i++) {
		uint32_t value;

		node = ik_trie_child(&lexicon->words, node, c[i].cp);
		if (node == 0)
			return;
		value = lexicon->words.values.v[node];
		if (ik_word_kind(value) == IK_WORD_HAN)
			relax(v, at, i + 1, (uint32_t)ik_word_cost(value));
	}
}

/*
 * The nodes of a word's first two characters lie anywhere in a big array:
 * both are asked for before they are needed.
 */
static void prefetch(const struct ik_viterbi *v, uint32_t at, uint32_t n)
{
#if defined(__GNUC__)
	uint32_t root = (uint32_t)(ik_dict_node[ik_dict_root] >> 40), first;

	if (at + AHEAD + 1 < n) {
		first = (uint32_t)(ik_dict_node[root + v->code[at + AHEAD]] >> 40);
		__builtin_prefetch(&ik_dict_node[first + v->code[at + AHEAD + 1]]);
	}
	if (at + 2 * AHEAD < n)
		__builtin_prefetch(&ik_dict_node[root + v->code[at + 2 * AHEAD]]);
#else
	(void)v, (void)at, (void)n;
#endif
}

/* Twice in the program, so that there is no price for words that nobody has. */
static inline void walk(struct ik_viterbi *v, const struct ik_lexicon *lexicon,
                        const struct ik_char *c, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		prefetch(v, i, n);
		relax_words(v, i, n);
		if (c[i].cls == IK_CLASS_KATA && (i == 0 || c[i - 1].cls != IK_CLASS_KATA))
			relax_katakana(v, c, i, n);
		if (lexicon != NULL)
			relax_user(v, lexicon, c, i, n);
	}
}

uint32_t ik_viterbi_run(struct ik_viterbi *v, const struct ik_lexicon *lexicon,
                        const struct ik_char *c, uint32_t n)
{
	uint32_t i, count = 0, lo, hi;

	for (i = 0; i < n; i++) {
		v->code[i] = (uint16_t)ik_dict_code_of(c[i].cp);
		v->cost[i + 1] = UINT32_MAX;
	}
	v->cost[0] = ORIGIN;
	if (ik_lexicon_has_kind(lexicon, IK_WORD_HAN))
		walk(v, lexicon, c, n);
	else
		walk(v, NULL, c, n);
	for (i = n; i > 0; i = v->prev[i])
		v->word[count++] = (uint16_t)i;
	for (lo = 0, hi = count; lo + 1 < hi; lo++) {
		uint16_t end = v->word[lo];

		v->word[lo] = v->word[--hi];
		v->word[hi] = end;
	}
	return count;
}

int32_t ik_viterbi_cost(const struct ik_viterbi *v, uint32_t n)
{
	return (int32_t)(v->cost[n] - ORIGIN);
}
