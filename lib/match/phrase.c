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
#include "match/phrase_impl.h"

#include <float.h>
#include <string.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "match/phrase_words.h"

/* A phrase occurs no more often than its rarest term or pair, so the least bound holds for it. */
static void bounds(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out)
{
	struct ik_phrase *p = ik_phrase_of(node);
	struct ik_match *m = node->m;
	uint16_t *child = ik_match_enter(m);

	ik_term_bounds(p->found[0], p->weight, from, n, out);
	for (size_t i = 1; i < p->n_found; i++) {
		ik_term_bounds(p->found[i], p->weight, from, n, child);
		m->kernel->least(out, child, n);
	}
	ik_match_leave(m);
}

/* ---- a range ---- */

static float inv_of(const struct ik_phrase *p, uint32_t r, uint32_t d)
{
	const struct ik_term *t = p->terms[0];

	return t->bm25->inv[t->part->norms != NULL ? t->part->norms[r * IK_RANGE + d] : 0];
}

/*
 * Where the phrase decides alone about the score: a document of which tf * inv
 * is no more than this does not score more than theta. u = tf inv / (1 + tf inv)
 * is taken a little lower, as scores are rounded.
 */
static float cut_of(const struct ik_phrase *p)
{
	const struct ik_match *m = p->node.m;
	double u = (double)m->theta / (double)p->ws - 1e-6;

	if (m->root != &p->node || !(p->ws > 0) || u <= 0)
		return 0;
	return u < 1 ? (float)(u / (1 - u)) : FLT_MAX;
}

/* Many documents of the range have even the rarest term. */
static int match_masks(struct ik_phrase *p, uint32_t r, const uint64_t within[4])
{
	uint64_t *mask = p->node.mask;
	int rc = 0;

	memcpy(mask, within, 4 * sizeof *mask);
	for (size_t i = 0; rc == 0 && i < p->n_found && !ik_mask_empty(mask); i++)
		rc = ik_node_narrow(&p->found[i]->node, r, 0, mask);
	return rc;
}

/* The documents of `within` that have all terms, whatever their positions. */
static int match_terms(struct ik_phrase *p, uint32_t r, const uint64_t within[4])
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
static int is_rare(const struct ik_phrase *p, struct ik_term *t, uint32_t r, uint32_t d, float cut)
{
	uint32_t place, tf = 0;
	int rc = p->meet->place(t, r, d, &place, &tf);

	return rc != 0 ? rc : (float)tf * inv_of(p, r, d) <= cut;
}

/* May it have the phrase so often that it scores enough? 1, 0, INK_ECORRUPT. */
static int is_enough(const struct ik_phrase *p, uint32_t r, uint32_t d, float cut)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->n_at; i++)
		rc = p->places[i].again ? 0 : is_rare(p, p->terms[i], r, d, cut);
	for (size_t i = 0; rc == 0 && i < p->n_more; i++)
		rc = is_rare(p, p->more[i], r, d, cut);
	return rc < 0 ? rc : !rc;
}

/* Leave those of *n documents that may have it so often. */
static int keep_enough(const struct ik_phrase *p, uint32_t r, float cut, uint8_t *docs, uint32_t *n)
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

static int match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	struct ik_phrase *p = ik_phrase_of(node);
	float cut = cut_of(p);
	uint8_t docs[IK_DOCS_ROOM];
	int rc = match_terms(p, r, within);
	uint32_t n = rc == 0 ? node->m->kernel->docs(node->mask, docs) : 0;

	memset(node->mask, 0, sizeof node->mask);
	if (rc == 0 && cut > 0)
		rc = keep_enough(p, r, cut, docs, &n);
	for (uint32_t k = 0; rc == 0 && k < n; k += p->batch)
		rc = ik_phrase_count(p, r, docs + k, n - k < p->batch ? n - k : p->batch);
	return rc;
}

static int score(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	struct ik_phrase *p = ik_phrase_of(node);

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
	const struct ik_phrase *p = ik_phrase_of(node);
	int32_t score = p->weight > 0 ? ik_bm25_points(p->ws, p->freq[d], inv_of(p, r, d)) : 0;

	ik_explain_line(out, indent, "%.6f = phrase of %zu terms, %u times: weight %.6f * tf part",
	                ik_score_of(node->m, score), p->n, p->freq[d], (double)p->weight);
	return 0;
}

static const struct ik_node_ops phrase_ops = { bounds, match, score, explain, NULL };

/* ---- opening ---- */

/* The words of the phrase and their offsets. */
static void take_words(struct ik_phrase *p, const struct ik_phrase_spec *spec,
                       struct ik_phrase_word *words)
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
static void take_found(struct ik_phrase *p, const struct ik_phrase_spec *spec,
                       struct ik_phrase_word *words)
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
	struct ik_phrase *p = ik_arena_zalloc(m->arena, sizeof *p);
	size_t n = spec->n;
	struct ik_phrase_word *words = ik_arena_array(m->arena, n + spec->n_more, sizeof *words);

	*out = NULL;
	if (p == NULL)
		return ik_fail_nomem(m->err);
	p->narrowed = UINT32_MAX;
	p->places = ik_arena_zalloc(m->arena, n * sizeof *p->places);
	p->n_at = spec->slop == 0 && n > 2 ? 2 : n;
	p->batch = spec->slop == 0 ? IK_PHRASE_BATCH : 1;
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
	struct ik_phrase *p = ik_phrase_of(node);
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
	*out = ik_phrase_of(node)->found;
	return ik_phrase_of(node)->n_found;
}

void ik_phrase_met(struct ik_node *node)
{
	ik_phrase_of(node)->met = 1;
}
