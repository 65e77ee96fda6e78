/*
 * expand.h - the frequencies of a range record as one byte a document.
 *
 * Layer: segment. The scalar implementation is the reference.
 */
#ifndef IK_SEGMENT_EXPAND_H
#define IK_SEGMENT_EXPAND_H

#include <stddef.h>
#include <stdint.h>

struct ik_expand {
	const char *name;

	/*
	 * freq[d] = the next of the packed numbers, plus one, at most 255, for
	 * each d of the mask in ascending order; other bytes stay. width is 0
	 * to 8; the numbers are all there before `end`, and no byte at or
	 * behind it is read.
	 */
	void (*expand)(const uint8_t *p, const uint8_t *end, unsigned width, uint32_t n,
	               const uint64_t mask[4], uint8_t freq[256]);
};

const struct ik_expand *ik_expand_choose(uint32_t cpu);

extern const struct ik_expand ik_expand_scalar;
#if defined(__x86_64__)
extern const struct ik_expand ik_expand_bmi2;
#endif

#endif
