/* dir_tests.h - what every kind of folder has to do (store/dir.h); it is the state of the tests. */
#ifndef INK_TESTS_DIR_TESTS_H
#define INK_TESTS_DIR_TESTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "store/dir.h"

static inline void put_file(struct ik_dir *dir, const char *name, const char *text)
{
	struct ik_out *out;
	ink_error err;

	assert_int_equal(dir->ops->create(dir, name, &out, &err), 0);
	assert_int_equal(out->write(out, text, strlen(text), &err), 0);
	assert_int_equal(out->sync(out, &err), 0);
	assert_int_equal(out->close(out, &err), 0);
}

static inline void check_in(const struct ik_in *in, const char *text)
{
	assert_int_equal(in->len, strlen(text));
	assert_int_equal((uintptr_t)in->data % 64, 0);
	if (in->len > 0)
		assert_memory_equal(in->data, text, in->len);
}

static inline void check_file(struct ik_dir *dir, const char *name, const char *text)
{
	struct ik_in *in;
	ink_error err;

	assert_int_equal(dir->ops->open(dir, name, &in, &err), 0);
	check_in(in, text);
	ik_in_close(in);
}

static inline void check_missing(struct ik_dir *dir, const char *name)
{
	struct ik_in *in = (struct ik_in *)dir;
	ink_error err;

	assert_int_equal(dir->ops->open(dir, name, &in, &err), INK_ENOTFOUND);
	assert_null(in);
	assert_non_null(strstr(err.message, dir->path));
	assert_non_null(strstr(err.message, name));
}

static inline void test_files_are_written_and_read(void **state)
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

static inline void test_open_files_survive_removal_and_rename(void **state)
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

static inline void test_names_that_leave_the_folder_are_refused(void **state)
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

static inline int is_n3(const char *name)
{
	return strcmp(name, "n3") == 0;
}

static inline int stop_at_once(void *user, const char *name)
{
	(void)name;
	++*(int *)user;
	return -77;
}

static inline int count_one(void *user, const char *name)
{
	(void)name;
	++*(int *)user;
	return 0;
}

static inline void test_a_listing_may_stop_and_may_remove(void **state)
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

static inline void test_the_lock_is_held_by_one(void **state)
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
static inline int do_everything(struct ik_dir *dir, ink_error *err)
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

static inline void test_every_failing_allocation_is_told(void **state)
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

/* The first of the tests of a program. */
#define DIR_TESTS                                                               \
	cmocka_unit_test(test_files_are_written_and_read),                      \
	cmocka_unit_test(test_open_files_survive_removal_and_rename),           \
	cmocka_unit_test(test_names_that_leave_the_folder_are_refused),         \
	cmocka_unit_test(test_a_listing_may_stop_and_may_remove),               \
	cmocka_unit_test(test_the_lock_is_held_by_one),                         \
	cmocka_unit_test(test_every_failing_allocation_is_told)

#endif
