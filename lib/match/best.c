/* best.c - the best of several alternatives. Layer: match. */
#include "match/best.h"

#include <string.h>

struct best {
	struct ik_node node;
	struct ik_node **kids;
	size_t n;
};

static struct best *best_of(struct ik_node *node)
{
	return (struct best *)node; /* the node is its first member */
}

static void bounds(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out)
{
	struct best *b = best_of(node);
	struct ik_match *m = node->m;
	uint16_t *child = ik_match_enter(m);

	memset(out, 0, n * sizeof *out);
	for (size_t i = 0; i < b->n; i++) {
		b->kids[i]->ops->bounds(b->kids[i], from, n, child);
		for (uint32_t k = 0; k < n; k++)
			out[k] = child[k] > out[k] ? child[k] : out[k];
	}
	ik_match_leave(m);
}

static int match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	struct best *b = best_of(node);

	memset(node->mask, 0, sizeof node->mask);
	for (size_t i = 0; i < b->n; i++) {
		int rc = ik_node_match(b->kids[i], r, within);

		if (rc != 0)
			return rc;
		for (unsigned w = 0; w < 4; w++)
			node->mask[w] |= b->kids[i]->mask[w] & within[w];
	}
	return 0;
}

/* The best score of each document of `mask`, which match. */
static int score_best(struct best *b, uint32_t r, const uint64_t mask[4], int32_t best[256])
{
	memset(best, 0, 256 * sizeof *best);
	for (size_t i = 0; i < b->n; i++) {
		int32_t acc[256] = { 0 };
		uint64_t both[4];
		int rc = ik_node_match(b->kids[i], r, mask);

		for (unsigned w = 0; w < 4; w++)
			both[w] = mask[w] & b->kids[i]->mask[w];
		if (rc == 0 && !ik_mask_empty(both))
			rc = b->kids[i]->ops->score(b->kids[i], r, both, acc);
		if (rc != 0)
			return rc;
		for (unsigned d = 0; d < 256; d++)
			best[d] = acc[d] > best[d] ? acc[d] : best[d];
	}
	return 0;
}

static int score(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	int32_t best[256];
	int rc = score_best(best_of(node), r, mask, best);

	for (unsigned d = 0; rc == 0 && d < 256; d++)
		acc[d] += best[d];
	return rc;
}

static int explain(struct ik_node *node, uint32_t r, uint32_t d, unsigned indent,
                   struct ik_buf *out)
{
	struct best *b = best_of(node);
	uint64_t mask[4] = { 0 };
	int32_t best[256];
	int rc;

	mask[d / 64] = (uint64_t)1 << (d % 64);
	rc = score_best(b, r, mask, best);
	if (rc != 0)
		return rc;
	ik_explain_line(out, indent, "%.6f = best of", ik_score_of(node->m, best[d]));
	for (size_t i = 0; rc == 0 && i < b->n; i++)
		if ((b->kids[i]->mask[d / 64] >> (d % 64) & 1) != 0)
			rc = b->kids[i]->ops->explain(b->kids[i], r, d, indent + 1, out);
	return rc;
}

static const struct ik_node_ops best_ops = { bounds, match, score, explain, NULL };

int ik_best_open(struct ik_match *m, struct ik_node *const *nodes, size_t n, struct ik_node **out)
{
	struct best *b;

	*out = NULL;
	b = ik_arena_zalloc(m->arena, sizeof *b);
	if (b == NULL)
		return ik_fail_nomem(m->err);
	b->kids = ik_arena_array(m->arena, n + 1, sizeof *b->kids);
	if (b->kids == NULL)
		return ik_fail_nomem(m->err);
	ik_node_init(&b->node, &best_ops, m);
	for (size_t i = 0; i < n; i++)
		if (nodes[i] != NULL)
			b->kids[b->n++] = nodes[i];
	if (b->n == 1)
		*out = b->kids[0];
	else if (b->n > 1)
		*out = &b->node;
	return 0;
}
