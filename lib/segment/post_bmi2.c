/*
 * post_bmi2.c - short posting lists with BMI2 and POPCNT.
 *
 * Layer: segment. Format: FORMAT.md, "Short form". The lengths of varints can
 * hardly be foreseen, so they are not branched upon: a varint ends at the first
 * of the next eight bytes whose high bit is 0, PEXT joins its bits, and PDEP
 * finds the end of the last of several that are skipped. Same results as
 * decode_short() of post_read.c.
 */
#include "segment/post_read.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include "base/bits.h"

#define BMI2 __attribute__((target("bmi,bmi2,popcnt")))
#define HIGH 0x8080808080808080u
#define LONG_MAX_BYTES 4 /* of a varint that is read in this way */

/* A varint of at most four bytes at the low end of v, and its length; `ends` are v's last bytes. */
BMI2 static inline uint32_t get(uint64_t v, uint64_t ends, unsigned *len)
{
	*len = (unsigned)(_tzcnt_u64(ends) + 1) / 8;
	return (uint32_t)_bzhi_u64(_pext_u64(v, 0x7f7f7f7fu), 7 * *len);
}

/* Past n varints, of which eight bytes at a time are looked at; NULL: too near to the end. */
BMI2 static inline const uint8_t *skip(const uint8_t *p, const uint8_t *end, uint32_t n)
{
	for (;;) {
		uint64_t ends, last;
		uint32_t seen;

		if (end - p < 8)
			return NULL;
		ends = ~ik_load64(p) & HIGH;
		seen = (uint32_t)_mm_popcnt_u64(ends);
		if (seen >= n) {
			last = _pdep_u64((uint64_t)1 << (n - 1), ends);
			return p + (_tzcnt_u64(last) + 1) / 8;
		}
		n -= seen;
		p += 8;
	}
}

BMI2 uint32_t ik_post_decode_bmi2(const struct ik_post_env *env, struct ik_short *list,
                                  uint32_t *docs, uint32_t *freqs, uint32_t *pos_at)
{
	const uint8_t *p = list->p, *end = list->end;
	uint32_t next = list->next, i = 0;

	for (; i < list->n && end - p >= 16; i++) {
		uint64_t v = ik_load64(p), ends = ~v & HIGH;
		unsigned len, more_len;
		uint32_t gap = get(v, ends, &len), more, one = gap & 1;
		const uint8_t *after;

		gap >>= 1;
		if (len > LONG_MAX_BYTES || gap >= env->n_docs - next)
			break;
		more = get(v >> 8 * len, ends >> 8 * len, &more_len);
		if (!one && more_len > LONG_MAX_BYTES)
			break;
		freqs[i] = one ? 1 : more + 2;
		docs[i] = next + gap;
		after = p + len + (one ? 0 : more_len);
		if (pos_at != NULL) {
			pos_at[i] = (uint32_t)(after - list->start);
			after = skip(after, end, freqs[i]);
			if (after == NULL)
				break;
		}
		next += gap + 1;
		p = after;
	}
	list->p = p;
	list->next = next;
	return i;
}

#else
typedef int ik_post_bmi2_is_for_x86;
#endif
