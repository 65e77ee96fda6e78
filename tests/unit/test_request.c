/* test_request.c - requests are copied whole; results give what is asked of them later. */
#include "gen_search.h"

#include "search/cursor.h"
#include "search/results.h"

static struct world world;

static int open_world(void **state)
{
	(void)state;
	world_open(&world, 3);
	return 0;
}

static int close_world(void **state)
{
	(void)state;
	world_close(&world);
	return 0;
}

static void fill(struct ik_request *r, char *after, double *bounds, char *open)
{
	struct ik_facet_spec *facet;
	struct ik_snippet_spec *snippet;
	struct ik_query *filter;

	world_request(&world, "first line", r);
	ok(ik_query_parse(world.searcher->snap->schema, "tag:t1", 6, 0, &filter, err));
	r->filter = filter;
	r->offset = 3;
	r->limit = 7;
	r->exact = 1;
	r->own_bm25 = 1;
	r->k1 = 1.5;
	r->b = 0.25;
	r->timeout_ms = 1000000;
	r->after = after;
	r->after_len = strlen(after);
	add_sort(r, F_TAG, INK_SORT_DESC);
	facet = ik_vec_push(&r->facets);
	*facet = (struct ik_facet_spec){ F_NUM, 5, bounds, 1 };
	snippet = ik_vec_push(&r->snippets);
	*snippet = (struct ik_snippet_spec){ F_BODY, 40, INK_SNIPPET_HTML, open, "</b>" };
	r->cancel = ik_zalloc(sizeof *r->cancel);
	atomic_init(&r->cancel->refs, 1);
}

static void test_a_copy_has_everything_of_its_own(void **state)
{
	char after[] = "abc", open[] = "<b>";
	double bounds[] = { 1, 2 };
	struct ik_request from, to;

	(void)state;
	fill(&from, after, bounds, open);
	ok(ik_request_copy(&from, &to, err));
	assert_int_equal(atomic_load(&from.cancel->refs), 2);
	ik_request_release(&from);
	memset(after, 'x', 3);
	memset(open, 'x', 3);
	bounds[0] = bounds[1] = 0;
	assert_int_equal(to.offset, 3);
	assert_int_equal(to.limit, 7);
	assert_true(to.exact && to.own_bm25 && to.k1 == 1.5 && to.b == 0.25);
	assert_int_equal(to.timeout_ms, 1000000);
	assert_int_equal(to.after_len, 3);
	assert_memory_equal(to.after, "abc", 3);
	assert_int_equal(to.sorts.n, 1);
	assert_int_equal(to.sorts.v[0].flags, INK_SORT_DESC);
	assert_true(to.facets.v[0].bounds[0] == 1 && to.facets.v[0].bounds[1] == 2);
	assert_string_equal(to.snippets.v[0].open, "<b>");
	assert_string_equal(to.snippets.v[0].close, "</b>");
	assert_int_equal(to.query->kind, IK_Q_MATCH);
	assert_non_null(to.filter);
	assert_int_equal(atomic_load(&to.cancel->refs), 1);
	ik_request_release(&to);
}

static void test_copies_fail_cleanly_without_memory(void **state)
{
	char after[] = "abc", open[] = "<b>";
	double bounds[] = { 1, 2 };
	struct ik_request from, to;
	int rc = INK_ENOMEM;

	(void)state;
	fill(&from, after, bounds, open);
	for (int64_t nth = 0; rc == INK_ENOMEM; nth++) {
		int64_t live = ik_mem_live();

		assert_true(nth < 100);
		ik_mem_fail_after(nth, 0);
		rc = ik_request_copy(&from, &to, NULL);
		ik_mem_fail_after(-1, 0);
		assert_true(rc == 0 || rc == INK_ENOMEM);
		if (rc == 0)
			ik_request_release(&to);
		assert_int_equal(ik_mem_live(), live);
	}
	ik_request_release(&from);
}

static void test_searchers_open_or_fail_cleanly(void **state)
{
	struct ik_searcher *s;
	int rc = INK_ENOMEM;

	(void)state;
	for (int64_t nth = 0; rc == INK_ENOMEM; nth++) {
		int64_t live = ik_mem_live();

		assert_true(nth < 100);
		ik_mem_fail_after(nth, 0);
		rc = ik_searcher_open(world.searcher->snap, &s, NULL);
		ik_mem_fail_after(-1, 0);
		if (rc == 0) {
			assert_non_null(s->analyzers[F_BODY]);
			assert_null(s->analyzers[F_TAG]);
			assert_int_equal(s->collection.n, world.searcher->snap->n);
			assert_ptr_equal(s->segs[0], world.searcher->snap->views[0].seg);
			ik_searcher_unref(s);
		}
		assert_int_equal(ik_mem_live(), live);
	}
	ik_searcher_unref(NULL);
}

/* ---- stored documents ---- */

static void test_stored_documents_are_found(void **state)
{
	const struct ik_snapshot *snap = world.searcher->snap;
	struct ik_doc doc;
	char id[32];

	(void)state;
	ik_doc_init(&doc, snap->schema);
	for (uint64_t d = 0; d < WORLD_DOCS; d++) {
		ink_error err;
		int rc = ik_stored_doc(snap, d, &doc, &err);

		world_id(d, id);
		if (world_deleted(d)) {
			assert_int_equal(rc, INK_ENOTFOUND);
			continue;
		}
		assert_int_equal(rc, 0);
		assert_string_equal(ik_doc_key(&doc)->text, id);
	}
	assert_int_equal(ik_stored_doc(snap, WORLD_DOCS, &doc, NULL), INK_ENOTFOUND);
	assert_int_equal(ik_stored_doc(snap, UINT64_MAX, &doc, NULL), INK_ENOTFOUND);
	ik_doc_release(&doc);
}

/* ---- results, filled in by hand ---- */

static struct ik_results *some_results(const uint64_t *docs, size_t n)
{
	struct ik_results *r = ik_zalloc(sizeof *r);
	struct ik_snippet_spec *snippet;
	struct ik_request request;

	world_request(&world, "line", &request);
	snippet = ik_vec_push(&request.snippets);
	*snippet = (struct ik_snippet_spec){ F_BODY, 40, 0, "<b>", "</b>" };
	ok(ik_request_copy(&request, &r->request, err));
	ik_request_release(&request);
	r->hits = ik_arena_zalloc(&r->arena, n * sizeof *r->hits);
	for (size_t i = 0; i < n; i++) {
		r->hits[i].doc = docs[i];
		r->hits[i].score = (int64_t)(i + 1) * 100;
	}
	r->n = n;
	r->scale = 50;
	r->scored = 1;
	return r;
}

static void test_values_of_hits(void **state)
{
	const uint64_t docs[] = { 7, 40 };
	struct ik_results *r = some_results(docs, 2);
	const struct ik_doc *doc, *again;
	const char *value;
	size_t len;

	(void)state;
	assert_true(ik_results_score(r, 0) == 2 && ik_results_score(r, 1) == 4);
	assert_true(ik_results_score(r, 2) == 0);
	r->scored = 0;
	assert_true(ik_results_score(r, 1) == 0);
	ok(ik_results_doc(r, 0, &doc, err));
	ok(ik_results_doc(r, 0, &again, err));
	assert_ptr_equal(doc, again);
	ok(ik_results_stored(r, 0, "id", &value, &len, err));
	assert_string_equal(value, "doc-00007");
	assert_int_equal(len, 9);
	ok(ik_results_stored(r, 0, "body", &value, &len, err));
	assert_string_equal(value, "the first line");
	ok(ik_results_stored(r, 0, "day", &value, &len, err));
	assert_non_null(strstr(value, "T00:00:00Z"));
	assert_int_equal(ik_results_stored(r, 1, "val", &value, &len, NULL), INK_ENOTFOUND);
	assert_null(value);
	assert_int_equal(ik_results_stored(r, 0, "tag", &value, &len, NULL), INK_ENOTFOUND);
	assert_int_equal(ik_results_stored(r, 0, "nope", &value, &len, NULL), INK_ENOTFOUND);
	assert_int_equal(ik_results_stored(r, 2, "id", &value, &len, NULL), INK_ENOTFOUND);
	assert_int_equal(ik_results_doc(r, 2, &doc, NULL), INK_ENOTFOUND);
	assert_null(doc);
	ik_results_free(r);
	ik_results_free(NULL);
}

static void test_snippets_of_hits_are_made_once(void **state)
{
	const uint64_t docs[] = { 7, 40 };
	struct ik_results *r = some_results(docs, 2);
	const char *text, *again;
	size_t len;

	(void)state;
	ok(ik_results_snippet(r, 0, "body", &text, &len, err));
	assert_string_equal(text, "the first <b>line</b> another <b>line</b>");
	assert_int_equal(len, strlen(text));
	ok(ik_results_snippet(r, 0, "body", &again, &len, err));
	assert_ptr_equal(text, again);
	ok(ik_results_snippet(r, 1, "body", &text, &len, err));
	assert_string_equal(text, "the first <b>line</b>");
	assert_int_equal(ik_results_snippet(r, 2, "body", &text, &len, NULL), INK_ENOTFOUND);
	assert_int_equal(ik_results_snippet(r, 0, "id", &text, &len, NULL), INK_ENOTFOUND);
	assert_int_equal(ik_results_snippet(r, 0, "nope", &text, &len, NULL), INK_ENOTFOUND);
	ik_results_free(r);
}

static void test_cursors_of_hits(void **state)
{
	const uint64_t docs[] = { 7, 40 };
	struct ik_results *r = some_results(docs, 2);
	struct ik_arena arena = { 0 };
	struct ik_cursor cursor;
	const char *text;
	size_t len;

	(void)state;
	ok(ik_results_cursor(r, 1, &text, &len, err));
	assert_int_equal(strlen(text), len);
	ok(ik_cursor_decode(&r->request, text, len, 0, &arena, &cursor, err));
	assert_true(cursor.doc == 40 && cursor.score == 200);
	assert_int_equal(ik_results_cursor(r, 2, &text, &len, NULL), INK_ENOTFOUND);
	ik_arena_free(&arena);
	ik_results_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_copy_has_everything_of_its_own),
		cmocka_unit_test(test_copies_fail_cleanly_without_memory),
		cmocka_unit_test(test_searchers_open_or_fail_cleanly),
		cmocka_unit_test(test_stored_documents_are_found),
		cmocka_unit_test(test_values_of_hits),
		cmocka_unit_test(test_snippets_of_hits_are_made_once),
		cmocka_unit_test(test_cursors_of_hits),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, open_world, close_world);
}
