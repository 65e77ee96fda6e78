/* scored.h - the order in which hits by score come. */
#ifndef SUPPORT_SCORED_H
#define SUPPORT_SCORED_H

#include "search/pool_sort.h"

/* For qsort() of struct ik_scored. */
static inline int best_first(const void *a, const void *b)
{
	const struct ik_scored *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->doc < y->doc ? -1 : x->doc > y->doc;
}

#endif
