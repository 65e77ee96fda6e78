/* cpu.h - which instruction sets may be used. Layer: base. */
#ifndef IK_BASE_CPU_H
#define IK_BASE_CPU_H

#include <stdint.h>

enum {
	IK_CPU_SSE41 = 1,
	IK_CPU_AVX2 = 2,   /* with BMI1, BMI2 and POPCNT */
	IK_CPU_AVX512 = 4, /* F, BW, DQ, VL, VBMI, VBMI2, BITALG/VPOPCNTDQ */
	IK_CPU_NEON = 8
};

/* What the machine has, detected once, and-ed with the mask below. */
uint32_t ik_cpu(void);

/*
 * Tests and benchmarks: allow only these from now on. Code that chooses an
 * implementation asks ik_cpu() each time an object is opened, never caches
 * it in a static.
 */
void ik_cpu_limit(uint32_t mask);

#endif
