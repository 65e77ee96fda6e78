/*
 * peak.c - a bound that only a few of many reach.
 *
 * Layer: search. Bounds are counted by their eight highest bits, so it is one
 * pass, and a few more may reach what it gives than were asked for.
 */
#include "search/peak.h"

uint16_t ik_bounds_peak(const struct ik_kernel *kernel, const uint16_t *bounds, size_t n,
                        uint16_t least, size_t want)
{
	uint32_t count[256] = { 0 };
	size_t seen = 0;
	unsigned high = 256;

	for (size_t i = kernel->find(bounds, 0, n, least); i < n;
	     i = kernel->find(bounds, i + 1, n, least))
		count[bounds[i] >> 8]++;
	while (high > 1 && seen < want)
		seen += count[--high];
	return (uint16_t)(high << 8);
}
