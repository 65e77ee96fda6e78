/* test_pool_sort.c - documents sorted by score are what qsort() makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "../support/gen.h"
#include "../support/scored.h"

#define N_MAX 6000

static struct gen gen = { 5 };

/* One of `kinds` scores, most of them close together and some far away on either side. */
static int64_t some_score(uint32_t kinds)
{
	int64_t score = gen_below(&gen, kinds);

	switch (gen_below(&gen, 40)) {
	case 0:
		return score << 33;
	case 1:
		return -(score << 32);
	case 2:
		return score << 9;
	default:
		return score;
	}
}

/* Documents ascend, but for every `jumps`-th; 0: all do. */
static void make(struct ik_scored *v, size_t n, uint32_t kinds, uint32_t jumps)
{
	for (size_t i = 0; i < n; i++) {
		v[i].doc = 3 * i;
		if (jumps > 0 && i % jumps == 0)
			v[i].doc = 3 * (uint64_t)gen_below(&gen, N_MAX) + 1;
		v[i].score = kinds > 0 ? some_score(kinds) : 7;
	}
}

static void check(size_t n, uint32_t kinds, uint32_t jumps)
{
	static struct ik_scored v[N_MAX], want[N_MAX], room[N_MAX];

	make(v, n, kinds, jumps);
	memcpy(want, v, n * sizeof *v);
	qsort(want, n, sizeof *want, best_first);
	ik_scored_sort(v, n, room);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(v[i].score, want[i].score);
		assert_int_equal(v[i].doc, want[i].doc);
	}
}

static void test_sorted_as_by_comparing(void **state)
{
	static const uint32_t kinds[] = { 0, 1, 2, 30, 1000, 1u << 20, 1u << 29 };

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		for (size_t n = 0; n <= N_MAX; n += 1 + n / 3)
			for (uint32_t jumps = 0; jumps < 20; jumps = jumps * 4 + 1)
				check(n, kinds[i], jumps);
}

/* The extremes are as far from each other as numbers can be. */
static void test_extremes(void **state)
{
	struct ik_scored v[40], room[40];

	(void)state;
	for (size_t i = 0; i < 40; i++) {
		v[i].doc = 40 - i;
		v[i].score = i % 2 == 0 ? INT64_MAX : INT64_MIN;
	}
	ik_scored_sort(v, 40, room);
	for (size_t i = 1; i < 40; i++)
		assert_true(best_first(&v[i - 1], &v[i]) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted_as_by_comparing),
		cmocka_unit_test(test_extremes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
