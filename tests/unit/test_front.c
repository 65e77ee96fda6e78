/* test_front.c - front-coded sorted strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "codec/front.h"

#define KEYS 2000
#define KEY_MAX 400

static uint8_t keys[KEYS][KEY_MAX];
static size_t lens[KEYS];
static uint8_t *coded, *coded_end;

/* Keys that share much: each goes on from a prefix of the one before. */
static int setup(void **state)
{
	uint32_t seed = 4711;
	size_t i, j;

	(void)state;
	coded = malloc(KEYS * IK_FRONT_MAX(KEY_MAX));
	if (coded == NULL)
		return -1;
	coded_end = coded;
	for (i = 0; i < KEYS; i++) {
		size_t prev = i > 0 ? lens[i - 1] : 0, keep;

		seed = seed * 1664525u + 1013904223u;
		keep = prev > 0 ? (seed >> 8) % (prev + 1) : 0;
		lens[i] = keep + (seed >> 20) % (KEY_MAX - keep);
		if (i % 100 == 7)
			lens[i] = 0;
		for (j = 0; j < lens[i]; j++)
			keys[i][j] = j < keep ? keys[i - 1][j] : (uint8_t)(seed >> 24 ^ j);
		coded_end = ik_front_put(coded_end, i > 0 ? keys[i - 1] : NULL, prev, keys[i],
		                         lens[i]);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(coded);
	return 0;
}

static void test_keys_come_back(void **state)
{
	uint8_t key[KEY_MAX];
	const uint8_t *p = coded;
	size_t i, len = 0;

	(void)state;
	for (i = 0; i < KEYS; i++) {
		p = ik_front_get(p, coded_end, key, sizeof key, &len);
		assert_non_null(p);
		assert_int_equal(len, lens[i]);
		assert_memory_equal(key, keys[i], len);
	}
	assert_ptr_equal(p, coded_end);
	assert_null(ik_front_get(p, coded_end, key, sizeof key, &len));
}

static void test_cut_anywhere_is_refused(void **state)
{
	uint8_t key[KEY_MAX], entry[IK_FRONT_MAX(KEY_MAX)], *end, *copy;
	size_t i, cut, len;

	(void)state;
	for (i = 1; i < 50; i++) {
		end = ik_front_put(entry, keys[i - 1], lens[i - 1], keys[i], lens[i]);
		for (cut = 0; cut < (size_t)(end - entry); cut++) {
			copy = malloc(cut + 1);
			assert_non_null(copy);
			memcpy(copy, entry, cut);
			memcpy(key, keys[i - 1], lens[i - 1]);
			len = lens[i - 1];
			assert_null(ik_front_get(copy, copy + cut, key, sizeof key, &len));
			assert_int_equal(len, lens[i - 1]);
			free(copy);
		}
	}
}

static void test_hostile_lengths_are_refused(void **state)
{
	uint8_t key[8] = "abc", entry[40] = { 0 }, *end;
	size_t len = 3;

	(void)state;
	entry[0] = 0x40; /* shares more than there is */
	assert_null(ik_front_get(entry, entry + 1, key, sizeof key, &len));
	memset(entry + 1, 'x', 6);
	entry[0] = 0x36; /* over the capacity */
	assert_null(ik_front_get(entry, entry + 7, key, sizeof key, &len));
	entry[0] = 0x3f;
	end = ik_varint_put(entry + 1, UINT64_MAX);
	assert_null(ik_front_get(entry, end, key, sizeof key, &len));
	entry[0] = 0xf3;
	assert_null(ik_front_get(entry, end, key, sizeof key, &len));
	assert_int_equal(len, 3);
	memset(entry + 1, 'x', 5);
	entry[0] = 0x35; /* just fits */
	end = entry + 1;
	assert_ptr_equal(ik_front_get(entry, end + 5, key, sizeof key, &len), end + 5);
	assert_int_equal(len, 8);
	assert_memory_equal(key, "abcxxxxx", 8);
}

static void test_shared_prefix_of_any_length(void **state)
{
	uint8_t a[40], b[40];
	size_t at;

	(void)state;
	memset(a, 7, sizeof a);
	for (at = 0; at < sizeof a; at++) {
		memcpy(b, a, sizeof a);
		b[at] ^= 0x80;
		assert_int_equal(ik_front_shared(a, sizeof a, b, sizeof b), at);
		assert_int_equal(ik_front_shared(a, at, b, sizeof b), at);
		assert_int_equal(ik_front_shared(a, sizeof a, a, at), at);
	}
	assert_int_equal(ik_front_shared(NULL, 0, a, 5), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_come_back),
		cmocka_unit_test(test_cut_anywhere_is_refused),
		cmocka_unit_test(test_hostile_lengths_are_refused),
		cmocka_unit_test(test_shared_prefix_of_any_length),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
