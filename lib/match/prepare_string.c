/*
 * prepare_string.c - words in order, and strings exactly as they stand, as conditions.
 *
 * Layer: match.
 *
 * A string of a script without blanks is found as a substring: its grams in
 * order are that. Where something stands between them, or positions are
 * missing, they find candidates, and the stored text decides; without it,
 * words of other scripts are all that can be asked for beside grams.
 */
#include <string.h>

#include "base/utf8.h"
#include "match/prepare_text.h"
#include "text/cover.h"
#include "text/pair.h"

/* The pair of words i and i + 1 of a phrase, if they are one, behind its words. */
static int add_pair(struct ik_prepare *p, uint32_t field, struct ik_prep *phrase, size_t i)
{
	const struct ik_prep *a = phrase->kids[i], *b = phrase->kids[i + 1];
	struct ik_pair_word first = { a->text, (uint32_t)a->len, ik_pair_number(a->text, a->len) };
	struct ik_pair_word second = { b->text, (uint32_t)b->len, ik_pair_number(b->text, b->len) };
	char term[IK_PAIR_MAX];
	size_t len = ik_pair_term(term, &first, &second);

	if (len == 0 || phrase->offsets[i + 1] != phrase->offsets[i] + 1)
		return 0;
	phrase->in_pair[i] = phrase->in_pair[i + 1] = 1;
	return ik_prep_term(p, ik_part_pairs(field), term, len, 0,
	                    &phrase->kids[phrase->n + phrase->n_more++]);
}

static int add_pairs(struct ik_prepare *p, uint32_t field, struct ik_prep *phrase)
{
	int rc = 0;

	phrase->in_pair = ik_arena_zalloc(p->arena, phrase->n);
	if (phrase->in_pair == NULL)
		return ik_fail_nomem(p->err);
	for (size_t i = 0; rc == 0 && i + 1 < phrase->n; i++)
		rc = add_pair(p, field, phrase, i);
	return rc;
}

/* A phrase that is a pair is found as a term, and scores as the phrase does. */
static int as_term(struct ik_prepare *p, const struct ik_prep *phrase, struct ik_prep **out)
{
	const struct ik_prep *a = phrase->kids[0], *b = phrase->kids[1];
	struct ik_prep *pair = phrase->kids[2];
	char *shown = ik_arena_alloc(p->arena, a->len + 1 + b->len);

	if (shown == NULL)
		return ik_fail_nomem(p->err);
	memcpy(shown, a->text, a->len);
	shown[a->len] = ' ';
	memcpy(shown + a->len + 1, b->text, b->len);
	pair->text = shown; /* it has been looked up */
	pair->len = a->len + 1 + b->len;
	pair->idf = a->idf + b->idf;
	pair->weight = phrase->weight;
	*out = pair;
	return 0;
}

/* Can it be told where a token stands? A prefix is many terms, and not all grams have positions. */
static int has_place(const struct ik_prepare *p, uint32_t field, const struct ik_qtoken *t)
{
	uint32_t flags = p->c->parts[ik_part(field, 1)].flags;

	if (t->part != INK_PART_GRAM)
		return 1;
	return (t->flags & IK_TOKEN_PREFIX) == 0 &&
	       (ik_list_flags(flags, t->term, t->len) & IK_PART_POSITIONS) != 0;
}

/* The tokens of one part, with their offsets from the first. */
static int add_tokens(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *c,
                      uint8_t part, float weight, struct ik_prep *phrase)
{
	uint32_t first = 0, number = ik_part(field, part == INK_PART_GRAM);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < c->list.n; i++) {
		const struct ik_qtoken *t = &c->list.v[i];
		struct ik_prep **kid = &phrase->kids[phrase->n];

		if (t->part != part || !has_place(p, field, t))
			continue;
		first = phrase->n == 0 ? t->position : first;
		phrase->offsets[phrase->n++] = t->position - first;
		rc = ik_prep_term(p, number, t->term, t->len, weight, kid);
	}
	return rc;
}

/*
 * Grams that follow from those around them, whose positions nobody has to look at: where two
 * stand that overlap or touch, no other characters can stand between (see ik_run_begin()). They
 * find documents all the same, as pairs do.
 */
static int set_implied_aside(struct ik_prepare *p, struct ik_prep *phrase)
{
	struct ik_prep **implied = ik_arena_array(p->arena, phrase->n + 1, sizeof *implied);
	size_t n = phrase->n;
	uint32_t reach = 0; /* behind the characters of those that are looked at */

	phrase->in_pair = ik_arena_zalloc(p->arena, n + 1);
	if (implied == NULL || phrase->in_pair == NULL)
		return ik_fail_nomem(p->err);
	phrase->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct ik_prep *kid = phrase->kids[i];

		if (i + 1 < n && phrase->offsets[i + 1] <= reach) {
			implied[phrase->n_more++] = kid;
			continue;
		}
		reach = phrase->offsets[i] + (uint32_t)ik_utf8_count(kid->text, kid->len);
		phrase->offsets[phrase->n] = phrase->offsets[i];
		phrase->kids[phrase->n++] = kid;
	}
	memcpy(phrase->kids + phrase->n, implied, phrase->n_more * sizeof *implied);
	return 0;
}

/* Look up the terms of a phrase, which has all their weight. */
static int weigh(struct ik_prepare *p, struct ik_prep *phrase)
{
	int rc = ik_prep_look_up(p);

	for (size_t i = 0; rc == 0 && i < phrase->n; i++) {
		phrase->weight += phrase->kids[i]->weight;
		phrase->kids[i]->weight = 0;
	}
	return rc;
}

int ik_prep_in_order(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *c, uint8_t part,
                     uint32_t slop, float weight, struct ik_prep **out)
{
	int pairs = part == INK_PART_WORD && slop == 0 &&
	            (p->c->schema->fields[field].flags & INK_PAIRS) != 0;
	size_t n = ik_qtokens_count(c, part);
	struct ik_prep *prep;
	int rc = ik_prep_new(p, IK_P_PHRASE, &prep);

	*out = prep;
	if (rc != 0)
		return rc;
	prep->slop = slop;
	prep->kids = ik_arena_array(p->arena, 2 * n + 1, sizeof *prep->kids);
	prep->offsets = ik_arena_array(p->arena, n + 1, sizeof *prep->offsets);
	if (prep->kids == NULL || prep->offsets == NULL)
		return ik_fail_nomem(p->err);
	rc = add_tokens(p, field, c, part, weight, prep);
	if (rc == 0 && pairs && prep->n > 1)
		rc = add_pairs(p, field, prep);
	if (rc == 0 && part == INK_PART_GRAM && ik_prep_is_own(p, field))
		rc = set_implied_aside(p, prep);
	if (rc == 0)
		rc = weigh(p, prep);
	if (rc == 0 && prep->n == 0) /* where a filter leaves what only a word of the user is */
		*out = NULL;
	if (rc == 0 && prep->n == 1) { /* one word is a term */
		prep->kids[0]->weight = prep->weight;
		*out = prep->kids[0];
	}
	return rc == 0 && pairs && prep->n == 2 && prep->n_more == 1 ? as_term(p, prep, out) : rc;
}

static int grams_prove(const struct ik_qtokens *c, size_t len)
{
	struct ik_cover cover = { 0, 0 };

	for (size_t i = 0; i < c->list.n; i++)
		if (c->list.v[i].part == INK_PART_GRAM)
			ik_cover_add(&cover, c->list.v[i].start, c->list.v[i].end);
	return ik_cover_is_whole(&cover, len);
}

/* What stored text has to hold, as typed and folded. */
static int take_text(struct ik_prepare *p, const char *text, size_t len, struct ik_prep *out)
{
	struct ik_buf folded;
	int rc;

	ik_buf_init(&folded, SIZE_MAX / 4);
	rc = ik_fold_text(out->analyzer, text, len, &folded, p->err);
	if (rc == 0) {
		out->typed = ik_arena_strndup(p->arena, text, len);
		out->typed_len = len;
		out->text = ik_arena_strndup(p->arena, (const char *)folded.data, folded.len);
		out->len = folded.len;
		if (out->typed == NULL || out->text == NULL)
			rc = ik_fail_nomem(p->err);
	}
	ik_buf_free(&folded);
	return rc;
}

int ik_prep_verified(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                     struct ik_prep *candidates, struct ik_prep **out)
{
	struct ik_prep *prep;
	int rc = ik_prep_new(p, IK_P_VERIFY, &prep);

	*out = prep;
	if (rc != 0)
		return rc;
	prep->kids = ik_arena_alloc(p->arena, sizeof *prep->kids);
	if (prep->kids == NULL)
		return ik_fail_nomem(p->err);
	prep->kids[0] = candidates;
	prep->n = 1;
	prep->field = field;
	prep->analyzer = p->c->analyzers[field];
	return take_text(p, text, len, prep);
}

/* ---- words as documents have them: with the user's, or as before those were there ---- */

static int same_words(const struct ik_qtokens *a, const struct ik_qtokens *b)
{
	if (a->list.n != b->list.n)
		return 0;
	for (size_t i = 0; i < a->list.n; i++) {
		const struct ik_qtoken *x = &a->list.v[i], *y = &b->list.v[i];

		if (x->part != y->part || x->len != y->len || x->position != y->position ||
		    memcmp(x->term, y->term, x->len) != 0)
			return 0;
	}
	return 1;
}

int ik_prep_words_in_order(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                           const struct ik_qtokens *c, uint32_t slop, float weight,
                           struct ik_prep **out)
{
	const struct ik_lexicon *lexicon = ik_analysis_lexicon(p->analysis);
	struct ik_prep *kids[2] = { NULL, NULL };
	struct ik_qtokens before = { 0 };
	int rc = ik_prep_in_order(p, field, c, INK_PART_WORD, slop, weight, &kids[0]);

	if (rc == 0 && lexicon != NULL) {
		ik_analysis_set_lexicon(p->analysis, NULL);
		rc = ik_qtokens_collect(&before, p, field, IK_FOR_PHRASE, text, len);
		ik_analysis_set_lexicon(p->analysis, lexicon);
		if (rc == 0 && !same_words(c, &before))
			rc = ik_prep_in_order(p, field, &before, INK_PART_WORD, slop, weight,
			                      &kids[1]);
	}
	ik_qtokens_release(&before);
	return rc != 0 ? rc : ik_prep_best(p, kids, 2, out);
}

/* ---- substrings ---- */

static int is_other_word(const struct ik_qtokens *c, const struct ik_qtoken *t, size_t number)
{
	(void)number;
	return t->part == INK_PART_WORD && !ik_text_has_grams(c->text + t->start, t->end - t->start);
}

/* The words that are in no gram, in any place. */
static int other_words(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *c,
                       struct ik_prep **out)
{
	return ik_prep_join_wanted(p, field, c, is_other_word, 0, INK_MUST, 0, out);
}

static size_t count_grams_with_places(const struct ik_prepare *p, uint32_t field,
                                      const struct ik_qtokens *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->list.n; i++)
		n += c->list.v[i].part == INK_PART_GRAM && has_place(p, field, &c->list.v[i]);
	return n;
}

int ik_prep_substring(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                      const struct ik_qtokens *c, struct ik_prep **out)
{
	static const int32_t occur[3] = { INK_MUST, INK_MUST, INK_MUST };
	int stored = (p->c->schema->fields[field].flags & INK_STORED) != 0;
	size_t grams = ik_qtokens_count(c, INK_PART_GRAM);
	size_t ordered = count_grams_with_places(p, field, c);
	int proven = grams_prove(c, len) && (grams == 1 || ordered == grams);
	struct ik_prep *kids[3] = { NULL, NULL, NULL };
	int rc = 0;

	if (ordered > 1)
		rc = ik_prep_in_order(p, field, c, INK_PART_GRAM, 0, 0, &kids[0]);
	if (rc == 0 && (ordered < 2 || ordered < grams))
		rc = ik_prep_join(p, field, c, INK_PART_GRAM, INK_MUST, 0, &kids[1]);
	if (rc == 0 && !stored && !proven)
		rc = other_words(p, field, c, &kids[2]);
	if (rc == 0)
		rc = ik_prep_bool(p, kids, occur, 3, 0, out);
	return rc == 0 && stored && !proven ? ik_prep_verified(p, field, text, len, *out, out) : rc;
}
