/*
 * test_golden_query.c - tests/golden/query/language.txt, line by line: what a query string
 * means, or where it is wrong. Run in tests/, in the top folder, or with INK_SRCDIR set to it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "query/parse.h"

static FILE *open_golden(void)
{
	const char *folders[] = {getenv("INK_SRCDIR"), getenv("srcdir"), ".", ".."};
	char path[1024];
	FILE *file = NULL;

	for (size_t i = 0; i < 4 && file == NULL; i++) {
		if (folders[i] == NULL)
			continue;
		snprintf(path, sizeof path, "%s/tests/golden/query/language.txt", folders[i]);
		file = fopen(path, "rb");
	}
	return file;
}

static const char *code_name(int code)
{
	return code == INK_ESYNTAX     ? "INK_ESYNTAX"
	       : code == INK_ENOTFOUND ? "INK_ENOTFOUND"
	                               : "INK_E?";
}

static int check_line(const struct ik_schema *schema, const char *text, const char *want)
{
	struct ik_query *q;
	struct ik_buf out;
	ink_error err;
	int rc = ik_query_parse(schema, text, strlen(text), 0, &q, &err), same;

	ik_buf_init(&out, 1 << 20);
	if (rc == INK_OK)
		ik_query_print(q, &out);
	else
		ik_buf_printf(&out, "%s %lld", code_name(rc), (long long)err.offset);
	same = strcmp(ik_buf_str(&out), want) == 0;
	if (!same)
		print_error("%s\n  gives %s\n  not   %s\n", text, ik_buf_str(&out), want);
	ik_buf_free(&out);
	ik_query_unref(q);
	return same;
}

static void test_every_line_gives_its_canonical_form(void **state)
{
	struct ik_schema *s;
	FILE *file = open_golden();
	char line[4096];
	int n = 0, bad = 0;

	(void)state;
	assert_non_null(file);
	assert_int_equal(ik_schema_new(&s, NULL), 0);
	assert_int_equal(ik_schema_add(s, "title", INK_TEXT, 0, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "tag", INK_KEYWORD, INK_MULTI, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "year", INK_I64, 0, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "price", INK_F64, 0, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "date", INK_DATE, 0, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "blob", INK_BYTES, 0, NULL, NULL), 0);
	while (fgets(line, sizeof line, file) != NULL) {
		char *tab = strchr(line, '\t');

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || tab == NULL)
			continue;
		*tab = '\0';
		bad += !check_line(s, line, tab + 1);
		n++;
	}
	fclose(file);
	ik_schema_free(s);
	assert_true(n > 50);
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_line_gives_its_canonical_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
