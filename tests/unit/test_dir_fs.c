/* test_dir_fs.c - a folder of the file system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/dir.h"

static void put_file(struct ik_dir *dir, const char *name, const char *text)
{
	struct ik_out *out;
	ink_error err;

	assert_int_equal(dir->ops->create(dir, name, &out, &err), 0);
	assert_int_equal(out->write(out, text, strlen(text), &err), 0);
	assert_int_equal(out->sync(out, &err), 0);
	assert_int_equal(out->close(out, &err), 0);
}

static void check_in(const struct ik_in *in, const char *text)
{
	assert_int_equal(in->len, strlen(text));
	assert_int_equal((uintptr_t)in->data % 64, 0);
	if (in->len > 0)
		assert_memory_equal(in->data, text, in->len);
}

static void check_file(struct ik_dir *dir, const char *name, const char *text)
{
	struct ik_in *in;
	ink_error err;

	assert_int_equal(dir->ops->open(dir, name, &in, &err), 0);
	check_in(in, text);
	ik_in_close(in);
}

static void check_missing(struct ik_dir *dir, const char *name)
{
	struct ik_in *in = (struct ik_in *)dir;
	ink_error err;

	assert_int_equal(dir->ops->open(dir, name, &in, &err), INK_ENOTFOUND);
	assert_null(in);
	assert_non_null(strstr(err.message, dir->path));
	assert_non_null(strstr(err.message, name));
}

static void test_files_are_written_and_read(void **state)
{
	struct ik_dir *dir = *state;

	put_file(dir, "a", "alpha");
	put_file(dir, "empty", "");
	put_file(dir, "a", "be"); /* in place of the first */
	check_file(dir, "a", "be");
	check_file(dir, "empty", "");
	check_missing(dir, "none");
	ik_in_close(NULL);
	ik_dir_free(NULL);
}

static void test_open_files_survive_removal_and_rename(void **state)
{
	struct ik_dir *dir = *state;
	struct ik_in *a, *b;
	ink_error err;

	put_file(dir, "x", "first");
	put_file(dir, "y", "second");
	assert_int_equal(dir->ops->open(dir, "x", &a, &err), 0);
	assert_int_equal(dir->ops->open(dir, "y", &b, &err), 0);
	assert_int_equal(dir->ops->rename(dir, "x", "y", &err), 0);
	check_missing(dir, "x");
	check_file(dir, "y", "first");
	assert_int_equal(dir->ops->remove(dir, "y", &err), 0);
	check_missing(dir, "y");
	check_in(a, "first");
	check_in(b, "second");
	ik_in_close(a);
	ik_in_close(b);
	assert_int_equal(dir->ops->remove(dir, "y", &err), INK_ENOTFOUND);
	assert_int_equal(dir->ops->rename(dir, "y", "z", &err), INK_ENOTFOUND);
	assert_non_null(strstr(err.message, "/y"));
	put_file(dir, "same", "s");
	assert_int_equal(dir->ops->rename(dir, "same", "same", &err), 0);
	check_file(dir, "same", "s");
	assert_int_equal(dir->ops->sync(dir, &err), 0);
}

static void test_names_that_leave_the_folder_are_refused(void **state)
{
	static const char *const names[] = { "", ".", "..", "a/b", "/tmp/x", "../x" };
	struct ik_dir *dir = *state;
	struct ik_out *out;
	struct ik_in *in;
	ink_error err;
	void *lock;
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		assert_int_equal(dir->ops->create(dir, names[i], &out, &err), INK_EINVAL);
		assert_int_equal(dir->ops->open(dir, names[i], &in, &err), INK_EINVAL);
		assert_int_equal(dir->ops->remove(dir, names[i], &err), INK_EINVAL);
		assert_int_equal(dir->ops->rename(dir, names[i], "x", &err), INK_EINVAL);
		assert_int_equal(dir->ops->rename(dir, "x", names[i], &err), INK_EINVAL);
		assert_int_equal(dir->ops->lock(dir, names[i], &lock, &err), INK_EINVAL);
	}
}

static int is_n3(const char *name)
{
	return strcmp(name, "n3") == 0;
}

static int stop_at_once(void *user, const char *name)
{
	(void)name;
	++*(int *)user;
	return -77;
}

static int count_one(void *user, const char *name)
{
	(void)name;
	++*(int *)user;
	return 0;
}

static void test_a_listing_may_stop_and_may_remove(void **state)
{
	struct ik_dir *dir = *state;
	char name[] = "n0";
	ink_error err;
	int n = 0;

	ik_dir_clear(dir, NULL);
	for (; name[1] < '9'; name[1]++)
		put_file(dir, name, name);
	assert_int_equal(dir->ops->list(dir, stop_at_once, &n, &err), -77);
	assert_int_equal(n, 1);
	n = 0;
	assert_int_equal(dir->ops->list(dir, count_one, &n, &err), 0);
	assert_int_equal(n, 9);
	ik_dir_clear(dir, is_n3);
	check_missing(dir, "n3");
	n = 0;
	assert_int_equal(dir->ops->list(dir, count_one, &n, &err), 0);
	assert_int_equal(n, 8);
	ik_dir_clear(dir, NULL);
	n = 0;
	assert_int_equal(dir->ops->list(dir, count_one, &n, &err), 0);
	assert_int_equal(n, 0);
}

static void test_the_lock_is_held_by_one(void **state)
{
	struct ik_dir *dir = *state;
	void *a, *b, *other;
	ink_error err;

	assert_int_equal(dir->ops->lock(dir, "write.lock", &a, &err), 0);
	assert_int_equal(dir->ops->lock(dir, "write.lock", &b, &err), INK_ELOCKED);
	assert_null(b);
	assert_non_null(strstr(err.message, dir->path));
	assert_non_null(strstr(err.message, "write.lock: another writer has it"));
	assert_int_equal(dir->ops->lock(dir, "other.lock", &other, &err), 0);
	dir->ops->unlock(dir, a);
	assert_int_equal(dir->ops->lock(dir, "write.lock", &b, &err), 0);
	dir->ops->unlock(dir, other);
	dir->ops->unlock(dir, b);
	dir->ops->unlock(dir, NULL);
}

/* One operation of each kind; the first failure. */
static int do_everything(struct ik_dir *dir, ink_error *err)
{
	struct ik_out *out = NULL;
	struct ik_in *in = NULL;
	void *lock = NULL;
	int rc = dir->ops->create(dir, "f", &out, err), close_rc, n = 0;

	if (rc != 0)
		return rc;
	rc = out->write(out, "abc", 3, err);
	close_rc = out->close(out, rc == 0 ? err : NULL);
	if (rc == 0)
		rc = close_rc;
	if (rc == 0)
		rc = dir->ops->rename(dir, "f", "g", err);
	if (rc == 0)
		rc = dir->ops->open(dir, "g", &in, err);
	if (rc == 0)
		rc = dir->ops->lock(dir, "l", &lock, err);
	if (rc == 0)
		rc = dir->ops->list(dir, count_one, &n, err);
	if (rc == 0)
		rc = dir->ops->remove(dir, "g", err);
	dir->ops->unlock(dir, lock);
	ik_in_close(in);
	return rc;
}

static void test_every_failing_allocation_is_told(void **state)
{
	struct ik_dir *dir = *state;
	int64_t n;
	int rc = 1;

	for (n = 0; rc != 0; n++) {
		int64_t live = ik_mem_live();
		ink_error err = { 0 };

		ik_mem_fail_after(n, 0);
		rc = do_everything(dir, &err);
		ik_mem_fail_after(-1, 0);
		assert_true(rc == 0 || rc == INK_ENOMEM);
		assert_int_equal(err.code, rc);
		/* A file more may be left in a folder in memory, nothing else. */
		(void)dir->ops->remove(dir, "f", NULL);
		(void)dir->ops->remove(dir, "g", NULL);
		assert_true(ik_mem_live() <= live + 1);
	}
	assert_true(n > 5);
}

static void test_two_handles_of_a_folder_share_its_lock(void **state)
{
	struct ik_dir *dir = *state, *twin;
	void *a, *b;
	ink_error err;

	assert_int_equal(ik_dir_fs(dir->path, 0, &twin, &err), 0);
	assert_int_equal(dir->ops->lock(dir, "write.lock", &a, &err), 0);
	assert_int_equal(twin->ops->lock(twin, "write.lock", &b, &err), INK_ELOCKED);
	dir->ops->unlock(dir, a);
	assert_int_equal(twin->ops->lock(twin, "write.lock", &b, &err), 0);
	twin->ops->unlock(twin, b);
	ik_dir_free(twin);
}

static void test_a_folder_is_made_only_when_asked(void **state)
{
	const struct ik_dir *dir = *state;
	struct ik_dir *sub;
	char path[128];
	ink_error err;

	(void)snprintf(path, sizeof path, "%s/sub/", dir->path);
	assert_int_equal(ik_dir_fs(path, 0, &sub, &err), INK_ENOTFOUND);
	assert_null(sub);
	assert_non_null(strstr(err.message, path));
	assert_int_equal(ik_dir_fs(path, 1, &sub, &err), 0);
	put_file(sub, "f", "f");
	ik_dir_free(sub);
	assert_int_equal(ik_dir_fs(path, 1, &sub, &err), 0);
	check_file(sub, "f", "f");
	assert_int_equal(sub->ops->remove(sub, "f", &err), 0);
	ik_dir_free(sub);
	assert_int_equal(rmdir(path), 0);
}

/* A relative path is one of the time when it is given. */
static void test_a_folder_stays_the_same_when_the_process_goes_elsewhere(void **state)
{
	const struct ik_dir *dir = *state;
	struct ik_dir *sub;
	char before[256];
	ink_error err;
	void *lock;
	int n = 0;

	assert_non_null(getcwd(before, sizeof before));
	assert_int_equal(chdir(dir->path), 0);
	assert_int_equal(ik_dir_fs("sub", 1, &sub, &err), 0);
	assert_string_equal(sub->path, "sub");
	put_file(sub, "a", "first");
	assert_int_equal(chdir("/"), 0);
	check_file(sub, "a", "first");
	put_file(sub, "b", "second");
	assert_int_equal(sub->ops->rename(sub, "b", "c", &err), 0);
	assert_int_equal(sub->ops->sync(sub, &err), 0);
	assert_int_equal(sub->ops->list(sub, count_one, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(sub->ops->lock(sub, "lock", &lock, &err), 0);
	sub->ops->unlock(sub, lock);
	ik_dir_clear(sub, NULL);
	ik_dir_free(sub);
	assert_int_equal(chdir(dir->path), 0);
	assert_int_equal(rmdir("sub"), 0);
	assert_int_equal(chdir(before), 0);
}

static void test_what_is_no_folder_is_refused(void **state)
{
	struct ik_dir *dir = *state, *sub;
	char path[128];
	ink_error err;

	put_file(dir, "file", "f");
	(void)snprintf(path, sizeof path, "%s/file", dir->path);
	assert_int_equal(ik_dir_fs(path, 1, &sub, &err), INK_EIO);
	assert_int_equal(err.sys_errno, ENOTDIR);
	assert_non_null(strstr(err.message, path));
	(void)snprintf(path, sizeof path, "%s/no/where", dir->path);
	assert_int_equal(ik_dir_fs(path, 1, &sub, &err), INK_EIO);
	assert_int_equal(err.sys_errno, ENOENT);
	assert_int_equal(ik_dir_fs("", 1, &sub, &err), INK_EINVAL);
	assert_int_equal(ik_dir_fs(NULL, 1, &sub, &err), INK_EINVAL);
}

/* A limit on the length of files stands in for the disk. */
static void test_a_full_disk_is_told(void **state)
{
	struct ik_dir *dir = *state;
	struct rlimit was, small;
	struct ik_out *out;
	char data[100] = "";
	ink_error err;
	int rc;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small = was;
	small.rlim_cur = 50;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(dir->ops->create(dir, "full", &out, &err), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	rc = out->write(out, data, sizeof data, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(rc, INK_EIO);
	assert_int_equal(err.sys_errno, EFBIG);
	assert_non_null(strstr(err.message, "/full"));
	assert_int_equal(out->close(out, &err), 0);
	assert_int_equal(dir->ops->remove(dir, "full", &err), 0);
}

static char root[64];

static int setup(void **state)
{
	(void)snprintf(root, sizeof root, "/tmp/ik_dir_XXXXXX");
	if (mkdtemp(root) == NULL)
		return -1;
	return ik_dir_fs(root, 0, (struct ik_dir **)state, NULL);
}

static int teardown(void **state)
{
	struct ik_dir *dir = *state;

	ik_dir_clear(dir, NULL);
	ik_dir_free(dir);
	return rmdir(root) != 0 || ik_mem_live() != 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files_are_written_and_read),
		cmocka_unit_test(test_open_files_survive_removal_and_rename),
		cmocka_unit_test(test_names_that_leave_the_folder_are_refused),
		cmocka_unit_test(test_a_listing_may_stop_and_may_remove),
		cmocka_unit_test(test_the_lock_is_held_by_one),
		cmocka_unit_test(test_every_failing_allocation_is_told),
		cmocka_unit_test(test_two_handles_of_a_folder_share_its_lock),
		cmocka_unit_test(test_a_folder_is_made_only_when_asked),
		cmocka_unit_test(test_a_folder_stays_the_same_when_the_process_goes_elsewhere),
		cmocka_unit_test(test_what_is_no_folder_is_refused),
		cmocka_unit_test(test_a_full_disk_is_told),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, setup, teardown);
}
