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

#include "base/utf8.h"
#include "match/prepare_text.h"

#define IK_GRAM_WEIGHT 0.4f

/* The number of a match of synonyms that has bytes [start, end), counted from 1; 0: none. */
static uint32_t unit_of(const struct ik_synonym_matches *m, uint32_t start, uint32_t end)
{
	size_t lo = 0, hi = m != NULL ? m->list.n : 0;

	while (lo < hi) { /* the first one that ends behind `start` */
		size_t mid = lo + (hi - lo) / 2;

		if (m->list.v[mid].end <= start)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (m == NULL || lo == m->list.n || start < m->list.v[lo].start || end > m->list.v[lo].end)
		return 0;
	return (uint32_t)(lo + 1);
}

static int take_token(struct ik_sink *sink, const struct ik_token *t)
{
	struct ik_qtokens *c = (struct ik_qtokens *)sink; /* the sink is its first member */
	struct ik_qtoken *to, token = { .len = t->len, .position = t->position, .start = t->start,
		                        .end = t->end, .count = 1, .part = t->part,
		                        .flags = t->flags };
	char key[IK_TERM_MAX + 6];
	uint32_t i;
	int added = 1;

	token.unit = unit_of(c->units, t->start, t->end);
	if (c->join_repeats) {
		key[0] = (char)t->part;
		key[1] = (char)(t->flags & (IK_TOKEN_PREFIX | IK_TOKEN_USER));
		memcpy(key + 2, &token.unit, sizeof token.unit);
		memcpy(key + 6, t->term, t->len);
		i = ik_map_add(&c->seen, key, t->len + 6u, &added);
		if (i == IK_MAP_NONE)
			return ik_fail_nomem(c->p->err);
		if (!added) {
			c->list.v[i].count++;
			return 0;
		}
	}
	to = ik_vec_push(&c->list);
	if (to == NULL)
		return ik_fail_nomem(c->p->err);
	token.term = ik_arena_strndup(c->p->arena, t->term, t->len);
	*to = token;
	return token.term != NULL ? 0 : ik_fail_nomem(c->p->err);
}

int ik_qtokens_collect(struct ik_qtokens *c, struct ik_prepare *p, uint32_t field,
                       enum ik_purpose purpose, const char *text, size_t len)
{
	c->sink.token = take_token;
	c->p = p;
	c->text = text;
	return ik_analyze(p->c->analyzers[field], p->analysis, purpose, text, len, &c->sink,
	                  p->err);
}

void ik_qtokens_release(struct ik_qtokens *c)
{
	ik_vec_free(&c->list);
	ik_map_free(&c->seen);
}

int ik_prep_token(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *tokens,
                  const struct ik_qtoken *t, float weight, struct ik_prep **out)
{
	uint32_t part = ik_part(field, t->part == INK_PART_GRAM);

	if (t->part == INK_PART_GRAM)
		weight *= IK_GRAM_WEIGHT;
	weight *= (float)t->count;
	if ((t->flags & IK_TOKEN_PREFIX) != 0)
		return ik_prep_prefix_terms(p, part, t->term, t->len, weight > 0, weight, out);
	if ((t->flags & IK_TOKEN_USER) != 0)
		return ik_prep_user_word(p, field, tokens, t, weight, out);
	return ik_prep_term(p, part, t->term, t->len, weight, out);
}

/* The tokens of c that are wanted, joined. `part` < 0: of both parts. */
static int join_tokens(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *c, int part,
                       int32_t occur, float weight, struct ik_prep **out)
{
	struct ik_prep **kids = ik_arena_array(p->arena, c->list.n + 1, sizeof *kids);
	int32_t *occurs = ik_arena_array(p->arena, c->list.n + 1, sizeof *occurs);
	size_t n = 0;
	int rc = 0;

	*out = NULL;
	if (kids == NULL || occurs == NULL)
		return ik_fail_nomem(p->err);
	for (size_t i = 0; rc == 0 && i < c->list.n; i++) {
		const struct ik_qtoken *t = &c->list.v[i];

		if (part >= 0 && t->part != part)
			continue;
		occurs[n] = occur;
		rc = ik_prep_token(p, field, c, t, weight, &kids[n++]);
	}
	return rc != 0 ? rc : ik_prep_bool(p, kids, occurs, n, 0, out);
}

float ik_prep_field_weight(const struct ik_prepare *p, uint32_t field, double boost)
{
	return (float)(boost * p->c->schema->fields[field].weight);
}

int ik_prep_match_plain(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                        double boost, struct ik_prep **out)
{
	struct ik_qtokens c = { .join_repeats = 1 };
	int rc = ik_qtokens_collect(&c, p, field, IK_FOR_ANY, text, len);

	*out = NULL;
	if (rc == 0)
		rc = join_tokens(p, field, &c, -1, INK_SHOULD,
		                 ik_prep_field_weight(p, field, boost), out);
	if (rc == 0)
		rc = ik_prep_add_pairs(p, field, text, len, &c,
		                       ik_prep_field_weight(p, field, boost), out);
	ik_qtokens_release(&c);
	return rc;
}

/* ---- conditions: what has to be in a document, without a score ---- */

size_t ik_qtokens_count(const struct ik_qtokens *c, uint8_t part)
{
	size_t n = 0;

	for (size_t i = 0; i < c->list.n; i++)
		n += c->list.v[i].part == part;
	return n;
}

/* Tokens of one part in order. Weights are zero but for `weight` times the sum of idf. */
int ik_prep_in_order(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *c, uint8_t part,
                     uint32_t slop, float weight, struct ik_prep **out)
{
	size_t n = ik_qtokens_count(c, part), k = 0;
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
	for (size_t i = 0; rc == 0 && i < c->list.n; i++) {
		const struct ik_qtoken *t = &c->list.v[i];

		if (t->part != part || (t->flags & IK_TOKEN_PREFIX) != 0)
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
static int one_gram(const struct ik_qtokens *c, size_t len)
{
	const struct ik_qtoken *gram = NULL;

	for (size_t i = 0; i < c->list.n; i++)
		if (c->list.v[i].part == INK_PART_GRAM) {
			if (gram != NULL)
				return 0;
			gram = &c->list.v[i];
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
int ik_prep_verified(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                    const struct ik_qtokens *c, struct ik_prep *candidates, struct ik_prep **out)
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
	    ik_qtokens_count(c, INK_PART_WORD) > 0)
		rc = ik_prep_in_order(p, field, c, INK_PART_WORD, 0, 0, &prep->kids[1]);
	return rc != 0 ? rc : fold(p, field, text, len, prep);
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

/* Prepared from c or, where the text falls into other words without the user's, from either. */
static int either(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                  const struct ik_qtokens *c,
                  int (*prepare)(struct ik_prepare *, uint32_t, const struct ik_qtokens *,
                                 uint32_t, float, struct ik_prep **),
                  uint32_t slop, float weight, struct ik_prep **out)
{
	const struct ik_lexicon *lexicon = ik_analysis_lexicon(p->analysis);
	struct ik_prep *kids[2] = { NULL, NULL };
	struct ik_qtokens before = { 0 };
	int rc = prepare(p, field, c, slop, weight, &kids[0]);

	if (rc == 0 && lexicon != NULL) {
		ik_analysis_set_lexicon(p->analysis, NULL);
		rc = ik_qtokens_collect(&before, p, field, IK_FOR_PHRASE, text, len);
		ik_analysis_set_lexicon(p->analysis, lexicon);
		if (rc == 0 && !same_words(c, &before))
			rc = prepare(p, field, &before, slop, weight, &kids[1]);
	}
	ik_qtokens_release(&before);
	return rc != 0 ? rc : ik_prep_best(p, kids, 2, out);
}

static int prepare_all(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *c,
                       uint32_t slop, float weight, struct ik_prep **out)
{
	(void)slop;
	return join_tokens(p, field, c, INK_PART_WORD, INK_MUST, weight, out);
}

static int prepare_order(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *c,
                         uint32_t slop, float weight, struct ik_prep **out)
{
	return ik_prep_in_order(p, field, c, INK_PART_WORD, slop, weight, out);
}

/* All words of a text, wherever they stand. */
static int all_words(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                     const struct ik_qtokens *c, struct ik_prep **out)
{
	return either(p, field, text, len, c, prepare_all, 0, 0, out);
}

/* The words of a text, in order. */
static int words_in_order(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                          const struct ik_qtokens *c, uint32_t slop, float weight,
                          struct ik_prep **out)
{
	return either(p, field, text, len, c, prepare_order, slop, weight, out);
}

/* Grams that are a term each, without prefixes. */
static size_t count_whole_grams(const struct ik_qtokens *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->list.n; i++)
		n += c->list.v[i].part == INK_PART_GRAM && (c->list.v[i].flags & IK_TOKEN_PREFIX) == 0;
	return n;
}

/* The text, of which some part is in a script without blanks, as a substring. */
static int substring(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                     const struct ik_qtokens *c, struct ik_prep **out)
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
			rc = all_words(p, field, text, len, c, &kids[1]);
		return rc != 0 ? rc : ik_prep_bool(p, kids, occur, 2, 0, out);
	}
	if (stored)
		return ik_prep_verified(p, field, text, len, c, kids[0], out);
	if (count_whole_grams(c) > 1) /* characters alone in a run are in no phrase: see AND above */
		rc = ik_prep_in_order(p, field, c, INK_PART_GRAM, 0, 0,
		                      &kids[count_whole_grams(c) < ik_qtokens_count(c, INK_PART_GRAM)]);
	return rc != 0 ? rc : ik_prep_bool(p, kids, occur, kids[1] != NULL ? 2 : 1, 0, out);
}

/* ---- required words and phrases ---- */

static int same_term(const struct ik_prep *a, const struct ik_prep *b)
{
	return a->kind == IK_P_TERM && b->kind == IK_P_TERM && a->part == b->part &&
	       a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* Is the condition one of the terms of the match? Then that term is required, and says all. */
static int require_term(const struct ik_prep *condition, struct ik_prep *match)
{
	if (condition == NULL || match == NULL || match->kind != IK_P_BOOL)
		return condition != NULL && match != NULL && same_term(condition, match);
	for (size_t i = 0; i < match->n; i++)
		if (match->occur[i] == INK_SHOULD && same_term(condition, match->kids[i])) {
			match->occur[i] = INK_MUST;
			return 1;
		}
	return 0;
}

/* `condition` has to match; what a ranked OR of the text finds makes the score. */
static int scored_by_match(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                           double boost, struct ik_prep *condition, struct ik_prep **out)
{
	struct ik_prep *kids[2] = { condition, NULL };
	const int32_t occur[2] = { INK_FILTER, INK_SHOULD };
	int rc = ik_prep_match_plain(p, field, text, len, boost, &kids[1]);

	if (rc == 0 && require_term(condition, kids[1])) {
		*out = kids[1];
		return 0;
	}
	return rc != 0 ? rc : ik_prep_bool(p, kids, occur, 2, 0, out);
}

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
			rc = join_tokens(p, field, parts, INK_PART_WORD, INK_MUST, 0, &kids[1]);
		if (rc == 0 && signs)
			rc = ik_prep_verified(p, field, text + joined->start,
			                      joined->end - joined->start, parts, kids[1],
			                      &kids[1]);
	}
	ik_qtokens_release(&all);
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
                           const struct ik_qtokens *c, struct ik_prep **out)
{
	int positions = (p->c->parts[ik_part(field, 0)].flags & IK_PART_POSITIONS) != 0;
	const int32_t should[2] = { INK_SHOULD, INK_SHOULD };
	struct ik_prep *kids[2] = { NULL, NULL };
	int rc = substring(p, field, text, len, c, &kids[0]);

	if (rc == 0 && positions && has_latin(text, len) && ik_qtokens_count(c, INK_PART_WORD) > 0)
		rc = words_in_order(p, field, text, len, c, 0, 0, &kids[1]);
	return rc != 0 ? rc : ik_prep_bool(p, kids, should, 2, 0, out);
}

int ik_prep_required(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                     double boost, struct ik_prep **out)
{
	struct ik_qtokens c = { 0 };
	struct ik_prep *condition = NULL;
	int rc = ik_qtokens_collect(&c, p, field, IK_FOR_PHRASE, text, len);

	*out = NULL;
	if (rc == 0 && c.list.n > 0) {
		if (ik_qtokens_count(&c, INK_PART_GRAM) > 0)
			rc = required_string(p, field, text, len, &c, &condition);
		else if (c.list.n > 1 || ik_analysis_lexicon(p->analysis) != NULL)
			rc = compound(p, field, text, len, &c, &condition);
		else
			rc = ik_prep_token(p, field, &c, &c.list.v[0], 0, &condition);
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
		             "field \"%s\" has no positions, so no phrases can be found in it", f->name);
	else if (rc == 0 && slop == 0 && ik_qtokens_count(&c, INK_PART_GRAM) > 0) {
		rc = substring(p, field, text, len, &c, &condition);
		if (rc == 0)
			rc = scored_by_match(p, field, text, len, boost, condition, out);
	} else if (rc == 0 && ik_qtokens_count(&c, INK_PART_WORD) > 0)
		rc = words_in_order(p, field, text, len, &c, slop,
		                    ik_prep_field_weight(p, field, boost), out);
	ik_qtokens_release(&c);
	return rc;
}

int ik_prep_kept(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                 uint8_t *kept)
{
	struct ik_qtokens c = { 0 }; /* repeats are not joined: a word twice is kept twice */
	int rc = ik_qtokens_collect(&c, p, field, IK_FOR_ANY, text, len);

	memset(kept, 0, len + 1);
	for (size_t i = 0; rc == 0 && i < c.list.n; i++) {
		size_t at = c.list.v[i].start;

		while (at > 0 && !ik_prep_blank(text[at - 1]))
			at--;
		kept[at] = 1;
		while (++at < c.list.v[i].end) /* a word of the user may have blanks in it */
			if (ik_prep_blank(text[at - 1]) && !ik_prep_blank(text[at]))
				kept[at] = 1;
	}
	ik_qtokens_release(&c);
	return rc;
}
