/*
 * gen_search.h - what the tests of the search layer share: an index in
 * memory with several segments, deletions, and values that follow from a
 * document's number.
 */
#ifndef GEN_SEARCH_H
#define GEN_SEARCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "index/writer.h"
#include "inkstone/search.h"
#include "query/parse.h"
#include "search/request.h"

enum { F_ID, F_BODY, F_TAG, F_NUM, F_VAL, F_DAY };

#define WORLD_DOCS 600
#define VALUES_MAX 3

#define ok(call)                                                      \
	do {                                                          \
		ink_error err_ = { 0 };                               \
		ink_error *err = &err_;                               \
		int rc_ = (call);                                     \
		if (rc_ != 0)                                         \
			print_error("%s: %s\n", #call, err_.message); \
		assert_int_equal(rc_, 0);                             \
	} while (0)

struct world {
	struct ik_dir *dir;
	struct ik_searcher *searcher;
};

static inline uint64_t world_hash(uint64_t doc, uint64_t what)
{
	uint64_t v = doc * UINT64_C(0x9E3779B97F4A7C15) + what * UINT64_C(0xD1B54A32D192ED03) + 77;

	v = (v ^ (v >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	v = (v ^ (v >> 27)) * UINT64_C(0x94D049BB133111EB);
	return v ^ (v >> 31);
}

/* How many tags and numbers a document has; each of them. */
static inline uint32_t world_count(uint64_t doc)
{
	return (uint32_t)(world_hash(doc, 1) % (VALUES_MAX + 1));
}

static inline size_t world_tag(uint64_t doc, uint32_t i, char out[32])
{
	return (size_t)snprintf(out, 32, "t%llu",
	                        (unsigned long long)(world_hash(doc, 10 + i) % 150));
}

static inline int64_t world_num(uint64_t doc, uint32_t i)
{
	return (int64_t)(world_hash(doc, 20 + i) % 200) - 100;
}

static inline double world_val(uint64_t doc)
{
	return (double)(int64_t)(world_hash(doc, 30) % 2001 - 1000) / 8;
}

static inline int64_t world_day(uint64_t doc)
{
	return (int64_t)(world_hash(doc, 40) % 3650) * 86400000;
}

static inline int world_deleted(uint64_t doc)
{
	return doc % 13 == 5;
}

static inline void world_id(uint64_t doc, char out[32])
{
	snprintf(out, 32, "doc-%05llu", (unsigned long long)doc);
}

static inline struct ik_schema *world_schema(void)
{
	struct ik_schema *s;

	ok(ik_schema_new(&s, err));
	ok(ik_schema_add(s, "id", INK_KEYWORD, INK_STORED | INK_KEY, NULL, err));
	ok(ik_schema_add(s, "body", INK_TEXT, INK_STORED, NULL, err));
	ok(ik_schema_add(s, "tag", INK_KEYWORD, INK_MULTI, NULL, err));
	ok(ik_schema_add(s, "num", INK_I64, INK_MULTI, NULL, err));
	ok(ik_schema_add(s, "val", INK_F64, INK_STORED, NULL, err));
	ok(ik_schema_add(s, "day", INK_DATE, INK_STORED, NULL, err));
	return s;
}

static inline void world_add(struct ik_writer *w, struct ik_doc *doc, uint64_t n)
{
	char text[32];

	ik_doc_clear(doc);
	world_id(n, text);
	ok(ik_doc_add_text(doc, "id", text, strlen(text), err));
	ok(ik_doc_add_text(doc, "body", "the first line", 14, err));
	if (n % 2 == 1)
		ok(ik_doc_add_text(doc, "body", "another line", 12, err));
	for (uint32_t i = 0; i < world_count(n); i++) {
		size_t len = world_tag(n, i, text);

		ok(ik_doc_add_text(doc, "tag", text, len, err));
		ok(ik_doc_add_i64(doc, "num", world_num(n, i), err));
	}
	if (n % 5 != 0) {
		ok(ik_doc_add_f64(doc, "val", world_val(n), err));
		ok(ik_doc_add_i64(doc, "day", world_day(n), err));
	}
	ok(ik_writer_add(w, doc, err));
}

/* `commits` segments before merges; documents are numbered as they were added. */
static inline void world_open(struct world *world, unsigned commits)
{
	struct ik_schema *schema = world_schema();
	struct ik_snapshot *snap;
	struct ik_writer *w;
	struct ik_doc doc;
	char id[32];

	ok(ik_dir_mem(&world->dir, err));
	ok(ik_index_init(world->dir, schema, err));
	ok(ik_writer_open(world->dir, &w, err));
	ik_doc_init(&doc, schema);
	for (uint64_t n = 0; n < WORLD_DOCS; n++) {
		world_add(w, &doc, n);
		if ((n + 1) % (WORLD_DOCS / commits) == 0)
			ok(ik_writer_commit(w, NULL, err));
	}
	for (uint64_t n = 0; n < WORLD_DOCS; n++)
		if (world_deleted(n)) {
			world_id(n, id);
			ok(ik_writer_delete(w, id, strlen(id), err));
		}
	ok(ik_writer_commit(w, NULL, err));
	ik_writer_close(w);
	ik_doc_release(&doc);
	ik_schema_free(schema);
	ok(ik_snapshot_open(world->dir, &snap, err));
	assert_int_equal(snap->docs + snap->deleted, WORLD_DOCS);
	assert_true(commits == 1 || snap->n > 1);
	ok(ik_searcher_open(snap, &world->searcher, err));
	ik_snapshot_unref(snap);
}

static inline void world_close(struct world *world)
{
	ik_searcher_unref(world->searcher);
	ik_dir_free(world->dir);
}

static inline void world_request(struct world *world, const char *text, struct ik_request *out)
{
	struct ik_query *q;

	ok(ik_query_parse(world->searcher->snap->schema, text, strlen(text), 0, &q, err));
	ik_request_init(out, world->searcher, q);
	ik_query_unref(q);
}

static inline void add_sort(struct ik_request *r, uint32_t field, uint32_t flags)
{
	struct ik_sort *sort = ik_vec_push(&r->sorts);

	assert_non_null(sort);
	*sort = (struct ik_sort){ field, flags };
}

#endif
