/*
 * hostile.c - texts made to be slow: queries of one operator over and over,
 * documents of one pattern in each script, snippets of them, patterns that
 * fit everything. Four times as much takes no more than about four times the
 * work, or the answer is an error that names a limit. Work is counted, not
 * timed: the result is the same on any machine, however busy.
 *
 * With --full: queries of 256 KB, documents of 2 MB, all combinations; shows the counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../fuzz/fuzz.h"
#include "../support/work.h"
#include "base/utf8.h"
#include "search/snippet.h"
#include "text/analyzer.h"

#define LEAST 10000 /* steps of work that are not worth a look */

static size_t query_max = 16 << 10, text_max = 32 << 10;
static int full;
static size_t step = 4; /* one in so many of the combinations */
static const char *worst = "";
static double worst_ratio;

/* A pattern over and over, about `len` bytes, and its first byte behind it. */
static char *repeat(const char *pattern, size_t *len)
{
	size_t n = strlen(pattern);
	char *text = malloc(*len + 2);

	image_need(text != NULL, "no memory");
	*len = *len / n * n + 1;
	for (size_t i = 0; i < *len; i++)
		text[i] = pattern[i % n];
	text[*len] = '\0';
	return text;
}

static uint64_t work_of(void (*run)(const char *text, size_t len), const char *pattern, size_t len)
{
	char *text = repeat(pattern, &len);
	uint64_t before = work_done();

	run(text, len);
	free(text);
	return work_done() - before;
}

static double growth(uint64_t small, uint64_t large)
{
	return (double)large / (double)(small > LEAST ? small : LEAST);
}

/* What is linear takes 4 times the work for 4 times as much; what is quadratic 16 times. */
static void must_be_linear(const char *what, void (*run)(const char *text, size_t len),
                           const char *pattern, size_t max)
{
	uint64_t small = work_of(run, pattern, max / 4), large = work_of(run, pattern, max);
	double ratio = growth(small, large);

	if (ratio > worst_ratio) {
		worst_ratio = ratio;
		worst = pattern;
	}
	if (full)
		print_message("%-10s %-24.24s %11llu, %4.1f times a quarter\n", what, pattern,
		              (unsigned long long)large, ratio);
	if (ratio >= 7)
		fail_msg("%s of \"%s\": %llu for %zu bytes, %llu for a quarter", what, pattern,
		         (unsigned long long)large, max, (unsigned long long)small);
}

/* The first of the combinations of a turn. */
static size_t skip_first(size_t turn)
{
	return turn % step;
}

/* Each end of the text once more. */
static void look_at_all_ends(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i += 64)
		(void)ik_utf8_count(text + i, len - i);
}

static void test_quadratic_work_would_be_seen(void **state)
{
	(void)state;
	assert_true(growth(work_of(look_at_all_ends, "a\xc3\xa9", text_max / 4),
	                   work_of(look_at_all_ends, "a\xc3\xa9", text_max)) > 12);
}

/* ---- queries ---- */

static void ask(const char *text, size_t len)
{
	struct ik_searcher *searcher = fuzz_searcher();
	struct ik_query *query;
	ink_error err = {0};

	if (image_said(ik_query_parse(searcher->snap->schema, text, len, 0, &query, &err),
	               &err) != 0)
		return;
	image_run(searcher, query, 0);
	ik_query_unref(query);
}

static void test_queries_of_one_operator(void **state)
{
	static const char *const patterns[] = {
		"(", ")", "(a", "\"", "\"a b\" ", "a ", "ab", "+a ", "-a ", "NOT ", "NOT a ", "a OR ",
		"a AND ", "a OR NOT b AND ", "a^2 ", "a~ ", "a~2 ", "a* ", "*a ", "*", "?", "?* ",
		"a*b*", "\\", "\\a", "title:", "title:a ", "title:(", "[", "[a TO b] ",
		"tag:[a TO b] ", "num:[1 TO 2] ", "num>1 ", "day>2020-01-01 ", "\"a b\"~3 ", ":", "^",
		"~", "{", "<", "a:b:", "a-b", "a.b", "a-", "1.", "1 2", "a'b", "C++", "\xe6\x96\x87",
		"\xe6\x96\x87 ", "\xe6\x96\x87x", "\xe3\x81\x82", "\xe3\x82\xa2\xe3\x83\xbc",
		"\xed\x95\x9c", "\xed\x95\x9c ", "\xe0\xb8\x81", "\xe0\xb8\x81\xe0\xb8\xb2",
		"\xe0\xb8\x81 ", "e\xcc\x81", "\xcc\x81", "\xf0\x9f\x98\x80", "\xf0\x9f\x87\xa6",
		"\xe2\x80\x8d", "\xff", "\xe6", "\xd8\xa7\xd9\x84 ", "\xd0\xb6\xd0\xb6 ", "\xef\xbc\xa1",
		"*:* ", "\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
		must_be_linear("a query", ask, patterns[i], query_max);
}

/* ---- documents ---- */

static const char *const scripts[] = {
	"a", "a ", "ab cd ", "running ", "A", "a-", "a.b", "1", "1.", "1 ", "x1", "'", "\n", " ", ".",
	"GPT-4 ", "a\xcc\x81", "\xcc\x81", "\xc3\xa9", "\xc3\xa9 ", "\xd0\xb6", "\xd0\xb6 ",
	"\xd8\xa7", "\xd7\x90 ", "\xe6\x96\x87", "\xe5\x85\xa8\xe6\x96\x87\xe6\xa3\x80",
	"\xe6\x96\x87 ", "\xe6\x96\x87x", "\xe4\xb8\x80", "\xe7\x9a\x84", "\xe3\x81\x82",
	"\xe3\x82\xa2", "\xe3\x82\xa2\xe3\x83\xbc", "\xe3\x83\xbc", "\xef\xbd\xb1\xef\xbe\x9e",
	"\xed\x95\x9c", "\xed\x95\x9c\xea\xb5\xad\xec\x96\xb4\xeb\x8a\x94 ", "\xe1\x84\x80",
	"\xe1\x84\x80\xe1\x85\xa1", "\xe0\xb8\x81", "\xe0\xb8\x81\xe0\xb8\xb2\xe0\xb8\xa3",
	"\xe0\xb8\xb2", "\xe0\xb9\x80", "\xe0\xb8\xb4\xe0\xb9\x88", "\xe0\xba\x81",
	"\xe1\x9e\x80\xe1\x9f\x92", "\xe1\x80\x80", "\xe0\xa4\x95", "\xe0\xa4\x95\xe0\xa5\x8d",
	"\xf0\x9f\x98\x80", "\xf0\x9f\x87\xa6", "\xf0\x9f\x91\xa9\xe2\x80\x8d", "\xe2\x80\x8d",
	"\xff", "\xe6", "\xf0\x9f\x98", "\xef\xbc\xa1", "\xef\xb7\xba", "\xf0\xa0\x80\x80",
};

static int drop(struct ik_sink *sink, const struct ik_token *token)
{
	(void)sink;
	(void)token;
	return 0;
}

static struct ik_analyzer *analyzer;
static struct ik_analysis *analysis;

static void analyze(const char *text, size_t len)
{
	struct ik_sink sink = {drop};
	ink_error err = {0};

	for (int purpose = IK_FOR_DOC; purpose <= IK_FOR_PHRASE; purpose++)
		image_ok(ik_analyze(analyzer, analysis, (enum ik_purpose)purpose, text, len, &sink,
		                    &err), &err);
}

static void cut_clusters(const char *text, size_t len)
{
	struct ik_buf out;
	ink_error err = {0};

	for (size_t at = 0; at < len;)
		at = ik_text_next_cluster(text, len, at);
	ik_buf_init(&out, 64 * len + 4096);
	image_ok(ik_fold_text(analyzer, text, len, &out, &err), &err);
	ik_buf_free(&out);
}

static void test_documents_of_one_pattern(void **state)
{
	static const char *const specs[] = {"default", "default | diacritics", "default | readings",
	                                    "word | fold | stem:en", "ngram:3", "keyword | fold"};
	ink_error err;

	(void)state;
	image_ok(ik_analysis_new(&analysis, &err), &err);
	for (size_t k = 0; k < sizeof specs / sizeof *specs; k++) {
		image_ok(ik_analyzer_new(specs[k], &analyzer, &err), &err);
		for (size_t i = skip_first(k); i < sizeof scripts / sizeof *scripts; i += step) {
			must_be_linear(specs[k], analyze, scripts[i], text_max);
			if (k == 0)
				must_be_linear("clusters", cut_clusters, scripts[i], text_max);
		}
		ik_analyzer_unref(analyzer);
	}
	ik_analysis_free(analysis);
}

/* ---- snippets ---- */

static const char *snippet_query;

static void cut_snippet(const char *text, size_t len)
{
	struct ik_snippet_spec spec = {I_BODY, 30, 0, "<", ">"};
	struct ik_arena arena = {0};
	struct ik_query *query;
	struct ik_request r;
	struct ik_marks *marks;
	struct ik_snippet_text whole = {.p = text, .len = len};
	struct ik_buf out;
	ink_error err = {0};

	image_ok(ik_query_parse(fuzz_searcher()->snap->schema, snippet_query,
	                        strlen(snippet_query), 0, &query, &err), &err);
	ik_request_init(&r, fuzz_searcher(), query);
	ik_query_unref(query);
	ik_buf_init(&out, (size_t)1 << 28);
	image_ok(ik_marks_new(&r, I_BODY, &arena, NULL, &marks, &err), &err);
	image_said(ik_snippet_make(marks, &spec, &whole, NULL, &out, &err), &err);
	ik_buf_free(&out);
	ik_arena_free(&arena);
	ik_request_release(&r);
}

static void test_snippets_of_one_pattern(void **state)
{
	static const char *const queries[] = {
		"a", "\"ab cd\"", "a*", "ab~1", "\xe6\x96\x87", "\"\xe6\x96\x87\xe6\x96\x87\"",
		"\xed\x95\x9c", "\xe0\xb8\x81\xe0\xb8\xb2\xe0\xb8\xa3", "title:a", "*:*",
		"body:\"a a a a a\"~100",
	};

	(void)state;
	for (size_t q = 0; q < sizeof queries / sizeof *queries; q++) {
		snippet_query = queries[q];
		for (size_t i = skip_first(q); i < sizeof scripts / sizeof *scripts; i += step)
			must_be_linear(queries[q], cut_snippet, scripts[i], text_max);
	}
}

static int tear_down(void **state)
{
	(void)state;
	print_message("four times as much took at most %.1f times the work (\"%s\")\n", worst_ratio,
	              worst);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quadratic_work_would_be_seen),
		cmocka_unit_test(test_queries_of_one_operator),
		cmocka_unit_test(test_documents_of_one_pattern),
		cmocka_unit_test(test_snippets_of_one_pattern),
	};

	full = argc > 1 && strcmp(argv[1], "--full") == 0;
	if (full) {
		step = 1;
		query_max = 256 << 10;
		text_max = 2 << 20;
	}
	(void)fuzz_searcher(); /* made now, so that it is no part of the first count */
	return cmocka_run_group_tests(tests, NULL, tear_down);
}
