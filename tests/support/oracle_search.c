/* oracle_search.c - queries by their definition, document by document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "codec/norm.h"
#include "oracle_impl.h"

#define GRAM_WEIGHT 0.4

static struct oracle_answer blank(const struct oracle *o)
{
	struct oracle_answer a = { .n = o->docs.n, .said = 1 };

	a.match = calloc(a.n + 1, 1);
	a.score = calloc(a.n + 1, sizeof *a.score);
	assert_true(a.match != NULL && a.score != NULL);
	return a;
}

void oracle_answer_free(struct oracle_answer *a)
{
	free(a->match);
	free(a->score);
	memset(a, 0, sizeof *a);
}

static struct oracle_answer nothing_said(const struct oracle *o)
{
	struct oracle_answer a = blank(o);

	a.said = 0;
	return a;
}

/* Either: scores add up. Frees b. */
static void unite(struct oracle_answer *a, struct oracle_answer b)
{
	for (size_t d = 0; b.said && d < a->n; d++)
		if (b.match[d]) {
			a->match[d] = 1;
			a->score[d] += b.score[d];
		}
	a->said |= b.said;
	oracle_answer_free(&b);
}

/* ---- BM25 ---- */

static double docs_with(const struct oracle *o, uint32_t part)
{
	double n = 0;

	for (size_t d = 0; d < o->docs.n; d++)
		n += o->docs.v[d].parts[part].length > 0;
	return n;
}

static double idf_of(const struct oracle *o, uint32_t part, double df)
{
	double n = docs_with(o, part);

	return log(1 + (n - df + 0.5) / (df + 0.5));
}

static double average(const struct oracle *o, uint32_t part)
{
	double n = docs_with(o, part);
	double sum = o->sums[part] > 0 ? o->sums[part] : oracle_sum_len(o, part);

	return n > 0 ? sum / n : 1;
}

/* `avg` 0: a part without lengths. */
static double bm25(const struct oracle *o, uint32_t part, double tf, size_t doc, double avg)
{
	double len = ik_norm_decode(ik_norm_encode(o->docs.v[doc].parts[part].length));
	double b = avg > 0 ? o->b : 0;

	return tf / (tf + o->k1 * (1 - b + (avg > 0 ? b * len / avg : 0)));
}

static double length_average(const struct oracle *o, uint32_t part)
{
	return o->schema->fields[part / 2].type == INK_TEXT ? average(o, part) : 0;
}

static uint32_t tf_of(const struct document *d, uint32_t part, uint32_t term)
{
	uint32_t tf = 0;

	for (size_t i = 0; i < d->n; i++)
		tf += d->tokens[i].term == term && d->tokens[i].part == part;
	return tf;
}

static struct oracle_answer term_answer(const struct oracle *o, uint32_t part, uint32_t term,
                                        double weight)
{
	double df = 0, idf, avg = length_average(o, part);
	struct oracle_answer a = blank(o);

	for (size_t d = 0; d < a.n; d++) {
		a.score[d] = tf_of(&o->docs.v[d], part, term);
		a.match[d] = a.score[d] > 0;
		df += a.match[d];
	}
	idf = idf_of(o, part, df);
	for (size_t d = 0; d < a.n; d++)
		if (a.match[d])
			a.score[d] = weight * idf * bm25(o, part, a.score[d], d, avg);
	return a;
}

/* ---- values ---- */

static int inside(const struct ik_bound *b, const struct ik_value *v, int upper)
{
	double x = v->type == INK_F64 ? v->f64 : (double)v->i64;
	double y = b->type == INK_F64 ? b->f64 : (double)b->i64;

	if (b->type == 0)
		return 1;
	if (x == y)
		return !b->open;
	return upper ? x < y : x > y;
}

static int word_inside(const struct ik_bound *b, const char *word, int upper)
{
	int order;

	if (b->type == 0)
		return 1;
	order = strcmp(word, b->text);
	if (order == 0)
		return !b->open;
	return upper ? order < 0 : order > 0;
}

static struct oracle_answer range_answer(const struct oracle *o, uint32_t field,
                                         const struct ik_query *q, double boost)
{
	struct oracle_answer a = blank(o);

	for (size_t d = 0; d < a.n; d++)
		for (size_t i = 0; i < o->docs.v[d].n_values; i++) {
			const struct ik_value *v = &o->docs.v[d].values[i];
			int in;

			if (v->field != field)
				continue;
			if (v->type == INK_KEYWORD)
				in = word_inside(&q->lo, o->words.v[v->i64].text, 0) &&
				     word_inside(&q->hi, o->words.v[v->i64].text, 1);
			else
				in = inside(&q->lo, v, 0) && inside(&q->hi, v, 1);
			a.match[d] |= (uint8_t)in;
			a.score[d] = boost;
		}
	return a;
}

static struct oracle_answer exact_answer(const struct oracle *o, uint32_t field,
                                         const struct ik_query *q, double boost)
{
	const struct ik_field *f = &o->schema->fields[field];
	uint32_t term = ik_map_find(&o->map, q->text, q->len);
	struct ik_query range = { .lo = { .type = INK_I64 } };
	struct oracle_answer a;

	if (f->type != INK_TEXT && f->type != INK_KEYWORD) {
		range.lo.i64 = strtoll(q->text, NULL, 10);
		range.hi = range.lo;
		return range_answer(o, field, &range, boost);
	}
	a = term_answer(o, ik_part(field, 0), term, boost * f->weight);
	if (f->type == INK_TEXT)
		unite(&a, term_answer(o, ik_part(field, 1), term, boost * f->weight));
	return a;
}

/* ---- text ---- */

struct query_words {
	struct ik_sink sink;
	const struct oracle *o;
	uint32_t field;
	IK_VEC(struct query_token) tokens;
};

static int take(struct ik_sink *sink, const struct ik_token *t)
{
	struct query_words *w = (struct query_words *)sink;
	struct query_token *to = ik_vec_push(&w->tokens);

	assert_non_null(to);
	assert_int_equal(t->flags, 0); /* the oracle speaks of simple analyzers only */
	*to = (struct query_token){ .part = ik_part(w->field, t->part == INK_PART_GRAM),
		                    .term = ik_map_find(&w->o->map, t->term, t->len),
		                    .position = t->position };
	return 0;
}

static void words_of(const struct oracle *o, uint32_t field, enum ik_purpose purpose,
                     const char *text, size_t len, struct query_words *w)
{
	*w = (struct query_words){ .sink = { take }, .o = o, .field = field };
	assert_int_equal(ik_analyze(o->analyzers[field], o->analysis, purpose, text, len, &w->sink,
	                            NULL), 0);
}

static struct oracle_answer any_answer(const struct oracle *o, uint32_t field, const char *text,
                                       size_t len, double boost)
{
	double weight = boost * o->schema->fields[field].weight;
	struct query_words w;
	struct oracle_answer a = blank(o);

	words_of(o, field, IK_FOR_ANY, text, len, &w);
	a.said = w.tokens.n > 0;
	for (size_t i = 0; i < w.tokens.n; i++)
		unite(&a, term_answer(o, w.tokens.v[i].part, w.tokens.v[i].term,
		                      weight * (w.tokens.v[i].part % 2 != 0 ? GRAM_WEIGHT : 1)));
	ik_vec_free(&w.tokens);
	return a;
}

static size_t places_of(const struct document *d, uint32_t part, uint32_t term, uint32_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++)
		if (d->tokens[i].part == part && d->tokens[i].term == term)
			out[n++] = d->tokens[i].position;
	return n;
}

static uint32_t phrase_in(const struct document *d, const struct query_words *w, uint32_t slop)
{
	uint32_t *room = calloc(w->tokens.n * (d->n + 1), sizeof *room), count;
	struct places v[16];

	assert_true(room != NULL && w->tokens.n <= 16);
	for (size_t i = 0; i < w->tokens.n; i++) {
		const struct query_token *t = &w->tokens.v[i];

		v[i].pos = room + i * (d->n + 1);
		v[i].n = places_of(d, t->part, t->term, room + i * (d->n + 1));
		v[i].offset = t->position - w->tokens.v[0].position;
		v[i].same = t->term;
	}
	count = oracle_phrase(v, w->tokens.n, slop);
	free(room);
	return count;
}

static struct oracle_answer phrase_answer(const struct oracle *o, uint32_t field,
                                          const struct ik_query *q, double boost)
{
	uint32_t part = ik_part(field, 0);
	double weight = 0, avg = length_average(o, part);
	struct query_words w;
	struct oracle_answer a;

	words_of(o, field, IK_FOR_PHRASE, q->text, q->len, &w);
	if (w.tokens.n == 0)
		return nothing_said(o);
	a = blank(o);
	for (size_t i = 0; i < w.tokens.n; i++) {
		double df = 0;

		for (size_t d = 0; d < a.n; d++)
			df += tf_of(&o->docs.v[d], part, w.tokens.v[i].term) > 0;
		weight += boost * o->schema->fields[field].weight * idf_of(o, part, df);
	}
	for (size_t d = 0; d < a.n; d++) {
		uint32_t tf = w.tokens.n == 1 ? tf_of(&o->docs.v[d], part, w.tokens.v[0].term)
		                              : phrase_in(&o->docs.v[d], &w, q->number);

		a.match[d] = tf > 0;
		a.score[d] = tf > 0 ? weight * bm25(o, part, tf, d, avg) : 0;
	}
	ik_vec_free(&w.tokens);
	return a;
}

/* ---- patterns ---- */

static int fits(const struct ik_query *q, const char *text, size_t len, const struct word *w)
{
	if (q->kind == IK_Q_PREFIX)
		return w->len >= len && memcmp(w->text, text, len) == 0;
	if (q->kind == IK_Q_WILDCARD)
		return oracle_wildcard(text, text + len, w->text, w->text + w->len);
	return w->len < 32 && oracle_distance(text, len, w->text, w->len) <= q->number;
}

static struct oracle_answer pattern_answer(const struct oracle *o, uint32_t field,
                                           const struct ik_query *q, double boost)
{
	uint32_t part = ik_part(field, 0);
	uint8_t *fit = calloc(o->words.n + 1, 1);
	char text[64];
	struct oracle_answer a = blank(o);

	assert_true(fit != NULL && q->len < sizeof text);
	for (size_t i = 0; i <= q->len; i++)
		text[i] = (char)(q->text[i] >= 'A' && q->text[i] <= 'Z' ? q->text[i] + 32
		                                                         : q->text[i]);
	for (size_t i = 0; i < o->words.n; i++)
		fit[i] = (uint8_t)fits(q, text, q->len, &o->words.v[i]);
	for (size_t d = 0; d < a.n; d++) {
		const struct document *doc = &o->docs.v[d];

		for (size_t i = 0; i < doc->n; i++)
			a.match[d] |= doc->tokens[i].part == part && fit[doc->tokens[i].term];
		a.score[d] = boost; /* whatever the terms */
	}
	free(fit);
	if (q->kind == IK_Q_FUZZY && o->schema->fields[field].type == INK_TEXT)
		unite(&a, term_answer(o, part, ik_map_find(&o->map, text, q->len), boost));
	return a;
}

/* ---- the tree ---- */

static struct oracle_answer eval(const struct oracle *o, const struct ik_query *q, double boost);

static struct oracle_answer field_answer(const struct oracle *o, uint32_t field,
                                         const struct ik_query *q, double boost)
{
	switch (q->kind) {
	case IK_Q_TERM:
		return exact_answer(o, field, q, boost);
	case IK_Q_RANGE:
		return range_answer(o, field, q, boost);
	case IK_Q_PHRASE:
		return phrase_answer(o, field, q, boost);
	case IK_Q_MATCH:
		return any_answer(o, field, q->text, q->len, boost);
	default:
		return pattern_answer(o, field, q, boost);
	}
}

/* One field, or every text field that can answer. */
static struct oracle_answer fields_answer(const struct oracle *o, const struct ik_query *q,
                                          double boost)
{
	struct oracle_answer a;

	if (q->field != NULL)
		return field_answer(o, ik_schema_find(o->schema, q->field, strlen(q->field)), q,
		                    boost);
	a = nothing_said(o);
	for (uint32_t f = 0; f < o->schema->n; f++)
		if (o->schema->fields[f].type == INK_TEXT &&
		    (q->kind != IK_Q_PHRASE ||
		     (o->schema->fields[f].flags & INK_NO_POSITIONS) == 0))
			unite(&a, field_answer(o, f, q, boost));
	return a;
}

/* `all` words, each in any of the fields. */
static struct oracle_answer all_answer(const struct oracle *o, const struct ik_query *q,
                                       double boost)
{
	struct oracle_answer a = blank(o);
	size_t at = 0;

	a.said = 0;
	memset(a.match, 1, a.n);
	while (at < q->len) {
		struct ik_query word = *q;
		struct oracle_answer one;

		if (q->text[at] == ' ') {
			at++;
			continue;
		}
		word.text = q->text + at;
		word.len = strcspn(word.text, " ");
		at += word.len;
		one = fields_answer(o, &word, boost);
		for (size_t d = 0; d < a.n; d++) {
			a.match[d] &= one.match[d];
			a.score[d] += one.score[d];
		}
		a.said = 1;
		oracle_answer_free(&one);
	}
	return a;
}

static struct oracle_answer bool_answer(const struct oracle *o, const struct ik_query *q,
                                        double boost)
{
	uint32_t *should = calloc(o->docs.n + 1, sizeof *should), need = q->number;
	size_t n_required = 0, n_positive = 0, n_said = 0;
	struct oracle_answer a = blank(o);

	assert_non_null(should);
	memset(a.match, 1, a.n);
	for (size_t i = 0; i < q->n; i++) {
		struct oracle_answer k = eval(o, q->clauses[i].query, boost);
		int32_t occur = q->clauses[i].occur;

		n_said += k.said != 0;
		n_positive += k.said && occur != INK_MUST_NOT;
		n_required += k.said && (occur == INK_MUST || occur == INK_FILTER);
		for (size_t d = 0; k.said && d < a.n; d++) {
			if (occur == INK_MUST_NOT)
				a.match[d] &= !k.match[d];
			else if (occur != INK_SHOULD)
				a.match[d] &= k.match[d];
			else
				should[d] += k.match[d];
			if (k.match[d] && (occur == INK_MUST || occur == INK_SHOULD))
				a.score[d] += k.score[d];
		}
		oracle_answer_free(&k);
	}
	a.said = n_said > 0;
	if (need == 0 && n_required == 0 && n_positive > 0)
		need = 1;
	for (size_t d = 0; d < a.n; d++)
		a.match[d] &= should[d] >= need;
	free(should);
	return a;
}

static struct oracle_answer eval(const struct oracle *o, const struct ik_query *q, double boost)
{
	struct oracle_answer a;

	boost *= q->boost;
	if (q->kind == IK_Q_BOOL)
		return bool_answer(o, q, boost);
	if (q->kind == IK_Q_MATCH && q->all)
		return all_answer(o, q, boost);
	if (q->kind != IK_Q_ALL)
		return fields_answer(o, q, boost);
	a = blank(o);
	memset(a.match, 1, a.n);
	for (size_t d = 0; d < a.n; d++)
		a.score[d] = boost;
	return a;
}

void oracle_search(struct oracle *o, const struct ik_query *query, const struct ik_query *filter,
                   double k1, double b, struct oracle_answer *out)
{
	o->k1 = k1;
	o->b = b;
	*out = eval(o, query, 1);
	if (filter != NULL) {
		struct oracle_answer only = eval(o, filter, 1);

		for (size_t d = 0; d < out->n; d++)
			out->match[d] &= only.match[d] || !only.said;
		oracle_answer_free(&only);
	}
	for (size_t d = 0; d < out->n; d++) {
		out->match[d] &= out->said && o->docs.v[d].alive;
		out->total += out->match[d];
	}
}
