/*
 * test_golden_analysis.c - the tokens of whole sentences, as they were once looked over.
 *
 * Each line of tests/golden/analysis/NAME.in is analyzed for the index and as
 * a ranked query; NAME.out has the words, the grams and what the query keeps.
 * With the argument --write the .out files are made anew; look at the
 * difference before keeping it: it means that old indexes need rebuilding.
 */
#include "tokens.h"

#include <stdio.h>

static const char *const names[] = {"english", "chinese_simplified", "chinese_traditional",
                                    "japanese", "korean", "thai", "mixed", "emoji"};

static int writing;

/* Runs in the top folder, in tests/, or anywhere with INK_SRCDIR set. */
static FILE *open_golden(const char *name, const char *suffix, const char *mode)
{
	const char *folders[] = {getenv("INK_SRCDIR"), getenv("srcdir"), ".", ".."};
	char path[1024];
	FILE *file = NULL;
	size_t i;

	for (i = 0; i < 4 && file == NULL; i++) {
		if (folders[i] == NULL)
			continue;
		snprintf(path, sizeof path, "%s/tests/golden/analysis/%s.%s", folders[i], name,
		         suffix);
		file = fopen(path, mode);
	}
	if (file == NULL)
		print_error("no tests/golden/analysis/%s.%s\n", name, suffix);
	assert_non_null(file);
	return file;
}

static void read_file(const char *name, const char *suffix, struct ik_buf *out)
{
	char chunk[4096];
	size_t n;
	FILE *file = open_golden(name, suffix, "rb");

	while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
		ik_buf_put(out, chunk, n);
	fclose(file);
}

static void put(struct ik_buf *out, const char *label, enum ik_purpose purpose, int part,
                const char *line, size_t len)
{
	ik_buf_printf(out, "%s ", label);
	ik_buf_put_str(out, tokens_run(NULL, purpose, line, len, part, purpose == IK_FOR_DOC));
	ik_buf_put_str(out, "\n");
}

static void analyze_lines(const char *p, struct ik_buf *out)
{
	while (*p != 0) {
		size_t len = strcspn(p, "\n");

		ik_buf_put(out, p, len);
		ik_buf_put_str(out, "\n");
		put(out, "  words", IK_FOR_DOC, INK_PART_WORD, p, len);
		put(out, "  grams", IK_FOR_DOC, INK_PART_GRAM, p, len);
		put(out, "  query", IK_FOR_ANY, -1, p, len);
		p += len + (p[len] == '\n');
	}
}

static void replay(const char *name)
{
	struct ik_buf in, want, got;

	ik_buf_init(&in, 1 << 20);
	ik_buf_init(&want, 1 << 20);
	ik_buf_init(&got, 1 << 20);
	read_file(name, "in", &in);
	analyze_lines(ik_buf_str(&in), &got);
	if (writing) {
		FILE *file = open_golden(name, "out", "wb");

		assert_int_equal(fwrite(got.data, 1, got.len, file), got.len);
		assert_int_equal(fclose(file), 0);
	}
	read_file(name, "out", &want);
	assert_true(in.len > 0);
	assert_string_equal(ik_buf_str(&got), ik_buf_str(&want));
	ik_buf_free(&in);
	ik_buf_free(&want);
	ik_buf_free(&got);
}

static void test_sentences_give_the_tokens_on_record(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		replay(names[i]);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences_give_the_tokens_on_record),
	};

	writing = argc > 1 && strcmp(argv[1], "--write") == 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
