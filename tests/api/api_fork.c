/*
 * api_fork.c - processes made by fork(): a reader goes on in the child, a
 * writer stays with the process that opened it.
 */
#include "backends.h"

#include <sys/wait.h>

struct family {
	struct place *place;
	ink_writer *writer;
	ink_doc *doc;
	ink_reader *reader;
	ink_query *query;
	int up[2], down[2]; /* pipes from and to the child */
};

/* Run something in a child, which no wait for ever can keep; what it returned. */
static int in_child(int (*fn)(struct family *), struct family *f)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(30);
		_exit(fn(f));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status))
		fail_msg("the child ended by signal %d", WTERMSIG(status));
	return WEXITSTATUS(status);
}

/* A writer with indexing threads, and documents that it has not committed. */
static void begin(struct family *f, struct place *p)
{
	uint64_t deleted;

	memset(f, 0, sizeof *f);
	f->place = p;
	f->query = parse(p->index, "ink");
	f->doc = make_doc(p->index, "x", "ink", "stone");
	OK(ink_writer_open(p->index, &f->writer, &err));
	if (on->own_files)
		OK(ink_writer_set_threads(f->writer, 3, &err));
	for (int i = 0; i < 100; i++) {
		char id[16];

		snprintf(id, sizeof id, "%d", i);
		add(f->writer, p->index, id, "ink", "stone");
	}
	OK(ink_writer_commit(f->writer, NULL, &err));
	OK(ink_reader_open(p->index, &f->reader, &err));
	for (int i = 100; i < 200; i++) {
		char id[16];

		snprintf(id, sizeof id, "%d", i);
		add(f->writer, p->index, id, "ink", "stone");
	}
	/* Written to the disk, but in no commit. */
	OK(ink_writer_delete_query(f->writer, f->query, &deleted, &err));
	assert_int_equal(deleted, 200);
	add(f->writer, p->index, "new", "ink", "stone");
}

static void end(struct family *f)
{
	ink_writer_close(f->writer);
	ink_reader_close(f->reader);
	ink_query_free(f->query);
	ink_doc_free(f->doc);
}

/* ---- a writer ---- */

static int close_writer(struct family *f)
{
	ink_writer_close(f->writer);
	ink_index_close(f->place->index);
	return 0;
}

static void test_a_child_that_closes_the_writer_takes_nothing_away(void **state)
{
	struct family f;

	begin(&f, *state);
	assert_int_equal(in_child(close_writer, &f), 0);
	add(f.writer, f.place->index, "newer", "ink", "stone");
	OK(ink_writer_commit(f.writer, NULL, &err));
	assert_int_equal(count(f.place->index, "ink"), 2);
	if (!on->remote)
		OK(ink_index_check(f.place->path, NULL, NULL, &err));
	end(&f);
}

static int is_refused(int rc)
{
	return rc == INK_ELOCKED && strstr(err.message, "process") != NULL;
}

/* Every call on the writer; the number of the first that is not refused. */
static int use_writer(struct family *f)
{
	ink_writer *w = f->writer, *other;
	const int refused[] = {
		is_refused(ink_writer_set_memory(w, 1 << 24, &err)),
		is_refused(ink_writer_set_threads(w, 1, &err)),
		is_refused(ink_writer_set_reorder(w, INK_REORDER_NONE, &err)),
		is_refused(ink_writer_add_field(w, "more", INK_TEXT, 0, NULL, &err)),
		is_refused(ink_writer_set_dictionary(w, "word", 4, &err)),
		is_refused(ink_writer_set_synonyms(w, "a, b", 4, &err)),
		is_refused(ink_writer_add(w, f->doc, &err)),
		is_refused(ink_writer_update(w, f->doc, &err)),
		is_refused(ink_writer_delete(w, "1", 1, &err)),
		is_refused(ink_writer_delete_query(w, f->query, NULL, &err)),
		is_refused(ink_writer_commit(w, NULL, &err)),
		is_refused(ink_writer_rollback(w, &err)),
		is_refused(ink_writer_optimize(w, 1, NULL, NULL, &err)),
		is_refused(ink_writer_damage(w, &err)),
		ink_writer_open(f->place->index, &other, &err) == INK_ELOCKED,
	};

	for (int i = 0; i < (int)N_OF(refused); i++)
		if (!refused[i])
			return i + 1;
	return 0;
}

static void test_a_child_cannot_use_the_writer(void **state)
{
	struct family f;

	begin(&f, *state);
	assert_int_equal(in_child(use_writer, &f), 0);
	OK(ink_writer_commit(f.writer, NULL, &err));
	assert_int_equal(count(f.place->index, "ink"), 1);
	end(&f);
}

static int wait_for_parent(struct family *f)
{
	char byte = 0;

	return write(f->up[1], &byte, 1) != 1 || read(f->down[0], &byte, 1) != 1;
}

static void test_the_lock_is_given_back_though_a_child_lives_on(void **state)
{
	struct place *p = *state;
	struct family f = {.place = p};
	char byte = 0;
	int status;
	pid_t pid;

	if (!on->own_files)
		return; /* the lock is libxapian's, which a child shares until it ends */
	OK(ink_writer_open(p->index, &f.writer, &err));
	assert_int_equal(pipe(f.up), 0);
	assert_int_equal(pipe(f.down), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(30);
		_exit(wait_for_parent(&f));
	}
	assert_int_equal(read(f.up[0], &byte, 1), 1);
	ink_writer_close(f.writer);
	OK(ink_writer_open(p->index, &f.writer, &err));
	add(f.writer, p->index, "1", "ink", "stone");
	OK(ink_writer_commit(f.writer, NULL, &err));
	assert_int_equal(write(f.down[1], &byte, 1), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	ink_writer_close(f.writer);
	for (int i = 0; i < 2; i++) {
		close(f.up[i]);
		close(f.down[i]);
	}
}

/* ---- readers ---- */

/* How many the inherited reader and a new one find. */
static int search(struct family *f)
{
	ink_results *results = find(f->reader, f->query);
	uint64_t old = ink_results_total(results, NULL), new = count(f->place->index, "ink");

	if (old != 100 || new != 100 || strlen(id_of(results, 0)) == 0)
		return 1;
	ink_results_free(results);
	ink_reader_close(f->reader);
	ink_query_free(f->query);
	ink_index_close(f->place->index);
	return 0;
}

static void test_readers_and_queries_go_on_in_a_child(void **state)
{
	ink_results *results;
	struct family f;

	begin(&f, *state);
	for (int i = 0; i < 3; i++)
		assert_int_equal(in_child(search, &f), 0);
	OK(ink_writer_commit(f.writer, NULL, &err));
	results = find(f.reader, f.query);
	assert_int_equal(ink_results_total(results, NULL), 100);
	ink_results_free(results);
	end(&f);
}

/* When the parent has closed its writer, a child may write. */
static int write_own(struct family *f)
{
	ink_writer *w;

	if (ink_writer_open(f->place->index, &w, &err) != 0 || ink_writer_add(w, f->doc, &err) != 0)
		return 1;
	if (ink_writer_commit(w, NULL, &err) != 0)
		return 2;
	ink_writer_close(w);
	return 0;
}

static void test_a_child_can_open_a_writer_of_its_own(void **state)
{
	struct family f;

	begin(&f, *state);
	ink_writer_close(f.writer);
	f.writer = NULL;
	assert_int_equal(in_child(write_own, &f), 0);
	assert_int_equal(count(f.place->index, "ink"), 101);
	end(&f);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(test_a_child_that_closes_the_writer_takes_nothing_away,
	                                index_make, place_free),
	cmocka_unit_test_setup_teardown(test_a_child_cannot_use_the_writer, index_make, place_free),
	cmocka_unit_test_setup_teardown(test_the_lock_is_given_back_though_a_child_lives_on,
	                                index_make, place_free),
	cmocka_unit_test_setup_teardown(test_readers_and_queries_go_on_in_a_child, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_a_child_can_open_a_writer_of_its_own, index_make,
	                                place_free),
};

RUN_SUITE(tests)
