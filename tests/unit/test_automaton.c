/* test_automaton.c - patterns against brute force over random terms of few letters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "query/automaton.h"

static uint64_t seed = 20240501;

static uint32_t rnd(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % n;
}

static size_t random_text(char *out, const char *const *atoms, uint32_t n_atoms, uint32_t max)
{
	size_t len = 0;

	for (uint32_t n = rnd(max + 1); n > 0; n--) {
		const char *atom = atoms[rnd(n_atoms)];

		memcpy(out + len, atom, strlen(atom));
		len += strlen(atom);
	}
	out[len] = '\0';
	return len;
}

static const char *const letters[] = {"a",    "b",   "c", "\xE4\xB8\xAD", "\xE4\xB8\x80",
                                      "\xE4", "\x80"};
static const char *const wild[] = {"a", "b", "c", "\xE4\xB8\xAD", "*", "?", "\\*", "\\a"};

static int slow_wildcard(const char *p, const char *pe, const char *t, const char *te)
{
	uint32_t cp;

	if (p == pe)
		return t == te;
	if (*p == '*')
		return slow_wildcard(p + 1, pe, t, te) ||
		       (t < te && slow_wildcard(p, pe, ik_utf8_next(t, te, &cp), te));
	if (t == te)
		return 0;
	if (*p == '?')
		return slow_wildcard(p + 1, pe, ik_utf8_next(t, te, &cp), te);
	p += *p == '\\' && p + 1 < pe;
	return *p == *t && slow_wildcard(p + 1, pe, t + 1, te);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t slow_distance(const char *s, size_t s_len, const char *t, size_t t_len)
{
	uint32_t a[64], b[64];
	size_t n = 0, m = 0, d[40][40];

	for (const char *p = s; p < s + s_len;)
		p = ik_utf8_next(p, s + s_len, &a[n++]);
	for (const char *p = t; p < t + t_len;)
		p = ik_utf8_next(p, t + t_len, &b[m++]);
	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = i + j;
				continue;
			}
			d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1,
			                d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[n][m];
}

#define TERMS 400

struct set {
	char text[TERMS][64];
	size_t len[TERMS];
};

/* What was called dead starts no matching term of the set; the common prefix starts all. */
static void check_skips(struct ik_automaton *a, const struct set *set, const int *want)
{
	size_t common_len, dead;
	const char *common = ik_automaton_common(a, &common_len);

	for (size_t i = 0; i < TERMS; i++) {
		if (ik_automaton_match(a, set->text[i], set->len[i], &dead) != want[i])
			fail_msg("seed %llu: term %zu \"%s\"", (unsigned long long)seed, i,
			         set->text[i]);
		if (want[i])
			assert_true(set->len[i] >= common_len &&
			            memcmp(set->text[i], common, common_len) == 0);
		assert_true(dead <= set->len[i]);
		for (size_t k = 0; dead > 0 && k < TERMS; k++)
			if (want[k] && set->len[k] >= dead &&
			    memcmp(set->text[k], set->text[i], dead) == 0)
				fail_msg("seed %llu: \"%s\" is skipped by \"%s\"",
				         (unsigned long long)seed, set->text[k], set->text[i]);
	}
}

static void fill(struct set *set)
{
	for (size_t i = 0; i < TERMS; i++)
		set->len[i] = random_text(set->text[i], letters, i % 4 == 0 ? 7 : 5, 7);
}

static void test_prefix_equals_memcmp(void **state)
{
	static struct set set;
	struct ik_arena arena = {0};
	struct ik_automaton *a;
	int want[TERMS];
	char text[64];

	(void)state;
	for (int round = 0; round < 50; round++) {
		size_t len = random_text(text, letters, 5, 3);

		fill(&set);
		for (size_t i = 0; i < TERMS; i++)
			want[i] = set.len[i] >= len && memcmp(set.text[i], text, len) == 0;
		assert_int_equal(ik_automaton_prefix(&arena, text, len, &a, NULL), 0);
		check_skips(a, &set, want);
		ik_arena_reset(&arena);
	}
	ik_arena_free(&arena);
}

static void test_wildcard_equals_brute_force(void **state)
{
	static struct set set;
	struct ik_arena arena = {0};
	struct ik_automaton *a;
	int want[TERMS];
	char text[64];

	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t len = random_text(text, wild, 8, 6);

		fill(&set);
		for (size_t i = 0; i < TERMS; i++)
			want[i] = slow_wildcard(text, text + len, set.text[i],
			                        set.text[i] + set.len[i]);
		assert_int_equal(ik_automaton_wildcard(&arena, text, len, &a, NULL), 0);
		check_skips(a, &set, want);
		ik_arena_reset(&arena);
	}
	ik_arena_free(&arena);
}

static void test_fuzzy_equals_the_full_table(void **state)
{
	static struct set set;
	struct ik_arena arena = {0};
	struct ik_automaton *a;
	int want[TERMS];
	char text[64];

	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t len = random_text(text, letters, 5, 7);
		uint32_t distance = rnd(3);

		fill(&set);
		for (size_t i = 0; i < TERMS; i++)
			want[i] = slow_distance(set.text[i], set.len[i], text, len) <= distance;
		assert_int_equal(ik_automaton_fuzzy(&arena, text, len, distance, &a, NULL), 0);
		check_skips(a, &set, want);
		ik_arena_reset(&arena);
	}
	ik_arena_free(&arena);
}

static void test_stars_are_not_exponential(void **state)
{
	struct ik_arena arena = {0};
	struct ik_automaton *a;
	static char term[32766];
	char pattern[1000];
	size_t dead;

	(void)state;
	memset(term, 'a', sizeof term);
	for (size_t i = 0; i < sizeof pattern; i++)
		pattern[i] = i % 2 == 0 ? '*' : 'a';
	pattern[sizeof pattern - 1] = 'b';
	assert_int_equal(ik_automaton_wildcard(&arena, pattern, sizeof pattern, &a, NULL), 0);
	assert_int_equal(ik_automaton_match(a, term, sizeof term, &dead), 0);
	ik_arena_free(&arena);
}

static void test_limits_are_errors(void **state)
{
	struct ik_arena arena = {0};
	struct ik_automaton *a;
	static char text[5000];

	(void)state;
	memset(text, 'x', sizeof text);
	assert_int_equal(ik_automaton_wildcard(&arena, text, sizeof text, &a, NULL), INK_ELIMIT);
	assert_int_equal(ik_automaton_fuzzy(&arena, text, sizeof text, 2, &a, NULL), INK_ELIMIT);
	assert_int_equal(ik_automaton_fuzzy(&arena, text, 3, 3, &a, NULL), INK_EINVAL);
	assert_null(a);
	ik_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefix_equals_memcmp),
		cmocka_unit_test(test_wildcard_equals_brute_force),
		cmocka_unit_test(test_fuzzy_equals_the_full_table),
		cmocka_unit_test(test_stars_are_not_exponential),
		cmocka_unit_test(test_limits_are_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
