/* test_latin.c - words of alphabets, numbers and compounds. */
#include "tokens.h"

#include "text/lexicon.h"

static const char *words(const char *text)
{
	return tokens_words(IK_FOR_DOC, text);
}

static void test_words_are_stemmed_and_exact_forms_kept(void **state)
{
	(void)state;
	assert_string_equal(words("The Running dogs"), "0:the 1:run 2:dog");
	assert_string_equal(tokens_grams(IK_FOR_DOC, "The Running dogs"), "0:the 1:running 2:dogs");
}

static void test_other_alphabets_are_folded_but_not_stemmed(void **state)
{
	(void)state;
	assert_string_equal(words("ÜBERLÄNGEN Москва Αθήνα"), "0:überlängen 1:москва 2:αθήνα");
}

static void test_compounds_have_parts_and_a_joined_form(void **state)
{
	(void)state;
	assert_string_equal(words("DeepSeek-V3"), "0:deepseek 0:deepseekv3+ 1:v 2:3");
	assert_string_equal(words("GPT-4 GPT4"), "0:gpt 0:gpt4+ 1:4 2:gpt 2:gpt4+ 3:4");
	assert_string_equal(words("01.AI 01AI"), "0:01 0:01ai+ 1:ai 2:01 2:01ai+ 3:ai");
	assert_string_equal(words("U.S. COVID-19"), "0:u 0:us+ 1:s 2:covid 2:covid19+ 3:19");
	assert_string_equal(words("iPhone15"), "0:iphon 0:iphone15+ 1:15");
	assert_string_equal(words("R&D snake_case"), "0:r 0:rd+ 1:d 2:snake 2:snakecas+ 3:case");
}

static void test_a_joined_form_of_letters_equals_the_word_written_solid(void **state)
{
	(void)state;
	assert_string_equal(words("e-mails"), "0:e 0:email+ 1:mail");
	assert_string_equal(words("emails"), "0:email");
	assert_string_equal(words("Wi-Fi"), "0:wi 0:wifi+ 1:fi");
}

static void test_full_width_and_typographic_forms_are_the_plain_ones(void **state)
{
	char plain[256];

	(void)state;
	snprintf(plain, sizeof plain, "%s", words("GPT-4 don't"));
	assert_string_equal(words("ＧＰＴ－４ don’t"), plain);
	assert_string_equal(words("GPT‐4 don't"), plain);
}

static void test_signs_that_belong_to_names_are_kept(void **state)
{
	(void)state;
	assert_string_equal(words("C++, C# and F#; C"), "0:c++ 1:c# 2:and 3:f# 4:c");
	assert_string_equal(words(".NET or ASP.NET"), "0:.net 1:or 2:asp 2:aspnet+ 3:net");
	assert_string_equal(words("Notepad++ a+b C#x a++b"),
	                    "0:notepad 0:notepad+++ 1:a 2:b 3:c 4:x 5:a 6:b");
	assert_string_equal(words("用C++写"), "0:用 1:c++ 2:写");
}

static void test_signs_are_kept_within_compounds_and_before_digits(void **state)
{
	(void)state;
	assert_string_equal(words("C++20 C#12"), "0:c++ 0:c++20+ 1:20 2:c# 2:c#12+ 3:12");
	assert_string_equal(words("C/C++ C++/CLI"), "0:c 0:cc+++ 1:c++ 2:c++ 2:c++cli+ 3:cli");
	assert_string_equal(words("libstdc++6"), "0:libstdc 0:libstdc+++ 1:6");
	assert_string_equal(words("C#.NET C#/.NET8"), "0:c# 1:.net 2:c# 3:.net 4:8");
}

static void test_a_zero_width_space_ends_a_word(void **state)
{
	(void)state;
	assert_string_equal(words("foo\u200Bbar"), "0:foo 0:foobar+ 1:bar");
	assert_string_equal(words("java.\u200Butil"), "0:java 0:javautil+ 1:util");
	assert_string_equal(words("\u200Bfoo\u200B \u200Bbar"), "0:foo 1:bar");
	assert_string_equal(words("fo\u00ADo fo\u200Do fo\u2060o fo\uFEFFo"), "0:foo 1:foo 2:foo 3:foo");
}

/* No letters and no digits to UAX #29, however they are folded. */
static void test_signs_and_small_numbers_are_apart_from_words(void **state)
{
	(void)state;
	assert_string_equal(words("℃a"), "0:c 0:ca+ 1:a");
	assert_string_equal(words("A㎏ 5㎏"), "0:a 0:akg+ 1:kg 2:5 2:5kg+ 3:kg");
	assert_string_equal(words("1990² 3①"), "0:1990 0:19902+ 1:2 2:3 2:31+ 3:1");
	assert_string_equal(words("النبيﷺ"), "0:النبي 0:النبيصلى+ 1:صلى 2:الله 3:عليه 4:وسلم");
	assert_string_equal(words("ﬁne ⅣA １２"), "0:fine 1:iva 2:12");
}

static void test_contractions_are_one_word(void **state)
{
	(void)state;
	assert_string_equal(words("John's don't we'll"), "0:john 1:don't 2:we'll");
	assert_string_equal(tokens_grams(IK_FOR_DOC, "John's"), "0:john");
	assert_string_equal(words("José’s"), "0:josé");
	assert_string_equal(tokens_words(IK_FOR_ANY, "let's go"), "1:go");
	assert_string_equal(words("O'Neill l'homme"), "0:o 0:oneil+ 1:neill 2:l 2:lhomm+ 3:homm");
}

static void test_numbers_keep_their_point_and_lose_their_commas(void **state)
{
	(void)state;
	assert_string_equal(words("1,234.5"), "0:1 0:1234.5+ 1:234 2:5");
	assert_string_equal(words("1234.5"), "0:1234 0:1234.5+ 1:5");
	assert_string_equal(words("1,234 1,2"), "0:1 0:1234+ 1:234 2:1 3:2");
	assert_string_equal(words("2026-11-22"), "0:2026 0:20261122+ 1:11 2:22");
}

static void test_a_number_and_one_han_character_are_joined(void **state)
{
	(void)state;
	assert_string_equal(words("36氪"), "0:36 0:36氪+ 1:氪");
	assert_string_equal(words("36 氪"), "0:36 1:氪");
	assert_string_equal(words("A100芯片"), "0:a 0:a100+ 1:100 2:芯 3:片");
}

static void test_addresses_give_their_parts(void **state)
{
	(void)state;
	assert_string_equal(words("me@example.org"), "0:me 1:exampl 1:exampleorg+ 2:org");
	assert_string_equal(words("#tag @name"), "0:tag 1:name");
}

static void test_long_words_are_cut_at_a_character(void **state)
{
	char text[1200], want[300];
	int i;

	(void)state;
	for (i = 0; i < 300; i++)
		memcpy(text + 2 * i, "é", 2);
	snprintf(want, sizeof want, "0:%.254s", text);
	assert_string_equal(tokens_run(NULL, IK_FOR_DOC, text, 600, INK_PART_GRAM, 0), want);
	assert_string_equal(tokens_run(NULL, IK_FOR_ANY, text, 600, INK_PART_GRAM, 0), want);
	memset(text, 'a', 400);
	snprintf(want, sizeof want, "0:%.255s", text);
	assert_string_equal(tokens_run(NULL, IK_FOR_DOC, text, 400, INK_PART_GRAM, 0), want);
}

static uint32_t seed = 1815;

static uint32_t next_random(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* Words of every length and what may stand behind them. */
static void random_text(char *text, size_t room)
{
	static const char *const behind[] = {
		" ", " ", " ", " ", " ", ", ", ". ", "-", "'s ", ",", ".", "/", "&", "+", "++ ",
		"# ", "_", ":", " (", ") ", " .net ", " 1984 ", "3", ",000 ", "\xC3\xA9",
		" \xE4\xB8\xAD ", "\xE2\x80\x93", "\n\t  ", "@", "[", "`", "{",
	};
	size_t len = 0;

	while (len + 40 < room) {
		uint32_t n = 1 + next_random(next_random(4) == 0 ? 20 : 8);

		while (n-- > 0)
			text[len++] = (char)((next_random(6) == 0 ? 'A' : 'a') + next_random(26));
		text[len] = 0;
		strcat(text, behind[next_random(sizeof behind / sizeof behind[0])]);
		len = strlen(text);
	}
	text[len - next_random(8)] = 0;
}

/* With a joined word of the user, which is in none of the texts, nothing is taken in a row. */
static void test_plain_words_in_a_row_are_what_each_of_them_is_alone(void **state)
{
	static const char joined[] = "qqqqqq qqqqqqq\n";
	static char text[6000];
	struct ik_lexicon *lexicon;
	ink_error err;
	int i;

	(void)state;
	assert_int_equal(ik_lexicon_new(joined, strlen(joined), NULL, 0, &lexicon, &err), INK_OK);
	for (i = 0; i < 300; i++) {
		uint32_t from = seed;
		char *copy, *want;
		size_t len;

		random_text(text, 50 + next_random(sizeof text - 50));
		len = strlen(text);
		copy = malloc(len); /* exactly, so that reading on shows */
		memcpy(copy, text, len);
		tokens_lexicon = lexicon;
		want = strdup(tokens_run("default", IK_FOR_DOC, copy, len, -1, 1));
		tokens_lexicon = NULL;
		if (strcmp(tokens_run("default", IK_FOR_DOC, copy, len, -1, 1), want) != 0)
			fail_msg("seed %u: %s", from, text);
		free(want);
		free(copy);
	}
	ik_lexicon_unref(lexicon);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_are_stemmed_and_exact_forms_kept),
		cmocka_unit_test(test_other_alphabets_are_folded_but_not_stemmed),
		cmocka_unit_test(test_compounds_have_parts_and_a_joined_form),
		cmocka_unit_test(test_a_joined_form_of_letters_equals_the_word_written_solid),
		cmocka_unit_test(test_full_width_and_typographic_forms_are_the_plain_ones),
		cmocka_unit_test(test_signs_that_belong_to_names_are_kept),
		cmocka_unit_test(test_signs_are_kept_within_compounds_and_before_digits),
		cmocka_unit_test(test_a_zero_width_space_ends_a_word),
		cmocka_unit_test(test_signs_and_small_numbers_are_apart_from_words),
		cmocka_unit_test(test_contractions_are_one_word),
		cmocka_unit_test(test_numbers_keep_their_point_and_lose_their_commas),
		cmocka_unit_test(test_a_number_and_one_han_character_are_joined),
		cmocka_unit_test(test_addresses_give_their_parts),
		cmocka_unit_test(test_long_words_are_cut_at_a_character),
		cmocka_unit_test(test_plain_words_in_a_row_are_what_each_of_them_is_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
