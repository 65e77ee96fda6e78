/* test_norm.c - the length of a field in one byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/norm.h"

static void test_every_byte_comes_back_and_rises(void **state)
{
	unsigned b;

	(void)state;
	for (b = 0; b < 256; b++) {
		uint32_t len = ik_norm_decode((uint8_t)b);

		assert_int_equal(ik_norm_encode(len), b);
		if (b > 0) {
			assert_true(len > ik_norm_decode((uint8_t)(b - 1)));
			/* The last length before this byte begins. */
			assert_int_equal(ik_norm_encode(len - 1), b - 1);
		}
	}
}

static void test_lengths_are_cut_down_by_less_than_an_eighth(void **state)
{
	uint64_t len, step = 1;
	unsigned last = 0;

	(void)state;
	for (len = 0; len <= UINT32_MAX; len += step) {
		unsigned b = ik_norm_encode((uint32_t)len);
		uint32_t back = ik_norm_decode((uint8_t)b);

		if (b < last || back > len)
			fail_msg("length %u: byte %u, back %u", (unsigned)len, b, back);
		if (len <= 40 && back != len)
			fail_msg("length %u is not exact", (unsigned)len);
		if (len <= INT32_MAX && (len - back) * 8 >= len + (len == 0))
			fail_msg("length %u lost too much: %u", (unsigned)len, back);
		last = b;
		step = len < 100000 ? 1 : len / 5000 + 1;
	}
	assert_int_equal(ik_norm_encode(UINT32_MAX), 255);
}

static void test_values_are_those_of_lucene_byte4(void **state)
{
	/* Worked out by hand from 4 significant bits above 24 plain values. */
	static const struct {
		uint32_t len;
		uint8_t byte;
		uint32_t back;
	} cases[] = {
		{ 0, 0, 0 },       { 23, 23, 23 },    { 24, 24, 24 },     { 31, 31, 31 },
		{ 32, 32, 32 },    { 39, 39, 39 },    { 40, 40, 40 },     { 41, 40, 40 },
		{ 42, 41, 42 },    { 55, 47, 54 },    { 56, 48, 56 },     { 59, 48, 56 },
		{ 60, 49, 60 },    { 88, 56, 88 },    { 100, 57, 96 },    { 1000, 87, 984 },
		{ 10000, 113, 9240 },
		{ INT32_MAX, 255, 2013265944 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(ik_norm_encode(cases[i].len), cases[i].byte);
		assert_int_equal(ik_norm_decode(cases[i].byte), cases[i].back);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_byte_comes_back_and_rises),
		cmocka_unit_test(test_lengths_are_cut_down_by_less_than_an_eighth),
		cmocka_unit_test(test_values_are_those_of_lucene_byte4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
