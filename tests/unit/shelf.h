/* shelf.h - for tests of lib/match: an index in memory of one text field, and what is found in it. */
#ifndef INK_TESTS_SHELF_H
#define INK_TESTS_SHELF_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "../support/must.h"
#include "index/writer.h"
#include "search/results.h"

struct shelf {
	struct ik_schema *schema;
	struct ik_dir *dir;
	struct ik_writer *writer;
	struct ik_searcher *searcher; /* of the last commit */
};

static inline void shelf_open(struct shelf *s, const char *analyzer, uint32_t flags)
{
	memset(s, 0, sizeof *s);
	must(ik_schema_new(&s->schema, &err));
	must(ik_schema_add(s->schema, "text", INK_TEXT, flags, analyzer, &err));
	must(ik_schema_add(s->schema, "tag", INK_KEYWORD, INK_MULTI, NULL, &err));
	must(ik_dir_mem(&s->dir, &err));
	must(ik_index_init(s->dir, s->schema, &err));
	must(ik_writer_open(s->dir, &s->writer, &err));
	must(ik_writer_set_threads(s->writer, 1, &err));
}

static inline void shelf_add(struct shelf *s, const char *text, size_t len)
{
	struct ik_doc doc;

	ik_doc_init(&doc, s->schema);
	must(ik_doc_add_text(&doc, "text", text, len, &err));
	must(ik_doc_add_text(&doc, "tag", "t", 1, &err));
	must(ik_writer_add(s->writer, &doc, &err));
	ik_doc_release(&doc);
}

static inline void shelf_commit(struct shelf *s)
{
	struct ik_snapshot *snap;

	must(ik_writer_commit(s->writer, NULL, &err));
	must(ik_snapshot_open(s->dir, &snap, &err));
	ik_searcher_unref(s->searcher);
	must(ik_searcher_open(snap, &s->searcher, &err));
	ik_snapshot_unref(snap);
}

static inline void shelf_close(struct shelf *s)
{
	ik_searcher_unref(s->searcher);
	ik_writer_close(s->writer);
	ik_dir_free(s->dir);
	ik_schema_free(s->schema);
}

static inline void shelf_fill(struct shelf *s, const char *const *texts, const char *analyzer,
                              uint32_t flags)
{
	shelf_open(s, analyzer, flags);
	for (; *texts != NULL; texts++)
		shelf_add(s, *texts, strlen(*texts));
	shelf_commit(s);
}

static inline int search_best(const struct shelf *s, const struct ik_query *q, uint32_t limit,
                              int exact, struct ik_results **out, ink_error *err)
{
	struct ik_request request;
	int rc;

	ik_request_init(&request, s->searcher, q);
	request.limit = limit;
	request.exact = exact;
	rc = ik_search_run(&request, out, err);
	ik_request_release(&request);
	return rc;
}

static inline int search(const struct shelf *s, const struct ik_query *q, struct ik_results **out,
                         ink_error *err)
{
	return search_best(s, q, 1000, 1, out, err);
}

static inline struct ik_query *leaf(enum ik_query_kind kind, const char *text, uint32_t number)
{
	struct ik_query *q;

	must(ik_query_leaf(kind, "text", text, strlen(text), number, &q, &err));
	return q;
}

/* The documents found, as a mask; the query is freed. */
static inline uint64_t found(const struct shelf *s, struct ik_query *q)
{
	struct ik_results *r;
	uint64_t mask = 0;

	must(search(s, q, &r, &err));
	for (size_t i = 0; i < r->n; i++)
		mask |= (uint64_t)1 << r->hits[i].doc;
	assert_int_equal(r->n, r->total);
	ik_results_free(r);
	ik_query_unref(q);
	return mask;
}

#endif
