/*
 * expand_bmi2.c - the frequencies of a range record, eight at a time.
 *
 * Layer: segment. PDEP spreads eight numbers of `width` bits over eight
 * bytes, and then those bytes over the documents that a byte of the mask
 * names.
 */
#include "segment/expand.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#define BMI2 __attribute__((target("bmi,bmi2,popcnt")))
#define ONES 0x0101010101010101u

/* Eight numbers to eight bytes, plus one each. */
BMI2 static void unpack(const uint8_t *p, unsigned width, uint32_t n, uint8_t *out)
{
	const uint64_t fields = ONES * ((1u << width) - 1);

	for (uint32_t i = 0; i < n; i += 8, p += width) {
		uint64_t v;

		memcpy(&v, p, sizeof v);
		v = _pdep_u64(v, fields);
		/* The writer makes 254 and more exceptions: only a damaged record carries over. */
		v += ONES;
		memcpy(out + i, &v, sizeof v);
	}
}

BMI2 static void expand(const uint8_t *p, const uint8_t *end, unsigned width, uint32_t n,
                        const uint64_t mask[4], uint8_t freq[256])
{
	uint8_t low[256 + 16];
	const uint8_t *next = low;

	/* Whole steps of eight numbers read up to seven numbers and seven bytes too many. */
	if ((size_t)(end - p) < (size_t)(n + 7) / 8 * width + 8) {
		ik_expand_scalar.expand(p, end, width, n, mask, freq);
		return;
	}
	unpack(p, width, n, low);
	for (unsigned w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0;) {
			unsigned at = (unsigned)_tzcnt_u64(bits) & 56;
			uint64_t docs = bits >> at & 255, bytes, v;

			memcpy(&v, next, sizeof v);
			bytes = _pdep_u64(docs, ONES) * 255;
			v = _pdep_u64(v, bytes);
			memcpy(freq + w * 64 + at, &v, sizeof v);
			next += _mm_popcnt_u64(docs);
			bits &= ~((uint64_t)255 << at);
		}
}

const struct ik_expand ik_expand_bmi2 = { "bmi2", expand };

#endif
