/*
 * native_results.c - the search layer's results behind the vtable.
 *
 * Layer: backend.
 */
#include "backend/native.h"
#include "base/mem.h"
#include "search/results.h"

struct native_results {
	struct ik_be_results base;
	struct ik_results *found;
};

static struct ik_results *found_of(const struct ik_be_results *r)
{
	return ((const struct native_results *)r)->found;
}

static int hit(const struct ik_be_results *r, size_t i, ink_hit *out, ink_error *err)
{
	const struct ik_results *found = found_of(r);

	(void)err;
	out->doc = found->hits[i].doc;
	out->score = ik_results_score(found, i);
	return 0;
}

static int doc(struct ik_be_results *r, size_t i, struct ik_doc *out, ink_error *err)
{
	const struct ik_doc *stored;
	int rc = ik_results_doc(found_of(r), i, &stored, err);

	return rc == 0 ? ik_doc_copy(out, stored, err) : rc;
}

static int stored(struct ik_be_results *r, size_t i, const char *field, const char **value,
                  size_t *len, ink_error *err)
{
	return ik_results_stored(found_of(r), i, field, value, len, err);
}

static int snippet(struct ik_be_results *r, size_t i, const char *field, const char **text,
                   size_t *len, ink_error *err)
{
	return ik_results_snippet(found_of(r), i, field, text, len, err);
}

static int explain(struct ik_be_results *r, size_t i, const char **text, size_t *len,
                   ink_error *err)
{
	return ik_results_explain(found_of(r), i, text, len, err);
}

static int cursor(struct ik_be_results *r, size_t i, const char **text, size_t *len,
                  ink_error *err)
{
	return ik_results_cursor(found_of(r), i, text, len, err);
}

static size_t facet_len(const struct ik_be_results *r, size_t facet)
{
	const struct ik_results *found = found_of(r);

	return facet < found->request.facets.n ? found->facets[facet].n : 0;
}

static int facet(const struct ik_be_results *r, size_t facet, size_t i, const char **value,
                 size_t *len, uint64_t *count, ink_error *err)
{
	const struct ik_facet_count *c = &found_of(r)->facets[facet].counts[i];

	(void)err;
	*value = c->value;
	*len = c->len;
	*count = c->count;
	return 0;
}

static void free_results(struct ik_be_results *r)
{
	ik_results_free(found_of(r));
	ik_free(r);
}

static const struct ik_results_ops results_ops = {
	hit, doc, stored, snippet, explain, cursor, facet_len, facet, free_results,
};

int ik_native_search(const struct ik_be_reader *r, const struct ik_request *request,
                     struct ik_be_results **out, ink_error *err)
{
	struct native_results *results = ik_zalloc(sizeof *results);
	struct ik_results *found = NULL;
	int rc;

	(void)r; /* the request holds its searcher */
	*out = NULL;
	if (results == NULL)
		return ik_fail_nomem(err);
	rc = ik_search_run(request, &found, err);
	if (rc != 0) {
		ik_free(results);
		return rc;
	}
	results->base = (struct ik_be_results){.ops = &results_ops,
	                                       .n = found->n,
	                                       .total = found->total,
	                                       .exact = found->exact,
	                                       .scored = found->work_scored,
	                                       .postings = found->work_postings};
	results->found = found;
	*out = &results->base;
	return 0;
}
