/* test_writer_threads.c - indexing threads: the same index, keys, rollback, failures. */
#include "gen_index.h"

#include <stdatomic.h>

static void start(struct place *p, int on_disk, uint32_t threads, struct ik_writer **w)
{
	place_open(p, on_disk);
	place_init(p, 1);
	ok(ik_writer_open(p->dir, w, err));
	ok(ik_writer_set_memory(*w, IK_MEMORY_MIN, err));
	ok(ik_writer_set_threads(*w, threads, err));
}

static int has_id(const struct ik_snapshot *snap, uint64_t n)
{
	uint64_t doc;
	char id[32];

	gen_id(id, n);
	return ik_snapshot_find_key(snap, id, strlen(id), &doc, NULL) == 0;
}

static void check_all(struct ik_dir *dir)
{
	struct ik_snapshot *snap;

	ok(ik_snapshot_open(dir, &snap, err));
	for (uint32_t i = 0; i < snap->n; i++)
		ok(ik_segment_check(snap->views[i].seg, NULL, NULL, err));
	ik_snapshot_unref(snap);
}

static void test_every_document_arrives_once(void **state)
{
	(void)state;
	for (uint32_t threads = 2; threads <= 4; threads += 2) {
		struct ik_schema *s = gen_schema(1);
		struct ik_snapshot *snap;
		struct ik_writer *w;
		struct place p;

		start(&p, threads == 2, threads, &w);
		put_range(w, s, 0, 12000);
		ok(ik_writer_commit(w, NULL, err));
		put_range(w, s, 12000, 12100);
		ok(ik_writer_commit(w, NULL, err));
		ok(ik_snapshot_open(p.dir, &snap, err));
		assert_int_equal(snap->docs, 12100);
		for (uint64_t n = 0; n < 12100; n += 11)
			assert_true(has_id(snap, n));
		ik_snapshot_unref(snap);
		check_all(p.dir);
		ik_writer_close(w);
		ik_schema_free(s);
		place_close(&p);
	}
}

/* Whatever thread a document goes through, the latest operation on its key wins. */
static void test_order_counts_over_threads(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_snapshot *snap;
	struct ik_writer *w;
	struct ik_doc doc;
	struct place p;
	uint64_t seed = 99;
	char alive[200] = {0}, id[32];
	size_t want = 0;

	(void)state;
	start(&p, 0, 3, &w);
	ik_doc_init(&doc, s);
	for (int i = 0; i < 12000; i++) {
		uint64_t r = gen_next(&seed), n = r % 200;
		int kind = (int)(r >> 32) % 4, rc;

		gen_id(id, n);
		if (kind == 0) {
			ok(ik_writer_delete(w, id, strlen(id), err));
			alive[n] = 0;
		} else if (kind == 1) {
			rc = put(w, &doc, (uint64_t)i, id, 0, NULL);
			assert_int_equal(rc, alive[n] ? INK_EEXISTS : 0);
			alive[n] = 1;
		} else {
			ok(put(w, &doc, (uint64_t)i, id, 1, err));
			alive[n] = 1;
		}
		if (i % 3000 == 1500)
			ok(ik_writer_commit(w, NULL, err));
	}
	ok(ik_writer_commit(w, NULL, err));
	ok(ik_snapshot_open(p.dir, &snap, err));
	for (uint64_t n = 0; n < 200; n++) {
		assert_int_equal(has_id(snap, n), alive[n]);
		want += (size_t)alive[n];
	}
	assert_int_equal(snap->docs, want);
	ik_snapshot_unref(snap);
	ik_doc_release(&doc);
	ik_writer_close(w);
	ik_schema_free(s);
	place_close(&p);
}

static void test_rollback_and_close_with_work_in_hand(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_writer *w;
	struct place p;

	(void)state;
	start(&p, 0, 2, &w);
	for (uint64_t i = 0; i < 5; i++) {
		put_range(w, s, 0, 700);
		ok(ik_writer_rollback(w, err));
	}
	put_range(w, s, 0, 10);
	ok(ik_writer_add_field(w, "later", INK_KEYWORD, 0, NULL, err));
	put_range(w, s, 10, 20);
	ok(ik_writer_commit(w, NULL, err));
	put_range(w, s, 20, 700);
	ik_writer_close(w);
	assert_int_equal(docs_in(p.dir), 20);
	ik_schema_free(s);
	place_close(&p);
}

/* A directory whose disk is full from some moment on. */
struct full {
	struct ik_dir dir;
	struct ik_dir *real;
	atomic_int full;
};

static int full_create(struct ik_dir *dir, const char *name, struct ik_out **out, ink_error *err)
{
	struct full *f = (struct full *)dir;

	if (atomic_load(&f->full))
		return ik_fail(err, INK_EIO, "%s: disk full", name);
	return f->real->ops->create(f->real, name, out, err);
}

static int full_open(struct ik_dir *d, const char *name, struct ik_in **out, ink_error *err)
{
	struct ik_dir *real = ((struct full *)d)->real;

	return real->ops->open(real, name, out, err);
}

static int full_rename(struct ik_dir *d, const char *from, const char *to, ink_error *err)
{
	struct ik_dir *real = ((struct full *)d)->real;

	return real->ops->rename(real, from, to, err);
}

static int full_remove(struct ik_dir *d, const char *name, ink_error *err)
{
	struct ik_dir *real = ((struct full *)d)->real;

	return real->ops->remove(real, name, err);
}

static int full_sync(struct ik_dir *d, ink_error *err)
{
	struct ik_dir *real = ((struct full *)d)->real;

	return real->ops->sync(real, err);
}

static int full_list(struct ik_dir *d, int (*fn)(void *, const char *), void *user,
                     ink_error *err)
{
	struct ik_dir *real = ((struct full *)d)->real;

	return real->ops->list(real, fn, user, err);
}

static int full_lock(struct ik_dir *d, const char *name, void **lock, ink_error *err)
{
	struct ik_dir *real = ((struct full *)d)->real;

	return real->ops->lock(real, name, lock, err);
}

static void full_unlock(struct ik_dir *d, void *lock)
{
	struct ik_dir *real = ((struct full *)d)->real;

	real->ops->unlock(real, lock);
}

static const struct ik_dir_ops full_ops = {full_create, full_open, full_rename, full_remove,
                                           full_sync, full_list, full_lock, full_unlock, NULL};

static void test_a_full_disk_breaks_the_writer_until_rollback(void **state)
{
	(void)state;
	for (uint32_t threads = 1; threads <= 2; threads++) {
		struct ik_schema *s = gen_schema(1);
		struct full f = {.full = 0};
		struct ik_writer *w;
		struct ik_doc doc;
		struct place p;
		ink_error why;
		char id[32];
		int rc = 0;

		place_open(&p, 0);
		f.dir = (struct ik_dir){&full_ops, p.dir->path};
		f.real = p.dir;
		place_init(&p, 1);
		ok(ik_writer_open(&f.dir, &w, err));
		ok(ik_writer_set_memory(w, IK_MEMORY_MIN, err));
		ok(ik_writer_set_threads(w, threads, err));
		put_range(w, s, 0, 100);
		ok(ik_writer_commit(w, NULL, err));
		atomic_store(&f.full, 1);
		ik_doc_init(&doc, s);
		for (uint64_t n = 100; rc == 0 && n < 100000; n++) {
			gen_id(id, n);
			rc = put(w, &doc, n, id, 0, &why);
		}
		assert_int_equal(rc, INK_EIO);
		assert_non_null(strstr(why.message, "disk full"));
		assert_int_equal(ik_writer_commit(w, NULL, NULL), INK_EIO);
		assert_int_equal(ik_writer_delete(w, "a", 1, NULL), INK_EIO);
		ok(ik_writer_rollback(w, err));
		assert_int_equal(docs_in(p.dir), 100);
		/* A commit that fails can be tried again. */
		put_range(w, s, 100, 150);
		ok(ik_writer_delete(w, "doc-000000", 10, err));
		rc = ik_writer_commit(w, NULL, NULL);
		assert_int_equal(rc, INK_EIO);
		assert_int_equal(docs_in(p.dir), 100);
		atomic_store(&f.full, 0);
		if (threads == 1) {
			ok(ik_writer_commit(w, NULL, err));
			assert_int_equal(docs_in(p.dir), 149);
		} else {
			assert_int_equal(ik_writer_commit(w, NULL, NULL), INK_EIO);
			ok(ik_writer_rollback(w, err));
		}
		ik_doc_release(&doc);
		ik_writer_close(w);
		check_all(p.dir);
		ik_schema_free(s);
		place_close(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_document_arrives_once),
		cmocka_unit_test(test_order_counts_over_threads),
		cmocka_unit_test(test_rollback_and_close_with_work_in_hand),
		cmocka_unit_test(test_a_full_disk_breaks_the_writer_until_rollback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
