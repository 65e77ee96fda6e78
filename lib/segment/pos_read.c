/*
 * pos_read.c - reading packed positions.
 *
 * Layer: segment. Format: FORMAT.md, "Packed positions". Compiled three times:
 * as it stands, which is the reference; by pos_read_avx2.c with IK_HAVE_AVX2 for
 * processors that have AVX2, BMI2 and POPCNT; by pos_read_avx512.c with
 * IK_HAVE_AVX512 as well.
 */
#include "segment/pos_few.h"

#if !defined(IK_HAVE_AVX2)
#define IK_POS_OPS ik_pos_scalar
#endif

static int read_posting(struct ik_posting *posting, uint32_t shift, uint32_t *out)
{
	struct walk w;

	if (walk_open(&w, posting) != 0)
		return -1;
#if defined(IK_HAVE_AVX2)
	if (ik_pos_are_few(&w, posting->tf)) {
		ik_pos_store_few(ik_pos_few(&w, posting->tf, shift), posting->tf, out);
		return walk_close(&w, 0);
	}
#endif
	return walk_read(&w, posting->tf, &shift, out) == 0 ? walk_close(&w, 0) : -1;
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
	bits = ik_pos_up_to_one(w->v, ones, n);
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

static int keep_positions(struct ik_posting *posting, uint32_t shift, uint32_t *v, uint32_t *n)
{
	struct sought s = { v, 0, *n, 0 };
	uint32_t passed = 0, tf = posting->tf;
	struct walk w;
	int rc;

	if (walk_open(&w, posting) != 0)
		return -1;
#if defined(IK_HAVE_AVX2)
	if (ik_pos_are_few(&w, tf)) {
		*n = ik_pos_keep_of_few(&w, tf, shift, v, *n);
		return walk_close(&w, 0);
	}
	if (*n - 1 < IK_POS_FEW && tf / DENSE <= *n) {
		int64_t looked_at = ik_pos_keep_few(&w, tf, shift, v, n);

		return looked_at < 0 ? -1 : walk_close(&w, tf - (uint32_t)looked_at);
	}
#endif
	rc = tf / SPARSE > *n ? find_few(&w, tf, shift, &s, &passed)
	                      : find_many(&w, tf, shift, &s, &passed);
	*n = s.kept;
	return rc == 0 ? walk_close(&w, tf - passed) : -1;
}

/* ---- two postings ---- */

#if defined(IK_HAVE_AVX2)
#define REST_MAX 32 /* positions, of which one more has a good chance to be like one of a few others */

/* Two numbers that are the same have the same lowest bits, and low parts tell those. */
static int may_meet(const struct ik_posting *a, uint32_t shift_a, const struct ik_posting *b,
                    uint32_t shift_b)
{
	int shared = 0;
	uint32_t n;
	struct rest of_a, of_b;
	__m256i in_a, in_b, mask;

	if ((a->tf - 1 >= IK_POS_FEW) | (b->tf - 1 >= REST_MAX) || !ik_pos_rest(a, &of_a) ||
	    !ik_pos_rest(b, &of_b))
		return 1;
	mask = _mm256_set1_epi32((1 << (of_a.width < of_b.width ? of_a.width : of_b.width)) - 1);
	in_a = _mm256_and_si256(ik_pos_next_rest(&of_a, a->tf, shift_a), mask);
	for (uint32_t passed = 0; !shared && passed < b->tf; passed += n) {
		n = b->tf - passed < IK_POS_FEW ? b->tf - passed : IK_POS_FEW;
		in_b = ik_pos_next_rest(&of_b, n, shift_b);
		shift_b = (uint32_t)_mm256_extract_epi32(in_b, 7); /* the last, if more follow */
		shared = ik_pos_share_few(in_a, a->tf, _mm256_and_si256(in_b, mask), n);
	}
	return shared;
}
#else
static int may_meet(const struct ik_posting *a, uint32_t shift_a, const struct ik_posting *b,
                    uint32_t shift_b)
{
	(void)a;
	(void)shift_a;
	(void)b;
	(void)shift_b;
	return 1;
}
#endif

#if defined(IK_HAVE_AVX2)
/* As meet_postings() where both have few: 1; 0 where they have not, and nothing is passed. */
static inline int meet_few(struct ik_posting *a, uint32_t shift_a, struct ik_posting *b,
                           uint32_t shift_b, uint32_t *v, uint32_t *n)
{
	struct walk of_a, of_b;
	__m256i in_a, in_b;
	uint32_t shared;

	if ((a->tf > IK_POS_FEW) | (b->tf > IK_POS_FEW))
		return 0;
	if (walk_open(&of_a, a) != 0 || walk_open(&of_b, b) != 0)
		return -1;
	if (!ik_pos_are_few(&of_a, a->tf) || !ik_pos_are_few(&of_b, b->tf))
		return 0;
	in_a = ik_pos_few(&of_a, a->tf, shift_a);
	in_b = ik_pos_few(&of_b, b->tf, shift_b);
	shared = ik_pos_shared_few(in_a, a->tf, in_b, b->tf);
	*n = ik_pos_store_shared(in_a, shared, v);
	return walk_close(&of_a, 0) == 0 && walk_close(&of_b, 0) == 0 ? 1 : -1;
}
#endif

static int meet_postings(struct ik_posting *a, uint32_t shift_a, struct ik_posting *b,
                         uint32_t shift_b, uint32_t *v, uint32_t *n)
{
#if defined(IK_HAVE_AVX2)
	int rc = meet_few(a, shift_a, b, shift_b, v, n);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
#endif
	*n = a->tf;
	return read_posting(a, shift_a, v) != 0 ? -1 : keep_positions(b, shift_b, v, n);
}

const struct ik_pos_ops IK_POS_OPS = { read_posting, keep_positions, may_meet, meet_postings };
