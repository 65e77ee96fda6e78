/* test_map.c - byte strings to numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

static size_t make_key(char *out, uint32_t i)
{
	return (size_t)snprintf(out, 32, "%*s%u", (int)(i % 12), "", i * 2654435761u);
}

static void test_numbers_100000_keys_in_order(void **state)
{
	struct ik_map map = { 0 };
	char key[32];
	uint32_t i;
	int added;

	(void)state;
	for (i = 0; i < 100000; i++) {
		assert_int_equal(ik_map_add(&map, key, make_key(key, i), &added), i);
		assert_int_equal(added, 1);
	}
	assert_int_equal(map.n, 100000);
	for (i = 0; i < 100000; i++) {
		size_t len = make_key(key, i);

		assert_int_equal(ik_map_find(&map, key, len), i);
		assert_int_equal(ik_map_add(&map, key, len, &added), i);
		assert_int_equal(added, 0);
	}
	for (i = 100000; i < 110000; i++)
		assert_int_equal(ik_map_find(&map, key, make_key(key, i)), IK_MAP_NONE);
	ik_map_free(&map);
	assert_int_equal(ik_mem_live(), 0);
}

static void test_keys_are_bytes_of_any_length(void **state)
{
	struct ik_map map = { 0 };
	char key[300] = { 0 };
	size_t len;

	(void)state;
	assert_int_equal(ik_map_find(&map, "", 0), IK_MAP_NONE);
	assert_int_equal(ik_map_add(&map, NULL, 0, NULL), 0);
	assert_int_equal(ik_map_find(&map, "", 0), 0);
	/* Zeros alone: only the length tells them apart. */
	for (len = 1; len < sizeof key; len++)
		assert_int_equal(ik_map_add(&map, key, len, NULL), len);
	key[0] = 1; /* the map has its own copy */
	assert_int_equal(ik_map_find(&map, key, 5), IK_MAP_NONE);
	key[0] = 0;
	assert_int_equal(ik_map_find(&map, key, 5), 5);
	ik_map_free(&map);
}

static void test_every_failing_allocation_adds_nothing(void **state)
{
	int64_t n;
	int failed = 1;

	(void)state;
	for (n = 0; failed; n++) {
		struct ik_map map = { 0 };
		char key[32];
		uint32_t i, want = 0;

		failed = 0;
		ik_mem_fail_after(n, 0);
		for (i = 0; i < 2000; i++) {
			int added = -1;
			uint32_t got = ik_map_add(&map, key, make_key(key, i), &added);

			if (got == IK_MAP_NONE) {
				failed = 1;
				assert_int_equal(added, 0);
				assert_int_equal(ik_map_find(&map, key, make_key(key, i)),
				                 IK_MAP_NONE);
			} else {
				assert_int_equal(got, want++);
			}
		}
		ik_mem_fail_after(-1, 0);
		assert_int_equal(map.n, want);
		assert_int_equal(want, 2000 - failed);
		ik_map_free(&map);
		assert_int_equal(ik_mem_live(), 0);
	}
	assert_true(n > 10);
}

static void test_hash_spreads_neighbours(void **state)
{
	static uint32_t low[1024], high[1024];
	uint32_t i;

	(void)state;
	for (i = 0; i < 102400; i++) {
		uint64_t hash = ik_hash(&i, sizeof i);

		low[hash & 1023]++;
		high[hash >> 54]++;
	}
	/* A mean of 100 with a deviation of 10. */
	for (i = 0; i < 1024; i++) {
		assert_in_range(low[i], 40, 170);
		assert_in_range(high[i], 40, 170);
	}
	assert_true(ik_hash("abcdefgh", 8) != ik_hash("abcdefgh\0", 9));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_100000_keys_in_order),
		cmocka_unit_test(test_keys_are_bytes_of_any_length),
		cmocka_unit_test(test_every_failing_allocation_adds_nothing),
		cmocka_unit_test(test_hash_spreads_neighbours),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
