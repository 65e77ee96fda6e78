/* test_stored.c - stored documents: packing, finding, merging blocks, damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <libdeflate.h>

#include "gen_segment.h"

#define N 5000

static const struct gen gen = {11, N, 0, 0, 0};

/* A document of 128 bytes and "stone", packed by zlib. */
static const uint8_t by_zlib[] = {136,  0,    0,    0,    0x78, 0x01, 0x6b, 0x60, 0x64, 0xcd,
                                  0xcc, 0xcb, 0x2e, 0x2e, 0xc9, 0xcf, 0x4b, 0x55, 0x18, 0x20,
                                  0x06, 0xd8, 0x72, 0x00, 0x0e, 0xce, 0x35, 0x21};

static void finish(struct ik_segment_writer *w)
{
	uint64_t bytes;
	ink_error err;

	assert_int_equal(ik_segment_finish(w, &bytes, &err), 0);
}

static struct ik_segment *open_segment(struct ik_dir *dir, const char *name)
{
	struct ik_segment *seg;
	ink_error err = {0};

	if (ik_segment_open(dir, name, &seg, &err) != 0)
		fail_msg("%s", err.message);
	return seg;
}

static void compare_doc(struct ik_stored_reader *r, const struct gen *g, uint32_t doc)
{
	uint8_t want[400];
	size_t len = gen_stored(g, doc, want), got_len;
	const uint8_t *got;
	ink_error err;

	assert_int_equal(ik_stored_get(r, doc, &got, &got_len, &err), 0);
	assert_int_equal(got_len, len);
	if (len > 0)
		assert_memory_equal(got, want, len);
}

static void test_documents_come_back_in_any_order(void **state)
{
	struct ik_segment_writer *w;
	struct ik_stored_reader r;
	struct ik_segment *seg;
	ink_error err;

	assert_int_equal(ik_segment_create(*state, "a", N, 0.9, 0.4, &w, &err), 0);
	assert_int_equal(gen_write_stored(&gen, w, &err), 0);
	finish(w);
	seg = open_segment(*state, "a");
	assert_true(ik_stored_blocks(seg) > 10);
	ik_stored_reader_init(&r, seg);
	for (uint32_t d = 0; d < N; d++)
		compare_doc(&r, &gen, d);
	for (uint32_t i = 0; i < 300; i++)
		compare_doc(&r, &gen, (uint32_t)(gen_mix(i) % N));
	ik_stored_reader_free(&r);
	ik_segment_unref(seg);
}

static void test_blocks_can_be_copied_to_another_segment(void **state)
{
	struct ik_segment *from = open_segment(*state, "a"), *seg;
	struct ik_segment_writer *w;
	struct ik_stored_reader r;
	ink_error err;

	assert_int_equal(ik_segment_create(*state, "twice", 2 * N, 0.9, 0.4, &w, &err), 0);
	for (int pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; i < ik_stored_blocks(from); i++) {
			const uint8_t *p;
			uint32_t n;
			size_t len;

			assert_int_equal(ik_stored_block(from, i, &p, &len, &n, &err), 0);
			assert_int_equal(ik_segment_put_stored_block(w, p, len, n, &err), 0);
		}
	finish(w);
	seg = open_segment(*state, "twice");
	ik_stored_reader_init(&r, seg);
	for (uint32_t d = 0; d < 2 * N; d += 3) {
		uint8_t want[400];
		size_t len = gen_stored(&gen, d % N, want), got_len;
		const uint8_t *got;

		assert_int_equal(ik_stored_get(&r, d, &got, &got_len, &err), 0);
		assert_int_equal(got_len, len);
		assert_int_equal(memcmp(got, want, len), 0);
	}
	ik_stored_reader_free(&r);
	ik_segment_unref(seg);
	ik_segment_unref(from);
}

static void test_a_document_larger_than_a_block_and_empty_ones(void **state)
{
	enum { BIG = 3000000, EMPTY = 40000 };
	uint8_t *big = malloc(BIG);
	struct ik_segment_writer *w;
	struct ik_stored_builder b;
	struct ik_stored_reader r;
	struct ik_segment *seg;
	const uint8_t *got;
	size_t len;
	ink_error err;
	int rc;

	for (size_t i = 0; i < BIG; i++)
		big[i] = (uint8_t)gen_mix(i / 2);
	assert_int_equal(ik_segment_create(*state, "b", EMPTY + 1, 0.9, 0.4, &w, &err), 0);
	assert_int_equal(ik_stored_builder_init(&b, &err), 0);
	for (uint32_t d = 0; d <= EMPTY; d++) {
		rc = d == 20000 ? ik_stored_add(&b, big, BIG, &err)
		                : ik_stored_add(&b, NULL, 0, &err);
		assert_true(rc >= 0);
		if (rc == 1)
			assert_int_equal(ik_segment_put_stored_block(w, b.packed.data,
			                                             b.packed.len, b.packed_docs,
			                                             &err),
			                 0);
	}
	assert_int_equal(ik_stored_flush(&b, &err), 1);
	assert_int_equal(
		ik_segment_put_stored_block(w, b.packed.data, b.packed.len, b.packed_docs, &err),
		0);
	assert_int_equal(ik_stored_flush(&b, &err), 0);
	ik_stored_builder_free(&b);
	finish(w);
	seg = open_segment(*state, "b");
	ik_stored_reader_init(&r, seg);
	assert_int_equal(ik_stored_get(&r, 20000, &got, &len, &err), 0);
	assert_int_equal(len, BIG);
	assert_memory_equal(got, big, BIG);
	assert_int_equal(ik_stored_get(&r, EMPTY, &got, &len, &err), 0);
	assert_int_equal(len, 0);
	assert_int_equal(ik_stored_get(&r, 0, &got, &len, &err), 0);
	assert_int_equal(len, 0);
	ik_stored_reader_free(&r);
	ik_segment_unref(seg);
	free(big);
}

static void test_a_long_document_does_not_share_the_block_of_short_ones(void **state)
{
	static char text[100000];
	struct ik_stored_builder b;
	ink_error err;

	(void)state;
	assert_int_equal(ik_stored_builder_init(&b, &err), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(ik_stored_add(&b, text, 1000, &err), 0);
	assert_int_equal(ik_stored_add(&b, text, sizeof text, &err), 1);
	assert_int_equal(b.packed_docs, 3);
	assert_int_equal(ik_stored_add(&b, text, 10, &err), 1);
	assert_int_equal(b.packed_docs, 1);
	assert_int_equal(ik_stored_add(&b, text, 5000, &err), 0);
	assert_int_equal(ik_stored_flush(&b, &err), 1);
	assert_int_equal(b.packed_docs, 2);
	ik_stored_builder_free(&b);
}

static void test_a_segment_without_stored_fields_has_empty_documents(void **state)
{
	struct ik_segment_writer *w;
	struct ik_stored_reader r;
	struct ik_segment *seg;
	const uint8_t *p;
	size_t len = 9;
	ink_error err;

	assert_int_equal(ik_segment_create(*state, "c", 3, 0.9, 0.4, &w, &err), 0);
	finish(w);
	seg = open_segment(*state, "c");
	assert_int_equal(ik_stored_blocks(seg), 0);
	ik_stored_reader_init(&r, seg);
	assert_int_equal(ik_stored_get(&r, 2, &p, &len, &err), 0);
	assert_int_equal(len, 0);
	ik_stored_reader_free(&r);
	ik_segment_unref(seg);
}

/* A block that states 4 GiB must not be believed: no memory is asked for. */
static void test_a_stated_size_beyond_deflate_is_refused(void **state)
{
	static const uint8_t bomb[16] = {0xFF, 0xFF, 0xFF, 0xFF, 0x78, 0x9C, 3, 0, 0, 0, 0, 1};
	struct ik_segment_writer *w;
	struct ik_stored_reader r;
	struct ik_segment *seg;
	const uint8_t *p;
	int64_t count;
	size_t len;
	ink_error err;

	assert_int_equal(ik_segment_create(*state, "d", 3, 0.9, 0.4, &w, &err), 0);
	assert_int_equal(ik_segment_put_stored_block(w, bomb, sizeof bomb, 3, &err), 0);
	finish(w);
	seg = open_segment(*state, "d");
	ik_stored_reader_init(&r, seg);
	count = ik_mem_count();
	assert_int_equal(ik_stored_get(&r, 1, &p, &len, &err), INK_ECORRUPT);
	assert_int_equal(ik_mem_count(), count);
	assert_string_equal(err.message, "d: stored documents: a block is too large");
	ik_stored_reader_free(&r);
	ik_segment_unref(seg);
}

/* The second document of a block of two, which is "stone": 0, or why it cannot be read. */
static int read_second(struct ik_dir *dir, const uint8_t *block, size_t len, ink_error *err)
{
	static unsigned n;
	struct ik_segment_writer *w;
	struct ik_stored_reader r;
	struct ik_segment *seg;
	const uint8_t *p;
	size_t got;
	char name[16];
	int rc;

	snprintf(name, sizeof name, "two%u", n++);
	assert_int_equal(ik_segment_create(dir, name, 2, 0.9, 0.4, &w, err), 0);
	assert_int_equal(ik_segment_put_stored_block(w, block, len, 2, err), 0);
	finish(w);
	seg = open_segment(dir, name);
	ik_stored_reader_init(&r, seg);
	rc = ik_stored_get(&r, 1, &p, &got, err);
	if (rc == 0) {
		assert_int_equal(got, 5);
		assert_memory_equal(p, "stone", 5);
	}
	ik_stored_reader_free(&r);
	ik_segment_unref(seg);
	return rc;
}

static void test_a_stream_has_to_be_as_long_as_its_block_says(void **state)
{
	/* Bytes more or fewer, raw bytes more or fewer, what the last byte is changed by. */
	static const int wrong[][3] = {{1, 0, 0},  {-1, 0, 0}, {-4, 0, 0}, {-5, 0, 0}, {-20, 0, 0},
	                               {0, 1, 0},  {0, -1, 0}, {0, 99, 0}, {0, 0, 1},  {0, 0, 0x80}};
	uint8_t block[sizeof by_zlib + 1];
	ink_error err = {0};

	assert_int_equal(read_second(*state, by_zlib, sizeof by_zlib, &err), 0);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		memset(block, 0, sizeof block);
		memcpy(block, by_zlib, sizeof by_zlib);
		block[0] = (uint8_t)(block[0] + wrong[i][1]);
		block[sizeof by_zlib - 1] ^= (uint8_t)wrong[i][2];
		assert_int_equal(read_second(*state, block,
		                             (size_t)((int)sizeof by_zlib + wrong[i][0]), &err),
		                 INK_ECORRUPT);
		assert_non_null(strstr(err.message, "stored documents: a block cannot be unpacked"));
	}
}

static int refused;

static void *maybe_malloc(size_t size)
{
	return refused ? NULL : malloc(size);
}

/* libdeflate does not ask the library's allocator. */
static void test_libdeflate_without_memory_is_reported_too(void **state)
{
	struct ik_segment *seg = open_segment(*state, "a");
	struct ik_stored_builder b;
	struct ik_stored_reader r;
	int64_t live = ik_mem_live();
	const uint8_t *p;
	size_t len;
	ink_error err;

	libdeflate_set_memory_allocator(maybe_malloc, free);
	refused = 1;
	assert_int_equal(ik_stored_builder_init(&b, &err), INK_ENOMEM);
	ik_stored_builder_free(&b);
	assert_int_equal(ik_stored_rebuild(seg, &err), INK_ENOMEM);
	assert_int_equal(ik_mem_live(), live);
	ik_stored_reader_init(&r, seg);
	assert_int_equal(ik_stored_get(&r, 7, &p, &len, &err), INK_ENOMEM);
	refused = 0;
	compare_doc(&r, &gen, 7);
	refused = 1; /* it has its memory now */
	compare_doc(&r, &gen, N - 1);
	ik_stored_reader_free(&r);
	ik_segment_unref(seg);
	libdeflate_set_memory_allocator(malloc, free);
}

static void test_memory_running_out_is_reported_everywhere(void **state)
{
	struct ik_stored_builder b;
	int64_t live = ik_mem_live();
	ink_error err;
	int rc = INK_ENOMEM;

	(void)state;
	for (int64_t n = 0; rc == INK_ENOMEM && n < 1000; n++) {
		ik_mem_fail_after(n, 0);
		rc = ik_stored_builder_init(&b, &err);
		if (rc == 0) {
			rc = ik_stored_add(&b, "abc", 3, &err);
			if (rc == 0)
				rc = ik_stored_flush(&b, &err);
			ik_stored_builder_free(&b);
		}
		ik_mem_fail_after(-1, 0);
		assert_int_equal(ik_mem_live(), live);
	}
	assert_int_equal(rc, 1);
}

/* A block for which there is no memory is no damage, behind which others would be lost. */
static void test_blocks_are_all_found_again_or_memory_is_out(void **state)
{
	int64_t live = ik_mem_live();
	int rc = INK_ENOMEM;
	ink_error err;

	for (int64_t n = 0; rc == INK_ENOMEM && n < 1000; n++) {
		struct ik_segment *seg = open_segment(*state, "a");
		uint32_t blocks = ik_stored_blocks(seg);

		ik_mem_fail_after(n, 0);
		rc = ik_stored_rebuild(seg, &err);
		ik_mem_fail_after(-1, 0);
		assert_true(rc == 0 || rc == INK_ENOMEM);
		assert_int_equal(ik_stored_blocks(seg), blocks);
		ik_segment_unref(seg);
		assert_int_equal(ik_mem_live(), live);
	}
	assert_int_equal(rc, 0);
}

/* Else two of more than a GiB would be refused. */
static void test_a_long_document_needs_no_room_behind_another(void **state)
{
	const size_t len = (size_t)4 << 20;
	struct ik_stored_builder b;
	uint8_t *doc = calloc(len, 1);
	ink_error err;
	size_t cap;

	(void)state;
	assert_non_null(doc);
	assert_int_equal(ik_stored_builder_init(&b, &err), 0);
	assert_int_equal(ik_stored_add(&b, doc, len, &err), 0);
	cap = b.docs.cap;
	for (int i = 0; i < 3; i++)
		assert_int_equal(ik_stored_add(&b, doc, len, &err), 1);
	assert_int_equal(b.docs.cap, cap);
	assert_int_equal(ik_stored_flush(&b, &err), 1);
	ik_stored_builder_free(&b);
	free(doc);
}

static int make_dir(void **state)
{
	return ik_dir_mem((struct ik_dir **)state, NULL);
}

static int free_dir(void **state)
{
	ik_dir_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents_come_back_in_any_order),
		cmocka_unit_test(test_blocks_can_be_copied_to_another_segment),
		cmocka_unit_test(test_a_document_larger_than_a_block_and_empty_ones),
		cmocka_unit_test(test_a_long_document_does_not_share_the_block_of_short_ones),
		cmocka_unit_test(test_a_segment_without_stored_fields_has_empty_documents),
		cmocka_unit_test(test_a_stated_size_beyond_deflate_is_refused),
		cmocka_unit_test(test_a_stream_has_to_be_as_long_as_its_block_says),
		cmocka_unit_test(test_libdeflate_without_memory_is_reported_too),
		cmocka_unit_test(test_memory_running_out_is_reported_everywhere),
		cmocka_unit_test(test_blocks_are_all_found_again_or_memory_is_out),
		cmocka_unit_test(test_a_long_document_needs_no_room_behind_another),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, make_dir, free_dir);
}
