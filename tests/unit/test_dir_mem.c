/* test_dir_mem.c - a folder in memory. */
#include "dir_tests.h"

#include "base/os.h"

static void test_a_reader_sees_what_was_there_when_it_opened(void **state)
{
	struct ik_dir *dir = *state;
	struct ik_out *out;
	struct ik_in *in[20];
	ink_error err;
	size_t i, j;

	assert_int_equal(dir->ops->create(dir, "grow", &out, &err), 0);
	for (i = 0; i < 20; i++) {
		assert_int_equal(dir->ops->open(dir, "grow", &in[i], &err), 0);
		assert_int_equal(out->write(out, "0123456789", 10, &err), 0);
	}
	assert_int_equal(dir->ops->remove(dir, "grow", &err), 0);
	assert_int_equal(out->write(out, "more", 4, &err), 0);
	assert_int_equal(out->close(out, &err), 0);
	for (i = 0; i < 20; i++) {
		assert_int_equal(in[i]->len, i * 10);
		for (j = 0; j < i; j++)
			assert_memory_equal(in[i]->data + j * 10, "0123456789", 10);
		ik_in_close(in[i]);
	}
}

static void test_a_reader_outlives_the_folder(void **state)
{
	struct ik_dir *dir;
	struct ik_in *in;
	ink_error err;

	(void)state;
	assert_int_equal(ik_dir_mem(&dir, &err), 0);
	put_file(dir, "f", "still here");
	assert_int_equal(dir->ops->open(dir, "f", &in, &err), 0);
	ik_dir_free(dir);
	check_in(in, "still here");
	ik_in_close(in);
}

static void write_and_read(void *user)
{
	struct ik_dir *dir = user;
	int i;

	for (i = 0; i < 500; i++) {
		struct ik_in *in = NULL;

		put_file(dir, "tmp", "abcdefgh");
		(void)dir->ops->rename(dir, "tmp", "shared", NULL);
		if (dir->ops->open(dir, "shared", &in, NULL) == 0 && in->len > 0)
			assert_int_equal(in->data[0], 'a');
		ik_in_close(in);
		(void)dir->ops->remove(dir, "shared", NULL);
	}
}

static void test_threads_may_share_it(void **state)
{
	struct ik_thread *threads[3];
	int i;

	for (i = 0; i < 3; i++)
		assert_int_equal(ik_thread_start(&threads[i], write_and_read, *state), 0);
	for (i = 0; i < 3; i++)
		ik_thread_join(threads[i]);
}

static int setup(void **state)
{
	return ik_dir_mem((struct ik_dir **)state, NULL);
}

static int teardown(void **state)
{
	ik_dir_free(*state);
	return ik_mem_live() != 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DIR_TESTS,
		cmocka_unit_test(test_a_reader_sees_what_was_there_when_it_opened),
		cmocka_unit_test(test_a_reader_outlives_the_folder),
		cmocka_unit_test(test_threads_may_share_it),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, setup, teardown);
}
