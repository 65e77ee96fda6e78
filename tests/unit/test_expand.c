/* test_expand.c - every way of expanding frequencies gives what the scalar reference gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "codec/bitpack_small.h"
#include "segment/expand.h"
#include "../support/gen.h"

#define ROUNDS 4000

/* A random mask of n documents, and n packed numbers behind which `slack` bytes may be read. */
struct record {
	uint64_t mask[4];
	uint32_t n;
	unsigned width;
	uint8_t *bytes;
	size_t len;
};

static void make_record(struct gen *gen, struct record *r)
{
	uint32_t numbers[256], share = 1 + gen_below(gen, 100);
	size_t slack = gen_below(gen, 3) * 9;

	memset(r, 0, sizeof *r);
	for (uint32_t d = 0; d < 256; d++)
		if (gen_below(gen, 100) < share) {
			r->mask[d / 64] |= (uint64_t)1 << (d % 64);
			r->n++;
		}
	r->width = gen_below(gen, 9);
	for (uint32_t i = 0; i < r->n; i++) /* 254 and more are exceptions, never packed */
		numbers[i] = gen_below(gen, r->width < 8 ? 1u << r->width : 254);
	r->len = ik_bits_bytes(r->n, r->width) + slack;
	r->bytes = calloc(1, r->len + 1); /* exact: a sanitizer sees what is read past the end */
	assert_non_null(r->bytes);
	r->bytes = realloc(r->bytes, r->len > 0 ? r->len : 1);
	ik_bits_pack(numbers, r->n, r->width, r->bytes);
}

static void test_every_path_agrees_with_the_reference(void **state)
{
	const struct ik_expand *best = ik_expand_choose(ik_cpu());
	struct gen gen;

	(void)state;
	gen.state = 20260501;
	for (int i = 0; i < ROUNDS; i++) {
		uint8_t want[256] = { 0 }, got[256] = { 0 };
		struct record r;

		make_record(&gen, &r);
		ik_expand_scalar.expand(r.bytes, r.bytes + r.len, r.width, r.n, r.mask, want);
		best->expand(r.bytes, r.bytes + r.len, r.width, r.n, r.mask, got);
		assert_memory_equal(got, want, sizeof want);
		free(r.bytes);
	}
}

static void test_documents_outside_the_mask_stay_zero(void **state)
{
	const struct ik_expand *best = ik_expand_choose(ik_cpu());
	struct gen gen;

	(void)state;
	gen.state = 7;
	for (int i = 0; i < 200; i++) {
		uint8_t got[256] = { 0 };
		struct record r;

		make_record(&gen, &r);
		best->expand(r.bytes, r.bytes + r.len, r.width, r.n, r.mask, got);
		for (uint32_t d = 0; d < 256; d++)
			assert_int_equal(got[d] != 0, r.mask[d / 64] >> (d % 64) & 1);
		free(r.bytes);
	}
}

static void test_without_instructions_the_reference_is_chosen(void **state)
{
	(void)state;
	assert_ptr_equal(ik_expand_choose(0), &ik_expand_scalar);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_path_agrees_with_the_reference),
		cmocka_unit_test(test_documents_outside_the_mask_stay_zero),
		cmocka_unit_test(test_without_instructions_the_reference_is_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
