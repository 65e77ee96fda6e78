/*
 * dict_block.c - the blocks of the term dictionary, for its readers.
 *
 * Layer: segment. Format: FORMAT.md, "Dictionary".
 */
#include "segment/dict_block.h"

#include "base/bits.h"

int ik_dict_corrupt(const struct ik_segment *seg, ink_error *err)
{
	return ik_segment_corrupt(seg, err, "dictionary", "a block is damaged");
}

/* Where the bytes of a block are; 0, or -1 where that cannot be. */
static int bytes_of(const struct ik_segment *seg, uint64_t block, size_t *start, size_t *stop)
{
	const uint8_t *index = seg->dict_index.p + block * IK_DICT_INDEX + 8;

	*start = ik_load32(index);
	*stop = seg->dict.len;
	if ((block + 1) * IK_DICT_INDEX < seg->dict_index.len)
		*stop = ik_load32(index + IK_DICT_INDEX);
	return *start < *stop && *stop <= seg->dict.len ? 0 : -1;
}

void ik_dict_fetch_block(const struct ik_segment *seg, uint64_t block)
{
	size_t start, stop;

	if (bytes_of(seg, block, &start, &stop) == 0)
		ik_fetch(seg->dict.p + start, stop - start);
}

int ik_dict_block(const struct ik_segment *seg, uint64_t block, const uint8_t **p,
                  const uint8_t **end, uint64_t *post_at, ink_error *err)
{
	size_t start, stop;

	*p = *end = NULL;
	if (bytes_of(seg, block, &start, &stop) != 0)
		return ik_segment_corrupt(seg, err, "dictionary index", "offsets do not ascend");
	*end = seg->dict.p + stop;
	*p = ik_varint_get(seg->dict.p + start, *end, post_at);
	return *p == NULL ? ik_dict_corrupt(seg, err) : 0;
}

struct ik_dict_key ik_dict_key(uint32_t part, const char *term, size_t len)
{
	struct ik_dict_key key = {{(uint8_t)(part >> 8), (uint8_t)part},
	                          (const uint8_t *)term,
	                          len + IK_DICT_PREFIX,
	                          0};

	if (len >= 8)
		key.tail = ik_load64(term + len - 8);
	else if (len > 0)
		key.tail = ik_load_part(term, len) << (64 - 8 * len);
	return key;
}

const uint8_t *ik_dict_key_long(const uint8_t *p, const uint8_t *end, struct ik_dict_item *out)
{
	uint64_t shared, len;

	p = ik_front_lens(p, end, &shared, &len);
	if (p == NULL || shared > IK_DICT_WHOLE_MAX || len > (uint64_t)(end - p) ||
	    shared + len > IK_DICT_WHOLE_MAX)
		return NULL;
	out->shared = (size_t)shared;
	out->suffix = p;
	out->suffix_len = (size_t)len;
	return p + len;
}

/* Is the key before the first one of a block? 1, 0, or INK_ECORRUPT. */
static int is_before(const struct ik_segment *seg, const struct ik_dict_key *key, uint64_t block,
                     ink_error *err)
{
	const uint8_t *p, *end;
	struct ik_dict_item item;
	uint64_t post_at;
	size_t at = 0;
	int rc = ik_dict_block(seg, block, &p, &end, &post_at, err);

	if (rc != 0)
		return rc;
	if (ik_dict_key_read(p, end, &item) == NULL || item.shared != 0)
		return ik_dict_corrupt(seg, err);
	return ik_dict_compare(key, &at, item.suffix, item.suffix_len) < 0;
}

#define NEAR 64 /* blocks whose heads are fetched together: the last steps wait for memory once */

/* Go on until no more than so many are left. Without a branch: which half nobody foresees. */
static void halve(const struct ik_segment *seg, struct ik_dict_search *s, uint64_t until)
{
	const uint8_t *index = seg->dict_index.p;
	uint64_t lo = s->lo, n = s->n, head = s->head;

	for (uint64_t half; n > until; n -= half) {
		half = (n + 1) / 2;
		lo += half & -(uint64_t)(ik_load64(index + (lo + half - 1) * IK_DICT_INDEX) < head);
	}
	s->lo = lo;
	s->n = n;
}

/* One behind the last block that has terms of the part. */
static uint64_t end_of(const struct ik_part_info *part)
{
	return (part->first_term + part->terms - 1) / IK_DICT_BLOCK + 1;
}

void ik_dict_search_start(const struct ik_segment *seg, const struct ik_part_info *part,
                          const struct ik_dict_key *key, struct ik_dict_search *out)
{
	/* Only the first block may begin with a term of another part, and it is never looked at. */
	out->lo = part->first_term / IK_DICT_BLOCK + 1;
	out->n = end_of(part) - out->lo;
	out->head = ik_dict_head((const char *)key->term, key->len - IK_DICT_PREFIX);
	halve(seg, out, NEAR);
	ik_fetch(seg->dict_index.p + out->lo * IK_DICT_INDEX, (size_t)out->n * IK_DICT_INDEX);
}

int ik_dict_search_end(const struct ik_segment *seg, const struct ik_part_info *part,
                       const struct ik_dict_key *key, struct ik_dict_search *s, uint64_t *block,
                       ink_error *err)
{
	uint64_t end = end_of(part), lo, hi;

	halve(seg, s, 0);
	hi = s->lo;
	lo = hi - 1;
	/* Blocks of the same head as the key. */
	if (hi < end && ik_load64(seg->dict_index.p + hi * IK_DICT_INDEX) == s->head) {
		struct ik_dict_search above = { s->head + 1, hi, end - hi };

		halve(seg, &above, 0);
		hi = s->head < UINT64_MAX ? above.lo : end; /* there is none above that */
	}
	for (hi--; lo < hi;) {
		uint64_t mid = lo + (hi - lo + 1) / 2;
		int before = is_before(seg, key, mid, err);

		if (before < 0)
			return before;
		if (before)
			hi = mid - 1;
		else
			lo = mid;
	}
	*block = lo;
	return 0;
}

int ik_dict_find_block(const struct ik_segment *seg, const struct ik_part_info *part,
                       const struct ik_dict_key *key, uint64_t *block, ink_error *err)
{
	struct ik_dict_search search;

	ik_dict_search_start(seg, part, key, &search);
	return ik_dict_search_end(seg, part, key, &search, block, err);
}
