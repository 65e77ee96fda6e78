/*
 * trie.h - sequences of 32-bit symbols (characters, numbers of terms) with a value each.
 *
 * Layer: text. Nodes are numbered from 0, the root; an edge is found by
 * hashing its node and symbol, so that a step costs about one cache line,
 * however many words there are. Built once, then only read.
 */
#ifndef IK_TEXT_TRIE_H
#define IK_TEXT_TRIE_H

#include <stdint.h>

#include "base/vec.h"

#define IK_TRIE_ROOT 0u

struct ik_trie_edge {
	uint32_t parent;
	uint32_t symbol;
	uint32_t child; /* 0: the slot is free */
};

/* A zeroed one is empty. */
struct ik_trie {
	struct ik_trie_edge *edges;
	uint32_t mask;             /* slots - 1 */
	IK_VEC(uint32_t) values;   /* by node; 0: nothing ends there */
};

static inline uint32_t ik_trie_slot(uint32_t node, uint32_t symbol)
{
	uint64_t h = ((uint64_t)node << 32 | symbol) * UINT64_C(0x9E3779B97F4A7C15);

	return (uint32_t)(h >> 32);
}

/* The node over `symbol`, or 0. Not for an empty trie. */
static inline uint32_t ik_trie_child(const struct ik_trie *t, uint32_t node, uint32_t symbol)
{
	uint32_t at = ik_trie_slot(node, symbol) & t->mask;

	for (; t->edges[at].child != 0; at = (at + 1) & t->mask)
		if (t->edges[at].parent == node && t->edges[at].symbol == symbol)
			return t->edges[at].child;
	return 0;
}

/* The node of symbols [0, n), made when it is not there; 0 when memory is out. */
uint32_t ik_trie_add(struct ik_trie *t, const uint32_t *symbols, uint32_t n);

void ik_trie_free(struct ik_trie *t);

#endif
