/*
 * api_oom.c - every allocation of a whole life of an index fails once: the
 * call says INK_ENOMEM, nothing leaks, and what was committed is whole.
 */
#include "backends.h"

#include "base/mem.h"

#define TRIES_MAX 250 /* spread over all allocations when there are more */

static int search_all(ink_index *index)
{
	ink_results *results = NULL;
	ink_search *search = NULL;
	ink_reader *reader = NULL;
	ink_query *query = NULL;
	ink_terms *terms = NULL;
	ink_docs *docs = NULL;
	ink_doc *doc = NULL;
	const char *text;
	int rc = ink_query_parse(index, "ink OR sto* \"a stone\" year>1", 28, 0, &query, &err);

	if (rc == 0)
		rc = ink_reader_open(index, &reader, &err);
	if (rc == 0)
		rc = ink_search_new(reader, query, &search, &err);
	if (rc == 0)
		rc = ink_search_add_sort(search, "year", 0, &err);
	if (rc == 0)
		rc = ink_search_add_facet(search, "tag", 5, &err);
	if (rc == 0)
		rc = ink_search_add_snippet(search, "body", 50, "[", "]", 0, &err);
	if (rc == 0)
		rc = ink_search_run(search, &results, &err);
	for (size_t i = 0; rc == 0 && i < ink_results_len(results); i++) {
		rc = ink_results_snippet(results, i, "body", &text, NULL, &err);
		if (rc == 0)
			rc = ink_results_explain(results, i, &text, NULL, &err);
		if (rc == 0)
			rc = ink_results_cursor(results, i, &text, NULL, &err);
		if (rc == 0)
			rc = ink_results_doc(results, i, &doc, &err);
		ink_doc_free(doc);
		doc = NULL;
	}
	if (rc == 0)
		rc = ink_terms_open(reader, "title", 0, "i", 1, &terms, &err);
	while (rc == 0 && (rc = ink_terms_next(terms, &err)) == 1)
		rc = 0;
	if (rc == 0)
		rc = ink_docs_open(reader, &docs, &err);
	while (rc == 0 && (rc = ink_docs_next(docs, &err)) == 1) {
		rc = ink_docs_get(docs, &doc, &err);
		ink_doc_free(doc);
	}
	if (rc == 0)
		rc = ink_query_text(query, &text, NULL, &err);
	ink_docs_close(docs);
	ink_terms_close(terms);
	ink_results_free(results);
	ink_search_free(search);
	ink_reader_close(reader);
	ink_query_free(query);
	return rc;
}

static int write_all(ink_index *index)
{
	ink_writer *writer = NULL;
	ink_query *query = NULL;
	ink_doc *doc = NULL;
	int rc = ink_writer_open(index, &writer, &err);

	for (char id = 'a'; rc == 0 && id <= 'd'; id++) {
		rc = ink_doc_new(index, &doc, &err);
		if (rc == 0)
			rc = ink_doc_add_text(doc, "id", &id, 1, &err);
		if (rc == 0)
			rc = ink_doc_add_text(doc, "title", "ink 墨", strlen("ink 墨"), &err);
		if (rc == 0)
			rc = ink_doc_add_text(doc, "body", "ink is a stone", 14, &err);
		if (rc == 0)
			rc = ink_doc_add_text(doc, "tag", "black", 5, &err);
		if (rc == 0)
			rc = ink_doc_add_i64(doc, "year", id, &err);
		if (rc == 0)
			rc = ink_writer_update(writer, doc, &err);
		if (rc == 0 && id == 'b')
			rc = ink_writer_commit(writer, NULL, &err);
		ink_doc_free(doc);
		doc = NULL;
	}
	if (rc == 0)
		rc = ink_query_term("id", "a", 1, &query, &err);
	if (rc == 0)
		rc = ink_writer_delete_query(writer, query, NULL, &err);
	if (rc == 0)
		rc = ink_writer_delete(writer, "b", 1, &err);
	if (rc == 0)
		rc = ink_writer_add_field(writer, "more", INK_TEXT, 0, NULL, &err);
	if (rc == 0)
		rc = ink_writer_commit(writer, NULL, &err);
	if (rc == 0)
		rc = ink_writer_optimize(writer, 1, NULL, NULL, &err);
	ink_query_free(query);
	ink_writer_close(writer);
	return rc;
}

/* From the schema to the last search. */
static int live(const char *path)
{
	ink_index *index = NULL;
	ink_schema *schema = NULL;
	int rc = ink_schema_new(&schema, &err);

	if (rc == 0)
		rc = ink_schema_add_field(schema, "id", INK_KEYWORD, INK_KEY, NULL, &err);
	if (rc == 0)
		rc = ink_schema_add_field(schema, "title", INK_TEXT, INK_STORED, NULL, &err);
	if (rc == 0)
		rc = ink_schema_add_field(schema, "body", INK_TEXT, INK_STORED, "word|fold|stem:en",
		                          &err);
	if (rc == 0)
		rc = ink_schema_add_field(schema, "tag", INK_KEYWORD, INK_MULTI, NULL, &err);
	if (rc == 0)
		rc = ink_schema_add_field(schema, "year", INK_I64, INK_STORED, NULL, &err);
	if (rc == 0)
		rc = ink_index_create(path, schema, 0, &index, &err);
	if (rc == 0)
		rc = write_all(index);
	if (rc == 0)
		rc = search_all(index);
	ink_index_close(index);
	ink_schema_free(schema);
	return rc;
}

/* Merging in the background makes the count differ a little from run to run. */
static void fail_at_each(struct place *p, int persist)
{
	const int64_t tries_max = on->remote ? TRIES_MAX / 25 : TRIES_MAX;
	int64_t start = ik_mem_count(), total, before, tries = 0, failed = 0;
	char path[256], name[24];

	new_path(p, "whole", path, sizeof path);
	OK(live(path));
	total = ik_mem_count() - start;
	before = ik_mem_live();
	assert_true(total > 100);
	for (int64_t n = 0; n < total; n += total / tries_max + 1) {
		int rc;

		kill_servers(p);
		snprintf(name, sizeof name, "%d", (int)n);
		new_path(p, name, path, sizeof path);
		memset(&err, 0, sizeof err);
		ik_mem_fail_after(n, persist);
		rc = live(path);
		ik_mem_fail_after(-1, 0);
		if (rc != INK_OK && rc != INK_ENOMEM)
			fail_msg("allocation %d: %s: %s", (int)n, ink_status_name(rc),
			         err.message);
		tries++;
		failed += rc == INK_ENOMEM;
		if (rc != err.code)
			fail_msg("allocation %d: %s, but the error says %s", (int)n,
			         ink_status_name(rc), ink_status_name(err.code));
		if (ik_mem_live() != before)
			fail_msg("allocation %d: %d blocks leaked", (int)n,
			         (int)(ik_mem_live() - before));
		rc = on->remote ? INK_OK : ink_index_check(path, NULL, NULL, &err);
		if (rc != INK_OK && rc != INK_ENOTFOUND)
			fail_msg("allocation %d: %s", (int)n, err.message);
	}
	/* Some are done without: cleaning up, say. Most are not. */
	assert_true(failed > tries * 3 / 4);
}

static void test_one_allocation_fails(void **state)
{
	fail_at_each(*state, 0);
}

static void test_all_allocations_from_one_on_fail(void **state)
{
	fail_at_each(*state, 1);
}

static void *give(void *user, size_t size)
{
	++*(int *)user;
	return malloc(size);
}

static void *resize(void *user, void *ptr, size_t size)
{
	(void)user;
	return realloc(ptr, size);
}

static void take(void *user, void *ptr)
{
	--*(int *)user;
	free(ptr);
}

static void test_memory_comes_from_the_allocator_that_was_set(void **state)
{
	struct place *p = *state;
	int alive = 0;
	ink_allocator a = {give, resize, take, &alive}, bad = {give, NULL, take, NULL};
	char path[256];
	ink_schema *s;

	FAILS(INK_EINVAL, "resize", ink_set_allocator(&bad, &err));
	OK(ink_set_allocator(&a, &err));
	OK(ink_schema_new(&s, &err));
	assert_true(alive > 0);
	ink_schema_free(s);
	assert_int_equal(alive, 0);
	new_path(p, "own", path, sizeof path);
	OK(ink_set_allocator(NULL, &err));
	OK(live(path));
	assert_int_equal(alive, 0);
}

#define IN_PLACE(name) cmocka_unit_test_setup_teardown(name, place_make, place_free)

static const struct CMUnitTest tests[] = {
	IN_PLACE(test_one_allocation_fails),
	IN_PLACE(test_all_allocations_from_one_on_fail),
	IN_PLACE(test_memory_comes_from_the_allocator_that_was_set),
};

SUITE(tests)

int main(void)
{
	ik_mem_watch();
	return run_suite();
}
