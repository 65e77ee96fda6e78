/*
 * meet_avx2.c - meet.c once more, for processors with AVX2 and POPCNT.
 *
 * Layer: match. Same results: the scores are computed by the same operations.
 */
#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,popcnt"))), apply_to = function)
#else
#pragma GCC target("avx2,bmi,popcnt")
#endif

#define IK_HAVE_POPCNT
#define IK_HAVE_AVX2
#define IK_MEET ik_meet_avx2
#include "match/meet.c"

#if defined(__clang__)
#pragma clang attribute pop
#endif

#else
typedef int ik_meet_avx2_is_for_x86;
#endif
