/*
 * prepare_user.c - words of the user's dictionary, and synonyms, in ranked text.
 *
 * Layer: match. Either is one thing that documents have in several ways, so
 * the best of them counts, not their sum. Grams know no dictionary and stand
 * beside a word of the user as beside any other.
 */
#include <string.h>

#include "base/utf8.h"
#include "match/prepare_text.h"

/* ---- words of the dictionary ---- */

int ik_has_signs(const char *term, size_t len)
{
	const char *p = term, *end = term + len;
	uint32_t cp;

	while (p < end) {
		p = ik_utf8_next(p, end, &cp);
		if (ik_fold_class(ik_fold_entry(cp)) == IK_CLASS_OTHER)
			return 1;
	}
	return 0;
}

/* How documents from before the word was there have it; NULL *out when they have it alike. */
static int prepare_before(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *tokens,
                          const struct ik_qtoken *t, float weight, struct ik_prep **out)
{
	const struct ik_lexicon *lexicon = ik_analysis_lexicon(p->analysis);
	int positions = (p->c->schema->fields[field].flags & INK_NO_POSITIONS) == 0;
	struct ik_qtokens before = { 0 };
	size_t n, i = 0;
	int rc;

	*out = NULL;
	ik_analysis_set_lexicon(p->analysis, NULL);
	rc = ik_qtokens_collect(&before, p, field, IK_FOR_PHRASE, tokens->text + t->start,
	                        t->end - t->start);
	ik_analysis_set_lexicon(p->analysis, lexicon);
	n = ik_qtokens_count(&before, INK_PART_WORD);
	while (n == 1 && before.list.v[i].part != INK_PART_WORD)
		i++;
	if (n == 1 && before.list.v[i].len == t->len &&
	    memcmp(before.list.v[i].term, t->term, t->len) == 0)
		n = 0;
	if (rc == 0 && (n == 1 || (n > 1 && positions)))
		rc = ik_prep_in_order(p, field, &before, INK_PART_WORD, 0, weight, out);
	ik_qtokens_release(&before);
	return rc;
}

/*
 * Few documents may have the term and many its parts, or the reverse. Both
 * are the same word, which is as frequent as the more frequent way of having it.
 */
static void level(struct ik_prep *a, struct ik_prep *b)
{
	float least = a->weight < b->weight ? a->weight : b->weight;

	a->weight = b->weight = least;
}

int ik_prep_user_word(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *tokens,
                      const struct ik_qtoken *t, float weight, struct ik_prep **out)
{
	struct ik_prep *kids[2] = { NULL, NULL };
	int rc = ik_prep_term(p, ik_part(field, 0), t->term, t->len, weight, &kids[0]);

	if (rc == 0 && !ik_has_signs(t->term, t->len))
		rc = prepare_before(p, field, tokens, t, weight, &kids[1]);
	if (rc == 0)
		rc = ik_prep_look_up(p);
	if (rc == 0 && kids[1] != NULL)
		level(kids[0], kids[1]);
	return rc != 0 ? rc : ik_prep_best(p, kids, 2, out);
}

/* ---- synonyms ---- */

/* Matches that a word of this field lies across mean nothing in it: crossed[i] for match i. */
static void find_crossed(const struct ik_qtokens *c, uint8_t *crossed)
{
	const struct ik_synonym_match *m = c->units->list.v;
	size_t n = c->units->list.n;

	for (size_t i = 0; i < c->list.n; i++) {
		const struct ik_qtoken *t = &c->list.v[i];
		size_t lo = 0, hi = n;

		if (t->part != INK_PART_WORD || t->unit != 0)
			continue;
		while (lo < hi) { /* the first match that ends behind the token's start */
			size_t mid = lo + (hi - lo) / 2;

			if (m[mid].end <= t->start)
				lo = mid + 1;
			else
				hi = mid;
		}
		for (; lo < n && m[lo].start < t->end; lo++)
			crossed[lo] = 1;
	}
	for (size_t i = 0; i < c->list.n; i++)
		if (c->list.v[i].unit != 0 && crossed[c->list.v[i].unit - 1])
			c->list.v[i].unit = 0;
}

/*
 * The tokens in the order of their units, and those of one as the text has them: unit i of n + 1
 * ends before ends[i].
 */
static int sort_by_unit(struct ik_qtokens *c, size_t n, size_t **ends)
{
	struct ik_arena *arena = c->p->arena;
	struct ik_qtoken *sorted = ik_arena_array(arena, c->list.n + 1, sizeof *sorted);
	size_t *at = ik_arena_zalloc(arena, (n + 2) * sizeof *at);

	if (sorted == NULL || at == NULL)
		return ik_fail_nomem(c->p->err);
	for (size_t i = 0; i < c->list.n; i++)
		at[c->list.v[i].unit + 1]++;
	for (size_t u = 0; u <= n; u++)
		at[u + 1] += at[u];
	for (size_t i = 0; i < c->list.n; i++)
		sorted[at[c->list.v[i].unit]++] = c->list.v[i];
	c->list.v = sorted;
	*ends = at;
	return 0;
}

static int is_any(const struct ik_qtokens *c, const struct ik_qtoken *t, size_t number)
{
	(void)c;
	(void)t;
	(void)number;
	return 1;
}

/* The tokens of one unit, 0 for those of none, as a union: of each, implied by another or not. */
static int prepare_unit(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *c,
                        const size_t *ends, size_t unit, float weight, struct ik_prep **out)
{
	struct ik_qtokens own = *c;
	size_t from = unit > 0 ? ends[unit - 1] : 0;

	own.list.v += from;
	own.list.n = ends[unit] - from;
	return ik_prep_join_wanted(p, field, &own, is_any, unit, INK_SHOULD, weight, out);
}

/* What was typed of a unit, and its synonyms: required strings, so that no half of one is found. */
static int add_synonyms(struct ik_prepare *p, uint32_t field, const struct ik_synonym_match *match,
                        double boost, struct ik_prep **unit)
{
	const char *text[IK_ALTERNATIVES_MAX];
	size_t len[IK_ALTERNATIVES_MAX];
	struct ik_prep *others[IK_ALTERNATIVES_MAX];
	uint32_t n = ik_synonyms_list(ik_analysis_lexicon(p->analysis), match, text, len);
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = ik_prep_required(p, field, text[i], len[i], boost, &others[i]);
	return rc != 0 ? rc : ik_prep_with_synonyms(p, *unit, others, n, unit);
}

static int prepare_units(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                         const struct ik_synonym_matches *found, double boost,
                         struct ik_prep **out)
{
	struct ik_qtokens c = { .join_repeats = 1, .units = found };
	struct ik_prep **kids = ik_arena_array(p->arena, found->list.n + 1, sizeof *kids);
	int32_t *occur = ik_arena_array(p->arena, found->list.n + 1, sizeof *occur);
	uint8_t *crossed = ik_arena_zalloc(p->arena, found->list.n);
	float weight = ik_prep_field_weight(p, field, boost);
	size_t *ends = NULL;
	int rc;

	if (kids == NULL || occur == NULL || crossed == NULL)
		return ik_fail_nomem(p->err);
	rc = ik_qtokens_collect(&c, p, field, IK_FOR_ANY, text, len);
	if (rc == 0) {
		find_crossed(&c, crossed);
		rc = sort_by_unit(&c, found->list.n, &ends);
	}
	for (size_t i = 0; rc == 0 && i <= found->list.n; i++) {
		occur[i] = INK_SHOULD;
		rc = prepare_unit(p, field, &c, ends, i, weight, &kids[i]);
		if (rc == 0 && i > 0 && !crossed[i - 1])
			rc = add_synonyms(p, field, &found->list.v[i - 1], boost, &kids[i]);
	}
	ik_qtokens_release(&c);
	return rc != 0 ? rc : ik_prep_bool(p, kids, occur, found->list.n + 1, 0, out);
}

int ik_prep_match(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                  double boost, struct ik_prep **out)
{
	struct ik_synonym_matches found;
	int rc = ik_synonyms_find(ik_analysis_lexicon(p->analysis), p->analysis, text, len, &found,
	                          p->err);

	*out = NULL;
	if (rc == 0 && found.list.n == 0)
		rc = ik_prep_match_plain(p, field, text, len, boost, out);
	else if (rc == 0)
		rc = prepare_units(p, field, text, len, &found, boost, out);
	ik_vec_free(&found.list);
	return rc;
}
