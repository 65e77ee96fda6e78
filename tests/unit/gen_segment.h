/*
 * gen_segment.h - a random segment for tests that can be generated again to
 * compare with: everything follows from a seed, a part, a term and a document.
 */
#ifndef GEN_SEGMENT_H
#define GEN_SEGMENT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "segment/column.h"
#include "segment/dict.h"
#include "segment/range.h"
#include "segment/segment_write.h"
#include "segment/stored.h"

#define GEN_PARTS 4
#define GEN_TF_MAX 300

struct gen {
	uint64_t seed;
	uint32_t n_docs;
	uint32_t n_terms; /* of each part */
	uint32_t rare;    /* documents are that many times rarer: for the block form */
	uint32_t longest; /* bytes of the last term, at most IK_DICT_KEY_MAX */
};

static const struct ik_part_desc gen_parts[GEN_PARTS] = {
	{0, IK_PART_FREQS | IK_PART_POSITIONS | IK_PART_NORMS, 0, 0, NULL},
	{1, IK_PART_FREQS | IK_PART_NORMS, 0, 0, NULL},
	{2, 0, 0, 0, NULL},
	{258, IK_PART_FREQS | IK_PART_POSITIONS | IK_PART_NORMS | IK_PART_UNBROKEN, 0, 0, NULL},
};

static inline uint64_t gen_mix(uint64_t v)
{
	v = (v ^ (v >> 30)) * 0xBF58476D1CE4E5B9u;
	v = (v ^ (v >> 27)) * 0x94D049BB133111EBu;
	return v ^ (v >> 31);
}

static inline uint64_t gen_hash(const struct gen *g, uint64_t a, uint64_t b, uint64_t c)
{
	return gen_mix(gen_mix(gen_mix(g->seed + a) + b) + c);
}

/* Terms ascend: the first is empty, the last is long, and some are of a script without blanks. */
static inline size_t gen_term(const struct gen *g, uint32_t t, char term[IK_DICT_KEY_MAX + 1])
{
	if (t == 0)
		return 0;
	if (t == g->n_terms - 1) {
		memset(term, '\xF0', g->longest);
		return g->longest;
	}
	return (size_t)sprintf(term, "%s%04u%.*s", t < g->n_terms / 2 ? "term" : "中", (unsigned)t,
	                       (int)(t % 5), "-tail");
}

/* The frequency of a term in a document; 0 mostly. */
static inline uint32_t gen_tf(const struct gen *g, uint32_t part, uint32_t t, uint32_t doc)
{
	static const uint32_t one_in[8] = {2, 500, 1, 20, 300, 4, 90, 1000};
	uint64_t h = gen_hash(g, part, t, doc);

	if (h % ((uint64_t)one_in[t % 8] * (g->rare + 1)) != 0)
		return 0;
	h = gen_mix(h);
	if (part == 2)
		return 1;
	if (h % 97 == 0)
		return (uint32_t)(h >> 32) % GEN_TF_MAX + 1;
	return h % 5 == 0 ? 2 + (uint32_t)(h % 7) : 1;
}

/* The distances of its positions: what the segment writer takes. */
static inline void gen_gaps(const struct gen *g, uint32_t part, uint32_t t, uint32_t doc,
                            uint32_t tf, uint32_t *out)
{
	for (uint32_t i = 0; i < tf; i++)
		out[i] = (uint32_t)(gen_hash(g, part ^ 77u, (uint64_t)t << 32 | doc, i) % 50);
}

static inline void gen_positions(const struct gen *g, uint32_t part, uint32_t t, uint32_t doc,
                                 uint32_t tf, uint32_t *out)
{
	gen_gaps(g, part, t, doc, tf, out);
	for (uint32_t i = 1; i < tf; i++)
		out[i] += out[i - 1];
}

static inline size_t gen_stored(const struct gen *g, uint32_t doc, uint8_t out[400])
{
	uint64_t h = gen_hash(g, 1000, 0, doc);
	size_t len = h % 7 == 0 ? 0 : h % 400;

	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t) "the quick brown fox jumps\xE4\xB8\xAD"[gen_hash(g, 1, doc,
		                                                                    i / 3) %
		                                                           28];
	return len;
}

/* Values of a document in field 10 (one each), 11 (at most one), 12 (several). */
static inline uint32_t gen_numbers(const struct gen *g, uint32_t field, uint32_t doc,
                                   int64_t *out)
{
	uint64_t h = gen_hash(g, 2000, field, doc);
	uint32_t n = field == 10 ? 1 : field == 11 ? (uint32_t)(h % 3 == 0) : (uint32_t)(h % 4);
	int64_t v = field == 11 ? INT64_MIN + (int64_t)(h % 1000) : -5000;

	for (uint32_t i = 0; i < n; i++) {
		v += (int64_t)(gen_mix(h + i) % 3000);
		out[i] = field == 11 && h % 2 == 0 ? INT64_MAX : v;
	}
	return n;
}

static inline uint32_t gen_ords(const struct gen *g, uint32_t terms, uint32_t doc, uint32_t *out)
{
	uint64_t h = gen_hash(g, 3000, 0, doc);

	if (terms == 0 || h % 3 == 0)
		return 0;
	out[0] = (uint32_t)(gen_mix(h) % terms);
	if (h % 3 == 1 || out[0] + 1 >= terms)
		return 1;
	out[1] = out[0] + 1;
	return 2;
}

static inline int gen_write_stored(const struct gen *g, struct ik_segment_writer *w,
                                   ink_error *err)
{
	struct ik_stored_builder b;
	uint8_t doc[400];
	int rc = ik_stored_builder_init(&b, err);

	for (uint32_t d = 0; d < g->n_docs && rc >= 0; d++) {
		rc = ik_stored_add(&b, doc, gen_stored(g, d, doc), err);
		if (rc == 1)
			rc = ik_segment_put_stored_block(w, b.packed.data, b.packed.len,
			                                 b.packed_docs, err);
	}
	if (rc >= 0)
		rc = ik_stored_flush(&b, err);
	if (rc == 1)
		rc = ik_segment_put_stored_block(w, b.packed.data, b.packed.len, b.packed_docs,
		                                 err);
	ik_stored_builder_free(&b);
	return rc;
}

static inline int gen_write_numbers(const struct gen *g, struct ik_segment_writer *w,
                                    uint32_t field, ink_error *err)
{
	uint32_t *docs = malloc(((size_t)g->n_docs * 4 + 4) * sizeof *docs);
	int64_t *values = malloc(((size_t)g->n_docs * 4 + 4) * sizeof *values);
	size_t n = 0;
	int rc;

	for (uint32_t d = 0; d < g->n_docs; d++)
		for (uint32_t k = gen_numbers(g, field, d, values + n); k > 0; k--)
			docs[n++] = d;
	rc = ik_segment_put_numbers(w, field, docs, values, n, err);
	free(docs);
	free(values);
	return rc;
}

static inline int gen_write_ords(const struct gen *g, struct ik_segment_writer *w, uint32_t terms,
                                 ink_error *err)
{
	uint32_t *docs = malloc(((size_t)g->n_docs * 2 + 2) * sizeof *docs);
	uint32_t *ords = malloc(((size_t)g->n_docs * 2 + 2) * sizeof *ords);
	size_t n = 0;
	int rc;

	for (uint32_t d = 0; d < g->n_docs; d++)
		for (uint32_t k = gen_ords(g, terms, d, ords + n); k > 0; k--)
			docs[n++] = d;
	rc = ik_segment_put_ordinals(w, 1, docs, ords, n, err);
	free(docs);
	free(ords);
	return rc;
}

static inline int gen_write_term(const struct gen *g, struct ik_segment_writer *w, uint32_t part,
                                 uint32_t t, ink_error *err)
{
	static char term[IK_DICT_KEY_MAX + 1];
	uint32_t gaps[GEN_TF_MAX];
	int rc = ik_segment_begin_term(w, term, gen_term(g, t, term), err);

	for (uint32_t d = 0; d < g->n_docs && rc == 0; d++) {
		uint32_t tf = gen_tf(g, part, t, d);

		if (tf == 0)
			continue;
		gen_gaps(g, part, t, d, tf, gaps);
		rc = ik_segment_posting(w, d, tf, gaps, err);
	}
	return rc == 0 ? ik_segment_end_term(w, err) : rc;
}

static inline int gen_write_part(const struct gen *g, struct ik_segment_writer *w, size_t i,
                                 uint64_t *terms, ink_error *err)
{
	struct ik_part_desc desc = gen_parts[i];
	uint8_t *norms = malloc(g->n_docs);
	int rc;

	for (uint32_t d = 0; d < g->n_docs; d++)
		norms[d] = (uint8_t)(gen_hash(g, 4000, i, d) % 60 + 1);
	desc.docs = g->n_docs;
	desc.sum_len = (uint64_t)g->n_docs * 30;
	desc.norms = norms;
	rc = ik_segment_begin_part(w, &desc, err);
	for (uint32_t t = 0; t < g->n_terms && rc == 0; t++)
		rc = gen_write_term(g, w, desc.part, t, err);
	*terms = ik_segment_part_terms(w);
	free(norms);
	return rc;
}

/* Write the segment; the file is there only when the result is 0. */
static inline int gen_write(const struct gen *g, struct ik_dir *dir, const char *name,
                            uint64_t *bytes, ink_error *err)
{
	struct ik_segment_writer *w;
	uint64_t terms[GEN_PARTS];
	int rc = ik_segment_create(dir, name, g->n_docs, 0.9, 0.4, &w, err);

	if (rc != 0)
		return rc;
	rc = gen_write_stored(g, w, err);
	for (uint32_t f = 10; f < 13 && rc == 0; f++)
		rc = gen_write_numbers(g, w, f, err);
	for (size_t i = 0; i < GEN_PARTS && rc == 0; i++)
		rc = gen_write_part(g, w, i, &terms[i], err);
	if (rc == 0)
		rc = gen_write_ords(g, w, (uint32_t)terms[2], err);
	if (rc == 0)
		return ik_segment_finish(w, bytes, err);
	ik_segment_abort(w);
	return rc;
}

/* ---- reading everything, without looking at it: for damaged files ---- */

static inline void gen_touch_list(const struct ik_dict_iter *it)
{
	struct ik_post_env env = ik_dict_iter_env(it);
	const struct ik_term_info *info = &it->info;
	uint32_t *docs, *freqs, *positions = malloc(20000 * sizeof *positions);
	struct ik_post_arrays arrays;
	struct ik_arena arena = {0};
	struct ik_ranges ranges;
	struct ik_range range;

	if (ik_post_form(info->df, env.n_docs) == IK_FORM_RANGES) {
		if (ik_ranges_open(&env, info, &arena, &ranges) == 0)
			for (uint32_t r = 0; r < ranges.n; r++)
				if (ik_ranges_has(&ranges, r) &&
				    ik_range_load(&ranges, r, &range) == 0)
					for (uint32_t d = 0; d < 256; d += 31) {
						struct ik_posting posting;
						uint8_t doc = (uint8_t)d;

						if ((env.flags & IK_PART_POSITIONS) != 0 &&
						    ik_range_postings(&ranges, r, &range, &doc, 1, &posting) == 0 &&
						    ik_range_reach(&ranges, &range, &posting) == 0 &&
						    posting.tf <= 20000)
							ik_pos_read(&posting, 7, positions);
					}
		ik_arena_free(&arena);
	} else {
		docs = malloc(((size_t)info->df + 1) * sizeof *docs);
		freqs = malloc(((size_t)info->df + 1) * sizeof *freqs);
		arrays = (struct ik_post_arrays){.docs = docs, .freqs = freqs};
		if (ik_post_decode(&env, info, docs, freqs, &arrays.pos_at) == 0 &&
		    (env.flags & IK_PART_POSITIONS) != 0)
			for (uint32_t i = 0; i < info->df; i += 7) {
				struct ik_posting posting;

				if (freqs[i] < 20000 &&
				    ik_post_posting(&env, info, &arrays, i, &posting) == 0)
					ik_pos_read(&posting, 7, positions);
			}
		free(docs);
		free(freqs);
	}
	ik_post_umax(&env, info);
	free(positions);
}

static inline void gen_touch_walk(const struct ik_dict_iter *at)
{
	struct ik_post_env env = ik_dict_iter_env(at);
	struct ik_post_iter it;
	ink_error err;

	if (ik_post_iter_open(&it, &env, &at->info, &err) == 0)
		while (ik_post_iter_next(&it, &err) == 1)
			if ((env.flags & IK_PART_POSITIONS) != 0 && it.tf < 20000 &&
			    ik_post_iter_positions(&it, &err) != 0)
				break;
	ik_post_iter_free(&it);
}

static inline int64_t gen_touch_column(const struct ik_column *c)
{
	int64_t sum = 0, lo, hi;

	for (uint32_t d = 0; d < c->n_docs; d++) {
		uint64_t first;
		uint32_t n = ik_column_span(c, d, &first);

		for (uint32_t i = 0; i < n && i < 10; i++)
			sum ^= ik_column_at(c, first + i);
	}
	if (c->zones != NULL)
		for (uint32_t r = 0; r < ik_range_count(c->n_docs); r++)
			sum ^= ik_column_zone(c, r, &lo, &hi);
	return sum;
}

static inline void gen_touch(const struct ik_segment *seg)
{
	struct ik_stored_reader reader;
	struct ik_dict_iter it;
	struct ik_term_info info;
	struct ik_column column;
	const uint8_t *p;
	size_t len;
	ink_error err;

	for (size_t i = 0; i < seg->n_parts; i++) {
		ik_dict_iter_open(&it, seg, seg->parts[i].part);
		while (ik_dict_iter_next(&it, &err) == 1) {
			gen_touch_list(&it);
			gen_touch_walk(&it);
			ik_dict_find(seg, seg->parts[i].part, (const char *)it.term.data,
			             it.term.len, &info, &err);
		}
		ik_dict_iter_seek(&it, "term0003", 8, &err);
		ik_dict_iter_seek_ord(&it, 5, &err);
		ik_dict_iter_free(&it);
	}
	ik_stored_reader_init(&reader, seg);
	for (uint32_t d = 0; d < seg->n_docs; d += 1 + seg->n_docs / 50)
		ik_stored_get(&reader, d, &p, &len, &err);
	ik_stored_reader_free(&reader);
	for (uint32_t f = 0; f < 14; f++) {
		if (ik_column_numbers(seg, f, &column, &err) == 1)
			gen_touch_column(&column);
		if (ik_column_ordinals(seg, f, &column, &err) == 1)
			gen_touch_column(&column);
	}
}

#endif
