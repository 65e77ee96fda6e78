/* peak.h - a bound that only a few of many reach. Layer: search. */
#ifndef IK_SEARCH_PEAK_H
#define IK_SEARCH_PEAK_H

#include "match/kernel.h"

/*
 * The greatest multiple of 256 that at least `want` of n bounds, an IK_CHUNK at
 * most, reach; 0 where fewer than that reach 256. `room` is for as many bounds.
 */
uint16_t ik_bounds_peak(const struct ik_kernel *kernel, const uint16_t *bounds, size_t n,
                        size_t want, uint16_t *room);

#endif
