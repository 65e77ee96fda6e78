/*
 * post_iter.c - walking any posting list from front to back.
 *
 * Layer: segment. A list is decoded one unit at a time: a short one whole,
 * the others by blocks or ranges.
 */
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "codec/varint.h"
#include "segment/pos.h"
#include "segment/post_read.h"
#include "segment/range.h"

/* What a walk needs beside the public fields. */
struct ik_post_walk {
	struct ik_post_blocks blocks;
	struct ik_ranges ranges;
	struct ik_range range;
	struct ik_arena arena;
	const uint8_t *p;       /* the next block */
	uint32_t next;          /* first document that may come */
	uint32_t docs[IK_POS_UNIT_MAX];
	uint32_t freqs[IK_POS_UNIT_MAX];
	uint64_t pos_at;        /* of a short list */
	struct ik_pos_reader reader;
	uint32_t read;          /* postings of the unit whose positions the reader has passed */
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
	if (it->walk != NULL)
		ik_arena_free(&it->walk->arena);
	ik_free(it->walk);
	ik_vec_free(&it->positions);
	it->walk = NULL;
}

/* The only unit that a short list has. */
static int load_short(struct ik_post_iter *it)
{
	struct ik_post_walk *w = it->walk;

	if (it->unit > 0)
		return INK_ECORRUPT; /* asked again after that was the answer */
	it->unit++;
	it->n = it->info.df;
	return ik_post_get_short(&it->env, &it->info, w->docs, w->freqs, &w->pos_at);
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
			w->freqs[it->n] = ik_range_freq(&w->range, it->n);
			it->n++;
		}
	it->unit++;
	return rc != 0 || it->n == w->range.rec.n ? rc : INK_ECORRUPT;
}

static int load_unit(struct ik_post_iter *it)
{
	int rc = it->form == IK_FORM_SHORT    ? load_short(it)
	         : it->form == IK_FORM_BLOCKS ? load_block(it)
	                                      : load_range(it);

	it->at = 0;
	it->walk->read = UINT32_MAX;
	if (rc != 0)
		it->n = 0;
	return rc;
}

int ik_post_iter_next(struct ik_post_iter *it, ink_error *err)
{
	struct ik_post_walk *w = it->walk;

	if (it->i == it->info.df)
		return 0;
	it->i++;
	if (it->at == it->n) {
		int rc = load_unit(it);

		if (rc != 0)
			return fail(rc, err);
	}
	it->doc = w->docs[it->at];
	it->tf = w->freqs[it->at++];
	return 1;
}

/* Where the positions of the unit are. */
static int find_unit(const struct ik_post_iter *it, struct ik_pos_unit *out)
{
	const struct ik_post_walk *w = it->walk;

	if (it->form == IK_FORM_BLOCKS)
		return ik_post_block_unit(&w->blocks, &it->info, it->unit - 1, out);
	if (it->form == IK_FORM_RANGES)
		return ik_range_unit(&w->ranges, it->unit - 1, &w->range, out);
	*out = ik_post_short_unit(&it->info, w->pos_at);
	return 0;
}

/* Bring the reader to the positions of posting i of the unit. */
static int reach(struct ik_post_iter *it, uint32_t i)
{
	struct ik_post_walk *w = it->walk;
	struct ik_pos_unit unit;

	if (w->read > i || w->read <= i - i % IK_POS_CHUNK) {
		if (find_unit(it, &unit) != 0 ||
		    ik_pos_open(&unit, i / IK_POS_CHUNK, &w->reader) != 0)
			return INK_ECORRUPT;
		w->read = i - i % IK_POS_CHUNK;
	}
	for (; w->read < i; w->read++)
		ik_pos_skip(&w->reader, ik_pos_norm(it->env.norms, w->docs[w->read]),
		            w->freqs[w->read]);
	return 0;
}

int ik_post_iter_positions(struct ik_post_iter *it, ink_error *err)
{
	struct ik_post_walk *w = it->walk;
	int rc;

	if (it->tf / IK_POS_PER_BYTE > it->info.post_len)
		return fail(INK_ECORRUPT, err);
	if (ik_vec_reserve(&it->positions, it->tf) != 0)
		return ik_fail_nomem(err);
	it->positions.n = it->tf;
	rc = reach(it, it->at - 1);
	if (rc == 0 && ik_pos_read(&w->reader, ik_pos_norm(it->env.norms, it->doc), it->tf, 0,
	                           it->positions.v) != 0)
		rc = INK_ECORRUPT;
	for (uint32_t i = 1; rc == 0 && i < it->tf; i++) /* where distances add up to too much */
		rc = it->positions.v[i] < it->positions.v[i - 1] ? INK_ECORRUPT : 0;
	w->read = rc == 0 ? it->at : UINT32_MAX;
	return rc != 0 ? fail(rc, err) : 0;
}
