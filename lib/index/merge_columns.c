/*
 * merge_columns.c - merging what stands by document: norms, numbers, keyword
 * ordinals.
 *
 * Layer: index.
 */
#include "index/merge_impl.h"

#include <string.h>

#include "base/mem.h"
#include "codec/norm.h"
#include "segment/column.h"

/* ---- norms and the numbers of a part ---- */

/* Copy the norms of the live documents; *docs counts those that have anything. */
static uint64_t copy_norms(const struct ik_merge_job *job, const struct ik_merge_source *s,
                           const struct ik_part_info *info, uint8_t *norms, uint32_t *docs)
{
	uint64_t all = 0, alive = 0;

	if (s->live == NULL && job->new_of == NULL)
		memcpy(norms + s->base, info->norms, s->seg->n_docs);
	else if (s->live == NULL)
		for (uint32_t doc = 0; doc < s->seg->n_docs; doc++)
			norms[ik_merge_doc(job, s, doc)] = info->norms[doc];
	if (s->live == NULL) {
		*docs += info->docs;
		return info->sum_len;
	}
	for (uint32_t doc = 0; doc < s->seg->n_docs; doc++) {
		uint8_t norm = info->norms[doc];

		all += ik_norm_decode(norm);
		if (!ik_live_has(s->live, doc))
			continue;
		norms[ik_merge_doc(job, s, doc)] = norm;
		alive += ik_norm_decode(norm);
		*docs += norm != 0;
	}
	/* Lengths in norms are rounded down: take the share, not the sum. */
	if (all == 0)
		return 0;
	return (uint64_t)((double)info->sum_len * ((double)alive / (double)all) + 0.5);
}

/* Keyword parts have no norms; their column says which documents have a value. */
static int count_keywords(const struct ik_merge_source *s, const struct ik_part_info *info,
                          struct ik_part_desc *desc, ink_error *err)
{
	struct ik_column column;
	int rc;

	if (s->live == NULL) {
		desc->docs += info->docs;
		desc->sum_len += info->sum_len;
		return 0;
	}
	rc = ik_column_ordinals(s->seg, info->part / 2, &column, err);
	for (uint32_t doc = 0; rc == 1 && doc < s->seg->n_docs; doc++) {
		uint64_t first;
		uint32_t n = ik_live_has(s->live, doc) ? ik_column_span(&column, doc, &first) : 0;

		desc->docs += n > 0;
		desc->sum_len += n;
	}
	return rc < 0 ? rc : 0;
}

int ik_merge_describe(struct ik_merge_job *job, uint32_t part, struct ik_part_desc *desc,
                      uint8_t **norms, ink_error *err)
{
	*desc = (struct ik_part_desc){.part = part};
	*norms = NULL;
	/* Equal in all of them, but for FREE: a field's type and flags never change. */
	for (size_t i = 0; i < job->n; i++) {
		const struct ik_part_info *info = ik_segment_part(job->src[i].seg, part);

		if (info != NULL)
			desc->flags |= info->flags;
	}
	if (desc->flags & IK_PART_NORMS) {
		*norms = ik_zalloc(job->n_docs);
		if (*norms == NULL)
			return ik_fail_nomem(err);
		desc->norms = *norms;
	}
	for (size_t i = 0; i < job->n; i++) {
		const struct ik_merge_source *s = &job->src[i];
		const struct ik_part_info *info = ik_segment_part(s->seg, part);
		uint32_t unlike = info != NULL ? info->flags ^ desc->flags : 0;
		int rc = 0;

		if (info == NULL)
			continue;
		if ((unlike & ~(uint32_t)IK_PART_FREE) != 0 || (*norms != NULL && info->norms == NULL))
			return ik_segment_corrupt(s->seg, err, "meta",
			                          "a part unlike that of other segments");
		if (*norms != NULL)
			desc->sum_len += copy_norms(job, s, info, *norms, &desc->docs);
		else
			rc = count_keywords(s, info, desc, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* ---- columns ---- */

struct pairs {
	IK_VEC(uint32_t) docs;
	IK_VEC(int64_t) numbers;
	IK_VEC(uint32_t) ords;
};

static void free_pairs(struct pairs *p)
{
	ik_vec_free(&p->docs);
	ik_vec_free(&p->numbers);
	ik_vec_free(&p->ords);
}

/* Room for all values of a column at once: `map` NULL for numbers. */
static int reserve(struct pairs *out, const struct ik_column *c, const uint32_t *map)
{
	size_t want = out->docs.n + (size_t)c->n_values;

	if (ik_vec_reserve(&out->docs, want) != 0)
		return -1;
	return map == NULL ? ik_vec_reserve(&out->numbers, want) : ik_vec_reserve(&out->ords, want);
}

static int push_value(struct pairs *out, uint32_t doc, int64_t value, const uint32_t *map,
                      uint64_t n_map)
{
	size_t at = out->docs.n;

	if (ik_vec_reserve(&out->docs, at + 1) != 0)
		return INK_ENOMEM;
	if (map == NULL) {
		if (ik_vec_reserve(&out->numbers, at + 1) != 0)
			return INK_ENOMEM;
		out->numbers.v[at] = value;
	} else {
		if (value < 0 || (uint64_t)value >= n_map || map[value] == UINT32_MAX)
			return INK_ECORRUPT;
		if (ik_vec_reserve(&out->ords, at + 1) != 0)
			return INK_ENOMEM;
		out->ords.v[at] = map[value];
	}
	out->docs.v[out->docs.n++] = doc;
	return 0;
}

/*
 * The values of live documents, under new numbers; ordinals through `map`. They are no counted
 * work, but there may be many columns.
 */
static int take_column(struct ik_merge_job *job, const struct ik_merge_source *s,
                       const struct ik_column *c, const uint32_t *map, uint64_t n_map,
                       struct pairs *out, ink_error *err)
{
	if (reserve(out, c, map) != 0)
		return ik_fail_nomem(err);
	for (uint32_t doc = 0; doc < s->seg->n_docs; doc++) {
		uint64_t first = 0;
		uint32_t n = ik_live_has(s->live, doc) ? ik_column_span(c, doc, &first) : 0;
		uint32_t to = n > 0 ? ik_merge_doc(job, s, doc) : 0;

		for (uint32_t i = 0; i < n; i++) {
			int rc = push_value(out, to, ik_column_at(c, first + i), map, n_map);

			if (rc == INK_ENOMEM)
				return ik_fail_nomem(err);
			if (rc != 0)
				return ik_segment_corrupt(s->seg, err, "ordinals",
				                          "ordinal out of bounds");
		}
	}
	return ik_merge_look(job, err);
}

/* Where each document's values start when all are sorted, counted over `docs`. */
static uint32_t *find_starts(const struct pairs *p, uint32_t n_docs)
{
	uint32_t *starts = ik_zarray(n_docs, sizeof *starts), sum = 0;

	if (starts == NULL)
		return NULL;
	for (size_t i = 0; i < p->docs.n; i++)
		starts[p->docs.v[i]]++;
	for (uint32_t d = 0; d < n_docs; d++) {
		uint32_t n = starts[d];

		starts[d] = sum;
		sum += n;
	}
	return starts;
}

/* By document; the values of one keep their order. */
static int sort_pairs(const struct ik_merge_job *job, struct pairs *p, ink_error *err)
{
	struct pairs to = {0};
	uint32_t *starts;
	size_t n = p->docs.n;

	if (job->new_of == NULL || n == 0)
		return 0;
	starts = find_starts(p, job->n_docs);
	if (starts == NULL || ik_vec_reserve(&to.docs, n) != 0 ||
	    (p->numbers.v != NULL ? ik_vec_reserve(&to.numbers, n) : ik_vec_reserve(&to.ords, n)) !=
	            0) {
		ik_free(starts);
		free_pairs(&to);
		return ik_fail_nomem(err);
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t at = starts[p->docs.v[i]]++;

		to.docs.v[at] = p->docs.v[i];
		if (p->numbers.v != NULL)
			to.numbers.v[at] = p->numbers.v[i];
		else
			to.ords.v[at] = p->ords.v[i];
	}
	to.docs.n = n;
	ik_free(starts);
	free_pairs(p);
	*p = to;
	return 0;
}

int ik_merge_numbers(struct ik_merge_job *job, uint32_t field, ink_error *err)
{
	struct pairs all = {0};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < job->n; i++) {
		struct ik_column column;

		rc = ik_column_numbers(job->src[i].seg, field, &column, err);
		if (rc == 1)
			rc = take_column(job, &job->src[i], &column, NULL, 0, &all, err);
	}
	if (rc == 0)
		rc = sort_pairs(job, &all, err);
	if (rc == 0 && all.docs.n > 0)
		rc = ik_segment_put_numbers(job->w, field, all.docs.v, all.numbers.v, all.docs.n,
		                            err);
	free_pairs(&all);
	return rc;
}

int ik_merge_ordinals(struct ik_merge_job *job, uint32_t field, ink_error *err)
{
	struct pairs all = {0};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < job->ords.n; i++) {
		const struct ik_merge_ords *ords = &job->ords.v[i];
		const struct ik_merge_source *s = &job->src[ords->source];
		struct ik_column column;

		if (ords->part != ik_part(field, 0))
			continue;
		rc = ik_column_ordinals(s->seg, field, &column, err);
		if (rc == 1)
			rc = take_column(job, s, &column, ords->map,
			                 ik_segment_part(s->seg, ords->part)->terms, &all, err);
	}
	if (rc == 0)
		rc = sort_pairs(job, &all, err);
	if (rc == 0 && all.docs.n > 0)
		rc = ik_segment_put_ordinals(job->w, field, all.docs.v, all.ords.v, all.docs.n,
		                             err);
	free_pairs(&all);
	return rc;
}
