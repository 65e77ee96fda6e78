/*
 * range_write.c - building posting lists: the range form.
 *
 * Layer: segment. Format: FORMAT.md, "Range form".
 *
 * Everything a query compares with a threshold before it reads a posting is
 * an upper bound, rounded upwards; the k-th best values, with which a query
 * raises its threshold before it starts, are lower bounds.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "codec/bitpack_small.h"
#include "segment/post_build.h"
#include "segment/record.h"

#define CLASSES 256 /* of u, to find the greatest ones */

/* One list while it is encoded. */
struct ranges {
	struct ik_post_builder *b;
	float *u;            /* of each posting */
	float umax;          /* as stored */
	uint32_t n;          /* ranges of the segment */
	uint32_t occupied;
	uint32_t slots;      /* entries of the directory: n when dense, else occupied */
	int sparse;
	uint8_t *max;        /* n */
	uint64_t *at;        /* per range: where its record starts; then per slot */
};

static void free_ranges(struct ranges *r)
{
	ik_free(r->u);
	ik_free(r->max);
	ik_free(r->at);
}

/* The value at rank k (from 0) of v in descending order; v is reordered (Hoare's selection). */
static float select_rank(float *v, size_t n, size_t k)
{
	size_t lo = 0, hi = n - 1;

	while (lo < hi) {
		float pivot = v[lo + (hi - lo) / 2];
		size_t i = lo, j = hi;

		for (;;) {
			while (v[i] > pivot)
				i++;
			while (v[j] < pivot)
				j--;
			if (i >= j)
				break;
			float t = v[i];

			v[i++] = v[j];
			v[j--] = t;
		}
		if (k <= j)
			hi = j;
		else
			lo = j + 1;
	}
	return v[k];
}

/* A class of values of u that rises with it, the last one from umax on. */
static unsigned class_of(const struct ranges *r, float u)
{
	return (unsigned)(u / r->umax * (CLASSES - 1));
}

/*
 * Copy the values of u among which the `rank` greatest are; how many. Selecting
 * from all of them would be most of the time that a list takes.
 */
static size_t copy_greatest(const struct ranges *r, size_t rank, float *copy)
{
	uint32_t count[CLASSES] = { 0 };
	unsigned least = CLASSES;
	size_t n = 0;

	for (size_t i = 0; i < r->b->docs.n; i++)
		count[class_of(r, r->u[i])]++;
	while (n < rank)
		n += count[--least];
	n = 0;
	for (size_t i = 0; i < r->b->docs.n; i++) {
		copy[n] = r->u[i];
		n += class_of(r, r->u[i]) >= least;
	}
	return n;
}

/* Bits of the 10th, 100th and 1000th best u, rounded down; 0 where there are fewer. */
static int put_kth(struct ranges *r, ink_error *err)
{
	static const size_t ranks[3] = { 10, 100, 1000 };
	float *copy = ik_array(r->b->docs.n + 1, sizeof *copy);
	uint32_t bits[3] = { 0, 0, 0 };
	size_t n = 0;

	if (copy == NULL)
		return ik_fail_nomem(err);
	/* The last one first: those before it are all in front then. */
	for (size_t i = 3; i-- > 0;)
		if (r->b->docs.n >= ranks[i]) {
			float v;

			n = n == 0 ? copy_greatest(r, ranks[i], copy) : n;
			v = nextafterf(select_rank(copy, n, ranks[i] - 1), 0);
			memcpy(&bits[i], &v, sizeof v);
			n = ranks[i];
		}
	for (size_t i = 0; i < 3; i++)
		ik_buf_put_u32(&r->b->blob, bits[i]);
	ik_free(copy);
	return 0;
}

/* The width for frequencies less one that costs the fewest bytes, three for each exception. */
static unsigned freq_width(const uint32_t *freqs, size_t n)
{
	size_t count[9] = { 0 }, best_cost = SIZE_MAX, over = 0;
	uint32_t any = 0;
	unsigned best = 0;

	for (size_t i = 0; i < n; i++)
		any |= freqs[i] - 1;
	if (any == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		unsigned w = freqs[i] >= 255 ? 9 : ik_width32(freqs[i] - 1);

		if (w > 8)
			over++;
		else
			count[w]++;
	}
	for (unsigned w = 9; w-- > 0;) {
		size_t cost = ik_bits_bytes(n, w) + (over > 0 ? 1 + 3 * over : 0);

		if (cost <= best_cost) {
			best_cost = cost;
			best = w;
		}
		over += count[w];
	}
	return best;
}

static void put_record_docs(struct ranges *r, const uint32_t *docs, size_t n)
{
	uint8_t bitmap[IK_RANGE / 8] = { 0 };

	if (n < IK_BITMAP_CUT) {
		for (size_t i = 0; i < n; i++)
			ik_buf_put_u8(&r->b->tail, (uint8_t)(docs[i] % IK_RANGE));
		return;
	}
	for (size_t i = 0; i < n; i++)
		bitmap[docs[i] % IK_RANGE / 8] |= (uint8_t)(1u << (docs[i] % 8));
	ik_buf_put(&r->b->tail, bitmap, sizeof bitmap);
}

/* Frequencies that the width does not hold: which documents, then which frequencies. */
static void put_exceptions(struct ranges *r, const uint32_t *docs, const uint32_t *freqs,
                           const uint8_t *big, size_t n)
{
	ik_buf_put_u8(&r->b->tail, (uint8_t)(n - 1));
	for (size_t i = 0; i < n; i++)
		ik_buf_put_u8(&r->b->tail, (uint8_t)(docs[big[i]] % IK_RANGE));
	for (size_t i = 0; i < n; i++)
		ik_buf_put_varint(&r->b->tail, freqs[big[i]]);
}

static void put_record_freqs(struct ranges *r, const uint32_t *docs, const uint32_t *freqs,
                             size_t n, unsigned width)
{
	uint32_t low[IK_RANGE];
	uint8_t big[IK_RANGE];
	size_t n_big = 0;
	uint8_t *room = ik_buf_room(&r->b->tail, ik_bits_bytes(n, width));

	if (room == NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		int fits = freqs[i] < 255 && freqs[i] - 1 < 1u << width;

		low[i] = fits ? freqs[i] - 1 : ik_record_marker(width);
		if (!fits)
			big[n_big++] = (uint8_t)i;
	}
	ik_bits_pack(low, n, width, room);
	r->b->tail.len += ik_bits_bytes(n, width);
	if (n_big > 0)
		put_exceptions(r, docs, freqs, big, n_big);
}

static void put_record_head(struct ranges *r, size_t n, unsigned width, int exceptions)
{
	unsigned code = width + (exceptions ? IK_RECORD_WIDTHS : 0);

	if (n < IK_BITMAP_CUT && width < IK_RECORD_WIDTHS && code < 8) {
		ik_buf_put_u8(&r->b->tail, (uint8_t)(code << 5 | (n - 1)));
		return;
	}
	ik_buf_put_u8(&r->b->tail, IK_BITMAP_CUT - 1);
	ik_buf_put_u8(&r->b->tail, (uint8_t)(n - 1));
	ik_buf_put_u8(&r->b->tail, (uint8_t)(width | (exceptions ? 0x80u : 0)));
}

static void put_record(struct ranges *r, size_t first, size_t n, size_t *gap)
{
	const uint32_t *docs = r->b->docs.v + first, *freqs = r->b->freqs.v + first;
	unsigned width = freq_width(freqs, n);
	int exceptions = 0;

	for (size_t i = 0; i < n; i++)
		exceptions |= freqs[i] >= 255 || freqs[i] - 1 >= 1u << width;
	put_record_head(r, n, width, exceptions);
	put_record_docs(r, docs, n);
	put_record_freqs(r, docs, freqs, n, width);
	if ((r->b->flags & IK_PART_POSITIONS) != 0)
		ik_post_pack_positions(r->b, first, first + n, gap,
		                       exceptions ? 0 : (unsigned)(n * width % 8), &r->b->tail);
}

/* 255 * u / umax rounded up, so that max * umax / 255 is no less than u in float arithmetic. */
static uint8_t quantise(float u, float umax)
{
	double exact = (double)u / (double)umax * 255.0 - 1e-9;
	int q = (int)exact; /* at most 254, or 0 below 0 */

	q += exact > q;
	return (uint8_t)(q < 1 ? 1 : q);
}

static void put_records(struct ranges *r)
{
	const struct ik_post_builder *b = r->b;
	size_t first = 0, gap = 0;

	while (first < b->docs.n) {
		uint32_t range = b->docs.v[first] / IK_RANGE;
		size_t last = first;
		float u = 0;

		while (last < b->docs.n && b->docs.v[last] / IK_RANGE == range) {
			u = r->u[last] > u ? r->u[last] : u;
			last++;
		}
		r->max[range] = quantise(u, r->umax);
		r->at[range] = b->tail.len;
		put_record(r, first, last - first, &gap);
		r->occupied++;
		first = last;
	}
}

/* Ranges without postings get the place of the next occupied one: differences stay small. */
static void fill_gaps(struct ranges *r)
{
	uint64_t at = r->b->tail.len;

	for (uint32_t i = r->n; i-- > 0;) {
		if (r->max[i] == 0)
			r->at[i] = at;
		at = r->at[i];
	}
}

/* In sparse form only the occupied ranges have a slot: move them to the front. */
static void close_up(struct ranges *r)
{
	uint32_t slot = 0;

	for (uint32_t i = 0; i < r->n; i++)
		if (!r->sparse || r->max[i] != 0)
			r->at[slot++] = r->at[i];
	r->slots = slot;
}

/* How far a slot's record is behind the first one of its group. */
static uint64_t offset_in_group(const struct ranges *r, uint32_t slot)
{
	return r->at[slot] - r->at[slot - slot % IK_RANGE_GROUP];
}

static uint64_t greatest_offset(const struct ranges *r)
{
	uint64_t most = 0;

	for (uint32_t i = 0; i < r->slots; i++)
		most = offset_in_group(r, i) > most ? offset_in_group(r, i) : most;
	return most;
}

static void put_maxima(struct ranges *r)
{
	struct ik_buf *blob = &r->b->blob;

	if (!r->sparse) {
		ik_buf_put(blob, r->max, r->n);
		return;
	}
	for (uint32_t i = 0; i < r->n; i += 64) {
		uint64_t word = 0;

		for (uint32_t k = 0; k < 64 && i + k < r->n; k++)
			word |= (uint64_t)(r->max[i + k] != 0) << k;
		ik_buf_put_u64(blob, word);
	}
	for (uint32_t i = 0; i < r->n; i++)
		if (r->max[i] != 0)
			ik_buf_put_u8(blob, r->max[i]);
}

static void put_directory(struct ranges *r, unsigned width)
{
	struct ik_buf *blob = &r->b->blob;

	for (uint32_t i = 0; i < r->slots; i += IK_RANGE_GROUP) {
		ik_buf_put_u32(blob, (uint32_t)r->at[i]);
		ik_buf_put_u8(blob, (uint8_t)(r->at[i] >> 32));
	}
	for (uint32_t i = 0; i < r->slots; i++)
		if (width == 2)
			ik_buf_put_u16(blob, (uint16_t)offset_in_group(r, i));
		else
			ik_buf_put_u32(blob, (uint32_t)offset_in_group(r, i));
}

static int put_all(struct ranges *r, ink_error *err)
{
	struct ik_buf *blob = &r->b->blob;
	uint32_t bits = ik_post_bits_up(r->umax);
	unsigned width;
	int rc;

	memcpy(&r->umax, &bits, sizeof bits);
	put_records(r);
	/* An empty slot of the dense form costs 3 bytes or more, the bitmap of the sparse one n / 8. */
	r->sparse = (uint64_t)(r->n - r->occupied) * 3 > r->n / 8 + 8;
	fill_gaps(r);
	close_up(r);
	if ((uint64_t)r->b->tail.len >> (8 * IK_RANGE_BASE) != 0 || greatest_offset(r) > UINT32_MAX)
		return ik_fail(err, INK_ELIMIT, "postings of one term over 1 TiB");
	width = greatest_offset(r) > UINT16_MAX ? 4 : 2;
	ik_buf_put_u32(blob, bits);
	rc = put_kth(r, err);
	if (rc != 0)
		return rc;
	ik_buf_put_u32(blob, r->occupied);
	ik_buf_put_u8(blob, (uint8_t)r->sparse);
	ik_buf_put_u8(blob, (uint8_t)width);
	put_maxima(r);
	put_directory(r, width);
	ik_buf_put(blob, r->b->tail.data, r->b->tail.len);
	return 0;
}

int ik_post_put_ranges(struct ik_post_builder *b, ink_error *err)
{
	struct ranges r = { .b = b, .n = ik_range_count(b->n_docs) };
	float most = 0;
	int rc;

	ik_buf_clear(&b->tail);
	r.u = ik_array(b->docs.n, sizeof *r.u);
	r.max = ik_zarray(r.n, sizeof *r.max);
	r.at = ik_zarray(r.n, sizeof *r.at);
	if (r.u == NULL || r.max == NULL || r.at == NULL) {
		rc = ik_fail_nomem(err);
	} else {
		for (size_t i = 0; i < b->docs.n; i++) {
			r.u[i] = ik_post_u(b, i);
			most = r.u[i] > most ? r.u[i] : most;
		}
		r.umax = most > 0 ? most : FLT_MIN; /* shares are divided by it */
		rc = put_all(&r, err);
	}
	free_ranges(&r);
	return rc;
}
