/*
 * test_xapian_folder.c - which folders a new database is made in, and its first changes.
 *
 * Licence: GPL-2.0-or-later, since it is linked with libxapian.
 */
#include "../api/backends.h"

#include <signal.h>
#if defined(__linux__)
# include <sys/ptrace.h>
#endif
#include <sys/wait.h>

#include "backend/xapian_shim.h"

static int create_there(const char *path, ink_index **out)
{
	ink_schema *s = every_field();
	int rc = ink_index_create(path, s, 0, out, &err);

	ink_schema_free(s);
	return rc;
}

#if defined(__linux__)
/*
 * Create it in a process that stops at its stop number `at` at a system call. Its number,
 * 0: it was done, with the code *rc.
 */
static pid_t stop_creation(const char *path, int at, int *rc)
{
	ink_index *index;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(255);
		raise(SIGSTOP);
		_exit(-create_there(path, &index));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status)) /* it may not be traced */
		skip();
	for (; WIFSTOPPED(status) && at > 0; at--) {
		assert_int_equal(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
	}
	if (WIFSTOPPED(status))
		return pid;
	assert_true(WIFEXITED(status));
	*rc = -WEXITSTATUS(status);
	return 0;
}

/* Create it in a process that is killed at such a stop; 0: it was done. */
static int kill_creation(const char *path, int at)
{
	int status, rc = 0;
	pid_t pid = stop_creation(path, at, &rc);

	assert_int_equal(rc, 0);
	if (pid == 0)
		return 0;
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return 1;
}

static void use(const char *path, ink_index *index)
{
	ink_writer *w;

	OK(ink_writer_open(index, &w, &err));
	add(w, index, "1", "ink", NULL);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_int_equal(count(index, "ink"), 1);
	ink_index_close(index);
	OK(ink_index_check(path, NULL, NULL, &err));
}

static void test_a_creation_that_was_killed_can_be_done_again(void **state)
{
	struct place *p = *state;
	int at = 0, again = 0, died = 1;
	ink_index *index;
	char path[160];

	for (; died; at++) {
		snprintf(path, sizeof path, "xapian:%s/%d", p->dir, at);
		died = kill_creation(path, at);
		if (ink_index_open(path, 0, &index, &err) != 0) {
			assert_int_equal(err.code, INK_ENOTFOUND);
			if (create_there(path, &index) != 0)
				fail_msg("killed at stop %d: %s", at, err.message);
			again++;
		}
		use(path, index);
	}
	assert_true(again > 40 && again < at);
}
static int is_taken(int rc)
{
	return rc == INK_ELOCKED || rc == INK_EEXISTS;
}

/* One of two processes has the folder, wherever the other one is, and what it writes stays. */
static void test_of_two_creations_at_once_one_is_told_to_go_away(void **state)
{
	struct place *p = *state;
	int at = 0, mine, theirs, first = 0, status;
	ink_index *index;
	char path[160];
	pid_t pid;

	do {
		theirs = 0;
		snprintf(path, sizeof path, "xapian:%s/%d", p->dir, at);
		pid = stop_creation(path, at++, &theirs);
		mine = create_there(path, &index);
		if (mine == 0)
			use(path, index);
		if (pid != 0) {
			assert_int_equal(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
			assert_int_equal(waitpid(pid, &status, 0), pid);
			theirs = WIFEXITED(status) ? -WEXITSTATUS(status) : 1;
		}
		if (!(mine == 0 && is_taken(theirs)) && !(theirs == 0 && is_taken(mine)))
			fail_msg("stop %d: %d here, %d there", at - 1, mine, theirs);
		OK(ink_index_open(path, 0, &index, &err));
		assert_int_equal(count(index, "*:*"), mine == 0);
		ink_index_close(index);
		strcat(path, "/inkstone.lock");
		assert_int_not_equal(access(path + strlen("xapian:"), F_OK), 0);
		first += mine == 0;
	} while (pid != 0);
	assert_true(first > 5 && first < at);
}
#else
static void test_a_creation_that_was_killed_can_be_done_again(void **state)
{
	(void)state;
	skip();
}

static void test_of_two_creations_at_once_one_is_told_to_go_away(void **state)
{
	(void)state;
	skip();
}
#endif

static void put_bytes(const struct place *p, const char *name, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", p->dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int has_file(const struct place *p, const char *name)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", p->dir, name);
	return access(path, F_OK) == 0;
}

static void test_a_folder_with_anything_of_others_is_not_taken(void **state)
{
	struct place *p = *state;
	struct ik_xap_db *db;
	char path[160];

	snprintf(path, sizeof path, "xapian:%s", p->dir);
	put_bytes(p, "flintlock", "");
	put_bytes(p, "v.tmp", "half");
	put_bytes(p, "postlist.glass", "terms");
	FAILS(INK_EEXISTS, "not empty", create_there(path, &p->index));
	put_bytes(p, "postlist.glass", "");
	put_bytes(p, "notes", "");
	FAILS(INK_EEXISTS, "not empty", create_there(path, &p->index));
	assert_true(has_file(p, "v.tmp") && has_file(p, "postlist.glass"));
	OK(ik_xap_db_open_write(p->dir, IK_XAP_CREATE_OR_OVERWRITE, &db, &err));
	FAILS(INK_EEXISTS, "not empty", create_there(path, &p->index));
	snprintf(path, sizeof path, "%s/notes", p->dir);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof path, "xapian:%s", p->dir);
	FAILS(INK_ENOTFOUND, "no index", ink_index_open(path, 0, &p->index, &err));
	FAILS(INK_ELOCKED, "", create_there(path, &p->index)); /* a program that is about to fill it */
	OK(ik_xap_db_set_metadata(db, "theirs", "1", 1, &err));
	OK(ik_xap_db_commit(db, &err));
	ik_xap_db_free(db);
	FAILS(INK_EEXISTS, "not empty", create_there(path, &p->index));
	assert_true(has_file(p, "iamglass"));
}

/* So long that it takes several blocks, and of words that do not repeat. */
static void add_long(ink_writer *w, ink_index *index, const char *id)
{
	static char text[30000];
	size_t at = 0;

	for (unsigned i = 1; at + 12 < sizeof text; i++)
		at += (size_t)sprintf(text + at, "%x ", i * 2654435761u);
	add(w, index, id, NULL, text);
}

static void test_a_rollback_before_the_first_commit_uses_no_block_twice(void **state)
{
	struct place *p = *state;
	char path[160];
	ink_writer *w, *other;

	snprintf(path, sizeof path, "xapian:%s/new", p->dir);
	OK(create_there(path, &p->index));
	OK(ink_writer_open(p->index, &w, &err));
	add_long(w, p->index, "1");
	OK(ink_writer_delete(w, "1", 1, &err));
	OK(ink_writer_rollback(w, &err));
	FAILS(INK_ELOCKED, "", ink_writer_open(p->index, &other, &err));
	for (char id[] = "2"; id[0] < '9'; id[0]++) {
		add_long(w, p->index, id);
		OK(ink_writer_commit(w, NULL, &err));
	}
	ink_writer_close(w);
	assert_int_equal(count(p->index, "*:*"), 7);
	OK(ink_index_check(path, NULL, NULL, &err));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_creation_that_was_killed_can_be_done_again,
		                                place_make_in_memory, place_free),
		cmocka_unit_test_setup_teardown(test_of_two_creations_at_once_one_is_told_to_go_away,
		                                place_make_in_memory, place_free),
		cmocka_unit_test_setup_teardown(
			test_a_rollback_before_the_first_commit_uses_no_block_twice,
			place_make_in_memory, place_free),
		cmocka_unit_test_setup_teardown(test_a_folder_with_anything_of_others_is_not_taken,
		                                place_make_in_memory, place_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
