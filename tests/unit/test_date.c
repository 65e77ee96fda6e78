/* test_date.c - ISO 8601 dates and decimal numbers, exact and in every locale. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/date.h"
#include "model/period.h"

static void test_dates_parse_to_milliseconds(void **state)
{
	static const struct {
		const char *text;
		int64_t first, span;
	} cases[] = {
		{"1970", 0, INT64_C(31536000000)},
		{"1970-01-01", 0, 86400000},
		{"2024-02", INT64_C(1706745600000), INT64_C(29) * 86400000},
		{"2000-02-29", INT64_C(951782400000), 86400000},
		{"2024-05-01T10:00", INT64_C(1714557600000), 60000},
		{"2024-05-01 10:00:30Z", INT64_C(1714557630000), 1000},
		{"2024-05-01T10:00:00+02:00", INT64_C(1714550400000), 1000},
		{"2024-05-01T10:00:00-0530", INT64_C(1714577400000), 1000},
		{"2024-05-01T10:00+02", INT64_C(1714550400000), 60000},
		{"2024-05-01T10:00:00.1239Z", INT64_C(1714557600123), 1},
		{"1969-12-31T23:59:59.999Z", -1, 1},
		{"0000-01-01", INT64_C(-62167219200000), 86400000},
		{"9999-12-31T23:59:59.999", INT64_C(253402300799999), 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t first, last;

		assert_int_equal(
			ik_date_period(cases[i].text, strlen(cases[i].text), &first, &last, NULL),
			0);
		assert_int_equal(first, cases[i].first);
		assert_int_equal(last, cases[i].first + cases[i].span - 1);
	}
}

static void test_bad_dates_are_refused_where_they_go_wrong(void **state)
{
	static const struct {
		const char *text;
		int offset;
	} cases[] = {
		{"", 0},
		{"abc", 0},
		{"20245", 4},
		{"2024-", 5},
		{"2024-13", 5},
		{"2024-1", 6},
		{"2023-02-29", 8},
		{"1900-02-29", 8},
		{"2024-05-01T", 11},
		{"2024-05-01T24:00", 11},
		{"2024-05-01T10", 13},
		{"2024-05-01T10:60", 14},
		{"2024-05-01T10:00:60", 17},
		{"2024-05-01T10:00:00.", 20},
		{"2024-05-01T10:00+24", 17},
		{"2024-05-01Z", 10},
		{"2024-05-01T10:00Zx", 17},
		{"-2024", 5},
		{"-2024-05", 8},
		{" 2024", 0},
		{"2024 10:00", 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ink_error err = {.offset = -1};
		int64_t ms = 7;

		assert_int_equal(ik_date_parse(cases[i].text, strlen(cases[i].text), &ms, &err),
		                 INK_ESYNTAX);
		if (err.offset != cases[i].offset)
			fail_msg("\"%s\": offset %d: %s", cases[i].text, (int)err.offset,
			         err.message);
		assert_int_equal(ms, 0);
	}
}

static void test_every_day_of_twenty_thousand_years_round_trips(void **state)
{
	const int64_t day = 86400000, lo = INT64_C(-377705116800000),
		      hi = INT64_C(253402300799999);
	char buf[32];

	(void)state;
	for (int64_t ms = lo; ms <= hi; ms += 37 * day + 12345677) {
		int64_t back;

		assert_int_equal(ik_date_format(ms, buf, sizeof buf, NULL), 0);
		assert_int_equal(ik_date_parse(buf, strlen(buf), &back, NULL), 0);
		assert_int_equal(back, ms);
	}
	assert_int_equal(ik_date_format(lo, buf, sizeof buf, NULL), 0);
	assert_string_equal(buf, "-9999-01-01T00:00:00Z");
	assert_int_equal(ik_date_format(hi, buf, sizeof buf, NULL), 0);
	assert_string_equal(buf, "9999-12-31T23:59:59.999Z");
	assert_int_equal(ik_date_format(lo - 1, buf, sizeof buf, NULL), INK_EINVAL);
	assert_int_equal(ik_date_format(hi + 1, buf, sizeof buf, NULL), INK_EINVAL);
	assert_int_equal(ik_date_format(INT64_MIN, buf, sizeof buf, NULL), INK_EINVAL);
	assert_int_equal(ik_date_format(INT64_MAX, buf, sizeof buf, NULL), INK_EINVAL);
	assert_int_equal(ik_date_format(0, buf, 31, NULL), INK_EINVAL);
}

static int i64(const char *text, int64_t *v)
{
	return ik_number_i64(text, strlen(text), v, NULL);
}

static void test_integers_reach_both_ends_and_no_further(void **state)
{
	static const char *const bad[] = {"",
	                                  "-",
	                                  "+",
	                                  "1.0",
	                                  "0x1",
	                                  " 1",
	                                  "1 ",
	                                  "9223372036854775808",
	                                  "-9223372036854775809",
	                                  "99999999999999999999",
	                                  "--1"};
	int64_t v;

	(void)state;
	assert_int_equal(i64("9223372036854775807", &v), 0);
	assert_true(v == INT64_MAX);
	assert_int_equal(i64("-9223372036854775808", &v), 0);
	assert_true(v == INT64_MIN);
	assert_int_equal(i64("+007", &v), 0);
	assert_true(v == 7);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(i64(bad[i], &v), INK_ESYNTAX);
}

static void check_doubles(void)
{
	static const char *const bad[] = {"",  "nan", "0x1p3", "1,5",  "1e999",
	                                  ".", "e5",  "1e",    "1.5 ", "infinity"};
	uint64_t bits = 88172645463325252u;
	char buf[32];
	double v;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(ik_number_f64(bad[i], strlen(bad[i]), &v, NULL), INK_ESYNTAX);
	assert_int_equal(ik_number_f64("-1.5e3", 6, &v, NULL), 0);
	assert_true(v == -1500);
	assert_int_equal(ik_number_put_f64(0.1, buf), 3);
	assert_string_equal(buf, "0.1");
	for (int i = 0; i < 20000; i++) {
		double back;
		size_t len;

		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		memcpy(&v, &bits, sizeof v);
		if (isnan(v))
			continue;
		len = ik_number_put_f64(v, buf);
		assert_true(len < 32 && buf[len] == '\0');
		assert_int_equal(ik_number_f64(buf, len, &back, NULL), 0);
		assert_memory_equal(&v, &back, sizeof v);
	}
}

static void test_doubles_round_trip_in_any_locale(void **state)
{
	static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "ps_AF.UTF-8", "de_DE"};

	(void)state;
	check_doubles();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (setlocale(LC_NUMERIC, names[i]) != NULL)
			check_doubles();
	setlocale(LC_NUMERIC, "C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates_parse_to_milliseconds),
		cmocka_unit_test(test_bad_dates_are_refused_where_they_go_wrong),
		cmocka_unit_test(test_every_day_of_twenty_thousand_years_round_trips),
		cmocka_unit_test(test_integers_reach_both_ends_and_no_further),
		cmocka_unit_test(test_doubles_round_trip_in_any_locale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
