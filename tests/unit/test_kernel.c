/* test_kernel.c - every kernel of this machine gives the bits of the scalar reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "match/kernel.h"
#include "score/bm25.h"
#include "../support/gen.h"

#define N 300      /* longest input */
#define SLACK 64   /* bytes around it, which nobody may touch */
#define GUARD 0xa5

static const struct ik_kernel *kernels[8];
static size_t n_kernels;
static struct gen gen = { 20240601 };

/* Room for N numbers of `size` bytes that starts at an odd multiple of their size. */
struct room {
	uint8_t bytes[(N + 16) * 4 + 2 * SLACK];
};

static void *at(struct room *r, size_t size, size_t shift)
{
	memset(r->bytes, GUARD, sizeof r->bytes);
	return r->bytes + SLACK + size * shift;
}

/* 16-bit values: all sorts, zeros, the greatest, near the edge of saturation. */
static uint16_t some16(unsigned kind)
{
	switch (kind) {
	case 0:
		return (uint16_t)gen_next(&gen);
	case 1:
		return gen_below(&gen, 3) == 0 ? (uint16_t)gen_next(&gen) : 0;
	case 2:
		return (uint16_t)(UINT16_MAX - gen_below(&gen, 3));
	case 3:
		return (uint16_t)(0x7ffe + gen_below(&gen, 4)); /* around the sign bit */
	default:
		return (uint16_t)gen_below(&gen, 2);
	}
}

static void fill16(uint16_t *v, size_t n)
{
	unsigned kind = gen_below(&gen, 5);

	for (size_t i = 0; i < n; i++)
		v[i] = some16(kind);
}

static void test_leaf_is_that_of_the_reference(void **state)
{
	static const uint16_t weights[] = { 0, 1, 2, 255, 256, 32767, 32768, 60236, 65534, 65535 };
	static struct room in, a, b;

	(void)state;
	for (size_t k = 1; k < n_kernels; k++)
		for (size_t n = 0; n <= N; n++) {
			size_t shift = gen_below(&gen, 16);
			uint8_t *max = at(&in, 1, shift);
			uint16_t *want = at(&a, 2, shift), *got = at(&b, 2, shift);
			uint16_t weight = weights[n / 2 % (sizeof weights / 2)];

			if (n % 2 != 0)
				weight = (uint16_t)gen_next(&gen);
			for (size_t i = 0; i < n; i++)
				max[i] = (uint8_t)(gen_below(&gen, 3) == 0 ? 0 : gen_next(&gen));
			kernels[0]->leaf(max, n, weight, want);
			kernels[k]->leaf(max, n, weight, got);
			assert_memory_equal(a.bytes, b.bytes, sizeof a.bytes);
		}
}

/* The reference is itself what its header says. */
static void test_leaf_follows_its_formula(void **state)
{
	uint8_t max[256];
	uint16_t out[256];

	(void)state;
	for (unsigned i = 0; i < 256; i++)
		max[i] = (uint8_t)i;
	for (uint32_t weight = 0; weight < 65536; weight += 13) {
		kernels[0]->leaf(max, 256, (uint16_t)weight, out);
		for (uint32_t i = 0; i < 256; i++)
			assert_int_equal(out[i], i == 0 ? 0 : (i * 256 * weight >> 16) + 1);
	}
}

static void test_lift_follows_its_formula(void **state)
{
	static struct room in, a, b;

	(void)state;
	for (size_t k = 0; k < n_kernels; k++)
		for (size_t n = 0; n <= N; n++) {
			size_t shift = gen_below(&gen, 16);
			uint8_t *max = at(&in, 1, shift);
			uint16_t *want = at(&a, 2, shift), *got = at(&b, 2, shift);
			uint32_t weight = n % 7 == 0 ? 65535 : (uint16_t)gen_next(&gen);

			fill16(got, n);
			for (size_t i = 0; i < n; i++) {
				uint32_t v;

				max[i] = (uint8_t)(gen_below(&gen, 3) == 0 ? 0 : gen_next(&gen));
				v = max[i] == 0 ? 0 : (max[i] - 1u) * weight / 256;
				want[i] = (uint16_t)(v > got[i] ? v : got[i]);
			}
			kernels[k]->lift(got, max, n, (uint16_t)weight);
			assert_memory_equal(a.bytes, b.bytes, sizeof a.bytes);
		}
}

typedef void (*combine_fn)(uint16_t *a, const uint16_t *b, size_t n);

static combine_fn pick(const struct ik_kernel *kernel, unsigned which)
{
	combine_fn all[] = { kernel->add, kernel->both, kernel->least, kernel->raise,
	                     kernel->keep };

	return all[which];
}

static uint16_t combined(unsigned which, uint32_t x, uint32_t y)
{
	uint32_t sum = x + y > UINT16_MAX ? UINT16_MAX : x + y;

	switch (which) {
	case 1: return (uint16_t)(x == 0 || y == 0 ? 0 : sum);
	case 2: return (uint16_t)(x < y ? x : y);
	case 3: return (uint16_t)(x == 0 ? 0 : sum);
	case 4: return (uint16_t)(y == 0 ? 0 : x);
	default: return (uint16_t)sum;
	}
}

static void test_combining_is_that_of_the_reference(void **state)
{
	static struct room a, b, c;

	(void)state;
	for (size_t k = 0; k < n_kernels; k++)
		for (unsigned which = 0; which < 5; which++)
			for (size_t n = 0; n <= N; n++) {
				size_t shift = gen_below(&gen, 16), other = gen_below(&gen, 16);
				uint16_t *got = at(&a, 2, shift), *want = at(&b, 2, shift);
				uint16_t *with = at(&c, 2, other);

				fill16(got, n);
				fill16(with, n);
				for (size_t i = 0; i < n; i++)
					want[i] = combined(which, got[i], with[i]);
				pick(kernels[k], which)(got, with, n);
				assert_memory_equal(a.bytes, b.bytes, sizeof a.bytes);
			}
}

static void test_find_is_that_of_the_reference(void **state)
{
	static const uint16_t wanted[] = { 1, 2, 32767, 32768, 32769, 65534, 65535 };
	static struct room in;

	(void)state;
	for (size_t k = 0; k < n_kernels; k++)
		for (size_t n = 0; n <= N; n++) {
			uint16_t *v = at(&in, 2, gen_below(&gen, 16));

			fill16(v, n);
			for (size_t w = 0; w < sizeof wanted / 2 + 2; w++) {
				uint16_t t = w < sizeof wanted / 2 ? wanted[w]
				                                   : (uint16_t)(gen_next(&gen) | 1);
				size_t from = gen_below(&gen, (uint32_t)n + 1), want = from;

				while (want < n && v[want] < t)
					want++;
				assert_int_equal(kernels[k]->find(v, from, n, t), want);
				assert_int_equal(kernels[k]->reach(v, n, t),
				                 ik_kernel_scalar.reach(v, n, t));
			}
		}
}

/* Each place alone is found: no lane is lost. */
static void test_places_are_those_of_the_reference(void **state)
{
	static const uint16_t wanted[] = { 1, 2, 32767, 32768, 65535 };
	static struct room in, a, b;

	(void)state;
	for (size_t k = 0; k < n_kernels; k++)
		for (size_t n = 0; n <= N; n++) {
			uint16_t *v = at(&in, 2, gen_below(&gen, 16));

			fill16(v, n);
			for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++) {
				uint16_t *got = at(&a, 2, 3), *want = at(&b, 2, 3);
				size_t count = 0;

				for (size_t i = 0; i < n; i++)
					if (v[i] >= wanted[w])
						want[count++] = (uint16_t)i;
				assert_int_equal(kernels[k]->places(v, n, wanted[w], got), count);
				assert_memory_equal(got, want, count * sizeof *want);
			}
		}
}

static void test_find_sees_every_lane(void **state)
{
	static uint16_t v[N];

	(void)state;
	for (size_t k = 0; k < n_kernels; k++)
		for (size_t i = 0; i < N; i++) {
			memset(v, 0, sizeof v);
			v[i] = 1;
			assert_int_equal(kernels[k]->find(v, 0, N, 1), i);
			assert_int_equal(kernels[k]->find(v, i, N, 1), i);
			assert_int_equal(kernels[k]->find(v, i + 1, N, 1), N);
		}
}

struct range {
	uint64_t mask[4];
	uint8_t freq[256];
	uint8_t norms[256 + 64 + 3];
	float inv[256];
	float ws;
	int32_t acc[256];
};

static void make_range(struct range *r, unsigned kind)
{
	static const float weights[] = { 0, 1, 1e-20f, 536870912.0f, 1073741760.0f, 123456.78f };
	static const float invs[] = { 0, 1e28f, 1e-30f, 0.5f, 1.1111111f, 3.7f };

	for (unsigned w = 0; w < 4; w++)
		r->mask[w] = kind % 5 == 0   ? UINT64_MAX
		             : kind % 5 == 1 ? 0
		             : kind % 5 == 2 ? (uint64_t)1 << gen_below(&gen, 64)
		             : kind % 5 == 3 ? gen_next(&gen) & gen_next(&gen) & gen_next(&gen)
		                             : gen_next(&gen);
	for (unsigned d = 0; d < 256; d++) {
		r->freq[d] = (uint8_t)(kind % 2 == 0 ? gen_next(&gen) : gen_below(&gen, 4));
		r->acc[d] = (int32_t)gen_below(&gen, 1u << 29);
	}
	for (unsigned i = 0; i < sizeof r->norms; i++)
		r->norms[i] = (uint8_t)gen_next(&gen);
	for (unsigned i = 0; i < 256; i++)
		r->inv[i] = kind % 7 == 0 ? invs[gen_below(&gen, 6)]
		                          : (float)gen_unit(&gen) * (kind % 3 == 0 ? 1e-3f : 4.0f);
	r->ws = kind % 4 == 0 ? weights[kind / 4 % 6] : (float)(gen_unit(&gen) * 536870912.0);
}

static void test_scores_are_those_of_the_reference(void **state)
{
	static struct range r;

	(void)state;
	for (unsigned kind = 0; kind < 3000; kind++) {
		int32_t want[256];

		make_range(&r, kind);
		memcpy(want, r.acc, sizeof want);
		kernels[0]->score(r.mask, r.freq, r.norms + kind % 64, r.inv, r.ws, want);
		for (unsigned d = 0; d < 256; d++)
			if ((r.mask[d / 64] >> (d % 64) & 1) == 0)
				assert_int_equal(want[d], r.acc[d]);
		for (size_t k = 1; k < n_kernels; k++) {
			int32_t got[256];

			memcpy(got, r.acc, sizeof got);
			kernels[k]->score(r.mask, r.freq, r.norms + kind % 64, r.inv, r.ws, got);
			assert_memory_equal(got, want, sizeof got);
		}
	}
}

static void test_gains_are_those_of_the_reference(void **state)
{
	static struct range r;

	(void)state;
	for (unsigned kind = 0; kind < 3000; kind++) {
		uint32_t n = gen_below(&gen, 32);
		int32_t want[256];
		uint8_t docs[40] = { 0 };

		make_range(&r, kind);
		for (uint32_t i = 0; i < n; i++)
			docs[i] = (uint8_t)(i * 8 + gen_below(&gen, 8));
		memcpy(want, r.acc, sizeof want);
		for (uint32_t i = 0; i < n; i++)
			want[docs[i]] += ik_bm25_points(r.ws, r.freq[i], r.inv[r.norms[docs[i]]]);
		for (size_t k = 0; k < n_kernels; k++) {
			int32_t got[256];

			memcpy(got, r.acc, sizeof got);
			kernels[k]->gain(docs, n, r.freq, r.norms, r.inv, r.ws, got);
			assert_memory_equal(got, want, sizeof got);
		}
	}
}

static void test_lists_are_those_of_the_reference(void **state)
{
	static struct range r;

	(void)state;
	for (unsigned kind = 0; kind < 1000; kind++) {
		uint32_t n = gen_below(&gen, 60), docs[64], freqs[64], n_docs = 256 + 64;
		int32_t want[64], got[64];

		make_range(&r, kind);
		for (uint32_t i = 0; i < n; i++) {
			docs[i] = n_docs - 1 - (n - 1 - i) * 5; /* up to the last document */
			freqs[i] = 1 + gen_below(&gen, kind % 2 == 0 ? 3 : 100000);
			want[i] = ik_bm25_points(r.ws, freqs[i], r.inv[r.norms[docs[i]]]);
		}
		for (size_t k = 0; k < n_kernels; k++) {
			kernels[k]->list(docs, freqs, n, r.norms, n_docs, r.inv, r.ws, got);
			assert_memory_equal(got, want, n * sizeof *got);
		}
	}
}

static void test_passing_is_that_of_the_reference(void **state)
{
	(void)state;
	for (size_t k = 0; k < n_kernels; k++)
		for (int round = 0; round < 2000; round++) {
			int32_t acc[256], least = (int32_t)gen_below(&gen, 1000) - 1;
			uint64_t mask[4];

			for (unsigned d = 0; d < 256; d++)
				acc[d] = (int32_t)gen_below(&gen, round % 3 == 0 ? 10 : 1000);
			kernels[k]->passing(acc, least, mask);
			for (unsigned d = 0; d < 256; d++)
				assert_int_equal(mask[d / 64] >> (d % 64) & 1, acc[d] > least);
		}
}

static void test_documents_are_those_of_the_mask(void **state)
{
	(void)state;
	for (size_t k = 0; k < n_kernels; k++)
		for (int round = 0; round < 2000; round++) {
			uint8_t docs[IK_DOCS_ROOM];
			uint64_t mask[4];
			uint32_t n = 0, found;

			for (unsigned w = 0; w < 4; w++)
				mask[w] = gen_below(&gen, 3) == 0 ? 0
				          : round % 9 == 0 ? UINT64_MAX
				                           : gen_next(&gen) & gen_next(&gen);
			found = kernels[k]->docs(mask, docs);
			for (unsigned d = 0; d < 256; d++)
				if ((mask[d / 64] >> (d % 64) & 1) != 0)
					assert_int_equal(docs[n++], d);
			assert_int_equal(found, n);
		}
}

static void test_the_choice_follows_the_processor(void **state)
{
	(void)state;
	assert_ptr_equal(ik_kernel_choose(0), &ik_kernel_scalar);
	assert_ptr_equal(kernels[0], &ik_kernel_scalar);
	assert_ptr_equal(ik_kernel_choose(ik_cpu()), kernels[n_kernels - 1]);
	assert_int_equal(ik_kernel_all(kernels, 0), 0);
	assert_int_equal(ik_kernel_all(kernels, 1), 1);
}

static void test_above_is_that_of_the_reference(void **state)
{
	(void)state;
	for (size_t k = 0; k < n_kernels; k++)
		for (int round = 0; round < 2000; round++) {
			uint64_t mask[4], got[4];
			int32_t acc[256], least = (int32_t)gen_below(&gen, 1000) - 1;

			for (unsigned d = 0; d < 256; d++)
				acc[d] = (int32_t)gen_below(&gen, 1000);
			for (unsigned w = 0; w < 4; w++)
				mask[w] = gen_next(&gen) &
				          (round % 2 != 0 ? gen_next(&gen) : UINT64_MAX);
			memcpy(got, mask, sizeof got);
			kernels[k]->above(acc, least, got);
			for (unsigned d = 0; d < 256; d++) {
				int in = (mask[d / 64] >> (d % 64) & 1) != 0;
				int kept = (got[d / 64] >> (d % 64) & 1) != 0;

				assert_int_equal(kept, in && acc[d] > least);
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leaf_is_that_of_the_reference),
		cmocka_unit_test(test_leaf_follows_its_formula),
		cmocka_unit_test(test_lift_follows_its_formula),
		cmocka_unit_test(test_combining_is_that_of_the_reference),
		cmocka_unit_test(test_find_is_that_of_the_reference),
		cmocka_unit_test(test_above_is_that_of_the_reference),
		cmocka_unit_test(test_places_are_those_of_the_reference),
		cmocka_unit_test(test_find_sees_every_lane),
		cmocka_unit_test(test_scores_are_those_of_the_reference),
		cmocka_unit_test(test_gains_are_those_of_the_reference),
		cmocka_unit_test(test_lists_are_those_of_the_reference),
		cmocka_unit_test(test_passing_is_that_of_the_reference),
		cmocka_unit_test(test_documents_are_those_of_the_mask),
		cmocka_unit_test(test_the_choice_follows_the_processor),
	};

	n_kernels = ik_kernel_all(kernels, sizeof kernels / sizeof *kernels);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
