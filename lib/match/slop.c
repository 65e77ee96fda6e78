/* slop.c - terms near each other in one document, in any order. Layer: match. */
#include "match/slop.h"

/* Comparable between terms, and not negative: its position less its offset, plus the greatest. */
static uint32_t shifted(const struct ik_place *t)
{
	return t->at < t->n ? t->pos[t->at] + t->shift : IK_NO_POSITION;
}

/* Behind position number `at` of those that it shares with others, and all that are as great. */
static void pass(struct ik_place *t, uint32_t at)
{
	uint32_t pos = t->pos[at];

	t->at = t->at > at ? t->at : at + 1;
	while (t->at < t->n && t->pos[t->at] <= pos)
		t->at++;
}

/*
 * Move a term to the first position of a window from `lo` on that it may
 * take: one behind that of the same term before it. Those stand in the order
 * of their offsets, so whoever comes first is served first.
 */
static uint32_t settle(struct ik_place *t, uint32_t lo)
{
	if (t->again)
		pass(t, t[-1].at);
	while (t->at < t->n && t->pos[t->at] + t->shift < lo)
		t->at++;
	return shifted(t);
}

/* The next window begins behind the positions of this one, each term for itself. */
static void use_up(struct ik_place *terms, size_t n)
{
	uint32_t last = 0;

	for (size_t i = n; i-- > 0;) {
		if (i + 1 == n || !terms[i + 1].again)
			last = terms[i].at;
		pass(&terms[i], last);
	}
}

int ik_slop_count(struct ik_place *terms, size_t n, uint32_t slop, struct ik_poll *poll,
                  uint32_t *count)
{
	uint32_t lo = 0;
	int rc = 0;

	for (*count = 0; rc == 0; rc = ik_poll(poll, n)) {
		uint32_t least = IK_NO_POSITION, most = 0;

		for (size_t i = 0; i < n; i++) {
			uint32_t got = settle(&terms[i], lo);

			if (got == IK_NO_POSITION)
				return 0;
			least = got < least ? got : least;
			most = got > most ? got : most;
		}
		if (most - least <= slop) {
			lo = least;
			use_up(terms, n);
			++*count;
		} else {
			lo = most - slop; /* what stands before it is too far from this one */
		}
	}
	return rc;
}
