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

/* The bytes of a block and its postings offset; *p is its first item. */
int ik_dict_block(const struct ik_segment *seg, uint64_t block, const uint8_t **p,
                  const uint8_t **end, uint64_t *post_at, ink_error *err)
{
	const uint8_t *index = seg->dict_index.p + block * IK_DICT_INDEX + 8;
	size_t start = ik_load32(index), stop = seg->dict.len;

	if ((block + 1) * IK_DICT_INDEX < seg->dict_index.len)
		stop = ik_load32(index + IK_DICT_INDEX);
	if (start >= stop || stop > seg->dict.len)
		return ik_segment_corrupt(seg, err, "dictionary index", "offsets do not ascend");
	*end = seg->dict.p + stop;
	*p = ik_varint_get(seg->dict.p + start, *end, post_at);
	return *p == NULL ? ik_dict_corrupt(seg, err) : 0;
}

/* The part that the term with this ordinal of the whole dictionary belongs to. */
const struct ik_part_info *ik_dict_part_of(const struct ik_segment *seg, uint64_t ord)
{
	const struct ik_part_info *part = seg->parts;

	while (ord - part->first_term >= part->terms)
		part++;
	return part;
}

struct ik_dict_key ik_dict_key(uint32_t part, const char *term, size_t len)
{
	return (struct ik_dict_key){{(uint8_t)(part >> 8), (uint8_t)part},
	                            (const uint8_t *)term,
	                            len + IK_DICT_PREFIX};
}

/*
 * Compare the bytes of a key from *at on with a suffix; *at becomes the place
 * where they part. Negative when the key is smaller.
 */
int ik_dict_compare(const struct ik_dict_key *key, size_t *at, const uint8_t *suffix, size_t len)
{
	size_t i = 0, k = *at;

	for (; i < len && k < key->len; i++, k++) {
		uint8_t c = k < IK_DICT_PREFIX ? key->prefix[k] : key->term[k - IK_DICT_PREFIX];

		if (c != suffix[i]) {
			*at = k;
			return c < suffix[i] ? -1 : 1;
		}
	}
	*at = k;
	return (i == len) - (k == key->len) == 0 ? 0 : i == len ? 1 : -1;
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

/* The last block of the part whose first key is not after the one looked for. */
int ik_dict_find_block(const struct ik_segment *seg, const struct ik_part_info *part,
                       const struct ik_dict_key *key, uint64_t *out, ink_error *err)
{
	uint64_t head = ik_dict_head((const char *)key->term, key->len - IK_DICT_PREFIX);
	uint64_t lo = part->first_term / IK_DICT_BLOCK;
	uint64_t hi = (part->first_term + part->terms - 1) / IK_DICT_BLOCK;

	/* Only the first block may begin with a term of another part, and it is never looked at. */
	while (lo < hi) {
		uint64_t mid = lo + (hi - lo + 1) / 2;
		uint64_t first = ik_load64(seg->dict_index.p + mid * IK_DICT_INDEX);
		int before = head < first;

		if (head == first)
			before = is_before(seg, key, mid, err);
		if (before < 0)
			return before;
		if (before)
			hi = mid - 1;
		else
			lo = mid;
	}
	*out = lo;
	return 0;
}
