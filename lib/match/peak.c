/* peak.c - a bound that only a few of many reach. Layer: match. */
#include "match/peak.h"

#define FEW 1024 /* bounds: so many are copied out in less time than others are passed again */

/* Bounds that are looked at; all others are too low. */
struct looked_at {
	const uint16_t *v;
	size_t n;
};

/* Leave those that reach `least`, which are `found`, if they are few. */
static void pick(const struct ik_kernel *kernel, struct looked_at *at, uint16_t least,
                 size_t found, uint16_t *out)
{
	if (at->n <= FEW || found > FEW)
		return;
	found = kernel->places(at->v, at->n, least, out);
	for (size_t i = 0; i < found; i++)
		out[i] = at->v[out[i]];
	*at = (struct looked_at){ out, found };
}

uint16_t ik_bounds_peak(const struct ik_kernel *kernel, const uint16_t *bounds, size_t n,
                        size_t want, uint16_t known, unsigned step, uint16_t *room)
{
	struct looked_at at = { bounds, n };
	unsigned peak = 0;
	size_t found = known < UINT16_MAX ? kernel->reach(bounds, n, (uint16_t)(known + 1)) : 0;

	if (found < want)
		return 0;
	pick(kernel, &at, (uint16_t)(known + 1), found, room);
	for (unsigned bit = 1u << 15; bit >= step; bit >>= 1) {
		uint16_t next = (uint16_t)(peak | bit);

		if (next > known) {
			found = kernel->reach(at.v, at.n, next);
			if (found < want)
				continue;
			pick(kernel, &at, next, found, room);
		}
		peak = next;
	}
	return (uint16_t)peak;
}
