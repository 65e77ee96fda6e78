/* test_fold.c - folding: what becomes equal, and that offsets stay true. */
#include "tokens.h"

#include "text/fold.h"
#include "text/icu.h"

static void same(const char *a, const char *b)
{
	char first[512];

	snprintf(first, sizeof first, "%s", tokens_fold(a, strlen(a)));
	assert_string_equal(first, tokens_fold(b, strlen(b)));
}

static void test_case_width_and_ligatures_do_not_matter(void **state)
{
	(void)state;
	same("ＡＢＣ１２３", "abc123");
	same("ﬁne STRASSE", "fine straße");
	same("ﾊﾝｶｸｶﾞﾅ", "ハンカクガナ");
	same("①㍿", "1株式会社");
}

static void test_composed_and_decomposed_text_is_the_same(void **state)
{
	(void)state;
	same("café", "cafe\u0301");
	same("がぎぐ", "か\u3099き\u3099く\u3099");
	same("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8");
	same("ệ", "e\u0302\u0323"); /* two marks, in the other order */
	same("ệ", "e\u0323\u0302");
	same("q\u0307\u0323", "q\u0323\u0307");
}

static void test_invisible_characters_do_not_matter(void **state)
{
	(void)state;
	same("so\u00adft", "soft");
	same("e\u200d\u0301", "é");
}

static void test_the_vowel_am_is_the_same_whole_and_halved(void **state)
{
	static const struct {
		const char *whole, *halved;
	} am[] = {{"คำ", "ค\u0E4D\u0E32"}, {"น\u0E49ำ", "น\u0E49\u0E4D\u0E32"},
	          {"น\u0E49ำ", "น\u0E4D\u0E49\u0E32"}, {"ຄຳ", "ຄ\u0ECD\u0EB2"},
	          {"ນ\u0EC9ຳ", "ນ\u0ECD\u0EC9\u0EB2"}, {"ຄຳ", "ຄ\u0ECD\u200B\u0EB2"},
	          {"น\u0E49ำ", "นำ\u0E49"}, {"น\u0E49ำ", "น\u0E4D\u0E32\u0E49"},
	          {"ນ\u0EC9ຳ", "ນຳ\u0EC9"}, {"น\u0E49ำ", "นำ\u200B\u0E49"},
	          {"น\u0E49ำตาล", "นำ\u0E49ตาล"}};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof am / sizeof *am; i++) {
		assert_string_equal(tokens_fold(am[i].halved, strlen(am[i].halved)), am[i].whole);
		snprintf(text, sizeof text, "%se\u0301", am[i].halved); /* through a window */
		assert_memory_equal(tokens_fold(text, strlen(text)), am[i].whole,
		                    strlen(am[i].whole));
	}
	assert_string_equal(tokens_fold("\u0E4D", 3), "\u0E4D"); /* alone it stays what it is */
	assert_string_equal(tokens_fold("\u0E4D\u0E49 \u0E32", 10), "\u0E4D\u0E49 \u0E32");
	assert_string_equal(tokens_fold("นำ \u0E49", 10), "นำ \u0E49");
}

static void test_traditional_and_simplified_are_the_same(void **state)
{
	(void)state;
	same("軟體開發與資料庫", "软体开发与资料库");
	same("臺灣圖書館", "台湾图书馆");
}

/* WAVE DASH, HORIZONTAL BAR and PARALLEL TO are what others convert to the signs beside them. */
static void test_signs_of_japanese_with_two_code_points_are_the_same(void **state)
{
	(void)state;
	same("東京\u301C大阪", "東京\uFF5E大阪");
	same("\u2015\u2015そう", "\u2014\u2014そう");
	same("甲\u2225乙", "甲\u2016乙");
}

static void test_kana_are_the_same_in_grams_only(void **state)
{
	(void)state;
	same("ひらがな", "ヒラガナ");
	assert_string_equal(tokens_words(IK_FOR_DOC, "さくら"), "0:さくら");
	assert_string_equal(tokens_grams(IK_FOR_DOC, "さくら"), "0:サク 1:クラ 2:ラ");
}

static void test_blanks_are_one_blank_and_none_at_the_ends(void **state)
{
	(void)state;
	assert_string_equal(tokens_fold(" a \t\n b\0c ", 10), "a b c");
	assert_string_equal(tokens_fold("北京　 大学 ", strlen("北京　 大学 ")), "北京 大学");
	assert_string_equal(tokens_fold("", 0), "");
}

static void test_invalid_bytes_are_replaced(void **state)
{
	(void)state;
	assert_string_equal(tokens_fold("a\xff" "b\xe4\xb8", 5), "a\uFFFD" "b\uFFFD\uFFFD");
}

/* The tables and the windows against ICU itself, for every character there is. */
static void test_every_character_folds_as_icu_folds_it(void **state)
{
	static struct ik_window w;
	uint32_t cp, out[64], differ = 0;

	(void)state;
	for (cp = 1; cp < 0x110000; cp++) {
		char text[4];
		size_t len;
		int n, i;

		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		len = ik_utf8_put(text, cp);
		ik_window_init(&w, text, len, 0);
		assert_int_equal(ik_window_fill(&w, 0), 1);
		n = ik_icu_fold(text, len, out, 64);
		assert_true(n >= 0);
		if (cp == 0x0E33 || cp == 0x0EB3 || cp == 0x2120 || cp == 0x2122) /* gen_fold.c */
			continue;
		assert_int_equal(w.n, n);
		for (i = 0; i < n; i++) {
			assert_int_equal(w.c[i].start, 0);
			assert_int_equal(w.c[i].end, len);
			if (w.c[i].cp == out[i])
				continue;
			/* else Traditional to Simplified, a typographic joiner or a sign of two */
			assert_true(w.c[i].cls == IK_CLASS_HAN || w.c[i].cp == '\'' ||
			            w.c[i].cp == '-' || w.c[i].cp == '~' ||
			            w.c[i].cp == 0x2014 || w.c[i].cp == 0x2016);
			differ++;
		}
	}
	assert_in_range(differ, 2500, 6000);
}

static uint32_t seed = 20261122;

static uint32_t next_random(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static size_t random_text(char *text, size_t n)
{
	static const uint32_t from[] = {'a', 0x300, 0x1100, 0x1161, 0x11A8, 0x3040, 0x4E00, 0xAC00,
	                                0xE00, 0xFF61, 0x3099, 0xC0, 0x200B, ' '};
	static const uint32_t count[] = {26, 112, 19, 21, 27,  192, 20000, 11172,
	                                 220, 63,  2,  300, 3, 1};
	size_t len = 0;

	while (n-- > 0) {
		uint32_t k = next_random(sizeof from / sizeof from[0]);
		uint32_t cp = from[k] + next_random(count[k]);

		/* with a voiced mark behind only their katakana compose: by folding twice */
		if (cp >= 0x308F && cp <= 0x3092)
			cp = 0x3042;
		len += ik_utf8_put(text + len, cp);
	}
	return len;
}

static void test_folding_twice_is_folding_once(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		char text[400], once[4000];
		uint32_t was = seed;
		size_t len = random_text(text, 1 + next_random(40));

		snprintf(once, sizeof once, "%s", tokens_fold(text, len));
		if (strcmp(once, tokens_fold(once, strlen(once))) != 0)
			print_message("seed %u\n", (unsigned)was);
		assert_string_equal(once, tokens_fold(once, strlen(once)));
	}
}

static void test_windows_do_not_show(void **state)
{
	/* the same text once at the front and once across the end of a window */
	static char text[16384];
	const char *tail = "カ\u3099é e\u0301 한\u1112\u1161\u11ab";
	size_t at, tail_len = strlen(tail);

	(void)state;
	for (at = IK_WINDOW - 12; at < IK_WINDOW + 4; at++) {
		const char *folded;

		memset(text, '!', at);
		memcpy(text + at, tail, tail_len + 1);
		folded = tokens_fold(text, at + tail_len);
		assert_string_equal(folded + at, "ガé é 한한");
	}
}

/* Behind a text, what combines changes how all of it is folded, and must not change what comes out. */
static void test_text_is_folded_alike_with_and_without_what_combines(void **state)
{
	const char *tail = "xe\u0301";
	int i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		char text[600], alone[4000];
		size_t len = random_text(text, 1 + next_random(100)), n;

		text[len++] = 'x'; /* so that nothing of the tail combines with it */
		n = (size_t)snprintf(alone, sizeof alone, "%s", tokens_fold(text, len));
		memcpy(text + len, tail, strlen(tail));
		assert_memory_equal(alone, tokens_fold(text, len + strlen(tail)), n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_case_width_and_ligatures_do_not_matter),
		cmocka_unit_test(test_composed_and_decomposed_text_is_the_same),
		cmocka_unit_test(test_invisible_characters_do_not_matter),
		cmocka_unit_test(test_the_vowel_am_is_the_same_whole_and_halved),
		cmocka_unit_test(test_traditional_and_simplified_are_the_same),
		cmocka_unit_test(test_signs_of_japanese_with_two_code_points_are_the_same),
		cmocka_unit_test(test_kana_are_the_same_in_grams_only),
		cmocka_unit_test(test_blanks_are_one_blank_and_none_at_the_ends),
		cmocka_unit_test(test_invalid_bytes_are_replaced),
		cmocka_unit_test(test_every_character_folds_as_icu_folds_it),
		cmocka_unit_test(test_folding_twice_is_folding_once),
		cmocka_unit_test(test_windows_do_not_show),
		cmocka_unit_test(test_text_is_folded_alike_with_and_without_what_combines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
