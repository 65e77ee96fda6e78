/*
 * prepare_tokens.c - the tokens of a query text, and a ranked OR of them.
 *
 * Layer: match. The OR looks up words and grams alike; grams and exact forms
 * count IK_GRAM_WEIGHT of a word (research on eleven retrieval sets: flat
 * between 0.3 and 0.7).
 */
#include <string.h>

#include "match/prepare_text.h"

#define IK_GRAM_WEIGHT 0.4f
#define IK_ACROSS_WEIGHT 0.6f /* of a bigram across words: neighbours, which no word says */

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

/* What makes two tokens one: of which part, how to be looked up, in which unit, and the term. */
static size_t key_of(const struct ik_qtoken *t, const char *term, char key[IK_TERM_MAX + 6])
{
	key[0] = (char)t->part;
	key[1] = (char)(t->flags & (IK_TOKEN_PREFIX | IK_TOKEN_USER));
	memcpy(key + 2, &t->unit, sizeof t->unit);
	memcpy(key + 6, term, t->len);
	return t->len + 6u;
}

static int is_same(const struct ik_qtoken *a, const struct ik_qtoken *b, const char *term)
{
	return a->len == b->len && a->part == b->part && a->unit == b->unit &&
	       ((a->flags ^ b->flags) & (IK_TOKEN_PREFIX | IK_TOKEN_USER)) == 0 &&
	       memcmp(a->term, term, a->len) == 0;
}

#define TOKEN_STEPS 64 /* what a token costs, in what ik_poll() counts */
#define FEW_TOKENS 16 /* to compare with one by one; with more of them a map pays */

/* Put the tokens that are there, and then the new one, into the map. */
static int find_in_map(struct ik_qtokens *c, const struct ik_qtoken *t, const char *term,
                       uint32_t *at)
{
	char key[IK_TERM_MAX + 6];

	for (size_t i = c->seen.n; i < c->list.n; i++) {
		const struct ik_qtoken *old = &c->list.v[i];

		if (ik_map_add(&c->seen, key, key_of(old, old->term, key), NULL) == IK_MAP_NONE)
			return ik_fail_nomem(c->p->err);
	}
	*at = ik_map_add(&c->seen, key, key_of(t, term, key), NULL);
	return *at == IK_MAP_NONE ? ik_fail_nomem(c->p->err) : 0;
}

/* Where the same token is in the list, or its length. */
static int find_repeat(struct ik_qtokens *c, const struct ik_qtoken *t, const char *term,
                       uint32_t *at)
{
	if (c->list.n > FEW_TOKENS)
		return find_in_map(c, t, term, at);
	*at = 0;
	while (*at < c->list.n && !is_same(&c->list.v[*at], t, term))
		++*at;
	return 0;
}

static int take_token(struct ik_sink *sink, const struct ik_token *t)
{
	struct ik_qtokens *c = (struct ik_qtokens *)sink; /* the sink is its first member */
	struct ik_qtoken *to, token = { .len = t->len, .position = t->position, .start = t->start,
		                        .end = t->end, .count = 1, .part = t->part,
		                        .flags = t->flags };
	uint32_t i = (uint32_t)c->list.n;
	int rc = ik_poll(c->p->poll, TOKEN_STEPS);

	if (rc != 0)
		return rc;
	token.unit = unit_of(c->units, t->start, t->end);
	if (c->join_repeats)
		rc = find_repeat(c, &token, t->term, &i);
	if (rc != 0)
		return rc;
	if (i < c->list.n) {
		c->list.v[i].count++;
		return 0;
	}
	to = ik_vec_push_in(c->p->arena, &c->list);
	if (to == NULL)
		return ik_fail_nomem(c->p->err);
	token.term = ik_arena_strndup(c->p->arena, t->term, t->len);
	*to = token;
	return token.term != NULL ? 0 : ik_fail_nomem(c->p->err);
}

int ik_qtokens_collect(struct ik_qtokens *c, struct ik_prepare *p, uint32_t field,
                       enum ik_purpose purpose, const char *text, size_t len)
{
	int rc;

	c->sink.token = take_token;
	c->p = p;
	c->text = text;
	rc = ik_analyze(p->c->analyzers[field], p->analysis, purpose, text, len, &c->sink, p->err);
	if (rc == 0 && purpose == IK_FOR_ANY)
		ik_qtokens_mark(c);
	return rc;
}

void ik_qtokens_release(struct ik_qtokens *c)
{
	ik_map_free(&c->seen);
}

size_t ik_qtokens_count(const struct ik_qtokens *c, uint8_t part)
{
	size_t n = 0;

	for (size_t i = 0; i < c->list.n; i++)
		n += c->list.v[i].part == part;
	return n;
}

int ik_prep_token(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *tokens,
                  const struct ik_qtoken *t, float weight, struct ik_prep **out)
{
	uint32_t part = ik_part(field, t->part == INK_PART_GRAM);

	if (t->part == INK_PART_GRAM)
		weight *= t->across ? IK_ACROSS_WEIGHT : IK_GRAM_WEIGHT;
	weight *= (float)t->count;
	if ((t->flags & IK_TOKEN_PREFIX) != 0)
		return ik_prep_prefix_terms(p, part, t->term, t->len, weight > 0, weight, out);
	if ((t->flags & IK_TOKEN_USER) != 0)
		return ik_prep_user_word(p, field, tokens, t, weight, out);
	return ik_prep_term(p, part, t->term, t->len, weight, out);
}

int ik_prep_is_own(const struct ik_prepare *p, uint32_t field)
{
	uint32_t flags = p->c->parts[ik_part(field, 0)].flags | p->c->parts[ik_part(field, 1)].flags;

	return p->c->own && (flags & IK_PART_FREE) == 0 &&
	       ik_analyzer_has_grams(p->c->analyzers[field]);
}

int ik_prep_join_wanted(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *c,
                        int (*wanted)(const struct ik_qtokens *, const struct ik_qtoken *, size_t),
                        size_t number, int32_t occur, float weight, struct ik_prep **out)
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
		int implied = wanted == NULL && t->implied && ik_prep_is_own(p, field);

		if ((wanted != NULL && !wanted(c, t, number)) || (implied && p->unscored))
			continue;
		occurs[n] = occur;
		rc = ik_prep_token(p, field, c, t, weight, &kids[n]);
		if (rc == 0 && kids[n] != NULL)
			kids[n]->implied = implied;
		n++;
	}
	return rc != 0 ? rc : ik_prep_bool(p, kids, occurs, n, 0, out);
}

static int is_of_part(const struct ik_qtokens *c, const struct ik_qtoken *t, size_t part)
{
	(void)c;
	return t->part == part;
}

int ik_prep_join(struct ik_prepare *p, uint32_t field, const struct ik_qtokens *c, int part,
                 int32_t occur, float weight, struct ik_prep **out)
{
	return ik_prep_join_wanted(p, field, c, part < 0 ? NULL : is_of_part, (size_t)part, occur,
	                           weight, out);
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
		rc = ik_prep_join(p, field, &c, -1, INK_SHOULD,
		                  ik_prep_field_weight(p, field, boost), out);
	if (rc == 0)
		rc = ik_prep_add_pairs(p, field, text, len, &c,
		                       ik_prep_field_weight(p, field, boost), out);
	ik_qtokens_release(&c);
	return rc;
}

/*
 * The words that a token is in: several where one of the user has blanks in it. How many more
 * tokens lie over each byte than over the one before is known: long words cost one walk.
 */
static void keep_words(const char *text, size_t len, const int32_t *more, uint8_t *kept)
{
	size_t word = 0;
	int64_t open = 0;

	for (size_t at = 0; at < len; at++) {
		open += more[at];
		if (at > 0 && ik_prep_blank(text[at - 1]))
			word = at;
		if (open > 0)
			kept[word] = 1;
	}
}

int ik_prep_kept(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                 uint8_t *kept)
{
	struct ik_qtokens c = { 0 }; /* repeats are not joined: a word twice is kept twice */
	int32_t *more = ik_arena_zalloc(p->arena, (len + 2) * sizeof *more);
	int rc = more != NULL ? ik_qtokens_collect(&c, p, field, IK_FOR_ANY, text, len)
	                      : ik_fail_nomem(p->err);

	memset(kept, 0, len + 1);
	for (size_t i = 0; rc == 0 && i < c.list.n; i++) {
		const struct ik_qtoken *t = &c.list.v[i];

		more[t->start]++;
		more[t->end > t->start ? t->end : t->start + 1]--;
	}
	if (rc == 0)
		keep_words(text, len, more, kept);
	ik_qtokens_release(&c);
	return rc;
}
