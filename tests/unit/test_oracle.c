/*
 * test_oracle.c - the engine against an engine that is too simple to be wrong.
 *
 * Random indexes of a few segments, with deletions and updates, and random
 * queries: the documents found, the totals and the scores are those of the
 * oracle; what pruning, the processor, offsets and cursors do changes no bit
 * of the ranking. INK_ORACLE_ROUNDS asks for more indexes, INK_ORACLE_SEED
 * for those of another seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "../support/gen.h"
#include "../support/world.h"
#include "search/cursor.h"
#include "search/results.h"

#define QUERIES 100
#define LARGE_QUERIES 12

/* Where the test is, for the message when it fails. */
static struct {
	uint64_t seed;
	unsigned query;
	const struct ik_query *q, *filter;
} at;

static void print_query(const char *what, const struct ik_query *q)
{
	struct ik_buf buf;

	if (q == NULL)
		return;
	ik_buf_init(&buf, 1 << 20);
	ik_query_print(q, &buf);
	print_error("%s: %.*s\n", what, (int)buf.len, (const char *)buf.data);
	ik_buf_free(&buf);
}

#define CHECK(condition, ...)                                                                   \
	do {                                                                                    \
		if (!(condition)) {                                                             \
			print_error("seed %llu, query %u: ", (unsigned long long)at.seed,       \
			            at.query);                                                  \
			print_error(__VA_ARGS__);                                               \
			print_error("\n");                                                      \
			print_query("query", at.q);                                             \
			print_query("filter", at.filter);                                       \
			fail();                                                                 \
		}                                                                               \
	} while (0)

/* ---- asking the engine ---- */

struct ask {
	struct ik_searcher *searcher;
	const struct ik_query *query, *filter;
	uint64_t offset, limit;
	int exact, own_bm25;
	double k1, b;
	const struct ik_sort *sorts;
	size_t n_sorts;
	const char *after;
};

static void request_of(const struct ask *ask, struct ik_request *r)
{
	ik_request_init(r, ask->searcher, ask->query);
	r->filter = ask->filter != NULL ? ik_query_ref(ask->filter) : NULL;
	r->offset = ask->offset;
	r->limit = ask->limit;
	r->exact = ask->exact;
	r->own_bm25 = ask->own_bm25;
	r->k1 = ask->k1;
	r->b = ask->b;
	r->after = ask->after;
	r->after_len = ask->after != NULL ? strlen(ask->after) : 0;
	for (size_t i = 0; i < ask->n_sorts; i++) {
		struct ik_sort *sort = ik_vec_push(&r->sorts);

		assert_non_null(sort);
		*sort = ask->sorts[i];
	}
}

static struct ik_results *run(const struct ask *ask)
{
	struct ik_results *results = NULL;
	struct ik_request request;
	ink_error err = { 0 };
	int rc;

	request_of(ask, &request);
	rc = ik_search_run(&request, &results, &err);
	ik_request_release(&request);
	CHECK(rc == 0, "the search failed: %s", err.message);
	return results;
}

/* ---- comparing ---- */

static void same_as_oracle(const struct world *w, const struct ik_results *r,
                           const struct oracle_answer *truth)
{
	CHECK(r->total == truth->total && r->exact, "%llu documents, the oracle has %zu",
	      (unsigned long long)r->total, truth->total);
	CHECK(r->n == truth->total, "%zu hits of %zu", r->n, truth->total);
	for (size_t i = 0; i < r->n; i++) {
		uint64_t doc = r->hits[i].doc;
		double score = (double)r->hits[i].score / r->scale, want = truth->score[doc];

		CHECK(doc < truth->n && truth->match[doc], "document %llu is a hit",
		      (unsigned long long)doc);
		CHECK(fabs(score - want) <= want * 1e-4 + 64 / r->scale,
		      "document %llu (serial %llu) scores %.9g, the oracle says %.9g",
		      (unsigned long long)doc, (unsigned long long)w->serial_of[doc], score,
		      want);
		if (i > 0)
			CHECK(r->hits[i - 1].score > r->hits[i].score ||
			      (r->hits[i - 1].score == r->hits[i].score &&
			       r->hits[i - 1].doc < doc),
			      "hits %zu and %zu are in the wrong order", i - 1, i);
	}
}

/* `part` is hits `from` .. of `all`, bit for bit. */
static void same_hits(const struct ik_results *part, const struct ik_results *all, size_t from,
                      size_t limit, const char *what)
{
	size_t want = from > all->n ? 0 : all->n - from < limit ? all->n - from : limit;

	CHECK(part->n == want, "%s: %zu hits, not %zu", what, part->n, want);
	for (size_t i = 0; i < want; i++)
		CHECK(part->hits[i].doc == all->hits[from + i].doc &&
		      part->hits[i].score == all->hits[from + i].score,
		      "%s: hit %zu of %zu is document %llu with %lld, not %llu with %lld", what, i,
		      want, (unsigned long long)part->hits[i].doc, (long long)part->hits[i].score,
		      (unsigned long long)all->hits[from + i].doc,
		      (long long)all->hits[from + i].score);
}

static void check_pruned(const struct ask *base, const struct ik_results *all, const char *what)
{
	static const uint64_t limits[] = { 1, 3, 10, 100, 1000, 0 };

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		struct ask ask = *base;
		struct ik_results *top;

		ask.limit = limits[i];
		ask.exact = 0;
		top = run(&ask);
		same_hits(top, all, 0, limits[i], what);
		CHECK(top->total <= all->total && (!top->exact || top->total == all->total),
		      "%s: a total of %llu", what, (unsigned long long)top->total);
		ik_results_free(top);
		if (i % 2 != 0)
			continue;
		ask.exact = 1;
		top = run(&ask);
		same_hits(top, all, 0, limits[i], what);
		CHECK(top->exact && top->total == all->total, "%s: an exact total of %llu", what,
		      (unsigned long long)top->total);
		ik_results_free(top);
	}
}

static void check_offsets(const struct ask *base, const struct ik_results *all, struct gen *g)
{
	uint64_t page = 1 + all->n / 5 + gen_below(g, 5);

	for (uint64_t from = 0; from <= all->n; from += page) {
		struct ask ask = *base;
		struct ik_results *r;

		ask.offset = from;
		ask.limit = page;
		ask.exact = (int)gen_below(g, 2);
		r = run(&ask);
		same_hits(r, all, (size_t)from, (size_t)page, "a page by offset");
		ik_results_free(r);
	}
}

static char *cursor_of(const struct ask *ask, const struct ik_results *r)
{
	const struct ik_found *hit = &r->hits[r->n - 1];
	struct ik_request request;
	struct ik_buf buf;
	char *text;

	request_of(ask, &request);
	ik_buf_init(&buf, 1 << 16);
	ik_cursor_encode(&request, hit->doc, hit->score, hit->keys, r->n_keys, &buf);
	ik_request_release(&request);
	text = calloc(1, buf.len + 1);
	assert_non_null(text);
	memcpy(text, buf.data, buf.len);
	ik_buf_free(&buf);
	return text;
}

static void check_cursors(const struct ask *base, const struct ik_results *all, struct gen *g)
{
	uint64_t page = 1 + all->n / 5 + gen_below(g, 5);
	char *after = NULL;
	size_t from = 0;

	for (;;) {
		struct ask ask = *base;
		struct ik_results *r;
		size_t n;

		ask.after = after;
		ask.limit = page;
		ask.exact = (int)gen_below(g, 2);
		r = run(&ask);
		same_hits(r, all, from, (size_t)page, "a page by cursor");
		n = r->n;
		from += n;
		ask.after = NULL;
		free(after);
		after = n > 0 ? cursor_of(&ask, r) : NULL;
		ik_results_free(r);
		if (n < page)
			break;
	}
	free(after);
	CHECK(from == all->n, "pages by cursor hold %zu of %zu hits", from, all->n);
}

static void check_list(const struct world *w, const struct ask *base,
                       const struct ik_results *all)
{
	uint8_t *hit = calloc(oracle_len(w->oracle) + 1, 1);
	uint64_t *docs;
	size_t n;
	ink_error err = { 0 };

	assert_non_null(hit);
	CHECK(ik_search_docs(base->searcher, base->query, &docs, &n, &err) == 0, "%s",
	      err.message);
	CHECK(n == all->n, "a list of %zu documents, not %zu", n, all->n);
	for (size_t i = 0; i < n; i++)
		hit[all->hits[i].doc] = 1;
	for (size_t i = 0; i < n; i++)
		CHECK(hit[docs[i]] && (i == 0 || docs[i - 1] < docs[i]),
		      "document %llu of the list", (unsigned long long)docs[i]);
	ik_free(docs);
	free(hit);
}

/* The first line of an explanation is the score. */
static void check_explain(struct ik_results *all, struct gen *g)
{
	const char *text;
	size_t len, i = gen_below(g, (uint32_t)all->n);
	ink_error err = { 0 };
	double score;

	CHECK(ik_results_explain(all, i, &text, &len, &err) == 0, "%s", err.message);
	score = (double)all->hits[i].score / all->scale;
	CHECK(fabs(strtod(text, NULL) - score) <= 1e-6 + score * 1e-6, "%.9g explained as\n%s",
	      score, text);
}

/* ---- sorting ---- */

static int sorted_so(const struct world *w, const struct ask *ask, const struct ik_found *a,
                     const struct ik_found *b, const struct oracle_answer *truth)
{
	for (size_t i = 0; i < ask->n_sorts; i++) {
		int order;

		if (ask->sorts[i].field == IK_SORT_SCORE) {
			double x = truth->score[a->doc], y = truth->score[b->doc];

			if (fabs(x - y) > (x + y) * 1e-4)
				return x > y;
			if (a->score != b->score) /* too close for the oracle to say */
				return a->score > b->score;
			continue;
		}
		order = oracle_order(w->oracle, ask->sorts[i].field, ask->sorts[i].flags,
		                     (size_t)a->doc, (size_t)b->doc);
		if (order != 0)
			return order < 0;
	}
	return a->doc < b->doc;
}

static void check_sorted(const struct world *w, const struct ask *base,
                         const struct oracle_answer *truth, struct gen *g)
{
	static const uint32_t fields[] = { GEN_NUM,  GEN_TAG,    GEN_PRICE,     GEN_WHEN,
		                           GEN_ID,   GEN_SERIAL, IK_SORT_SCORE, GEN_TAG };
	struct ik_sort sorts[3];
	struct ask ask = *base;
	struct ik_results *all, *top;

	ask.sorts = sorts;
	ask.n_sorts = 1 + gen_below(g, 3);
	for (size_t i = 0; i < ask.n_sorts; i++)
		sorts[i] = (struct ik_sort){ fields[gen_below(g, 8)], gen_below(g, 4) };
	all = run(&ask);
	CHECK(all->n == truth->total && all->total == truth->total, "sorted: %zu hits, not %zu",
	      all->n, truth->total);
	for (size_t i = 0; i < all->n; i++) {
		CHECK(truth->match[all->hits[i].doc], "sorted: document %llu is a hit",
		      (unsigned long long)all->hits[i].doc);
		if (i > 0)
			CHECK(sorted_so(w, &ask, &all->hits[i - 1], &all->hits[i], truth),
			      "sorted by %u (flags %u): hits %zu and %zu are in the wrong order",
			      sorts[0].field, sorts[0].flags, i - 1, i);
	}
	ask.limit = 10;
	ask.exact = 0;
	top = run(&ask);
	same_hits(top, all, 0, 10, "sorted");
	ik_results_free(top);
	ask.limit = base->limit;
	check_offsets(&ask, all, g);
	check_cursors(&ask, all, g);
	ik_results_free(all);
}

/* ---- one query ---- */

/* The same with fewer instruction sets. */
static void check_slow(const struct world *w, int i, struct ask ask, const struct ik_results *all,
                       struct gen *g)
{
	struct ik_results *slow;

	ik_cpu_limit(world_cpu[i]);
	ask.searcher = w->slow[i];
	slow = run(&ask);
	same_hits(slow, all, 0, slow->n + 1, "by slower code");
	ik_results_free(slow);
	if (gen_below(g, 3) == 0)
		check_pruned(&ask, all, "pruned by slower code");
	ik_cpu_limit(UINT32_MAX);
}

static void check_query(const struct world *w, struct gen *g, const struct ik_query *q,
                        const struct ik_query *filter)
{
	struct ask ask = { .searcher = w->fast, .query = q, .filter = filter, .exact = 1,
		           .limit = oracle_len(w->oracle) + 1, .k1 = w->schema->k1,
		           .b = w->schema->b };
	struct oracle_answer truth;
	struct ik_results *all;

	if (gen_below(g, 4) == 0) {
		static const double k1s[] = { 0, 0.01, 0.5, 1.2, 9, 100 };
		static const double bs[] = { 0, 0.75, 1, 0.1 };

		ask.own_bm25 = 1;
		ask.k1 = k1s[gen_below(g, 6)];
		ask.b = bs[gen_below(g, 4)];
	}
	oracle_search(w->oracle, q, filter, ask.k1, ask.b, &truth);
	all = run(&ask);
	same_as_oracle(w, all, &truth);
	check_pruned(&ask, all, "pruned");
	for (int i = 0; i < WORLD_SLOW; i++)
		check_slow(w, i, ask, all, g);
	if (gen_below(g, 8) == 0)
		check_offsets(&ask, all, g);
	if (gen_below(g, 8) == 0)
		check_cursors(&ask, all, g);
	if (gen_below(g, 6) == 0)
		check_sorted(w, &ask, &truth, g);
	if (gen_below(g, 4) == 0 && all->n > 0)
		check_explain(all, g);
	if (gen_below(g, 4) == 0 && filter == NULL)
		check_list(w, &ask, all);
	ik_results_free(all);
	oracle_answer_free(&truth);
}

static void check_world(const struct world *w, uint64_t seed, unsigned queries)
{
	struct gen g = { seed * 31 + 7 };

	at.seed = seed;
	for (unsigned i = 0; i < queries; i++) {
		struct ik_query *q = gen_query(&w->corpus, &g, w->serials, 1 + gen_below(&g, 3));
		struct ik_query *filter = NULL;

		if (gen_below(&g, 4) == 0)
			filter = gen_query(&w->corpus, &g, w->serials, 2);
		at.query = i;
		at.q = q;
		at.filter = filter;
		check_query(w, &g, q, filter);
		ik_query_unref(q);
		ik_query_unref(filter);
	}
}

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL && *text != '\0' ? strtoull(text, NULL, 10) : otherwise;
}

static void check_seed(uint64_t seed, enum world_kind kind, unsigned queries)
{
	struct world w;

	at.seed = seed;
	world_open(&w, seed, kind);
	check_world(&w, seed, queries);
	world_close(&w);
}

/* Some are small, some hold whole ranges of every term, one holds all three forms of lists. */
static void test_the_engine_agrees_with_the_oracle(void **state)
{
	uint64_t first = from_environment("INK_ORACLE_SEED", 1);
	uint64_t rounds = from_environment("INK_ORACLE_ROUNDS", 5);

	(void)state;
	for (uint64_t seed = first; seed < first + rounds; seed++)
		check_seed(seed, WORLD_MIXED, QUERIES);
}

/*
 * 338: a count that gave up half way left its lists at their ends. 10: a filter that
 * says nothing, of which the oracle thought otherwise than search.h. 300: every document
 * was explained with a score that was not cut as scores are. 12, of the large ones: of
 * great weights the stored k-th best was taken to be scored more exactly than it is.
 */
static void test_seeds_that_once_failed(void **state)
{
	static const uint64_t seeds[] = { 338, 10, 300 };

	(void)state;
	for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++)
		check_seed(seeds[i], WORLD_MIXED, QUERIES);
	check_seed(12, WORLD_LARGE, LARGE_QUERIES);
}

static void test_lists_in_all_three_forms(void **state)
{
	(void)state;
	check_seed(from_environment("INK_ORACLE_SEED", 1), WORLD_LARGE, LARGE_QUERIES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_engine_agrees_with_the_oracle),
		cmocka_unit_test(test_seeds_that_once_failed),
		cmocka_unit_test(test_lists_in_all_three_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
