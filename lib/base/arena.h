/*
 * arena.h - memory that is freed all at once: one query, one document, one result.
 *
 * Layer: base. A zeroed struct is an empty arena. Not shared between threads.
 */
#ifndef IK_BASE_ARENA_H
#define IK_BASE_ARENA_H

#include <stddef.h>

struct ik_arena_block;

struct ik_arena {
	struct ik_arena_block *blocks; /* newest first */
	size_t used;                   /* bytes of the newest one given away */
	size_t total;                  /* bytes taken from the allocator */
};

/* `size` bytes aligned to 16, uninitialised or zeroed; NULL when memory is out. */
void *ik_arena_alloc(struct ik_arena *arena, size_t size);
void *ik_arena_zalloc(struct ik_arena *arena, size_t size);
void *ik_arena_array(struct ik_arena *arena, size_t n, size_t size);

/* A copy with a NUL after it. */
char *ik_arena_strndup(struct ik_arena *arena, const char *s, size_t len);

/* Forget everything but keep the largest block for reuse. */
void ik_arena_reset(struct ik_arena *arena);

/* Give everything back; the arena is empty and usable afterwards. */
void ik_arena_free(struct ik_arena *arena);

#endif
