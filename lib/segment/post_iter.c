/*
 * post_iter.c - walking any posting list from front to back.
 *
 * Layer: segment. A list is decoded one unit at a time: a short one whole,
 * the others by blocks or ranges.
 */
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "segment/pos_bits.h"
#include "segment/post_read.h"
#include "segment/range_open.h"

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
	struct ik_posting posting;
	uint32_t read;          /* postings of the unit whose positions its reader has passed */
};

static int fail(int rc, ink_error *err)
{
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	return ik_fail(err, INK_ECORRUPT, "posting list is damaged");
}

int ik_post_iter_reopen(struct ik_post_iter *it, const struct ik_post_env *env,
                        const struct ik_term_info *info, ink_error *err)
{
	struct ik_post_walk *w = it->walk;
	int rc = 0;

	it->env = *env;
	it->info = *info;
	it->form = ik_post_form(info->df, env->n_docs);
	it->loaded = it->n = it->at = it->unit = 0;
	if (w == NULL)
		w = it->walk = ik_zalloc(sizeof *w);
	if (w == NULL)
		return ik_fail_nomem(err);
	it->docs = w->docs;
	it->freqs = w->freqs;
	w->next = 0;
	if (it->form == IK_FORM_BLOCKS) {
		rc = ik_post_blocks_open(env, info, &w->blocks);
		w->p = w->blocks.data;
	} else if (it->form == IK_FORM_RANGES) {
		ik_arena_reset(&w->arena);
		rc = ik_ranges_open(env, info, &w->arena, &w->ranges);
	}
	return rc != 0 ? fail(rc, err) : 0;
}

int ik_post_iter_open(struct ik_post_iter *it, const struct ik_post_env *env,
                      const struct ik_term_info *info, ink_error *err)
{
	memset(it, 0, sizeof *it);
	return ik_post_iter_reopen(it, env, info, err);
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

/* The documents of a record, `first` being the first of its range. */
static int get_docs(const struct ik_unpack *unpack, const struct ik_record *rec, uint32_t first,
                    uint32_t *docs)
{
	uint32_t n = 0, ascend = 1;
	uint64_t mask[4] = { 0 };

	if (ik_record_is_bitmap(rec)) {
		unpack->mask(rec, mask);
		for (uint32_t i = 0; i < 4; i++)
			for (uint64_t bits = mask[i]; bits != 0; bits &= bits - 1)
				docs[n++] = first + i * 64 + ik_ctz64(bits);
		return n == rec->n ? 0 : INK_ECORRUPT;
	}
	for (; n < rec->n; n++)
		docs[n] = first + rec->docs[n];
	for (uint32_t i = 1; i < n; i++)
		ascend &= docs[i - 1] < docs[i];
	return ascend ? 0 : INK_ECORRUPT;
}

static int load_range(struct ik_post_iter *it)
{
	struct ik_post_walk *w = it->walk;
	const struct ik_range *range = &w->range;
	uint32_t n;

	while (it->unit < w->ranges.n && !ik_ranges_has(&w->ranges, it->unit))
		it->unit++;
	if (it->unit == w->ranges.n)
		return INK_ECORRUPT; /* fewer postings than df says */
	if (ik_range_load(&w->ranges, it->unit, &w->range) != 0)
		return INK_ECORRUPT;
	if (get_docs(w->ranges.unpack, &range->rec, it->unit * IK_RANGE, w->docs) != 0)
		return INK_ECORRUPT;
	n = range->rec.n;
	for (uint32_t i = 0; i < n; i++)
		w->freqs[i] = range->row[i];
	for (uint32_t i = 0; range->big && i < n; i++)
		w->freqs[i] = ik_range_freq(range, i);
	it->n = n;
	it->unit++;
	return 0;
}

static int load_unit(struct ik_post_iter *it)
{
	int rc = it->form == IK_FORM_SHORT    ? load_short(it)
	         : it->form == IK_FORM_BLOCKS ? load_block(it)
	                                      : load_range(it);

	return rc == 0 && it->n == 0 ? INK_ECORRUPT : rc;
}

int ik_post_iter_unit(struct ik_post_iter *it, ink_error *err)
{
	uint32_t left = it->info.df - it->loaded;
	int rc;

	it->n = it->at = 0;
	it->walk->read = UINT32_MAX;
	if (left == 0)
		return 0;
	rc = load_unit(it);
	if (rc != 0) {
		it->n = 0;
		return fail(rc, err);
	}
	if (it->n > left)
		it->n = left;
	it->loaded += it->n;
	return 1;
}

int ik_post_iter_next(struct ik_post_iter *it, ink_error *err)
{
	if (it->at == it->n) {
		int rc = ik_post_iter_unit(it, err);

		if (rc != 1)
			return rc;
	}
	it->doc = it->docs[it->at];
	it->tf = it->freqs[it->at++];
	return 1;
}

/* Where the positions of the unit are. */
static int find_unit(const struct ik_post_iter *it, struct ik_pos_unit *out)
{
	const struct ik_post_walk *w = it->walk;

	if (it->form == IK_FORM_BLOCKS)
		return ik_post_block_unit(&w->blocks, &it->info, it->unit - 1, out);
	if (it->form == IK_FORM_RANGES)
		return ik_range_unit(&w->ranges, it->unit - 1, w->range.rec.n, w->range.tail,
		                     w->range.tail_bit, out);
	*out = ik_post_short_unit(&it->info, w->pos_at);
	return 0;
}

/* Bring the reader to the chunk that posting i of the unit is in. */
static int open_chunk(struct ik_post_iter *it, uint32_t i)
{
	struct ik_pos_unit unit;

	if (find_unit(it, &unit) != 0 ||
	    ik_pos_open(&unit, i / IK_POS_CHUNK, &it->walk->posting.reader) != 0)
		return INK_ECORRUPT;
	it->walk->read = i - i % IK_POS_CHUNK;
	return 0;
}

/* Bring the reader to the positions of posting i of the unit. */
static int reach(struct ik_post_iter *it, uint32_t i)
{
	struct ik_post_walk *w = it->walk;

	if ((w->read > i || w->read <= i - i % IK_POS_CHUNK) && open_chunk(it, i) != 0)
		return INK_ECORRUPT;
	for (; w->read < i; w->read++)
		ik_pos_skip(&w->posting.reader, ik_pos_log(it->env.norms, w->docs[w->read]),
		            w->freqs[w->read]);
	return 0;
}

/* The positions of posting i, which the reader is at. */
static int read_posting(struct ik_post_iter *it, uint32_t i, uint32_t *out)
{
	struct ik_post_walk *w = it->walk;

	w->read = i + 1;
	w->posting.tf = w->freqs[i];
	w->posting.width = ik_pos_width(ik_pos_log(it->env.norms, w->docs[i]), w->posting.tf,
	                                w->posting.reader.extra);
	return ik_pos_read(&w->posting, 0, out) == 0 ? 0 : INK_ECORRUPT;
}

/* Where distances add up to too much, positions do not ascend. */
static int check_order(const uint32_t *v, uint32_t n)
{
	for (uint32_t k = 1; k < n; k++)
		if (v[k] < v[k - 1])
			return INK_ECORRUPT;
	return 0;
}

/* Positions to the distances that they came of. */
static int to_gaps(uint32_t *v, uint32_t n)
{
	uint32_t last = 0, ascend = 1;

	for (uint32_t k = 0; k < n; k++) {
		uint32_t position = v[k];

		ascend &= position >= last;
		v[k] = position - last;
		last = position;
	}
	return ascend ? 0 : INK_ECORRUPT;
}

/* Room for n positions, if the list can have as many. */
static int make_room(struct ik_post_iter *it, uint64_t n)
{
	if (n / IK_POS_PER_BYTE > it->info.post_len)
		return INK_ECORRUPT;
	it->positions.n = (size_t)n;
	return ik_vec_reserve(&it->positions, (size_t)n) != 0 ? INK_ENOMEM : 0;
}

/* Positions were not read: those of the next posting are looked for anew. */
static int positions_read(struct ik_post_iter *it, int rc, ink_error *err)
{
	if (rc == 0)
		return 0;
	it->walk->read = UINT32_MAX;
	return fail(rc, err);
}

int ik_post_iter_positions(struct ik_post_iter *it, ink_error *err)
{
	int rc = make_room(it, it->tf);

	if (rc == 0)
		rc = reach(it, it->at - 1);
	if (rc == 0)
		rc = read_posting(it, it->at - 1, it->positions.v);
	if (rc == 0)
		rc = check_order(it->positions.v, it->tf);
	return positions_read(it, rc, err);
}

int ik_post_iter_unit_gaps(struct ik_post_iter *it, ink_error *err)
{
	uint64_t sum = 0;
	uint32_t *out;
	int rc;

	for (uint32_t i = 0; i < it->n; i++)
		sum += it->freqs[i];
	rc = make_room(it, sum);
	out = it->positions.v;
	for (uint32_t i = 0; rc == 0 && i < it->n; i++) {
		if (i % IK_POS_CHUNK == 0)
			rc = open_chunk(it, i);
		if (rc == 0)
			rc = read_posting(it, i, out);
		if (rc == 0)
			rc = to_gaps(out, it->freqs[i]);
		out += it->freqs[i];
	}
	return positions_read(it, rc, err);
}
