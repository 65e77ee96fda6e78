/*
 * bool.c - clauses joined: must, should, must not, filter.
 *
 * Layer: match. The first required clause that leaves nothing of a range
 * ends it; optional ones beside required ones are read only for documents
 * that get a score. Filters that read positions or stored texts are asked
 * last, and of a query that is to be ranked only about documents that score
 * enough.
 */
#include "match/bool.h"

#include <string.h>

#include "inkstone/query.h"
#include "match/phrase.h"
#include "match/verify.h"

#define FEW 12 /* documents of a range of which positions are read in less time than they are scored */

struct join {
	struct ik_node node;
	struct ik_bool_clauses c;
	size_t n_late; /* filters, the last ones, that read positions or texts */
};

static struct join *join_of(struct ik_node *node)
{
	return (struct join *)node; /* the node is its first member */
}

/* ---- bounds ---- */

static void should_bounds(struct join *j, uint32_t from, uint32_t n, uint16_t *out, uint16_t *child)
{
	memset(out, 0, n * sizeof *out);
	for (size_t i = 0; i < j->c.n_should; i++) {
		j->c.should[i]->ops->bounds(j->c.should[i], from, n, child);
		j->node.m->kernel->add(out, child, n);
	}
}

static void required_bounds(struct join *j, uint32_t from, uint32_t n, uint16_t *out,
                            uint16_t *child)
{
	for (uint32_t i = 0; i < n; i++)
		out[i] = 1;
	for (size_t i = 0; i < j->c.n_required; i++) {
		j->c.must[i]->ops->bounds(j->c.must[i], from, n, child);
		if (i < j->c.n_must)
			j->node.m->kernel->both(out, child, n);
		else
			/* Filters add nothing: where they may match, what is there stays. */
			j->node.m->kernel->keep(out, child, n);
	}
}

static void bounds(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out)
{
	struct join *j = join_of(node);
	struct ik_match *m = node->m;
	uint16_t *child = ik_match_enter(m), *should;

	if (j->c.n_required == 0) {
		should_bounds(j, from, n, out, child);
		ik_match_leave(m);
		return;
	}
	required_bounds(j, from, n, out, child);
	if (j->c.n_should > 0) {
		should = ik_match_enter(m);
		should_bounds(j, from, n, should, child);
		if (j->c.min_should > 0)
			m->kernel->both(out, should, n);
		else
			/* Where what is required cannot match, options change nothing. */
			m->kernel->raise(out, should, n);
		ik_match_leave(m);
	}
	ik_match_leave(m);
}

/* ---- matching ---- */

/* Keep the documents that at least `min` of the clauses match: counters of one byte a document. */
static void keep_frequent(struct join *j, uint64_t mask[4])
{
	uint32_t count[256] = { 0 };

	for (size_t i = 0; i < j->c.n_should; i++)
		for (unsigned d = 0; d < 256; d++)
			count[d] += (uint32_t)(j->c.should[i]->mask[d / 64] >> (d % 64) & 1);
	for (unsigned d = 0; d < 256; d++)
		if (count[d] < j->c.min_should)
			mask[d / 64] &= ~((uint64_t)1 << (d % 64));
}

static int match_should(struct join *j, uint32_t r)
{
	uint64_t any[4] = { 0 };

	for (size_t i = 0; i < j->c.n_should; i++) {
		int rc = ik_node_match(j->c.should[i], r, j->node.mask);

		if (rc != 0)
			return rc;
		for (unsigned w = 0; w < 4; w++)
			any[w] |= j->c.should[i]->mask[w];
	}
	for (unsigned w = 0; w < 4; w++)
		j->node.mask[w] &= any[w];
	if (j->c.min_should > 1 && !ik_mask_empty(j->node.mask))
		keep_frequent(j, j->node.mask);
	return 0;
}

static int match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	struct join *j = join_of(node);
	int rc;

	memcpy(node->mask, within, sizeof node->mask);
	rc = ik_node_narrow_all(j->c.must, j->c.n_required, r, 0, node->mask);
	if (rc == 0 && j->c.min_should > 0 && !ik_mask_empty(node->mask))
		rc = match_should(j, r);
	if (rc == 0)
		rc = ik_node_narrow_all(j->c.must_not, j->c.n_must_not, r, 1, node->mask);
	return rc;
}

/* ---- scores ---- */

static int score(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	struct join *j = join_of(node);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < j->c.n_must; i++)
		rc = ik_node_add(j->c.must[i], r, mask, acc);
	for (size_t i = 0; rc == 0 && i < j->c.n_should; i++)
		rc = ik_node_add(j->c.should[i], r, mask, acc);
	return rc;
}

/* Leave what may match the phrases of n nodes, and if that is little, what does. */
static int narrow_phrases(struct ik_node *const *nodes, size_t n, uint32_t r, uint64_t mask[4])
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = ik_phrase_narrow(nodes[i], r, mask);
	for (size_t i = 0; rc == 0 && i < n && ik_mask_count(mask) < FEW; i++)
		if (ik_is_phrase(nodes[i]))
			rc = ik_node_narrow(nodes[i], r, 0, mask);
	return rc;
}

/* As the whole query: positions of many documents, and texts, are read of what scores enough. */
static int rank(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
                uint64_t mask[4])
{
	struct join *j = join_of(node);
	const struct ik_match *m = node->m;
	size_t early = j->c.n_required - j->n_late;
	int rc;

	if (m->theta < 0)
		return ik_node_rank_all(node, r, live, acc, mask);
	memcpy(mask, live, 4 * sizeof *mask);
	rc = ik_node_narrow_all(j->c.must, early, r, 0, mask);
	if (rc == 0)
		rc = narrow_phrases(j->c.must + early, j->n_late, r, mask);
	if (rc != 0 || ik_mask_empty(mask))
		return rc;
	m->kernel->clear(acc);
	rc = score(node, r, mask, acc);
	m->kernel->above(acc, ik_match_theta(m), mask);
	if (rc == 0)
		rc = ik_node_narrow_all(j->c.must + early, j->n_late, r, 0, mask);
	if (rc == 0)
		rc = ik_node_narrow_all(j->c.must_not, j->c.n_must_not, r, 1, mask);
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
	for (size_t i = 0; rc == 0 && i < j->c.n_must; i++)
		rc = explain_child(j->c.must[i], r, d, indent + 1, out);
	for (size_t i = 0; rc == 0 && i < j->c.n_should; i++)
		rc = explain_child(j->c.should[i], r, d, indent + 1, out);
	return rc;
}

static const struct ik_root_ops late_root_ops = { rank, NULL, NULL, NULL, NULL, 0 };
static const struct ik_node_ops join_ops = { bounds, match, score, explain, NULL };
static const struct ik_node_ops late_ops = { bounds, match, score, explain, &late_root_ops };

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

/* Does it read positions or texts? */
static int reads_more(const struct ik_node *node)
{
	const struct ik_bool_clauses *c = ik_bool_clauses(node);

	for (size_t i = 0; c != NULL && i < c->n_required + c->n_should; i++)
		if (reads_more(i < c->n_required ? c->must[i] : c->should[i - c->n_required]))
			return 1;
	return ik_verify_candidates(node) != NULL || ik_is_phrase(node);
}

/* Of what is ranked by optional clauses alone: those are not asked whether they match. */
static void find_late(struct join *j)
{
	if (j->c.n_must > 0 || j->c.min_should > 0)
		return;
	while (j->n_late < j->c.n_required &&
	       reads_more(j->c.must[j->c.n_required - j->n_late - 1]))
		j->n_late++;
	if (j->n_late > 0)
		j->node.ops = &late_ops;
}

/* A lone clause needs no join around it. */
static struct ik_node *only_child(const struct join *j)
{
	if (j->c.n_must_not > 0 || j->c.n_required > j->c.n_must)
		return NULL;
	if (j->c.n_must == 1 && j->c.n_should == 0)
		return j->c.must[0];
	return j->c.n_must == 0 && j->c.n_should == 1 ? j->c.should[0] : NULL;
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
	j->c.must = room;
	j->c.n_must = pick(nodes, occur, n, INK_MUST, j->c.must);
	j->c.n_required = j->c.n_must + pick(nodes, occur, n, INK_FILTER, j->c.must + j->c.n_must);
	j->c.should = j->c.must + j->c.n_required;
	j->c.n_should = pick(nodes, occur, n, INK_SHOULD, j->c.should);
	j->c.must_not = j->c.should + j->c.n_should;
	j->c.n_must_not = pick(nodes, occur, n, INK_MUST_NOT, j->c.must_not);
	j->c.min_should = min_should == 0 && j->c.n_required == 0 ? 1 : min_should;
	if (j->c.n_should < j->c.min_should)
		return 0;
	find_late(j);
	*out = only_child(j) != NULL ? only_child(j) : &j->node;
	return 0;
}

const struct ik_bool_clauses *ik_bool_clauses(const struct ik_node *node)
{
	return node->ops->match == match ? &((const struct join *)node)->c : NULL;
}
