/* test_stamp.c - lists of versions: joined, compared, bounded. */
#include "gen_index.h"

#include "index/stamp.h"

static void joined_is(const char *a, const char *b, const char *want)
{
	char *got = ik_stamp_join(a, b);

	assert_string_equal(got, want);
	ik_free(got);
}

static void other_is(const char *stamp, const char *own, const char *want)
{
	char *got = ik_stamp_other(stamp, own);

	assert_string_equal(got, want);
	ik_free(got);
}

static void test_joining_keeps_each_entry_once(void **state)
{
	(void)state;
	joined_is("", "", "");
	joined_is("", "a 1; b 2", "a 1; b 2");
	joined_is("a 1; b 2", "", "a 1; b 2");
	joined_is("a 1; b 2", "b 2; a 1", "a 1; b 2");
	joined_is("a 1; b 2", "a 2; b 2; c", "a 1; b 2; a 2; c");
}

static void test_an_entry_is_compared_as_a_whole(void **state)
{
	(void)state;
	other_is("", "a 1", "");
	other_is("a 1", "a 1; b 1", "");
	other_is("a 1; b 1", "a 11; b 1", "a 1");
	other_is("a 11; b 1", "a 1; b 1", "a 11");
	other_is("aa 1; b 1; c 1", "a 1; b 1", "aa 1; c 1");
	other_is("; ; a", "a", "");
}

static void test_a_list_does_not_grow_without_bound(void **state)
{
	char *stamp = ik_strndup("", 0);
	size_t last = 0;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		char entry[16], *longer;

		snprintf(entry, sizeof entry, "icu %u", i);
		longer = ik_stamp_join(stamp, entry);
		ik_free(stamp);
		stamp = longer;
		assert_true(strlen(stamp) >= last && strlen(stamp) <= IK_STAMP_MAX);
		last = strlen(stamp);
	}
	assert_true(last > IK_STAMP_MAX - 16);
	ik_free(stamp);
}

static void test_our_own_has_nothing_that_we_lack(void **state)
{
	struct ik_schema *schema = gen_schema(1);
	char *own = ik_stamp_own(schema);

	(void)state;
	assert_non_null(strstr(own, "icu "));
	other_is(own, own, "");
	other_is(IK_STAMP_UNKNOWN, own, IK_STAMP_UNKNOWN);
	ik_free(own);
	ik_schema_free(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_joining_keeps_each_entry_once),
		cmocka_unit_test(test_an_entry_is_compared_as_a_whole),
		cmocka_unit_test(test_a_list_does_not_grow_without_bound),
		cmocka_unit_test(test_our_own_has_nothing_that_we_lack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
