/*
 * api.c - each operation of the public interface while an allocation or a
 * system call fails, once or from then on, at every N: an answer that is
 * right or an error that names the file, nothing leaks, no commit is lost,
 * and afterwards the same operation succeeds, by the same handle after a
 * rollback and by a new one.
 *
 * What makes and fills an index is in tests/api/api_oom.c. With --full: every
 * N, every way to recover.
 */
#include "start.h"

#include <errno.h>

#include "../support/faulty_os.h"
#include "tally.h"
#include "base/mem.h"

#define MEMORY 0 /* in place of kinds of system calls */
#define WAYS 3

static int full;
static struct {
	uint64_t allocations, calls, interrupted, creations, salvages, told;
} tried;

/* One failure to arrange. */
struct plan {
	unsigned kinds; /* or MEMORY */
	uint64_t after;
	int persist;
	unsigned way; /* 0: the writer is rolled back; 1: closed; 2: closed while it still fails */
};

/* ---- one failure ---- */

static void arm(const struct plan *plan)
{
	if (plan->kinds == MEMORY)
		ik_mem_fail_after((int64_t)plan->after, plan->persist);
	else
		faulty_os_arm(plan->kinds, plan->after, plan->persist);
}

static void disarm(void)
{
	ik_mem_fail_after(-1, 0);
	faulty_os_disarm();
}

static const char *describe(const struct operation *op, const struct session *s,
                            const struct plan *plan)
{
	static char text[160];

	snprintf(text, sizeof text, "%s %zu: %s number %llu%s fails, way %u", op->name, s->i,
	         plan->kinds == MEMORY ? "allocation" : faulty_os_what(),
	         (unsigned long long)plan->after, plan->persist ? " and all that follow" : "",
	         plan->way);
	return text;
}

static void must_be_told(int rc, const struct plan *plan, const char *what)
{
	int memory = plan->kinds == MEMORY;
	int want = memory || faulty_os_errno() == ENOMEM ? INK_ENOMEM : INK_EIO;

	if (rc != want || err.code != rc || !is_message(err.message))
		fail_msg("%s: %s, not %s: %s", what, ink_status_name(rc), ink_status_name(want),
		         err.message);
	if (want == INK_EIO && err.sys_errno != faulty_os_errno())
		fail_msg("%s: errno %d, not %d: %s", what, err.sys_errno, faulty_os_errno(),
		         err.message);
	if (!memory && (faulty_os_kinds() & (OS_THREAD | OS_MUTEX)) == 0 &&
	    strstr(err.message, place->dir) == NULL)
		fail_msg("%s: names no file: %s", what, err.message);
}

struct outcome {
	struct holding before, after;
	uint32_t sum;
	int64_t blocks, handles;
};

/* What is in the index has to be what a run without a failure leaves, or, `or_before`, what was. */
static void must_hold(const struct outcome *o, int or_before, const char *what)
{
	struct holding now = holding_of(place->path);

	if (memcmp(&now, &o->after, sizeof now) != 0 &&
	    !(or_before && memcmp(&now, &o->before, sizeof now) == 0))
		fail_msg("%s: %llu documents, %zu fields, neither before nor after", what,
		         (unsigned long long)now.docs, now.fields);
}

static void must_not_leak(const struct outcome *o, const char *what)
{
	if (ik_mem_live() != o->blocks)
		fail_msg("%s: %lld blocks leaked", what, (long long)(ik_mem_live() - o->blocks));
	if (faulty_os_live() != o->handles)
		fail_msg("%s: %lld descriptors, mappings or threads leaked", what,
		         (long long)(faulty_os_live() - o->handles));
}

/* Once more, when nothing fails any longer. */
static void recover(const struct operation *op, struct session *s, const struct outcome *o,
                    const struct plan *plan, const char *what)
{
	if (plan->way == 0 && s->w != NULL && ink_writer_rollback(s->w, &err) != 0)
		fail_msg("%s, rollback: %s", what, err.message);
	if (plan->way != 0)
		session_close(s);
	if (op->run(s) != 0)
		fail_msg("%s, and then again: %s", what, err.message);
	if (s->sum != o->sum)
		fail_msg("%s: another answer the second time", what);
}

static void fail_once(const struct operation *op, size_t i, const struct outcome *o,
                      const struct plan *plan)
{
	struct session s = {.path = place->path, .i = i};
	const char *what;
	int rc;

	start_again();
	memset(&err, 0, sizeof err);
	arm(plan);
	rc = op->run(&s);
	what = describe(op, &s, plan);
	if (rc != 0)
		must_be_told(rc, plan, what);
	else if (s.sum != o->sum)
		fail_msg("%s: a wrong answer", what);
	if (plan->way == 2)
		session_close(&s);
	disarm();
	if (rc != 0) {
		must_hold(o, 1, what);
		recover(op, &s, o, plan, what);
	}
	session_close(&s);
	must_hold(o, 0, what);
	must_not_leak(o, what);
	*(plan->kinds == MEMORY ? &tried.allocations : &tried.calls) += 1;
	tried.told += rc != 0;
}

/* ---- all of them ---- */

/* Without a failure; how many chances there were for one. */
static uint64_t run_well(const struct operation *op, size_t i, unsigned kinds, struct outcome *o)
{
	struct session s = {.path = place->path, .i = i};
	struct plan plan = {kinds, INT64_MAX, 0, 0};
	int64_t before;
	uint64_t n;

	start_again();
	o->before = holding_of(place->path);
	o->blocks = ik_mem_live();
	o->handles = faulty_os_live();
	arm(&plan);
	before = ik_mem_count();
	OK(op->run(&s));
	n = kinds == MEMORY ? (uint64_t)(ik_mem_count() - before) : faulty_os_count();
	disarm();
	o->sum = s.sum;
	session_close(&s);
	o->after = holding_of(place->path);
	must_not_leak(o, op->name);
	return n;
}

static void walk(const struct operation *op, size_t i, unsigned kinds, uint64_t max)
{
	struct outcome o;
	uint64_t total = run_well(op, i, kinds, &o), stride = full ? 1 : total / max + 1;

	for (uint64_t n = 0; n < total; n += stride)
		for (int persist = 0; persist < 2; persist++)
			for (unsigned way = 0; way < WAYS; way++)
				if (full || way == (n / stride + (unsigned)persist) % WAYS)
					fail_once(op, i, &o, &(struct plan){kinds, n, persist,
					                                    way});
}

static void walk_all(unsigned kinds, uint64_t max)
{
	for (size_t k = 0; k < N_OF(operations); k++)
		for (size_t i = 0; i < operations[k].n; i++)
			walk(&operations[k], i, kinds, max);
}

static void test_every_allocation_fails(void **state)
{
	(void)state;
	walk_all(MEMORY, 25);
}

static void test_every_system_call_fails(void **state)
{
	(void)state;
	walk_all(OS_ANY, 1000);
}

/* All writes fail and all else goes well, as on a full disk; and so on. */
static void test_every_system_call_of_one_kind_fails(void **state)
{
	(void)state;
	for (unsigned kind = 1; kind < OS_ANY; kind <<= 1)
		walk_all(kind, 2);
}

static void test_interrupted_and_short_calls_are_no_failure(void **state)
{
	(void)state;
	for (size_t k = 0; k < N_OF(operations); k++)
		for (size_t i = 0; i < operations[k].n; i++) {
			struct session s = {.path = place->path, .i = i};
			struct outcome o;

			run_well(&operations[k], i, OS_ANY, &o);
			start_again();
			faulty_os_interrupt(1);
			OK(operations[k].run(&s));
			assert_int_equal(s.sum, o.sum);
			session_close(&s);
			faulty_os_interrupt(0);
			must_hold(&o, 0, operations[k].name);
			must_not_leak(&o, operations[k].name);
			tried.interrupted++;
		}
}

/* There is no index then, or an empty one; and it can be made. */
static void test_an_index_is_made_while_calls_fail(void **state)
{
	ink_schema *schema = every_field();
	int64_t blocks = ik_mem_live(), handles = faulty_os_live();
	uint64_t failed = 1;

	(void)state;
	for (uint64_t n = 0; failed > 0; n++)
		for (int persist = 0; persist < 2; persist++) {
			struct plan plan = {OS_ANY, n, persist, 0};
			ink_index *index = NULL;
			int rc;

			nftw(place->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
			memset(&err, 0, sizeof err);
			arm(&plan);
			rc = ink_index_create(place->path, schema, 0, &index, &err);
			failed = faulty_os_failed();
			disarm();
			if (rc != 0) {
				must_be_told(rc, &plan, faulty_os_what());
				rc = ink_index_create(place->path, schema, 0, &index, &err);
			}
			/* Its manifest may be there, when all that failed was to make sure. */
			if (rc == INK_EEXISTS)
				rc = ink_index_open(place->path, 0, &index, &err);
			OK(rc);
			assert_int_equal(count(index, "*:*"), 0);
			ink_index_close(index);
			assert_int_equal(ik_mem_live(), blocks);
			assert_int_equal(faulty_os_live(), handles);
			tried.creations++;
		}
	ink_schema_free(schema);
}

/* What cannot be read is lost and told; what is copied is sound, and can be had again. */
static uint64_t salvage_once(const struct plan *plan, const char *dst, uint64_t all)
{
	ink_salvage out = {.struct_size = sizeof out};
	int64_t blocks = ik_mem_live(), handles = faulty_os_live(), before = ik_mem_count();
	ink_index *index;
	uint64_t failed;
	int rc;

	nftw(dst, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	memset(&err, 0, sizeof err);
	arm(plan);
	rc = ink_index_salvage(place->path, dst, NULL, NULL, NULL, &out, &err);
	failed = plan->kinds != MEMORY ? faulty_os_failed()
	                               : (uint64_t)(ik_mem_count() - before) > plan->after;
	disarm();
	if (rc == INK_ENOMEM) {
		assert_true(plan->kinds == MEMORY || faulty_os_errno() == ENOMEM);
	} else if (rc != 0) {
		must_be_told(rc, plan, faulty_os_what());
	} else {
		OK(ink_index_check(dst, NULL, NULL, &err));
		OK(ink_index_open(dst, 0, &index, &err));
		assert_int_equal(count(index, "*:*"), out.docs);
		ink_index_close(index);
		assert_true(out.docs == all || out.losses > 0);
	}
	assert_int_equal(ik_mem_live(), blocks);
	assert_int_equal(faulty_os_live(), handles);
	return failed;
}

static void test_a_salvage_while_calls_fail(void **state)
{
	static const unsigned kinds[] = {MEMORY, OS_ANY};
	struct holding before;
	char dst[160];

	(void)state;
	start_again();
	before = holding_of(place->path);
	snprintf(dst, sizeof dst, "%s/salvaged", place->dir);
	for (unsigned k = 0; k < 2; k++)
		for (int persist = 0; persist < 2; persist++)
			for (uint64_t n = 0;; n += full || kinds[k] != MEMORY ? 1 : 7) {
				tried.salvages++;
				if (salvage_once(&(struct plan){kinds[k], n, persist, 0}, dst,
				                 before.docs) == 0)
					break;
			}
	start_again();
	must_hold(&(struct outcome){.after = before}, 0, "salvage");
}

static int tear_down(void **state)
{
	tally("an allocation of a public operation fails", tried.allocations);
	tally("a system call of a public operation fails", tried.calls);
	tally("such an error told", tried.told);
	tally("public operation with interrupted and short calls", tried.interrupted);
	tally("a system call fails while an index is made", tried.creations);
	tally("an allocation or a system call of a salvage fails", tried.salvages);
	return place_free(state);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_allocation_fails),
		cmocka_unit_test(test_every_system_call_fails),
		cmocka_unit_test(test_every_system_call_of_one_kind_fails),
		cmocka_unit_test(test_interrupted_and_short_calls_are_no_failure),
		cmocka_unit_test(test_an_index_is_made_while_calls_fail),
		cmocka_unit_test(test_a_salvage_while_calls_fail),
	};

	full = argc > 1 && strcmp(argv[1], "--full") == 0;
	ik_mem_watch();
	return cmocka_run_group_tests(tests, start_make, tear_down);
}
