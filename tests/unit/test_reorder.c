/* test_reorder.c - the bisection of documents by their terms. */
#include "gen_index.h"

#include "index/reorder.h"
#include "segment/format.h"

#define SEED 20260815u

#define TOPICS 16
#define TOPIC_TERMS 200
#define COMMON_TERMS 100
#define LINKS 24

/*
 * Documents of a few topics, shuffled: most of a document's terms are its topic's. With `light`
 * links a document, the first half has only that many, and the first half of the topics.
 */
static void make_halves(struct ik_reorder_graph *g, uint32_t n_docs, uint32_t light, uint32_t *topics)
{
	uint64_t seed = SEED;

	g->n_docs = n_docs;
	g->n_terms = TOPICS * TOPIC_TERMS + COMMON_TERMS;
	g->start = ik_array(n_docs + 1, sizeof *g->start);
	g->terms = ik_array((size_t)n_docs * LINKS, sizeof *g->terms);
	g->start[0] = 0;
	for (uint32_t d = 0; d < n_docs; d++) {
		uint16_t *terms = g->terms + g->start[d];
		uint32_t n = 0, links = d < n_docs / 2 ? light : LINKS;

		topics[d] = (uint32_t)(gen_next(&seed) % TOPICS);
		if (light < LINKS)
			topics[d] = topics[d] % (TOPICS / 2) + (d < n_docs / 2 ? 0 : TOPICS / 2);
		for (uint32_t i = 0; i < links; i++) {
			uint32_t r = (uint32_t)(gen_next(&seed) >> 33), term, k = 0;

			term = i % 4 == 0 ? TOPICS * TOPIC_TERMS + r % COMMON_TERMS
			                  : topics[d] * TOPIC_TERMS + r % TOPIC_TERMS;
			while (k < n && terms[k] != term)
				k++;
			if (k == n)
				terms[n++] = (uint16_t)term;
		}
		g->start[d + 1] = g->start[d] + n;
	}
}

static void make_graph(struct ik_reorder_graph *g, uint32_t n_docs, uint32_t *topics)
{
	make_halves(g, n_docs, LINKS, topics);
}

/* In how many ranges a topic is, over all topics. */
static uint32_t places(const uint32_t *order, const uint32_t *topics, uint32_t n)
{
	uint32_t last[TOPICS] = {0}, sum = 0; /* last: the range it was seen in, and 1 */

	for (uint32_t i = 0; i < n; i++) {
		uint32_t range = i / IK_RANGE + 1, *at = &last[topics[order[i]]];

		sum += *at != range;
		*at = range;
	}
	return sum;
}

static void assert_permutation(const uint32_t *order, uint32_t n)
{
	uint8_t *seen = ik_zalloc(n);

	for (uint32_t i = 0; i < n; i++) {
		assert_true(order[i] < n);
		assert_false(seen[order[i]]);
		seen[order[i]] = 1;
	}
	ik_free(seen);
}

static void test_documents_of_a_topic_come_together(void **state)
{
	static const uint32_t sizes[] = {1, 2, 33, 256, 257, 5000, 20000};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		uint32_t n = sizes[i], *topics = ik_array(n, sizeof *topics);
		uint32_t *one = ik_array(n, sizeof *one), *two = ik_array(n, sizeof *two);
		struct ik_reorder_graph g;

		make_graph(&g, n, topics);
		ok(ik_reorder(&g, 1, NULL, one, err));
		ok(ik_reorder(&g, 2, NULL, two, err));
		assert_permutation(one, n);
		assert_memory_equal(one, two, n * sizeof *one);
		/* At random each topic is in every range. */
		if (n >= 5000)
			assert_in_range(places(one, topics, n), 0,
			                n / IK_RANGE + 2 * TOPICS);
		ik_reorder_graph_free(&g);
		ik_free(topics);
		ik_free(one);
		ik_free(two);
	}
}

/*
 * One thread is done with the light half while the other one, which found none to share with, goes
 * on alone and shares later: each has to keep to its own scratch.
 */
static void test_a_thread_that_is_done_early_helps(void **state)
{
	enum { DOCS = 20000 };
	uint32_t *topics = ik_array(DOCS, sizeof *topics);
	uint32_t *one = ik_array(DOCS, sizeof *one), *two = ik_array(DOCS, sizeof *two);

	(void)state;
	for (uint32_t light = 4; light < LINKS; light += 4) {
		struct ik_reorder_graph g;

		make_halves(&g, DOCS, light, topics);
		ok(ik_reorder(&g, 1, NULL, one, err));
		for (int i = 0; i < 4; i++) {
			ok(ik_reorder(&g, 2, NULL, two, err));
			assert_memory_equal(one, two, DOCS * sizeof *one);
		}
		ik_reorder_graph_free(&g);
	}
	ik_free(topics);
	ik_free(one);
	ik_free(two);
}

struct stop {
	int64_t left;
	uint64_t work;
};

static int stop_after(void *user, uint64_t work)
{
	struct stop *s = user;

	s->work += work;
	return s->left-- == 0;
}

static void test_it_can_be_stopped_anywhere_and_says_how_far_it_is(void **state)
{
	uint32_t n = 9000, *topics = ik_array(n, sizeof *topics);
	uint32_t *order = ik_array(n, sizeof *order);
	struct ik_reorder_graph g;
	int rc = INK_ECANCELED;

	(void)state;
	make_graph(&g, n, topics);
	for (int64_t calls = 0; rc == INK_ECANCELED; calls += 1 + calls / 2)
		for (uint32_t threads = 1; threads <= 2; threads++) {
			struct stop s = {calls, 0};
			struct ik_reorder_watch watch = {stop_after, &s};

			rc = ik_reorder(&g, threads, &watch, order, NULL);
			assert_true(rc == 0 || rc == INK_ECANCELED);
			assert_true(rc == 0 || s.left == -1);
			if (rc == 0 && threads == 1)
				assert_in_range(s.work, ik_reorder_work(n, g.start[n]) * 3 / 4,
				                ik_reorder_work(n, g.start[n]) * 5 / 4);
		}
	assert_int_equal(rc, 0);
	ik_reorder_graph_free(&g);
	ik_free(topics);
	ik_free(order);
}

static void test_equal_and_empty_documents_keep_their_order(void **state)
{
	uint32_t n = 3000, *order = ik_array(n, sizeof *order);
	struct ik_reorder_graph g = {n, 1, ik_zarray(n + 1, sizeof *g.start), ik_zarray(n, 2)};

	(void)state;
	ok(ik_reorder(&g, 1, NULL, order, err)); /* none has a term */
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(order[i], i);
	for (uint32_t i = 0; i <= n; i++)
		g.start[i] = i; /* each has the only term */
	ok(ik_reorder(&g, 1, NULL, order, err));
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(order[i], i);
	ik_reorder_graph_free(&g);
	ik_free(order);
}

static void test_every_allocation_of_it_may_fail(void **state)
{
	uint32_t n = 2000, *topics = ik_array(n, sizeof *topics);
	uint32_t *order = ik_array(n, sizeof *order);
	struct ik_reorder_graph g;
	int rc = INK_ENOMEM;

	(void)state;
	make_graph(&g, n, topics);
	for (int64_t at = 0; rc != 0; at++) {
		int64_t live = ik_mem_live();

		ik_mem_fail_after(at, 0);
		rc = ik_reorder(&g, 2, NULL, order, NULL);
		ik_mem_fail_after(-1, 0);
		assert_true(rc == 0 || rc == INK_ENOMEM);
		assert_int_equal(ik_mem_live(), live);
	}
	ik_reorder_graph_free(&g);
	ik_free(topics);
	ik_free(order);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents_of_a_topic_come_together),
		cmocka_unit_test(test_a_thread_that_is_done_early_helps),
		cmocka_unit_test(test_it_can_be_stopped_anywhere_and_says_how_far_it_is),
		cmocka_unit_test(test_equal_and_empty_documents_keep_their_order),
		cmocka_unit_test(test_every_allocation_of_it_may_fail),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
