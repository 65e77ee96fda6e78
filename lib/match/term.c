/* term.c - one term of one segment as a node. Layer: match. */
#include "match/term_impl.h"

#include <stddef.h>
#include <string.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "match/meet.h"
#include "model/schema.h"

#define TOGETHER 64 /* postings of a list whose documents' lengths are asked for together */

/* ---- lists ---- */

/* Ask for the lengths of the documents of postings [from, to), which may lie far apart. */
IK_INLINE void fetch_norms(const struct ik_term *t, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to && i < t->info.df; i++)
		__builtin_prefetch(t->part->norms + t->docs[i]);
}

static void score_list(struct ik_term *t)
{
	const struct ik_match *m = t->node.m;
	uint32_t n = t->info.df, some;

	fetch_norms(t, 0, TOGETHER);
	for (uint32_t at = 0; at < n; at += some) {
		some = n - at < TOGETHER ? n - at : TOGETHER;
		fetch_norms(t, at + TOGETHER, at + 2 * TOGETHER);
		m->kernel->list(t->docs + at, t->freqs + at, some, t->part->norms, m->seg->n_docs,
		                t->bm25->inv, t->ws, t->points + at);
	}
}

const int32_t *ik_term_all_points(struct ik_term *t)
{
	if (t->scored || t->points == NULL)
		return t->points;
	if (t->part->norms != NULL)
		score_list(t);
	for (uint32_t i = 0; t->part->norms == NULL && i < t->info.df; i++)
		t->points[i] = ik_term_points(t, t->freqs[i], t->docs[i]);
	t->scored = 1;
	return t->points;
}

uint32_t ik_term_list_from(const struct ik_term *t, uint64_t doc)
{
	uint32_t lo = 0, hi = t->info.df;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (t->docs[mid] < doc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* ---- bounds ---- */

/* As high as the best posting of each range, when the weight is the term's own; else all alike. */
static void list_bounds(struct ik_term *t, float weight, uint16_t bound, uint32_t from, uint32_t n,
                        uint16_t *out)
{
	const int32_t *points = weight == t->weight ? ik_term_all_points(t) : NULL;
	uint64_t end = (uint64_t)(from + n) * IK_RANGE;

	memset(out, 0, n * sizeof *out);
	for (uint32_t i = ik_term_list_from(t, (uint64_t)from * IK_RANGE);
	     i < t->info.df && t->docs[i] < end; i++) {
		uint16_t *to = &out[t->docs[i] / IK_RANGE - from];

		if (points != NULL)
			bound = (uint16_t)((points[i] >> IK_UNIT_SHIFT) + 2);
		*to = bound > *to ? bound : *to;
	}
}

/* Every occupied range may hold the best score: when weights are too large to be scaled. */
static void flat_bounds(struct ik_term *t, uint16_t bound, uint32_t from, uint32_t n,
                        uint16_t *out)
{
	for (uint32_t i = 0; i < n; i++)
		out[i] = ik_ranges_has(&t->ranges, from + i) ? bound : 0;
}

void ik_term_bounds(struct ik_term *t, float weight, uint32_t from, uint32_t n, uint16_t *out)
{
	uint16_t bound = ik_bound_of(t->node.m, weight * t->umax);

	if (!t->ranged)
		list_bounds(t, weight, bound, from, n, out);
	else if (bound > 60000)
		flat_bounds(t, ik_bound_of(t->node.m, weight), from, n, out);
	else /* a maximum of 255 stands for the bound of the whole list */
		t->node.m->kernel->leaf(ik_ranges_max(&t->ranges) + from, n,
		                        (uint16_t)(bound + bound / 255 + 1), out);
}

static void bounds(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out)
{
	ik_term_bounds(ik_term_from(node), ik_term_from(node)->weight, from, n, out);
}

/* ---- matching ---- */

void ik_term_seek(struct ik_term *t, uint32_t r)
{
	uint32_t first = r * IK_RANGE;

	if (t->rec_range == r)
		return;
	t->rec_range = r;
	if (t->end > 0 && t->docs[t->end - 1] >= first) /* back to an earlier range */
		t->end = ik_term_list_from(t, first);
	t->at = ik_term_pass(t, t->end, first);
	t->end = ik_term_pass(t, t->at, first + IK_RANGE);
}

static void list_match(struct ik_term *t, uint32_t r)
{
	ik_term_seek(t, r);
	memset(t->node.mask, 0, sizeof t->node.mask);
	for (uint32_t i = t->at; i < t->end; i++) {
		uint32_t d = t->docs[i] % IK_RANGE;

		t->node.mask[d / 64] |= (uint64_t)1 << (d % 64);
	}
}

int ik_term_damaged(const struct ik_term *t)
{
	return ik_match_corrupt(t->node.m, "postings: a range record is damaged");
}

int ik_term_record(struct ik_term *t, uint32_t r)
{
	if (t->rec_range == r)
		return 0;
	if (ik_range_record(&t->ranges, r, &t->rec) != 0)
		return ik_term_damaged(t);
	t->rec_range = r;
	return 0;
}

/* Which of a few documents are in the record. */
static void find_docs(struct ik_term *t, const uint64_t within[4])
{
	for (unsigned w = 0; w < 4; w++)
		for (uint64_t bits = within[w]; bits != 0; bits &= bits - 1)
			if (t->ranges.unpack->find(&t->rec, w * 64 + ik_ctz64(bits)) >= 0)
				t->node.mask[w] |= bits & -bits;
}

static int match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	struct ik_term *t = ik_term_from(node);

	if (!t->ranged) {
		list_match(t, r);
		return 0;
	}
	memset(node->mask, 0, sizeof node->mask);
	if (!ik_ranges_has(&t->ranges, r))
		return 0;
	if (ik_term_record(t, r) != 0)
		return INK_ECORRUPT;
	if (!ik_record_is_bitmap(&t->rec) && ik_mask_count(within) < IK_TERM_FEW)
		find_docs(t, within);
	else if (t->ranges.unpack->mask(&t->rec, node->mask) != t->rec.n)
		return ik_term_damaged(t);
	return 0;
}

int ik_term_load(struct ik_term *t, uint32_t r)
{
	if (t->loaded_range == r)
		return 0;
	if (ik_range_load(&t->ranges, r, &t->loaded) != 0)
		return ik_term_damaged(t);
	t->loaded_range = r;
	return 0;
}

static const char *kind_of(uint32_t part)
{
	if (ik_part_is_pairs(part))
		return "pair";
	return ik_part_is_gram(part) ? "gram or exact form" : "term";
}

static int explain(struct ik_node *node, uint32_t r, uint32_t d, unsigned indent,
                   struct ik_buf *out)
{
	struct ik_term *t = ik_term_from(node);
	uint32_t place, tf = 0, doc = r * IK_RANGE + d;
	uint8_t norm = t->part->norms != NULL ? t->part->norms[doc] : 0;
	int rc = ik_term_place(t, r, d, &place, &tf);
	float u;

	if (rc != 0)
		return rc;
	u = 1.0f - 1.0f / (1.0f + (float)tf * t->bm25->inv[norm]);
	ik_explain_line(out, indent, "%.6f = %s \"%.*s\" in %s: weight %.6f * tf part %.6f",
	                ik_score_of(node->m, t->weight > 0 ? ik_term_points(t, tf, doc) : 0),
	                kind_of(t->part->part),
	                (int)(t->len > 200 ? 200 : t->len), t->text, t->field, (double)t->weight,
	                (double)u);
	ik_explain_line(out, indent + 1, "weight = boost %.6f * idf %.6f (df %llu)",
	                t->idf > 0 ? (double)t->weight / t->idf : 0.0, t->idf,
	                (unsigned long long)t->df);
	ik_explain_line(out, indent + 1, "tf part = 1 - 1 / (1 + tf %u * %.6f)", tf,
	                (double)t->bm25->inv[norm]);
	return 0;
}

static int rank(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
                uint64_t mask[4])
{
	const struct ik_match *m = node->m;
	struct ik_term *t = ik_term_from(node);
	int rc = IK_MEET_DENSE;

	if (ik_term_is_sparse(t))
		rc = ik_meet_choose(ik_cpu())->rank(&t, 1, r, live, &m->theta, acc, mask);
	if (rc != IK_MEET_DENSE)
		return rc;
	if (m->theta < 0)
		return ik_node_rank_all(node, r, live, acc, mask);
	m->kernel->clear(acc);
	rc = ik_term_gain(t, r, acc);
	m->kernel->passing(acc, ik_match_theta(m), mask);
	for (unsigned w = 0; w < 4; w++)
		mask[w] &= live[w];
	return rc;
}

static void fetch(struct ik_node *node, uint32_t from, const uint16_t *places, size_t n)
{
	ik_meet_choose(ik_cpu())->fetch(ik_term_from(node), from, places, n);
}

static const struct ik_root_ops root_ops = { rank, NULL, NULL, NULL, fetch, 0 };
static const struct ik_node_ops term_ops = { bounds, match, ik_term_score, explain, &root_ops };

/* ---- opening ---- */

static int open_list(struct ik_term *t, const struct ik_term_spec *spec,
                     const struct ik_post_env *env)
{
	t->docs = ik_arena_array(t->node.m->arena, (size_t)t->info.df + IK_TERM_PAD, sizeof *t->docs);
	if (!spec->docs_only)
		t->freqs = ik_arena_array(t->node.m->arena, t->info.df, sizeof *t->freqs);
	if (t->docs == NULL || (t->freqs == NULL && !spec->docs_only))
		return ik_fail_nomem(t->node.m->err);
	t->list = (struct ik_post_arrays){ .docs = t->docs, .freqs = t->freqs };
	if (ik_post_decode(env, &t->info, t->docs, t->freqs, &t->list.pos_at) != 0)
		return ik_match_corrupt(t->node.m, "postings: a list is damaged");
	memset(t->docs + t->info.df, 0xff, IK_TERM_PAD * sizeof *t->docs);
	if (t->weight <= 0)
		return 0;
	t->points = ik_arena_array(t->node.m->arena, t->info.df, sizeof *t->points);
	if (t->points == NULL)
		return ik_fail_nomem(t->node.m->err);
	/* Soon done while other lists are on their way; but of a required one, perhaps few are wanted. */
	if (!spec->required)
		ik_term_all_points(t);
	return 0;
}

static int open_ranges(struct ik_term *t, const struct ik_post_env *env)
{
	int rc = ik_ranges_open(env, &t->info, t->node.m->arena, &t->ranges);

	if (rc == INK_ENOMEM)
		return ik_fail_nomem(t->node.m->err);
	return rc != 0 ? ik_match_corrupt(t->node.m, "postings: a range list is damaged") : 0;
}

int ik_term_open(struct ik_match *m, const struct ik_term_spec *spec,
                 const struct ik_term_info *info, struct ik_node **out)
{
	struct ik_term *t = ik_arena_alloc(m->arena, sizeof *t);
	struct ik_post_env env;
	int rc;

	*out = NULL;
	if (t == NULL)
		return ik_fail_nomem(m->err);
	memset(t, 0, offsetof(struct ik_term, loaded));
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
	t->rec_range = t->loaded_range = UINT32_MAX;
	env = ik_term_env(t);
	t->ranged = ik_post_form(info->df, m->seg->n_docs) == IK_FORM_RANGES;
	rc = t->ranged ? open_ranges(t, &env) : open_list(t, spec, &env);
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
			/*
			 * The product and the score itself are each rounded a few times, by
			 * 2^-24 of ws at most, and then cut to integers.
			 */
			float less = t->ws * 0x1p-21f + 2;
			float kth = t->ws * t->down * t->ranges.kth[i] - less;

			return kth > 0 ? (int32_t)kth : 0;
		}
	return 0;
}

struct ik_term *ik_term_of(struct ik_node *node)
{
	return node->ops == &term_ops ? ik_term_from(node) : NULL;
}
