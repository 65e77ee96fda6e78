/*
 * xapian_text.c - analyzed text: ranked words, required words, phrases.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. Mirrors
 * lib/match/prepare_text.c, but for one thing: positions of grams are in the
 * index, so that a quoted string of a script without blanks is found by its
 * grams in order.
 */
#include <string.h>

#include "backend/xapian_tokens.h"
#include "match/prepare.h"
#include "text/stem.h"

#define GRAM_WEIGHT 0.4 /* of a word's; lib/match/prepare_text.c says why */

static double field_weight(const struct ik_xb_build *b, uint32_t field, double boost)
{
	return boost * b->map.schema->fields[field].weight * b->unit;
}

static enum ik_xb_kind kind_of(uint8_t part)
{
	return part == INK_PART_GRAM ? IK_XB_GRAM : IK_XB_WORD;
}

static int prefix_terms(struct ik_xb_build *b, uint32_t field, const struct ik_xb_token *t,
                        double weight, struct ik_xap_query **out)
{
	char term[IK_XB_TERM_MAX];
	size_t len = ik_xb_term(&b->map, field, kind_of(t->part), t->term, t->len, term);
	struct ik_xap_query *made = NULL;
	int rc = ik_xap_query_wildcard(term, len, 0, IK_XAP_WILDCARD_ERROR, IK_XAP_SYNONYM, &made,
	                               b->err);

	rc = ik_xb_keep(b, rc, made, out);
	return rc != 0 ? rc : ik_xb_scale(b, *out, weight, out);
}

/* Other programs index words that begin with a letter by their stems, too, without positions. */
static int has_stem(const struct ik_xb_build *b, const struct ik_xb_token *t)
{
	return b->map.foreign != NULL && b->map.foreign->stem != NULL &&
	       (t->term[0] < '0' || t->term[0] > '9');
}

/* Stop words often have no stem there, and no word has one where its program does not stem. */
static int stemmed(struct ik_xb_build *b, uint32_t field, const struct ik_xb_token *t,
                   double weight, struct ik_xap_query **out)
{
	char word[IK_TERM_MAX + IK_STEM_READ] = {0}, term[IK_XB_TERM_MAX];
	const char *stem;
	int rc, has = 0;
	size_t len;

	if (b->stemmer == NULL)
		b->stemmer = ik_stem_new(b->map.foreign->stem);
	memcpy(word, t->term, t->len);
	stem = b->stemmer == NULL ? NULL : ik_stem_run(b->stemmer, word, t->len, &len);
	if (stem == NULL)
		return ik_fail_nomem(b->err);
	rc = ik_xap_db_has_term(b->db, term,
	                        ik_xb_term(&b->map, field, IK_XB_STEM, stem, len, term), &has,
	                        b->err);
	if (rc != 0)
		return rc;
	return has ? ik_xb_one_term(b, field, IK_XB_STEM, stem, len, weight, out)
	           : ik_xb_one_term(b, field, kind_of(t->part), t->term, t->len, weight, out);
}

static int one_token(struct ik_xb_build *b, uint32_t field, const struct ik_xb_token *t,
                     double weight, struct ik_xap_query **out)
{
	if (t->part == INK_PART_GRAM)
		weight *= GRAM_WEIGHT;
	weight *= t->count;
	if ((t->flags & IK_TOKEN_PREFIX) != 0)
		return prefix_terms(b, field, t, weight, out);
	if (has_stem(b, t))
		return stemmed(b, field, t, weight, out);
	return ik_xb_one_term(b, field, kind_of(t->part), t->term, t->len, weight, out);
}

/* The tokens of c that are wanted, joined. `part` < 0: of both parts. */
static int join_tokens(struct ik_xb_build *b, uint32_t field, const struct ik_xb_tokens *c,
                       int part, int op, double weight, struct ik_xap_query **out)
{
	struct ik_xap_query **kids = ik_arena_array(b->arena, c->list.n + 1, sizeof *kids);
	size_t n = 0;
	int rc = 0;

	*out = NULL;
	if (kids == NULL)
		return ik_fail_nomem(b->err);
	for (size_t i = 0; rc == 0 && i < c->list.n; i++)
		if (part < 0 || c->list.v[i].part == part)
			rc = one_token(b, field, &c->list.v[i], weight, &kids[n++]);
	return rc != 0 ? rc : ik_xb_join(b, op, kids, n, 0, out);
}

int ik_xb_match(struct ik_xb_build *b, uint32_t field, const char *text, size_t len, double boost,
                struct ik_xap_query **out)
{
	struct ik_xb_tokens c;
	int rc = ik_xb_tokens_collect(b, field, IK_FOR_ANY, text, len, 1, &c);

	*out = NULL;
	if (rc == 0)
		rc = join_tokens(b, field, &c, -1, IK_XAP_OR, field_weight(b, field, boost), out);
	ik_xb_tokens_release(&c);
	return rc;
}

/* ---- conditions ---- */

/* All terms, near each other; the score is that of a phrase. */
static int near_of(struct ik_xb_build *b, uint32_t field, const struct ik_xb_tokens *c,
                   uint8_t part, uint32_t slop, struct ik_xap_query *const *kids, size_t n,
                   struct ik_xap_query **out)
{
	struct ik_xb_offset *terms = ik_arena_array(b->arena, n, sizeof *terms);
	struct ik_xap_query *both[2] = {NULL, NULL};
	uint32_t first = 0;
	size_t k = 0;
	int rc;

	if (terms == NULL)
		return ik_fail_nomem(b->err);
	for (size_t i = 0; i < c->list.n; i++) {
		const struct ik_xb_token *t = &c->list.v[i];
		char term[IK_XB_TERM_MAX];

		if (t->part != part)
			continue;
		first = k == 0 ? t->position : first;
		terms[k].offset = t->position - first;
		terms[k].len = ik_xb_term(&b->map, field, kind_of(part), t->term, t->len, term);
		terms[k].term = ik_arena_strndup(b->arena, term, terms[k].len);
		if (terms[k++].term == NULL)
			return ik_fail_nomem(b->err);
	}
	rc = ik_xb_join(b, IK_XAP_AND, kids, n, 0, &both[0]);
	if (rc == 0)
		rc = ik_xb_near(b, terms, n, slop, &both[1]);
	return rc != 0 ? rc : ik_xb_join(b, IK_XAP_FILTER, both, 2, 0, out);
}

/* Tokens of one part in order, or moved by up to `slop` positions. */
static int phrase_of(struct ik_xb_build *b, uint32_t field, const struct ik_xb_tokens *c,
                     uint8_t part, uint32_t slop, double weight, struct ik_xap_query **out)
{
	size_t n = ik_xb_tokens_count(c, part), k = 0;
	struct ik_xap_query **kids = ik_arena_array(b->arena, n + 1, sizeof *kids);
	uint32_t first = 0, last = 0;
	int rc = 0;

	*out = NULL;
	if (kids == NULL)
		return ik_fail_nomem(b->err);
	for (size_t i = 0; rc == 0 && i < c->list.n; i++) {
		const struct ik_xb_token *t = &c->list.v[i];

		if (t->part != part)
			continue;
		first = k == 0 ? t->position : first;
		last = t->position;
		/* Alone, a gram may be one that others begin with; words of a phrase have no stems. */
		rc = n == 1 && b->map.foreign == NULL
		             ? one_token(b, field, t, 1, &kids[k++])
		             : ik_xb_one_term(b, field, kind_of(part), t->term, t->len, 1,
		                              &kids[k++]);
	}
	/*
	 * PHRASE keeps the words in order and lets them move within the places that are
	 * left free between them. Servers can do no better.
	 */
	if (rc == 0 && n > 1 && !b->map.remote && (slop > 0 || last - first + 1 != n))
		rc = near_of(b, field, c, part, slop, kids, n, out);
	else if (rc == 0)
		rc = ik_xb_join(b, IK_XAP_PHRASE, kids, k, last - first + 1 + slop, out);
	return rc != 0 ? rc : ik_xb_scale(b, *out, weight, out);
}

static int is_gram_script(const struct ik_xb_token *t, const char *text)
{
	return ik_text_has_grams(text + t->start, t->end - t->start);
}

/* Are the grams one chain from the first to the last byte? Then their order proves the text. */
static int is_one_run(const struct ik_xb_tokens *c, size_t len)
{
	size_t reached = 0;

	for (size_t i = 0; i < c->list.n; i++) {
		const struct ik_xb_token *t = &c->list.v[i];

		if (t->part != INK_PART_GRAM)
			continue;
		if (t->start > reached || (reached > 0 && t->start == reached))
			return 0;
		reached = t->end > reached ? t->end : reached;
	}
	return reached == len;
}

/* Grams in order, words of other scripts anywhere: all that can be asked without the text. */
static int grams_in_order(struct ik_xb_build *b, uint32_t field, const struct ik_xb_tokens *c,
                          const char *text, struct ik_xap_query **out)
{
	struct ik_xap_query **kids = ik_arena_array(b->arena, c->list.n + 1, sizeof *kids);
	size_t n = 1;
	int rc;

	if (kids == NULL)
		return ik_fail_nomem(b->err);
	rc = phrase_of(b, field, c, INK_PART_GRAM, 0, 1, &kids[0]);
	for (size_t i = 0; rc == 0 && i < c->list.n; i++)
		if (c->list.v[i].part == INK_PART_WORD &&
		    !is_gram_script(&c->list.v[i], text))
			rc = one_token(b, field, &c->list.v[i], 1, &kids[n++]);
	return rc != 0 ? rc : ik_xb_join(b, IK_XAP_AND, kids, n, 0, out);
}

/*
 * The text, of which some part is in a script without blanks, as a substring.
 * One run of such a script is proven by the order of its grams. For the rest
 * documents with all grams are compared with their stored text; where there
 * is none, more than asked for may be found.
 */
static int substring(struct ik_xb_build *b, uint32_t field, const struct ik_xb_tokens *c,
                     const char *text, size_t len, struct ik_xap_query **out)
{
	const struct ik_field *f = &b->map.schema->fields[field];
	int positions = (f->flags & INK_NO_POSITIONS) == 0;
	int proven = is_one_run(c, len) && (positions || ik_xb_tokens_count(c, INK_PART_GRAM) == 1);
	int rc;

	if (!proven && (f->flags & INK_STORED) != 0 && !b->map.foreign) {
		rc = join_tokens(b, field, c, INK_PART_GRAM, IK_XAP_AND, 1, out);
		return rc != 0 ? rc : ik_xb_verified(b, field, text, len, *out, out);
	}
	if (!positions && ik_xb_tokens_count(c, INK_PART_GRAM) > 1)
		return ik_fail(
			b->err, INK_EUNSUPPORTED,
			"field \"%s\" has no positions and is not stored: with Xapian, strings "
			"of more than two characters cannot be found in it",
			f->name);
	return grams_in_order(b, field, c, text, out);
}

/* `condition` has to match; what a ranked OR of the text finds makes the score. */
static int scored_by_match(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                           double boost, struct ik_xap_query *condition,
                           struct ik_xap_query **out)
{
	struct ik_xap_query *kids[2] = {NULL, NULL};
	int rc = ik_xb_scale(b, condition, 0, &kids[0]);

	if (rc == 0 && !b->unscored)
		rc = ik_xb_match(b, field, text, len, boost, &kids[1]);
	return rc != 0 ? rc : ik_xb_join(b, IK_XAP_AND_MAYBE, kids, 2, 0, out);
}

/* A word that falls into parts ("GPT-4"): the joined form or the parts in order. */
static int compound(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                    const struct ik_xb_tokens *parts, struct ik_xap_query **out)
{
	int positions = (b->map.schema->fields[field].flags & INK_NO_POSITIONS) == 0;
	struct ik_xap_query *kids[2] = {NULL, NULL};
	struct ik_xb_tokens all;
	int rc = ik_xb_tokens_collect(b, field, IK_FOR_ANY, text, len, 1, &all);

	for (size_t i = 0; rc == 0 && i < all.list.n; i++)
		if ((all.list.v[i].flags & IK_TOKEN_JOINED) != 0 && kids[0] == NULL &&
		    all.list.v[i].start == parts->list.v[0].start &&
		    all.list.v[i].end == parts->list.v[parts->list.n - 1].end)
			rc = one_token(b, field, &all.list.v[i], 1, &kids[0]);
	if (rc == 0 && positions)
		rc = phrase_of(b, field, parts, INK_PART_WORD, 0, 1, &kids[1]);
	else if (rc == 0)
		rc = join_tokens(b, field, parts, INK_PART_WORD, IK_XAP_AND, 1, &kids[1]);
	ik_xb_tokens_release(&all);
	return rc != 0 ? rc : ik_xb_join(b, IK_XAP_OR, kids, 2, 0, out);
}

/* Where Latin is mixed in, its words in order will do as well. */
static int required_string(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                           const struct ik_xb_tokens *c, struct ik_xap_query **out)
{
	int positions = (b->map.schema->fields[field].flags & INK_NO_POSITIONS) == 0;
	struct ik_xap_query *kids[2] = {NULL, NULL};
	int rc = substring(b, field, c, text, len, &kids[0]);

	if (rc == 0 && positions && ik_prep_has_latin(text, len) &&
	    ik_xb_tokens_count(c, INK_PART_WORD) > 0)
		rc = phrase_of(b, field, c, INK_PART_WORD, 0, 1, &kids[1]);
	return rc != 0 ? rc : ik_xb_join(b, IK_XAP_OR, kids, 2, 0, out);
}

/* One word: where the ranked OR has it, it is both condition and score. */
static int plain_word(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                      double boost, const struct ik_xb_token *word, struct ik_xap_query **out)
{
	struct ik_xap_query *kids[2] = {NULL, NULL}, **others;
	double weight = field_weight(b, field, boost);
	struct ik_xb_tokens c;
	size_t n = 0;
	int rc = ik_xb_tokens_collect(b, field, IK_FOR_ANY, text, len, 1, &c);

	others = ik_arena_array(b->arena, c.list.n + 1, sizeof *others);
	if (rc == 0 && others == NULL)
		rc = ik_fail_nomem(b->err);
	for (size_t i = 0; rc == 0 && i < c.list.n; i++) {
		const struct ik_xb_token *t = &c.list.v[i];
		int is_word = ik_xb_token_is(word, t->term, t->len, t->part, t->flags);

		rc = one_token(b, field, t, weight, is_word ? &kids[0] : &others[n++]);
	}
	if (rc == 0 && !b->unscored)
		rc = ik_xb_join(b, IK_XAP_OR, others, n, 0, &kids[1]);
	if (rc == 0 && kids[0] == NULL)
		rc = one_token(b, field, word, 0, &kids[0]);
	ik_xb_tokens_release(&c);
	return rc != 0 ? rc : ik_xb_join(b, IK_XAP_AND_MAYBE, kids, 2, 0, out);
}

/* ---- required words and phrases ---- */

int ik_xb_required(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                   double boost, struct ik_xap_query **out)
{
	struct ik_xb_tokens c;
	struct ik_xap_query *condition = NULL;
	int rc = ik_xb_tokens_collect(b, field, IK_FOR_PHRASE, text, len, 0, &c);
	int grams = ik_xb_tokens_count(&c, INK_PART_GRAM) > 0;

	*out = NULL;
	if (rc == 0 && c.list.n == 1 && !grams) {
		rc = plain_word(b, field, text, len, boost, &c.list.v[0], out);
	} else if (rc == 0 && c.list.n > 0) {
		if (grams)
			rc = required_string(b, field, text, len, &c, &condition);
		else
			rc = compound(b, field, text, len, &c, &condition);
		if (rc == 0)
			rc = scored_by_match(b, field, text, len, boost, condition, out);
	}
	ik_xb_tokens_release(&c);
	return rc;
}

int ik_xb_phrase(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                 uint32_t slop, double boost, struct ik_xap_query **out)
{
	const struct ik_field *f = &b->map.schema->fields[field];
	struct ik_xap_query *condition = NULL;
	struct ik_xb_tokens c;
	int rc = ik_xb_tokens_collect(b, field, IK_FOR_PHRASE, text, len, 0, &c);

	*out = NULL;
	if (rc == 0 && c.list.n > 1 && (f->flags & INK_NO_POSITIONS) != 0 &&
	    (slop > 0 || ik_xb_tokens_count(&c, INK_PART_GRAM) == 0))
		rc = ik_fail(b->err, INK_EUNSUPPORTED,
		             "field \"%s\" has no positions, so no phrases can be found in it",
		             f->name);
	else if (rc == 0 && slop == 0 && ik_xb_tokens_count(&c, INK_PART_GRAM) > 0) {
		rc = substring(b, field, &c, text, len, &condition);
		if (rc == 0)
			rc = scored_by_match(b, field, text, len, boost, condition, out);
	} else if (rc == 0 && ik_xb_tokens_count(&c, INK_PART_WORD) > 0)
		rc = phrase_of(b, field, &c, INK_PART_WORD, slop, field_weight(b, field, boost),
		               out);
	ik_xb_tokens_release(&c);
	return rc;
}

int ik_xb_kept(struct ik_xb_build *b, uint32_t field, const char *text, size_t len, uint8_t *kept)
{
	struct ik_xb_tokens c;
	/* A word twice is kept twice. */
	int rc = ik_xb_tokens_collect(b, field, IK_FOR_ANY, text, len, 0, &c);

	memset(kept, 0, len + 1);
	for (size_t i = 0; rc == 0 && i < c.list.n; i++) {
		size_t at = c.list.v[i].start;

		while (at > 0 && !ik_prep_blank(text[at - 1]))
			at--;
		kept[at] = 1;
	}
	ik_xb_tokens_release(&c);
	return rc;
}
