/* bitpack.c - which implementation of bit packing to use. Layer: codec. */
#include "codec/bitpack.h"

#include "base/bits.h"
#include "base/cpu.h"

const struct ik_bitpack *ik_bitpack_choose(uint32_t cpu)
{
#if defined(__x86_64__)
	if (cpu & IK_CPU_SSE41)
		return &ik_bitpack_sse41;
#endif
	(void)cpu;
	return &ik_bitpack_scalar;
}

size_t ik_bitpack_all(const struct ik_bitpack *list[IK_BITPACK_KINDS])
{
	size_t n = 0;

	list[n++] = &ik_bitpack_scalar;
#if defined(__x86_64__)
	if (ik_cpu() & IK_CPU_SSE41)
		list[n++] = &ik_bitpack_sse41;
#endif
	return n;
}

unsigned ik_bitpack_width(const uint32_t in[128])
{
	uint32_t all = 0;
	unsigned i;

	for (i = 0; i < IK_BITPACK_N; i++)
		all |= in[i];
	return ik_width32(all);
}
