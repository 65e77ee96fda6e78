/*
 * api_files.c - the files of an index as the system sees them: descriptors
 * that programs started later do not get, permissions, links and pipes in the
 * folder, and what a set-user-id program loads. Linux only: it asks /proc.
 */
#define _GNU_SOURCE
#include "backends.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#if defined(__linux__)

#define FD_MAX 256

/* Which descriptors there are. */
static void list_descriptors(unsigned char open[FD_MAX])
{
	memset(open, 0, FD_MAX);
	for (int fd = 0; fd < FD_MAX; fd++)
		open[fd] = fcntl(fd, F_GETFD) >= 0;
}

/* Those that were not there before: each is closed by exec. How many. */
static unsigned check_descriptors(const unsigned char before[FD_MAX])
{
	unsigned n = 0;

	for (int fd = 0; fd < FD_MAX; fd++) {
		int flags = fcntl(fd, F_GETFD);

		if (flags < 0 || before[fd])
			continue;
		n++;
		if ((flags & FD_CLOEXEC) == 0)
			fail_msg("descriptor %d would be inherited", fd);
	}
	return n;
}

static void put_one(struct place *p, const char *key)
{
	ink_writer *w;

	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, key, "ink", "stone");
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

static void test_descriptors_are_closed_on_exec(void **state)
{
	struct place *p = *state;
	unsigned char before[FD_MAX];
	ink_reader *reader;
	ink_writer *writer;

	if (on->remote)
		skip(); /* no files here */
	list_descriptors(before);
	OK(ink_writer_open(p->index, &writer, &err));
	assert_true(check_descriptors(before) > 0);
	add(writer, p->index, "1", "ink", "stone");
	check_descriptors(before);
	OK(ink_writer_commit(writer, NULL, &err));
	OK(ink_reader_open(p->index, &reader, &err));
	check_descriptors(before);
	ink_reader_close(reader);
	ink_writer_close(writer);
	OK(ink_index_check(p->path, NULL, NULL, &err));
	check_descriptors(before);
}

static mode_t allowed;

static int check_mode(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)type;
	(void)ftw;
	if ((st->st_mode & 0777 & ~allowed) != 0)
		fail_msg("%s has mode %o", path, (unsigned)st->st_mode & 0777);
	return 0;
}

static void test_files_have_the_permissions_that_the_umask_leaves(void **state)
{
	struct place *p = *state;
	char path[600];
	ink_schema *schema;
	ink_index *index;
	ink_writer *writer;
	ink_doc *doc;
	mode_t was;

	if (on->remote)
		skip(); /* no files here */
	was = umask(027);
	OK(ink_schema_new(&schema, &err));
	OK(ink_schema_add_field(schema, "body", INK_TEXT, 0, NULL, &err));
	snprintf(path, sizeof path, "%s%s/other", on->prefix, p->dir);
	OK(ink_index_create(path, schema, 0, &index, &err));
	OK(ink_writer_open(index, &writer, &err));
	OK(ink_doc_new(index, &doc, &err));
	OK(ink_doc_add_text(doc, "body", "ink", 3, &err));
	OK(ink_writer_add(writer, doc, &err));
	OK(ink_writer_commit(writer, NULL, &err));
	ink_doc_free(doc);
	ink_writer_close(writer);
	ink_index_close(index);
	ink_schema_free(schema);
	umask(was);
	allowed = 0750;
	assert_int_equal(nftw(path + strlen(on->prefix), check_mode, 16, FTW_PHYS), 0);
}

/* A file of the index is put elsewhere, and a link to it in its place: that is not followed. */
static void test_links_in_the_folder_are_not_followed(void **state)
{
	static const char *const names[] = {"manifest", "seg-0000000000000001.ink", "lock"};
	struct place *p = *state;
	char inside[600], outside[600];

	if (!on->own_files)
		skip();
	put_one(p, "1");
	for (size_t i = 0; i < N_OF(names); i++) {
		ink_writer *writer = NULL;
		int rc;

		snprintf(inside, sizeof inside, "%s/%s", p->path, names[i]);
		snprintf(outside, sizeof outside, "%s/outside", p->dir);
		assert_int_equal(rename(inside, outside), 0);
		assert_int_equal(symlink(outside, inside), 0);
		rc = ink_writer_open(p->index, &writer, &err);
		assert_int_equal(rc, INK_EIO);
		assert_int_equal(err.sys_errno, ELOOP);
		assert_non_null(strstr(err.message, names[i]));
		assert_int_equal(rename(outside, inside), 0);
	}
	OK(ink_index_check(p->path, NULL, NULL, &err));
}

/* Where the next manifest is to go there is a link to a file of somebody else, or a pipe. */
static void test_a_commit_writes_into_no_other_file(void **state)
{
	struct place *p = *state;
	char victim[600], aside[600], text[8] = "";
	FILE *file;

	if (!on->own_files)
		skip();
	put_one(p, "1");
	snprintf(victim, sizeof victim, "%s/victim", p->dir);
	snprintf(aside, sizeof aside, "%s/manifest.new", p->path);
	for (unsigned kind = 0; kind < 3; kind++) {
		ink_writer *writer;
		char key[2] = {(char)('a' + kind), '\0'};

		file = fopen(victim, "w");
		assert_non_null(file);
		fputs("keep", file);
		fclose(file);
		OK(ink_writer_open(p->index, &writer, &err));
		assert_int_equal(kind == 0   ? symlink(victim, aside)
		                 : kind == 1 ? link(victim, aside)
		                             : mkfifo(aside, 0600), 0);
		add(writer, p->index, key, "ink", "stone");
		OK(ink_writer_commit(writer, NULL, &err));
		ink_writer_close(writer);
		file = fopen(victim, "r");
		assert_non_null(file);
		assert_non_null(fgets(text, sizeof text, file));
		fclose(file);
		assert_string_equal(text, "keep");
	}
	OK(ink_index_check(p->path, NULL, NULL, &err));
}

/* ---- a program with more rights than its user ---- */

static void copy_self(const char *to)
{
	char buf[65536];
	FILE *in = fopen("/proc/self/exe", "rb"), *out = fopen(to, "wb");
	size_t n;

	assert_true(in != NULL && out != NULL);
	while ((n = fread(buf, 1, sizeof buf, in)) > 0)
		assert_int_equal(fwrite(buf, 1, n, out), n);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

/* Run the copy as somebody else, under a made-up name; what it says of the module. */
static void ask_program(const char *program, const char *name, uid_t user, char *out, size_t size)
{
	int ends[2], status;
	ssize_t n, all = 0;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		char *const argv[] = {(char *)(uintptr_t)name, "--module", NULL};
		char *const env[] = {"ICU_DATA=/nonexistent", NULL};

		if (dup2(ends[1], 1) < 0 ||
		    (user != getuid() && (setgid(user) != 0 || setuid(user) != 0)))
			_exit(3);
		execve(program, argv, env);
		_exit(4);
	}
	close(ends[1]);
	while ((n = read(ends[0], out + all, size - 1 - (size_t)all)) > 0)
		all += n;
	close(ends[0]);
	out[all] = '\0';
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* A copy of this program, and beside it what should be a module. */
static void put_program(const struct place *p, char program[600], char module[600])
{
	FILE *file;

	snprintf(program, 600, "%s/program", p->dir);
	snprintf(module, 600, "%s/inkstone-xapian.so", p->dir);
	copy_self(program);
	file = fopen(module, "w");
	assert_non_null(file);
	fputs("this is no module", file);
	fclose(file);
	assert_int_equal(chmod(module, 0755), 0);
	assert_int_equal(chmod(program, 0755), 0);
}

/* By a relative path, or by PATH: it is told the words that it was started by, no more. */
static void test_a_program_finds_the_module_beside_it_wherever_it_goes(void **state)
{
	struct place *p = *state;
	char program[600], module[600], said[600];

	if (!on->own_files)
		skip(); /* once is enough */
	put_program(p, program, module);
	ask_program(program, "./program", getuid(), said, sizeof said);
	assert_non_null(strstr(said, module));
	ask_program(program, "program", getuid(), said, sizeof said);
	assert_non_null(strstr(said, module));
}

/* The module is looked for beside the program's file, whose name whoever starts it can make up. */
static void test_a_set_user_id_program_loads_nothing_from_where_it_says_it_is(void **state)
{
	struct place *p = *state;
	char program[600], module[600], name[600], said[600];
	const uid_t nobody = 65534;

	if (!on->own_files || getuid() != 0)
		skip(); /* once is enough; only root can try */
	assert_int_equal(chmod(p->dir, 0755), 0);
	snprintf(name, sizeof name, "%s/made-up", p->dir);
	put_program(p, program, module);
	ask_program(program, name, nobody, said, sizeof said);
	assert_non_null(strstr(said, module)); /* an ordinary program tries it */
	assert_int_equal(chmod(program, 04755), 0);
	ask_program(program, name, nobody, said, sizeof said);
	if (strstr(said, "privileged") == NULL)
		skip(); /* the file system takes no such programs */
	assert_null(strstr(said, module));
}

static int tell_module(void)
{
	ink_index *index = NULL;
	int rc = chdir("/") != 0 ? 1 : ink_index_open("xapian:/nonexistent", 0, &index, &err);

	printf("%s: %d: %s\n", getuid() != geteuid() ? "privileged" : "ordinary", rc, err.message);
	return 0;
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(test_descriptors_are_closed_on_exec, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_files_have_the_permissions_that_the_umask_leaves,
	                                index_make, place_free),
	cmocka_unit_test_setup_teardown(test_links_in_the_folder_are_not_followed, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_a_commit_writes_into_no_other_file, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_a_program_finds_the_module_beside_it_wherever_it_goes,
	                                place_make, place_free),
	cmocka_unit_test_setup_teardown(
		test_a_set_user_id_program_loads_nothing_from_where_it_says_it_is, place_make,
		place_free),
};

SUITE(tests)

int main(int argc, char **argv)
{
	return argc == 2 && strcmp(argv[1], "--module") == 0 ? tell_module() : run_suite();
}

#else

int main(void)
{
	return 0;
}

#endif
