/* test_hangul.c - Korean particles and bigrams. */
#include "tokens.h"

static const char *words(const char *text)
{
	return tokens_words(IK_FOR_DOC, text);
}

static void test_particles_are_stripped_longest_first(void **state)
{
	(void)state;
	assert_string_equal(words("학교에서는 서울까지도 친구에게"), "0:학교 1:서울 2:친구");
}

static void test_a_particle_must_agree_with_the_syllable_before(void **state)
{
	(void)state;
	assert_string_equal(words("사람은 나무는"), "0:사람 1:나무");
	/* 을 and 은 follow consonants, 를 and 는 vowels: here they do not */
	assert_string_equal(words("나무은 사람는"), "0:나무은 1:사람는");
	assert_string_equal(words("서울로 집으로부터"), "0:서울 1:집");
}

static void test_short_words_keep_a_last_syllable_that_looks_like_a_particle(void **state)
{
	(void)state;
	assert_string_equal(words("회의 제도 나이"), "0:회의 1:제도 2:나이");
	assert_string_equal(words("책을 집에 가을 마을"), "0:책 1:집 2:가을 3:마을");
}

static void test_grams_are_of_the_whole_word(void **state)
{
	(void)state;
	assert_string_equal(tokens_grams(IK_FOR_DOC, "학교에서"), "0:학교 1:교에 2:에서 3:서");
	assert_string_equal(tokens_grams(IK_FOR_PHRASE, "학교에서"), "0:학교 1:교에 2:에서");
	assert_string_equal(tokens_grams(IK_FOR_PHRASE, "집"), "0:집*");
}

static void test_conjoining_jamo_are_syllables(void **state)
{
	(void)state;
	assert_string_equal(words("\u1112\u1161\u11ab\u1100\u116e\u11a8"), "0:한국");
	assert_string_equal(tokens_run(NULL, IK_FOR_DOC, "\u1112\u1161\u11ab\u1100\u116e\u11a8", 18,
	                               INK_PART_GRAM, 1),
	                    "0:한국@0-18 1:국@9-18");
}

static void test_particles_behind_other_scripts_are_function_terms(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_ANY, "GPT-4를"), "0:gpt 1:4");
	assert_string_equal(tokens_words(IK_FOR_DOC, "iPhone의"), "0:iphon 1:의");
}

static void test_the_copula_is_stripped_like_a_particle(void **state)
{
	(void)state;
	assert_string_equal(words("수도인가요 학생입니까 작가였던 시인이었으며"),
	                    "0:수도 1:학생 2:작가 3:시인");
	/* one form follows consonants, the other vowels */
	assert_string_equal(words("나무이었나 사람였나"), "0:나무이었나 1:사람였나");
}

static void test_korean_function_words_are_dropped_from_ranked_queries(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_ANY, "한국의 수도는 어디인가요?"), "0:한국 1:수도");
	assert_string_equal(tokens_grams(IK_FOR_ANY, "수도는 무엇이 있나요"), "0:수도 1:도는");
	assert_string_equal(tokens_words(IK_FOR_ANY, "누구인가"), "0:누구");
	assert_string_equal(words("누가 무엇을 했나"), "0:누가 1:무엇 2:했나");
}

static void test_a_zero_width_space_ends_a_word_and_no_grams(void **state)
{
	(void)state;
	assert_string_equal(words("학교\u200B도서관에서"), "0:학교 1:도서관");
	assert_string_equal(tokens_grams(IK_FOR_DOC, "학교\u200B도서"), "0:학교 1:교도 2:도서 3:서");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_particles_are_stripped_longest_first),
		cmocka_unit_test(test_a_particle_must_agree_with_the_syllable_before),
		cmocka_unit_test(test_short_words_keep_a_last_syllable_that_looks_like_a_particle),
		cmocka_unit_test(test_grams_are_of_the_whole_word),
		cmocka_unit_test(test_conjoining_jamo_are_syllables),
		cmocka_unit_test(test_particles_behind_other_scripts_are_function_terms),
		cmocka_unit_test(test_the_copula_is_stripped_like_a_particle),
		cmocka_unit_test(test_korean_function_words_are_dropped_from_ranked_queries),
		cmocka_unit_test(test_a_zero_width_space_ends_a_word_and_no_grams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
