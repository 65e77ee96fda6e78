/*
 * node.h - a query over one segment, 256 documents at a time.
 *
 * Layer: match. There are no cursors: a query is a tree of nodes, and each
 * node answers, for a range of 256 documents, what its best score can be,
 * which documents match, and what they score. Pruning, counting, sorting and
 * facets all go through this. Ranges are visited in ascending order but for a
 * few of the best, which may come first; none is visited twice.
 *
 * Scores are integers: a float weight is scaled once per search so that all
 * weights together stay below 2^30, and each term's part is cut to an
 * integer. Sums then do not depend on the order of terms, so every plan and
 * every SIMD path gives the same bits.
 */
#ifndef IK_MATCH_NODE_H
#define IK_MATCH_NODE_H

#include "base/arena.h"
#include "base/bits.h"
#include "base/buf.h"
#include "base/poll.h"
#include "match/kernel.h"
#include "segment/live.h"
#include "segment/segment.h"

/* What the nodes of one segment share. */
struct ik_match {
	const struct ik_segment *seg;
	const struct ik_kernel *kernel;
	struct ik_arena *arena;  /* lives as long as the nodes */
	uint32_t n_ranges;
	uint32_t chunk;          /* ranges whose bounds are computed together: IK_CHUNK, or all */
	uint16_t *scratch;       /* so many bounds, a level for each depth of the tree */
	uint32_t depth;
	float scale;             /* integer score = float score * scale, 2^n; 0: no scores */
	const struct ik_node *root; /* of the query */
	int64_t theta;           /* the root may leave out what scores no more; -1: it may not */
	struct ik_poll *poll;    /* cancel and time-out; may be NULL */
	uint64_t postings;       /* of all terms opened */
	ink_error *err;
};

#define IK_CHUNK 16384 /* four million documents: the best of them come first */

struct ik_node;

struct ik_node_ops {
	/* Upper bounds of ranges from .. from + n (n <= IK_CHUNK); 0: no match there. */
	void (*bounds)(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out);

	/*
	 * Set node->mask to the documents of range r that match: 0 or a negative
	 * code. Only bits of `within` will be looked at, so what is costly to
	 * find out (positions, stored text) is found out for those alone.
	 */
	int (*match)(struct ik_node *node, uint32_t r, const uint64_t within[4]);

	/* Add to acc[d] for each d of `mask`, a subset of node->mask of range r. */
	int (*score)(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256]);

	/* One line and those of the children, for document d of range r, which matches. */
	int (*explain)(struct ik_node *node, uint32_t r, uint32_t d, unsigned indent,
	               struct ik_buf *out);

	const struct ik_root_ops *as_root; /* NULL: a root of this kind is matched, then scored */
};

/* What a node can do when it is the whole query. */
struct ik_root_ops {
	/*
	 * Where documents that score no more than m->theta (-1: none is that bad) are
	 * not wanted: set `mask` to those of `live` in range r that score more, and acc[d]
	 * to their scores. What acc held before does not count.
	 */
	int (*rank)(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
	            uint64_t mask[4]);

	/*
	 * rank() in two steps, for who takes the first of several ranges before the second: theta
	 * is higher then. early: `mask` becomes what may score more than theta, and acc[d] what it
	 * scores at least; 1 when that is all, else 0. late: the rest of it. NULL: there is one step.
	 */
	int (*early)(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
	             uint64_t mask[4]);
	int (*late)(struct ik_node *node, uint32_t r, int32_t acc[256], uint64_t mask[4]);

	/*
	 * Of ranges from .. from + n, whose bounds these are: set to 0 those that are
	 * `least` or more but of ranges in which no document reaches that. 0 or a
	 * negative code. NULL: that costs as much as ranking them.
	 */
	int (*sift)(struct ik_node *node, uint32_t from, uint32_t n, uint16_t least,
	            uint16_t *sums);

	/*
	 * Ranges `from` + places[i], n of them, are ranked soon: ask for what is read of them,
	 * so that all of it comes from memory side by side. NULL: nothing is known of it.
	 */
	void (*fetch)(struct ik_node *node, uint32_t from, const uint16_t *places, size_t n);

	int by_bounds; /* rank goes by what bounds() was asked for last */
};

struct ik_node {
	const struct ik_node_ops *ops;
	struct ik_match *m;
	int implied;      /* an optional clause whose documents match another one of its bool */
	uint32_t range;   /* that `mask` is of; UINT32_MAX at first */
	uint64_t mask[4];
};

/* Match unless that was done for this range already; `within` then was no smaller. */
static inline int ik_node_match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	int rc;

	if (node->range == r)
		return 0;
	rc = node->ops->match(node, r, within);
	node->range = r;
	return rc;
}

/* as_root->rank, or what it stands for. */
int ik_node_rank(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
                 uint64_t mask[4]);

/* Match, then score. */
int ik_node_rank_all(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
                     uint64_t mask[4]);

static inline int ik_mask_empty(const uint64_t mask[4])
{
	return (mask[0] | mask[1] | mask[2] | mask[3]) == 0;
}

static inline uint32_t ik_mask_count(const uint64_t mask[4])
{
	return ik_popcount64(mask[0]) + ik_popcount64(mask[1]) + ik_popcount64(mask[2]) +
	       ik_popcount64(mask[3]);
}

/* Leave the documents of the mask that match, or with `without` those that do not. */
int ik_node_narrow(struct ik_node *node, uint32_t r, int without, uint64_t mask[4]);

/* The same with n nodes, one after the other while some are left. */
int ik_node_narrow_all(struct ik_node *const *nodes, size_t n, uint32_t r, int without,
                       uint64_t mask[4]);

/* Add the scores of those of the documents that match. */
int ik_node_add(struct ik_node *node, uint32_t r, const uint64_t docs[4], int32_t acc[256]);

/* Room for the bounds of a child, until it is given back by ik_match_leave(). */
static inline uint16_t *ik_match_enter(struct ik_match *m)
{
	return m->scratch + (size_t)m->chunk * m->depth++;
}

static inline void ik_match_leave(struct ik_match *m)
{
	m->depth--;
}

/* theta, which is not -1, as kernels take it. */
static inline int32_t ik_match_theta(const struct ik_match *m)
{
	return m->theta < INT32_MAX ? (int32_t)m->theta : INT32_MAX;
}

/* INK_ECORRUPT naming the segment. */
int ik_match_corrupt(struct ik_match *m, const char *what);

/* Set up a node's common part. */
void ik_node_init(struct ik_node *node, const struct ik_node_ops *ops, struct ik_match *m);

/* A bound from a float score: at least 1. */
uint16_t ik_bound_of(const struct ik_match *m, float score);

/* Print `score` of an integer score. */
double ik_score_of(const struct ik_match *m, int64_t score);

/* Indentation, then the text, then a newline. */
void ik_explain_line(struct ik_buf *out, unsigned indent, const char *fmt, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 3, 4)))
#endif
	;

#endif
