/* test_writer.c - adding, keys, commit, rollback, crashes, budgets, on disk and in memory. */
#include "gen_index.h"

#include "index/salvage.h"
#include "index/writer_impl.h"

static void start(struct place *p, int on_disk, int with_key, struct ik_writer **w)
{
	place_open(p, on_disk);
	place_init(p, with_key);
	ok(ik_writer_open(p->dir, w, err));
}

static void each_place(void (*test)(struct place *p, struct ik_writer *w))
{
	for (int on_disk = 0; on_disk < 2; on_disk++) {
		struct ik_writer *w;
		struct place p;

		start(&p, on_disk, 1, &w);
		test(&p, w);
		place_close(&p);
	}
}

/* ---- */

static void survive(struct place *p, struct ik_writer *w)
{
	struct ik_snapshot *snap;
	uint64_t gen = 0, doc;

	put_range(w, w->schema, 0, 500);
	assert_int_equal(docs_in(p->dir), 0);
	ok(ik_writer_commit(w, &gen, err));
	assert_int_equal(gen, 2);
	ik_writer_close(w);
	assert_int_equal(docs_in(p->dir), 500);
	ok(ik_snapshot_open(p->dir, &snap, err));
	assert_int_equal(snap->generation, 2);
	assert_true(snap->bytes > 0);
	ok(ik_snapshot_find_key(snap, "doc-000499", 10, &doc, err));
	assert_int_equal(doc, 499);
	assert_int_equal(ik_snapshot_find_key(snap, "doc-000500", 10, &doc, NULL), INK_ENOTFOUND);
	ok(ik_segment_check(snap->views[0].seg, NULL, NULL, err));
	ik_snapshot_unref(snap);
}

static void test_documents_survive(void **state)
{
	(void)state;
	each_place(survive);
}

static void no_change(struct place *p, struct ik_writer *w)
{
	uint64_t gen;

	(void)p;
	ok(ik_writer_commit(w, &gen, err));
	assert_int_equal(gen, 1);
	put_range(w, w->schema, 0, 3);
	ok(ik_writer_commit(w, &gen, err));
	assert_int_equal(gen, 2);
	ok(ik_writer_delete(w, "no such key", 11, err));
	ok(ik_writer_commit(w, &gen, err));
	assert_int_equal(gen, 2);
	ik_writer_close(w);
}

static void test_a_commit_without_a_change_makes_no_generation(void **state)
{
	(void)state;
	each_place(no_change);
}

static void keys(struct place *p, struct ik_writer *w)
{
	struct ik_doc doc;
	ink_error why;

	ik_doc_init(&doc, w->schema);
	ok(put(w, &doc, 1, "a", 0, err));
	assert_int_equal(put(w, &doc, 2, "a", 0, &why), INK_EEXISTS);
	assert_non_null(strstr(why.message, "\"a\""));
	ok(put(w, &doc, 3, "a", 1, err)); /* twice in one batch */
	ok(put(w, &doc, 4, "b", 1, err));
	ok(put(w, &doc, 5, "c", 0, err));
	ok(ik_writer_delete(w, "c", 1, err));
	ok(put(w, &doc, 6, "c", 0, err)); /* after its delete */
	ok(put(w, &doc, 7, "d", 0, err));
	ok(ik_writer_delete(w, "d", 1, err));
	ok(ik_writer_commit(w, NULL, err));
	assert_int_equal(docs_in(p->dir), 3);
	assert_true(has_key(p->dir, "a") && has_key(p->dir, "b") && has_key(p->dir, "c"));
	assert_false(has_key(p->dir, "d"));
	assert_int_equal(put(w, &doc, 8, "a", 0, &why), INK_EEXISTS); /* committed */
	ok(ik_writer_delete(w, "a", 1, err));
	ok(put(w, &doc, 9, "a", 0, err));
	ok(ik_writer_delete(w, "b", 1, err));
	ok(put(w, &doc, 10, "d", 0, err));
	ok(ik_writer_commit(w, NULL, err));
	assert_int_equal(docs_in(p->dir), 3);
	assert_true(has_key(p->dir, "a") && has_key(p->dir, "d") && !has_key(p->dir, "b"));
	ik_doc_clear(&doc);
	assert_int_equal(ik_writer_add(w, &doc, &why), INK_ESCHEMA);
	ok(ik_writer_commit(w, NULL, err)); /* still usable */
	ik_doc_release(&doc);
	ik_writer_close(w);
}

static void test_keys_are_unique(void **state)
{
	(void)state;
	each_place(keys);
}

static void roll(struct place *p, struct ik_writer *w)
{
	struct ik_snapshot *snap;
	struct ik_doc doc;
	int files;

	put_range(w, w->schema, 0, 100);
	ok(ik_writer_commit(w, NULL, err));
	files = place_files(p);
	put_range(w, w->schema, 100, 200);
	ok(ik_writer_delete(w, "doc-000005", 10, err));
	ok(ik_writer_snapshot(w, &snap, err)); /* has all of it in files */
	assert_int_equal(snap->docs, 199);
	ik_snapshot_unref(snap);
	ok(ik_writer_add_field(w, "more", INK_TEXT, 0, "whitespace", err));
	ok(ik_writer_rollback(w, err));
	assert_int_equal(place_files(p), files);
	assert_int_equal(w->schema->n, F_COUNT);
	ok(ik_writer_commit(w, NULL, err));
	assert_int_equal(docs_in(p->dir), 100);
	assert_true(has_key(p->dir, "doc-000005"));
	ik_doc_init(&doc, w->schema);
	ok(put(w, &doc, 1, "doc-000100", 0, err)); /* forgotten, so it is free */
	ik_doc_release(&doc);
	ik_writer_close(w); /* forgets as well */
	assert_int_equal(docs_in(p->dir), 100);
	assert_int_equal(place_files(p), files);
}

static void test_rollback_forgets_and_removes_files(void **state)
{
	(void)state;
	each_place(roll);
}

static void crash(struct place *p, struct ik_writer *w)
{
	struct ik_snapshot *snap;
	struct ik_writer *next;

	put_range(w, w->schema, 0, 50);
	ok(ik_writer_commit(w, NULL, err));
	put_range(w, w->schema, 50, 150);
	ok(ik_writer_snapshot(w, &snap, err));
	ik_snapshot_unref(snap);
	assert_int_equal(place_files(p), 2);
	assert_int_equal(ik_writer_open(p->dir, &next, NULL), INK_ELOCKED);
	/* Abandoned: the system takes its lock away and nothing else. */
	p->dir->ops->unlock(p->dir, w->lock);
	ok(ik_writer_open(p->dir, &next, err));
	assert_int_equal(place_files(p), 1);
	assert_int_equal(docs_in(p->dir), 50);
	put_range(next, next->schema, 50, 60);
	ok(ik_writer_commit(next, NULL, err));
	ik_writer_close(next);
	assert_int_equal(docs_in(p->dir), 60);
	w->lock = NULL;
	ik_writer_close(w); /* only to free its memory */
	assert_int_equal(docs_in(p->dir), 60);
}

static void test_an_abandoned_writer_leaves_the_last_commit(void **state)
{
	(void)state;
	each_place(crash);
}

static void test_many_flushes_in_eight_megabytes(void **state)
{
	struct place place, *p = &place;
	struct ik_writer *w;
	struct ik_snapshot *snap;
	struct dump all, again;
	struct ik_doc doc;
	char id[32];

	(void)state;
	start(p, 1, 1, &w);
	ok(ik_writer_set_memory(w, IK_MEMORY_MIN, err));
	ok(ik_writer_set_reorder(w, INK_REORDER_NONE, err)); /* documents are compared by number */
	put_range(w, w->schema, 0, 30000);
	assert_true(w->next_id > 2); /* segments before any commit */
	assert_int_equal(ik_writer_set_memory(w, IK_MEMORY_MIN, NULL), INK_EINVAL);
	ik_doc_init(&doc, w->schema);
	for (uint64_t n = 0; n < 30000; n += 7) {
		gen_id(id, n);
		if (n % 2 == 0)
			ok(put(w, &doc, n + 1, id, 1, err));
		else
			ok(ik_writer_delete(w, id, strlen(id), err));
	}
	ok(ik_writer_commit(w, NULL, err));
	assert_int_equal(docs_in(p->dir), 30000 - 2143);
	ok(ik_snapshot_open(p->dir, &snap, err));
	dump_all(&all, snap);
	ik_snapshot_unref(snap);
	ok(ik_writer_optimize(w, 1, NULL, NULL, err));
	ok(ik_snapshot_open(p->dir, &snap, err));
	assert_int_equal(snap->n, 1);
	assert_int_equal(snap->deleted, 0);
	dump_all(&again, snap);
	dump_equal(&all, &again);
	dump_free(&again);
	dump_free(&all);
	ik_snapshot_unref(snap);
	ik_doc_release(&doc);
	ik_writer_close(w);
	assert_int_equal(place_files(p), 1);
	place_close(p);
}

static void test_a_document_over_half_the_budget_is_refused(void **state)
{
	struct ik_writer *w;
	struct ik_doc doc;
	struct place p;
	ink_error why;
	size_t len = (4u << 20) + 1;
	char *text = calloc(1, len);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', len);
	start(&p, 0, 0, &w);
	ok(ik_writer_set_memory(w, IK_MEMORY_MIN, err));
	ik_doc_init(&doc, w->schema);
	ok(ik_doc_add_text(&doc, "body", text, len, err));
	assert_int_equal(ik_writer_add(w, &doc, &why), INK_ELIMIT);
	assert_non_null(strstr(why.message, "4194304"));
	put_range(w, w->schema, 0, 3);
	ok(ik_writer_commit(w, NULL, err));
	assert_int_equal(docs_in(p.dir), 3);
	ik_doc_release(&doc);
	ik_writer_close(w);
	place_close(&p);
	free(text);
}

static void test_without_a_key_there_is_no_update(void **state)
{
	struct ik_writer *w;
	struct ik_doc doc;
	struct place p;

	(void)state;
	start(&p, 0, 0, &w);
	ik_doc_init(&doc, w->schema);
	ok(put(w, &doc, 1, "a", 0, err));
	ok(put(w, &doc, 1, "a", 0, err));
	assert_int_equal(put(w, &doc, 1, "a", 1, NULL), INK_ESCHEMA);
	assert_int_equal(ik_writer_delete(w, "a", 1, NULL), INK_ESCHEMA);
	ok(ik_writer_commit(w, NULL, err));
	assert_int_equal(docs_in(p.dir), 2);
	ik_doc_release(&doc);
	ik_writer_close(w);
	place_close(&p);
}

static void grow(struct place *p, struct ik_writer *w)
{
	struct ik_schema *old;
	struct ik_snapshot *snap;
	struct ik_doc doc;
	struct dump all, again;

	ok(ik_schema_copy(w->schema, &old, err));
	put_range(w, old, 0, 10);
	ok(ik_writer_add_field(w, "more", INK_TEXT, INK_STORED, "whitespace", err));
	assert_int_equal(ik_writer_add_field(w, "more", INK_TEXT, 0, NULL, NULL), INK_EEXISTS);
	assert_int_equal(ik_writer_add_field(w, "k", INK_KEYWORD, INK_KEY, NULL, NULL), INK_EINVAL);
	put_range(w, old, 10, 20); /* made with the old schema */
	ik_doc_init(&doc, w->schema);
	gen_doc(&doc, 20, "new");
	ok(ik_doc_add_text(&doc, "more", "some more", 9, err));
	ok(ik_writer_add(w, &doc, err));
	ok(ik_writer_commit(w, NULL, err));
	ok(ik_snapshot_open(p->dir, &snap, err));
	assert_int_equal(snap->schema->n, F_COUNT + 1);
	assert_int_equal(snap->docs, 21);
	dump_all(&all, snap);
	ik_snapshot_unref(snap);
	ok(ik_writer_optimize(w, 1, NULL, NULL, err));
	ok(ik_snapshot_open(p->dir, &snap, err));
	assert_non_null(ik_segment_part(snap->views[0].seg, ik_part(F_COUNT, 0)));
	dump_all(&again, snap);
	dump_equal(&all, &again);
	ik_snapshot_unref(snap);
	dump_free(&all);
	dump_free(&again);
	ik_doc_release(&doc);
	ik_schema_free(old);
	ik_writer_close(w);
}

static void test_the_schema_grows(void **state)
{
	(void)state;
	each_place(grow);
}

static void by_number(struct place *p, struct ik_writer *w)
{
	struct ik_snapshot *snap;
	uint64_t docs[3] = {0, 60, 149};

	put_range(w, w->schema, 0, 100);
	ok(ik_writer_commit(w, NULL, err));
	put_range(w, w->schema, 100, 150);
	ok(ik_writer_snapshot(w, &snap, err));
	assert_int_equal(snap->docs, 150);
	ok(ik_writer_delete_docs(w, snap, docs, 3, err));
	docs[0] = 150;
	assert_int_equal(ik_writer_delete_docs(w, snap, docs, 1, NULL), INK_ENOTFOUND);
	assert_int_equal(snap->docs, 150); /* isolated */
	ik_snapshot_unref(snap);
	assert_int_equal(docs_in(p->dir), 100);
	ok(ik_writer_commit(w, NULL, err));
	assert_int_equal(docs_in(p->dir), 147);
	assert_false(has_key(p->dir, "doc-000060"));
	/* A segment without a live document goes. */
	for (uint64_t n = 0; n < 150; n++) {
		char id[32];

		gen_id(id, n);
		ok(ik_writer_delete(w, id, strlen(id), err));
	}
	ok(ik_writer_commit(w, NULL, err));
	assert_int_equal(docs_in(p->dir), 0);
	ok(ik_writer_optimize(w, 1, NULL, NULL, err));
	ik_writer_close(w);
	assert_int_equal(place_files(p), 0);
}

static void test_documents_deleted_by_number(void **state)
{
	(void)state;
	each_place(by_number);
}

/* Each commit replaces a few documents, so that small segments have deletions from the start. */
static void test_segments_stay_few_under_updates(void **state)
{
	struct ik_writer *w;
	struct ik_doc doc;
	struct place p;
	uint64_t seed = 4;
	size_t most = 0;

	(void)state;
	start(&p, 0, 1, &w);
	put_range(w, w->schema, 0, 500);
	ik_doc_init(&doc, w->schema);
	for (int c = 0; c < 300; c++) {
		for (int i = 0; i < 8; i++) {
			uint64_t n = gen_next(&seed) % 500;
			char id[32];

			gen_id(id, n);
			ok(put(w, &doc, n, id, 1, err));
		}
		ok(ik_writer_commit(w, NULL, err));
		most = w->segs.n > most ? w->segs.n : most;
	}
	assert_true(most <= IK_SEGMENTS_STALL);
	assert_int_equal(docs_in(p.dir), 500);
	ik_doc_release(&doc);
	ik_writer_close(w);
	place_close(&p);
}

static void test_init_refuses_a_folder_in_use(void **state)
{
	struct ik_schema *s = gen_schema(1), *none;
	struct ik_writer *w;
	struct place p;

	(void)state;
	place_open(&p, 1);
	assert_int_equal(ik_writer_open(p.dir, &w, NULL), INK_ENOTFOUND);
	ok(ik_schema_new(&none, err));
	assert_int_equal(ik_index_init(p.dir, none, NULL), INK_EINVAL);
	ik_schema_free(none);
	ok(ik_index_init(p.dir, s, err));
	assert_int_equal(ik_index_init(p.dir, s, NULL), INK_EEXISTS);
	ik_schema_free(s);
	place_close(&p);
}

/* A directory that names delete bitmaps first, and looks at when they are removed. */
static const struct ik_dir_ops *plain;
static unsigned bitmaps_removed;

static int is_bitmap(const char *name)
{
	uint64_t id, gen;

	return ik_file_kind(name, &id, &gen) == IK_FILE_LIVE;
}

struct pick {
	int (*fn)(void *user, const char *name);
	void *user;
	int bitmaps;
};

static int pick_name(void *user, const char *name)
{
	const struct pick *pick = user;

	return is_bitmap(name) == pick->bitmaps ? pick->fn(pick->user, name) : 0;
}

static int list_bitmaps_first(struct ik_dir *dir, int (*fn)(void *user, const char *name),
                              void *user, ink_error *why)
{
	struct pick first = {fn, user, 1}, then = {fn, user, 0};
	int rc = plain->list(dir, pick_name, &first, why);

	return rc == 0 ? plain->list(dir, pick_name, &then, why) : rc;
}

static int remove_in_order(struct ik_dir *dir, const char *name, ink_error *why)
{
	char segment[IK_FILE_NAME_MAX];
	uint64_t id, gen;
	struct ik_in *in;

	if (ik_file_kind(name, &id, &gen) == IK_FILE_LIVE) {
		ik_segment_name(id, segment);
		assert_int_equal(plain->open(dir, segment, &in, NULL), INK_ENOTFOUND);
		bitmaps_removed++;
	}
	return plain->remove(dir, name, why);
}

/* A crash in between would leave a segment with all that was deleted, for a salvage to find. */
static void test_a_segment_is_removed_before_its_deletions(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_dir_ops ops;
	struct ik_writer *w;
	struct place p;

	(void)state;
	place_open(&p, 0);
	place_init(&p, 1);
	ok(ik_writer_open(p.dir, &w, err));
	for (uint64_t i = 0; i < 3; i++) {
		put_range(w, s, i * 10, i * 10 + 10);
		ok(ik_writer_commit(w, NULL, err));
	}
	ok(ik_writer_delete(w, "doc-000001", 10, err));
	ok(ik_writer_delete(w, "doc-000021", 10, err));
	ok(ik_writer_commit(w, NULL, err));
	plain = p.dir->ops;
	ops = *plain;
	ops.list = list_bitmaps_first;
	ops.remove = remove_in_order;
	p.dir->ops = &ops;
	ok(ik_writer_optimize(w, 1, NULL, NULL, err));
	assert_int_equal(bitmaps_removed, 2);
	p.dir->ops = plain;
	ik_writer_close(w);
	ik_schema_free(s);
	place_close(&p);
}

/* Let the two segments of the writer be the only ones there, and another one be committed. */
static void lose_a_merge(struct place *p, struct ik_writer *w)
{
	static const char *const aside[] = {"first", "second"}; /* which no writer touches */
	const struct ik_dir_ops *ops = p->dir->ops;
	char name[2][IK_FILE_NAME_MAX], merged[IK_FILE_NAME_MAX];

	assert_int_equal(w->segs.n, 2);
	for (int i = 0; i < 2; i++) {
		ik_segment_name(w->segs.v[i]->id, name[i]);
		ok(ops->rename(p->dir, name[i], aside[i], err));
	}
	ok(ik_writer_optimize(w, 1, NULL, NULL, err));
	ik_segment_name(w->segs.v[0]->id, merged);
	ik_writer_close(w);
	ok(ops->remove(p->dir, merged, err));
	for (int i = 0; i < 2; i++)
		ok(ops->rename(p->dir, aside[i], name[i], err));
}

/* Of a copy that lacks a file, say: what else is in the folder is all that a salvage can take. */
static void keep_all(struct place *p, struct ik_writer *w)
{
	struct ik_dir *copy;
	ink_salvage found;

	put_range(w, w->schema, 0, 50);
	ok(ik_writer_commit(w, NULL, err));
	put_range(w, w->schema, 50, 100);
	ok(ik_writer_commit(w, NULL, err));
	lose_a_merge(p, w);
	assert_int_equal(ik_writer_open(p->dir, &w, NULL), INK_ECORRUPT);
	assert_int_equal(place_files(p), 2);
	ok(p->dir->ops->remove(p->dir, IK_MANIFEST_NAME, err));
	ok(ik_dir_mem(&copy, err));
	ok(ik_salvage(p->dir, copy, NULL, NULL, NULL, &found, err));
	assert_int_equal(docs_in(copy), 100);
	ik_dir_free(copy);
}

static void test_a_writer_that_cannot_be_opened_removes_nothing(void **state)
{
	(void)state;
	each_place(keep_all);
}

/* Where there is no memory for the deletions of one segment, none are made in the others. */
static void all_or_none(struct place *p, struct ik_writer *w)
{
	const uint64_t docs[2] = {5, 15};
	struct ik_snapshot *snap;
	int rc = INK_ENOMEM;

	put_range(w, w->schema, 0, 10);
	ok(ik_writer_commit(w, NULL, err));
	put_range(w, w->schema, 10, 20);
	ok(ik_writer_snapshot(w, &snap, err));
	for (int64_t n = 0; rc != 0; n++) {
		ik_mem_fail_after(n, 0);
		rc = ik_writer_delete_docs(w, snap, docs, 2, NULL);
		ik_mem_fail_after(-1, 0);
		assert_true(rc == 0 || rc == INK_ENOMEM);
		ok(ik_writer_commit(w, NULL, err));
		assert_int_equal(docs_in(p->dir), rc == 0 ? 18 : 20);
	}
	ik_snapshot_unref(snap);
	ik_writer_close(w);
}

static void test_documents_of_several_segments_are_deleted_all_or_none(void **state)
{
	(void)state;
	each_place(all_or_none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents_survive),
		cmocka_unit_test(test_a_commit_without_a_change_makes_no_generation),
		cmocka_unit_test(test_keys_are_unique),
		cmocka_unit_test(test_rollback_forgets_and_removes_files),
		cmocka_unit_test(test_an_abandoned_writer_leaves_the_last_commit),
		cmocka_unit_test(test_many_flushes_in_eight_megabytes),
		cmocka_unit_test(test_a_document_over_half_the_budget_is_refused),
		cmocka_unit_test(test_without_a_key_there_is_no_update),
		cmocka_unit_test(test_the_schema_grows),
		cmocka_unit_test(test_documents_deleted_by_number),
		cmocka_unit_test(test_segments_stay_few_under_updates),
		cmocka_unit_test(test_init_refuses_a_folder_in_use),
		cmocka_unit_test(test_a_segment_is_removed_before_its_deletions),
		cmocka_unit_test(test_a_writer_that_cannot_be_opened_removes_nothing),
		cmocka_unit_test(test_documents_of_several_segments_are_deleted_all_or_none),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
