/* test_readings.c - Latin letters that find Han and kana. */
#include "tokens.h"

#define SPEC "default | readings"

static const char *latin(const char *text, int part)
{
	return tokens_run(SPEC, IK_FOR_DOC, text, strlen(text), part, 0);
}

static void test_two_to_four_han_characters_are_one_term(void **state)
{
	(void)state;
	assert_string_equal(latin("北京大学", INK_PART_GRAM),
	                    "0:beijing+ 0:beijingda+ 0:beijingdaxue+ 0:jingda+ 0:jingdaxue+ "
	                    "0:daxue+ 0:北京 1:京大 2:大学 3:学");
	assert_string_equal(latin("女", INK_PART_GRAM), "0:女");
	assert_non_null(strstr(latin("旅行", INK_PART_GRAM), "lvxing")); /* as it is typed */
}

static void test_the_word_part_has_stems_as_of_latin_words(void **state)
{
	(void)state;
	assert_string_equal(latin("北京大学", INK_PART_WORD),
	                    "0:beij+ 0:beijingda+ 0:beijingdaxu+ 0:jingda+ 0:jingdaxu+ 0:北京 "
	                    "1:daxu+ 1:大学");
}

static void test_traditional_reads_as_simplified(void **state)
{
	(void)state;
	assert_non_null(strstr(latin("臺灣大學", INK_PART_GRAM), "taiwan+"));
	assert_non_null(strstr(latin("臺灣大學", INK_PART_GRAM), "daxue+"));
}

static void test_kana_have_romaji_with_long_vowels_written_both_ways(void **state)
{
	static const char *const texts[] = {"とうきょう", "トウキョウ"};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_non_null(strstr(latin(texts[i], INK_PART_GRAM), ":toukyou+"));
		assert_non_null(strstr(latin(texts[i], INK_PART_GRAM), ":tokyo+"));
	}
	assert_non_null(strstr(latin("コンピュータ", INK_PART_GRAM), ":konpyuta+"));
	assert_non_null(strstr(latin("がっこう", INK_PART_GRAM), ":gakkou+"));
	assert_non_null(strstr(latin("マッチャ", INK_PART_GRAM), ":matcha+"));
}

static void test_queries_and_other_chains_have_none(void **state)
{
	(void)state;
	assert_string_equal(tokens_run(SPEC, IK_FOR_ANY, "北京", 6, INK_PART_GRAM, 0), "0:北京");
	assert_string_equal(tokens_run("default", IK_FOR_DOC, "北京", 6, INK_PART_GRAM, 0),
	                    "0:北京 1:京");
}

static void test_a_long_run_of_kana_stays_within_its_room(void **state)
{
	char text[3 * 1000 + 1];
	size_t i;

	(void)state;
	for (i = 0; i < 1000; i++)
		memcpy(text + 3 * i, i % 7 == 0 ? "ー" : "キ", 3);
	assert_true(strlen(latin("ッッッー", INK_PART_GRAM)) > 0);
	assert_true(strlen(tokens_run(SPEC, IK_FOR_DOC, text, 3000, INK_PART_GRAM, 0)) > 3000);
}

static void test_readings_belong_to_the_default_chain(void **state)
{
	struct ik_analyzer *analyzer;
	ink_error err;

	(void)state;
	assert_int_equal(ik_analyzer_new("word | readings", &analyzer, &err), INK_ESYNTAX);
	assert_int_equal(ik_analyzer_new("default | readings:2", &analyzer, &err), INK_ESYNTAX);
	assert_int_equal(ik_analyzer_new("default | readings | diacritics", &analyzer, &err),
	                 INK_OK);
	ik_analyzer_unref(analyzer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_to_four_han_characters_are_one_term),
		cmocka_unit_test(test_the_word_part_has_stems_as_of_latin_words),
		cmocka_unit_test(test_traditional_reads_as_simplified),
		cmocka_unit_test(test_kana_have_romaji_with_long_vowels_written_both_ways),
		cmocka_unit_test(test_queries_and_other_chains_have_none),
		cmocka_unit_test(test_a_long_run_of_kana_stays_within_its_room),
		cmocka_unit_test(test_readings_belong_to_the_default_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
