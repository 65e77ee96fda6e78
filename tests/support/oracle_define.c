/*
 * oracle_define.c - wildcards, edit distance and phrases, written as they are
 * defined and no faster.
 */
#include <stdlib.h>
#include <string.h>

#include "oracle_impl.h"

int oracle_wildcard(const char *pattern, const char *end, const char *text, const char *text_end)
{
	if (pattern == end)
		return text == text_end;
	if (*pattern == '*')
		return oracle_wildcard(pattern + 1, end, text, text_end) ||
		       (text < text_end && oracle_wildcard(pattern, end, text + 1, text_end));
	return text < text_end && (*pattern == '?' || *pattern == *text) &&
	       oracle_wildcard(pattern + 1, end, text + 1, text_end);
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: insertions, deletions, substitutions, swaps of neighbours. */
uint32_t oracle_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	uint32_t d[32][32];

	for (size_t i = 0; i <= a_len; i++)
		for (size_t k = 0; k <= b_len; k++) {
			if (i == 0 || k == 0) {
				d[i][k] = (uint32_t)(i + k);
				continue;
			}
			d[i][k] = least(d[i - 1][k] + 1, d[i][k - 1] + 1);
			d[i][k] = least(d[i][k], d[i - 1][k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				d[i][k] = least(d[i][k], d[i - 2][k - 2] + 1);
		}
	return d[a_len][b_len];
}

/* ---- phrases ---- */

struct window {
	const struct places *v;
	size_t n;
	int64_t lo;         /* the first shifted position that may be used */
	uint32_t slop;
	int64_t chosen[16]; /* real positions */
	int64_t from[16];   /* by member: real positions before are used up */
};

/* Give member i and those after it a position each, all different where the term is the same. */
static int place(struct window *w, size_t i)
{
	const struct places *m = &w->v[i];

	if (i == w->n)
		return 1;
	for (size_t k = 0; k < m->n; k++) {
		int64_t pos = m->pos[k], shifted = pos - (int64_t)m->offset;
		int taken = 0;

		if (pos < w->from[i] || shifted < w->lo || shifted > w->lo + (int64_t)w->slop)
			continue;
		for (size_t j = 0; j < i; j++)
			taken |= w->v[j].same == m->same && w->chosen[j] == pos;
		if (taken)
			continue;
		w->chosen[i] = pos;
		if (place(w, i + 1))
			return 1;
	}
	return 0;
}

static void use_up(struct window *w)
{
	for (size_t i = 0; i < w->n; i++)
		for (size_t j = 0; j < w->n; j++)
			if (w->v[i].same == w->v[j].same && w->from[i] <= w->chosen[j])
				w->from[i] = w->chosen[j] + 1;
}

/*
 * From left to right: a window is a place for every word, none moved by more
 * than the slop against another; the next one uses no position again, nor
 * one before.
 */
uint32_t oracle_phrase(const struct places *v, size_t n, uint32_t slop)
{
	struct window w = { .v = v, .n = n, .slop = slop };
	uint32_t count = 0;
	int64_t last = -1;

	for (size_t i = 0; i < n; i++)
		if (v[i].n == 0)
			return 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < v[i].n; k++)
			last = v[i].pos[k] > last ? v[i].pos[k] : last;
	for (w.lo = -16; w.lo <= last; w.lo++)
		while (place(&w, 0)) {
			count++;
			if (slop == 0) /* an exact phrase may overlap with itself */
				break;
			use_up(&w);
		}
	return count;
}
