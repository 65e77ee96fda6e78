/* test_pos.c - packed positions come back, from any posting on, and damage is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "codec/norm.h"
#include "segment/format.h"
#include "segment/pos.h"

#define DOCS 256
#define GAPS_MAX 20000

struct sample {
	uint32_t docs[DOCS], freqs[DOCS], n;
	uint8_t norms[DOCS];
	uint32_t gaps[GAPS_MAX];
	uint32_t first[DOCS]; /* of each posting's gaps */
};

static uint64_t seed = 99;

static uint32_t rnd(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % below);
}

/* n postings; gaps are about `wide` times as far as lengths let expect. */
static void make(struct sample *s, uint32_t n, uint32_t wide, uint32_t tf_max)
{
	uint32_t at = 0;

	s->n = n;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t len = 1 + rnd(i % 5 == 0 ? 20 : 4000);

		s->docs[i] = i;
		s->freqs[i] = rnd(3) > 0 ? 1 : 1 + rnd(tf_max);
		s->norms[i] = ik_norm_encode(len);
		s->first[i] = at;
		for (uint32_t k = 0; k < s->freqs[i]; k++)
			s->gaps[at++] = rnd(len * wide / s->freqs[i] + 1);
	}
	assert_true(at <= GAPS_MAX);
}

static int is_in(const uint32_t *v, uint32_t n, uint32_t x)
{
	uint32_t i = 0;

	while (i < n && v[i] != x)
		i++;
	return i < n;
}

/* How many numbers there are; equal ones are next to each other and count once. */
static uint32_t unique(uint32_t *v, uint32_t n)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++)
		if (kept == 0 || v[i] != v[kept - 1])
			v[kept++] = v[i];
	return kept;
}

/* Of few or many numbers, in or near pos[0, n), some of them twice, those in it are kept. */
static void keep_posting(struct ik_pos_reader *r, uint8_t norm, const uint32_t *pos, uint32_t n)
{
	uint32_t v[1600], want[1600], n_v = 0, n_want = 0, rare = 1 + rnd(40);

	for (uint32_t k = 0; k < n; k++)
		for (uint32_t near = pos[k] + rnd(2); near <= pos[k] + 1; near++)
			if (rnd(rare) == 0 && (n_v == 0 || near > v[n_v - 1]))
				for (uint32_t times = 1 + (rnd(5) == 0); times > 0; times--)
					v[n_v++] = near;
	for (uint32_t k = 0; k < n_v; k++)
		if (is_in(pos, n, v[k]))
			want[n_want++] = v[k];
	assert_int_equal(ik_pos_keep(r, norm, n, 5, v, &n_v), 0);
	n_v = unique(v, n_v);
	n_want = unique(want, n_want);
	assert_int_equal(n_v, n_want);
	assert_memory_equal(v, want, n_v * sizeof *v);
}

static void read_posting(const struct sample *s, struct ik_pos_reader *r, uint32_t i,
                         const uint8_t *norms)
{
	struct ik_pos_reader again = *r;
	uint32_t out[400], pos = 5;

	assert_int_equal(ik_pos_read(r, ik_pos_norm(norms, i), s->freqs[i], 5, out), 0);
	for (uint32_t k = 0; k < s->freqs[i]; k++) {
		pos += s->gaps[s->first[i] + k];
		assert_int_equal(out[k], pos);
	}
	keep_posting(&again, ik_pos_norm(norms, i), out, s->freqs[i]);
	if (rnd(2) == 0)
		*r = again; /* both lead to the next posting */
}

/* Pack behind `bit` bits and read every `step`-th posting, in memory of the exact size. */
static void check(const struct sample *s, unsigned bit, uint32_t step, const uint8_t *norms)
{
	struct ik_pos_input in = { s->docs, s->freqs, s->n, norms, s->gaps };
	struct ik_pos_reader r;
	struct ik_pos_unit u;
	struct ik_buf out;
	uint8_t *copy;

	ik_buf_init(&out, SIZE_MAX / 2);
	if (bit != 0)
		ik_buf_put_u8(&out, (uint8_t)((1u << bit) - 1));
	ik_pos_pack(&in, bit, &out);
	assert_int_equal(out.err, 0);
	copy = malloc(out.len);
	memcpy(copy, out.data, out.len);
	if (bit != 0)
		assert_int_equal(copy[0] & ((1u << bit) - 1), (1u << bit) - 1);
	u = (struct ik_pos_unit){ copy, copy + out.len, copy, copy + out.len, bit, s->n,
	                          ik_pos_choose(ik_cpu()) };
	for (uint32_t i = 0; i < s->n; i++) {
		if (i % IK_POS_CHUNK == 0)
			assert_int_equal(ik_pos_open(&u, i / IK_POS_CHUNK, &r), 0);
		if (i % step == 0)
			read_posting(s, &r, i, norms);
		else
			ik_pos_skip(&r, ik_pos_norm(norms, i), s->freqs[i]);
	}
	assert_int_equal(ik_pos_open(&u, (s->n - 1) / IK_POS_CHUNK + 1, &r), -1);
	free(copy);
	ik_buf_free(&out);
}

static void test_positions_come_back_and_are_found_from_any_posting_on(void **state)
{
	static const uint32_t sizes[] = { 1, 2, 31, 32, 33, 64, 65, 200, 256 };
	struct sample *s = malloc(sizeof *s);

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (uint32_t wide = 1; wide <= 1000000; wide = wide * 9 + 1)
			for (unsigned bit = 0; bit < 8; bit++) {
				make(s, sizes[i], wide, sizes[i] < 40 ? 300 : 30);
				check(s, bit, 1, s->norms);
				check(s, bit, 1 + bit, s->norms);
				check(s, bit, 3, NULL);
			}
	free(s);
}

static void test_sums_over_postings_are_those_of_one_after_the_other(void **state)
{
	const struct ik_pos_ops *ops = ik_pos_choose(ik_cpu());

	(void)state;
	for (int round = 0; round < 5000; round++) {
		uint32_t n = rnd(IK_POS_CHUNK), extra = rnd(33), tf_max = round % 2 == 0 ? 254 : 15;
		uint8_t *tf = malloc(IK_POS_ROOM), *norm = malloc(IK_POS_ROOM);
		struct ik_pos_sum want = { 0, 0 }, got;

		for (uint32_t i = 0; i < IK_POS_ROOM; i++) { /* what is behind n does not count */
			tf[i] = (uint8_t)(1 + rnd(tf_max));
			norm[i] = (uint8_t)rnd(256);
			if (i < n)
				ik_pos_add(&want, norm[i], tf[i], extra);
		}
		got = ops->sum(tf, norm, n, extra);
		assert_int_equal(got.n, want.n);
		assert_int_equal(got.low, want.low);
		free(tf);
		free(norm);
	}
}

static void test_starts_of_chunks_in_four_bytes_are_found(void **state)
{
	struct sample *s = calloc(1, sizeof *s);

	(void)state;
	s->n = 65;
	for (uint32_t i = 0; i < s->n; i++) {
		s->docs[i] = i;
		s->freqs[i] = 300;
		s->first[i] = i * 300;
		s->norms[i] = 255;
		for (uint32_t k = 0; k < 300; k++)
			s->gaps[i * 300 + k] = rnd(4000000);
	}
	check(s, 0, 7, s->norms);
	free(s);
}

static void test_the_greatest_distances_take_no_more_than_their_bits(void **state)
{
	uint32_t doc = 0, tf = 2, gaps[2] = { 0x7fffffff, 0x80000000 }, out[2];
	uint8_t norm = 1;
	struct ik_pos_input in = { &doc, &tf, 1, &norm, gaps };
	struct ik_pos_reader r;
	struct ik_pos_unit u;
	struct ik_buf buf;

	(void)state;
	ik_buf_init(&buf, 100);
	ik_pos_pack(&in, 0, &buf);
	assert_true(buf.len < 14);
	u = (struct ik_pos_unit){ buf.data, buf.data + buf.len, buf.data, buf.data + buf.len, 0,
		                  1, ik_pos_choose(ik_cpu()) };
	assert_int_equal(ik_pos_open(&u, 0, &r), 0);
	assert_int_equal(ik_pos_read(&r, norm, 2, 0, out), 0);
	assert_int_equal(out[0], 0x7fffffff);
	assert_int_equal(out[1], 0xffffffff);
	ik_buf_free(&buf);
}

/* The definition of L() in FORMAT.md, in other words. */
static unsigned log_of(uint32_t v)
{
	unsigned e = 0;

	if (v == 0)
		return 0;
	while (v >> (e + 1) != 0)
		e++;
	return 8 * e + (unsigned)(((uint64_t)v << 3) >> e) - 8;
}

static void test_widths_are_those_of_the_format(void **state)
{
	(void)state;
	for (unsigned norm = 0; norm < 256; norm++) {
		assert_int_equal(ik_pos_log_norm[norm], log_of(ik_norm_decode((uint8_t)norm)));
		assert_int_equal(ik_pos_less[norm], norm == 1 ? 6 : 3 + log_of(norm));
	}
	assert_int_equal(ik_pos_width(88, 1, 0), 9);
	assert_int_equal(ik_pos_width(88, 2, 0), 8);
	assert_int_equal(ik_pos_width(88, 2, 30), 32);
	assert_int_equal(ik_pos_width(5, 200, 0), 0);
	assert_int_equal(ik_pos_width(255, 255, 0), ik_pos_width(255, 510, 1));
}

static int keep_some(struct ik_pos_reader *r, uint8_t norm, uint32_t tf)
{
	uint32_t v[20], n = 0, last = 0;

	while (n < 20 && rnd(9) > 0)
		v[n++] = last += 1 + rnd(500);
	return ik_pos_keep(r, norm, tf, 0, v, &n);
}

static void test_damage_is_noticed_or_harmless(void **state)
{
	struct sample *s = malloc(sizeof *s);
	uint32_t out[400];

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct ik_pos_input in = { s->docs, s->freqs, 0, s->norms, s->gaps };
		struct ik_pos_reader r;
		struct ik_pos_unit u;
		struct ik_buf buf;
		uint8_t *copy;
		size_t len;

		make(s, 1 + rnd(100), 1, 30);
		in.n = s->n;
		ik_buf_init(&buf, SIZE_MAX / 2);
		ik_pos_pack(&in, 0, &buf);
		len = round % 2 == 0 ? buf.len : rnd((uint32_t)buf.len) + 1;
		copy = malloc(len);
		memcpy(copy, buf.data, len);
		for (uint32_t k = rnd(4); k > 0; k--)
			copy[rnd((uint32_t)len)] = (uint8_t)rnd(256);
		u = (struct ik_pos_unit){ copy, copy + len, copy, copy + len, 0, s->n,
		                          ik_pos_choose(ik_cpu()) };
		for (uint32_t i = 0; i < s->n; i++) {
			uint32_t tf = rnd(8) == 0 ? rnd(400) : s->freqs[i];

			if (i % IK_POS_CHUNK == 0 && ik_pos_open(&u, i / IK_POS_CHUNK, &r) != 0)
				break;
			if (rnd(2) == 0)
				ik_pos_skip(&r, s->norms[i], rnd(20) == 0 ? UINT32_MAX / 2 : tf);
			else if ((rnd(2) == 0 ? keep_some(&r, s->norms[i], tf)
			                      : ik_pos_read(&r, s->norms[i], tf, 0, out)) != 0)
				break;
		}
		free(copy);
		ik_buf_free(&buf);
	}
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_positions_come_back_and_are_found_from_any_posting_on),
		cmocka_unit_test(test_sums_over_postings_are_those_of_one_after_the_other),
		cmocka_unit_test(test_starts_of_chunks_in_four_bytes_are_found),
		cmocka_unit_test(test_the_greatest_distances_take_no_more_than_their_bits),
		cmocka_unit_test(test_widths_are_those_of_the_format),
		cmocka_unit_test(test_damage_is_noticed_or_harmless),
	};

	int bad = cmocka_run_group_tests(tests, NULL, NULL);

	ik_cpu_limit(IK_CPU_SSE41 | IK_CPU_AVX2);
	bad += cmocka_run_group_tests_name("avx2", tests, NULL, NULL);
	ik_cpu_limit(0); /* and by the reference */
	return bad + cmocka_run_group_tests_name("scalar", tests, NULL, NULL);
}
