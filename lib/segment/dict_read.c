/*
 * dict_read.c - finding a term in the dictionary.
 *
 * Layer: segment. Format: FORMAT.md, "Dictionary".
 *
 * A binary search over the first keys of blocks and then a walk along one
 * block, where a front-coded entry is compared from the byte on at which the
 * search and the entry before part: no key is built. Several terms go through each of the
 * steps together, so that what they wait for comes from memory side by side.
 */
#include "segment/dict_block.h"
#include "segment/frequent.h"

/* The entry is the one: if it is of the part, what it says. */
static int read_info(const struct ik_segment *seg, const struct ik_part_info *part, uint64_t ord,
                     const uint8_t *p, const uint8_t *end, uint64_t post_at,
                     struct ik_term_info *info, ink_error *err)
{
	if (ord - part->first_term >= part->terms ||
	    ik_dict_info_read(seg, p, end, &post_at, info) == NULL || info->df > seg->n_docs)
		return ik_dict_corrupt(seg, err);
	return 1;
}

/* The key in a block: 1 and *info when it is there, 0 when not, INK_ECORRUPT. */
static int find_in_block(const struct ik_segment *seg, const struct ik_part_info *part,
                         const struct ik_dict_key *key, uint64_t block,
                         struct ik_term_info *info, ink_error *err)
{
	uint64_t ord = block * IK_DICT_BLOCK, last = ord + IK_DICT_BLOCK, post_at, lists;
	size_t at = 0; /* bytes that the key has in common with the entry before */
	const uint8_t *p, *start, *end, *stop;
	int rc = ik_dict_block(seg, block, &start, &stop, &post_at, err);

	if (rc != 0)
		return rc;
	last = last < seg->terms ? last : seg->terms;
	for (p = start, end = stop, lists = post_at; ord < last; ord++) {
		struct ik_dict_item item;
		int order = 1;

		p = ik_dict_key_read(p, end, &item);
		if (p == NULL)
			return ik_dict_corrupt(seg, err);
		if (item.shared < at)
			return 0; /* the entry before was smaller, this one is greater */
		if (item.shared == at)
			order = ik_dict_compare(key, &at, item.suffix, item.suffix_len);
		if (order < 0)
			return 0;
		if (order == 0)
			return read_info(seg, part, ord, p, end, lists, info, err);
		p = ik_dict_info_skip(seg, p, end, &lists);
		if (p == NULL)
			return ik_dict_corrupt(seg, err);
	}
	return 0;
}

/* A term on its way. */
struct probe {
	const struct ik_part_info *part; /* NULL: it cannot be there */
	struct ik_dict_key key;
	struct ik_dict_search search;
	uint64_t block;
};

static void start(const struct ik_segment *seg, const struct ik_dict_lookup *l, struct probe *p)
{
	p->part = l->info->df > 0 ? NULL : ik_segment_part(seg, l->part);
	if (p->part != NULL && (p->part->terms == 0 || l->len > IK_DICT_KEY_MAX))
		p->part = NULL;
	if (p->part == NULL)
		return;
	p->key = ik_dict_key(l->part, l->term, l->len);
	ik_dict_search_start(seg, p->part, &p->key, &p->search);
}

/* Those that are in the table of frequent terms; df is 0 of all others. */
static int find_frequent(const struct ik_segment *seg, const struct ik_dict_lookup *v, size_t n,
                         ink_error *err)
{
	uint64_t hashes[IK_DICT_TOGETHER];
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		v[i].info->df = 0;
	if (seg->frequent_slots == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		hashes[i] = ik_frequent_hash(seg, &v[i]);
	for (size_t i = 0; i < n; i++)
		ik_frequent_fetch(seg, hashes[i]);
	for (size_t i = 0; rc >= 0 && i < n; i++)
		rc = ik_frequent_find(seg, hashes[i], &v[i], err);
	return rc < 0 ? rc : 0;
}

int ik_dict_find_all(const struct ik_segment *seg, const struct ik_dict_lookup *v, size_t n,
                     ink_error *err)
{
	struct probe probes[IK_DICT_TOGETHER], *end = probes + n;
	int rc = find_frequent(seg, v, n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		start(seg, &v[i], &probes[i]);
	for (struct probe *p = probes; rc == 0 && p < end; p++) {
		if (p->part == NULL)
			continue;
		rc = ik_dict_search_end(seg, p->part, &p->key, &p->search, &p->block, err);
		if (rc == 0)
			ik_dict_fetch_block(seg, p->block);
	}
	for (struct probe *p = probes; rc >= 0 && p < end; p++)
		if (p->part != NULL)
			rc = find_in_block(seg, p->part, &p->key, p->block, v[p - probes].info, err);
	return rc < 0 ? rc : 0;
}

int ik_dict_find(const struct ik_segment *seg, uint32_t part, const char *term, size_t len,
                 struct ik_term_info *info, ink_error *err)
{
	const struct ik_dict_lookup lookup = { part, term, len, info };
	int rc = ik_dict_find_all(seg, &lookup, 1, err);

	return rc != 0 ? rc : info->df > 0;
}
