/*
 * map.h - byte strings to 32-bit numbers.
 *
 * Layer: base. Open addressing; keys are copied into the map. Numbers are
 * given in order of insertion from 0, so that the caller can keep what
 * belongs to a key in an array.
 */
#ifndef IK_BASE_MAP_H
#define IK_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define IK_MAP_NONE UINT32_MAX

struct ik_map_slot;

struct ik_map {
	struct ik_map_slot *slots;
	size_t cap; /* a power of two */
	size_t n;
	struct ik_arena keys;
};

/* The number of a key, or IK_MAP_NONE. A zeroed map is empty. */
uint32_t ik_map_find(const struct ik_map *map, const void *key, size_t len);

/* The same, adding the key if it is not there; IK_MAP_NONE: no memory. *added may be NULL. */
uint32_t ik_map_add(struct ik_map *map, const void *key, size_t len, int *added);

void ik_map_free(struct ik_map *map);

/* 64-bit hash of a byte string; not for hostile keys across processes. */
uint64_t ik_hash(const void *key, size_t len);

#endif
