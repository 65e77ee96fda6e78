/*
 * memkey.h - terms on their way to the table: as two words, and hashed.
 *
 * Layer: index. Most terms are short, and then neither hashing nor comparing
 * them needs a loop.
 */
#ifndef IK_INDEX_MEMKEY_H
#define IK_INDEX_MEMKEY_H

#include "base/bits.h"

#define IK_MEM_INLINE 16 /* longest term that lives in its entry */

struct ik_mem_key {
	uint64_t word[2]; /* when it is short: its bytes from the lowest up, zeros behind */
	const char *ptr;  /* when it is longer */
	uint32_t len;
	uint32_t hash;
};

/* Odd numbers without a pattern: from the finishers of SplitMix64 and MurmurHash3. */
#define IK_MEM_MIX_A UINT64_C(0x9E3779B97F4A7C15)
#define IK_MEM_MIX_B UINT64_C(0xBF58476D1CE4E5B9)
#define IK_MEM_MIX_C UINT64_C(0x94D049BB133111EB)
#define IK_MEM_MIX_D UINT64_C(0xFF51AFD7ED558CCD)

static inline uint32_t ik_mem_hash_end(uint64_t h)
{
	return (uint32_t)((h ^ h >> 32) * IK_MEM_MIX_D >> 32);
}

/* memterms.c */
uint32_t ik_mem_hash_long(const char *p, uint32_t len);

/* The first eight bytes, zeros behind; none is read that is not the term's. */
static inline uint64_t ik_mem_load_head(const char *p, uint32_t len)
{
	if (len >= 8)
		return ik_load64(p);
	if (len >= 4)
		return ik_load32(p) | (uint64_t)ik_load32(p + len - 4) << (8 * len - 32);
	if (len == 0)
		return 0;
	return (uint8_t)p[0] | (uint64_t)(uint8_t)p[len / 2] << len / 2 * 8 |
	       (uint64_t)(uint8_t)p[len - 1] << (len - 1) * 8;
}

static inline void ik_mem_key_short(struct ik_mem_key *key, uint64_t head, uint64_t tail)
{
	key->word[0] = head;
	key->word[1] = tail;
	key->hash = ik_mem_hash_end((head ^ key->len * IK_MEM_MIX_A) * IK_MEM_MIX_B +
	                            tail * IK_MEM_MIX_C);
}

/* A long term's bytes have to stay where they are. */
static inline void ik_mem_key_init(struct ik_mem_key *key, const char *p, uint32_t len)
{
	key->len = len;
	if (len > IK_MEM_INLINE) {
		key->ptr = p;
		key->hash = ik_mem_hash_long(p, len);
		return;
	}
	ik_mem_key_short(key, ik_mem_load_head(p, len),
	                 len <= 8 ? 0 : ik_load64(p + len - 8) >> (128 - 8 * len));
}

/*
 * The same for a short term where 16 bytes can be read: without branches, as no processor
 * foresees lengths.
 */
static inline void ik_mem_key_wide(struct ik_mem_key *key, const char *p, uint32_t len)
{
	static const uint8_t keep[32] = {255, 255, 255, 255, 255, 255, 255, 255,
	                                 255, 255, 255, 255, 255, 255, 255, 255};

	key->len = len;
	ik_mem_key_short(key, ik_load64(p) & ik_load64(keep + 16 - len),
	                 ik_load64(p + 8) & ik_load64(keep + 24 - len));
}

#endif
