/*
 * io.c - every operation on the folder fails once, or from then on: the
 * writer says so with the right code, what was committed stays, what is
 * tried again afterwards succeeds, and nothing leaks.
 *
 * With --full: every N over more workloads.
 */
#include "workload.h"

#include <stdlib.h>
#include <unistd.h>

#include "../support/fault_dir.h"
#include "tally.h"

static int full;
static struct {
	uint64_t points, reported, retried;
} tried;

/* One failure to arrange. */
struct plan {
	unsigned kinds;
	uint64_t after;
	int persist, sys;
	int reopen; /* recover by closing and opening, not by a rollback */
};

static void must_be_told(int rc, const ink_error *err, const struct plan *plan,
                         const struct ik_dir *faulty)
{
	const char *what = fault_dir_what((struct ik_dir *)faulty);

	if (rc != INK_EIO || err->code != rc || err->sys_errno != plan->sys)
		fail_msg("%s failed with errno %d, and what came was %s, errno %d: %s", what,
		         plan->sys, ink_status_name(rc), err->sys_errno, err->message);
	if (strncmp(err->message, "cannot ", 7) != 0 || strstr(err->message, "faulty/") == NULL)
		fail_msg("%s: the message is \"%s\"", what, err->message);
}

/* What is in the folder now: what was committed, or what a commit was about to. */
static void look(struct job *job, struct ik_dir *disk, int in_doubt, const char *what)
{
	struct content found;
	ink_error why;

	if (content_open(disk, &found, &why) != 0)
		fail_msg("%s: %s", what, why.message);
	if (!content_same(&found, &job->committed) &&
	    !(in_doubt && content_same(&found, &job->pending)))
		fail_msg("%s: neither the last commit nor the next one", what);
	job->committed = found;
}

static void recover(struct job *job, struct ik_dir *faulty, struct ik_dir *disk,
                    const struct plan *plan, int in_doubt)
{
	const char *what = fault_dir_what(faulty);
	ink_error why;

	if (job->w != NULL && !plan->reopen && plan->persist) {
		/* Still failing: it may succeed if it needs nothing of what fails. */
		int rc = ik_writer_rollback(job->w, &why);

		if (rc != 0 && rc != INK_EIO)
			fail_msg("%s, rollback: %s", what, why.message);
	}
	fault_dir_disarm(faulty);
	look(job, disk, in_doubt, what);
	if (job->w != NULL && plan->reopen)
		job_close(job);
	if (job->w != NULL && ik_writer_rollback(job->w, &why) != 0)
		fail_msg("%s, rollback afterwards: %s", what, why.message);
	if (job->w == NULL && job_open(job, &why) != 0)
		fail_msg("%s, opening afterwards: %s", what, why.message);
	job->pending = job->committed;
	look(job, disk, 0, what);
}

/* A step that may fail; then the same once more, which must not. */
static void step_twice(struct job *job, struct ik_dir *faulty, struct ik_dir *disk,
                       const struct step *step, const struct plan *plan)
{
	int commits = step->kind == STEP_COMMIT || step->kind == STEP_OPTIMIZE;
	uint64_t failed = fault_dir_failed(faulty);
	ink_error err = {0};
	int rc = job_step(job, step, &err);

	if (rc == 0)
		return;
	if (fault_dir_failed(faulty) == 0)
		fail_msg("%s failed by itself: %s", step_names[step->kind], err.message);
	must_be_told(rc, &err, plan, faulty);
	tried.reported++;
	if (failed == 0 && !plan->reopen && job->w != NULL) {
		/* At once, as an application may: it works, or the writer says why it does not. */
		look(job, disk, commits, fault_dir_what(faulty));
		rc = job_step(job, step, &err);
		tried.retried += rc == 0;
		if (rc == 0)
			return;
		if (err.code != rc || err.message[0] == '\0')
			fail_msg("%s: failed again without a word", step_names[step->kind]);
	}
	recover(job, faulty, disk, plan, commits);
	rc = job_step(job, step, &err);
	if (rc != 0)
		fail_msg("%s: %s does not work afterwards: %s", fault_dir_what(faulty),
		         step_names[step->kind], err.message);
}

/* Run it all; how many operations of the kinds there were. */
static uint64_t run(const struct workload *work, const struct plan *plan)
{
	int64_t live = ik_mem_live();
	struct ik_dir *disk, *faulty;
	struct job job = {.threads = 1 + (uint32_t)(work->seed % 4 == 3)};
	char name[160];
	uint64_t count;

	ok(ik_dir_mem(&disk, err));
	faulty = fault_dir_new(disk);
	ok(job_init(&job, faulty, err));
	fault_dir_arm(faulty, plan->kinds, plan->after, plan->persist, plan->sys);
	for (size_t i = 0; i < work->n; i++)
		step_twice(&job, faulty, disk, &work->steps[i], plan);
	count = fault_dir_count(faulty);
	fault_dir_disarm(faulty);
	snprintf(name, sizeof name, "in the end, after %s", fault_dir_what(faulty));
	look(&job, disk, 0, name);
	job_close(&job);
	ok(job_open(&job, err)); /* takes away what could not be removed in time */
	job_close(&job);
	no_strays(disk, name);
	ik_dir_free(faulty);
	ik_dir_free(disk);
	if (ik_mem_live() != live)
		fail_msg("%s: %lld blocks leaked", name, (long long)(ik_mem_live() - live));
	tried.points++;
	return count;
}

/* Each point of a workload, every `stride`th. */
static void every_point(uint64_t seed, size_t steps, unsigned kinds, uint64_t stride)
{
	struct plan plan = {kinds, UINT64_MAX, 0, EIO, 0};
	struct workload work;
	uint64_t total;

	work_make(&work, seed, steps);
	total = run(&work, &plan);
	assert_true(total > 0);
	for (uint64_t n = 0; n < total; n += stride)
		for (int way = 0; way < 4; way++) {
			plan = (struct plan){kinds, n, way & 1, n % 2 == 0 ? EIO : ENOSPC,
			                     way >> 1};
			run(&work, &plan);
		}
}

static void test_every_operation_fails(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= (full ? 30 : 4); seed++)
		every_point(seed, full ? 120 : 50, FAULT_ANY, full ? 1 : 3);
}

static void test_every_operation_of_an_optimize_that_reorders_fails(void **state)
{
	struct plan plan = {FAULT_ANY, UINT64_MAX, 0, EIO, 0};
	struct workload work;
	uint64_t total;

	(void)state;
	work_reorder(&work);
	total = run(&work, &plan);
	for (uint64_t n = 0; n < total; n++)
		for (int way = 0; way < (full ? 4 : 1); way++) {
			int persist = (int)(n & 1) ^ (way & 1);

			plan = (struct plan){FAULT_ANY, n, persist, ENOSPC, way >> 1};
			run(&work, &plan);
		}
}

/* Not every kind comes up at every N above: each one by itself. */
static void test_every_operation_of_one_kind_fails(void **state)
{
	(void)state;
	for (unsigned kind = 1; kind < FAULT_ANY; kind <<= 1)
		if (kind != FAULT_LOCK || full)
			every_point(kind + 40, full ? 120 : 50, kind, full ? 1 : 5);
}

/* The commit is there and the writer was told that it failed. */
static void test_a_commit_that_failed_after_its_rename(void **state)
{
	(void)state;
	every_point(20, full ? 200 : 80, FAULT_RENAME_LATE, 1);
	every_point(21, full ? 200 : 80, FAULT_RENAME_LATE | FAULT_SYNC_DIR | FAULT_OPEN,
	            full ? 1 : 3);
}

/*
 * As before, and then the application goes on with the same writer: merges
 * must not take away the files that the manifest in doubt names.
 */
static void test_files_of_a_commit_in_doubt_stay(void **state)
{
	struct job job = {.threads = 1};
	struct ik_dir *disk, *faulty;

	(void)state;
	for (unsigned unreadable = 0; unreadable < 2; unreadable++) {
		ok(ik_dir_mem(&disk, err));
		faulty = fault_dir_new(disk);
		ok(job_init(&job, faulty, err));
		for (uint32_t i = 0; i < 14; i++) {
			struct step put = {STEP_UPDATE, i, i + 1}, flush = {STEP_FLUSH, 0, 0};
			struct step commit = {STEP_COMMIT, 0, 0};

			ok(job_step(&job, &put, err));
			ok(job_step(&job, &flush, err));
			if (i != 6)
				continue;
			fault_dir_arm(faulty, FAULT_RENAME_LATE | (unreadable ? FAULT_OPEN : 0), 0,
			              1, EIO);
			assert_int_equal(job_step(&job, &commit, NULL), INK_EIO);
			fault_dir_disarm(faulty);
			job.committed = job.pending;
		}
		while (job.w->merge != NULL && !atomic_load(&job.w->merge->done))
			;
		ok(job_step(&job, &(struct step){STEP_UPDATE, 20, 1}, err));
		look(&job, disk, 0, "going on");
		ok(job_step(&job, &(struct step){STEP_COMMIT, 0, 0}, err));
		look(&job, disk, 0, "committed after all");
		job_close(&job);
		no_strays(disk, "in the end");
		ik_dir_free(faulty);
		ik_dir_free(disk);
	}
}

static int must_not_be_there(void *user, const char *name)
{
	fail_msg("%s is left: cannot %s", name, (const char *)user);
	return 0;
}

/* Make an index; where an operation fails nothing of it is left, and the next try succeeds. */
static uint64_t create_with(struct ik_dir *faulty, const struct ik_schema *schema,
                            const struct plan *plan)
{
	char what[160];
	ink_error why = {0};
	uint64_t failed;
	int rc;

	fault_dir_arm(faulty, plan->kinds, plan->after, 0, plan->sys);
	rc = ik_index_init(faulty, schema, &why);
	failed = fault_dir_failed(faulty);
	fault_dir_disarm(faulty);
	if (failed == 0) {
		assert_int_equal(rc, 0);
		return 0;
	}
	must_be_told(rc, &why, plan, faulty);
	snprintf(what, sizeof what, "%s", fault_dir_what(faulty));
	ok(faulty->ops->list(faulty, must_not_be_there, what, err));
	ok(ik_index_init(faulty, schema, err));
	return failed;
}

/* In a true folder, where the lock is a file. */
static void test_creation_fails_and_is_done_again(void **state)
{
	static const unsigned kinds[] = {FAULT_ANY, FAULT_RENAME_LATE};
	struct ik_schema *schema = work_schema();
	char path[] = "/tmp/ik_io_XXXXXX";
	struct ik_dir *disk;

	(void)state;
	assert_non_null(mkdtemp(path));
	ok(ik_dir_fs(path, 0, &disk, err));
	for (size_t i = 0; i < 2; i++) {
		struct plan plan = {kinds[i], 0, 0, ENOSPC, 0};
		uint64_t failed;

		do {
			struct ik_dir *faulty = fault_dir_new(disk);
			struct job job = {.threads = 1, .dir = faulty};

			failed = create_with(faulty, schema, &plan);
			ok(job_open(&job, err));
			job_close(&job);
			ik_dir_free(faulty);
			ik_dir_clear(disk, NULL);
			tried.points++;
			plan.after++;
		} while (failed > 0);
		assert_true(plan.after > 1);
	}
	ik_schema_free(schema);
	ik_dir_free(disk);
	assert_int_equal(rmdir(path), 0);
}

static int report(void **state)
{
	(void)state;
	tally("an operation on the folder fails", tried.points);
	tally("such an error told", tried.reported);
	tally("such an operation that worked at once again", tried.retried);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_operation_fails),
		cmocka_unit_test(test_every_operation_of_an_optimize_that_reorders_fails),
		cmocka_unit_test(test_every_operation_of_one_kind_fails),
		cmocka_unit_test(test_a_commit_that_failed_after_its_rename),
		cmocka_unit_test(test_files_of_a_commit_in_doubt_stay),
		cmocka_unit_test(test_creation_fails_and_is_done_again),
	};

	full = argc > 1 && strcmp(argv[1], "--full") == 0;
	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, report);
}
