/* test_varint.c - LEB128. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "codec/varint.h"

static void check_value(uint64_t v)
{
	uint8_t bytes[IK_VARINT_MAX + 1], *end;
	const uint8_t *got, *p;
	struct ik_buf buf;
	uint64_t back = ~v;
	uint32_t small = 1;

	memset(bytes, 0xEE, sizeof bytes);
	end = ik_varint_put(bytes, v);
	assert_int_equal(end - bytes, ik_varint_size(v));
	assert_int_equal(*end, 0xEE);
	got = ik_varint_get(bytes, end, &back);
	assert_ptr_equal(got, end);
	assert_true(back == v);
	for (p = bytes; p < end; p++)
		assert_null(ik_varint_get(bytes, p, &back));
	got = ik_varint_get32(bytes, end, &small);
	if (v > UINT32_MAX) {
		assert_null(got);
	} else {
		assert_ptr_equal(got, end);
		assert_int_equal(small, v);
	}
	ik_buf_init(&buf, 100);
	ik_buf_put_varint(&buf, v);
	assert_int_equal(buf.len, end - bytes);
	assert_memory_equal(buf.data, bytes, buf.len);
	ik_buf_free(&buf);
}

static void test_round_trip_around_every_power_of_two(void **state)
{
	unsigned bit;

	(void)state;
	check_value(0);
	for (bit = 0; bit < 64; bit++) {
		check_value(UINT64_C(1) << bit);
		check_value((UINT64_C(1) << bit) - 1);
		check_value((UINT64_C(1) << bit) + 1);
		check_value(UINT64_MAX >> bit);
	}
}

static void test_known_bytes(void **state)
{
	uint8_t bytes[IK_VARINT_MAX];

	(void)state;
	assert_int_equal(ik_varint_put(bytes, 624485) - bytes, 3);
	assert_memory_equal(bytes, "\xE5\x8E\x26", 3); /* the example of DWARF and WebAssembly */
}

static void test_more_than_64_bits_are_refused(void **state)
{
	uint8_t bytes[16];
	uint64_t v = 0;

	(void)state;
	memset(bytes, 0xFF, sizeof bytes);
	bytes[9] = 0x01;
	assert_ptr_equal(ik_varint_get(bytes, bytes + 16, &v), bytes + 10);
	assert_true(v == UINT64_MAX);
	bytes[9] = 0x02;
	assert_null(ik_varint_get(bytes, bytes + 16, &v));
	bytes[9] = 0x81;
	bytes[10] = 0;
	assert_null(ik_varint_get(bytes, bytes + 16, &v));
	memset(bytes, 0x80, sizeof bytes);
	assert_null(ik_varint_get(bytes, bytes + 16, &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip_around_every_power_of_two),
		cmocka_unit_test(test_known_bytes),
		cmocka_unit_test(test_more_than_64_bits_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
