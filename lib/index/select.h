/* select.h - the smallest of many keys, without sorting them. Layer: index. */
#ifndef IK_INDEX_SELECT_H
#define IK_INDEX_SELECT_H

#include <stddef.h>
#include <stdint.h>

/* Bring the `left` smallest of n keys, all different, to the front. Cost: O(n) expected. */
void ik_select_smallest(uint64_t *v, size_t n, size_t left);

#endif
