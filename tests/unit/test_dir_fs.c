/* test_dir_fs.c - a folder of the file system. */
#include "dir_tests.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

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
		DIR_TESTS,
		cmocka_unit_test(test_two_handles_of_a_folder_share_its_lock),
		cmocka_unit_test(test_a_folder_is_made_only_when_asked),
		cmocka_unit_test(test_a_folder_stays_the_same_when_the_process_goes_elsewhere),
		cmocka_unit_test(test_what_is_no_folder_is_refused),
		cmocka_unit_test(test_a_full_disk_is_told),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, setup, teardown);
}
