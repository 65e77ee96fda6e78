/*
 * flush.c - from a memory index to a segment file.
 *
 * Layer: index. Terms are sorted by a radix sort (least significant digit
 * first) on their first eight bytes, and by comparison where these are equal.
 */
#include "index/flush.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/origin.h"
#include "segment/segment_write.h"

#define PREFIX 8 /* bytes of a key that the radix sort looks at */

/* A term on its way to its place. */
struct entry {
	uint64_t prefix; /* its first bytes, the first one highest */
	const struct ik_mem_term *term;
};

struct flush {
	struct ik_memindex *m;
	struct ik_segment_writer *w;
	uint32_t **ranks;            /* of keyword fields: rank of each term */
	struct ik_buf list[2];       /* of the current term, where it is not in one piece */
};

static uint64_t prefix_of(const struct ik_mem_term *t)
{
	const char *key = ik_mem_term_key(t);
	uint64_t v = 0;

	for (uint32_t i = 0; i < PREFIX; i++)
		v = v << 8 | (i < t->len ? (uint8_t)key[i] : 0);
	return v;
}

static int compare(const void *a, const void *b)
{
	const struct ik_mem_term *s = ((const struct entry *)a)->term;
	const struct ik_mem_term *t = ((const struct entry *)b)->term;
	uint32_t len = s->len < t->len ? s->len : t->len;
	int c = len == 0 ? 0 : memcmp(ik_mem_term_key(s), ik_mem_term_key(t), len);

	return c != 0 ? c : (s->len > t->len) - (s->len < t->len);
}

/* One pass over the byte at `shift`; 0 when all entries have the same one. */
static int radix_pass(const struct entry *from, struct entry *to, size_t n, unsigned shift)
{
	size_t at[256] = {0}, sum = 0;

	for (size_t i = 0; i < n; i++)
		at[from[i].prefix >> shift & 0xff]++;
	if (at[from[0].prefix >> shift & 0xff] == n)
		return 0;
	for (unsigned d = 0; d < 256; d++) {
		size_t count = at[d];

		at[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[at[from[i].prefix >> shift & 0xff]++] = from[i];
	return 1;
}

/* Sort `n` entries, at least one; `spare` has room for as many. */
static struct entry *sort_entries(struct entry *v, struct entry *spare, size_t n)
{
	for (unsigned shift = 0; shift < 8 * PREFIX; shift += 8)
		if (radix_pass(v, spare, n, shift)) {
			struct entry *t = v;

			v = spare;
			spare = t;
		}
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && v[j].prefix == v[i].prefix;)
			j++;
		if (j - i > 1)
			qsort(v + i, j - i, sizeof *v, compare);
	}
	return v;
}

static int put_term(struct flush *f, const struct ik_mem_part *part, const struct ik_mem_term *t,
                    ink_error *err)
{
	size_t len;
	const uint8_t *list = ik_mem_list(f->m, part, t, f->list, &len);
	int rc;

	if (list == NULL)
		return ik_fail_nomem(err);
	rc = ik_segment_begin_term(f->w, ik_mem_term_key(t), t->len, err);
	if (rc == 0)
		rc = ik_segment_put_list(f->w, list, len, err);
	return rc == 0 ? ik_segment_end_term(f->w, err) : rc;
}

/* Terms in the order of their keys lie anywhere: ask for those that are next but a few. */
static void fetch_ahead(const struct flush *f, const struct entry *v, size_t n)
{
#if defined(__GNUC__)
	enum { TERM = 16, LIST = 8 };

	if (n > TERM)
		__builtin_prefetch(v[TERM].term);
	if (n > LIST)
		__builtin_prefetch(ik_slices_at(&f->m->slices, v[LIST].term->list.start));
#else
	(void)f, (void)v, (void)n;
#endif
}

static int put_terms(struct flush *f, uint32_t p, struct entry *all, ink_error *err)
{
	const struct ik_mem_part *part = &f->m->parts[p];
	uint32_t *ranks = p < ik_part(f->m->schema->n, 0) ? f->ranks[p / 2] : NULL;
	struct entry *v = all;
	uint32_t n = part->n_terms;
	int rc = 0;

	for (uint32_t i = 0; i < n; i++) {
		v[i].term = &part->terms[i];
		v[i].prefix = prefix_of(v[i].term);
	}
	v = sort_entries(v, v + n, n);
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		fetch_ahead(f, v + i, n - i);
		if (ranks != NULL)
			ranks[v[i].term - part->terms] = i;
		rc = put_term(f, part, v[i].term, err);
	}
	return rc;
}

/* Norms of the part for all documents. */
static int fill_norms(struct flush *f, struct ik_mem_part *part)
{
	if (ik_vec_reserve(&part->norms, f->m->n_docs) != 0)
		return -1;
	memset(part->norms.v + part->norms.n, 0, f->m->n_docs - part->norms.n);
	part->norms.n = f->m->n_docs;
	return 0;
}

/* The terms of part p of the memory index, in the part that `desc` says. */
static int put_part(struct flush *f, uint32_t p, const struct ik_part_desc *desc, ink_error *err)
{
	uint32_t n = f->m->parts[p].n_terms;
	struct entry *v = ik_array(n, 2 * sizeof *v);
	int rc;

	if (v == NULL)
		return ik_fail_nomem(err);
	rc = ik_segment_begin_part(f->w, desc, err);
	if (rc == 0)
		rc = put_terms(f, p, v, err);
	ik_free(v);
	return rc;
}

/* Words, grams or keywords. */
static int put_tokens(struct flush *f, uint32_t p, ink_error *err)
{
	struct ik_mem_part *part = &f->m->parts[p];
	struct ik_part_desc desc = {p, part->flags, part->docs, part->sum_len, NULL};

	if (part->n_terms == 0)
		return 0;
	if (f->m->schema->fields[p / 2].type == INK_KEYWORD) {
		f->ranks[p / 2] = ik_array(part->n_terms, sizeof(uint32_t));
		if (f->ranks[p / 2] == NULL)
			return ik_fail_nomem(err);
	}
	if ((part->flags & IK_PART_NORMS) != 0 && fill_norms(f, part) != 0)
		return ik_fail_nomem(err);
	desc.norms = part->norms.v;
	return put_part(f, p, &desc, err);
}

/* They have the lengths of the words, which are written already, so they score as phrases do. */
static int put_pairs(struct flush *f, uint32_t field, ink_error *err)
{
	uint32_t p = ik_part(f->m->schema->n, 0) + field;
	const struct ik_mem_part *words = &f->m->parts[ik_part(field, 0)];
	struct ik_part_desc desc = {ik_part_pairs(field), f->m->parts[p].flags, words->docs,
	                            words->sum_len, words->norms.v};

	return f->m->parts[p].n_terms > 0 ? put_part(f, p, &desc, err) : 0;
}

static int compare_i64(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int compare_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Sort the values of each document. */
static void sort_groups(const uint32_t *docs, size_t n, void *values, size_t size,
                        int (*order)(const void *, const void *))
{
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && docs[j] == docs[i];)
			j++;
		if (j - i > 1)
			qsort((char *)values + i * size, j - i, size, order);
	}
}

static int put_columns(struct flush *f, int ordinals, ink_error *err)
{
	int rc = 0;

	for (uint32_t id = 0; rc == 0 && id < f->m->schema->n; id++) {
		struct ik_mem_column *c = &f->m->columns[id];
		size_t n = c->docs.n;
		uint32_t *ords;

		if (n == 0 || (f->m->schema->fields[id].type == INK_KEYWORD) != ordinals)
			continue;
		if (!ordinals) {
			sort_groups(c->docs.v, n, c->values.v, sizeof *c->values.v, compare_i64);
			rc = ik_segment_put_numbers(f->w, id, c->docs.v, c->values.v, n, err);
			continue;
		}
		ords = ik_array(n, sizeof *ords);
		if (ords == NULL)
			return ik_fail_nomem(err);
		for (size_t i = 0; i < n; i++)
			ords[i] = f->ranks[id][c->terms.v[i]];
		sort_groups(c->docs.v, n, ords, sizeof *ords, compare_u32);
		rc = ik_segment_put_ordinals(f->w, id, c->docs.v, ords, n, err);
		ik_free(ords);
	}
	return rc;
}

static int put_stored(struct flush *f, ink_error *err)
{
	int rc = ik_memindex_pack(f->m, err);

	for (size_t i = 0; rc == 0 && i < f->m->blocks.n; i++) {
		const struct ik_mem_block *b = &f->m->blocks.v[i];

		rc = ik_segment_put_stored_block(f->w, b->data, b->len, b->n, err);
	}
	return rc;
}

static int put_all(struct flush *f, ink_error *err)
{
	uint32_t n = f->m->schema->n;
	int rc;

	f->ranks = ik_zarray(n, sizeof *f->ranks);
	if (f->ranks == NULL)
		return ik_fail_nomem(err);
	rc = put_stored(f, err);
	if (rc == 0)
		rc = put_columns(f, 0, err);
	for (uint32_t p = 0; rc == 0 && p < ik_part(n, 0); p++)
		rc = put_tokens(f, p, err);
	for (uint32_t id = 0; rc == 0 && id < n; id++)
		rc = put_pairs(f, id, err);
	if (rc == 0)
		rc = put_columns(f, 1, err);
	for (uint32_t id = 0; id < n; id++)
		ik_free(f->ranks[id]);
	ik_free(f->ranks);
	ik_buf_free(&f->list[0]);
	ik_buf_free(&f->list[1]);
	return rc;
}

int ik_flush(struct ik_memindex *m, struct ik_dir *dir, const char *name, uint64_t *bytes,
             ink_error *err)
{
	struct flush f = {.m = m};
	int rc;

	ik_buf_init(&f.list[0], SIZE_MAX);
	ik_buf_init(&f.list[1], SIZE_MAX);
	rc = ik_segment_create(dir, name, m->n_docs, m->schema->k1, m->schema->b, &f.w, err);

	if (rc == 0) {
		rc = ik_origin_put(f.w, name, NULL, 0, m->schema, err);
		if (rc == 0)
			rc = put_all(&f, err);
		if (rc == 0)
			rc = ik_segment_finish(f.w, bytes, err);
		else
			ik_segment_abort(f.w);
	}
	if (rc != 0)
		dir->ops->remove(dir, name, NULL);
	return rc;
}
