/* test_buf.c - the growable byte buffer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "inkstone/error.h"

static void test_numbers_are_little_endian(void **state)
{
	static const uint8_t want[] = { 1,    0x03, 0x02, 0x07, 0x06, 0x05, 0x04, 0xF, 0xE, 0xD,
		                        0xC,  0xB,  0xA,  0x9,  0x8,  0xAC, 0x02, 0,   0,   0 };
	struct ik_buf buf;

	(void)state;
	ik_buf_init(&buf, 100);
	ik_buf_put_u8(&buf, 1);
	ik_buf_put_u16(&buf, 0x0203);
	ik_buf_put_u32(&buf, 0x04050607);
	ik_buf_put_u64(&buf, UINT64_C(0x08090A0B0C0D0E0F));
	ik_buf_put_varint(&buf, 300);
	ik_buf_put_zeros(&buf, 1);
	ik_buf_align(&buf, 4);
	ik_buf_align(&buf, 4);
	assert_int_equal(buf.len, sizeof want);
	assert_memory_equal(buf.data, want, sizeof want);
	assert_int_equal(buf.err, 0);
	ik_buf_free(&buf);
}

static void test_text_and_printf(void **state)
{
	struct ik_buf buf;
	size_t i;

	(void)state;
	ik_buf_init(&buf, 10000);
	assert_string_equal(ik_buf_str(&buf), "");
	ik_buf_put_str(&buf, "ab");
	ik_buf_put(&buf, NULL, 0);
	for (i = 0; i < 500; i++)
		ik_buf_printf(&buf, "%03zu,", i);
	assert_int_equal(buf.len, 2 + 500 * 4);
	assert_int_equal(strlen(ik_buf_str(&buf)), buf.len);
	assert_memory_equal(ik_buf_str(&buf), "ab000,001,", 10);
	ik_buf_clear(&buf);
	assert_string_equal(ik_buf_str(&buf), "");
	ik_buf_free(&buf);
	assert_int_equal(ik_mem_live(), 0);
}

static void test_the_maximum_holds_and_sticks(void **state)
{
	struct ik_buf buf;

	(void)state;
	ik_buf_init(&buf, 5);
	ik_buf_printf(&buf, "%s", "12345");
	assert_int_equal(buf.err, 0);
	assert_string_equal(ik_buf_str(&buf), "12345");
	assert_non_null(ik_buf_room(&buf, 0));
	ik_buf_put_u8(&buf, 6);
	assert_int_equal(buf.err, INK_ELIMIT);
	assert_int_equal(buf.len, 5);
	assert_null(ik_buf_room(&buf, 0));
	assert_null(ik_buf_str(&buf));
	ik_buf_clear(&buf);
	ik_buf_put_zeros(&buf, SIZE_MAX);
	assert_int_equal(buf.err, INK_ELIMIT);
	ik_buf_clear(&buf);
	ik_buf_put_str(&buf, "1234");
	ik_buf_align(&buf, 3);
	assert_int_equal(buf.err, INK_ELIMIT);
	ik_buf_free(&buf);
	ik_buf_init(&buf, SIZE_MAX);
	ik_mem_fail_after(0, 0);
	assert_null(ik_buf_room(&buf, 10));
	assert_int_equal(buf.err, INK_ENOMEM);
	ik_buf_free(&buf);
}

static void test_every_failing_allocation_sticks(void **state)
{
	struct ik_buf buf;
	int64_t n;
	int i, err = INK_ENOMEM;

	(void)state;
	for (n = 0; err != 0; n++) {
		ik_buf_init(&buf, 100000);
		ik_mem_fail_after(n, 0);
		for (i = 0; i < 1000; i++)
			ik_buf_put_u64(&buf, (uint64_t)i);
		ik_mem_fail_after(-1, 0);
		err = buf.err;
		assert_true(err == 0 || err == INK_ENOMEM);
		assert_true(err != 0 ? buf.len < 8000 : buf.len == 8000);
		for (i = 0; (size_t)i < buf.len / 8; i++)
			assert_int_equal(buf.data[i * 8], i & 0xFF);
		ik_buf_free(&buf);
		assert_int_equal(ik_mem_live(), 0);
	}
	assert_true(n > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_are_little_endian),
		cmocka_unit_test(test_text_and_printf),
		cmocka_unit_test(test_the_maximum_holds_and_sticks),
		cmocka_unit_test(test_every_failing_allocation_sticks),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
