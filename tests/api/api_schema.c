/* api_schema.c - building and reading schemas. */
#include "backends.h"

static void test_fields_come_back_in_the_order_added(void **state)
{
	static const char *const names[] = {"id",    "title", "body", "tag",  "year",
	                                    "price", "day",   "raw",  "loose"};
	static const int32_t types[] = {INK_KEYWORD, INK_TEXT, INK_TEXT,  INK_KEYWORD, INK_I64,
	                                INK_F64,     INK_DATE, INK_BYTES, INK_TEXT};
	ink_schema *s = every_field();

	(void)state;
	assert_int_equal(ink_schema_len(s), N_OF(names));
	for (size_t i = 0; i < N_OF(names); i++) {
		const char *name, *analyzer;
		uint32_t flags;
		double weight;
		int32_t type;

		OK(ink_schema_field(s, i, &name, &type, &flags, &analyzer, &weight, &err));
		assert_string_equal(name, names[i]);
		assert_int_equal(type, types[i]);
		assert_true(weight == 1);
		assert_string_equal(analyzer, type == INK_TEXT ? "default" : "");
	}
	OK(ink_schema_field(s, 0, NULL, NULL, NULL, NULL, NULL, &err));
	FAILS(INK_ENOTFOUND, "9",
	      ink_schema_field(s, 9, NULL, NULL, NULL, NULL, NULL, &err));
	ink_schema_free(s);
}

static void test_flags_weights_and_specs_are_kept(void **state)
{
	const char *analyzer;
	uint32_t flags;
	double weight;
	ink_schema *s;

	(void)state;
	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "a", INK_TEXT, INK_STORED | INK_NO_POSITIONS,
	                        "word | fold | stem:en", &err));
	OK(ink_schema_set_weight(s, "a", 2.5, &err));
	OK(ink_schema_field(s, 0, NULL, NULL, &flags, &analyzer, &weight, &err));
	assert_int_equal(flags, INK_STORED | INK_NO_POSITIONS);
	assert_string_equal(analyzer, "word | fold | stem:en");
	assert_true(weight == 2.5);
	ink_schema_free(s);
}

static void test_bad_fields_are_refused_and_leave_nothing(void **state)
{
	char name[80];
	ink_schema *s;

	(void)state;
	OK(ink_schema_new(&s, &err));
	memset(name, 'x', sizeof name);
	name[65] = '\0';
	FAILS(INK_EINVAL, "name", ink_schema_add_field(s, "", INK_TEXT, 0, NULL, &err));
	FAILS(INK_EINVAL, "65", ink_schema_add_field(s, name, INK_TEXT, 0, NULL, &err));
	FAILS(INK_EINVAL, "1a", ink_schema_add_field(s, "1a", INK_TEXT, 0, NULL, &err));
	FAILS(INK_EINVAL, "a b", ink_schema_add_field(s, "a b", INK_TEXT, 0, NULL, &err));
	FAILS(INK_EINVAL, "7", ink_schema_add_field(s, "a", 7, 0, NULL, &err));
	FAILS(INK_EINVAL, "0x20", ink_schema_add_field(s, "a", INK_TEXT, 32, NULL, &err));
	FAILS(INK_EINVAL, "\"a\"", ink_schema_add_field(s, "a", INK_I64, INK_KEY, NULL, &err));
	FAILS(INK_EINVAL, "\"a\"",
	      ink_schema_add_field(s, "a", INK_KEYWORD, INK_NO_POSITIONS, NULL, &err));
	FAILS(INK_EINVAL, "INK_PAIRS",
	      ink_schema_add_field(s, "a", INK_TEXT, INK_PAIRS | INK_NO_POSITIONS, NULL, &err));
	FAILS(INK_EINVAL, "\"a\"", ink_schema_add_field(s, "a", INK_I64, 0, "word", &err));
	FAILS(INK_EINVAL, "schema", ink_schema_add_field(NULL, "a", INK_I64, 0, NULL, &err));
	FAILS(INK_EINVAL, "name", ink_schema_add_field(s, NULL, INK_I64, 0, NULL, &err));
	FAILS(INK_ESYNTAX, "nonsense",
	      ink_schema_add_field(s, "a", INK_TEXT, 0, "word | nonsense", &err));
	assert_in_range(err.offset, 5, 14);
	assert_int_equal(ink_schema_len(s), 0);
	name[64] = '\0';
	OK(ink_schema_add_field(s, name, INK_TEXT, 0, NULL, &err));
	FAILS(INK_EEXISTS, "xxx", ink_schema_add_field(s, name, INK_I64, 0, NULL, &err));
	OK(ink_schema_add_field(s, "k", INK_KEYWORD, INK_KEY, NULL, &err));
	FAILS(INK_EINVAL, "\"k\"", ink_schema_add_field(s, "l", INK_KEYWORD, INK_KEY, NULL, &err));
	ink_schema_free(s);
}

static void test_a_schema_has_at_most_1000_fields(void **state)
{
	char name[16];
	ink_schema *s;

	(void)state;
	OK(ink_schema_new(&s, &err));
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "f%d", i);
		OK(ink_schema_add_field(s, name, INK_I64, 0, NULL, &err));
	}
	FAILS(INK_ELIMIT, "1000", ink_schema_add_field(s, "one_more", INK_I64, 0, NULL, &err));
	ink_schema_free(s);
}

static void test_weights_and_bm25_have_bounds(void **state)
{
	ink_schema *s = every_field();

	(void)state;
	FAILS(INK_ENOTFOUND, "nope", ink_schema_set_weight(s, "nope", 1, &err));
	FAILS(INK_EINVAL, "year", ink_schema_set_weight(s, "year", 1, &err));
	FAILS(INK_EINVAL, "title", ink_schema_set_weight(s, "title", -1, &err));
	FAILS(INK_EINVAL, "title", ink_schema_set_weight(s, "title", 0.0 / 0.0, &err));
	OK(ink_schema_set_weight(s, "title", 0, &err));
	OK(ink_schema_set_weight(s, "title", 1e6, &err));
	FAILS(INK_EINVAL, "k1", ink_schema_set_bm25(s, -0.1, 0.5, &err));
	FAILS(INK_EINVAL, "k1", ink_schema_set_bm25(s, 100.5, 0.5, &err));
	FAILS(INK_EINVAL, "b of", ink_schema_set_bm25(s, 1, 1.5, &err));
	OK(ink_schema_set_bm25(s, 1.2, 0.75, &err));
	ink_schema_free(s);
}

static void test_nothing_is_fine_where_it_makes_sense(void **state)
{
	(void)state;
	assert_int_equal(ink_schema_len(NULL), 0);
	ink_schema_free(NULL);
	assert_int_equal(ink_schema_new(NULL, NULL), INK_EINVAL);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_fields_come_back_in_the_order_added),
	cmocka_unit_test(test_flags_weights_and_specs_are_kept),
	cmocka_unit_test(test_bad_fields_are_refused_and_leave_nothing),
	cmocka_unit_test(test_a_schema_has_at_most_1000_fields),
	cmocka_unit_test(test_weights_and_bm25_have_bounds),
	cmocka_unit_test(test_nothing_is_fine_where_it_makes_sense),
};

RUN_SUITE(tests)
