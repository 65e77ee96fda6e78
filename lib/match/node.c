/* node.c - what all nodes share. Layer: match. */
#include "match/node.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int ik_match_corrupt(struct ik_match *m, const char *what)
{
	return ik_fail(m->err, INK_ECORRUPT, "%s: %s", m->seg->name, what);
}

void ik_node_init(struct ik_node *node, const struct ik_node_ops *ops, struct ik_match *m)
{
	memset(node, 0, sizeof *node);
	node->ops = ops;
	node->m = m;
	node->range = UINT32_MAX;
}

int ik_node_narrow(struct ik_node *node, uint32_t r, int without, uint64_t mask[4])
{
	int rc = ik_node_match(node, r, mask);

	for (unsigned w = 0; rc == 0 && w < 4; w++)
		mask[w] &= without ? ~node->mask[w] : node->mask[w];
	return rc;
}

int ik_node_narrow_all(struct ik_node *const *nodes, size_t n, uint32_t r, int without,
                       uint64_t mask[4])
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n && !ik_mask_empty(mask); i++)
		rc = ik_node_narrow(nodes[i], r, without, mask);
	return rc;
}

int ik_node_add(struct ik_node *node, uint32_t r, const uint64_t docs[4], int32_t acc[256])
{
	uint64_t both[4];
	int rc = ik_node_match(node, r, docs);

	if (rc != 0)
		return rc;
	for (unsigned w = 0; w < 4; w++)
		both[w] = docs[w] & node->mask[w];
	return ik_mask_empty(both) ? 0 : node->ops->score(node, r, both, acc);
}

int ik_node_rank(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
                 uint64_t mask[4])
{
	if (node->ops->as_root != NULL)
		return node->ops->as_root->rank(node, r, live, acc, mask);
	return ik_node_rank_all(node, r, live, acc, mask);
}

int ik_node_rank_all(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
                     uint64_t mask[4])
{
	int rc = ik_node_match(node, r, live);

	for (unsigned w = 0; w < 4; w++)
		mask[w] = node->mask[w] & live[w];
	if (rc == 0 && !ik_mask_empty(mask)) {
		node->m->kernel->clear(acc);
		rc = node->ops->score(node, r, mask, acc);
	}
	if (rc == 0 && node->m->theta >= 0)
		node->m->kernel->above(acc, ik_match_theta(node->m), mask);
	return rc;
}

uint16_t ik_bound_of(const struct ik_match *m, float score)
{
	double units = ceil((double)score * (double)m->scale / (1 << IK_UNIT_SHIFT)) + 1;

	return units >= UINT16_MAX ? UINT16_MAX : (uint16_t)units;
}

double ik_score_of(const struct ik_match *m, int64_t score)
{
	return (double)score / (double)m->scale;
}

void ik_explain_line(struct ik_buf *out, unsigned indent, const char *fmt, ...)
{
	char line[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof line, fmt, args);
	va_end(args);
	for (unsigned i = 0; i < indent; i++)
		ik_buf_put_str(out, "  ");
	ik_buf_put_str(out, line);
	ik_buf_put_u8(out, '\n');
}
