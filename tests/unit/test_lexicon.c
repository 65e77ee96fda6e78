/* test_lexicon.c - a user's words in documents and queries: lexicon*.c, user.c, trie.c, lines.c. */
#include "tokens.h"

#include "text/lexicon.h"

static struct ik_lexicon *lexicon_of(const char *words)
{
	struct ik_lexicon *lexicon;
	ink_error err = {0};
	int rc = ik_lexicon_new(words, strlen(words), NULL, 0, &lexicon, &err);

	if (rc != 0)
		fail_msg("%s", err.message);
	return lexicon;
}

/* One part of the tokens of a text under a dictionary. */
static const char *tokens(const char *dictionary, enum ik_purpose purpose, const char *text,
                          int part)
{
	struct ik_lexicon *lexicon = lexicon_of(dictionary);
	const char *out;

	tokens_lexicon = lexicon;
	out = tokens_run("default", purpose, text, strlen(text), part, 0);
	tokens_lexicon = NULL;
	ik_lexicon_unref(lexicon);
	return out;
}

static const char *words(const char *dictionary, enum ik_purpose purpose, const char *text)
{
	return tokens(dictionary, purpose, text, INK_PART_WORD);
}

static const char *grams(const char *dictionary, enum ik_purpose purpose, const char *text)
{
	return tokens(dictionary, purpose, text, INK_PART_GRAM);
}

static void test_words_without_blanks_join_the_segmenter(void **state)
{
	(void)state;
	assert_string_equal(words("", IK_FOR_DOC, "深度求索发布模型"),
	                    "0:深度 1:求 2:索 3:发布 4:模型");
	assert_string_equal(words("深度求索", IK_FOR_DOC, "深度求索发布模型"),
	                    "0:深度求索 1:发布 2:模型");
	assert_string_equal(words("深度求索", IK_FOR_ANY, "深度求索"), "0:深度求索!");
	/* folded as text is: traditional, half width, upper case */
	assert_string_equal(words("軟體定義車", IK_FOR_DOC, "软体定义车"), "0:软体定义车");
	assert_string_equal(words("ﾊﾂﾈﾐｸ", IK_FOR_DOC, "ハツネミク"), "0:ハツネミク");
	/* a long word wins over the shorter ones in it, in whatever order they are listed */
	assert_string_equal(words("深度求索公司\n深度求索\n求索公司\n", IK_FOR_DOC, "深度求索公司"),
	                    "0:深度求索公司");
}

static void test_grams_know_no_dictionary(void **state)
{
	char *without = strdup(grams("", IK_FOR_DOC, "深度求索 node.js 나이는"));

	(void)state;
	assert_string_equal(grams("深度求索\nNode.js\n나이\n", IK_FOR_DOC, "深度求索 node.js 나이는"),
	                    without);
	free(without);
}

static void test_a_weight_wins_over_words_that_overlap(void **state)
{
	(void)state;
	assert_string_equal(words("", IK_FOR_DOC, "研究生命起源"), "0:研究 1:生命 2:起源");
	assert_string_equal(words("究生", IK_FOR_DOC, "研究生命起源"), "0:研究 1:生命 2:起源");
	assert_string_equal(words("究生\t2000", IK_FOR_DOC, "研究生命起源"),
	                    "0:研 1:究生 2:命 3:起源");
	/* the last line of a word counts */
	assert_string_equal(words("究生\t2000\n究生\n", IK_FOR_DOC, "研究生命起源"),
	                    "0:研究 1:生命 2:起源");
}

static void test_a_korean_entry_wins_over_particles(void **state)
{
	(void)state;
	assert_string_equal(words("", IK_FOR_DOC, "김하나 김하나는"), "0:김하 1:김하나");
	assert_string_equal(words("김하나", IK_FOR_DOC, "김하나 김하나는 김하나의"),
	                    "0:김하나 1:김하나 2:김하나");
	assert_string_equal(words("김하나", IK_FOR_ANY, "김하나"), "0:김하나!");
	/* no entry in the middle of a word */
	assert_string_equal(words("한국", IK_FOR_DOC, "한국어능력"), "0:한국어능력");
}

static void test_thai_words(void **state)
{
	(void)state;
	assert_string_equal(words("", IK_FOR_DOC, "ปัญญาประดิษฐ์ไทย"), "0:ปัญญา 1:ประดิษฐ์ 2:ไทย");
	assert_string_equal(words("ปัญญาประดิษฐ์", IK_FOR_DOC, "ปัญญาประดิษฐ์ไทย"),
	                    "0:ปัญญาประดิษฐ์ 1:ไทย");
	assert_string_equal(words("ปัญญาประดิษฐ์", IK_FOR_ANY, "ปัญญาประดิษฐ์"),
	                    "0:ปัญญาประดิษฐ์!");
}

static void test_words_of_letters_stand_beside_their_parts(void **state)
{
	const char *dictionary = "Node.js\nC*\nmachine  learning\n.NET Core\n";

	(void)state;
	assert_string_equal(words(dictionary, IK_FOR_DOC, "the Node.js API"),
	                    "0:the 1:node.js+ 1:node 1:nodej+ 2:js 3:api");
	assert_string_equal(words(dictionary, IK_FOR_DOC, "C*-algebra, abc*"),
	                    "0:c*+ 0:c 1:algebra 2:abc");
	assert_string_equal(words(dictionary, IK_FOR_DOC, "Machine\n\t learning."),
	                    "0:machine learning+ 0:machin 1:learn");
	assert_string_equal(words(dictionary, IK_FOR_DOC, "use .NET Core"),
	                    "0:use 1:.net core+ 1:.net 2:core");
	assert_string_equal(words(dictionary, IK_FOR_DOC, "react/node.js"),
	                    "0:react 0:reactnodej+ 1:node.js+ 1:node 2:js");
	/* whole words only */
	assert_string_equal(words(dictionary, IK_FOR_DOC, "machine learnings"), "0:machin 1:learn");
	assert_string_equal(words(dictionary, IK_FOR_DOC, "xc* c*x"), "0:xc 1:c*+ 1:c 2:x");
	/* queries: one unit in place of the parts, which stay among the grams */
	assert_string_equal(words(dictionary, IK_FOR_ANY, "fast machine learning kit"),
	                    "0:fast 1:machine learning+! 3:kit");
	assert_string_equal(grams(dictionary, IK_FOR_ANY, "fast machine learning kit"),
	                    "0:fast 1:machine 2:learning 3:kit");
	/* phrases: the parts, which every document has */
	assert_string_equal(words(dictionary, IK_FOR_PHRASE, "fast machine learning"),
	                    "0:fast 1:machin 2:learn");
}

static void test_a_word_the_chain_keeps_whole_is_not_doubled(void **state)
{
	(void)state;
	assert_string_equal(words("C++\nink\n", IK_FOR_DOC, "C++ ink"), "0:c++ 1:ink");
	assert_string_equal(words("36氪", IK_FOR_DOC, "36氪"), "0:36 0:36氪+ 1:氪");
}

static void test_words_of_several_scripts(void **state)
{
	(void)state;
	assert_string_equal(words("卡拉OK", IK_FOR_DOC, "去卡拉OK吧"),
	                    "0:去 1:卡拉ok+ 1:卡拉 2:ok 3:吧");
	assert_string_equal(words("카카오T", IK_FOR_DOC, "카카오T를"),
	                    "0:카카오t+ 0:카카오 1:t 2:를");
	assert_string_equal(words("ハリー・ポッター", IK_FOR_DOC, "ハリー・ポッター"),
	                    "0:ハリー・ポッター+ 0:ハリー 2:ポッター");
	assert_string_equal(words("서울 대학교", IK_FOR_DOC, "서울 대학교"),
	                    "0:서울 대학교+ 0:서울 1:대학교");
}

static void test_offsets_are_those_of_the_text(void **state)
{
	struct ik_lexicon *lexicon = lexicon_of("深度求索\nmachine learning\n");

	(void)state;
	tokens_lexicon = lexicon;
	assert_string_equal(tokens_run("default", IK_FOR_DOC, "a 深度求索  MACHINE \t learning",
	                               sizeof "a 深度求索  MACHINE \t learning" - 1,
	                               INK_PART_WORD, 1),
	                    "0:a@0-1 1:深度求索@2-14 2:machine learning+@16-34 2:machin@16-23 "
	                    "3:learn@26-34");
	tokens_lexicon = NULL;
	ik_lexicon_unref(lexicon);
}

static void test_the_word_tokenizer_has_them_too(void **state)
{
	struct ik_lexicon *lexicon = lexicon_of("深度求索\nNode.js\n");

	(void)state;
	tokens_lexicon = lexicon;
	assert_string_equal(tokens_run("word | fold", IK_FOR_DOC, "深度求索 Node.js", 20,
	                               INK_PART_WORD, 0), "0:深度求索 1:node 2:js");
	tokens_lexicon = NULL;
	ik_lexicon_unref(lexicon);
}

static void test_comments_blanks_and_byte_order_marks(void **state)
{
	(void)state;
	assert_string_equal(words("\xEF\xBB\xBF# mine\r\n\r\n \t深度求索 \t 7 \r\n", IK_FOR_DOC,
	                          "深度求索"), "0:深度求索");
	assert_string_equal(words("\\#ink stone", IK_FOR_DOC, "#ink stone"),
	                    "0:#ink stone+ 0:ink 1:stone");
}

static void expect_error(const char *text, size_t len, int code, const char *message)
{
	struct ik_lexicon *lexicon = (struct ik_lexicon *)&len;
	ink_error err = {0};

	assert_int_equal(ik_lexicon_new(text, len, NULL, 0, &lexicon, &err), code);
	assert_null(lexicon);
	assert_string_equal(err.message, message);
}

static void test_errors_name_line_and_byte(void **state)
{
	char big[400];

	(void)state;
	expect_error("ink\nst\xFFone\n", 11, INK_ESYNTAX, "line 2, byte 6: not UTF-8");
	expect_error("ink\tx", 5, INK_ESYNTAX,
	             "line 1, byte 4: a weight is a number from 1 to 10000, not \"x\"");
	expect_error("ink\t0", 5, INK_ESYNTAX,
	             "line 1, byte 4: a weight is a number from 1 to 10000, not \"0\"");
	expect_error("ink\t99999999999", 15, INK_ESYNTAX,
	             "line 1, byte 4: a weight is a number from 1 to 10000, not \"99999999999\"");
	expect_error("ink\t5\t6", 7, INK_ESYNTAX,
	             "line 1, byte 4: a weight is a number from 1 to 10000, not \"5?6\"");
	expect_error("\n\n ...\n", 7, INK_ESYNTAX,
	             "line 3, byte 3: no letter or digit in the word");
	memset(big, 'x', sizeof big);
	expect_error(big, 61, INK_ESYNTAX, "line 1, byte 0: a word of more than 60 characters");
	expect_error(big, IK_WORDS_MAX + 1, INK_ELIMIT,
	             "a dictionary of 16777217 bytes, 16777216 are allowed");
}

static void test_an_empty_lexicon_changes_nothing(void **state)
{
	struct ik_lexicon *lexicon;

	(void)state;
	assert_int_equal(ik_lexicon_new(NULL, 0, NULL, 0, &lexicon, NULL), 0);
	ik_lexicon_unref(ik_lexicon_ref(lexicon));
	ik_lexicon_unref(lexicon);
	ik_lexicon_unref(ik_lexicon_ref(NULL));
}

static void test_memory_that_runs_out_leaves_nothing_behind(void **state)
{
	static const char dictionary[] = "深度求索\nNode.js\n김하나\nmachine learning\n";
	static const char synonyms[] = "a, b\nc => d e\n";
	int64_t before = ik_mem_live(), n;
	struct ik_lexicon *lexicon;
	ink_error err;
	int rc = INK_ENOMEM;

	(void)state;
	for (n = 0; rc == INK_ENOMEM && n < 10000; n++) {
		ik_mem_fail_after(n, 0);
		rc = ik_lexicon_new(dictionary, sizeof dictionary - 1, synonyms,
		                    sizeof synonyms - 1, &lexicon, &err);
		ik_mem_fail_after(-1, 0);
		assert_true(rc == 0 || rc == INK_ENOMEM);
		ik_lexicon_unref(lexicon);
		assert_int_equal(ik_mem_live(), before);
	}
	assert_int_equal(rc, 0);
	assert_true(n > 10);
}

/* Long runs are cut by a sliding window: a word at its edge is found as anywhere else. */
static void test_words_at_the_edge_of_a_window(void **state)
{
	struct ik_lexicon *lexicon = lexicon_of("深度求索");
	struct ik_buf text;
	const char *found;
	size_t n = 0;

	(void)state;
	ik_buf_init(&text, 1 << 20);
	for (unsigned i = 0; i < 3000; i++)
		ik_buf_put_str(&text, "深度求索"); /* 12000 characters, no break */
	tokens_lexicon = lexicon;
	found = tokens_run("default", IK_FOR_DOC, (const char *)text.data, text.len, INK_PART_WORD,
	                   0);
	tokens_lexicon = NULL;
	for (const char *p = found; (p = strstr(p, ":深度求索")) != NULL; p++)
		n++;
	assert_int_equal(n, 3000);
	ik_buf_free(&text);
	ik_lexicon_unref(lexicon);
}

/* Whatever the dictionary and the text: it ends, offsets are in order, grams are the same. */
static void test_random_words_and_texts(void **state)
{
	static const char *const bits[] = {"深", "度", "求", "索", "の", "カ", "・", "ink", "C", "*",
		                           " ", "1", "한", "국", "은", "ก", "า", ".", "\n", "é"};
	const unsigned seed = 20260;
	unsigned x = seed;

	(void)state;
	print_message("seed %u\n", seed);
	for (int round = 0; round < 300; round++) {
		char dictionary[600] = "a\n", text[900] = "", *before;

		for (int i = 0; i < 40; i++) {
			x = x * 1103515245u + 12345u;
			strcat(dictionary, bits[(x >> 16) % 20]);
			if ((x >> 8) % 3 == 0)
				strcat(dictionary, "x\n");
			x = x * 1103515245u + 12345u;
			strcat(text, bits[(x >> 16) % 20]);
			strcat(text, bits[(x >> 20) % 20]);
		}
		{
			struct ik_lexicon *lexicon;

			if (ik_lexicon_new(dictionary, strlen(dictionary), NULL, 0, &lexicon,
			                   NULL) != 0)
				continue; /* a line of signs only */
			before = strdup(tokens_grams(IK_FOR_DOC, text));
			tokens_lexicon = lexicon;
			assert_string_equal(tokens_grams(IK_FOR_DOC, text), before);
			for (int purpose = 0; purpose < 3; purpose++)
				tokens_words((enum ik_purpose)purpose, text);
			tokens_lexicon = NULL;
			ik_lexicon_unref(lexicon);
			free(before);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_without_blanks_join_the_segmenter),
		cmocka_unit_test(test_grams_know_no_dictionary),
		cmocka_unit_test(test_a_weight_wins_over_words_that_overlap),
		cmocka_unit_test(test_a_korean_entry_wins_over_particles),
		cmocka_unit_test(test_thai_words),
		cmocka_unit_test(test_words_of_letters_stand_beside_their_parts),
		cmocka_unit_test(test_a_word_the_chain_keeps_whole_is_not_doubled),
		cmocka_unit_test(test_words_of_several_scripts),
		cmocka_unit_test(test_offsets_are_those_of_the_text),
		cmocka_unit_test(test_the_word_tokenizer_has_them_too),
		cmocka_unit_test(test_comments_blanks_and_byte_order_marks),
		cmocka_unit_test(test_errors_name_line_and_byte),
		cmocka_unit_test(test_an_empty_lexicon_changes_nothing),
		cmocka_unit_test(test_memory_that_runs_out_leaves_nothing_behind),
		cmocka_unit_test(test_words_at_the_edge_of_a_window),
		cmocka_unit_test(test_random_words_and_texts),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
