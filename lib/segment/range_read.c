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
#include "segment/range_open.h"

#define HEAD_LEN 32

static float load_float(const uint8_t *p, float low, float high, float otherwise)
{
	uint32_t bits = ik_load32(p);
	float v;

	memcpy(&v, &bits, sizeof v);
	return v >= low && v <= high ? v : otherwise; /* also when it is not a number */
}

/* Count the occupied ranges before each 64. */
static int rank_present(struct ik_ranges *out)
{
	uint32_t words = (out->n + 63) / 64, seen = 0;
	uint64_t bits = 0;

	for (uint32_t w = 0; w < words; w++) {
		bits = ik_load64(out->present + (size_t)w * 8);
		out->rank[w] = seen;
		seen += ik_popcount64(bits);
	}
	if (out->n % 64 != 0 && bits >> (out->n % 64) != 0)
		return INK_ECORRUPT;
	return seen == out->occupied ? 0 : INK_ECORRUPT;
}

/* Expand the packed maxima of the sparse form to one byte a range, 256 of them at a time. */
static int open_sparse(struct ik_ranges *out, const uint8_t *packed, const uint8_t *end,
                       struct ik_arena *arena)
{
	uint32_t words = (out->n + 63) / 64;
	uint8_t *max = ik_arena_alloc(arena, ((size_t)out->n + IK_RANGE - 1) / IK_RANGE * IK_RANGE);
	const struct ik_unpack *unpack = out->unpack;

	out->rank = ik_arena_array(arena, words, sizeof *out->rank);
	if (max == NULL || out->rank == NULL)
		return INK_ENOMEM;
	if (rank_present(out) != 0)
		return INK_ECORRUPT;
	if (end - packed < (ptrdiff_t)out->occupied + 8)
		unpack = &ik_unpack_scalar; /* which reads no byte too many */
	for (uint32_t w = 0; w < words; w += 4) {
		uint64_t mask[4] = { 0 };

		for (uint32_t i = 0; i < 4 && w + i < words; i++)
			mask[i] = ik_load64(out->present + (size_t)(w + i) * 8);
		unpack->spread(packed + out->rank[w], mask, max + (size_t)w * 64);
	}
	out->max = max;
	return 0;
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
	out->unpack = ik_unpack_choose(ik_cpu());
	return sparse ? open_sparse(out, packed, end, arena) : 0;
}

int ik_range_record(const struct ik_ranges *list, uint32_t r, struct ik_record *out)
{
	return ik_range_open(list, r, out);
}

/* As many documents as the record says: what is computed from the mask then fits its numbers. */
static int get_mask(const struct ik_ranges *list, const struct ik_record *rec, uint64_t mask[4])
{
	return list->unpack->mask(rec, mask) == rec->n ? 0 : INK_ECORRUPT;
}

int ik_range_mask(const struct ik_ranges *list, uint32_t r, uint64_t mask[4])
{
	struct ik_record rec;

	if (!ik_ranges_has(list, r)) {
		memset(mask, 0, 4 * sizeof *mask);
		return 0;
	}
	return ik_range_record(list, r, &rec) == 0 ? get_mask(list, &rec, mask) : INK_ECORRUPT;
}

/* The sum of n bytes: eight at a time, in four 16-bit lanes. */
static size_t sum_bytes(const uint8_t *p, uint32_t n)
{
	const uint64_t low = 0x00ff00ff00ff00ffu;
	uint64_t lanes = 0;
	size_t rest = 0;

	for (; n >= 8; n -= 8, p += 8) {
		uint64_t v = ik_load64(p);

		lanes += (v & low) + (v >> 8 & low);
	}
	for (; n > 0; n--)
		rest += *p++;
	return rest + (lanes & 0xffff) + (lanes >> 16 & 0xffff) + (lanes >> 32 & 0xffff) +
	       (lanes >> 48);
}

/* Write exceptions over the row. */
static int get_exceptions(const struct ik_unpack *unpack, struct ik_range *out)
{
	struct ik_extras e;
	uint32_t d, tf;
	int rc = ik_record_extras(&out->rec, &e);

	while (rc >= 0 && (rc = ik_extras_next(&e, &d, &tf)) == 1) {
		int32_t i = unpack->find(&out->rec, d);

		if (i < 0 || i >= (int32_t)out->rec.n)
			return INK_ECORRUPT;
		out->row[i] = tf < 255 ? (uint8_t)tf : 255;
		out->big |= tf >= 255;
		out->total += tf - 1; /* it was 1 in the row */
	}
	return rc;
}

const uint8_t *ik_range_pos_data(const struct ik_ranges *list, uint32_t r)
{
	uint32_t slot = ik_range_slot(list, r);
	const uint8_t *base = list->bases + (size_t)(slot / IK_RANGE_GROUP) * 12 + 4;
	const uint8_t *dir = list->dir + (size_t)slot * (2 + list->pos_width) + 2;
	uint64_t at = ik_load64(base) + (list->pos_width == 2 ? ik_load16(dir) : ik_load32(dir));

	return at <= (uint64_t)(list->pos_end - list->pos) ? list->pos + at : NULL;
}

int ik_range_load(const struct ik_ranges *list, uint32_t r, struct ik_range *out)
{
	if (ik_range_record(list, r, &out->rec) != 0)
		return INK_ECORRUPT;
	out->big = 0;
	out->before = 0;
	out->upto = 0;
	out->pos = list->pos_width != 0 ? ik_range_pos_data(list, r) : NULL;
	list->unpack->freqs(&out->rec, out->row);
	out->total = sum_bytes(out->row, out->rec.n);
	return out->rec.extra != NULL ? get_exceptions(list->unpack, out) : 0;
}

uint32_t ik_range_freq(const struct ik_range *range, uint32_t i, uint32_t d)
{
	uint32_t tf = range->row[i];

	if (tf == 255) /* was read before: whole and in bounds */
		(void)ik_record_freq(&range->rec, i, d, &tf);
	return tf;
}

/* Sum of the frequencies of the postings before posting i, document d. */
static uint64_t freq_before(struct ik_range *range, uint32_t i, uint32_t d)
{
	struct ik_extras e;
	uint32_t other, tf;
	uint64_t before;

	if (i < range->upto)
		range->before = range->upto = 0;
	range->before += sum_bytes(range->row + range->upto, i - range->upto);
	range->upto = i;
	before = range->before;

	if (!range->big || ik_record_extras(&range->rec, &e) != 0)
		return before;
	while (ik_extras_next(&e, &other, &tf) == 1)
		if (tf > 255 && other < d)
			before += tf - 255;
	return before;
}

int ik_range_positions(const struct ik_ranges *list, struct ik_range *range, uint32_t i,
                       uint32_t d, uint32_t shift, uint32_t *out)
{
	if (range->pos == NULL ||
	    ik_pos_unpack(range->pos, list->pos_end, range->total, freq_before(range, i, d),
	                  ik_range_freq(range, i, d), shift, out) != 0)
		return INK_ECORRUPT;
	return 0;
}
