/* test_err.c - what ends up in an ink_error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/utf8.h"

static void test_fills_code_offset_and_message(void **state)
{
	ink_error err;

	(void)state;
	memset(&err, 0x55, sizeof err);
	assert_int_equal(ik_fail(&err, INK_ECORRUPT, "%s: %d terms", "a.seg", 7), INK_ECORRUPT);
	assert_int_equal(err.code, INK_ECORRUPT);
	assert_int_equal(err.sys_errno, 0);
	assert_int_equal(err.offset, -1);
	assert_string_equal(err.message, "a.seg: 7 terms");
	assert_int_equal(ik_fail_at(&err, INK_ESYNTAX, 12, "open quote"), INK_ESYNTAX);
	assert_int_equal(err.offset, 12);
	assert_string_equal(err.message, "open quote");
}

static void test_null_record_only_returns_the_code(void **state)
{
	(void)state;
	assert_int_equal(ik_fail(NULL, INK_EINVAL, "x"), INK_EINVAL);
	assert_int_equal(ik_fail_at(NULL, INK_ESYNTAX, 1, "x"), INK_ESYNTAX);
	assert_int_equal(ik_fail_sys(NULL, ENOENT, "x"), INK_EIO);
	assert_int_equal(ik_fail_nomem(NULL), INK_ENOMEM);
}

static void test_system_errors_carry_errno_and_its_text(void **state)
{
	ink_error err;

	(void)state;
	assert_int_equal(ik_fail_sys(&err, ENOENT, "cannot open %s", "f"), INK_EIO);
	assert_int_equal(err.sys_errno, ENOENT);
	assert_int_equal(strncmp(err.message, "cannot open f: ", 15), 0);
	assert_true(strlen(err.message) > 15);
	assert_int_equal(ik_fail_sys(&err, ENOMEM, "cannot map f"), INK_ENOMEM);
	assert_int_equal(err.sys_errno, 0);
	assert_int_equal(ik_fail_sys(&err, 99999, "odd"), INK_EIO);
	assert_true(strlen(err.message) > 5);
}

static void test_message_is_one_line_of_valid_utf8(void **state)
{
	ink_error err;

	(void)state;
	ik_fail(&err, INK_EINVAL, "a\nb\x7f%s", "c\xFF\xE4\xB8");
	assert_string_equal(err.message, "a?b?c???");
	ik_fail(&err, INK_EINVAL, "%s", "\xEF\xBF\xBD\xE4\xB8\xAD");
	assert_string_equal(err.message, "\xEF\xBF\xBD\xE4\xB8\xAD");
}

static void test_long_message_is_cut_between_characters(void **state)
{
	char text[3000];
	ink_error err;
	size_t at, shift;

	(void)state;
	for (shift = 0; shift < 3; shift++) {
		memset(text, 'x', shift);
		for (at = shift; at + 4 < sizeof text; at += 3)
			memcpy(text + at, "\xE4\xB8\xAD", 4);
		ik_fail(&err, INK_EINVAL, "%s", text);
		at = strlen(err.message);
		assert_in_range(at, sizeof err.message - 3, sizeof err.message - 1);
		assert_int_equal((at - shift) % 3, 0);
		assert_true(ik_utf8_valid(err.message, at, NULL));
	}
}

static void test_a_system_error_says_why_behind_a_long_path_too(void **state)
{
	static const char why[] = ": No such file or directory";
	char path[300];
	ink_error err;
	size_t len;

	(void)state;
	for (size_t n = 150; n < sizeof path; n++) {
		memset(path, 'x', n);
		path[n] = '\0';
		assert_int_equal(ik_fail_sys(&err, ENOENT, "cannot open %s\xE4\xB8\xAD", path),
		                 INK_EIO);
		len = strlen(err.message);
		assert_string_equal(err.message + len - (sizeof why - 1), why);
		assert_true(ik_utf8_valid(err.message, len, NULL));
	}
}

static void test_may_quote_the_message_it_replaces(void **state)
{
	ink_error err;

	(void)state;
	ik_fail(&err, INK_EIO, "inner");
	ik_fail(&err, INK_EBACKEND, "outer: %s", err.message);
	assert_string_equal(err.message, "outer: inner");
	assert_int_equal(sizeof err, 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fills_code_offset_and_message),
		cmocka_unit_test(test_null_record_only_returns_the_code),
		cmocka_unit_test(test_system_errors_carry_errno_and_its_text),
		cmocka_unit_test(test_message_is_one_line_of_valid_utf8),
		cmocka_unit_test(test_long_message_is_cut_between_characters),
		cmocka_unit_test(test_a_system_error_says_why_behind_a_long_path_too),
		cmocka_unit_test(test_may_quote_the_message_it_replaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
