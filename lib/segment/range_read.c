/*
 * range_read.c - reading posting lists in range form.
 *
 * Layer: segment. Format: FORMAT.md, "Range form".
 */
#include <string.h>

#include "base/bits.h"
#include "base/cpu.h"
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

/* The maxima of the sparse form are expanded when they are first asked for: not to count. */
static int open_sparse(struct ik_ranges *out, struct ik_arena *arena)
{
	uint32_t words = (out->n + 63) / 64;

	out->room = ik_arena_alloc(arena, ((size_t)out->n + IK_RANGE - 1) / IK_RANGE * IK_RANGE);
	out->rank = ik_arena_array(arena, words, sizeof *out->rank);
	if (out->room == NULL || out->rank == NULL)
		return INK_ENOMEM;
	return rank_present(out);
}

/* To one byte a range, 256 of them at a time. */
void ik_ranges_expand(struct ik_ranges *list)
{
	uint32_t words = (list->n + 63) / 64;
	const struct ik_unpack *unpack = list->unpack;

	if (list->records_end - list->packed < (ptrdiff_t)list->occupied + 8)
		unpack = &ik_unpack_scalar; /* which reads no byte too many */
	for (uint32_t w = 0; w < words; w += 4) {
		uint64_t mask[4] = { 0 };

		for (uint32_t i = 0; i < 4 && w + i < words; i++)
			mask[i] = ik_load64(list->present + (size_t)(w + i) * 8);
		unpack->spread(list->packed + list->rank[w], mask, list->room + (size_t)w * 64);
	}
	list->max = list->room;
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
	const uint8_t *p = info->post, *end = p + info->post_len;
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
	out->packed = take(&p, end, slots);
	out->bases = take(&p, end, groups * IK_RANGE_BASE);
	out->dir = take(&p, end, slots * out->dir_width);
	if ((sparse && out->present == NULL) || out->packed == NULL || out->bases == NULL ||
	    out->dir == NULL || end - p < 2)
		return INK_ECORRUPT;
	out->records = p;
	out->records_end = end;
	out->max = sparse ? NULL : out->packed;
	out->unpack = ik_unpack_choose(ik_cpu());
	out->pos = ik_pos_choose(ik_cpu());
	out->ops = ik_range_choose(ik_cpu());
	return sparse ? open_sparse(out, arena) : 0;
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

const struct ik_range_ops *ik_range_choose(uint32_t cpu)
{
#if defined(__x86_64__)
	if ((cpu & IK_CPU_AVX512) != 0)
		return &ik_range_avx512;
	if ((cpu & IK_CPU_AVX2) != 0)
		return &ik_range_avx2;
#endif
	(void)cpu;
	return &ik_range_scalar;
}
