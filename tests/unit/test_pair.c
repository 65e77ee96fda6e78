/*
 * test_pair.c - phrases with frequent words, in a field with pairs and in one without.
 *
 * INK_PAIR_ROUNDS asks for more random indexes, INK_PAIR_SEED for those of
 * another seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/gen.h"
#include "../support/must.h"
#include "index/writer.h"
#include "search/results.h"
#include "text/pair.h"

/* ---- an index ---- */

struct shelf {
	struct ik_dir *dir;
	struct ik_schema *schema;
	struct ik_writer *writer;
	struct ik_searcher *searcher;
};

static void shelf_open(struct shelf *s, const char *analyzer, uint32_t flags)
{
	must(ik_dir_mem(&s->dir, &err));
	must(ik_schema_new(&s->schema, &err));
	must(ik_schema_add(s->schema, "id", INK_KEYWORD, INK_KEY, NULL, &err));
	must(ik_schema_add(s->schema, "text", INK_TEXT, flags, analyzer, &err));
	must(ik_index_init(s->dir, s->schema, &err));
	must(ik_writer_open(s->dir, &s->writer, &err));
	must(ik_writer_set_threads(s->writer, 1, &err));
}

/* What is committed from here on is not seen. */
static void shelf_read(struct shelf *s)
{
	struct ik_snapshot *snap;

	must(ik_writer_commit(s->writer, NULL, &err));
	must(ik_snapshot_open(s->dir, &snap, &err));
	must(ik_searcher_open(snap, &s->searcher, &err));
	ik_snapshot_unref(snap);
}

static void shelf_close(struct shelf *s)
{
	ik_searcher_unref(s->searcher);
	ik_writer_close(s->writer);
	ik_dir_free(s->dir);
	ik_schema_free(s->schema);
}

/* A document of one or two texts; `second` may be NULL. */
static void shelf_add(struct shelf *s, const char *id, const char *first, const char *second)
{
	struct ik_doc doc;

	ik_doc_init(&doc, s->schema);
	must(ik_doc_add_text(&doc, "id", id, strlen(id), &err));
	must(ik_doc_add_text(&doc, "text", first, strlen(first), &err));
	if (second != NULL)
		must(ik_doc_add_text(&doc, "text", second, strlen(second), &err));
	must(ik_writer_add(s->writer, &doc, &err));
	ik_doc_release(&doc);
}

static struct ik_results *ask(const struct shelf *s, const struct ik_query *q, uint64_t limit,
                              int exact)
{
	struct ik_request request;
	struct ik_results *r;

	ik_request_init(&request, s->searcher, q);
	request.limit = limit;
	request.exact = exact;
	must(ik_search_run(&request, &r, &err));
	ik_request_release(&request);
	return r;
}

static struct ik_query *phrase(const char *text, uint32_t slop)
{
	struct ik_query *q;

	must(ik_query_leaf(IK_Q_PHRASE, "text", text, strlen(text), slop, &q, &err));
	return q;
}

static uint64_t count(const struct shelf *s, const char *text)
{
	struct ik_query *q = phrase(text, 0);
	struct ik_results *r = ask(s, q, 0, 1);
	uint64_t total = r->total;

	ik_results_free(r);
	ik_query_unref(q);
	return total;
}

/* ---- with and without ---- */

static const char *const words[] = { "the", "of", "moon", "the",  "and", "sun",  "a",
	                             "in",  "to", "sea",  "la",   "of",  "lake", "Ink",
	                             "not", "be", "stone", "den", "brush" };

static void some_words(struct gen *g, uint32_t n, char *out)
{
	*out = '\0';
	for (uint32_t i = 0; i < n; i++) {
		uint32_t word = gen_below(g, 1 + gen_below(g, sizeof words / sizeof *words));

		strcat(strcat(out, i > 0 ? " " : ""), words[word]);
	}
}

/* The same documents into both: several segments, with deletions, and now and then merged. */
static void fill(struct shelf both[2], struct gen *g)
{
	char id[16], first[400], second[400];
	uint32_t commits = 1 + gen_below(g, 4), docs = 0;

	for (uint32_t c = 0; c < commits; c++) {
		for (uint32_t i = gen_below(g, 900); i > 0; i--) {
			int two = gen_below(g, 4) == 0;

			snprintf(id, sizeof id, "%u", docs++);
			some_words(g, gen_below(g, 40), first);
			some_words(g, gen_below(g, 20), second);
			for (unsigned k = 0; k < 2; k++)
				shelf_add(&both[k], id, first, two ? second : NULL);
		}
		for (uint32_t i = gen_below(g, 2) * docs / 9; i > 0; i--) {
			snprintf(id, sizeof id, "%u", gen_below(g, docs));
			for (unsigned k = 0; k < 2; k++)
				must(ik_writer_delete(both[k].writer, id, strlen(id), &err));
		}
		for (unsigned k = 0; k < 2; k++)
			must(ik_writer_commit(both[k].writer, NULL, &err));
		if (gen_below(g, 4) == 0)
			for (unsigned k = 0; k < 2; k++)
				must(ik_writer_optimize(both[k].writer, 1, NULL, NULL, &err));
	}
}

/* A phrase, alone or with others as a clause beside it. */
static struct ik_query *some_query(struct gen *g)
{
	static const int32_t occurs[] = { INK_MUST, INK_SHOULD, INK_MUST_NOT, INK_FILTER };
	struct ik_query *kids[3], *q;
	int32_t occur[3];
	uint32_t n = 1 + gen_below(g, 2) * gen_below(g, 3);
	char text[100];

	for (uint32_t i = 0; i < n; i++) {
		some_words(g, 2 + gen_below(g, 2) * gen_below(g, 5), text);
		kids[i] = phrase(text, gen_below(g, 5) == 0 ? 1 : 0);
		occur[i] = occurs[gen_below(g, 4)];
	}
	if (n == 1)
		return kids[0];
	must(ik_query_bool((const struct ik_query *const *)kids, occur, n, 0, &q, &err));
	for (uint32_t i = 0; i < n; i++)
		ik_query_unref(kids[i]);
	return q;
}

static void same_answer(struct shelf both[2], const struct ik_query *q, uint64_t seed)
{
	static const uint64_t limits[] = { 0, 1, 10, 5000 };

	for (unsigned i = 0; i < 8; i++) {
		int exact = i % 2 == 0;
		struct ik_results *a = ask(&both[0], q, limits[i / 2], exact);
		struct ik_results *b = ask(&both[1], q, limits[i / 2], exact);

		if (a->n != b->n || a->scale != b->scale || (exact && a->total != b->total))
			fail_msg("seed %llu: %zu hits of %llu, and %zu of %llu",
			         (unsigned long long)seed, a->n, (unsigned long long)a->total,
			         b->n, (unsigned long long)b->total);
		for (size_t k = 0; k < a->n; k++)
			if (a->hits[k].doc != b->hits[k].doc ||
			    a->hits[k].score != b->hits[k].score)
				fail_msg("seed %llu: hit %zu differs", (unsigned long long)seed, k);
		ik_results_free(a);
		ik_results_free(b);
	}
}

static void test_pairs_change_no_bit_of_an_answer(void **state)
{
	const char *more = getenv("INK_PAIR_ROUNDS"), *other = getenv("INK_PAIR_SEED");
	uint64_t seed = other != NULL ? strtoull(other, NULL, 0) : 0x9A12;
	long rounds = more != NULL ? atol(more) : 12;

	(void)state;
	for (; rounds > 0; rounds--, seed++) {
		struct gen g = { seed };
		const char *analyzer = gen_below(&g, 2) == 0 ? "whitespace | lower" : "default";
		struct shelf both[2];

		shelf_open(&both[0], analyzer, 0);
		shelf_open(&both[1], analyzer, INK_PAIRS);
		fill(both, &g);
		for (unsigned k = 0; k < 2; k++)
			shelf_read(&both[k]);
		for (int i = 0; i < 150; i++) {
			struct ik_query *q = some_query(&g);

			same_answer(both, q, seed);
			ik_query_unref(q);
		}
		for (unsigned k = 0; k < 2; k++)
			shelf_close(&both[k]);
	}
}

/* ---- what is a pair ---- */

static void test_the_term_of_a_pair_tells_both_words_and_their_order(void **state)
{
	static const char *const list[] = { "the", "of", "moon", "of a", "a", "theof", "m" };
	enum { N = sizeof list / sizeof *list };
	char term[N * N][IK_PAIR_MAX];
	size_t len[N * N];

	(void)state;
	for (size_t i = 0; i < N * N; i++) {
		const char *a = list[i / N], *b = list[i % N];
		size_t a_len = strlen(a), b_len = strlen(b);
		struct ik_pair_word first = { a, (uint32_t)a_len, ik_pair_number(a, a_len) };
		struct ik_pair_word second = { b, (uint32_t)b_len, ik_pair_number(b, b_len) };

		len[i] = ik_pair_term(term[i], &first, &second);
		assert_int_equal(len[i] == 0, first.number == 0 && second.number == 0);
		for (size_t k = 0; k < i; k++)
			assert_false(len[i] > 0 && len[i] == len[k] &&
			             memcmp(term[i], term[k], len[i]) == 0);
	}
}

static void test_a_phrase_of_a_pair_is_looked_up_as_one_term(void **state)
{
	struct ik_query *q = phrase("the moon", 0);
	struct ik_results *r;
	struct shelf s;
	const char *text;
	size_t len;

	(void)state;
	shelf_open(&s, "default", INK_PAIRS);
	shelf_add(&s, "1", "over the moon and the moons", NULL);
	shelf_add(&s, "2", "the sun, a moon", NULL);
	shelf_read(&s);
	r = ask(&s, q, 10, 1);
	assert_int_equal(r->n, 1);
	must(ik_results_explain(r, 0, &text, &len, &err));
	assert_non_null(strstr(text, "pair \"the moon\" in text"));
	assert_non_null(strstr(text, "tf 2"));
	ik_results_free(r);
	ik_query_unref(q);
	shelf_close(&s);
}

static void test_no_pair_reaches_from_one_value_or_document_to_the_next(void **state)
{
	struct shelf s;

	(void)state;
	shelf_open(&s, "whitespace | length:2-9", INK_PAIRS);
	shelf_add(&s, "1", "sun of the", "moon in");
	shelf_add(&s, "2", "x x x sea", NULL); /* at the place behind that of "the" */
	shelf_read(&s);
	assert_int_equal(count(&s, "of the"), 1);
	assert_int_equal(count(&s, "the moon"), 0);
	assert_int_equal(count(&s, "the sea"), 0);
	shelf_close(&s);
}

static void add_tokens(struct shelf *s, const ink_token *tokens, size_t n)
{
	struct ik_doc doc;

	ik_doc_init(&doc, s->schema);
	must(ik_doc_add_text(&doc, "id", "1", 1, &err));
	must(ik_doc_add_tokens(&doc, "text", tokens, n, NULL, 0, &err));
	must(ik_writer_add(s->writer, &doc, &err));
	ik_doc_release(&doc);
}

static void test_words_at_one_place_are_each_in_a_pair(void **state)
{
	/* the | moon luna luna | of */
	static const ink_token tokens[] = {
		{ .term = "the", .len = 3, .step = 1 }, { .term = "moon", .len = 4, .step = 1 },
		{ .term = "luna", .len = 4, .step = 0 }, { .term = "luna", .len = 4, .step = 0 },
		{ .term = "of", .len = 2, .step = 1 },
	};
	static const char *const there[] = { "the moon", "the luna", "moon of", "luna of",
		                             "the moon of" };
	struct shelf both[2];

	(void)state;
	for (unsigned k = 0; k < 2; k++) {
		shelf_open(&both[k], "whitespace", k == 0 ? 0 : INK_PAIRS);
		add_tokens(&both[k], tokens, sizeof tokens / sizeof *tokens);
		shelf_read(&both[k]);
	}
	for (size_t i = 0; i < sizeof there / sizeof *there; i++) {
		struct ik_query *q = phrase(there[i], 0);

		assert_int_equal(count(&both[1], there[i]), 1);
		same_answer(both, q, 0);
		ik_query_unref(q);
	}
	assert_int_equal(count(&both[1], "moon luna"), 0);
	for (unsigned k = 0; k < 2; k++)
		shelf_close(&both[k]);
}

/* Tokens are taken 64 at a time, and of long documents in pieces of 32,768. */
static void test_pairs_of_a_long_document_are_all_there(void **state)
{
	enum { TIMES = 30000 };
	char *text = malloc(TIMES * 16 + 400);
	char longest[IK_TERM_MAX + 1], last[IK_TERM_MAX + 8];
	struct ik_query *q = phrase("of ink", 0);
	struct ik_results *r;
	struct shelf s;
	const char *why;
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	memset(longest, 'x', IK_TERM_MAX);
	longest[IK_TERM_MAX] = '\0';
	for (int i = 0; i < TIMES; i++)
		len += (size_t)sprintf(text + len, "stone of ink ");
	sprintf(text + len, "the %s", longest);
	shelf_open(&s, "whitespace", INK_PAIRS);
	shelf_add(&s, "1", text, NULL);
	shelf_read(&s);
	r = ask(&s, q, 1, 1);
	must(ik_results_explain(r, 0, &why, &len, &err));
	assert_non_null(strstr(why, "tf 30000 "));
	snprintf(last, sizeof last, "the %s", longest);
	assert_int_equal(count(&s, last), 1);
	ik_results_free(r);
	ik_query_unref(q);
	shelf_close(&s);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs_change_no_bit_of_an_answer),
		cmocka_unit_test(test_the_term_of_a_pair_tells_both_words_and_their_order),
		cmocka_unit_test(test_a_phrase_of_a_pair_is_looked_up_as_one_term),
		cmocka_unit_test(test_no_pair_reaches_from_one_value_or_document_to_the_next),
		cmocka_unit_test(test_words_at_one_place_are_each_in_a_pair),
		cmocka_unit_test(test_pairs_of_a_long_document_are_all_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
