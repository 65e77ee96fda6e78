/* api_synonyms.c - synonyms of an index: what they find, score, mark and explain. */
#include "words.h"

static void test_synonyms_are_found_after_what_was_typed(void **state)
{
	static const char *const bodies[] = {"a cheap laptop bag", "a cheap notebook bag",
		                             "a portable computer bag", "a portable radio bag",
		                             "computer bag", "no such thing"};
	struct place *p = *state;
	struct answer a;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 6);
	assert_string_equal(found(p->index, "laptop"), "a");
	set_synonyms(p->index, "laptop, notebook, portable computer\n");
	ask(&a, p->index, "laptops", 0);
	assert_int_equal(a.ids[0], 'a');
	assert_string_equal(found(p->index, "laptops"), "abc");
	done(&a);
	assert_string_equal(found(p->index, "notebook"), "abc");
	assert_string_equal(found(p->index, "+laptop"), "abc");
	assert_string_equal(found(p->index, "+laptop +cheap"), "ab");
	/* typed as two words, each is found by itself as well */
	assert_string_equal(found(p->index, "portable computer"), "abcde");
	assert_string_equal(found(p->index, "\"laptop\""), "a");
	assert_string_equal(found(p->index, "lap*"), "a");
	assert_string_equal(found(p->index, "bag -laptop"), "de");
}

static void test_what_was_typed_scores_as_without_synonyms(void **state)
{
	static const char *const bodies[] = {"laptop bag", "notebook bag",
	                                     "laptop and notebook bag"};
	struct place *p = *state;
	struct answer before, after;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 3);
	ask(&before, p->index, "laptop bag", 0);
	set_synonyms(p->index, "laptop, notebook\n");
	ask(&after, p->index, "laptop bag", 0);
	for (const char *id = "ac"; *id != '\0'; id++)
		assert_true(score(&after, *id) > 0.999999 * score(&before, *id) &&
		            score(&after, *id) < 1.000001 * score(&before, *id));
	assert_true(score(&after, 'b') > score(&before, 'b'));
	assert_true(score(&after, 'b') < score(&after, 'a'));
	done(&before);
	done(&after);
}

static void test_one_way_rules(void **state)
{
	static const char *const bodies[] = {"a couch", "a sofa", "a chesterfield sofa"};
	struct place *p = *state;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 3);
	set_synonyms(p->index, "couch => sofa\nsettee => chesterfield sofa\n");
	assert_string_equal(found(p->index, "couch"), "abc");
	assert_string_equal(found(p->index, "sofa"), "bc");
	assert_string_equal(found(p->index, "settee"), "c");
}

static void test_vocabulary_and_spellings_of_one_thing(void **state)
{
	static const char *const bodies[] = {"開源軟體的歷史", "开源软件的历史", "出租车司机", "計程車司機",
	                                     "ドン・キホーテを読む", "ドンキホーテを読む"};
	struct place *p = *state;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 6);
	assert_string_equal(found(p->index, "+軟體"), "a");
	set_synonyms(p->index, "軟體, 软件\n計程車, 出租车\nドン・キホーテ, ドンキホーテ\n");
	assert_string_equal(found(p->index, "+軟體"), "ab");
	assert_string_equal(found(p->index, "+软件"), "ab");
	assert_string_equal(found(p->index, "+出租車"), "cd");
	assert_string_equal(found(p->index, "+ドン・キホーテ"), "ef");
	assert_string_equal(found(p->index, "+ドンキホーテ"), "ef");
	assert_string_equal(found(p->index, "\"软件\""), "b");
	assert_string_equal(marked(p->index, "+软体 -软件的", 0), "開源[軟體]的歷史");
	assert_string_equal(marked(p->index, "软件", 1), "開源[軟體]的歷史");
}

static void test_synonyms_of_several_words_where_all_are_required(void **state)
{
	static const char *const bodies[] = {"new york hotel", "the big apple has a hotel",
		                             "a new hotel in york", "big hotel"};
	struct place *p = *state;
	struct answer a;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 4);
	set_synonyms(p->index, "new york, big apple\n");
	ask(&a, p->index, "new york hotel", INK_PARSE_ALL);
	qsort(a.ids, strlen(a.ids), 1, by_char);
	assert_string_equal(a.ids, "abc");
	done(&a);
	assert_string_equal(found(p->index, "hotel AND \"new york\""), "a");
	assert_string_equal(marked(p->index, "+new +york", 0), "[new] [york] hotel");
}

static void test_snippets_mark_whole_synonyms_only(void **state)
{
	static const char *const bodies[] = {"portable computer, and a computer",
	                                     "my laptop computer"};
	struct place *p = *state;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 2);
	set_synonyms(p->index, "laptop, portable computer\n");
	assert_string_equal(marked(p->index, "laptop", 0), "my [laptop] computer");
	assert_string_equal(marked(p->index, "laptop", 1), "[portable] [computer], and a computer");
}

static void test_explanations_name_the_best(void **state)
{
	static const char *const bodies[] = {"laptop notebook"};
	struct place *p = *state;
	struct answer a;
	const char *text;
	size_t len;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 1);
	set_synonyms(p->index, "laptop, notebook\n");
	ask(&a, p->index, "laptop", 0);
	OK(ink_results_explain(a.results, 0, &text, &len, &err));
	assert_non_null(strstr(text, "best of"));
	done(&a);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Words 0 to 59, low ones far more often. */
static uint32_t random_word(uint32_t *seed)
{
	uint32_t a = next_random(seed) % 60, b = next_random(seed) % 60;

	return a * b / 60;
}

/* A search that may leave out what cannot be among its best three finds the same three. */
static void assert_best_are_best_of_all(ink_index *index, const char *text)
{
	ink_results *few, *all;
	struct answer a = {0};

	a.query = parse(index, text);
	OK(ink_reader_open(index, &a.reader, &err));
	OK(ink_search_new(a.reader, a.query, &a.search, &err));
	OK(ink_search_set_window(a.search, 0, 3, &err));
	OK(ink_search_run(a.search, &few, &err));
	OK(ink_search_set_window(a.search, 0, 10000, &err));
	OK(ink_search_run(a.search, &all, &err));
	assert_int_equal(ink_results_len(few), ink_results_len(all) < 3 ? ink_results_len(all) : 3);
	for (size_t k = 0; k < ink_results_len(few); k++) {
		ink_hit x, y;

		OK(ink_results_hit(few, k, &x, &err));
		OK(ink_results_hit(all, k, &y, &err));
		assert_int_equal(x.doc, y.doc);
		assert_true(x.score >= y.score && x.score <= y.score);
	}
	ink_results_free(few);
	ink_results_free(all);
	done(&a);
}

static void test_pruning_does_not_change_the_ranking(void **state)
{
	static const char before[] = "w1 w2\nw30 w7\nw9 w0\n", later[] = "w1 w2\nw3 w4\nw0 w0\n";
	static const char rules[] = "w1, w40\nw2 => w50 w0, w3\nw7 w8, w20, w33\nw5, w0\n";
	const uint32_t first_seed = 4711;
	struct place *p = *state;
	uint32_t seed = first_seed;
	ink_writer *w;

	if (is_left_out(p))
		return;
	print_message("seed %u\n", first_seed);
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_set_dictionary(w, before, strlen(before), &err));
	for (int i = 0; i < 6000; i++) {
		char id[16], body[200] = "";

		if (i == 3000) /* half of the documents know other words */
			OK(ink_writer_set_dictionary(w, later, strlen(later), &err));
		for (uint32_t k = next_random(&seed) % 12 + 1; k > 0; k--)
			sprintf(body + strlen(body), "w%u ", random_word(&seed));
		snprintf(id, sizeof id, "%d", i);
		add(w, p->index, id, NULL, body);
	}
	OK(ink_writer_set_synonyms(w, rules, strlen(rules), &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	for (int i = 0; i < 60; i++) {
		char text[100] = "";

		for (uint32_t k = next_random(&seed) % 4 + 1; k > 0; k--)
			sprintf(text + strlen(text), "%sw%u ", i % 7 == 0 ? "+" : "",
			        random_word(&seed));
		assert_best_are_best_of_all(p->index, text);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, index_make, place_free)

static const struct CMUnitTest tests[] = {
	TEST(test_synonyms_are_found_after_what_was_typed),
	TEST(test_what_was_typed_scores_as_without_synonyms),
	TEST(test_one_way_rules),
	TEST(test_vocabulary_and_spellings_of_one_thing),
	TEST(test_synonyms_of_several_words_where_all_are_required),
	TEST(test_snippets_mark_whole_synonyms_only),
	TEST(test_explanations_name_the_best),
	TEST(test_pruning_does_not_change_the_ranking),
};

RUN_SUITE(tests)
