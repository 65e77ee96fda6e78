/*
 * merge_sort.c - postings of terms whose documents come in another order.
 *
 * Layer: index. Most terms are rare, and theirs are inserted one by one; the
 * others are sorted by the digits of the document number.
 */
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "index/merge_impl.h"

#define INSERT_MAX 24 /* from here on counting digits is cheaper */
#define SLACK 8       /* distances copied at once, perhaps too many */
#define DIGIT_MAX 11  /* bits of a digit: counters for it stay in the first cache */

void ik_merge_sorter_free(struct ik_merge_sorter *s)
{
	ik_vec_free(&s->keys);
	ik_vec_free(&s->swap);
	ik_vec_free(&s->tf);
	ik_vec_free(&s->starts);
	ik_vec_free(&s->gaps);
}

static int make_room(struct ik_merge_sorter *s, size_t postings)
{
	return ik_vec_reserve(&s->keys, s->keys.n + postings) != 0 ||
	       ik_vec_reserve(&s->tf, s->keys.n + postings) != 0 ||
	       ik_vec_reserve(&s->starts, s->keys.n + postings) != 0;
}

int ik_merge_sorter_add(struct ik_merge_sorter *to, const struct ik_merge_job *job,
                        const struct ik_merge_source *s, const struct ik_post_iter *it,
                        const uint32_t *gaps, ink_error *err)
{
	size_t n = to->keys.n, at = to->gaps.n, n_gaps = gaps != NULL ? it->positions.n : 0;

	/* With distances of deleted documents, which nobody looks at. */
	if (make_room(to, it->n) != 0 || ik_vec_append(&to->gaps, gaps, n_gaps) != 0)
		return ik_fail_nomem(err);
	for (uint32_t i = 0; i < it->n; i++) {
		if (ik_live_has(s->live, it->docs[i])) {
			uint64_t doc = ik_merge_doc(job, s, it->docs[i]);

			to->keys.v[n] = doc << 32 | n;
			to->tf.v[n] = it->freqs[i];
			to->starts.v[n++] = at;
		}
		at += it->freqs[i];
	}
	to->keys.n = to->tf.n = to->starts.n = n;
	return 0;
}

/* ---- sorting ---- */

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
	size_t at[1u << DIGIT_MAX], sum = 0, mask = ((size_t)1 << bits) - 1;

	memset(at, 0, (mask + 1) * sizeof *at);
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

/* Sort by the upper 32 bits, all below `limit`; stable. */
static void sort_keys(uint64_t *v, uint64_t *swap, size_t n, uint32_t limit)
{
	unsigned bits = ik_width32(limit - 1), done = 0;
	unsigned digit = bits / (bits / DIGIT_MAX + 1) + 1; /* in as few passes as can be */
	int flips = 0;

	for (; done < bits; done += digit, flips ^= 1)
		sort_digit(flips ? swap : v, flips ? v : swap, n, 32 + done, digit);
	if (flips)
		memcpy(v, swap, n * sizeof *v);
}

static int sort(struct ik_merge_sorter *s, uint32_t n_docs)
{
	if (s->keys.n <= INSERT_MAX) {
		insert_sort(s->keys.v, s->keys.n);
		return 0;
	}
	if (ik_vec_reserve(&s->swap, s->keys.n) != 0)
		return -1;
	sort_keys(s->keys.v, s->swap.v, s->keys.n, n_docs);
	return 0;
}

/* ---- in order ---- */

static uint32_t place_of(uint64_t key)
{
	return (uint32_t)key;
}

static void put_postings(const struct ik_merge_sorter *s, uint32_t *docs, uint32_t *freqs)
{
	for (size_t i = 0; i < s->keys.n; i++) {
		docs[i] = (uint32_t)(s->keys.v[i] >> 32);
		freqs[i] = s->tf.v[place_of(s->keys.v[i])];
	}
}

/* Where the last one ends. Most have few: as many are copied of each, without a loop to foresee. */
static uint32_t *put_gaps(const struct ik_merge_sorter *s, uint32_t *to)
{
	for (size_t i = 0; i < s->keys.n; i++) {
		uint32_t place = place_of(s->keys.v[i]), n = s->tf.v[place];
		const uint32_t *from = s->gaps.v + s->starts.v[place];

		memcpy(to, from, SLACK * sizeof *to);
		if (n > SLACK)
			memcpy(to + SLACK, from + SLACK, (n - SLACK) * sizeof *to);
		to += n;
	}
	return to;
}

int ik_merge_sorter_end(struct ik_merge_sorter *s, uint32_t n_docs, struct ik_merge_batch *b,
                        ink_error *err)
{
	size_t n = s->keys.n;

	if (sort(s, n_docs) != 0 || ik_vec_reserve(&b->docs, b->docs.n + n) != 0 ||
	    ik_vec_reserve(&b->freqs, b->docs.n + n) != 0 ||
	    ik_vec_reserve(&b->gaps, b->gaps.n + s->gaps.n + SLACK) != 0 ||
	    ik_vec_reserve(&s->gaps, s->gaps.n + SLACK) != 0)
		return ik_fail_nomem(err);
	put_postings(s, b->docs.v + b->docs.n, b->freqs.v + b->docs.n);
	if (s->gaps.n > 0)
		b->gaps.n = (size_t)(put_gaps(s, b->gaps.v + b->gaps.n) - b->gaps.v);
	b->docs.n = b->freqs.n = b->docs.n + n;
	s->keys.n = s->tf.n = s->starts.n = s->gaps.n = 0;
	return 0;
}
