/*
 * mem.h - all memory of the library comes from here.
 *
 * Layer: base. The hooks of inkstone/ext/alloc.h stand behind it, and tests
 * make the Nth allocation fail. What ICU, libdeflate and libstemmer work with
 * they get from malloc.
 */
#ifndef IK_BASE_MEM_H
#define IK_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

#include "inkstone/ext/alloc.h"

/* Each returns NULL when memory is out; size 0 gives a pointer to free. */
void *ik_alloc(size_t size);
void *ik_zalloc(size_t size);
void *ik_realloc(void *ptr, size_t size);
void ik_free(void *ptr);

/* n * size bytes, uninitialised or zeroed; NULL as well when the product overflows. */
void *ik_array(size_t n, size_t size);
void *ik_zarray(size_t n, size_t size);

/* A copy with a NUL after it. */
char *ik_strndup(const char *s, size_t len);

/* 1 and *out = a * b, or 0 when it does not fit. */
static inline int ik_mul(size_t a, size_t b, size_t *out)
{
	return !__builtin_mul_overflow(a, b, out);
}

/* Replace the allocator; NULL for the C library's. */
void ik_mem_set(const ink_allocator *allocator);

/* Tests: count from now on; before any thread, and before the next ones, which abort without. */
void ik_mem_watch(void);

/* Tests: let the allocation after the next `n` fail (`persist`: and all later ones); -1: never. */
void ik_mem_fail_after(int64_t n, int persist);

/* Tests: blocks alive, and allocations tried so far. */
int64_t ik_mem_live(void);
int64_t ik_mem_count(void);

#endif
