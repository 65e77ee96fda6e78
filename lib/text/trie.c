/* trie.c - building tries of 32-bit symbols. Layer: text. */
#include "text/trie.h"

#define SLOTS_MIN 64u

static void put(struct ik_trie *t, struct ik_trie_edge edge)
{
	uint32_t at = ik_trie_slot(edge.parent, edge.symbol) & t->mask;

	while (t->edges[at].child != 0)
		at = (at + 1) & t->mask;
	t->edges[at] = edge;
}

/* Keep half of the slots free: 0, or -1 when memory is out. */
static int grow(struct ik_trie *t)
{
	struct ik_trie_edge *old = t->edges;
	uint32_t slots = old == NULL ? 0 : t->mask + 1, i;

	if (t->values.n * 2 < slots)
		return 0;
	if (slots > UINT32_MAX / 2)
		return -1;
	t->edges = ik_zarray(slots == 0 ? SLOTS_MIN : 2 * (size_t)slots, sizeof *t->edges);
	if (t->edges == NULL) {
		t->edges = old;
		return -1;
	}
	t->mask = slots == 0 ? SLOTS_MIN - 1 : 2 * slots - 1;
	for (i = 0; i < slots; i++)
		if (old[i].child != 0)
			put(t, old[i]);
	ik_free(old);
	return 0;
}

static uint32_t new_node(struct ik_trie *t)
{
	uint32_t *value = ik_vec_push(&t->values);

	if (value == NULL)
		return 0;
	*value = 0;
	return (uint32_t)(t->values.n - 1);
}

uint32_t ik_trie_add(struct ik_trie *t, const uint32_t *symbols, uint32_t n)
{
	uint32_t node = IK_TRIE_ROOT, i;

	for (i = 0; i < n; i++) {
		struct ik_trie_edge edge = {node, symbols[i], 0};

		if (t->values.n == 0 && ik_vec_push(&t->values) != NULL)
			t->values.v[IK_TRIE_ROOT] = 0;
		if (t->values.n == 0 || grow(t) != 0)
			return 0;
		edge.child = ik_trie_child(t, node, symbols[i]);
		if (edge.child == 0) {
			edge.child = new_node(t);
			if (edge.child == 0)
				return 0;
			put(t, edge);
		}
		node = edge.child;
	}
	return node;
}

void ik_trie_free(struct ik_trie *t)
{
	ik_free(t->edges);
	t->edges = NULL;
	t->mask = 0;
	ik_vec_free(&t->values);
}
