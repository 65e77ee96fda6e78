/*
 * phrase.c - terms at given positions.
 *
 * Layer: match. Documents that hold all terms are found first, by pairs of
 * them where there are some (text/pair.h), and by grams that the phrase's
 * imply; positions are read only of those. Without slop an occurrence is a
 * position that is in every term's list after its offset is taken away. With
 * slop it is a window of such shifted positions, one of each term, no wider
 * than the slop; windows are counted from left to right and share no position,
 * so that a phrase occurs no more often than its rarest term, as the bounds say.
 */
#include "match/phrase.h"

#include <float.h>
#include <string.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "base/mem.h"
#include "match/meet.h"
#include "match/phrase_words.h"
#include "match/slop.h"

#define BATCH 8 /* documents of which positions are compared, one after the other */

struct phrase {
	struct ik_node node;
	struct ik_term **found;  /* by which documents are found, the rarest first */
	size_t n_found;
	struct ik_term *const *more; /* that documents have as often */
	size_t n_more;
	struct ik_term **terms;  /* as ik_phrase_sort() leaves them */
	struct ik_place *places; /* of each in the current document */
	struct ik_posting *at;   /* of each, without slop of two, in `batch` documents of a range */
	size_t n_at;
	uint32_t batch;
	size_t n;
	int met;                 /* who asks knows that they have all terms */
	uint32_t narrowed;       /* the range of which that is known */
	uint32_t asked, refused; /* of those whose positions may_meet() looked at */
	const struct ik_meet *meet;
	uint32_t slop;
	float weight, ws;
	uint32_t freq[IK_RANGE]; /* of the phrase, by document of the current range */
	uint32_t *room;     /* positions of all members */
	size_t cap;
};

static struct phrase *phrase_of(struct ik_node *node)
{
	return (struct phrase *)node; /* the node is its first member */
}

/* A phrase occurs no more often than its rarest term or pair, so the least bound holds for it. */
static void bounds(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out)
{
	struct phrase *p = phrase_of(node);
	struct ik_match *m = node->m;
	uint16_t *child = m->scratch + (size_t)m->chunk * m->depth++;

	ik_term_bounds(p->found[0], p->weight, from, n, out);
	for (size_t i = 1; i < p->n_found; i++) {
		ik_term_bounds(p->found[i], p->weight, from, n, child);
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

/* Of word i in document k of the batch. */
static struct ik_posting *posting_at(const struct phrase *p, size_t i, uint32_t k)
{
	return &p->at[i * p->batch + k];
}

static int find_postings(struct phrase *p, uint32_t r, const uint8_t *docs, uint32_t n)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->n_at; i++)
		rc = ik_term_postings(p->terms[i], r, docs, n, posting_at(p, i, 0));
	return rc;
}

/* The positions of word i in document k, which is reached, to `to`. */
static int read_word(struct phrase *p, size_t i, uint32_t k, uint32_t *to)
{
	struct ik_posting *at = posting_at(p, i, k);
	int rc = ik_poll(p->node.m->poll, at->tf);

	if (rc == 0 && ik_pos_read(at, 0, to) != 0)
		rc = ik_term_positions_damaged(p->terms[i]);
	return rc;
}

/* How many positions there are, not counting again: several tokens may be the same word. */
static uint32_t distinct(const uint32_t *v, uint32_t n)
{
	uint32_t count = n > 0;

	for (uint32_t i = 1; i < n; i++)
		count += v[i] != v[i - 1];
	return count;
}

#define TRIED 64 /* documents after which one knows how it goes */

/*
 * May they share a position? Asked first, which costs a third of comparing them, and pays where it
 * spares that for many: in prose for nine of ten, but for few neighbours that are a fixed term.
 */
static int may_meet(struct phrase *p, const struct ik_posting *a, uint32_t shift_a,
                    const struct ik_posting *b, uint32_t shift_b)
{
	int may;

	if (p->asked >= TRIED && p->refused < p->asked / 8)
		return 1;
	may = ik_pos_may_meet(a, shift_a, b, shift_b);
	p->asked++;
	p->refused += !may;
	return may;
}

/* The positions of the rarest two words in document k that fit each other: *n. Most have none. */
static int meet_words(struct phrase *p, uint32_t k, uint32_t *n)
{
	size_t first = posting_at(p, 1, k)->tf < posting_at(p, 0, k)->tf;
	struct ik_posting *a = posting_at(p, first, k), *b = posting_at(p, !first, k);
	int rc;

	if (!may_meet(p, a, p->places[first].shift, b, p->places[!first].shift))
		return 0;
	rc = ik_poll(p->node.m->poll, (size_t)a->tf + b->tf);
	if (rc == 0)
		rc = ik_term_reach(p->terms[first], a);
	if (rc == 0)
		rc = ik_term_reach(p->terms[!first], b);
	if (rc == 0)
		rc = reserve(p, a->tf);
	if (rc == 0 && ik_pos_meet(a, p->places[first].shift, b, p->places[!first].shift, p->room,
	                           n) != 0)
		rc = ik_term_positions_damaged(p->terms[first]);
	return rc;
}

/* Of v[0, *n) keep what word i confirms, which few documents are asked for. */
static int keep_word(struct phrase *p, size_t i, uint32_t r, uint8_t d, uint32_t *v, uint32_t *n)
{
	struct ik_posting at;
	int rc = ik_term_postings(p->terms[i], r, &d, 1, &at);

	if (rc == 0)
		rc = ik_poll(p->node.m->poll, at.tf);
	if (rc == 0)
		rc = ik_term_reach(p->terms[i], &at);
	if (rc == 0 && ik_pos_keep(&at, p->places[i].shift, v, n) != 0)
		rc = ik_term_positions_damaged(p->terms[i]);
	return rc;
}

static int count_exact(struct phrase *p, uint32_t r, uint8_t d, uint32_t k, uint32_t *count)
{
	uint32_t n = 0;
	int rc;

	if (p->n > 1) {
		rc = meet_words(p, k, &n);
	} else {
		n = p->at[k].tf;
		rc = ik_term_reach(p->terms[0], &p->at[k]);
		rc = rc == 0 ? reserve(p, n) : rc;
		rc = rc == 0 ? read_word(p, 0, k, p->room) : rc;
	}
	for (size_t i = 2; rc == 0 && i < p->n && n > 0; i++)
		rc = keep_word(p, i, r, d, p->room, &n);
	*count = rc == 0 ? distinct(p->room, n) : 0;
	return rc;
}

/* Windows of all positions of all words. */
static int count_near(struct phrase *p, uint32_t k, uint32_t *count)
{
	size_t need = 0;
	uint32_t *to;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->n; i++)
		if (!p->places[i].again) {
			need += posting_at(p, i, k)->tf;
			rc = ik_term_reach(p->terms[i], posting_at(p, i, k));
		}
	if (rc == 0)
		rc = reserve(p, need);
	to = p->room;
	for (size_t i = 0; rc == 0 && i < p->n; i++) {
		struct ik_place *t = &p->places[i];

		t->pos = t->again ? t[-1].pos : to;
		t->n = posting_at(p, i, k)->tf;
		t->at = 0;
		if (t->again)
			continue;
		rc = read_word(p, i, k, to);
		to += t->n;
	}
	return rc != 0 ? rc : ik_slop_count(p->places, p->n, p->slop, p->node.m->poll, count);
}

/* ---- a range ---- */

static float inv_of(const struct phrase *p, uint32_t r, uint32_t d)
{
	const struct ik_term *t = p->terms[0];

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

/* Many documents of the range have even the rarest term. */
static int match_masks(struct phrase *p, uint32_t r, const uint64_t within[4])
{
	uint64_t *mask = p->node.mask;
	int rc = 0;

	memcpy(mask, within, 4 * sizeof *mask);
	for (size_t i = 0; rc == 0 && i < p->n_found && !ik_mask_empty(mask); i++)
		rc = ik_node_narrow(&p->found[i]->node, r, 0, mask);
	return rc;
}

/* The documents of `within` that have all terms, whatever their positions. */
static int match_terms(struct phrase *p, uint32_t r, const uint64_t within[4])
{
	uint64_t *mask = p->node.mask;
	int rc;

	if (p->met || p->narrowed == r) {
		memcpy(mask, within, 4 * sizeof *mask);
		return 0;
	}
	rc = p->meet->docs(p->found, p->n_found, r, mask);
	if (rc == IK_MEET_DENSE)
		return match_masks(p, r, within);
	for (unsigned w = 0; w < 4; w++)
		mask[w] &= within[w];
	return rc;
}

/* Does the document have a term too seldom to pass `cut`? 1, 0, INK_ECORRUPT. */
static int is_rare(const struct phrase *p, struct ik_term *t, uint32_t r, uint32_t d, float cut)
{
	uint32_t place, tf = 0;
	int rc = p->meet->place(t, r, d, &place, &tf);

	return rc != 0 ? rc : (float)tf * inv_of(p, r, d) <= cut;
}

/* May it have the phrase so often that it scores enough? 1, 0, INK_ECORRUPT. */
static int is_enough(const struct phrase *p, uint32_t r, uint32_t d, float cut)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->n_at; i++)
		rc = p->places[i].again ? 0 : is_rare(p, p->terms[i], r, d, cut);
	for (size_t i = 0; rc == 0 && i < p->n_more; i++)
		rc = is_rare(p, p->more[i], r, d, cut);
	return rc < 0 ? rc : !rc;
}

/* Leave those of *n documents that may have it so often. */
static int keep_enough(const struct phrase *p, uint32_t r, float cut, uint8_t *docs, uint32_t *n)
{
	uint32_t kept = 0;
	int rc = 0;

	for (uint32_t k = 0; rc >= 0 && k < *n; k++) {
		rc = is_enough(p, r, docs[k], cut);
		docs[kept] = docs[k];
		kept += rc == 1;
	}
	*n = kept;
	return rc < 0 ? rc : 0;
}

/* Which of n documents have it, and how often; a batch at most. */
static int match_some(struct phrase *p, uint32_t r, const uint8_t *docs, uint32_t n)
{
	int rc = find_postings(p, r, docs, n);

	for (uint32_t k = 0; rc == 0 && k < n; k++) {
		uint32_t d = docs[k], count = 0;

		rc = p->slop == 0 ? count_exact(p, r, docs[k], k, &count) : count_near(p, k, &count);
		p->freq[d] = count;
		p->node.mask[d / 64] |= (uint64_t)(count > 0) << (d % 64);
	}
	return rc;
}

static int match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	struct phrase *p = phrase_of(node);
	float cut = cut_of(p);
	uint8_t docs[IK_DOCS_ROOM];
	int rc = match_terms(p, r, within);
	uint32_t n = rc == 0 ? node->m->kernel->docs(node->mask, docs) : 0;

	memset(node->mask, 0, sizeof node->mask);
	if (rc == 0 && cut > 0)
		rc = keep_enough(p, r, cut, docs, &n);
	for (uint32_t k = 0; rc == 0 && k < n; k += p->batch)
		rc = match_some(p, r, docs + k, n - k < p->batch ? n - k : p->batch);
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

/* ---- opening ---- */

/* The words of the phrase and their offsets. */
static void take_words(struct phrase *p, const struct ik_phrase_spec *spec, struct ik_phrase_word *words)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < p->n; i++) {
		words[i] = (struct ik_phrase_word){ spec->terms[i], i, i };
		most = spec->offsets[i] > most ? spec->offsets[i] : most;
	}
	ik_phrase_sort(words, p->n);
	for (size_t i = 0; i < p->n; i++) {
		p->terms[i] = words[i].term;
		p->places[i] = (struct ik_place){ .shift = most - spec->offsets[words[i].at] };
		p->places[i].again = words[i].first != words[i].at;
	}
}

/* What documents are found by, each once: who has a pair has its two words. */
static void take_found(struct phrase *p, const struct ik_phrase_spec *spec, struct ik_phrase_word *words)
{
	size_t n = 0;

	for (uint32_t i = 0; i < p->n + p->n_more; i++)
		if (i >= p->n || p->n_more == 0 || !spec->in_pair[i])
			words[n++] = (struct ik_phrase_word){ spec->terms[i], i, i };
	ik_phrase_sort(words, n);
	for (size_t i = 0; i < n; i++)
		if (words[i].first == words[i].at)
			p->found[p->n_found++] = words[i].term;
}

int ik_phrase_open(struct ik_match *m, const struct ik_phrase_spec *spec, struct ik_node **out)
{
	struct phrase *p = ik_arena_zalloc(m->arena, sizeof *p);
	size_t n = spec->n;
	struct ik_phrase_word *words = ik_arena_array(m->arena, n + spec->n_more, sizeof *words);

	*out = NULL;
	if (p == NULL)
		return ik_fail_nomem(m->err);
	p->narrowed = UINT32_MAX;
	p->places = ik_arena_zalloc(m->arena, n * sizeof *p->places);
	p->n_at = spec->slop == 0 && n > 2 ? 2 : n;
	p->batch = spec->slop == 0 ? BATCH : 1;
	p->terms = ik_arena_array(m->arena, n, sizeof *p->terms);
	p->found = ik_arena_array(m->arena, n + spec->n_more, sizeof *p->found);
	p->at = ik_arena_array(m->arena, p->n_at * p->batch, sizeof *p->at);
	if (words == NULL || p->places == NULL || p->terms == NULL || p->found == NULL ||
	    p->at == NULL)
		return ik_fail_nomem(m->err);
	p->meet = ik_meet_choose(ik_cpu());
	ik_node_init(&p->node, &phrase_ops, m);
	p->n = n;
	p->more = spec->terms + n;
	p->n_more = spec->n_more;
	p->slop = spec->slop;
	p->weight = spec->weight;
	p->ws = spec->weight * m->scale;
	take_words(p, spec, words);
	take_found(p, spec, words);
	*out = &p->node;
	return 0;
}

int ik_is_phrase(const struct ik_node *node)
{
	return node->ops == &phrase_ops;
}

int ik_phrase_narrow(struct ik_node *node, uint32_t r, uint64_t mask[4])
{
	struct phrase *p = phrase_of(node);
	int rc;

	if (!ik_is_phrase(node))
		return 0;
	rc = match_terms(p, r, mask);
	memcpy(mask, node->mask, sizeof node->mask);
	p->narrowed = r;
	return rc;
}

size_t ik_phrase_terms(struct ik_node *node, struct ik_term *const **out)
{
	if (!ik_is_phrase(node))
		return 0;
	*out = phrase_of(node)->found;
	return phrase_of(node)->n_found;
}

void ik_phrase_met(struct ik_node *node)
{
	phrase_of(node)->met = 1;
}
