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

#define HEAD_LEN 22

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
	uint64_t slots, groups, sparse;

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
	out->dir_width = p[21];
	out->head = p;
	out->norms = env->norms;
	p += HEAD_LEN;
	if (out->occupied > out->n || out->occupied == 0 || sparse > 1 ||
	    (out->dir_width != 2 && out->dir_width != 4))
		return INK_ECORRUPT;
	if (sparse)
		out->present = take(&p, end, (uint64_t)(out->n + 63) / 64 * 8);
	slots = sparse ? out->occupied : out->n;
	groups = (slots + IK_RANGE_GROUP - 1) / IK_RANGE_GROUP;
	packed = take(&p, end, slots);
	out->bases = take(&p, end, groups * IK_RANGE_BASE);
	out->dir = take(&p, end, slots * out->dir_width);
	if ((sparse && out->present == NULL) || packed == NULL || out->bases == NULL ||
	    out->dir == NULL || end - p < 2)
		return INK_ECORRUPT;
	out->records = p;
	out->records_end = end;
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
		out->whole[i] = tf;
		out->big |= tf >= 255;
	}
	out->tail = e.p;
	out->tail_bit = 0;
	return rc;
}

int ik_range_load(const struct ik_ranges *list, uint32_t r, struct ik_range *out)
{
	if (ik_range_record(list, r, &out->rec) != 0)
		return INK_ECORRUPT;
	out->big = 0;
	out->passed = UINT32_MAX;
	out->tail = out->rec.freqs + out->rec.n * out->rec.width / 8;
	out->tail_bit = out->rec.n * out->rec.width % 8;
	list->unpack->freqs(&out->rec, out->row);
	for (uint32_t i = 0; out->rec.width == 8 && i < out->rec.n; i++)
		out->whole[i] = 255; /* only in a damaged record is a 255 no exception */
	return out->rec.extra != NULL ? get_exceptions(list->unpack, out) : 0;
}

int ik_range_unit(const struct ik_ranges *list, uint32_t r, const struct ik_range *range,
                  struct ik_pos_unit *out)
{
	uint32_t next = ik_range_slot(list, r) + 1;
	uint64_t len = (uint64_t)(list->records_end - list->records), end = len;

	if (next < (list->present != NULL ? list->occupied : list->n))
		end = ik_range_at(list, next);
	if (end > len || list->records + end < range->tail)
		return INK_ECORRUPT;
	*out = (struct ik_pos_unit){ list->head,          list->records_end, range->tail,
		                     list->records + end, range->tail_bit,   range->rec.n };
	return 0;
}

/* The document of posting i of a bitmap; postings and set bits ascend. */
static uint32_t doc_of(const struct ik_record *rec, uint32_t i)
{
	uint64_t bits = 0;
	uint32_t w = 0;

	for (; w < 4; w++) {
		uint32_t n;

		bits = ik_load64(rec->docs + (size_t)w * 8);
		n = ik_popcount64(bits);
		if (i < n)
			break;
		i -= n;
	}
	for (; i > 0; i--)
		bits &= bits - 1;
	return bits != 0 && w < 4 ? w * 64 + ik_ctz64(bits) : IK_RANGE;
}

/* Start at the chunk that posting i is in. */
static int open_chunk(const struct ik_ranges *list, uint32_t r, struct ik_range *range, uint32_t i)
{
	struct ik_pos_unit unit;

	if (ik_range_unit(list, r, range, &unit) != 0 ||
	    ik_pos_open(&unit, i / IK_POS_CHUNK, &range->reader) != 0)
		return INK_ECORRUPT;
	range->passed = i - i % IK_POS_CHUNK;
	range->passed_doc = 0;
	if (range->passed > 0)
		range->passed_doc = doc_of(&range->rec, range->passed);
	return 0;
}

/* Add up the positions of the postings of a bitmap from passed_doc to posting i, document d. */
static struct ik_pos_sum sum_bitmap(const struct ik_range *range, const uint8_t *norms, uint32_t i,
                                    uint32_t d)
{
	struct ik_pos_sum sum = { 0, 0 };
	uint32_t k = range->passed;

	for (uint32_t at = range->passed_doc; at < d && k < i; at = (at | 63) + 1) {
		uint64_t bits = ik_load64(range->rec.docs + (size_t)(at / 64) * 8) >> at % 64;

		for (; bits != 0 && k < i; bits &= bits - 1, k++)
			ik_pos_add(&sum, ik_pos_norm(norms, at + ik_ctz64(bits)),
			           ik_range_freq(range, k), range->reader.extra);
	}
	return sum;
}

/* Pass the positions of postings before posting i, document d. */
static void skip_postings(struct ik_range *range, const uint8_t *norms, uint32_t i, uint32_t d)
{
	const struct ik_record *rec = &range->rec;
	struct ik_pos_sum sum = { 0, 0 };

	if (ik_record_is_bitmap(rec))
		sum = sum_bitmap(range, norms, i, d);
	else
		for (uint32_t k = range->passed; k < i; k++)
			ik_pos_add(&sum, ik_pos_norm(norms, rec->docs[k]), ik_range_freq(range, k),
			           range->reader.extra);
	ik_pos_pass(&range->reader, &sum);
}

/* Move the reader to posting i, document d. */
static int seek_posting(const struct ik_ranges *list, uint32_t r, struct ik_range *range,
                        uint32_t i, uint32_t d, const uint8_t *norms)
{
	int rc = 0;

	if (i >= range->rec.n)
		return INK_ECORRUPT;
	if (range->passed > i || range->passed <= i - i % IK_POS_CHUNK)
		rc = open_chunk(list, r, range, i);
	if (rc == 0)
		skip_postings(range, norms, i, d);
	range->passed = rc == 0 ? i + 1 : UINT32_MAX;
	range->passed_doc = d + 1;
	return rc;
}

static int posting_done(struct ik_range *range, int rc)
{
	if (rc == 0)
		return 0;
	range->passed = UINT32_MAX;
	return INK_ECORRUPT;
}

static const uint8_t *range_norms(const struct ik_ranges *list, uint32_t r)
{
	return list->norms != NULL ? list->norms + (size_t)r * IK_RANGE : NULL;
}

int ik_range_positions(const struct ik_ranges *list, uint32_t r, struct ik_range *range,
                       uint32_t i, uint32_t d, uint32_t shift, uint32_t *out)
{
	const uint8_t *norms = range_norms(list, r);
	int rc = seek_posting(list, r, range, i, d, norms);

	if (rc == 0)
		rc = ik_pos_read(&range->reader, ik_pos_norm(norms, d), ik_range_freq(range, i),
		                 shift, out);
	return posting_done(range, rc);
}

int ik_range_keep(const struct ik_ranges *list, uint32_t r, struct ik_range *range, uint32_t i,
                  uint32_t d, uint32_t shift, uint32_t *v, uint32_t *n)
{
	const uint8_t *norms = range_norms(list, r);
	int rc = seek_posting(list, r, range, i, d, norms);

	if (rc == 0)
		rc = ik_pos_keep(&range->reader, ik_pos_norm(norms, d), ik_range_freq(range, i),
		                 shift, v, n);
	return posting_done(range, rc);
}
