/*
 * phrase_count.c - how often documents have a phrase, by positions.
 *
 * Layer: match. The positions of the rarest two words are compared first, as most
 * documents have none that fit; what is left is looked for among those of the others.
 */
#include "match/phrase_impl.h"

static int reserve(struct ik_phrase *p, size_t need)
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
static struct ik_posting *posting_at(const struct ik_phrase *p, size_t i, uint32_t k)
{
	return &p->at[i * p->batch + k];
}

static int find_postings(struct ik_phrase *p, uint32_t r, const uint8_t *docs, uint32_t n)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->n_at; i++)
		rc = ik_term_postings(p->terms[i], r, docs, n, posting_at(p, i, 0));
	return rc;
}

/* The positions of word i in document k, which is reached, to `to`. */
static int read_word(struct ik_phrase *p, size_t i, uint32_t k, uint32_t *to)
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
static int may_meet(struct ik_phrase *p, const struct ik_posting *a, uint32_t shift_a,
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
static int meet_words(struct ik_phrase *p, uint32_t k, uint32_t *n)
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
static int keep_word(struct ik_phrase *p, size_t i, uint32_t r, uint8_t d, uint32_t *v, uint32_t *n)
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

static int count_exact(struct ik_phrase *p, uint32_t r, uint8_t d, uint32_t k, uint32_t *count)
{
	uint32_t n = 0;
	int rc = meet_words(p, k, &n);

	for (size_t i = 2; rc == 0 && i < p->n && n > 0; i++)
		rc = keep_word(p, i, r, d, p->room, &n);
	*count = rc == 0 ? distinct(p->room, n) : 0;
	return rc;
}

/* Windows of all positions of all words. */
static int count_near(struct ik_phrase *p, uint32_t k, uint32_t *count)
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

int ik_phrase_count(struct ik_phrase *p, uint32_t r, const uint8_t *docs, uint32_t n)
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
