/* api_query.c - building queries, their text, and what they find. */
#include "backends.h"

#include <math.h>

static int query_make(void **state)
{
	struct place *p;
	ink_writer *w;
	ink_doc *doc;

	index_make(state);
	p = *state;
	OK(ink_writer_open(p->index, &w, &err));
	doc = make_doc(p->index, "1", "Ink stone", "a stone to grind ink on");
	put(doc, "tag", "tool");
	put(doc, "tag", "old");
	OK(ink_doc_add_i64(doc, "year", 1999, &err));
	OK(ink_doc_add_f64(doc, "price", 12.5, &err));
	put(doc, "day", "1999-12-31");
	OK(ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	doc = make_doc(p->index, "2", "Ink", "black water");
	put(doc, "tag", "water");
	OK(ink_doc_add_i64(doc, "year", 2005, &err));
	OK(ink_doc_add_f64(doc, "price", 3, &err));
	put(doc, "day", "2005-01-01");
	put(doc, "loose", "ink water");
	OK(ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	OK(ink_writer_commit(w, NULL, &err));
	doc = make_doc(p->index, "3", "硯", "墨をする道具。東京都の博物館にある");
	put(doc, "tag", "tool");
	OK(ink_doc_add_i64(doc, "year", 2010, &err));
	OK(ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	return 0;
}

/* The ids that a query finds, ascending, such as "13"; the query is freed. */
static const char *ids(struct place *p, ink_query *query)
{
	static char text[16];
	ink_reader *reader;
	ink_search *search;
	ink_results *r;
	size_t n;

	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_search_new(reader, query, &search, &err));
	OK(ink_search_add_sort(search, "id", 0, &err));
	OK(ink_search_run(search, &r, &err));
	n = ink_results_len(r);
	assert_true(n < sizeof text);
	for (size_t i = 0; i < n; i++)
		text[i] = id_of(r, i)[0];
	text[n] = '\0';
	ink_results_free(r);
	ink_search_free(search);
	ink_reader_close(reader);
	ink_query_free(query);
	return text;
}

static const char *ids_of(struct place *p, const char *text)
{
	return ids(p, parse(p->index, text));
}

static void test_the_query_language_finds_what_it_says(void **state)
{
	struct place *p = *state;

	assert_string_equal(ids_of(p, "ink"), "12");
	assert_string_equal(ids_of(p, "INK water"), "12");
	assert_string_equal(ids_of(p, "+ink -stone"), "2");
	assert_string_equal(ids_of(p, "ink AND stone"), "1");
	assert_string_equal(ids_of(p, "title:stone OR title:硯"), "13");
	assert_string_equal(ids_of(p, "title:\"ink stone\""), "1");
	assert_string_equal(ids_of(p, "\"stone ink\""), "");
	assert_string_equal(ids_of(p, "body:\"stone ink\"~2"), "1");
	assert_string_equal(ids_of(p, "sto*"), "1");
	assert_string_equal(ids_of(p, "i?k"), "12");
	assert_string_equal(ids_of(p, "stome~1"), "1");
	assert_string_equal(ids_of(p, "grinds~0"), "");
	assert_string_equal(ids_of(p, "grind~0"), "1");
	assert_string_equal(ids_of(p, "year:[1999 TO 2009.5]"), "12");
	assert_string_equal(ids_of(p, "year:[1999 TO 2005}"), "1");
	assert_string_equal(ids_of(p, "year>=2005"), "23");
	assert_string_equal(ids_of(p, "price:[3 TO 12.5]"), "12");
	assert_string_equal(ids_of(p, "day:1999"), "1");
	assert_string_equal(ids_of(p, "tag:tool"), "13");
	assert_string_equal(ids_of(p, "*:*"), "123");
	assert_string_equal(ids_of(p, "京都"), "3"); /* a substring, not a word */
	assert_string_equal(ids_of(p, "-tag:tool"), "2");
}

static void test_query_objects_find_the_same(void **state)
{
	struct place *p = *state;
	ink_query *q;

	OK(ink_query_term("tag", "tool", 4, &q, &err));
	assert_string_equal(ids(p, q), "13");
	OK(ink_query_term("year", "2005", 4, &q, &err));
	assert_string_equal(ids(p, q), "2");
	OK(ink_query_match(NULL, "stone 硯", strlen("stone 硯"), &q, &err));
	assert_string_equal(ids(p, q), "13");
	OK(ink_query_match("title", "Stone", 5, &q, &err));
	assert_string_equal(ids(p, q), "1");
	OK(ink_query_phrase("body", "grind ink", 9, 0, &q, &err));
	assert_string_equal(ids(p, q), "1");
	OK(ink_query_phrase("body", "stone grind", 11, 0, &q, &err));
	assert_string_equal(ids(p, q), "");
	OK(ink_query_phrase("body", "stone grind", 11, 1, &q, &err));
	assert_string_equal(ids(p, q), "1");
	OK(ink_query_match("day", "1999", 4, &q, &err));
	assert_string_equal(ids(p, q), "1"); /* a period, as in the language */
	OK(ink_query_term("day", "1999", 4, &q, &err));
	assert_string_equal(ids(p, q), "");
	OK(ink_query_prefix("tag", "w", 1, &q, &err));
	assert_string_equal(ids(p, q), "2");
	OK(ink_query_prefix("tag", "", 0, &q, &err));
	assert_string_equal(ids(p, q), "123");
	OK(ink_query_prefix("tag", "*", 1, &q, &err));
	assert_string_equal(ids(p, q), ""); /* begins with a star */
	OK(ink_query_wildcard("tag", "", 0, &q, &err));
	assert_string_equal(ids(p, q), ""); /* the empty keyword */
	OK(ink_query_wildcard("tag", "tool", 4, &q, &err));
	assert_string_equal(ids(p, q), "13");
	OK(ink_query_wildcard("tag", "*o?", 3, &q, &err));
	assert_string_equal(ids(p, q), "13");
	OK(ink_query_fuzzy("tag", "wter", 4, 1, &q, &err));
	assert_string_equal(ids(p, q), "2");
	OK(ink_query_all(&q, &err));
	assert_string_equal(ids(p, q), "123");
	OK(ink_query_range_i64("year", 1999, 2005, INK_OPEN_LO, &q, &err));
	assert_string_equal(ids(p, q), "2");
	OK(ink_query_range_i64("year", 0, 2005, INK_NO_LO | INK_OPEN_HI, &q, &err));
	assert_string_equal(ids(p, q), "1");
	OK(ink_query_range_f64("price", 3.5, 0, INK_NO_HI, &q, &err));
	assert_string_equal(ids(p, q), "1");
	OK(ink_query_range_text("tag", "p", 1, "water", 5, INK_OPEN_HI, &q, &err));
	assert_string_equal(ids(p, q), "13");
	OK(ink_query_range_text("day", "1999", 4, "2005", 4, 0, &q, &err));
	assert_string_equal(ids(p, q), "12"); /* to the end of 2005 */
	OK(ink_query_range_text("day", "1999", 4, "2005", 4, INK_OPEN_LO | INK_OPEN_HI, &q, &err));
	assert_string_equal(ids(p, q), "");
}

static void add_year(ink_writer *w, ink_index *index, const char *id, int64_t year)
{
	ink_doc *doc = make_doc(index, id, "", NULL);

	OK(ink_doc_add_i64(doc, "year", year, &err));
	OK(ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
}

static void test_bounds_beyond_all_integers(void **state)
{
	struct place *p = *state;
	ink_writer *w;
	ink_query *q;

	OK(ink_writer_open(p->index, &w, &err));
	add_year(w, p->index, "4", INT64_MIN);
	add_year(w, p->index, "5", INT64_MAX);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_string_equal(ids_of(p, "year>=1e19"), "");
	assert_string_equal(ids_of(p, "year<=-1e19"), "");
	assert_string_equal(ids_of(p, "year<1e19"), "12345");
	assert_string_equal(ids_of(p, "year>-1e19"), "12345");
	assert_string_equal(ids_of(p, "year:[-9223372036854775808.0 TO 0]"), "4");
	assert_string_equal(ids_of(p, "year:{-9223372036854775808.0 TO 0]"), "");
	assert_string_equal(ids_of(p, "year>=9223372036854775808"), "");
	assert_string_equal(ids_of(p, "year>=9223372036854775807"), "5");
	OK(ink_query_range_f64("year", INFINITY, 0, INK_NO_HI, &q, &err));
	assert_string_equal(ids(p, q), "");
	OK(ink_query_range_f64("year", -INFINITY, INFINITY, INK_OPEN_LO | INK_OPEN_HI, &q, &err));
	assert_string_equal(ids(p, q), "12345");
}

/* A CJK pattern is looked for among words and grams, and a document may have it as both. */
static void test_what_a_pattern_finds_scores_alike(void **state)
{
	static const char *const patterns[] = {"body:?墨", "body:東?*", "body:*墨*"};
	struct place *p = *state;
	ink_reader *reader;
	ink_writer *w;

	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "4", NULL, "墨水。墨。東京。寒風");
	add(w, p->index, "5", NULL, "水墨画。東京都。寒い");
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	OK(ink_reader_open(p->index, &reader, &err));
	for (size_t i = 0; i < N_OF(patterns); i++) {
		ink_query *q = parse(p->index, patterns[i]);
		ink_results *r = find(reader, q);
		ink_hit hit;

		assert_true(ink_results_len(r) > 0);
		for (size_t k = 0; k < ink_results_len(r); k++) {
			OK(ink_results_hit(r, k, &hit, &err));
			assert_float_equal(hit.score, 1, 1e-5);
		}
		ink_results_free(r);
		ink_query_free(q);
	}
	ink_reader_close(reader);
}

static void test_joined_queries_share_their_clauses(void **state)
{
	static const int32_t occur[] = {INK_SHOULD, INK_SHOULD, INK_FILTER};
	struct place *p = *state;
	ink_query *clauses[3], *q, *boosted;
	static const int32_t bad[] = {7, 0, 0};

	clauses[0] = parse(p->index, "title:ink");
	clauses[1] = parse(p->index, "body:stone");
	clauses[2] = parse(p->index, "year<2010");
	OK(ink_query_bool((const ink_query *const *)clauses, occur, 2, 0, &q, &err));
	assert_string_equal(ids(p, q), "12");
	OK(ink_query_bool((const ink_query *const *)clauses, occur, 2, 2, &q, &err));
	assert_string_equal(ids(p, q), "1");
	OK(ink_query_bool((const ink_query *const *)clauses, occur, 3, 0, &q, &err));
	FAILS(INK_EINVAL, "", ink_query_bool((const ink_query *const *)clauses, bad, 1, 0,
	                                     &boosted, &err));
	FAILS(INK_EINVAL, "clauses", ink_query_bool(NULL, occur, 1, 0, &boosted, &err));
	OK(ink_query_boost(q, 2, &boosted, &err));
	for (int i = 0; i < 3; i++)
		ink_query_free(clauses[i]);
	assert_string_equal(ids(p, q), "12");
	assert_string_equal(ids(p, boosted), "12");
	OK(ink_query_bool(NULL, NULL, 0, 0, &q, &err));
	assert_string_equal(ids(p, q), "");
}

static void test_the_text_of_a_query_parses_to_the_same(void **state)
{
	static const char *const queries[] = {"ink stone",    "+ink -stone^2",  "title:\"a b\"~2",
	                                      "year:[1 TO 5}", "(a OR b) AND c", "*:*",
	                                      "fuzzy~1 pre* w?ld"};
	struct place *p = *state;

	for (size_t i = 0; i < N_OF(queries); i++) {
		ink_query *q = parse(p->index, queries[i]), *again;
		const char *text, *once_more, *other;
		size_t len, other_len;

		OK(ink_query_text(q, &text, &len, &err));
		assert_int_equal(strlen(text), len);
		OK(ink_query_text(q, &once_more, &len, &err));
		assert_ptr_equal(text, once_more); /* made once */
		again = parse(p->index, text);
		OK(ink_query_text(again, &other, &other_len, &err));
		assert_string_equal(text, other);
		ink_query_free(again);
		ink_query_free(q);
	}
}

static void test_the_text_of_a_query_may_hold_a_nul(void **state)
{
	const char *text;
	ink_query *q;
	size_t len;

	(void)state;
	OK(ink_query_term("tag", "a\0b", 3, &q, &err));
	OK(ink_query_text(q, &text, &len, &err));
	assert_true(len > strlen(text));
	assert_int_equal(text[len], '\0');
	ink_query_free(q);
}

static void test_mistakes_say_where_they_are(void **state)
{
	struct place *p = *state;
	char deep[300];
	ink_query *q = (ink_query *)&err;

	FAILS(INK_ESYNTAX, "", ink_query_parse(p->index, "ink (stone", 10, 0, &q, &err));
	assert_null(q);
	assert_in_range(err.offset, 4, 10);
	FAILS(INK_ENOTFOUND, "titel", ink_query_parse(p->index, "a titel:x", 9, 0, &q, &err));
	assert_int_equal(err.offset, 2);
	memset(deep, '(', sizeof deep);
	FAILS(INK_ELIMIT, "", ink_query_parse(p->index, deep, sizeof deep, 0, &q, &err));
	assert_true(err.offset >= 90);
	OK(ink_query_parse(p->index, "ink (stone", 10, INK_PARSE_PLAIN, &q, &err));
	assert_string_equal(ids(p, q), "12");
	OK(ink_query_parse(p->index, "ink stone", 9, INK_PARSE_ALL, &q, &err));
	assert_string_equal(ids(p, q), "1");
	FAILS(INK_EINVAL, "0x4", ink_query_parse(p->index, "a", 1, 4, &q, &err));
	FAILS(INK_EINVAL, "index", ink_query_parse(NULL, "a", 1, 0, &q, &err));
	FAILS(INK_EINVAL, "text", ink_query_parse(p->index, NULL, 1, 0, &q, &err));
}

static void test_bad_arguments_are_refused(void **state)
{
	ink_query *q, *all;
	const char *text;

	(void)state;
	FAILS(INK_EINVAL, "field", ink_query_term(NULL, "a", 1, &q, &err));
	FAILS(INK_EINVAL, "term", ink_query_term("f", NULL, 1, &q, &err));
	FAILS(INK_EINVAL, "out", ink_query_term("f", "a", 1, NULL, &err));
	FAILS(INK_EINVAL, "pattern", ink_query_wildcard("f", NULL, 1, &q, &err));
	FAILS(INK_EINVAL, "0", ink_query_fuzzy("f", "a", 1, 0, &q, &err));
	FAILS(INK_EINVAL, "3", ink_query_fuzzy("f", "a", 1, 3, &q, &err));
	FAILS(INK_EINVAL, "field", ink_query_range_i64(NULL, 0, 1, 0, &q, &err));
	FAILS(INK_EINVAL, "0x10", ink_query_range_i64("f", 0, 1, 16, &q, &err));
	FAILS(INK_EINVAL, "NaN", ink_query_range_f64("f", 0.0 / 0.0, 1, 0, &q, &err));
	FAILS(INK_EINVAL, "lo", ink_query_range_text("f", NULL, 1, "b", 1, 0, &q, &err));
	OK(ink_query_range_text("f", NULL, 1, "b", 1, INK_NO_LO, &q, &err));
	ink_query_free(q);
	OK(ink_query_all(&all, &err));
	FAILS(INK_EINVAL, "boost", ink_query_boost(all, -1, &q, &err));
	FAILS(INK_EINVAL, "boost", ink_query_boost(all, 1e7, &q, &err));
	FAILS(INK_EINVAL, "query", ink_query_boost(NULL, 1, &q, &err));
	FAILS(INK_EINVAL, "query", ink_query_text(NULL, &text, NULL, &err));
	ink_query_free(all);
	ink_query_free(NULL);
}

/* A query in so many groups of that boost. */
static ink_query *in_groups(ink_index *index, const char *text, double boost, int n)
{
	static const int32_t must = INK_MUST;
	ink_query *q = parse(index, text), *group, *boosted;

	for (int i = 0; i < n; i++) {
		OK(ink_query_bool((const ink_query *const *)&q, &must, 1, 0, &group, &err));
		OK(ink_query_boost(group, boost, &boosted, &err));
		ink_query_free(q);
		ink_query_free(group);
		q = boosted;
	}
	return q;
}

static void test_boosts_of_groups_multiply_within_bounds(void **state)
{
	static const struct {
		double boost;
		int n, bound; /* so many reach the bound */
	} cases[] = {{1e6, 60, 3}, {1e-6, 60, 3}, {1e-200, 2, 1}};
	static const char *const texts[] = {"title:ink", "tag:tool", "year>2000", "*:*"};
	struct place *p = *state;
	ink_reader *reader;

	OK(ink_reader_open(p->index, &reader, &err));
	for (size_t i = 0; i < N_OF(cases) * N_OF(texts); i++) {
		const char *text = texts[i % N_OF(texts)];
		size_t c = i / N_OF(texts);
		double score[2];

		for (int k = 0; k < 2; k++) {
			ink_query *q = in_groups(p->index, text, cases[c].boost,
			                         k == 0 ? cases[c].n : cases[c].bound);
			ink_results *r = find(reader, q);
			ink_hit hit;

			OK(ink_results_hit(r, 0, &hit, &err));
			score[k] = hit.score;
			ink_results_free(r);
			ink_query_free(q);
		}
		assert_true(score[0] > 0);
		assert_true(score[0] >= score[1] * (1 - 1e-5));
		assert_true(score[0] <= score[1] * (1 + 1e-5));
	}
	ink_reader_close(reader);
}

static void test_nesting_has_a_limit(void **state)
{
	static const int32_t must = INK_MUST;
	ink_query *q, *outer;
	int depth;

	(void)state;
	OK(ink_query_all(&q, &err));
	for (depth = 1; depth < 100; depth++) {
		OK(ink_query_bool((const ink_query *const *)&q, &must, 1, 0, &outer, &err));
		ink_query_free(q);
		q = outer;
	}
	FAILS(INK_ELIMIT, "100",
	      ink_query_bool((const ink_query *const *)&q, &must, 1, 0, &outer, &err));
	ink_query_free(q);
}

#define ON_DOCS(name) cmocka_unit_test_setup_teardown(name, query_make, place_free)

static const struct CMUnitTest tests[] = {
	ON_DOCS(test_the_query_language_finds_what_it_says),
	ON_DOCS(test_query_objects_find_the_same),
	ON_DOCS(test_bounds_beyond_all_integers),
	ON_DOCS(test_what_a_pattern_finds_scores_alike),
	ON_DOCS(test_joined_queries_share_their_clauses),
	ON_DOCS(test_the_text_of_a_query_parses_to_the_same),
	cmocka_unit_test(test_the_text_of_a_query_may_hold_a_nul),
	ON_DOCS(test_mistakes_say_where_they_are),
	cmocka_unit_test(test_bad_arguments_are_refused),
	ON_DOCS(test_boosts_of_groups_multiply_within_bounds),
	cmocka_unit_test(test_nesting_has_a_limit),
};

RUN_SUITE(tests)
