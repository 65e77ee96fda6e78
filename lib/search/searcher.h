/*
 * searcher.h - a snapshot made ready for searching.
 *
 * Layer: search. Holds what all searches of a reader share: analyzers,
 * statistics, SIMD choice. Counted; shared by threads; immutable.
 */
#ifndef IK_SEARCH_SEARCHER_H
#define IK_SEARCH_SEARCHER_H

#include "index/snapshot.h"
#include "match/collection.h"
#include "match/kernel.h"

struct ik_searcher {
	atomic_uint refs;
	struct ik_snapshot *snap;
	struct ik_analyzer **analyzers; /* by field; NULL where it is not text */
	struct ik_segment **segs;       /* of the snapshot's views */
	struct ik_arena arena;
	struct ik_collection collection;
	const struct ik_kernel *kernel;
};

/* INK_ESYNTAX (an analyzer this library does not have), INK_ENOMEM. Takes a reference of its own to snap. */
int ik_searcher_open(struct ik_snapshot *snap, struct ik_searcher **out, ink_error *err);
struct ik_searcher *ik_searcher_ref(struct ik_searcher *s);
void ik_searcher_unref(struct ik_searcher *s); /* NULL is fine */

#endif
