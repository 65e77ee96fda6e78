/*
 * map.c - byte strings to 32-bit numbers: open addressing, linear probing, load at most 3/4.
 *
 * Layer: base. The hash takes eight bytes a step (xor, multiply, fold) and
 * ends in the 64-bit finalizer of MurmurHash3 (Appleby, public domain).
 */
#include "base/map.h"

#include <string.h>

#include "base/bits.h"
#include "base/mem.h"

#define CAP_MIN ((size_t)16)

struct ik_map_slot {
	const char *key; /* NULL for an empty slot */
	size_t len;
	uint32_t tag;    /* high half of the hash: most strangers differ here */
	uint32_t number;
};

static uint64_t hash_step(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ (h >> 32);
}

uint64_t ik_hash(const void *key, size_t len)
{
	const uint8_t *p = key;
	uint64_t h = UINT64_C(0xC2B2AE3D27D4EB4F) ^ len;

	for (; len >= 8; len -= 8, p += 8)
		h = hash_step(h, ik_load64(p));
	h = hash_step(h, ik_load_part(p, len));
	h ^= h >> 33;
	h *= UINT64_C(0xFF51AFD7ED558CCD);
	h ^= h >> 33;
	h *= UINT64_C(0xC4CEB9FE1A85EC53);
	return h ^ (h >> 33);
}

/* The slot of a key, or the empty one where it belongs; cap is not 0. */
static struct ik_map_slot *probe(const struct ik_map *map, const void *key, size_t len,
                                 uint64_t hash)
{
	size_t mask = map->cap - 1, at = (size_t)hash & mask;
	uint32_t tag = (uint32_t)(hash >> 32);

	for (;; at = (at + 1) & mask) {
		struct ik_map_slot *slot = &map->slots[at];

		if (slot->key == NULL)
			return slot;
		if (slot->tag == tag && slot->len == len &&
		    (len == 0 || memcmp(slot->key, key, len) == 0))
			return slot;
	}
}

static int rehash(struct ik_map *map)
{
	size_t cap = map->cap == 0 ? CAP_MIN : map->cap * 2, i;
	struct ik_map_slot *slots = ik_zarray(cap, sizeof *slots);

	if (slots == NULL)
		return -1;
	for (i = 0; i < map->cap; i++) {
		const struct ik_map_slot *slot = &map->slots[i];
		size_t at;

		if (slot->key == NULL)
			continue;
		at = (size_t)ik_hash(slot->key, slot->len) & (cap - 1);
		while (slots[at].key != NULL)
			at = (at + 1) & (cap - 1);
		slots[at] = *slot;
	}
	ik_free(map->slots);
	map->slots = slots;
	map->cap = cap;
	return 0;
}

uint32_t ik_map_find(const struct ik_map *map, const void *key, size_t len)
{
	const struct ik_map_slot *slot;

	if (map->n == 0)
		return IK_MAP_NONE;
	slot = probe(map, key, len, ik_hash(key, len));
	return slot->key != NULL ? slot->number : IK_MAP_NONE;
}

uint32_t ik_map_add(struct ik_map *map, const void *key, size_t len, int *added)
{
	uint64_t hash = ik_hash(key, len);
	struct ik_map_slot *slot = map->cap > 0 ? probe(map, key, len, hash) : NULL;
	const char *copy;

	if (added != NULL)
		*added = 0;
	if (slot != NULL && slot->key != NULL)
		return slot->number;
	if (map->n >= IK_MAP_NONE)
		return IK_MAP_NONE;
	if (map->n + 1 > map->cap / 4 * 3) {
		if (rehash(map) != 0)
			return IK_MAP_NONE;
		slot = probe(map, key, len, hash);
	}
	copy = ik_arena_strndup(&map->keys, key, len);
	if (copy == NULL)
		return IK_MAP_NONE;
	*slot = (struct ik_map_slot){ copy, len, (uint32_t)(hash >> 32), (uint32_t)map->n };
	map->n++;
	if (added != NULL)
		*added = 1;
	return slot->number;
}

void ik_map_free(struct ik_map *map)
{
	ik_free(map->slots);
	ik_arena_free(&map->keys);
	*map = (struct ik_map){ 0 };
}
