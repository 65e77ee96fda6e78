/* api_analyzer.c - from text to tokens by hand; versions, names, dates. */
#include "backends.h"

static ink_tokens *run(const char *spec, const char *text, size_t len)
{
	ink_analyzer *a;
	ink_tokens *t;

	OK(ink_analyzer_new(spec, &a, &err));
	OK(ink_analyzer_run(a, text, len, &t, &err));
	ink_analyzer_free(a); /* tokens live on */
	return t;
}

static void test_words_are_folded_and_point_into_the_text(void **state)
{
	static const char text[] = "Ink, STONE";
	ink_tokens *t = run("word | fold", text, strlen(text));
	size_t len;

	(void)state;
	assert_string_equal(ink_tokens_text(t, &len), ""); /* no step yet */
	assert_int_equal(len, 0);
	assert_int_equal(ink_tokens_next(t), 1);
	assert_string_equal(ink_tokens_text(t, &len), "ink");
	assert_int_equal(len, 3);
	assert_int_equal(ink_tokens_part(t), INK_PART_WORD);
	assert_int_equal(ink_tokens_position(t), 0);
	assert_int_equal(ink_tokens_start(t), 0);
	assert_int_equal(ink_tokens_end(t), 3);
	assert_int_equal(ink_tokens_next(t), 1);
	assert_string_equal(ink_tokens_text(t, NULL), "stone");
	assert_int_equal(ink_tokens_position(t), 1);
	assert_int_equal(ink_tokens_start(t), 5);
	assert_int_equal(ink_tokens_end(t), 10);
	assert_int_equal(ink_tokens_next(t), 0);
	assert_int_equal(ink_tokens_next(t), 0);
	assert_string_equal(ink_tokens_text(t, &len), "");
	ink_tokens_free(t);
}

static void test_the_default_makes_words_and_grams_of_cjk(void **state)
{
	static const char text[] = "墨と硯 inkstone";
	ink_tokens *t = run(NULL, text, strlen(text));
	int words = 0, grams = 0;

	(void)state;
	while (ink_tokens_next(t)) {
		size_t len;
		const char *term = ink_tokens_text(t, &len);

		assert_int_equal(strlen(term), len);
		assert_true(ink_tokens_start(t) < ink_tokens_end(t));
		assert_true(ink_tokens_end(t) <= strlen(text));
		if (ink_tokens_part(t) == INK_PART_WORD)
			words++;
		else
			grams++;
	}
	assert_true(words > 0);
	assert_true(grams > 0);
	ink_tokens_free(t);
}

static void test_invalid_utf8_is_never_fatal(void **state)
{
	static const char text[] = "a\xff\xfe b\xc3";
	ink_tokens *t = run(NULL, text, sizeof text - 1);

	(void)state;
	while (ink_tokens_next(t))
		assert_true(ink_tokens_end(t) <= sizeof text - 1);
	ink_tokens_free(t);
	t = run(NULL, "", 0);
	assert_int_equal(ink_tokens_next(t), 0);
	ink_tokens_free(t);
	t = run(NULL, NULL, 0);
	assert_int_equal(ink_tokens_next(t), 0);
	ink_tokens_free(t);
}

static void test_bad_specs_say_where(void **state)
{
	ink_analyzer *a = (ink_analyzer *)&err;

	(void)state;
	FAILS(INK_ESYNTAX, "nope", ink_analyzer_new("word | nope", &a, &err));
	assert_null(a);
	assert_int_equal(err.offset, 7);
	FAILS(INK_ESYNTAX, "", ink_analyzer_new("", &a, &err));
	FAILS(INK_ESYNTAX, "", ink_analyzer_new("fold | word", &a, &err));
	FAILS(INK_EINVAL, "out", ink_analyzer_new("word", NULL, &err));
}

static void test_bad_arguments_of_a_run(void **state)
{
	ink_analyzer *a;
	ink_tokens *t;

	(void)state;
	OK(ink_analyzer_new(NULL, &a, &err));
	FAILS(INK_EINVAL, "analyzer", ink_analyzer_run(NULL, "a", 1, &t, &err));
	FAILS(INK_EINVAL, "text", ink_analyzer_run(a, NULL, 1, &t, &err));
	FAILS(INK_EINVAL, "out", ink_analyzer_run(a, "a", 1, NULL, &err));
	/* Refused by its length: the bytes are not looked at. */
	FAILS(INK_ELIMIT, "2147483648", ink_analyzer_run(a, "a", (size_t)1 << 31, &t, &err));
	ink_analyzer_free(a);
	ink_analyzer_free(NULL);
	ink_tokens_free(NULL);
	assert_int_equal(ink_tokens_next(NULL), 0);
}

static void test_versions_and_names(void **state)
{
	char text[32];

	(void)state;
	snprintf(text, sizeof text, "%d.%d.%d", INK_VERSION_MAJOR, INK_VERSION_MINOR,
	         INK_VERSION_PATCH);
	assert_string_equal(ink_version_string(), text);
	assert_int_equal(ink_version_number(), INK_VERSION_MAJOR * 1000000 +
	                                               INK_VERSION_MINOR * 1000 +
	                                               INK_VERSION_PATCH);
	assert_string_equal(ink_status_name(INK_OK), "INK_OK");
	assert_string_equal(ink_status_name(INK_ECORRUPT), "INK_ECORRUPT");
	assert_string_equal(ink_status_name(INK_EINTERNAL), "INK_EINTERNAL");
	assert_string_equal(ink_status_name(-50), "INK_E?");
	assert_string_equal(ink_status_name(1), "INK_E?");
}

static void test_dates_go_both_ways(void **state)
{
	char buf[32];
	int64_t ms;

	(void)state;
	OK(ink_date_parse("2024-05-01T12:00:00+02:00", 25, &ms, &err));
	assert_int_equal(ms, 1714557600000);
	OK(ink_date_format(ms, buf, sizeof buf, &err));
	assert_string_equal(buf, "2024-05-01T10:00:00Z");
	OK(ink_date_format(ms + 123, buf, sizeof buf, &err));
	assert_string_equal(buf, "2024-05-01T10:00:00.123Z");
	FAILS(INK_ESYNTAX, "", ink_date_parse("2024-13-01", 10, &ms, &err));
	assert_true(err.offset >= 0 && err.offset <= 10);
	FAILS(INK_EINVAL, "", ink_date_format(INT64_MAX, buf, sizeof buf, &err));
	FAILS(INK_EINVAL, "31", ink_date_format(ms, buf, 31, &err));
	ms = 1;
	FAILS(INK_EINVAL, "text", ink_date_parse(NULL, 1, &ms, &err));
	assert_int_equal(ms, 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_words_are_folded_and_point_into_the_text),
	cmocka_unit_test(test_the_default_makes_words_and_grams_of_cjk),
	cmocka_unit_test(test_invalid_utf8_is_never_fatal),
	cmocka_unit_test(test_bad_specs_say_where),
	cmocka_unit_test(test_bad_arguments_of_a_run),
	cmocka_unit_test(test_versions_and_names),
	cmocka_unit_test(test_dates_go_both_ways),
};

RUN_SUITE(tests)
