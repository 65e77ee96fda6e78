/*
 * prepare_text.c - required words and phrases.
 *
 * Layer: match. A condition (prepare_string.c) says which documents match; a
 * ranked OR of the text (prepare_tokens.c) makes the score.
 */
#include <string.h>

#include "match/prepare_text.h"

/* `condition` has to match; what a ranked OR of the text finds makes the score. */
static int with_condition(struct ik_prepare *p, struct ik_prep *condition, struct ik_prep *match,
                          struct ik_prep **out)
{
	struct ik_prep *kids[2] = { condition, match };
	const int32_t occur[2] = { INK_FILTER, INK_SHOULD };

	return ik_prep_bool(p, kids, occur, 2, 0, out);
}

static int scored_by_match(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                           double boost, struct ik_prep *condition, struct ik_prep **out)
{
	struct ik_prep *match = NULL;
	int rc = p->unscored ? 0 : ik_prep_match_plain(p, field, text, len, boost, &match);

	return rc != 0 ? rc : with_condition(p, condition, match, out);
}

/* ---- one plain word ---- */

static int is_term(const struct ik_prep *prep, uint32_t part, const struct ik_qtoken *t)
{
	return prep->kind == IK_P_TERM && prep->part == part && prep->len == t->len &&
	       memcmp(prep->text, t->term, t->len) == 0;
}

/* Require the word where the ranked OR has it: it then is both condition and score. */
static int require_word(struct ik_prep *match, uint32_t part, const struct ik_qtoken *t)
{
	if (match == NULL || match->kind != IK_P_BOOL)
		return match != NULL && is_term(match, part, t);
	for (size_t i = 0; i < match->n; i++)
		if (match->occur[i] == INK_SHOULD && is_term(match->kids[i], part, t)) {
			match->occur[i] = INK_MUST;
			return 1;
		}
	return 0;
}

static int plain_word(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                      double boost, const struct ik_qtokens *c, struct ik_prep **out)
{
	const struct ik_qtoken *t = &c->list.v[0];
	struct ik_prep *match, *condition = NULL;
	int rc;

	/* Only the default chain tells a ranked text from a required one. */
	if (p->unscored || !ik_analyzer_has_grams(p->c->analyzers[field]))
		return ik_prep_token(p, field, c, t, ik_prep_field_weight(p, field, boost), out);
	rc = ik_prep_match_plain(p, field, text, len, boost, &match);
	if (rc == 0 && require_word(match, ik_part(field, 0), t)) {
		*out = match;
		return 0;
	}
	if (rc == 0)
		rc = ik_prep_token(p, field, c, t, 0, &condition);
	return rc != 0 ? rc : with_condition(p, condition, match, out);
}

/* ---- compounds and strings ---- */

/* The joined form of all that `parts` are, or NULL. */
static const struct ik_qtoken *find_joined(const struct ik_qtokens *all,
                                           const struct ik_qtokens *parts)
{
	for (size_t i = 0; i < all->list.n; i++) {
		const struct ik_qtoken *t = &all->list.v[i];

		if ((t->flags & IK_TOKEN_JOINED) != 0 && t->start <= parts->list.v[0].start &&
		    t->end >= parts->list.v[parts->list.n - 1].end)
			return t;
	}
	return NULL;
}

/*
 * A word that falls into parts ("GPT-4"): the joined form or the parts in
 * order. One whose signs the parts lose ("C*") is looked for in stored text.
 */
static int compound(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                    const struct ik_qtokens *parts, struct ik_prep **out)
{
	const struct ik_field *f = &p->c->schema->fields[field];
	const int32_t should[2] = { INK_SHOULD, INK_SHOULD };
	struct ik_prep *kids[2] = { NULL, NULL };
	struct ik_qtokens all = { .join_repeats = 1 };
	const struct ik_qtoken *joined = NULL;
	int rc = ik_qtokens_collect(&all, p, field, IK_FOR_ANY, text, len), signs;

	if (rc == 0)
		joined = find_joined(&all, parts);
	if (joined != NULL)
		rc = ik_prep_token(p, field, &all, joined, 0, &kids[0]);
	signs = joined != NULL && (joined->flags & IK_TOKEN_USER) != 0 &&
	        ik_has_signs(joined->term, joined->len);
	if (rc == 0 && (!signs || (f->flags & INK_STORED) != 0)) {
		if ((f->flags & INK_NO_POSITIONS) == 0)
			rc = ik_prep_in_order(p, field, parts, INK_PART_WORD, 0, 0, &kids[1]);
		else
			rc = ik_prep_join(p, field, parts, INK_PART_WORD, INK_MUST, 0, &kids[1]);
		if (rc == 0 && signs)
			rc = ik_prep_verified(p, field, text + joined->start,
			                      joined->end - joined->start, kids[1], &kids[1]);
	}
	ik_qtokens_release(&all);
	return rc != 0 ? rc : ik_prep_bool(p, kids, should, 2, 0, out);
}

/*
 * A required string of a script without blanks. Where Latin is mixed in, its
 * words in order will do as well: "A100 芯片" has what "A100芯片" asks for.
 */
static int required_string(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                           const struct ik_qtokens *c, struct ik_prep **out)
{
	int positions = (p->c->parts[ik_part(field, 0)].flags & IK_PART_POSITIONS) != 0;
	const int32_t should[2] = { INK_SHOULD, INK_SHOULD };
	struct ik_prep *kids[2] = { NULL, NULL };
	int rc = ik_prep_substring(p, field, text, len, c, &kids[0]);

	if (rc == 0 && positions && ik_prep_has_latin(text, len) && ik_qtokens_count(c, INK_PART_WORD) > 0)
		rc = ik_prep_words_in_order(p, field, text, len, c, 0, 0, &kids[1]);
	return rc != 0 ? rc : ik_prep_bool(p, kids, should, 2, 0, out);
}

int ik_prep_required(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                     double boost, struct ik_prep **out)
{
	struct ik_qtokens c = { 0 };
	struct ik_prep *condition = NULL;
	int rc = ik_qtokens_collect(&c, p, field, IK_FOR_PHRASE, text, len);
	int grams = rc == 0 && ik_qtokens_count(&c, INK_PART_GRAM) > 0;

	*out = NULL;
	if (rc == 0 && c.list.n == 1 && !grams && ik_analysis_lexicon(p->analysis) == NULL) {
		rc = plain_word(p, field, text, len, boost, &c, out);
	} else if (rc == 0 && c.list.n > 0) {
		if (grams)
			rc = required_string(p, field, text, len, &c, &condition);
		else
			rc = compound(p, field, text, len, &c, &condition);
		if (rc == 0)
			rc = scored_by_match(p, field, text, len, boost, condition, out);
	}
	ik_qtokens_release(&c);
	return rc;
}

int ik_prep_phrase(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                   uint32_t slop, double boost, struct ik_prep **out)
{
	const struct ik_field *f = &p->c->schema->fields[field];
	struct ik_prep *condition = NULL;
	struct ik_qtokens c = { 0 };
	int rc = ik_qtokens_collect(&c, p, field, IK_FOR_PHRASE, text, len);

	*out = NULL;
	if (rc == 0 && c.list.n > 1 && (f->flags & INK_NO_POSITIONS) != 0 &&
	    (slop > 0 || ik_qtokens_count(&c, INK_PART_GRAM) == 0))
		rc = ik_fail(p->err, INK_EUNSUPPORTED,
		             "field \"%s\" has no positions, so no phrases can be found in it",
		             f->name);
	else if (rc == 0 && slop == 0 && ik_qtokens_count(&c, INK_PART_GRAM) > 0) {
		rc = ik_prep_substring(p, field, text, len, &c, &condition);
		if (rc == 0)
			rc = scored_by_match(p, field, text, len, boost, condition, out);
	} else if (rc == 0 && ik_qtokens_count(&c, INK_PART_WORD) > 0)
		rc = ik_prep_words_in_order(p, field, text, len, &c, slop,
		                            ik_prep_field_weight(p, field, boost), out);
	ik_qtokens_release(&c);
	return rc;
}
