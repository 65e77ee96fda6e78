/* bool.h - clauses joined: must, should, must not, filter. Layer: match. */
#ifndef IK_MATCH_BOOL_H
#define IK_MATCH_BOOL_H

#include "match/node.h"

/*
 * Join `n` nodes, in the arena; `occur` as in ink_query_bool(). A node that
 * is NULL matches nothing in this segment. *out is NULL when nothing can
 * match.
 */
int ik_bool_open(struct ik_match *m, struct ik_node *const *nodes, const int32_t *occur, size_t n,
                 uint32_t min_should, struct ik_node **out);

/* The children of a bool of nothing but optional clauses of which one is enough; 0 for any other node. */
size_t ik_bool_union(struct ik_node *node, struct ik_node ***children);

/*
 * The node is the whole query: if it is a union, let it leave out documents
 * that score no more than theta. INK_ENOMEM.
 */
int ik_bool_keep(struct ik_node *node);

#endif
