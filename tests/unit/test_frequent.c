/* test_frequent.c - terms with long lists are found by their hash, and no others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../support/gen.h"
#include "base/bits.h"
#include "segment/frequent.h"

#define TERMS 3000
#define DOCS 5000
#define POSTINGS (TERMS * 300)

struct term {
	char text[300];
	struct ik_dict_entry entry;
};

static struct term terms[TERMS];
static const uint8_t postings[POSTINGS];
static char name[] = "a segment";
static struct gen gen = { 2468 };

/* Different ones: their numbers begin them. Some are too long, some lists too short. */
static void make_terms(void)
{
	uint64_t at = 0;

	for (uint32_t i = 0; i < TERMS; i++) {
		struct term *t = &terms[i];
		size_t len = i == 0 ? 0 : 4 + gen_below(&gen, i % 20 == 0 ? 290 : 20);

		ik_store32(t->text, i);
		for (size_t k = 4; k < len; k++)
			t->text[k] = (char)gen_below(&gen, 256);
		t->entry = (struct ik_dict_entry){ .part = i % 3 * 300, .term = t->text, .len = len,
			                           .df = 1 + gen_below(&gen, DOCS), .post = postings,
			                           .post_len = 1 + gen_below(&gen, 299), .post_at = at };
		if (i % 7 == 0)
			t->entry.df = IK_FREQUENT_MIN - i % 2;
		if (i % 5 == 0)
			t->entry.post_len = IK_INLINE_MAX + i % 2;
		at += ik_dict_inline(t->entry.post_len) ? 0 : t->entry.post_len;
	}
}

static int belongs(const struct ik_dict_entry *e)
{
	return e->df >= IK_FREQUENT_MIN && e->post_len > IK_INLINE_MAX && e->len <= 255;
}

/* The table of the first n terms, in memory of its exact size. */
static void make_table(size_t n, struct ik_segment *seg, uint8_t **bytes)
{
	struct ik_frequent_writer w;

	ik_frequent_writer_init(&w);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(ik_frequent_add(&w, &terms[i].entry, NULL), 0);
	assert_int_equal(ik_frequent_end(&w, NULL), 0);
	*bytes = NULL;
	memset(seg, 0, sizeof *seg);
	seg->name = name;
	seg->n_docs = DOCS;
	seg->postings = (struct ik_section){ postings, POSTINGS };
	if (w.section.len > 0) {
		*bytes = malloc(w.section.len);
		assert_non_null(*bytes);
		memcpy(*bytes, w.section.data, w.section.len);
		seg->frequent = (struct ik_section){ *bytes, w.section.len };
		seg->frequent_slots = ik_load32(*bytes);
	}
	ik_frequent_writer_free(&w);
}

static int find(const struct ik_segment *seg, const struct ik_dict_entry *e,
                struct ik_term_info *info)
{
	const struct ik_dict_lookup term = { e->part, e->term, e->len, info };
	uint64_t hash = ik_frequent_hash(seg, &term);

	ik_frequent_fetch(seg, hash);
	return ik_frequent_find(seg, hash, &term, NULL);
}

static void test_what_belongs_there_is_found(void **state)
{
	struct ik_segment seg;
	uint8_t *bytes;

	(void)state;
	for (size_t n = 1; n <= TERMS; n = n < 8 ? n + 1 : n * 5) {
		uint64_t there = 0;

		make_table(n, &seg, &bytes);
		for (size_t i = 0; i < TERMS && bytes != NULL; i++) {
			const struct ik_dict_entry *e = &terms[i].entry;
			int want = i < n && belongs(e);
			struct ik_term_info info;

			assert_int_equal(find(&seg, e, &info), want);
			there += (unsigned)want;
			if (!want)
				continue;
			assert_int_equal(info.df, e->df);
			assert_ptr_equal(info.post, postings + e->post_at);
			assert_int_equal(info.post_len, e->post_len);
		}
		if (bytes != NULL)
			assert_int_equal(ik_frequent_count(&seg), there);
		free(bytes);
	}
}

static void test_another_part_or_length_is_another_term(void **state)
{
	struct ik_segment seg;
	struct ik_term_info info;
	uint8_t *bytes;

	(void)state;
	make_table(TERMS, &seg, &bytes);
	for (size_t i = 1; i < TERMS; i++) {
		struct ik_dict_entry other = terms[i].entry;

		other.part++;
		assert_int_equal(find(&seg, &other, &info), 0);
		other.part--;
		other.len--;
		assert_int_equal(find(&seg, &other, &info), 0);
	}
	free(bytes);
}

static void test_without_terms_there_is_no_table(void **state)
{
	struct ik_frequent_writer w;

	(void)state;
	ik_frequent_writer_init(&w);
	assert_int_equal(ik_frequent_end(&w, NULL), 0);
	assert_int_equal(w.section.len, 0);
	ik_frequent_writer_free(&w);
}

/* Whatever the bytes are, a search ends, and what is found lies in the postings. */
static void test_damage_is_found_or_harmless(void **state)
{
	struct ik_segment seg;
	uint8_t *bytes;
	unsigned corrupt = 0;

	(void)state;
	make_table(60, &seg, &bytes);
	for (unsigned round = 0; round < 2000; round++) {
		size_t at = 4 + gen_below(&gen, (uint32_t)seg.frequent.len - 4);
		uint8_t was = bytes[at];

		bytes[at] ^= (uint8_t)(1u << gen_below(&gen, 8));
		for (size_t i = 0; i < 60; i++) {
			struct ik_term_info info;
			int rc = find(&seg, &terms[i].entry, &info);

			corrupt += rc == INK_ECORRUPT;
			if (rc != 1)
				continue;
			assert_in_range(info.df, 1, DOCS);
			assert_true(info.post >= postings);
			assert_true(info.post + info.post_len <= postings + POSTINGS);
		}
		bytes[at] = was;
	}
	assert_true(corrupt > 0);
	free(bytes);
}

/* Slots that are all taken, by the same tag: the search goes around once. */
static void test_a_full_table_ends_a_search(void **state)
{
	struct ik_segment seg;
	struct ik_term_info info;
	uint8_t *bytes;

	(void)state;
	make_table(60, &seg, &bytes);
	for (uint32_t tag = 0; tag < 256; tag++) {
		for (uint32_t i = 0; i < seg.frequent_slots; i++)
			ik_store32(bytes + 4 + (size_t)i * 4,
			           tag << 24 | (4 + seg.frequent_slots * 4) / 2);
		for (size_t i = 100; i < 140; i++)
			assert_int_equal(find(&seg, &terms[i].entry, &info), 0);
	}
	free(bytes);
}

static int set_up(void **state)
{
	(void)state;
	make_terms();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_belongs_there_is_found),
		cmocka_unit_test(test_another_part_or_length_is_another_term),
		cmocka_unit_test(test_without_terms_there_is_no_table),
		cmocka_unit_test(test_damage_is_found_or_harmless),
		cmocka_unit_test(test_a_full_table_ends_a_search),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
