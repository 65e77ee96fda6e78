/*
 * dict_iter.c - walking over the terms of one part.
 *
 * Layer: segment. Format: FORMAT.md, "Dictionary".
 */
#include "segment/dict_block.h"

#include <string.h>

enum {
	AT_START = 0, /* nothing read yet */
	WALKING = 1,
	PENDING = 2 /* the current term has not been given yet */
};

void ik_dict_iter_open(struct ik_dict_iter *it, const struct ik_segment *seg, uint32_t part)
{
	memset(it, 0, sizeof *it);
	it->seg = seg;
	it->part = ik_segment_part(seg, part);
	ik_buf_init(&it->term, IK_DICT_KEY_MAX);
}

void ik_dict_iter_free(struct ik_dict_iter *it)
{
	ik_buf_free(&it->term);
}

/* Go to the start of a block and past its entries of other parts. */
static int enter_block(struct ik_dict_iter *it, uint64_t block, ink_error *err)
{
	uint64_t ord = block * IK_DICT_BLOCK;
	struct ik_dict_item item;
	int rc = ik_dict_block(it->seg, block, &it->p, &it->end, &it->post_at, err);

	if (rc != 0)
		return rc;
	it->block = block;
	it->in_block = 0;
	it->started = WALKING;
	ik_buf_clear(&it->term);
	for (; ord < it->part->first_term; ord++) {
		it->p = ik_dict_item(it->seg, it->p, it->end, &it->post_at, &item);
		if (it->p == NULL)
			return ik_dict_corrupt(it->seg, err);
		it->in_block++;
	}
	return 0;
}

/* Make it->term of the term before and an entry; the part's prefix has to be the right one. */
static int build_term(struct ik_dict_iter *it, const struct ik_dict_item *item, ink_error *err)
{
	uint8_t prefix[IK_DICT_PREFIX] = {(uint8_t)(it->part->part >> 8),
	                                  (uint8_t)it->part->part};
	size_t shared = item->shared, skip = 0;
	int first = it->in_block == 0 || it->ord == 0;

	if (shared < IK_DICT_PREFIX)
		skip = IK_DICT_PREFIX - shared;
	/* The first term of a block or of a part brings what the one before does not have. */
	if ((it->in_block == 0 && shared != 0) || (first && skip == 0) ||
	    item->suffix_len < skip || shared + skip - IK_DICT_PREFIX > it->term.len ||
	    memcmp(item->suffix, prefix + (skip > 0 ? shared : 0), skip) != 0)
		return ik_dict_corrupt(it->seg, err);
	it->term.len = shared + skip - IK_DICT_PREFIX;
	ik_buf_put(&it->term, item->suffix + skip, item->suffix_len - skip);
	return it->term.err != 0 ? ik_fail_nomem(err) : 0;
}

/* Read the term with this ordinal within the part, which is the next one. */
static int read_next(struct ik_dict_iter *it, uint64_t ord, ink_error *err)
{
	uint64_t whole = it->part->first_term + ord;
	struct ik_dict_item item;
	int rc;

	if (whole / IK_DICT_BLOCK != it->block || it->started == AT_START) {
		if (it->started != AT_START && it->p != it->end)
			return ik_dict_corrupt(it->seg, err);
		rc = enter_block(it, whole / IK_DICT_BLOCK, err);
		if (rc != 0)
			return rc;
	}
	it->p = ik_dict_item(it->seg, it->p, it->end, &it->post_at, &item);
	if (it->p == NULL)
		return ik_dict_corrupt(it->seg, err);
	it->ord = ord;
	rc = build_term(it, &item, err);
	if (rc != 0)
		return rc;
	it->info = item.info;
	it->in_block++;
	return 0;
}

int ik_dict_iter_next(struct ik_dict_iter *it, ink_error *err)
{
	uint64_t next = 0;
	int rc;

	if (it->started == PENDING) {
		it->started = WALKING;
		return it->part != NULL && it->ord < it->part->terms;
	}
	if (it->part == NULL || it->part->terms == 0)
		return 0;
	if (it->started == WALKING)
		next = it->ord + 1;
	if (next >= it->part->terms)
		return 0;
	rc = read_next(it, next, err);
	return rc != 0 ? rc : 1;
}

/* Nothing more to give: the ordinal after the last one. */
static int go_to_end(struct ik_dict_iter *it)
{
	it->ord = it->part->terms;
	it->started = PENDING;
	return 0;
}

/* The first term of a block that belongs to the part. */
static int start_at_block(struct ik_dict_iter *it, uint64_t block, uint64_t *ord, ink_error *err)
{
	uint64_t whole = block * IK_DICT_BLOCK;

	*ord = whole > it->part->first_term ? whole - it->part->first_term : 0;
	it->started = AT_START;
	return read_next(it, *ord, err);
}

int ik_dict_iter_seek_ord(struct ik_dict_iter *it, uint64_t ord, ink_error *err)
{
	uint64_t at;
	int rc;

	if (it->part == NULL)
		return 0;
	if (ord >= it->part->terms)
		return go_to_end(it);
	rc = start_at_block(it, (it->part->first_term + ord) / IK_DICT_BLOCK, &at, err);
	while (rc == 0 && at < ord)
		rc = read_next(it, ++at, err);
	if (rc == 0)
		it->started = PENDING;
	return rc;
}

/* The current term compared with another one. */
static int compare_term(const struct ik_dict_iter *it, const char *term, size_t len)
{
	size_t n = it->term.len < len ? it->term.len : len;
	int order = n == 0 ? 0 : memcmp(it->term.data, term, n);

	return order != 0 ? order : (it->term.len > len) - (it->term.len < len);
}

int ik_dict_iter_seek(struct ik_dict_iter *it, const char *term, size_t len, ink_error *err)
{
	struct ik_dict_key key;
	uint64_t block, ord, was = it->ord;
	int forward, rc;

	if (it->part == NULL || it->part->terms == 0)
		return 0;
	forward = it->started == WALKING && compare_term(it, term, len) < 0;
	key = ik_dict_key(it->part->part, term, len);
	rc = ik_dict_find_block(it->seg, it->part, &key, &block, err);
	if (rc == 0)
		rc = start_at_block(it, block, &ord, err);
	while (rc == 0 && compare_term(it, term, len) < 0) {
		if (++ord >= it->part->terms)
			return go_to_end(it);
		rc = read_next(it, ord, err);
	}
	/* In a damaged dictionary that is out of order, who skips ahead would go in circles. */
	if (rc == 0 && forward && it->ord <= was)
		rc = ik_dict_corrupt(it->seg, err);
	if (rc == 0)
		it->started = PENDING;
	return rc;
}
