/*
 * facet.h - counting the matches by value.
 *
 * Layer: search. Fed with masks of 256 documents, so that counting costs
 * nothing when no facet is asked for.
 */
#ifndef IK_SEARCH_FACET_H
#define IK_SEARCH_FACET_H

#include "search/request.h"

struct ik_facet_count {
	const char *value; /* NUL-terminated, in the results' arena */
	size_t len;
	uint64_t count;
};

/* The outcome of one facet. */
struct ik_facet {
	/* Values: most frequent first, ties by bytes; ranges: in order. */
	struct ik_facet_count *counts;
	size_t n;
};

struct ik_facets;

/* In the arena of the search. INK_ESCHEMA, INK_ENOMEM. */
int ik_facets_new(const struct ik_request *request, struct ik_arena *arena, struct ik_facets **out,
                  ink_error *err);

/* A segment begins; documents of it that match; it is over. INK_ECORRUPT, INK_ENOMEM. */
int ik_facets_begin(struct ik_facets *f, uint32_t view, ink_error *err);
void ik_facets_add(struct ik_facets *f, uint32_t range, const uint64_t mask[4]);
int ik_facets_end(struct ik_facets *f, ink_error *err);

/* The counts: request->facets.n of them, in the results' arena; frees what is in no arena. */
int ik_facets_finish(struct ik_facets *f, struct ik_arena *results, struct ik_facet **out,
                     ink_error *err);
void ik_facets_free(struct ik_facets *f); /* after an error; NULL is fine */

#endif
