/*
 * pool_sort.c - sorting documents by score.
 *
 * Layer: search. Into classes of scores first, about as many as documents, and those that
 * are full in the same way again: a radix sort from the top (P. M. McIlroy, K. Bostic and
 * M. D. McIlroy, "Engineering Radix Sort", Computing Systems 6(1), 1993) that starts at the
 * bit from which on the scores at hand differ. Few documents are left to be inserted in their
 * places. Where there are few from the start, each is compared with all.
 */
#include "search/pool_sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/bits.h"

#define FEW 16           /* documents of a class that are inserted one by one */
#define ALONE 4          /* and so many in all; */
#define COUNTED IK_SCORED_FEW /* each of so many is compared with all others */
#define CLASS_BITS_MIN 4 /* of the number of classes */
#define CLASS_BITS_MAX 11

static int compare(const void *a, const void *b)
{
	const struct ik_scored *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->doc < y->doc ? -1 : x->doc > y->doc;
}

/* None is far from its place. */
static void insert_sort(struct ik_scored *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct ik_scored item;
		size_t at = i;

		if (compare(&v[i - 1], &v[i]) < 0)
			continue;
		item = v[i];
		for (; at > 0 && compare(&item, &v[at - 1]) < 0; at--)
			v[at] = v[at - 1];
		v[at] = item;
	}
}

/* All have the same score: they came in the order of documents, but perhaps some. */
static void sort_ties(struct ik_scored *v, size_t n)
{
	size_t i = 1;

	while (i < n && v[i - 1].doc < v[i].doc)
		i++;
	if (i < n)
		qsort(v, n, sizeof *v, compare);
}

/*
 * A few, by how many are better than each: ties, and what is more than 32 bits hold, stay in
 * the order in which they came.
 */
static void sort_few(struct ik_scored *v, size_t n, struct ik_scored *room)
{
	int32_t score[COUNTED];
	uint8_t taken[COUNTED] = { 0 };
	size_t padded = (n + 7) / 8 * 8; /* a loop that ends as often alike */

	for (size_t i = 0; i < padded; i++)
		score[i] = INT32_MIN;
	for (size_t i = 0; i < n; i++)
		score[i] = v[i].score < INT32_MAX ? (int32_t)v[i].score : INT32_MAX;
	for (size_t i = 0; i < n; i++) {
		uint32_t place = 0;

		for (size_t k = 0; k < padded; k++)
			place += score[k] > score[i];
		while (taken[place] != 0)
			place++;
		taken[place] = 1;
		room[place] = v[i];
	}
	memcpy(v, room, n * sizeof *v);
}

/* How scores are made classes, 0 being the best. */
struct scale {
	int64_t best;
	unsigned shift;
	uint32_t classes;
};

static uint32_t class_of(struct scale s, const struct ik_scored *item)
{
	return (uint32_t)(((uint64_t)s.best - (uint64_t)item->score) >> s.shift);
}

/* From the best of n documents to the worst, about as many classes; one where all are alike. */
static struct scale scale_of(const struct ik_scored *v, size_t n)
{
	int64_t best = v[0].score, worst = best;
	unsigned bits = CLASS_BITS_MIN, width;
	struct scale s;
	uint64_t span;

	for (size_t i = 1; i < n; i++) {
		best = v[i].score > best ? v[i].score : best;
		worst = v[i].score < worst ? v[i].score : worst;
	}
	while (bits < CLASS_BITS_MAX && 2 * n >> bits > 0)
		bits++;
	span = (uint64_t)best - (uint64_t)worst;
	width = ik_width64(span);
	s.best = best;
	s.shift = width > bits ? width - bits : 0;
	s.classes = (uint32_t)(span >> s.shift) + 1;
	return s;
}

/* Put the documents into their classes, as they come: how many the fullest one has. */
static uint32_t spread(struct scale s, struct ik_scored *v, size_t n, struct ik_scored *room,
                       uint32_t *count)
{
	uint32_t at = 0, most = 0;

	memset(count, 0, s.classes * sizeof *count);
	for (size_t i = 0; i < n; i++)
		count[class_of(s, &v[i])]++;
	for (uint32_t c = 0; c < s.classes; c++) {
		uint32_t in_class = count[c];

		most = in_class > most ? in_class : most;
		count[c] = at;
		at += in_class;
	}
	for (size_t i = 0; i < n; i++)
		room[count[class_of(s, &v[i])]++] = v[i];
	memcpy(v, room, n * sizeof *v);
	return most;
}

/* Leave every document near its place. Classes are counted in `count`. */
static void sort_roughly(struct ik_scored *v, size_t n, struct ik_scored *room, uint32_t *count)
{
	struct scale s = scale_of(v, n);
	size_t end;

	if (s.classes == 1)
		sort_ties(v, n);
	if (s.classes == 1 || spread(s, v, n, room, count) <= FEW)
		return;
	for (size_t first = 0; first < n; first = end) {
		uint32_t class = class_of(s, &v[first]);

		for (end = first + 1; end < n && class_of(s, &v[end]) == class;)
			end++;
		if (end - first > FEW)
			sort_roughly(v + first, end - first, room, count);
	}
}

void ik_scored_sort(struct ik_scored *v, size_t n, struct ik_scored *room)
{
	uint32_t count[1 << CLASS_BITS_MAX];

	if (n > COUNTED)
		sort_roughly(v, n, room, count);
	else if (n > ALONE)
		sort_few(v, n, room);
	insert_sort(v, n);
}
