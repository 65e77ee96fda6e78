/* test_vec.c - typed growable arrays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "base/vec.h"

static void test_pushed_elements_stay(void **state)
{
	IK_VEC(uint32_t) vec = { 0 };
	uint32_t i, *slot;

	(void)state;
	for (i = 0; i < 10000; i++) {
		slot = ik_vec_push(&vec);
		assert_non_null(slot);
		*slot = i * 7;
	}
	assert_int_equal(vec.n, 10000);
	for (i = 0; i < 10000; i++)
		assert_int_equal(vec.v[i], i * 7);
	ik_vec_free(&vec);
	assert_int_equal(vec.cap, 0);
	assert_int_equal(ik_mem_live(), 0);
}

static void test_reserve_makes_room_once(void **state)
{
	IK_VEC(double) vec = { 0 };
	int64_t count;
	int i;

	(void)state;
	assert_int_equal(ik_vec_reserve(&vec, 1000), 0);
	assert_true(vec.cap >= 1000);
	count = ik_mem_count();
	for (i = 0; i < 1000; i++)
		*ik_vec_push(&vec) = i;
	assert_int_equal(ik_vec_reserve(&vec, 10), 0);
	assert_int_equal(ik_mem_count(), count);
	ik_vec_free(&vec);
}

static void test_elements_are_appended_together(void **state)
{
	IK_VEC(uint16_t) vec = { 0 };
	uint16_t from[300];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < 300; i++)
		from[i] = (uint16_t)(i * 211);
	assert_int_equal(ik_vec_append(&vec, from, (size_t)0), 0);
	for (size_t k = 1; k < 300; n += k, k = k * 2 + 1)
		assert_int_equal(ik_vec_append(&vec, from, k), 0);
	assert_int_equal(vec.n, n);
	n = 0;
	for (size_t k = 1; k < 300; n += k, k = k * 2 + 1)
		assert_memory_equal(vec.v + n, from, k * sizeof *from);
	ik_mem_fail_after(0, 0);
	assert_int_equal(ik_vec_append(&vec, from, vec.cap), -1);
	assert_int_equal(vec.n, n);
	ik_vec_free(&vec);
	assert_int_equal(ik_mem_live(), 0);
}

static void test_failure_keeps_what_is_there(void **state)
{
	IK_VEC(uint64_t) vec = { 0 };
	size_t n;

	(void)state;
	assert_int_equal(ik_vec_reserve(&vec, SIZE_MAX), -1);
	assert_int_equal(ik_vec_reserve(&vec, SIZE_MAX / 8 + 1), -1);
	assert_null(vec.v);
	while (vec.n < vec.cap || vec.n == 0)
		assert_non_null(ik_vec_push(&vec));
	n = vec.n;
	ik_mem_fail_after(0, 0);
	assert_null(ik_vec_push(&vec));
	assert_int_equal(vec.n, n);
	assert_non_null(ik_vec_push(&vec));
	ik_vec_free(&vec);
	assert_int_equal(ik_mem_live(), 0);
}

/* Few elements need no memory but what was lent; more of them go on in the arena's own. */
static void test_an_arena_with_lent_room_holds_elements(void **state)
{
	_Alignas(IK_ARENA_ALIGN) uint8_t room[128];
	struct ik_arena arena = { 0 };
	IK_VEC(uint64_t) vec = { 0 };
	int64_t count = ik_mem_count();

	(void)state;
	ik_arena_lend(&arena, room, sizeof room);
	for (uint64_t i = 0; i < 8; i++)
		*ik_vec_push_in(&arena, &vec) = i * 3;
	assert_ptr_equal(vec.v, room);
	assert_int_equal(ik_mem_count(), count);
	for (uint64_t i = 8; i < 5000; i++)
		*ik_vec_push_in(&arena, &vec) = i * 3;
	assert_true(ik_mem_count() > count);
	for (uint64_t i = 0; i < 5000; i++)
		assert_int_equal(vec.v[i], i * 3);
	ik_mem_fail_after(0, 1);
	assert_int_equal(ik_vec_reserve_in(&arena, &vec, 1000000), -1);
	assert_int_equal(ik_vec_reserve_in(&arena, &vec, SIZE_MAX / 4), -1);
	ik_mem_fail_after(-1, 0);
	assert_int_equal(vec.n, 5000);
	assert_int_equal(vec.v[4999], 4999 * 3);
	ik_arena_free(&arena);
	assert_int_equal(ik_mem_live(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pushed_elements_stay),
		cmocka_unit_test(test_reserve_makes_room_once),
		cmocka_unit_test(test_elements_are_appended_together),
		cmocka_unit_test(test_failure_keeps_what_is_there),
		cmocka_unit_test(test_an_arena_with_lent_room_holds_elements),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
