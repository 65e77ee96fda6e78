/* test_dict.c - the term dictionary: finding, walking, seeking. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gen_segment.h"

#define TERMS 2000
#define TERM_MAX 24

struct term {
	char text[TERM_MAX];
	size_t len;
	uint32_t doc;
};

/* Three parts with flags of all kinds; the middle one starts and ends inside a block. */
static const uint32_t parts[3] = {3, 4, 0x104};
static const uint32_t flags[3] = {IK_PART_FREQS | IK_PART_POSITIONS, 0, IK_PART_FREQS};
static const size_t counts[3] = {TERMS, 45, TERMS - 1};
static struct term terms[TERMS];
static struct ik_segment *seg;

static int by_bytes(const void *a, const void *b)
{
	const struct term *x = a, *y = b;
	int order = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* Few different bytes, so that prefixes are shared and one term begins another; 0 and 255 too. */
static void make_terms(void)
{
	static const uint8_t alphabet[4] = {0, 'a', 'b', 255};
	size_t n = 0;

	for (uint64_t seed = 1; n < TERMS;) {
		struct term *t = &terms[n];

		memset(t, 0, sizeof *t);
		t->len = (size_t)(gen_mix(seed++) % TERM_MAX);
		for (size_t i = 0; i < t->len; i++)
			t->text[i] = (char)alphabet[gen_mix(seed++) % 4];
		t->doc = (uint32_t)n;
		if (++n < TERMS)
			continue;
		qsort(terms, n, sizeof terms[0], by_bytes);
		n = 1;
		for (size_t i = 1; i < TERMS; i++)
			if (by_bytes(&terms[i], &terms[n - 1]) != 0)
				terms[n++] = terms[i];
	}
}

static int write_segment(void **state)
{
	struct ik_segment_writer *w;
	uint64_t bytes;
	ink_error err;
	const uint32_t gaps[2] = {1, 5};

	make_terms();
	assert_int_equal(ik_dir_mem((struct ik_dir **)state, &err), 0);
	assert_int_equal(ik_segment_create(*state, "seg", TERMS, 0.9, 0.4, &w, &err), 0);
	for (int i = 0; i < 3; i++) {
		struct ik_part_desc desc = {parts[i], flags[i], TERMS, TERMS, NULL};

		assert_int_equal(ik_segment_begin_part(w, &desc, &err), 0);
		for (size_t t = 0; t < counts[i]; t++) {
			assert_int_equal(
				ik_segment_begin_term(w, terms[t].text, terms[t].len, &err), 0);
			assert_int_equal(ik_segment_posting(w, (uint32_t)t, 2, gaps, &err),
			                 0);
			/* Some lists that do not fit the dictionary. */
			for (uint32_t d = (uint32_t)t + 1; t % 10 == 0 && d < t + 60 && d < TERMS;
			     d++)
				assert_int_equal(ik_segment_posting(w, d, 2, gaps, &err), 0);
			assert_int_equal(ik_segment_end_term(w, &err), 0);
			assert_int_equal(ik_segment_part_terms(w), t + 1);
			/* A term without postings leaves no trace. */
			assert_int_equal(
				ik_segment_begin_term(w, terms[t].text, terms[t].len, &err), 0);
			assert_int_equal(ik_segment_end_term(w, &err), 0);
		}
	}
	assert_int_equal(ik_segment_finish(w, &bytes, &err), 0);
	return ik_segment_open(*state, "seg", &seg, &err);
}

static int free_segment(void **state)
{
	ik_segment_unref(seg);
	ik_dir_free(*state);
	return 0;
}

static void check_info(int i, size_t t, const struct ik_term_info *info)
{
	struct ik_post_env env = ik_segment_env(seg, ik_segment_part(seg, parts[i]), NULL, 0);
	struct ik_post_iter it;
	ink_error err;

	assert_int_equal(ik_post_iter_open(&it, &env, info, &err), 0);
	assert_int_equal(ik_post_iter_next(&it, &err), 1);
	assert_int_equal(it.doc, t);
	ik_post_iter_free(&it);
}

static void test_every_term_is_found_in_its_part(void **state)
{
	struct ik_term_info info;
	ink_error err;

	(void)state;
	for (int i = 0; i < 3; i++)
		for (size_t t = 0; t < TERMS; t++) {
			int rc = ik_dict_find(seg, parts[i], terms[t].text, terms[t].len, &info,
			                      &err);

			assert_int_equal(rc, t < counts[i]);
			if (rc == 1)
				check_info(i, t, &info);
		}
}

static void test_other_terms_are_not_found(void **state)
{
	char text[TERM_MAX + 1];
	struct ik_term_info info;
	ink_error err;
	char *large = calloc(1, 100000);

	(void)state;
	for (size_t t = 0; t < TERMS; t++) {
		struct term other = terms[t];

		memcpy(text, other.text, TERM_MAX);
		text[other.len] = 'c';
		assert_int_equal(ik_dict_find(seg, 3, text, other.len + 1, &info, &err), 0);
	}
	assert_int_equal(ik_dict_find(seg, 5, "a", 1, &info, &err), 0);
	assert_int_equal(ik_dict_find(seg, 3, large, 100000, &info, &err), 0);
	memset(large, 255, 100000);
	assert_int_equal(ik_dict_find(seg, 3, large, 100000, &info, &err), 0);
	assert_int_equal(ik_dict_find(seg, 3, large, IK_DICT_KEY_MAX, &info, &err), 0);
	free(large);
}

static void test_a_walk_gives_all_terms_in_order(void **state)
{
	ink_error err;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct ik_dict_iter it;
		size_t n = 0;

		ik_dict_iter_open(&it, seg, parts[i]);
		while (ik_dict_iter_next(&it, &err) == 1) {
			assert_int_equal(it.ord, n);
			assert_int_equal(it.term.len, terms[n].len);
			assert_int_equal(memcmp(it.term.data, terms[n].text, it.term.len), 0);
			check_info(i, n++, &it.info);
		}
		assert_int_equal(n, counts[i]);
		assert_int_equal(ik_dict_iter_next(&it, &err), 0);
		ik_dict_iter_free(&it);
	}
}

/* After a seek the walk goes on from term number `want` of part i. */
static void expect(struct ik_dict_iter *it, int i, size_t want)
{
	ink_error err;

	for (size_t t = want; t < want + 3; t++) {
		int rc = ik_dict_iter_next(it, &err);

		assert_int_equal(rc, t < counts[i]);
		if (rc != 1)
			return;
		assert_int_equal(it->ord, t);
		assert_int_equal(it->term.len, terms[t].len);
		assert_int_equal(memcmp(it->term.data, terms[t].text, it->term.len), 0);
	}
}

static void test_a_walk_can_start_anywhere(void **state)
{
	struct ik_dict_iter it;
	ink_error err;

	(void)state;
	for (int i = 0; i < 3; i++) {
		ik_dict_iter_open(&it, seg, parts[i]);
		for (uint64_t k = 0; k < 2000; k++) {
			size_t t = (size_t)(gen_mix(k) % TERMS),
			       want = t < counts[i] ? t : counts[i];
			char text[TERM_MAX + 1];

			assert_int_equal(ik_dict_iter_seek_ord(&it, t, &err), 0);
			expect(&it, i, want);
			assert_int_equal(
				ik_dict_iter_seek(&it, terms[t].text, terms[t].len, &err), 0);
			expect(&it, i, want);
			/* The next term after one that is not there. */
			memcpy(text, terms[t].text, TERM_MAX);
			text[terms[t].len] = 0;
			assert_int_equal(ik_dict_iter_seek(&it, text, terms[t].len + 1, &err), 0);
			expect(&it, i, t + 1 < counts[i] ? t + 1 : counts[i]);
		}
		assert_int_equal(ik_dict_iter_seek(&it,
		                                   "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
		                                   "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
		                                   "\xFF\xFF\xFF\xFF\xFF",
		                                   25, &err),
		                 0);
		assert_int_equal(ik_dict_iter_next(&it, &err), 0);
		assert_int_equal(ik_dict_iter_next(&it, &err), 0);
		assert_int_equal(ik_dict_iter_seek(&it, "", 0, &err), 0);
		expect(&it, i, 0);
		ik_dict_iter_free(&it);
	}
}

static void test_a_part_that_is_not_there_is_empty(void **state)
{
	struct ik_dict_iter it;
	ink_error err;

	(void)state;
	ik_dict_iter_open(&it, seg, 77);
	assert_int_equal(ik_dict_iter_seek(&it, "a", 1, &err), 0);
	assert_int_equal(ik_dict_iter_seek_ord(&it, 5, &err), 0);
	assert_int_equal(ik_dict_iter_next(&it, &err), 0);
	ik_dict_iter_free(&it);
}

/*
 * Terms in whose first eight bytes nothing differs, over many blocks, zeros and the greatest
 * head among them; keys longer than a byte of lengths tells; lists whose lengths take one to
 * three bytes.
 */
#define ALIKE 700
#define ALIKE_DOCS 9000

static size_t alike_term(size_t i, char *text)
{
	static const char *const heads[4] = { "\0\0\0\0\0\0\0\0", "abcdefga",
		                              "abcdefghijklmnopqrstuvwxyz",
		                              "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF" };
	size_t len = i / (ALIKE / 4) == 2 ? 26 : 8;

	memcpy(text, heads[i / (ALIKE / 4)], len);
	text[len] = (char)(i % (ALIKE / 4));
	if (i % 3 == 0)
		return len + 1;
	memset(text + len + 1, 'z', i % 40);
	return len + 1 + i % 40;
}

/* Number i is in every document from i on, up to so many. */
static size_t alike_docs(size_t i)
{
	return i % 50 == 49 ? ALIKE_DOCS - ALIKE : i % 7 == 0 ? 200 : 1 + i % 30;
}

static void test_terms_that_begin_alike_are_found(void **state)
{
	const struct ik_part_desc desc = { 1, IK_PART_FREQS, ALIKE_DOCS, ALIKE_DOCS, NULL };
	struct ik_segment_writer *w;
	struct ik_segment *alike;
	struct ik_dir *dir;
	struct ik_term_info info;
	char text[80];
	uint64_t bytes;
	ink_error err;

	(void)state;
	assert_int_equal(ik_dir_mem(&dir, &err), 0);
	assert_int_equal(ik_segment_create(dir, "alike", ALIKE_DOCS, 0.9, 0.4, &w, &err), 0);
	assert_int_equal(ik_segment_begin_part(w, &desc, &err), 0);
	for (size_t i = 0; i < ALIKE; i++) {
		assert_int_equal(ik_segment_begin_term(w, text, alike_term(i, text), &err), 0);
		for (size_t d = i; d < i + alike_docs(i); d++)
			assert_int_equal(ik_segment_posting(w, (uint32_t)d, (uint32_t)(1 + d % 9),
			                                    NULL, &err),
			                 0);
		assert_int_equal(ik_segment_end_term(w, &err), 0);
	}
	assert_int_equal(ik_segment_finish(w, &bytes, &err), 0);
	assert_int_equal(ik_segment_open(dir, "alike", &alike, &err), 0);
	for (size_t i = 0; i < ALIKE; i++) {
		size_t len = alike_term(i, text);
		struct ik_post_env env =
			ik_segment_env(alike, ik_segment_part(alike, 1), text, len);
		struct ik_post_iter it;

		assert_int_equal(ik_dict_find(alike, 1, text, len, &info, &err), 1);
		assert_int_equal(info.df, alike_docs(i));
		assert_int_equal(ik_post_iter_open(&it, &env, &info, &err), 0);
		assert_int_equal(ik_post_iter_next(&it, &err), 1);
		assert_int_equal(it.doc, i);
		ik_post_iter_free(&it);
		text[len] = 0;
		assert_int_equal(ik_dict_find(alike, 1, text, len + 1, &info, &err), 0);
		assert_int_equal(ik_dict_find(alike, 1, text, len - 1, &info, &err), 0);
	}
	ik_segment_unref(alike);
	ik_dir_free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_term_is_found_in_its_part),
		cmocka_unit_test(test_other_terms_are_not_found),
		cmocka_unit_test(test_a_walk_gives_all_terms_in_order),
		cmocka_unit_test(test_a_walk_can_start_anywhere),
		cmocka_unit_test(test_a_part_that_is_not_there_is_empty),
		cmocka_unit_test(test_terms_that_begin_alike_are_found),
	};

	return cmocka_run_group_tests(tests, write_segment, free_segment);
}
