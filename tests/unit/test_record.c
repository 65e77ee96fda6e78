/* test_record.c - every way of reading a range record gives what the scalar reference gives. */
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
#include "segment/record.h"
#include "../support/gen.h"

#define ROUNDS 4000

/* A record of random documents behind which `slack` bytes may be read. */
struct made {
	struct ik_record rec;
	uint64_t mask[4];
	uint8_t *bytes;
	uint8_t want[IK_RANGE]; /* frequencies by document */
};

static void put_docs(const struct made *m, uint8_t *out)
{
	for (uint32_t d = 0; d < IK_RANGE; d++) {
		if ((m->mask[d / 64] >> (d % 64) & 1) == 0)
			continue;
		if (ik_record_is_bitmap(&m->rec))
			out[d / 8] |= (uint8_t)(1u << (d % 8));
		else
			*out++ = (uint8_t)d;
	}
}

static void make_record(struct gen *gen, struct made *m)
{
	uint32_t numbers[IK_RANGE], share = 1 + gen_below(gen, 100), i = 0;
	size_t slack = gen_below(gen, 3) * 9, docs, freqs;

	memset(m, 0, sizeof *m);
	m->rec.width = gen_below(gen, 9);
	for (uint32_t d = 0; d < IK_RANGE; d++)
		if (gen_below(gen, 100) < share || (d == 255 && i == 0)) {
			m->mask[d / 64] |= (uint64_t)1 << (d % 64);
			/* 254 and more are exceptions, never packed */
			numbers[i] = gen_below(gen, m->rec.width < 8 ? 1u << m->rec.width : 254);
			m->want[d] = (uint8_t)(numbers[i++] + 1);
		}
	m->rec.n = i;
	docs = ik_record_is_bitmap(&m->rec) ? IK_RANGE / 8 : i;
	freqs = ik_bits_bytes(i, m->rec.width);
	/* Exact: a sanitizer sees what is read past the end. */
	m->bytes = calloc(1, docs + freqs + slack);
	assert_non_null(m->bytes);
	put_docs(m, m->bytes);
	ik_bits_pack(numbers, i, m->rec.width, m->bytes + docs);
	m->rec.docs = m->bytes;
	m->rec.freqs = m->bytes + docs;
	m->rec.end = m->bytes + docs + freqs + slack;
}

/* Of some of the documents, and then of one that is not there. */
static void check_places(struct gen *gen, const struct ik_unpack *unpack, const struct made *m)
{
	uint8_t docs[IK_RANGE], want[IK_RANGE], got[IK_RANGE], other = 0;
	uint32_t n = 0, i = 0, missing = 0;

	for (uint32_t d = 0; d < IK_RANGE; d++) {
		if (m->want[d] != 0 && gen_below(gen, 3) > 0) {
			docs[n] = (uint8_t)d;
			want[n++] = (uint8_t)i;
		}
		i += m->want[d] != 0;
		if (m->want[d] == 0 && gen_below(gen, ++missing) == 0)
			other = (uint8_t)d;
	}
	assert_int_equal(unpack->places(&m->rec, docs, n, got), 0);
	assert_memory_equal(got, want, n);
	if (missing > 0)
		assert_int_equal(unpack->places(&m->rec, &other, 1, got), -1);
}

static void check(const struct ik_unpack *unpack, const struct made *m)
{
	uint8_t row[IK_RECORD_ROOM], freq[IK_RANGE];
	uint64_t mask[4];
	int32_t i = 0;

	assert_int_equal(unpack->mask(&m->rec, mask), m->rec.n);
	assert_memory_equal(mask, m->mask, sizeof mask);
	unpack->freqs(&m->rec, row);
	unpack->spread(row, m->mask, freq);
	assert_memory_equal(freq, m->want, sizeof freq);
	for (uint32_t d = 0; d < IK_RANGE; d++) {
		uint32_t tf;

		if (m->want[d] == 0) {
			assert_int_equal(unpack->find(&m->rec, d), -1);
			continue;
		}
		assert_int_equal(unpack->find(&m->rec, d), i);
		assert_int_equal(row[i], m->want[d]);
		assert_int_equal(ik_record_freq(&m->rec, (uint32_t)i, d, &tf), 0);
		assert_int_equal(tf, m->want[d]);
		i++;
	}
}

static void test_every_path_reads_what_was_written(void **state)
{
	const struct ik_unpack *all[] = { &ik_unpack_scalar,
		                          ik_unpack_choose(ik_cpu() & ~(uint32_t)IK_CPU_AVX512),
		                          ik_unpack_choose(ik_cpu()) };
	struct gen gen = { 20260501 };

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct made m;

		make_record(&gen, &m);
		for (unsigned k = 0; k < 3; k++) {
			check(all[k], &m);
			check_places(&gen, all[k], &m);
		}
		free(m.bytes);
	}
}

static void test_damaged_numbers_give_no_frequency_of_none(void **state)
{
	const struct ik_unpack *all[] = { &ik_unpack_scalar, ik_unpack_choose(ik_cpu()) };
	uint8_t bytes[64], row[IK_RECORD_ROOM];
	const struct ik_record rec = { bytes, bytes + 20, NULL, bytes + sizeof bytes, 20, 8 };

	(void)state;
	memset(bytes, 254, sizeof bytes);
	bytes[21] = bytes[39] = 255;
	for (unsigned k = 0; k < 2; k++) {
		all[k]->freqs(&rec, row);
		for (unsigned i = 0; i < rec.n; i++)
			assert_int_equal(row[i], 255);
	}
}

/* Only the greatest number of a width may be an exception, whatever stands among these. */
static void test_other_numbers_than_the_marker_are_no_exceptions(void **state)
{
	(void)state;
	for (uint32_t width = 0; width <= 8; width++) {
		uint8_t bytes[32] = { 3, 7 };
		uint32_t numbers[2] = { ik_record_marker(width), 0 }, tf;
		const struct ik_record rec = { bytes, bytes + 2, bytes + 4, bytes + 32, 2, width };

		ik_bits_pack(numbers, 2, width, bytes + 2);
		memcpy(bytes + 4, (const uint8_t[]){ 0, 3, 77 }, 3); /* document 3 has 77 */
		assert_int_equal(ik_record_freq(&rec, 0, 3, &tf), 0);
		assert_int_equal(tf, 77);
		assert_int_equal(ik_record_freq_long(&rec, 0, 3, &tf), 0);
		assert_int_equal(tf, 77);
		bytes[5] = 7; /* document 7 has it, but not by its number */
		assert_int_equal(ik_record_freq(&rec, 1, 7, &tf), 0);
		assert_int_equal(tf, width > 0 ? 1 : 77);
		assert_int_equal(ik_record_freq(&rec, 0, 3, &tf), 0);
		assert_int_equal(tf, ik_record_marker(width) + 1);
	}
}

static void test_exceptions_are_read_one_by_one(void **state)
{
	/* Documents 3, 7 and 200; the last two are exceptions of 300 and 9. */
	static const uint8_t bytes[] = { 3, 7, 200, 1, 7, 200, 0xac, 2, 9 };
	struct ik_record rec = { bytes, bytes + 3, bytes + 3, bytes + sizeof bytes, 3, 0 };
	static const uint32_t want[] = { 1, 300, 9 };
	struct ik_extras e;
	uint32_t d, tf;

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(ik_record_freq(&rec, i, bytes[i], &tf), 0);
		assert_int_equal(tf, want[i]);
	}
	assert_int_equal(ik_record_extras(&rec, &e), 0);
	assert_int_equal(ik_extras_next(&e, &d, &tf), 1);
	assert_int_equal(d, 7);
	assert_int_equal(tf, 300);
	rec.end--; /* cut off before the last one */
	assert_int_equal(ik_record_extras(&rec, &e), 0);
	assert_int_equal(ik_extras_next(&e, &d, &tf), 1);
	assert_true(ik_extras_next(&e, &d, &tf) < 0);
	assert_true(ik_record_freq(&rec, 2, 200, &tf) < 0);
	rec.end = bytes + 5; /* cut off among the documents */
	assert_true(ik_record_extras(&rec, &e) < 0);
}

static void test_without_instructions_the_reference_is_chosen(void **state)
{
	(void)state;
	assert_ptr_equal(ik_unpack_choose(0), &ik_unpack_scalar);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_path_reads_what_was_written),
		cmocka_unit_test(test_damaged_numbers_give_no_frequency_of_none),
		cmocka_unit_test(test_other_numbers_than_the_marker_are_no_exceptions),
		cmocka_unit_test(test_exceptions_are_read_one_by_one),
		cmocka_unit_test(test_without_instructions_the_reference_is_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
