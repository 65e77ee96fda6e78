/* test_ast.c - query nodes: sharing, limits, and the canonical text of trees built by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "query/ast.h"

static struct ik_query *leaf(enum ik_query_kind kind, const char *field, const char *text)
{
	struct ik_query *q;

	assert_int_equal(ik_query_leaf(kind, field, text, strlen(text), 1, &q, NULL), 0);
	return q;
}

static void expect_text(struct ik_query *q, const char *want)
{
	struct ik_buf out;

	ik_buf_init(&out, 1 << 20);
	ik_query_print(q, &out);
	assert_string_equal(ik_buf_str(&out), want);
	ik_buf_free(&out);
	ik_query_unref(q);
}

static struct ik_query *join(struct ik_query *a, int32_t a_occur, struct ik_query *b,
                             int32_t b_occur, uint32_t min_should)
{
	const struct ik_query *clauses[2] = {a, b};
	const int32_t occur[2] = {a_occur, b_occur};
	struct ik_query *q;

	assert_int_equal(ik_query_bool(clauses, occur, b == NULL ? 1 : 2, min_should, &q, NULL),
	                 0);
	ik_query_unref(a);
	ik_query_unref(b);
	return q;
}

static void test_leaves_print_their_syntax(void **state)
{
	(void)state;
	expect_text(leaf(IK_Q_ALL, NULL, ""), "*:*");
	expect_text(leaf(IK_Q_TERM, "tag", "a b"), "tag:=\"a b\"");
	expect_text(leaf(IK_Q_TERM, "tag", ""), "tag:=\"\"");
	expect_text(leaf(IK_Q_MATCH, NULL, "rock AND roll"), "rock \\AND roll");
	expect_text(leaf(IK_Q_MATCH, NULL, "a  b"), "a\\  b");
	expect_text(leaf(IK_Q_MATCH, "title", "a b"), "title:a\\ b");
	expect_text(leaf(IK_Q_PHRASE, NULL, "say \"x\""), "\"say \\\"x\\\"\"~1");
	expect_text(leaf(IK_Q_PREFIX, NULL, "in*k"), "in\\*k*");
	expect_text(leaf(IK_Q_WILDCARD, NULL, "i?\\*k*"), "i?\\*k*");
	expect_text(leaf(IK_Q_FUZZY, NULL, "ink"), "ink~1");
}

static void test_what_would_be_read_otherwise_is_printed_otherwise(void **state)
{
	struct ik_query *empty = leaf(IK_Q_MATCH, "tag", ""), *boosted;

	(void)state;
	expect_text(leaf(IK_Q_WILDCARD, "tag", "ink"), "tag:ink~0");
	expect_text(leaf(IK_Q_WILDCARD, "tag", "a\\*"), "tag:a\\*~0");
	expect_text(leaf(IK_Q_WILDCARD, NULL, ""), "~0");
	expect_text(leaf(IK_Q_FUZZY, "tag", ""), "tag:~1");
	expect_text(leaf(IK_Q_PREFIX, "tag", ""), "tag:*");
	expect_text(leaf(IK_Q_WILDCARD, "year", "***"), "year:*");
	expect_text(leaf(IK_Q_WILDCARD, NULL, "*"), "**");
	expect_text(leaf(IK_Q_WILDCARD, NULL, "*:*"), "*\\:*");
	expect_text(leaf(IK_Q_WILDCARD, NULL, "ink*"), "ink*");
	expect_text(leaf(IK_Q_WILDCARD, NULL, "墨*"), "墨**"); /* no substring */
	expect_text(leaf(IK_Q_WILDCARD, NULL, "ti\\tle:*"), "ti\\tle:*");
	assert_int_equal(ik_query_boosted(empty, 2, &boosted, NULL), 0);
	ik_query_unref(empty);
	expect_text(boosted, "tag:\"\"^2");
	expect_text(leaf(IK_Q_MATCH, "title", ":x"), "title:\\:x");
	expect_text(leaf(IK_Q_PREFIX, "title", "//x"), "title:\\//x*");
	expect_text(leaf(IK_Q_MATCH, "a title", "x"), "[a title]:x");
}

static void test_clauses_that_say_nothing_are_left_out(void **state)
{
	struct ik_query *none, *q;

	(void)state;
	assert_int_equal(ik_query_bool(NULL, NULL, 0, 2, &none, NULL), 0);
	q = join(leaf(IK_Q_MATCH, NULL, "a"), INK_SHOULD, ik_query_ref(none), INK_MUST, 0);
	assert_int_equal(q->n, 1);
	expect_text(q, "a");
	q = join(leaf(IK_Q_MATCH, NULL, "a"), INK_MUST, ik_query_ref(none), INK_MUST_NOT, 0);
	expect_text(q, "+(a)");
	expect_text(join(ik_query_ref(none), INK_MUST_NOT, NULL, 0, 0), "+*:*^0");
	expect_text(join(none, INK_FILTER, NULL, 0, 3), "");
}

static void test_booleans_print_their_marks(void **state)
{
	(void)state;
	expect_text(join(leaf(IK_Q_MATCH, NULL, "a"), INK_SHOULD, leaf(IK_Q_MATCH, NULL, "b"),
	                 INK_SHOULD, 0),
	            "a OR b");
	expect_text(join(leaf(IK_Q_MATCH, NULL, "a"), INK_SHOULD, leaf(IK_Q_MATCH, NULL, "b"),
	                 INK_SHOULD, 2),
	            "(a OR b)~2");
	expect_text(join(leaf(IK_Q_MATCH, NULL, "a"), INK_MUST, leaf(IK_Q_TERM, "tag", "b"),
	                 INK_FILTER, 0),
	            "+(a) +tag:=b^0");
}

static void test_exclusions_alone_get_a_filter_for_the_rest(void **state)
{
	struct ik_query *q = join(leaf(IK_Q_MATCH, NULL, "a"), INK_MUST_NOT, NULL, 0, 0);

	(void)state;
	assert_int_equal(q->n, 2);
	assert_int_equal(q->clauses[1].occur, INK_FILTER);
	assert_int_equal(q->clauses[1].query->kind, IK_Q_ALL);
	expect_text(q, "-(a)");
}

static void test_depth_and_size_are_limited(void **state)
{
	struct ik_query *q = leaf(IK_Q_MATCH, NULL, "a"), *next;
	const int32_t occur[2] = {INK_SHOULD, INK_SHOULD};
	int rc = INK_OK, rounds = 0;

	(void)state;
	while (rc == INK_OK && rounds < 200) { /* every level doubles the tree */
		const struct ik_query *two[2] = {q, q};

		rc = ik_query_bool(two, occur, 2, 0, &next, NULL);
		if (rc == INK_OK) {
			ik_query_unref(q);
			q = next;
			rounds++;
		}
	}
	assert_int_equal(rc, INK_ELIMIT);
	assert_true(rounds >= 15 && rounds <= 17);
	ik_query_unref(q);

	q = leaf(IK_Q_MATCH, NULL, "a");
	for (rounds = 1; rounds < 200; rounds++) {
		const struct ik_query *one[1] = {q};

		rc = ik_query_bool(one, occur, 1, 0, &next, NULL);
		if (rc != INK_OK)
			break;
		ik_query_unref(q);
		q = next;
	}
	assert_int_equal(rc, INK_ELIMIT);
	assert_int_equal(rounds, IK_QUERY_DEPTH_MAX);
	ik_query_unref(q);
}

static void test_boosted_copies_share_their_clauses(void **state)
{
	int64_t live = ik_mem_live();
	struct ik_query *q = join(leaf(IK_Q_MATCH, NULL, "a"), INK_SHOULD,
	                          leaf(IK_Q_MATCH, NULL, "b"), INK_SHOULD, 0),
			*copy;

	(void)state;
	assert_int_equal(ik_query_boosted(q, -1, &copy, NULL), INK_EINVAL);
	assert_int_equal(ik_query_boosted(q, 2.5, &copy, NULL), 0);
	assert_ptr_equal(copy->clauses[0].query, q->clauses[0].query);
	assert_int_equal(copy->size, q->size);
	assert_int_equal(copy->depth, q->depth);
	ik_query_unref(q);
	/* One more is multiplied with it. */
	assert_int_equal(ik_query_boosted(copy, 1e6, &q, NULL), INK_EINVAL);
	assert_int_equal(ik_query_boosted(copy, 2, &q, NULL), 0);
	expect_text(copy, "(a OR b)^2.5");
	expect_text(q, "(a OR b)^5");
	assert_int_equal(ik_mem_live(), live);
}

static void test_bad_arguments_are_refused(void **state)
{
	struct ik_bound nan = {.type = INK_F64}, none = {0};
	struct ik_query *q;

	(void)state;
	memset(&nan.f64, 0xFF, sizeof nan.f64);
	assert_int_equal(ik_query_leaf(IK_Q_TERM, NULL, "a", 1, 0, &q, NULL), INK_EINVAL);
	assert_int_equal(ik_query_leaf(IK_Q_FUZZY, NULL, "a", 1, 3, &q, NULL), INK_EINVAL);
	assert_int_equal(ik_query_leaf(IK_Q_BOOL, NULL, "a", 1, 0, &q, NULL), INK_EINVAL);
	assert_int_equal(ik_query_range("f", &nan, &none, &q, NULL), INK_EINVAL);
	assert_int_equal(ik_query_range(NULL, &none, &none, &q, NULL), INK_EINVAL);
	assert_null(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leaves_print_their_syntax),
		cmocka_unit_test(test_what_would_be_read_otherwise_is_printed_otherwise),
		cmocka_unit_test(test_booleans_print_their_marks),
		cmocka_unit_test(test_clauses_that_say_nothing_are_left_out),
		cmocka_unit_test(test_exclusions_alone_get_a_filter_for_the_rest),
		cmocka_unit_test(test_depth_and_size_are_limited),
		cmocka_unit_test(test_boosted_copies_share_their_clauses),
		cmocka_unit_test(test_bad_arguments_are_refused),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
