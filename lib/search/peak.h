/* peak.h - a bound that only a few of many reach. Layer: search. */
#ifndef IK_SEARCH_PEAK_H
#define IK_SEARCH_PEAK_H

#include <stddef.h>
#include <stdint.h>

/*
 * The greatest multiple of 256 that at least `want` of the bounds reach; 256
 * where fewer than that do. Cost: a step a bound.
 */
uint16_t ik_bounds_peak(const uint16_t *bounds, size_t n, size_t want);

#endif
