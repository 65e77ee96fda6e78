/*
 * test_match.c - what queries find, in small indexes written out by hand; and
 * quoted strings of scripts without blanks against a search in the text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "../support/gen.h"
#include "../support/must.h"
#include "index/writer.h"
#include "search/results.h"

/* ---- an index of one text field ---- */

struct shelf {
	struct ik_schema *schema;
	struct ik_dir *dir;
	struct ik_writer *writer;
	struct ik_searcher *searcher; /* of the last commit */
};

static void shelf_open(struct shelf *s, const char *analyzer, uint32_t flags)
{
	memset(s, 0, sizeof *s);
	must(ik_schema_new(&s->schema, &err));
	must(ik_schema_add(s->schema, "text", INK_TEXT, flags, analyzer, &err));
	must(ik_schema_add(s->schema, "tag", INK_KEYWORD, INK_MULTI, NULL, &err));
	must(ik_dir_mem(&s->dir, &err));
	must(ik_index_init(s->dir, s->schema, &err));
	must(ik_writer_open(s->dir, &s->writer, &err));
	must(ik_writer_set_threads(s->writer, 1, &err));
}

static void shelf_add(struct shelf *s, const char *text, size_t len)
{
	struct ik_doc doc;

	ik_doc_init(&doc, s->schema);
	must(ik_doc_add_text(&doc, "text", text, len, &err));
	must(ik_doc_add_text(&doc, "tag", "t", 1, &err));
	must(ik_writer_add(s->writer, &doc, &err));
	ik_doc_release(&doc);
}

static void shelf_commit(struct shelf *s)
{
	struct ik_snapshot *snap;

	must(ik_writer_commit(s->writer, NULL, &err));
	must(ik_snapshot_open(s->dir, &snap, &err));
	ik_searcher_unref(s->searcher);
	must(ik_searcher_open(snap, &s->searcher, &err));
	ik_snapshot_unref(snap);
}

static void shelf_close(struct shelf *s)
{
	ik_searcher_unref(s->searcher);
	ik_writer_close(s->writer);
	ik_dir_free(s->dir);
	ik_schema_free(s->schema);
}

static void shelf_fill(struct shelf *s, const char *const *texts, const char *analyzer,
                       uint32_t flags)
{
	shelf_open(s, analyzer, flags);
	for (; *texts != NULL; texts++)
		shelf_add(s, *texts, strlen(*texts));
	shelf_commit(s);
}

static int search(const struct shelf *s, const struct ik_query *q, struct ik_results **out,
                  ink_error *err)
{
	struct ik_request request;
	int rc;

	ik_request_init(&request, s->searcher, q);
	request.limit = 1000;
	request.exact = 1;
	rc = ik_search_run(&request, out, err);
	ik_request_release(&request);
	return rc;
}

static struct ik_query *leaf(enum ik_query_kind kind, const char *text, uint32_t number)
{
	struct ik_query *q;

	must(ik_query_leaf(kind, "text", text, strlen(text), number, &q, &err));
	return q;
}

/* The documents found, as a mask; the query is freed. */
static uint64_t found(const struct shelf *s, struct ik_query *q)
{
	struct ik_results *r;
	uint64_t mask = 0;

	must(search(s, q, &r, &err));
	for (size_t i = 0; i < r->n; i++)
		mask |= (uint64_t)1 << r->hits[i].doc;
	assert_int_equal(r->n, r->total);
	ik_results_free(r);
	ik_query_unref(q);
	return mask;
}

static double score_of(const struct shelf *s, struct ik_query *q, uint64_t doc)
{
	struct ik_results *r;
	double score = -1;

	must(search(s, q, &r, &err));
	for (size_t i = 0; i < r->n; i++)
		if (r->hits[i].doc == doc)
			score = ik_results_score(r, i);
	ik_results_free(r);
	ik_query_unref(q);
	return score;
}

/* ---- words ---- */

static void test_phrases_and_slop(void **state)
{
	static const char *const texts[] = { "a b c", "a c b", "b a", "a x b", "a x y b", "a a b b",
		                             "a", NULL };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", 0);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b", 0)), 1 | 32);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b", 1)), 1 | 2 | 8 | 32);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b", 2)), 1 | 2 | 4 | 8 | 16 | 32);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b c", 0)), 1);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b c", 2)), 1 | 2);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a a", 9)), 32);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a nowhere", 9)), 0);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a", 0)), 127);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, " ", 0)), 0);
	shelf_close(&s);
}

/* Ranges are narrowed by its eight rarest words: who has these need not have the others. */
static void test_a_phrase_of_ten_words_needs_them_all(void **state)
{
	static const char *const texts[] = { "a b c d e f g h i j", "a b c d e f g h", "i j", "i j",
		                             "a b c d e f g h j i", NULL };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", 0);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b c d e f g h i j", 0)), 1);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b c d e f g h", 0)), 1 | 2 | 16);
	shelf_close(&s);
}

/* A word that is in the phrase twice needs two places, wherever they are. */
static void test_a_word_twice_in_a_sloppy_phrase(void **state)
{
	static const char *const texts[] = { "b a c a", "a b c", "c a a b", "a x x a b", NULL };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", 0);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b a", 0)), 0);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b a", 2)), 1 | 4);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "a b a", 3)), 1 | 4 | 8);
	shelf_close(&s);
}

/* Else the bounds of its words would not hold, and pruning would drop hits. */
static void test_a_sloppy_phrase_occurs_no_more_often_than_its_rarest_word(void **state)
{
	static const char *const texts[] = { "a b b b b", "a b x x x", NULL };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", 0);
	assert_true(score_of(&s, leaf(IK_Q_PHRASE, "a b", 9), 0) ==
	            score_of(&s, leaf(IK_Q_PHRASE, "a b", 9), 1));
	shelf_close(&s);
}

static void test_phrases_need_positions(void **state)
{
	static const char *const texts[] = { "a b", NULL };
	struct ik_query *q = leaf(IK_Q_PHRASE, "a b", 0);
	struct ik_results *r;
	ink_error err;
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", INK_NO_POSITIONS);
	assert_int_equal(search(&s, q, &r, &err), INK_EUNSUPPORTED);
	assert_null(r);
	assert_non_null(strstr(err.message, "\"text\""));
	ik_query_unref(q);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "b", 0)), 1);
	shelf_close(&s);
}

/* Words are cut at blanks alone, and a word twice counts twice, as it does in an OR. */
static void test_all_words_of_a_text(void **state)
{
	static const char *const texts[] = { "a b", "b c", "\001c a b", "c", NULL };
	struct ik_query *all, *any;
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", 0);
	for (int i = 0; i < 2; i++) {
		any = leaf(IK_Q_MATCH, "b b c", 0);
		all = leaf(IK_Q_MATCH, "b b c", 0);
		all->all = 1;
		assert_true(score_of(&s, any, 1) == score_of(&s, all, 1));
	}
	all = leaf(IK_Q_MATCH, "a\t\001c", 0);
	all->all = 1;
	assert_int_equal(found(&s, all), 4);
	all = leaf(IK_Q_MATCH, " \n ", 0);
	all->all = 1;
	assert_int_equal(found(&s, all), 0);
	shelf_close(&s);
}

/* ---- joins ---- */

static struct ik_query *join(const char *words, const int32_t *occur, uint32_t min_should)
{
	struct ik_query *kids[8] = { NULL }, *q;
	size_t n = strlen(words);

	for (size_t i = 0; i < n; i++)
		kids[i] = leaf(IK_Q_TERM, (const char[]){ words[i], '\0' }, 0);
	must(ik_query_bool((const struct ik_query *const *)kids, occur, n, min_should, &q, &err));
	for (size_t i = 0; i < n; i++)
		ik_query_unref(kids[i]);
	return q;
}

static void test_clauses(void **state)
{
	static const char *const texts[] = { "a", "b", "a b", "a b c", "c", "x", NULL };
	static const int32_t should[] = { INK_SHOULD, INK_SHOULD, INK_SHOULD };
	static const int32_t must_one[] = { INK_MUST, INK_SHOULD, INK_SHOULD };
	static const int32_t not_last[] = { INK_SHOULD, INK_MUST_NOT };
	static const int32_t none[] = { INK_MUST_NOT, INK_MUST_NOT };
	static const int32_t filter[] = { INK_FILTER, INK_SHOULD };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "whitespace", 0);
	assert_int_equal(found(&s, join("abc", should, 0)), 1 | 2 | 4 | 8 | 16);
	assert_int_equal(found(&s, join("abc", should, 1)), 1 | 2 | 4 | 8 | 16);
	assert_int_equal(found(&s, join("abc", should, 2)), 4 | 8);
	assert_int_equal(found(&s, join("abc", should, 3)), 8);
	assert_int_equal(found(&s, join("abc", should, 4)), 0);
	assert_int_equal(found(&s, join("aaz", should, 2)), 1 | 4 | 8);
	assert_int_equal(found(&s, join("abc", must_one, 0)), 1 | 4 | 8);
	assert_int_equal(found(&s, join("abc", must_one, 1)), 4 | 8);
	assert_int_equal(found(&s, join("zbc", must_one, 0)), 0);
	assert_int_equal(found(&s, join("ab", not_last, 0)), 1);
	assert_int_equal(found(&s, join("ab", none, 0)), 16 | 32);
	assert_int_equal(found(&s, join("ab", none, 1)), 0);
	assert_int_equal(found(&s, join("ab", filter, 0)), 1 | 4 | 8);
	assert_true(score_of(&s, join("az", filter, 0), 0) == 0);
	shelf_close(&s);
}

/* ---- strings of scripts without blanks ---- */

static const char *const pieces[] = {
	"中", "国", "人", "民", "中国", "人民", "大学", "学生", "生活", "东京", "都", "研究", "究", "所",
	"ひ", "ら", "カ", "タ", "カタ", "は", "の", "学校", "학", "교", "학교", "는", "가", "에서",
	"ไทย", "ภาษา", "ไป", "dog", "dogs", "A100", "芯片", " ", " ", "，", "。", ",", "1", "後", "后",
};

#define N_PIECES (sizeof pieces / sizeof *pieces)

static size_t make_text(struct gen *g, uint32_t n, uint32_t from, uint32_t span, char *out)
{
	size_t len = 0;

	for (uint32_t i = 0; i < n; i++) {
		const char *piece = pieces[(from + gen_below(g, span)) % N_PIECES];

		memcpy(out + len, piece, strlen(piece));
		len += strlen(piece);
	}
	out[len] = '\0';
	return len;
}

static int contains(const struct ik_buf *text, const struct ik_buf *want)
{
	for (size_t i = 0; want->len > 0 && i + want->len <= text->len; i++)
		if (memcmp(text->data + i, want->data, want->len) == 0)
			return 1;
	return 0;
}

static void fold(const struct shelf *s, const char *text, size_t len, struct ik_buf *out)
{
	ik_buf_clear(out);
	must(ik_fold_text(s->searcher->analyzers[0], text, len, out, &err));
}

/* A part of a text, cut between characters, without blanks at its ends. */
static size_t cut(struct gen *g, const char *text, size_t len, char *out)
{
	size_t from = gen_below(g, (uint32_t)len), to = from + 1 + gen_below(g, 30);

	while (from < len && ((unsigned char)text[from] & 0xc0) == 0x80)
		from++;
	to = to > len ? len : to;
	while (to < len && ((unsigned char)text[to] & 0xc0) == 0x80)
		to++;
	while (from < to && text[from] == ' ')
		from++;
	while (to > from && text[to - 1] == ' ')
		to--;
	memcpy(out, text + from, to - from);
	out[to - from] = '\0';
	return to - from;
}

enum { TEXTS = 60, TEXT_MAX = 1024 };

/* What a quoted string finds is where the text holds it. */
static void compare_with_text(const struct shelf *s, char texts[TEXTS][TEXT_MAX], struct gen *g,
                              uint64_t seed)
{
	struct ik_buf text, want;
	char q[TEXT_MAX];

	ik_buf_init(&text, 1 << 20);
	ik_buf_init(&want, 1 << 20);
	for (unsigned i = 0; i < 120; i++) {
		const char *from = texts[gen_below(g, TEXTS)];
		uint64_t truth = 0, got;
		size_t len;

		if (gen_below(g, 3) == 0)
			len = make_text(g, 1 + gen_below(g, 3), 0, N_PIECES, q);
		else
			len = cut(g, from, strlen(from), q);
		if (!ik_text_has_grams(q, len))
			continue;
		fold(s, q, len, &want);
		for (unsigned d = 0; d < TEXTS; d++) {
			fold(s, texts[d], strlen(texts[d]), &text);
			truth |= (uint64_t)contains(&text, &want) << d;
		}
		got = found(s, leaf(IK_Q_PHRASE, q, 0));
		for (unsigned d = 0; d < TEXTS; d++)
			if (((got ^ truth) >> d & 1) != 0)
				fail_msg("seed %llu: \"%s\" is %sfound in \"%s\"",
				         (unsigned long long)seed, q, got >> d & 1 ? "" : "not ",
				         texts[d]);
	}
	ik_buf_free(&text);
	ik_buf_free(&want);
}

static void test_a_quoted_string_is_a_substring(void **state)
{
	const char *more = getenv("INK_ORACLE_ROUNDS");
	uint64_t rounds = more != NULL ? strtoull(more, NULL, 10) : 12;
	static char texts[TEXTS][TEXT_MAX];

	(void)state;
	for (uint64_t seed = 1; seed <= rounds; seed++) {
		struct gen g = { seed };
		struct shelf s;

		shelf_open(&s, "default", INK_STORED);
		for (unsigned d = 0; d < TEXTS; d++) {
			uint32_t from = gen_below(&g, N_PIECES);
			uint32_t span = 3 + gen_below(&g, N_PIECES - 2);
			size_t len = make_text(&g, 1 + gen_below(&g, 40), from, span, texts[d]);

			shelf_add(&s, texts[d], len);
		}
		shelf_commit(&s);
		compare_with_text(&s, texts, &g, seed);
		shelf_close(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_phrases_and_slop),
		cmocka_unit_test(test_a_phrase_of_ten_words_needs_them_all),
		cmocka_unit_test(test_a_word_twice_in_a_sloppy_phrase),
		cmocka_unit_test(test_a_sloppy_phrase_occurs_no_more_often_than_its_rarest_word),
		cmocka_unit_test(test_phrases_need_positions),
		cmocka_unit_test(test_all_words_of_a_text),
		cmocka_unit_test(test_clauses),
		cmocka_unit_test(test_a_quoted_string_is_a_substring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
