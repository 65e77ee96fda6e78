/* set.c - nodes that are sets of documents. Layer: match. */
#include "match/set.h"

#include <string.h>

#include "base/bits.h"

struct set {
	struct ik_node node;
	float weight, ws;
	uint16_t bound;
	const char *what;               /* for explain */
	const struct ik_docset *docs;   /* bitmaps */
	const struct ik_part_info *part;
	const struct ik_bm25 *bm25;
	struct ik_column column;        /* numbers */
	int64_t lo, hi;
};

static struct set *set_of(struct ik_node *node)
{
	return (struct set *)node; /* the node is its first member */
}

/* ---- what all sets do ---- */

static int32_t same_score(struct ik_node *node)
{
	return (int32_t)set_of(node)->ws;
}

static int score_same(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	int32_t score = same_score(node);

	(void)r;
	for (unsigned w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0; bits &= bits - 1)
			acc[w * 64 + ik_ctz64(bits)] += score;
	return 0;
}

static int explain_same(struct ik_node *node, uint32_t r, uint32_t d, unsigned indent,
                        struct ik_buf *out)
{
	(void)r;
	(void)d;
	ik_explain_line(out, indent, "%.6f = %s", ik_score_of(node->m, same_score(node)),
	                set_of(node)->what);
	return 0;
}

static int new_set(struct ik_match *m, const struct ik_node_ops *ops, float weight,
                   const char *what, struct set **out)
{
	struct set *s = ik_arena_zalloc(m->arena, sizeof *s);

	*out = s;
	if (s == NULL)
		return ik_fail_nomem(m->err);
	ik_node_init(&s->node, ops, m);
	s->weight = weight;
	s->ws = weight * m->scale;
	s->bound = ik_bound_of(m, weight);
	s->what = what;
	return 0;
}

/* ---- all documents ---- */

static void all_bounds(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out)
{
	(void)from;
	for (uint32_t i = 0; i < n; i++)
		out[i] = set_of(node)->bound;
}

static int all_match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	uint32_t left = node->m->seg->n_docs - r * IK_RANGE;

	(void)within;
	memset(node->mask, 0xff, sizeof node->mask);
	for (uint32_t d = left; d < IK_RANGE; d++)
		node->mask[d / 64] &= ~((uint64_t)1 << (d % 64));
	return 0;
}

static const struct ik_node_ops all_ops = { all_bounds, all_match, score_same, explain_same,
	                                    NULL };

int ik_all_open(struct ik_match *m, float score, struct ik_node **out)
{
	struct set *s;
	int rc = new_set(m, &all_ops, score, "every document", &s);

	*out = rc == 0 ? &s->node : NULL;
	return rc;
}

/* ---- bitmaps ---- */

static void bits_bounds(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out)
{
	const uint64_t *words = set_of(node)->docs->words + (size_t)from * 4;

	for (uint32_t i = 0; i < n; i++)
		out[i] = ik_mask_empty(words + (size_t)i * 4) ? 0 : set_of(node)->bound;
}

static int bits_match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	(void)within;
	memcpy(node->mask, set_of(node)->docs->words + (size_t)r * 4, sizeof node->mask);
	return 0;
}

static int32_t freq_score(const struct set *s, uint32_t doc)
{
	uint8_t norm = s->part->norms != NULL ? s->part->norms[doc] : 0;

	return ik_bm25_points(s->ws, s->docs->freqs[doc], s->bm25->inv[norm]);
}

static int bits_score(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	struct set *s = set_of(node);

	if (s->docs->freqs == NULL)
		return score_same(node, r, mask, acc);
	for (unsigned w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0; bits &= bits - 1) {
			uint32_t d = w * 64 + ik_ctz64(bits);

			acc[d] += freq_score(s, r * IK_RANGE + d);
		}
	return 0;
}

static int bits_explain(struct ik_node *node, uint32_t r, uint32_t d, unsigned indent,
                        struct ik_buf *out)
{
	struct set *s = set_of(node);
	uint32_t doc = r * IK_RANGE + d;

	if (s->docs->freqs == NULL)
		return explain_same(node, r, d, indent, out);
	ik_explain_line(out, indent, "%.6f = %s, %u times: weight %.6f * tf part",
	                ik_score_of(node->m, freq_score(s, doc)), s->what, s->docs->freqs[doc],
	                (double)s->weight);
	return 0;
}

static const struct ik_node_ops bits_ops = { bits_bounds, bits_match, bits_score, bits_explain,
	                                     NULL };

int ik_docset_open(struct ik_match *m, const struct ik_docset *set, float weight,
                   const struct ik_part_info *part, const struct ik_bm25 *bm25,
                   const char *what, struct ik_node **out)
{
	struct set *s;
	int rc;

	*out = NULL;
	if (set->count == 0)
		return 0;
	rc = new_set(m, &bits_ops, weight, what, &s);
	if (rc != 0)
		return rc;
	s->docs = set;
	s->part = part;
	s->bm25 = bm25;
	m->postings += set->count;
	*out = &s->node;
	return 0;
}

/* ---- numeric ranges ---- */

static void number_bounds(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out)
{
	struct set *s = set_of(node);
	int64_t lo, hi;

	for (uint32_t i = 0; i < n; i++) {
		int any = ik_column_zone(&s->column, from + i, &lo, &hi);

		out[i] = any && lo <= s->hi && hi >= s->lo ? s->bound : 0;
	}
}

static int number_has(const struct set *s, uint32_t doc)
{
	uint64_t first;
	uint32_t n = ik_column_span(&s->column, doc, &first);

	for (uint32_t i = 0; i < n; i++) {
		int64_t v = ik_column_at(&s->column, first + i);

		if (v >= s->lo && v <= s->hi)
			return 1;
	}
	return 0;
}

static int number_match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	struct set *s = set_of(node);
	uint32_t first = r * IK_RANGE, left = node->m->seg->n_docs - first;
	int64_t lo, hi;

	memset(node->mask, 0, sizeof node->mask);
	if (!ik_column_zone(&s->column, r, &lo, &hi) || lo > s->hi || hi < s->lo)
		return 0;
	for (uint32_t d = 0; d < IK_RANGE && d < left; d++)
		if ((within[d / 64] >> (d % 64) & 1) != 0)
			node->mask[d / 64] |= (uint64_t)number_has(s, first + d) << (d % 64);
	return 0;
}

static const struct ik_node_ops number_ops = { number_bounds, number_match, score_same,
	                                       explain_same, NULL };

int ik_numbers_open(struct ik_match *m, const struct ik_column *column, int64_t lo, int64_t hi,
                    float score, struct ik_node **out)
{
	struct set *s;
	int rc;

	*out = NULL;
	if (lo > hi)
		return 0;
	rc = new_set(m, &number_ops, score, "in the range", &s);
	if (rc != 0)
		return rc;
	s->column = *column;
	s->lo = lo;
	s->hi = hi;
	*out = &s->node;
	return 0;
}
