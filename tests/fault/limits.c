/*
 * limits.c - documents, terms, keys and fields as large as they may be, and
 * one more: what is allowed comes back, what is not is told in one line and
 * leaves the writer as it was.
 *
 * With --full: a document of 100 MB, a million terms, 2^31 positions of one.
 */
#include "../api/backends.h"

#include "../support/gen.h"
#include "base/mem.h"
#include "segment/check.h"
#include "segment/dict.h"
#include "segment/segment_write.h"
#include "tally.h"

static int full;

static ink_writer *open_writer(ink_index *index)
{
	ink_writer *w;

	OK(ink_writer_open(index, &w, &err));
	return w;
}

static void commit_and_close(ink_writer *w)
{
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

/* ---- a large document ---- */

/*
 * Words, the first and the last of which are nowhere else. Snippets look at
 * the first megabyte only.
 */
static char *large_text(size_t len)
{
	static const char first[] = "alpha ", last[] = " omega";
	char *text = malloc(len + 64), *p = text;
	struct gen g = {len};

	assert_non_null(text);
	p += snprintf(p, 64, "%s", first);
	while (p < text + len - 64)
		p += snprintf(p, 64, "w%u ", gen_below(&g, 100000));
	memset(p, 'x', (size_t)(text + len - p));
	memcpy(text + len - strlen(last), last, strlen(last) + 1);
	return text;
}

static void must_come_back(ink_index *index, const char *text, size_t len)
{
	ink_query *query = parse(index, "body:omega body:alpha");
	const char *got, *snippet;
	ink_results *results;
	ink_reader *reader;
	ink_search *search;
	size_t got_len, snippet_len;

	OK(ink_reader_open(index, &reader, &err));
	OK(ink_search_new(reader, query, &search, &err));
	OK(ink_search_add_snippet(search, "body", 80, "[", "]", 0, &err));
	OK(ink_search_run(search, &results, &err));
	assert_int_equal(ink_results_len(results), 1);
	OK(ink_results_snippet(results, 0, "body", &snippet, &snippet_len, &err));
	assert_non_null(strstr(snippet, "[alpha]"));
	assert_int_equal(count(index, "body:omega"), 1);
	OK(ink_results_stored(results, 0, "body", &got, &got_len, &err));
	assert_int_equal(got_len, len);
	assert_int_equal(memcmp(got, text, len), 0);
	ink_results_free(results);
	ink_search_free(search);
	ink_reader_close(reader);
	ink_query_free(query);
}

static void test_a_very_large_document_comes_back(void **state)
{
	struct place *p = *state;
	size_t len = full ? (size_t)100 << 20 : (size_t)3 << 20;
	uint64_t memory = full ? (uint64_t)256 << 20 : (uint64_t)8 << 20;
	char *text = large_text(len);
	ink_writer *w = open_writer(p->index);
	ink_doc *doc = make_doc(p->index, "large", NULL, text);

	OK(ink_writer_set_memory(w, memory, &err));
	OK(ink_writer_add(w, doc, &err));
	add(w, p->index, "small", NULL, "a few words");
	OK(ink_writer_commit(w, NULL, &err));
	must_come_back(p->index, text, len);
	OK(ink_writer_update(w, doc, &err));
	OK(ink_writer_optimize(w, 1, NULL, NULL, &err));
	ink_writer_close(w);
	must_come_back(p->index, text, len);
	OK(ink_index_check(p->path, NULL, NULL, &err));
	tally("bytes of one document", len);
	ink_doc_free(doc);
	free(text);
}

static void test_a_document_larger_than_half_the_memory_is_told(void **state)
{
	struct place *p = *state;
	size_t len = ((size_t)4 << 20) + 1;
	char *text = large_text(len);
	ink_writer *w = open_writer(p->index);
	ink_doc *doc = make_doc(p->index, "large", NULL, text);

	OK(ink_writer_set_memory(w, (uint64_t)8 << 20, &err));
	add(w, p->index, "one", NULL, "before");
	FAILS(INK_ELIMIT, "half the memory", ink_writer_add(w, doc, &err));
	add(w, p->index, "two", NULL, "behind");
	commit_and_close(w);
	assert_int_equal(count(p->index, "*:*"), 2);
	ink_doc_free(doc);
	free(text);
}

/* ---- many terms ---- */

static void test_very_many_terms_are_all_found(void **state)
{
	enum { PER_DOC = 500 };
	struct place *p = *state;
	uint32_t n = full ? 1000500 : 50000, walked = 0;
	ink_writer *w = open_writer(p->index);
	ink_results *results;
	ink_search *search;
	ink_reader *reader;
	ink_query *query;
	ink_terms *terms;
	char id[32];

	for (uint32_t i = 0; i < n; i += PER_DOC) {
		char body[PER_DOC * 12], *at = body;

		for (uint32_t k = i; k < i + PER_DOC; k++)
			at += snprintf(at, 12, "t%07u ", k);
		snprintf(id, sizeof id, "d%u", i);
		add(w, p->index, id, NULL, body);
		if (i % (n / 5) == 0)
			OK(ink_writer_commit(w, NULL, &err));
	}
	OK(ink_writer_optimize(w, 1, NULL, NULL, &err));
	ink_writer_close(w);
	OK(ink_index_check(p->path, NULL, NULL, &err));
	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_terms_open(reader, "body", INK_PART_WORD, "t", 1, &terms, &err));
	while (ink_terms_next(terms, &err) == 1) {
		size_t len;

		(void)ink_terms_text(terms, &len);
		walked += len == 8; /* not their first letter, which is a word as well */
	}
	ink_terms_close(terms);
	ink_reader_close(reader);
	assert_int_equal(walked, n);
	tally("distinct terms", n);
	for (uint32_t i = 0; i < n; i += n / 97) {
		/* Without quotes its first letter would count. */
		snprintf(id, sizeof id, "\"t%07u\"", i);
		assert_int_equal(count(p->index, id), 1);
	}
	assert_int_equal(count(p->index, "t00000*"), 1);
	assert_int_equal(count(p->index, "t004*"), 20);
	if (!full)
		return;
	assert_int_equal(count(p->index, "t0*"), 2000);
	query = parse(p->index, "t*");
	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_search_new(reader, query, &search, &err));
	FAILS(INK_ELIMIT, "1000000", ink_search_run(search, &results, &err));
	ink_search_free(search);
	ink_reader_close(reader);
	ink_query_free(query);
}

/* ---- keys and fields ---- */

static void test_keys_and_keywords_at_their_greatest_length(void **state)
{
	enum { MOST = 32766 };
	static char key[MOST + 2];
	struct place *p = *state;
	ink_writer *w = open_writer(p->index);
	ink_doc *doc;

	for (char c = 'a'; c <= 'd'; c++) {
		memset(key, 'k', MOST);
		key[MOST - 1] = c; /* they differ in the last byte */
		doc = make_doc(p->index, key, NULL, "text");
		put(doc, "tag", key);
		OK(ink_writer_update(w, doc, &err));
		OK(ink_writer_commit(w, NULL, &err));
		FAILS(INK_EEXISTS, "kkkk", ink_writer_add(w, doc, &err));
		ink_doc_free(doc);
	}
	OK(ink_doc_new(p->index, &doc, &err));
	memset(key, 'k', MOST + 1);
	FAILS(INK_ELIMIT, "32767", ink_doc_add_text(doc, "id", key, MOST + 1, &err));
	OK(ink_writer_delete(w, key, MOST + 1, &err)); /* nobody has it */
	key[MOST - 1] = 'b';
	OK(ink_writer_delete(w, key, MOST, &err));
	OK(ink_writer_optimize(w, 1, NULL, NULL, &err));
	ink_writer_close(w);
	assert_int_equal(count(p->index, "*:*"), 3);
	assert_int_equal(count(p->index, "tag:k*"), 3);
	OK(ink_index_check(p->path, NULL, NULL, &err));
	ink_doc_free(doc);
}

static void field_name(char out[80], int i)
{
	snprintf(out, 80, "f%063d", i); /* 64 bytes, the most there may be */
}

static void test_as_many_fields_as_there_may_be(void **state)
{
	struct place *p = *state;
	ink_schema *s;
	ink_index *index;
	ink_writer *w;
	ink_doc *doc;
	char name[80], path[320], text[192];

	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, &err));
	for (int i = 1; i < 999; i++) {
		field_name(name, i);
		OK(ink_schema_add_field(s, name, i % 2 == 0 ? INK_TEXT : INK_I64, INK_STORED, NULL,
		                        &err));
	}
	strcat(name, "x");
	FAILS(INK_EINVAL, "65", ink_schema_add_field(s, name, INK_TEXT, 0, NULL, &err));
	snprintf(path, sizeof path, "%s-wide", p->path);
	OK(ink_index_create(path, s, 0, &index, &err));
	ink_schema_free(s);
	w = open_writer(index);
	field_name(name, 999);
	OK(ink_writer_add_field(w, name, INK_TEXT, INK_STORED, NULL, &err));
	FAILS(INK_ELIMIT, "1000", ink_writer_add_field(w, "more", INK_TEXT, 0, NULL, &err));
	for (int d = 0; d < 3; d++) {
		OK(ink_doc_new(index, &doc, &err));
		snprintf(text, sizeof text, "d%d", d);
		put(doc, "id", text);
		for (int i = 1; i < 1000; i++) {
			field_name(name, i);
			snprintf(text, sizeof text, "%d", i);
			put(doc, name, text);
		}
		OK(ink_writer_add(w, doc, &err));
		OK(ink_writer_commit(w, NULL, &err));
		ink_doc_free(doc);
	}
	OK(ink_writer_optimize(w, 1, NULL, NULL, &err));
	ink_writer_close(w);
	OK(ink_index_check(path, NULL, NULL, &err));
	field_name(name, 998);
	snprintf(text, sizeof text, "%s:998", name);
	assert_int_equal(count(index, text), 3);
	field_name(name, 999);
	snprintf(text, sizeof text, "%s:999", name);
	assert_int_equal(count(index, text), 3);
	tally("fields of one index", 1000);
	ink_index_close(index);
}

/* ---- very many positions ---- */

/* One term in each of n documents, tf times, at positions that differ from one to the next. */
static void test_two_billion_positions_of_one_term(void **state)
{
	struct place *p = *state;
	uint32_t n = full ? IK_DOCS_MAX : 1u << 14, tf = 129, *gaps;
	struct ik_part_desc part = {0, IK_PART_FREQS | IK_PART_POSITIONS, n, 0, NULL};
	struct ik_segment_writer *w;
	struct ik_segment *seg;
	struct ik_post_iter it;
	struct ik_term_info info;
	struct ik_post_env env;
	struct ik_dir *dir;
	uint64_t bytes, sum = 0, all = (uint64_t)n * tf;

	part.sum_len = all;
	gaps = malloc(tf * sizeof *gaps);
	assert_non_null(gaps);
	OK(ik_dir_fs(p->dir, 0, &dir, &err));
	OK(ik_segment_create(dir, "positions", n, 0.9, 0.4, &w, &err));
	OK(ik_segment_begin_part(w, &part, &err));
	OK(ik_segment_begin_term(w, "term", 4, &err));
	for (uint32_t doc = 0; doc < n; doc++) {
		for (uint32_t i = 0; i < tf; i++)
			gaps[i] = i == 0 ? doc % 7 : 1;
		OK(ik_segment_posting(w, doc, tf, gaps, &err));
	}
	OK(ik_segment_end_term(w, &err));
	OK(ik_segment_finish(w, &bytes, &err));
	OK(ik_segment_open(dir, "positions", &seg, &err));
	assert_int_equal(ik_dict_find(seg, 0, "term", 4, &info, &err), 1);
	assert_int_equal(info.df, n);
	assert_true(!full || all > UINT64_C(1) << 31);
	env = ik_segment_env(seg, &seg->parts[0], "term", 4);
	OK(ik_post_iter_open(&it, &env, &info, &err));
	for (uint32_t doc = 0; doc < n; doc++) {
		if (ik_post_iter_next(&it, &err) != 1 || it.doc != doc || it.tf != tf)
			fail_msg("posting %u is document %u, %u times", doc, it.doc, it.tf);
		OK(ik_post_iter_positions(&it, &err));
		for (uint32_t i = 0; i < tf; i++)
			sum += it.positions.v[i] - i;
		assert_int_equal(it.positions.v[tf - 1], doc % 7 + tf - 1);
	}
	assert_int_equal(ik_post_iter_next(&it, &err), 0);
	assert_true(sum == ((uint64_t)(n / 7) * 21 + (n % 7) * (n % 7 - 1) / 2) * tf);
	tally("positions of one term", all);
	ik_post_iter_free(&it);
	OK(ik_segment_check(seg, NULL, NULL, &err));
	ik_segment_unref(seg);
	ik_dir_free(dir);
	free(gaps);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_very_large_document_comes_back, index_make,
		                                place_free),
		cmocka_unit_test_setup_teardown(
			test_a_document_larger_than_half_the_memory_is_told, index_make,
			place_free),
		cmocka_unit_test_setup_teardown(test_very_many_terms_are_all_found, index_make,
		                                place_free),
		cmocka_unit_test_setup_teardown(test_keys_and_keywords_at_their_greatest_length,
		                                index_make, place_free),
		cmocka_unit_test_setup_teardown(test_as_many_fields_as_there_may_be, index_make,
		                                place_free),
		cmocka_unit_test_setup_teardown(test_two_billion_positions_of_one_term, index_make,
		                                place_free),
	};

	full = argc > 1 && strcmp(argv[1], "--full") == 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
