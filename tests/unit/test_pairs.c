/* test_pairs.c - neighbours of a question count more where they are neighbours in a document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "../support/must.h"
#include "index/writer.h"
#include "match/prepare_text.h"
#include "search/results.h"

static void add(struct ik_writer *writer, struct ik_schema *schema, const char *text)
{
	struct ik_doc doc;

	ik_doc_init(&doc, schema);
	must(ik_doc_add_text(&doc, "text", text, strlen(text), &err));
	must(ik_writer_add(writer, &doc, &err));
	ik_doc_release(&doc);
}

static struct ik_searcher *index_two(struct ik_dir *dir, const char *analyzer, uint32_t flags,
                                     const char *const texts[2])
{
	struct ik_schema *schema;
	struct ik_writer *writer;
	struct ik_snapshot *snap;
	struct ik_searcher *searcher;

	must(ik_schema_new(&schema, &err));
	must(ik_schema_add(schema, "text", INK_TEXT, flags, analyzer, &err));
	must(ik_index_init(dir, schema, &err));
	must(ik_writer_open(dir, &writer, &err));
	must(ik_writer_set_threads(writer, 1, &err));
	add(writer, schema, texts[0]);
	add(writer, schema, texts[1]);
	must(ik_writer_commit(writer, NULL, &err));
	must(ik_snapshot_open(dir, &snap, &err));
	must(ik_searcher_open(snap, &searcher, &err));
	ik_snapshot_unref(snap);
	ik_writer_close(writer);
	ik_schema_free(schema);
	return searcher;
}

/* The score of the first of two documents less that of the second. */
static double lead(const char *analyzer, uint32_t flags, const char *question, const char *first,
                   const char *second)
{
	const char *const texts[2] = { first, second };
	double score[2] = { 0, 0 };
	struct ik_request request;
	struct ik_results *r;
	struct ik_searcher *s;
	struct ik_query *q;
	struct ik_dir *dir;

	must(ik_dir_mem(&dir, &err));
	s = index_two(dir, analyzer, flags, texts);
	must(ik_query_leaf(IK_Q_MATCH, "text", question, strlen(question), 0, &q, &err));
	ik_request_init(&request, s, q);
	request.limit = 10;
	must(ik_search_run(&request, &r, &err));
	for (size_t i = 0; i < r->n; i++)
		score[r->hits[i].doc] = ik_results_score(r, i);
	ik_results_free(r);
	ik_request_release(&request);
	ik_query_unref(q);
	ik_searcher_unref(s);
	ik_dir_free(dir);
	return score[0] - score[1];
}

static void test_neighbours_of_a_question_count_more_side_by_side(void **state)
{
	(void)state;
	assert_true(lead("default", 0, "green apple tree", "green apple tree", "tree apple green") > 0);
	assert_true(lead("default", 0, "green apple tree", "a green apple and one tree",
	                 "a green tree and one apple") > 0);
}

static void test_up_to_two_function_words_may_stand_between(void **state)
{
	(void)state;
	assert_true(lead("default", 0, "history of the church music", "history of the church music",
	                 "music church of the history") > 0);
}

static void test_names_of_two_words_have_no_pairs(void **state)
{
	(void)state;
	assert_true(lead("default", 0, "green apple", "green apple", "apple green") == 0);
}

static void test_only_fields_with_positions_and_grams_have_pairs(void **state)
{
	(void)state;
	assert_true(lead("default", INK_NO_POSITIONS, "green apple tree", "green apple tree",
	                 "tree apple green") == 0);
	assert_true(lead("whitespace", 0, "green apple tree", "green apple tree",
	                 "tree apple green") == 0);
}

static void test_numbers_are_in_no_pair(void **state)
{
	(void)state;
	assert_true(lead("default", 0, "1 2 3 4", "1 2 3 4", "4 3 2 1") == 0);
}

/* Words at bytes 0..6 and 6..12 of a text of four characters. */
static void test_bigrams_within_no_word_are_marked(void **state)
{
	static const struct { uint32_t start, end; uint8_t part, flags, across, implied; } want[] = {
		{ 0, 6, INK_PART_WORD, 0, 0, 1 },  { 6, 12, INK_PART_WORD, 0, 0, 1 },
		{ 0, 6, INK_PART_GRAM, 0, 0, 0 },  { 3, 9, INK_PART_GRAM, 0, 1, 0 },
		{ 6, 12, INK_PART_GRAM, 0, 0, 0 }, { 9, 15, INK_PART_GRAM, 0, 1, 0 },
		{ 9, 15, INK_PART_GRAM, IK_TOKEN_PREFIX, 0, 0 },
	};
	struct ik_qtokens tokens = { 0 };
	struct ik_qtoken *t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof want / sizeof *want; i++) {
		t = ik_vec_push(&tokens.list);
		assert_non_null(t);
		*t = (struct ik_qtoken){ .term = "\u5317\u4EAC", .len = 6, .start = want[i].start,
			                 .end = want[i].end, .part = want[i].part,
			                 .flags = want[i].flags };
	}
	ik_qtokens_mark(&tokens);
	for (i = 0; i < sizeof want / sizeof *want; i++) {
		assert_int_equal(tokens.list.v[i].across, want[i].across);
		assert_int_equal(tokens.list.v[i].implied, want[i].implied);
	}
	ik_vec_free(&tokens.list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_neighbours_of_a_question_count_more_side_by_side),
		cmocka_unit_test(test_up_to_two_function_words_may_stand_between),
		cmocka_unit_test(test_names_of_two_words_have_no_pairs),
		cmocka_unit_test(test_only_fields_with_positions_and_grams_have_pairs),
		cmocka_unit_test(test_numbers_are_in_no_pair),
		cmocka_unit_test(test_bigrams_within_no_word_are_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
