/* test_quoted.c - quoted strings of scripts without blanks against a search in the text. */
#include "shelf.h"

#include "../support/gen.h"
#include "base/utf8.h"

static const char *const pieces[] = {
	"中", "国", "人", "民", "中国", "人民", "大学", "学生", "生活", "东京", "都", "研究", "究", "所",
	"ひ", "ら", "カ", "タ", "カタ", "は", "の", "学校", "학", "교", "학교", "는", "가", "에서",
	"ไทย", "ภาษา", "ไป", "dog", "dogs", "A100", "芯片", " ", " ", "，", "。", ",", "1", "後", "后",
	"・", "ｶﾞ", "か\u3099", "\u200b", "国\u0301", "ヒラ", "が", "葛󠄀",
	"℃", "㎏", "②", "が\u200b",
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

/* Letters of Han and kana only: one run, without anything that is in no gram. */
static int is_plain(const char *q, size_t len)
{
	for (const char *end = q + len; q < end;) {
		uint32_t cp;

		q = ik_utf8_next(q, end, &cp);
		if ((cp < 0x3041 || cp > 0x30FA || cp == 0x3099) && (cp < 0x4E00 || cp > 0x9FFF))
			return 0;
	}
	return 1;
}

static int is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static int ends_whole(const char *q, size_t len)
{
	return !is_alnum(q[0]) && !is_alnum(q[len - 1]);
}

/* Which texts hold the string. */
static uint64_t held_by(const struct shelf *s, char texts[TEXTS][TEXT_MAX], const char *q, size_t len)
{
	struct ik_buf text, want;
	uint64_t truth = 0;

	ik_buf_init(&text, 1 << 20);
	ik_buf_init(&want, 1 << 20);
	fold(s, q, len, &want);
	for (unsigned d = 0; d < TEXTS; d++) {
		fold(s, texts[d], strlen(texts[d]), &text);
		truth |= (uint64_t)contains(&text, &want) << d;
	}
	ik_buf_free(&text);
	ik_buf_free(&want);
	return truth;
}

/*
 * What a quoted string finds is where the text holds it. Where no text is stored that is so of
 * plain strings, and nothing is missing of the others if they are not cut within a Latin word.
 */
static void compare_with_text(const struct shelf *s, uint32_t flags, char texts[TEXTS][TEXT_MAX],
                              struct gen *g, uint64_t seed)
{
	char q[TEXT_MAX];

	for (unsigned i = 0; i < 120; i++) {
		const char *from = texts[gen_below(g, TEXTS)];
		uint64_t truth, wrong;
		size_t len;

		if (gen_below(g, 3) == 0)
			len = make_text(g, 1 + gen_below(g, 3), 0, N_PIECES, q);
		else
			len = cut(g, from, strlen(from), q);
		if (!ik_text_has_grams(q, len))
			continue;
		truth = held_by(s, texts, q, len);
		wrong = found(s, leaf(IK_Q_PHRASE, q, 0)) ^ truth;
		if ((flags & INK_STORED) == 0 && (flags != 0 || !is_plain(q, len)))
			wrong &= ends_whole(q, len) ? truth : 0;
		for (unsigned d = 0; d < TEXTS; d++)
			if ((wrong >> d & 1) != 0)
				fail_msg("flags %u, seed %llu: \"%s\" is %s in \"%s\"", (unsigned)flags,
				         (unsigned long long)seed, q,
				         (truth >> d & 1) != 0 ? "not found" : "found", texts[d]);
	}
}

/* Texts in two segments or, merged, in one. */
static void fill(struct shelf *s, char texts[TEXTS][TEXT_MAX], struct gen *g)
{
	for (unsigned d = 0; d < TEXTS; d++) {
		uint32_t from = gen_below(g, N_PIECES);
		uint32_t span = 3 + gen_below(g, N_PIECES - 2);
		size_t len = make_text(g, 1 + gen_below(g, 40), from, span, texts[d]);

		shelf_add(s, texts[d], len);
		if (d == TEXTS / 2)
			shelf_commit(s);
	}
	if (gen_below(g, 2) == 0)
		must(ik_writer_optimize(s->writer, 1, NULL, NULL, &err));
	shelf_commit(s);
}

static void test_a_quoted_string_is_a_substring(void **state)
{
	static const uint32_t flags[] = { INK_STORED, INK_STORED | INK_NO_POSITIONS, 0,
		                          INK_NO_POSITIONS };
	const char *more = getenv("INK_ORACLE_ROUNDS");
	uint64_t rounds = more != NULL ? strtoull(more, NULL, 10) : 16;
	static char texts[TEXTS][TEXT_MAX];

	(void)state;
	for (uint64_t seed = 1; seed <= rounds; seed++) {
		struct gen g = { seed };
		struct shelf s;

		shelf_open(&s, "default", flags[seed % 4]);
		fill(&s, texts, &g);
		compare_with_text(&s, flags[seed % 4], texts, &g, seed);
		shelf_close(&s);
	}
}

/*
 * Without a stored text: the grams in order and, in any place, a character that is alone in its
 * run and words of other scripts. Without positions, the grams in any place.
 */
static void test_what_is_asked_without_the_text(void **state)
{
	static const char *const texts[] = { "民，中国人", "中国人", "国人，中国，民", "中国人，民",
		                             "A100中国", "A100，国，中国", "东京都民", NULL };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "default", 0);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "中国人", 0)), 1 | 2 | 8);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "民，中国人", 0)), 1 | 8);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "A100中国", 0)), 16 | 32);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "B200中国", 0)), 0);
	shelf_close(&s);
	shelf_fill(&s, texts, "default", INK_NO_POSITIONS);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "中国人", 0)), 1 | 2 | 4 | 8);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "京都民", 0)), 64);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "A100中国", 0)), 16 | 32);
	shelf_close(&s);
}

/* Halves of the string where they stand in it, something between them, and what goes over it elsewhere. */
static void test_halves_with_something_between_are_not_the_string(void **state)
{
	static const char *const texts[] = { "中国人民", "中国，人民，国人", "中国 人民 国人", "国人中国。人民",
		                             "中国\u200b人民", "학교학생", "학교 학생 교학", "학교학 생",
		                             "ภาษาไทย", "ภาษา ไทย ษาไ าไท", "ภาษ าไทย ษาไ", NULL };
	struct shelf s;

	(void)state;
	shelf_fill(&s, texts, "default", 0);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "中国人民", 0)), 1 | 16);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "학교학생", 0)), 32);
	assert_int_equal(found(&s, leaf(IK_Q_PHRASE, "ภาษาไทย", 0)), 256);
	shelf_close(&s);
}

/* The best few are the first of all, though positions and texts are read only of what scores enough. */
static void compare_best(const struct shelf *s, const char *q, uint32_t limit)
{
	struct ik_query *query = leaf(IK_Q_PHRASE, q, 0);
	struct ik_results *all, *best;

	must(search(s, query, &all, &err));
	must(search_best(s, query, limit, 0, &best, &err));
	assert_int_equal(best->n, all->n < limit ? all->n : limit);
	for (size_t i = 0; i < best->n; i++) {
		assert_int_equal(best->hits[i].doc, all->hits[i].doc);
		assert_true(best->hits[i].score == all->hits[i].score);
	}
	ik_results_free(best);
	ik_results_free(all);
	ik_query_unref(query);
}

static void compare_best_of(uint32_t span, uint32_t flags)
{
	static const char *const strings[] = { "中国", "国人", "人民大学", "中国人", "の学校は", "ひら",
		                               "A100芯片", "大学。", "東京", "究所の", "民大", "カタは",
		                               "中国人民", "国中国人", "学生大学" };
	struct gen g = { 5 };
	struct shelf s;

	shelf_open(&s, "default", flags);
	for (unsigned d = 0; d < 900; d++) { /* of several ranges */
		char text[TEXT_MAX];
		size_t len = make_text(&g, 1 + gen_below(&g, 40), 0, span, text);

		shelf_add(&s, text, len);
	}
	shelf_commit(&s);
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
		for (uint32_t limit = 1; limit <= 100; limit *= 10)
			compare_best(&s, strings[i], limit);
	shelf_close(&s);
}

static void test_the_best_of_a_quoted_string(void **state)
{
	(void)state;
	compare_best_of(N_PIECES, INK_STORED);
	compare_best_of(8, INK_STORED); /* strings that many documents of a range may have */
	compare_best_of(8, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_quoted_string_is_a_substring),
		cmocka_unit_test(test_what_is_asked_without_the_text),
		cmocka_unit_test(test_halves_with_something_between_are_not_the_string),
		cmocka_unit_test(test_the_best_of_a_quoted_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
