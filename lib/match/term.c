/* term.c - one term of one segment as a node. Layer: match. */
#include "match/term.h"

#include <stddef.h>
#include <string.h>

#include "base/bits.h"
#include "model/schema.h"

static struct ik_term *term_of(struct ik_node *node)
{
	return (struct ik_term *)node; /* the node is its first member */
}

/* ---- bounds ---- */

/* The first posting of a list that is not before a document. */
static uint32_t list_from(const struct ik_term *t, uint64_t doc)
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

/* As high as the best posting of each range, when the weight is the term's own; else all alike. */
static void list_bounds(struct ik_term *t, float weight, uint16_t bound, uint32_t from, uint32_t n,
                        uint16_t *out)
{
	const int32_t *points = weight == t->weight ? t->points : NULL;
	uint64_t end = (uint64_t)(from + n) * IK_RANGE;

	memset(out, 0, n * sizeof *out);
	for (uint32_t i = list_from(t, (uint64_t)from * IK_RANGE);
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
		out[i] = t->ranges.max[from + i] != 0 ? bound : 0;
}

void ik_term_bounds(struct ik_term *t, float weight, uint32_t from, uint32_t n, uint16_t *out)
{
	uint16_t bound = ik_bound_of(t->node.m, weight * t->umax);

	if (!t->ranged)
		list_bounds(t, weight, bound, from, n, out);
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

void ik_term_seek(struct ik_term *t, uint32_t r)
{
	uint64_t first = (uint64_t)r * IK_RANGE, end = first + IK_RANGE;

	if (t->rec_range == r)
		return;
	t->rec_range = r;
	if (t->end > 0 && t->docs[t->end - 1] >= first) /* back to an earlier range */
		t->end = list_from(t, first);
	while (t->end < t->info.df && t->docs[t->end] < first)
		t->end++;
	t->at = t->end;
	while (t->end < t->info.df && t->docs[t->end] < end)
		t->end++;
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

/* From this many documents on, a whole record is cheaper than one after the other. */
#define FEW 4

int ik_term_damaged(const struct ik_term *t)
{
	return ik_match_corrupt(t->node.m, "postings: a range record is damaged");
}

/* The record of range r, which has one. */
static int open_record(struct ik_term *t, uint32_t r)
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
	struct ik_term *t = term_of(node);

	if (!t->ranged) {
		list_match(t, r);
		return 0;
	}
	memset(node->mask, 0, sizeof node->mask);
	if (!ik_ranges_has(&t->ranges, r))
		return 0;
	if (open_record(t, r) != 0)
		return INK_ECORRUPT;
	if (!ik_record_is_bitmap(&t->rec) && ik_mask_fewer(within, FEW))
		find_docs(t, within);
	else if (t->ranges.unpack->mask(&t->rec, node->mask) != t->rec.n)
		return ik_term_damaged(t);
	return 0;
}

/* Unpack the frequencies of range r. */
static int load_range(struct ik_term *t, uint32_t r)
{
	if (t->loaded_range == r)
		return 0;
	if (ik_range_load(&t->ranges, r, &t->loaded) != 0)
		return ik_term_damaged(t);
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
			acc[d] += t->points[i];
	}
}

/* The lengths of the documents of range r, three bytes readable behind them. */
static const uint8_t *range_norms(const struct ik_term *t, uint32_t r, uint8_t room[IK_RANGE + 8])
{
	uint32_t left = t->node.m->seg->n_docs - r * IK_RANGE;

	if (t->part->norms != NULL && left >= IK_RANGE + 8)
		return t->part->norms + (size_t)r * IK_RANGE;
	memset(room, 0, IK_RANGE + 8);
	if (t->part->norms != NULL)
		memcpy(room, t->part->norms + (size_t)r * IK_RANGE,
		       left < IK_RANGE ? left : IK_RANGE);
	return room;
}

/* A document that stands twice would be scored twice, over the bound of sums. */
static int docs_ascend(const struct ik_record *rec)
{
	unsigned falls = 0;

	for (uint32_t i = 1; i < rec->n; i++)
		falls |= rec->docs[i] <= rec->docs[i - 1];
	return falls == 0;
}

/* Frequencies of 255 and more do not fit the bytes that the kernel reads, which scores a 0 as 0. */
static int score_big(struct ik_term *t, uint32_t r, const uint64_t *mask,
                      uint8_t row[IK_RECORD_ROOM], int32_t acc[256])
{
	struct ik_extras e;
	uint32_t d, tf, next = 0;

	for (uint32_t i = 0; i < t->loaded.rec.n; i++)
		row[i] = t->loaded.row[i] < 255 ? t->loaded.row[i] : 0;
	if (ik_record_extras(&t->loaded.rec, &e) != 0)
		return ik_term_damaged(t);
	for (; ik_extras_next(&e, &d, &tf) == 1; next = d + 1) {
		if (d < next)
			return ik_term_damaged(t);
		if (tf >= 255 && (mask == NULL || (mask[d / 64] >> (d % 64) & 1) != 0))
			acc[d] += score_one(t, tf, r * IK_RANGE + d);
	}
	return 0;
}

/* The documents of a record that are in the mask, and their frequencies: how many. */
static size_t pick_docs(const struct ik_record *rec, const uint8_t *row, const uint64_t mask[4],
                        uint8_t docs[IK_RECORD_ROOM], uint8_t freqs[IK_RECORD_ROOM])
{
	size_t n = 0;

	for (uint32_t i = 0; i < rec->n; i++) {
		uint32_t d = rec->docs[i];

		docs[n] = (uint8_t)d;
		freqs[n] = row[i];
		n += mask[d / 64] >> (d % 64) & 1;
	}
	return n;
}

/* The documents of the record of range r that are in the mask; all of them where it is NULL. */
static int record_score(struct ik_term *t, uint32_t r, const uint64_t *mask, int32_t acc[256])
{
	const struct ik_kernel *kernel = t->node.m->kernel;
	const struct ik_record *rec = &t->loaded.rec;
	uint8_t room[IK_RANGE + 8], row[IK_RECORD_ROOM], docs[IK_RECORD_ROOM], freq[IK_RANGE];
	const uint8_t *norms = range_norms(t, r, room), *freqs = t->loaded.row;
	uint64_t own[4];
	int rc = load_range(t, r);

	if (rc == 0 && !ik_record_is_bitmap(rec) && !docs_ascend(rec))
		rc = ik_term_damaged(t);
	if (rc == 0 && t->loaded.big) {
		rc = score_big(t, r, mask, row, acc);
		freqs = row;
	}
	if (rc != 0)
		return rc;
	if (!ik_record_is_bitmap(rec) && mask == NULL) {
		kernel->gain(rec->docs, rec->n, freqs, norms, t->bm25->inv, t->ws, acc);
		return 0;
	}
	if (!ik_record_is_bitmap(rec)) {
		size_t n = pick_docs(rec, freqs, mask, docs, row);

		kernel->gain(docs, n, row, norms, t->bm25->inv, t->ws, acc);
		return 0;
	}
	if (t->ranges.unpack->mask(rec, own) != rec->n)
		return ik_term_damaged(t);
	t->ranges.unpack->spread(freqs, own, freq);
	kernel->score(mask != NULL ? mask : own, freq, norms, t->bm25->inv, t->ws, acc);
	return 0;
}

static int score_few(struct ik_term *t, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	for (unsigned w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0; bits &= bits - 1) {
			uint32_t d = w * 64 + ik_ctz64(bits), place, tf = 0;
			int rc = ik_term_place(t, r, d, &place, &tf);

			if (rc != 0)
				return rc;
			acc[d] += score_one(t, tf, r * IK_RANGE + d);
		}
	return 0;
}

static int score(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	struct ik_term *t = term_of(node);

	if (t->weight <= 0)
		return 0;
	if (t->ranged)
		return ik_mask_fewer(mask, FEW) ? score_few(t, r, mask, acc)
		                                : record_score(t, r, mask, acc);
	list_score(t, mask, acc);
	return 0;
}

int ik_term_gain(struct ik_term *t, uint32_t r, int32_t acc[256])
{
	if (t->weight <= 0)
		return 0;
	if (t->ranged)
		return record_score(t, r, NULL, acc);
	ik_term_seek(t, r);
	for (uint32_t i = t->at; i < t->end; i++)
		acc[t->docs[i] % IK_RANGE] += t->points[i];
	return 0;
}

/* The place of document d, which is there, in the list. */
static uint32_t list_place(const struct ik_term *t, uint32_t d)
{
	uint32_t i = t->at;

	while (t->docs[i] % IK_RANGE != d)
		i++;
	return i;
}

int ik_term_place(struct ik_term *t, uint32_t r, uint32_t d, uint32_t *place, uint32_t *freq)
{
	int32_t i;

	if (!t->ranged) {
		*place = list_place(t, d);
		*freq = t->freqs[*place];
		return 0;
	}
	if (open_record(t, r) != 0)
		return INK_ECORRUPT;
	i = t->ranges.unpack->find(&t->rec, d);
	if (i < 0 || ik_record_freq(&t->rec, (uint32_t)i, d, freq) != 0)
		return ik_term_damaged(t);
	*place = (uint32_t)i;
	return 0;
}

static int range_spots(struct ik_term *t, uint32_t r, const uint8_t *docs, uint32_t n,
                       struct ik_spot *out)
{
	uint8_t places[IK_RANGE];
	int rc = load_range(t, r);

	if (rc != 0)
		return rc;
	if (t->ranges.unpack->places(&t->loaded.rec, docs, n, places) != 0)
		return ik_term_damaged(t);
	for (uint32_t k = 0; k < n; k++) {
		out[k].place = places[k];
		out[k].tf = ik_range_freq(&t->loaded, places[k]);
	}
	return 0;
}

int ik_term_spots(struct ik_term *t, uint32_t r, const uint8_t *docs, uint32_t n,
                  struct ik_spot *out)
{
	uint32_t i;

	if (t->ranged)
		return range_spots(t, r, docs, n, out);
	ik_term_seek(t, r);
	i = t->at;
	for (uint32_t k = 0; k < n; k++, out++) {
		while (i < t->end && t->docs[i] % IK_RANGE != docs[k])
			i++;
		if (i == t->end) /* a pair has a document that its words do not have */
			return ik_term_damaged(t);
		out->place = i;
		out->tf = t->freqs[i];
	}
	return 0;
}

static int positions_damaged(const struct ik_term *t)
{
	return ik_match_corrupt(t->node.m, "postings: positions are damaged");
}

int ik_term_positions(struct ik_term *t, uint32_t r, uint32_t place, uint32_t shift,
                      uint32_t *out)
{
	int rc;

	if (!t->ranged) {
		struct ik_post_env env = ik_segment_env(t->node.m->seg, t->part);

		rc = ik_post_positions(&env, &t->info, &t->list, place, shift, out);
	} else {
		rc = load_range(t, r);
		if (rc == 0)
			rc = ik_range_positions(&t->ranges, r, &t->loaded, place, shift, out);
	}
	return rc != 0 ? positions_damaged(t) : 0;
}

int ik_term_keep(struct ik_term *t, uint32_t r, uint32_t place, uint32_t shift, uint32_t *v,
                 uint32_t *n)
{
	int rc;

	if (!t->ranged) {
		struct ik_post_env env = ik_segment_env(t->node.m->seg, t->part);

		rc = ik_post_keep(&env, &t->info, &t->list, place, shift, v, n);
	} else {
		rc = load_range(t, r);
		if (rc == 0)
			rc = ik_range_keep(&t->ranges, r, &t->loaded, place, shift, v, n);
	}
	return rc != 0 ? positions_damaged(t) : 0;
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
	struct ik_term *t = term_of(node);
	uint32_t place, tf = 0, doc = r * IK_RANGE + d;
	uint8_t norm = t->part->norms != NULL ? t->part->norms[doc] : 0;
	int rc = ik_term_place(t, r, d, &place, &tf);
	float u;

	if (rc != 0)
		return rc;
	u = 1.0f - 1.0f / (1.0f + (float)tf * t->bm25->inv[norm]);
	ik_explain_line(out, indent, "%.6f = %s \"%.*s\" in %s: weight %.6f * tf part %.6f",
	                ik_score_of(node->m, t->weight > 0 ? score_one(t, tf, doc) : 0),
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
	int rc;

	if (m->theta < 0)
		return ik_node_rank_all(node, r, live, acc, mask);
	m->kernel->clear(acc);
	rc = ik_term_gain(term_of(node), r, acc);
	m->kernel->passing(acc, m->theta < INT32_MAX ? (int32_t)m->theta : INT32_MAX, mask);
	for (unsigned w = 0; w < 4; w++)
		mask[w] &= live[w];
	return rc;
}

static const struct ik_node_ops term_ops = { bounds, match, score, explain, rank };

/* ---- opening ---- */

/* What each posting of a list scores: bounds and sums want it, and it is soon done. */
static int score_list(struct ik_term *t)
{
	const struct ik_match *m = t->node.m;
	const uint8_t *norms = t->part->norms;

	t->points = ik_arena_array(m->arena, t->info.df, sizeof *t->points);
	if (t->points == NULL)
		return ik_fail_nomem(m->err);
	if (norms != NULL) {
		m->kernel->list(t->docs, t->freqs, t->info.df, norms, m->seg->n_docs, t->bm25->inv,
		                t->ws, t->points);
		return 0;
	}
	for (uint32_t i = 0; i < t->info.df; i++)
		t->points[i] = score_one(t, t->freqs[i], t->docs[i]);
	return 0;
}

static int open_list(struct ik_term *t)
{
	struct ik_post_env env = ik_segment_env(t->node.m->seg, t->part);

	t->docs = ik_arena_array(t->node.m->arena, t->info.df, sizeof *t->docs);
	t->freqs = ik_arena_array(t->node.m->arena, t->info.df, sizeof *t->freqs);
	if (t->docs == NULL || t->freqs == NULL)
		return ik_fail_nomem(t->node.m->err);
	t->list = (struct ik_post_arrays){ .docs = t->docs, .freqs = t->freqs };
	if (ik_post_decode(&env, &t->info, t->docs, t->freqs, &t->list.pos_at) != 0)
		return ik_match_corrupt(t->node.m, "postings: a list is damaged");
	return t->weight > 0 ? score_list(t) : 0;
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
	return node->ops == &term_ops ? term_of(node) : NULL;
}
