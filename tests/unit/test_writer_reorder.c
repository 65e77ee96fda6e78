/* test_writer_reorder.c - an index in a better order: the same content, every number mapped. */
#include "gen_topics.h"

#include <errno.h>

#include "../support/fault_dir.h"
#include "index/writer_impl.h"

/* ---- whole indexes, looked at by key ---- */

/* number[doc] is the number in the key of document doc. */
static void number_by_key(const struct ik_view *v, uint64_t *number)
{
	const struct ik_part_info *part = ik_segment_part(v->seg, ik_part(F_ID, 0));
	struct ik_dict_iter it;

	ik_dict_iter_open(&it, v->seg, part->part);
	while (ik_dict_iter_next(&it, NULL) == 1) {
		struct ik_post_env env = ik_dict_iter_env(&it);
		char key[32] = "";
		struct ik_post_iter post;

		memcpy(key, it.term.data, it.term.len);
		ok(ik_post_iter_open(&post, &env, &it.info, err));
		while (ik_post_iter_next(&post, NULL) == 1)
			number[post.doc] = strtoull(key + 4, NULL, 10);
		ik_post_iter_free(&post);
	}
	ik_dict_iter_free(&it);
}

/* Everything in the last commit by key; *steps: how often a key is less than the one before. */
static void dump_keys(struct dump *d, struct ik_dir *dir, uint32_t *steps)
{
	struct ik_snapshot *snap;

	memset(d, 0, sizeof *d);
	*steps = 0;
	ok(ik_snapshot_open(dir, &snap, err));
	for (uint32_t i = 0; i < snap->n; i++) {
		const struct ik_view *v = &snap->views[i];
		uint64_t *number = calloc(v->seg->n_docs, sizeof *number);

		ok(ik_segment_check(v->seg, NULL, NULL, err));
		number_by_key(v, number);
		for (uint32_t doc = 1; doc < v->seg->n_docs; doc++)
			*steps += number[doc] < number[doc - 1];
		dump_segment(d, v, number);
		free(number);
	}
	ik_snapshot_unref(snap);
	if (d->n > 0)
		qsort(d->lines, d->n, sizeof *d->lines, dump_order);
}

static int is_reordered(struct ik_dir *dir)
{
	struct ik_snapshot *snap;
	int reordered;

	ok(ik_snapshot_open(dir, &snap, err));
	assert_int_equal(snap->n, 1);
	reordered = snap->views[0].seg->reordered;
	ik_snapshot_unref(snap);
	return reordered;
}

static void test_optimize_changes_the_order_and_nothing_else(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct dump before, after;
	struct ik_writer *w;
	uint64_t gen, again;
	uint32_t down;

	(void)state;
	for (int on_disk = 0; on_disk < 2; on_disk++) {
		struct place p;

		place_open(&p, on_disk);
		w = make_topics(&p, s);
		dump_keys(&before, p.dir, &down);
		assert_int_equal(down, 0);
		ok(ik_writer_set_reorder(w, INK_REORDER_NONE, err));
		ok(ik_writer_optimize(w, 1, NULL, NULL, err));
		dump_keys(&after, p.dir, &down);
		assert_int_equal(down, 0);
		assert_false(is_reordered(p.dir));
		dump_equal(&before, &after);
		dump_free(&after);

		/* One segment without deletions, and yet there is something to do: once. */
		ok(ik_writer_set_reorder(w, INK_REORDER_OPTIMIZE, err));
		ok(ik_writer_optimize(w, 1, NULL, NULL, err));
		dump_keys(&after, p.dir, &down);
		assert_true(down > 2);
		assert_true(is_reordered(p.dir));
		dump_equal(&before, &after);
		dump_free(&after);
		dump_free(&before);
		assert_int_equal(place_files(&p), 1);
		ok(ik_writer_commit(w, &gen, err));
		ok(ik_writer_optimize(w, 1, NULL, NULL, err));
		ok(ik_writer_commit(w, &again, err));
		assert_int_equal(gen, again);
		ik_writer_close(w);
		place_close(&p);
	}
	ik_schema_free(s);
}

/* Optimize, and then updates, some twice, and deletions. */
static void live_on(struct place *p, const struct ik_schema *s, int32_t reorder)
{
	struct ik_writer *w = make_topics(p, s);
	char id[32];

	ok(ik_writer_set_reorder(w, reorder, err));
	ok(ik_writer_optimize(w, 1, NULL, NULL, err));
	put_topics(w, s, 1100, 1300, 1);
	put_topics(w, s, 1200, 1210, 2);
	for (uint64_t n = 2000; n < 2500; n += 7) {
		gen_id(id, n);
		ok(ik_writer_delete(w, id, strlen(id), err));
	}
	ok(ik_writer_commit(w, NULL, err));
	ik_writer_close(w);
	gen_id(id, 2007);
	assert_false(has_key(p->dir, id));
	gen_id(id, 2008);
	assert_true(has_key(p->dir, id));
}

static void optimize_again(struct place *p, int32_t reorder)
{
	struct ik_writer *w;

	ok(ik_writer_open(p->dir, &w, err));
	ok(ik_writer_set_reorder(w, reorder, err));
	ok(ik_writer_optimize(w, 1, NULL, NULL, err));
	ik_writer_close(w);
}

/* With deletions in the reordered segment and, after the second time, without. */
static void test_a_reordered_index_goes_on_living(void **state)
{
	static const int32_t reorder[] = {INK_REORDER_NONE, INK_REORDER_LARGE};
	struct ik_schema *s = gen_schema(1);
	struct dump plain, got;
	uint32_t down;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct place p;

		place_open(&p, 0);
		live_on(&p, s, reorder[i]);
		for (int again = 0; again < 2; again++) {
			if (again)
				optimize_again(&p, reorder[i]);
			dump_keys(&got, p.dir, &down);
			assert_int_equal(down > 2, i);
			if (i == 0 && !again) {
				plain = got;
				continue;
			}
			dump_equal(&plain, &got);
			dump_free(&got);
		}
		place_close(&p);
	}
	dump_free(&plain);
	ik_schema_free(s);
}

/* Wait for the merge in the background, without publishing it. */
static void wait_for_merge(const struct ik_writer *w)
{
	assert_non_null(w->merge);
	while (!atomic_load(&w->merge->done))
		;
}

static void delete_docs(struct ik_writer *w, const uint64_t *docs, size_t n)
{
	struct ik_snapshot *snap;

	ok(ik_writer_snapshot(w, &snap, err));
	ok(ik_writer_delete_docs(w, snap, docs, n, err));
	ik_snapshot_unref(snap);
}

/* What is deleted while a merge moves it somewhere else stays deleted, and nothing else goes. */
static void test_deletions_during_a_merge_hit_the_same_documents(void **state)
{
	static const uint64_t docs[] = {41, 150, 151, 700};
	struct ik_schema *s = gen_schema(1);
	struct ik_writer *w;
	struct place p;
	char id[32];

	(void)state;
	place_open(&p, 0);
	place_init(&p, 1);
	ok(ik_writer_open(p.dir, &w, err));
	w->reorder_docs = 500;
	for (uint64_t i = 0; i < 8; i++) {
		put_topics(w, s, i * 100, i * 100 + 100, 0);
		if (i == 5)
			for (uint64_t n = 0; n < 20; n++) {
				gen_id(id, n);
				ok(ik_writer_delete(w, id, strlen(id), err));
			}
		ok(ik_writer_commit(w, NULL, err));
	}
	assert_non_null(w->merge);
	assert_int_equal(w->merge->n, 8);
	/* By number, while it runs; by number and by update, before it is published. */
	delete_docs(w, docs, 4);
	wait_for_merge(w);
	assert_non_null(w->merge->result.new_of);
	for (uint64_t n = 300; n < 400; n += 2)
		delete_docs(w, &n, 1);
	put_topics(w, s, 500, 510, 1);
	ok(ik_writer_commit(w, NULL, err));
	assert_null(w->merge);
	assert_true(w->segs.v[0]->seg->reordered);
	ik_writer_close(w);

	assert_int_equal(docs_in(p.dir), 800 - 20 - 4 - 50);
	for (uint64_t n = 0; n < 800; n++) {
		int gone = n < 20 || n == 41 || n == 150 || n == 151 || n == 700 ||
		           (n >= 300 && n < 400 && n % 2 == 0);

		gen_id(id, n);
		assert_int_equal(has_key(p.dir, id), !gone);
	}
	place_close(&p);
	ik_schema_free(s);
}

static void test_closing_and_rolling_back_stop_a_reordering_merge(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_writer *w;
	struct place p;

	(void)state;
	for (int rollback = 0; rollback < 2; rollback++) {
		place_open(&p, 1);
		place_init(&p, 1);
		ok(ik_writer_open(p.dir, &w, err));
		w->reorder_docs = 500;
		for (uint64_t i = 0; i < 8; i++) {
			put_topics(w, s, i * 300, i * 300 + 300, 0);
			ok(ik_writer_commit(w, NULL, err));
		}
		assert_non_null(w->merge);
		if (rollback) {
			ok(ik_writer_rollback(w, err));
			ok(ik_writer_commit(w, NULL, err));
			assert_int_equal(place_files(&p), 8);
		}
		ik_writer_close(w);
		assert_int_equal(place_files(&p), 8);
		assert_int_equal(docs_in(p.dir), 2400);
		place_close(&p);
	}
	ik_schema_free(s);
}

/* Where there is nothing to reorder by, optimize does not write a segment again and again. */
static void test_a_segment_without_words_is_left_alone(void **state)
{
	struct ik_schema *s;
	struct ik_writer *w;
	struct ik_doc doc;
	uint64_t gen, again;
	struct place p;

	(void)state;
	place_open(&p, 0);
	ok(ik_schema_new(&s, err));
	ok(ik_schema_add(s, "tag", INK_KEYWORD, INK_STORED, NULL, err));
	ok(ik_index_init(p.dir, s, err));
	ok(ik_writer_open(p.dir, &w, err));
	ik_doc_init(&doc, s);
	for (int i = 0; i < 1000; i++) {
		ik_doc_clear(&doc);
		ok(ik_doc_add_text(&doc, "tag", i % 3 == 0 ? "one" : "two", 3, err));
		ok(ik_writer_add(w, &doc, err));
	}
	ok(ik_writer_commit(w, &gen, err));
	ok(ik_writer_optimize(w, 1, NULL, NULL, err));
	ok(ik_writer_commit(w, &again, err));
	assert_int_equal(gen, again);
	assert_int_equal(place_files(&p), 1);
	ik_doc_release(&doc);
	ik_writer_close(w);
	ik_schema_free(s);
	place_close(&p);
}

/* Optimize where the n-th write finds the disk full; 0: there are not so many. */
static int optimize_full(const struct ik_schema *s, uint64_t n)
{
	struct dump before, after;
	struct ik_writer *w;
	struct ik_dir *disk;
	struct place p;
	uint32_t down;
	int failed, told, of_segment;

	place_open(&p, 0);
	disk = p.dir;
	p.dir = fault_dir_new(disk);
	w = make_topics(&p, s);
	dump_keys(&before, p.dir, &down);
	fault_dir_arm(p.dir, FAULT_WRITE, n, 0, ENOSPC);
	told = ik_writer_optimize(w, 1, NULL, NULL, NULL);
	failed = fault_dir_failed(p.dir) > 0;
	of_segment = strncmp(fault_dir_what(p.dir), "write seg-", 10) == 0;
	fault_dir_disarm(p.dir);
	assert_int_equal(told, failed && !of_segment ? INK_EIO : 0);
	dump_keys(&after, p.dir, &down);
	dump_equal(&before, &after);
	dump_free(&before);
	dump_free(&after);
	ik_writer_close(w);
	ik_dir_free(p.dir);
	p.dir = disk;
	place_close(&p);
	return failed;
}

/* A new order takes more space than the old one, from the first document to the last. */
static void test_the_order_stays_where_the_disk_is_full(void **state)
{
	struct ik_schema *s = gen_schema(1);
	uint64_t n = 0;

	(void)state;
	while (optimize_full(s, n))
		n++;
	assert_true(n > 3); /* what is set aside, the segment, the manifest */
	ik_schema_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_optimize_changes_the_order_and_nothing_else),
		cmocka_unit_test(test_a_reordered_index_goes_on_living),
		cmocka_unit_test(test_deletions_during_a_merge_hit_the_same_documents),
		cmocka_unit_test(test_closing_and_rolling_back_stop_a_reordering_merge),
		cmocka_unit_test(test_the_order_stays_where_the_disk_is_full),
		cmocka_unit_test(test_a_segment_without_words_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
