/* prune.h - a bool that is the whole query. Layer: match. */
#ifndef IK_MATCH_PRUNE_H
#define IK_MATCH_PRUNE_H

#include "match/node.h"

/*
 * Make *root faster where it is a bool: it then finds the documents above a
 * threshold by looking at as few clauses as it can. INK_ENOMEM.
 */
int ik_prune_open(struct ik_match *m, struct ik_node **root);

#endif
