/*
 * prepare_pairs.c - neighbours of a question that are neighbours in a document as well.
 *
 * Layer: match. A ranked OR knows nothing of order. In a question of several
 * words of alphabets, each two that stand side by side, function words left
 * out, are looked for as a phrase that counts a little more. Scripts without
 * blanks need no phrases, which read twice the postings there: a bigram whose
 * characters are of two words says that these are neighbours, and counts more
 * than one that repeats a part of a word.
 * Source: D. Metzler and W. B. Croft, "A Markov random field model for term
 * dependencies", SIGIR 2005 (sequential dependence).
 */
#include "match/prepare_text.h"

#define PAIR_WEIGHT 0.2f /* of the two words */
#define WORDS_MIN 3u     /* shorter texts are names rather than questions */
#define GAP_MAX 3u       /* positions: up to two function words between */

static int is_word(const struct ik_qtoken *t)
{
	return t->part == INK_PART_WORD && t->flags == 0 &&
	       ((t->term[0] >= 'a' && t->term[0] <= 'z') || (t->term[0] & 0x80) != 0);
}

/* The next word from i on, or the end of the list. */
static size_t next_word(const struct ik_qtokens *c, size_t i)
{
	while (i < c->list.n && !is_word(&c->list.v[i]))
		i++;
	return i;
}

static int is_question(const struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                       const struct ik_qtokens *c)
{
	size_t words = 0;

	for (size_t i = next_word(c, 0); i < c->list.n; i = next_word(c, i + 1))
		words++;
	return words >= WORDS_MIN && ik_analyzer_has_grams(p->c->analyzers[field]) &&
	       (p->c->parts[ik_part(field, 0)].flags & IK_PART_POSITIONS) != 0 &&
	       !ik_text_has_grams(text, len);
}

int ik_prep_add_pairs(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                      const struct ik_qtokens *c, float weight, struct ik_prep **out)
{
	struct ik_prep **kids;
	int32_t *occurs;
	size_t n = 0, i = next_word(c, 0);
	int rc = 0;

	if (p->unscored || *out == NULL || !is_question(p, field, text, len, c))
		return 0;
	kids = ik_arena_array(p->arena, c->list.n + 1, sizeof *kids);
	occurs = ik_arena_array(p->arena, c->list.n + 1, sizeof *occurs);
	if (kids == NULL || occurs == NULL)
		return ik_fail_nomem(p->err);
	occurs[n] = INK_SHOULD;
	kids[n++] = *out;
	while (rc == 0 && i < c->list.n) {
		size_t next = next_word(c, i + 1);
		struct ik_qtoken two[2] = { c->list.v[i] };
		struct ik_qtokens pair = { .p = p };

		if (next < c->list.n &&
		    c->list.v[next].position - c->list.v[i].position - 1 < GAP_MAX) {
			two[1] = c->list.v[next];
			pair.list.v = two;
			pair.list.n = 2;
			occurs[n] = INK_SHOULD;
			rc = ik_prep_in_order(p, field, &pair, INK_PART_WORD, 0,
			                      weight * PAIR_WEIGHT, &kids[n]);
			if (rc == 0)
				kids[n]->implied = 1; /* the text has both words */
			n++;
		}
		i = next;
	}
	return rc != 0 || n == 1 ? rc : ik_prep_bool(p, kids, occurs, n, 0, out);
}

static int is_bigram(const struct ik_qtoken *t)
{
	size_t chars = 0;

	for (uint32_t i = 0; i < t->len; i++)
		chars += (t->term[i] & 0xC0) != 0x80;
	return t->part == INK_PART_GRAM && (t->flags & IK_TOKEN_PREFIX) == 0 && chars == 2 &&
	       (t->term[0] & 0x80) != 0; /* else an exact form */
}

/* A word around a gram: who has the word has the gram. One of a user may be joined of others. */
static int holds_gram(const struct ik_qtoken *word, const struct ik_qtoken *gram)
{
	return word->flags == 0 && ik_text_has_grams(gram->term, gram->len);
}

/* An exact form right behind its word: who has the form has the word. */
static int is_form_of(const struct ik_qtoken *form, const struct ik_qtoken *word)
{
	return form->part == INK_PART_GRAM && word->part == INK_PART_WORD && form->flags == 0 &&
	       word->flags == 0 && form->start == word->start && form->end == word->end &&
	       !ik_text_has_grams(form->term, form->len);
}

/* Words and grams come in the order of the text: one walk over each, however long it is. */
void ik_qtokens_mark(struct ik_qtokens *c)
{
	struct ik_qtoken *v = c->list.v;
	size_t word = 0;

	for (size_t i = 0; i < c->list.n; i++) {
		if (i > 0 && is_form_of(&v[i], &v[i - 1]))
			v[i].implied = 1;
		if (!is_bigram(&v[i]))
			continue;
		while (word < c->list.n &&
		       (v[word].part != INK_PART_WORD || v[word].end < v[i].end))
			word++;
		v[i].across = word == c->list.n || v[word].start > v[i].start;
		if (!v[i].across && holds_gram(&v[word], &v[i]))
			v[word].implied = 1;
	}
}
