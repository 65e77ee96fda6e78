/* viterbi.h - words of a run of Han and kana characters. Layer: text. */
#ifndef IK_TEXT_VITERBI_H
#define IK_TEXT_VITERBI_H

#include "text/fold.h"

struct ik_lexicon;

struct ik_viterbi {
	uint32_t cost[IK_WINDOW + IK_WINDOW_SLACK + 1];
	uint16_t prev[IK_WINDOW + IK_WINDOW_SLACK + 1];
	uint16_t code[IK_WINDOW + IK_WINDOW_SLACK + 1];
	uint16_t word[IK_WINDOW + IK_WINDOW_SLACK + 1]; /* out: where words end */
};

/*
 * The cheapest way to cut c[0, n) into words of the dictionary and, when it
 * is not NULL, of the lexicon: how many, their ends in v->word.
 */
uint32_t ik_viterbi_run(struct ik_viterbi *v, const struct ik_lexicon *lexicon,
                        const struct ik_char *c, uint32_t n);

/* What the way cost that was found for c[0, n). */
int32_t ik_viterbi_cost(const struct ik_viterbi *v, uint32_t n);

#endif
