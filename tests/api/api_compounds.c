/* api_compounds.c - patterns over words that signs hold together, and web addresses. */
#include "words.h"

/* Documents a, b, c ... */
static const char *const bodies[] = {
	"See readme.txt and snake_case_name",
	"An e-mail from O'Reilly at 192.168.1.10",
	"The foobar, which many don't write foo-bar",
	"GPT‐4 из мама-папа",
	"Look at https://example.com/watch?v=abc1",
};

static int compounds_make(void **state)
{
	index_make(state);
	add_bodies(((struct place *)*state)->index, 'a', bodies, N_OF(bodies));
	return 0;
}

static void test_a_pattern_has_the_signs_of_a_compound(void **state)
{
	ink_index *index = ((struct place *)*state)->index;

	assert_string_equal(found(index, "snake_c*"), "a");
	assert_string_equal(found(index, "README.t*"), "a");
	assert_string_equal(found(index, "readme.*"), "a");
	assert_string_equal(found(index, "*.txt"), "a");
	assert_string_equal(found(index, "+e-mai* -snake_*"), "b");
	assert_string_equal(found(index, "o’rei*"), "b");
	assert_string_equal(found(index, "192.168.*"), "b");
	assert_string_equal(found(index, "don't*"), "c");
	assert_string_equal(found(index, "foo-b?r"), "c");
	assert_string_equal(found(index, "foo_bar~0"), "c");
	assert_string_equal(found(index, "foo-baz~1"), "c");
	assert_string_equal(found(index, "gpt-4* мама-п*"), "d");
	assert_string_equal(found(index, "*-*"), "");
}

static void test_the_query_of_an_address_is_no_pattern(void **state)
{
	ink_index *index = ((struct place *)*state)->index;

	assert_string_equal(found(index, "+https://example.com/watch?v=abc1"), "e");
	assert_string_equal(found(index, "+http://other.example.com/?v=abc1"), "");
}

static void test_snippets_mark_the_whole_compound(void **state)
{
	ink_index *index = ((struct place *)*state)->index;

	check_snippet(index, "snake_c*", "body", "See readme.txt and [snake_case_name]");
	check_snippet(index, "foo-ba*", "body",
	              "The [foobar], which many don't write [foo-bar]");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, compounds_make, place_free)

static const struct CMUnitTest tests[] = {
	TEST(test_a_pattern_has_the_signs_of_a_compound),
	TEST(test_the_query_of_an_address_is_no_pattern),
	TEST(test_snippets_mark_the_whole_compound),
};

RUN_SUITE(tests)
