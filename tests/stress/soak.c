/*
 * soak.c - hours in minutes: a process that writes whatever there is to write
 * and is killed now and then, and others that read. Each commit that was told
 * of is there; a view holds exactly its commit for as long as it is held; and
 * in the end memory, files, descriptors and maps are what they were.
 *
 * The writer is killed again and again during the first quarter, and lives
 * from then on, so that the last quarter can be compared with the second.
 *
 * soak [--minutes N | --seconds N | --full] [--dir DIR]; ten seconds in /tmp,
 * --full is 20 minutes.
 */
#include "../api/backends.h"

#ifdef __GLIBC__
# include <malloc.h>
#endif
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "base/mem.h"
#include "child.h"
#include "usage.h"

#define READERS 3
#define LONG 300 /* seconds; in less nothing has come to rest */
#define BUDGET BOOK_MEMORY

static unsigned seconds = 10;
static const char *folder = "/tmp";
static uint64_t seed;
static struct gen dice;

enum figure { READER_ANON, READER_FDS, READER_MAPS, WRITER_ANON, WRITER_FDS, WRITER_MAPS, FILES,
              BYTES, LIVE, N_FIGURES };

struct soak {
	struct common *common;
	char path[128];
	ink_index *index;
	struct questions q;
	pid_t writer, readers[READERS];
	uint32_t kills, untold; /* commits that were made, but not told of */
	uint64_t start_ms, kill_at_ms;
	uint64_t live; /* bytes of the last commit that was looked at */
	double worst; /* of the disk, in live indexes, behind the budget */
	struct series figures[N_FIGURES];
};

static const struct series none[N_FIGURES] = {
	[READER_ANON] = {"memory of a reader", "MiB", 1 << 20, 2, {0}, {0}, {0}},
	[READER_FDS] = {"descriptors of a reader", "", 1, 1, {0}, {0}, {0}},
	[READER_MAPS] = {"maps of a reader", "", 1, 10, {0}, {0}, {0}},
	[WRITER_ANON] = {"memory of the writer", "MiB", 1 << 20, 8, {0}, {0}, {0}},
	[WRITER_FDS] = {"descriptors of the writer", "", 1, 1, {0}, {0}, {0}},
	[WRITER_MAPS] = {"maps of the writer", "", 1, 30, {0}, {0}, {0}},
	[FILES] = {"files of the index", "", 1, 10, {0}, {0}, {0}},
	[BYTES] = {"bytes of the index", "MiB", 1 << 20, 4, {0}, {0}, {0}},
	[LIVE] = {"those of the last commit", "MiB", 1 << 20, 2, {0}, {0}, {0}},
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* ---- processes ---- */

/* What was inherited is the parent's: nothing of it is needed in a child. */
static void be_child(struct soak *s, int is_writer, uint64_t own)
{
	ink_error why = {0};
	int rc;

	questions_free(&s->q);
	ink_index_close(s->index);
	rc = is_writer ? child_write(s->path, s->common, own, &why)
	               : child_read(s->path, s->common, own, &why);
	if (rc == 0 && ik_mem_live() != 0)
		rc = ledger_wrong(&why, "%d blocks of memory are left", (int)ik_mem_live());
	if (rc != 0)
		fprintf(stderr, "%s: %s: %s\n", is_writer ? "writer" : "reader",
		        ink_status_name(rc), why.message);
	_exit(rc != 0);
}

static pid_t start(struct soak *s, int is_writer)
{
	uint64_t own = gen_next(&dice);
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		be_child(s, is_writer, own);
	return pid;
}

static void all_are_well(const struct soak *s)
{
	for (int i = -1; i < READERS; i++)
		if (waitpid(i < 0 ? s->writer : s->readers[i], NULL, WNOHANG) != 0)
			fail_msg("a %s gave up", i < 0 ? "writer" : "reader");
}

static void check_last_commit(struct soak *s)
{
	const struct ledger *l = &s->common->ledger;
	uint32_t told = atomic_load(&l->told);
	struct view v;

	OK(view_open(&v, &s->common->ledger, s->index, &s->q, &err));
	OK(view_read(&v, l, &err));
	if (v.commit > told + 1)
		fail_msg("commit %u is there, %u was told of", v.commit, told);
	s->untold += v.commit != told;
	view_close(&v);
}

static void kill_writer(struct soak *s)
{
	int status;

	kill(s->writer, SIGKILL);
	assert_int_equal(waitpid(s->writer, &status, 0), s->writer);
	if (!WIFSIGNALED(status))
		fail_msg("the writer ended by itself, status %d", status);
	s->kills++;
	check_last_commit(s);
	if (s->kills % 16 == 0)
		OK(ink_index_check(s->path, NULL, NULL, &err));
	s->writer = start(s, 1);
}

/* ---- figures ---- */

static unsigned quarter(const struct soak *s)
{
	uint64_t q = (now_ms() - s->start_ms) * 4 / (seconds * UINT64_C(1000));

	return q < 3 ? (unsigned)q : 3;
}

static uint64_t live_bytes(struct soak *s)
{
	ink_stats stats = {.struct_size = sizeof stats};
	ink_reader *reader;

	OK(ink_reader_open(s->index, &reader, &err));
	OK(ink_reader_stats(reader, &stats, &err));
	ink_reader_close(reader);
	return stats.bytes_on_disk;
}

/*
 * Looking at the last commit is dear, so that is done now and then, and when
 * there seem to be too many bytes: one may have come since.
 */
static void sample_disk(struct soak *s, int look)
{
	uint64_t bytes;
	uint32_t files;

	assert_int_equal(usage_of_folder(s->path, &files, &bytes), 0);
	if (look || bytes > 3 * s->live + BUDGET) {
		uint64_t live = live_bytes(s);

		s->live = live > s->live || look ? live : s->live;
		series_add(&s->figures[LIVE], quarter(s), (double)live);
	}
	series_add(&s->figures[FILES], quarter(s), files);
	series_add(&s->figures[BYTES], quarter(s), (double)bytes);
	if (bytes > BUDGET && (double)(bytes - BUDGET) / (double)s->live > s->worst)
		s->worst = (double)(bytes - BUDGET) / (double)s->live;
	if (bytes > 3 * s->live + BUDGET)
		fail_msg("%llu bytes on disk, %llu of them live", (unsigned long long)bytes,
		         (unsigned long long)s->live);
}

static void sample_process(struct soak *s, pid_t pid, enum figure first)
{
	struct usage u;

	if (usage_of(pid, &u) != 0)
		return;
	series_add(&s->figures[first], quarter(s), (double)u.anon);
	series_add(&s->figures[first + 1], quarter(s), u.descriptors);
	series_add(&s->figures[first + 2], quarter(s), u.maps);
}

static void print_figures(const struct soak *s)
{
	const struct common *c = s->common;

	print_message("%u s, %u kills, %u commits, %u of them made but not told of, seed %llu\n",
	              seconds, s->kills, atomic_load(&c->ledger.told), s->untold,
	              (unsigned long long)seed);
	print_message("%llu views opened, %llu counted again, %llu read to the last byte\n",
	              (unsigned long long)atomic_load(&c->views),
	              (unsigned long long)atomic_load(&c->counts),
	              (unsigned long long)atomic_load(&c->reads));
	series_print(s->figures, N_FIGURES);
	print_message("disk behind the writer's memory: at most %.2f live indexes\n", s->worst);
}

/* ---- the run ---- */

static void set_up(struct soak *s, const char *dir)
{
	memcpy(s->figures, none, sizeof none);
	s->common = mmap(NULL, sizeof *s->common, PROT_READ | PROT_WRITE,
	                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(s->common != MAP_FAILED);
	s->common->parent = getpid();
	s->common->ledger.accounts = seconds < LONG ? 2000 : 8000;
	s->common->ledger.text = 300;
	snprintf(s->path, sizeof s->path, "%s/index", dir);
	OK(ledger_create(s->path, &s->index, &err));
	OK(questions_make(&s->q, s->index, &err));
	s->writer = start(s, 1);
	while (atomic_load(&s->common->ledger.told) == 0) {
		assert_int_equal(waitpid(s->writer, NULL, WNOHANG), 0);
		pause_ms(1);
	}
	for (int i = 0; i < READERS; i++)
		s->readers[i] = start(s, 0);
}

static void run(struct soak *s)
{
	uint64_t end;

	s->start_ms = now_ms();
	end = s->start_ms + seconds * UINT64_C(1000);
	for (uint64_t now, rounds = 0; (now = now_ms()) < end; rounds++) {
		all_are_well(s);
		sample_disk(s, rounds % 16 == 0);
		if (rounds % 16 == 0) {
			sample_process(s, s->writer, WRITER_ANON);
			for (int i = 0; i < READERS; i++)
				sample_process(s, s->readers[i], READER_ANON);
		}
		if (quarter(s) == 0 && now >= s->kill_at_ms) {
			if (s->kill_at_ms != 0)
				kill_writer(s);
			s->kill_at_ms = now + gen_below(&dice, seconds < LONG ? 500 : 3000);
		}
		pause_ms(25);
	}
}

/* Everybody leaves by himself and finds that nothing of his is left. */
static void stop(struct soak *s)
{
	int status;

	atomic_store(&s->common->over, 1);
	for (int i = -1; i < READERS; i++) {
		pid_t pid = i < 0 ? s->writer : s->readers[i];

		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}

/* One segment, one bitmap at most, words, manifest and lock: one time the live index. */
static void check_after_optimizing(struct soak *s)
{
	uint64_t bytes, live;
	uint32_t files;
	ink_writer *w;

	OK(ink_writer_open(s->index, &w, &err));
	OK(ink_writer_optimize(w, 1, NULL, NULL, &err));
	ink_writer_close(w);
	live = live_bytes(s);
	assert_int_equal(usage_of_folder(s->path, &files, &bytes), 0);
	assert_true(files <= 5);
	assert_true(bytes <= live + (64 << 10));
}

static void test_nothing_is_lost_and_nothing_grows(void **state)
{
	const struct place *p = *state;
	struct soak s = {0};

	set_up(&s, p->dir);
	run(&s);
	stop(&s);
	check_last_commit(&s);
	OK(ink_index_check(s.path, NULL, NULL, &err));
	print_figures(&s);
	for (int i = 0; i < N_FIGURES; i++)
		if (!series_is_flat(&s.figures[i], seconds < LONG ? 5 : 1.1))
			fail_msg("%s: %.1f %s in the last quarter, %.1f in the second",
			         s.figures[i].name, series_mean(&s.figures[i], 3),
			         s.figures[i].unit, series_mean(&s.figures[i], 1));
	check_after_optimizing(&s);
	questions_free(&s.q);
	ink_index_close(s.index);
	munmap(s.common, sizeof *s.common);
}

static int make_folder(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	assert_non_null(p);
	snprintf(p->dir, sizeof p->dir, "%.40s/inkstone-XXXXXX", folder);
	assert_non_null(mkdtemp(p->dir));
	*state = p;
	return 0;
}

/* glibc keeps what is free in an arena for each thread there was: not ours to measure. */
static void give_memory_back(void)
{
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, 128 << 10);
	mallopt(M_TRIM_THRESHOLD, 128 << 10);
#endif
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_is_lost_and_nothing_grows,
		                                make_folder, place_free),
	};

	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";

		if (strcmp(argv[i], "--minutes") == 0)
			seconds = 60 * (unsigned)strtoul(value, NULL, 10);
		else if (strcmp(argv[i], "--seconds") == 0)
			seconds = (unsigned)strtoul(value, NULL, 10);
		else if (strcmp(argv[i], "--full") == 0)
			seconds = 20 * 60;
		else if (strcmp(argv[i], "--dir") == 0)
			folder = value;
	}
	seconds = seconds > 0 ? seconds : 1;
	give_memory_back();
	seed = dice.state = (uint64_t)time(NULL);
	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
