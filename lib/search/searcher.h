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

/* Working memory of one search: made once and lent out again and again. */
struct ik_scratch {
	struct ik_analysis *analysis;
	struct ik_arena prepared; /* as long as the query runs */
	struct ik_arena segment;  /* as long as one segment is searched */
};

struct ik_searcher {
	atomic_uint refs;
	struct ik_snapshot *snap;
	struct ik_analyzer **analyzers; /* by field; NULL where it is not text */
	struct ik_segment **segs;       /* of the snapshot's views */
	struct ik_arena arena;
	struct ik_collection collection;
	const struct ik_kernel *kernel;
	_Atomic(struct ik_scratch *) spare; /* the last one given back, or NULL */
};

/* Takes a reference of its own to snap. INK_ESYNTAX (an unknown analyzer), INK_ENOMEM. */
int ik_searcher_open(struct ik_snapshot *snap, struct ik_searcher **out, ink_error *err);
struct ik_searcher *ik_searcher_ref(struct ik_searcher *s);
void ik_searcher_unref(struct ik_searcher *s); /* NULL is fine */

/* Scratch for one search at a time: the spare one or a new one. INK_ENOMEM. */
int ik_searcher_lend(struct ik_searcher *s, struct ik_scratch **out, ink_error *err);
void ik_searcher_give_back(struct ik_searcher *s, struct ik_scratch *scratch); /* NULL is fine */

#endif
