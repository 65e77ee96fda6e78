/* test_thai.c - scripts written without blanks and with many signs to a syllable. */
#include "tokens.h"

static void test_words_are_the_dictionary_s(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_DOC, "ภาษาไทย"), "0:ภาษา 1:ไทย");
	assert_string_equal(tokens_words(IK_FOR_DOC, "ดื่มน้ำ"), "0:ดื่ม 1:น้ำ");
}

/* The vowel AM in halves, the tone mark before or between them, or behind the vowel. */
static void test_words_do_not_depend_on_how_am_is_typed(void **state)
{
	const char *before = "ดื่มน\u0E49\u0E4D\u0E32ใจ", *between = "ดื่มน\u0E4D\u0E49\u0E32ใจ";
	const char *behind = "ดื่มนำ\u0E49ใจ";
	const char *lao = "ນ\u0ECD\u0EC9\u0EB2", *alone = "น\u0E49\u0E4D\u0E32 ดี";

	(void)state;
	assert_string_equal(tokens_run(NULL, IK_FOR_DOC, before, strlen(before), 0, 1),
	                    "0:ดื่ม@0-12 1:น้ำใจ@12-30");
	assert_string_equal(tokens_run(NULL, IK_FOR_DOC, between, strlen(between), 0, 1),
	                    "0:ดื่ม@0-12 1:น้ำใจ@12-30");
	assert_string_equal(tokens_run(NULL, IK_FOR_DOC, behind, strlen(behind), 0, 1),
	                    "0:ดื่ม@0-12 1:น้ำใจ@12-27");
	assert_string_equal(tokens_run(NULL, IK_FOR_DOC, alone, strlen(alone), 0, 1),
	                    "0:น้ำ@0-12 2:ดี@13-19");
	assert_string_equal(tokens_words(IK_FOR_DOC, lao), "0:ນ້ຳ");
	assert_string_equal(tokens_grams(IK_FOR_DOC, between + 12), "0:น้ำ 1:้ำใ 2:ำใจ 3:ใจ 4:จ");
}

static void test_the_fewest_words_win(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_DOC, "ทดสอบการตัดคำภาษาไทย"),
	                    "0:ทดสอบ 1:การ 2:ตัด 3:คำ 4:ภาษา 5:ไทย");
}

/* Typed in these scripts to say where a word ends; no reader sees it, so grams go on over it. */
static void test_a_zero_width_space_ends_words_and_no_grams(void **state)
{
	const char *text = "ตา\u200Bกลม", *solid = "ตากลม", *tone = "กุ้\u200Bขาว";
	char grams[256];

	(void)state;
	assert_string_equal(tokens_words(IK_FOR_DOC, solid), "0:ตากลม");
	assert_string_equal(tokens_words(IK_FOR_DOC, text), "0:ตา 1:กลม");
	assert_string_equal(tokens_run(NULL, IK_FOR_DOC, tone, strlen(tone), 0, 1),
	                    "0:กุ้@0-9 1:ขาว@12-21");
	assert_string_equal(tokens_words(IK_FOR_DOC, "ខ្មែរ\u200Bពាក្យ"), "0:ខ្មែរ 1:ពាក្យ");
	snprintf(grams, sizeof grams, "%s", tokens_grams(IK_FOR_DOC, solid));
	assert_string_equal(tokens_grams(IK_FOR_DOC, text), grams);
}

/* A word is not ended by what joins, or says nothing of words. */
static void test_other_invisible_characters_end_no_word(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_DOC, "ตา\u2060กลม"), "0:ตากลม");
	assert_string_equal(tokens_words(IK_FOR_DOC, "ตา\u00ADก\u200Cล\u200Dม\uFEFF"), "0:ตากลม");
}

static void test_unknown_syllables_are_one_word_and_never_cut_within(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_DOC, "เพย์ตัน"), "0:เพย์ 1:ตัน"); /* not เพ, ย์ */
	assert_string_equal(tokens_words(IK_FOR_DOC, "ฆฅฆฅ"), "0:ฆฅฆฅ");
	assert_string_equal(tokens_words(IK_FOR_DOC, "ก์"), "0:ก์");
	assert_string_equal(tokens_words(IK_FOR_DOC, "์์"), "0:์์"); /* signs alone */
}

static void test_khmer_lao_and_burmese_have_words(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_DOC, "ពាក្យខ្មែរ"), "0:ពាក្យ 1:ខ្មែរ");
	assert_string_equal(tokens_words(IK_FOR_DOC, "ພາສາລາວ"), "0:ພາສາ 1:ລາວ");
	assert_string_equal(tokens_words(IK_FOR_DOC, "မြန်မာစာ"), "0:မြန်မာ 1:စာ");
}

static void test_documents_have_trigrams_and_the_shorter_ones_at_the_end(void **state)
{
	(void)state;
	assert_string_equal(tokens_grams(IK_FOR_DOC, "ภาษา"), "0:ภาษ 1:าษา 2:ษา 3:า");
	assert_string_equal(tokens_grams(IK_FOR_DOC, "กข"), "0:กข 1:ข");
	assert_string_equal(tokens_grams(IK_FOR_ANY, "ภาษา"), "0:ภาษ 1:าษา");
}

static void test_short_queries_are_prefixes(void **state)
{
	(void)state;
	assert_string_equal(tokens_grams(IK_FOR_ANY, "กข"), "0:กข*");
	assert_string_equal(tokens_grams(IK_FOR_PHRASE, "ก"), "0:ก*");
}

static void test_khmer_lao_and_burmese_have_grams(void **state)
{
	(void)state;
	assert_string_equal(tokens_grams(IK_FOR_ANY, "ຂ້ອຍ"), "0:ຂ້ອ 1:້ອຍ");
	assert_true(ik_text_has_grams("ខ្មែរ", strlen("ខ្មែរ")));
	assert_true(ik_text_has_grams("မြန်မာ", strlen("မြန်မာ")));
}

static void test_an_endless_run_is_taken_in_windows(void **state)
{
	size_t len = 30 * 4000, i;
	char *text = malloc(len);
	const char *p, *all;
	size_t n = 0;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < 4000; i++)
		memcpy(text + 30 * i, "ภาษาไทยกขค", 30);
	all = tokens_run(NULL, IK_FOR_DOC, text, len, INK_PART_GRAM, 0);
	for (p = all; (p = strchr(p, ':')) != NULL; p++)
		n++;
	assert_int_equal(n, 40000); /* one gram a character, whatever the windows */
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_are_the_dictionary_s),
		cmocka_unit_test(test_words_do_not_depend_on_how_am_is_typed),
		cmocka_unit_test(test_the_fewest_words_win),
		cmocka_unit_test(test_a_zero_width_space_ends_words_and_no_grams),
		cmocka_unit_test(test_other_invisible_characters_end_no_word),
		cmocka_unit_test(test_unknown_syllables_are_one_word_and_never_cut_within),
		cmocka_unit_test(test_khmer_lao_and_burmese_have_words),
		cmocka_unit_test(test_documents_have_trigrams_and_the_shorter_ones_at_the_end),
		cmocka_unit_test(test_short_queries_are_prefixes),
		cmocka_unit_test(test_khmer_lao_and_burmese_have_grams),
		cmocka_unit_test(test_an_endless_run_is_taken_in_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
