/*
 * growth.c - what an index costs as it lives: bytes written and syncs of a
 * commit, files in its folder, and the space that it takes while it merges.
 * All of it is counted, none of it timed.
 *
 * With --full: 10,000 commits, larger indexes.
 */
#include "workload.h"

#include "../support/count_dir.h"
#include "search/results.h"
#include "tally.h"

#define KIB(n) ((uint64_t)(n) << 10)

static int full;

struct counted {
	struct ik_dir *below, *dir;
	struct job job;
};

static void counted_open(struct counted *c)
{
	memset(c, 0, sizeof *c);
	ok(ik_dir_mem(&c->below, err));
	c->dir = count_dir_new(c->below);
	c->job.threads = 1;
	ok(job_init(&c->job, c->dir, err));
}

static void counted_close(struct counted *c)
{
	job_close(&c->job);
	no_strays(c->dir, "in the end");
	ik_dir_free(c->dir);
	ik_dir_free(c->below);
}

/* A step, and what it cost. */
static struct count_totals cost_of(struct counted *c, struct step step)
{
	count_dir_take(c->dir);
	ok(job_step(&c->job, &step, err));
	return count_dir_take(c->dir);
}

static void commit(struct counted *c)
{
	ok(job_step(&c->job, &(struct step){STEP_COMMIT, 0, 0}, err));
}

static uint64_t live_bytes(struct counted *c)
{
	struct ik_snapshot *snap;
	uint64_t bytes;

	ok(ik_snapshot_open(c->dir, &snap, err));
	bytes = snap->bytes;
	ik_snapshot_unref(snap);
	return bytes;
}

/* ---- one commit ---- */

/* An index of n documents in one segment, and one that is updated in it. */
static struct count_totals one_update(uint32_t n)
{
	struct counted c;
	struct count_totals t;

	counted_open(&c);
	ok(job_step(&c.job, &(struct step){STEP_UPDATE, 3, 1}, err));
	ok(job_bulk(&c.job, n, err));
	ok(job_step(&c.job, &(struct step){STEP_OPTIMIZE, 0, 0}, err));
	ok(job_step(&c.job, &(struct step){STEP_UPDATE, 3, 2}, err));
	t = cost_of(&c, (struct step){STEP_COMMIT, 0, 0});
	counted_close(&c);
	return t;
}

static void test_a_commit_costs_what_changed(void **state)
{
	uint32_t n = full ? 200000 : 20000;
	struct count_totals few = one_update(300), many = one_update(n);

	(void)state;
	print_message("one update among 300: %llu bytes, %llu syncs; among %u: %llu, %llu\n",
	              (unsigned long long)few.written, (unsigned long long)few.syncs, n,
	              (unsigned long long)many.written, (unsigned long long)many.syncs);
	assert_int_equal(many.syncs, few.syncs);
	assert_int_equal(many.created, few.created);
	/* A bit for each document of the segment that has the old one. */
	assert_true(many.written <= few.written + n / 8);
}

static void test_a_commit_of_nothing_costs_nothing(void **state)
{
	struct counted c;
	struct count_totals t;

	(void)state;
	counted_open(&c);
	ok(job_bulk(&c.job, 100, err));
	commit(&c);
	t = cost_of(&c, (struct step){STEP_COMMIT, 0, 0});
	assert_int_equal(t.written + t.syncs + t.created, 0);
	counted_close(&c);
}

/* ---- very many commits ---- */

#define PART 500 /* commits that are counted together */

static struct count_totals commit_often(struct counted *c, uint32_t part, int grows)
{
	struct count_totals t;

	count_dir_take(c->dir);
	for (uint32_t i = 0; i < PART; i++) {
		if (grows)
			ok(job_bulk(&c->job, 1, err));
		else
			ok(job_step(&c->job, &(struct step){STEP_UPDATE, i % KEYS, 1 + i}, err));
		commit(c);
	}
	t = count_dir_take(c->dir);
	if (part < 2 || part % 5 == 4)
		print_message("commits %u to %u: %llu bytes, %.2f syncs, %.2f files each; "
		              "%llu files, %llu bytes at most\n", part * PART,
		              (part + 1) * PART, (unsigned long long)t.written / PART,
		              (double)t.syncs / PART, (double)t.created / PART,
		              (unsigned long long)t.names, (unsigned long long)t.most);
	return t;
}

/*
 * Half as much again is allowed to an index that stays as it is; one that
 * grows has its documents merged once more each time that it is ten times as
 * large.
 */
static void commit_for_ever(int grows)
{
	uint32_t parts = full ? 20 : 4;
	struct count_totals second = {0};
	struct counted c;
	int64_t blocks = 0;

	counted_open(&c);
	for (uint32_t part = 0; part < parts; part++) {
		struct count_totals t = commit_often(&c, part, grows);

		if (part == 1) {
			second = t;
			blocks = ik_mem_live();
		}
		if (part < 2)
			continue;
		assert_true(t.written <= second.written * (grows ? 6 : 3) / 2);
		assert_true(t.syncs <= second.syncs * 3 / 2);
		assert_true(t.names <= 2 * IK_SEGMENTS_STALL + 3);
		assert_true(ik_mem_live() < blocks + 2000);
	}
	tally("commits, the last as cheap as the first", (uint64_t)parts * PART);
	counted_close(&c);
}

static void test_thousands_of_commits_stay_as_cheap_as_the_first(void **state)
{
	(void)state;
	commit_for_ever(0);
}

static void test_commits_to_an_index_that_grows_stay_cheap(void **state)
{
	(void)state;
	commit_for_ever(1);
}

/* ---- space ---- */

struct scenario {
	const char *name;
	uint32_t docs;
	uint32_t keys;       /* fewer than documents: they replace each other */
	uint32_t per_commit;
	uint32_t bytes;      /* of a document */
	int packs;           /* most of it packs very well */
};

/* The text of a document, which is a function of its key; for free(). */
static char *text_of(const struct scenario *sc, uint32_t key)
{
	struct gen g = {key};
	char *text = malloc(sc->bytes + 32), *p = text;
	uint32_t topic = key % 20 * 100;

	assert_non_null(text);
	while (p < text + sc->bytes) {
		if (!sc->packs || p < text + 200)
			p += snprintf(p, 32, "word%u x%x ", topic + gen_below(&g, 100),
			              (unsigned)gen_next(&g));
		else
			p += snprintf(p, 32, "the same and ");
	}
	return text;
}

static void put_text(struct counted *c, const struct scenario *sc, uint32_t key)
{
	char id[16], *text = text_of(sc, key);
	struct ik_doc doc;

	work_key(KEYS + key, id);
	ik_doc_init(&doc, c->job.w->schema);
	ok(ik_doc_add_text(&doc, "id", id, strlen(id), err));
	ok(ik_doc_add_i64(&doc, "version", 1, err));
	ok(ik_doc_add_text(&doc, "body", text, strlen(text), err));
	ok(ik_writer_update(c->job.w, &doc, err));
	ik_doc_release(&doc);
	free(text);
}

static void check_texts(struct counted *c, const struct scenario *sc)
{
	struct ik_snapshot *snap;
	struct ik_doc doc;

	ok(ik_snapshot_open(c->dir, &snap, err));
	assert_int_equal(snap->docs, sc->keys);
	for (uint32_t key = 0; key < sc->keys; key++) {
		char id[16], *text = text_of(sc, key);
		uint64_t at;

		work_key(KEYS + key, id);
		ok(ik_snapshot_find_key(snap, id, strlen(id), &at, err));
		ik_doc_init(&doc, snap->schema);
		ok(ik_stored_doc(snap, at, &doc, err));
		assert_string_equal(doc.values.v[2].text, text);
		ik_doc_release(&doc);
		free(text);
	}
	ik_snapshot_unref(snap);
}

/* Three times what is live before or after, and the budget; what went over it is a failure. */
static double check_space(struct counted *c, uint64_t *live, const char *name)
{
	struct count_totals t = count_dir_take(c->dir);
	uint64_t now = live_bytes(c), most = now > *live ? now : *live;

	if (t.most > 3 * most + c->job.w->memory)
		fail_msg("%s: %llu bytes on disk, %llu of them live, and a budget of %llu", name,
		         (unsigned long long)t.most, (unsigned long long)most,
		         (unsigned long long)c->job.w->memory);
	*live = now;
	return (double)t.most / (double)most;
}

static void live_through(const struct scenario *sc)
{
	uint64_t live = 0, end;
	double worst = 0, times;
	struct counted c;

	counted_open(&c);
	ok(ik_writer_set_memory(c.job.w, IK_MEMORY_MIN, err));
	c.job.w->reorder_docs = sc->docs / 10;
	for (uint32_t i = 0; i < sc->docs; i++) {
		put_text(&c, sc, i % sc->keys);
		if ((i + 1) % sc->per_commit != 0)
			continue;
		commit(&c);
		times = check_space(&c, &live, sc->name);
		worst = times > worst ? times : worst;
	}
	ok(ik_writer_optimize(c.job.w, 1, NULL, NULL, err));
	assert_true(c.job.w->segs.v[0]->seg->reordered);
	times = check_space(&c, &live, sc->name);
	worst = times > worst ? times : worst;
	end = count_dir_take(c.dir).space;
	print_message("%s: %llu bytes live, at most %.2f times as many on disk, %.3f times in the "
	              "end\n", sc->name, (unsigned long long)live, worst,
	              (double)end / (double)live);
	assert_true(end <= live + KIB(4));
	check_texts(&c, sc);
	counted_close(&c);
}

static void test_space_is_three_times_what_is_live_at_most(void **state)
{
	uint32_t n = full ? 60000 : 6000;
	const struct scenario all[] = {
		{"commit after commit", n, n, 500, 2000, 0},
		{"all in one commit", n, n, n, 2000, 0},
		{"all replaced, many commits", 2 * n, n / 2, 500, 2000, 0},
		{"all replaced, two commits", n, n / 2, n / 2, 2000, 0},
		{"text that packs very well", n, n, 500, 8000, 1},
		{"the same in one commit", n, n, n, 8000, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		live_through(&all[i]);
	tally("documents merged, the space counted at every write", (uint64_t)n * 6);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_commit_costs_what_changed),
		cmocka_unit_test(test_a_commit_of_nothing_costs_nothing),
		cmocka_unit_test(test_thousands_of_commits_stay_as_cheap_as_the_first),
		cmocka_unit_test(test_commits_to_an_index_that_grows_stay_cheap),
		cmocka_unit_test(test_space_is_three_times_what_is_live_at_most),
	};

	full = argc > 1 && strcmp(argv[1], "--full") == 0;
	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
