/*
 * phrase.c - terms at given positions.
 *
 * Layer: match. Documents that hold all terms are found first; positions are
 * read only of those. Without slop an occurrence is a position that is in
 * every term's list after its offset is taken away. With slop it is a window
 * of such shifted positions, one of each term, no wider than the slop; windows
 * are counted from left to right and share no position, so that a phrase
 * occurs no more often than its rarest term, as the bounds say.
 */
#include "match/phrase.h"

#include <float.h>
#include <string.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "base/mem.h"
#include "match/meet.h"

#define NO_POSITION UINT32_MAX

struct member {
	struct ik_term *term;
	uint32_t offset;
	uint32_t place;   /* of the current document among the postings of its range */
	uint32_t *pos;    /* its positions, shifted by the offset; ascending */
	uint32_t n, at;
};

struct phrase {
	struct ik_node node;
	struct member *members;
	struct ik_term **terms; /* theirs */
	size_t n;
	const struct ik_meet *meet;
	uint32_t slop;
	uint32_t shift;     /* the greatest offset, so that shifted positions are not negative */
	float weight, ws;
	uint32_t freq[IK_RANGE]; /* of the phrase, by document of the current range */
	uint32_t *room;     /* positions of all members */
	size_t cap;
};

static struct phrase *phrase_of(struct ik_node *node)
{
	return (struct phrase *)node; /* the node is its first member */
}

/* A phrase occurs no more often than its rarest term, so the least bound holds for it. */
static void bounds(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out)
{
	struct phrase *p = phrase_of(node);
	struct ik_match *m = node->m;
	uint16_t *child = m->scratch + (size_t)IK_CHUNK * m->depth++;

	ik_term_bounds(p->members[0].term, p->weight, from, n, out);
	for (size_t i = 1; i < p->n; i++) {
		ik_term_bounds(p->members[i].term, p->weight, from, n, child);
		m->kernel->least(out, child, n);
	}
	m->depth--;
}

/* ---- positions of one document ---- */

static int reserve(struct phrase *p, size_t need)
{
	uint32_t *room;

	if (need <= p->cap)
		return 0;
	room = ik_arena_array(p->node.m->arena, need * 2, sizeof *room);
	if (room == NULL)
		return ik_fail_nomem(p->node.m->err);
	p->room = room;
	p->cap = need * 2;
	return 0;
}

/*
 * Frequencies of all members, and room for all positions. 0 when one of them
 * times `inv` is no more than `cut`.
 */
static int load_freqs(struct phrase *p, uint32_t r, uint32_t d, float inv, float cut)
{
	size_t need = 0;

	for (size_t i = 0; i < p->n; i++) {
		struct member *t = &p->members[i];
		int rc = p->meet->place(t->term, r, d, &t->place, &t->n);

		if (rc != 0)
			return rc;
		if ((float)t->n * inv <= cut)
			return 0;
		/* More positions than a list has bytes can hold are damage. */
		if (t->n / IK_POS_CHUNK > t->term->info.post_len)
			return ik_match_corrupt(p->node.m, "postings: a frequency is damaged");
		need += t->n;
	}
	return reserve(p, need) == 0 ? 1 : INK_ENOMEM;
}

/* The positions of one member, shifted, to `at`. */
static int load_member(struct phrase *p, struct member *t, uint32_t r, uint32_t d, uint32_t *at)
{
	t->pos = at;
	t->at = 0;
	return ik_term_positions(t->term, r, d, t->place, p->shift - t->offset, t->pos);
}

/* Move a member to its first position >= want; that position, or NO_POSITION. */
static uint32_t advance(struct member *t, uint32_t want)
{
	while (t->at < t->n && t->pos[t->at] < want)
		t->at++;
	return t->at < t->n ? t->pos[t->at] : NO_POSITION;
}

/* Keep of v[0, n) what t has as well: both ascend. No branches, which could not be foreseen. */
static uint32_t intersect(uint32_t *v, uint32_t n, const struct member *t)
{
	uint32_t i = 0, k = 0, kept = 0;

	while (i < n && k < t->n) {
		uint32_t a = v[i], b = t->pos[k];

		v[kept] = a;
		kept += a == b;
		i += a <= b;
		k += b < a;
	}
	return kept;
}

/* The rarest term's positions, less those that another term does not confirm. */
static int count_exact(struct phrase *p, uint32_t r, uint32_t d, uint32_t *count)
{
	struct member *first = &p->members[0];
	int rc = load_member(p, first, r, d, p->room);

	*count = first->n;
	for (size_t i = 1; rc == 0 && i < p->n && *count > 0; i++) {
		rc = load_member(p, &p->members[i], r, d, p->room + first->n);
		if (rc == 0)
			*count = intersect(first->pos, *count, &p->members[i]);
	}
	return rc;
}

static int same_term(const struct member *a, const struct member *b)
{
	return a->term->info.post == b->term->info.post;
}

/* Where the member stands in the document, comparable between members of one term. */
static uint64_t place_of(const struct member *t)
{
	return (uint64_t)t->pos[t->at] + t->offset;
}

static void pass(struct member *t, uint64_t place)
{
	while (t->at < t->n && place_of(t) <= place)
		t->at++;
}

/*
 * Move member i to the first position of a window from `lo` on that it may
 * take: one that no member of the same term before it has. Those stand in
 * the order of their offsets, so whoever comes first is served first.
 */
static uint32_t settle(struct phrase *p, size_t i, uint32_t lo)
{
	struct member *t = &p->members[i];

	advance(t, lo);
	for (size_t k = 0; k < i; k++)
		if (same_term(t, &p->members[k]))
			pass(t, place_of(&p->members[k]));
	return t->at < t->n ? t->pos[t->at] : NO_POSITION;
}

/* The next window begins behind the positions of this one, each term for itself. */
static void use_up(struct phrase *p)
{
	for (size_t i = 0; i < p->n; i++) {
		uint64_t last = place_of(&p->members[i]);

		for (size_t k = i + 1; k < p->n; k++)
			if (same_term(&p->members[i], &p->members[k]))
				last = place_of(&p->members[k]);
		pass(&p->members[i], last);
	}
}

static int load_all(struct phrase *p, uint32_t r, uint32_t d)
{
	uint32_t *at = p->room;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->n; i++) {
		rc = load_member(p, &p->members[i], r, d, at);
		at += p->members[i].n;
	}
	return rc;
}

static uint32_t count_sloppy(struct phrase *p)
{
	uint32_t count = 0, lo = 0;

	for (;;) {
		uint32_t least = NO_POSITION, most = 0;

		for (size_t i = 0; i < p->n; i++) {
			uint32_t got = settle(p, i, lo);

			if (got == NO_POSITION)
				return count;
			least = got < least ? got : least;
			most = got > most ? got : most;
		}
		lo = least;
		if (most - least <= p->slop) {
			count++;
			use_up(p);
		} else {
			lo++;
		}
	}
}

/* ---- a range ---- */

static float inv_of(const struct phrase *p, uint32_t r, uint32_t d)
{
	const struct ik_term *t = p->members[0].term;

	return t->bm25->inv[t->part->norms != NULL ? t->part->norms[r * IK_RANGE + d] : 0];
}

/*
 * Where the phrase decides alone about the score: a document of which tf * inv
 * is no more than this does not score more than theta. u = tf inv / (1 + tf inv)
 * is taken a little lower, as scores are rounded.
 */
static float cut_of(const struct phrase *p)
{
	const struct ik_match *m = p->node.m;
	double u = (double)m->theta / (double)p->ws - 1e-6;

	if (m->root != &p->node || !(p->ws > 0) || u <= 0)
		return 0;
	return u < 1 ? (float)(u / (1 - u)) : FLT_MAX;
}

/* How often the phrase is in document d, 0 as well where that cannot be more often than `cut`. */
static int count_phrase(struct phrase *p, uint32_t r, uint32_t d, float cut, uint32_t *count)
{
	int rc = load_freqs(p, r, d, inv_of(p, r, d), cut);

	*count = 0;
	if (rc != 1)
		return rc;
	if (p->slop == 0)
		return count_exact(p, r, d, count);
	rc = load_all(p, r, d);
	if (rc == 0)
		*count = count_sloppy(p);
	return rc;
}

/* Many documents of the range have even the rarest term. */
static int match_masks(struct phrase *p, uint32_t r, const uint64_t within[4])
{
	uint64_t *mask = p->node.mask;
	int rc = 0;

	memcpy(mask, within, 4 * sizeof *mask);
	for (size_t i = 0; rc == 0 && i < p->n && !ik_mask_empty(mask); i++)
		rc = ik_node_narrow(&p->members[i].term->node, r, 0, mask);
	return rc;
}

/* The documents of `within` that have all terms, whatever their positions. */
static int match_terms(struct phrase *p, uint32_t r, const uint64_t within[4])
{
	uint64_t *mask = p->node.mask;
	int rc = p->meet->docs(p->terms, p->n, r, mask);

	if (rc == IK_MEET_DENSE)
		return match_masks(p, r, within);
	for (unsigned w = 0; w < 4; w++)
		mask[w] &= within[w];
	return rc;
}

static int match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	struct phrase *p = phrase_of(node);
	float cut = cut_of(p);
	int rc = match_terms(p, r, within);

	for (unsigned w = 0; rc == 0 && w < 4; w++)
		for (uint64_t bits = node->mask[w]; rc == 0 && bits != 0; bits &= bits - 1) {
			uint32_t d = w * 64 + ik_ctz64(bits);

			rc = count_phrase(p, r, d, cut, &p->freq[d]);
			if (p->freq[d] == 0)
				node->mask[w] &= ~((uint64_t)1 << (d % 64));
		}
	return rc;
}

static int score(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	struct phrase *p = phrase_of(node);

	if (p->weight <= 0)
		return 0;
	for (unsigned w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0; bits &= bits - 1) {
			uint32_t d = w * 64 + ik_ctz64(bits);

			acc[d] += ik_bm25_points(p->ws, p->freq[d], inv_of(p, r, d));
		}
	return 0;
}

static int explain(struct ik_node *node, uint32_t r, uint32_t d, unsigned indent,
                   struct ik_buf *out)
{
	const struct phrase *p = phrase_of(node);
	int32_t score = p->weight > 0 ? ik_bm25_points(p->ws, p->freq[d], inv_of(p, r, d)) : 0;

	ik_explain_line(out, indent, "%.6f = phrase of %zu terms, %u times: weight %.6f * tf part",
	                ik_score_of(node->m, score), p->n, p->freq[d], (double)p->weight);
	return 0;
}

static const struct ik_node_ops phrase_ops = { bounds, match, score, explain, NULL };

int ik_phrase_open(struct ik_match *m, struct ik_term *const *terms, const uint32_t *offsets,
                   size_t n, uint32_t slop, float weight, struct ik_node **out)
{
	struct phrase *p = ik_arena_zalloc(m->arena, sizeof *p);

	*out = NULL;
	if (p == NULL)
		return ik_fail_nomem(m->err);
	p->members = ik_arena_zalloc(m->arena, n * sizeof *p->members);
	p->terms = ik_arena_array(m->arena, n, sizeof *p->terms);
	if (p->members == NULL || p->terms == NULL)
		return ik_fail_nomem(m->err);
	p->meet = ik_meet_choose(ik_cpu());
	ik_node_init(&p->node, &phrase_ops, m);
	p->n = n;
	p->slop = slop;
	p->weight = weight;
	p->ws = weight * m->scale;
	for (size_t i = 0; i < n; i++) {
		size_t k = i; /* insertion sort: the rarest term first */

		for (; k > 0 && p->members[k - 1].term->info.df > terms[i]->info.df; k--)
			p->members[k] = p->members[k - 1];
		p->members[k] = (struct member){ .term = terms[i], .offset = offsets[i] };
		p->shift = offsets[i] > p->shift ? offsets[i] : p->shift;
	}
	for (size_t i = 0; i < n; i++)
		p->terms[i] = p->members[i].term;
	*out = &p->node;
	return 0;
}
