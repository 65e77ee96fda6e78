/* kernel_scalar.c - the reference, and the choice. Layer: match. */
#include <string.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "match/kernel.h"
#include "score/bm25.h"

static void leaf(const uint8_t *max, size_t n, uint16_t weight, uint16_t *out)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t bound = ((uint32_t)max[i] << 8) * weight >> 16;

		out[i] = max[i] == 0 ? 0 : (uint16_t)(bound + 1);
	}
}

static void lift(uint16_t *a, const uint8_t *max, size_t n, uint16_t weight)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t v = max[i] == 0 ? 0 : (max[i] - 1u) * weight >> 8;

		a[i] = v > a[i] ? (uint16_t)v : a[i];
	}
}

static uint16_t sum(uint16_t a, uint16_t b)
{
	uint32_t s = (uint32_t)a + b;

	return s > UINT16_MAX ? UINT16_MAX : (uint16_t)s;
}

static void add(uint16_t *a, const uint16_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		a[i] = sum(a[i], b[i]);
}

static void both(uint16_t *a, const uint16_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		a[i] = a[i] == 0 || b[i] == 0 ? 0 : sum(a[i], b[i]);
}

static void raise(uint16_t *a, const uint16_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		a[i] = a[i] == 0 ? 0 : sum(a[i], b[i]);
}

static void keep(uint16_t *a, const uint16_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		a[i] = b[i] == 0 ? 0 : a[i];
}

static void least(uint16_t *a, const uint16_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		a[i] = b[i] < a[i] ? b[i] : a[i];
}

static size_t find(const uint16_t *a, size_t from, size_t n, uint16_t t)
{
	while (from < n && a[from] < t)
		from++;
	return from;
}

static size_t reach(const uint16_t *a, size_t n, uint16_t t)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += a[i] >= t;
	return count;
}

/* Without a branch: which ranges pass follows no pattern. */
static size_t places(const uint16_t *a, size_t n, uint16_t t, uint16_t *out)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		out[count] = (uint16_t)i;
		count += a[i] >= t;
	}
	return count;
}

static void above(const int32_t acc[256], int32_t least, uint64_t mask[4])
{
	for (unsigned w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0; bits &= bits - 1) {
			unsigned d = ik_ctz64(bits);

			if (acc[w * 64 + d] <= least)
				mask[w] &= ~((uint64_t)1 << d);
		}
}

static void score(const uint64_t mask[4], const uint8_t freq[256], const uint8_t *norms,
                  const float inv[256], float ws, int32_t acc[256])
{
	for (unsigned w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0; bits &= bits - 1) {
			unsigned d = w * 64 + ik_ctz64(bits);

			acc[d] += ik_bm25_points(ws, freq[d], inv[norms[d]]);
		}
}

static void passing(const int32_t acc[256], int32_t least, uint64_t mask[4])
{
	memset(mask, 0, 4 * sizeof *mask);
	for (unsigned d = 0; d < 256; d++)
		mask[d / 64] |= (uint64_t)(acc[d] > least) << (d % 64);
}

static uint32_t docs(const uint64_t mask[4], uint8_t out[IK_DOCS_ROOM])
{
	uint32_t n = 0;

	for (unsigned w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0; bits &= bits - 1)
			out[n++] = (uint8_t)(w * 64 + ik_ctz64(bits));
	return n;
}

static void clear(int32_t acc[256])
{
	memset(acc, 0, 256 * sizeof *acc);
}

static void list(const uint32_t *docs, const uint32_t *freqs, size_t n, const uint8_t *norms,
                 uint32_t n_docs, const float inv[256], float ws, int32_t *out)
{
	(void)n_docs;
	for (size_t i = 0; i < n; i++)
		out[i] = ik_bm25_points(ws, freqs[i], inv[norms[docs[i]]]);
}

static void gain(const uint8_t *docs, size_t n, const uint8_t *freq, const uint8_t *norms,
                 const float inv[256], float ws, int32_t acc[256])
{
	for (size_t i = 0; i < n; i++)
		acc[docs[i]] += ik_bm25_points(ws, freq[i], inv[norms[docs[i]]]);
}

const struct ik_kernel ik_kernel_scalar = {
	"scalar", leaf,  lift,  add,   both,    raise, keep,  least,
	find, reach, places, above, passing, docs, clear, score, list, gain,
};

const struct ik_kernel *ik_kernel_choose(uint32_t cpu)
{
#if defined(__x86_64__)
	if ((cpu & IK_CPU_AVX512) != 0)
		return &ik_kernel_avx512;
	if ((cpu & IK_CPU_AVX2) != 0)
		return &ik_kernel_avx2;
#endif
	(void)cpu;
	return &ik_kernel_scalar;
}

size_t ik_kernel_all(const struct ik_kernel **list, size_t room)
{
	size_t n = 0;

	if (n < room)
		list[n++] = &ik_kernel_scalar;
#if defined(__x86_64__)
	if (n < room && (ik_cpu() & IK_CPU_AVX2) != 0)
		list[n++] = &ik_kernel_avx2;
	if (n < room && (ik_cpu() & IK_CPU_AVX512) != 0)
		list[n++] = &ik_kernel_avx512;
#endif
	return n;
}
