/*
 * pos_read_avx512.c - pos_read.c once more, for processors with AVX-512 VBMI and VBMI2.
 *
 * Layer: segment. Same results.
 */
#if defined(__x86_64__)

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target( \
        "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi,bmi2,popcnt"))), \
        apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi,bmi2,popcnt")
#endif

#define IK_HAVE_POPCNT
#define IK_HAVE_AVX2
#define IK_HAVE_AVX512
#define IK_POS_OPS ik_pos_avx512
#include "segment/pos_read.c"

#if defined(__clang__)
#pragma clang attribute pop
#endif

#else
typedef int ik_pos_read_avx512_is_for_x86;
#endif
