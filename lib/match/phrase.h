/* phrase.h - terms at given positions. Layer: match. */
#ifndef IK_MATCH_PHRASE_H
#define IK_MATCH_PHRASE_H

#include "match/term.h"

/*
 * `n` terms (at least 2, opened with weight 0), term i `offsets[i]` positions
 * after the start of the phrase, moved by at most `slop` in all. `weight` is
 * the sum of the terms' weights: the phrase scores as one term whose
 * frequency is the number of its occurrences.
 */
int ik_phrase_open(struct ik_match *m, struct ik_term *const *terms, const uint32_t *offsets,
                   size_t n, uint32_t slop, float weight, struct ik_node **out);

#endif
