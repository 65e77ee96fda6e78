/*
 * test_steps.c - the best of many documents that have all words are the best of all of them.
 *
 * Where ten of hundreds are wanted, ranges are visited by their bounds, some at a time
 * (search/ranges.c): there have to be more ranges than are taken in one step.
 */
#include "shelf.h"

#include "../support/gen.h"

#include <stdio.h>

#define DOCS (256 * 70 + 11) /* of a segment */
#define WORDS 6

/* Word i is in one of so many documents; each is in 256 at least, so that its list has ranges. */
static const uint32_t one_in[WORDS] = { 50, 40, 30, 20, 10, 7 };

/* One to five times each, and others beside them, so that scores differ. */
static void add_doc(struct shelf *s, struct gen *g)
{
	uint32_t others = gen_below(g, 30);
	char text[512];
	size_t at = 0;

	for (uint32_t i = 0; i < WORDS; i++)
		for (uint32_t tf = gen_below(g, one_in[i]) == 0 ? 1 + gen_below(g, 5) : 0; tf > 0; tf--)
			at += (size_t)snprintf(text + at, sizeof text - at, "w%u ", i);
	for (uint32_t i = 0; i < others; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "x%u ", gen_below(g, 1000));
	shelf_add(s, text, at);
}

/* All of the words that `which` has by bits. */
static struct ik_query *query_of(uint32_t which)
{
	struct ik_clause words[WORDS];
	struct ik_query *q;
	char text[8];
	size_t n = 0;

	for (uint32_t i = 0; i < WORDS; i++)
		if ((which >> i & 1) != 0) {
			snprintf(text, sizeof text, "w%u", i);
			words[n++] = (struct ik_clause){ leaf(IK_Q_TERM, text, 0), INK_MUST };
		}
	must(ik_query_join(words, n, 0, &q, &err));
	return q;
}

static void check_best(const struct shelf *s, const struct ik_query *q, const struct ik_results *all,
                       uint32_t limit)
{
	struct ik_results *best;

	must(search_best(s, q, limit, 0, &best, &err));
	assert_int_equal(best->n, all->n < limit ? all->n : limit);
	for (size_t i = 0; i < best->n; i++) {
		assert_int_equal(best->hits[i].doc, all->hits[i].doc);
		assert_int_equal(best->hits[i].score, all->hits[i].score);
	}
	assert_true(best->total <= all->total);
	ik_results_free(best);
}

static void check_all(const struct shelf *s)
{
	for (uint32_t which = 1; which < 1u << WORDS; which++) {
		struct ik_query *q = query_of(which);
		struct ik_results *all;

		must(search_best(s, q, 4 * DOCS, 1, &all, &err));
		assert_int_equal(all->n, all->total);
		for (uint32_t limit = 1; limit <= 16; limit++)
			check_best(s, q, all, limit);
		ik_results_free(all);
		ik_query_unref(q);
	}
}

/* Of one segment, and of a second one, where the best of the first are known. */
static void test_the_best_of_many(void **state)
{
	struct gen g = { 4711 };
	struct shelf s;

	(void)state;
	shelf_open(&s, "whitespace", 0);
	for (int segment = 0; segment < 2; segment++) {
		for (uint32_t i = 0; i < DOCS; i++)
			add_doc(&s, &g);
		shelf_commit(&s);
		check_all(&s);
	}
	shelf_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_the_best_of_many) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
