/*
 * oom_api.c - each allocation of each public operation on an index that
 * exists fails: INK_ENOMEM, no leak, and the same call succeeds afterwards.
 *
 * What makes and fills an index is in tests/api/api_oom.c.
 */
#include "../api/backends.h"

#include "base/mem.h"

#define DOCS 400
#define HAN "\xe5\x85\xa8\xe6\x96\x87\xe6\xa3\x80\xe7\xb4\xa2"

static struct place *place;
static uint64_t points;

static const char *const queries[] = {
	"ink", "ink stone", "+ink -stone", "\"ink stone\"", "\"ink paper\"~3", "sto*", "s?on*",
	"stene~1", "year>100", "year:[3 TO 90]", "tag:t1", "tag:[t1 TO t3]",
	"title:\xe5\x85\xa8\xe6\x96\x87", "\"\xe5\x85\xa8\xe6\x96\x87\xe6\xa3\x80\"",
	"(ink OR paper) AND NOT (stone^2 water)", "*:*", "loose:ink id:d7", "day>2001-01-01",
};

static void fill(void)
{
	ink_writer *w;

	OK(ink_writer_open(place->index, &w, &err));
	for (int i = 0; i < DOCS; i++) {
		ink_doc *doc;
		char text[64];

		snprintf(text, sizeof text, "d%d", i);
		doc = make_doc(place->index, text, i % 3 == 0 ? HAN " ink" : "stone",
		               i % 2 == 0 ? "an ink stone and paper" : "water and a stone, ink");
		snprintf(text, sizeof text, "t%d", i % 5);
		put(doc, "tag", text);
		put(doc, "loose", "ink");
		OK(ink_doc_add_i64(doc, "year", i, &err));
		OK(ink_doc_add_f64(doc, "price", i / 3.0, &err));
		snprintf(text, sizeof text, "%d-02-03", 1900 + i);
		put(doc, "day", text);
		OK(ink_writer_update(w, doc, &err));
		ink_doc_free(doc);
		if (i % 150 == 149)
			OK(ink_writer_commit(w, NULL, &err));
	}
	OK(ink_writer_delete(w, "d3", 2, &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

static int open_index(size_t i)
{
	ink_index *index = NULL;
	ink_schema *schema = NULL;
	ink_reader *r = NULL;
	ink_stats stats = {.struct_size = sizeof stats};
	uint64_t doc;
	int rc = ink_index_open(place->path, i % 2 == 0 ? 0 : INK_OPEN_READONLY, &index, &err);

	if (rc == 0)
		rc = ink_index_schema(index, &schema, &err);
	if (rc == 0)
		rc = ink_reader_open(index, &r, &err);
	if (rc == 0)
		rc = ink_reader_stats(r, &stats, &err);
	if (rc == 0)
		rc = ink_reader_find(r, "d17", 3, &doc, &err);
	ink_reader_close(r);
	ink_schema_free(schema);
	ink_index_close(index);
	return rc;
}

static int check_index(size_t i)
{
	(void)i;
	return ink_index_check(place->path, NULL, NULL, &err);
}

/* Everything that can be asked of one hit. */
static int look_at(ink_results *results, size_t i)
{
	const char *text;
	size_t len;
	ink_doc *doc = NULL;
	int rc = ink_results_snippet(results, i, "body", &text, &len, &err);

	if (rc == 0)
		rc = ink_results_explain(results, i, &text, &len, &err);
	if (rc == 0)
		rc = ink_results_cursor(results, i, &text, &len, &err);
	if (rc == 0)
		rc = ink_results_stored(results, i, "day", &text, &len, &err);
	if (rc == 0)
		rc = ink_results_doc(results, i, &doc, &err);
	ink_doc_free(doc);
	return rc;
}

static int ask(ink_search *search, size_t i)
{
	static const double bounds[] = {0, 10, 100, 1000};
	static const char *const sorts[] = {"year", "tag", "price", "day"};
	int rc = ink_search_add_facet(search, "tag", 3, &err);

	if (rc == 0)
		rc = ink_search_add_range_facet(search, "year", bounds, 3, &err);
	if (rc == 0)
		rc = ink_search_add_snippet(search, "body", 20, "<", ">", INK_SNIPPET_HTML, &err);
	if (rc == 0 && i % 3 != 0)
		rc = ink_search_add_sort(search, sorts[i % 4], i % 4, &err);
	if (rc == 0 && i % 3 == 2)
		rc = ink_search_set_bm25(search, 1.2, 0.75, &err);
	if (rc == 0)
		rc = ink_search_set_window(search, i % 5, 4, &err);
	return rc;
}

static int search_index(size_t i)
{
	ink_query *query = NULL, *filter = NULL;
	ink_search *search = NULL;
	ink_results *results = NULL, *next = NULL;
	ink_reader *reader = NULL; /* of its own: readers keep memory for their next search */
	const char *text;
	size_t len;
	int rc = ink_query_parse(place->index, queries[i], strlen(queries[i]), 0, &query, &err);

	if (rc == 0)
		rc = ink_query_parse(place->index, "year<350 -tag:t4", 16, 0, &filter, &err);
	if (rc == 0)
		rc = ink_reader_open(place->index, &reader, &err);
	if (rc == 0)
		rc = ink_search_new(reader, query, &search, &err);
	if (rc == 0)
		rc = ask(search, i);
	if (rc == 0 && i % 2 == 1)
		rc = ink_search_set_filter(search, filter, &err);
	if (rc == 0)
		rc = ink_search_run(search, &results, &err);
	for (size_t h = 0; rc == 0 && h < ink_results_len(results); h++)
		rc = look_at(results, h);
	if (rc == 0 && ink_results_len(results) > 0) {
		rc = ink_results_cursor(results, 0, &text, &len, &err);
		if (rc == 0)
			rc = ink_search_set_window(search, 0, 3, &err);
		if (rc == 0)
			rc = ink_search_set_after(search, text, len, &err);
		if (rc == 0)
			rc = ink_search_run(search, &next, &err);
	}
	ink_results_free(next);
	ink_results_free(results);
	ink_search_free(search);
	ink_reader_close(reader);
	ink_query_free(filter);
	ink_query_free(query);
	return rc;
}

static int delete_some(size_t i)
{
	ink_writer *w = NULL;
	ink_query *query = NULL;
	uint64_t n;
	int rc = ink_writer_open(place->index, &w, &err);

	if (rc == 0)
		rc = ink_query_parse(place->index, queries[i], strlen(queries[i]), 0, &query, &err);
	if (rc == 0)
		rc = ink_writer_delete_query(w, query, &n, &err);
	if (rc == 0)
		rc = ink_writer_rollback(w, &err);
	ink_query_free(query);
	ink_writer_close(w);
	return rc;
}

static int optimize(size_t i)
{
	ink_writer *w = NULL;
	int rc = ink_writer_open(place->index, &w, &err);

	(void)i;
	if (rc == 0)
		rc = ink_writer_delete(w, "d3", 2, &err);
	if (rc == 0)
		rc = ink_writer_optimize(w, 1, NULL, NULL, &err);
	ink_writer_close(w);
	return rc;
}

/* Fail at each allocation in turn until there are none left; at most `max` of them. */
static void walk(const char *name, int (*call)(size_t), size_t i, int64_t max)
{
	int64_t before, start, total, done = 0;

	OK(call(i));
	start = ik_mem_count();
	before = ik_mem_live();
	OK(call(i));
	total = ik_mem_count() - start;
	for (int64_t n = 0; n < total; n += total / max + 1, done++) {
		int rc;

		memset(&err, 0, sizeof err);
		ik_mem_fail_after(n, (int)(done % 2));
		rc = call(i);
		ik_mem_fail_after(-1, 0);
		if ((rc != INK_OK && rc != INK_ENOMEM) || rc != err.code)
			fail_msg("%s %zu, allocation %d: %s, %s", name, i, (int)n,
			         ink_status_name(rc), err.message);
		if (ik_mem_live() != before)
			fail_msg("%s %zu, allocation %d: %d blocks leaked", name, i, (int)n,
			         (int)(ik_mem_live() - before));
		points++;
	}
	OK(call(i));
}

static void test_opening(void **state)
{
	(void)state;
	walk("open", open_index, 0, 1000);
	walk("open", open_index, 1, 1000);
}

static void test_checking(void **state)
{
	(void)state;
	walk("check", check_index, 0, 150);
}

static void test_searching(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(queries); i++)
		walk(queries[i], search_index, i, 60);
}

static void test_deleting_by_query(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		walk("delete", delete_some, i * 4, 60);
}

static void test_optimizing(void **state)
{
	(void)state;
	walk("optimize", optimize, 0, 100);
	OK(ink_index_check(place->path, NULL, NULL, &err));
	assert_int_equal(count(place->index, "*:*"), DOCS - 1);
}

static int set_up(void **state)
{
	if (index_make(state) != 0)
		return -1;
	place = *state;
	fill();
	return 0;
}

static int tear_down(void **state)
{
	print_message("%llu points\n", (unsigned long long)points);
	return place_free(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opening),
		cmocka_unit_test(test_checking),
		cmocka_unit_test(test_searching),
		cmocka_unit_test(test_deleting_by_query),
		cmocka_unit_test(test_optimizing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
