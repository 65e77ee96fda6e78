/* collection.c - statistics over all segments of a search. Layer: match. */
#include "match/collection.h"

static void sum_parts(struct ik_collection *c)
{
	for (uint32_t s = 0; s < c->n; s++)
		for (size_t i = 0; i < c->segs[s]->n_parts; i++) {
			const struct ik_part_info *info = &c->segs[s]->parts[i];
			struct ik_part_stats *part;

			if (info->part >= c->n_parts)
				continue; /* of a field that this schema does not have */
			part = &c->parts[info->part];
			part->docs += info->docs;
			part->sum_len += info->sum_len;
			part->flags |= info->flags;
		}
}

static void fit_segments(struct ik_collection *c)
{
	for (uint32_t s = 0; s < c->n; s++)
		for (size_t i = 0; i < c->segs[s]->n_parts; i++) {
			const struct ik_part_info *info = &c->segs[s]->parts[i];
			uint32_t stats = ik_part_stats_of(info->part);
			struct ik_part_fit *fit;

			if (stats >= c->n_parts || (info->flags & IK_PART_NORMS) == 0)
				continue;
			fit = ik_collection_fit(c, s, info->part);
			ik_bm25_ratio(&c->parts[stats].bm25, &info->bm25, &fit->up, &fit->down);
		}
}

int ik_collection_init(struct ik_collection *c, double k1, double b, struct ik_arena *arena,
                       ink_error *err)
{
	size_t fits;

	c->n_parts = ik_part(c->schema->n, 0);
	c->parts = ik_arena_zalloc(arena, (c->n_parts + 1) * sizeof *c->parts);
	fits = (size_t)c->n * (c->n_parts + c->schema->n);
	c->fits = ik_arena_zalloc(arena, (fits + 1) * sizeof *c->fits);
	if (c->parts == NULL || c->fits == NULL)
		return ik_fail_nomem(err);
	sum_parts(c);
	for (uint32_t p = 0; p < c->n_parts; p++) {
		struct ik_part_stats *part = &c->parts[p];
		double avg = part->docs > 0 ? (double)part->sum_len / (double)part->docs : 0;

		if (part->docs > 0 || part->flags != 0) /* without norms, length does not count */
			ik_bm25_init(&part->bm25, k1,
			             (part->flags & IK_PART_NORMS) != 0 ? b : 0, avg);
	}
	fit_segments(c);
	return 0;
}
