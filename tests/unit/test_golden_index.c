/*
 * test_golden_index.c - an index of format version 1 still opens and finds what it did.
 *
 * tests/golden/index_v1 holds two segments with every type of field, lists of
 * all sizes that so few documents have, positions, grams, an update and
 * deletions. It is kept for ever. While the format is not released it may be
 * made anew: remove its files and run this test with INK_GOLDEN_WRITE=1.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/must.h"
#include "index/writer.h"
#include "query/parse.h"
#include "search/results.h"
#include "segment/check.h"

#define FOLDER "tests/golden/index_v1"
#define DAY_MS 86400000

static struct ik_dir *dir;
static struct ik_snapshot *snap;
static struct ik_searcher *searcher;

/* ---- making it ---- */

static struct ik_schema *make_schema(void)
{
	struct ik_schema *s;

	must(ik_schema_new(&s, &err));
	must(ik_schema_add(s, "id", INK_KEYWORD, INK_STORED | INK_KEY, NULL, &err));
	must(ik_schema_add(s, "title", INK_TEXT, INK_STORED, "default", &err));
	must(ik_schema_add(s, "body", INK_TEXT, 0, "whitespace | lower", &err));
	must(ik_schema_add(s, "note", INK_TEXT, INK_NO_POSITIONS, "whitespace", &err));
	must(ik_schema_add(s, "tag", INK_KEYWORD, INK_MULTI | INK_STORED, NULL, &err));
	must(ik_schema_add(s, "num", INK_I64, INK_MULTI | INK_STORED, NULL, &err));
	must(ik_schema_add(s, "price", INK_F64, INK_STORED, NULL, &err));
	must(ik_schema_add(s, "when", INK_DATE, INK_STORED, NULL, &err));
	must(ik_schema_add(s, "blob", INK_BYTES, INK_STORED, NULL, &err));
	must(ik_schema_set_weight(s, "title", 2, &err));
	must(ik_schema_set_bm25(s, 1.2, 0.75, &err));
	return s;
}

static void add(struct ik_doc *doc, const char *field, const char *text)
{
	must(ik_doc_add_text(doc, field, text, strlen(text), &err));
}

/* Number i: "all odd n7" or "all all even n8"; titles for every fifth. */
static void make_doc(struct ik_doc *doc, unsigned i, const char *body)
{
	char text[64];

	ik_doc_clear(doc);
	snprintf(text, sizeof text, "d%03u", i);
	add(doc, "id", text);
	snprintf(text, sizeof text, "All %s n%u", i % 2 != 0 ? "odd" : "all even", i);
	add(doc, "body", body != NULL ? body : text);
	if (i % 10 == 0 && body == NULL)
		add(doc, "title", "全文检索 engine");
	if (i % 10 == 5)
		add(doc, "title", "東京大学の研究");
	if (i % 50 == 1)
		add(doc, "note", "quick note");
	for (unsigned k = 3; k <= 7; k += 4) {
		snprintf(text, sizeof text, "t%u", i % k);
		add(doc, "tag", text);
	}
	must(ik_doc_add_i64(doc, "num", (int64_t)i, &err));
	must(ik_doc_add_i64(doc, "num", -(int64_t)i, &err));
	must(ik_doc_add_f64(doc, "price", i / 4.0, &err));
	must(ik_doc_add_i64(doc, "when", (int64_t)i * DAY_MS, &err));
	must(ik_doc_add_bytes(doc, "blob", &(const uint8_t[]){ (uint8_t)i, 0, 255 }, 3, &err));
}

static void make_index(const char *path)
{
	struct ik_schema *schema = make_schema();
	struct ik_writer *w;
	struct ik_doc doc;

	must(ik_dir_fs(path, 1, &dir, &err));
	must(ik_index_init(dir, schema, &err));
	must(ik_writer_open(dir, &w, &err));
	must(ik_writer_set_threads(w, 1, &err));
	ik_doc_init(&doc, schema);
	for (unsigned i = 0; i < 310; i++) {
		make_doc(&doc, i, NULL);
		must(ik_writer_add(w, &doc, &err));
		if (i == 299)
			must(ik_writer_commit(w, NULL, &err));
	}
	must(ik_writer_delete(w, "d010", 4, &err));
	must(ik_writer_delete(w, "d020", 4, &err));
	make_doc(&doc, 30, "Updated");
	must(ik_writer_update(w, &doc, &err));
	must(ik_writer_commit(w, NULL, &err));
	ik_doc_release(&doc);
	ik_writer_close(w);
	must(dir->ops->remove(dir, "lock", &err));
	ik_dir_free(dir);
	ik_schema_free(schema);
}

/* ---- opening it ---- */

/* Runs in the top folder, in tests/, or anywhere with INK_SRCDIR set. */
static int open_index(void **state)
{
	const char *folders[] = { getenv("INK_SRCDIR"), ".", ".." };
	const char *write = getenv("INK_GOLDEN_WRITE");

	(void)state;
	for (size_t i = 0; i < 3 && snap == NULL; i++) {
		char path[1024];

		if (folders[i] == NULL)
			continue;
		snprintf(path, sizeof path, "%s/" FOLDER, folders[i]);
		if (ik_dir_fs(path, 0, &dir, NULL) == 0 && ik_snapshot_open(dir, &snap, NULL) == 0)
			break;
		if (write != NULL && *write != '\0') {
			make_index(path);
			must(ik_dir_fs(path, 0, &dir, &err));
			must(ik_snapshot_open(dir, &snap, &err));
		}
	}
	if (snap == NULL) {
		print_error("no index in " FOLDER "\n");
		return -1;
	}
	must(ik_searcher_open(snap, &searcher, &err));
	return 0;
}

static int close_index(void **state)
{
	(void)state;
	ik_searcher_unref(searcher);
	ik_snapshot_unref(snap);
	ik_dir_free(dir);
	return 0;
}

static struct ik_results *search(const char *text)
{
	struct ik_results *r = NULL;
	struct ik_request request;
	struct ik_query *q;

	must(ik_query_parse(snap->schema, text, strlen(text), 0, &q, &err));
	ik_request_init(&request, searcher, q);
	request.limit = 1000;
	request.exact = 1;
	must(ik_search_run(&request, &r, &err));
	ik_request_release(&request);
	ik_query_unref(q);
	return r;
}

/* ---- */

static void test_it_is_whole(void **state)
{
	(void)state;
	assert_int_equal(snap->n, 2);
	assert_int_equal(snap->docs, 308);
	assert_int_equal(snap->deleted, 3);
	assert_int_equal(snap->generation, 3);
	for (uint32_t i = 0; i < snap->n; i++)
		must(ik_segment_check(snap->views[i].seg, NULL, NULL, &err));
}

static void test_its_schema(void **state)
{
	struct ik_schema *want = make_schema(), *got = snap->schema;

	(void)state;
	assert_int_equal(got->n, want->n);
	assert_int_equal(got->key, want->key);
	assert_true(got->k1 == want->k1 && got->b == want->b);
	for (uint32_t i = 0; i < want->n; i++) {
		assert_string_equal(got->fields[i].name, want->fields[i].name);
		assert_string_equal(got->fields[i].analyzer, want->fields[i].analyzer);
		assert_int_equal(got->fields[i].type, want->fields[i].type);
		assert_int_equal(got->fields[i].flags, want->fields[i].flags);
		assert_true(got->fields[i].weight == want->fields[i].weight);
	}
	ik_schema_free(want);
}

static void test_what_it_finds(void **state)
{
	static const struct {
		const char *query;
		unsigned total;
		const char *first; /* the best hit */
	} cases[] = {
		{ "*:*", 308, "d000" },
		{ "body:all", 307, "d000" },
		{ "body:even", 152, "d000" },
		{ "body:\"all odd\"", 155, "d001" },
		{ "body:\"even all\"", 0, NULL },
		{ "body:\"even all\"~3", 152, "d000" },
		{ "body:updated", 1, "d030" },
		{ "body:n30", 0, NULL },
		{ "body:n10*", 10, "d100" },
		{ "body:evne~1", 152, "d000" },
		{ "title:\"全文检索\"", 28, "d000" },
		{ "title:检索", 28, "d000" },
		{ "title:\"文检\"", 28, "d000" },
		{ "title:engines", 28, "d000" },
		{ "title:\"大学の\"", 31, "d005" },
		{ "note:quick", 7, "d001" },
		{ "tag:t6", 43, "d006" },
		{ "num:[5 TO 9]", 5, "d005" },
		{ "num:-42", 1, "d042" },
		{ "price:[0 TO 1}", 4, "d000" },
		{ "when>=1970-10-28", 10, "d300" },
		{ "id:d123", 1, "d123" },
		{ "id:d010", 0, NULL },
		{ "+body:all -body:odd +tag:t0", 66, "d000" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ik_results *r = search(cases[i].query);
		const char *id;
		size_t len;

		if (r->total != cases[i].total)
			fail_msg("%s: %llu documents, not %u", cases[i].query,
			         (unsigned long long)r->total, cases[i].total);
		if (r->n > 0) {
			must(ik_results_stored(r, 0, "id", &id, &len, &err));
			if (strcmp(id, cases[i].first) != 0)
				fail_msg("%s: %s comes first, not %s", cases[i].query, id,
				         cases[i].first);
		}
		ik_results_free(r);
	}
}

/* 1 of 311 documents that take up space, three words where the average is 1085 / 311. */
static void test_its_scores(void **state)
{
	struct ik_results *r = search("body:n43");
	double average = (155 * 3 + 155 * 4 + 1) / 311.0;
	double want = log(1 + (311 - 1 + 0.5) / 1.5) / (1 + 1.2 * (0.25 + 0.75 * 3 / average));

	(void)state;
	assert_int_equal(r->n, 1);
	assert_true(fabs(ik_results_score(r, 0) - want) < 1e-5);
	ik_results_free(r);
}

static void test_what_it_stores(void **state)
{
	struct ik_results *r = search("id:d045");
	struct ik_doc want;
	const struct ik_doc *got;
	size_t at = 0;

	(void)state;
	assert_int_equal(r->n, 1);
	must(ik_results_doc(r, 0, &got, &err));
	ik_doc_init(&want, snap->schema);
	make_doc(&want, 45, NULL);
	for (size_t i = 0; i < want.values.n; i++) {
		const struct ik_value *a = &want.values.v[i], *b;

		if ((snap->schema->fields[a->field].flags & INK_STORED) == 0)
			continue;
		assert_true(at < got->values.n);
		b = &got->values.v[at++];
		assert_int_equal(a->field, b->field);
		assert_int_equal(a->type, b->type);
		assert_int_equal(a->len, b->len);
		assert_true(a->i64 == b->i64 && a->f64 == b->f64);
		assert_true(a->len == 0 || memcmp(a->text, b->text, a->len) == 0);
	}
	assert_int_equal(at, got->values.n);
	ik_doc_release(&want);
	ik_results_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_is_whole),
		cmocka_unit_test(test_its_schema),
		cmocka_unit_test(test_what_it_finds),
		cmocka_unit_test(test_its_scores),
		cmocka_unit_test(test_what_it_stores),
	};

	return cmocka_run_group_tests(tests, open_index, close_index);
}
