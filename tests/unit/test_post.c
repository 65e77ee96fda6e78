/* test_post.c - posting lists of every form give back what was put in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cpu.h"
#include "base/mem.h"
#include "segment/post.h"
#include "segment/post_read.h"
#include "segment/range.h"

#define DOCS_MAX 400000u

/* A random list, kept beside what the builder made of it. */
struct list {
	uint32_t n_docs, n, flags;
	uint32_t docs[DOCS_MAX], freqs[DOCS_MAX];
	uint32_t *positions[DOCS_MAX];
	uint8_t norms[DOCS_MAX];
	struct ik_bm25 bm25;
	struct ik_post_builder b;
	struct ik_post_env env;
	struct ik_term_info info;
};

static uint64_t seed = 20240501;

static uint32_t rnd(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % below);
}

static uint32_t random_freq(void)
{
	uint32_t kind = rnd(100);

	return kind < 60 ? 1 : kind < 97 ? 1 + rnd(12) : kind < 99 ? 200 + rnd(100) : 1 + rnd(3000);
}

static void make(struct list *l, uint32_t n_docs, uint32_t n, uint32_t flags, uint32_t first)
{
	uint32_t left = n_docs - first;

	memset(l, 0, sizeof *l);
	l->n_docs = n_docs;
	l->flags = flags;
	for (uint32_t d = 0; d < n_docs; d++)
		l->norms[d] = (uint8_t)(1 + rnd(90));
	ik_bm25_init(&l->bm25, 0.9, 0.4, 40);
	ik_post_builder_init(&l->b);
	ik_post_begin(&l->b, n_docs, flags, l->norms, &l->bm25);
	for (uint32_t d = first; d < n_docs && l->n < n; d++, left--) {
		uint32_t tf = random_freq(), *pos, *gaps;

		if (rnd(left) >= n - l->n)
			continue;
		pos = malloc(tf * sizeof *pos);
		gaps = malloc(tf * sizeof *gaps);
		assert_true(pos != NULL && gaps != NULL);
		for (uint32_t i = 0; i < tf; i++) {
			gaps[i] = rnd(i % 7 == 0 ? 3000 : 20);
			pos[i] = (i > 0 ? pos[i - 1] : 0) + gaps[i];
		}
		assert_int_equal(ik_post_add(&l->b, d, tf, gaps, NULL), 0);
		free(gaps);
		l->docs[l->n] = d;
		l->freqs[l->n] = (flags & IK_PART_FREQS) != 0 ? tf : 1;
		l->positions[l->n++] = pos;
	}
	assert_int_equal(l->n, n);
	assert_int_equal(ik_post_end(&l->b, NULL), 0);
	l->env = (struct ik_post_env){ n_docs, flags, l->norms, ik_bitpack_choose(ik_cpu()) };
	l->info = (struct ik_term_info){ n, NULL, l->b.blob.len };
	l->info.post = malloc(l->b.blob.len); /* exact size: a sanitizer sees every byte read past it */
	memcpy((void *)(uintptr_t)l->info.post, l->b.blob.data, l->b.blob.len);
}

static void release(struct list *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		free(l->positions[i]);
	free((void *)(uintptr_t)l->info.post);
	ik_post_builder_free(&l->b);
}

static void check_iter(const struct list *l)
{
	struct ik_post_iter it;

	assert_int_equal(ik_post_iter_open(&it, &l->env, &l->info, NULL), 0);
	for (uint32_t i = 0; i < l->n; i++) {
		assert_int_equal(ik_post_iter_next(&it, NULL), 1);
		assert_int_equal(it.doc, l->docs[i]);
		assert_int_equal(it.tf, l->freqs[i]);
		if ((l->flags & IK_PART_POSITIONS) == 0 || i % 3 == 1)
			continue;
		assert_int_equal(ik_post_iter_positions(&it, NULL), 0);
		assert_memory_equal(it.positions.v, l->positions[i], it.tf * sizeof(uint32_t));
	}
	assert_int_equal(ik_post_iter_next(&it, NULL), 0);
	ik_post_iter_free(&it);
}

static void check_gaps(const uint32_t *gaps, const uint32_t *positions, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(gaps[i], positions[i] - (i > 0 ? positions[i - 1] : 0));
}

/* The same by units, with the memory of a walk that did not come to its end. */
static void check_units(const struct list *l)
{
	struct ik_post_iter it;
	uint32_t seen = 0;

	assert_int_equal(ik_post_iter_open(&it, &l->env, &l->info, NULL), 0);
	for (int i = 0; i < 3; i++)
		assert_in_range(ik_post_iter_next(&it, NULL), 0, 1);
	assert_int_equal(ik_post_iter_reopen(&it, &l->env, &l->info, NULL), 0);
	while (ik_post_iter_unit(&it, NULL) == 1) {
		const uint32_t *at;

		assert_in_range(it.n, 1, l->n - seen);
		assert_memory_equal(it.docs, l->docs + seen, it.n * sizeof(uint32_t));
		assert_memory_equal(it.freqs, l->freqs + seen, it.n * sizeof(uint32_t));
		seen += it.n;
		if ((l->flags & IK_PART_POSITIONS) == 0)
			continue;
		assert_int_equal(ik_post_iter_unit_gaps(&it, NULL), 0);
		at = it.positions.v;
		for (uint32_t i = 0; i < it.n; at += it.freqs[i++])
			check_gaps(at, l->positions[seen - it.n + i], it.freqs[i]);
		assert_int_equal(at - it.positions.v, it.positions.n);
	}
	assert_int_equal(seen, l->n);
	ik_post_iter_free(&it);
}

/* A short list by all instructions that this processor has, also cut short. */
static void check_short(const struct list *l, uint64_t want_at)
{
	ik_post_get_short_fn *get[3] = { ik_post_get_short_scalar };
	uint32_t docs[IK_SHORT_MAX], freqs[IK_SHORT_MAX];
	size_t n = 1;
	uint64_t pos_at;

#if defined(__x86_64__)
	if ((ik_cpu() & IK_CPU_AVX2) != 0)
		get[n++] = ik_post_get_short_avx2;
	if ((ik_cpu() & IK_CPU_AVX512) != 0)
		get[n++] = ik_post_get_short_avx512;
#endif
	for (size_t i = 0; i < n; i++) {
		memset(docs, 0, sizeof docs);
		memset(freqs, 0, sizeof freqs);
		assert_int_equal(get[i](&l->env, &l->info, docs, freqs, &pos_at), 0);
		assert_int_equal(pos_at, want_at);
		assert_memory_equal(docs, l->docs, l->n * sizeof *docs);
		assert_memory_equal(freqs, l->freqs, l->n * sizeof *freqs);
	}
}

static void check_decode(const struct list *l)
{
	uint32_t *docs = malloc(l->n * sizeof *docs), *freqs = malloc(l->n * sizeof *freqs);
	struct ik_post_arrays arrays = { .docs = docs, .freqs = freqs };
	struct ik_posting posting;
	uint32_t out[4000];

	assert_int_equal(ik_post_decode(&l->env, &l->info, docs, freqs, &arrays.pos_at), 0);
	assert_memory_equal(docs, l->docs, l->n * sizeof *docs);
	assert_memory_equal(freqs, l->freqs, l->n * sizeof *freqs);
	if (ik_post_form(l->n, l->env.n_docs) == IK_FORM_SHORT)
		check_short(l, arrays.pos_at);
	for (uint32_t i = 0; (l->flags & IK_PART_POSITIONS) != 0 && i < l->n; i += 1 + rnd(5)) {
		assert_int_equal(ik_post_posting(&l->env, &l->info, &arrays, i, &posting), 0);
		assert_int_equal(posting.tf, freqs[i]);
		assert_int_equal(ik_pos_read(&posting, 0, out), 0);
		assert_memory_equal(out, l->positions[i], freqs[i] * sizeof *out);
	}
	free(docs);
	free(freqs);
}

/* The posting's positions are those of the list. */
static void check_posting(const struct list *l, const struct ik_range_ops *ops, struct ik_range *range,
                          uint32_t at, struct ik_posting *posting)
{
	uint32_t out[4000];

	assert_int_equal(posting->tf, l->freqs[at]);
	assert_int_equal(ops->reach(range, posting), 0);
	assert_int_equal(ik_pos_read(posting, 0, out), 0);
	assert_memory_equal(out, l->positions[at], posting->tf * sizeof *out);
}

/* Each posting of a range, or some of them, from the front or from the back, on any processor. */
static void check_postings(const struct list *l, const struct ik_ranges *list, uint32_t r,
                           uint32_t first, uint32_t n)
{
	const struct ik_range_ops *all[] = { &ik_range_scalar,
		                             ik_range_choose(ik_cpu() & ~(uint32_t)IK_CPU_AVX512),
		                             ik_range_choose(ik_cpu()) };
	uint32_t step = 1 + rnd(5), back = rnd(2), batch = 1 + rnd(8);

	for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
		struct ik_posting postings[8];
		struct ik_range range;
		uint32_t places[8], m = 0;
		uint8_t docs[8], d;

		assert_int_equal(all[k]->load(list, r, &range), 0);
		for (uint32_t i = 0; i < n; i += step) {
			places[m] = first + (back ? n - 1 - i : i);
			docs[m] = d = (uint8_t)(l->docs[places[m]] % IK_RANGE);
			assert_int_equal(ik_range_freq(&range, places[m] - first), l->freqs[places[m]]);
			if (++m < batch && i + step < n)
				continue;
			assert_int_equal(all[k]->postings(list, r, &range, docs, m, postings), 0);
			for (uint32_t j = 0; j < m; j++) /* some of them, or all */
				if (rnd(3) > 0)
					check_posting(l, all[k], &range, places[j], &postings[j]);
			m = 0;
			if ((n == 1 || i + 1 < n) && d-- > 0 && list->unpack->find(&range.rec, d) < 0)
				assert_int_equal(all[k]->postings(list, r, &range, &d, 1, postings),
				                 INK_ECORRUPT);
		}
	}
}

/* A range's bytes are right, and its maximum is no less than any u in it. */
static void check_range(const struct list *l, struct ik_ranges *list, uint32_t r, uint32_t *i)
{
	uint64_t mask[4], want[4] = { 0 };
	uint32_t at = 0, tf;
	struct ik_range range;

	assert_int_equal(ik_range_mask(list, r, mask), 0);
	if (!ik_ranges_has(list, r)) {
		assert_memory_equal(mask, want, sizeof want);
		assert_true(*i == l->n || l->docs[*i] / IK_RANGE > r);
		return;
	}
	assert_int_equal(ik_range_load(list, r, &range), 0);
	for (; *i < l->n && l->docs[*i] / IK_RANGE == r; ++*i, at++) {
		uint32_t d = l->docs[*i] % IK_RANGE;
		float u = ik_bm25_u(&l->bm25, l->freqs[*i], l->norms[l->docs[*i]]);

		want[d / 64] |= (uint64_t)1 << (d % 64);
		assert_int_equal(list->unpack->find(&range.rec, d), at);
		assert_int_equal(ik_range_freq(&range, at), l->freqs[*i]);
		assert_int_equal(ik_record_freq(&range.rec, at, d, &tf), 0);
		assert_int_equal(tf, l->freqs[*i]);
		assert_true(u <= (float)ik_ranges_max(list)[r] / 255.0f * list->umax);
	}
	if ((l->flags & IK_PART_POSITIONS) != 0)
		check_postings(l, list, r, *i - at, at);
	assert_memory_equal(mask, want, sizeof want);
	assert_int_equal(range.rec.n, at);
}

static int greater_first(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x < y) - (x > y);
}

static void check_kth(const struct list *l, const struct ik_ranges *list)
{
	static const uint32_t ranks[3] = { 10, 100, 1000 };
	float *u = malloc(l->n * sizeof *u);

	for (uint32_t i = 0; i < l->n; i++)
		u[i] = ik_bm25_u(&l->bm25, l->freqs[i], l->norms[l->docs[i]]);
	qsort(u, l->n, sizeof *u, greater_first);
	assert_true(list->umax >= u[0]);
	for (unsigned k = 0; k < 3; k++) {
		if (l->n < ranks[k]) {
			assert_true(list->kth[k] == 0);
			continue;
		}
		assert_true(list->kth[k] <= u[ranks[k] - 1]);
		assert_true(list->kth[k] >= u[ranks[k] - 1] * 0.999f);
	}
	free(u);
}

static void check_ranges(const struct list *l)
{
	struct ik_arena arena = { 0 };
	struct ik_ranges list;
	uint32_t i = 0;

	assert_int_equal(ik_ranges_open(&l->env, &l->info, &arena, &list), 0);
	for (uint32_t r = 0; r < list.n; r++)
		check_range(l, &list, r, &i);
	assert_int_equal(i, l->n);
	if ((l->flags & IK_PART_FREQS) != 0)
		check_kth(l, &list);
	ik_arena_free(&arena);
}

static const uint32_t all_flags[] = { 0, IK_PART_FREQS, IK_PART_FREQS | IK_PART_POSITIONS };

static void test_every_form_round_trips(void **state)
{
	static const uint32_t sizes[][2] = { { 1, 1 },        { 300, 1 },       { 300, 32 },
		                             { 300, 33 },     { 300, 255 },     { 300, 256 },
		                             { 300, 300 },    { 256, 256 },     { 65536, 3000 },
		                             { 400000, 256 }, { 400000, 257 },  { 400000, 385 },
		                             { 70000, 2 },    { 70000, 5000 },  { 69999, 60000 } };
	struct list *l = malloc(sizeof *l);

	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (size_t f = 0; f < 3; f++) {
			make(l, sizes[s][0], sizes[s][1], all_flags[f], 0);
			check_iter(l);
			check_units(l);
			if (ik_post_form(l->n, l->n_docs) == IK_FORM_RANGES)
				check_ranges(l);
			else
				check_decode(l);
			release(l);
		}
	free(l);
}

/* As merging hands them over: some of them alone and others together. */
static void test_postings_may_be_added_together(void **state)
{
	static const uint32_t flags[] = { 0, IK_PART_FREQS, IK_PART_FREQS | IK_PART_POSITIONS };

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct list *l = malloc(sizeof *l);
		struct ik_post_builder b;
		uint32_t *gaps = malloc(400000 * sizeof *gaps), at = 0;

		make(l, 5000, 1 + rnd(600), flags[round % 3], 0);
		ik_post_builder_init(&b);
		ik_post_begin(&b, l->n_docs, l->flags, l->norms, &l->bm25);
		while (at < l->n) {
			uint32_t left = l->n - at, n = rnd(3) == 0 ? 1 : 1 + rnd(left), n_gaps = 0;

			n = n < 100 ? n : 100; /* 3000 positions each, at most */
			for (uint32_t i = at; i < at + n && flags[round % 3] > IK_PART_FREQS; i++)
				for (uint32_t k = 0; k < l->freqs[i]; k++)
					gaps[n_gaps++] = l->positions[i][k] -
					                 (k > 0 ? l->positions[i][k - 1] : 0);
			assert_int_equal(ik_post_add_many(&b, l->docs + at, l->freqs + at, n, gaps,
			                                  n_gaps, NULL), 0);
			at += n;
		}
		assert_int_equal(ik_post_end(&b, NULL), 0);
		assert_int_equal(b.blob.len, l->b.blob.len);
		assert_memory_equal(b.blob.data, l->b.blob.data, b.blob.len);
		ik_post_builder_free(&b);
		release(l);
		free(gaps);
		free(l);
	}
}

static void test_a_list_that_starts_late_is_sparse(void **state)
{
	struct list *l = malloc(sizeof *l);

	(void)state;
	make(l, 70000, 400, IK_PART_FREQS | IK_PART_POSITIONS, 69000);
	check_iter(l);
	check_units(l);
	check_ranges(l);
	release(l);
	free(l);
}

/* Walk a damaged list: any answer but a crash, and never past its end (the sanitizer watches). */
static void walk(const struct list *l, const struct ik_term_info *info)
{
	struct ik_post_iter it;
	struct ik_arena arena = { 0 };
	struct ik_ranges list;
	struct ik_range range;
	uint32_t *docs = malloc((size_t)info->df * 4), *freqs = malloc((size_t)info->df * 4), seen = 0;

	if (ik_post_iter_open(&it, &l->env, info, NULL) == 0)
		while (ik_post_iter_next(&it, NULL) == 1 && seen++ <= info->df) {
			assert_true(it.doc < l->n_docs);
			if ((l->flags & IK_PART_POSITIONS) != 0 &&
			    ik_post_iter_positions(&it, NULL) != 0)
				break;
		}
	seen = 0;
	if (ik_post_iter_reopen(&it, &l->env, info, NULL) == 0)
		while (ik_post_iter_unit(&it, NULL) == 1 && (seen += it.n) <= info->df) {
			assert_true(it.docs[it.n - 1] < l->n_docs);
			if ((l->flags & IK_PART_POSITIONS) != 0)
				(void)ik_post_iter_unit_gaps(&it, NULL);
		}
	assert_true(seen <= info->df);
	ik_post_iter_free(&it);
	if (ik_post_form(info->df, l->n_docs) != IK_FORM_RANGES) {
		if (ik_post_decode(&l->env, info, docs, freqs, NULL) == 0)
			for (uint32_t i = 0; i < info->df; i++)
				assert_true(docs[i] < l->n_docs);
	} else if (ik_ranges_open(&l->env, info, &arena, &list) == 0) {
		for (uint32_t r = 0; r < list.n; r++)
			if (ik_ranges_has(&list, r))
				(void)ik_range_load(&list, r, &range);
	}
	ik_arena_free(&arena);
	free(docs);
	free(freqs);
}

static void damage(const struct list *l)
{
	for (int i = 0; i < 3000; i++) {
		struct ik_term_info info = l->info;
		size_t len = i % 2 == 0 ? info.post_len : rnd((uint32_t)info.post_len + 1);
		uint8_t *bytes = malloc(len + 1);

		memcpy(bytes, l->info.post, len);
		for (uint32_t k = rnd(4); len > 0 && k > 0; k--)
			bytes[rnd(i % 3 == 0 && len > 40 ? 40 : (uint32_t)len)] = (uint8_t)rnd(256);
		info.post = bytes = realloc(bytes, len > 0 ? len : 1);
		info.post_len = len;
		walk(l, &info);
		free(bytes);
	}
}

static void test_damaged_lists_are_survived(void **state)
{
	static const uint32_t sizes[][2] = { { 300, 100 }, { 300, 290 }, { 400000, 260 }, { 70000, 700 } };
	struct list *l = malloc(sizeof *l);

	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (size_t f = 0; f < 3; f++) {
			make(l, sizes[s][0], sizes[s][1], all_flags[f], 0);
			damage(l);
			release(l);
		}
	free(l);
}

/* Positions are written with those before them: a merge may not get any that fall. */
static void test_positions_that_wrap_around_are_damage(void **state)
{
	/* As a memory index would: document 0 with two positions, 2^32 - 1 and 5 more. */
	static const uint8_t memory[] = {0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 5};
	const uint32_t flags = IK_PART_FREQS | IK_PART_POSITIONS;
	const struct ik_post_env env = {10, flags, NULL, ik_bitpack_choose(ik_cpu())};
	struct ik_post_builder b;
	struct ik_post_iter it;
	struct ik_bm25 bm25;
	struct ik_term_info info = {.df = 1};

	(void)state;
	ik_bm25_init(&bm25, 0.9, 0.4, 2);
	ik_post_builder_init(&b);
	ik_post_begin(&b, 10, flags, NULL, &bm25);
	assert_int_equal(ik_post_add_list(&b, memory, sizeof memory, NULL), 0);
	assert_int_equal(ik_post_end(&b, NULL), 0);
	info.post = b.blob.data;
	info.post_len = b.blob.len;
	assert_int_equal(ik_post_iter_open(&it, &env, &info, NULL), 0);
	assert_int_equal(ik_post_iter_next(&it, NULL), 1);
	assert_int_equal(it.tf, 2);
	assert_int_equal(ik_post_iter_positions(&it, NULL), INK_ECORRUPT);
	assert_int_equal(ik_post_iter_reopen(&it, &env, &info, NULL), 0);
	assert_int_equal(ik_post_iter_unit(&it, NULL), 1);
	assert_int_equal(ik_post_iter_unit_gaps(&it, NULL), INK_ECORRUPT);
	ik_post_iter_free(&it);
	ik_post_builder_free(&b);
}

/* Walk a list of n documents, the last with frequency tf: 0 at the end, or INK_ECORRUPT. */
static int walk_with(uint32_t n_docs, uint32_t n, uint32_t tf)
{
	const struct ik_post_env env = {n_docs, IK_PART_FREQS, NULL, ik_bitpack_choose(ik_cpu())};
	struct ik_term_info info = {.df = n};
	struct ik_post_builder b;
	struct ik_post_iter it;
	struct ik_bm25 bm25;
	int rc;

	ik_bm25_init(&bm25, 0.9, 0.4, 2);
	ik_post_builder_init(&b);
	ik_post_begin(&b, n_docs, IK_PART_FREQS, NULL, &bm25);
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(ik_post_add(&b, i * (n_docs / n), i + 1 < n ? 1 : tf, NULL, NULL), 0);
	assert_int_equal(ik_post_end(&b, NULL), 0);
	info.post = b.blob.data;
	info.post_len = b.blob.len;
	rc = ik_post_iter_open(&it, &env, &info, NULL);
	for (uint32_t i = 0; rc >= 0 && i <= n; i++) {
		rc = ik_post_iter_next(&it, NULL);
		if (rc == 1)
			assert_int_equal(it.tf, i + 1 < n ? 1 : tf);
	}
	ik_post_iter_free(&it);
	ik_post_builder_free(&b);
	return rc;
}

/* No text is so long, and what scores takes frequencies for numbers with a sign. */
static void test_frequencies_of_2_to_the_31_are_damage(void **state)
{
	static const struct {
		uint32_t n_docs, n;
		int form;
	} cases[] = {{10, 3, IK_FORM_SHORT},
	             {DOCS_MAX, 2 * IK_BLOCK, IK_FORM_BLOCKS},
	             {DOCS_MAX, 2 * IK_BLOCK + 1, IK_FORM_BLOCKS},
	             {10000, 5000, IK_FORM_RANGES}};
	const uint32_t most = INT32_MAX;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t n_docs = cases[i].n_docs, n = cases[i].n;

		assert_int_equal(ik_post_form(n, n_docs), cases[i].form);
		assert_int_equal(walk_with(n_docs, n, most), 0);
		assert_int_equal(walk_with(n_docs, n, most + 1), INK_ECORRUPT);
		assert_int_equal(walk_with(n_docs, n, most + 3), INK_ECORRUPT);
	}
}

/* Merges and the graph of documents take a record's documents as they stand there. */
static void test_a_record_whose_documents_do_not_ascend_is_damage(void **state)
{
	struct list *l = malloc(sizeof *l);
	struct ik_arena arena = {0};
	struct ik_ranges list;
	struct ik_record rec = {.n = 0};
	struct ik_post_iter it;
	uint8_t *docs, first;

	(void)state;
	make(l, 70000, 700, IK_PART_FREQS, 0);
	assert_int_equal(ik_ranges_open(&l->env, &l->info, &arena, &list), 0);
	for (uint32_t r = 0; r < list.n && rec.n < 2; r++)
		if (ik_ranges_has(&list, r))
			assert_int_equal(ik_range_record(&list, r, &rec), 0);
	assert_in_range(rec.n, 2, IK_BITMAP_CUT - 1);
	docs = (uint8_t *)(uintptr_t)rec.docs;
	first = docs[0];
	docs[0] = docs[1];
	docs[1] = first;
	assert_int_equal(ik_post_iter_open(&it, &l->env, &l->info, NULL), 0);
	for (uint32_t i = 0; i < l->n && ik_post_iter_next(&it, NULL) == 1; i++)
		assert_int_equal(it.doc, l->docs[i]);
	assert_true(it.loaded < l->n);
	assert_int_equal(ik_post_iter_unit(&it, NULL), INK_ECORRUPT);
	ik_post_iter_free(&it);
	ik_arena_free(&arena);
	release(l);
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_form_round_trips),
		cmocka_unit_test(test_postings_may_be_added_together),
		cmocka_unit_test(test_a_list_that_starts_late_is_sparse),
		cmocka_unit_test(test_damaged_lists_are_survived),
		cmocka_unit_test(test_positions_that_wrap_around_are_damage),
		cmocka_unit_test(test_frequencies_of_2_to_the_31_are_damage),
		cmocka_unit_test(test_a_record_whose_documents_do_not_ascend_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
