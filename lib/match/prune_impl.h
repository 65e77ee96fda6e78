/* prune_impl.h - what prune.c and prune_rank.c share. Layer: match. */
#ifndef IK_MATCH_PRUNE_IMPL_H
#define IK_MATCH_PRUNE_IMPL_H

#include "match/meet.h"
#include "match/prune.h"
#include "match/sift.h"

/* A clause that scores, and the bound of its scores in the current range. */
struct ik_prune_part {
	struct ik_node *node;
	struct ik_term *term; /* NULL: something else */
	uint32_t bound;
	int must;
};

struct ik_pruned {
	struct ik_node node;
	struct ik_node *join;    /* the same bool, for all that is not ranked */
	struct ik_prune_part *clauses;    /* those that score, as planned: the rarest required one first */
	size_t n;
	size_t n_early;          /* of them, the first ones; what is no term and can wait comes last */
	size_t n_now;            /* of them are scored now: n_early, or all */
	uint64_t late;           /* what the others score in the current range at most; 0 of none */
	struct ik_node **filters, **must_not;
	size_t n_filters, n_must_not;
	uint16_t *kept;          /* a chunk of bounds of each clause */
	uint32_t kept_from;      /* the range of the first */
	struct ik_prune_part *parts;      /* of the current range: the greatest bounds first, or the rarest terms */
	struct ik_term **needed; /* of the current range: the required terms */
	int64_t *least;          /* and what the first ones of them have to score */
	const struct ik_meet *meet;
	struct ik_sift sift;
	int terms_only;          /* all clauses that are scored now are terms */
};

static inline struct ik_pruned *ik_pruned_of(struct ik_node *node)
{
	return (struct ik_pruned *)node; /* the node is its first member */
}

/* The operation of a root: by the bounds that its bounds() kept. */
int ik_prune_rank(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
                  uint64_t mask[4]);

/* The same in two steps, and both of them. */
int ik_prune_early(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
                   uint64_t mask[4]);
int ik_prune_late(struct ik_node *node, uint32_t r, int32_t acc[256], uint64_t mask[4]);
int ik_prune_steps(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
                   uint64_t mask[4]);

#endif
