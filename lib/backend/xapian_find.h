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
	int32_t type;
	int multi;
	struct ik_arena *arena;
	struct ik_map map; /* value -> its number */
	IK_VEC(struct ik_facet_count) counts;
	uint64_t *seen; /* by range: the last document counted */
	uint64_t docs;
	ink_error *err;
};

/* INK_EUNSUPPORTED, INK_ENOMEM. Close it in any case. */
int ik_xb_facet_open(struct ik_xb_facet *f, const struct ik_facet_spec *spec,
                     const struct ik_xb_map *map, struct ik_arena *arena, ink_error *err);
int ik_xb_facet_add(struct ik_xb_facet *f, struct ik_xap_doc *doc);
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

/* Run it: the mutex is held. Fills in hits, scores, facets and totals. */
int ik_xb_run(struct ik_xb_results *r, ink_error *err);

#endif
