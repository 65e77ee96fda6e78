/* test_writer_merge.c - merging in the background: when it is committed, and who waits for it. */
#include "gen_index.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>

#include "index/policy.h"
#include "index/writer_impl.h"

static void commit_one(struct ik_writer *w, uint64_t n, uint64_t *gen)
{
	put_range(w, w->schema, n, n + 1);
	ok(ik_writer_commit(w, gen, err));
}

static uint32_t segments_in(struct ik_dir *dir)
{
	struct ik_snapshot *snap;
	uint32_t n;

	ok(ik_snapshot_open(dir, &snap, err));
	n = snap->n;
	ik_snapshot_unref(snap);
	return n;
}

/* As many commits as make a merge begin. */
static void begin(struct place *p, struct ik_writer **w, uint64_t *gen)
{
	place_open(p, 0);
	place_init(p, 1);
	ok(ik_writer_open(p->dir, w, err));
	for (uint64_t n = 0; n < IK_MERGE_FACTOR; n++)
		commit_one(*w, n, gen);
	assert_non_null((*w)->merge);
}

/* What it replaces takes up space until a commit names it, and who is idle has no other one. */
static void test_a_merge_that_is_done_is_committed_without_another_change(void **state)
{
	struct ik_writer *w;
	struct place p;
	uint64_t before, gen;

	(void)state;
	begin(&p, &w, &before);
	while (!atomic_load(&w->merge->done))
		sched_yield();
	ok(ik_writer_commit(w, &gen, err));
	assert_int_equal(gen, before + 1);
	assert_int_equal(segments_in(p.dir), 1);
	assert_int_equal(place_files(&p), 1);
	ok(ik_writer_commit(w, &gen, err));
	assert_int_equal(gen, before + 1);
	ik_writer_close(w);
	assert_int_equal(docs_in(p.dir), IK_MERGE_FACTOR);
	place_close(&p);
}

/* Documents are not lost for want of memory to plan what nobody asked for. */
static void test_a_merge_without_the_memory_to_begin_it_is_left_out(void **state)
{
	struct ik_writer *w;
	struct place p;
	int64_t n = 0;

	(void)state;
	place_open(&p, 0);
	place_init(&p, 1);
	ok(ik_writer_open(p.dir, &w, err));
	for (uint64_t i = 0; i < IK_MERGE_FACTOR; i++) {
		put_range(w, w->schema, i, i + 1);
		ok(ik_writer_settle(w, err));
	}
	for (; w->merge == NULL; n++) {
		int rc;

		ik_mem_fail_after(n, 0);
		rc = ik_merge_poll(w, NULL);
		ik_mem_fail_after(-1, 0);
		assert_int_equal(rc, 0);
		ok(ik_writer_settle(w, err)); /* as a commit does, after which it is tried again */
	}
	assert_true(n > 5);
	ok(ik_writer_commit(w, NULL, err));
	ik_writer_close(w);
	assert_int_equal(docs_in(p.dir), IK_MERGE_FACTOR);
	place_close(&p);
}

static void test_writers_of_one_commit_each_leave_few_segments(void **state)
{
	struct place p;

	(void)state;
	place_open(&p, 0);
	place_init(&p, 1);
	for (uint64_t n = 0; n < 5 * IK_MERGE_FACTOR; n++) {
		struct ik_writer *w;

		ok(ik_writer_open(p.dir, &w, err));
		commit_one(w, n, NULL);
		ik_writer_close(w);
		assert_true(segments_in(p.dir) < IK_MERGE_FACTOR);
	}
	assert_int_equal(docs_in(p.dir), 5 * IK_MERGE_FACTOR);
	place_close(&p);
}

static void test_closing_with_a_merge_forgets_what_was_not_committed(void **state)
{
	struct ik_writer *w;
	struct place p;

	(void)state;
	for (int deletes = 0; deletes < 2; deletes++) {
		begin(&p, &w, NULL);
		if (deletes)
			ok(ik_writer_delete(w, "doc-000001", 10, err));
		else
			put_range(w, w->schema, 100, 101);
		ik_writer_close(w);
		assert_int_equal(docs_in(p.dir), IK_MERGE_FACTOR);
		place_close(&p);
	}
}

/* ---- damage ---- */

/*
 * Change a byte in section `i` of the first segment of eight, which is open. Is there one?
 * Section 0 is verified when a segment is opened.
 */
static int begin_damaged(struct place *p, struct ik_writer **w, uint32_t i)
{
	const struct ik_segment *seg;
	char path[128];
	uint8_t byte;
	off_t at;
	int fd;

	place_open(p, 1);
	place_init(p, 1);
	ok(ik_writer_open(p->dir, w, err));
	for (uint64_t n = 0; n < IK_MERGE_FACTOR - 1; n++)
		commit_one(*w, n, NULL);
	seg = (*w)->segs.v[0]->seg;
	if (i >= seg->n_sections)
		return 0;
	snprintf(path, sizeof path, "%s/%s", p->path, seg->name);
	at = (off_t)ik_load64(seg->table + (size_t)i * IK_SECTION_LEN + 8);
	fd = open(path, O_RDWR);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 0x40;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
	return 1;
}

/* Damage in what was written long ago is told, whatever a decoder would make of it. */
static void test_a_damaged_segment_is_left_alone_and_others_are_merged(void **state)
{
	ink_error why = {0};
	struct ik_writer *w;
	struct place p;
	uint32_t i = 1;

	(void)state;
	for (; begin_damaged(&p, &w, i); i++) {
		ok(ik_writer_damage(w, err));
		for (uint64_t n = IK_MERGE_FACTOR; n < 50; n++)
			commit_one(w, n, NULL);
		assert_true(w->segs.n < 2 * IK_MERGE_FACTOR);
		assert_int_equal(w->segs.v[0]->seg->n_docs, 1);
		assert_int_equal(ik_writer_damage(w, &why), INK_ECORRUPT);
		assert_non_null(strstr(why.message, "1.ink: "));
		assert_int_equal(ik_writer_optimize(w, 1, NULL, NULL, NULL), INK_ECORRUPT);
		ok(ik_writer_commit(w, NULL, err));
		ik_writer_close(w);
		assert_int_equal(docs_in(p.dir), 49);
		place_close(&p);
	}
	assert_true(i > 5);
	ik_writer_close(w);
	place_close(&p);
}

static void test_writers_of_one_commit_each_leave_few_segments_beside_a_damaged_one(void **state)
{
	struct ik_writer *w;
	struct place p;

	(void)state;
	assert_true(begin_damaged(&p, &w, 1));
	for (uint64_t n = IK_MERGE_FACTOR; n < 100; n++) {
		commit_one(w, n, NULL);
		ik_writer_close(w);
		assert_true(segments_in(p.dir) <= 2 * IK_MERGE_FACTOR);
		ok(ik_writer_open(p.dir, &w, err));
	}
	ik_writer_close(w);
	assert_int_equal(docs_in(p.dir), 99);
	place_close(&p);
}

/* ---- a merge that takes long ---- */

static const struct ik_dir_ops *plain;
static pthread_t caller;
static struct ik_mutex *mutex;
static struct ik_cond *cond;
static int is_open;

/* Files of another thread have to wait for the gate. */
static int create_behind_gate(struct ik_dir *dir, const char *name, struct ik_out **out,
                              ink_error *err)
{
	ik_mutex_lock(mutex);
	while (!is_open && !pthread_equal(pthread_self(), caller))
		ik_cond_wait(cond, mutex);
	ik_mutex_unlock(mutex);
	return plain->create(dir, name, out, err);
}

static void open_gate(void)
{
	ik_mutex_lock(mutex);
	is_open = 1;
	ik_cond_wake(cond);
	ik_mutex_unlock(mutex);
}

static void test_commits_do_not_wait_for_a_merge_that_takes_long(void **state)
{
	struct ik_dir_ops ops;
	struct ik_merge_task *slow;
	struct ik_writer *w;
	struct place p;

	(void)state;
	assert_int_equal(ik_mutex_new(&mutex), 0);
	assert_int_equal(ik_cond_new(&cond), 0);
	place_open(&p, 0);
	place_init(&p, 1);
	plain = p.dir->ops;
	ops = *plain;
	ops.create = create_behind_gate;
	p.dir->ops = &ops;
	caller = pthread_self();
	alarm(60); /* that is how a commit fails that waits */
	ok(ik_writer_open(p.dir, &w, err));
	for (uint64_t n = 0; n < IK_MERGE_FACTOR; n++)
		commit_one(w, n, NULL);
	slow = w->merge;
	assert_non_null(slow);
	ok(ik_writer_delete(w, "doc-000003", 10, err));
	for (uint64_t n = 0; n < 3 * IK_SEGMENTS_STALL; n++) {
		commit_one(w, 100 + n, NULL);
		assert_ptr_equal(w->merge, slow);
		assert_true(w->segs.n <= IK_SEGMENTS_STALL);
	}
	assert_int_equal(docs_in(p.dir), IK_MERGE_FACTOR - 1 + 3 * IK_SEGMENTS_STALL);
	open_gate();
	ik_writer_close(w);
	alarm(0);
	p.dir->ops = plain;
	assert_true(segments_in(p.dir) <= IK_SEGMENTS_STALL - IK_MERGE_FACTOR + 1);
	assert_int_equal(docs_in(p.dir), IK_MERGE_FACTOR - 1 + 3 * IK_SEGMENTS_STALL);
	assert_false(has_key(p.dir, "doc-000003"));
	place_close(&p);
	ik_cond_free(cond);
	ik_mutex_free(mutex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_merge_that_is_done_is_committed_without_another_change),
		cmocka_unit_test(test_a_merge_without_the_memory_to_begin_it_is_left_out),
		cmocka_unit_test(test_writers_of_one_commit_each_leave_few_segments),
		cmocka_unit_test(test_a_damaged_segment_is_left_alone_and_others_are_merged),
		cmocka_unit_test(
			test_writers_of_one_commit_each_leave_few_segments_beside_a_damaged_one),
		cmocka_unit_test(test_closing_with_a_merge_forgets_what_was_not_committed),
		cmocka_unit_test(test_commits_do_not_wait_for_a_merge_that_takes_long),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
