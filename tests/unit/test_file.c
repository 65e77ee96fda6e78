/* test_file.c - buffered writing with a running position and checksum. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "base/sum.h"
#include "store/file.h"

#define N 300000

static uint8_t data[N];

static void test_pieces_of_any_size_come_out_in_order(void **state)
{
	struct ik_dir *dir = *state;
	struct ik_file file;
	struct ik_in *in;
	ink_error err;
	size_t at = 0, n = 1;

	assert_int_equal(ik_file_create(&file, dir, "f", &err), 0);
	while (at < N) {
		n = n * 3 % 70001;
		if (n > N - at)
			n = N - at;
		ik_file_put(&file, data + at, n);
		at += n;
		assert_int_equal(file.at, at);
		assert_int_equal(file.crc, ik_crc32(0, data, at));
	}
	ik_file_put(&file, NULL, 0);
	assert_int_equal(ik_file_finish(&file, 1, &err), 0);
	assert_null(file.out);
	assert_null(file.buf);
	assert_int_equal(dir->ops->open(dir, "f", &in, &err), 0);
	assert_int_equal(in->len, N);
	assert_memory_equal(in->data, data, N);
	ik_in_close(in);
}

static void test_aligns_with_zeros_and_starts_sums_anew(void **state)
{
	static const uint8_t zeros[200];
	struct ik_dir *dir = *state;
	struct ik_file file;
	struct ik_in *in;
	ink_error err;

	assert_int_equal(ik_file_create(&file, dir, "f", &err), 0);
	ik_file_align(&file, 64);
	assert_int_equal(file.at, 0);
	ik_file_put(&file, data, 5);
	ik_file_align(&file, 200);
	ik_file_align(&file, 200);
	ik_file_align(&file, 0);
	assert_int_equal(file.at, 200);
	ik_file_crc_start(&file);
	ik_file_put(&file, data, 9);
	assert_int_equal(file.crc, ik_crc32(0, data, 9));
	assert_int_equal(ik_file_finish(&file, 0, &err), 0);
	assert_int_equal(dir->ops->open(dir, "f", &in, &err), 0);
	assert_int_equal(in->len, 209);
	assert_memory_equal(in->data, data, 5);
	assert_memory_equal(in->data + 5, zeros, 195);
	assert_memory_equal(in->data + 200, data, 9);
	ik_in_close(in);
}

static void test_the_checksum_is_iso_3309(void **state)
{
	(void)state;
	assert_int_equal(ik_crc32(0, "123456789", 9), 0xCBF43926);
	assert_int_equal(ik_crc32(ik_crc32(0, "1234", 4), "56789", 5), 0xCBF43926);
	assert_int_equal(ik_crc32(7, NULL, 0), 7);
}

/* An output that fails at a chosen call. */
struct bad_out {
	struct ik_out base;
	int calls, fail_at, closed;
	size_t sizes[64]; /* of the writes */
};

static struct bad_out bad;

static int bad_call(const char *what, ink_error *err)
{
	return bad.calls++ == bad.fail_at ? ik_fail(err, INK_EIO, "%s failed", what) : 0;
}

static int bad_write(struct ik_out *out, const void *p, size_t len, ink_error *err)
{
	(void)out;
	(void)p;
	if (bad.calls < 64)
		bad.sizes[bad.calls] = len;
	return bad_call("write", err);
}

static int bad_sync(struct ik_out *out, ink_error *err)
{
	(void)out;
	return bad_call("sync", err);
}

static int bad_close(struct ik_out *out, ink_error *err)
{
	(void)out;
	bad.closed++;
	return bad_call("close", err);
}

static int bad_create(struct ik_dir *dir, const char *name, struct ik_out **out, ink_error *err)
{
	(void)dir;
	*out = NULL;
	if (strcmp(name, "no") == 0)
		return ik_fail(err, INK_EIO, "create failed");
	bad.base = (struct ik_out){ bad_write, bad_sync, bad_close };
	bad.calls = 0;
	bad.closed = 0;
	*out = &bad.base;
	return 0;
}

static void test_the_first_failure_is_told_and_all_is_closed(void **state)
{
	static const char *const want[] = { "write failed", "write failed", "sync failed",
		                            "close failed" };
	struct ik_dir_ops ops = { .create = bad_create };
	struct ik_dir dir = { &ops, "bad" };
	struct ik_file file;
	ink_error err;
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		bad.fail_at = i;
		assert_int_equal(ik_file_create(&file, &dir, "f", &err), 0);
		ik_file_put(&file, data, 50000);
		ik_file_put(&file, data, 50000);
		assert_int_equal(ik_file_finish(&file, 1, &err), i < 4 ? INK_EIO : 0);
		if (i < 4)
			assert_string_equal(err.message, want[i]);
		assert_int_equal(bad.closed, 1);
	}
	assert_int_equal(ik_file_create(&file, &dir, "no", &err), INK_EIO);
	assert_null(file.buf);
	ik_file_abort(&file);
}

/* The sizes of writes of 5 MiB and 7 bytes; so many allocations succeed before one fails. */
static int write_large(int64_t allocations)
{
	struct ik_dir_ops ops = { .create = bad_create };
	struct ik_dir dir = { &ops, "sizes" };
	struct ik_file file;
	ink_error err;

	bad.fail_at = -1;
	assert_int_equal(ik_file_create(&file, &dir, "f", &err), 0);
	ik_file_in_large_pages(&file);
	if (allocations >= 0)
		ik_mem_fail_after(allocations, 1);
	for (size_t left = ((size_t)5 << 20) + 7, n; left > 0; left -= n) {
		n = left < 70001 ? left : 70001;
		ik_file_put(&file, data, n);
	}
	ik_mem_fail_after(-1, 0);
	assert_int_equal(ik_file_finish(&file, 0, &err), 0);
	return bad.calls - 1;
}

static void test_large_pages_are_written_whole(void **state)
{
	(void)state;
	assert_int_equal(write_large(-1), 3);
	assert_int_equal(bad.sizes[0], 2 << 20);
	assert_int_equal(bad.sizes[1], 2 << 20);
	assert_int_equal(bad.sizes[2], (1 << 20) + 7);
}

static void test_without_memory_for_large_pages_smaller_ones_are_written(void **state)
{
	(void)state;
	assert_int_equal(write_large(1), 41);
	for (int i = 0; i < 40; i++)
		assert_int_equal(bad.sizes[i], 128 << 10);
	assert_int_equal(bad.sizes[40], 7);
}

static void test_abort_closes_and_takes_an_empty_struct(void **state)
{
	struct ik_file file;
	ink_error err;
	int64_t live = ik_mem_live();

	assert_int_equal(ik_file_create(&file, *state, "gone", &err), 0);
	ik_file_put(&file, data, 10);
	ik_file_abort(&file);
	ik_file_abort(&file);
	assert_true(ik_mem_live() <= live + 4); /* the folder's empty file */
	ik_mem_fail_after(0, 0);
	assert_int_equal(ik_file_create(&file, *state, "f", &err), INK_ENOMEM);
	ik_file_abort(&file);
}

static int setup(void **state)
{
	size_t i;

	for (i = 0; i < N; i++)
		data[i] = (uint8_t)(i * 2654435761u >> 13);
	return ik_dir_mem((struct ik_dir **)state, NULL);
}

static int teardown(void **state)
{
	ik_dir_free(*state);
	return ik_mem_live() != 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_of_any_size_come_out_in_order),
		cmocka_unit_test(test_aligns_with_zeros_and_starts_sums_anew),
		cmocka_unit_test(test_the_checksum_is_iso_3309),
		cmocka_unit_test(test_the_first_failure_is_told_and_all_is_closed),
		cmocka_unit_test(test_large_pages_are_written_whole),
		cmocka_unit_test(test_without_memory_for_large_pages_smaller_ones_are_written),
		cmocka_unit_test(test_abort_closes_and_takes_an_empty_struct),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, setup, teardown);
}
