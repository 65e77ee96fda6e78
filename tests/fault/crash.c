/*
 * crash.c - the power fails after every change that a writer makes to its
 * folder: the index opens, holds the last durable commit or the one in
 * progress, is whole, and can be written on.
 *
 * With --full: more workloads, more folders for each cut.
 */
#include "workload.h"

#include "../support/crash_dir.h"
#include "../support/fault_dir.h"
#include "tally.h"

/* The folder's change count when a commit began and when it was over, and what it commits. */
struct commit {
	size_t from, to;
	struct content content;
};

struct history {
	struct commit v[STEPS_MAX + 2];
	size_t n;
};

static int full;
static struct {
	uint64_t cuts, in_progress;
} tried;

static void remember(struct history *h, size_t from, size_t to, const struct content *content)
{
	h->v[h->n++] = (struct commit){from, to, *content};
}

static void run_step(struct job *job, struct ik_dir *disk, const struct step *step,
                     struct history *h)
{
	size_t from = crash_dir_ops(disk);
	struct content before = job->committed;

	ok(job_step(job, step, err));
	if (step->kind == STEP_COMMIT || step->kind == STEP_OPTIMIZE)
		if (!content_same(&before, &job->committed))
			remember(h, from, crash_dir_ops(disk), &job->committed);
	if (step->kind == STEP_OPTIMIZE && job->committed.bulk > 0)
		assert_true(job->w->segs.v[0]->seg->reordered); /* or it would not be tried */
}

/* Write on: a new key, a changed one, one less; then it is all there. */
static void write_on(struct ik_dir *dir, struct content now, const char *where)
{
	struct job job = {.dir = dir};
	struct content after;

	ok(job_open(&job, err));
	job.pending = job.committed = now;
	ok(job_step(&job, &(struct step){STEP_UPDATE, 1, 9001}, err));
	ok(job_step(&job, &(struct step){STEP_DELETE, 2, 0}, err));
	ok(job_step(&job, &(struct step){STEP_ADD, 3, 9002}, err));
	ok(job_step(&job, &(struct step){STEP_COMMIT, 0, 0}, err));
	ok(content_open(dir, &after, err));
	if (!content_same(&after, &job.committed))
		fail_msg("%s: what was written afterwards is not there", where);
	job_close(&job);
	no_strays(dir, where);
}

/* Which commits may be there after `n` changes? The content found has to be one of them. */
static void judge(const struct history *h, size_t n, const struct content *found,
                  const char *where)
{
	size_t last = 0;

	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].to <= n)
			last = i;
	if (content_same(found, &h->v[last].content))
		return;
	if (last + 1 < h->n && h->v[last + 1].from < n &&
	    content_same(found, &h->v[last + 1].content)) {
		tried.in_progress++;
		return;
	}
	fail_msg("%s: neither commit %zu nor the next one", where, last);
}

static void cut_at(struct ik_dir *disk, const struct history *h, size_t n, enum crash_mode mode,
                   uint64_t seed)
{
	struct ik_dir *dir = crash_dir_cut(disk, n, mode, seed);
	struct content found;
	ink_error why;
	char where[256];

	snprintf(where, sizeof where, "cut after %zu of %zu (%s), mode %d, seed %llu", n,
	         crash_dir_ops(disk), n > 0 ? crash_dir_op(disk, n - 1) : "", (int)mode,
	         (unsigned long long)seed);
	tried.cuts++;
	if (content_open(dir, &found, &why) != 0)
		fail_msg("%s: %s", where, why.message);
	judge(h, n, &found, where);
	write_on(dir, found, where);
	ik_dir_free(dir);
}

/* Every change from `first` on, in every mode. */
static void cut_everywhere(struct ik_dir *disk, const struct history *h, size_t first,
                           unsigned random)
{
	size_t n = crash_dir_ops(disk);

	for (size_t i = first; i <= n; i++) {
		cut_at(disk, h, i, CRASH_KEPT, 1);
		cut_at(disk, h, i, CRASH_LOST, 1);
		cut_at(disk, h, i, CRASH_GONE, 1);
		for (unsigned r = 0; r < random; r++)
			cut_at(disk, h, i, CRASH_RANDOM, r);
	}
}

/* A workload, and the power is cut after every change of it. */
static void live_and_cut(const struct workload *work, uint32_t threads, unsigned random)
{
	struct ik_dir *disk = crash_dir_new(NULL);
	struct job job = {.threads = threads};
	struct history h = {.n = 0};
	size_t first;

	ok(job_init(&job, disk, err));
	first = crash_dir_ops(disk);
	remember(&h, 0, first, &job.committed);
	for (size_t i = 0; i < work->n; i++)
		run_step(&job, disk, &work->steps[i], &h);
	job_close(&job);
	cut_everywhere(disk, &h, first, random);
	ik_dir_free(disk);
}

static void test_every_cut_of_a_workload(void **state)
{
	struct workload work;

	(void)state;
	for (uint64_t seed = 1; seed <= (full ? 60 : 3); seed++) {
		work_make(&work, seed, full ? 200 : 60);
		live_and_cut(&work, 1, full ? 6 : 3);
	}
}

static void test_every_cut_with_indexing_threads(void **state)
{
	struct workload work;

	(void)state;
	for (uint64_t seed = 100; seed < (full ? 120 : 101); seed++) {
		work_make(&work, seed, full ? 150 : 60);
		live_and_cut(&work, 3, full ? 6 : 2);
	}
}

/* One more commit each time, so that merges in the background come in between. */
static void test_every_cut_around_merges(void **state)
{
	struct workload work = {.seed = 0};

	(void)state;
	for (uint32_t i = 0; i < (full ? 100u : 24u); i++) {
		work.steps[work.n++] = (struct step){STEP_UPDATE, i * 5 % KEYS, i + 1};
		work.steps[work.n++] = (struct step){STEP_UPDATE, i * 7 % KEYS, i + 1};
		work.steps[work.n++] = (struct step){STEP_COMMIT, 0, 0};
	}
	work.steps[work.n++] = (struct step){STEP_OPTIMIZE, 0, 0};
	live_and_cut(&work, 1, full ? 20 : 4);
}

static void test_every_cut_of_an_optimize_that_reorders(void **state)
{
	struct workload work;

	(void)state;
	work_reorder(&work);
	live_and_cut(&work, 1, full ? 50 : 4);
}

/* What is left of a folder by one cut is opened and written on, and then the power fails again. */
static void cut_twice(struct ik_dir *disk, size_t n, uint64_t seed)
{
	struct ik_dir *left = crash_dir_cut(disk, n, CRASH_RANDOM, seed), *again;
	struct job job = {.threads = 1};
	struct history h = {.n = 0};

	again = crash_dir_new(left);
	job.dir = again;
	ok(content_open(again, &job.committed, err));
	remember(&h, 0, 0, &job.committed);
	job.pending = job.committed;
	ok(job_open(&job, err));
	for (uint32_t i = 0; i < 2; i++) {
		run_step(&job, again, &(struct step){STEP_UPDATE, i, 7000 + i}, &h);
		run_step(&job, again, &(struct step){STEP_COMMIT, 0, 0}, &h);
	}
	job_close(&job);
	cut_everywhere(again, &h, 0, 1);
	ik_dir_free(again);
	ik_dir_free(left);
}

static void test_a_cut_after_a_cut(void **state)
{
	struct ik_dir *disk = crash_dir_new(NULL);
	struct job job = {.threads = 1};
	struct workload work;
	size_t first;

	(void)state;
	work_make(&work, 5, 60);
	ok(job_init(&job, disk, err));
	first = crash_dir_ops(disk);
	for (size_t i = 0; i < work.n; i++)
		ok(job_step(&job, &work.steps[i], err));
	job_close(&job);
	for (size_t n = first; n <= crash_dir_ops(disk); n += full ? 1 : 7)
		for (uint64_t seed = 0; seed < (full ? 10 : 1); seed++)
			cut_twice(disk, n, seed + n);
	ik_dir_free(disk);
}

/* While an index is made there is none, or an empty one; and one can be made again. */
static void test_every_cut_of_creation(void **state)
{
	struct ik_dir *disk = crash_dir_new(NULL);
	struct job job = {.threads = 1};

	(void)state;
	ok(job_init(&job, disk, err));
	for (size_t i = 0; i <= crash_dir_ops(disk); i++)
		for (uint64_t seed = 0; seed < 20; seed++) {
			struct ik_dir *dir = crash_dir_cut(disk, i, CRASH_RANDOM, seed);
			struct content found;
			struct job again = {.threads = 1};
			int rc = content_open(dir, &found, NULL);

			if (rc == 0) {
				assert_true(content_same(&found, &job.committed));
			} else {
				assert_int_equal(rc, INK_ENOTFOUND);
				assert_true(i < crash_dir_ops(disk));
				ok(job_init(&again, dir, err));
				job_close(&again);
			}
			write_on(dir, job.committed, "creation");
			ik_dir_free(dir);
			tried.cuts++;
		}
	job_close(&job);
	ik_dir_free(disk);
}

/* Changes `first` to `last`, the two worst folders and one of the others. */
static void cut_between(struct ik_dir *disk, const struct history *h, size_t first, size_t last)
{
	for (size_t i = first; i <= last; i++) {
		cut_at(disk, h, i, CRASH_LOST, 0);
		cut_at(disk, h, i, CRASH_GONE, 0);
		cut_at(disk, h, i, CRASH_RANDOM, i);
	}
}

/*
 * A process dies in the middle, and its writes are still on their way to the
 * disk. The next one opens the index, writes on, and then the power fails.
 */
static void killed_then_cut(uint64_t seed, uint64_t at)
{
	struct ik_dir *disk = crash_dir_new(NULL), *faulty = fault_dir_new(disk);
	struct job job = {.threads = 1}, next = {.threads = 1};
	struct history h = {.n = 0};
	struct workload work;
	struct content found;
	size_t i, first;
	int rc = 0;

	work_make(&work, seed, 40);
	ok(job_init(&job, faulty, err));
	remember(&h, 0, crash_dir_ops(disk), &job.committed);
	fault_dir_arm(faulty, FAULT_ANY | FAULT_RENAME_LATE, at, 1, EIO);
	for (i = 0; i < work.n && rc == 0; i++) {
		rc = job_step(&job, &work.steps[i], NULL);
		if (rc == 0)
			remember(&h, crash_dir_ops(disk), crash_dir_ops(disk), &job.committed);
	}
	/* What it was at may have come through. */
	first = crash_dir_ops(disk);
	if (rc != 0)
		remember(&h, 0, SIZE_MAX, &job.pending);
	job_close(&job);
	next.dir = disk;
	ok(content_open(disk, &found, err));
	judge(&h, first + 1, &found, "after the kill");
	ok(job_open(&next, err));
	next.pending = next.committed = found;
	for (uint32_t k = 0; k < 3; k++) {
		size_t from = crash_dir_ops(disk);

		ok(job_step(&next, &(struct step){STEP_UPDATE, k, 500 + k}, err));
		ok(job_step(&next, &(struct step){STEP_COMMIT, 0, 0}, err));
		if (k == 0) {
			/* Until now either may be durable: what was told of, or what is seen. */
			cut_between(disk, &h, first, from);
			h.n = 0;
			remember(&h, 0, from, &found);
		}
		remember(&h, from, crash_dir_ops(disk), &next.committed);
	}
	job_close(&next);
	cut_between(disk, &h, h.v[1].to, crash_dir_ops(disk));
	ik_dir_free(faulty);
	ik_dir_free(disk);
}

static void test_a_kill_and_then_a_cut(void **state)
{
	(void)state;
	for (uint64_t seed = 7; seed < (full ? 17 : 8); seed++)
		for (uint64_t at = 0; at < (full ? 300 : 90); at += full ? 1 : 3)
			killed_then_cut(seed, at);
}

static int report(void **state)
{
	(void)state;
	tally("power cut", tried.cuts);
	tally("power cut that left the commit in progress", tried.in_progress);
	assert_true(tried.in_progress > 0);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cut_of_a_workload),
		cmocka_unit_test(test_every_cut_with_indexing_threads),
		cmocka_unit_test(test_every_cut_around_merges),
		cmocka_unit_test(test_every_cut_of_an_optimize_that_reorders),
		cmocka_unit_test(test_a_cut_after_a_cut),
		cmocka_unit_test(test_every_cut_of_creation),
		cmocka_unit_test(test_a_kill_and_then_a_cut),
	};

	full = argc > 1 && strcmp(argv[1], "--full") == 0;
	return cmocka_run_group_tests(tests, NULL, report);
}
