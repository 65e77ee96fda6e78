/* test_facet.c - counts agree with counting by hand, over one segment and over many. */
#include "gen_search.h"

#include "search/facet.h"

static const double num_bounds[] = { -1e300, -50, -0.5, 0, 10.5, 11, 1e300 };
static const double val_bounds[] = { -100, 0.125, 0.25, 90 };
static const double day_bounds[] = { 0, 86400000.0 * 365, 86400000.0 * 1000.5, 1e18 };

static int chosen(uint64_t doc)
{
	return !world_deleted(doc) && world_hash(doc, 99) % 3 != 0;
}

static void add_facet(struct ik_request *r, uint32_t field, uint32_t limit, const double *bounds,
                      size_t n)
{
	struct ik_facet_spec *spec = ik_vec_push(&r->facets);

	assert_non_null(spec);
	*spec = (struct ik_facet_spec){ field, limit, (double *)bounds, n };
}

/* Count all chosen documents. */
static void run(struct world *w, struct ik_request *r, struct ik_arena *arena,
                struct ik_facet **out)
{
	struct ik_facets *f;

	ok(ik_facets_new(r, arena, &f, err));
	for (uint32_t v = 0; v < w->searcher->snap->n; v++) {
		const struct ik_view *view = &w->searcher->snap->views[v];

		ok(ik_facets_begin(f, v, err));
		for (uint32_t first = 0; first < view->seg->n_docs; first += 256) {
			uint64_t mask[4] = { 0 };

			for (uint32_t d = 0; d < 256 && first + d < view->seg->n_docs; d++)
				mask[d / 64] |= (uint64_t)chosen(view->base + first + d) << d % 64;
			ik_facets_add(f, first / 256, mask);
		}
		ok(ik_facets_end(f, err));
	}
	ok(ik_facets_finish(f, arena, out, err));
}

/* Documents with a tag, by hand. */
static uint64_t count_tag(const char *tag)
{
	uint64_t n = 0;
	char other[32];

	for (uint64_t d = 0; d < WORLD_DOCS; d++)
		for (uint32_t i = 0; chosen(d) && i < world_count(d); i++) {
			world_tag(d, i, other);
			if (strcmp(other, tag) == 0) {
				n++;
				break;
			}
		}
	return n;
}

static int before(const struct ik_facet_count *a, const struct ik_facet_count *b)
{
	return a->count > b->count || (a->count == b->count && strcmp(a->value, b->value) < 0);
}

static void check_values(const struct ik_facet *f, uint32_t limit)
{
	char tag[32];
	size_t all = 0;

	for (size_t i = 0; i < f->n; i++) {
		assert_int_equal(strlen(f->counts[i].value), f->counts[i].len);
		assert_int_equal(f->counts[i].count, count_tag(f->counts[i].value));
		assert_true(i == 0 || before(&f->counts[i - 1], &f->counts[i]));
	}
	for (unsigned t = 0; t < 150; t++) { /* no better one was left out */
		struct ik_facet_count c = { tag, 0, 0 };
		int there = 0;

		sprintf(tag, "t%u", t);
		c.count = count_tag(tag);
		all += c.count > 0;
		for (size_t i = 0; i < f->n; i++)
			there |= strcmp(f->counts[i].value, tag) == 0;
		if (!there && c.count > 0) {
			assert_true(f->n == limit);
			assert_true(limit == 0 || before(&f->counts[f->n - 1], &c));
		}
	}
	assert_int_equal(f->n, all < limit ? all : limit);
}

static void test_values_are_counted_and_ordered(void **state)
{
	static const uint32_t limits[] = { 0, 1, 7, 40, 1000 };

	(void)state;
	for (unsigned commits = 1; commits <= 5; commits += 4) {
		struct world w;

		world_open(&w, commits);
		for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
			struct ik_arena arena = { 0 };
			struct ik_request r;
			struct ik_facet *facets;

			world_request(&w, "*:*", &r);
			add_facet(&r, F_TAG, limits[i], NULL, 0);
			run(&w, &r, &arena, &facets);
			check_values(&facets[0], limits[i]);
			ik_arena_free(&arena);
			ik_request_release(&r);
		}
		world_close(&w);
	}
}

static int in_range(uint64_t doc, uint32_t field, double lo, double hi)
{
	if (field == F_NUM) {
		for (uint32_t i = 0; i < world_count(doc); i++)
			if ((double)world_num(doc, i) >= lo && (double)world_num(doc, i) < hi)
				return 1;
		return 0;
	}
	if (doc % 5 == 0)
		return 0;
	if (field == F_VAL)
		return world_val(doc) >= lo && world_val(doc) < hi;
	return (double)world_day(doc) >= lo && (double)world_day(doc) < hi;
}

static void check_ranges(const struct ik_facet *f, uint32_t field, const double *bounds, size_t n)
{
	assert_int_equal(f->n, n);
	for (size_t i = 0; i < n; i++) {
		uint64_t want = 0;

		for (uint64_t d = 0; d < WORLD_DOCS; d++)
			want += chosen(d) && in_range(d, field, bounds[i], bounds[i + 1]);
		assert_int_equal(f->counts[i].count, want);
	}
}

static void test_ranges_are_counted(void **state)
{
	(void)state;
	for (unsigned commits = 1; commits <= 5; commits += 4) {
		struct ik_arena arena = { 0 };
		struct ik_facet *facets;
		struct ik_request r;
		struct world w;

		world_open(&w, commits);
		world_request(&w, "*:*", &r);
		add_facet(&r, F_NUM, 0, num_bounds, 6);
		add_facet(&r, F_TAG, 3, NULL, 0);
		add_facet(&r, F_VAL, 0, val_bounds, 3);
		add_facet(&r, F_DAY, 0, day_bounds, 3);
		run(&w, &r, &arena, &facets);
		check_ranges(&facets[0], F_NUM, num_bounds, 6);
		check_values(&facets[1], 3);
		check_ranges(&facets[2], F_VAL, val_bounds, 3);
		check_ranges(&facets[3], F_DAY, day_bounds, 3);
		assert_string_equal(facets[0].counts[1].value, "-50..-0.5");
		assert_string_equal(facets[2].counts[1].value, "0.125..0.25");
		assert_string_equal(facets[3].counts[0].value,
		                    "1970-01-01T00:00:00Z..1971-01-01T00:00:00Z");
		ik_arena_free(&arena);
		ik_request_release(&r);
		world_close(&w);
	}
}

static void test_fields_that_cannot_be_counted_are_refused(void **state)
{
	static const double bounds[] = { 0, 1 };
	struct ik_arena arena = { 0 };
	struct ik_facets *f;
	struct ik_request r;
	struct world w;

	(void)state;
	world_open(&w, 1);
	world_request(&w, "*:*", &r);
	add_facet(&r, F_BODY, 3, NULL, 0);
	assert_int_equal(ik_facets_new(&r, &arena, &f, NULL), INK_ESCHEMA);
	r.facets.v[0] = (struct ik_facet_spec){ F_TAG, 0, (double *)bounds, 1 };
	assert_int_equal(ik_facets_new(&r, &arena, &f, NULL), INK_ESCHEMA);
	r.facets.v[0] = (struct ik_facet_spec){ 99, 3, NULL, 0 };
	assert_int_equal(ik_facets_new(&r, &arena, &f, NULL), INK_ESCHEMA);
	ik_facets_free(NULL);
	ik_arena_free(&arena);
	ik_request_release(&r);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_are_counted_and_ordered),
		cmocka_unit_test(test_ranges_are_counted),
		cmocka_unit_test(test_fields_that_cannot_be_counted_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
