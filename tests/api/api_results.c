/* api_results.c - what a search found: stored values, snippets, facets, explanations. */
#include "backends.h"

static int results_make(void **state)
{
	struct place *p;
	ink_writer *w;
	ink_doc *doc;

	index_make(state);
	p = *state;
	OK(ink_writer_open(p->index, &w, &err));
	doc = make_doc(p->index, "1", "Ink <stones> & water", "An inkstone is a stone for ink");
	put(doc, "tag", "tool");
	put(doc, "tag", "stone");
	put(doc, "year", "1999");
	put(doc, "price", "12.5");
	put(doc, "day", "1999-12-31");
	OK(ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	doc = make_doc(p->index, "2", "Ink", NULL);
	put(doc, "tag", "tool");
	put(doc, "year", "2005");
	OK(ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	OK(ink_writer_commit(w, NULL, &err)); /* facets add up over segments */
	doc = make_doc(p->index, "3", "Ink 墨", "墨は黒い");
	put(doc, "tag", "paper");
	put(doc, "year", "2010");
	OK(ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	return 0;
}

/* A search for ink, sorted by id. */
static ink_search *ink_by_id(struct place *p)
{
	ink_query *query = parse(p->index, "title:ink");
	ink_search *search;
	ink_reader *reader;

	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_search_new(reader, query, &search, &err));
	OK(ink_search_add_sort(search, "id", 0, &err));
	ink_reader_close(reader);
	ink_query_free(query);
	return search;
}

static ink_results *run(ink_search *search)
{
	ink_results *r;

	OK(ink_search_run(search, &r, &err));
	ink_search_free(search); /* results live on */
	return r;
}

static void test_stored_values_as_text(void **state)
{
	ink_results *r = run(ink_by_id(*state));
	const char *value;
	size_t len;

	assert_int_equal(ink_results_len(r), 3);
	OK(ink_results_stored(r, 0, "title", &value, &len, &err));
	assert_string_equal(value, "Ink <stones> & water");
	OK(ink_results_stored(r, 0, "tag", &value, &len, &err));
	assert_string_equal(value, "tool"); /* the first one */
	OK(ink_results_stored(r, 0, "year", &value, &len, &err));
	assert_string_equal(value, "1999");
	assert_int_equal(len, 4);
	OK(ink_results_stored(r, 0, "price", &value, NULL, &err));
	assert_string_equal(value, "12.5");
	OK(ink_results_stored(r, 0, "day", &value, &len, &err));
	assert_string_equal(value, "1999-12-31T00:00:00Z");
	FAILS(INK_ENOTFOUND, "", ink_results_stored(r, 1, "body", &value, &len, &err));
	assert_null(value);
	FAILS(INK_ENOTFOUND, "nope", ink_results_stored(r, 1, "nope", &value, &len, &err));
	FAILS(INK_ENOTFOUND, "3", ink_results_stored(r, 3, "id", &value, &len, &err));
	FAILS(INK_EINVAL, "field", ink_results_stored(r, 0, NULL, &value, &len, &err));
	FAILS(INK_EINVAL, "value", ink_results_stored(r, 0, "id", NULL, &len, &err));
	ink_results_free(r);
}

static void test_whole_documents(void **state)
{
	ink_results *r = run(ink_by_id(*state));
	const char *text;
	ink_doc *doc;
	size_t len;

	FAILS(INK_ENOTFOUND, "3", ink_results_doc(r, 3, &doc, &err));
	assert_null(doc);
	OK(ink_results_doc(r, 0, &doc, &err));
	ink_doc_free(doc);
	OK(ink_results_doc(r, 0, &doc, &err));
	ink_results_free(r); /* the document lives on */
	assert_int_equal(ink_doc_len(doc), 8);
	OK(ink_doc_text(doc, 4, &text, &len, &err));
	assert_string_equal(text, "stone");
	ink_doc_free(doc);
}

static void test_hits_and_copies_agree(void **state)
{
	ink_results *r = run(ink_by_id(*state));
	uint64_t docs[5], scored, postings;
	ink_hit hit;

	assert_int_equal(ink_results_copy(r, 0, 5, docs, NULL), 3);
	for (size_t i = 0; i < 3; i++) {
		OK(ink_results_hit(r, i, &hit, &err));
		assert_int_equal(hit.doc, docs[i]);
	}
	assert_int_equal(ink_results_copy(r, 2, 5, NULL, NULL), 1);
	assert_int_equal(ink_results_copy(r, 3, 5, docs, NULL), 0);
	assert_int_equal(ink_results_copy(r, SIZE_MAX, SIZE_MAX, docs, NULL), 0);
	FAILS(INK_ENOTFOUND, "3", ink_results_hit(r, 3, &hit, &err));
	FAILS(INK_EINVAL, "out", ink_results_hit(r, 0, NULL, &err));
	ink_results_work(r, &scored, &postings);
	ink_results_work(r, NULL, NULL);
	ink_results_free(r);
	assert_int_equal(ink_results_len(NULL), 0);
	assert_int_equal(ink_results_total(NULL, NULL), 0);
	ink_results_free(NULL);
}

static void test_snippets_mark_what_was_found(void **state)
{
	ink_search *search = ink_by_id(*state);
	const char *text;
	ink_results *r;
	size_t len;

	FAILS(INK_ENOTFOUND, "nope",
	      ink_search_add_snippet(search, "nope", 0, "[", "]", 0, &err));
	FAILS(INK_ESCHEMA, "loose",
	      ink_search_add_snippet(search, "loose", 0, "[", "]", 0, &err));
	FAILS(INK_ESCHEMA, "tag", ink_search_add_snippet(search, "tag", 0, "[", "]", 0, &err));
	FAILS(INK_EINVAL, "open",
	      ink_search_add_snippet(search, "title", 0, NULL, "]", 0, &err));
	FAILS(INK_EINVAL, "0x2", ink_search_add_snippet(search, "title", 0, "[", "]", 2, &err));
	OK(ink_search_add_snippet(search, "title", 0, "<b>", "</b>", INK_SNIPPET_HTML, &err));
	OK(ink_search_add_snippet(search, "body", 0, "[", "]", 0, &err));
	r = run(search);
	OK(ink_results_snippet(r, 0, "title", &text, &len, &err));
	assert_string_equal(text, "<b>Ink</b> &lt;stones&gt; &amp; water");
	assert_int_equal(strlen(text), len);
	OK(ink_results_snippet(r, 1, "body", &text, &len, &err));
	assert_string_equal(text, ""); /* no value */
	OK(ink_results_snippet(r, 0, "title", &text, &len, &err)); /* once more */
	assert_non_null(strstr(text, "<b>Ink</b>"));
	FAILS(INK_ENOTFOUND, "tag", ink_results_snippet(r, 0, "tag", &text, &len, &err));
	FAILS(INK_ENOTFOUND, "7", ink_results_snippet(r, 7, "title", &text, &len, &err));
	ink_results_free(r);
}

static void test_snippets_take_each_value_by_itself(void **state)
{
	struct place *p = *state;
	ink_writer *w;
	ink_doc *doc;

	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_add_field(w, "whole", INK_TEXT, INK_STORED, "keyword", &err));
	OK(ink_writer_commit(w, NULL, &err));
	doc = make_doc(p->index, "9", NULL, "ink stone");
	put(doc, "body", "old ink");
	put(doc, "body", "stone");
	put(doc, "whole", "ink stone");
	put(doc, "whole", "");
	put(doc, "whole", "brush");
	OK(ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	check_snippet(p->index, "+id:9 body:\"ink stone\"", "body",
	              "[ink] [stone] old ink stone");
	check_snippet(p->index, "+id:9 body:\"ink stone\"~1", "body",
	              "[ink] [stone] old ink stone");
	check_snippet(p->index, "whole:brush", "whole", "ink stone [brush]");
	check_snippet(p->index, "whole:=ink\\ stone", "whole", "[ink stone] brush");
}

static void test_facets_count_values_and_ranges(void **state)
{
	static const double bounds[] = {1990, 2000, 2010, 2011}, down[] = {2, 1};
	ink_search *search = ink_by_id(*state);
	const char *value;
	ink_results *r;
	uint64_t n;
	size_t len;
	int32_t exact;

	FAILS(INK_ENOTFOUND, "nope", ink_search_add_facet(search, "nope", 10, &err));
	FAILS(INK_ESCHEMA, "title", ink_search_add_facet(search, "title", 10, &err));
	FAILS(INK_ESCHEMA, "tag", ink_search_add_range_facet(search, "tag", bounds, 3, &err));
	FAILS(INK_EINVAL, "1", ink_search_add_range_facet(search, "year", down, 1, &err));
	FAILS(INK_EINVAL, "bounds", ink_search_add_range_facet(search, "year", NULL, 1, &err));
	FAILS(INK_EINVAL, "0", ink_search_add_range_facet(search, "year", bounds, 0, &err));
	OK(ink_search_add_facet(search, "tag", 2, &err));
	OK(ink_search_add_range_facet(search, "year", bounds, 3, &err));
	r = run(search);
	assert_int_equal(ink_results_total(r, &exact), 3);
	assert_int_equal(exact, 1);
	assert_int_equal(ink_results_facet_len(r, 0), 2);
	OK(ink_results_facet(r, 0, 0, &value, &len, &n, &err));
	assert_string_equal(value, "tool");
	assert_int_equal(n, 2);
	OK(ink_results_facet(r, 0, 1, &value, &len, &n, &err));
	assert_string_equal(value, "paper"); /* ties by value */
	assert_int_equal(len, 5);
	assert_int_equal(n, 1);
	FAILS(INK_ENOTFOUND, "2", ink_results_facet(r, 0, 2, &value, &len, &n, &err));
	assert_int_equal(ink_results_facet_len(r, 1), 3);
	OK(ink_results_facet(r, 1, 0, &value, &len, &n, &err));
	assert_string_equal(value, "1990..2000");
	assert_int_equal(n, 1);
	OK(ink_results_facet(r, 1, 1, NULL, NULL, &n, &err));
	assert_int_equal(n, 1);
	OK(ink_results_facet(r, 1, 2, NULL, NULL, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(ink_results_facet_len(r, 2), 0);
	FAILS(INK_ENOTFOUND, "2", ink_results_facet(r, 2, 0, &value, &len, &n, &err));
	ink_results_free(r);
}

static void test_explanations_name_the_term_and_cursors_are_text(void **state)
{
	struct place *p = *state;
	ink_query *query = parse(p->index, "title:ink");
	const char *text, *again;
	ink_reader *reader;
	ink_results *r;
	ink_hit hit;
	size_t len;

	OK(ink_reader_open(p->index, &reader, &err));
	r = find(reader, query);
	ink_reader_close(reader);
	ink_query_free(query);
	OK(ink_results_hit(r, 0, &hit, &err));
	assert_true(hit.score > 0);
	OK(ink_results_explain(r, 0, &text, &len, &err));
	assert_int_equal(strlen(text), len);
	assert_non_null(strstr(text, "ink"));
	assert_float_equal(strtod(text, NULL), hit.score, 1e-5);
	OK(ink_results_cursor(r, 0, &again, &len, &err));
	assert_int_equal(strlen(again), len);
	FAILS(INK_ENOTFOUND, "9", ink_results_explain(r, 9, &text, &len, &err));
	FAILS(INK_EINVAL, "results", ink_results_explain(NULL, 0, &text, &len, &err));
	ink_results_free(r);
}

#define ON_DOCS(name) cmocka_unit_test_setup_teardown(name, results_make, place_free)

static const struct CMUnitTest tests[] = {
	ON_DOCS(test_stored_values_as_text),
	ON_DOCS(test_whole_documents),
	ON_DOCS(test_hits_and_copies_agree),
	ON_DOCS(test_snippets_mark_what_was_found),
	ON_DOCS(test_snippets_take_each_value_by_itself),
	ON_DOCS(test_facets_count_values_and_ranges),
	ON_DOCS(test_explanations_name_the_term_and_cursors_are_text),
};

RUN_SUITE(tests)
