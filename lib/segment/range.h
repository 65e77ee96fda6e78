/*
 * range.h - a posting list in range form: 256 documents at a time.
 *
 * Layer: segment. Format: FORMAT.md, "Range form". Opening reads the header
 * and points into the map; a record is decoded when a query gets to it.
 */
#ifndef IK_SEGMENT_RANGE_H
#define IK_SEGMENT_RANGE_H

#include "base/arena.h"
#include "segment/pos.h"
#include "segment/post.h"
#include "segment/record.h"

struct ik_ranges {
	uint32_t n_docs;
	uint32_t n;             /* ranges of the segment */
	uint32_t occupied;      /* ranges with a posting */
	uint32_t flags;
	float umax;             /* greatest u of the list, rounded up */
	float kth[3];           /* u of its 10th, 100th, 1000th best posting, rounded down; 0: none */
	const uint8_t *max;     /* n bytes: ceil(255 u / umax) at most, 0 where there is none */
	const uint8_t *present; /* sparse form: n bits; NULL when dense */
	uint32_t *rank;         /* sparse form: occupied ranges before each 64 */
	const uint8_t *bases;   /* where the first record of each group of slots is: 5 bytes */
	const uint8_t *dir;     /* how far behind that each slot's is */
	uint32_t dir_width;     /* bytes of that: 2 or 4 */
	const uint8_t *head;    /* where the list starts */
	const uint8_t *records, *records_end;
	const uint8_t *norms;   /* of the part, or NULL */
	const struct ik_unpack *unpack;
	const struct ik_pos_ops *pos;
};

/* One range whose frequencies are unpacked. */
struct ik_range {
	struct ik_record rec;
	uint8_t row[IK_RECORD_ROOM]; /* frequencies, at most 255, in the order of the documents */
	int big;                     /* are there any of 255 and more? */
	uint32_t whole[IK_RANGE];    /* those, whole; the others are not set */
	const uint8_t *tail;         /* behind them in the record ... */
	unsigned tail_bit;           /* ... from this bit on: positions */
	struct ik_pos_unit unit;     /* where these are, and the lengths of the documents, */
	uint8_t norms[IK_RECORD_ROOM]; /* in the same order; not set while unit.p is NULL */
	struct ik_pos_reader reader; /* within them: postings before `passed` are behind it; */
	uint32_t passed;             /* none is open at UINT32_MAX */
};

/* Check a list's header and point into it; scratch from the arena. INK_ECORRUPT, INK_ENOMEM. */
int ik_ranges_open(const struct ik_post_env *env, const struct ik_term_info *info,
                   struct ik_arena *arena, struct ik_ranges *out);

/* 0 when range r has no posting. */
static inline int ik_ranges_has(const struct ik_ranges *list, uint32_t r)
{
	return r < list->n && list->max[r] != 0;
}

/*
 * The record of range r, which has one: whole, and without documents past the
 * end of the segment. INK_ECORRUPT.
 */
int ik_range_record(const struct ik_ranges *list, uint32_t r, struct ik_record *out);

/* The documents of range r only. INK_ECORRUPT. */
int ik_range_mask(const struct ik_ranges *list, uint32_t r, uint64_t mask[4]);

/* The frequencies of range r, which has a record. INK_ECORRUPT. */
int ik_range_load(const struct ik_ranges *list, uint32_t r, struct ik_range *out);

/* The frequency of posting i of a loaded range. */
static inline uint32_t ik_range_freq(const struct ik_range *range, uint32_t i)
{
	return range->row[i] < 255 ? range->row[i] : range->whole[i];
}

/* Where the packed positions of range r, which is loaded, are. INK_ECORRUPT. */
int ik_range_unit(const struct ik_ranges *list, uint32_t r, const struct ik_range *range,
                  struct ik_pos_unit *out);

/*
 * The positions of posting i of range r, each moved by `shift`: as many as its
 * frequency, into `out`. Cheapest where postings ascend. INK_ECORRUPT.
 */
int ik_range_positions(const struct ik_ranges *list, uint32_t r, struct ik_range *range,
                       uint32_t i, uint32_t shift, uint32_t *out);

/* Of v[0, *n), which ascend, keep what is among them, as ik_pos_keep(). INK_ECORRUPT. */
int ik_range_keep(const struct ik_ranges *list, uint32_t r, struct ik_range *range, uint32_t i,
                  uint32_t shift, uint32_t *v, uint32_t *n);

#endif
