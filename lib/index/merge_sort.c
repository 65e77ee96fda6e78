/*
 * merge_sort.c - postings of a term whose documents come in another order.
 *
 * Layer: index. Most terms are rare, and theirs are inserted one by one; the
 * others are sorted by the digits of the document number.
 */
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "index/merge_impl.h"

#define INSERT_MAX 24 /* from here on counting digits is cheaper */
#define DIGIT_MAX 11  /* bits of a digit: counters for it stay in the first cache */

void ik_merge_sort_free(struct ik_merge_sort *s)
{
	ik_vec_free(&s->keys);
	ik_vec_free(&s->swap);
	ik_vec_free(&s->tf);
	ik_vec_free(&s->starts);
	ik_vec_free(&s->positions);
}

void ik_merge_sort_clear(struct ik_merge_sort *s, uint32_t n_docs)
{
	s->n_docs = n_docs;
	s->keys.n = s->tf.n = s->starts.n = s->positions.n = 0;
}

int ik_merge_sort_add(struct ik_merge_sort *s, uint32_t doc, uint32_t tf,
                      const uint32_t *positions, ink_error *err)
{
	size_t i = s->keys.n, n = positions == NULL ? 0 : tf;

	if (ik_vec_reserve(&s->keys, i + 1) != 0 || ik_vec_reserve(&s->tf, i + 1) != 0 ||
	    ik_vec_reserve(&s->starts, i + 1) != 0 ||
	    ik_vec_reserve(&s->positions, s->positions.n + n) != 0)
		return ik_fail_nomem(err);
	s->keys.v[s->keys.n++] = (uint64_t)doc << 32 | i;
	s->tf.v[s->tf.n++] = tf;
	s->starts.v[s->starts.n++] = s->positions.n;
	if (n > 0)
		memcpy(s->positions.v + s->positions.n, positions, n * sizeof *positions);
	s->positions.n += n;
	return 0;
}

static void insert_sort(uint64_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t key = v[i];
		size_t at = i;

		for (; at > 0 && v[at - 1] >> 32 > key >> 32; at--)
			v[at] = v[at - 1];
		v[at] = key;
	}
}

/* Into `to` by the digit at `shift`. */
static void sort_digit(const uint64_t *v, uint64_t *to, size_t n, unsigned shift, unsigned bits)
{
	size_t at[1u << DIGIT_MAX] = {0}, sum = 0, mask = ((size_t)1 << bits) - 1;

	for (size_t i = 0; i < n; i++)
		at[v[i] >> shift & mask]++;
	for (size_t d = 0; d <= mask; d++) {
		size_t count = at[d];

		at[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[at[v[i] >> shift & mask]++] = v[i];
}

/* Sort by the upper 32 bits, all below `limit`; stable. 1 when the result is in `swap`, else 0. */
static int sort_keys(uint64_t *v, uint64_t *swap, size_t n, uint32_t limit)
{
	unsigned bits = ik_width32(limit - 1), digit = n < 4096 ? 8 : DIGIT_MAX, done = 0;
	int flips = 0;

	if (n <= INSERT_MAX) {
		insert_sort(v, n);
		return 0;
	}
	for (; done < bits; done += digit, flips ^= 1)
		sort_digit(flips ? swap : v, flips ? v : swap, n, 32 + done, digit);
	return flips;
}

int ik_merge_sort_write(struct ik_merge_sort *s, struct ik_segment_writer *w, ink_error *err)
{
	const uint64_t *keys = s->keys.v;
	int rc = 0;

	if (s->keys.n > INSERT_MAX && ik_vec_reserve(&s->swap, s->keys.n) != 0)
		return ik_fail_nomem(err);
	if (sort_keys(s->keys.v, s->swap.v, s->keys.n, s->n_docs))
		keys = s->swap.v;
	for (size_t k = 0; rc == 0 && k < s->keys.n; k++) {
		uint32_t i = (uint32_t)keys[k];
		const uint32_t *positions = s->positions.n == 0 ? NULL
		                                                : s->positions.v + s->starts.v[i];

		rc = ik_segment_posting(w, (uint32_t)(keys[k] >> 32), s->tf.v[i], positions, err);
	}
	return rc;
}
