/* expand.c - the reference, and the choice. Layer: segment. */
#include "segment/expand.h"

#include "base/bits.h"
#include "base/cpu.h"
#include "codec/bitpack_small.h"

static void expand(const uint8_t *p, const uint8_t *end, unsigned width, uint32_t n,
                   const uint64_t mask[4], uint8_t freq[256])
{
	uint32_t low[256], i = 0;

	ik_bits_unpack(p, end, n, width, low);
	for (uint32_t w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0; bits &= bits - 1) {
			uint32_t tf = low[i++] + 1;

			freq[w * 64 + ik_ctz64(bits)] = tf < 255 ? (uint8_t)tf : 255;
		}
}

const struct ik_expand ik_expand_scalar = { "scalar", expand };

const struct ik_expand *ik_expand_choose(uint32_t cpu)
{
#if defined(__x86_64__)
	if ((cpu & IK_CPU_AVX2) != 0)
		return &ik_expand_bmi2;
#endif
	(void)cpu;
	return &ik_expand_scalar;
}
