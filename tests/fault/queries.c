/*
 * queries.c - what bounds a query: limits that are told with the byte at
 * fault, and a clock that is looked at by the work that is done, so that a
 * time-out is heard in time. Looks at the clock are counted, not timed.
 */
#include "../api/backends.h"

#include "../support/faulty_os.h"

#define RANGE 256
#define CLAUSES 2000

/* `n` documents of one word each, out of `words`. */
static void fill(ink_index *index, unsigned n, unsigned words)
{
	static unsigned id; /* no two documents have the same */
	ink_writer *w;
	char text[32];

	OK(ink_writer_open(index, &w, &err));
	for (unsigned i = 0; i < n; i++) {
		ink_doc *doc;

		snprintf(text, sizeof text, "w%u", i % words);
		doc = make_doc(index, NULL, NULL, text);
		snprintf(text, sizeof text, "%u", id++);
		put(doc, "id", text);
		OK(ink_writer_add(w, doc, &err));
		ink_doc_free(doc);
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

/* `n` clauses of a pattern with a number in it, or without. */
static ink_query *clauses(ink_index *index, const char *pattern, unsigned n)
{
	size_t len = 0, room = (strlen(pattern) + 12) * n + 1;
	char *text = malloc(room);
	ink_query *query;

	assert_non_null(text);
	for (unsigned i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, room - len, "%s%u OR ", pattern, i);
	OK(ink_query_parse(index, text, len - 4, 0, &query, &err));
	free(text);
	return query;
}

/* How often a search with a time-out, which it does not reach, looks at the clock. */
static uint64_t looks(ink_index *index, const ink_query *query)
{
	ink_results *results;
	ink_reader *reader;
	ink_search *search;
	uint64_t n;

	OK(ink_reader_open(index, &reader, &err));
	OK(ink_search_new(reader, query, &search, &err));
	OK(ink_search_set_total(search, INK_TOTAL_EXACT, &err));
	OK(ink_search_set_timeout(search, 1000000, &err));
	faulty_os_arm(OS_CLOCK, UINT64_MAX, 0);
	OK(ink_search_run(search, &results, &err));
	n = faulty_os_count();
	faulty_os_disarm();
	ink_results_free(results);
	ink_search_free(search);
	ink_reader_close(reader);
	return n;
}

static void test_many_clauses_look_at_the_clock_in_each_range(void **state)
{
	struct place *p = *state;
	ink_query *query = clauses(p->index, "body:w", CLAUSES);
	uint64_t before, ranges = 30;

	fill(p->index, RANGE, CLAUSES);
	before = looks(p->index, query);
	fill(p->index, (unsigned)ranges * RANGE, CLAUSES);
	assert_true(looks(p->index, query) >= before + ranges);
	ink_query_free(query);
}

static void test_few_clauses_do_so_now_and_then(void **state)
{
	struct place *p = *state;
	ink_query *query = clauses(p->index, "body:w", 2);

	fill(p->index, 30 * RANGE, CLAUSES);
	assert_true(looks(p->index, query) < 10);
	ink_query_free(query);
}

static void test_a_pattern_that_nothing_fits_looks_at_the_clock(void **state)
{
	struct place *p = *state;
	ink_query *query = parse(p->index, "body:*nowhere");

	fill(p->index, 10240, 10240);
	assert_in_range(looks(p->index, query), 10240 / 256, 1000);
	ink_query_free(query);
}

static void test_the_patterns_of_a_query_share_a_limit(void **state)
{
	struct place *p = *state;
	static const char pattern[] = "body:w* OR ";
	const unsigned n = 5001, terms = 2000; /* 10,002,000 in all */
	char *text = malloc(n * strlen(pattern) + 1);
	ink_results *results;
	ink_reader *reader;
	ink_search *search;
	ink_query *query;

	assert_non_null(text);
	for (unsigned i = 0; i < n; i++)
		memcpy(text + i * strlen(pattern), pattern, strlen(pattern));
	OK(ink_query_parse(p->index, text, n * strlen(pattern) - 4, 0, &query, &err));
	free(text);
	fill(p->index, terms, terms);
	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_search_new(reader, query, &search, &err));
	FAILS(INK_ELIMIT, "10000000 terms fit", ink_search_run(search, &results, &err));
	ink_search_free(search);
	ink_query_free(query);
	ink_reader_close(reader);
}

static void test_the_clause_that_is_too_many_is_told(void **state)
{
	static const char *const pieces[] = {"title:w ", "(a b) OR ", "+a ", "a AND ", "-a "};
	struct place *p = *state;

	for (size_t i = 0; i < N_OF(pieces); i++) {
		size_t len = strlen(pieces[i]), n = 100001;
		char *text = malloc(n * len + 2);
		ink_query *query;

		assert_non_null(text);
		for (size_t k = 0; k < n; k++)
			memcpy(text + k * len, pieces[i], len);
		memcpy(text + n * len, "a", 2);
		FAILS(INK_ELIMIT, "100000 clauses",
		      ink_query_parse(p->index, text, n * len + 1, 0, &query, &err));
		if (i == 0)
			assert_int_equal(err.offset, 100000 * len + strlen("title:"));
		assert_true(err.offset > 0);
		free(text);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, index_make, place_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_many_clauses_look_at_the_clock_in_each_range),
		TEST(test_few_clauses_do_so_now_and_then),
		TEST(test_a_pattern_that_nothing_fits_looks_at_the_clock),
		TEST(test_the_patterns_of_a_query_share_a_limit),
		TEST(test_the_clause_that_is_too_many_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
