/* test_match.c - what queries find, in small indexes written out by hand. */
#include <math.h>

#include "match/plan.h"
#include "shelf.h"

static double score_of(const struct shelf *s, struct ik_query *q, uint64_t doc)
{
	struct ik_results *r;
	double score = -1;

	must(search(s, q, &r, &err));
	for (size_t i = 0; i < r->n; i++)
		if (r->hits[i].doc == doc)
			score = ik_results_score(r, i);
	ik_results_free(r);
	ik_query_unref(q);
	return score;
}

/* ---- words ---- */

static void test_phrases_and_slop(void **state)
{
	static const char *const texts[] = { "a b c", "a c b", "b a", "a x b", "a x y b", "a a b b",
		                             "a", NULL };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", 0);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b", 0)), 1 | 32);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b", 1)), 1 | 2 | 8 | 32);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b", 2)), 1 | 2 | 4 | 8 | 16 | 32);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b c", 0)), 1);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b c", 2)), 1 | 2);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a a", 9)), 32);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a nowhere", 9)), 0);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a", 0)), 127);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, " ", 0)), 0);
	shelf_close(&s);
}

/* Ranges are narrowed by its eight rarest words: who has these need not have the others. */
static void test_a_phrase_of_ten_words_needs_them_all(void **state)
{
	static const char *const texts[] = { "a b c d e f g h i j", "a b c d e f g h", "i j", "i j",
		                             "a b c d e f g h j i", NULL };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", 0);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b c d e f g h i j", 0)), 1);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b c d e f g h", 0)), 1 | 2 | 16);
	shelf_close(&s);
}

/* A word that is in the phrase twice needs two places, wherever they are. */
static void test_a_word_twice_in_a_sloppy_phrase(void **state)
{
	static const char *const texts[] = { "b a c a", "a b c", "c a a b", "a x x a b", NULL };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", 0);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b a", 0)), 0);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b a", 2)), 1 | 4);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b a", 3)), 1 | 4 | 8);
	shelf_close(&s);
}

/* Else the bounds of its words would not hold, and pruning would drop hits. */
static void test_a_sloppy_phrase_occurs_no_more_often_than_its_rarest_word(void **state)
{
	static const char *const texts[] = { "a b b b b", "a b x x x", NULL };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", 0);
	assert_true(score_of(&s, leaf(IK_Q_PHRASE, "a b", 9), 0) ==
	            score_of(&s, leaf(IK_Q_PHRASE, "a b", 9), 1));
	shelf_close(&s);
}

static void test_phrases_need_positions(void **state)
{
	static const char *const texts[] = { "a b", NULL };
	struct ik_query *q = leaf(IK_Q_PHRASE, "a b", 0);
	struct ik_results *r;
	ink_error err;
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", INK_NO_POSITIONS);
	assert_int_equal(search(&s, q, &r, &err), INK_EUNSUPPORTED);
	assert_null(r);
	assert_non_null(strstr(err.message, "\"text\""));
	ik_query_unref(q);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "b", 0)), 1);
	shelf_close(&s);
}

/* Words are cut at blanks alone, and a word twice counts twice, as it does in an OR. */
static void test_all_words_of_a_text(void **state)
{
	static const char *const texts[] = { "a b", "b c", "\001c a b", "c", NULL };
	struct ik_query *all, *any;
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", 0);
	for (int i = 0; i < 2; i++) {
		any = leaf(IK_Q_MATCH, "b b c", 0);
		all = leaf(IK_Q_MATCH, "b b c", 0);
		all->all = 1;
		assert_true(score_of(&s, any, 1) == score_of(&s, all, 1));
	}
	all = leaf(IK_Q_MATCH, "a\t\001c", 0);
	all->all = 1;
	assert_int_equal(found(&s, all), 4);
	all = leaf(IK_Q_MATCH, " \n ", 0);
	all->all = 1;
	assert_int_equal(found(&s, all), 0);
	shelf_close(&s);
}

/* ---- joins ---- */

static struct ik_query *join(const char *words, const int32_t *occur, uint32_t min_should)
{
	struct ik_query *kids[8] = { NULL }, *q;
	size_t n = strlen(words);

	for (size_t i = 0; i < n; i++)
		kids[i] = leaf(IK_Q_TERM, (const char[]){ words[i], '\0' }, 0);
	must(ik_query_bool((const struct ik_query *const *)kids, occur, n, min_should, &q, &err));
	for (size_t i = 0; i < n; i++)
		ik_query_unref(kids[i]);
	return q;
}

static void test_clauses(void **state)
{
	static const char *const texts[] = { "a", "b", "a b", "a b c", "c", "x", NULL };
	static const int32_t should[] = { INK_SHOULD, INK_SHOULD, INK_SHOULD };
	static const int32_t must_one[] = { INK_MUST, INK_SHOULD, INK_SHOULD };
	static const int32_t not_last[] = { INK_SHOULD, INK_MUST_NOT };
	static const int32_t none[] = { INK_MUST_NOT, INK_MUST_NOT };
	static const int32_t filter[] = { INK_FILTER, INK_SHOULD };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", 0);
	assert_int_equal(found(&s, join("abc", should, 0)), 1 | 2 | 4 | 8 | 16);
	assert_int_equal(found(&s, join("abc", should, 1)), 1 | 2 | 4 | 8 | 16);
	assert_int_equal(found(&s, join("abc", should, 2)), 4 | 8);
	assert_int_equal(found(&s, join("abc", should, 3)), 8);
	assert_int_equal(found(&s, join("abc", should, 4)), 0);
	assert_int_equal(found(&s, join("aaz", should, 2)), 1 | 4 | 8);
	assert_int_equal(found(&s, join("abc", must_one, 0)), 1 | 4 | 8);
	assert_int_equal(found(&s, join("abc", must_one, 1)), 4 | 8);
	assert_int_equal(found(&s, join("zbc", must_one, 0)), 0);
	assert_int_equal(found(&s, join("ab", not_last, 0)), 1);
	assert_int_equal(found(&s, join("ab", none, 0)), 16 | 32);
	assert_int_equal(found(&s, join("ab", none, 1)), 0);
	assert_int_equal(found(&s, join("ab", filter, 0)), 1 | 4 | 8);
	assert_true(score_of(&s, join("az", filter, 0), 0) == 0);
	shelf_close(&s);
}

/* A word in a bool in a bool ..., each with a boost. */
static struct ik_query *nest(const char *word, double boost)
{
	static const int32_t should[] = { INK_SHOULD };
	struct ik_query *q = leaf(IK_Q_TERM, word, 0), *join;

	for (int i = 0; i < 10; i++) {
		const struct ik_query *kids[] = { q };

		must(ik_query_bool(kids, should, 1, 0, &join, &err));
		ik_query_unref(q);
		must(ik_query_boosted(join, boost, &q, &err));
		ik_query_unref(join);
	}
	return q;
}

/* Their product may be anything, up to what no float holds. */
static void test_boosts_of_boosts_change_no_order(void **state)
{
	static const char *const texts[] = { "a b c d", "a a a", "b", NULL };
	static const double boosts[] = { 1, 1e6, 1e-6, 1e-300 };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", 0);
	for (size_t i = 0; i < sizeof boosts / sizeof *boosts; i++) {
		struct ik_query *q = nest("a", boosts[i]);
		struct ik_results *r;

		must(search(&s, q, &r, &err));
		assert_int_equal(r->n, 2);
		assert_int_equal(r->hits[0].doc, 1);
		assert_true(ik_results_score(r, 0) > ik_results_score(r, 1));
		assert_true(ik_results_score(r, 1) > 0);
		ik_results_free(r);
		ik_query_unref(q);
	}
	assert_true(score_of(&s, nest("a", 0), 0) == 0);
	shelf_close(&s);
}

/* Those of fields may be as small, and then are all there is. */
static void test_the_scale_of_scores_is_a_number(void **state)
{
	(void)state;
	for (double total = 1e-320; total < 1e30; total *= 1000)
		assert_true(ik_plan_scale(total) > 0 && ik_plan_scale(total) < INFINITY);
	assert_true(ik_plan_scale(0) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_phrases_and_slop),
		cmocka_unit_test(test_a_phrase_of_ten_words_needs_them_all),
		cmocka_unit_test(test_a_word_twice_in_a_sloppy_phrase),
		cmocka_unit_test(test_a_sloppy_phrase_occurs_no_more_often_than_its_rarest_word),
		cmocka_unit_test(test_phrases_need_positions),
		cmocka_unit_test(test_all_words_of_a_text),
		cmocka_unit_test(test_clauses),
		cmocka_unit_test(test_boosts_of_boosts_change_no_order),
		cmocka_unit_test(test_the_scale_of_scores_is_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
