/* test_mem.c - allocator hooks, counters, checked products, failing on purpose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void test_products_are_checked(void **state)
{
	size_t out = 1;

	(void)state;
	assert_true(ik_mul(0, SIZE_MAX, &out));
	assert_int_equal(out, 0);
	assert_true(ik_mul(SIZE_MAX, 1, &out));
	assert_true(out == SIZE_MAX);
	assert_false(ik_mul(SIZE_MAX / 2 + 1, 2, &out));
	assert_null(ik_array(SIZE_MAX / 4, 8));
	assert_null(ik_zarray(SIZE_MAX / 4, 8));
	assert_null(ik_alloc(SIZE_MAX));
	assert_null(ik_strndup("", SIZE_MAX));
}

static void test_size_zero_gives_something_to_free(void **state)
{
	void *a = ik_alloc(0), *b = ik_zarray(0, 8), *c = ik_alloc(4);

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	c = ik_realloc(c, 0);
	assert_non_null(c);
	ik_free(a);
	ik_free(b);
	ik_free(c);
	ik_free(NULL);
}

static void test_live_blocks_are_counted(void **state)
{
	int64_t live = ik_mem_live(), count = ik_mem_count();
	char *a, *s;

	(void)state;
	a = ik_alloc(10);
	a = ik_realloc(a, 1000);
	s = ik_strndup("ab\0cd", 5);
	assert_memory_equal(s, "ab\0cd", 6);
	assert_int_equal(ik_mem_live() - live, 2);
	assert_int_equal(ik_mem_count() - count, 3);
	ik_free(a);
	ik_free(s);
	assert_int_equal(ik_mem_live(), live);
	a = ik_zalloc(100);
	for (count = 0; count < 100; count++)
		assert_int_equal(a[count], 0);
	ik_free(a);
}

static void test_the_nth_allocation_fails_once_or_for_good(void **state)
{
	void *p[6];
	int i;

	(void)state;
	ik_mem_fail_after(2, 0);
	for (i = 0; i < 4; i++)
		p[i] = ik_alloc(1);
	assert_true(p[0] && p[1] && !p[2] && p[3]);
	ik_mem_fail_after(1, 1);
	p[4] = ik_realloc(p[0], 100);
	assert_non_null(p[4]);
	assert_null(ik_realloc(p[4], 200)); /* and the block stays */
	assert_null(ik_alloc(1));
	ik_mem_fail_after(-1, 0);
	p[5] = ik_alloc(1);
	assert_non_null(p[5]);
	ik_free(p[1]);
	ik_free(p[3]);
	ik_free(p[4]);
	ik_free(p[5]);
}

struct counts {
	int alloc, resize, release;
};

static void *hook_alloc(void *user, size_t size)
{
	((struct counts *)user)->alloc++;
	return malloc(size);
}

static void *hook_resize(void *user, void *ptr, size_t size)
{
	((struct counts *)user)->resize++;
	return realloc(ptr, size);
}

static void hook_release(void *user, void *ptr)
{
	((struct counts *)user)->release++;
	free(ptr);
}

static void test_hooks_replace_the_allocator_until_taken_back(void **state)
{
	struct counts counts = { 0, 0, 0 };
	ink_allocator hooks = { hook_alloc, hook_resize, hook_release, &counts };
	void *p;

	(void)state;
	ik_mem_set(&hooks);
	hooks.user = NULL; /* it was copied */
	p = ik_alloc(3);
	p = ik_realloc(p, 5);
	ik_free(p);
	ik_mem_set(NULL);
	ik_free(ik_alloc(1));
	assert_int_equal(counts.alloc, 1);
	assert_int_equal(counts.resize, 1);
	assert_int_equal(counts.release, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_products_are_checked),
		cmocka_unit_test(test_size_zero_gives_something_to_free),
		cmocka_unit_test(test_live_blocks_are_counted),
		cmocka_unit_test(test_the_nth_allocation_fails_once_or_for_good),
		cmocka_unit_test(test_hooks_replace_the_allocator_until_taken_back),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
