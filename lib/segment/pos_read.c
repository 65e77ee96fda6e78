/*
 * pos_read.c - reading packed positions.
 *
 * Layer: segment. Format: FORMAT.md, "Packed positions". Compiled three times:
 * as it stands, which is the reference; by pos_read_avx2.c with IK_POS_AVX2 for
 * processors that have AVX2, BMI2 and POPCNT; by pos_read_avx512.c with
 * IK_POS_AVX512 as well.
 */
#include "segment/pos_few.h"
#include "segment/pos_sum.h"

#if !defined(IK_POS_AVX2)
#define IK_POS_OPS ik_pos_scalar
#endif

static int read_posting(struct ik_pos_reader *r, uint8_t norm, uint32_t tf, uint32_t pos,
                        uint32_t *out)
{
	struct walk w;

	if (walk_open(&w, r, norm, tf) != 0)
		return -1;
#if defined(IK_POS_AVX2)
	if (ik_pos_are_few(&w, tf)) {
		ik_pos_store_few(ik_pos_few(&w, tf, pos), tf, out);
		return walk_close(&w, 0);
	}
#endif
	return walk_read(&w, tf, &pos, out) == 0 ? walk_close(&w, 0) : -1;
}

/* Numbers that are looked for: from `at` to `end`; before them those that were found. */
struct sought {
	uint32_t *v;
	uint32_t at, end, kept;
};

/* ---- looking for many ---- */

#define MANY 64 /* positions that are compared together */

/* No branches, which could not be foreseen. */
static void compare(struct sought *s, const uint32_t *pos, uint32_t n)
{
	uint32_t *v = s->v, k = s->at, kept = s->kept, i = 0;

	while (k < s->end && i < n) {
		uint32_t a = v[k], b = pos[i];

		v[kept] = a;
		kept += a == b;
		k += a <= b;
		i += b <= a;
	}
	s->at = k;
	s->kept = kept;
}

/* How many of the posting's tf distances were passed is added to *passed. */
static int find_many(struct walk *w, uint32_t tf, uint32_t pos, struct sought *s,
                     uint32_t *passed)
{
	uint32_t out[MANY];

	while (*passed < tf && s->at < s->end) {
		uint32_t n = tf - *passed < MANY ? tf - *passed : MANY;

		if (walk_read(w, n, &pos, out) != 0)
			return -1;
		compare(s, out, n);
		*passed += n;
	}
	return 0;
}

/* ---- looking for a few ---- */

#define DENSE 32    /* up to so many times as many it pays to look at all of them, eight at a time */
#define SPARSE 8    /* from so many times as many positions on it pays to pass over some */
#define FEW 4       /* distances that are as soon read one by one */
#define WIDTH_MAX 8 /* of low parts that are summed up together */

/* A one in the lowest bit of each of as many fields as fit into 57 bits. */
static const uint64_t lowest[WIDTH_MAX + 1] = {
	0x0000000000000000, 0x01ffffffffffffff, 0x0055555555555555, 0x0049249249249249,
	0x0011111111111111, 0x0004210842108421, 0x0001041041041041, 0x0002040810204081,
	0x0001010101010101,
};

/* The sum of n low parts: in words of 57 bits, a digit of all fields at a time. */
static inline uint64_t sum_low(const struct walk *w, uint32_t n)
{
	unsigned width = w->width, fields = width > 0 ? 57 / width : 0;
	uint64_t sum = 0, low = w->low;

	for (; width > 0 && n > 0; low += (uint64_t)fields * width) {
		uint64_t v = load_low(w->r, low);
		uint64_t mask;

		fields = n < fields ? n : fields;
		mask = lowest[width] & (((uint64_t)1 << (fields * width)) - 1);
		for (unsigned bit = 0; bit < width; bit++)
			sum += (uint64_t)ik_popcount64(v >> bit & mask) << bit;
		n -= fields;
	}
	return sum;
}

/* Pass the distances whose ones are in v, at most tf, if they lead from *pos below `want`. */
static inline uint32_t pass_word(struct walk *w, uint32_t tf, uint32_t want, uint32_t *pos)
{
	unsigned ones = ik_popcount64(w->v), bits;
	uint32_t n = ones < tf ? ones : tf;
	uint64_t sum;

	if (n < FEW || w->width > WIDTH_MAX)
		return 0;
	bits = up_to_one(w->v, ones, n);
	sum = ((uint64_t)(w->zeros + bits - n) << w->width) + sum_low(w, n);
	if (sum >= want - *pos)
		return 0;
	*pos += (uint32_t)sum;
	w->low += (uint64_t)n * w->width;
	pass_high(w, bits);
	return n;
}

static int find_few(struct walk *w, uint32_t tf, uint32_t pos, struct sought *s, uint32_t *passed)
{
	uint32_t i = *passed, n;

	while (i < tf && s->at < s->end) {
		uint32_t want = s->v[s->at];

		while (w->v == 0)
			if (walk_fill(w) != 0)
				return -1;
		n = pos < want ? pass_word(w, tf - i, want, &pos) : 0;
		for (i += n; n == 0 && i < tf && w->v != 0;) {
			pos += walk_next(w);
			i++;
			if (pos >= want)
				break;
		}
		while (s->at < s->end && s->v[s->at] < pos)
			s->at++;
		if (s->at < s->end && s->v[s->at] == pos)
			s->v[s->kept++] = s->v[s->at++];
	}
	*passed = i;
	return 0;
}

static int keep_positions(struct ik_pos_reader *r, uint8_t norm, uint32_t tf, uint32_t pos,
                          uint32_t *v, uint32_t *n)
{
	struct sought s = { v, 0, *n, 0 };
	uint32_t passed = 0;
	struct walk w;
	int rc;

	if (walk_open(&w, r, norm, tf) != 0)
		return -1;
#if defined(IK_POS_AVX2)
	if (ik_pos_are_few(&w, tf)) {
		*n = ik_pos_keep_of_few(&w, tf, pos, v, *n);
		return walk_close(&w, 0);
	}
	if (*n - 1 < IK_POS_FEW && tf / DENSE <= *n) {
		int64_t looked_at = ik_pos_keep_few(&w, tf, pos, v, n);

		return looked_at < 0 ? -1 : walk_close(&w, tf - (uint32_t)looked_at);
	}
#endif
	rc = tf / SPARSE > *n ? find_few(&w, tf, pos, &s, &passed)
	                      : find_many(&w, tf, pos, &s, &passed);
	*n = s.kept;
	return rc == 0 ? walk_close(&w, tf - passed) : -1;
}

const struct ik_pos_ops IK_POS_OPS = { read_posting, keep_positions, sum_postings };
