/*
 * pos_read.c - reading packed positions.
 *
 * Layer: segment. Format: FORMAT.md, "Packed positions". Compiled three times:
 * as it stands, which is the reference; by pos_read_avx2.c with IK_POS_AVX2 for
 * processors that have AVX2, BMI2 and POPCNT; by pos_read_avx512.c with
 * IK_POS_AVX512 as well.
 */
#include "segment/pos_bits.h"
#include "segment/pos_sum.h"

#if defined(IK_POS_AVX2)
#include "segment/pos_few.h"
#else
#define IK_POS_OPS ik_pos_scalar
#endif

/* How many bits of v there are down to the k-th one from the highest; it has `ones`, not fewer. */
static inline unsigned up_to_one(uint64_t v, unsigned ones, unsigned k)
{
#if defined(IK_POS_AVX2)
	return ik_pos_leading_zeros(_pdep_u64((uint64_t)1 << (ones - k), v)) + 1;
#else
	unsigned bits = 0;

	(void)ones;
	for (; k > 0; k--) {
		unsigned step = ik_pos_leading_zeros(v) + 1;

		v = step < 64 ? v << step : 0;
		bits += step;
	}
	return bits;
#endif
}

/*
 * Pass the high parts that were skipped. The one that was passed last is passed
 * again, so that there always is something to pass.
 */
static inline int catch_up(struct ik_pos_reader *r)
{
	r->high--;
	r->skipped++;
	for (;;) {
		uint64_t v = ik_pos_high_bits(r);
		unsigned ones = ik_popcount64(v);

		if (ones >= r->skipped) {
			r->high += up_to_one(v, ones, (unsigned)r->skipped);
			r->skipped = 0;
			return 0;
		}
		r->skipped -= ones;
		r->high += 64 - r->high % 8;
		if (r->high >= r->bits)
			return -1;
	}
}

/* A walk over the distances of one posting. */
struct walk {
	struct ik_pos_reader *r;
	uint64_t low, high;   /* where the low parts go on; where the bits of v end */
	uint64_t v;           /* high parts from the current one on, then zeros */
	unsigned left;        /* how many bits of v are high parts, ones or zeros */
	uint32_t zeros;       /* of the current high part, before v */
	unsigned width;
};

/* Counting in 64 bits, as what was skipped may be damaged. */
IK_INLINE int walk_open(struct walk *w, struct ik_pos_reader *r, uint8_t norm, uint32_t tf)
{
	w->r = r;
	w->width = ik_pos_width(norm, tf, r->extra);
	w->low = r->low;
	w->zeros = 0;
	if (r->skipped > r->bits || r->low > r->bits ||
	    (uint64_t)tf * w->width > r->bits - r->low || catch_up(r) != 0 ||
	    r->high > r->bits)
		return -1;
	w->v = ik_pos_high_bits(r);
	w->left = 64 - r->high % 8;
	w->high = r->high + w->left;
	return 0;
}

/* The next high parts, where there are only zeros left of these. */
static inline int walk_fill(struct walk *w)
{
	w->zeros += w->left;
	if (w->high >= w->r->bits)
		return -1;
	w->r->high = w->high;
	w->v = ik_pos_high_bits(w->r);
	w->left = 64 - w->high % 8;
	w->high += w->left;
	return 0;
}

/* Eight bytes of low parts; the first one begins in the lowest. */
static inline uint64_t load_low(const struct ik_pos_reader *r, uint64_t low)
{
	const uint8_t *p = r->p + low / 8;

	return (r->lim - p >= 8 ? ik_load64(p) : ik_pos_load_cut(p, r->lim)) >> low % 8;
}

static inline void pass_high(struct walk *w, unsigned bits)
{
	w->v = w->v << (bits - 1) << 1;
	w->left -= bits;
	w->zeros = 0;
}

/* The next distance; there is a one in v. */
static inline uint32_t walk_next(struct walk *w)
{
	unsigned run = ik_pos_leading_zeros(w->v);
	uint32_t high = (uint32_t)((uint64_t)(w->zeros + run) << w->width);
	uint32_t low = (uint32_t)(load_low(w->r, w->low) & (((uint64_t)1 << w->width) - 1));

	w->low += w->width;
	pass_high(w, run + 1);
	return high | low;
}

/* The posting is over, of which `rest` distances were not looked at. */
static inline int walk_close(struct walk *w, uint32_t rest)
{
	w->r->low = w->low + (uint64_t)rest * w->width;
	w->r->high = w->high - w->left;
	w->r->skipped = rest;
	return w->r->low + w->r->high <= w->r->bits ? 0 : -1;
}

/* The next n distances, summed up from *pos on. */
static inline int walk_read(struct walk *w, uint32_t n, uint32_t *pos, uint32_t *out)
{
	uint32_t at = *pos;

	for (uint32_t i = 0; i < n; i++) {
		while (w->v == 0)
			if (walk_fill(w) != 0)
				return -1;
		out[i] = at += walk_next(w);
	}
	*pos = at;
	return 0;
}

/* ---- few positions ---- */

#if defined(IK_POS_AVX2)
/* May all positions be had at once? */
static inline int are_few(const struct walk *w, uint32_t tf)
{
	return tf - 1 < IK_POS_FEW && w->width <= IK_POS_FEW_WIDTH && ik_popcount64(w->v) >= tf;
}

/* All tf positions, and then what means nothing. */
IK_INLINE __m256i few(struct walk *w, uint32_t tf, uint32_t pos)
{
	unsigned ones = ik_popcount64(w->v);
	uint64_t next = w->low + (tf > 4 ? 4 * w->width : 0);
	__m256i low = ik_pos_few_low(load_low(w->r, w->low), load_low(w->r, next), w->width);
	__m256i high = _mm256_sll_epi32(ik_pos_few_zeros(w->v, ones, tf),
	                                _mm_cvtsi32_si128((int)w->width));

	w->low += tf * w->width;
	w->left -= up_to_one(w->v, ones, tf);
	return _mm256_add_epi32(_mm256_add_epi32(high, _mm256_set1_epi32((int)pos)),
	                        ik_pos_few_sums(low));
}

static inline void read_few(struct walk *w, uint32_t tf, uint32_t pos, uint32_t *out)
{
	__m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);

	_mm256_maskstore_epi32((int *)out, _mm256_cmpgt_epi32(_mm256_set1_epi32((int)tf), lane),
	                       few(w, tf, pos));
}

/* How many of v[0, n) are among them; these are moved to the front. */
static inline uint32_t keep_of_few(struct walk *w, uint32_t tf, uint32_t pos, uint32_t *v,
                                   uint32_t n)
{
	__m256i all = few(w, tf, pos);
	unsigned valid = (1u << tf) - 1;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		__m256i same = _mm256_cmpeq_epi32(all, _mm256_set1_epi32((int)v[i]));

		v[kept] = v[i];
		kept += ((unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(same)) & valid) != 0;
	}
	return kept;
}
#endif

static int read_posting(struct ik_pos_reader *r, uint8_t norm, uint32_t tf, uint32_t pos,
                        uint32_t *out)
{
	struct walk w;

	if (walk_open(&w, r, norm, tf) != 0)
		return -1;
#if defined(IK_POS_AVX2)
	if (are_few(&w, tf)) {
		read_few(&w, tf, pos, out);
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
	int rc = walk_open(&w, r, norm, tf);

#if defined(IK_POS_AVX2)
	if (rc == 0 && are_few(&w, tf)) {
		*n = keep_of_few(&w, tf, pos, v, *n);
		return walk_close(&w, 0);
	}
#endif
	if (rc == 0)
		rc = tf / SPARSE > *n ? find_few(&w, tf, pos, &s, &passed)
		                      : find_many(&w, tf, pos, &s, &passed);
	*n = s.kept;
	return rc == 0 ? walk_close(&w, tf - passed) : -1;
}

const struct ik_pos_ops IK_POS_OPS = { read_posting, keep_positions, sum_postings };
