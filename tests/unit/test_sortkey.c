/* test_sortkey.c - keys of documents compare as their values do, over all segments. */
#include "gen_search.h"

#include "search/sortkey.h"

#define SORTS 3

/* The keys of all documents, in one array. */
static struct ik_key *all_keys(struct world *w, struct ik_sorter *s)
{
	size_t n = ik_sorter_len(s);
	struct ik_key *keys = calloc(WORLD_DOCS * n, sizeof *keys);

	assert_non_null(keys);
	for (uint32_t v = 0; v < w->searcher->snap->n; v++) {
		const struct ik_view *view = &w->searcher->snap->views[v];

		ok(ik_sorter_segment(s, v, err));
		for (uint32_t d = 0; d < view->seg->n_docs; d++)
			ok(ik_sorter_keys(s, d, (int64_t)(view->base + d) % 7,
			                  &keys[(view->base + d) * n], err));
	}
	return keys;
}

static int sign(int v)
{
	return (v > 0) - (v < 0);
}

/* Each pair of a sample, compared by `expect`. */
static void check(struct world *w, uint32_t field, uint32_t flags,
                  int (*expect)(uint64_t a, uint64_t b, uint32_t flags))
{
	struct ik_request r;
	struct ik_sorter *s;
	struct ik_arena arena = { 0 };
	struct ik_key *keys;

	world_request(w, "*:*", &r);
	add_sort(&r, field, flags);
	ok(ik_sorter_new(&r, &arena, &s, err));
	assert_int_equal(ik_sorter_len(s), 1);
	assert_int_equal(ik_sorter_scores(s), field == IK_SORT_SCORE);
	keys = all_keys(w, s);
	for (uint64_t a = 0; a < WORLD_DOCS; a += 3)
		for (uint64_t b = 0; b < WORLD_DOCS; b += 7)
			if (sign(ik_sorter_compare(s, &keys[a], &keys[b])) !=
			    sign(expect(a, b, flags)))
				fail_msg("documents %u and %u, field %u, flags %u", (unsigned)a,
				         (unsigned)b, field, flags);
	free(keys);
	ik_arena_free(&arena);
	ik_request_release(&r);
}

static int missing(int a, int b, uint32_t flags)
{
	return (flags & INK_SORT_MISSING_FIRST) != 0 ? b - a : a - b;
}

static int64_t chosen(uint64_t doc, uint32_t flags)
{
	int64_t best = world_num(doc, 0);

	for (uint32_t i = 1; i < world_count(doc); i++) {
		int64_t v = world_num(doc, i);

		if ((flags & INK_SORT_DESC) != 0 ? v > best : v < best)
			best = v;
	}
	return best;
}

static int by_num(uint64_t a, uint64_t b, uint32_t flags)
{
	int64_t x, y;

	if (world_count(a) == 0 || world_count(b) == 0)
		return missing(world_count(a) == 0, world_count(b) == 0, flags);
	x = chosen(a, flags);
	y = chosen(b, flags);
	return (flags & INK_SORT_DESC) != 0 ? (x < y) - (x > y) : (x > y) - (x < y);
}

static void chosen_tag(uint64_t doc, uint32_t flags, char best[32])
{
	char tag[32];

	world_tag(doc, 0, best);
	for (uint32_t i = 1; i < world_count(doc); i++) {
		world_tag(doc, i, tag);
		if ((flags & INK_SORT_DESC) != 0 ? strcmp(tag, best) > 0 : strcmp(tag, best) < 0)
			strcpy(best, tag);
	}
}

static int by_tag(uint64_t a, uint64_t b, uint32_t flags)
{
	char x[32], y[32];

	if (world_count(a) == 0 || world_count(b) == 0)
		return missing(world_count(a) == 0, world_count(b) == 0, flags);
	chosen_tag(a, flags, x);
	chosen_tag(b, flags, y);
	return (flags & INK_SORT_DESC) != 0 ? strcmp(y, x) : strcmp(x, y);
}

static int by_id(uint64_t a, uint64_t b, uint32_t flags)
{
	int order = (a > b) - (a < b);

	return (flags & INK_SORT_DESC) != 0 ? -order : order;
}

static int by_val(uint64_t a, uint64_t b, uint32_t flags)
{
	double x = world_val(a), y = world_val(b);

	if (a % 5 == 0 || b % 5 == 0)
		return missing(a % 5 == 0, b % 5 == 0, flags);
	return (flags & INK_SORT_DESC) != 0 ? (x < y) - (x > y) : (x > y) - (x < y);
}

static int by_score(uint64_t a, uint64_t b, uint32_t flags)
{
	(void)flags;
	return (int)(b % 7) - (int)(a % 7);
}

static void test_keys_compare_as_values(void **state)
{
	(void)state;
	for (unsigned commits = 1; commits <= 5; commits += 4) {
		struct world w;

		world_open(&w, commits);
		for (uint32_t flags = 0; flags < 4; flags++) {
			check(&w, F_NUM, flags, by_num);
			check(&w, F_TAG, flags, by_tag);
			check(&w, F_ID, flags, by_id);
			check(&w, F_VAL, flags, by_val);
			check(&w, IK_SORT_SCORE, flags, by_score);
		}
		world_close(&w);
	}
}

static void test_the_first_sort_decides_and_the_next_breaks_ties(void **state)
{
	struct ik_arena arena = { 0 };
	struct ik_request r;
	struct ik_sorter *s;
	struct ik_key *keys;
	struct world w;

	(void)state;
	world_open(&w, 4);
	world_request(&w, "*:*", &r);
	add_sort(&r, F_TAG, 0);
	add_sort(&r, F_NUM, INK_SORT_DESC);
	add_sort(&r, IK_SORT_SCORE, 0);
	ok(ik_sorter_new(&r, &arena, &s, err));
	assert_int_equal(ik_sorter_len(s), SORTS);
	assert_true(ik_sorter_scores(s));
	keys = all_keys(&w, s);
	for (uint64_t a = 0; a < WORLD_DOCS; a += 2)
		for (uint64_t b = 0; b < WORLD_DOCS; b += 5) {
			int want = by_tag(a, b, 0);

			want = want != 0 ? want : by_num(a, b, INK_SORT_DESC);
			want = want != 0 ? want : by_score(a, b, 0);
			assert_int_equal(sign(ik_sorter_compare(s, &keys[a * SORTS],
			                                        &keys[b * SORTS])),
			                 sign(want));
		}
	free(keys);
	ik_arena_free(&arena);
	ik_request_release(&r);
	world_close(&w);
}

static void test_text_cannot_be_sorted(void **state)
{
	struct ik_arena arena = { 0 };
	struct ik_request r;
	struct ik_sorter *s;
	struct world w;
	ink_error err;

	(void)state;
	world_open(&w, 1);
	world_request(&w, "*:*", &r);
	add_sort(&r, F_BODY, 0);
	assert_int_equal(ik_sorter_new(&r, &arena, &s, &err), INK_ESCHEMA);
	assert_non_null(strstr(err.message, "body"));
	r.sorts.v[0].field = 1000;
	assert_int_equal(ik_sorter_new(&r, &arena, &s, &err), INK_ESCHEMA);
	ik_arena_free(&arena);
	ik_request_release(&r);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_compare_as_values),
		cmocka_unit_test(test_the_first_sort_decides_and_the_next_breaks_ties),
		cmocka_unit_test(test_text_cannot_be_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
