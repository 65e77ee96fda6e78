/* test_live.c - delete bitmaps: bits, files, damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "base/sum.h"
#include "segment/live.h"

static const struct ik_live_of of = {0x12, 3};

static void put_file(struct ik_dir *dir, const uint8_t *data, size_t len)
{
	struct ik_out *out;
	ink_error err;

	assert_int_equal(dir->ops->create(dir, "bad", &out, &err), 0);
	if (len > 0)
		assert_int_equal(out->write(out, data, len, &err), 0);
	assert_int_equal(out->close(out, &err), 0);
}

static void test_a_document_is_deleted_once(void **state)
{
	struct ik_live *live;
	ink_error err;

	(void)state;
	assert_int_equal(ik_live_new(300, &live, &err), 0);
	assert_true(ik_live_has(live, 299));
	assert_int_equal(ik_live_delete(live, 299), 1);
	assert_int_equal(ik_live_delete(live, 299), 0);
	assert_int_equal(live->deleted, 1);
	assert_false(ik_live_has(live, 299));
	assert_true(ik_live_has(live, 298));
	assert_true(ik_live_has(NULL, 5));
	/* Whole ranges of 256 documents may be read. */
	assert_int_equal(live->words[7], 0);
	ik_live_free(live);
	ik_live_free(NULL);
}

static void test_what_was_written_is_read_back(void **state)
{
	static const uint32_t sizes[] = {1, 63, 64, 65, 255, 256, 257, 10000};

	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
		struct ik_live *live, *copy, *back;
		uint64_t bytes;
		ink_error err;

		assert_int_equal(ik_live_new(sizes[s], &live, &err), 0);
		for (uint32_t d = 0; d < sizes[s]; d += 1 + d % 5)
			ik_live_delete(live, d);
		assert_int_equal(ik_live_copy(live, &copy, &err), 0);
		ik_live_delete(live, sizes[s] - 1);
		assert_int_equal(ik_live_write(copy, *state, "f", of, &bytes, &err), 0);
		assert_int_equal(bytes, 44 + (sizes[s] + 63) / 64 * 8);
		assert_int_equal(ik_live_read(*state, "f", of, sizes[s], &back, &err), 0);
		assert_int_equal(back->deleted, copy->deleted);
		for (uint32_t d = 0; d < sizes[s]; d++)
			assert_int_equal(ik_live_has(back, d), ik_live_has(copy, d));
		ik_live_free(live);
		ik_live_free(copy);
		ik_live_free(back);
	}
}

static void test_damage_of_any_kind_is_refused(void **state)
{
	struct ik_dir *dir = *state;
	struct ik_live *live, *back;
	uint8_t data[84];
	uint64_t bytes;
	struct ik_in *in;
	ink_error err;

	assert_int_equal(ik_live_new(300, &live, &err), 0);
	ik_live_delete(live, 7);
	assert_int_equal(ik_live_write(live, dir, "f", of, &bytes, &err), 0);
	ik_live_free(live);
	assert_int_equal(bytes, sizeof data);
	assert_int_equal(dir->ops->open(dir, "f", &in, &err), 0);
	memcpy(data, in->data, sizeof data);
	ik_in_close(in);
	for (size_t len = 0; len < sizeof data; len++) {
		put_file(dir, data, len);
		assert_int_equal(ik_live_read(dir, "bad", of, 300, &back, &err), INK_ECORRUPT);
		assert_null(back);
	}
	for (size_t i = 0; i < sizeof data * 8; i++) {
		int rc;

		data[i / 8] ^= (uint8_t)(1u << (i % 8));
		put_file(dir, data, sizeof data);
		rc = ik_live_read(dir, "bad", of, 300, &back, &err);
		assert_true(rc == INK_ECORRUPT || rc == INK_EFORMAT);
		data[i / 8] ^= (uint8_t)(1u << (i % 8));
	}
	put_file(dir, data, sizeof data);
	assert_int_equal(ik_live_read(dir, "bad", of, 301, &back, &err), INK_ECORRUPT);
	assert_int_equal(ik_live_read(dir, "none", of, 300, &back, &err), INK_ENOTFOUND);
}

/* Right checksum, wrong content. */
static void test_counts_and_padding_are_checked(void **state)
{
	struct ik_dir *dir = *state;
	struct ik_live *back;
	uint8_t data[84] = "INKLIV\r\n\1";
	ink_error err;

	ik_store32(data + 12, 300);
	ik_store32(data + 16, 1);
	ik_store64(data + 24, of.id);
	ik_store64(data + 32, of.gen);
	data[40 + 37] = 1u << 4; /* document 300 */
	ik_store32(data + 80, ik_crc32(0, data, 80));
	put_file(dir, data, sizeof data);
	assert_int_equal(ik_live_read(dir, "bad", of, 300, &back, &err), INK_ECORRUPT);
	assert_string_equal(err.message, "bad: documents after the last one are deleted");
	data[40 + 37] = 1u << 3;
	data[40] = 1;
	ik_store32(data + 80, ik_crc32(0, data, 80));
	put_file(dir, data, sizeof data);
	assert_int_equal(ik_live_read(dir, "bad", of, 300, &back, &err), INK_ECORRUPT);
	assert_string_equal(err.message, "bad: 2 documents are deleted instead of 1");
	data[8] = 9;
	put_file(dir, data, sizeof data);
	assert_int_equal(ik_live_read(dir, "bad", of, 300, &back, &err), INK_EFORMAT);
	assert_string_equal(err.message, "bad: format version 9, this Inkstone reads 1");
}

/* Each is sound by itself, and of as many documents. */
static void test_a_file_of_another_segment_or_generation_is_refused(void **state)
{
	struct ik_dir *dir = *state;
	struct ik_live *live, *back;
	uint64_t bytes;
	ink_error err;

	assert_int_equal(ik_live_new(300, &live, &err), 0);
	ik_live_delete(live, 7);
	assert_int_equal(ik_live_write(live, dir, "f", of, &bytes, &err), 0);
	ik_live_free(live);
	assert_int_equal(ik_live_read(dir, "f", (struct ik_live_of){of.id + 1, of.gen}, 300, &back,
	                              &err), INK_ECORRUPT);
	assert_int_equal(ik_live_read(dir, "f", (struct ik_live_of){of.id, of.gen + 1}, 300, &back,
	                              &err), INK_ECORRUPT);
	assert_string_equal(err.message, "f: written for segment 0000000000000012 as generation 3: "
	                                 "another file under this name");
}

static void test_no_memory_is_reported(void **state)
{
	struct ik_live *live;
	ink_error err;

	(void)state;
	ik_mem_fail_after(0, 1);
	assert_int_equal(ik_live_new(10, &live, &err), INK_ENOMEM);
	ik_mem_fail_after(-1, 0);
	assert_null(live);
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
		cmocka_unit_test(test_a_document_is_deleted_once),
		cmocka_unit_test(test_what_was_written_is_read_back),
		cmocka_unit_test(test_damage_of_any_kind_is_refused),
		cmocka_unit_test(test_counts_and_padding_are_checked),
		cmocka_unit_test(test_a_file_of_another_segment_or_generation_is_refused),
		cmocka_unit_test(test_no_memory_is_reported),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, make_dir, free_dir);
}
