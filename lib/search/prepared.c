/* prepared.c - a request's query, prepared over the collection. Layer: search. */
#include <string.h>

#include "search/prepared.h"

/* Of a search for no hits nobody sees a score. */
static int is_scored(const struct ik_request *request)
{
	return request->offset + request->limit > 0;
}

static int prepare(struct ik_prepared *p, const struct ik_request *request,
                   struct ik_poll *poll, ink_error *err)
{
	struct ik_prepare prepare = { .c = p->c, .arena = &p->scratch->prepared,
		                      .analysis = p->scratch->analysis,
		                      .unscored = !is_scored(request),
		                      .poll = poll, .err = err };
	struct ik_prep *kids[2] = { NULL, NULL };
	const int32_t occur[2] = { INK_MUST, INK_FILTER };
	int rc = ik_prepare(&prepare, request->query, &kids[0]);

	p->prep = kids[0];
	prepare.unscored = 1; /* nor of a filter */
	if (rc == 0 && kids[0] != NULL && request->filter != NULL)
		rc = ik_prepare(&prepare, request->filter, &kids[1]);
	if (rc == 0 && kids[1] != NULL)
		rc = ik_prep_bool(&prepare, kids, occur, 2, 0, &p->prep);
	p->nodes = prepare.nodes;
	return rc;
}

int ik_prepared_open(struct ik_prepared *p, const struct ik_request *request,
                     struct ik_poll *poll, ink_error *err)
{
	int rc;

	memset(p, 0, sizeof *p);
	p->searcher = request->searcher;
	p->c = &p->searcher->collection;
	rc = ik_searcher_lend(p->searcher, &p->scratch, err);
	if (rc == 0 && request->own_bm25) {
		p->own = *p->c;
		rc = ik_collection_init(&p->own, request->k1, request->b,
		                        &p->scratch->prepared, err);
		p->c = &p->own;
	}
	if (rc == 0)
		rc = prepare(p, request, poll, err);
	if (rc == 0 && p->prep != NULL && is_scored(request))
		p->scale = ik_plan_scale(ik_prep_total(p->prep));
	return rc;
}

void ik_prepared_release(struct ik_prepared *p)
{
	if (p->scratch != NULL)
		ik_searcher_give_back(p->searcher, p->scratch);
	p->scratch = NULL;
}
