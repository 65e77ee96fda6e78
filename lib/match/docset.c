/* docset.c - collecting the documents of many terms. Layer: match. */
#include "base/bits.h"
#include "match/set.h"
#include "segment/range.h"

int ik_docset_new(struct ik_arena *arena, const struct ik_segment *seg, int freqs,
                  struct ik_docset **out, ink_error *err)
{
	struct ik_docset *set = ik_arena_zalloc(arena, sizeof *set);

	*out = NULL;
	if (set == NULL)
		return ik_fail_nomem(err);
	set->n_ranges = ik_range_count(seg->n_docs);
	set->words = ik_arena_zalloc(arena, (size_t)set->n_ranges * 32);
	if (freqs)
		set->freqs = ik_arena_zalloc(arena, (size_t)set->n_ranges * IK_RANGE * 2);
	if (set->words == NULL || (freqs && set->freqs == NULL))
		return ik_fail_nomem(err);
	*out = set;
	return 0;
}

void ik_docset_finish(struct ik_docset *set)
{
	set->count = 0;
	for (size_t i = 0; i < (size_t)set->n_ranges * 4; i++)
		set->count += ik_popcount64(set->words[i]);
}

static void add_doc(struct ik_docset *set, uint32_t doc)
{
	set->words[doc / 64] |= (uint64_t)1 << (doc % 64);
}

static void add_docs(struct ik_docset *set, const struct ik_post_iter *list)
{
	for (uint32_t i = 0; i < list->n; i++)
		add_doc(set, list->docs[i]);
	for (uint32_t i = 0; set->freqs != NULL && i < list->n; i++) {
		uint16_t *freq = &set->freqs[list->docs[i]];
		uint32_t sum = *freq + list->freqs[i];

		*freq = sum > UINT16_MAX ? UINT16_MAX : (uint16_t)sum;
	}
}

/* Without frequencies whole ranges are joined at a time. */
static int add_masks(struct ik_docset *set, const struct ik_post_env *env,
                     const struct ik_term_info *info, struct ik_arena *arena)
{
	struct ik_ranges list;
	uint64_t mask[4];
	int rc = ik_ranges_open(env, info, arena, &list);

	for (uint32_t r = 0; rc == 0 && r < list.n; r++) {
		if (!ik_ranges_has(&list, r))
			continue;
		rc = ik_range_mask(&list, r, mask);
		for (unsigned w = 0; rc == 0 && w < 4; w++)
			set->words[(size_t)r * 4 + w] |= mask[w];
	}
	return rc;
}

static int fail(const struct ik_segment *seg, int rc, ink_error *err)
{
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	return ik_segment_corrupt(seg, err, "postings", "a list is damaged");
}

int ik_docset_add(struct ik_docset *set, const struct ik_dict_iter *it, struct ik_post_iter *list,
                  ink_error *err)
{
	struct ik_post_env env = ik_dict_iter_env(it);
	int rc;

	if (set->freqs == NULL && ik_post_form(it->info.df, env.n_docs) == IK_FORM_RANGES) {
		struct ik_arena arena = { 0 };

		rc = add_masks(set, &env, &it->info, &arena);
		ik_arena_free(&arena);
		return rc != 0 ? fail(it->seg, rc, err) : 0;
	}
	rc = ik_post_iter_reopen(list, &env, &it->info, NULL);
	while (rc >= 0) {
		rc = ik_post_iter_unit(list, NULL);
		if (rc <= 0)
			break;
		add_docs(set, list);
	}
	return rc < 0 ? fail(it->seg, rc, err) : 0;
}

void ik_docset_add_column(struct ik_docset *set, const struct ik_column *column)
{
	uint64_t first;

	for (uint32_t doc = 0; doc < column->n_docs; doc++)
		if (ik_column_span(column, doc, &first) > 0)
			add_doc(set, doc);
}

void ik_docset_add_norms(struct ik_docset *set, const struct ik_segment *seg,
                         const struct ik_part_info *part)
{
	for (uint32_t doc = 0; part->norms != NULL && doc < seg->n_docs; doc++)
		if (part->norms[doc] != 0)
			add_doc(set, doc);
}
