/*
 * facet_impl.h - one facet while it is counted: what facet.c, facet_value.c
 * and facet_range.c share.
 *
 * Layer: search, private to it.
 */
#ifndef IK_SEARCH_FACET_IMPL_H
#define IK_SEARCH_FACET_IMPL_H

#include "base/map.h"
#include "search/facet.h"
#include "segment/column.h"

/* A value of a keyword field over the segments so far. */
struct ik_facet_value {
	const char *text; /* in the scratch arena */
	size_t len;
	uint64_t count;
};

struct ik_facet_run {
	const struct ik_facet_spec *spec;
	int32_t type;             /* of the field */
	const struct ik_segment *seg;
	int has;                  /* the segment has values of it */
	struct ik_column column;
	/* values */
	uint32_t *by_ord;         /* counts of this segment; NULL without one */
	struct ik_map map;        /* bytes -> number of the value */
	IK_VEC(struct ik_facet_value) values;
	struct ik_arena scratch;
	int alone;                /* the snapshot has no other segment */
	/* ranges */
	int64_t *from;            /* a value v is at or past bound i when v >= from[i] */
	size_t n_from;            /* bounds that some value can reach: the first of spec->n + 1 */
	uint64_t *counts;         /* spec->n */
	uint32_t *seen;           /* by range: 1 + the last document counted */
};

/* facet_value.c: keywords */
int ik_facet_value_begin(struct ik_facet_run *f, ink_error *err);
void ik_facet_value_add(struct ik_facet_run *f, uint32_t doc);
int ik_facet_value_end(struct ik_facet_run *f, ink_error *err);
int ik_facet_value_finish(struct ik_facet_run *f, struct ik_arena *results, struct ik_facet *out,
                          ink_error *err);
void ik_facet_value_free(struct ik_facet_run *f);

/* facet_range.c: numbers and dates */
int ik_facet_range_new(struct ik_facet_run *f, struct ik_arena *arena, ink_error *err);
void ik_facet_range_begin(struct ik_facet_run *f);
void ik_facet_range_add(struct ik_facet_run *f, uint32_t doc);
int ik_facet_range_finish(struct ik_facet_run *f, struct ik_arena *results, struct ik_facet *out,
                          ink_error *err);

#endif
