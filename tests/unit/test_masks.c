/*
 * test_masks.c - sets of documents in many ranges at once are what one by one
 * gives, and so are ranges where terms do not meet; and a term is asked for
 * documents that it does not have. Documents are listed, and scored term by
 * term, as one by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../support/gen.h"
#include "base/cpu.h"
#include "base/mem.h"
#include "match/meet.h"
#include "match/narrow.h"
#include "match/sift.h"
#include "segment/post.h"

#define DOCS (256 * 40 + 37)
#define RANGES (DOCS / 256 + 1)
#define TERMS 7

/* A term, and which documents have it. */
struct word {
	struct ik_term term;
	uint8_t has[DOCS];
};

static struct word words[TERMS];
static struct gen gen = { 77 };
static struct ik_segment segment;
static struct ik_match match;
static struct ik_arena arena;
static char name[] = "a segment";
static ink_error err;

/* One document in so many; of `from` .. `to` all. */
static void choose(struct word *w, uint32_t one_in, uint32_t from, uint32_t to)
{
	memset(w->has, 0, sizeof w->has);
	for (uint32_t d = 0; d < DOCS; d++)
		w->has[d] = gen_below(&gen, one_in) == 0 || (d >= from && d < to);
}

/* The posting list in memory of its exact size, so that a sanitizer sees what is read past it. */
static void build(struct word *w)
{
	struct ik_post_builder b;
	struct ik_post_env env = { DOCS, 0, NULL, ik_bitpack_choose(ik_cpu()) };
	uint32_t *docs, *freqs;
	uint8_t *post;

	ik_post_builder_init(&b);
	ik_post_begin(&b, DOCS, 0, NULL, NULL);
	for (uint32_t d = 0; d < DOCS; d++) {
		w->term.info.df += w->has[d];
		if (w->has[d])
			assert_int_equal(ik_post_add(&b, d, 1, NULL, &err), 0);
	}
	assert_int_equal(ik_post_end(&b, &err), 0);
	post = malloc(b.blob.len);
	assert_non_null(post);
	memcpy(post, b.blob.data, b.blob.len);
	w->term.info.post = post;
	w->term.info.post_len = b.blob.len;
	w->term.node.m = &match;
	w->term.rec_range = UINT32_MAX;
	w->term.ranged = ik_post_form(w->term.info.df, DOCS) == IK_FORM_RANGES;
	if (w->term.ranged) {
		assert_int_equal(ik_ranges_open(&env, &w->term.info, &arena, &w->term.ranges), 0);
	} else {
		docs = ik_arena_array(&arena, w->term.info.df + IK_TERM_PAD, sizeof *docs);
		freqs = ik_arena_array(&arena, w->term.info.df, sizeof *freqs);
		assert_true(docs != NULL && freqs != NULL);
		assert_int_equal(ik_post_decode(&env, &w->term.info, docs, freqs, NULL), 0);
		memset(docs + w->term.info.df, 0xff, IK_TERM_PAD * sizeof *docs);
		w->term.docs = docs;
		w->term.freqs = freqs;
	}
	ik_post_builder_free(&b);
}

static int set_up(void **state)
{
	static const uint32_t one_in[TERMS] = { 1, 2, 8, 12, 30, 100, 400 };

	(void)state;
	segment.name = name;
	match = (struct ik_match){ .seg = &segment, .arena = &arena, .n_ranges = RANGES,
		                   .chunk = RANGES,
		                   .kernel = ik_kernel_choose(ik_cpu()), .err = &err };
	for (size_t i = 0; i < TERMS; i++) {
		/* The rarest is a list with a range of more documents than bytes hold. */
		choose(&words[i], one_in[i], 5 * 256 + 10, 5 * 256 + (i == TERMS - 1 ? 80 : 10));
		build(&words[i]);
		assert_int_equal(words[i].term.ranged, i < 5);
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < TERMS; i++)
		free((void *)(uintptr_t)words[i].term.info.post);
	ik_arena_free(&arena);
	return 0;
}

/* Some ranges, all of them where one_in is 1. */
static void list_some(struct ik_masks *m, uint32_t one_in, uint8_t want[DOCS])
{
	uint16_t bounds[RANGES];

	for (uint32_t r = 0; r < RANGES; r++)
		bounds[r] = gen_below(&gen, one_in) == 0 ? 7 : (uint16_t)gen_below(&gen, 7);
	ik_masks_list(m, &match, 0, bounds, RANGES, 7);
	memset(want, 0, DOCS);
	for (uint32_t i = 0; i < m->n; i++)
		for (uint32_t d = m->list[i] * 256u; d < DOCS && d / 256 == m->list[i]; d++)
			want[d] = 1;
}

static void check(const struct ik_masks_ops *ops, const struct ik_masks *m,
                  const uint8_t want[DOCS])
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < m->n; i++)
		for (uint32_t d = m->list[i] * 256u; d < DOCS && d / 256 == m->list[i]; d++)
			assert_int_equal(m->docs[m->list[i]][d % 256 / 8] >> (d % 8) & 1, want[d]);
	for (uint32_t d = 0; d < DOCS; d++)
		count += want[d];
	assert_int_equal(ops->count(m), count); /* no document of a range that is not listed */
}

/* a, or b, but only with c: and how many have d. */
static void go_along(const struct ik_masks_ops *ops, struct ik_masks *m, const size_t which[4])
{
	static uint8_t listed[DOCS], want[DOCS];
	struct word *w[4];
	uint64_t met, count = 0;

	for (size_t i = 0; i < 4; i++)
		w[i] = &words[which[i]];
	list_some(m, 1 + gen_below(&gen, 3), listed);
	assert_int_equal(ops->set(m, &w[0]->term), 0);
	for (uint32_t d = 0; d < DOCS; d++)
		want[d] = listed[d] & w[0]->has[d];
	check(ops, m, want);
	assert_int_equal(ops->add(m, &w[1]->term), 0);
	for (uint32_t d = 0; d < DOCS; d++)
		want[d] |= listed[d] & w[1]->has[d];
	check(ops, m, want);
	assert_int_equal(ops->keep(m, &w[2]->term), 0);
	for (uint32_t d = 0; d < DOCS; d++)
		want[d] &= w[2]->has[d];
	check(ops, m, want);
	assert_int_equal(ops->meet(m, &w[3]->term, &met), 0);
	for (uint32_t d = 0; d < DOCS; d++)
		count += want[d] & w[3]->has[d];
	assert_int_equal(met, count);
}

/* Masks, and all that they can be worked with here. */
static void open_masks(struct ik_masks *m, const struct ik_masks_ops *all[3])
{
	assert_int_equal(ik_masks_open(&match, m), 0);
	all[0] = &ik_masks_scalar;
	all[1] = ik_masks_choose(ik_cpu() & ~(uint32_t)IK_CPU_AVX512);
	all[2] = ik_masks_choose(ik_cpu());
}

static void test_sets_are_those_of_single_documents(void **state)
{
	const struct ik_masks_ops *all[3];
	struct ik_masks m;

	(void)state;
	open_masks(&m, all);
	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; i < TERMS * TERMS * TERMS * TERMS; i++) {
			size_t which[4] = { i % TERMS, i / TERMS % TERMS, i / TERMS / TERMS % TERMS,
				            i / TERMS / TERMS / TERMS };

			go_along(all[k], &m, which);
		}
}

/* In which ranges some terms, ascending by how rare they are, have documents: all of them or any. */
static void list_and_compare(const struct ik_masks_ops *ops, struct ik_masks *m, size_t a, size_t b,
                             int all)
{
	struct ik_term *terms[2] = { &words[a].term, &words[b].term };
	uint32_t n = 0;

	ops->occupied(m, 0, RANGES, terms, 2, all);
	for (uint32_t r = 0; r < RANGES; r++) {
		int in_a = 0, in_b = 0;

		for (uint32_t d = r * 256; d < DOCS && d / 256 == r; d++) {
			in_a |= words[a].has[d];
			in_b |= words[b].has[d];
		}
		if (all ? in_a && in_b : in_a || in_b) {
			assert_true(n < m->n);
			assert_int_equal(m->list[n++], r);
		}
	}
	assert_int_equal(m->n, n);
}

/* Documents that all of n terms have, the rarest first: which, and how many. */
static void meet_and_compare(const struct ik_masks_ops *ops, struct ik_masks *m, const size_t *which,
                             size_t n)
{
	static uint8_t want[DOCS];
	struct ik_term *terms[3];
	uint64_t met = 0, count = 0;

	memset(want, 1, sizeof want);
	for (size_t i = 0; i < n; i++) {
		terms[i] = &words[which[i]].term;
		for (uint32_t d = 0; d < DOCS; d++)
			want[d] &= words[which[i]].has[d];
	}
	for (uint32_t d = 0; d < DOCS; d++)
		count += want[d];
	assert_int_equal(ops->count_all(m, 0, RANGES, terms, n, &met), 0);
	assert_int_equal(met, count);
	assert_int_equal(ops->all(m, 0, RANGES, terms, n), 0);
	check(ops, m, want);
}

/* With lists and ranges as the rarest and the other ones, dense and sparse ones. */
static void test_terms_are_listed_and_counted_at_once(void **state)
{
	const struct ik_masks_ops *all[3];
	struct ik_masks m;

	(void)state;
	open_masks(&m, all);
	for (size_t i = 0; i < 3 * TERMS * TERMS; i++) {
		const struct ik_masks_ops *ops = all[i / (TERMS * TERMS)];
		size_t a = i / TERMS % TERMS, b = i % TERMS;

		list_and_compare(ops, &m, a, b, 0);
		list_and_compare(ops, &m, a, b, 1);
		for (size_t c = 0; c <= b && b <= a; c++) /* the words ascend by how rare they are */
			meet_and_compare(ops, &m, (size_t[]){ a, b, c }, c == b ? 2 : 3);
	}
}

/* The same term as a list, as it is in a segment of many more documents. */
static void make_list(struct word *w)
{
	uint32_t *docs = ik_arena_array(&arena, w->term.info.df + IK_TERM_PAD, sizeof *docs), n = 0;

	assert_non_null(docs);
	for (uint32_t d = 0; d < DOCS; d++)
		if (w->has[d])
			docs[n++] = d;
	memset(docs + n, 0xff, IK_TERM_PAD * sizeof *docs);
	w->term.docs = docs;
	w->term.ranged = 0;
}

/* More documents than a byte counts, in one go. */
static void test_long_lists_are_looked_up(void **state)
{
	const struct ik_masks_ops *all[3];
	struct ik_masks m;

	(void)state;
	match.n_ranges = IK_MASKS_MAX;
	open_masks(&m, all);
	match.n_ranges = RANGES;
	for (size_t a = 2; a < 5; a++) {
		struct ik_term kept = words[a].term;

		make_list(&words[a]);
		assert_true(kept.ranged && kept.info.df > 256 && kept.info.df < m.room);
		for (size_t i = 0; i < 3 * a; i++)
			meet_and_compare(all[i % 3], &m, (size_t[]){ a, i / 3 }, 2);
		words[a].term = kept;
	}
}

static void test_places_without_a_document_leave_the_list(void **state)
{
	const struct ik_masks_ops *ops = ik_masks_choose(ik_cpu());
	static uint8_t listed[DOCS];
	struct ik_masks m;

	(void)state;
	assert_int_equal(ik_masks_open(&match, &m), 0);
	list_some(&m, 1, listed);
	assert_int_equal(m.n, RANGES);
	assert_int_equal(ops->set(&m, &words[5].term), 0);
	assert_int_equal(ops->keep(&m, &words[6].term), 0);
	assert_true(m.n > 0 && m.n < RANGES);
	for (uint32_t i = 0; i < m.n; i++) {
		uint32_t found = 0;

		for (uint32_t d = m.list[i] * 256u; d < DOCS && d / 256 == m.list[i]; d++)
			found += words[5].has[d] & words[6].has[d];
		assert_true(found > 0);
	}
}

/* Has a document of range r all those of the first n terms? */
static int meet_in(uint32_t r, size_t n, const int needed[])
{
	for (uint32_t d = r * 256; d < DOCS && d / 256 == r; d++) {
		size_t i = 0;

		while (i < n && (!needed[i] || words[i].has[d]))
			i++;
		if (i == n)
			return 1;
	}
	return 0;
}

/* Bounds of the first n terms, and one of something else that may match anywhere. */
static void fill_bounds(size_t n, uint16_t bounds[], uint16_t sums[])
{
	memset(sums, 0, RANGES * sizeof *sums);
	for (size_t i = 0; i <= n; i++)
		for (uint32_t r = 0; r < RANGES; r++) {
			int needed[TERMS + 1] = { 0 };

			needed[i] = 1;
			bounds[i * RANGES + r] = i == n || meet_in(r, n, needed)
			                                   ? (uint16_t)(1 + gen_below(&gen, 40))
			                                   : 0;
			sums[r] = (uint16_t)(sums[r] + bounds[i * RANGES + r]);
		}
}

/* What the range is left with. */
static uint16_t sifted(size_t n, const uint16_t bounds[], uint32_t r, uint16_t sum, uint16_t least)
{
	int needed[TERMS] = { 0 };

	for (size_t i = 0; i < n; i++)
		needed[i] = sum - bounds[i * RANGES + r] < least;
	return sum < least || sum == UINT16_MAX || meet_in(r, n, needed) ? sum : 0;
}

static void test_ranges_go_where_terms_that_are_needed_do_not_meet(void **state)
{
	static uint16_t bounds[(TERMS + 1) * RANGES], sums[RANGES], before[RANGES];
	struct ik_term *terms[TERMS + 1] = { NULL };
	uint32_t gone = 0;

	(void)state;
	for (size_t i = 0; i < 300; i++) {
		size_t n = 2 + i % (TERMS - 1);
		uint16_t least = (uint16_t)(20 + gen_below(&gen, 20 * (uint32_t)n));
		struct ik_sift sift = { .terms = terms, .n = n + 1, .bounds = bounds };

		memset(terms, 0, sizeof terms);
		for (size_t k = 0; k < n; k++)
			terms[k] = &words[k].term;
		fill_bounds(n, bounds, sums);
		sums[i % RANGES] = UINT16_MAX; /* and perhaps more */
		memcpy(before, sums, sizeof sums);
		assert_int_equal(ik_sift(&sift, &match, 0, RANGES, least, sums), 0);
		for (uint32_t r = 0; r < RANGES; r++) {
			assert_int_equal(sums[r], sifted(n, bounds, r, before[r], least));
			gone += sums[r] == 0 && before[r] != 0;
		}
	}
	assert_true(gone > 300);
}

/* As of a pair of words, one of which is not where the pair is. */
static void test_a_document_that_is_not_in_a_list_is_damage(void **state)
{
	static const struct ik_part_info part = { .part = 0 };
	struct word *w = &words[TERMS - 1];
	struct ik_posting posting;
	uint32_t d = 5 * 256 + 10;
	uint8_t in_range;

	(void)state;
	w->term.part = &part;
	assert_true(w->has[d] && !w->term.ranged);
	while (w->has[d])
		d++;
	in_range = (uint8_t)(d % 256);
	assert_int_equal(ik_term_postings(&w->term, 5, &in_range, 1, &posting), INK_ECORRUPT);
}

static void test_documents_that_are_left_are_listed(void **state)
{
	static uint8_t listed[DOCS];
	static uint32_t docs[DOCS];
	struct ik_narrow narrow = { .terms = { &words[3].term },
		                    .ops = ik_masks_choose(ik_cpu()) };
	uint32_t n = 0, found;

	(void)state;
	assert_int_equal(ik_masks_open(&match, &narrow.masks), 0);
	list_some(&narrow.masks, 2, listed);
	assert_int_equal(narrow.ops->set(&narrow.masks, &words[3].term), 0);
	found = ik_narrow_list(&narrow, docs, DOCS);
	for (uint32_t d = 0; d < DOCS; d++)
		if (listed[d] && words[3].has[d])
			assert_int_equal(docs[n++], d);
	assert_int_equal(found, n);
	assert_int_equal(ik_narrow_list(&narrow, docs, n), n);
	assert_int_equal(ik_narrow_list(&narrow, docs, n - 1), n);
}

/* Ranges narrowed by where the terms are, or by bounds that say the same. */
static void test_narrowing_without_bounds_finds_the_same(void **state)
{
	static uint32_t docs[DOCS];
	uint16_t bounds[RANGES], scratch[RANGES];

	(void)state;
	match.scratch = scratch;
	for (size_t i = 0; i < TERMS * TERMS; i++) {
		struct ik_narrow narrow = { .n = 2, .ops = ik_masks_choose(ik_cpu()) };
		struct word *w[2] = { &words[i / TERMS], &words[i % TERMS] };
		uint32_t n = 0;

		for (size_t k = 0; k < 2; k++)
			narrow.terms[k] = &w[k]->term;
		for (uint32_t d = 0; d < DOCS; d++)
			if (w[0]->has[d] && w[1]->has[d])
				docs[n++] = d;
		for (size_t with = 0; with < 2; with++) {
			uint32_t found[DOCS];

			for (uint32_t r = 0; r < RANGES; r++)
				bounds[r] = (uint16_t)(r + 3);
			assert_int_equal(ik_narrow(&narrow, 0, RANGES, with ? bounds : NULL, 3), 0);
			assert_int_equal(ik_narrow_list(&narrow, found, DOCS), n);
			assert_memory_equal(found, docs, n * sizeof *docs);
			ik_narrow_bounds(&narrow, RANGES, bounds);
		}
		for (uint32_t r = 0, k = 0; r < RANGES; r++) {
			assert_int_equal(bounds[r], k < n && docs[k] / 256 == r ? r + 3 : 0);
			while (k < n && docs[k] / 256 == r)
				k++;
		}
	}
	match.scratch = NULL;
}

/* By the term alone, on top of what is there. */
static void check_scores(const struct ik_meet *meet, struct word *w, int32_t each)
{
	static uint32_t docs[DOCS];
	static int32_t scores[DOCS];
	uint32_t n = 0;

	for (uint32_t d = 0; d < DOCS; d++)
		if (w->has[d] && gen_below(&gen, 3) == 0) {
			docs[n] = d;
			scores[n] = (int32_t)n;
			n++;
		}
	w->term.rec_range = UINT32_MAX;
	assert_int_equal(meet->scores(&w->term, docs, n, scores), 0);
	for (uint32_t k = 0; k < n; k++)
		assert_int_equal(scores[k], (int32_t)k + each);
	for (docs[0] = 0; docs[0] < DOCS && w->has[docs[0]]; docs[0]++)
		;
	if (docs[0] < DOCS)
		assert_int_equal(meet->scores(&w->term, docs, 1, scores), INK_ECORRUPT);
}

static void test_scores_term_by_term_are_those_of_single_documents(void **state)
{
	const struct ik_meet *all[] = { &ik_meet_scalar, ik_meet_choose(ik_cpu()) };
	static const struct ik_part_info part = { .part = 0 };
	struct ik_bm25 bm25;

	(void)state;
	ik_bm25_init(&bm25, 1.2, 0.75, 40);
	for (size_t i = 0; i < 2 * TERMS; i++) {
		struct word *w = &words[i / 2];
		int32_t each;

		w->term.part = &part;
		w->term.bm25 = &bm25;
		w->term.ws = 1000.0f * (float)(i + 1);
		each = ik_bm25_points(w->term.ws, 1, bm25.inv[0]);
		assert_true(each > 0);
		w->term.points = calloc(w->term.info.df, sizeof *w->term.points);
		assert_non_null(w->term.points);
		for (uint32_t k = 0; k < w->term.info.df; k++)
			w->term.points[k] = each;
		check_scores(all[i % 2], w, each);
		free(w->term.points);
		w->term.points = NULL;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sets_are_those_of_single_documents),
		cmocka_unit_test(test_terms_are_listed_and_counted_at_once),
		cmocka_unit_test(test_long_lists_are_looked_up),
		cmocka_unit_test(test_places_without_a_document_leave_the_list),
		cmocka_unit_test(test_ranges_go_where_terms_that_are_needed_do_not_meet),
		cmocka_unit_test(test_a_document_that_is_not_in_a_list_is_damage),
		cmocka_unit_test(test_documents_that_are_left_are_listed),
		cmocka_unit_test(test_narrowing_without_bounds_finds_the_same),
		cmocka_unit_test(test_scores_term_by_term_are_those_of_single_documents),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
