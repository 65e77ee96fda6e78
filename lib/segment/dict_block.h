/*
 * dict_block.h - the blocks of the term dictionary, for its readers.
 *
 * Layer: segment. Format: FORMAT.md, "Dictionary".
 */
#ifndef IK_SEGMENT_DICT_BLOCK_H
#define IK_SEGMENT_DICT_BLOCK_H

#include "codec/front.h"
#include "codec/varint.h"
#include "segment/dict.h"

#define IK_DICT_PREFIX 2 /* bytes of a key before the term: its part */
#define IK_DICT_WHOLE_MAX (IK_DICT_KEY_MAX + IK_DICT_PREFIX)

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

/* ---- entries: in a header, since finding a term is a loop over them ---- */

/* The front-coded key of an item. */
static inline const uint8_t *ik_dict_key_read(const uint8_t *p, const uint8_t *end,
                                              struct ik_dict_item *out)
{
	uint64_t shared, len;

	p = ik_front_lens(p, end, &shared, &len);
	if (p == NULL || shared > IK_DICT_WHOLE_MAX || len > (uint64_t)(end - p) ||
	    shared + len > IK_DICT_WHOLE_MAX || shared + len < IK_DICT_PREFIX)
		return NULL;
	out->shared = (size_t)shared;
	out->suffix = p;
	out->suffix_len = (size_t)len;
	return p + len;
}

/* A list of POSTINGS; the running offset moves on. */
static inline int ik_dict_list_outside(const struct ik_segment *seg, uint64_t len,
                                       uint64_t *post_at, struct ik_term_info *info)
{
	if (*post_at > seg->postings.len || len > seg->postings.len - *post_at || len == 0)
		return INK_ECORRUPT;
	info->post = seg->postings.p + *post_at;
	info->post_len = (size_t)len;
	*post_at += len;
	return 0;
}

/* A list that stands here. */
static inline const uint8_t *ik_dict_list_inside(const uint8_t *p, const uint8_t *end,
                                                 uint64_t len, struct ik_term_info *info)
{
	if (len > IK_INLINE_MAX || len > (uint64_t)(end - p))
		return NULL;
	info->post = p;
	info->post_len = (size_t)len;
	return p + len;
}

/* How many documents, and where the list is. */
static inline const uint8_t *ik_dict_info_read(const struct ik_segment *seg, const uint8_t *p,
                                               const uint8_t *end, uint64_t *post_at,
                                               struct ik_term_info *info)
{
	uint64_t more = 0, v;
	unsigned code;

	if (p == end)
		return NULL;
	code = *p & 127u;
	if (*p++ < 0x80) {
		info->df = code / IK_DICT_TINY + 1;
		return ik_dict_list_inside(p, end, code % IK_DICT_TINY + 1, info);
	}
	if (code == IK_DICT_FREQUENT)
		p = ik_varint_get(p, end, &more);
	if (p != NULL)
		p = ik_varint_get(p, end, &v);
	if (p == NULL || more >= seg->n_docs)
		return NULL;
	info->df = code + (uint32_t)more + 1;
	if ((v & 1) != 0)
		return ik_dict_list_inside(p, end, v >> 1, info);
	return ik_dict_list_outside(seg, v >> 1, post_at, info) == 0 ? p : NULL;
}

/* An entry; *post_at moves past its list. The next byte or NULL. */
static inline const uint8_t *ik_dict_item(const struct ik_segment *seg, const uint8_t *p,
                                          const uint8_t *end, uint64_t *post_at,
                                          struct ik_dict_item *out)
{
	p = ik_dict_key_read(p, end, out);
	if (p != NULL)
		p = ik_dict_info_read(seg, p, end, post_at, &out->info);
	return p != NULL && out->info.df <= seg->n_docs ? p : NULL;
}

#endif
