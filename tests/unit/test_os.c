/* test_os.c - files, locks, threads and the clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/os.h"

static char root[64];

static const char *path_of(const char *name)
{
	static char path[4][128];
	static unsigned turn;
	char *out = path[turn++ % 4];

	(void)snprintf(out, sizeof path[0], "%s/%s", root, name);
	return out;
}

static int setup(void **state)
{
	(void)state;
	(void)snprintf(root, sizeof root, "/tmp/ik_os_XXXXXX");
	return mkdtemp(root) == NULL;
}

static int remove_name(void *user, const char *name)
{
	(void)user;
	if (ik_os_remove(path_of(name)) != 0)
		(void)rmdir(path_of(name));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	(void)ik_os_list(root, remove_name, NULL);
	return rmdir(root);
}

static void test_what_is_written_is_read_and_mapped(void **state)
{
	enum { N = 300000 };
	uint8_t *data = ik_alloc(N), *back = ik_alloc(N);
	const uint8_t *map;
	uint64_t size = 0;
	int fd, i;

	(void)state;
	for (i = 0; i < N; i++)
		data[i] = (uint8_t)(i * 31 >> 3);
	assert_int_equal(ik_os_create(path_of("a"), &fd), 0);
	assert_int_equal(ik_os_write(fd, data, N), 0);
	assert_int_equal(ik_os_write(fd, NULL, 0), 0);
	assert_int_equal(ik_os_sync(fd), 0);
	assert_int_equal(ik_os_close(fd), 0);
	assert_int_equal(ik_os_close(fd), EBADF);

	assert_int_equal(ik_os_open_read(path_of("a"), &fd), 0);
	assert_int_equal(ik_os_size(fd, &size), 0);
	assert_int_equal(size, N);
	assert_int_equal(ik_os_pread(fd, back, N - 5, 5), 0);
	assert_memory_equal(back, data + 5, N - 5);
	assert_int_equal(ik_os_pread(fd, back, 10, N - 5), EIO);
	assert_int_equal(ik_os_map(fd, N, &map), 0);
	assert_int_equal(ik_os_close(fd), 0);
	assert_int_equal(ik_os_remove(path_of("a")), 0);
	assert_int_equal(ik_os_remove(path_of("a")), ENOENT);
	assert_memory_equal(map, data, N); /* the mapping outlives both */
	ik_os_unmap(map, N);
	ik_free(data);
	ik_free(back);
}

static void test_an_empty_file_maps_to_nothing(void **state)
{
	const uint8_t *map = (const uint8_t *)"";
	int fd;

	(void)state;
	assert_int_equal(ik_os_create(path_of("e"), &fd), 0);
	assert_int_equal(ik_os_map(fd, 0, &map), 0);
	assert_null(map);
	ik_os_unmap(map, 0);
	assert_int_equal(ik_os_close(fd), 0);
}

static void check_victim(int fd)
{
	char text[4];

	assert_int_equal(ik_os_pread(fd, text, 4, 0), 0);
	assert_memory_equal(text, "keep", 4);
}

static void test_only_plain_files_are_opened(void **state)
{
	int fd = 7;

	(void)state;
	assert_int_equal(ik_os_open_read(path_of("none"), &fd), ENOENT);
	assert_int_equal(ik_os_open_read(root, &fd), EISDIR);
	assert_int_equal(symlink("target", path_of("link")), 0);
	assert_int_equal(ik_os_open_read(path_of("link"), &fd), ELOOP);
	assert_int_equal(ik_os_lock(path_of("link"), &fd), ELOOP);
	assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
	assert_int_equal(ik_os_open_read(path_of("fifo"), &fd), EINVAL);
	assert_int_equal(ik_os_lock(path_of("fifo"), &fd), EINVAL);
	assert_int_equal(fd, -1);
}

/* Where a file is to be made there may be one, a pipe, or a link to somebody else's file. */
static void test_a_new_file_takes_the_place_of_files_links_and_pipes(void **state)
{
	static const char *const names[] = {"soft", "hard", "pipe", "old"};
	int fd;

	(void)state;
	assert_int_equal(ik_os_create(path_of("victim"), &fd), 0);
	assert_int_equal(ik_os_write(fd, "keep", 4), 0);
	assert_int_equal(ik_os_close(fd), 0);
	assert_int_equal(symlink("victim", path_of("soft")), 0);
	assert_int_equal(link(path_of("victim"), path_of("hard")), 0);
	assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
	assert_int_equal(ik_os_create(path_of("old"), &fd), 0);
	assert_int_equal(ik_os_close(fd), 0);
	for (unsigned i = 0; i < 4; i++) {
		uint64_t size;

		assert_int_equal(ik_os_create(path_of(names[i]), &fd), 0);
		assert_int_equal(ik_os_write(fd, "new", 3), 0);
		assert_int_equal(ik_os_close(fd), 0);
		assert_int_equal(ik_os_open_read(path_of(names[i]), &fd), 0);
		assert_int_equal(ik_os_size(fd, &size), 0);
		assert_int_equal(size, 3);
		assert_int_equal(ik_os_close(fd), 0);
	}
	assert_int_equal(ik_os_open_read(path_of("victim"), &fd), 0);
	check_victim(fd);
	assert_int_equal(ik_os_close(fd), 0);
	assert_int_equal(ik_os_mkdir(path_of("folder")), 0);
	assert_int_equal(ik_os_create(path_of("folder"), &fd), EISDIR);
	assert_int_equal(ik_os_create("/dev/null", &fd), EINVAL);
}

static int count_names(void *user, const char *name)
{
	assert_true(strcmp(name, ".") != 0 && strcmp(name, "..") != 0);
	return ++*(int *)user == 3 ? 42 : 0;
}

static void test_folders_are_made_listed_and_synced(void **state)
{
	char name[] = "d/0";
	int fd, i, n = 0;

	(void)state;
	assert_int_equal(ik_os_is_dir(path_of("d")), ENOENT);
	assert_int_equal(ik_os_mkdir(path_of("d")), 0);
	assert_int_equal(ik_os_mkdir(path_of("d")), EEXIST);
	assert_int_equal(ik_os_is_dir(path_of("d")), 0);
	for (i = 0; i < 2; i++, name[2]++) {
		assert_int_equal(ik_os_create(path_of(name), &fd), 0);
		assert_int_equal(ik_os_close(fd), 0);
	}
	assert_int_equal(ik_os_is_dir(path_of("d/0")), ENOTDIR);
	assert_int_equal(ik_os_list(path_of("d"), count_names, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(ik_os_list(path_of("d"), count_names, &n), 42);
	assert_int_equal(ik_os_rename(path_of("d/0"), path_of("d/1")), 0);
	assert_int_equal(ik_os_rename(path_of("d/0"), path_of("d/1")), ENOENT);
	assert_int_equal(ik_os_sync_dir(path_of("d")), 0);
	assert_int_equal(ik_os_sync_dir(path_of("d/1")), ENOTDIR);
	assert_int_equal(ik_os_list(path_of("none"), count_names, &n), ENOENT);
	assert_int_equal(ik_os_remove(path_of("d/1")), 0);
}

static void test_a_lock_keeps_out_other_handles_of_the_process(void **state)
{
	int a, b;

	(void)state;
	assert_int_equal(ik_os_lock(path_of("lock"), &a), 0);
	assert_int_equal(ik_os_lock(path_of("lock"), &b), EAGAIN);
	/* Closing another descriptor of the file must not lose it, as with plain fcntl() locks. */
	assert_int_equal(ik_os_open_read(path_of("lock"), &b), 0);
	assert_int_equal(ik_os_close(b), 0);
	assert_int_equal(ik_os_lock(path_of("lock"), &b), EAGAIN);
	ik_os_unlock(a);
	assert_int_equal(ik_os_lock(path_of("lock"), &b), 0);
	ik_os_unlock(b);
	assert_int_equal(ik_os_lock(path_of("none/lock"), &b), ENOENT);
}

static void test_a_lock_dies_with_its_process(void **state)
{
	int ready[2], stop[2], fd, status;
	char c = 0;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ready) | pipe(stop), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		c = ik_os_lock(path_of("lock"), &fd) == 0 ? 'y' : 'n';
		(void)!write(ready[1], &c, 1);
		(void)close(stop[1]);
		(void)!read(stop[0], &c, 1);
		_exit(0); /* without unlocking */
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(c, 'y');
	assert_int_equal(ik_os_lock(path_of("lock"), &fd), EAGAIN);
	assert_int_equal(write(stop[1], &c, 1), 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(ik_os_lock(path_of("lock"), &fd), 0);
	ik_os_unlock(fd);
	for (status = 0; status < 2; status++) {
		(void)close(ready[status]);
		(void)close(stop[status]);
	}
}

/* Is the file of the lock the one that has its name? */
static int has_name(int fd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_dev == named.st_dev &&
	       held.st_ino == named.st_ino;
}

/* Take the lock and remove its file, so many times; what was wrong, if anything. */
static const char *take_and_remove(int times)
{
	char lock[128], mark[128];
	int fd, mark_fd, rc;

	(void)snprintf(lock, sizeof lock, "%s/going", root);
	(void)snprintf(mark, sizeof mark, "%s/held", root);
	while (times > 0) {
		rc = ik_os_lock(lock, &fd);
		if (rc == EAGAIN)
			continue;
		if (rc != 0)
			return "no lock";
		if (!has_name(fd, lock))
			return "a lock on a file without its name";
		mark_fd = open(mark, O_WRONLY | O_CREAT | O_EXCL, 0666);
		if (mark_fd < 0)
			return "two hold the lock";
		if (close(mark_fd) != 0 || unlink(mark) != 0 || ik_os_remove(lock) != 0)
			return "a file that only its holder removes is gone";
		ik_os_unlock(fd);
		times--;
	}
	return NULL;
}

static void test_a_lock_whose_file_is_removed_is_held_by_one_alone(void **state)
{
	enum { CHILDREN = 4, TIMES = 3000 };
	pid_t children[CHILDREN];
	int failed = 0, status;

	(void)state;
	for (int i = 0; i < CHILDREN; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			const char *why = take_and_remove(TIMES);

			if (why != NULL)
				(void)fprintf(stderr, "child %d: %s\n", i, why);
			_exit(why != NULL);
		}
	}
	for (int i = 0; i < CHILDREN; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		failed += status != 0;
	}
	assert_int_equal(failed, 0);
}

struct shared {
	struct ik_mutex *mutex;
	struct ik_cond *cond;
	int count, go;
};

static void add_10000(void *user)
{
	struct shared *shared = user;
	int i;

	ik_mutex_lock(shared->mutex);
	while (!shared->go)
		ik_cond_wait(shared->cond, shared->mutex);
	ik_mutex_unlock(shared->mutex);
	for (i = 0; i < 10000; i++) {
		ik_mutex_lock(shared->mutex);
		shared->count++;
		ik_mutex_unlock(shared->mutex);
	}
}

static void test_threads_wait_wake_and_exclude(void **state)
{
	struct shared shared = { 0 };
	struct ik_thread *threads[4];
	int i;

	(void)state;
	assert_int_equal(ik_mutex_new(&shared.mutex), 0);
	assert_int_equal(ik_cond_new(&shared.cond), 0);
	for (i = 0; i < 4; i++)
		assert_int_equal(ik_thread_start(&threads[i], add_10000, &shared), 0);
	ik_mutex_lock(shared.mutex);
	assert_int_equal(shared.count, 0);
	shared.go = 1;
	ik_cond_wake(shared.cond);
	ik_mutex_unlock(shared.mutex);
	for (i = 0; i < 4; i++)
		ik_thread_join(threads[i]);
	assert_int_equal(shared.count, 40000);
	ik_cond_free(shared.cond);
	ik_mutex_free(shared.mutex);
	ik_thread_join(NULL);
	ik_mutex_free(NULL);
	ik_cond_free(NULL);
	assert_int_equal(ik_mem_live(), 0);
}

static void test_memory_out_is_enomem(void **state)
{
	struct shared shared;
	struct ik_thread *thread;

	(void)state;
	ik_mem_fail_after(0, 1);
	assert_int_equal(ik_mutex_new(&shared.mutex), ENOMEM);
	assert_int_equal(ik_cond_new(&shared.cond), ENOMEM);
	assert_int_equal(ik_thread_start(&thread, add_10000, &shared), ENOMEM);
	ik_mem_fail_after(-1, 0);
	assert_true(shared.mutex == NULL && shared.cond == NULL && thread == NULL);
}

static void test_the_clock_does_not_go_back(void **state)
{
	uint64_t a = ik_os_now_us(), b = ik_os_now_us();
	char text[64], tiny[1];

	(void)state;
	assert_true(a > 0 && b >= a);
	assert_true(strlen(ik_os_error(ENOENT, text, sizeof text)) > 0);
	assert_string_equal(ik_os_error(ENOENT, tiny, sizeof tiny), "");
	assert_string_equal(ik_os_error(ENOENT, NULL, 0), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_is_read_and_mapped),
		cmocka_unit_test(test_an_empty_file_maps_to_nothing),
		cmocka_unit_test(test_only_plain_files_are_opened),
		cmocka_unit_test(test_a_new_file_takes_the_place_of_files_links_and_pipes),
		cmocka_unit_test(test_folders_are_made_listed_and_synced),
		cmocka_unit_test(test_a_lock_keeps_out_other_handles_of_the_process),
		cmocka_unit_test(test_a_lock_dies_with_its_process),
		cmocka_unit_test(test_a_lock_whose_file_is_removed_is_held_by_one_alone),
		cmocka_unit_test(test_threads_wait_wake_and_exclude),
		cmocka_unit_test(test_memory_out_is_enomem),
		cmocka_unit_test(test_the_clock_does_not_go_back),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, setup, teardown);
}
