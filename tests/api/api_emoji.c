/* api_emoji.c - emoji as words of documents and queries; a Thai vowel typed in two ways. */
#include "words.h"

/* Documents a, b, c ... */
static const char *const bodies[] = {
	"We love pizza 🍕 and ❤\uFE0F it",
	"寿司🍣大好き 👍🏽",
	"plain ❤ 👨\u200D👩\u200D👧 🇯🇵 text",
	"© 2024 plain ™ # * pizza and wine",
	"ดื่มน\u0E4D\u0E49\u0E32 คำ",
};

static int emoji_make(void **state)
{
	index_make(state);
	add_bodies(((struct place *)*state)->index, 'a', bodies, N_OF(bodies));
	return 0;
}

static void test_an_emoji_is_found_as_a_word(void **state)
{
	ink_index *index = ((struct place *)*state)->index;

	assert_string_equal(found(index, "🍕"), "a");
	assert_string_equal(found(index, "body:👍🏽"), "b");
	assert_string_equal(found(index, "👨\u200D👩\u200D👧"), "c");
	assert_string_equal(found(index, "👩"), "");
	assert_string_equal(found(index, "🇯🇵"), "c");
	assert_string_equal(found(index, "❤"), "ac");
	assert_string_equal(found(index, "❤\uFE0F"), "ac");
	assert_string_equal(found(index, "+pizza -🍕"), "d");
	assert_string_equal(found(index, "🍕~0 OR 🍣~0"), "ab");
	assert_string_equal(found(index, "©"), "");
}

static void test_a_skin_tone_is_another_word_and_a_prefix_finds_all(void **state)
{
	ink_index *index = ((struct place *)*state)->index;

	assert_string_equal(found(index, "👍"), "");
	assert_string_equal(found(index, "👍*"), "b");
	assert_string_equal(found(index, "👨\u200D👩*"), "c");
}

static void test_phrases_have_emoji(void **state)
{
	ink_index *index = ((struct place *)*state)->index;

	assert_string_equal(found(index, "\"pizza 🍕\""), "a");
	assert_string_equal(found(index, "\"pizza and\""), "d");
	assert_string_equal(found(index, "\"pizza and\"~1"), "ad");
	assert_string_equal(found(index, "\"and ❤ it\""), "a");
	assert_string_equal(found(index, "\"寿司🍣\""), "b");
	assert_string_equal(found(index, "\"🍣大好き\""), "b");
	assert_string_equal(found(index, "+🍣大好"), "b");
	assert_string_equal(found(index, "\"寿司大好き\""), "");
}

static void test_snippets_mark_the_whole_picture(void **state)
{
	ink_index *index = ((struct place *)*state)->index;

	check_snippet(index, "❤ -plain", "body", "We love pizza 🍕 and [❤\uFE0F] it");
	check_snippet(index, "\"pizza 🍕\"", "body", "We love [pizza] [🍕] and ❤\uFE0F it");
	check_snippet(index, "👨\u200D👩\u200D👧", "body", "plain ❤ [👨\u200D👩\u200D👧] 🇯🇵 text");
}

static void test_documents_are_deleted_by_an_emoji(void **state)
{
	ink_index *index = ((struct place *)*state)->index;
	ink_query *query = parse(index, "❤\uFE0F 🍣");
	ink_writer *w;

	OK(ink_writer_open(index, &w, &err));
	OK(ink_writer_delete_query(w, query, NULL, &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	ink_query_free(query);
	assert_string_equal(found(index, "*:*"), "de");
}

static void test_an_emoji_has_synonyms(void **state)
{
	ink_index *index = ((struct place *)*state)->index;

	if (!on->own_files)
		skip(); /* a Xapian database has no synonyms of its own */
	set_synonyms(index, "🍷, wine\n");
	assert_string_equal(found(index, "🍷"), "d");
}

static void test_the_vowel_am_is_found_in_any_form(void **state)
{
	ink_index *index = ((struct place *)*state)->index;

	assert_string_equal(found(index, "น้ำ"), "e");
	assert_string_equal(found(index, "\"น\u0E49\u0E4D\u0E32\""), "e");
	assert_string_equal(found(index, "ค\u0E4D\u0E32"), "e");
	assert_string_equal(found(index, "นำ\u0E49"), "e");
	assert_string_equal(found(index, "\"นำ\u0E49\""), "e");
	check_snippet(index, "น้ำ", "body", "ดื่ม[น\u0E4D\u0E49\u0E32] คำ");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, emoji_make, place_free)

static const struct CMUnitTest tests[] = {
	TEST(test_an_emoji_is_found_as_a_word),
	TEST(test_a_skin_tone_is_another_word_and_a_prefix_finds_all),
	TEST(test_phrases_have_emoji),
	TEST(test_snippets_mark_the_whole_picture),
	TEST(test_documents_are_deleted_by_an_emoji),
	TEST(test_an_emoji_has_synonyms),
	TEST(test_the_vowel_am_is_found_in_any_form),
};

RUN_SUITE(tests)
