/* api_search.c - readers and searches: windows, sorting, filters, paging, stopping. */
#include "backends.h"

#define N_DOCS 60

/* Documents 00 ... 59 in three segments; "ink" in all, more of it in the later ones. */
static int search_make(void **state)
{
	static const char *const colors[] = {"red", "green", "blue"};
	char id[16], body[400], year[16];
	struct place *p;
	ink_writer *w;

	index_make(state);
	p = *state;
	OK(ink_writer_open(p->index, &w, &err));
	for (int i = 0; i < N_DOCS; i++) {
		ink_doc *doc;

		snprintf(id, sizeof id, "%02d", i);
		body[0] = '\0';
		for (int k = 0; k <= i; k++)
			strcat(body, "ink ");
		doc = make_doc(p->index, id, i % 2 ? "odd" : "even", body);
		put(doc, "tag", colors[i % 3]);
		if (i % 10 != 9) {
			snprintf(year, sizeof year, "%d", 2000 + i % 7);
			put(doc, "year", year);
		}
		OK(ink_doc_add_f64(doc, "price", i / 4.0, &err));
		OK(ink_writer_add(w, doc, &err));
		ink_doc_free(doc);
		if (i % 20 == 19)
			OK(ink_writer_commit(w, NULL, &err));
	}
	ink_writer_close(w);
	return 0;
}

struct run {
	ink_reader *reader;
	ink_query *query;
	ink_search *search;
	ink_results *results;
};

static struct run start(struct place *p, const char *text)
{
	struct run r = {0};

	OK(ink_reader_open(p->index, &r.reader, &err));
	r.query = parse(p->index, text);
	OK(ink_search_new(r.reader, r.query, &r.search, &err));
	return r;
}

static void go(struct run *r)
{
	ink_results_free(r->results);
	OK(ink_search_run(r->search, &r->results, &err));
}

static void end(struct run *r)
{
	ink_results_free(r->results);
	ink_search_free(r->search);
	ink_query_free(r->query);
	ink_reader_close(r->reader);
}

static void test_the_best_ten_come_first_by_default(void **state)
{
	struct run r = start(*state, "body:ink");
	double last = 1e9;
	int32_t exact;

	go(&r);
	assert_int_equal(ink_results_len(r.results), 10);
	assert_true(ink_results_total(r.results, &exact) >= 10);
	assert_true(ink_results_total(r.results, NULL) <= N_DOCS);
	for (size_t i = 0; i < 10; i++) {
		ink_hit hit;

		OK(ink_results_hit(r.results, i, &hit, &err));
		assert_true(hit.score > 0);
		assert_true(hit.score <= last);
		last = hit.score;
	}
	end(&r);
}

static void test_windows_are_cut_out_of_one_ranking(void **state)
{
	struct run r = start(*state, "body:ink");
	uint64_t all[N_DOCS], some[7];

	OK(ink_search_set_window(r.search, 0, N_DOCS + 100, &err));
	go(&r);
	assert_int_equal(ink_results_copy(r.results, 0, N_DOCS, all, NULL), N_DOCS);
	for (uint64_t offset = 0; offset < N_DOCS; offset += 7) {
		size_t n = offset + 7 <= N_DOCS ? 7 : (size_t)(N_DOCS - offset);

		OK(ink_search_set_window(r.search, offset, 7, &err));
		go(&r);
		assert_int_equal(ink_results_len(r.results), n);
		assert_int_equal(ink_results_copy(r.results, 0, 7, some, NULL), n);
		assert_memory_equal(some, all + offset, n * sizeof *some);
	}
	OK(ink_search_set_window(r.search, 0, 0, &err));
	OK(ink_search_set_total(r.search, INK_TOTAL_EXACT, &err));
	go(&r);
	assert_int_equal(ink_results_len(r.results), 0);
	assert_int_equal(ink_results_total(r.results, NULL), N_DOCS);
	OK(ink_search_set_window(r.search, 1000, 10, &err));
	go(&r);
	assert_int_equal(ink_results_len(r.results), 0);
	FAILS(INK_ELIMIT, "10000000", ink_search_set_window(r.search, 1, 10000000, &err));
	FAILS(INK_ELIMIT, "", ink_search_set_window(r.search, UINT64_MAX, 2, &err));
	end(&r);
}

static void test_sorting_by_each_type(void **state)
{
	struct run r = start(*state, "body:ink");

	OK(ink_search_add_sort(r.search, "id", INK_SORT_DESC, &err));
	go(&r);
	assert_string_equal(id_of(r.results, 0), "59");
	assert_string_equal(id_of(r.results, 9), "50");
	end(&r);

	r = start(*state, "body:ink");
	OK(ink_search_add_sort(r.search, "price", 0, &err));
	go(&r);
	assert_string_equal(id_of(r.results, 0), "00");
	assert_string_equal(id_of(r.results, 9), "09");
	end(&r);

	r = start(*state, "body:ink"); /* by year, then the greatest id */
	OK(ink_search_add_sort(r.search, "year", 0, &err));
	OK(ink_search_add_sort(r.search, "id", INK_SORT_DESC, &err));
	go(&r);
	assert_string_equal(id_of(r.results, 0), "56");
	assert_string_equal(id_of(r.results, 1), "42");
	end(&r);

	r = start(*state, "body:ink"); /* without a year: 09, 19 ... */
	OK(ink_search_add_sort(r.search, "year", INK_SORT_MISSING_FIRST, &err));
	go(&r);
	assert_string_equal(id_of(r.results, 0), "09");
	assert_string_equal(id_of(r.results, 5), "59");
	end(&r);

	r = start(*state, "body:ink"); /* without a value: last, in both directions */
	OK(ink_search_add_sort(r.search, "year", INK_SORT_DESC, &err));
	OK(ink_search_set_window(r.search, 54, 10, &err));
	go(&r);
	assert_int_equal(ink_results_len(r.results), 6);
	assert_string_equal(id_of(r.results, 0), "09");
	end(&r);
}

static void test_sorting_by_the_score_is_the_ranking(void **state)
{
	struct run a = start(*state, "body:ink"), b = start(*state, "body:ink");
	uint64_t x[10], y[10];

	OK(ink_search_add_sort(b.search, "_score", 0, &err));
	go(&a);
	go(&b);
	assert_int_equal(ink_results_copy(a.results, 0, 10, x, NULL), 10);
	assert_int_equal(ink_results_copy(b.results, 0, 10, y, NULL), 10);
	assert_memory_equal(x, y, sizeof x);
	end(&a);
	end(&b);
}

static void test_what_cannot_be_sorted_is_said_at_once(void **state)
{
	struct run r = start(*state, "ink");

	FAILS(INK_ENOTFOUND, "title", ink_search_add_sort(r.search, "nope", 0, &err));
	FAILS(INK_ESCHEMA, "body", ink_search_add_sort(r.search, "body", 0, &err));
	FAILS(INK_ESCHEMA, "raw", ink_search_add_sort(r.search, "raw", 0, &err));
	FAILS(INK_EINVAL, "0x4", ink_search_add_sort(r.search, "id", 4, &err));
	FAILS(INK_EINVAL, "field", ink_search_add_sort(r.search, NULL, 0, &err));
	FAILS(INK_EINVAL, "search", ink_search_add_sort(NULL, "id", 0, &err));
	for (int i = 0; i < 16; i++)
		OK(ink_search_add_sort(r.search, "id", 0, &err));
	FAILS(INK_ELIMIT, "16", ink_search_add_sort(r.search, "id", 0, &err));
	go(&r);
	end(&r);
}

static void test_a_filter_keeps_the_scores(void **state)
{
	struct place *p = *state;
	struct run r = start(p, "body:ink");
	ink_query *filter = parse(p->index, "title:odd");
	double plain[N_DOCS], filtered[N_DOCS];
	uint64_t docs[N_DOCS], odd[N_DOCS];
	size_t n, k = 0;

	OK(ink_search_set_window(r.search, 0, N_DOCS, &err));
	go(&r);
	assert_int_equal(ink_results_copy(r.results, 0, N_DOCS, docs, plain), N_DOCS);
	OK(ink_search_set_filter(r.search, filter, &err));
	ink_query_free(filter);
	go(&r);
	n = ink_results_copy(r.results, 0, N_DOCS, odd, filtered);
	assert_int_equal(n, N_DOCS / 2);
	for (size_t i = 0; i < N_DOCS && k < n; i++)
		if (docs[i] == odd[k]) {
			assert_true(plain[i] == filtered[k]);
			k++;
		}
	assert_int_equal(k, n); /* the same order */
	FAILS(INK_EINVAL, "filter", ink_search_set_filter(r.search, NULL, &err));
	end(&r);
}

static void test_a_filter_that_says_nothing_takes_no_part(void **state)
{
	struct place *p = *state;
	struct run r = start(p, "body:ink");
	ink_query *filter = parse(p->index, "title:\"--\"");

	OK(ink_search_set_total(r.search, INK_TOTAL_EXACT, &err));
	OK(ink_search_set_filter(r.search, filter, &err));
	ink_query_free(filter);
	go(&r);
	assert_int_equal(ink_results_total(r.results, NULL), N_DOCS);
	end(&r);
}

/* Walk all pages of five by cursors and compare with the whole list. */
static void walk(struct place *p, const char *sort, uint32_t flags)
{
	struct run r = start(p, "body:ink");
	uint64_t all[N_DOCS], page[5];
	size_t seen = 0;

	if (sort != NULL)
		OK(ink_search_add_sort(r.search, sort, flags, &err));
	OK(ink_search_set_window(r.search, 0, N_DOCS, &err));
	go(&r);
	assert_int_equal(ink_results_copy(r.results, 0, N_DOCS, all, NULL), N_DOCS);
	OK(ink_search_set_window(r.search, 0, 5, &err));
	go(&r);
	for (;;) {
		size_t n = ink_results_copy(r.results, 0, 5, page, NULL), len;
		const char *cursor;

		assert_true(seen + n <= N_DOCS);
		assert_memory_equal(page, all + seen, n * sizeof *page);
		seen += n;
		if (n < 5)
			break;
		OK(ink_results_cursor(r.results, n - 1, &cursor, &len, &err));
		assert_int_equal(strlen(cursor), len);
		assert_null(strchr(cursor, ' '));
		OK(ink_search_set_after(r.search, cursor, len, &err));
		go(&r);
	}
	assert_int_equal(seen, N_DOCS);
	OK(ink_search_set_after(r.search, NULL, 0, &err)); /* from the start again */
	go(&r);
	assert_int_equal(ink_results_copy(r.results, 0, 5, page, NULL), 5);
	assert_memory_equal(page, all, sizeof page);
	end(&r);
}

static void test_paging_by_cursor_sees_everything_once(void **state)
{
	walk(*state, NULL, 0);
	walk(*state, "id", INK_SORT_DESC);
	walk(*state, "year", 0);
	walk(*state, "year", INK_SORT_DESC | INK_SORT_MISSING_FIRST);
	walk(*state, "price", 0);
	walk(*state, "_score", 0);
}

static void test_a_wrong_cursor_is_refused(void **state)
{
	struct run a = start(*state, "body:ink"), b = start(*state, "body:ink");
	const char *cursor;
	char *broken;
	size_t len;

	go(&a);
	OK(ink_results_cursor(a.results, 3, &cursor, &len, &err));
	OK(ink_search_add_sort(b.search, "id", 0, &err));
	FAILS(INK_EINVAL, "", ink_search_set_after(b.search, cursor, len, &err));
	FAILS(INK_EINVAL, "", ink_search_set_after(a.search, "nonsense", 8, &err));
	FAILS(INK_EINVAL, "", ink_search_set_after(a.search, "", 0, &err));
	broken = malloc(len + 1);
	for (size_t i = 0; i < len; i++) {
		memcpy(broken, cursor, len + 1);
		broken[i] = broken[i] == '0' ? '1' : '0';
		FAILS(INK_EINVAL, "", ink_search_set_after(a.search, broken, len, &err));
		FAILS(INK_EINVAL, "", ink_search_set_after(a.search, cursor, i, &err));
	}
	free(broken);
	FAILS(INK_ENOTFOUND, "10", ink_results_cursor(a.results, 10, &cursor, &len, &err));
	end(&a);
	end(&b);
}

static void test_bm25_can_be_set_for_one_search(void **state)
{
	struct run r = start(*state, "body:ink");
	double before[10], after[10];

	go(&r);
	ink_results_copy(r.results, 0, 10, NULL, before);
	OK(ink_search_set_bm25(r.search, 2, 0, &err));
	go(&r);
	ink_results_copy(r.results, 0, 10, NULL, after);
	assert_true(before[0] != after[0]);
	assert_string_equal(id_of(r.results, 0), "59"); /* without lengths the most frequent wins */
	FAILS(INK_EINVAL, "k1", ink_search_set_bm25(r.search, 101, 0, &err));
	FAILS(INK_EINVAL, "b of", ink_search_set_bm25(r.search, 1, -1, &err));
	FAILS(INK_EINVAL, "2", ink_search_set_total(r.search, 2, &err));
	end(&r);
}

static void test_a_fired_cancel_stops_every_search_that_holds_it(void **state)
{
	struct run r = start(*state, "body:ink");
	ink_cancel *cancel;
	ink_results *results = (ink_results *)&err;

	OK(ink_cancel_new(&cancel, &err));
	OK(ink_search_set_cancel(r.search, cancel, &err));
	go(&r);
	ink_cancel_fire(cancel);
	ink_cancel_free(cancel); /* the search goes on holding it */
	FAILS(INK_ECANCELED, "", ink_search_run(r.search, &results, &err));
	assert_null(results);
	OK(ink_search_set_cancel(r.search, NULL, &err));
	go(&r);
	OK(ink_search_set_timeout(r.search, 60000, &err));
	go(&r);
	OK(ink_search_set_timeout(r.search, 0, &err));
	go(&r);
	ink_cancel_fire(NULL);
	ink_cancel_free(NULL);
	end(&r);
}

static void test_what_a_query_asks_wrongly_is_said_when_run(void **state)
{
	struct place *p = *state;
	ink_results *results;
	ink_search *search;
	ink_reader *reader;
	ink_query *q;

	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_query_term("nope", "x", 1, &q, &err));
	OK(ink_search_new(reader, q, &search, &err));
	FAILS(INK_ENOTFOUND, "nope", ink_search_run(search, &results, &err));
	assert_null(results);
	ink_search_free(search);
	ink_query_free(q);
	OK(ink_query_phrase("loose", "ink stone", 9, 0, &q, &err));
	OK(ink_search_new(reader, q, &search, &err));
	FAILS(INK_EUNSUPPORTED, "loose", ink_search_run(search, &results, &err));
	ink_search_free(search);
	ink_query_free(q);
	OK(ink_query_range_i64("title", 1, 2, 0, &q, &err));
	OK(ink_search_new(reader, q, &search, &err));
	FAILS(INK_ESCHEMA, "title", ink_search_run(search, &results, &err));
	ink_search_free(search);
	FAILS(INK_EINVAL, "reader", ink_search_new(NULL, q, &search, &err));
	FAILS(INK_EINVAL, "query", ink_search_new(reader, NULL, &search, &err));
	ink_query_free(q);
	ink_reader_close(reader);
}

static void test_stats_of_a_reader(void **state)
{
	struct place *p = *state;
	ink_stats stats = {.struct_size = sizeof stats}, small = {.struct_size = 8};
	ink_reader *reader;

	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_reader_stats(reader, &stats, &err));
	assert_int_equal(stats.docs, N_DOCS);
	assert_true(stats.segments >= 1);
	assert_true(stats.terms > N_DOCS);
	assert_true(stats.postings >= stats.terms);
	assert_true(on->remote || stats.bytes_on_disk > 0);
	assert_int_equal(stats.struct_size, sizeof stats);
	FAILS(INK_EINVAL, "struct_size", ink_reader_stats(reader, &small, &err));
	FAILS(INK_EINVAL, "out", ink_reader_stats(reader, NULL, &err));
	ink_reader_close(reader);
	ink_reader_close(NULL);
}

#define ON_DOCS(name) cmocka_unit_test_setup_teardown(name, search_make, place_free)

static const struct CMUnitTest tests[] = {
	ON_DOCS(test_the_best_ten_come_first_by_default),
	ON_DOCS(test_windows_are_cut_out_of_one_ranking),
	ON_DOCS(test_sorting_by_each_type),
	ON_DOCS(test_sorting_by_the_score_is_the_ranking),
	ON_DOCS(test_what_cannot_be_sorted_is_said_at_once),
	ON_DOCS(test_a_filter_keeps_the_scores),
		ON_DOCS(test_a_filter_that_says_nothing_takes_no_part),
	ON_DOCS(test_paging_by_cursor_sees_everything_once),
	ON_DOCS(test_a_wrong_cursor_is_refused),
	ON_DOCS(test_bm25_can_be_set_for_one_search),
	ON_DOCS(test_a_fired_cancel_stops_every_search_that_holds_it),
	ON_DOCS(test_what_a_query_asks_wrongly_is_said_when_run),
	ON_DOCS(test_stats_of_a_reader),
};

RUN_SUITE(tests)
