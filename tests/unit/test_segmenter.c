/* test_segmenter.c - Han and kana words, and bigrams. */
#include "tokens.h"

#include "text/dict.h"
#include "text/viterbi.h"

static const char *words(const char *text)
{
	return tokens_words(IK_FOR_DOC, text);
}

static void test_chinese_is_cut_into_dictionary_words(void **state)
{
	(void)state;
	assert_string_equal(words("我爱北京天安门"), "0:我 1:爱 2:北京 3:天安门");
	assert_string_equal(words("今天天气很好"), "0:今天 1:天气 2:很好");
}

static void test_traditional_text_is_cut_like_simplified_text(void **state)
{
	char simplified[256];

	(void)state;
	snprintf(simplified, sizeof simplified, "%s", words("中华人民共和国的经济发展"));
	assert_string_equal(words("中華人民共和國的經濟發展"), simplified);
}

static void test_japanese_is_cut_and_unknown_katakana_stays_together(void **state)
{
	(void)state;
	assert_string_equal(words("東京に行きます"), "0:东京 1:に 2:行き 3:ます");
	assert_string_equal(words("ヴァシーリエヴィチ"), "0:ヴァシーリエヴィチ");
}

static void test_a_lone_kana_says_nothing_beside_a_word(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_ANY, "ダ シウヴァ"), "2:シウヴァ");
	assert_string_equal(tokens_grams(IK_FOR_ANY, "ダ シウ"), "2:シウ");
	assert_string_equal(tokens_grams(IK_FOR_ANY, "ダ"), "0:ダ*");
	assert_string_equal(tokens_words(IK_FOR_DOC, "ダ シウヴァ"), "0:ダ 2:シウヴァ");
}

static void test_punctuation_ends_a_run(void **state)
{
	(void)state;
	assert_string_equal(tokens_grams(IK_FOR_DOC, "北京。大学"), "0:北京 1:京 3:大学 4:学");
	assert_string_equal(tokens_grams(IK_FOR_DOC, "北京 大学"), "0:北京 1:京 3:大学 4:学");
	assert_string_equal(tokens_grams(IK_FOR_DOC, "北京\u200b大学"), "0:北京 1:京大 2:大学 3:学");
	assert_string_equal(tokens_grams(IK_FOR_DOC, "한국 북경"), "0:한국 1:국 3:북경 4:경");
	assert_string_equal(tokens_grams(IK_FOR_DOC, "北京한국"), "0:北京 1:京 2:한국 3:국");
}

static void test_grams_go_over_the_middle_dot_but_words_do_not(void **state)
{
	(void)state;
	assert_string_equal(words("ジョン・スミス"), "0:ジョン 2:スミス");
	assert_string_equal(tokens_grams(IK_FOR_DOC, "ア・イ"), "0:ア・ 1:・イ 2:イ");
	assert_string_equal(tokens_grams(IK_FOR_DOC, "・アイ・"), "0:アイ 1:イ");
}

/* No reader sees one, so a string is found over it; a line may end there, and so does a word. */
static void test_a_zero_width_space_ends_words_and_no_grams(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_DOC, "东京\u200B都市"), "0:东京 1:都市");
	assert_string_equal(tokens_words(IK_FOR_DOC, "学\u200B习"), "0:学 1:习");
	assert_string_equal(tokens_grams(IK_FOR_DOC, "学\u200B习"), "0:学习 1:习");
}

static void test_every_dictionary_step_stays_in_the_array(void **state)
{
	uint32_t cp, with_code = 0, words_of_one = 0;

	(void)state;
	for (cp = 0; cp < 0x20000; cp++) {
		uint32_t code = ik_dict_code_of(cp), node, other;

		if (code == 0)
			continue;
		with_code++;
		node = ik_dict_child(ik_dict_root, code);
		if (node == 0)
			continue;
		words_of_one += ik_dict_cost(node) != IK_DICT_NONE;
		for (other = 1; other < 20; other++)
			assert_int_not_equal(ik_dict_child(node, other), ik_dict_root);
	}
	assert_true(with_code > 10000);
	assert_true(words_of_one > 5000);
}

/* Cuts cover the run without gaps, whatever characters it has. */
static void test_any_run_is_cut_without_gaps(void **state)
{
	static struct ik_viterbi v;
	static struct ik_char c[IK_WINDOW];
	uint32_t seed = 7, round;

	(void)state;
	for (round = 0; round < 300; round++) {
		uint32_t n, i, count;

		n = 1 + (seed >> 9) % (round < 290 ? 60 : IK_WINDOW);
		for (i = 0; i < n; i++) {
			seed = seed * 1664525u + 1013904223u;
			c[i].cp = seed >> 30 ? 0x4E00 + (seed >> 8) % 0x5200
			                     : 0x30A1 + (seed >> 8) % 80;
			c[i].cls = c[i].cp < 0x4E00 ? IK_CLASS_KATA : IK_CLASS_HAN;
		}
		count = ik_viterbi_run(&v, NULL, c, n);
		assert_in_range(count, 1, n);
		assert_int_equal(v.word[count - 1], n);
		for (i = 1; i < count; i++)
			assert_true(v.word[i] > v.word[i - 1]);
	}
}

static void test_an_endless_run_gives_one_gram_a_character(void **state)
{
	size_t n = 100000, i, grams = 0;
	char *text = malloc(3 * n);
	const char *p;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < n; i++)
		memcpy(text + 3 * i, i % 5 == 0 ? "的" : i % 3 == 0 ? "国" : "中", 3);
	for (p = tokens_run(NULL, IK_FOR_DOC, text, 3 * n, INK_PART_GRAM, 0);
	     (p = strchr(p, ':')) != NULL; p++)
		grams++;
	assert_int_equal(grams, n);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chinese_is_cut_into_dictionary_words),
		cmocka_unit_test(test_traditional_text_is_cut_like_simplified_text),
		cmocka_unit_test(test_japanese_is_cut_and_unknown_katakana_stays_together),
		cmocka_unit_test(test_a_lone_kana_says_nothing_beside_a_word),
		cmocka_unit_test(test_punctuation_ends_a_run),
		cmocka_unit_test(test_grams_go_over_the_middle_dot_but_words_do_not),
		cmocka_unit_test(test_a_zero_width_space_ends_words_and_no_grams),
		cmocka_unit_test(test_every_dictionary_step_stays_in_the_array),
		cmocka_unit_test(test_any_run_is_cut_without_gaps),
		cmocka_unit_test(test_an_endless_run_gives_one_gram_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
