/*
 * api_errors.c - errors that need a hostile file system or a hostile index;
 * the message names what is at fault. Errors of bad arguments are tested
 * with the calls they belong to.
 */
#include "backends.h"

#include <errno.h>
#include <sys/stat.h>

static void put_file(const char *dir, const char *name, const void *data, size_t len)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static size_t get_file(const char *dir, const char *name, unsigned char *data, size_t max)
{
	char path[300];
	size_t len;
	FILE *f;

	if (!on->own_files)
		skip(); /* no such file */
	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	len = fread(data, 1, max, f);
	assert_true(len < max);
	fclose(f);
	return len;
}

static const char *folder(struct place *p)
{
	return p->path + strlen(on->prefix);
}

static void test_an_error_may_be_ignored(void **state)
{
	ink_index *index;

	(void)state;
	assert_int_equal(ink_index_open("/nowhere/at/all", 0, &index, NULL), INK_ENOTFOUND);
	assert_int_equal(ink_index_open(NULL, 0, &index, NULL), INK_EINVAL);
	assert_int_equal(ink_index_open("x", 0, NULL, NULL), INK_EINVAL);
}

static void test_success_leaves_the_error_alone(void **state)
{
	ink_query *q;

	(void)state;
	memset(&err, 0x55, sizeof err);
	OK(ink_query_all(&q, &err));
	assert_int_equal(err.code, 0x55555555);
	ink_query_free(q);
}

/* "Note:" is no field, so it is read once more, as text. */
static void test_what_was_only_tried_leaves_the_error_alone(void **state)
{
	struct place *p = *state;
	ink_query *q;

	memset(&err, 0x55, sizeof err);
	OK(ink_query_parse(p->index, "Note: this", 10, 0, &q, &err));
	assert_int_equal(err.code, 0x55555555);
	ink_query_free(q);
}

static void test_failures_leave_nothing_in_what_they_were_to_fill(void **state)
{
	struct place *p = *state;
	const char *stale = "stale", *name = stale, *analyzer = stale, *other = stale;
	uint64_t n = 77;
	uint32_t flags = 77;
	int32_t type = 77;
	int64_t i64 = 77;
	double f64 = 77;
	size_t len = 77;
	ink_hit hit = { 77, 77 };
	ink_schema *s = every_field();
	ink_doc *doc = make_doc(p->index, "1", NULL, NULL);
	ink_reader *reader;

	OK(ink_reader_open(p->index, &reader, &err));
	FAILS(INK_ENOTFOUND, "", ink_reader_find(reader, "none", 4, &n, &err));
	assert_int_equal(n, 0);
	FAILS(INK_ENOTFOUND, "99", ink_doc_i64(doc, 99, &i64, &err));
	FAILS(INK_ENOTFOUND, "99", ink_doc_f64(doc, 99, &f64, &err));
	assert_true(i64 == 0 && f64 >= 0 && f64 <= 0);
	FAILS(INK_ENOTFOUND, "99", ink_doc_field(doc, 99, &name, &type, &err));
	assert_true(name == NULL && type == 0);
	name = stale;
	type = 77;
	FAILS(INK_ENOTFOUND, "99",
	      ink_schema_field(s, 99, &name, &type, &flags, &analyzer, &f64, &err));
	assert_true(name == NULL && type == 0 && flags == 0 && analyzer == NULL);
	FAILS(INK_EINVAL, "results", ink_results_hit(NULL, 0, &hit, &err));
	assert_int_equal(hit.doc, 0);
	name = stale;
	FAILS(INK_EINVAL, "results", ink_results_facet(NULL, 0, 0, &name, &len, &n, &err));
	assert_true(name == NULL && len == 0);
	name = stale;
	FAILS(INK_EINVAL, "reader", ink_reader_versions(NULL, &name, &other, &err));
	assert_true(name == NULL && other == NULL);
	name = stale;
	FAILS(INK_EINVAL, "reader", ink_reader_synonyms(NULL, &name, NULL, &err));
	assert_null(name);
	n = 77;
	FAILS(INK_EINVAL, "writer", ink_writer_commit(NULL, &n, &err));
	assert_int_equal(n, 0);
	ink_reader_close(reader);
	ink_doc_free(doc);
	ink_schema_free(s);
}

static void test_a_file_in_place_of_a_folder(void **state)
{
	struct place *p = *state;
	ink_schema *s = every_field();
	ink_index *index;
	char path[160];

	if (on->remote) {
		ink_schema_free(s);
		skip();
	}
	put_file(p->dir, "file", "x", 1);
	snprintf(path, sizeof path, "%s%s/file", on->prefix, p->dir);
	FAILS(INK_EIO, "file", ink_index_open(path, 0, &index, &err));
	assert_int_equal(err.sys_errno, ENOTDIR);
	assert_int_equal(err.offset, -1);
	FAILS(INK_EIO, "file", ink_index_create(path, s, 0, &index, &err));
	ink_schema_free(s);
}

static void test_a_manifest_of_another_version(void **state)
{
	struct place *p = *state;
	unsigned char data[4096];
	size_t len = get_file(folder(p), "manifest", data, sizeof data);
	ink_index *index;
	ink_schema *s;
	ink_reader *r;
	ink_writer *w;

	data[8] = 99; /* the version stands behind the magic */
	put_file(folder(p), "manifest", data, len);
	FAILS(INK_EFORMAT, "99", ink_index_open(p->path, 0, &index, &err));
	FAILS(INK_EFORMAT, "manifest", ink_index_check(p->path, NULL, NULL, &err));
	/* Handles that were open notice, too. */
	FAILS(INK_EFORMAT, "99", ink_index_schema(p->index, &s, &err));
	FAILS(INK_EFORMAT, "99", ink_reader_open(p->index, &r, &err));
	FAILS(INK_EFORMAT, "99", ink_writer_open(p->index, &w, &err));
}

static void test_a_damaged_manifest(void **state)
{
	struct place *p = *state;
	unsigned char data[4096];
	size_t len = get_file(folder(p), "manifest", data, sizeof data);
	ink_index *index;

	for (size_t cut = 0; cut < len; cut += len / 40 + 1) {
		put_file(folder(p), "manifest", data, cut);
		FAILS(INK_ECORRUPT, "manifest", ink_index_open(p->path, 0, &index, &err));
		assert_true(err.offset >= 0);
	}
	data[len / 2] ^= 1;
	put_file(folder(p), "manifest", data, len);
	FAILS(INK_ECORRUPT, "checksum", ink_index_open(p->path, 0, &index, &err));
}

static void test_hostile_names_stay_one_line(void **state)
{
	struct place *p = *state;
	ink_query *q;
	ink_doc *doc;

	OK(ink_doc_new(p->index, &doc, &err));
	FAILS(INK_ENOTFOUND, "title", ink_doc_add_text(doc, "a\nb\x01\xff", "x", 1, &err));
	ink_doc_free(doc);
	FAILS(INK_ENOTFOUND, "", ink_query_parse(p->index, "zz:a\n\xff", 6, 0, &q, &err));
}

static void test_a_folder_that_may_not_be_written(void **state)
{
	struct place *p = *state;
	ink_schema *s = every_field();
	ink_writer *w;
	ink_index *index;
	char path[160];

	if (geteuid() == 0) { /* nothing is forbidden */
		ink_schema_free(s);
		skip();
	}
	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", "ink", NULL);
	assert_int_equal(chmod(folder(p), 0555), 0);
	FAILS(INK_EIO, folder(p), ink_writer_commit(w, NULL, &err));
	assert_int_equal(err.sys_errno, EACCES);
	assert_int_equal(count(p->index, "*:*"), 0); /* as after the last commit */
	assert_int_equal(chmod(folder(p), 0755), 0);
	OK(ink_writer_rollback(w, &err));
	add(w, p->index, "1", "ink", NULL);
	OK(ink_writer_commit(w, NULL, &err));
	assert_int_equal(count(p->index, "*:*"), 1);
	ink_writer_close(w);
	assert_int_equal(chmod(p->dir, 0555), 0);
	snprintf(path, sizeof path, "%s%s/new", on->prefix, p->dir);
	FAILS(INK_EIO, "new", ink_index_create(path, s, 0, &index, &err));
	assert_int_equal(chmod(p->dir, 0755), 0);
	ink_schema_free(s);
}

static void test_an_index_that_vanishes(void **state)
{
	struct place *p = *state;
	ink_reader *before, *r;
	ink_stats stats = {.struct_size = sizeof stats};
	ink_writer *w;

	if (on->remote) /* servers hold on to their files */
		skip();
	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", "ink", NULL);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	OK(ink_reader_open(p->index, &before, &err));
	nftw(folder(p), remove_one, 16, FTW_DEPTH | FTW_PHYS);
	FAILS(INK_ENOTFOUND, "index", ink_reader_open(p->index, &r, &err));
	OK(ink_reader_stats(before, &stats, &err)); /* files live on while they are mapped */
	assert_int_equal(stats.docs, 1);
	ink_reader_close(before);
}

#define IN_INDEX(name) cmocka_unit_test_setup_teardown(name, index_make, place_free)

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_an_error_may_be_ignored),
	cmocka_unit_test(test_success_leaves_the_error_alone),
	IN_INDEX(test_what_was_only_tried_leaves_the_error_alone),
	IN_INDEX(test_failures_leave_nothing_in_what_they_were_to_fill),
	IN_INDEX(test_a_file_in_place_of_a_folder),
	IN_INDEX(test_a_manifest_of_another_version),
	IN_INDEX(test_a_damaged_manifest),
	IN_INDEX(test_hostile_names_stay_one_line),
	IN_INDEX(test_a_folder_that_may_not_be_written),
	IN_INDEX(test_an_index_that_vanishes),
};

RUN_SUITE(tests)
