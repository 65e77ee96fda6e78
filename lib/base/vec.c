/* vec.c - growing the arrays of vec.h. Layer: base. */
#include "base/vec.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"

/* How many elements to make room for; 0 when that is more than memory has. */
static size_t grown(size_t cap, size_t need, size_t size, size_t *bytes)
{
	size_t n = cap < 8 ? 8 : cap;

	while (n < need)
		n = n > SIZE_MAX / 2 ? need : n + n / 2;
	return ik_mul(n, size, bytes) ? n : 0;
}

int ik_vec_grow(void **v, size_t *cap, size_t need, size_t size)
{
	size_t bytes, n = grown(*cap, need, size, &bytes);
	void *p;

	if (n == 0)
		return -1;
	/* Behind `v` is a pointer of another type: copied as bytes, not read through void **. */
	memcpy(&p, v, sizeof p);
	p = ik_realloc(p, bytes);
	if (p == NULL)
		return -1;
	memcpy(v, &p, sizeof p);
	*cap = n;
	return 0;
}

int ik_vec_grow_in(struct ik_arena *arena, void **v, size_t *cap, size_t need, size_t size)
{
	size_t bytes, n = grown(*cap, need, size, &bytes);
	void *old, *p = n > 0 ? ik_arena_alloc(arena, bytes) : NULL;

	if (p == NULL)
		return -1;
	memcpy(&old, v, sizeof old);
	if (*cap > 0)
		memcpy(p, old, *cap * size);
	memcpy(v, &p, sizeof p);
	*cap = n;
	return 0;
}
