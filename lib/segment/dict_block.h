/*
 * dict_block.h - the blocks of the term dictionary, for its readers.
 *
 * Layer: segment. Format: FORMAT.md, "Dictionary".
 */
#ifndef IK_SEGMENT_DICT_BLOCK_H
#define IK_SEGMENT_DICT_BLOCK_H

#include "base/bits.h"
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
	size_t len;    /* of the whole key */
	uint64_t tail; /* the last eight bytes of the term, zeros before a shorter one */
};

struct ik_dict_key ik_dict_key(uint32_t part, const char *term, size_t len);

/* INK_ECORRUPT for this dictionary. */
int ik_dict_corrupt(const struct ik_segment *seg, ink_error *err);

/* The bytes of a block and its postings offset; *p is its first entry. */
int ik_dict_block(const struct ik_segment *seg, uint64_t block, const uint8_t **p,
                  const uint8_t **end, uint64_t *post_at, ink_error *err);

/* Ask for the bytes of a block, which are not looked at. */
void ik_dict_fetch_block(const struct ik_segment *seg, uint64_t block);

/* A binary search for the first of n blocks from `lo` on whose head is not below this one. */
struct ik_dict_search {
	uint64_t head;
	uint64_t lo, n;
};

/*
 * The last block of the part whose first key is not after the one looked for, in two steps:
 * the first one ends where what is still looked at has been asked for, to come from memory.
 */
void ik_dict_search_start(const struct ik_segment *seg, const struct ik_part_info *part,
                          const struct ik_dict_key *key, struct ik_dict_search *out);
int ik_dict_search_end(const struct ik_segment *seg, const struct ik_part_info *part,
                       const struct ik_dict_key *key, struct ik_dict_search *s, uint64_t *block,
                       ink_error *err);

/* Both. */
int ik_dict_find_block(const struct ik_segment *seg, const struct ik_part_info *part,
                       const struct ik_dict_key *key, uint64_t *block, ink_error *err);

/* The front-coded key of an item when a length is too large for the first byte. */
const uint8_t *ik_dict_key_long(const uint8_t *p, const uint8_t *end, struct ik_dict_item *out);

/* ---- keys and entries: in a header, since finding a term is a loop over them ---- */

/* Eight bytes of a key from `at` on, which is behind the prefix and before the end; then zeros. */
static inline uint64_t ik_dict_key_bytes(const struct ik_dict_key *key, size_t at)
{
	size_t left = key->len - at;

	if (left >= 8)
		return ik_load64(key->term + at - IK_DICT_PREFIX);
	return key->tail >> (64 - 8 * left);
}

/*
 * Compare the bytes of a key from *at on with a suffix, behind which eight more can be
 * read; *at becomes the place where they part. Negative when the key is smaller.
 */
static inline int ik_dict_compare(const struct ik_dict_key *key, size_t *at,
                                  const uint8_t *suffix, size_t len)
{
	size_t i = 0, k = *at, n;

	for (; k < IK_DICT_PREFIX && i < len; i++, k++)
		if (key->prefix[k] != suffix[i]) {
			*at = k;
			return key->prefix[k] < suffix[i] ? -1 : 1;
		}
	n = key->len - k < len - i ? key->len - k : len - i;
	for (size_t done = 0; done < n; done += 8) {
		uint64_t a = ik_dict_key_bytes(key, k + done), b = ik_load64(suffix + i + done);
		size_t same = a != b ? ik_ctz64(a ^ b) / 8 : 8;

		if (same < 8 && same < n - done) {
			*at = k + done + same;
			return (a >> 8 * same & 0xff) < (b >> 8 * same & 0xff) ? -1 : 1;
		}
	}
	*at = k + n;
	return (key->len - k > n) - (len - i > n);
}

/* The front-coded key of an item. */
static inline const uint8_t *ik_dict_key_read(const uint8_t *p, const uint8_t *end,
                                              struct ik_dict_item *out)
{
	struct ik_dict_item item = { 0 };

	if (p == end)
		return NULL;
	item.shared = *p >> 4;
	item.suffix_len = *p & IK_FRONT_HALF;
	item.suffix = p + 1;
	if (item.shared == IK_FRONT_HALF || item.suffix_len == IK_FRONT_HALF) {
		struct ik_dict_item other = { 0 }; /* so that `item` need not be in memory */

		p = ik_dict_key_long(p, end, &other);
		*out = other;
		return p;
	}
	*out = item;
	p = item.suffix + item.suffix_len;
	return p <= end ? p : NULL; /* section guard: fewer bytes than it has behind it */
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

/* Past the longer forms of the same, which are told apart without a branch where they can be. */
static inline const uint8_t *ik_dict_large_skip(const struct ik_segment *seg, const uint8_t *p,
                                                const uint8_t *end, uint64_t *post_at)
{
	uint64_t w = ik_load64(p), two = w >> 15 & 1; /* the length takes a second byte */
	uint64_t v = (w >> 8 & 0x7f) | (w >> 9 & 0x3f80 & -two), inside = -(v & 1);

	if ((w & 0x808000) == 0x808000 || (w & 0x7f) == IK_DICT_FREQUENT) {
		struct ik_term_info info;
		uint64_t at = *post_at; /* so that *post_at need not be in memory */

		p = ik_dict_info_read(seg, p, end, &at, &info);
		*post_at = at;
		return p;
	}
	*post_at += v >> 1 & ~inside;
	v = 2 + two + (v >> 1 & inside);
	return v <= (uint64_t)(end - p) ? p + v : NULL;
}

/* Past the same; the running offset moves on. Eight bytes can be read behind a section. */
static inline const uint8_t *ik_dict_info_skip(const struct ik_segment *seg, const uint8_t *p,
                                               const uint8_t *end, uint64_t *post_at)
{
	if (p == end)
		return NULL;
	if (*p >= 0x80)
		return ik_dict_large_skip(seg, p, end, post_at);
	p += 2 + *p % IK_DICT_TINY; /* a section has a guard: fewer bytes than that too many */
	return p <= end ? p : NULL;
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
