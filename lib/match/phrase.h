/* phrase.h - terms at given positions. Layer: match. */
#ifndef IK_MATCH_PHRASE_H
#define IK_MATCH_PHRASE_H

#include "match/term.h"

/* All terms are opened with weight 0. */
struct ik_phrase_spec {
	struct ik_term **terms;   /* n words (at least 2), then n_more */
	const uint32_t *offsets;  /* of each word: positions from the start of the phrase */
	const uint8_t *in_pair;   /* of each word: is it in one of the pairs? */
	size_t n, n_more;
	uint32_t slop;            /* words move by at most so much in all; 0 with pairs */
	float weight;             /* the sum of the words' weights */
};

/*
 * A phrase scores as one term whose frequency is the number of its
 * occurrences. More terms that have to be there as often, such as pairs of its
 * words, are a shorter way to its documents.
 */
int ik_phrase_open(struct ik_match *m, const struct ik_phrase_spec *spec, struct ik_node **out);

/* The terms that its documents are found by: how many; 0 when the node is no phrase. */
size_t ik_phrase_terms(struct ik_node *node, struct ik_term *const **out);

int ik_is_phrase(const struct ik_node *node);

/* Leave the documents that have all terms of a phrase. Other nodes leave all. */
int ik_phrase_narrow(struct ik_node *node, uint32_t r, uint64_t mask[4]);

/* From now on the phrase is asked for documents that have all these terms, and no others. */
void ik_phrase_met(struct ik_node *node);

#endif
