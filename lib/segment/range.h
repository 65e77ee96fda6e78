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
	const uint8_t *max;     /* n bytes: ceil(255 u / umax) at most, 0 where there is none; */
	const uint8_t *packed;  /* without those zeros in the sparse form, where max is NULL */
	uint8_t *room;          /* ... until they are expanded to here */
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
	const struct ik_range_ops *ops;
};

/* One range whose frequencies are unpacked. */
struct ik_range {
	struct ik_record rec;
	uint8_t row[IK_RECORD_ROOM]; /* frequencies, at most 255, in the order of the documents */
	int big;                     /* are there any of 255 and more? */
	uint32_t whole[IK_RANGE];    /* those, whole; the others are not set */
	const uint8_t *tail;         /* behind them in the record ... */
	unsigned tail_bit;           /* ... from this bit on: positions */
	uint32_t chunk;              /* the first posting of a chunk of these that is open; */
	struct ik_pos_reader start;  /* not set at UINT32_MAX: at its first posting, */
	uint8_t widths[IK_POS_CHUNK]; /* bits of a low part of each posting; and, where there are */
	uint32_t lows[IK_POS_CHUNK];  /* no vectors or frequencies are big, of all before it */
	uint32_t mark;               /* a posting whose high parts were counted up to, */
	uint64_t mark_high;          /* how far they are */
};

/* Check a list's header and point into it; scratch from the arena. INK_ECORRUPT, INK_ENOMEM. */
int ik_ranges_open(const struct ik_post_env *env, const struct ik_term_info *info,
                   struct ik_arena *arena, struct ik_ranges *out);

/* 0 when range r, below n, has no posting. A byte is sooner looked at than a bit. */
static inline uint32_t ik_ranges_occupied(const struct ik_ranges *list, uint32_t r)
{
	return list->max != NULL ? (uint32_t)(list->max[r] != 0)
	                         : (uint32_t)(list->present[r / 8] >> r % 8 & 1);
}

/* 0 when range r has no posting. */
static inline int ik_ranges_has(const struct ik_ranges *list, uint32_t r)
{
	return r < list->n && ik_ranges_occupied(list, r);
}

/* In the room of a sparse list, whose maxima are expanded then. */
void ik_ranges_expand(struct ik_ranges *list);

/* The maximum of each range. */
static inline const uint8_t *ik_ranges_max(struct ik_ranges *list)
{
	if (list->max == NULL)
		ik_ranges_expand(list);
	return list->max;
}

/*
 * The record of range r, which has one: whole, and without documents past the
 * end of the segment. INK_ECORRUPT.
 */
int ik_range_record(const struct ik_ranges *list, uint32_t r, struct ik_record *out);

/* The documents of range r only. INK_ECORRUPT. */
int ik_range_mask(const struct ik_ranges *list, uint32_t r, uint64_t mask[4]);

/* The frequency of posting i of a loaded range. */
static inline uint32_t ik_range_freq(const struct ik_range *range, uint32_t i)
{
	return range->row[i] < 255 ? range->row[i] : range->whole[i];
}

struct ik_range_ops {
	/* The frequencies of range r, which has a record. INK_ECORRUPT. */
	int (*load)(const struct ik_ranges *list, uint32_t r, struct ik_range *out);

	/*
	 * Those of n documents of range r, which is loaded: as far as low parts go.
	 * INK_ECORRUPT, also when there is none.
	 */
	int (*postings)(const struct ik_ranges *list, uint32_t r, struct ik_range *range,
	                const uint8_t *docs, uint32_t n, struct ik_posting *out);

	/* Pass the high parts before one of them, of which positions are wanted. INK_ECORRUPT. */
	int (*reach)(struct ik_range *range, struct ik_posting *posting);
};

const struct ik_range_ops *ik_range_choose(uint32_t cpu);

extern const struct ik_range_ops ik_range_scalar;
#if defined(__x86_64__)
extern const struct ik_range_ops ik_range_avx2, ik_range_avx512;
#endif

static inline int ik_range_load(const struct ik_ranges *list, uint32_t r, struct ik_range *out)
{
	return list->ops->load(list, r, out);
}

static inline int ik_range_postings(const struct ik_ranges *list, uint32_t r,
                                    struct ik_range *range, const uint8_t *docs, uint32_t n,
                                    struct ik_posting *out)
{
	return list->ops->postings(list, r, range, docs, n, out);
}

static inline int ik_range_reach(const struct ik_ranges *list, struct ik_range *range,
                                 struct ik_posting *posting)
{
	return list->ops->reach(range, posting);
}

#endif
