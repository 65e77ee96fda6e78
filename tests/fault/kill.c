/*
 * kill.c - a process that indexes and commits is killed at random moments,
 * again and again, while others read. Each commit it told of is there, the
 * index is whole, its lock is free at once, and what readers see is one
 * commit, unchanged for as long as they look.
 *
 * What an index holds after commit number c is a function of c. The number
 * is stored in a document of its own, so that any process can tell.
 *
 * With --full: 5,000 kills instead of 150, or as many as the next argument says.
 */
#ifndef _XOPEN_SOURCE
# define _XOPEN_SOURCE 700
#endif
#include "../api/backends.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "tally.h"

#define KEYS 40
#define BULK 2000 /* documents that stay, so that merges take their time */
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

/* ---- what commit number c does ---- */

static uint32_t updates(uint32_t c)
{
	return 1 + c % 7;
}

static uint32_t updated(uint32_t c, uint32_t i)
{
	return (c * 11 + i * (1 + c % 5)) % KEYS;
}

static uint32_t deleted(uint32_t c)
{
	return (c * 17 + 3) % KEYS;
}

/* What the last two commits but one wrote is deleted by a query. */
static int deletes_by_query(uint32_t c)
{
	return c % 19 == 7;
}

/* What becomes the dictionary; and its number, if it does. */
static void words_of(uint32_t number, char out[32])
{
	snprintf(out, 32, "word%u 1\n", number);
}

static int sets_words(uint32_t c)
{
	return c % 11 == 3;
}

struct content {
	uint32_t of[KEYS]; /* the commit that wrote it; 0: not there */
	uint32_t words;    /* and the dictionary */
};

static void advance(struct content *content, uint32_t c)
{
	for (uint32_t i = 0; i < updates(c); i++)
		content->of[updated(c, i)] = c;
	content->of[deleted(c)] = 0;
	for (uint32_t k = 0; k < KEYS; k++)
		if (deletes_by_query(c) && (content->of[k] == c - 2 || content->of[k] == c - 3))
			content->of[k] = 0;
	if (sets_words(c))
		content->words = c;
}

/* ---- the writer that is killed ---- */

static int put_version(ink_writer *w, ink_doc *doc, const char *id, uint32_t c)
{
	char body[128];
	int len = snprintf(body, sizeof body, "commit w%u w%u w%u", c, c % 10, c % 3);
	int rc;

	ink_doc_clear(doc);
	rc = ink_doc_add_text(doc, "id", id, strlen(id), &err);
	if (rc == 0)
		rc = ink_doc_add_i64(doc, "year", c, &err);
	if (rc == 0)
		rc = ink_doc_add_text(doc, "body", body, (size_t)len, &err);
	return rc == 0 ? ink_writer_update(w, doc, &err) : rc;
}

static int delete_old(ink_index *index, ink_writer *w, uint32_t c)
{
	ink_query *query;
	char text[64];
	int rc;

	snprintf(text, sizeof text, "year:[%u TO %u]", c - 3, c - 2);
	rc = ink_query_parse(index, text, strlen(text), 0, &query, &err);
	if (rc != 0)
		return rc;
	rc = ink_writer_delete_query(w, query, NULL, &err);
	ink_query_free(query);
	return rc;
}

static int make_commit(ink_index *index, ink_writer *w, ink_doc *doc, uint32_t c)
{
	char id[16], words[32];
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < updates(c); i++) {
		snprintf(id, sizeof id, "k%u", updated(c, i));
		rc = put_version(w, doc, id, c);
		/* Half of a commit is on the disk, and then taken back. */
		if (rc == 0 && c % 13 == 5 && i == 0)
			rc = ink_writer_rollback(w, &err);
		if (rc == 0 && c % 13 == 5 && i == 0)
			rc = put_version(w, doc, id, c);
	}
	snprintf(id, sizeof id, "k%u", deleted(c));
	if (rc == 0)
		rc = ink_writer_delete(w, id, strlen(id), &err);
	if (rc == 0 && deletes_by_query(c))
		rc = delete_old(index, w, c);
	words_of(c, words);
	if (rc == 0 && sets_words(c))
		rc = ink_writer_set_dictionary(w, words, strlen(words), &err);
	if (rc == 0)
		rc = put_version(w, doc, "head", c);
	if (rc == 0)
		rc = c % 29 == 28 ? ink_writer_optimize(w, 1, NULL, NULL, &err)
		                  : ink_writer_commit(w, NULL, &err);
	return rc;
}

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

/* ---- looking ---- */

static int find_version(ink_reader *reader, const char *id, uint32_t *out)
{
	ink_doc *doc;
	uint64_t number;
	int64_t value;
	int rc = ink_reader_find(reader, id, strlen(id), &number, &err);

	*out = 0;
	if (rc == INK_ENOTFOUND)
		return 0;
	if (rc == 0)
		rc = ink_reader_doc(reader, number, &doc, &err);
	if (rc != 0)
		return rc;
	rc = ink_doc_i64(doc, 1, &value, &err);
	ink_doc_free(doc);
	*out = (uint32_t)value;
	return rc;
}

static int verify_words(ink_reader *reader, uint32_t number)
{
	const char *text;
	char want[32];
	size_t len;
	int rc = ink_reader_dictionary(reader, &text, &len, &err);

	words_of(number, want);
	if (rc == 0 && strcmp(text, number > 0 ? want : "") != 0) {
		snprintf(err.message, sizeof err.message, "the dictionary is not of commit %u",
		         number);
		return INK_EINTERNAL;
	}
	return rc;
}

/* Which commit is it, and is it that one exactly? 0, or an error in err. */
static int verify(ink_index *index, ink_reader *reader, uint32_t *head)
{
	struct content want = {{0}, 0};
	ink_stats stats = {.struct_size = sizeof stats};
	ink_results *results = NULL;
	ink_search *search = NULL;
	ink_query *query = NULL;
	uint32_t alive = 1;
	int rc = find_version(reader, "head", head);

	for (uint32_t c = 1; c <= *head; c++)
		advance(&want, c);
	for (uint32_t k = 0; rc == 0 && k < KEYS; k++) {
		char id[16];
		uint32_t c;

		snprintf(id, sizeof id, "k%u", k);
		rc = find_version(reader, id, &c);
		if (rc == 0 && c != want.of[k]) {
			snprintf(err.message, sizeof err.message,
			         "at commit %u %s is of commit %u, not %u", *head, id, c,
			         want.of[k]);
			return INK_EINTERNAL;
		}
		alive += c != 0;
	}
	if (rc == 0)
		rc = verify_words(reader, want.words);
	if (rc == 0)
		rc = ink_query_parse(index, "commit", 6, 0, &query, &err);
	if (rc == 0)
		rc = ink_search_new(reader, query, &search, &err);
	if (rc == 0)
		rc = ink_search_set_total(search, INK_TOTAL_EXACT, &err);
	if (rc == 0)
		rc = ink_search_run(search, &results, &err);
	if (rc == 0)
		rc = ink_reader_stats(reader, &stats, &err);
	if (rc == 0 && *head > 0 &&
	    (ink_results_total(results, NULL) != alive || stats.docs != alive + BULK)) {
		snprintf(err.message, sizeof err.message, "at commit %u a search finds %u of %u",
		         *head, (unsigned)ink_results_total(results, NULL), alive);
		rc = INK_EINTERNAL;
	}
	ink_results_free(results);
	ink_search_free(search);
	ink_query_free(query);
	return rc;
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
	uint32_t acknowledged = c - 1, got;
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
	nanosleep(&(struct timespec){0, (long)(next_random() % 50000000)}, NULL);
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

static void fill(ink_index *index)
{
	ink_writer *w;

	OK(ink_writer_open(index, &w, &err));
	for (uint32_t i = 0; i < BULK; i++) {
		char id[16], body[128];

		snprintf(id, sizeof id, "bulk%u", i);
		snprintf(body, sizeof body, "topic%u number%u and more of topic%u", i % 20, i,
		         i % 7);
		add(w, index, id, NULL, body);
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
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
