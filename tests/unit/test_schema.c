/* test_schema.c - what a schema takes, and that damaged bytes are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/schema.h"

static struct ik_schema *example(void)
{
	struct ik_schema *s;

	assert_int_equal(ik_schema_new(&s, NULL), 0);
	assert_int_equal(ik_schema_add(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, NULL),
	                 0);
	assert_int_equal(ik_schema_add(s, "title", INK_TEXT, INK_STORED, "word | fold", NULL), 0);
	assert_int_equal(ik_schema_add(s, "year", INK_I64, INK_MULTI, NULL, NULL), 0);
	assert_int_equal(ik_schema_set_weight(s, "title", 2.5, NULL), 0);
	assert_int_equal(ik_schema_set_bm25(s, 1.2, 0.75, NULL), 0);
	return s;
}

static void test_bad_fields_are_refused(void **state)
{
	static const struct {
		const char *name;
		int type;
		uint32_t flags;
		const char *analyzer;
		int rc;
	} cases[] = {
		{NULL, INK_TEXT, 0, NULL, INK_EINVAL},
		{"", INK_TEXT, 0, NULL, INK_EINVAL},
		{"1a", INK_TEXT, 0, NULL, INK_EINVAL},
		{"a b", INK_TEXT, 0, NULL, INK_EINVAL},
		{"_score", INK_I64, 0, NULL, INK_EINVAL},
		{"x", 0, 0, NULL, INK_EINVAL},
		{"x", 7, 0, NULL, INK_EINVAL},
		{"x", INK_TEXT, 32, NULL, INK_EINVAL},
		{"x", INK_I64, INK_KEY, NULL, INK_EINVAL},
		{"x", INK_KEYWORD, INK_KEY, NULL, INK_EINVAL},
		{"x", INK_KEYWORD, INK_NO_POSITIONS, NULL, INK_EINVAL},
		{"x", INK_KEYWORD, INK_PAIRS, NULL, INK_EINVAL},
		{"x", INK_TEXT, INK_PAIRS | INK_NO_POSITIONS, NULL, INK_EINVAL},
		{"x", INK_KEYWORD, INK_KEY | INK_MULTI, NULL, INK_EINVAL},
		{"x", INK_I64, 0, "word", INK_EINVAL},
		{"title", INK_TEXT, 0, NULL, INK_EEXISTS},
		{"a.b-c_9", INK_TEXT, INK_NO_POSITIONS, NULL, 0},
	};
	struct ik_schema *s = example();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (ik_schema_add(s, cases[i].name, cases[i].type, cases[i].flags,
		                  cases[i].analyzer, NULL) != cases[i].rc)
			fail_msg("case %zu", i);
	assert_string_equal(s->fields[s->n - 1].analyzer, "default");
	assert_int_equal(ik_schema_set_weight(s, "year", 1, NULL), INK_EINVAL);
	assert_int_equal(ik_schema_set_weight(s, "title", -1, NULL), INK_EINVAL);
	assert_int_equal(ik_schema_set_weight(s, "nope", 1, NULL), INK_ENOTFOUND);
	assert_int_equal(ik_schema_set_bm25(s, 101, 0, NULL), INK_EINVAL);
	assert_int_equal(ik_schema_set_bm25(s, 1, 1.5, NULL), INK_EINVAL);
	ik_schema_free(s);
}

static void test_a_missing_field_is_told_with_those_there_are(void **state)
{
	struct ik_schema *s = example();
	ink_error err;
	uint32_t id;

	(void)state;
	assert_int_equal(ik_schema_need(s, "nope", 4, &id, &err), INK_ENOTFOUND);
	assert_non_null(strstr(err.message, "id, title, year"));
	assert_int_equal(ik_schema_find(s, "titles", 5), 1);
	assert_true(ik_schema_find(s, "titl", 4) == IK_NO_FIELD);
	ik_schema_free(s);
}

static void test_bytes_round_trip_and_every_cut_is_refused(void **state)
{
	struct ik_schema *s = example(), *copy, *back;
	struct ik_buf a, b;
	uint32_t seed = 1;

	(void)state;
	ik_buf_init(&a, 1 << 20);
	ik_buf_init(&b, 1 << 20);
	ik_schema_encode(s, &a);
	assert_int_equal(ik_schema_decode(a.data, a.data + a.len, &back, NULL), 0);
	assert_int_equal(ik_schema_copy(back, &copy, NULL), 0);
	ik_schema_encode(copy, &b);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	assert_int_equal(copy->key, 0);
	ik_schema_free(copy);
	ik_schema_free(back);
	for (size_t cut = 0; cut < a.len; cut++) {
		assert_int_equal(ik_schema_decode(a.data, a.data + cut, &back, NULL),
		                 INK_ECORRUPT);
		assert_null(back);
	}
	for (int i = 0; i < 20000; i++) { /* damage never crashes */
		memcpy(b.data, a.data, a.len);
		for (int k = 0; k < 3; k++) {
			seed = seed * 1103515245 + 12345;
			b.data[(seed >> 8) % a.len] = (uint8_t)(seed >> 20);
		}
		if (ik_schema_decode(b.data, b.data + a.len, &back, NULL) != 0)
			assert_null(back);
		ik_schema_free(back);
	}
	ik_buf_free(&a);
	ik_buf_free(&b);
	ik_schema_free(s);
}

static void test_the_number_of_fields_is_limited(void **state)
{
	struct ik_schema *s;
	char name[3] = "aa";
	int n = 0, rc = 0;

	(void)state;
	assert_int_equal(ik_schema_new(&s, NULL), 0);
	for (char x = 'a'; x <= 'z' && rc == 0; x++)
		for (char y = '0'; y <= 'z' && rc == 0; y++) {
			if (y > '9' && y < 'a')
				continue;
			name[0] = x;
			name[1] = y;
			rc = ik_schema_add(s, name, INK_I64, 0, NULL, NULL);
			n += rc == 0;
		}
	for (char x = 'A'; x <= 'Z' && rc == 0; x++)
		for (char y = 'a'; y <= 'z' && rc == 0; y++) {
			name[0] = x;
			name[1] = y;
			rc = ik_schema_add(s, name, INK_I64, 0, NULL, NULL);
			n += rc == 0;
		}
	assert_int_equal(rc, INK_ELIMIT);
	assert_int_equal(n, IK_FIELDS_MAX);
	ik_schema_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_fields_are_refused),
		cmocka_unit_test(test_a_missing_field_is_told_with_those_there_are),
		cmocka_unit_test(test_bytes_round_trip_and_every_cut_is_refused),
		cmocka_unit_test(test_the_number_of_fields_is_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
