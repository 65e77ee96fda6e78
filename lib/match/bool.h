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

/* What a bool is made of. */
struct ik_bool_clauses {
	struct ik_node **must;      /* n_must scored ones, then filters */
	size_t n_must, n_required;
	struct ik_node **should;
	size_t n_should;
	struct ik_node **must_not;
	size_t n_must_not;
	uint32_t min_should;        /* optional clauses that have to match: 1 in a union */
};

/* NULL for any other node. */
const struct ik_bool_clauses *ik_bool_clauses(const struct ik_node *node);

#endif
