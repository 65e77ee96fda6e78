/* peak.h - a bound that only a few of many reach. Layer: match. */
#ifndef IK_MATCH_PEAK_H
#define IK_MATCH_PEAK_H

#include "match/kernel.h"

/*
 * The greatest multiple of `step`, a power of two, that at least `want` of n bounds, an
 * IK_CHUNK at most, reach; 0 where fewer than that have more than `known`. `room` is for as
 * many bounds.
 */
uint16_t ik_bounds_peak(const struct ik_kernel *kernel, const uint16_t *bounds, size_t n,
                        size_t want, uint16_t known, unsigned step, uint16_t *room);

#endif
