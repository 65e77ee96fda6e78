/*
 * kernel.h - the loops over ranges that SIMD speeds up.
 *
 * Layer: match. A bound is a 16-bit upper bound of a score: 0 means "no
 * match possible", anything else one more than the score in units of
 * 2^IK_UNIT_SHIFT, rounded up. The scalar implementation is the reference.
 */
#ifndef IK_MATCH_KERNEL_H
#define IK_MATCH_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#define IK_UNIT_SHIFT 15
#define IK_DOCS_ROOM (256 + 64) /* bytes for the documents of a range: some write 64 at once */

struct ik_kernel {
	const char *name;

	/* out[i] = max[i] == 0 ? 0 : (max[i] * 256 * weight >> 16) + 1 */
	void (*leaf)(const uint8_t *max, size_t n, uint16_t weight, uint16_t *out);

	/* a[i] = the greater of a[i] and (max[i] - 1) * weight >> 8, where max[i] > 0 */
	void (*lift)(uint16_t *a, const uint8_t *max, size_t n, uint16_t weight);

	/* Saturating sum. */
	void (*add)(uint16_t *a, const uint16_t *b, size_t n);

	/* Saturating sum where both are set, else 0. */
	void (*both)(uint16_t *a, const uint16_t *b, size_t n);

	/* Saturating sum where a is set, else 0. */
	void (*raise)(uint16_t *a, const uint16_t *b, size_t n);

	/* a where b is set, else 0. */
	void (*keep)(uint16_t *a, const uint16_t *b, size_t n);

	/* The smaller. */
	void (*least)(uint16_t *a, const uint16_t *b, size_t n);

	/* The first i >= from with a[i] >= t, or n. t > 0. */
	size_t (*find)(const uint16_t *a, size_t from, size_t n, uint16_t t);

	/* How many a[i] >= t. t > 0. */
	size_t (*reach)(const uint16_t *a, size_t n, uint16_t t);

	/* All i with a[i] >= t to `out`, ascending: how many. Room for n, n <= 65536, t > 0. */
	size_t (*places)(const uint16_t *a, size_t n, uint16_t t, uint16_t *out);

	/* Keep in the mask the documents whose acc[d] > least. */
	void (*above)(const int32_t acc[256], int32_t least, uint64_t mask[4]);

	/* The documents with acc[d] > least, all 256 looked at. */
	void (*passing)(const int32_t acc[256], int32_t least, uint64_t mask[4]);

	/* The documents of a mask, ascending: how many. Behind them `out` is written over. */
	uint32_t (*docs)(const uint64_t mask[4], uint8_t out[IK_DOCS_ROOM]);

	/* All to zero. */
	void (*clear)(int32_t acc[256]);

	/*
	 * Add ws - ws / (1 + freq * inv[norm]), cut to an integer, to acc[d]
	 * for each d of the mask. A freq of 0 adds nothing. 3 bytes behind `norms` may be read.
	 */
	void (*score)(const uint64_t mask[4], const uint8_t freq[256], const uint8_t *norms,
	              const float inv[256], float ws, int32_t acc[256]);

	/* The same of n postings anywhere, to out[i]: `norms` has n_docs bytes. */
	void (*list)(const uint32_t *docs, const uint32_t *freqs, size_t n, const uint8_t *norms,
	             uint32_t n_docs, const float inv[256], float ws, int32_t *out);

	/*
	 * The same for n documents in a row, each once. Up to 7 bytes behind `docs` and
	 * `freq` may be read too.
	 */
	void (*gain)(const uint8_t *docs, size_t n, const uint8_t *freq, const uint8_t *norms,
	             const float inv[256], float ws, int32_t acc[256]);
};

const struct ik_kernel *ik_kernel_choose(uint32_t cpu);

/* All that this machine can run, the reference first: for tests. How many. */
size_t ik_kernel_all(const struct ik_kernel **list, size_t room);

extern const struct ik_kernel ik_kernel_scalar;
#if defined(__x86_64__)
extern const struct ik_kernel ik_kernel_avx2, ik_kernel_avx512;
#endif

#endif
