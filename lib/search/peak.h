/* peak.h - a bound that only a few of many reach. Layer: search. */
#ifndef IK_SEARCH_PEAK_H
#define IK_SEARCH_PEAK_H

#include "match/kernel.h"

/*
 * The greatest multiple of 256 that at least `want` of the bounds reach; 256
 * where fewer than that do. Those under `least` (> 0) are not looked at.
 */
uint16_t ik_bounds_peak(const struct ik_kernel *kernel, const uint16_t *bounds, size_t n,
                        uint16_t least, size_t want);

#endif
