/*
 * prepare_text.c - analyzed text: ranked words, required words, phrases.
 *
 * Layer: match.
 *
 * A ranked OR looks up words and grams alike; grams and exact forms count
 * IK_GRAM_WEIGHT of a word (research on eleven retrieval sets: flat between
 * 0.3 and 0.7). A quoted or required string of a script without blanks is
 * found as a substring: documents with all its grams are candidates; the
 * word positions prove most of them, the stored text decides about the rest.
 */
#include <string.h>

#include "base/map.h"
#include "base/utf8.h"
#include "match/prepare.h"

#define IK_GRAM_WEIGHT 0.4f

/* The tokens of a query text. */
struct token {
	const char *term;
	uint32_t len, position, start, end, count;
	uint8_t part, flags;
};

struct collect {
	struct ik_sink sink;
	struct ik_prepare *p;
	IK_VEC(struct token) tokens;
	struct ik_map seen;     /* part and term -> index; only when repeats are joined */
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
			return ik_fail_nomem(c->p->err);
		if (!added) {
			c->tokens.v[i].count++;
			return 0;
		}
	}
	to = ik_vec_push(&c->tokens);
	if (to == NULL)
		return ik_fail_nomem(c->p->err);
	*to = (struct token){ .len = t->len, .position = t->position, .start = t->start,
		              .end = t->end, .count = 1, .part = t->part, .flags = t->flags };
	to->term = ik_arena_strndup(c->p->arena, t->term, t->len);
	return to->term != NULL ? 0 : ik_fail_nomem(c->p->err);
}

static int collect_each(struct ik_prepare *p, uint32_t field, enum ik_purpose purpose,
                        const char *text, size_t len, int join_repeats, struct collect *c)
{
	memset(c, 0, sizeof *c);
	c->sink.token = take_token;
	c->p = p;
	c->join_repeats = join_repeats;
	return ik_analyze(p->c->analyzers[field], p->analysis, purpose, text, len, &c->sink, p->err);
}

static int collect(struct ik_prepare *p, uint32_t field, enum ik_purpose purpose, const char *text,
                   size_t len, struct collect *c)
{
	return collect_each(p, field, purpose, text, len, purpose == IK_FOR_ANY, c);
}

static void release(struct collect *c)
{
	ik_vec_free(&c->tokens);
	ik_map_free(&c->seen);
}

static int prepare_token(struct ik_prepare *p, uint32_t field, const struct token *t, float weight,
                         struct ik_prep **out)
{
	uint32_t part = ik_part(field, t->part == INK_PART_GRAM);

	if (t->part == INK_PART_GRAM)
		weight *= IK_GRAM_WEIGHT;
	weight *= (float)t->count;
	if ((t->flags & IK_TOKEN_PREFIX) != 0)
		return ik_prep_prefix_terms(p, part, t->term, t->len, weight > 0, weight, out);
	return ik_prep_term(p, part, t->term, t->len, weight, out);
}

/* The tokens of c that are wanted, joined. `part` < 0: of both parts. */
static int join_tokens(struct ik_prepare *p, uint32_t field, const struct collect *c, int part,
                       int32_t occur, float weight, struct ik_prep **out)
{
	struct ik_prep **kids = ik_arena_array(p->arena, c->tokens.n + 1, sizeof *kids);
	int32_t *occurs = ik_arena_array(p->arena, c->tokens.n + 1, sizeof *occurs);
	size_t n = 0;
	int rc = 0;

	*out = NULL;
	if (kids == NULL || occurs == NULL)
		return ik_fail_nomem(p->err);
	for (size_t i = 0; rc == 0 && i < c->tokens.n; i++) {
		const struct token *t = &c->tokens.v[i];

		if (part >= 0 && t->part != part)
			continue;
		occurs[n] = occur;
		rc = prepare_token(p, field, t, weight, &kids[n++]);
	}
	return rc != 0 ? rc : ik_prep_bool(p, kids, occurs, n, 0, out);
}

static float field_weight(const struct ik_prepare *p, uint32_t field, double boost)
{
	return (float)(boost * p->c->schema->fields[field].weight);
}

int ik_prep_match(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                  double boost, struct ik_prep **out)
{
	struct collect c;
	int rc = collect(p, field, IK_FOR_ANY, text, len, &c);

	*out = NULL;
	if (rc == 0)
		rc = join_tokens(p, field, &c, -1, INK_SHOULD, field_weight(p, field, boost), out);
	release(&c);
	return rc;
}

/* ---- conditions: what has to be in a document, without a score ---- */

static size_t count_part(const struct collect *c, uint8_t part)
{
	size_t n = 0;

	for (size_t i = 0; i < c->tokens.n; i++)
		n += c->tokens.v[i].part == part;
	return n;
}

/* Tokens of one part in order. Weights are zero but for `weight` times the sum of idf. */
static int phrase_of(struct ik_prepare *p, uint32_t field, const struct collect *c, uint8_t part,
                     uint32_t slop, float weight, struct ik_prep **out)
{
	size_t n = count_part(c, part), k = 0;
	uint32_t first = 0;
	struct ik_prep *prep;
	int rc = ik_prep_new(p, IK_P_PHRASE, &prep);

	*out = prep;
	if (rc != 0)
		return rc;
	prep->kids = ik_arena_array(p->arena, n + 1, sizeof *prep->kids);
	prep->offsets = ik_arena_array(p->arena, n + 1, sizeof *prep->offsets);
	if (prep->kids == NULL || prep->offsets == NULL)
		return ik_fail_nomem(p->err);
	for (size_t i = 0; rc == 0 && i < c->tokens.n; i++) {
		const struct token *t = &c->tokens.v[i];

		if (t->part != part)
			continue;
		first = k == 0 ? t->position : first;
		prep->offsets[k] = t->position - first;
		rc = ik_prep_term(p, ik_part(field, part == INK_PART_GRAM), t->term, t->len, weight,
		                  &prep->kids[k++]);
		if (rc == 0) {
			prep->weight += prep->kids[k - 1]->weight;
			prep->kids[k - 1]->weight = 0;
		}
	}
	prep->n = k;
	prep->slop = slop;
	if (rc == 0 && k == 1) { /* one word is a term */
		prep->kids[0]->weight = prep->weight;
		*out = prep->kids[0];
	}
	return rc;
}

/*
 * Are the words of the text what stands there, unstemmed, and are its
 * neighbours neighbours? Then words in order prove the text: Han, kana and
 * scripts like Thai, without a blank.
 */
static int words_prove(const char *text, size_t len)
{
	static const uint32_t proving[][2] = { { 0x0E00, 0x0EFF },   { 0x1000, 0x109F },
		                               { 0x1780, 0x17FF },   { 0x3005, 0x3007 },
		                               { 0x3041, 0x3096 },   { 0x30A1, 0x30FA },
		                               { 0x30FC, 0x30FC },   { 0x3400, 0x9FFF },
		                               { 0x20000, 0x3FFFF } };
	const size_t n = sizeof proving / sizeof *proving;
	const char *p = text, *end = text + len;
	uint32_t cp;

	while (p < end) {
		size_t i = 0;

		p = ik_utf8_next(p, end, &cp);
		while (i < n && (cp < proving[i][0] || cp > proving[i][1]))
			i++;
		if (i == n)
			return 0;
	}
	return 1;
}

/* One gram that is the whole text needs no look at the document: having the gram is having the text. */
static int one_gram(const struct collect *c, size_t len)
{
	const struct token *gram = NULL;

	for (size_t i = 0; i < c->tokens.n; i++)
		if (c->tokens.v[i].part == INK_PART_GRAM) {
			if (gram != NULL)
				return 0;
			gram = &c->tokens.v[i];
		}
	return gram != NULL && gram->start == 0 && gram->end == len;
}

static int fold(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                struct ik_prep *out)
{
	struct ik_buf folded;
	int rc;

	ik_buf_init(&folded, SIZE_MAX / 4);
	rc = ik_fold_text(p->c->analyzers[field], text, len, &folded, p->err);
	if (rc == 0) {
		out->text = ik_arena_strndup(p->arena, (const char *)folded.data, folded.len);
		out->len = folded.len;
		if (out->text == NULL)
			rc = ik_fail_nomem(p->err);
	}
	ik_buf_free(&folded);
	return rc;
}

/* Candidates by grams, compared with the stored text where positions do not prove them. */
static int verified(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                    const struct collect *c, struct ik_prep *candidates, struct ik_prep **out)
{
	struct ik_prep *prep;
	int rc = ik_prep_new(p, IK_P_VERIFY, &prep);

	*out = prep;
	if (rc != 0)
		return rc;
	prep->kids = ik_arena_zalloc(p->arena, 2 * sizeof *prep->kids);
	if (prep->kids == NULL)
		return ik_fail_nomem(p->err);
	prep->kids[0] = candidates;
	prep->field = field;
	prep->analyzer = p->c->analyzers[field];
	if ((p->c->parts[ik_part(field, 0)].flags & IK_PART_POSITIONS) != 0 && words_prove(text, len) &&
	    count_part(c, INK_PART_WORD) > 0)
		rc = phrase_of(p, field, c, INK_PART_WORD, 0, 0, &prep->kids[1]);
	return rc != 0 ? rc : fold(p, field, text, len, prep);
}

/* The text, of which some part is in a script without blanks, as a substring. */
static int substring(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                     const struct collect *c, struct ik_prep **out)
{
	int stored = (p->c->schema->fields[field].flags & INK_STORED) != 0;
	int gram_positions = (p->c->parts[ik_part(field, 1)].flags & IK_PART_POSITIONS) != 0;
	struct ik_prep *kids[2] = { NULL, NULL };
	const int32_t occur[2] = { INK_MUST, INK_MUST };
	int rc = join_tokens(p, field, c, INK_PART_GRAM, INK_MUST, 0, &kids[0]);

	if (rc != 0)
		return rc;
	if (one_gram(c, len) || (!stored && !gram_positions)) {
		/* Nothing to compare with: all words beside all grams is what can be asked for. */
		if (!one_gram(c, len))
			rc = join_tokens(p, field, c, INK_PART_WORD, INK_MUST, 0, &kids[1]);
		return rc != 0 ? rc : ik_prep_bool(p, kids, occur, 2, 0, out);
	}
	if (stored)
		return verified(p, field, text, len, c, kids[0], out);
	if (count_part(c, INK_PART_GRAM) > 1)
		rc = phrase_of(p, field, c, INK_PART_GRAM, 0, 0, &kids[0]);
	return rc != 0 ? rc : ik_prep_bool(p, kids, occur, 1, 0, out);
}

/* ---- required words and phrases ---- */

/* `condition` has to match; what a ranked OR of the text finds makes the score. */
static int scored_by_match(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                           double boost, struct ik_prep *condition, struct ik_prep **out)
{
	struct ik_prep *kids[2] = { condition, NULL };
	const int32_t occur[2] = { INK_FILTER, INK_SHOULD };
	int rc = ik_prep_match(p, field, text, len, boost, &kids[1]);

	return rc != 0 ? rc : ik_prep_bool(p, kids, occur, 2, 0, out);
}

/* A word that falls into parts ("GPT-4"): the joined form or the parts in order. */
static int compound(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                    const struct collect *parts, struct ik_prep **out)
{
	int positions = (p->c->schema->fields[field].flags & INK_NO_POSITIONS) == 0;
	const int32_t should[2] = { INK_SHOULD, INK_SHOULD };
	struct ik_prep *kids[2] = { NULL, NULL };
	struct collect all;
	int rc = collect(p, field, IK_FOR_ANY, text, len, &all);

	for (size_t i = 0; rc == 0 && i < all.tokens.n; i++)
		if ((all.tokens.v[i].flags & IK_TOKEN_JOINED) != 0 && kids[0] == NULL &&
		    all.tokens.v[i].start == parts->tokens.v[0].start &&
		    all.tokens.v[i].end == parts->tokens.v[parts->tokens.n - 1].end)
			rc = prepare_token(p, field, &all.tokens.v[i], 0, &kids[0]);
	if (rc == 0 && positions)
		rc = phrase_of(p, field, parts, INK_PART_WORD, 0, 0, &kids[1]);
	else if (rc == 0)
		rc = join_tokens(p, field, parts, INK_PART_WORD, INK_MUST, 0, &kids[1]);
	release(&all);
	return rc != 0 ? rc : ik_prep_bool(p, kids, should, 2, 0, out);
}

static int has_latin(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'A' && text[i] <= 'Z') ||
		    (text[i] >= 'a' && text[i] <= 'z'))
			return 1;
	return 0;
}

/*
 * A required string of a script without blanks. Where Latin is mixed in, its
 * words in order will do as well: "A100 芯片" has what "A100芯片" asks for.
 */
static int required_string(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                           const struct collect *c, struct ik_prep **out)
{
	int positions = (p->c->parts[ik_part(field, 0)].flags & IK_PART_POSITIONS) != 0;
	const int32_t should[2] = { INK_SHOULD, INK_SHOULD };
	struct ik_prep *kids[2] = { NULL, NULL };
	int rc = substring(p, field, text, len, c, &kids[0]);

	if (rc == 0 && positions && has_latin(text, len) && count_part(c, INK_PART_WORD) > 0)
		rc = phrase_of(p, field, c, INK_PART_WORD, 0, 0, &kids[1]);
	return rc != 0 ? rc : ik_prep_bool(p, kids, should, 2, 0, out);
}

static int same_token(const struct token *a, const struct token *b)
{
	return a->part == b->part && a->flags == b->flags && a->len == b->len &&
	       memcmp(a->term, b->term, a->len) == 0;
}

/* One plain word: it has to match and scores with all that a ranked OR looks for beside it. */
static int required_word(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                         double boost, const struct token *word, struct ik_prep **out)
{
	float weight = field_weight(p, field, boost);
	struct ik_prep **kids = NULL, *condition = NULL;
	int32_t *occur = NULL;
	struct collect all;
	int rc = collect(p, field, IK_FOR_ANY, text, len, &all), found = 0;

	if (rc == 0) {
		kids = ik_arena_array(p->arena, all.tokens.n + 1, sizeof *kids);
		occur = ik_arena_array(p->arena, all.tokens.n + 1, sizeof *occur);
		if (kids == NULL || occur == NULL)
			rc = ik_fail_nomem(p->err);
	}
	for (size_t i = 0; rc == 0 && i < all.tokens.n; i++) {
		int same = same_token(&all.tokens.v[i], word);

		occur[i] = same ? INK_MUST : INK_SHOULD;
		found |= same;
		rc = prepare_token(p, field, &all.tokens.v[i], weight, &kids[i]);
	}
	if (rc == 0 && !found) {
		rc = prepare_token(p, field, word, 0, &condition);
		if (rc == 0)
			rc = scored_by_match(p, field, text, len, boost, condition, out);
	} else if (rc == 0) {
		rc = ik_prep_bool(p, kids, occur, all.tokens.n, 0, out);
	}
	release(&all);
	return rc;
}

int ik_prep_required(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                     double boost, struct ik_prep **out)
{
	struct collect c;
	struct ik_prep *condition = NULL;
	int rc = collect(p, field, IK_FOR_PHRASE, text, len, &c);

	*out = NULL;
	if (rc == 0 && c.tokens.n == 1 && c.tokens.v[0].part == INK_PART_WORD) {
		rc = required_word(p, field, text, len, boost, &c.tokens.v[0], out);
	} else if (rc == 0 && c.tokens.n > 0) {
		if (count_part(&c, INK_PART_GRAM) > 0)
			rc = required_string(p, field, text, len, &c, &condition);
		else
			rc = compound(p, field, text, len, &c, &condition);
		if (rc == 0)
			rc = scored_by_match(p, field, text, len, boost, condition, out);
	}
	release(&c);
	return rc;
}

int ik_prep_phrase(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                   uint32_t slop, double boost, struct ik_prep **out)
{
	const struct ik_field *f = &p->c->schema->fields[field];
	struct ik_prep *condition = NULL;
	struct collect c;
	int rc = collect(p, field, IK_FOR_PHRASE, text, len, &c);

	*out = NULL;
	if (rc == 0 && c.tokens.n > 1 && (f->flags & INK_NO_POSITIONS) != 0 &&
	    (slop > 0 || count_part(&c, INK_PART_GRAM) == 0))
		rc = ik_fail(p->err, INK_EUNSUPPORTED,
		             "field \"%s\" has no positions, so no phrases can be found in it", f->name);
	else if (rc == 0 && slop == 0 && count_part(&c, INK_PART_GRAM) > 0) {
		rc = substring(p, field, text, len, &c, &condition);
		if (rc == 0)
			rc = scored_by_match(p, field, text, len, boost, condition, out);
	} else if (rc == 0 && count_part(&c, INK_PART_WORD) > 0)
		rc = phrase_of(p, field, &c, INK_PART_WORD, slop, field_weight(p, field, boost), out);
	release(&c);
	return rc;
}

int ik_prep_kept(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                 uint8_t *kept)
{
	struct collect c;
	int rc = collect_each(p, field, IK_FOR_ANY, text, len, 0, &c); /* a word twice is kept twice */

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
