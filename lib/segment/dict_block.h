/*
 * dict_block.h - the blocks of the term dictionary, for its readers.
 *
 * Layer: segment. Format: FORMAT.md, "Dictionary".
 */
#ifndef IK_SEGMENT_DICT_BLOCK_H
#define IK_SEGMENT_DICT_BLOCK_H

#include "segment/dict.h"

#define IK_DICT_PREFIX 2 /* bytes of a key before the term: its part */

/* An entry as it stands in the block. */
struct ik_dict_item {
	size_t shared;         /* bytes of the key before that it starts with */
	const uint8_t *suffix; /* the rest */
	size_t suffix_len;
	struct ik_term_info info;
};

/* What is looked for: the bytes of a key, the term being the caller's. */
struct ik_dict_key {
	uint8_t prefix[IK_DICT_PREFIX];
	const uint8_t *term;
	size_t len; /* of the whole key */
};

struct ik_dict_key ik_dict_key(uint32_t part, const char *term, size_t len);

/*
 * Compare the bytes of a key from *at on with a suffix; *at becomes the place
 * where they part. Negative when the key is smaller.
 */
int ik_dict_compare(const struct ik_dict_key *key, size_t *at, const uint8_t *suffix, size_t len);

/* INK_ECORRUPT for this dictionary. */
int ik_dict_corrupt(const struct ik_segment *seg, ink_error *err);

/* The bytes of a block and its postings offset; *p is its first entry. */
int ik_dict_block(const struct ik_segment *seg, uint64_t block, const uint8_t **p,
                  const uint8_t **end, uint64_t *post_at, ink_error *err);

/* The last block of the part whose first key is not after the one looked for. */
int ik_dict_find_block(const struct ik_segment *seg, const struct ik_part_info *part,
                       const struct ik_dict_key *key, uint64_t *out, ink_error *err);

/* The part of the term with this ordinal (below seg->terms) of the whole dictionary. */
const struct ik_part_info *ik_dict_part_of(const struct ik_segment *seg, uint64_t ord);

/* An entry of a part; *post_at moves past its list. The next byte or NULL. */
const uint8_t *ik_dict_item(const struct ik_segment *seg, const struct ik_part_info *part,
                            const uint8_t *p, const uint8_t *end, uint64_t *post_at,
                            struct ik_dict_item *out);

#endif
