/* gen.c - random numbers, documents and queries that follow from a seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gen.h"

const char *const gen_field_names[GEN_FIELDS] = { "id",  "serial", "body",  "title", "note",
	                                          "tag", "num",    "price", "when" };

uint64_t gen_next(struct gen *g)
{
	uint64_t v = g->state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

	v = (v ^ (v >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	v = (v ^ (v >> 27)) * UINT64_C(0x94d049bb133111eb);
	return v ^ (v >> 31);
}

uint32_t gen_below(struct gen *g, uint32_t n)
{
	return n == 0 ? 0 : (uint32_t)((gen_next(g) >> 32) * n >> 32);
}

double gen_unit(struct gen *g)
{
	return (double)(gen_next(g) >> 11) / 9007199254740992.0;
}

/* ---- words ---- */

#define LETTERS 12u

void gen_word(uint32_t rank, char *out)
{
	char tmp[16];
	size_t n = 0, i = 0;

	do {
		tmp[n++] = (char)('a' + rank % LETTERS);
		rank = rank / LETTERS;
	} while (rank-- > 0);
	while (n > 0)
		out[i++] = tmp[--n];
	out[i] = '\0';
}

/* A rank whose probability is about 1 / rank. */
static uint32_t zipf(struct gen *g, uint32_t words)
{
	uint32_t rank = (uint32_t)(exp(gen_unit(g) * log((double)words + 1)) - 1);

	return rank < words ? rank : words - 1;
}

static uint32_t doc_rank(const struct gen_corpus *c, struct gen *g, uint64_t serial)
{
	uint32_t rank = zipf(g, c->words);

	if (gen_below(g, 3) == 0)
		rank = (uint32_t)((rank + serial / 700 * 7) % c->words);
	return rank;
}

/* A few upper-case letters, which the analyzer takes down. */
static void some_case(struct gen *g, char *word)
{
	if (gen_below(g, 6) == 0)
		word[0] = (char)(word[0] - 'a' + 'A');
}

/* ---- documents ---- */

static void add(struct ik_doc *doc, unsigned field, const char *text, size_t len)
{
	assert_int_equal(ik_doc_add_text(doc, gen_field_names[field], text, len, NULL), 0);
}

static void add_words(const struct gen_corpus *c, struct gen *g, uint64_t serial, unsigned field,
                      uint32_t n, struct ik_doc *doc)
{
	char text[8192];
	size_t len = 0;

	for (uint32_t i = 0; i < n && len + 32 < sizeof text; i++) {
		char word[16];

		gen_word(doc_rank(c, g, serial), word);
		some_case(g, word);
		len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i > 0 ? " " : "",
		                        word);
	}
	add(doc, field, text, len);
}

/* Frequencies that do not fit a byte. */
static void add_big(const struct gen_corpus *c, struct gen *g, unsigned field, struct ik_doc *doc)
{
	uint32_t times = 250 + gen_below(g, 100);
	char word[16], text[8192];
	size_t len = 0;

	gen_word(zipf(g, c->words < 8 ? c->words : 8), word);
	for (uint32_t i = 0; i < times; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%s ", word);
	add(doc, field, text, len);
}

static void add_number(struct ik_doc *doc, unsigned field, int64_t value)
{
	assert_int_equal(ik_doc_add_i64(doc, gen_field_names[field], value, NULL), 0);
}

static void add_values(struct gen *g, uint64_t serial, struct ik_doc *doc)
{
	uint32_t n = gen_below(g, 4);

	for (uint32_t i = 0; i < n; i++) {
		char tag[16];

		gen_word(zipf(g, 300), tag);
		add(doc, GEN_TAG, tag, strlen(tag));
	}
	n = gen_below(g, 3);
	for (uint32_t i = 0; i < n; i++)
		add_number(doc, GEN_NUM, (int64_t)gen_below(g, 200) - 100 + (int64_t)(serial / 64));
	if (gen_below(g, 4) != 0)
		assert_int_equal(ik_doc_add_f64(doc, gen_field_names[GEN_PRICE],
		                                (double)gen_below(g, 400) / 8 - 10, NULL), 0);
	add_number(doc, GEN_WHEN, (int64_t)gen_below(g, 1000) * 86400000);
}

struct ik_schema *gen_corpus_schema(double k1, double b)
{
	static const struct {
		int32_t type;
		uint32_t flags;
	} fields[GEN_FIELDS] = {
		{ INK_KEYWORD, INK_STORED | INK_KEY }, { INK_I64, INK_STORED },
		{ INK_TEXT, INK_PAIRS }, { INK_TEXT, 0 }, { INK_TEXT, INK_NO_POSITIONS },
		{ INK_KEYWORD, INK_MULTI }, { INK_I64, INK_MULTI }, { INK_F64, 0 }, { INK_DATE, 0 },
	};
	struct ik_schema *s;

	assert_int_equal(ik_schema_new(&s, NULL), 0);
	for (unsigned i = 0; i < GEN_FIELDS; i++)
		assert_int_equal(ik_schema_add(s, gen_field_names[i], fields[i].type,
		                               fields[i].flags,
		                               fields[i].type == INK_TEXT ? "whitespace | lower"
		                                                          : NULL, NULL), 0);
	assert_int_equal(ik_schema_set_weight(s, "title", 2.5, NULL), 0);
	assert_int_equal(ik_schema_set_bm25(s, k1, b, NULL), 0);
	return s;
}

void gen_corpus_doc(const struct gen_corpus *c, uint64_t serial, const char *id,
                    struct ik_doc *doc)
{
	struct gen g = { c->seed ^ (serial * 0x9e3779b1u + 1) };

	ik_doc_clear(doc);
	add(doc, GEN_ID, id, strlen(id));
	add_number(doc, GEN_SERIAL, (int64_t)serial);
	add_words(c, &g, serial, GEN_BODY, gen_below(&g, c->length + 1), doc);
	if (gen_below(&g, 5) == 0)
		add_words(c, &g, serial, GEN_BODY, gen_below(&g, c->length + 1), doc);
	if (c->big && gen_below(&g, 150) == 0)
		add_big(c, &g, GEN_BODY, doc);
	if (gen_below(&g, 3) != 0)
		add_words(c, &g, serial, GEN_TITLE, 1 + gen_below(&g, 5), doc);
	add_words(c, &g, serial, GEN_NOTE, gen_below(&g, 4), doc);
	add_values(&g, serial, doc);
}

/* ---- queries ---- */

static const char *any_of(struct gen *g, const char *const *names, uint32_t n)
{
	return names[gen_below(g, n)];
}

static const char *text_field(struct gen *g, int phrases)
{
	static const char *const names[] = { "body", "body", "body", "title", NULL, "note" };

	return any_of(g, names, phrases ? 5 : 6);
}

static struct ik_query *leaf(enum ik_query_kind kind, const char *field, const char *text,
                             uint32_t number)
{
	struct ik_query *q;

	assert_int_equal(ik_query_leaf(kind, field, text, strlen(text), number, &q, NULL), 0);
	return q;
}

static struct ik_query *gen_term(const struct gen_corpus *c, struct gen *g)
{
	static const char *const names[] = { "body", "body", "title", "note", "tag", "num" };
	const char *field = any_of(g, names, 6);
	char text[32];

	if (strcmp(field, "num") == 0)
		snprintf(text, sizeof text, "%d", (int)gen_below(g, 200) - 90);
	else
		gen_word(zipf(g, c->words), text);
	return leaf(IK_Q_TERM, field, text, 0);
}

static struct ik_query *gen_match(const struct gen_corpus *c, struct gen *g)
{
	uint32_t n = 1 + gen_below(g, 5);
	char text[256];
	size_t len = 0;
	struct ik_query *q;

	for (uint32_t i = 0; i < n; i++) {
		char word[16];

		gen_word(zipf(g, c->words), word);
		some_case(g, word);
		len += (size_t)snprintf(text + len, sizeof text - len, " %s", word);
	}
	q = leaf(IK_Q_MATCH, text_field(g, 0), gen_below(g, 60) == 0 ? " " : text, 0);
	q->all = gen_below(g, 4) == 0;
	return q;
}

/* Words that follow each other in some document, now and then shuffled or with one left out. */
static struct ik_query *gen_phrase(const struct gen_corpus *c, struct gen *g, uint64_t docs)
{
	const char *field = text_field(g, 1);
	unsigned from = field != NULL && strcmp(field, "title") == 0 ? GEN_TITLE : GEN_BODY;
	uint32_t want = 1 + gen_below(g, 4), slop = gen_below(g, 2) * gen_below(g, 6);
	struct ik_schema *schema = gen_corpus_schema(0.9, 0.4);
	char words[4][16], text[128] = "";
	struct ik_doc doc;
	uint32_t n = 0;

	ik_doc_init(&doc, schema);
	gen_corpus_doc(c, gen_next(g) % (docs + 1), "", &doc);
	for (size_t i = 0; n == 0 && i < doc.values.n; i++) {
		const char *p = doc.values.v[i].text;
		uint32_t skip = gen_below(g, c->length);

		if (doc.values.v[i].field != from)
			continue;
		while (skip-- > 0 && strchr(p, ' ') != NULL)
			p = strchr(p, ' ') + 1;
		while (n < want && sscanf(p, "%15s", words[n]) == 1) {
			n++;
			p = strchr(p, ' ');
			if (p == NULL)
				break;
			p++;
		}
	}
	ik_doc_release(&doc);
	ik_schema_free(schema);
	while (n < want)
		gen_word(zipf(g, 12), words[n++]);
	if (gen_below(g, 4) == 0) /* a word twice */
		memmove(words[gen_below(g, n)], words[0], sizeof words[0]);
	if (gen_below(g, 4) == 0)
		gen_word(zipf(g, 6), words[gen_below(g, n)]);
	for (uint32_t i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s ",
		         words[slop > 0 && gen_below(g, 5) == 0 ? n - 1 - i : i]);
	return leaf(IK_Q_PHRASE, field, text, slop);
}

static struct ik_query *gen_pattern(const struct gen_corpus *c, struct gen *g)
{
	static const char *const names[] = { "body", "title", "note", "tag", NULL };
	const char *field = any_of(g, names, 5);
	char word[16], text[40];
	size_t n = 0;

	gen_word(zipf(g, c->words), word);
	switch (gen_below(g, 3)) {
	case 0:
		if (gen_below(g, 30) == 0)
			return leaf(IK_Q_PREFIX, field, "", 0);
		word[1 + gen_below(g, 2)] = '\0';
		return leaf(IK_Q_PREFIX, field, word, 0);
	case 1:
		for (size_t i = 0; word[i] != '\0'; i++)
			switch (gen_below(g, 5)) {
			case 0:
				text[n++] = '?';
				break;
			case 1:
				text[n++] = '*';
				break;
			case 2:
				text[n++] = '*'; /* and the letter behind it */
				/* fall through */
			default:
				text[n++] = word[i];
			}
		text[n] = '\0';
		return leaf(IK_Q_WILDCARD, field, text, 0);
	default:
		return leaf(IK_Q_FUZZY, field, word, 1 + gen_below(g, 2));
	}
}

static void gen_bound(struct gen *g, unsigned field, int64_t at, char text[16], struct ik_bound *b)
{
	memset(b, 0, sizeof *b);
	if (gen_below(g, 6) == 0)
		return;
	b->open = (int)gen_below(g, 2);
	b->type = INK_I64;
	b->i64 = field == GEN_WHEN ? at * 86400000 : at;
	if (field == GEN_TAG) {
		gen_word((uint32_t)(at + 100), text);
		b->type = INK_KEYWORD;
		b->text = text;
		b->len = strlen(text);
	} else if (field != GEN_WHEN && gen_below(g, 2) == 0) {
		b->type = INK_F64;
		b->f64 = (double)at + (double)gen_below(g, 3) / 2;
	}
}

static struct ik_query *gen_range(struct gen *g)
{
	static const unsigned fields[] = { GEN_TAG, GEN_NUM, GEN_NUM, GEN_PRICE, GEN_WHEN };
	unsigned field = fields[gen_below(g, 5)];
	int64_t at = (int64_t)gen_below(g, 250) - 100;
	char lo_text[16], hi_text[16];
	struct ik_bound lo, hi;
	struct ik_query *q;

	gen_bound(g, field, at, lo_text, &lo);
	gen_bound(g, field, at + (int64_t)gen_below(g, 60), hi_text, &hi);
	assert_int_equal(ik_query_range(gen_field_names[field], &lo, &hi, &q, NULL), 0);
	return q;
}

static struct ik_query *gen_bool(const struct gen_corpus *c, struct gen *g, uint64_t docs,
                                 unsigned depth)
{
	static const int32_t usual[] = { INK_SHOULD, INK_SHOULD, INK_SHOULD, INK_MUST,
		                         INK_MUST, INK_MUST_NOT, INK_FILTER };
	uint32_t n = 1 + gen_below(g, 5), unions = gen_below(g, 3);
	struct ik_query *clauses[5] = { NULL }, *q;
	int32_t occur[5] = { 0 };
	uint32_t min_should = gen_below(g, 3) == 0 ? gen_below(g, n + 1) : 0;

	for (uint32_t i = 0; i < n; i++) {
		clauses[i] = gen_query(c, g, docs, depth - 1);
		occur[i] = unions == 0 ? INK_SHOULD : usual[gen_below(g, 7)];
	}
	assert_int_equal(ik_query_bool((const struct ik_query *const *)clauses, occur, n,
	                               min_should, &q, NULL), 0);
	for (uint32_t i = 0; i < n; i++)
		ik_query_unref(clauses[i]);
	return q;
}

struct ik_query *gen_query(const struct gen_corpus *c, struct gen *g, uint64_t docs,
                           unsigned depth)
{
	static const double boosts[] = { 0, 0.001, 0.5, 2, 3.3, 1000 };
	uint32_t pick = gen_below(g, depth > 1 ? 22 : 12);
	struct ik_query *q, *boosted;

	if (pick >= 12)
		q = gen_bool(c, g, docs, depth);
	else if (pick < 3)
		q = gen_term(c, g);
	else if (pick < 6)
		q = gen_match(c, g);
	else if (pick < 8)
		q = gen_phrase(c, g, docs);
	else if (pick < 10)
		q = gen_pattern(c, g);
	else if (pick < 11 || gen_below(g, 3) != 0)
		q = gen_range(g);
	else
		q = leaf(IK_Q_ALL, NULL, "", 0);
	if (gen_below(g, 5) != 0)
		return q;
	assert_int_equal(ik_query_boosted(q, boosts[gen_below(g, 6)], &boosted, NULL), 0);
	ik_query_unref(q);
	return boosted;
}
