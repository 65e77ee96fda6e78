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
#include "segment/pos_bits.h"

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
static void keep_posting(struct ik_posting *posting, const uint32_t *pos, uint32_t n)
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
	assert_int_equal(ik_pos_keep(posting, 5, v, &n_v), 0);
	n_v = unique(v, n_v);
	n_want = unique(want, n_want);
	assert_int_equal(n_v, n_want);
	assert_memory_equal(v, want, n_v * sizeof *v);
}

static void read_posting(const struct sample *s, struct ik_pos_reader *r, uint32_t i,
                         const uint8_t *norms)
{
	uint32_t width = ik_pos_width(ik_pos_log(norms, i), s->freqs[i], r->extra);
	struct ik_posting posting = { *r, s->freqs[i], width, 0 }, again = posting;
	uint32_t out[400], pos = 5;

	assert_int_equal(ik_pos_read(&posting, 5, out), 0);
	for (uint32_t k = 0; k < s->freqs[i]; k++) {
		pos += s->gaps[s->first[i] + k];
		assert_int_equal(out[k], pos);
	}
	keep_posting(&again, out, s->freqs[i]);
	*r = rnd(2) == 0 ? again.reader : posting.reader; /* both lead to the next posting */
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
			ik_pos_skip(&r, ik_pos_log(norms, i), s->freqs[i]);
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

/* ---- two postings ---- */

/* A posting of random positions, packed by itself into memory of the exact size. */
struct packed {
	struct ik_posting posting;
	uint32_t pos[300], n;
	uint8_t *copy;
};

static void pack(struct packed *p, const struct ik_pos_ops *ops, uint32_t tf_max, uint32_t wide)
{
	uint32_t doc = 0, gaps[300], at = 0;
	uint8_t norm = (uint8_t)rnd(256);
	struct ik_pos_input in = { &doc, &p->n, 1, &norm, gaps };
	struct ik_pos_unit u;
	struct ik_buf out;

	p->n = 1 + rnd(tf_max);
	for (uint32_t k = 0; k < p->n; k++)
		p->pos[k] = at += gaps[k] = rnd(wide);
	ik_buf_init(&out, SIZE_MAX / 2);
	ik_pos_pack(&in, 0, &out);
	p->copy = malloc(out.len);
	memcpy(p->copy, out.data, out.len);
	u = (struct ik_pos_unit){ p->copy, p->copy + out.len, p->copy, p->copy + out.len, 0, 1, ops };
	assert_int_equal(ik_pos_open(&u, 0, &p->posting.reader), 0);
	p->posting.tf = p->n;
	p->posting.width = ik_pos_width(ik_pos_log_norm[norm], p->n, p->posting.reader.extra);
	ik_buf_free(&out);
}

static uint32_t told_apart; /* by low parts */

/* Moved so that one of each falls together, or as they are. */
static void check_meeting(struct packed *a, struct packed *b)
{
	uint32_t x = a->pos[rnd(a->n)], y = b->pos[rnd(b->n)], least = rnd(3) > 0 ? x < y ? x : y : 0;
	uint32_t shift_a = y - least, shift_b = x - least, v[300], want[300], n, n_want = 0;

	if (rnd(3) == 0)
		shift_a = shift_b = rnd(100);
	for (uint32_t k = 0; k < a->n; k++)
		if (is_in(b->pos, b->n, a->pos[k] + shift_a - shift_b))
			want[n_want++] = a->pos[k] + shift_a;
	n_want = unique(want, n_want);
	if (!ik_pos_may_meet(&a->posting, shift_a, &b->posting, shift_b)) {
		told_apart++;
		assert_int_equal(n_want, 0);
	}
	assert_int_equal(ik_pos_meet(&a->posting, shift_a, &b->posting, shift_b, v, &n), 0);
	n = unique(v, n);
	assert_int_equal(n, n_want);
	assert_memory_equal(v, want, n * sizeof *v);
}

static void test_postings_meet_where_positions_are_the_same(void **state)
{
	const struct ik_pos_ops *all[] = { &ik_pos_scalar,
		                           ik_pos_choose(ik_cpu() & ~(uint32_t)IK_CPU_AVX512),
		                           ik_pos_choose(ik_cpu()) };
	struct packed a, b;

	(void)state;
	told_apart = 0;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		for (int round = 0; round < 20000; round++) {
			uint32_t wide = 1 + rnd(round % 3 == 0 ? 100000 : 300);

			pack(&a, all[i], round % 5 == 0 ? 300 : 10, wide);
			pack(&b, all[i], round % 7 == 0 ? 300 : 10, wide);
			check_meeting(&a, &b);
			free(a.copy);
			free(b.copy);
		}
	assert_true(told_apart > 500 || ik_pos_choose(ik_cpu()) == &ik_pos_scalar);
}

static void test_postings_that_do_not_hold_together_do_not_meet(void **state)
{
	struct packed a, b;
	uint32_t v[300], n;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		pack(&a, ik_pos_choose(ik_cpu()), 10, 300);
		pack(&b, ik_pos_choose(ik_cpu()), 10, 300);
		a.posting.tf = rnd(3) == 0 ? 1 + rnd(300) : a.n;
		b.posting.reader.low = rnd(3) == 0 ? UINT64_MAX - rnd(100) : rnd(5000);
		b.posting.reader.skipped = rnd(3) == 0 ? UINT32_MAX : rnd(50);
		(void)ik_pos_may_meet(&a.posting, 0, &b.posting, 0);
		(void)ik_pos_meet(&a.posting, 0, &b.posting, 0, v, &n);
		free(a.copy);
		free(b.copy);
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
	struct ik_posting posting = { .tf = 2 };
	struct ik_pos_unit u;
	struct ik_buf buf;

	(void)state;
	ik_buf_init(&buf, 100);
	ik_pos_pack(&in, 0, &buf);
	assert_true(buf.len < 14);
	u = (struct ik_pos_unit){ buf.data, buf.data + buf.len, buf.data, buf.data + buf.len, 0,
		                  1, ik_pos_choose(ik_cpu()) };
	assert_int_equal(ik_pos_open(&u, 0, &posting.reader), 0);
	posting.width = ik_pos_width(ik_pos_log_norm[norm], tf, posting.reader.extra);
	assert_int_equal(ik_pos_read(&posting, 0, out), 0);
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
	assert_int_equal(ik_pos_width(ik_pos_log(NULL, 0), 1, 0), 9);
	assert_int_equal(ik_pos_width(ik_pos_log(NULL, 0), 2, 0), 8);
	assert_int_equal(ik_pos_width(ik_pos_log(NULL, 0), 2, 30), 32);
	assert_int_equal(ik_pos_width(ik_pos_log_norm[5], 200, 0), 0);
	assert_int_equal(ik_pos_width(ik_pos_log_norm[255], 255, 0),
	                 ik_pos_width(ik_pos_log_norm[255], 510, 1));
}

static int keep_some(struct ik_posting *posting)
{
	uint32_t v[20], n = 0, last = 0;

	while (n < 20 && rnd(9) > 0)
		v[n++] = last += 1 + rnd(500);
	return ik_pos_keep(posting, 0, v, &n);
}

static void test_damage_is_noticed_or_harmless(void **state)
{
	struct sample *s = malloc(sizeof *s);
	uint32_t out[400];

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct ik_pos_input in = { s->docs, s->freqs, 0, s->norms, s->gaps };
		struct ik_posting p;
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
			uint8_t log = ik_pos_log(s->norms, i);

			p.tf = rnd(8) == 0 ? rnd(400) : s->freqs[i];
			if (i % IK_POS_CHUNK == 0 &&
			    ik_pos_open(&u, i / IK_POS_CHUNK, &p.reader) != 0)
				break;
			p.width = ik_pos_width(log, p.tf, p.reader.extra);
			if (rnd(2) == 0)
				ik_pos_skip(&p.reader, log, rnd(20) == 0 ? UINT32_MAX / 2 : p.tf);
			else if ((rnd(2) == 0 ? keep_some(&p) : ik_pos_read(&p, 0, out)) != 0)
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
		cmocka_unit_test(test_postings_meet_where_positions_are_the_same),
		cmocka_unit_test(test_postings_that_do_not_hold_together_do_not_meet),
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
