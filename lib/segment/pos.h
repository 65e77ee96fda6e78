/*
 * pos.h - packed positions: distances at widths that follow from length and frequency.
 *
 * Layer: segment. Format: FORMAT.md, "Packed positions". Neither the number
 * of distances nor their widths are stored: a reader knows the frequency of
 * each posting and the length of its document. The positions of any posting
 * are found without unpacking those of others.
 */
#ifndef IK_SEGMENT_POS_H
#define IK_SEGMENT_POS_H

#include "base/buf.h"

#define IK_POS_NO_NORM 88  /* the length taken in parts without norms, as a norm */
#define IK_POS_PER_BYTE 8  /* a position takes a bit at least: more of them are damage */

/* L() of the length that a norm stands for; L() of a frequency, and c with it. */
extern const uint8_t ik_pos_log_norm[256];
extern const uint8_t ik_pos_less[256];

/* L() of a document's length. */
static inline uint8_t ik_pos_log(const uint8_t *norms, uint32_t doc)
{
	return ik_pos_log_norm[norms != NULL ? norms[doc] : IK_POS_NO_NORM];
}

/* How many of a distance's bits are written as they are; `extra`: more than expected. */
static inline unsigned ik_pos_width(uint8_t log, uint32_t tf, unsigned extra)
{
	unsigned less = 0, width;

	for (; tf > 255; tf >>= 1)
		less += 8;
	less += ik_pos_less[tf];
	width = (log > less ? (log - less) / 8 : 0) + extra;
	return width < 32 ? width : 32;
}

/* Postings whose positions are packed together, one after another. */
struct ik_pos_input {
	const uint32_t *docs, *freqs; /* n of each */
	uint32_t n;
	const uint8_t *norms; /* by document, or NULL */
	const uint32_t *gaps; /* distances, as many as the frequencies say */
};

/* Append them; `bit` (0 to 7) bits of the last byte of `out` are taken, 0 being all. */
void ik_pos_pack(const struct ik_pos_input *in, unsigned bit, struct ik_buf *out);

struct ik_pos_ops;

/* Where packed positions are. */
struct ik_pos_unit {
	const uint8_t *base, *lim; /* what may be read lies between */
	const uint8_t *p, *end;
	unsigned bit;              /* of *p, from the lowest: the first one */
	uint32_t n;                /* postings */
	const struct ik_pos_ops *ops; /* for this processor: ik_pos_choose() */
};

const struct ik_pos_ops *ik_pos_choose(uint32_t cpu);

/* A place in a chunk of them. */
struct ik_pos_reader {
	const uint8_t *base, *lim, *p, *end;
	uint64_t bits;             /* of the chunk, from *p on */
	uint64_t low, high;        /* bits passed from p on, and back from end */
	uint64_t skipped;          /* distances passed whose high parts are not */
	unsigned extra;            /* added to all widths */
	const struct ik_pos_ops *ops;
};

/* A posting whose positions come next. */
struct ik_posting {
	struct ik_pos_reader reader;
	uint32_t tf;
	uint32_t width; /* bits of a low part */
	uint32_t place; /* in its range, for ik_range_reach() */
};

/* These pass the positions of a posting, each moved by `shift`. -1 when the bytes do not hold them. */
struct ik_pos_ops {
	/* tf numbers into out. */
	int (*read)(struct ik_posting *posting, uint32_t shift, uint32_t *out);

	/*
	 * Of v[0, *n), which ascend, keep what is among these numbers; of equal ones
	 * there one or more. Costs less where v is short: most distances are only added up.
	 */
	int (*keep)(struct ik_posting *posting, uint32_t shift, uint32_t *v, uint32_t *n);

	/*
	 * May they share positions, each moved? Found out by low parts, before high ones are
	 * passed: 0 for most that do not, else 1. Passes nothing.
	 */
	int (*may_meet)(const struct ik_posting *a, uint32_t shift_a, const struct ik_posting *b,
	                uint32_t shift_b);

	/* Put into v those of a, moved, that are among those of b, moved: *n. There is room for all of a's. */
	int (*meet)(struct ik_posting *a, uint32_t shift_a, struct ik_posting *b, uint32_t shift_b,
	            uint32_t *v, uint32_t *n);
};

/* Pass the positions of a posting. */
static inline void ik_pos_skip(struct ik_pos_reader *r, uint8_t log, uint32_t tf)
{
	r->low += (uint64_t)tf * ik_pos_width(log, tf, r->extra);
	r->skipped += tf;
}

static inline int ik_pos_read(struct ik_posting *posting, uint32_t shift, uint32_t *out)
{
	return posting->reader.ops->read(posting, shift, out);
}

static inline int ik_pos_keep(struct ik_posting *posting, uint32_t shift, uint32_t *v, uint32_t *n)
{
	return posting->reader.ops->keep(posting, shift, v, n);
}

/* Both are read by the same instructions. */
static inline int ik_pos_may_meet(const struct ik_posting *a, uint32_t shift_a,
                                  const struct ik_posting *b, uint32_t shift_b)
{
	return a->reader.ops->may_meet(a, shift_a, b, shift_b);
}

static inline int ik_pos_meet(struct ik_posting *a, uint32_t shift_a, struct ik_posting *b,
                              uint32_t shift_b, uint32_t *v, uint32_t *n)
{
	return a->reader.ops->meet(a, shift_a, b, shift_b, v, n);
}

extern const struct ik_pos_ops ik_pos_scalar;
#if defined(__x86_64__)
extern const struct ik_pos_ops ik_pos_avx2, ik_pos_avx512;
#endif

#endif
