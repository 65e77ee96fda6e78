/*
 * bool.c - clauses joined: must, should, must not, filter.
 *
 * Layer: match. The first required clause that leaves nothing of a range
 * ends it; optional ones beside required ones are read only for documents
 * that get a score.
 */
#include "match/bool.h"

#include <string.h>

#include "inkstone/query.h"

/* A clause of a union, and the bound of its scores in the current range. */
struct part {
	struct ik_node *node;
	uint32_t bound;
};

struct join {
	struct ik_node node;
	struct ik_node **must;   /* with the filters behind them */
	size_t n_must, n_required;
	struct ik_node **should;
	size_t n_should;
	struct ik_node **must_not;
	size_t n_must_not;
	uint32_t min_should;
	/* A union that is the whole query keeps the bounds of each clause, to look at as few as it can. */
	uint16_t *kept;          /* IK_CHUNK for each clause; NULL: not kept */
	uint32_t kept_from;      /* the range of the first */
	struct part *parts;      /* of the current range, the greatest bound first */
	size_t n_parts;
};

#define KEPT_MAX 64 /* clauses, 256 KiB of bounds */

static struct join *join_of(struct ik_node *node)
{
	return (struct join *)node; /* the node is its first member */
}

/* ---- bounds ---- */

/* A buffer for the bounds of a child; given back by leave(). */
static uint16_t *enter(struct ik_match *m)
{
	return m->scratch + (size_t)IK_CHUNK * m->depth++;
}

static void leave(struct ik_match *m)
{
	m->depth--;
}

static void should_bounds(struct join *j, uint32_t from, uint32_t n, uint16_t *out, uint16_t *child)
{
	memset(out, 0, n * sizeof *out);
	j->kept_from = from;
	for (size_t i = 0; i < j->n_should; i++) {
		uint16_t *to = j->kept != NULL ? j->kept + i * IK_CHUNK : child;

		j->should[i]->ops->bounds(j->should[i], from, n, to);
		j->node.m->kernel->add(out, to, n);
	}
}

/* Filters add nothing: where they may match, what is there stays. */
static void filter_bounds(uint16_t *out, const uint16_t *child, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		out[i] = child[i] != 0 ? out[i] : 0;
}

static void required_bounds(struct join *j, uint32_t from, uint32_t n, uint16_t *out,
                            uint16_t *child)
{
	for (uint32_t i = 0; i < n; i++)
		out[i] = 1;
	for (size_t i = 0; i < j->n_required; i++) {
		j->must[i]->ops->bounds(j->must[i], from, n, child);
		if (i < j->n_must)
			j->node.m->kernel->both(out, child, n);
		else
			filter_bounds(out, child, n);
	}
}

/* Where the required clauses cannot match, the optional ones change nothing. */
static void optional_bounds(struct join *j, uint16_t *out, uint16_t *should, uint32_t n)
{
	filter_bounds(should, out, n);
	j->node.m->kernel->add(out, should, n);
}

static void bounds(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out)
{
	struct join *j = join_of(node);
	struct ik_match *m = node->m;
	uint16_t *child = enter(m), *should;

	if (j->n_required == 0) {
		should_bounds(j, from, n, out, child);
		leave(m);
		return;
	}
	required_bounds(j, from, n, out, child);
	if (j->n_should > 0) {
		should = enter(m);
		should_bounds(j, from, n, should, child);
		if (j->min_should > 0)
			m->kernel->both(out, should, n);
		else
			optional_bounds(j, out, should, n);
		leave(m);
	}
	leave(m);
}

/* ---- matching ---- */

static int match_required(struct join *j, uint32_t r, const uint64_t within[4])
{
	uint64_t *mask = j->node.mask;

	memcpy(mask, within, 4 * sizeof *mask);
	for (size_t i = 0; i < j->n_required; i++) {
		int rc = ik_node_match(j->must[i], r, mask);

		if (rc != 0)
			return rc;
		for (unsigned w = 0; w < 4; w++)
			mask[w] &= j->must[i]->mask[w];
		if (ik_mask_empty(mask))
			return 0;
	}
	return 0;
}

/* Keep the documents that at least `min` of the clauses match: counters of one byte a document. */
static void keep_frequent(struct join *j, uint64_t mask[4])
{
	uint32_t count[256] = { 0 };

	for (size_t i = 0; i < j->n_should; i++)
		for (unsigned d = 0; d < 256; d++)
			count[d] += (uint32_t)(j->should[i]->mask[d / 64] >> (d % 64) & 1);
	for (unsigned d = 0; d < 256; d++)
		if (count[d] < j->min_should)
			mask[d / 64] &= ~((uint64_t)1 << (d % 64));
}

static int match_should(struct join *j, uint32_t r)
{
	uint64_t any[4] = { 0 };

	for (size_t i = 0; i < j->n_should; i++) {
		int rc = ik_node_match(j->should[i], r, j->node.mask);

		if (rc != 0)
			return rc;
		for (unsigned w = 0; w < 4; w++)
			any[w] |= j->should[i]->mask[w];
	}
	for (unsigned w = 0; w < 4; w++)
		j->node.mask[w] &= any[w];
	if (j->min_should > 1 && !ik_mask_empty(j->node.mask))
		keep_frequent(j, j->node.mask);
	return 0;
}

/* The clauses that match in range r, those with the greatest bound first. */
static size_t sort_parts(struct join *j, uint32_t r)
{
	size_t n = 0;

	for (size_t i = 0; i < j->n_should; i++) {
		struct part p = { j->should[i], j->kept[i * IK_CHUNK + (r - j->kept_from)] };
		size_t k = n;

		if (p.bound == 0)
			continue;
		for (; k > 0 && j->parts[k - 1].bound < p.bound; k--)
			j->parts[k] = j->parts[k - 1];
		j->parts[k] = p;
		n++;
	}
	return n;
}

/*
 * A union of which only documents that score more than theta matter. Clauses
 * that cannot get there even together bring in no document by themselves
 * (MAXSCORE, Turtle and Flood 1995, within a range): the others decide.
 */
static int match_essential(struct join *j, uint32_t r, const uint64_t within[4], uint64_t mask[4])
{
	uint64_t need = ((uint64_t)j->node.m->theta >> IK_UNIT_SHIFT) + 1, sum = 0;
	size_t essential = j->n_parts = sort_parts(j, r);

	while (essential > 0 && sum + j->parts[essential - 1].bound < need)
		sum += j->parts[--essential].bound;
	memset(mask, 0, 4 * sizeof *mask);
	for (size_t i = 0; i < essential; i++) {
		int rc = ik_node_match(j->parts[i].node, r, within);

		if (rc != 0)
			return rc;
		for (unsigned w = 0; w < 4; w++)
			mask[w] |= j->parts[i].node->mask[w];
	}
	for (unsigned w = 0; w < 4; w++)
		mask[w] &= within[w];
	return 0;
}

/* Is the node a union whose documents below theta nobody wants? */
static int may_prune(const struct join *j)
{
	return j->kept != NULL && j->node.m->root == &j->node && j->node.m->theta >= 0;
}

static int match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	struct join *j = join_of(node);
	int rc;

	if (may_prune(j))
		return match_essential(j, r, within, node->mask);
	rc = match_required(j, r, within);

	if (rc == 0 && j->min_should > 0 && !ik_mask_empty(node->mask))
		rc = match_should(j, r);
	for (size_t i = 0; rc == 0 && i < j->n_must_not && !ik_mask_empty(node->mask); i++) {
		rc = ik_node_match(j->must_not[i], r, node->mask);
		for (unsigned w = 0; rc == 0 && w < 4; w++)
			node->mask[w] &= ~j->must_not[i]->mask[w];
	}
	return rc;
}

/* ---- scores ---- */

static int score_child(struct ik_node *child, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	uint64_t both[4];
	int rc = ik_node_match(child, r, mask);

	if (rc != 0)
		return rc;
	for (unsigned w = 0; w < 4; w++)
		both[w] = mask[w] & child->mask[w];
	return ik_mask_empty(both) ? 0 : child->ops->score(child, r, both, acc);
}

/* Clause by clause, giving up documents that what is left cannot lift over theta. */
static int score_parts(struct join *j, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	const struct ik_match *m = j->node.m;
	uint64_t left[4], rest = 0;
	int rc = match_essential(j, r, mask, left);

	for (size_t i = 0; i < j->n_parts; i++)
		rest += j->parts[i].bound;
	for (size_t i = 0; rc == 0 && i < j->n_parts && !ik_mask_empty(left); i++) {
		int64_t least;

		rc = score_child(j->parts[i].node, r, left, acc);
		rest -= j->parts[i].bound;
		least = m->theta - ((int64_t)rest << IK_UNIT_SHIFT);
		if (least >= 0)
			m->kernel->above(acc, (int32_t)least, left);
	}
	return rc;
}

static int score(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	struct join *j = join_of(node);
	int rc = 0;

	if (may_prune(j))
		return score_parts(j, r, mask, acc);

	for (size_t i = 0; rc == 0 && i < j->n_must; i++)
		rc = score_child(j->must[i], r, mask, acc);
	for (size_t i = 0; rc == 0 && i < j->n_should; i++)
		rc = score_child(j->should[i], r, mask, acc);
	return rc;
}

static int explain_child(struct ik_node *child, uint32_t r, uint32_t d, unsigned indent,
                         struct ik_buf *out)
{
	uint64_t mask[4] = { 0 };
	int rc;

	mask[d / 64] = (uint64_t)1 << (d % 64);
	rc = ik_node_match(child, r, mask);
	if (rc != 0 || (child->mask[d / 64] >> (d % 64) & 1) == 0)
		return rc;
	return child->ops->explain(child, r, d, indent, out);
}

static int explain(struct ik_node *node, uint32_t r, uint32_t d, unsigned indent,
                   struct ik_buf *out)
{
	struct join *j = join_of(node);
	uint64_t mask[4] = { 0 };
	int32_t acc[256] = { 0 };
	int rc;

	mask[d / 64] = (uint64_t)1 << (d % 64);
	rc = score(node, r, mask, acc);
	ik_explain_line(out, indent, "%.6f = sum of", ik_score_of(node->m, acc[d]));
	for (size_t i = 0; rc == 0 && i < j->n_must; i++)
		rc = explain_child(j->must[i], r, d, indent + 1, out);
	for (size_t i = 0; rc == 0 && i < j->n_should; i++)
		rc = explain_child(j->should[i], r, d, indent + 1, out);
	return rc;
}

static const struct ik_node_ops join_ops = { bounds, match, score, explain };

/* ---- opening ---- */

static int wanted(const struct ik_node *node, int32_t occur, int32_t want)
{
	return node != NULL && occur == want;
}

static size_t pick(struct ik_node *const *nodes, const int32_t *occur, size_t n, int32_t want,
                   struct ik_node **out)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (wanted(nodes[i], occur[i], want))
			out[k++] = nodes[i];
	return k;
}

static int required_missing(struct ik_node *const *nodes, const int32_t *occur, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (nodes[i] == NULL && (occur[i] == INK_MUST || occur[i] == INK_FILTER))
			return 1;
	return 0;
}

/* A lone clause needs no join around it. */
static struct ik_node *only_child(const struct join *j)
{
	if (j->n_must_not > 0 || j->n_required > j->n_must)
		return NULL;
	if (j->n_must == 1 && j->n_should == 0)
		return j->must[0];
	return j->n_must == 0 && j->n_should == 1 ? j->should[0] : NULL;
}

int ik_bool_open(struct ik_match *m, struct ik_node *const *nodes, const int32_t *occur, size_t n,
                 uint32_t min_should, struct ik_node **out)
{
	struct join *j;
	struct ik_node **room;

	*out = NULL;
	if (required_missing(nodes, occur, n))
		return 0;
	j = ik_arena_zalloc(m->arena, sizeof *j);
	room = ik_arena_array(m->arena, n + 1, sizeof *room);
	if (j == NULL || room == NULL)
		return ik_fail_nomem(m->err);
	ik_node_init(&j->node, &join_ops, m);
	j->must = room;
	j->n_must = pick(nodes, occur, n, INK_MUST, j->must);
	j->n_required = j->n_must + pick(nodes, occur, n, INK_FILTER, j->must + j->n_must);
	j->should = j->must + j->n_required;
	j->n_should = pick(nodes, occur, n, INK_SHOULD, j->should);
	j->must_not = j->should + j->n_should;
	j->n_must_not = pick(nodes, occur, n, INK_MUST_NOT, j->must_not);
	j->min_should = min_should == 0 && j->n_required == 0 ? 1 : min_should;
	if (j->n_should < j->min_should)
		return 0;
	*out = only_child(j) != NULL ? only_child(j) : &j->node;
	return 0;
}

size_t ik_bool_union(struct ik_node *node, struct ik_node ***children)
{
	struct join *j = join_of(node);

	if (node->ops != &join_ops || j->n_required > 0 || j->n_must_not > 0 || j->min_should > 1)
		return 0;
	*children = j->should;
	return j->n_should;
}

int ik_bool_keep(struct ik_node *node)
{
	struct ik_node **children;
	size_t n = ik_bool_union(node, &children);
	struct join *j = join_of(node);

	if (n < 2 || n > KEPT_MAX)
		return 0;
	j->kept = ik_arena_array(node->m->arena, n * IK_CHUNK, sizeof *j->kept);
	j->parts = ik_arena_array(node->m->arena, n, sizeof *j->parts);
	return j->kept == NULL || j->parts == NULL ? ik_fail_nomem(node->m->err) : 0;
}
