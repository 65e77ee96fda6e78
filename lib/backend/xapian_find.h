/*
 * xapian_find.h - one search over a Xapian database: what its files share.
 *
 * Layer: backend. Private to xapian*.c. Licence: GPL-2.0-or-later, as
 * libxapian.
 */
#ifndef IK_BACKEND_XAPIAN_FIND_H
#define IK_BACKEND_XAPIAN_FIND_H

#include "backend/xapian.h"
#include "base/map.h"
#include "search/facet.h"

/* One facet while it is counted; what it finds is in the arena. */
struct ik_xb_facet {
	const struct ik_facet_spec *spec;
	struct ik_xap_spy *spy; /* counts the contents of the slot */
	uint32_t slot;
	int32_t type;
	int multi;
	struct ik_arena *arena;
	struct ik_map map; /* value -> its number */
	IK_VEC(struct ik_facet_count) counts;
	uint64_t *seen; /* by range: the last content counted */
	uint64_t contents;
	ink_error *err;
};

/* INK_EUNSUPPORTED, INK_ENOMEM. Close it in any case. */
int ik_xb_facet_open(struct ik_xb_facet *f, const struct ik_facet_spec *spec,
                     const struct ik_xb_map *map, struct ik_arena *arena, ink_error *err);
int ik_xb_facet_finish(struct ik_xb_facet *f, struct ik_facet *out);
void ik_xb_facet_close(struct ik_xb_facet *f);

struct ik_xb_results {
	struct ik_be_results base;
	struct ik_results
		*found; /* hits, facets and the request; stored documents as asked for */
	struct ik_xb_shared *shared;
	struct ik_xap_enquire *enquire; /* for explanations */
	double *scores;                 /* in found's arena */
};

/* Run it, again if need be: the mutex is held. Fills in hits, scores, facets and totals. */
int ik_xb_run(struct ik_xb_results *r, ink_error *err);

/* The value that a field is sorted by. */
static inline uint32_t ik_xb_sort_slot(const struct ik_xb_map *map, const struct ik_sort *sort)
{
	int multi = (map->schema->fields[sort->field].flags & INK_MULTI) != 0;

	return multi && (sort->flags & INK_SORT_DESC) != 0 ? ik_xb_slot_max(sort->field)
	                                                   : ik_xb_slot(sort->field);
}

/* ---- xapian_sorted.c: sorting what servers find ---- */

struct ik_xb_row {
	const struct ik_xb_sorted *sorted;
	uint64_t doc; /* Xapian's number */
	double score;
	const char *const *keys; /* by sort: the value, "" for none; where there are several */
	const size_t *lens;
};

struct ik_xb_sorted {
	struct ik_xb_results *results;
	const struct ik_request *request; /* with a sort */
	const struct ik_xap_query *query;
	uint64_t want; /* rows from the first on */
	IK_VEC(struct ik_xb_row) rows; /* freed by the caller */
	uint64_t total; /* a lower bound of the matches */
	ink_error *err;
};

/* Find the first `want` rows in order, or all there are; there may be more. */
int ik_xb_sorted(struct ik_xb_sorted *s);

#endif
