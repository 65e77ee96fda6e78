/* pool_sort.h - sorting documents by score. Layer: search. */
#ifndef IK_SEARCH_POOL_SORT_H
#define IK_SEARCH_POOL_SORT_H

#include <stddef.h>
#include <stdint.h>

struct ik_scored {
	uint64_t doc;
	int64_t score;
};

#define IK_SCORED_FEW 64 /* up to so many it costs least */

/*
 * The greatest score first, of equal ones the smallest document; `room` is for n of them.
 * Cheapest where documents of equal scores ascend. Cost: about n.
 */
void ik_scored_sort(struct ik_scored *v, size_t n, struct ik_scored *room);

#endif
