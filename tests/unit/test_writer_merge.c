/* test_writer_merge.c - merging in the background: when it is committed. */
#include "gen_index.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_merge_that_is_done_is_committed_without_another_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
