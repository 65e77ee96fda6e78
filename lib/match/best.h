/*
 * best.h - alternatives of one thing: the best of them counts.
 *
 * Layer: match. A word and its synonyms, or two ways in which documents have
 * a word, are matched as a union and scored as one: a document that has
 * several of them gains nothing by that.
 */
#ifndef IK_MATCH_BEST_H
#define IK_MATCH_BEST_H

#include "match/node.h"

/* NULL members of nodes are left out; NULL *out when none is left. INK_ENOMEM. */
int ik_best_open(struct ik_match *m, struct ik_node *const *nodes, size_t n, struct ik_node **out);

#endif
