/* oracle.c - the oracle's documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "inkstone/search.h"
#include "oracle_impl.h"

#define VALUE_GAP 100 /* positions between two values of a field */

struct oracle *oracle_new(struct ik_schema *schema)
{
	struct oracle *o = calloc(1, sizeof *o);

	assert_non_null(o);
	o->schema = schema;
	o->analyzers = calloc(schema->n + 1, sizeof *o->analyzers);
	o->sums = calloc(ik_part(schema->n, 0) + 1u, sizeof *o->sums);
	assert_true(o->analyzers != NULL && o->sums != NULL);
	for (uint32_t i = 0; i < schema->n; i++)
		if (schema->fields[i].type == INK_TEXT)
			assert_int_equal(ik_analyzer_new(schema->fields[i].analyzer,
			                                 &o->analyzers[i], NULL), 0);
	assert_int_equal(ik_analysis_new(&o->analysis, NULL), 0);
	return o;
}

void oracle_free(struct oracle *o)
{
	for (size_t i = 0; i < o->docs.n; i++) {
		free(o->docs.v[i].tokens);
		free(o->docs.v[i].parts);
		free(o->docs.v[i].values);
	}
	for (size_t i = 0; i < o->words.n; i++)
		free(o->words.v[i].text);
	for (uint32_t i = 0; i < o->schema->n; i++)
		ik_analyzer_unref(o->analyzers[i]);
	ik_analysis_free(o->analysis);
	ik_vec_free(&o->docs);
	ik_vec_free(&o->words);
	ik_map_free(&o->map);
	free(o->sums);
	free(o->analyzers);
	free(o);
}

double oracle_sum_len(const struct oracle *o, uint32_t part)
{
	double sum = 0;

	for (size_t d = 0; d < o->docs.n; d++)
		sum += o->docs.v[d].parts[part].length;
	return sum;
}

void oracle_set_sum_len(struct oracle *o, uint32_t part, double sum)
{
	o->sums[part] = sum;
}

size_t oracle_len(const struct oracle *o)
{
	return o->docs.n;
}

int oracle_alive(const struct oracle *o, size_t doc)
{
	return o->docs.v[doc].alive;
}

static uint32_t intern(struct oracle *o, const char *text, size_t len)
{
	int added;
	uint32_t i = ik_map_add(&o->map, text, len, &added);
	struct word *w;

	assert_true(i != IK_MAP_NONE);
	if (!added)
		return i;
	assert_int_equal(i, o->words.n);
	w = ik_vec_push(&o->words);
	assert_non_null(w);
	w->text = calloc(1, len + 1);
	assert_non_null(w->text);
	memcpy(w->text, text, len);
	w->len = len;
	return i;
}

/* ---- a document being taken apart ---- */

struct taking {
	struct ik_sink sink;
	struct oracle *o;
	uint32_t field;
	uint32_t base[2], next[2];
	struct document *doc;
	IK_VEC(struct token) tokens;
};

static int take(struct ik_sink *sink, const struct ik_token *t)
{
	struct taking *k = (struct taking *)sink;
	uint32_t gram = t->part == INK_PART_GRAM, part = ik_part(k->field, gram);
	struct token *to = ik_vec_push(&k->tokens);

	assert_non_null(to);
	to->part = part;
	to->term = intern(k->o, t->term, t->len);
	to->position = k->base[gram] + t->position;
	if (to->position >= k->next[gram])
		k->next[gram] = to->position + 1;
	k->doc->parts[part].length += (t->flags & IK_TOKEN_JOINED) == 0;
	return 0;
}

static void take_text(struct taking *k, const struct ik_value *v)
{
	if (v->field != k->field)
		k->base[0] = k->base[1] = k->next[0] = k->next[1] = 0;
	k->field = v->field;
	assert_int_equal(ik_analyze(k->o->analyzers[v->field], k->o->analysis, IK_FOR_DOC, v->text,
	                            v->len, &k->sink, NULL), 0);
	for (int i = 0; i < 2; i++)
		k->base[i] = k->next[i] + VALUE_GAP;
}

static void take_keyword(struct taking *k, const struct ik_value *v)
{
	uint32_t part = ik_part(v->field, 0), term = intern(k->o, v->text, v->len);
	struct token *to;

	for (size_t i = 0; i < k->tokens.n; i++)
		if (k->tokens.v[i].part == part && k->tokens.v[i].term == term)
			return;
	to = ik_vec_push(&k->tokens);
	assert_non_null(to);
	*to = (struct token){ part, term, 0 };
	k->doc->parts[part].length++;
}

void oracle_add(struct oracle *o, const struct ik_doc *doc, int alive)
{
	struct taking k = { .sink = { take }, .o = o, .field = UINT32_MAX };

	k.doc = ik_vec_push(&o->docs);
	assert_non_null(k.doc);
	memset(k.doc, 0, sizeof *k.doc);
	k.doc->alive = alive;
	k.doc->parts = calloc(ik_part(o->schema->n, 0) + 1u, sizeof *k.doc->parts);
	k.doc->values = calloc(doc->values.n + 1, sizeof *k.doc->values);
	assert_true(k.doc->parts != NULL && k.doc->values != NULL);
	for (size_t i = 0; i < doc->values.n; i++) {
		struct ik_value v = doc->values.v[i];

		if (v.type == INK_TEXT) {
			take_text(&k, &v);
			continue;
		}
		if (v.type == INK_KEYWORD) {
			take_keyword(&k, &v);
			v.i64 = intern(o, v.text, v.len);
		}
		v.text = NULL;
		k.doc->values[k.doc->n_values++] = v;
	}
	k.doc->tokens = calloc(k.tokens.n + 1, sizeof *k.doc->tokens);
	assert_non_null(k.doc->tokens);
	if (k.tokens.n > 0)
		memcpy(k.doc->tokens, k.tokens.v, k.tokens.n * sizeof *k.doc->tokens);
	k.doc->n = k.tokens.n;
	ik_vec_free(&k.tokens);
}

/* ---- sorting ---- */

static int compare_words(const struct oracle *o, int64_t a, int64_t b)
{
	return strcmp(o->words.v[a].text, o->words.v[b].text);
}

static int compare_values(const struct oracle *o, const struct ik_value *a,
                          const struct ik_value *b)
{
	if (a->type == INK_KEYWORD)
		return compare_words(o, a->i64, b->i64);
	if (a->type == INK_F64)
		return (a->f64 > b->f64) - (a->f64 < b->f64);
	return (a->i64 > b->i64) - (a->i64 < b->i64);
}

/* Of several values the smallest, descending the greatest. */
static const struct ik_value *chosen(const struct oracle *o, size_t doc, uint32_t field, int desc)
{
	const struct document *d = &o->docs.v[doc];
	const struct ik_value *best = NULL;

	for (size_t i = 0; i < d->n_values; i++) {
		const struct ik_value *v = &d->values[i];

		if (v->field == field && (best == NULL || (desc ? compare_values(o, v, best) > 0
		                                                : compare_values(o, v, best) < 0)))
			best = v;
	}
	return best;
}

int oracle_order(const struct oracle *o, uint32_t field, uint32_t flags, size_t a, size_t b)
{
	int desc = (flags & INK_SORT_DESC) != 0, first = (flags & INK_SORT_MISSING_FIRST) != 0;
	const struct ik_value *x = chosen(o, a, field, desc), *y = chosen(o, b, field, desc);

	if (x == NULL || y == NULL)
		return x == y ? 0 : (x == NULL) == first ? -1 : 1;
	return desc ? compare_values(o, y, x) : compare_values(o, x, y);
}
