/* api_versions.c - which versions made an index: told, joined, never in the way. */
#include "backends.h"

#include "inkstone/ext/tokenizer.h"

static int as_it_is(void *self, int32_t purpose, const ink_token *token, ink_emitter *out,
                    ink_error *why)
{
	(void)self;
	(void)purpose;
	(void)why;
	return ink_emit_token(out, token);
}

/* The filter of the index is of this version from now on. */
static void become(const char *version)
{
	ink_extension e = {sizeof e, "same", version, NULL, NULL, NULL, NULL, NULL, as_it_is, NULL};

	OK(ink_extension_register(&e, &err));
}

static void change_to(const char *version)
{
	OK(ink_extension_unregister("same", &err));
	become(version);
}

static int setup(void **state)
{
	struct place *p;
	ink_schema *s;

	place_make(state);
	p = *state;
	become("1");
	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "body", INK_TEXT, INK_STORED, "word | fold | same", &err));
	OK(ink_index_create(p->path, s, 0, &p->index, &err));
	ink_schema_free(s);
	return 0;
}

static int teardown(void **state)
{
	OK(ink_extension_unregister("same", &err));
	return place_free(state);
}

static void put_one(ink_index *index, const char *id)
{
	ink_writer *w;

	OK(ink_writer_open(index, &w, &err));
	add(w, index, id, NULL, "ink stone");
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

static void drop_all(ink_index *index)
{
	ink_query *all = parse(index, "*:*");
	ink_writer *w;

	OK(ink_writer_open(index, &w, &err));
	OK(ink_writer_delete_query(w, all, NULL, &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	ink_query_free(all);
}

/* Our entries of the versions of the index, and of those that are not ours. */
static void check(const char *path, const char *made, const char *other)
{
	const char *versions, *others;
	ink_reader *reader;
	ink_index *index;

	OK(ink_index_open(path, INK_OPEN_READONLY, &index, &err));
	OK(ink_reader_open(index, &reader, &err));
	OK(ink_reader_versions(reader, &versions, &others, &err));
	if (made[0] == '\0') {
		assert_string_equal(versions, "");
	} else {
		assert_non_null(strstr(versions, "icu "));
		assert_non_null(strstr(versions, "; same "));
		assert_string_equal(strstr(versions, "; same ") + 2, made);
	}
	assert_string_equal(others, other);
	ink_reader_close(reader);
	ink_index_close(index);
}

static void test_an_index_without_documents_has_none(void **state)
{
	struct place *p = *state;

	check(p->path, "", "");
	change_to("2");
	check(p->path, "", "");
}

static void test_the_versions_are_those_of_who_added(void **state)
{
	struct place *p = *state;

	put_one(p->index, "1");
	check(p->path, "same 1", "");
	put_one(p->index, "2");
	check(p->path, "same 1", "");
}

static void test_another_version_is_told_and_reads_on(void **state)
{
	struct place *p = *state;

	put_one(p->index, "1");
	change_to("2");
	check(p->path, "same 1", "same 1");
	assert_int_equal(count(p->index, "stone"), 1);
}

static void test_both_are_named_once_both_have_added(void **state)
{
	struct place *p = *state;
	ink_writer *w;

	put_one(p->index, "1");
	change_to("2");
	put_one(p->index, "2");
	check(p->path, "same 1; same 2", "same 1");
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_optimize(w, 1, NULL, NULL, &err)); /* makes no tokens */
	ink_writer_close(w);
	check(p->path, "same 1; same 2", "same 1");
	change_to("1");
	check(p->path, "same 1; same 2", "same 2");
}

static void test_who_only_deletes_is_not_named(void **state)
{
	struct place *p = *state;
	ink_writer *w;

	put_one(p->index, "1");
	put_one(p->index, "2");
	change_to("2");
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_delete(w, "1", 1, &err));
	OK(ink_writer_commit(w, NULL, &err));
	OK(ink_writer_optimize(w, 1, NULL, NULL, &err));
	ink_writer_close(w);
	check(p->path, "same 1", "same 1");
}

static void test_what_was_rolled_back_is_not_named(void **state)
{
	struct place *p = *state;
	ink_writer *w;

	put_one(p->index, "1");
	change_to("2");
	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "2", NULL, "ink");
	OK(ink_writer_rollback(w, &err));
	OK(ink_writer_delete(w, "none", 4, &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	check(p->path, "same 1", "same 1");
}

/* Tokens are of the version that was there when the writer first needed it. */
static void test_a_version_registered_meanwhile_counts_from_the_next_writer_on(void **state)
{
	struct place *p = *state;
	ink_writer *w;

	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", NULL, "ink");
	change_to("2");
	add(w, p->index, "2", NULL, "ink");
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	if (on->own_files)
		check(p->path, "same 1", "same 1");
}

static void test_an_emptied_index_forgets(void **state)
{
	struct place *p = *state;

	put_one(p->index, "1");
	drop_all(p->index);
	if (on->own_files)
		check(p->path, "", "");
	change_to("2");
	put_one(p->index, "1");
	if (on->own_files)
		check(p->path, "same 2", "");
	else
		check(p->path, "same 1; same 2", "same 1");
}

static void test_a_salvage_keeps_them_or_says_that_it_cannot(void **state)
{
	struct place *p = *state;
	char to[sizeof p->path + 8], manifest[sizeof p->path + 16];

	if (!on->own_files)
		return;
	put_one(p->index, "1");
	change_to("2");
	snprintf(to, sizeof to, "%s.saved", p->path);
	OK(ink_index_salvage(p->path, to, NULL, NULL, NULL, NULL, &err));
	check(to, "same 1", "same 1");
	snprintf(manifest, sizeof manifest, "%s/manifest", p->path);
	assert_int_equal(unlink(manifest), 0);
	snprintf(to, sizeof to, "%s.found", p->path);
	OK(ink_index_salvage(p->path, to, NULL, NULL, NULL, NULL, &err));
	{
		const char *versions, *other;
		ink_reader *reader;
		ink_index *index;

		OK(ink_index_open(to, 0, &index, &err));
		OK(ink_reader_open(index, &reader, &err));
		OK(ink_reader_versions(reader, &versions, &other, &err));
		assert_string_equal(versions, "default ?");
		assert_string_equal(other, "default ?");
		ink_reader_close(reader);
		ink_index_close(index);
	}
}

static void test_arguments_are_checked(void **state)
{
	struct place *p = *state;
	const char *text;
	ink_reader *reader;

	OK(ink_reader_open(p->index, &reader, &err));
	FAILS(INK_EINVAL, "reader", ink_reader_versions(NULL, &text, &text, &err));
	FAILS(INK_EINVAL, "versions", ink_reader_versions(reader, NULL, &text, &err));
	FAILS(INK_EINVAL, "other", ink_reader_versions(reader, &text, NULL, &err));
	ink_reader_close(reader);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(test_an_index_without_documents_has_none),
	TEST(test_the_versions_are_those_of_who_added),
	TEST(test_another_version_is_told_and_reads_on),
	TEST(test_both_are_named_once_both_have_added),
	TEST(test_who_only_deletes_is_not_named),
	TEST(test_what_was_rolled_back_is_not_named),
	TEST(test_a_version_registered_meanwhile_counts_from_the_next_writer_on),
	TEST(test_an_emptied_index_forgets),
	TEST(test_a_salvage_keeps_them_or_says_that_it_cannot),
	TEST(test_arguments_are_checked),
};

RUN_SUITE(tests)
