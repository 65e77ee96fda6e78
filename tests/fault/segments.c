/*
 * segments.c - very many segments, and merges that cannot be made: an index
 * of a hundred segments is searched and merged down, one whose writer gets no
 * thread stays at a bounded number of them, and one whose merges have no room
 * goes on without them.
 */
#include "workload.h"

#include "../support/faulty_os.h"
#include "index/flush.h"
#include "query/parse.h"
#include "search/results.h"
#include "tally.h"

/* Commits of one document each. */
static void commits(struct job *job, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		ok(job_bulk(job, 1, err));
		ok(job_step(job, &(struct step){STEP_COMMIT, 0, 0}, err));
	}
}

static void must_hold(struct job *job, const char *what)
{
	struct content found;
	ink_error why;

	if (content_open(job->dir, &found, &why) != 0)
		fail_msg("%s: %s", what, why.message);
	if (!content_same(&found, &job->committed))
		fail_msg("%s: not what was committed", what);
}

/* One document a segment; only the manifest makes them an index. */
static void make_segments(struct ik_dir *dir, uint32_t n)
{
	struct ik_manifest m = {.generation = 2, .next_id = n + 1, .schema = work_schema()};
	struct ik_memindex *mem;

	ok(ik_memindex_new(m.schema, &mem, err));
	for (uint32_t i = 0; i < n; i++) {
		struct ik_manifest_segment *s = ik_vec_push(&m.segments);
		char name[IK_FILE_NAME_MAX];
		struct ik_doc doc;

		assert_non_null(s);
		*s = (struct ik_manifest_segment){.id = i + 1, .n_docs = 1};
		ik_segment_name(s->id, name);
		ik_doc_init(&doc, m.schema);
		ok(work_doc(&doc, KEYS + i, i, err));
		ok(ik_memindex_add(mem, &doc, 0, err));
		ok(ik_flush(mem, dir, name, &s->bytes, err));
		ok(ik_memindex_reset(mem, err));
		ik_doc_release(&doc);
	}
	ik_memindex_free(mem);
	ok(ik_manifest_write(&m, dir, err));
	ik_manifest_free(&m);
}

/* How many documents a search finds in the last commit. */
static size_t found(struct ik_dir *dir, const char *text)
{
	struct ik_searcher *searcher;
	struct ik_snapshot *snap;
	struct ik_query *query;
	uint64_t *docs;
	size_t n;

	ok(ik_snapshot_open(dir, &snap, err));
	ok(ik_searcher_open(snap, &searcher, err));
	ok(ik_query_parse(snap->schema, text, strlen(text), 0, &query, err));
	ok(ik_search_docs(searcher, query, &docs, &n, err));
	ik_free(docs);
	ik_query_unref(query);
	ik_searcher_unref(searcher);
	ik_snapshot_unref(snap);
	return n;
}

static void test_hundreds_of_segments_are_read_and_merged_down(void **state)
{
	(void)state;
	for (uint32_t n = 100; n <= 1000; n *= 10) {
		struct job job = {.threads = 1};
		struct ik_snapshot *snap;
		size_t of_word;

		ok(ik_dir_mem(&job.dir, err));
		make_segments(job.dir, n);
		ok(ik_snapshot_open(job.dir, &snap, err));
		assert_int_equal(snap->n, n);
		ik_snapshot_unref(snap);
		job.pending.fields = FIELDS;
		job.pending.bulk = n;
		job.committed = job.pending;
		must_hold(&job, "made");
		assert_int_equal(found(job.dir, "body:w*"), n);
		of_word = found(job.dir, "body:w7 body:w11");
		assert_in_range(of_word, 1, n - 1);
		ok(job_open(&job, err));
		commits(&job, 1);
		assert_true(job.w->segs.n <= IK_SEGMENTS_STALL);
		must_hold(&job, "opened");
		assert_in_range(found(job.dir, "body:w7 body:w11"), of_word, of_word + 1);
		ok(job_step(&job, &(struct step){STEP_OPTIMIZE, 0, 0}, err));
		assert_int_equal(job.w->segs.n, 1);
		must_hold(&job, "optimized");
		job_close(&job);
		no_strays(job.dir, "in the end");
		ik_dir_free(job.dir);
		tally("segments of one index", n);
	}
}

static void test_without_threads_there_are_merges_all_the_same(void **state)
{
	struct job job = {.threads = 1};
	struct ik_dir *dir;

	(void)state;
	ok(ik_dir_mem(&dir, err));
	ok(job_init(&job, dir, err));
	faulty_os_arm(OS_THREAD, 0, 1);
	commits(&job, 300);
	assert_true(faulty_os_failed() > 0);
	tally("merges without a thread", faulty_os_failed());
	faulty_os_disarm();
	assert_true(job.w->segs.n <= IK_SEGMENTS_STALL + 1);
	must_hold(&job, "without threads");
	job_close(&job);
	no_strays(dir, "without threads");
	ik_dir_free(dir);
}

/* For want of a place on the disk, in a file, or of a descriptor. */
static const int no_room[] = {ENOSPC, EDQUOT, EFBIG, EMFILE, ENFILE};

enum { REFUSALS = 2 + sizeof no_room / sizeof *no_room };

/* Let a merge that went well have failed: over a limit, without memory, without room. */
static void refuse(struct ik_dir *dir, struct ik_merge_task *t, unsigned how)
{
	while (!atomic_load(&t->done))
		;
	ok(dir->ops->remove(dir, t->name, err));
	t->rc = how == 0   ? ik_fail(&t->err, INK_ELIMIT, "a dictionary over 4 GiB")
	        : how == 1 ? ik_fail_nomem(&t->err)
	                   : ik_fail_sys(&t->err, no_room[how - 2], "cannot write %s", t->name);
}

/* What fails is not tried again and again, and does not stop who adds documents. */
static void test_a_merge_without_room_is_left_out(void **state)
{
	struct job job = {.threads = 1};
	struct ik_dir *dir;
	uint64_t tried = 0, last = 0;

	(void)state;
	ok(ik_dir_mem(&dir, err));
	ok(job_init(&job, dir, err));
	for (uint32_t i = 0; i < 400; i++) {
		ok(job_bulk(&job, 1, err));
		if (job.w->merge != NULL && job.w->merge->id != last) {
			last = job.w->merge->id;
			if (tried < REFUSALS)
				refuse(dir, job.w->merge, (unsigned)tried % REFUSALS);
			tried++;
		}
		ok(job_step(&job, &(struct step){STEP_COMMIT, 0, 0}, err));
	}
	assert_true(tried >= REFUSALS && tried < 60);
	must_hold(&job, "merges were refused");
	tally("merges without room", REFUSALS);
	job_close(&job);
	no_strays(dir, "merges were refused");
	ok(job_open(&job, err));
	ok(job_step(&job, &(struct step){STEP_OPTIMIZE, 0, 0}, err));
	must_hold(&job, "optimized");
	job_close(&job);
	ik_dir_free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hundreds_of_segments_are_read_and_merged_down),
		cmocka_unit_test(test_without_threads_there_are_merges_all_the_same),
		cmocka_unit_test(test_a_merge_without_room_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
