/*
 * column.h - values by document: for sorting, facets and ranges.
 *
 * Layer: segment. Format: FORMAT.md, "Columns". Numbers are int64; doubles
 * are mapped to int64 in their own order. Keyword values are ordinals of the
 * dictionary.
 */
#ifndef IK_SEGMENT_COLUMN_H
#define IK_SEGMENT_COLUMN_H

#include "segment/segment.h"

/* Order-preserving maps between double (no NaN) and int64. */
int64_t ik_column_from_f64(double v);
double ik_column_to_f64(int64_t v);

/* An opened column; points into the map. */
struct ik_column {
	uint32_t n_docs;
	int multi;
	uint32_t width;           /* bytes of a value: 0, 1, 2, 4 or 8 */
	int64_t base;             /* added to each value */
	uint64_t n_values;
	const uint8_t *present;   /* single: n_docs bits, padded to 8 bytes; NULL: all have a value */
	const uint8_t *starts;    /* multi: u32[n_docs + 1] */
	const uint8_t *values;
	const uint8_t *zones;     /* numbers: int64 min, max of each range of 256 documents; min > max: empty */
	const struct ik_part_info *part; /* ordinals: whose */
};

/* 1 and *out; 0 when the segment has no value of that field; INK_ECORRUPT. */
int ik_column_numbers(const struct ik_segment *seg, uint32_t field, struct ik_column *out,
                      ink_error *err);
int ik_column_ordinals(const struct ik_segment *seg, uint32_t field, struct ik_column *out,
                       ink_error *err);

/* The values of a document are ik_column_at(c, first) ... n of them; n may be 0. */
uint32_t ik_column_span(const struct ik_column *c, uint32_t doc, uint64_t *first);
int64_t ik_column_at(const struct ik_column *c, uint64_t i);

/* The smallest and the greatest value in range r (numbers only): 1, or 0 when it is empty. */
int ik_column_zone(const struct ik_column *c, uint32_t r, int64_t *lo, int64_t *hi);

#endif
