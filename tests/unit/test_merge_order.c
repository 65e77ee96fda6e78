/* test_merge_order.c - merges that look for a better order, and fail to. */
#include "gen_topics.h"

#include "index/merge.h"
#include "../support/fault_dir.h"

/* The segments of a snapshot, three as make_topics() leaves them. */
static void inputs_of(const struct ik_snapshot *snap, struct ik_merge_input inputs[3])
{
	assert_int_equal(snap->n, 3);
	for (uint32_t i = 0; i < snap->n; i++)
		inputs[i] = (struct ik_merge_input){snap->views[i].seg, snap->views[i].live};
}

static int merge(struct ik_dir *dir, uint64_t memory, uint32_t threads, const char *name,
                 struct ik_merge_result *out, const struct ik_schema *s)
{
	struct ik_merge_order how = {memory, threads, 0, 0};
	struct ik_merge_input inputs[3];
	struct ik_snapshot *snap;
	int rc;

	ok(ik_snapshot_open(dir, &snap, err));
	inputs_of(snap, inputs);
	rc = ik_merge(inputs, snap->n, dir, name, s, &how, NULL, out, NULL);
	ik_snapshot_unref(snap);
	return rc;
}

static void same_file(struct ik_dir *dir, const char *one, const char *two)
{
	struct ik_in *a, *b;

	ok(dir->ops->open(dir, one, &a, err));
	ok(dir->ops->open(dir, two, &b, err));
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->data, b->data, a->len);
	ik_in_close(a);
	ik_in_close(b);
}

static void test_the_same_input_gives_the_same_file(void **state)
{
	static const uint64_t memory[] = {0, 64u << 20}; /* without an order and with one */
	struct ik_schema *s = gen_schema(1);
	struct place p;

	(void)state;
	place_open(&p, 0);
	ik_writer_close(make_topics(&p, s));
	for (size_t i = 0; i < 2; i++) {
		struct ik_merge_result one, two;

		assert_int_equal(merge(p.dir, memory[i], 1, "one", &one, s), 0);
		assert_int_equal(merge(p.dir, memory[i], 2, "two", &two, s), 0);
		assert_int_equal(one.new_of != NULL, i);
		same_file(p.dir, "one", "two");
		ik_free(one.new_of);
		ik_free(two.new_of);
	}
	place_close(&p);
	ik_schema_free(s);
}

static void test_without_memory_the_order_stays(void **state)
{
	static const uint64_t memory[] = {0, 1, 20000, 64u << 20};
	struct ik_schema *s = gen_schema(1);
	struct place p;

	(void)state;
	place_open(&p, 0);
	ik_writer_close(make_topics(&p, s));
	for (size_t i = 0; i < 4; i++) {
		struct ik_merge_result out;

		assert_int_equal(merge(p.dir, memory[i], 1, "out", &out, s), 0);
		assert_int_equal(out.new_of != NULL, i == 3);
		assert_true(out.bytes > 0);
		ik_free(out.new_of);
	}
	place_close(&p);
	ik_schema_free(s);
}

static void test_every_allocation_may_fail(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_merge_result out = {0, NULL};
	uint64_t kept = 0;
	struct place p;
	int rc = INK_ENOMEM;

	(void)state;
	place_open(&p, 0);
	ik_writer_close(make_topics(&p, s));
	/* One failure in the search for an order costs the order, one elsewhere the merge. */
	for (int64_t n = 0; out.new_of == NULL && n < 1000000; n += 1 + n / 15) {
		struct ik_merge_order how = {64u << 20, 2, 0, 0};
		struct ik_merge_input inputs[3];
		struct ik_snapshot *snap;
		int64_t live;

		ok(ik_snapshot_open(p.dir, &snap, err));
		inputs_of(snap, inputs);
		live = ik_mem_live();
		ik_mem_fail_after(n, 0);
		rc = ik_merge(inputs, snap->n, p.dir, "out", s, &how, NULL, &out, NULL);
		ik_mem_fail_after(-1, 0);
		assert_true(rc == 0 || rc == INK_ENOMEM);
		kept += rc == 0 && out.new_of == NULL;
		if (rc == 0)
			ok(p.dir->ops->remove(p.dir, "out", err));
		else
			assert_null(out.new_of);
		if (out.new_of == NULL)
			assert_int_equal(ik_mem_live(), live);
		ik_snapshot_unref(snap);
	}
	assert_int_equal(rc, 0);
	assert_true(kept > 0);
	ik_free(out.new_of);
	place_close(&p);
	ik_schema_free(s);
}

/* Documents set aside need space: without it the order stays, and the merge is none the worse. */
static void test_a_failing_disk_costs_the_order_or_the_merge(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_merge_input inputs[3];
	struct ik_snapshot *snap;
	struct ik_dir *faulty;
	uint64_t kept = 0, failed = 0;
	struct place p;
	int again = 1;

	(void)state;
	place_open(&p, 0);
	ik_writer_close(make_topics(&p, s));
	faulty = fault_dir_new(p.dir);
	ok(ik_snapshot_open(p.dir, &snap, err));
	inputs_of(snap, inputs);
	for (uint64_t at = 0; again; at++)
		for (int persist = 0; persist < 2; persist++) {
			struct ik_merge_order how = {64u << 20, 1 + at % 2, 0, 0};
			struct ik_merge_result out;
			int files = place_files(&p), rc;

			fault_dir_arm(faulty,
			              FAULT_CREATE | FAULT_WRITE | FAULT_OPEN | FAULT_CLOSE, at,
			              persist, 28 /* ENOSPC */);
			rc = ik_merge(inputs, snap->n, faulty, "seg-out", s, &how, NULL, &out,
			              NULL);
			again = fault_dir_failed(faulty) > 0;
			fault_dir_disarm(faulty);
			assert_true(rc == 0 || (rc == INK_EIO && again));
			assert_false(rc == 0 && persist && again);
			failed += rc != 0;
			kept += rc == 0 && out.new_of == NULL;
			if (rc == 0)
				ok(p.dir->ops->remove(p.dir, "seg-out", err));
			assert_int_equal(place_files(&p), files);
			ik_free(out.new_of);
		}
	assert_true(kept > 2);
	assert_true(failed > 2);
	ik_snapshot_unref(snap);
	faulty->ops->free(faulty);
	place_close(&p);
	ik_schema_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same_input_gives_the_same_file),
		cmocka_unit_test(test_without_memory_the_order_stays),
		cmocka_unit_test(test_every_allocation_may_fail),
		cmocka_unit_test(test_a_failing_disk_costs_the_order_or_the_merge),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
