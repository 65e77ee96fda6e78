/* test_bitpack.c - blocks of 128 integers by every implementation; short runs of any length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "codec/bitpack.h"
#include "codec/bitpack_small.h"

static uint64_t random_state = 88172645463325252u;

static uint32_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 16);
}

static uint32_t mask_of(unsigned width)
{
	return (uint32_t)((UINT64_C(1) << width) - 1);
}

/* Values of at most `width` bits: random, all zeros, all ones, or one bit somewhere. */
static void fill(uint32_t *v, size_t n, unsigned width, unsigned kind)
{
	size_t i;

	for (i = 0; i < n; i++)
		v[i] = (kind == 0 ? next_random() : kind == 2 ? UINT32_MAX : 0) & mask_of(width);
	if (kind == 3 && n > 0)
		v[next_random() % n] = mask_of(width);
}

/* Bit by bit, as the format says: lane i % 4, bit i / 4 * width of its words. */
static void pack_slowly(const uint32_t in[128], unsigned width, uint8_t *out)
{
	unsigned i, b;

	memset(out, 0, IK_BITPACK_BYTES(width));
	for (i = 0; i < 128; i++)
		for (b = 0; b < width; b++) {
			unsigned bit = i / 4 * width + b;
			unsigned at = bit / 32 * 16 + i % 4 * 4 + bit % 32 / 8;

			out[at] |= (uint8_t)((in[i] >> b & 1) << bit % 8);
		}
}

static void check_block(const struct ik_bitpack *impl, const uint32_t in[128], unsigned width)
{
	size_t len = IK_BITPACK_BYTES(width);
	/* Exactly as long as it may be, and at an odd address, for the sanitizer to see. */
	uint8_t *want = malloc(len + 1), *got = malloc(len + 2);
	uint32_t back[129], sums[129], base = next_random(), sum = base;
	unsigned i;

	assert_true(want != NULL && got != NULL);
	pack_slowly(in, width, want + 1);
	got[len + 1] = 0xA5;
	impl->pack(in, width, got + 1);
	assert_int_equal(got[len + 1], 0xA5);
	if (memcmp(got + 1, want + 1, len) != 0)
		fail_msg("%s packs otherwise at width %u", impl->name, width);
	back[128] = sums[128] = 0x5A5A5A5A;
	impl->unpack(want + 1, width, back);
	impl->unpack_delta(want + 1, width, base, sums);
	for (i = 0; i < 128; i++) {
		sum += in[i] + 1;
		if (back[i] != in[i] || sums[i] != sum)
			fail_msg("%s at width %u: value %u is %u and %u", impl->name, width, i,
			         back[i], sums[i]);
	}
	assert_int_equal(back[128], 0x5A5A5A5A);
	assert_int_equal(sums[128], 0x5A5A5A5A);
	free(want);
	free(got);
}

static void test_every_implementation_at_every_width(void **state)
{
	const struct ik_bitpack *list[IK_BITPACK_KINDS];
	size_t n = ik_bitpack_all(list), k;
	unsigned width, round;
	uint32_t in[128];

	(void)state;
	for (k = 0; k < n; k++)
		for (width = 0; width <= 32; width++)
			for (round = 0; round < 24; round++) {
				fill(in, 128, width, round % 4);
				check_block(list[k], in, width);
			}
}

static void test_bits_above_the_width_are_dropped(void **state)
{
	const struct ik_bitpack *list[IK_BITPACK_KINDS];
	size_t n = ik_bitpack_all(list), k;
	uint32_t in[128], back[128];
	uint8_t bytes[512];
	unsigned width, i;

	(void)state;
	for (k = 0; k < n; k++)
		for (width = 0; width <= 32; width++) {
			fill(in, 128, 32, 0);
			list[k]->pack(in, width, bytes);
			list[k]->unpack(bytes, width, back);
			for (i = 0; i < 128; i++)
				assert_int_equal(back[i], in[i] & mask_of(width));
		}
}

static void test_deltas_start_before_zero_and_wrap(void **state)
{
	const struct ik_bitpack *list[IK_BITPACK_KINDS];
	size_t n = ik_bitpack_all(list), k;
	uint32_t docs[128];
	unsigned i;

	(void)state;
	for (k = 0; k < n; k++) {
		/* Width 0: a run of neighbours, without any byte. */
		list[k]->unpack_delta((const uint8_t *)"", 0, UINT32_MAX, docs);
		for (i = 0; i < 128; i++)
			assert_int_equal(docs[i], i);
	}
}

static void test_the_choice_follows_the_cpu(void **state)
{
	const struct ik_bitpack *list[IK_BITPACK_KINDS];

	(void)state;
	assert_string_equal(ik_bitpack_choose(0)->name, "scalar");
	ik_cpu_limit(0);
	assert_int_equal(ik_cpu(), 0);
	assert_int_equal(ik_bitpack_all(list), 1);
	ik_cpu_limit(UINT32_MAX);
	assert_ptr_equal(ik_bitpack_choose(ik_cpu()), list[ik_bitpack_all(list) - 1]);
}

static void test_width_is_that_of_the_largest(void **state)
{
	uint32_t in[128] = { 0 };
	unsigned width;

	(void)state;
	assert_int_equal(ik_bitpack_width(in), 0);
	for (width = 1; width <= 32; width++) {
		in[width * 3] = UINT32_C(1) << (width - 1);
		assert_int_equal(ik_bitpack_width(in), width);
	}
}

static void test_short_runs_at_every_width_and_length(void **state)
{
	uint32_t in[301], back[301];
	unsigned width;
	size_t n, i;

	(void)state;
	for (width = 0; width <= 32; width++)
		for (n = 0; n <= 300; n += n < 70 ? 1 : 23) {
			size_t len = ik_bits_bytes(n, width);
			uint8_t *bytes = malloc(len + 1);

			assert_non_null(bytes);
			assert_int_equal(len, n * width / 8 + (n * width % 8 != 0));
			fill(in, n, width, (unsigned)(n % 5) % 4);
			bytes[len] = 0xA5;
			ik_bits_pack(in, n, width, bytes);
			assert_int_equal(bytes[len], 0xA5);
			bytes = realloc(bytes, len > 0 ? len : 1);
			assert_non_null(bytes);
			back[n] = 0x5A5A5A5A;
			ik_bits_unpack(bytes, bytes + len, n, width, back);
			assert_int_equal(back[n], 0x5A5A5A5A);
			for (i = 0; i < n; i++)
				if (back[i] != in[i] ||
				    ik_bits_get(bytes, bytes + len, i, width) != in[i])
					fail_msg("width %u, %zu values: number %zu", width, n, i);
			for (i = 0; i < n * width; i++)
				if ((bytes[i / 8] >> i % 8 & 1) !=
				    (int)(in[i / width] >> i % width & 1))
					fail_msg("width %u, %zu values: bit %zu", width, n, i);
			free(bytes);
		}
}

static void test_bits_missing_at_the_end_are_zeros(void **state)
{
	uint32_t in[100], back[100];
	size_t cut, i, len;
	unsigned width;

	(void)state;
	for (width = 1; width <= 32; width++) {
		uint8_t full[400];

		fill(in, 100, width, 0);
		ik_bits_pack(in, 100, width, full);
		len = ik_bits_bytes(100, width);
		for (cut = 0; cut <= len; cut += 1 + len / 20) {
			uint8_t *bytes = malloc(cut + 1);

			assert_non_null(bytes);
			memcpy(bytes + 1, full, cut);
			ik_bits_unpack(bytes + 1, bytes + 1 + cut, 100, width, back);
			for (i = 0; i < 100; i++) {
				uint64_t bit = i * width, left = cut * 8 > bit ? cut * 8 - bit : 0;
				unsigned have = left < width ? (unsigned)left : width;

				assert_int_equal(back[i], in[i] & mask_of(have));
				assert_int_equal(
				        ik_bits_get(bytes + 1, bytes + 1 + cut, i, width), back[i]);
			}
			free(bytes);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_implementation_at_every_width),
		cmocka_unit_test(test_bits_above_the_width_are_dropped),
		cmocka_unit_test(test_deltas_start_before_zero_and_wrap),
		cmocka_unit_test(test_the_choice_follows_the_cpu),
		cmocka_unit_test(test_width_is_that_of_the_largest),
		cmocka_unit_test(test_short_runs_at_every_width_and_length),
		cmocka_unit_test(test_bits_missing_at_the_end_are_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
