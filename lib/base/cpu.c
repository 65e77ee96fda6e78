/* cpu.c - which instruction sets may be used, asked of the compiler's runtime. Layer: base. */
#include "base/cpu.h"

#include <stdatomic.h>

static _Atomic uint32_t allowed = UINT32_MAX;

#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)

/* The builtins also ask whether the operating system saves the wide registers. */
static uint32_t detect(void)
{
	uint32_t cpu = 0;

	__builtin_cpu_init();
	if (__builtin_cpu_supports("sse4.1"))
		cpu |= IK_CPU_SSE41;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt"))
		cpu |= IK_CPU_AVX2;
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
	    __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vpopcntdq"))
		cpu |= IK_CPU_AVX512;
	return cpu;
}

#elif defined(__aarch64__) || defined(__ARM_NEON)

static uint32_t detect(void)
{
	return IK_CPU_NEON;
}

#else

static uint32_t detect(void)
{
	return 0;
}

#endif

/* Detection is a few loads from a table that the runtime filled at start: nothing to keep. */
uint32_t ik_cpu(void)
{
	return detect() & atomic_load_explicit(&allowed, memory_order_relaxed);
}

void ik_cpu_limit(uint32_t mask)
{
	atomic_store_explicit(&allowed, mask, memory_order_relaxed);
}
