/* test_emoji.c - emoji are words, and signs are none. */
#include "tokens.h"

#include "text/fold.h"

#define STYLE "\uFE0F"
#define JOINER "\u200D"
#define WOMAN "\U0001F469"
#define DARK "\U0001F3FF"

static const char *words(const char *text)
{
	return tokens_words(IK_FOR_DOC, text);
}

static const char *offsets(const char *text)
{
	return tokens_run(NULL, IK_FOR_DOC, text, strlen(text), INK_PART_WORD, 1);
}

static void test_a_sequence_is_one_word(void **state)
{
	(void)state;
	assert_string_equal(words("pizza 🍕."), "0:pizza 1:🍕");
	assert_string_equal(words("👍🏽"), "0:👍🏽");
	assert_string_equal(words("👨" JOINER "👩" JOINER "👧"), "0:👨👩👧");
	assert_string_equal(words(WOMAN DARK JOINER "❤" STYLE JOINER "💋" JOINER WOMAN DARK),
	                    "0:" WOMAN DARK "❤💋" WOMAN DARK);
	assert_string_equal(words("👩" JOINER "⚕" STYLE), "0:👩⚕");
	assert_string_equal(words("🙂" JOINER "↔" STYLE), "0:🙂↔"); /* an arrow, joined */
	assert_string_equal(words("🚭\u20E0"), "0:🚭\u20E0");
}

static void test_what_is_not_joined_is_words_of_its_own(void **state)
{
	(void)state;
	assert_string_equal(words("😂😂👍"), "0:😂 1:😂 2:👍");
	assert_string_equal(words("👨👩👧"), "0:👨 1:👩 2:👧");
	assert_string_equal(words("👍" JOINER "x"), "0:👍 1:x");
	assert_string_equal(words("👍 \U0001F3FD"), "0:👍 1:\U0001F3FD");
	assert_string_equal(words("a🍕b"), "0:a 1:🍕 2:b");
	assert_string_equal(words("寿司🍣大好き"), "0:寿司 1:🍣 2:大好き");
	assert_string_equal(words("좋아요👍"), "0:좋아요 1:👍");
}

static void test_flags_are_pairs_of_letters(void **state)
{
	(void)state;
	assert_string_equal(words("🇯🇵🇩🇪"), "0:🇯🇵 1:🇩🇪");
	assert_string_equal(words("🇯🇵🇩"), "0:🇯🇵 1:🇩");
	assert_string_equal(words("🇯 🇵"), "0:🇯 1:🇵");
	assert_string_equal(words("🇯\u200B🇵"), "0:🇯 1:🇵");
	assert_string_equal(words("🏳" STYLE JOINER "🌈"), "0:🏳🌈");
}

static void test_keycaps_are_words(void **state)
{
	(void)state;
	assert_string_equal(offsets("1" STYLE "\u20E3"), "0:1\u20E3@0-7");
	assert_string_equal(offsets("#" STYLE "\u20E3"), "0:#\u20E3@0-7");
	assert_string_equal(offsets("é *\u20E3"), "0:é@0-2 1:*\u20E3@3-7");
	assert_string_equal(offsets("né#" STYLE "\u20E3x"), "0:né@0-3 1:#\u20E3@3-10 2:x@10-11");
	assert_string_equal(words("# * #" STYLE " \u20E3 -\u20E3"), "");
}

static void test_the_style_does_not_matter(void **state)
{
	(void)state;
	assert_string_equal(words("❤ ❤\uFE0E ❤" STYLE), "0:❤ 1:❤ 2:❤");
	assert_string_equal(words("☝" STYLE "\U0001F3FD ☝\U0001F3FD"), "0:☝🏽 1:☝🏽");
	assert_string_equal(tokens_run("word|fold", IK_FOR_DOC, "❤" STYLE, 6, -1, 0), "0:❤");
	assert_string_equal(tokens_run("word", IK_FOR_DOC, "❤" STYLE, 6, -1, 0), "0:❤" STYLE);
}

static void test_offsets_take_in_what_belongs_to_the_picture(void **state)
{
	const char *england = "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F!";

	(void)state;
	assert_string_equal(offsets("I ❤" STYLE " 👍🏽."), "0:i@0-1 1:❤@2-8 2:👍🏽@9-17");
	assert_string_equal(offsets(england), "0:🏴@0-28");
	assert_string_equal(tokens_run(NULL, IK_FOR_DOC, england, 6, -1, 0), "0:🏴 0:🏴"); /* cut */
	assert_string_equal(offsets("👨" JOINER "👩" JOINER "x"), "0:👨👩@0-11 1:x@14-15");
}

/* Signs that punctuate any text are words only where the text asks for the picture. */
static void test_signs_are_no_words(void **state)
{
	(void)state;
	assert_string_equal(words("© ® ↔ ↩ ▪ ▶ ◀ 〰 ★ ☐ → ■ ● √ § €"), "");
	assert_string_equal(words("©\uFE0E"), "");
	assert_string_equal(words("©" STYLE " ▶" STYLE), "0:© 1:▶");
	assert_string_equal(words("‼" STYLE " 〰" STYLE), ""); /* the first is folded to !! */
	assert_string_equal(words("ℹ" STYLE), "0:i");
}

/* They stand right behind a name, which is to be found without them. */
static void test_trade_marks_are_signs(void **state)
{
	(void)state;
	assert_string_equal(offsets("Java™ Ink℠, Ink® ™"), "0:java@0-4 1:ink@8-11 2:ink@16-19");
	assert_string_equal(words("墨™水"), "0:墨 2:水");
	assert_string_equal(words("Java™" STYLE), "0:java 1:™");
	assert_string_equal(tokens_run("word|fold", IK_FOR_DOC, "Java™", 7, -1, 0), "0:java");
}

static void test_a_query_has_what_the_index_has(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_ANY, "the 🍕"), "1:🍕");
	assert_string_equal(tokens_grams(IK_FOR_ANY, "🍕"), "0:🍕");
	assert_string_equal(tokens_grams(IK_FOR_DOC, "🍕"), "0:🍕");
	assert_string_equal(tokens_words(IK_FOR_PHRASE, "pizza 🍕"), "0:pizza 1:🍕");
	assert_string_equal(tokens_grams(IK_FOR_PHRASE, "pizza 🍕"), "");
	assert_false(ik_text_has_grams("🍕", 4));
}

static void test_windows_do_not_cut_a_sequence(void **state)
{
	static char text[4 * IK_WINDOW];
	const char *family = "👨" JOINER "👩" JOINER "👧";
	size_t len = strlen(family);

	(void)state;
	for (size_t at = IK_WINDOW - 8; at < IK_WINDOW + 2; at++) {
		memset(text, '!', at);
		memcpy(text, "\u00A7", 2); /* so that a window begins there */
		memcpy(text + at, family, len + 1);
		assert_string_equal(words(text), "0:👨👩👧");
	}
}

static void test_a_sequence_without_end_is_one_word_cut_at_a_character(void **state)
{
	static char text[7 * 100 + 1];
	const char *got;

	(void)state;
	for (int i = 0; i < 100; i++)
		memcpy(text + 7 * i, "👍" JOINER, 7);
	got = words(text);
	assert_int_equal(strlen(got), 2 + 252);
	assert_true(ik_utf8_valid(got, strlen(got), NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sequence_is_one_word),
		cmocka_unit_test(test_what_is_not_joined_is_words_of_its_own),
		cmocka_unit_test(test_flags_are_pairs_of_letters),
		cmocka_unit_test(test_keycaps_are_words),
		cmocka_unit_test(test_the_style_does_not_matter),
		cmocka_unit_test(test_offsets_take_in_what_belongs_to_the_picture),
		cmocka_unit_test(test_signs_are_no_words),
		cmocka_unit_test(test_trade_marks_are_signs),
		cmocka_unit_test(test_a_query_has_what_the_index_has),
		cmocka_unit_test(test_windows_do_not_cut_a_sequence),
		cmocka_unit_test(test_a_sequence_without_end_is_one_word_cut_at_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
