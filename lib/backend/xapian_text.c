/*
 * xapian_text.c - analyzed text: ranked words, required words, phrases.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. Mirrors
 * lib/match/prepare_text.c, but for one thing: positions of grams are in the
 * index, so that a quoted string of a script without blanks is found by its
 * grams in order.
 */
#include <string.h>

#include "backend/xapian.h"
#include "base/map.h"
#include "match/prepare.h"

#define GRAM_WEIGHT 0.4 /* of a word's; lib/match/prepare_text.c says why */

struct token {
	const char *term;
	uint32_t len, position, start, end, count;
	uint8_t part, flags;
};

struct collect {
	struct ik_sink sink;
	struct ik_xb_build *b;
	IK_VEC(struct token) tokens;
	struct ik_map seen;
	int join_repeats;
};

static int take_token(struct ik_sink *sink, const struct ik_token *t)
{
	struct collect *c = (struct collect *)sink; /* the sink is its first member */
	char key[IK_TERM_MAX + 2];
	struct token *to;
	uint32_t i;
	int added = 1;

	if (c->join_repeats) {
		key[0] = (char)t->part;
		key[1] = (char)(t->flags & IK_TOKEN_PREFIX);
		memcpy(key + 2, t->term, t->len);
		i = ik_map_add(&c->seen, key, t->len + 2u, &added);
		if (i == IK_MAP_NONE)
			return ik_fail_nomem(c->b->err);
		if (!added) {
			c->tokens.v[i].count++;
			return 0;
		}
	}
	to = ik_vec_push(&c->tokens);
	if (to == NULL)
		return ik_fail_nomem(c->b->err);
	*to = (struct token){.len = t->len,
	                     .position = t->position,
	                     .start = t->start,
	                     .end = t->end,
	                     .count = 1,
	                     .part = t->part,
	                     .flags = t->flags};
	to->term = ik_arena_strndup(c->b->arena, t->term, t->len);
	return to->term != NULL ? 0 : ik_fail_nomem(c->b->err);
}

static int collect(struct ik_xb_build *b, uint32_t field, enum ik_purpose purpose,
                   const char *text, size_t len, int join_repeats, struct collect *c)
{
	memset(c, 0, sizeof *c);
	c->sink.token = take_token;
	c->b = b;
	c->join_repeats = join_repeats;
	return ik_analyze(b->analyzers[field], b->analysis, purpose, text, len, &c->sink, b->err);
}

static void release(struct collect *c)
{
	ik_vec_free(&c->tokens);
	ik_map_free(&c->seen);
}

static size_t count_part(const struct collect *c, uint8_t part)
{
	size_t n = 0;

	for (size_t i = 0; i < c->tokens.n; i++)
		n += c->tokens.v[i].part == part;
	return n;
}

static double field_weight(const struct ik_xb_build *b, uint32_t field, double boost)
{
	return boost * b->map.schema->fields[field].weight;
}

static enum ik_xb_kind kind_of(uint8_t part)
{
	return part == INK_PART_GRAM ? IK_XB_GRAM : IK_XB_WORD;
}

static int prefix_terms(struct ik_xb_build *b, uint32_t field, const struct token *t,
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

static int one_token(struct ik_xb_build *b, uint32_t field, const struct token *t, double weight,
                     struct ik_xap_query **out)
{
	if (t->part == INK_PART_GRAM)
		weight *= GRAM_WEIGHT;
	weight *= t->count;
	if ((t->flags & IK_TOKEN_PREFIX) != 0)
		return prefix_terms(b, field, t, weight, out);
	return ik_xb_one_term(b, field, kind_of(t->part), t->term, t->len, weight, out);
}

/* The tokens of c that are wanted, joined. `part` < 0: of both parts. */
static int join_tokens(struct ik_xb_build *b, uint32_t field, const struct collect *c, int part,
                       int op, double weight, struct ik_xap_query **out)
{
	struct ik_xap_query **kids = ik_arena_array(b->arena, c->tokens.n + 1, sizeof *kids);
	size_t n = 0;
	int rc = 0;

	*out = NULL;
	if (kids == NULL)
		return ik_fail_nomem(b->err);
	for (size_t i = 0; rc == 0 && i < c->tokens.n; i++)
		if (part < 0 || c->tokens.v[i].part == part)
			rc = one_token(b, field, &c->tokens.v[i], weight, &kids[n++]);
	return rc != 0 ? rc : ik_xb_join(b, op, kids, n, 0, out);
}

int ik_xb_match(struct ik_xb_build *b, uint32_t field, const char *text, size_t len, double boost,
                struct ik_xap_query **out)
{
	struct collect c;
	int rc = collect(b, field, IK_FOR_ANY, text, len, 1, &c);

	*out = NULL;
	if (rc == 0)
		rc = join_tokens(b, field, &c, -1, IK_XAP_OR, field_weight(b, field, boost), out);
	release(&c);
	return rc;
}

/* ---- conditions ---- */

/* All terms, near each other; the score is that of a phrase. */
static int near_of(struct ik_xb_build *b, uint32_t field, const struct collect *c, uint8_t part,
                   uint32_t slop, struct ik_xap_query *const *kids, size_t n,
                   struct ik_xap_query **out)
{
	struct ik_xb_offset *terms = ik_arena_array(b->arena, n, sizeof *terms);
	struct ik_xap_query *both[2] = {NULL, NULL};
	uint32_t first = 0;
	size_t k = 0;
	int rc;

	if (terms == NULL)
		return ik_fail_nomem(b->err);
	for (size_t i = 0; i < c->tokens.n; i++) {
		const struct token *t = &c->tokens.v[i];
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
static int phrase_of(struct ik_xb_build *b, uint32_t field, const struct collect *c, uint8_t part,
                     uint32_t slop, double weight, struct ik_xap_query **out)
{
	size_t n = count_part(c, part), k = 0;
	struct ik_xap_query **kids = ik_arena_array(b->arena, n + 1, sizeof *kids);
	uint32_t first = 0, last = 0;
	int rc = 0;

	*out = NULL;
	if (kids == NULL)
		return ik_fail_nomem(b->err);
	for (size_t i = 0; rc == 0 && i < c->tokens.n; i++) {
		const struct token *t = &c->tokens.v[i];

		if (t->part != part)
			continue;
		first = k == 0 ? t->position : first;
		last = t->position;
		rc = n == 1 ? one_token(b, field, t, 1, &kids[k++])
		            : ik_xb_one_term(b, field, kind_of(part), t->term, t->len, 1,
		                             &kids[k++]);
	}
	/* PHRASE would let the words move within the places that are left free between them. */
	if (rc == 0 && n > 1 && (slop > 0 || last - first + 1 != n))
		rc = near_of(b, field, c, part, slop, kids, n, out);
	else if (rc == 0)
		rc = ik_xb_join(b, IK_XAP_PHRASE, kids, k, last - first + 1, out);
	return rc != 0 ? rc : ik_xb_scale(b, *out, weight, out);
}

static int is_gram_script(const struct token *t, const char *text)
{
	return ik_text_has_grams(text + t->start, t->end - t->start);
}

/* Are the grams one chain from the first to the last byte? Then their order proves the text. */
static int is_one_run(const struct collect *c, size_t len)
{
	size_t reached = 0;

	for (size_t i = 0; i < c->tokens.n; i++) {
		const struct token *t = &c->tokens.v[i];

		if (t->part != INK_PART_GRAM)
			continue;
		if (t->start > reached || (reached > 0 && t->start == reached))
			return 0;
		reached = t->end > reached ? t->end : reached;
	}
	return reached == len;
}

/* Grams in order, words of other scripts anywhere: all that can be asked without the text. */
static int grams_in_order(struct ik_xb_build *b, uint32_t field, const struct collect *c,
                          const char *text, struct ik_xap_query **out)
{
	struct ik_xap_query **kids = ik_arena_array(b->arena, c->tokens.n + 1, sizeof *kids);
	size_t n = 1;
	int rc;

	if (kids == NULL)
		return ik_fail_nomem(b->err);
	rc = phrase_of(b, field, c, INK_PART_GRAM, 0, 1, &kids[0]);
	for (size_t i = 0; rc == 0 && i < c->tokens.n; i++)
		if (c->tokens.v[i].part == INK_PART_WORD &&
		    !is_gram_script(&c->tokens.v[i], text))
			rc = one_token(b, field, &c->tokens.v[i], 1, &kids[n++]);
	return rc != 0 ? rc : ik_xb_join(b, IK_XAP_AND, kids, n, 0, out);
}

/*
 * The text, of which some part is in a script without blanks, as a substring.
 * One run of such a script is proven by the order of its grams. For the rest
 * documents with all grams are compared with their stored text; where there
 * is none, more than asked for may be found.
 */
static int substring(struct ik_xb_build *b, uint32_t field, const struct collect *c,
                     const char *text, size_t len, struct ik_xap_query **out)
{
	const struct ik_field *f = &b->map.schema->fields[field];
	int positions = (f->flags & INK_NO_POSITIONS) == 0;
	int proven = is_one_run(c, len) && (positions || count_part(c, INK_PART_GRAM) == 1);
	int rc;

	if (!proven && (f->flags & INK_STORED) != 0 && !b->map.foreign) {
		rc = join_tokens(b, field, c, INK_PART_GRAM, IK_XAP_AND, 1, out);
		return rc != 0 ? rc : ik_xb_verified(b, field, text, len, *out, out);
	}
	if (!positions && count_part(c, INK_PART_GRAM) > 1)
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

	if (rc == 0)
		rc = ik_xb_match(b, field, text, len, boost, &kids[1]);
	return rc != 0 ? rc : ik_xb_join(b, IK_XAP_AND_MAYBE, kids, 2, 0, out);
}

/* A word that falls into parts ("GPT-4"): the joined form or the parts in order. */
static int compound(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                    const struct collect *parts, struct ik_xap_query **out)
{
	int positions = (b->map.schema->fields[field].flags & INK_NO_POSITIONS) == 0;
	struct ik_xap_query *kids[2] = {NULL, NULL};
	struct collect all;
	int rc = collect(b, field, IK_FOR_ANY, text, len, 1, &all);

	for (size_t i = 0; rc == 0 && i < all.tokens.n; i++)
		if ((all.tokens.v[i].flags & IK_TOKEN_JOINED) != 0 && kids[0] == NULL &&
		    all.tokens.v[i].start == parts->tokens.v[0].start &&
		    all.tokens.v[i].end == parts->tokens.v[parts->tokens.n - 1].end)
			rc = one_token(b, field, &all.tokens.v[i], 1, &kids[0]);
	if (rc == 0 && positions)
		rc = phrase_of(b, field, parts, INK_PART_WORD, 0, 1, &kids[1]);
	else if (rc == 0)
		rc = join_tokens(b, field, parts, INK_PART_WORD, IK_XAP_AND, 1, &kids[1]);
	release(&all);
	return rc != 0 ? rc : ik_xb_join(b, IK_XAP_OR, kids, 2, 0, out);
}

/* Where Latin is mixed in, its words in order will do as well. */
static int required_string(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                           const struct collect *c, struct ik_xap_query **out)
{
	int positions = (b->map.schema->fields[field].flags & INK_NO_POSITIONS) == 0;
	struct ik_xap_query *kids[2] = {NULL, NULL};
	int rc = substring(b, field, c, text, len, &kids[0]);

	if (rc == 0 && positions && ik_prep_has_latin(text, len) &&
	    count_part(c, INK_PART_WORD) > 0)
		rc = phrase_of(b, field, c, INK_PART_WORD, 0, 1, &kids[1]);
	return rc != 0 ? rc : ik_xb_join(b, IK_XAP_OR, kids, 2, 0, out);
}

/* ---- required words and phrases ---- */

int ik_xb_required(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                   double boost, struct ik_xap_query **out)
{
	struct collect c;
	struct ik_xap_query *condition = NULL;
	int rc = collect(b, field, IK_FOR_PHRASE, text, len, 0, &c);

	*out = NULL;
	if (rc == 0 && c.tokens.n > 0) {
		if (count_part(&c, INK_PART_GRAM) > 0)
			rc = required_string(b, field, text, len, &c, &condition);
		else if (c.tokens.n > 1)
			rc = compound(b, field, text, len, &c, &condition);
		else
			rc = one_token(b, field, &c.tokens.v[0], 1, &condition);
		if (rc == 0)
			rc = scored_by_match(b, field, text, len, boost, condition, out);
	}
	release(&c);
	return rc;
}

int ik_xb_phrase(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                 uint32_t slop, double boost, struct ik_xap_query **out)
{
	const struct ik_field *f = &b->map.schema->fields[field];
	struct ik_xap_query *condition = NULL;
	struct collect c;
	int rc = collect(b, field, IK_FOR_PHRASE, text, len, 0, &c);

	*out = NULL;
	if (rc == 0 && c.tokens.n > 1 && (f->flags & INK_NO_POSITIONS) != 0 &&
	    (slop > 0 || count_part(&c, INK_PART_GRAM) == 0))
		rc = ik_fail(b->err, INK_EUNSUPPORTED,
		             "field \"%s\" has no positions, so no phrases can be found in it",
		             f->name);
	else if (rc == 0 && slop == 0 && count_part(&c, INK_PART_GRAM) > 0) {
		rc = substring(b, field, &c, text, len, &condition);
		if (rc == 0)
			rc = scored_by_match(b, field, text, len, boost, condition, out);
	} else if (rc == 0 && count_part(&c, INK_PART_WORD) > 0)
		rc = phrase_of(b, field, &c, INK_PART_WORD, slop, field_weight(b, field, boost),
		               out);
	release(&c);
	return rc;
}

int ik_xb_kept(struct ik_xb_build *b, uint32_t field, const char *text, size_t len, uint8_t *kept)
{
	struct collect c;
	int rc = collect(b, field, IK_FOR_ANY, text, len, 0, &c); /* a word twice is kept twice */

	memset(kept, 0, len + 1);
	for (size_t i = 0; rc == 0 && i < c.tokens.n; i++) {
		size_t at = c.tokens.v[i].start;

		while (at > 0 && !ik_prep_blank(text[at - 1]))
			at--;
		kept[at] = 1;
	}
	release(&c);
	return rc;
}
