/* test_bitset.c - sets of small numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "codec/bitset.h"

#define BITS 1000

static uint32_t random_state = 99;

static uint32_t next_random(void)
{
	random_state = random_state * 1664525u + 1013904223u;
	return random_state >> 8;
}

static void test_agrees_with_an_array_of_flags(void **state)
{
	uint64_t words[16];
	char flags[BITS];
	size_t n, i, count, next, round;

	(void)state;
	for (round = 0; round < 60; round++) {
		memset(words, 0xFF, sizeof words); /* bits above n must not count */
		n = round < 10 ? 60 + round : next_random() % BITS + 1;
		for (i = 0; i < n; i++) {
			flags[i] = next_random() % (round + 1) == 0;
			if (flags[i])
				ik_bitset_set(words, i);
			else
				ik_bitset_clear(words, i);
		}
		count = 0;
		next = n;
		for (i = n; i-- > 0;) {
			assert_int_equal(ik_bitset_test(words, i), flags[i]);
			count += (size_t)flags[i];
			if (flags[i])
				next = i;
			assert_int_equal(ik_bitset_next(words, n, i), next);
		}
		assert_int_equal(ik_bitset_count(words, n), count);
		assert_int_equal(ik_bitset_next(words, n, n), n);
		assert_int_equal(ik_bitset_next(words, n, n + 1000), n);
	}
}

static void test_and_not_takes_out_members(void **state)
{
	uint64_t a[3] = { UINT64_MAX, 0xFF, 5 }, b[3] = { 1, 0x0F, UINT64_MAX };

	(void)state;
	ik_bitset_and_not(a, b, 100);
	assert_true(a[0] == UINT64_MAX - 1);
	assert_int_equal(a[1], 0xF0);
	assert_int_equal(a[2], 5); /* not one of the 100 */
}

static void test_words_hold_all_bits(void **state)
{
	(void)state;
	assert_int_equal(ik_bitset_words(0), 0);
	assert_int_equal(ik_bitset_words(1), 1);
	assert_int_equal(ik_bitset_words(64), 1);
	assert_int_equal(ik_bitset_words(65), 2);
	assert_true(ik_bitset_words(SIZE_MAX) == SIZE_MAX / 64 + 1);
	assert_int_equal(ik_bitset_count(NULL, 0), 0);
	assert_int_equal(ik_bitset_next(NULL, 0, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agrees_with_an_array_of_flags),
		cmocka_unit_test(test_and_not_takes_out_members),
		cmocka_unit_test(test_words_hold_all_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
