/* test_utf8.c - walking UTF-8 that may be invalid. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/utf8.h"

static void test_every_code_point_comes_back(void **state)
{
	uint32_t cp, got;
	char text[4];

	(void)state;
	for (cp = 0; cp <= 0x10FFFF; cp++) {
		size_t n = ik_utf8_put(text, cp);
		uint32_t want = cp >= 0xD800 && cp <= 0xDFFF ? IK_UTF8_BAD : cp;

		if (ik_utf8_next(text, text + n, &got) != text + n || got != want)
			fail_msg("U+%04X became U+%04X in %zu bytes", cp, got, n);
		if (!ik_utf8_valid(text, n, NULL) || ik_utf8_count(text, n) != 1)
			fail_msg("U+%04X is not valid", cp);
		if (n > 1 && ik_utf8_next(text, text + n - 1, &got) != text + 1)
			fail_msg("U+%04X cut short is not one bad byte", cp);
	}
	assert_int_equal(ik_utf8_put(text, 0x110000), 3);
	assert_memory_equal(text, "\xEF\xBF\xBD", 3);
	assert_int_equal(ik_utf8_put(text, UINT32_MAX), 3);
}

static void test_bad_bytes_count_one_each(void **state)
{
	static const struct {
		const char *text;
		size_t count, bad;
	} cases[] = {
		{ "a\x80z", 3, 1 },
		{ "\xC0\x80", 2, 0 },             /* overlong NUL */
		{ "\xC1\xBF", 2, 0 },
		{ "\xE0\x9F\xBF", 3, 0 },         /* overlong U+07FF */
		{ "\xF0\x8F\xBF\xBF", 4, 0 },     /* overlong U+FFFF */
		{ "\xED\xA0\x80", 3, 0 },         /* a surrogate */
		{ "\xF4\x90\x80\x80", 4, 0 },     /* U+110000 */
		{ "\xF5\x80\x80\x80", 4, 0 },
		{ "ok\xE4\xB8", 4, 2 },           /* cut short */
		{ "12345678\xE4\xB8\xAD\xFF", 10, 11 },
	};
	size_t i, bad;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t len = strlen(cases[i].text);

		bad = 99;
		assert_int_equal(ik_utf8_count(cases[i].text, len), cases[i].count);
		assert_false(ik_utf8_valid(cases[i].text, len, &bad));
		assert_int_equal(bad, cases[i].bad);
		assert_false(ik_utf8_valid(cases[i].text, len, NULL));
	}
	assert_true(ik_utf8_valid("", 0, &bad));
	assert_int_equal(ik_utf8_count("", 0), 0);
}

/* The boundary by walking from the start. */
static size_t slow_floor(const char *s, size_t len, size_t at)
{
	const char *p = s, *next;
	uint32_t cp;

	while (p < s + len) {
		next = ik_utf8_next(p, s + len, &cp);
		if (next > s + at)
			break;
		p = next;
	}
	return (size_t)(p - s);
}

static void test_floor_agrees_with_walking_over_any_bytes(void **state)
{
	static const unsigned char bytes[] = { 'a',  0x80, 0xBF, 0xC3, 0xE4, 0xB8,
		                               0xAD, 0xF0, 0x9F, 0xED, 0xA0, 0xFF };
	uint32_t seed = 1, round;
	char text[12];
	size_t i, at;

	(void)state;
	for (round = 0; round < 100000; round++) {
		for (i = 0; i < sizeof text; i++) {
			seed = seed * 1664525u + 1013904223u;
			text[i] = (char)bytes[(seed >> 16) % sizeof bytes];
		}
		for (at = 0; at <= sizeof text; at++)
			if (ik_utf8_floor(text, sizeof text, at) !=
			    slow_floor(text, sizeof text, at))
				fail_msg("round %u, at %zu", round, at);
	}
	assert_int_equal(ik_utf8_floor("abc", 3, 3), 3);
	assert_int_equal(ik_utf8_floor("", 0, 0), 0);
}

static void test_ascii_is_seen_at_any_place(void **state)
{
	char text[40];
	size_t i, len;

	(void)state;
	memset(text, 'x', sizeof text);
	for (len = 0; len <= sizeof text; len++) {
		assert_true(ik_is_ascii(text, len));
		assert_int_equal(ik_utf8_count(text, len), len);
		for (i = 0; i < len; i++) {
			text[i] = (char)0x80;
			assert_false(ik_is_ascii(text, len));
			text[i] = 'x';
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_point_comes_back),
		cmocka_unit_test(test_bad_bytes_count_one_each),
		cmocka_unit_test(test_floor_agrees_with_walking_over_any_bytes),
		cmocka_unit_test(test_ascii_is_seen_at_any_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
