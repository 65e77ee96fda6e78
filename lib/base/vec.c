/* vec.c - growing the arrays of vec.h. Layer: base. */
#include "base/vec.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"

int ik_vec_grow(void **v, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap < 8 ? 8 : *cap, bytes;
	void *p;

	if (need <= *cap)
		return 0;
	while (n < need)
		n = n > SIZE_MAX / 2 ? need : n + n / 2;
	if (!ik_mul(n, size, &bytes))
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
