/* test_peak.c - a bound that only a few of many reach. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "match/peak.h"

static size_t reach(const uint16_t *v, size_t n, uint32_t bound)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += v[i] >= bound;
	return count;
}

static void test_it_is_the_greatest_that_enough_reach(void **state)
{
	static uint16_t v[6000], room[6000];

	(void)state;
	srand(17);
	for (int round = 0; round < 500; round++) {
		size_t n = (size_t)rand() % 6000, want = (size_t)rand() % 40 + 1;
		unsigned shift = (unsigned)rand() % 10;
		uint16_t peak, known = (uint16_t)(round % 3 == 0 ? 0 : rand() % 70000 >> shift);
		unsigned step = 1u << (rand() % 12);

		for (size_t i = 0; i < n; i++)
			v[i] = (uint16_t)((rand() & 0xffff) >> shift);
		peak = ik_bounds_peak(&ik_kernel_scalar, v, n, want, known, step, room);
		assert_int_equal(peak % step, 0);
		if (reach(v, n, known + 1u) < want) {
			assert_int_equal(peak, 0);
			continue;
		}
		assert_true(reach(v, n, peak) >= want);
		if (peak + step <= 0xffff)
			assert_true(reach(v, n, peak + step) < want);
	}
}

static void test_no_bounds_at_all(void **state)
{
	uint16_t v[3] = { 0 }, room[3];

	(void)state;
	assert_int_equal(ik_bounds_peak(&ik_kernel_scalar, v, 0, 5, 0, 1, room), 0);
	assert_int_equal(ik_bounds_peak(&ik_kernel_scalar, v, 3, 2, 0, 1, room), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_is_the_greatest_that_enough_reach),
		cmocka_unit_test(test_no_bounds_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
