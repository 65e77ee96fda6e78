/* api_index.c - creating, opening and checking an index. */
#include "backends.h"

#include <sys/stat.h>

static void test_a_new_index_is_empty_and_opens_again(void **state)
{
	struct place *p = *state;
	ink_stats stats = {.struct_size = sizeof stats};
	ink_reader *reader;
	ink_schema *s;

	ink_index_close(p->index);
	OK(ink_index_open(p->path, 0, &p->index, &err));
	OK(ink_index_schema(p->index, &s, &err));
	assert_int_equal(ink_schema_len(s), 9);
	ink_schema_free(s);
	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_reader_stats(reader, &stats, &err));
	assert_int_equal(stats.docs, 0);
	assert_int_equal(stats.segments, 0);
	assert_true(stats.generation > 0);
	ink_reader_close(reader);
	check_bytes(p->path);
	assert_int_equal(count(p->index, "*:*"), 0);
}

static void test_an_index_is_not_made_over_something(void **state)
{
	struct place *p = *state;
	ink_schema *s = every_field();
	ink_index *index = (ink_index *)&err;
	char path[256];

	FAILS(INK_EEXISTS, "index", ink_index_create(p->path, s, 0, &index, &err));
	assert_null(index);
	ink_schema_free(s);
	if (on->remote) /* what is below is about folders */
		return;
	s = every_field();
	/* A folder with something else in it. */
	snprintf(path, sizeof path, "%s%s", on->prefix, p->dir);
	FAILS(INK_EEXISTS, p->dir, ink_index_create(path, s, 0, &index, &err));
	/* An empty one will do; with a '/' at its end, too. */
	snprintf(path, sizeof path, "%s/empty/", p->dir);
	assert_int_equal(mkdir(path, 0777), 0);
	OK(ink_index_create(path, s, 0, &index, &err));
	ink_index_close(index);
	/* No parent. */
	snprintf(path, sizeof path, "%s%s/no/such", on->prefix, p->dir);
	FAILS(INK_EIO, "no/such", ink_index_create(path, s, 0, &index, &err));
	assert_int_not_equal(err.sys_errno, 0);
	ink_schema_free(s);
}

/* A path in the test's folder that starts from where the process is. */
static void relative_path(const struct place *p, const char *cwd, char *path, size_t size)
{
	size_t at = (size_t)snprintf(path, size, "%s.", on->prefix);

	for (; *cwd != '\0'; cwd++)
		if (*cwd == '/')
			at += (size_t)snprintf(path + at, size - at, "/..");
	snprintf(path + at, size - at, "%s/relative", p->dir);
}

static void test_an_index_stays_where_it_was_when_the_process_goes_elsewhere(void **state)
{
	struct place *p = *state;
	ink_schema *s = every_field();
	char path[512], before[256];
	ink_stats stats = { .struct_size = sizeof stats };
	ink_index *index;
	ink_writer *writer;
	ink_reader *reader;
	ink_doc *doc;

	if (!on->remote) {
		assert_non_null(getcwd(before, sizeof before));
		relative_path(p, before, path, sizeof path);
		OK(ink_index_create(path, s, 0, &index, &err));
		assert_int_equal(chdir(p->dir), 0);
		OK(ink_writer_open(index, &writer, &err));
		doc = make_doc(index, "1", "here", NULL);
		OK(ink_writer_add(writer, doc, &err));
		OK(ink_writer_commit(writer, NULL, &err));
		ink_doc_free(doc);
		ink_writer_close(writer);
		OK(ink_reader_open(index, &reader, &err));
		OK(ink_reader_stats(reader, &stats, &err));
		assert_int_equal(stats.docs, 1);
		ink_reader_close(reader);
		ink_index_close(index);
		assert_int_equal(chdir(before), 0);
		OK(ink_index_check(path, NULL, NULL, &err));
	}
	ink_schema_free(s);
}

static void test_a_schema_without_fields_makes_no_index(void **state)
{
	struct place *p = *state;
	ink_index *index;
	char path[256];
	ink_schema *s;

	OK(ink_schema_new(&s, &err));
	new_path(p, "other", path, sizeof path);
	FAILS(INK_EINVAL, "fields", ink_index_create(path, s, 0, &index, &err));
	FAILS(INK_ENOTFOUND, on->remote ? "empty" : "other",
	      ink_index_open(path, 0, &index, &err));
	ink_schema_free(s);
}

static void test_the_path_chooses_the_backend(void **state)
{
	struct place *p = *state;
	ink_index *index;
	char path[160];
	ink_schema *s = every_field();

	FAILS(INK_EUNSUPPORTED, "nosuch", ink_index_open("nosuch:dir", 0, &index, &err));
	FAILS(INK_EUNSUPPORTED, "nosuch", ink_index_create("nosuch:dir", s, 0, &index, &err));
	FAILS(INK_EUNSUPPORTED, "nosuch", ink_index_check("nosuch:dir", NULL, NULL, &err));
	/* Paths, not prefixes. */
	FAILS(INK_ENOTFOUND, "c:dir", ink_index_open("c:dir", 0, &index, &err));
	FAILS(INK_ENOTFOUND, "./ab:dir", ink_index_open("./ab:dir", 0, &index, &err));
	snprintf(path, sizeof path, "%s/ab:cd", p->dir);
	OK(ink_index_create(path, s, 0, &index, &err));
	ink_index_close(index);
	snprintf(path, sizeof path, "native:%s/ab:cd", p->dir);
	OK(ink_index_open(path, 0, &index, &err));
	ink_index_close(index);
	ink_schema_free(s);
}

static void test_what_is_no_index_is_not_opened(void **state)
{
	struct place *p = *state;
	ink_index *index = (ink_index *)&err;
	char path[160];

	snprintf(path, sizeof path, "%s%s", on->prefix, p->dir);
	if (on->remote) {
		FAILS(INK_EINVAL, "HOST:PORT", ink_index_open(path, 0, &index, &err));
	} else {
		FAILS(INK_ENOTFOUND, p->dir, ink_index_open(path, 0, &index, &err));
		FAILS(INK_ENOTFOUND, p->dir, ink_index_check(path, NULL, NULL, &err));
	}
	assert_null(index);
	FAILS(INK_EINVAL, "path", ink_index_open(NULL, 0, &index, &err));
	FAILS(INK_EINVAL, "0x4", ink_index_open(p->path, 4, &index, &err));
	FAILS(INK_EINVAL, "empty", ink_index_open("", 0, &index, &err));
}

static void test_a_reading_index_takes_no_writer(void **state)
{
	struct place *p = *state;
	ink_writer *w = (ink_writer *)&err;
	ink_index *index;

	OK(ink_index_open(p->path, INK_OPEN_READONLY, &index, &err));
	FAILS(INK_EREADONLY, "", ink_writer_open(index, &w, &err));
	assert_null(w);
	ink_index_close(index);
}

/* ---- check ---- */

struct told {
	int calls;
	uint64_t done, total;
	int stop_at;
};

static int tell(void *user, const ink_progress *progress)
{
	struct told *told = user;

	assert_int_equal(progress->phase, INK_PHASE_CHECK);
	assert_true(progress->struct_size >= sizeof *progress);
	assert_true(progress->done >= told->done);
	assert_true(progress->done <= progress->total);
	told->done = progress->done;
	told->total = progress->total;
	return ++told->calls == told->stop_at;
}

static void fill(struct place *p, int commits)
{
	ink_writer *w;
	char id[16];

	OK(ink_writer_open(p->index, &w, &err));
	for (int c = 0; c < commits; c++) {
		for (int i = 0; i < 50; i++) {
			snprintf(id, sizeof id, "%d", c * 50 + i);
			add(w, p->index, id, "ink stone", "the body of a document");
		}
		OK(ink_writer_delete(w, "7", 1, &err));
		OK(ink_writer_commit(w, NULL, &err));
	}
	ink_writer_close(w);
}

static void test_a_check_reads_all_and_can_be_stopped(void **state)
{
	struct place *p = *state;
	struct told told = {0}, stop = {.stop_at = 1};

	if (on->remote)
		skip();
	fill(p, 2);
	OK(ink_index_check(p->path, tell, &told, &err));
	assert_true(told.calls > 0);
	assert_true(told.total > 0);
	assert_int_equal(told.done, told.total);
	FAILS(INK_ECANCELED, "", ink_index_check(p->path, tell, &stop, &err));
	assert_int_equal(stop.calls, 1);
}

/* Files of an index of the native backend, changed one byte at a time. */

struct victim {
	char path[512];
	long size;
};

static struct victim victims[16];
static size_t n_victims;

static int note(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	const char *name = path + ftw->base;

	if (flag == FTW_F && strcmp(name, "lock") != 0 && n_victims < N_OF(victims)) {
		snprintf(victims[n_victims].path, sizeof victims[0].path, "%s", path);
		victims[n_victims++].size = (long)st->st_size;
	}
	return 0;
}

static int flip(const char *path, long at)
{
	FILE *f = fopen(path, "r+b");
	int c;

	assert_non_null(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	c = fgetc(f);
	assert_true(c >= 0);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	assert_int_equal(fputc(c ^ 0x10, f), c ^ 0x10);
	assert_int_equal(fclose(f), 0);
	return c;
}

static void test_every_changed_byte_is_found_and_the_file_is_named(void **state)
{
	struct place *p = *state;

	if (!on->own_files)
		skip(); /* Xapian has no checksums */
	fill(p, 1);
	n_victims = 0;
	nftw(p->path + strlen(on->prefix), note, 16, FTW_PHYS);
	assert_true(n_victims >= 3); /* manifest, segment, bitmap */
	for (size_t i = 0; i < n_victims; i++) {
		const char *name = strrchr(victims[i].path, '/') + 1;
		long step = victims[i].size / 200 + 1;

		for (long at = 0; at < victims[i].size; at += step) {
			int rc;

			flip(victims[i].path, at);
			rc = ink_index_check(p->path, NULL, NULL, &err);
			flip(victims[i].path, at);
			if (rc != INK_ECORRUPT && rc != INK_EFORMAT)
				fail_msg("%s: byte %ld: %s", name, at, ink_status_name(rc));
			if (strstr(err.message, name) == NULL)
				fail_msg("%s: byte %ld: \"%s\"", name, at, err.message);
		}
	}
	OK(ink_index_check(p->path, NULL, NULL, &err));
}

static void test_a_missing_or_short_file_is_found(void **state)
{
	struct place *p = *state;
	char aside[600];

	if (!on->own_files)
		skip(); /* Xapian has no checksums */
	fill(p, 1);
	n_victims = 0;
	nftw(p->path + strlen(on->prefix), note, 16, FTW_PHYS);
	for (size_t i = 0; i < n_victims; i++) {
		const char *name = strrchr(victims[i].path, '/') + 1;
		ink_reader *reader;
		int rc;

		snprintf(aside, sizeof aside, "%s/aside", p->dir);
		assert_int_equal(rename(victims[i].path, aside), 0);
		rc = ink_index_check(p->path, NULL, NULL, &err);
		assert_int_equal(rc, strcmp(name, "manifest") == 0 ? INK_ENOTFOUND : INK_ECORRUPT);
		rc = ink_reader_open(p->index, &reader, &err);
		assert_int_equal(rc, strcmp(name, "manifest") == 0 ? INK_ENOTFOUND : INK_ECORRUPT);
		assert_null(reader);
		assert_int_equal(rename(aside, victims[i].path), 0);
	}
	OK(ink_index_check(p->path, NULL, NULL, &err));
	for (size_t i = 0; i < n_victims; i++)
		if (strstr(victims[i].path, ".ink") != NULL) {
			assert_int_equal(truncate(victims[i].path, victims[i].size - 1), 0);
			FAILS(INK_ECORRUPT, ".ink", ink_index_check(p->path, NULL, NULL, &err));
		}
}

static int count_loss(void *user, const ink_loss *loss)
{
	unsigned *n = user;

	(*n)++;
	return loss->struct_size != sizeof *loss;
}

/* Stop after so many calls. */
static int stop_later(void *user, const ink_progress *progress)
{
	unsigned *left = user;

	assert_int_equal(progress->phase, INK_PHASE_SALVAGE);
	return (*left)-- == 0;
}

static void test_what_can_be_read_is_salvaged(void **state)
{
	struct place *p = *state;
	ink_salvage done = {.struct_size = sizeof done};
	char to[600];
	unsigned losses = 0, left;

	fill(p, 1);
	snprintf(to, sizeof to, "%s%s/copy", on->prefix, p->dir);
	if (!on->own_files) {
		FAILS(INK_EUNSUPPORTED, "native",
		      ink_index_salvage(p->path, to, NULL, NULL, NULL, &done, &err));
		return;
	}
	FAILS(INK_EINVAL, "src", ink_index_salvage(NULL, to, NULL, NULL, NULL, &done, &err));
	FAILS(INK_EINVAL, "dst", ink_index_salvage(p->path, NULL, NULL, NULL, NULL, &done, &err));
	FAILS(INK_EEXISTS, "not empty",
	      ink_index_salvage(p->path, p->path, NULL, NULL, NULL, &done, &err));
	n_victims = 0;
	nftw(p->path, note, 16, FTW_PHYS);
	for (size_t i = 0; i < n_victims; i++)
		if (strstr(victims[i].path, "/manifest") != NULL)
			assert_int_equal(unlink(victims[i].path), 0);
	OK(ink_index_salvage(p->path, to, count_loss, NULL, &losses, &done, &err));
	assert_int_equal(losses, 1);
	assert_int_equal(done.losses, 1);
	assert_true(done.docs > 0);
	assert_int_equal(done.lost, 0);
	OK(ink_index_check(to, NULL, NULL, &err));
	snprintf(to, sizeof to, "%s%s/stopped", on->prefix, p->dir);
	for (unsigned after = 0; after < 3; after++) {
		left = after;
		FAILS(INK_ECANCELED, "canceled",
		      ink_index_salvage(p->path, to, NULL, stop_later, &left, &done, &err));
		n_victims = 0;
		nftw(to, note, 16, FTW_PHYS);
		assert_int_equal(n_victims, 0);
	}
	done.struct_size = 4;
	FAILS(INK_EINVAL, "struct_size", ink_index_salvage(p->path, to, NULL, NULL, NULL, &done, &err));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(test_a_new_index_is_empty_and_opens_again, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_an_index_is_not_made_over_something, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(
		test_an_index_stays_where_it_was_when_the_process_goes_elsewhere, place_make,
		place_free),
	cmocka_unit_test_setup_teardown(test_a_schema_without_fields_makes_no_index, place_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_the_path_chooses_the_backend, place_make, place_free),
	cmocka_unit_test_setup_teardown(test_what_is_no_index_is_not_opened, place_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_a_reading_index_takes_no_writer, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_a_check_reads_all_and_can_be_stopped, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_every_changed_byte_is_found_and_the_file_is_named,
	                                index_make, place_free),
	cmocka_unit_test_setup_teardown(test_a_missing_or_short_file_is_found, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_what_can_be_read_is_salvaged, index_make, place_free),
};

RUN_SUITE(tests)
