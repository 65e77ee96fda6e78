/* test_needle.c - texts looked for in others: what is found as typed is what is found folded. */
#include "tokens.h"

#include "../support/gen.h"
#include "text/needle.h"

static struct ik_analyzer *analyzer;

static int set_up(void **state)
{
	ink_error err;

	(void)state;
	return ik_analyzer_new(NULL, &analyzer, &err);
}

static int tear_down(void **state)
{
	(void)state;
	ik_analyzer_unref(analyzer);
	return 0;
}

static int is_in(const char *typed, const char *text, size_t len)
{
	char folded[512];
	struct ik_needle needle;
	ink_error err;
	int rc;

	snprintf(folded, sizeof folded, "%s", tokens_fold(typed, strlen(typed)));
	ik_needle_init(&needle, analyzer, typed, strlen(typed), folded, strlen(folded));
	rc = ik_needle_in(&needle, text, len, &err);
	ik_needle_free(&needle);
	assert_in_range(rc, 0, 1);
	return rc;
}

static int in(const char *typed, const char *text)
{
	return is_in(typed, text, strlen(text));
}

static void test_it_is_found_in_any_of_its_forms(void **state)
{
	(void)state;
	assert_int_equal(in("北京大学", "我在北京大学读书"), 1);
	assert_int_equal(in("北京大学", "北京大学"), 1);
	assert_int_equal(in("京大", "京 大京京大"), 1);
	assert_int_equal(in("さくら", "桜はサクラ"), 1);
	assert_int_equal(in("圖書館", "在图书馆"), 1);
	assert_int_equal(in("gpt-4模型", "用GPT-4模型"), 1);
	assert_int_equal(in("a b", "xa \t bx"), 1);
	assert_int_equal(in("é", "cafe\u0301"), 1);
}

static void test_it_is_not_found_in_what_is_another_text(void **state)
{
	(void)state;
	assert_int_equal(in("北京大学", ""), 0);
	assert_int_equal(in("北京大学", "北京大"), 0);
	assert_int_equal(in("北京大学", "北京，大学"), 0);
	assert_int_equal(in("北京大学", "北京大\xe5\xad"), 0);
}

static void test_a_character_that_combines_is_not_the_one_without(void **state)
{
	(void)state;
	assert_int_equal(in("か", "か\u3099"), 0);
	assert_int_equal(in("か", "か\u3099か"), 1);
	assert_int_equal(in("e", "e\u0301"), 0);
	assert_int_equal(in("e", "e\u200d\u0301"), 0); /* what is invisible does not part them */
	assert_int_equal(in("e", "e\u200d"), 1);
	assert_int_equal(in("가", "\u1100\u1161\u11a8"), 0);
	assert_int_equal(in("น\u0E4D", "น\u0E4D\u0E32"), 0); /* half of a vowel */
	assert_int_equal(in("\u0E32", "น\u0E4D\u0E32"), 0);
	assert_int_equal(in("\u0E32", "น\u0E32"), 1);
}

static int note(void *user, size_t start, size_t end)
{
	char *out = user;

	sprintf(out + strlen(out), "%zu-%zu ", start, end);
	return 0;
}

static void places(const char *typed, const char *text, const char *want)
{
	char folded[512], got[512] = "";
	ink_error err;

	snprintf(folded, sizeof folded, "%s", tokens_fold(typed, strlen(typed)));
	assert_int_equal(
		ik_needle_each(folded, strlen(folded), text, strlen(text), note, got, &err), 0);
	assert_string_equal(got, want);
}

static void test_its_places_are_those_of_the_text_as_written(void **state)
{
	(void)state;
	places("aba", "ababaABA", "0-3 2-5 5-8 ");
	places("が", "ｶﾞ か\u3099 か", "0-6 7-13 ");
	places("a b", "xa \t\n b", "1-7 ");
	places("株式", "㍿と株\u200b式", "0-3 6-15 ");
	places("ss", "Maß", "2-4 ");
	places("か", "か\u3099", "");
	places("", "a", "");
}

/* Few characters, so that strings meet; some combine, some fold to others, to several, to none. */
static size_t random_text(struct gen *g, char *out, uint32_t n)
{
	static const uint32_t chars[] = { 0x3042, 0x30A2, 0x304B, 0x3099, 0x4E00, 0x570B, 0x56FD,
		                          'a', 'A', 'e', 0x301, 0x323, 0x200D, 0xAD, ' ',
		                          0x2026, '.', 0x1100, 0x1161, 0x11A8, 0xFF21, 0xE33,
		                          0xE4D, 0xE32, 0xE49, 0x1F44D, 0xFE0F };
	size_t len = 0;

	for (uint32_t i = 0; i < n; i++)
		len += ik_utf8_put(out + len, chars[gen_below(g, sizeof chars / sizeof *chars)]);
	out[len] = '\0';
	return len;
}

static int is_there(void *user, size_t start, size_t end)
{
	(void)user;
	return start < end;
}

static void test_as_typed_folded_and_places_agree(void **state)
{
	struct gen g = { 7 };
	unsigned found = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char typed[64], text[256], folded[512];
		size_t len = random_text(&g, text, 1 + gen_below(&g, 40));
		int want;

		random_text(&g, typed, 1 + gen_below(&g, 3));
		snprintf(folded, sizeof folded, "%s", tokens_fold(typed, strlen(typed)));
		want = *folded != '\0' && strstr(tokens_fold(text, len), folded) != NULL;
		assert_int_equal(in(typed, text), want);
		assert_int_equal(ik_needle_each(folded, strlen(folded), text, len, is_there, NULL,
		                                NULL),
		                 want);
		found += (unsigned)want;
	}
	assert_in_range(found, 1500, 18000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_is_found_in_any_of_its_forms),
		cmocka_unit_test(test_it_is_not_found_in_what_is_another_text),
		cmocka_unit_test(test_its_places_are_those_of_the_text_as_written),
		cmocka_unit_test(test_a_character_that_combines_is_not_the_one_without),
		cmocka_unit_test(test_as_typed_folded_and_places_agree),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
