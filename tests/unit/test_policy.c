/* test_policy.c - which segments get merged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "index/policy.h"
#include "segment/format.h"

#define MB ((uint64_t)1 << 20)

static void fill(struct ik_candidate *v, size_t n, uint64_t bytes)
{
	for (size_t i = 0; i < n; i++)
		v[i] = (struct ik_candidate){1000, 0, bytes, 0, 0};
}

static void test_a_tier_is_merged_when_it_is_full(void **state)
{
	struct ik_candidate v[IK_MERGE_FACTOR];
	size_t first = 99;

	(void)state;
	fill(v, IK_MERGE_FACTOR, 10 * MB);
	assert_int_equal(ik_policy_pick(v, 0, &first), 0);
	assert_int_equal(ik_policy_pick(v, IK_MERGE_FACTOR - 1, &first), 0);
	assert_int_equal(ik_policy_pick(v, IK_MERGE_FACTOR, &first), IK_MERGE_FACTOR);
	assert_int_equal(first, 0);
}

static void test_large_segments_are_left_alone(void **state)
{
	struct ik_candidate v[2 + IK_MERGE_FACTOR];
	size_t first;

	(void)state;
	fill(v, 2 + IK_MERGE_FACTOR, 3 * MB);
	v[0].bytes = v[1].bytes = 1000 * MB;
	assert_int_equal(ik_policy_pick(v, 2 + IK_MERGE_FACTOR, &first), IK_MERGE_FACTOR);
	assert_int_equal(first, 2);
}

static void test_a_small_one_between_is_drawn_in(void **state)
{
	struct ik_candidate v[IK_MERGE_FACTOR];
	size_t first;

	(void)state;
	fill(v, IK_MERGE_FACTOR, 100 * MB);
	v[3].bytes = 1;
	assert_int_equal(ik_policy_pick(v, IK_MERGE_FACTOR, &first), IK_MERGE_FACTOR);
	assert_int_equal(first, 0);
}

static void test_busy_segments_split_the_list(void **state)
{
	struct ik_candidate v[2 * IK_MERGE_FACTOR];
	size_t first;

	(void)state;
	fill(v, 2 * IK_MERGE_FACTOR, MB);
	v[3].busy = 1;
	assert_int_equal(ik_policy_pick(v, 2 * IK_MERGE_FACTOR, &first), IK_MERGE_FACTOR);
	assert_int_equal(first, 4);
	v[8].busy = 1;
	assert_int_equal(ik_policy_pick(v, 2 * IK_MERGE_FACTOR, &first), 0);
}

static void test_many_deletions_make_one_worth_rewriting(void **state)
{
	struct ik_candidate v[3];
	size_t first;

	(void)state;
	fill(v, 3, 50 * MB);
	v[1].deleted = 300;
	assert_int_equal(ik_policy_pick(v, 3, &first), 0);
	v[1].deleted = 301;
	assert_int_equal(ik_policy_pick(v, 3, &first), 1);
	assert_int_equal(first, 1);
	v[1].deleted = 1000; /* goes without a merge */
	assert_int_equal(ik_policy_pick(v, 3, &first), 0);
}

/* Small ones lose documents all the time; none of them may keep the others waiting. */
static void test_deletions_in_a_small_segment_keep_no_other_waiting(void **state)
{
	struct ik_candidate v[1 + IK_MERGE_FACTOR];
	size_t first;

	(void)state;
	fill(v, 1 + IK_MERGE_FACTOR, MB);
	v[8] = (struct ik_candidate){2, 1, 4096, 0, 0};
	assert_int_equal(ik_policy_pick(v, 1 + IK_MERGE_FACTOR, &first), IK_MERGE_FACTOR);
	fill(v, 2, 50 * MB);
	v[0].deleted = 400;
	v[2] = v[8];
	assert_int_equal(ik_policy_pick(v, 3, &first), 1);
	assert_int_equal(first, 0);
	v[0].deleted = 0;
	assert_int_equal(ik_policy_pick(v, 3, &first), 1);
	assert_int_equal(first, 2);
}

static void test_a_segment_never_gets_too_many_documents(void **state)
{
	struct ik_candidate v[IK_MERGE_FACTOR];
	size_t first;

	(void)state;
	fill(v, IK_MERGE_FACTOR, MB);
	for (size_t i = 0; i < IK_MERGE_FACTOR; i++)
		v[i].docs = IK_DOCS_MAX / IK_MERGE_FACTOR + 1;
	assert_int_equal(ik_policy_pick(v, IK_MERGE_FACTOR, &first), IK_MERGE_FACTOR - 1);
	assert_int_equal(first, 0);
	v[2].deleted = IK_MERGE_FACTOR;
	assert_int_equal(ik_policy_pick(v, IK_MERGE_FACTOR, &first), IK_MERGE_FACTOR);
	for (size_t i = 0; i < IK_MERGE_FACTOR; i++)
		v[i].docs = IK_DOCS_MAX;
	assert_int_equal(ik_policy_shrink(v, IK_MERGE_FACTOR, 1, &first), 0);
}

/* Let merges follow one another as the writer does; how many documents are rewritten. */
static uint64_t merge_all(struct ik_candidate *v, size_t *n)
{
	uint64_t rewritten = 0;
	size_t first, k;

	while ((k = ik_policy_pick(v, *n, &first)) > 0) {
		struct ik_candidate all = {0};

		for (size_t i = first; i < first + k; i++) {
			all.docs += v[i].docs;
			all.bytes += v[i].bytes;
		}
		assert_true(k > 1 && all.docs <= IK_DOCS_MAX);
		rewritten += all.docs;
		v[first] = all;
		memmove(v + first + 1, v + first + k, (*n - first - k) * sizeof *v);
		*n -= k - 1;
	}
	return rewritten;
}

/* However many documents there are, and whatever size they come in. */
static void test_segments_stay_few_where_eight_are_too_many_documents(void **state)
{
	const uint32_t most = IK_DOCS_MAX / 2;

	(void)state;
	for (uint32_t docs = IK_DOCS_MAX / 8 + 1; docs < most; docs += IK_DOCS_MAX / 29) {
		struct ik_candidate v[1000];
		uint64_t total = 0, rewritten = 0;
		size_t n = 0;

		for (; total < 1000000000; total += docs) {
			assert_true(n < 1000);
			v[n++] = (struct ik_candidate){docs, 0, (uint64_t)docs * 500, 0, 0};
			rewritten += merge_all(v, &n);
		}
		assert_true(n <= 2 * total / IK_DOCS_MAX + 2 * IK_MERGE_FACTOR);
		assert_true(rewritten <= 3 * total);
	}
}

static void test_shrinking_takes_the_cheapest_neighbours(void **state)
{
	struct ik_candidate v[6];
	size_t first;

	(void)state;
	fill(v, 6, 10 * MB);
	v[3].bytes = v[4].bytes = MB;
	assert_int_equal(ik_policy_shrink(v, 6, 6, &first), 0);
	assert_int_equal(ik_policy_shrink(v, 6, 5, &first), 2);
	assert_int_equal(first, 3);
	assert_int_equal(ik_policy_shrink(v, 6, 1, &first), 6);
	assert_int_equal(first, 0);
	v[0].docs = v[5].docs = IK_DOCS_MAX;
	assert_int_equal(ik_policy_shrink(v, 6, 1, &first), 4);
	assert_int_equal(first, 1);
}

static void test_large_merges_are_reordered_but_not_again_and_again(void **state)
{
	struct ik_candidate v[IK_MERGE_FACTOR];

	(void)state;
	fill(v, IK_MERGE_FACTOR, MB);
	assert_true(ik_policy_reorder(v, 8, 8000));
	assert_false(ik_policy_reorder(v, 8, 8001));
	v[2].deleted = 1;
	assert_false(ik_policy_reorder(v, 8, 8000));
	v[2].deleted = 0;
	/* All of them were reordered in their own tier: the next one starts anew. */
	for (size_t i = 0; i < 8; i++)
		v[i].reordered = 1;
	assert_true(ik_policy_reorder(v, 8, 8000));
	/* Most was reordered already. */
	v[0].docs = 7001;
	assert_false(ik_policy_reorder(v, 8, 8000));
	v[0].reordered = 0;
	assert_true(ik_policy_reorder(v, 8, 8000));
	assert_false(ik_policy_reorder(v, 0, 8000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_tier_is_merged_when_it_is_full),
		cmocka_unit_test(test_large_segments_are_left_alone),
		cmocka_unit_test(test_a_small_one_between_is_drawn_in),
		cmocka_unit_test(test_busy_segments_split_the_list),
		cmocka_unit_test(test_many_deletions_make_one_worth_rewriting),
		cmocka_unit_test(test_deletions_in_a_small_segment_keep_no_other_waiting),
		cmocka_unit_test(test_a_segment_never_gets_too_many_documents),
		cmocka_unit_test(test_segments_stay_few_where_eight_are_too_many_documents),
		cmocka_unit_test(test_shrinking_takes_the_cheapest_neighbours),
		cmocka_unit_test(test_large_merges_are_reordered_but_not_again_and_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
