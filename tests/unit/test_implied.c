/* test_implied.c - a total is the number of hits, though terms that others imply are not counted. */
#include "shelf.h"

#include "../support/gen.h"
#include "base/mem.h"

#include <stdio.h>

#define N_OF(a) (sizeof(a) / sizeof *(a))

/* Words whose stems, possessives, joined forms, grams and readings meet each other. */
static const char *const words[] = {
	"news",     "news's", "new",    "dogs",    "dog's",     "dog",       "skis",       "ski",
	"dying",    "die",    "GPT-4",  "gpt4",    "wi-fi",     "wifi",      "newsletters", "news-letters",
	"well-known", "known", "c++",   "c",       "A380",      "380",       "I'll",       "how's",
	"how",      "the",    "U.S.",   "us",      "beijing",   "北京",      "京",         "东京都",
	"京都",     "中国人", "国人",   "人",      "中・国",    "カタカナ",  "かたかな",   "タカ",
	"학교에서", "학교",   "교에",   "36氪",    "氪星",      "ไทยแลนด์",  "naïve",      "naive",
	"él",       "été",    "서울에서는", "서울", "울에",    "ไทย",
};

static void make_text(struct gen *g, uint32_t n, char *out, size_t size)
{
	size_t at = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < n; i++)
		at += (size_t)snprintf(out + at, size - at, "%s%s", gen_below(g, 4) == 0 ? "" : " ",
		                       words[gen_below(g, N_OF(words))]);
}

static void fill(struct shelf *s, struct gen *g, const char *analyzer, uint32_t docs)
{
	char text[1024];

	shelf_open(s, analyzer, 0);
	for (uint32_t i = 0; i < docs; i++) {
		make_text(g, 1 + gen_below(g, 8), text, sizeof text);
		shelf_add(s, text, strlen(text));
	}
	shelf_commit(s);
}

/* Hits of a query that is a filter, which is prepared without scores. */
static size_t filtered(const struct shelf *s, const struct ik_query *q)
{
	struct ik_request request;
	struct ik_query *every;
	struct ik_results *r;
	size_t n;

	must(ik_query_leaf(IK_Q_ALL, NULL, "", 0, 0, &every, &err));
	ik_request_init(&request, s->searcher, every);
	request.limit = 1000;
	request.filter = ik_query_ref(q);
	must(ik_search_run(&request, &r, &err));
	n = r->n;
	ik_results_free(r);
	ik_request_release(&request);
	ik_query_unref(every);
	return n;
}

/* The total without hits and with a few is the number of all hits, which are scored. */
static void check_total(const struct shelf *s, const char *text)
{
	struct ik_query *q = leaf(IK_Q_MATCH, text, 0);
	struct ik_results *all, *some;

	must(search_best(s, q, 1000, 0, &all, &err));
	for (uint32_t limit = 0; limit <= 5; limit += 5) {
		must(search_best(s, q, limit, 1, &some, &err));
		if (some->total != all->n)
			fail_msg("\"%s\" is in %zu documents, not in %llu", text, all->n,
			         (unsigned long long)some->total);
		ik_results_free(some);
	}
	assert_int_equal(filtered(s, q), all->n);
	ik_results_free(all);
	ik_query_unref(q);
}

static void test_totals(void **state)
{
	static const char *const analyzers[] = { "default", "default | readings",
		                                 "default | diacritics" };
	const char *more = getenv("INK_ORACLE_ROUNDS");
	uint64_t rounds = more != NULL ? strtoull(more, NULL, 10) : 12;
	char text[1024];

	(void)state;
	for (uint64_t seed = 1; seed <= rounds; seed++) {
		struct gen g = { seed };
		struct shelf s;

		fill(&s, &g, analyzers[seed % N_OF(analyzers)], 20 + gen_below(&g, 600));
		for (size_t i = 0; i < N_OF(words); i++)
			check_total(&s, words[i]);
		for (int i = 0; i < 60; i++) {
			make_text(&g, 1 + gen_below(&g, 4), text, sizeof text);
			check_total(&s, text);
		}
		shelf_close(&s);
	}
}

/* Postings read to count what a text matches. */
static uint64_t work_of(const struct shelf *s, const char *text)
{
	struct ik_query *q = leaf(IK_Q_MATCH, text, 0);
	struct ik_results *r;
	uint64_t work;

	must(search_best(s, q, 0, 1, &r, &err));
	work = r->work_postings;
	ik_results_free(r);
	ik_query_unref(q);
	return work;
}

static void add_tokens(struct shelf *s, const ink_token *tokens, size_t n)
{
	struct ik_doc doc;

	ik_doc_init(&doc, s->schema);
	must(ik_doc_add_tokens(&doc, "text", tokens, n, NULL, 0, &err));
	must(ik_writer_add(s->writer, &doc, &err));
	ik_doc_release(&doc);
}

/*
 * Of "dogs" the exact form is not read, of "中国" the word is not; but both are when tokens came
 * with a document, which may have either without the other.
 */
static void test_tokens_of_the_application(void **state)
{
	static const char *const texts[] = { "dogs 中国", "dog", NULL };
	const ink_token form = { .term = "dogs", .len = 4, .part = INK_PART_GRAM };
	const ink_token word = { .term = "中国", .len = 6, .part = INK_PART_WORD, .step = 1 };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "default", 0);
	assert_int_equal(work_of(&s, "dogs"), 2);
	assert_int_equal(work_of(&s, "中国"), 1);
	add_tokens(&s, &form, 1);
	add_tokens(&s, &word, 1);
	shelf_commit(&s);
	assert_int_equal(work_of(&s, "dogs"), 2 + 2);
	assert_int_equal(work_of(&s, "中国"), 2 + 1);
	check_total(&s, "dogs");
	check_total(&s, "中国");
	must(ik_writer_optimize(s.writer, 1, NULL, NULL, &err));
	shelf_commit(&s);
	check_total(&s, "dogs");
	check_total(&s, "中国");
	shelf_close(&s);
}

/* Nor with words of a user, which may be joined of others. */
static void test_words_of_a_user(void **state)
{
	static const char dictionary[] = "中 国\n";
	struct shelf s;

	(void)state;
	shelf_open(&s, "default", 0);
	must(ik_writer_set_dictionary(s.writer, dictionary, strlen(dictionary), &err));
	shelf_commit(&s);
	shelf_add(&s, "中 国", strlen("中 国"));
	shelf_add(&s, "dogs", 4);
	shelf_commit(&s);
	assert_int_equal(work_of(&s, "dogs"), 2);
	check_total(&s, "中国");
	check_total(&s, "dogs");
	shelf_close(&s);
}

/* Nor where another version made tokens: it may have stemmed otherwise. */
static void test_tokens_of_another_version(void **state)
{
	static const char *const texts[] = { "dogs", NULL };
	struct ik_snapshot *snap;
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "default", 0);
	assert_int_equal(work_of(&s, "dogs"), 1);
	must(ik_snapshot_open(s.dir, &snap, &err));
	ik_free(snap->stamp);
	snap->stamp = ik_strndup("default 0", 9);
	ik_searcher_unref(s.searcher);
	must(ik_searcher_open(snap, &s.searcher, &err));
	ik_snapshot_unref(snap);
	assert_int_equal(work_of(&s, "dogs"), 2);
	shelf_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_totals),
		cmocka_unit_test(test_tokens_of_the_application),
		cmocka_unit_test(test_words_of_a_user),
		cmocka_unit_test(test_tokens_of_another_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
