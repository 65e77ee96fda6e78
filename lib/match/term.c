/* term.c - one term of one segment as a node. Layer: match. */
#include "match/term.h"

#include <string.h>

#include "base/bits.h"

static struct ik_term *term_of(struct ik_node *node)
{
	return (struct ik_term *)node; /* the node is its first member */
}

/* ---- bounds ---- */

static void list_bounds(struct ik_term *t, uint16_t bound, uint32_t from, uint32_t n,
                        uint16_t *out)
{
	uint32_t lo = 0, hi = t->info.df;
	uint64_t first = (uint64_t)from * IK_RANGE, end = (uint64_t)(from + n) * IK_RANGE;

	memset(out, 0, n * sizeof *out);
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (t->docs[mid] < first)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < t->info.df && t->docs[lo] < end; lo++)
		out[t->docs[lo] / IK_RANGE - from] = bound;
}

/* Every occupied range may hold the best score there is: when weights are too large to be scaled. */
static void flat_bounds(struct ik_term *t, uint16_t bound, uint32_t from, uint32_t n,
                        uint16_t *out)
{
	for (uint32_t i = 0; i < n; i++)
		out[i] = t->ranges.max[from + i] != 0 ? bound : 0;
}

void ik_term_bounds(struct ik_term *t, float weight, uint32_t from, uint32_t n, uint16_t *out)
{
	uint16_t bound = ik_bound_of(t->node.m, weight * t->umax);

	if (!t->ranged)
		list_bounds(t, bound, from, n, out);
	else if (bound > 60000)
		flat_bounds(t, ik_bound_of(t->node.m, weight), from, n, out);
	else /* a maximum of 255 stands for the bound of the whole list */
		t->node.m->kernel->leaf(t->ranges.max + from, n,
		                        (uint16_t)(bound + bound / 255 + 1), out);
}

static void bounds(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out)
{
	ik_term_bounds(term_of(node), term_of(node)->weight, from, n, out);
}

/* ---- matching ---- */

static void list_match(struct ik_term *t, uint32_t r)
{
	uint64_t first = (uint64_t)r * IK_RANGE, end = first + IK_RANGE;

	/* Ranges ascend: postings before this one are not needed again. */
	while (t->end < t->info.df && t->docs[t->end] < first)
		t->end++;
	t->at = t->end;
	memset(t->node.mask, 0, sizeof t->node.mask);
	for (; t->end < t->info.df && t->docs[t->end] < end; t->end++) {
		uint32_t d = t->docs[t->end] % IK_RANGE;

		t->node.mask[d / 64] |= (uint64_t)1 << (d % 64);
	}
}

static int match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	struct ik_term *t = term_of(node);

	(void)within; /* a term costs the same for one document and for all */
	if (!t->ranged) {
		list_match(t, r);
		return 0;
	}
	if (ik_range_mask(&t->ranges, r, node->mask) != 0)
		return ik_match_corrupt(node->m, "postings: a range record is damaged");
	return 0;
}

static int load(struct ik_term *t, uint32_t r)
{
	if (t->loaded_range == r)
		return 0;
	if (ik_range_load(&t->ranges, r, &t->loaded) != 0)
		return ik_match_corrupt(t->node.m, "postings: a range record is damaged");
	t->loaded_range = r;
	return 0;
}

/* ---- scores ---- */

static int32_t score_one(const struct ik_term *t, uint32_t tf, uint32_t doc)
{
	/* Without norms every document is of average length. */
	uint8_t norm = t->part->norms != NULL ? t->part->norms[doc] : 0;

	return ik_bm25_points(t->ws, tf, t->bm25->inv[norm]);
}

static void list_score(struct ik_term *t, const uint64_t mask[4], int32_t acc[256])
{
	for (uint32_t i = t->at; i < t->end; i++) {
		uint32_t d = t->docs[i] % IK_RANGE;

		if ((mask[d / 64] >> (d % 64) & 1) != 0)
			acc[d] += score_one(t, t->freqs[i], t->docs[i]);
	}
}

/* Frequencies of 255 and more do not fit the bytes that the kernel reads. */
static void score_big(struct ik_term *t, uint32_t r, uint64_t mask[4], int32_t acc[256])
{
	const uint8_t *p = NULL;
	uint32_t d, tf;

	while (ik_range_next_big(&t->loaded, &p, &d, &tf))
		if (tf >= 255 && (mask[d / 64] >> (d % 64) & 1) != 0) {
			acc[d] += score_one(t, tf, r * IK_RANGE + d);
			mask[d / 64] &= ~((uint64_t)1 << (d % 64));
		}
}

static int score(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	struct ik_term *t = term_of(node);
	uint64_t wanted[4];
	uint8_t norms[IK_RANGE] = { 0 };
	const uint8_t *at = norms;
	uint32_t left = node->m->seg->n_docs - r * IK_RANGE;
	int rc;

	if (t->weight <= 0)
		return 0;
	if (!t->ranged) {
		list_score(t, mask, acc);
		return 0;
	}
	rc = load(t, r);
	if (rc != 0)
		return rc;
	for (unsigned w = 0; w < 4; w++)
		wanted[w] = mask[w] & node->mask[w];
	if (t->loaded.big != NULL)
		score_big(t, r, wanted, acc);
	if (t->part->norms != NULL && left >= IK_RANGE)
		at = t->part->norms + (size_t)r * IK_RANGE;
	else if (t->part->norms != NULL)
		memcpy(norms, t->part->norms + (size_t)r * IK_RANGE, left);
	node->m->kernel->score(wanted, t->loaded.freq, at, t->bm25->inv, t->ws, acc);
	return 0;
}

int ik_term_freq(struct ik_term *t, uint32_t r, uint32_t d, uint32_t *freq)
{
	int rc;

	if (!t->ranged) {
		for (uint32_t i = t->at; i < t->end; i++)
			if (t->docs[i] % IK_RANGE == d)
				*freq = t->freqs[i];
		return 0;
	}
	rc = load(t, r);
	*freq = rc == 0 ? ik_range_freq(&t->loaded, d) : 0;
	return rc;
}

int ik_term_positions(struct ik_term *t, uint32_t r, uint32_t d, uint32_t *out, uint32_t cap,
                      uint32_t *n)
{
	struct ik_post_env env = ik_segment_env(t->node.m->seg, t->part);
	uint32_t i = t->at;
	int rc;

	if (t->ranged) {
		rc = load(t, r);
		if (rc != 0)
			return rc;
		rc = ik_range_positions(&t->ranges, r, &t->loaded, d, out, cap, n);
	} else {
		while (t->docs[i] % IK_RANGE != d)
			i++;
		*n = t->freqs[i];
		rc = *n > cap ? INK_ECORRUPT : ik_post_positions(&env, &t->info, t->freqs, i, out);
	}
	return rc != 0 ? ik_match_corrupt(t->node.m, "postings: positions are damaged") : 0;
}

static int explain(struct ik_node *node, uint32_t r, uint32_t d, unsigned indent,
                   struct ik_buf *out)
{
	struct ik_term *t = term_of(node);
	uint32_t tf = 0, doc = r * IK_RANGE + d;
	uint8_t norm = t->part->norms != NULL ? t->part->norms[doc] : 0;
	int rc = ik_term_freq(t, r, d, &tf);
	float u;

	if (rc != 0)
		return rc;
	u = 1.0f - 1.0f / (1.0f + (float)tf * t->bm25->inv[norm]);
	ik_explain_line(out, indent, "%.6f = %s \"%.*s\" in %s: weight %.6f * tf part %.6f",
	                ik_score_of(node->m, t->weight > 0 ? score_one(t, tf, doc) : 0),
	                t->part->part % 2 != 0 ? "gram or exact form" : "term",
	                (int)(t->len > 200 ? 200 : t->len), t->text, t->field, (double)t->weight,
	                (double)u);
	ik_explain_line(out, indent + 1, "weight = boost %.6f * idf %.6f (df %llu)",
	                t->idf > 0 ? (double)t->weight / t->idf : 0.0, t->idf,
	                (unsigned long long)t->df);
	ik_explain_line(out, indent + 1, "tf part = 1 - 1 / (1 + tf %u * %.6f)", tf,
	                (double)t->bm25->inv[norm]);
	return 0;
}

static const struct ik_node_ops term_ops = { bounds, match, score, explain };

/* ---- opening ---- */

static int open_list(struct ik_term *t)
{
	struct ik_post_env env = ik_segment_env(t->node.m->seg, t->part);

	t->docs = ik_arena_array(t->node.m->arena, t->info.df, sizeof *t->docs);
	t->freqs = ik_arena_array(t->node.m->arena, t->info.df, sizeof *t->freqs);
	if (t->docs == NULL || t->freqs == NULL)
		return ik_fail_nomem(t->node.m->err);
	if (ik_post_decode(&env, &t->info, t->docs, t->freqs) != 0)
		return ik_match_corrupt(t->node.m, "postings: a list is damaged");
	return 0;
}

static int open_ranges(struct ik_term *t)
{
	struct ik_post_env env = ik_segment_env(t->node.m->seg, t->part);
	int rc = ik_ranges_open(&env, &t->info, t->node.m->arena, &t->ranges);

	if (rc == INK_ENOMEM)
		return ik_fail_nomem(t->node.m->err);
	return rc != 0 ? ik_match_corrupt(t->node.m, "postings: a range list is damaged") : 0;
}

int ik_term_open(struct ik_match *m, const struct ik_term_spec *spec,
                 const struct ik_term_info *info, struct ik_node **out)
{
	struct ik_term *t = ik_arena_zalloc(m->arena, sizeof *t);
	struct ik_post_env env;
	int rc;

	*out = NULL;
	if (t == NULL)
		return ik_fail_nomem(m->err);
	ik_node_init(&t->node, &term_ops, m);
	t->part = ik_segment_part(m->seg, spec->part);
	t->info = *info;
	t->text = spec->text;
	t->len = spec->len;
	t->field = spec->field;
	t->weight = spec->weight;
	t->ws = spec->weight * m->scale;
	t->idf = spec->idf;
	t->df = spec->df;
	t->bm25 = spec->bm25;
	t->loaded_range = UINT32_MAX;
	env = ik_segment_env(m->seg, t->part);
	t->ranged = ik_post_form(info->df, m->seg->n_docs) == IK_FORM_RANGES;
	rc = t->ranged ? open_ranges(t) : open_list(t);
	if (rc != 0)
		return rc;
	if (t->part->norms != NULL) {
		t->umax = (t->ranged ? t->ranges.umax : ik_post_umax(&env, info)) * spec->up;
		t->down = spec->down;
	} else {
		t->umax = 1.0f;
	}
	if (!t->ranged && t->umax > 1.0f)
		t->umax = 1.0f;
	m->postings += info->df;
	*out = &t->node;
	return 0;
}

int32_t ik_term_kth(const struct ik_term *t, uint64_t k)
{
	static const uint64_t ranks[3] = { 10, 100, 1000 };

	if (!t->ranged || t->part->norms == NULL)
		return 0;
	for (unsigned i = 0; i < 3; i++)
		if (k <= ranks[i]) {
			/* Two less: the product and the score itself are rounded apart. */
			int32_t kth = (int32_t)(t->ws * t->down * t->ranges.kth[i]) - 2;

			return kth > 0 ? kth : 0;
		}
	return 0;
}

struct ik_term *ik_term_of(struct ik_node *node)
{
	return node->ops == &term_ops ? term_of(node) : NULL;
}
