/* test_arena.c - memory that is freed all at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/mem.h"

static uint32_t random_state = 12345;

static uint32_t next_random(void)
{
	random_state = random_state * 1664525u + 1013904223u;
	return random_state >> 8;
}

static void test_pieces_are_aligned_and_do_not_overlap(void **state)
{
	enum { N = 3000 };
	static uint8_t *at[N];
	static size_t len[N];
	struct ik_arena arena = { 0 };
	size_t i, j;

	(void)state;
	for (i = 0; i < N; i++) {
		len[i] = next_random() % (i % 100 == 0 ? 40000 : 200);
		at[i] = ik_arena_alloc(&arena, len[i]);
		assert_non_null(at[i]);
		assert_int_equal((uintptr_t)at[i] % 16, 0);
		memset(at[i], (int)(i & 0xFF), len[i]);
	}
	for (i = 0; i < N; i++)
		for (j = 0; j < len[i]; j++)
			if (at[i][j] != (uint8_t)i)
				fail_msg("piece %zu overwritten at %zu", i, j);
	ik_arena_free(&arena);
	assert_int_equal(ik_mem_live(), 0);
	assert_int_equal(arena.total, 0);
}

static void test_absurd_sizes_fail(void **state)
{
	struct ik_arena arena = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) { /* empty, and with a block that has room */
		assert_null(ik_arena_alloc(&arena, SIZE_MAX));
		assert_null(ik_arena_alloc(&arena, SIZE_MAX - 16));
		assert_non_null(ik_arena_alloc(&arena, 0));
	}
	assert_null(ik_arena_array(&arena, SIZE_MAX / 2, 3));
	assert_null(ik_arena_strndup(&arena, "", SIZE_MAX));
	assert_non_null(ik_arena_alloc(&arena, 0));
	ik_arena_free(&arena);
}

static void test_what_repeats_is_served_from_one_block(void **state)
{
	struct ik_arena arena = { 0 };
	int64_t count = 0;

	(void)state;
	for (int round = 0; round < 4; round++) {
		if (round == 2)
			count = ik_mem_count();
		assert_non_null(ik_arena_alloc(&arena, 100000));
		for (int i = 0; i < 1000; i++)
			assert_non_null(ik_arena_zalloc(&arena, 500));
		ik_arena_reset(&arena);
	}
	assert_int_equal(ik_mem_count(), count);
	assert_int_equal(ik_mem_live(), 1);
	ik_arena_free(&arena);
	ik_arena_reset(&arena);
	ik_arena_free(&arena);
	assert_int_equal(ik_mem_live(), 0);
}

static void test_reset_keeps_no_more_than_a_large_block(void **state)
{
	struct ik_arena arena = { 0 };

	(void)state;
	for (int i = 0; i < 20000; i++)
		assert_non_null(ik_arena_alloc(&arena, 500));
	ik_arena_reset(&arena);
	assert_int_equal(ik_mem_live(), 1);
	assert_true(arena.total > 100000 && arena.total < 1100000);
	ik_arena_free(&arena);
	assert_int_equal(ik_mem_live(), 0);
}

static void test_a_large_piece_leaves_the_open_block_in_use(void **state)
{
	struct ik_arena arena = { 0 };
	char *a = ik_arena_alloc(&arena, 32), *b;

	(void)state;
	assert_non_null(ik_arena_alloc(&arena, 100000));
	b = ik_arena_alloc(&arena, 32);
	assert_ptr_equal(b, a + 32);
	ik_arena_free(&arena);
}

static void test_copies_end_in_a_nul(void **state)
{
	struct ik_arena arena = { 0 };

	(void)state;
	assert_memory_equal(ik_arena_strndup(&arena, "a\0bc", 3), "a\0b", 4);
	assert_string_equal(ik_arena_strndup(&arena, NULL, 0), "");
	ik_arena_free(&arena);
}

static void test_every_failing_allocation_leaves_it_usable(void **state)
{
	int64_t n;
	int i, failed;

	(void)state;
	for (n = 0, failed = 1; failed; n++) {
		struct ik_arena arena = { 0 };

		failed = 0;
		ik_mem_fail_after(n, 0);
		for (i = 0; i < 100; i++) {
			void *p = ik_arena_alloc(&arena, i % 10 == 0 ? 20000 : 300);

			failed |= p == NULL;
		}
		ik_mem_fail_after(-1, 0);
		assert_non_null(ik_arena_alloc(&arena, 10));
		ik_arena_free(&arena);
		assert_int_equal(ik_mem_live(), 0);
	}
	assert_true(n > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_are_aligned_and_do_not_overlap),
		cmocka_unit_test(test_absurd_sizes_fail),
		cmocka_unit_test(test_what_repeats_is_served_from_one_block),
		cmocka_unit_test(test_reset_keeps_no_more_than_a_large_block),
		cmocka_unit_test(test_a_large_piece_leaves_the_open_block_in_use),
		cmocka_unit_test(test_copies_end_in_a_nul),
		cmocka_unit_test(test_every_failing_allocation_leaves_it_usable),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
