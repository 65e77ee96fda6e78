/* test_diacritics.c - letters without their marks, in terms and in texts, and offsets. */
#include "tokens.h"

#include "text/diacritics.h"

static const char *strip(const char *text)
{
	static char term[256];
	size_t len = strlen(text);

	memcpy(term, text, len + 1);
	len = ik_diacritics_term(term, len);
	assert_true(len <= strlen(text));
	term[len] = '\0';
	return term;
}

static void test_latin_and_greek_letters_lose_their_marks(void **state)
{
	static const char *const pairs[][2] = {
		{"plain", "plain"},         {"é", "e"},             {"àéîõüç", "aeiouc"},
		{"Ångström", "Angstrom"},   {"ørsted", "orsted"},   {"ǿ", "o"},
		{"łódź", "lodz"},           {"đường", "duong"},     {"Việt Nam", "Viet Nam"},
		{"ệ", "e"},                 {"ở", "o"},             {"ặ", "a"},
		{"æther", "aether"},        {"œuvre", "oeuvre"},    {"ǽ", "ae"},
		{"þing", "thing"},          {"ığdır", "igdir"},     {"çöğüş", "cogus"},
		{"žluťoučký", "zlutoucky"}, {"árvíztűrő", "arvizturo"}, {"șț", "st"},
		{"ņģļ", "ngl"},             {"ħ", "h"},             {"straße", "straße"},
		{"Ἀθῆναι", "Αθηναι"},       {"ᾳ", "α"},             {"e\xCC\x81", "e"},
		{"a\xCC\xA3\xCC\x82", "a"}, {"ø\xCC\x81", "o"},     {"x\xCC\x88y", "xy"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		assert_string_equal(strip(pairs[i][0]), pairs[i][1]);
}

static void test_other_scripts_keep_what_makes_another_letter(void **state)
{
	static const char *const same[] = {
		"がぎぐ", "パピプ", "か\xE3\x82\x99", "й", "и\xCC\x86", "ї", "і\xCC\x88", "ѓ",
		"หน้า", "हिन्दी", "한국어", "北京", "שָׁלוֹם", "مَرْحَبًا", "",
	};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
		assert_string_equal(strip(same[i]), same[i]);
	assert_string_equal(strip("ёжик Ёж"), "ежик Еж");
	assert_string_equal(strip("е\xCC\x88"), "е");
	assert_string_equal(strip("за\xCC\x81мок"), "замок");
	assert_string_equal(strip("ѝ"), "и");
}

static void test_the_default_chain_finds_words_by_bare_letters(void **state)
{
	static const char *const spec = "default | diacritics";
	const char text[] = "Les Cafés de Łódź";

	(void)state;
	assert_string_equal(tokens_run(spec, IK_FOR_DOC, text, strlen(text), INK_PART_WORD, 1),
	                    "0:les@0-3 1:cafe@4-10 2:de@11-13 3:lodz@14-21");
	assert_string_equal(tokens_run(spec, IK_FOR_DOC, "cafes", 5, INK_PART_WORD, 0), "0:cafe");
	assert_string_equal(tokens_run(spec, IK_FOR_DOC, "Straße", 7, INK_PART_GRAM, 0),
	                    "0:strasse");
	/* a mark's bytes belong to its letter */
	assert_string_equal(tokens_run(spec, IK_FOR_DOC, "re\xCC\x81sume\xCC\x81 x", 12,
	                               INK_PART_GRAM, 1),
	                    "0:resume@0-10 1:x@11-12");
	assert_string_equal(tokens_run(spec, IK_FOR_DOC, "が北京é", 11, INK_PART_GRAM, 1),
	                    "0:ガ北@0-6 1:北京@3-9 2:京@6-9 3:e@9-11");
}

static void test_as_a_filter_it_stands_where_it_is_put(void **state)
{
	(void)state;
	assert_string_equal(tokens_run("word | fold | diacritics | stem:de", IK_FOR_DOC,
	                               "Häuser Straßen", 16, -1, 0),
	                    "0:haus 1:strass");
	assert_string_equal(tokens_run("whitespace | diacritics", IK_FOR_DOC, "ÀB c", 5, -1, 1),
	                    "0:AB@0-3 1:c@4-5");
	assert_string_equal(tokens_run("word | fold | stem:fr | diacritics", IK_FOR_DOC,
	                               "mangées", 8, -1, 0),
	                    "0:mang");
}

static void test_every_character_gives_valid_text_and_offsets(void **state)
{
	struct ik_normal out;
	uint32_t cp;

	(void)state;
	ik_normal_init(&out);
	for (cp = 1; cp < 0x30000; cp += cp < 0x3000 ? 1 : 97) {
		char text[16];
		size_t len = 1;
		uint32_t start, end;

		text[0] = 'a';
		len += ik_utf8_put(text + 1, cp);
		text[len++] = 'z';
		ik_normal_clear(&out);
		assert_int_equal(ik_diacritics_text(&out, text, len), 0);
		assert_true(out.text.len <= len);
		assert_true(ik_utf8_valid((const char *)out.text.data, out.text.len, NULL));
		start = (uint32_t)out.text.len - 1;
		end = start + 1;
		ik_normal_map(&out, &start, &end);
		assert_int_equal(start, len - 1);
		assert_int_equal(end, len);
	}
	ik_normal_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_latin_and_greek_letters_lose_their_marks),
		cmocka_unit_test(test_other_scripts_keep_what_makes_another_letter),
		cmocka_unit_test(test_the_default_chain_finds_words_by_bare_letters),
		cmocka_unit_test(test_as_a_filter_it_stands_where_it_is_put),
		cmocka_unit_test(test_every_character_gives_valid_text_and_offsets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
