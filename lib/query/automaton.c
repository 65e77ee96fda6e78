/*
 * automaton.c - prefixes, wildcards and edit distances over dictionary terms.
 *
 * Layer: query. Wildcards: greedy matching that goes back to the last `*`
 * only, so never exponential. Fuzzy: the optimal string alignment distance
 * (Damerau 1964, Levenshtein 1966, without edits inside a swap), three rows
 * of the table, of which only the band |i - j| <= distance is filled. When a
 * whole row is above the distance, no longer term can come back below it: a
 * swap costs one as well and reaches over one row only.
 *
 * What is said about dead prefixes must hold byte for byte: a prefix that
 * ends in, or holds, an invalid sequence is never called dead, for more bytes
 * could have made it valid.
 */
#include "query/automaton.h"

#include <string.h>

#include "base/utf8.h"

#define PATTERN_MAX 1024 /* bytes: bounds the cost a term, which is their product at worst */
#define FUZZY_MAX 4096   /* code points */

enum kind { PREFIX, WILDCARD, FUZZY };

enum op {
	LITERAL,
	ANY, /* one code point */
	STAR
};

struct step {
	enum op op;
	char byte; /* of LITERAL */
};

struct ik_automaton {
	enum kind kind;
	const char *common;
	size_t common_len;
	struct step *steps; /* WILDCARD */
	size_t n;
	uint32_t *chars; /* FUZZY: code points */
	size_t m;
	uint32_t distance;
	uint32_t *rows[3]; /* m + 2 cells each, the first for j = 0 */
};

static struct ik_automaton *automaton_new(struct ik_arena *arena, enum kind kind)
{
	struct ik_automaton *a = ik_arena_zalloc(arena, sizeof *a);

	if (a == NULL)
		return NULL;
	a->kind = kind;
	a->common = "";
	return a;
}

int ik_automaton_prefix(struct ik_arena *arena, const char *text, size_t len,
                        struct ik_automaton **out, ink_error *err)
{
	struct ik_automaton *a = automaton_new(arena, PREFIX);

	*out = NULL;
	if (a != NULL)
		a->common = ik_arena_strndup(arena, len == 0 ? "" : text, len);
	if (a == NULL || a->common == NULL)
		return ik_fail_nomem(err);
	a->common_len = len;
	*out = a;
	return INK_OK;
}

static void compile(struct ik_automaton *a, const char *p, const char *end)
{
	for (; p < end; p++) {
		struct step *step = &a->steps[a->n];

		step->op = *p == '*' ? STAR : *p == '?' ? ANY : LITERAL;
		if (*p == '\\' && p + 1 < end)
			p++;
		step->byte = *p;
		/* A run of stars is one star. */
		a->n += !(step->op == STAR && a->n > 0 && step[-1].op == STAR);
	}
}

int ik_automaton_wildcard(struct ik_arena *arena, const char *pattern, size_t len,
                          struct ik_automaton **out, ink_error *err)
{
	struct ik_automaton *a;
	char *common;

	*out = NULL;
	if (len > PATTERN_MAX)
		return ik_fail(err, INK_ELIMIT, "a wildcard pattern of %zu bytes, %d are allowed",
		               len, PATTERN_MAX);
	a = automaton_new(arena, WILDCARD);
	common = ik_arena_alloc(arena, len + 1);
	if (a == NULL || common == NULL)
		return ik_fail_nomem(err);
	a->steps = ik_arena_array(arena, len + 1, sizeof *a->steps);
	if (a->steps == NULL)
		return ik_fail_nomem(err);
	compile(a, pattern, pattern + len);
	while (a->common_len < a->n && a->steps[a->common_len].op == LITERAL) {
		common[a->common_len] = a->steps[a->common_len].byte;
		a->common_len++;
	}
	a->common = common;
	*out = a;
	return INK_OK;
}

int ik_automaton_fuzzy(struct ik_arena *arena, const char *text, size_t len, uint32_t distance,
                       struct ik_automaton **out, ink_error *err)
{
	size_t m = ik_utf8_count(len == 0 ? "" : text, len);
	const char *p = text, *end = text + len;
	struct ik_automaton *a;

	*out = NULL;
	if (distance > 2)
		return ik_fail(err, INK_EINVAL, "an edit distance of %u, 2 is the most",
		               (unsigned)distance);
	if (m > FUZZY_MAX)
		return ik_fail(err, INK_ELIMIT, "a fuzzy word of %zu characters, %d are allowed",
		               m, FUZZY_MAX);
	a = automaton_new(arena, FUZZY);
	if (a == NULL)
		return ik_fail_nomem(err);
	a->chars = ik_arena_array(arena, m + 1, sizeof *a->chars);
	for (int i = 0; i < 3; i++)
		a->rows[i] = ik_arena_array(arena, m + 2, sizeof *a->rows[i]);
	if (a->chars == NULL || a->rows[0] == NULL || a->rows[1] == NULL || a->rows[2] == NULL)
		return ik_fail_nomem(err);
	while (p < end)
		p = ik_utf8_next(p, end, &a->chars[a->m++]);
	a->distance = distance;
	*out = a;
	return INK_OK;
}

const char *ik_automaton_common(const struct ik_automaton *a, size_t *len)
{
	*len = a->common_len;
	return a->common;
}

static int match_prefix(const struct ik_automaton *a, const char *term, size_t len, size_t *dead)
{
	for (size_t i = 0; i < a->common_len; i++) {
		if (i == len)
			return 0;
		if (term[i] != a->common[i]) {
			*dead = i + 1;
			return 0;
		}
	}
	return 1;
}

static int is_invalid(uint32_t cp, size_t bytes)
{
	return cp == IK_UTF8_BAD && bytes == 1;
}

/* The steps before the first star; where the star has to go on, or NULL when it does not match. */
static const char *match_head(const struct ik_automaton *a, const char *term, const char *end,
                              size_t *at, size_t *dead)
{
	const char *p = term;
	int sure = 1;

	for (; *at < a->n && a->steps[*at].op != STAR; ++*at) {
		const struct step *step = &a->steps[*at];
		const char *next;
		uint32_t cp;

		if (p == end)
			return NULL;
		if (step->op == LITERAL && *p != step->byte) {
			*dead = sure ? (size_t)(p - term) + 1 : 0;
			return NULL;
		}
		next = p + 1;
		if (step->op == ANY) {
			next = ik_utf8_next(p, end, &cp);
			sure = sure && !is_invalid(cp, (size_t)(next - p));
		}
		p = next;
	}
	if (*at == a->n && p < end) {
		*dead = sure ? (size_t)(p - term) + 1 : 0;
		return NULL;
	}
	return p;
}

static int match_wildcard(const struct ik_automaton *a, const char *term, size_t len,
                          size_t *dead)
{
	const char *end = term + len, *p, *retry;
	size_t i = 0, star;
	uint32_t cp;

	p = match_head(a, term, end, &i, dead);
	if (p == NULL || i == a->n)
		return p != NULL;
	star = i++;
	retry = p;
	for (;;) {
		if (i < a->n && a->steps[i].op == STAR) {
			star = i++;
			retry = p;
		} else if (i == a->n && (p == end || a->steps[i - 1].op == STAR)) {
			return 1;
		} else if (i < a->n && p < end && a->steps[i].op == ANY) {
			p = ik_utf8_next(p, end, &cp);
			i++;
		} else if (i < a->n && p < end && a->steps[i].byte == *p) {
			p++;
			i++;
		} else if (retry < end) {
			p = retry = ik_utf8_next(retry, end, &cp);
			i = star + 1;
		} else {
			return 0;
		}
	}
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/*
 * Row i of the table from the two before it, `c` and `prev` being characters
 * i and i - 1 of the term. Returns the row's least cell.
 */
static uint32_t fill_row(struct ik_automaton *a, size_t i, uint32_t c, uint32_t prev)
{
	const uint32_t *two = a->rows[(i + 1) % 3], *one = a->rows[(i + 2) % 3];
	uint32_t *row = a->rows[i % 3], above = a->distance + 1, min = above;
	size_t d = a->distance, from = i > d ? i - d : 0, to = i + d < a->m ? i + d : a->m;

	if (from > 0 && from <= a->m + 1)
		row[from - 1] = above;
	for (size_t j = from; j <= to; j++) {
		/* Cells just outside a band were set to `above` with its row. */
		uint32_t v = one[j] + 1;

		if (j > 0) {
			v = least(v, row[j - 1] + 1);
			v = least(v, one[j - 1] + (a->chars[j - 1] != c));
		}
		if (i > 1 && j > 1 && a->chars[j - 1] == prev && a->chars[j - 2] == c)
			v = least(v, two[j - 2] + 1);
		row[j] = least(v, above);
		min = least(min, row[j]);
	}
	if (to < a->m)
		row[to + 1] = above;
	return min;
}

static int match_fuzzy(struct ik_automaton *a, const char *term, size_t len, size_t *dead)
{
	const char *p = term, *end = term + len;
	uint32_t c = 0, prev;
	size_t i = 0;
	int sure = 1;

	for (size_t j = 0; j <= a->m && j <= a->distance + 1; j++) /* row 1 looks no further */
		a->rows[0][j] = j <= a->distance ? (uint32_t)j : a->distance + 1;
	while (p < end) {
		const char *next;

		prev = c;
		next = ik_utf8_next(p, end, &c);
		sure = sure && !is_invalid(c, (size_t)(next - p));
		p = next;
		if (i++ >= a->m + a->distance || fill_row(a, i, c, prev) > a->distance) {
			*dead = sure ? (size_t)(p - term) : 0;
			return 0;
		}
	}
	return i + a->distance >= a->m && a->rows[i % 3][a->m] <= a->distance;
}

int ik_automaton_match(struct ik_automaton *a, const char *term, size_t len, size_t *dead)
{
	*dead = 0;
	if (a->kind == PREFIX)
		return match_prefix(a, term, len, dead);
	if (a->kind == WILDCARD)
		return match_wildcard(a, term, len, dead);
	return match_fuzzy(a, term, len, dead);
}
