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
#define DIGIT_MAX 11  /* bits of a digit: counters for it stay in the first cache */

void ik_merge_batch_init(struct ik_merge_batch *b)
{
	memset(b, 0, sizeof *b);
	ik_buf_init(&b->text, SIZE_MAX);
}

void ik_merge_batch_free(struct ik_merge_batch *b)
{
	ik_vec_free(&b->terms);
	ik_buf_free(&b->text);
	ik_vec_free(&b->keys);
	ik_vec_free(&b->swap);
	ik_vec_free(&b->tf);
	ik_vec_free(&b->starts);
	ik_vec_free(&b->gaps);
}

int ik_merge_batch_begin(struct ik_merge_batch *b, const void *term, size_t len, ink_error *err)
{
	struct ik_merge_term *t = ik_vec_push(&b->terms);

	if (t == NULL)
		return ik_fail_nomem(err);
	*t = (struct ik_merge_term){b->text.len, len, b->keys.n, b->keys.n};
	ik_buf_put(&b->text, term, len);
	return b->text.err != 0 ? ik_fail_nomem(err) : 0;
}

static int make_room(struct ik_merge_batch *b, size_t postings, size_t gaps)
{
	return ik_vec_reserve(&b->keys, b->keys.n + postings) != 0 ||
	       ik_vec_reserve(&b->tf, b->keys.n + postings) != 0 ||
	       ik_vec_reserve(&b->starts, b->keys.n + postings) != 0 ||
	       ik_vec_reserve(&b->gaps, b->gaps.n + gaps) != 0;
}

int ik_merge_batch_add(struct ik_merge_batch *b, const struct ik_merge_job *job,
                       const struct ik_merge_source *s, const struct ik_post_iter *it,
                       const uint32_t *gaps, ink_error *err)
{
	struct ik_merge_term *t = &b->terms.v[b->terms.n - 1];
	size_t n = b->keys.n, at = b->gaps.n, n_gaps = gaps != NULL ? it->positions.n : 0;

	if (make_room(b, it->n, n_gaps) != 0)
		return ik_fail_nomem(err);
	/* With those of deleted documents, which nobody looks at. */
	if (n_gaps > 0)
		memcpy(b->gaps.v + at, gaps, n_gaps * sizeof *gaps);
	for (uint32_t i = 0; i < it->n; i++) {
		if (ik_live_has(s->live, it->docs[i])) {
			uint64_t doc = ik_merge_doc(job, s, it->docs[i]);

			b->keys.v[n] = doc << 32 | (n - t->first);
			b->tf.v[n] = it->freqs[i];
			b->starts.v[n++] = at;
		}
		at += it->freqs[i];
	}
	b->gaps.n += n_gaps;
	b->keys.n = b->tf.n = b->starts.n = t->end = n;
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

int ik_merge_batch_sort(struct ik_merge_batch *b, uint32_t n_docs, ink_error *err)
{
	const struct ik_merge_term *t = &b->terms.v[b->terms.n - 1];
	size_t n = t->end - t->first;

	if (n <= INSERT_MAX) {
		insert_sort(b->keys.v + t->first, n);
		return 0;
	}
	if (ik_vec_reserve(&b->swap, n) != 0)
		return ik_fail_nomem(err);
	sort_keys(b->keys.v + t->first, b->swap.v, n, n_docs);
	return 0;
}

/* ---- writing ---- */

static int write_term(struct ik_merge_batch *b, const struct ik_merge_term *t,
                      struct ik_segment_writer *w, ink_error *err)
{
	int rc = ik_segment_begin_term(w, (const char *)b->text.data + t->text, t->len, err);

	for (size_t k = t->first; rc == 0 && k < t->end; k++) {
		size_t i = t->first + (uint32_t)b->keys.v[k];
		const uint32_t *gaps = b->gaps.n == 0 ? NULL : b->gaps.v + b->starts.v[i];

		rc = ik_segment_posting(w, (uint32_t)(b->keys.v[k] >> 32), b->tf.v[i], gaps, err);
	}
	return rc == 0 ? ik_segment_end_term(w, err) : rc;
}

int ik_merge_batch_write(struct ik_merge_batch *b, struct ik_segment_writer *w, ink_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->terms.n; i++)
		rc = write_term(b, &b->terms.v[i], w, err);
	b->terms.n = b->keys.n = b->tf.n = b->starts.n = b->gaps.n = 0;
	ik_buf_clear(&b->text);
	return rc;
}
