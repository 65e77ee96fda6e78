/*
 * oom.c - allocations of a writer fail, one or all from some point on: it
 * says so, loses nothing that was committed, and works again after a
 * rollback or when it is opened again. With indexing threads and merges.
 *
 * With --full: more workloads, every allocation.
 */
#include "workload.h"

#include "tally.h"

static int full;
static uint64_t points, reported;

static void look(struct job *job, int in_doubt, const char *what)
{
	struct content found;
	ink_error why;

	if (content_open(job->dir, &found, &why) != 0)
		fail_msg("%s: %s", what, why.message);
	if (!content_same(&found, &job->committed) &&
	    !(in_doubt && content_same(&found, &job->pending)))
		fail_msg("%s: neither the last commit nor the next one", what);
	job->committed = found;
}

static void recover(struct job *job, int reopen, int in_doubt, const char *what)
{
	ink_error why;
	int rc;

	/* While memory is out, a rollback may fail, but not harm. */
	if (job->w != NULL && !reopen) {
		rc = ik_writer_rollback(job->w, &why);
		if (rc != 0 && rc != INK_ENOMEM)
			fail_msg("%s, rollback: %s", what, why.message);
	}
	ik_mem_fail_after(-1, 0);
	look(job, in_doubt, what);
	if (reopen && job->w != NULL)
		job_close(job);
	if (job->w != NULL && ik_writer_rollback(job->w, &why) != 0)
		fail_msg("%s, rollback afterwards: %s", what, why.message);
	if (job->w == NULL && job_open(job, &why) != 0)
		fail_msg("%s, opening afterwards: %s", what, why.message);
	job->pending = job->committed;
}

static void run(const struct workload *work, int64_t after, int persist, int reopen)
{
	int64_t live = ik_mem_live();
	struct job job = {.threads = 1 + 2 * (uint32_t)(work->seed % 3 == 2)};
	struct ik_dir *dir;
	char what[96];

	snprintf(what, sizeof what, "seed %llu, allocation %lld%s",
	         (unsigned long long)work->seed, (long long)after,
	         persist ? " and all later ones" : "");
	ok(ik_dir_mem(&dir, err));
	ok(job_init(&job, dir, err));
	ik_mem_fail_after(after, persist);
	for (size_t i = 0; i < work->n; i++) {
		const struct step *step = &work->steps[i];
		int commits = step->kind == STEP_COMMIT || step->kind == STEP_OPTIMIZE;
		ink_error why = {0};
		int rc = job_step(&job, step, &why);

		if (rc == 0)
			continue;
		reported++;
		if (rc != INK_ENOMEM || why.code != rc)
			fail_msg("%s, %s: %s", what, step_names[step->kind], why.message);
		recover(&job, reopen, commits, what);
		rc = job_step(&job, step, &why);
		if (rc != 0)
			fail_msg("%s, %s once more: %s", what, step_names[step->kind],
			         why.message);
	}
	ik_mem_fail_after(-1, 0);
	look(&job, 0, what);
	job_close(&job);
	ok(job_open(&job, err)); /* takes away what could not be removed in time */
	job_close(&job);
	no_strays(dir, what);
	ik_dir_free(dir);
	if (ik_mem_live() != live)
		fail_msg("%s: %lld blocks leaked", what, (long long)(ik_mem_live() - live));
	points++;
}

/* At `max` points, or at all of them. */
static void every_allocation(const struct workload *work, int64_t max)
{
	int64_t start = ik_mem_count(), total, stride;

	run(work, -1, 0, 0);
	total = ik_mem_count() - start;
	stride = full ? 1 : total / max + 1;
	for (int64_t n = 0; n < total; n += stride)
		for (int way = 0; way < 4; way++)
			run(work, n, way & 1, way >> 1);
}

static void test_every_allocation_of_a_workload(void **state)
{
	struct workload work;

	(void)state;
	for (uint64_t seed = 1; seed <= (full ? 12 : 3); seed++) {
		work_make(&work, seed, full ? 80 : 40);
		every_allocation(&work, 100);
	}
}

static void test_every_allocation_of_an_optimize_that_reorders(void **state)
{
	struct workload work;

	(void)state;
	work_reorder(&work);
	every_allocation(&work, 60);
}

static int report(void **state)
{
	(void)state;
	tally("an allocation of a writer fails", points);
	tally("such an error told", reported);
	assert_true(reported > points / 3);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_allocation_of_a_workload),
		cmocka_unit_test(test_every_allocation_of_an_optimize_that_reorders),
	};

	full = argc > 1 && strcmp(argv[1], "--full") == 0;
	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, report);
}
