/*
 * record.h - one record of a list in range form: the postings of 256 documents.
 *
 * Layer: segment. Format: FORMAT.md, "Range form". A record stays packed:
 * queries ask for the mask of its documents, for one frequency, or for all.
 * The scalar functions are the reference.
 */
#ifndef IK_SEGMENT_RECORD_H
#define IK_SEGMENT_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "segment/format.h"

struct ik_record {
	const uint8_t *docs;  /* n bytes, or from IK_BITMAP_CUT on a bitmap of 32 */
	const uint8_t *freqs; /* n packed numbers of `width` bits */
	const uint8_t *extra; /* how many exceptions less one, documents, frequencies; NULL: none */
	const uint8_t *end;   /* no byte at or behind it is read */
	uint32_t n;           /* 1 .. 256 */
	uint32_t width;       /* 0 .. 8 */
};

/* Room for the frequencies of a record, one byte each: more of them are read and written. */
#define IK_RECORD_ROOM (IK_RANGE + 32)

struct ik_unpack {
	const char *name;

	/* The documents as a mask; how many there are. */
	uint32_t (*mask)(const struct ik_record *rec, uint64_t mask[4]);

	/* Which posting of the record is document d, counted from 0; -1: none. */
	int32_t (*find)(const struct ik_record *rec, uint32_t d);

	/*
	 * The same of n documents, fewer than 257, ascending: 0; -1 where the record
	 * does not have one of them.
	 */
	int (*places)(const struct ik_record *rec, const uint8_t *docs, uint32_t n, uint8_t *out);

	/* The packed numbers plus one, at most 255, of all postings in a row. */
	void (*freqs)(const struct ik_record *rec, uint8_t row[IK_RECORD_ROOM]);

	/*
	 * Such a row spread over the documents of a mask, which has no more:
	 * freq[d], else 0. Up to 8 bytes behind the row are read by some.
	 */
	void (*spread)(const uint8_t row[IK_RECORD_ROOM], const uint64_t mask[4],
	               uint8_t freq[IK_RANGE]);
};

static inline int ik_record_is_bitmap(const struct ik_record *rec)
{
	return rec->n >= IK_BITMAP_CUT;
}

/*
 * What stands for an exception among packed numbers of a width: the greatest that such a
 * record has, so that few other postings have to be looked for among the exceptions.
 */
static inline uint32_t ik_record_marker(uint32_t width)
{
	return (1u << width) - 1 - (width >> 3);
}

/* The exceptions of a record, frequencies that do not fit its width. */
struct ik_extras {
	const uint8_t *docs; /* n of them, ascending */
	const uint8_t *p;    /* the next frequency */
	const uint8_t *end;
	uint32_t n, i;
};

/* None: n is 0. INK_ECORRUPT. */
int ik_record_extras(const struct ik_record *rec, struct ik_extras *out);

/* The next one: 1, 0 at the end, INK_ECORRUPT. */
int ik_extras_next(struct ik_extras *e, uint32_t *d, uint32_t *tf);

/* The frequency of posting i, which is document d and may be an exception. INK_ECORRUPT. */
int ik_record_freq_long(const struct ik_record *rec, uint32_t i, uint32_t d, uint32_t *tf);

/* The same. */
static inline int ik_record_freq(const struct ik_record *rec, uint32_t i, uint32_t d, uint32_t *tf)
{
	uint32_t bit = i * rec->width, v;

	if (i >= rec->n || rec->end - rec->freqs < (ptrdiff_t)(bit / 8 + 8))
		return ik_record_freq_long(rec, i, d, tf);
	v = (uint32_t)(ik_load64(rec->freqs + bit / 8) >> bit % 8) & ((1u << rec->width) - 1);
	*tf = v + 1;
	/* One branch, not two, as neither is foreseen. */
	return ((v >= ik_record_marker(rec->width)) & (rec->extra != NULL)) != 0
	               ? ik_record_freq_long(rec, i, d, tf)
	               : 0;
}

const struct ik_unpack *ik_unpack_choose(uint32_t cpu);

extern const struct ik_unpack ik_unpack_scalar;
#if defined(__x86_64__)
extern const struct ik_unpack ik_unpack_avx2, ik_unpack_avx512;
void ik_record_freqs_avx512(const struct ik_record *rec, uint8_t row[IK_RECORD_ROOM]);
void ik_record_spread_avx512(const uint8_t row[IK_RECORD_ROOM], const uint64_t mask[4],
                             uint8_t freq[IK_RANGE]);

/* The opposite: bytes of all documents of a range, those of the record in a row. */
void ik_record_pick_avx512(const struct ik_record *rec, const uint8_t all[IK_RANGE],
                           uint8_t row[IK_RECORD_ROOM]);
#endif

#endif
