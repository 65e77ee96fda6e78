/*
 * vec.h - typed growable arrays.
 *
 * Layer: base. IK_VEC(type) declares a struct {type *v; size_t n, cap}; a
 * zeroed one is empty. ik_vec_push returns NULL when memory is out, else the
 * new, uninitialised element. What ends in _in grows in an arena, where what it
 * was in before stays, and is not freed.
 */
#ifndef IK_BASE_VEC_H
#define IK_BASE_VEC_H

#include <string.h>

#include "base/arena.h"

#define IK_VEC(type)        \
	struct {            \
		type *v;    \
		size_t n;   \
		size_t cap; \
	}

/* Make room for `need` elements in all: 0, or -1 when memory is out. */
int ik_vec_grow(void **v, size_t *cap, size_t need, size_t size);

int ik_vec_grow_in(struct ik_arena *arena, void **v, size_t *cap, size_t need, size_t size);

#define ik_vec_reserve(vec, need) \
	((need) <= (vec)->cap \
	         ? 0 \
	         : ik_vec_grow((void **)&(vec)->v, &(vec)->cap, (need), sizeof *(vec)->v))

#define ik_vec_reserve_in(arena, vec, need) \
	((need) <= (vec)->cap \
	         ? 0 \
	         : ik_vec_grow_in(arena, (void **)&(vec)->v, &(vec)->cap, (need), sizeof *(vec)->v))

#define ik_vec_push(vec) (ik_vec_reserve(vec, (vec)->n + 1) == 0 ? &(vec)->v[(vec)->n++] : NULL)

#define ik_vec_push_in(arena, vec) \
	(ik_vec_reserve_in(arena, vec, (vec)->n + 1) == 0 ? &(vec)->v[(vec)->n++] : NULL)

/* Copy k elements to the end: 0, or -1 when memory is out. */
#define ik_vec_append(vec, from, k) \
	(ik_vec_reserve(vec, (vec)->n + (k)) != 0 \
	         ? -1 \
	         : ((k) > 0 ? memcpy((vec)->v + (vec)->n, from, (k) * sizeof *(vec)->v) : NULL, \
	            (vec)->n += (k), 0))

#define ik_vec_free(vec)                          \
	do {                                      \
		ik_free((vec)->v);                \
		(vec)->v = NULL;                  \
		(vec)->n = 0;                     \
		(vec)->cap = 0;                   \
	} while (0)

#endif
