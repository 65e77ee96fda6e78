/* peak.c - a bound that only a few of many reach. Layer: search. */
#include "search/peak.h"

#define LOWEST_BIT 8 /* finer ones are not worth a pass each */

uint16_t ik_bounds_peak(const struct ik_kernel *kernel, const uint16_t *bounds, size_t n,
                        size_t want)
{
	unsigned peak = 0;

	for (unsigned bit = 1u << 15; bit >= 1u << LOWEST_BIT; bit >>= 1)
		if (kernel->reach(bounds, n, (uint16_t)(peak | bit)) >= want)
			peak |= bit;
	return (uint16_t)peak;
}
