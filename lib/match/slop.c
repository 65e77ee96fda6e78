/* slop.c - terms near each other in one document, in any order. Layer: match. */
#include "match/slop.h"

/* Where the term stands in the document, comparable between those of one term. */
static uint64_t place_of(const struct ik_place *t)
{
	return (uint64_t)t->pos[t->at] + t->offset;
}

static void pass(struct ik_place *t, uint64_t place)
{
	while (t->at < t->n && place_of(t) <= place)
		t->at++;
}

/*
 * Move term i to the first position of a window from `lo` on that it may
 * take: one that no same term before it has. Those stand in the order of
 * their offsets, so whoever comes first is served first.
 */
static uint32_t settle(struct ik_place *terms, size_t i, uint32_t lo)
{
	struct ik_place *t = &terms[i];

	ik_place_advance(t, lo);
	for (size_t k = 0; k < i; k++)
		if (t->same == terms[k].same)
			pass(t, place_of(&terms[k]));
	return t->at < t->n ? t->pos[t->at] : IK_NO_POSITION;
}

/* The next window begins behind the positions of this one, each term for itself. */
static void use_up(struct ik_place *terms, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t last = place_of(&terms[i]);

		for (size_t k = i + 1; k < n; k++)
			if (terms[i].same == terms[k].same)
				last = place_of(&terms[k]);
		pass(&terms[i], last);
	}
}

uint32_t ik_slop_count(struct ik_place *terms, size_t n, uint32_t slop)
{
	uint32_t count = 0, lo = 0;

	for (;;) {
		uint32_t least = IK_NO_POSITION, most = 0;

		for (size_t i = 0; i < n; i++) {
			uint32_t got = settle(terms, i, lo);

			if (got == IK_NO_POSITION)
				return count;
			least = got < least ? got : least;
			most = got > most ? got : most;
		}
		lo = least;
		if (most - least <= slop) {
			count++;
			use_up(terms, n);
		} else {
			lo++;
		}
	}
}
