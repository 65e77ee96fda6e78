/*
 * bitpack.h - blocks of 128 integers of one width.
 *
 * Layer: codec (pure functions: no I/O, no allocation).
 * Format: 16 * width bytes, which are four interleaved lanes of 32-bit
 * little-endian words: value i belongs to lane i % 4, whose words are number
 * lane, lane + 4, lane + 8 ..., and starts at bit (i / 4) * width of it. So a
 * 128-bit load holds the same bits of four neighbours.
 * Source: SIMD-BP128, Lemire and Boytsov, "Decoding billions of integers per
 * second through vectorization", Software: Practice and Experience 45 (2015).
 */
#ifndef IK_CODEC_BITPACK_H
#define IK_CODEC_BITPACK_H

#include <stddef.h>
#include <stdint.h>

#define IK_BITPACK_N 128u
#define IK_BITPACK_BYTES(width) ((size_t)16 * (width))

/*
 * One implementation. `width` is 0 to 32; neither bytes nor integers need be
 * aligned; exactly IK_BITPACK_BYTES(width) bytes are written or read. All
 * implementations give the same bytes and numbers.
 */
struct ik_bitpack {
	const char *name;

	/* Bits of a value above `width` are dropped. */
	void (*pack)(const uint32_t in[128], unsigned width, uint8_t *out);
	void (*unpack)(const uint8_t *in, unsigned width, uint32_t out[128]);

	/*
	 * The values are gaps less one: out[i] = out[i - 1] + 1 + value[i], with
	 * `base` before out[0]. Modulo 2^32, so that a list starting at 0 has
	 * base UINT32_MAX.
	 */
	void (*unpack_delta)(const uint8_t *in, unsigned width, uint32_t base, uint32_t out[128]);
};

extern const struct ik_bitpack ik_bitpack_scalar;
#if defined(__x86_64__)
extern const struct ik_bitpack ik_bitpack_sse41;
#endif

/* The fastest for a CPU that has these IK_CPU_* bits. */
const struct ik_bitpack *ik_bitpack_choose(uint32_t cpu);

/* Tests: all that this machine can run, the scalar one first, into `list`; how many. */
#define IK_BITPACK_KINDS 4
size_t ik_bitpack_all(const struct ik_bitpack *list[IK_BITPACK_KINDS]);

/* The width that all 128 values fit. */
unsigned ik_bitpack_width(const uint32_t in[128]);

#endif
