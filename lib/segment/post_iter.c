/*
 * post_iter.c - walking any posting list from front to back.
 *
 * Layer: segment. Short lists are read as they come; blocks and ranges are
 * decoded one unit at a time.
 */
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "codec/varint.h"
#include "segment/pos.h"
#include "segment/post_read.h"
#include "segment/range.h"

/* What a list in blocks or ranges needs beside the public fields. */
struct ik_post_walk {
	struct ik_post_blocks blocks;
	struct ik_ranges ranges;
	struct ik_range range;
	struct ik_arena arena;
	const uint8_t *p;       /* the next block */
	uint32_t next;          /* first document that may come */
	uint32_t docs[IK_RANGE];
	uint32_t freqs[IK_RANGE];
	IK_VEC(uint32_t) gaps;  /* all of the unit's, once positions were asked for */
	int have_gaps;
};

static int fail(int rc, ink_error *err)
{
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	return ik_fail(err, INK_ECORRUPT, "posting list is damaged");
}

int ik_post_iter_open(struct ik_post_iter *it, const struct ik_post_env *env,
                      const struct ik_term_info *info, ink_error *err)
{
	int rc = 0;

	memset(it, 0, sizeof *it);
	it->env = *env;
	it->info = *info;
	it->form = ik_post_form(info->df, env->n_docs);
	it->p = info->post;
	it->end = info->post + info->post_len;
	it->walk = ik_zalloc(sizeof *it->walk);
	if (it->walk == NULL)
		return ik_fail_nomem(err);
	if (it->form == IK_FORM_BLOCKS) {
		rc = ik_post_blocks_open(env, info, &it->walk->blocks);
		it->walk->p = it->walk->blocks.data;
	} else if (it->form == IK_FORM_RANGES) {
		rc = ik_ranges_open(env, info, &it->walk->arena, &it->walk->ranges);
	}
	return rc != 0 ? fail(rc, err) : 0;
}

void ik_post_iter_free(struct ik_post_iter *it)
{
	if (it->walk != NULL) {
		ik_arena_free(&it->walk->arena);
		ik_vec_free(&it->walk->gaps);
	}
	ik_free(it->walk);
	ik_vec_free(&it->positions);
	it->walk = NULL;
}

static int next_short(struct ik_post_iter *it)
{
	/* Positions of the last posting that nobody asked for are in the way. */
	if (it->skip > 0 && it->p != NULL)
		it->p = ik_post_skip_varints(it->p, it->end, it->skip);
	if (it->p != NULL)
		it->p = ik_post_get(it->p, it->end, it->env.flags, &it->walk->next,
		                    it->env.n_docs, &it->doc, &it->tf);
	it->skip = (it->env.flags & IK_PART_POSITIONS) != 0 ? it->tf : 0;
	return it->p != NULL ? 1 : INK_ECORRUPT;
}

static int load_block(struct ik_post_iter *it)
{
	struct ik_post_walk *w = it->walk;

	it->n = 0;
	if (w->p == NULL)
		return INK_ECORRUPT; /* asked again after that was the answer */
	if (it->unit < w->blocks.n) {
		w->p = ik_post_block(&it->env, &w->blocks, it->unit, w->p, &w->next, w->docs,
		                     w->freqs);
		it->n = IK_BLOCK;
	} else {
		for (; it->n < it->info.df % IK_BLOCK && w->p != NULL; it->n++)
			w->p = ik_post_get(w->p, w->blocks.pos, it->env.flags, &w->next,
			                   it->env.n_docs, &w->docs[it->n], &w->freqs[it->n]);
	}
	it->unit++;
	return w->p != NULL ? 0 : INK_ECORRUPT;
}

static int load_range(struct ik_post_iter *it)
{
	struct ik_post_walk *w = it->walk;
	uint64_t mask[4] = { 0 };
	int rc;

	while (it->unit < w->ranges.n && !ik_ranges_has(&w->ranges, it->unit))
		it->unit++;
	if (it->unit == w->ranges.n)
		return INK_ECORRUPT; /* fewer postings than df says */
	rc = ik_range_load(&w->ranges, it->unit, &w->range);
	it->n = 0;
	if (rc == 0)
		w->ranges.unpack->mask(&w->range.rec, mask);
	for (uint32_t i = 0; i < 4; i++)
		for (uint64_t bits = mask[i]; bits != 0; bits &= bits - 1) {
			uint32_t d = i * 64 + ik_ctz64(bits);

			if (it->n == w->range.rec.n)
				return INK_ECORRUPT;
			w->docs[it->n] = it->unit * IK_RANGE + d;
			w->freqs[it->n] = ik_range_freq(&w->range, it->n, d);
			it->n++;
		}
	it->unit++;
	return rc != 0 || it->n == w->range.rec.n ? rc : INK_ECORRUPT;
}

static int next_unit_posting(struct ik_post_iter *it)
{
	if (it->at == it->n) {
		int rc = it->form == IK_FORM_BLOCKS ? load_block(it) : load_range(it);

		it->at = 0;
		if (rc != 0) {
			it->n = 0;
			return rc;
		}
		it->pos_at = 0;
		it->walk->have_gaps = 0;
	} else {
		it->pos_at += it->tf;
	}
	it->doc = it->walk->docs[it->at];
	it->tf = it->walk->freqs[it->at++];
	return 1;
}

int ik_post_iter_next(struct ik_post_iter *it, ink_error *err)
{
	int rc;

	if (it->i == it->info.df)
		return 0;
	it->i++;
	rc = it->form == IK_FORM_SHORT ? next_short(it) : next_unit_posting(it);
	return rc < 0 ? fail(rc, err) : rc;
}

static int short_positions(struct ik_post_iter *it)
{
	uint32_t gap, pos = 0;

	for (uint32_t i = 0; i < it->tf; i++) {
		it->p = ik_varint_get32(it->p, it->end, &gap);
		if (it->p == NULL || gap > UINT32_MAX - pos)
			return INK_ECORRUPT;
		it->positions.v[i] = pos += gap;
	}
	it->skip = 0;
	return 0;
}

/* Unpack all positions of the unit: whoever asks for one posting's asks for the others' too. */
static int load_gaps(struct ik_post_iter *it)
{
	struct ik_post_walk *w = it->walk;
	const uint8_t *p, *end = w->ranges.pos_end;
	uint64_t n = 0;

	for (uint32_t i = 0; i < it->n; i++)
		n += w->freqs[i];
	/* A chunk takes a byte at least: more than that is damage, not a reason to allocate. */
	if (n > (uint64_t)it->info.post_len * IK_POS_CHUNK)
		return INK_ECORRUPT;
	if (it->form == IK_FORM_BLOCKS)
		p = ik_post_unit_data(&w->blocks, it->unit - 1, &end);
	else
		p = ik_range_pos_data(&w->ranges, it->unit - 1);
	if (ik_vec_reserve(&w->gaps, n) != 0)
		return INK_ENOMEM;
	if (p == NULL || ik_pos_gaps(p, end, n, w->gaps.v) != 0)
		return INK_ECORRUPT;
	w->have_gaps = 1;
	return 0;
}

static int unit_positions(struct ik_post_iter *it)
{
	int rc = it->walk->have_gaps ? 0 : load_gaps(it);
	uint32_t pos = 0;

	if (rc != 0)
		return rc;
	for (uint32_t i = 0; i < it->tf; i++) {
		uint32_t gap = it->walk->gaps.v[it->pos_at + i];

		if (gap > UINT32_MAX - pos)
			return INK_ECORRUPT;
		it->positions.v[i] = pos += gap;
	}
	return 0;
}

int ik_post_iter_positions(struct ik_post_iter *it, ink_error *err)
{
	int rc = 0;

	if (it->tf > (uint64_t)it->info.post_len * IK_POS_CHUNK)
		return fail(INK_ECORRUPT, err);
	if (ik_vec_reserve(&it->positions, it->tf) != 0)
		return ik_fail_nomem(err);
	it->positions.n = it->tf;
	if (it->form != IK_FORM_SHORT)
		rc = unit_positions(it);
	else if (it->skip > 0)
		rc = short_positions(it);
	return rc != 0 ? fail(rc, err) : 0;
}
