/* peak.c - a bound that only a few of many reach. Layer: search. */
#include "search/peak.h"

#define LOWEST_BIT 8 /* finer ones are not worth a pass each */
#define FEW 1024     /* bounds: so many are copied out in less time than others are passed again */

/* Leave those that reach `peak`; how many. */
static size_t pick(const struct ik_kernel *kernel, const uint16_t *bounds, size_t n, uint16_t peak,
                   uint16_t *out)
{
	size_t found = kernel->places(bounds, n, peak, out);

	for (size_t i = 0; i < found; i++)
		out[i] = bounds[out[i]];
	return found;
}

uint16_t ik_bounds_peak(const struct ik_kernel *kernel, const uint16_t *bounds, size_t n,
                        size_t want, uint16_t *room)
{
	unsigned peak = 0;

	for (unsigned bit = 1u << 15; bit >= 1u << LOWEST_BIT; bit >>= 1) {
		size_t found = kernel->reach(bounds, n, (uint16_t)(peak | bit));

		if (found < want)
			continue;
		peak |= bit;
		if (n > FEW && found <= FEW) {
			n = pick(kernel, bounds, n, (uint16_t)peak, room);
			bounds = room;
		}
	}
	return (uint16_t)peak;
}
