/*
 * results.h - what a search found.
 *
 * Layer: search. Hits, totals and facets are there when the search is over;
 * stored values, snippets, explanations and cursors are made when asked for
 * and kept in the results' arena.
 */
#ifndef IK_SEARCH_RESULTS_H
#define IK_SEARCH_RESULTS_H

#include "model/doc.h"
#include "search/facet.h"
#include "search/sortkey.h"
#include "segment/stored.h"

struct ik_found {
	uint64_t doc;
	int64_t score;        /* integer; score / scale is the score */
	struct ik_key *keys;  /* when sorted by fields */
	struct ik_doc *stored; /* once somebody asked */
};

struct ik_results {
	struct ik_request request; /* a copy: keeps searcher and query alive */
	struct ik_arena arena;
	struct ik_found *hits;
	size_t n;
	size_t n_keys;
	uint64_t total;
	int exact;
	double scale;
	int scored;           /* 0: nobody needed scores, they are 0 */
	struct ik_facet *facets;
	uint64_t work_scored, work_postings;
	struct ik_marks **marks; /* by snippet, once somebody asked */
};

/* Run a request. Errors as ink_search_run(). */
int ik_search_run(const struct ik_request *request, struct ik_results **out, ink_error *err);
void ik_results_free(struct ik_results *r); /* NULL is fine */

/*
 * Collect the numbers of all documents that match, ascending: for delete by
 * query. *docs is freed with ik_free().
 */
int ik_search_docs(struct ik_searcher *searcher, const struct ik_query *query, uint64_t **docs,
                   size_t *n, ink_error *err);

/* Hit i. Text is borrowed from the results; errors as the functions of inkstone/search.h. */
double ik_results_score(const struct ik_results *r, size_t i);
int ik_results_doc(struct ik_results *r, size_t i, const struct ik_doc **out, ink_error *err);
int ik_results_stored(struct ik_results *r, size_t i, const char *field, const char **value,
                      size_t *len, ink_error *err);
int ik_results_snippet(struct ik_results *r, size_t i, const char *field, const char **text,
                       size_t *len, ink_error *err);
int ik_results_explain(struct ik_results *r, size_t i, const char **text, size_t *len,
                       ink_error *err);
int ik_results_cursor(struct ik_results *r, size_t i, const char **text, size_t *len,
                      ink_error *err);

/* The stored values of a document of a segment, into an empty doc (schema set). INK_ECORRUPT. */
int ik_stored_load(struct ik_stored_reader *r, uint32_t local, struct ik_doc *out,
                   ink_error *err);

/*
 * The stored values of a document of a snapshot, into an empty doc (schema
 * set). INK_ENOTFOUND, INK_ECORRUPT.
 */
int ik_stored_doc(const struct ik_snapshot *snap, uint64_t doc, struct ik_doc *out,
                  ink_error *err);

#endif
