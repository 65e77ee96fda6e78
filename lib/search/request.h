/*
 * request.h - what a search was asked for.
 *
 * Layer: search. A plain struct: the handle around it copies strings into
 * its arena and checks them against the schema before it gets here.
 */
#ifndef IK_SEARCH_REQUEST_H
#define IK_SEARCH_REQUEST_H

#include "base/poll.h"
#include "base/vec.h"
#include "query/ast.h"
#include "search/searcher.h"

#define IK_SORTS_MAX 16
#define IK_WINDOW_MAX 10000000u
#define IK_SORT_SCORE UINT32_MAX /* in place of a field */

struct ik_sort {
	uint32_t field;
	uint32_t flags; /* INK_SORT_* */
};

struct ik_facet_spec {
	uint32_t field;
	uint32_t limit;
	double *bounds; /* ranges: n + 1 ascending numbers; NULL: values of a keyword field */
	size_t n;
};

struct ik_snippet_spec {
	uint32_t field;
	uint32_t max_chars;
	uint32_t flags; /* INK_SNIPPET_* */
	const char *open, *close;
};

struct ik_cancel {
	atomic_uint refs;
	atomic_int fired;
};

struct ik_request {
	struct ik_searcher *searcher;
	struct ik_query *query;
	struct ik_query *filter;   /* NULL for none */
	uint64_t offset, limit;
	int exact;                 /* the total */
	double k1, b;              /* only when own_bm25 */
	int own_bm25;
	const char *after;         /* cursor.h; NULL: from the start */
	size_t after_len;
	IK_VEC(struct ik_sort) sorts; /* empty: by score */
	IK_VEC(struct ik_facet_spec) facets;
	IK_VEC(struct ik_snippet_spec) snippets;
	struct ik_cancel *cancel;  /* NULL for never */
	uint32_t timeout_ms;       /* 0 for never */
	struct ik_arena arena;     /* of the strings and bounds */
};

void ik_request_init(struct ik_request *r, struct ik_searcher *searcher,
                     const struct ik_query *query);
void ik_request_release(struct ik_request *r); /* what it holds, not the struct itself */

/* When a request is to be given up. */
struct ik_deadline {
	const struct ik_request *request;
	uint64_t at_us; /* 0: never */
};

/* From now on; the poll, good as long as `deadline`, fails with INK_ECANCELED or INK_ETIMEOUT. */
struct ik_poll ik_deadline_start(struct ik_deadline *deadline, const struct ik_request *request,
                                 ink_error *err);

/* A deep copy, for results that compute lazily. */
int ik_request_copy(const struct ik_request *from, struct ik_request *to, ink_error *err);

#endif
