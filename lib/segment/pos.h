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
#define IK_POS_ROOM 32     /* bytes in a row from any posting on */
#define IK_POS_PER_BYTE 8  /* a position takes a bit at least: more of them are damage */

/* What stands for the length of a document. */
static inline uint8_t ik_pos_norm(const uint8_t *norms, uint32_t doc)
{
	return norms != NULL ? norms[doc] : IK_POS_NO_NORM;
}

/* L() of the length that a norm stands for; L() of a frequency, and c with it. */
extern const uint8_t ik_pos_log_norm[256];
extern const uint8_t ik_pos_less[256];

/* How many of a distance's bits are written as they are; `extra`: more than expected. */
static inline unsigned ik_pos_width(uint8_t norm, uint32_t tf, unsigned extra)
{
	unsigned less = 0, log = ik_pos_log_norm[norm], width;

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

struct ik_pos_reader;

/* The positions of postings that are to be passed: how many, and bits of their low parts. */
struct ik_pos_sum {
	uint64_t n, low;
};

/* The first two pass the positions of a posting. -1 when the bytes do not hold them. */
struct ik_pos_ops {
	/* Its distances summed up from `pos` on: tf numbers into out. */
	int (*read)(struct ik_pos_reader *r, uint8_t norm, uint32_t tf, uint32_t pos,
	            uint32_t *out);

	/*
	 * Of v[0, *n), which ascend, keep what is among these numbers; of equal ones
	 * there one or more. Costs less where v is short: most distances are only added up.
	 */
	int (*keep)(struct ik_pos_reader *r, uint8_t norm, uint32_t tf, uint32_t pos, uint32_t *v,
	            uint32_t *n);

	/*
	 * Of n postings, fewer than 32, of frequencies below 255, in documents of these
	 * norms. IK_POS_ROOM bytes of each are read by some.
	 */
	struct ik_pos_sum (*sum)(const uint8_t *tf, const uint8_t *norm, uint32_t n,
	                         unsigned extra);
};

/* A place in a chunk of them. */
struct ik_pos_reader {
	const uint8_t *base, *lim, *p, *end;
	uint64_t bits;             /* of the chunk, from *p on */
	uint64_t low, high;        /* bits passed from p on, and back from end */
	uint64_t skipped;          /* distances passed whose high parts are not */
	unsigned extra;            /* added to all widths */
	const struct ik_pos_ops *ops;
};

/* Start at posting chunk * IK_POS_CHUNK of the unit. -1 when the bytes do not hold it. */
int ik_pos_open(const struct ik_pos_unit *u, uint32_t chunk, struct ik_pos_reader *out);

static inline void ik_pos_add(struct ik_pos_sum *sum, uint8_t norm, uint32_t tf, unsigned extra)
{
	sum->n += tf;
	sum->low += (uint64_t)tf * ik_pos_width(norm, tf, extra);
}

static inline void ik_pos_pass(struct ik_pos_reader *r, const struct ik_pos_sum *sum)
{
	r->low += sum->low;
	r->skipped += sum->n;
}

/* Pass the positions of a posting. */
static inline void ik_pos_skip(struct ik_pos_reader *r, uint8_t norm, uint32_t tf)
{
	struct ik_pos_sum sum = { 0, 0 };

	ik_pos_add(&sum, norm, tf, r->extra);
	ik_pos_pass(r, &sum);
}

static inline int ik_pos_read(struct ik_pos_reader *r, uint8_t norm, uint32_t tf, uint32_t pos,
                              uint32_t *out)
{
	return r->ops->read(r, norm, tf, pos, out);
}

static inline int ik_pos_keep(struct ik_pos_reader *r, uint8_t norm, uint32_t tf, uint32_t pos,
                              uint32_t *v, uint32_t *n)
{
	return r->ops->keep(r, norm, tf, pos, v, n);
}

extern const struct ik_pos_ops ik_pos_scalar;
#if defined(__x86_64__)
extern const struct ik_pos_ops ik_pos_avx2, ik_pos_avx512;
#endif

#endif
