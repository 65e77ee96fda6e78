/* api_lifetime.c - handles are freed in any order; run under a sanitizer this shows mistakes. */
#include "backends.h"

#define SEED 0x1CE57045u

enum {
	INDEX, WRITER, DOC, READER, QUERY, INNER, SEARCH, RESULTS, TERMS, STORED, CANCEL,
	N_HANDLES
};

struct all {
	ink_index *index;
	ink_writer *writer;
	ink_doc *doc, *stored;
	ink_reader *reader;
	ink_query *query, *inner;
	ink_search *search;
	ink_results *results;
	ink_terms *terms;
	ink_cancel *cancel;
};

static struct all make_all(struct place *p)
{
	static const int32_t must = INK_MUST;
	struct all a = {.index = p->index};
	ink_index *again;

	OK(ink_index_open(p->path, 0, &again, &err));
	a.index = again;
	OK(ink_writer_open(a.index, &a.writer, &err));
	a.doc = make_doc(a.index, "1", "ink", "stone and ink");
	OK(ink_writer_update(a.writer, a.doc, &err));
	OK(ink_writer_commit(a.writer, NULL, &err));
	OK(ink_reader_open(a.index, &a.reader, &err));
	a.inner = parse(a.index, "ink");
	OK(ink_query_bool((const ink_query *const *)&a.inner, &must, 1, 0, &a.query, &err));
	OK(ink_search_new(a.reader, a.query, &a.search, &err));
	OK(ink_search_add_snippet(a.search, "body", 0, "[", "]", 0, &err));
	OK(ink_cancel_new(&a.cancel, &err));
	OK(ink_search_set_cancel(a.search, a.cancel, &err));
	OK(ink_search_run(a.search, &a.results, &err));
	OK(ink_results_doc(a.results, 0, &a.stored, &err));
	OK(ink_terms_open(a.reader, "title", INK_PART_WORD, NULL, 0, &a.terms, &err));
	assert_int_equal(ink_terms_next(a.terms, &err), 1);
	return a;
}

/* What is left has to work. */
static void use(struct all *a, unsigned freed)
{
	const char *text;
	uint64_t number;
	ink_results *r;
	ink_doc *doc;
	size_t len;

	if (!(freed & 1u << READER)) {
		OK(ink_reader_find(a->reader, "1", 1, &number, &err));
		OK(ink_reader_doc(a->reader, number, &doc, &err));
		ink_doc_free(doc);
	}
	if (!(freed & 1u << WRITER))
		OK(ink_writer_update(a->writer, a->doc == NULL ? a->stored : a->doc, &err));
	if (!(freed & 1u << QUERY))
		OK(ink_query_text(a->query, &text, &len, &err));
	if (!(freed & 1u << SEARCH)) {
		OK(ink_search_run(a->search, &r, &err));
		assert_int_equal(ink_results_len(r), 1);
		ink_results_free(r);
	}
	if (!(freed & 1u << RESULTS)) {
		OK(ink_results_snippet(a->results, 0, "body", &text, &len, &err));
		assert_string_equal(text, "stone and [ink]");
		OK(ink_results_stored(a->results, 0, "title", &text, &len, &err));
		assert_string_equal(text, "ink");
		OK(ink_results_explain(a->results, 0, &text, &len, &err));
		OK(ink_results_cursor(a->results, 0, &text, &len, &err));
	}
	if (!(freed & 1u << TERMS))
		assert_string_equal(ink_terms_text(a->terms, &len), "ink");
	if (!(freed & 1u << STORED)) {
		OK(ink_doc_text(a->stored, 0, &text, &len, &err));
		assert_string_equal(text, "1");
	}
}

static void free_one(struct all *a, int which)
{
	switch (which) {
	case INDEX: ink_index_close(a->index); break;
	case WRITER: ink_writer_close(a->writer); break;
	case DOC: ink_doc_free(a->doc); a->doc = NULL; break;
	case READER: ink_reader_close(a->reader); break;
	case QUERY: ink_query_free(a->query); break;
	case INNER: ink_query_free(a->inner); break;
	case SEARCH: ink_search_free(a->search); break;
	case RESULTS: ink_results_free(a->results); break;
	case TERMS: ink_terms_close(a->terms); break;
	case STORED: ink_doc_free(a->stored); break;
	default: ink_cancel_free(a->cancel); break;
	}
}

static void free_in_order(struct place *p, const int order[N_HANDLES])
{
	struct all a = make_all(p);
	unsigned freed = 0;

	for (int i = 0; i < N_HANDLES; i++) {
		/* The writer's part of use() wants one of the two documents. */
		unsigned hide = a.doc == NULL && (freed & 1u << STORED) ? 1u << WRITER : 0;

		use(&a, freed | hide);
		free_one(&a, order[i]);
		freed |= 1u << order[i];
	}
}

static void test_parents_may_go_before_children(void **state)
{
	int down[N_HANDLES], up[N_HANDLES];

	for (int i = 0; i < N_HANDLES; i++) {
		down[i] = i;
		up[i] = N_HANDLES - 1 - i;
	}
	free_in_order(*state, down);
	free_in_order(*state, up);
}

static void test_frees_come_in_any_order(void **state)
{
	uint32_t random = SEED;
	int order[N_HANDLES];

	for (int i = 0; i < N_HANDLES; i++)
		order[i] = i;
	for (int round = 0; round < 20; round++) {
		for (int i = N_HANDLES - 1; i > 0; i--) {
			int k, swap = order[i];

			random = random * 1664525u + 1013904223u;
			k = (int)((random >> 8) % (unsigned)(i + 1));
			order[i] = order[k];
			order[k] = swap;
		}
		free_in_order(*state, order);
	}
}

static void test_freeing_nothing_does_nothing(void **state)
{
	(void)state;
	ink_index_close(NULL);
	ink_writer_close(NULL);
	ink_doc_free(NULL);
	ink_doc_clear(NULL);
	ink_reader_close(NULL);
	ink_query_free(NULL);
	ink_search_free(NULL);
	ink_results_free(NULL);
	ink_terms_close(NULL);
	ink_cancel_free(NULL);
	ink_tokens_free(NULL);
	ink_analyzer_free(NULL);
	ink_schema_free(NULL);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(test_parents_may_go_before_children, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_frees_come_in_any_order, index_make, place_free),
	cmocka_unit_test(test_freeing_nothing_does_nothing),
};

RUN_SUITE(tests)
