/*
 * arena.h - memory that is freed all at once: one query, one document, one result.
 *
 * Layer: base. A zeroed struct is an empty arena. Not shared between threads.
 */
#ifndef IK_BASE_ARENA_H
#define IK_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#define IK_ARENA_ALIGN ((size_t)16)

struct ik_arena_block;

struct ik_arena {
	struct ik_arena_block *blocks; /* newest first */
	uint8_t *at;                   /* what is free of the newest one */
	size_t left;                   /* bytes, whole steps of IK_ARENA_ALIGN */
	size_t total;                  /* bytes taken from the allocator */
	size_t first;                  /* of the first block; 0: whatever it is asked for */
};

/* Let an empty arena begin with memory of the caller, aligned to 16, that outlives it. */
static inline void ik_arena_lend(struct ik_arena *arena, void *room, size_t size)
{
	arena->at = room;
	arena->left = size / IK_ARENA_ALIGN * IK_ARENA_ALIGN;
}

/* The same for a size of 0 or one that the newest block has no room for. */
void *ik_arena_more(struct ik_arena *arena, size_t size);

/* `size` bytes aligned to 16, uninitialised or zeroed; NULL when memory is out. */
static inline void *ik_arena_alloc(struct ik_arena *arena, size_t size)
{
	uint8_t *p = arena->at;

	if (size - 1 >= arena->left) /* or 0, which wraps */
		return ik_arena_more(arena, size);
	size = (size + IK_ARENA_ALIGN - 1) / IK_ARENA_ALIGN * IK_ARENA_ALIGN;
	arena->at += size;
	arena->left -= size;
	return p;
}

static inline void *ik_arena_zalloc(struct ik_arena *arena, size_t size)
{
	void *p = ik_arena_alloc(arena, size);

	if (p != NULL)
		memset(p, 0, size);
	return p;
}

/* n * size bytes, uninitialised; NULL as well when the product overflows. */
static inline void *ik_arena_array(struct ik_arena *arena, size_t n, size_t size)
{
	size_t bytes;

	return ik_mul(n, size, &bytes) ? ik_arena_alloc(arena, bytes) : NULL;
}

/* A copy with a NUL after it. */
char *ik_arena_strndup(struct ik_arena *arena, const char *s, size_t len);

/*
 * Forget everything but keep memory for reuse: one block that has room for as much
 * as there was, up to a limit, so that what repeats is soon served from one block.
 */
void ik_arena_reset(struct ik_arena *arena);

/* Give everything back; the arena is empty and usable afterwards. */
void ik_arena_free(struct ik_arena *arena);

#endif
