/*
 * kill.c - a process that indexes and commits is killed at random moments,
 * again and again, while others read. Each commit it told of is there, the
 * index is whole, its lock is free at once, and what readers see is one
 * commit, unchanged for as long as they look.
 *
 * With --full: 5,000 kills instead of 150, or as many as the next argument says.
 */
#include "commits.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "tally.h"

#define READERS 2

static int kills = 150;
static uint64_t seed;

static uint64_t next_random(void)
{
	uint64_t v = seed += UINT64_C(0x9E3779B97F4A7C15);

	v = (v ^ (v >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	v = (v ^ (v >> 27)) * UINT64_C(0x94D049BB133111EB);
	return v ^ (v >> 31);
}

/* ---- the writer that is killed ---- */

/* Commits number `c` and following, told through the pipe, until it is killed. */
static void write_for_ever(const char *path, uint32_t c, int fd)
{
	ink_index *index;
	ink_writer *w;
	ink_doc *doc;
	int rc = ink_index_open(path, 0, &index, &err);

	if (rc == 0)
		rc = ink_writer_open(index, &w, &err);
	if (rc == 0)
		rc = ink_doc_new(index, &doc, &err);
	if (rc == 0 && c % 2 == 0)
		rc = ink_writer_set_threads(w, 2, &err);
	for (; rc == 0; c++) {
		rc = make_commit(index, w, doc, c);
		if (rc == 0 && write(fd, &c, sizeof c) != sizeof c)
			_exit(2);
	}
	fprintf(stderr, "writer, commit %u: %s\n", c, err.message);
	_exit(1);
}

static void read_for_ever(const char *path)
{
	uint32_t last = 0, head, again;
	ink_reader *reader;
	ink_index *index;
	int rc = ink_index_open(path, INK_OPEN_READONLY, &index, &err);

	while (rc == 0) {
		rc = ink_reader_open(index, &reader, &err);
		if (rc == 0)
			rc = verify(index, reader, &head);
		if (rc == 0 && head < last) {
			snprintf(err.message, sizeof err.message, "commit %u after %u", head, last);
			rc = INK_EINTERNAL;
		}
		last = head;
		nanosleep(&(struct timespec){0, 20000000}, NULL);
		if (rc == 0)
			rc = verify(index, reader, &again);
		if (rc == 0 && again != head) {
			snprintf(err.message, sizeof err.message, "a snapshot changed");
			rc = INK_EINTERNAL;
		}
		ink_reader_close(reader);
	}
	fprintf(stderr, "reader: %s: %s\n", ink_status_name(rc), err.message);
	_exit(1);
}

/* ---- killing ---- */

static void start_readers(const char *path, pid_t *readers)
{
	for (int i = 0; i < READERS; i++) {
		readers[i] = fork();
		assert_true(readers[i] >= 0);
		if (readers[i] == 0)
			read_for_ever(path);
	}
}

static void readers_are_well(const pid_t *readers)
{
	for (int i = 0; i < READERS; i++)
		if (waitpid(readers[i], NULL, WNOHANG) != 0)
			fail_msg("a reader gave up");
}

/* Let a writer start from commit `c` and kill it; the last commit it told of. */
static uint32_t run_and_kill(const char *path, uint32_t c)
{
	uint32_t acknowledged = c - 1, wanted = (uint32_t)(next_random() % 24), got;
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(fds[0]);
		write_for_ever(path, c, fds[1]);
	}
	close(fds[1]);
	/* Some commits, however slow the machine is, and then any moment of the next ones. */
	while (wanted-- > 0 && read(fds[0], &got, sizeof got) == sizeof got)
		acknowledged = got;
	nanosleep(&(struct timespec){0, (long)(next_random() % 10000000)}, NULL);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSIGNALED(status))
		fail_msg("the writer ended by itself, status %d", status);
	while (read(fds[0], &got, sizeof got) == sizeof got)
		acknowledged = got;
	close(fds[0]);
	return acknowledged;
}

/* What is there after a kill: its number, which is the last one told of or the one after it. */
static uint32_t look(ink_index *index, const char *path, uint32_t acknowledged)
{
	ink_reader *reader;
	ink_writer *w;
	uint32_t head;

	OK(ink_reader_open(index, &reader, &err));
	OK(verify(index, reader, &head));
	ink_reader_close(reader);
	if (head != acknowledged && head != acknowledged + 1)
		fail_msg("commit %u was told of, and %u is there", acknowledged, head);
	OK(ink_index_check(path, NULL, NULL, &err));
	OK(ink_writer_open(index, &w, &err)); /* the lock is free */
	ink_writer_close(w);
	return head;
}

static void test_every_commit_told_of_survives_a_kill(void **state)
{
	struct place *p = *state;
	pid_t readers[READERS];
	uint32_t c = 1, in_between = 0;

	start_readers(p->path, readers);
	for (int i = 0; i < kills; i++) {
		uint32_t told = run_and_kill(p->path, c), head = look(p->index, p->path, told);

		in_between += head != told;
		c = head + 1;
		readers_are_well(readers);
	}
	for (int i = 0; i < READERS; i++) {
		kill(readers[i], SIGKILL);
		waitpid(readers[i], NULL, 0);
	}
	tally("a writer killed", (uint64_t)kills);
	tally("commits of killed writers", c - 1);
	tally("commits finished but not told of", in_between);
	assert_true(c > (uint32_t)kills / 4);
}

static void test_two_writers_are_one_clear_error(void **state)
{
	struct place *p = *state;
	char byte = 0;
	int up[2], down[2];
	ink_writer *w;
	pid_t pid;

	assert_int_equal(pipe(up), 0);
	assert_int_equal(pipe(down), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (ink_writer_open(p->index, &w, &err) != 0 || write(up[1], &byte, 1) != 1 ||
		    read(down[0], &byte, 1) != 1)
			_exit(1);
		_exit(0);
	}
	assert_int_equal(read(up[0], &byte, 1), 1);
	FAILS(INK_ELOCKED, "another writer", ink_writer_open(p->index, &w, &err));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	OK(ink_writer_open(p->index, &w, &err));
	ink_writer_close(w);
	for (int i = 0; i < 2; i++) {
		close(up[i]);
		close(down[i]);
	}
}

static int make_place(void **state)
{
	ink_schema *s = every_field();
	struct place *p;

	place_make_in_memory(state); /* a kill does not need syncs */
	p = *state;
	OK(ink_index_create(p->path, s, 0, &p->index, &err));
	ink_schema_free(s);
	fill(p->index);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_commit_told_of_survives_a_kill,
		                                make_place, place_free),
		cmocka_unit_test_setup_teardown(test_two_writers_are_one_clear_error, index_make,
		                                place_free),
	};

	if (argc > 1 && strcmp(argv[1], "--full") == 0)
		kills = argc > 2 ? atoi(argv[2]) : 5000;
	seed = (uint64_t)time(NULL); /* moments cannot be repeated anyway */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
