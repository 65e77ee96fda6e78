/* record.c - the reference, exceptions, and the choice. Layer: segment. */
#include "segment/record.h"

#include <string.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "codec/bitpack_small.h"
#include "codec/varint.h"
#include "inkstone/error.h"

static uint32_t bitmap_mask(const struct ik_record *rec, uint64_t mask[4])
{
	uint32_t count = 0;

	for (uint32_t w = 0; w < 4; w++) {
		mask[w] = ik_load64(rec->docs + (size_t)w * 8);
		count += ik_popcount64(mask[w]);
	}
	return count;
}

static uint32_t mask_of(const struct ik_record *rec, uint64_t mask[4])
{
	if (ik_record_is_bitmap(rec))
		return bitmap_mask(rec, mask);
	memset(mask, 0, 4 * sizeof *mask);
	for (uint32_t i = 0; i < rec->n; i++)
		mask[rec->docs[i] / 64] |= (uint64_t)1 << (rec->docs[i] % 64);
	return rec->n;
}

static int32_t find(const struct ik_record *rec, uint32_t d)
{
	uint32_t before = 0;
	uint64_t word;

	if (!ik_record_is_bitmap(rec)) {
		for (uint32_t i = 0; i < rec->n; i++)
			if (rec->docs[i] == d)
				return (int32_t)i;
		return -1;
	}
	for (uint32_t w = 0; w < d / 64; w++)
		before += ik_popcount64(ik_load64(rec->docs + (size_t)w * 8));
	word = ik_load64(rec->docs + (size_t)(d / 64) * 8) << (63 - d % 64);
	return word >> 63 != 0 ? (int32_t)(before + ik_popcount64(word) - 1) : -1;
}

static int places(const struct ik_record *rec, const uint8_t *docs, uint32_t n, uint8_t *out)
{
	for (uint32_t k = 0; k < n; k++) {
		int32_t i = find(rec, docs[k]);

		if (i < 0 || i >= (int32_t)rec->n)
			return -1;
		out[k] = (uint8_t)i;
	}
	return 0;
}

static void freqs(const struct ik_record *rec, uint8_t row[IK_RECORD_ROOM])
{
	uint32_t low[IK_RANGE];

	ik_bits_unpack(rec->freqs, rec->end, rec->n, rec->width, low);
	for (uint32_t i = 0; i < rec->n; i++)
		row[i] = low[i] < 254 ? (uint8_t)(low[i] + 1) : 255;
}

static void spread(const uint8_t row[IK_RECORD_ROOM], const uint64_t mask[4],
                   uint8_t freq[IK_RANGE])
{
	memset(freq, 0, IK_RANGE);
	for (uint32_t w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0; bits &= bits - 1)
			freq[w * 64 + ik_ctz64(bits)] = *row++;
}

const struct ik_unpack ik_unpack_scalar = { "scalar", mask_of, find, places, freqs, spread };

const struct ik_unpack *ik_unpack_choose(uint32_t cpu)
{
#if defined(__x86_64__)
	if ((cpu & IK_CPU_AVX512) != 0)
		return &ik_unpack_avx512;
	if ((cpu & IK_CPU_AVX2) != 0)
		return &ik_unpack_avx2;
#endif
	(void)cpu;
	return &ik_unpack_scalar;
}

int ik_record_extras(const struct ik_record *rec, struct ik_extras *out)
{
	memset(out, 0, sizeof *out);
	if (rec->extra == NULL)
		return 0;
	if (rec->extra >= rec->end || rec->end - rec->extra < (ptrdiff_t)rec->extra[0] + 2)
		return INK_ECORRUPT;
	out->n = (uint32_t)rec->extra[0] + 1;
	out->docs = rec->extra + 1;
	out->p = out->docs + out->n;
	out->end = rec->end;
	return 0;
}

int ik_extras_next(struct ik_extras *e, uint32_t *d, uint32_t *tf)
{
	uint64_t v = 0;

	if (e->i == e->n)
		return 0;
	e->p = ik_varint_get(e->p, e->end, &v);
	if (e->p == NULL || v == 0 || v > INT32_MAX)
		return INK_ECORRUPT;
	*d = e->docs[e->i++];
	*tf = (uint32_t)v;
	return 1;
}

int ik_record_freq_long(const struct ik_record *rec, uint32_t i, uint32_t d, uint32_t *tf)
{
	const uint8_t *place;
	struct ik_extras e;
	uint32_t other, v;
	int rc;

	if (i >= rec->n)
		return INK_ECORRUPT;
	v = rec->width != 0 ? ik_bits_get(rec->freqs, rec->end, i, rec->width) : 0;
	*tf = v + 1;
	if (v < ik_record_marker(rec->width) || rec->extra == NULL)
		return 0;
	rc = ik_record_extras(rec, &e);
	if (rc != 0)
		return rc;
	place = memchr(e.docs, (int)d, e.n);
	if (place == NULL)
		return 0;
	e.i = (uint32_t)(place - e.docs);
	for (uint32_t left = e.i; left > 0 && e.p < e.end;) /* a number ends where the high bit is 0 */
		left -= *e.p++ < 0x80;
	return ik_extras_next(&e, &other, tf) == 1 ? 0 : INK_ECORRUPT;
}
