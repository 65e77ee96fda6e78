/*
 * dict_read.c - finding a term in the dictionary.
 *
 * Layer: segment. Format: FORMAT.md, "Dictionary".
 *
 * A binary search over the first keys of blocks and then a walk along one
 * block, where a front-coded entry is compared from the byte on at which the
 * search and the entry before part: no key is built.
 */
#include "segment/dict_block.h"

int ik_dict_find(const struct ik_segment *seg, uint32_t part_id, const char *term, size_t len,
                 struct ik_term_info *info, ink_error *err)
{
	const struct ik_part_info *part = ik_segment_part(seg, part_id), *its;
	struct ik_dict_key key = ik_dict_key(part_id, term, len);
	uint64_t block, ord, last, post_at;
	const uint8_t *p, *end;
	size_t at = 0; /* bytes that the key has in common with the entry before */
	int rc;

	if (part == NULL || part->terms == 0 || len > IK_DICT_KEY_MAX)
		return 0;
	rc = ik_dict_find_block(seg, part, &key, &block, err);
	if (rc == 0)
		rc = ik_dict_block(seg, block, &p, &end, &post_at, err);
	if (rc != 0)
		return rc;
	ord = block * IK_DICT_BLOCK;
	last = ord + IK_DICT_BLOCK < seg->terms ? ord + IK_DICT_BLOCK : seg->terms;
	its = ik_dict_part_of(seg, ord);
	for (; ord < last && its <= part; ord++) {
		struct ik_dict_item item;
		int order;

		p = ik_dict_item(seg, p, end, &post_at, &item);
		if (p == NULL)
			return ik_dict_corrupt(seg, err);
		if (item.shared < at)
			return 0; /* the entry before was smaller, this one is greater */
		if (item.shared == at) {
			order = ik_dict_compare(&key, &at, item.suffix, item.suffix_len);
			if (order == 0 && its != part)
				return ik_dict_corrupt(seg, err);
			if (order == 0) {
				*info = item.info;
				return 1;
			}
			if (order < 0)
				return 0;
		}
		while (its <= part && ord + 1 - its->first_term >= its->terms)
			its++;
	}
	return 0;
}
