/* test_merge.c - merging keeps every posting, column and stored document, and the order. */
#include "gen_index.h"

#include "index/writer_impl.h"

/* An index of several segments with deletions in some of them. */
static struct ik_writer *make(struct place *p, unsigned segments)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_writer *w;

	place_init(p, 1);
	ok(ik_writer_open(p->dir, &w, err));
	ok(ik_writer_set_reorder(w, INK_REORDER_NONE, err)); /* test_reorder.c does the other */
	for (unsigned i = 0; i < segments; i++) {
		/* From 1 to 4,000 documents: all forms of lists, stored blocks whole and not. */
		uint64_t from = i * 10000, to = from + (i % 3 == 2 ? 1 : i % 3 == 1 ? 4000 : 300);

		put_range(w, s, from, to);
		ok(ik_writer_commit(w, NULL, err));
		for (uint64_t n = from; i % 2 == 0 && n < to; n += 3) {
			char id[32];

			gen_id(id, n);
			ok(ik_writer_delete(w, id, strlen(id), err));
		}
	}
	ok(ik_writer_commit(w, NULL, err));
	ik_schema_free(s);
	return w;
}

static void dump_last(struct dump *d, struct ik_dir *dir, uint32_t *segments)
{
	struct ik_snapshot *snap;

	ok(ik_snapshot_open(dir, &snap, err));
	dump_all(d, snap);
	*segments = snap->n;
	ik_snapshot_unref(snap);
}

static void test_nothing_changes_but_the_files(void **state)
{
	struct dump before, after;
	struct ik_writer *w;
	struct place p;
	uint32_t n;

	(void)state;
	place_open(&p, 0);
	w = make(&p, 5);
	dump_last(&before, p.dir, &n);
	assert_true(before.n > 50000);
	for (uint32_t max = 3; max >= 1; max--) {
		ok(ik_writer_optimize(w, max, NULL, NULL, err));
		dump_last(&after, p.dir, &n);
		assert_true(n <= max);
		dump_equal(&before, &after);
		dump_free(&after);
	}
	dump_free(&before);
	assert_int_equal(place_files(&p), 1);
	ik_writer_close(w);
	place_close(&p);
}

/* The index of stored blocks begins with another document than the first. */
static void test_a_stored_index_that_leaves_documents_out_is_damage(void **state)
{
	const struct ik_merge_order how = {0};
	struct ik_merge_input input = {NULL, NULL};
	struct ik_merge_result merged;
	struct ik_snapshot *snap;
	struct ik_writer *w;
	struct place p;
	ink_error why;

	(void)state;
	place_open(&p, 0);
	w = make(&p, 2);
	ok(ik_snapshot_open(p.dir, &snap, err));
	input.seg = snap->views[1].seg; /* nothing is deleted in it: blocks are copied */
	ik_store32((uint8_t *)(uintptr_t)input.seg->stored_index.p, 1);
	assert_int_equal(ik_merge(&input, 1, p.dir, "merged", snap->schema, &how, NULL, &merged,
	                          &why), INK_ECORRUPT);
	assert_non_null(strstr(why.message, "stored index"));
	ik_snapshot_unref(snap);
	ik_writer_close(w);
	place_close(&p);
}

static void test_optimize_rewrites_deletions(void **state)
{
	struct ik_snapshot *snap;
	struct ik_writer *w;
	struct place p;
	uint64_t gen, again;

	(void)state;
	place_open(&p, 0);
	w = make(&p, 1);
	ok(ik_snapshot_open(p.dir, &snap, err));
	assert_int_equal(snap->deleted, 100);
	ik_snapshot_unref(snap);
	ok(ik_writer_optimize(w, 1, NULL, NULL, err));
	ok(ik_snapshot_open(p.dir, &snap, err));
	assert_int_equal(snap->deleted, 0);
	assert_int_equal(snap->docs, 200);
	assert_int_equal(snap->views[0].seg->n_docs, 200);
	ik_snapshot_unref(snap);
	ok(ik_writer_commit(w, &gen, err));
	ok(ik_writer_optimize(w, 1, NULL, NULL, err)); /* nothing to do */
	ok(ik_writer_commit(w, &again, err));
	assert_int_equal(gen, again);
	ik_writer_close(w);
	place_close(&p);
}

static int stop_at(void *user, const ink_progress *progress)
{
	int *calls = user;

	assert_int_equal(progress->phase, INK_PHASE_MERGE);
	assert_int_equal(progress->struct_size, sizeof *progress);
	assert_true(progress->done <= progress->total);
	return --*calls == 0;
}

static void test_a_canceled_merge_does_no_harm(void **state)
{
	struct dump before, after;
	struct ik_writer *w;
	struct place p;
	uint32_t n, m;
	int files, calls = 1000000;

	(void)state;
	place_open(&p, 0);
	w = make(&p, 4);
	while (w->merge != NULL) /* or the commit of optimizing would take it over */
		ok(ik_writer_commit(w, NULL, err));
	dump_last(&before, p.dir, &n);
	files = place_files(&p);
	for (int at = 1; at < 4; at++) {
		calls = at;
		assert_int_equal(ik_writer_optimize(w, 1, stop_at, &calls, NULL), INK_ECANCELED);
		assert_int_equal(place_files(&p), files);
		dump_last(&after, p.dir, &m);
		assert_int_equal(n, m);
		dump_equal(&before, &after);
		dump_free(&after);
	}
	calls = 1000000;
	ok(ik_writer_optimize(w, 1, stop_at, &calls, err));
	assert_true(calls < 1000000 - 3);
	dump_last(&after, p.dir, &m);
	assert_int_equal(m, 1);
	dump_equal(&before, &after);
	dump_free(&after);
	dump_free(&before);
	ik_writer_close(w);
	place_close(&p);
}

/* Where there are neither terms nor stored documents, all the work is in columns. */
static void test_a_merge_of_numbers_alone_can_be_canceled(void **state)
{
	struct ik_schema *s;
	struct ik_writer *w;
	struct place p;
	int calls;

	(void)state;
	place_open(&p, 0);
	ok(ik_schema_new(&s, err));
	ok(ik_schema_add(s, "num", INK_I64, 0, NULL, err));
	ok(ik_index_init(p.dir, s, err));
	ok(ik_writer_open(p.dir, &w, err));
	for (int i = 0; i < 4; i++) {
		struct ik_doc doc;

		ik_doc_init(&doc, s);
		ok(ik_doc_add_i64(&doc, "num", i, err));
		ok(ik_writer_add(w, &doc, err));
		ok(ik_writer_commit(w, NULL, err));
		ik_doc_release(&doc);
	}
	calls = 2; /* the first is before the merge begins */
	assert_int_equal(ik_writer_optimize(w, 1, stop_at, &calls, NULL), INK_ECANCELED);
	ok(ik_writer_optimize(w, 1, NULL, NULL, err));
	assert_int_equal(docs_in(p.dir), 4);
	ik_writer_close(w);
	ik_schema_free(s);
	place_close(&p);
}

static void test_background_merges_keep_the_number_of_segments_low(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_writer *w;
	struct dump d;
	struct place p;
	uint32_t n;

	(void)state;
	place_open(&p, 1);
	place_init(&p, 1);
	ok(ik_writer_open(p.dir, &w, err));
	for (uint64_t i = 0; i < 150; i++) {
		char id[32];

		put_range(w, s, i * 10, i * 10 + 10);
		/* Deletions that arrive while a merge runs, in what is being merged. */
		gen_id(id, i * 9);
		ok(ik_writer_delete(w, id, strlen(id), err));
		ok(ik_writer_commit(w, NULL, err));
	}
	assert_int_equal(docs_in(p.dir), 1350);
	dump_last(&d, p.dir, &n);
	assert_true(n <= IK_SEGMENTS_STALL + 1);
	dump_free(&d);
	for (uint64_t i = 0; i < 150; i++) {
		char id[32];

		gen_id(id, i * 9);
		assert_false(has_key(p.dir, id));
		gen_id(id, i * 10 + 1);
		assert_int_equal(has_key(p.dir, id), (i * 10 + 1) % 9 != 0 || i * 10 + 1 >= 1350);
	}
	ik_writer_close(w);
	ik_schema_free(s);
	place_close(&p);
}

/* Deletions between the start of a merge and its publication, without a race. */
static void test_deletions_are_carried_over(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_writer *w;
	struct place p;
	uint32_t had;

	(void)state;
	place_open(&p, 0);
	place_init(&p, 1);
	ok(ik_writer_open(p.dir, &w, err));
	for (uint64_t i = 0; i < 8; i++) {
		put_range(w, s, i * 10, i * 10 + 10);
		if (i == 3)
			ok(ik_writer_delete(w, "doc-000030", 10, err));
		ok(ik_writer_commit(w, NULL, err));
	}
	assert_non_null(w->merge); /* of all eight */
	while (!atomic_load(&w->merge->done))
		;
	had = w->segs.n > 0 ? (uint32_t)w->segs.n : 0;
	assert_int_equal(had, 8);
	ok(ik_writer_delete(w, "doc-000031", 10, err)); /* publishes, before it is applied */
	assert_int_equal(w->segs.n, 1);
	ok(ik_writer_commit(w, NULL, err));
	assert_int_equal(docs_in(p.dir), 78);
	ik_writer_close(w);

	ok(ik_writer_open(p.dir, &w, err));
	for (uint64_t i = 8; i < 15; i++) {
		put_range(w, s, i * 10, i * 10 + 10);
		ok(ik_writer_commit(w, NULL, err));
	}
	assert_non_null(w->merge);
	{
		struct ik_snapshot *snap;
		uint64_t docs[2] = {5, 100};

		ok(ik_writer_snapshot(w, &snap, err));
		ok(ik_writer_delete_docs(w, snap, docs, 2, err));
		ik_snapshot_unref(snap);
	}
	while (!atomic_load(&w->merge->done))
		;
	ok(ik_writer_commit(w, NULL, err));
	assert_int_equal(w->segs.n, 1);
	assert_int_equal(docs_in(p.dir), 146);
	assert_false(has_key(p.dir, "doc-000005"));
	assert_true(has_key(p.dir, "doc-000006"));
	ik_writer_close(w);
	ik_schema_free(s);
	place_close(&p);
}

/* A writer's life, as far as it gets. */
static int live(struct ik_dir *dir, struct ik_doc *doc, struct ik_writer **w)
{
	char id[32];
	int rc = ik_writer_open(dir, w, NULL);

	for (uint64_t n = 0; rc == 0 && n < 30; n++) {
		gen_id(id, n);
		rc = ik_writer_delete(*w, id, strlen(id), NULL);
		if (rc == 0)
			rc = ik_writer_update(*w, doc, NULL);
		if (rc == 0 && n % 10 == 9)
			rc = ik_writer_commit(*w, NULL, NULL);
	}
	return rc == 0 ? ik_writer_optimize(*w, 1, NULL, NULL, NULL) : rc;
}

static void test_every_allocation_may_fail(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_doc doc;
	int rc = INK_ENOMEM;

	(void)state;
	ik_doc_init(&doc, s);
	gen_doc(&doc, 6, "doc-000100");
	for (int64_t n = 0; rc != 0 && n < 100000; n += 1 + n / 40) {
		struct ik_writer *w = NULL;
		struct ik_snapshot *snap;
		struct dump d;
		struct place p;

		place_open(&p, 0);
		ok(ik_index_init(p.dir, s, err));
		ok(ik_writer_open(p.dir, &w, err));
		put_range(w, s, 0, 20);
		ok(ik_writer_commit(w, NULL, err));
		ik_writer_close(w);
		ik_mem_fail_after(n, 0);
		rc = live(p.dir, &doc, &w);
		ik_mem_fail_after(-1, 0);
		if (rc != 0)
			assert_int_equal(rc, INK_ENOMEM);
		ok(ik_snapshot_open(p.dir, &snap, err));
		assert_true(snap->docs == 20 || snap->docs == 11 || snap->docs == 1);
		dump_all(&d, snap);
		dump_free(&d);
		ik_snapshot_unref(snap);
		if (w != NULL) {
			ok(ik_writer_rollback(w, err));
			ok(ik_writer_optimize(w, 1, NULL, NULL, err));
		}
		ik_writer_close(w);
		place_close(&p);
	}
	assert_int_equal(rc, 0);
	ik_doc_release(&doc);
	ik_schema_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_changes_but_the_files),
		cmocka_unit_test(test_a_stored_index_that_leaves_documents_out_is_damage),
		cmocka_unit_test(test_optimize_rewrites_deletions),
		cmocka_unit_test(test_a_canceled_merge_does_no_harm),
		cmocka_unit_test(test_a_merge_of_numbers_alone_can_be_canceled),
		cmocka_unit_test(test_background_merges_keep_the_number_of_segments_low),
		cmocka_unit_test(test_deletions_are_carried_over),
		cmocka_unit_test(test_every_allocation_may_fail),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
