/* prepared.h - a request's query, prepared over the collection. Layer: search. */
#ifndef IK_SEARCH_PREPARED_H
#define IK_SEARCH_PREPARED_H

#include "match/plan.h"
#include "search/request.h"

/* A query prepared over a searcher's collection. */
struct ik_prepared {
	struct ik_collection own;       /* only when the request has its own BM25 parameters */
	const struct ik_collection *c;
	struct ik_prep *prep;           /* NULL: the query says nothing, so nothing matches */
	float scale;
	size_t nodes;                   /* of it: what a range costs */
	struct ik_searcher *searcher;
	struct ik_scratch *scratch;     /* lent by the searcher */
};

/* `poll` may be NULL. Release it also after a failure. */
int ik_prepared_open(struct ik_prepared *p, const struct ik_request *request,
                     struct ik_poll *poll, ink_error *err);
void ik_prepared_release(struct ik_prepared *p);

#endif
