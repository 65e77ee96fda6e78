/* select.c - Hoare's quickselect ("Algorithm 65: Find", CACM 1961). Layer: index. */
#include "index/select.h"

static void swap(uint64_t *a, uint64_t *b)
{
	uint64_t t = *a;

	*a = *b;
	*b = t;
}

/* Bring one of v[0 .. n) to the front that is not likely to be among the least or greatest. */
static uint64_t pivot_first(uint64_t *v, size_t n, uint64_t *state)
{
	size_t pick[3];

	for (int k = 0; k < 3; k++) {
		*state = *state * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
		pick[k] = (size_t)((*state >> 33) % n);
	}
	for (int k = 0; k < 2; k++)
		for (int i = 0; i < 2; i++)
			if (v[pick[i]] > v[pick[i + 1]]) {
				size_t t = pick[i];

				pick[i] = pick[i + 1];
				pick[i + 1] = t;
			}
	swap(&v[0], &v[pick[1]]);
	return v[0];
}

void ik_select_smallest(uint64_t *v, size_t n, size_t left)
{
	uint64_t state = n;

	while (n > 1 && left > 0 && left < n) {
		uint64_t pivot = pivot_first(v, n, &state);
		size_t i = 0, j = n - 1, low;

		for (;;) {
			while (v[i] < pivot)
				i++;
			while (v[j] > pivot)
				j--;
			if (i >= j)
				break;
			swap(&v[i++], &v[j--]);
		}
		/* As the pivot came from the front, neither side is empty. */
		low = j + 1;
		if (left <= low) {
			n = low;
		} else {
			v += low;
			n -= low;
			left -= low;
		}
	}
}
