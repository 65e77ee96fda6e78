/* test_topk.c - heap and pool keep what a sort of everything puts first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "search/cursor.h"
#include "search/topk.h"
#include "../support/gen.h"
#include "../support/scored.h"

#define N_MAX 400

static struct gen gen = { 77 };
static struct ik_arena memory; /* of what is being filled */

/* `kinds` different scores: few make many ties. Documents ascend, with gaps. */
static void make_pairs(struct ik_scored *v, size_t n, uint32_t kinds)
{
	uint64_t doc = 0;

	for (size_t i = 0; i < n; i++) {
		doc += 1 + gen_below(&gen, 5);
		v[i].doc = doc;
		v[i].score = gen_below(&gen, kinds);
	}
}

/* Ranges may be visited in another order. */
static void shuffle(struct ik_scored *v, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = gen_below(&gen, (uint32_t)i);
		struct ik_scored other = v[j];

		v[j] = v[i - 1];
		v[i - 1] = other;
	}
}

static void offer_all(struct ik_topk *t, const struct ik_scored *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(ik_topk_offer(t, v[i].doc, v[i].score, NULL), 0);
}

/* The same, as many together as are within 256 documents from the first of them on. */
static void offer_ranges(struct ik_topk *t, const struct ik_scored *v, size_t n)
{
	int32_t scores[256];
	uint8_t docs[256];

	for (size_t i = 0; i < n;) {
		uint64_t first = v[i].doc;
		uint32_t found = 0;

		for (; i < n && v[i].doc >= first && v[i].doc - first < 256; i++) {
			docs[found] = (uint8_t)(v[i].doc - first);
			scores[docs[found++]] = (int32_t)v[i].score;
		}
		assert_int_equal(ik_topk_offer_range(t, first, docs, found, scores, NULL), 0);
	}
}

static void compare(struct ik_topk *t, const struct ik_scored *want, size_t n)
{
	struct ik_arena arena = { 0 };
	struct ik_found *hits;
	size_t found;

	assert_int_equal(ik_topk_finish(t, &arena, &hits, &found, NULL), 0);
	assert_int_equal(found, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(hits[i].doc, want[i].doc);
		assert_int_equal(hits[i].score, want[i].score);
		assert_null(hits[i].stored);
	}
	ik_arena_free(&arena);
}

static void test_the_best_k_of_all(void **state)
{
	static struct ik_scored v[N_MAX];

	(void)state;
	for (size_t n = 0; n < N_MAX; n += 1 + n / 8)
		for (uint32_t kinds = 1; kinds < 3000; kinds *= 3) {
			make_pairs(v, n, kinds);
			if (n % 2 == 0)
				shuffle(v, n);
			for (size_t k = 0; k <= n + 1; k += 1 + k / 4) {
				struct ik_scored sorted[N_MAX];
				struct ik_topk t;

				memcpy(sorted, v, n * sizeof *v);
				qsort(sorted, n, sizeof *sorted, best_first);
				assert_int_equal(ik_topk_init(&t, NULL, k, &memory, NULL), 0);
				offer_all(&t, v, n);
				compare(&t, sorted, k < n ? k : n);
				ik_arena_free(&memory);
				assert_int_equal(ik_topk_init(&t, NULL, k, &memory, NULL), 0);
				offer_ranges(&t, v, n);
				compare(&t, sorted, k < n ? k : n);
				ik_arena_free(&memory);
			}
		}
}

static void test_the_threshold_is_the_worst_score_in_it(void **state)
{
	static struct ik_scored v[N_MAX];
	struct ik_scored seen[N_MAX];

	(void)state;
	make_pairs(v, N_MAX, 50);
	for (size_t k = 1; k < 40; k += 7) {
		struct ik_topk t;

		assert_int_equal(ik_topk_init(&t, NULL, k, &memory, NULL), 0);
		for (size_t i = 0; i < N_MAX; i++) {
			if (i < k) {
				assert_int_equal(ik_topk_threshold(&t, UINT64_MAX), -1);
			} else {
				memcpy(seen, v, i * sizeof *v);
				qsort(seen, i, sizeof *seen, best_first);
				assert_int_equal(ik_topk_threshold(&t, UINT64_MAX), seen[k - 1].score);
			}
			offer_all(&t, &v[i], 1);
		}
		ik_arena_free(&memory);
	}
}

/* Of scores as they are, few or many different ones: room for twice as many, near the k-th best. */
static void test_many_are_wanted(void **state)
{
	enum { N = 20000 };
	static const uint32_t kinds[] = { 1, 2, 100, 1u << 30 };
	struct ik_scored *v = calloc(N, sizeof *v), *sorted = calloc(N, sizeof *sorted);

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (size_t k = IK_POOL_FROM; k < N; k *= 5) {
			struct ik_topk t;
			int64_t kth, threshold;

			make_pairs(v, N, kinds[i]);
			for (size_t d = 0; d < N; d++)
				v[d].score *= (1 << 30) / kinds[i];
			if (i % 2 == 0)
				shuffle(v, N);
			memcpy(sorted, v, N * sizeof *v);
			qsort(sorted, N, sizeof *sorted, best_first);
			kth = sorted[k - 1].score;
			assert_int_equal(ik_topk_init(&t, NULL, k, &memory, NULL), 0);
			offer_all(&t, v, N);
			assert_true(t.pool.cap <= 2 * k);
			threshold = ik_topk_threshold(&t, UINT64_MAX);
			assert_true(threshold <= kth && threshold >= kth - (1 << 21));
			compare(&t, sorted, k);
			ik_arena_free(&memory);
			assert_int_equal(ik_topk_init(&t, NULL, k, &memory, NULL), 0);
			offer_ranges(&t, v, N);
			assert_int_equal(ik_topk_threshold(&t, UINT64_MAX) <= kth, 1);
			compare(&t, sorted, k);
			ik_arena_free(&memory);
		}
	free(v);
	free(sorted);
}

/* In any order, documents that do not pass the threshold of their place need not be offered. */
static void test_what_does_not_pass_the_threshold_is_not_missed(void **state)
{
	static struct ik_scored v[N_MAX];
	struct ik_scored sorted[N_MAX];

	(void)state;
	for (uint32_t kinds = 1; kinds < 300; kinds *= 4)
		for (size_t k = 1; k < N_MAX; k += 1 + k / 2) {
			size_t offered = 0;
			struct ik_topk t;

			make_pairs(v, N_MAX, kinds);
			memcpy(sorted, v, sizeof sorted);
			qsort(sorted, N_MAX, sizeof *sorted, best_first);
			if (k % 2 == 0)
				shuffle(v, N_MAX);
			assert_int_equal(ik_topk_init(&t, NULL, k, &memory, NULL), 0);
			for (size_t i = 0; i < N_MAX; i++)
				if (v[i].score > ik_topk_threshold(&t, v[i].doc)) {
					offer_all(&t, &v[i], 1);
					offered++;
				}
			/* Those that tie and come later are told from the others, in a pool after a while. */
			if (kinds == 1 && k % 2 == 1)
				assert_true(offered <= (k < IK_POOL_FROM ? k : 2 * k + 1));
			compare(&t, sorted, k);
			ik_arena_free(&memory);
		}
}

static void test_nothing_is_wanted(void **state)
{
	struct ik_topk t;

	(void)state;
	assert_int_equal(ik_topk_init(&t, NULL, 0, &memory, NULL), 0);
	assert_true(ik_topk_threshold(&t, UINT64_MAX) == INT64_MAX);
	assert_int_equal(ik_topk_offer(&t, 1, 1, NULL), 0);
	compare(&t, NULL, 0);
	ik_arena_free(&memory);
}

/* Pages, each after the last hit of the one before, are the sorted list. */
static void test_pages_after_a_cursor(void **state)
{
	static struct ik_scored v[N_MAX];
	struct ik_scored sorted[N_MAX];

	(void)state;
	for (uint32_t kinds = 1; kinds < 2000; kinds *= 6)
		for (size_t page = 1; page < 100; page = page * 3 + 1) {
			struct ik_cursor after = { 0 };

			make_pairs(v, N_MAX, kinds);
			memcpy(sorted, v, sizeof sorted);
			qsort(sorted, N_MAX, sizeof *sorted, best_first);
			for (size_t at = 0; at < N_MAX; at += page) {
				size_t want = N_MAX - at < page ? N_MAX - at : page;
				struct ik_topk t;

				assert_int_equal(ik_topk_init(&t, NULL, page, &memory, NULL), 0);
				t.after = at > 0 ? &after : NULL;
				if (page % 2 == 0)
					offer_all(&t, v, N_MAX);
				else
					offer_ranges(&t, v, N_MAX);
				compare(&t, sorted + at, want);
				after.doc = sorted[at + want - 1].doc;
				after.score = sorted[at + want - 1].score;
				ik_arena_free(&memory);
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_best_k_of_all),
		cmocka_unit_test(test_the_threshold_is_the_worst_score_in_it),
		cmocka_unit_test(test_many_are_wanted),
		cmocka_unit_test(test_what_does_not_pass_the_threshold_is_not_missed),
		cmocka_unit_test(test_nothing_is_wanted),
		cmocka_unit_test(test_pages_after_a_cursor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
