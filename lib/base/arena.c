/*
 * arena.c - memory that is freed all at once, cut from blocks of growing size.
 *
 * Layer: base.
 */
#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#define ALIGN IK_ARENA_ALIGN
#define BLOCK_MIN ((size_t)4096)
#define BLOCK_MAX ((size_t)1 << 20)

struct ik_arena_block {
	struct ik_arena_block *next;
	size_t size; /* usable bytes after the header */
};

/* The allocator may align to less than 16, so the header is padded by address. */
#define HEADER (sizeof(struct ik_arena_block) + ALIGN)

static uint8_t *block_data(struct ik_arena_block *block)
{
	uint8_t *p = (uint8_t *)(block + 1);

	return p + (ALIGN - (uintptr_t)p % ALIGN) % ALIGN;
}

static struct ik_arena_block *block_new(struct ik_arena *arena, size_t size)
{
	struct ik_arena_block *block = ik_alloc(HEADER + size);

	if (block == NULL)
		return NULL;
	block->next = NULL;
	block->size = size;
	arena->total += HEADER + size;
	return block;
}

/* What does not fit a block gets one of its own, behind the newest, whose rest stays in use. */
static void *alloc_alone(struct ik_arena *arena, size_t size)
{
	struct ik_arena_block *block = block_new(arena, size);

	if (block == NULL)
		return NULL;
	if (arena->blocks == NULL) {
		arena->blocks = block;
		arena->left = 0;
	} else {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	}
	return block_data(block);
}

/* How large the next block is to be: twice the last one. */
static size_t next_size(const struct ik_arena *arena)
{
	int first = arena->blocks == NULL && arena->first > 0;
	size_t want = first ? arena->first : arena->blocks != NULL ? arena->blocks->size * 2 : 0;

	if (want < BLOCK_MIN && !first)
		return BLOCK_MIN;
	return want < BLOCK_MAX ? want : BLOCK_MAX;
}

void *ik_arena_more(struct ik_arena *arena, size_t size)
{
	struct ik_arena_block *block;
	size_t want = next_size(arena);

	if (size > PTRDIFF_MAX - HEADER - ALIGN)
		return NULL;
	size = size == 0 ? ALIGN : (size + ALIGN - 1) / ALIGN * ALIGN;
	if (size > want / 2 && (arena->blocks != NULL || size > want))
		return alloc_alone(arena, size);
	block = block_new(arena, want);
	if (block == NULL)
		return NULL;
	block->next = arena->blocks;
	arena->blocks = block;
	arena->at = block_data(block) + size;
	arena->left = block->size - size;
	return arena->at - size;
}

char *ik_arena_strndup(struct ik_arena *arena, const char *s, size_t len)
{
	char *copy = len < SIZE_MAX ? ik_arena_alloc(arena, len + 1) : NULL;

	if (copy == NULL)
		return NULL;
	if (len > 0)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

/* Give back all blocks but one. */
static void free_others(struct ik_arena *arena, struct ik_arena_block *keep)
{
	struct ik_arena_block *block, *next;

	for (block = arena->blocks; block != NULL; block = next) {
		next = block->next;
		if (block != keep)
			ik_free(block);
	}
	*arena = (struct ik_arena){ .blocks = keep, .first = arena->first };
	if (keep == NULL)
		return;
	keep->next = NULL;
	arena->at = block_data(keep);
	arena->left = keep->size;
	arena->total = HEADER + keep->size;
}

void ik_arena_reset(struct ik_arena *arena)
{
	struct ik_arena_block *block, *keep = arena->blocks;
	size_t sum = 0;

	for (block = arena->blocks; block != NULL; block = block->next) {
		sum += block->size;
		if (block->size > keep->size)
			keep = block;
	}
	if (keep != NULL && sum > keep->size && sum <= BLOCK_MAX) {
		arena->first = sum;
		keep = NULL;
	}
	free_others(arena, keep);
}

void ik_arena_free(struct ik_arena *arena)
{
	free_others(arena, NULL);
	arena->first = 0;
}
