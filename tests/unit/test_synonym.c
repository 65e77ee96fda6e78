/* test_synonym.c - lib/text/synonym*.c: reading synonyms and finding them in queries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "text/lexicon.h"

static struct ik_lexicon *read_both(const char *words, const char *synonyms)
{
	struct ik_lexicon *lexicon;
	ink_error err = {0};

	if (ik_lexicon_new(words, strlen(words), synonyms, strlen(synonyms), &lexicon, &err) != 0)
		fail_msg("%s", err.message);
	return lexicon;
}

/* "laptop=notebook|portable computer; ...": what is found in a text. */
static const char *found(const char *words, const char *synonyms, const char *text)
{
	static struct ik_buf out;
	struct ik_lexicon *lexicon = read_both(words, synonyms);
	struct ik_synonym_matches m;
	struct ik_analysis *analysis;

	ik_buf_free(&out);
	ik_buf_init(&out, 1 << 20);
	assert_int_equal(ik_analysis_new(&analysis, NULL), 0);
	assert_int_equal(ik_synonyms_find(lexicon, analysis, text, strlen(text), &m, NULL), 0);
	for (size_t i = 0; i < m.list.n; i++) {
		const char *alt[IK_ALTERNATIVES_MAX];
		size_t len[IK_ALTERNATIVES_MAX];
		uint32_t n = ik_synonyms_list(lexicon, &m.list.v[i], alt, len);

		ik_buf_printf(&out, "%s%.*s=", i > 0 ? "; " : "",
		              (int)(m.list.v[i].end - m.list.v[i].start),
		              text + m.list.v[i].start);
		for (uint32_t k = 0; k < n; k++)
			ik_buf_printf(&out, "%s%.*s", k > 0 ? "|" : "", (int)len[k], alt[k]);
	}
	ik_vec_free(&m.list);
	ik_analysis_free(analysis);
	ik_lexicon_unref(lexicon);
	return ik_buf_str(&out);
}

static void test_two_way_and_one_way(void **state)
{
	const char *rules = "laptop, notebook, portable computer\n"
	                    "couch => sofa, settee\n"
	                    "# a comment\n";

	(void)state;
	assert_string_equal(found("", rules, "cheap laptop bag"),
	                    "laptop=notebook|portable computer");
	assert_string_equal(found("", rules, "a Portable, computer!"),
	                    "Portable, computer=laptop|notebook");
	assert_string_equal(found("", rules, "portable radio"), "");
	assert_string_equal(found("", rules, "couch and sofa"), "couch=sofa|settee");
	assert_string_equal(found("", "", "laptop"), "");
	assert_string_equal(found("", "# nothing", "laptop"), "");
}

static void test_words_are_compared_as_the_analyzer_makes_them(void **state)
{
	(void)state;
	assert_string_equal(found("", "laptop, notebook", "LAPTOPS"), "LAPTOPS=notebook");
	/* Traditional and mainland vocabulary: folding leaves different words */
	assert_string_equal(found("", "軟體, 软件\n計程車, 出租车\n網路, 网络\n", "開源軟體與网络"),
	                    "軟體=软件; 网络=網路");
	assert_string_equal(found("", "軟體, 软件", "软体"), "软体=软件");
	/* spellings that fold alike are one word, which has no other */
	assert_string_equal(found("", "軟體, 软体, 软件", "软体"), "软体=软件");
	/* in context: 人 is no word of 人工智能 */
	assert_string_equal(found("", "人, 者", "人工智能"), "");
	assert_string_equal(found("", "휴대폰, 핸드폰", "휴대폰은"), "휴대폰=핸드폰");
}

static void test_a_sign_that_parts_words_parts_those_of_a_rule(void **state)
{
	const char *rules = "ドン・キホーテ, Don Quixote\n北京大学, 北大\nタイ => タイ王国";

	(void)state;
	assert_string_equal(found("", rules, "ドン・キホーテ"), "ドン・キホーテ=Don Quixote");
	assert_string_equal(found("", rules, "ﾄﾞﾝ･ｷﾎｰﾃの本"), "ﾄﾞﾝ･ｷﾎｰﾃ=Don Quixote");
	assert_string_equal(found("", rules, "don quixote"), "don quixote=ドン・キホーテ");
	assert_string_equal(found("", rules, "ドン キホーテ"), "ドン キホーテ=Don Quixote");
	assert_string_equal(found("", rules, "ドンキホーテ"), "");
	assert_string_equal(found("", rules, "北京・大学"), "");
	assert_string_equal(found("", rules, "ドン・タイ"), "タイ=タイ王国");
}

static void test_the_longest_from_the_left(void **state)
{
	(void)state;
	assert_string_equal(found("", "new, fresh\nnew york, big apple\nyork, eboracum",
	                          "new york"),
	                    "new york=big apple");
	assert_string_equal(found("", "new, fresh\nnew york, big apple", "new jersey new york"),
	                    "new=fresh; new york=big apple");
}

static void test_user_words_count(void **state)
{
	(void)state;
	assert_string_equal(found("深度求索", "深度求索, DeepSeek", "深度求索模型"), "深度求索=DeepSeek");
	assert_string_equal(found("", "深度求索, DeepSeek", "深度求索模型"), "深度求索=DeepSeek");
}

static void test_rules_of_one_word_add_up(void **state)
{
	(void)state;
	assert_string_equal(found("", "a1, b1\na1 => c1\nd1, a1\nb1, a1", "a1"), "a1=b1|d1|c1");
}

static void test_marks_behind_a_backslash_are_text(void **state)
{
	(void)state;
	assert_string_equal(found("", "one\\,two, x\\=>y\n\\#tag, label\n", "one two"),
	                    "one two=x=>y");
	assert_string_equal(found("", "\\#tag, label\n", "tag"), "tag=label");
}

static void expect_error(const char *text, size_t len, int code, const char *message)
{
	struct ik_lexicon *lexicon;
	ink_error err = {0};

	assert_int_equal(ik_lexicon_new(NULL, 0, text, len, &lexicon, &err), code);
	assert_null(lexicon);
	assert_string_equal(err.message, message);
}

static void expect_syntax(const char *text, const char *message)
{
	expect_error(text, strlen(text), INK_ESYNTAX, message);
}

static void test_errors_name_line_and_byte(void **state)
{
	char many[400] = "";

	(void)state;
	expect_syntax("a, b\nc", "line 2, byte 5: a word alone has no synonym");
	expect_syntax("a, , b", "line 1, byte 3: nothing on one side of a , or =>");
	expect_syntax("a =>", "line 1, byte 4: nothing on one side of a , or =>");
	expect_syntax("=> a", "line 1, byte 0: nothing on one side of a , or =>");
	expect_syntax("a => b => c", "line 1, byte 7: a second =>");
	expect_syntax("a, ...", "line 1, byte 3: no letter or digit in the synonym");
	expect_syntax("a, b\n\n\xE8\xBD", "line 3, byte 6: not UTF-8");
	for (int i = 0; i < 65; i++)
		snprintf(many + strlen(many), 16, "%sx%d", i > 0 ? "," : "", i);
	expect_syntax(many, "line 1, byte 0: more than 64 synonyms of one word");
	expect_error(many, IK_SYNONYMS_MAX + 1, INK_ELIMIT,
	             "a list of synonyms of 4194305 bytes, 4194304 are allowed");
}

static void test_without_a_lexicon_nothing_is_found(void **state)
{
	struct ik_synonym_matches m;
	struct ik_analysis *analysis;

	(void)state;
	assert_int_equal(ik_analysis_new(&analysis, NULL), 0);
	assert_int_equal(ik_synonyms_find(NULL, analysis, "laptop", 6, &m, NULL), 0);
	assert_int_equal(m.list.n, 0);
	ik_analysis_free(analysis);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_way_and_one_way),
		cmocka_unit_test(test_words_are_compared_as_the_analyzer_makes_them),
		cmocka_unit_test(test_a_sign_that_parts_words_parts_those_of_a_rule),
		cmocka_unit_test(test_the_longest_from_the_left),
		cmocka_unit_test(test_user_words_count),
		cmocka_unit_test(test_rules_of_one_word_add_up),
		cmocka_unit_test(test_marks_behind_a_backslash_are_text),
		cmocka_unit_test(test_errors_name_line_and_byte),
		cmocka_unit_test(test_without_a_lexicon_nothing_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
