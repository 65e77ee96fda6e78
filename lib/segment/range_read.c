/*
 * range_read.c - reading posting lists in range form.
 *
 * Layer: segment. Format: FORMAT.md, "Range form".
 */
#include <string.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "codec/bitpack_small.h"
#include "codec/varint.h"
#include "segment/pos.h"
#include "segment/range.h"

#define HEAD_LEN 32

static float load_float(const uint8_t *p, float low, float high, float otherwise)
{
	uint32_t bits = ik_load32(p);
	float v;

	memcpy(&v, &bits, sizeof v);
	return v >= low && v <= high ? v : otherwise; /* also when it is not a number */
}

/* Expand the packed maxima of the sparse form to one byte a range, and count ranks. */
static int open_sparse(struct ik_ranges *out, const uint8_t *packed, struct ik_arena *arena)
{
	uint32_t words = (out->n + 63) / 64, seen = 0;
	uint8_t *max = ik_arena_zalloc(arena, out->n);

	out->rank = ik_arena_array(arena, words, sizeof *out->rank);
	if (max == NULL || out->rank == NULL)
		return INK_ENOMEM;
	for (uint32_t w = 0; w < words; w++) {
		uint64_t bits = ik_load64(out->present + (size_t)w * 8);

		out->rank[w] = seen;
		for (; bits != 0; bits &= bits - 1) {
			uint32_t r = w * 64 + ik_ctz64(bits);

			if (r >= out->n || seen >= out->occupied)
				return INK_ECORRUPT;
			max[r] = packed[seen] == 0 ? 1 : packed[seen];
			seen++;
		}
	}
	out->max = max;
	return seen == out->occupied ? 0 : INK_ECORRUPT;
}

/* Take `need` bytes at *p; NULL when they are not there. */
static const uint8_t *take(const uint8_t **p, const uint8_t *end, uint64_t need)
{
	const uint8_t *at = *p;

	if ((uint64_t)(end - at) < need)
		return NULL;
	*p = at + need;
	return at;
}

int ik_ranges_open(const struct ik_post_env *env, const struct ik_term_info *info,
                   struct ik_arena *arena, struct ik_ranges *out)
{
	const uint8_t *p = info->post, *end = p + info->post_len, *packed;
	uint64_t records, slots, groups, sparse;

	memset(out, 0, sizeof *out);
	out->n_docs = env->n_docs;
	out->n = ik_range_count(env->n_docs);
	out->flags = env->flags;
	if (info->post_len < HEAD_LEN)
		return INK_ECORRUPT;
	out->umax = load_float(p, 0, 1, 1);
	for (unsigned i = 0; i < 3; i++)
		out->kth[i] = load_float(p + 4 + 4 * i, 0, 1, 0);
	out->occupied = ik_load32(p + 16);
	sparse = p[20];
	out->pos_width = p[21];
	records = ik_load64(p + 24);
	p += HEAD_LEN;
	if (out->occupied > out->n || sparse > 1 || (out->pos_width & ~6u) != 0 ||
	    out->pos_width == 6 || (out->pos_width != 0) != ((env->flags & IK_PART_POSITIONS) != 0))
		return INK_ECORRUPT;
	if (sparse)
		out->present = take(&p, end, (uint64_t)(out->n + 63) / 64 * 8);
	slots = sparse ? out->occupied : out->n;
	groups = (slots + IK_RANGE_GROUP - 1) / IK_RANGE_GROUP;
	packed = take(&p, end, slots);
	out->bases = take(&p, end, groups * (out->pos_width != 0 ? 12 : 4));
	out->dir = take(&p, end, slots * (2 + out->pos_width));
	out->records = take(&p, end, records);
	if ((sparse && out->present == NULL) || packed == NULL || out->bases == NULL ||
	    out->dir == NULL || out->records == NULL)
		return INK_ECORRUPT;
	out->records_end = p;
	out->pos = p;
	out->pos_end = end;
	out->max = packed;
	out->expand = ik_expand_choose(ik_cpu());
	return sparse ? open_sparse(out, packed, arena) : 0;
}

int ik_ranges_has(const struct ik_ranges *list, uint32_t r)
{
	return r < list->n && list->max[r] != 0;
}

/* The place of range r in the directory. */
static uint32_t slot_of(const struct ik_ranges *list, uint32_t r)
{
	uint64_t word;

	if (list->present == NULL)
		return r;
	word = ik_load64(list->present + r / 64 * 8) & (((uint64_t)1 << (r % 64)) - 1);
	return list->rank[r / 64] + ik_popcount64(word);
}

/* The record of an occupied range: *n postings and *width, what follows at the return value; or NULL. */
static const uint8_t *open_record(const struct ik_ranges *list, uint32_t r, uint32_t *n,
                                  uint32_t *width)
{
	uint32_t slot = slot_of(list, r);
	uint32_t base = ik_load32(list->bases +
	                          (size_t)(slot / IK_RANGE_GROUP) * (list->pos_width != 0 ? 12 : 4));
	uint64_t at = (uint64_t)base +
	              ik_load16(list->dir + (size_t)slot * (2 + list->pos_width));
	uint64_t len = (uint64_t)(list->records_end - list->records);

	if (at + 2 > len)
		return NULL;
	*n = (uint32_t)list->records[at] + 1;
	*width = list->records[at + 1];
	at += 2;
	if (len - at < (*n < IK_BITMAP_CUT ? *n : IK_RANGE / 8))
		return NULL;
	return list->records + at;
}

/* Documents past the end of the segment are damage. */
static int check_last(const struct ik_ranges *list, uint32_t r, const uint64_t mask[4])
{
	uint32_t left = list->n_docs - r * IK_RANGE;

	if (left >= IK_RANGE)
		return 0;
	for (uint32_t w = 0; w < 4; w++) {
		uint32_t from = w * 64;
		uint64_t allowed = left <= from       ? 0
		                   : left >= from + 64 ? UINT64_MAX
		                                       : ((uint64_t)1 << (left - from)) - 1;

		if ((mask[w] & ~allowed) != 0)
			return INK_ECORRUPT;
	}
	return 0;
}

static const uint8_t *get_mask(const struct ik_ranges *list, uint32_t r, const uint8_t *p,
                               uint32_t n, uint64_t mask[4])
{
	uint32_t count = 0;

	if (n < IK_BITMAP_CUT) {
		memset(mask, 0, 4 * sizeof *mask);
		for (uint32_t i = 0; i < n; i++)
			mask[p[i] / 64] |= (uint64_t)1 << (p[i] % 64);
		p += n;
	} else {
		for (uint32_t i = 0; i < 4; i++)
			mask[i] = ik_load64(p + (size_t)8 * i);
		p += IK_RANGE / 8;
	}
	for (uint32_t i = 0; i < 4; i++)
		count += ik_popcount64(mask[i]);
	return count == n && check_last(list, r, mask) == 0 ? p : NULL;
}

int ik_range_mask(const struct ik_ranges *list, uint32_t r, uint64_t mask[4])
{
	uint32_t n, width;
	const uint8_t *p;

	if (!ik_ranges_has(list, r)) {
		memset(mask, 0, 4 * sizeof *mask);
		return 0;
	}
	p = open_record(list, r, &n, &width);
	return p != NULL && get_mask(list, r, p, n, mask) != NULL ? 0 : INK_ECORRUPT;
}

/* Exceptions: keep those of 255 and more at hand, write the others into the bytes. */
static int get_exceptions(struct ik_range *out, const uint8_t *p, const uint8_t *end)
{
	uint32_t n;

	if (p >= end)
		return INK_ECORRUPT;
	n = (uint32_t)*p++ + 1;
	out->big = p;
	for (uint32_t i = 0; i < n; i++) {
		uint64_t tf;
		uint8_t d;

		if (p >= end)
			return INK_ECORRUPT;
		d = *p++;
		p = ik_varint_get(p, end, &tf);
		if (p == NULL || tf == 0 || tf > INT32_MAX || out->freq[d] == 0)
			return INK_ECORRUPT;
		out->freq[d] = tf < 255 ? (uint8_t)tf : 255;
	}
	out->big_end = p;
	return 0;
}

int ik_range_load(const struct ik_ranges *list, uint32_t r, struct ik_range *out)
{
	const uint8_t *p, *end = list->records_end;
	uint32_t n, width;
	size_t bytes;

	memset(out, 0, sizeof *out);
	if (!ik_ranges_has(list, r))
		return 0;
	p = open_record(list, r, &n, &width);
	if (p == NULL)
		return INK_ECORRUPT;
	p = get_mask(list, r, p, n, out->mask);
	out->n = n;
	bytes = ik_bits_bytes(n, width & 0x7f);
	if (p == NULL || (width & 0x7f) > 8 || (size_t)(end - p) < bytes)
		return INK_ECORRUPT;
	list->expand->expand(p, end, width & 0x7f, n, out->mask, out->freq);
	return (width & 0x80) != 0 ? get_exceptions(out, p + bytes, end) : 0;
}

int ik_range_next_big(const struct ik_range *range, const uint8_t **at, uint32_t *d, uint32_t *tf)
{
	const uint8_t *p = *at != NULL ? *at : range->big;
	uint64_t v;

	if (p == NULL || p == range->big_end)
		return 0;
	*d = *p++;
	p = ik_varint_get(p, range->big_end, &v); /* was read before: whole and in bounds */
	*tf = (uint32_t)v;
	*at = p;
	return p != NULL;
}

uint32_t ik_range_freq(const struct ik_range *range, uint32_t d)
{
	const uint8_t *p = NULL;
	uint32_t at, tf;

	if (range->freq[d] < 255)
		return range->freq[d];
	while (ik_range_next_big(range, &p, &at, &tf))
		if (at == d)
			return tf;
	return 255;
}

/* The sum of bytes a to b, both multiples of 8: eight at a time, in four 16-bit lanes. */
static size_t sum_bytes(const uint8_t *p, uint32_t a, uint32_t b)
{
	const uint64_t low = 0x00ff00ff00ff00ffu;
	uint64_t lanes = 0;

	for (; a < b; a += 8) {
		uint64_t v = ik_load64(p + a);

		lanes += (v & low) + (v >> 8 & low);
	}
	return (lanes & 0xffff) + (lanes >> 16 & 0xffff) + (lanes >> 32 & 0xffff) + (lanes >> 48);
}

/* Sum of the frequencies of the documents before d, and of all, in *total. */
static size_t freq_before(const struct ik_range *range, uint32_t d, size_t *total)
{
	const uint8_t *p = NULL;
	uint32_t whole = d & ~7u, at, tf;
	size_t before = sum_bytes(range->freq, 0, whole);
	size_t after = sum_bytes(range->freq, whole, IK_RANGE), between = 0;

	for (uint32_t i = whole; i < d; i++)
		between += range->freq[i];
	before += between;
	after -= between;
	while (ik_range_next_big(range, &p, &at, &tf))
		if (tf > 255 && at < d)
			before += tf - 255;
		else if (tf > 255)
			after += tf - 255;
	*total = before + after;
	return before;
}

const uint8_t *ik_range_pos_data(const struct ik_ranges *list, uint32_t r)
{
	uint32_t slot = slot_of(list, r);
	const uint8_t *base = list->bases + (size_t)(slot / IK_RANGE_GROUP) * 12 + 4;
	const uint8_t *dir = list->dir + (size_t)slot * (2 + list->pos_width) + 2;
	uint64_t at = ik_load64(base) + (list->pos_width == 2 ? ik_load16(dir) : ik_load32(dir));

	return at <= (uint64_t)(list->pos_end - list->pos) ? list->pos + at : NULL;
}

int ik_range_positions(const struct ik_ranges *list, uint32_t r, const struct ik_range *range,
                       uint32_t d, uint32_t *out, uint32_t cap, uint32_t *n)
{
	const uint8_t *p = ik_range_pos_data(list, r);
	size_t total, before = freq_before(range, d, &total);

	*n = ik_range_freq(range, d);
	if (p == NULL || *n > cap)
		return INK_ECORRUPT;
	return ik_pos_unpack(p, list->pos_end, total, before, *n, out) != 0 ? INK_ECORRUPT : 0;
}
