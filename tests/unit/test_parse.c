/* test_parse.c - the query parser: limits, properties over random input, hostile bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "query/parse.h"

static uint64_t seed = 987654321;

static uint32_t rnd(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % n;
}

static struct ik_schema *schema_new(void)
{
	struct ik_schema *s;

	assert_int_equal(ik_schema_new(&s, NULL), 0);
	assert_int_equal(ik_schema_add(s, "title", INK_TEXT, 0, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "tag", INK_KEYWORD, INK_MULTI, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "year", INK_I64, 0, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "price", INK_F64, 0, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "date", INK_DATE, 0, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "blob", INK_BYTES, 0, NULL, NULL), 0);
	return s;
}

static int same_str(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static int same_bound(const struct ik_bound *a, const struct ik_bound *b)
{
	if (a->type != b->type || a->open != b->open)
		return 0;
	if (a->type == INK_KEYWORD)
		return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
	return a->i64 == b->i64 && memcmp(&a->f64, &b->f64, sizeof a->f64) == 0;
}

static int same(const struct ik_query *a, const struct ik_query *b)
{
	if (a->kind != b->kind || a->boost < b->boost || a->boost > b->boost ||
	    a->number != b->number || a->all != b->all || a->len != b->len || a->n != b->n ||
	    a->depth != b->depth || a->size != b->size || !same_str(a->field, b->field) ||
	    !same_bound(&a->lo, &b->lo) || !same_bound(&a->hi, &b->hi))
		return 0;
	if (a->len > 0 && memcmp(a->text, b->text, a->len) != 0)
		return 0;
	for (size_t i = 0; i < a->n; i++)
		if (a->clauses[i].occur != b->clauses[i].occur ||
		    !same(a->clauses[i].query, b->clauses[i].query))
			return 0;
	return 1;
}

/* Print, parse again, compare; 1 when the text was a query at all. */
static int round_trip(const struct ik_schema *s, const char *text, size_t len, uint32_t flags)
{
	struct ik_query *q, *again;
	struct ik_buf out;
	ink_error err = {.offset = -1};
	int rc = ik_query_parse(s, text, len, flags, &q, &err);

	if (rc != INK_OK) {
		assert_null(q);
		if (rc != err.code || err.offset < 0 || err.offset > (int64_t)len)
			fail_msg("code %d, offset %lld: %s", rc, (long long)err.offset,
			         err.message);
		assert_true(rc == INK_ESYNTAX || rc == INK_ENOTFOUND || rc == INK_ELIMIT);
		return 0;
	}
	ik_buf_init(&out, SIZE_MAX / 2);
	ik_query_print(q, &out);
	assert_int_equal(out.err, 0);
	rc = ik_query_parse(s, (const char *)out.data, out.len, 0, &again, &err);
	if (rc != INK_OK || !same(q, again))
		fail_msg("\"%s\" printed as \"%s\": %d %s", text, ik_buf_str(&out), rc,
		         rc != INK_OK ? err.message : "another tree");
	ik_buf_free(&out);
	ik_query_unref(q);
	ik_query_unref(again);
	return 1;
}

static void test_random_bytes_never_crash(void **state)
{
	static const char bytes[] = "aAb \t\"\"()[]{}+-!:*?~^\\<>=&|.12TO\xE3\x80\x80\xFF\x80";
	struct ik_schema *s = schema_new();
	char text[64];
	int good = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t len = rnd(40);

		for (size_t k = 0; k < len; k++)
			text[k] = (char)(i % 4 == 0 ? rnd(256)
			                            : (uint32_t)bytes[rnd(sizeof bytes)]);
		text[len] = '\0';
		good += round_trip(s, text, len, rnd(2) ? INK_PARSE_ALL : 0);
	}
	assert_true(good > 2000);
	ik_schema_free(s);
}

static const char *const atoms[] = {"a",
                                    "b",
                                    "deep",
                                    "\xE6\x9C\xBA\xE5\x99\xA8",
                                    "C++",
                                    "AT&T",
                                    "a/b",
                                    "U.S.",
                                    "-",
                                    "12:30",
                                    "Note:",
                                    "http://x",
                                    "http://x/?y",
                                    "http://?*",
                                    "http\\://x?",
                                    "~/x",
                                    "\\AND",
                                    "\\+x",
                                    "in?k*",
                                    "pre*",
                                    "*",
                                    "*:*",
                                    "fuzzy~",
                                    "fuzz~1",
                                    "fuz\\*z~0",
                                    "~1",
                                    "title:~0^2",
                                    "title:a\\ b",
                                    "title:\\:x",
                                    "title:\\//x*",
                                    "*\\:*",
                                    "**",
                                    "title:***",
                                    "tag:\"a b\"~2",
                                    "year:[1.5 TO inf}",
                                    "date<=1e-5",
                                    "((tag:a^1e6)^1e6)^0.1",
                                    "\"a b\"",
                                    "\"p q\"~2",
                                    "title:x",
                                    "title:\"y z\"",
                                    "title:in*",
                                    "tag:x",
                                    "tag:\"a b\"",
                                    "tag:a*b",
                                    "tag:=q",
                                    "title:=z",
                                    "year:2020",
                                    "year:[1 TO 5}",
                                    "year>=3",
                                    "year:<9",
                                    "year:*",
                                    "price:1.5",
                                    "price:{* TO 2e3]",
                                    "date:2024-05",
                                    "date:[2023 TO 2024]",
                                    "date>2023-01-01",
                                    "tag:[\"a\" TO b}",
                                    "a\\ b",
                                    "title:*",
                                    "\\\\",
                                    "\xE3\x80\x80",
                                    "x^0",
                                    "b^2.5",
                                    "tag:y^0",
                                    "year:\"-5\"",
                                    "what?",
                                    "title:what??^2",
                                    "?",
                                    "??~0",
                                    "\xE4\xBB\x80\xE4\xB9\x88?",
                                    "\xE4\xBB\x80?\xE4\xB9\x88??",
                                    "title:\xE4\xBB\x80??~0^2",
                                    "tag:\xE4\xBB\x80?",
                                    "ink?~0",
                                    "a\\:b",
                                    "title\\:b",
                                    "~"};
static const char *const glue[] = {" ",    " ",    " ",  " AND ", " OR ", " NOT ",
                                   " && ", " || ", " +", " -",    " !",   "\t"};

static size_t grammar(char *out, int depth)
{
	size_t len = 0;

	for (uint32_t n = rnd(4) + 1, i = 0; i < n; i++) {
		const char *g = i > 0         ? glue[rnd(12)]
		                : rnd(4) == 0 ? "-"
		                : rnd(4) == 0 ? "+"
		                              : "";
		const char *atom = atoms[rnd(sizeof atoms / sizeof *atoms)];

		memcpy(out + len, g, strlen(g));
		len += strlen(g);
		if (depth > 0 && rnd(3) == 0) {
			static const char *const heads[] = {"(", "(", "title:(", "tag:(",
			                                    "year:("};
			static const char *const tails[] = {")",   ")",     ")^2", ")^0.1",
			                                    ")~2", ")~1^3", ")^0"};
			const char *head = heads[rnd(50) == 0 ? 4 : rnd(4)],
				   *tail = tails[rnd(7)];

			memcpy(out + len, head, strlen(head));
			len += strlen(head);
			len += grammar(out + len, depth - 1);
			memcpy(out + len, tail, strlen(tail));
			len += strlen(tail);
		} else {
			memcpy(out + len, atom, strlen(atom));
			len += strlen(atom);
		}
	}
	out[len] = '\0';
	return len;
}

static void test_canonical_text_parses_to_an_equal_tree(void **state)
{
	static char text[65536];
	struct ik_schema *s = schema_new();
	int good = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t len = grammar(text, 3);

		good += round_trip(s, text, len, rnd(3) == 0 ? INK_PARSE_ALL : 0);
		round_trip(s, text, len, INK_PARSE_PLAIN);
	}
	assert_true(good > 5000);
	ik_schema_free(s);
}

static int parse_code(const struct ik_schema *s, const char *text, size_t len, int64_t *offset)
{
	struct ik_query *q;
	ink_error err = {.offset = -1};
	int rc = ik_query_parse(s, text, len, 0, &q, &err);

	*offset = err.offset;
	ik_query_unref(q);
	return rc;
}

static char *repeat(const char *piece, size_t n, size_t *len)
{
	size_t one = strlen(piece);
	char *text = malloc(n * one + 1);

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * one, piece, one);
	*len = n * one;
	return text;
}

static void test_large_queries_are_linear_or_refused(void **state)
{
	static const struct {
		const char *piece;
		size_t n;
		int rc;
	} cases[] = {
		{"(", 1000000, INK_ELIMIT},
		{"word ", 100000, 0},
		{"title:w ", 100000, 0},
		{"title:w ", 100001, INK_ELIMIT},
		{"a^2 ", 100000, 0},
		{"\\", 1000000, 0},
		{"~", 1000000, 0},
		{"a~", 500000, 0},
		{"-", 1000000, 0},
		{"a\"b\"", 100001, INK_ELIMIT},
		{"a OR b AND ", 100, INK_ESYNTAX},
		{"a:", 500000, INK_ENOTFOUND},
		{"[", 1000000, INK_ESYNTAX},
		{"1~1", 300000, 0},
		{"NOT ", 100000, INK_ESYNTAX},
		{"title:(", 200000, INK_ELIMIT},
	};
	struct ik_schema *s = schema_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t offset;
		size_t len;
		char *text = repeat(cases[i].piece, cases[i].n, &len);
		int rc = parse_code(s, text, len, &offset);

		if (rc != cases[i].rc || (rc != 0 && offset < 0))
			fail_msg("%zu x \"%s\": %d at %lld", cases[i].n, cases[i].piece, rc,
			         (long long)offset);
		free(text);
	}
	ik_schema_free(s);
}

static void test_every_failing_allocation_is_reported(void **state)
{
	static const char text[] =
		"+a (b^2 title:(c d)) AND date:[2020 TO *] OR -\"p\"~3 tag:[a TO b]";
	struct ik_schema *s = schema_new();
	int64_t live = ik_mem_live();
	int rc = INK_ENOMEM;

	(void)state;
	for (int n = 0; rc == INK_ENOMEM; n++) {
		struct ik_query *q;

		ik_mem_fail_after(n, 1);
		rc = ik_query_parse(s, text, strlen(text), 0, &q, NULL);
		ik_mem_fail_after(-1, 0);
		assert_true(rc == INK_OK || rc == INK_ENOMEM);
		ik_query_unref(q);
		assert_int_equal(ik_mem_live(), live);
	}
	ik_schema_free(s);
}

static void test_null_and_blank_match_nothing(void **state)
{
	static const char *const blank[] = {"", " ", "\xE3\x80\x80\n\t"};
	struct ik_schema *s = schema_new();
	struct ik_query *q;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(ik_query_parse(s, blank[i % 3], strlen(blank[i % 3]),
		                                i < 3 ? 0 : INK_PARSE_PLAIN, &q, NULL),
		                 0);
		assert_int_equal(q->kind, IK_Q_BOOL);
		assert_int_equal(q->n, 0);
		ik_query_unref(q);
	}
	assert_int_equal(ik_query_parse(s, NULL, 0, 0, &q, NULL), 0);
	ik_query_unref(q);
	assert_int_equal(ik_query_parse(s, "a", 1, 4, &q, NULL), INK_EINVAL);
	ik_schema_free(s);
}

static void test_messages_say_how_syntax_is_text(void **state)
{
	static const char *const wrong[][2] = {
		{"at host:80", "no field \"host\"; there are title, tag, year, price, date, blob; "
		               "a colon as text is \\:"},
		{"5\" disk", "a quote that is not closed; a quote as text is \\\""},
		{"[a]", "a range needs a field before it, as in year:[1 TO 2]; "
		        "a bracket as text is \\[ or \\{"},
	};
	struct ik_schema *s = schema_new();
	struct ik_query *q;
	ink_error err;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_not_equal(
			ik_query_parse(s, wrong[i][0], strlen(wrong[i][0]), 0, &q, &err), 0);
		assert_string_equal(err.message, wrong[i][1]);
	}
	ik_schema_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_null_and_blank_match_nothing),
		cmocka_unit_test(test_random_bytes_never_crash),
		cmocka_unit_test(test_canonical_text_parses_to_an_equal_tree),
		cmocka_unit_test(test_large_queries_are_linear_or_refused),
		cmocka_unit_test(test_every_failing_allocation_is_reported),
		cmocka_unit_test(test_messages_say_how_syntax_is_text),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
