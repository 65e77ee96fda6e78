/* test_query_terms.c - the terms of queries, and that documents have them. */
#include "tokens.h"

static void test_function_words_are_dropped_from_ranked_queries(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_ANY, "what is the capital of France"),
	                    "3:capit 5:franc");
	assert_string_equal(tokens_grams(IK_FOR_ANY, "what is the capital of France"),
	                    "3:capital 5:france");
	assert_string_equal(tokens_words(IK_FOR_ANY, "什么是北京的天气"), "2:北京 4:天气");
	assert_string_equal(tokens_words(IK_FOR_ANY, "東京はどこ"), "0:东京");
}

static void test_function_words_stay_when_nothing_else_is_left(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_ANY, "to be or not to be"),
	                    "0:to 1:be 2:or 3:not 4:to 5:be");
	assert_string_equal(tokens_words(IK_FOR_ANY, "是的"), "0:是 1:的");
}

static void test_function_words_stay_in_documents_and_phrases(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_DOC, "the end"), "0:the 1:end");
	assert_string_equal(tokens_words(IK_FOR_PHRASE, "the end"), "0:the 1:end");
}

static void test_phrases_have_no_joined_and_no_exact_forms(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_PHRASE, "GPT-4 models"), "0:gpt 1:4 2:model");
	assert_string_equal(tokens_grams(IK_FOR_PHRASE, "GPT-4 models"), "");
	assert_string_equal(tokens_grams(IK_FOR_PHRASE, "GPT-4芯片"), "2:芯片");
}

static void test_ranked_queries_weigh_the_parts_or_the_joined_form_as_words(void **state)
{
	(void)state;
	/* something between the parts: they are words, the joined form counts as a gram */
	assert_string_equal(tokens_words(IK_FOR_ANY, "boundary-layer"), "0:boundari 1:layer");
	assert_string_equal(tokens_grams(IK_FOR_ANY, "boundary-layer"),
	                    "0:boundary 0:boundarylayer+ 1:layer");
	/* nothing between them, or only letters: the other way round */
	assert_string_equal(tokens_words(IK_FOR_ANY, "A380"), "0:a380+");
	assert_string_equal(tokens_grams(IK_FOR_ANY, "A380"), "0:a380+ 1:380");
	assert_string_equal(tokens_words(IK_FOR_ANY, "U.S. dollar"), "0:us+ 2:dollar");
	/* documents have all of them */
	assert_string_equal(tokens_words(IK_FOR_DOC, "boundary-layer A380"),
	                    "0:boundari 0:boundarylay+ 1:layer 2:a 2:a380+ 3:380");
}

static void test_contracted_function_words_are_dropped(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_ANY, "how's the weather in Paris"),
	                    "2:weather 4:pari");
}

/* Such a run is longer than the window, which slides on over characters seen before. */
static void test_words_of_a_long_run_keep_their_kana(void **state)
{
	static const char piece[] = "上げるために行きました";
	const size_t n = 3000, len = sizeof piece - 1;
	char *text = malloc(n * len);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * len, piece, len);
	for (const char *p = tokens_run("default", IK_FOR_DOC, text, n * len, INK_PART_WORD, 0);
	     *p != 0; p++) /* E3 83: katakana from U+30C0 on */
		assert_false((unsigned char)p[0] == 0xE3 && (unsigned char)p[1] == 0x83);
	free(text);
}

static void test_one_character_queries_are_prefixes(void **state)
{
	(void)state;
	assert_string_equal(tokens_words(IK_FOR_ANY, "学"), "0:学");
	assert_string_equal(tokens_grams(IK_FOR_ANY, "学"), "0:学*");
	assert_string_equal(tokens_grams(IK_FOR_PHRASE, "學"), "0:学*");
	assert_string_equal(tokens_grams(IK_FOR_ANY, "あ"), "0:ア*");
}

/* ---- the promise: any substring of a run is found by its grams ---- */

struct gram_set {
	struct ik_sink sink;
	int adding;
	uint32_t missing;
	uint32_t n;
	char term[4096][16];
};

static int take(struct ik_sink *sink, const struct ik_token *token)
{
	struct gram_set *set = (struct gram_set *)sink;
	uint32_t i;

	if (token->part != INK_PART_GRAM)
		return 0;
	assert_true(token->len < 16);
	if (set->adding) {
		assert_true(set->n < 4096);
		memcpy(set->term[set->n], token->term, token->len);
		set->term[set->n++][token->len] = 0;
		return 0;
	}
	for (i = 0; i < set->n; i++) {
		size_t len = strlen(set->term[i]);

		if (len >= token->len && memcmp(set->term[i], token->term, token->len) == 0 &&
		    (len == token->len || token->flags & IK_TOKEN_PREFIX))
			return 0;
	}
	set->missing++;
	return 0;
}

static void find_substrings(const char *text, enum ik_purpose purpose)
{
	static struct gram_set set;
	struct ik_analyzer *analyzer;
	struct ik_analysis *analysis;
	ink_error err;
	size_t len = strlen(text), from, to;

	set.sink.token = take;
	set.n = 0;
	set.adding = 1;
	assert_int_equal(ik_analyzer_new(NULL, &analyzer, &err), INK_OK);
	assert_int_equal(ik_analysis_new(&analysis, &err), INK_OK);
	assert_int_equal(ik_analyze(analyzer, analysis, IK_FOR_DOC, text, len, &set.sink, &err), 0);
	set.adding = 0;
	for (from = 0; from < len; from = (size_t)(ik_utf8_next(text + from, text + len,
	                                                       &(uint32_t){0}) - text))
		for (to = from; to < len;) {
			to = (size_t)(ik_utf8_next(text + to, text + len, &(uint32_t){0}) - text);
			set.missing = 0;
			assert_int_equal(ik_analyze(analyzer, analysis, purpose, text + from,
			                            to - from, &set.sink, &err), 0);
			if (set.missing > 0)
				print_message("not found: %.*s\n", (int)(to - from), text + from);
			assert_int_equal(set.missing, 0);
		}
	ik_analysis_free(analysis);
	ik_analyzer_unref(analyzer);
}

static void test_any_substring_has_only_grams_of_its_document(void **state)
{
	static const char *const texts[] = {
		"春眠不覺曉，處處聞啼鳥。",
		"データベース・システムの設計をがんばる",
		"대한민국의 수도는 서울이다",
		"กรุงเทพเป็นเมืองหลวง",
		"學而時習之 不亦說乎",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		find_substrings(texts[i], IK_FOR_PHRASE);
		find_substrings(texts[i], IK_FOR_ANY);
	}
}

static void test_grams_of_a_query_stand_as_in_the_document(void **state)
{
	(void)state;
	assert_string_equal(tokens_grams(IK_FOR_DOC, "ab 北京大学"),
	                    "0:ab 1:北京 2:京大 3:大学 4:学");
	assert_string_equal(tokens_grams(IK_FOR_PHRASE, "京大学"), "0:京大 1:大学");
}

static void test_words_in_hiragana_keep_their_grams(void **state)
{
	(void)state;
	assert_string_equal(tokens_grams(IK_FOR_ANY, "こんぴゅーたの歴史"),
	                    "0:コン 1:ンピ 2:ピュ 3:ュー 4:ータ 6:ノ歴 7:歴史");
	assert_string_equal(tokens_grams(IK_FOR_ANY, "すしはいつからありますか"), "0:スシ");
	assert_string_equal(tokens_words(IK_FOR_ANY, "すしはいつからありますか"), "0:すし");
}

static void test_what_follows_a_verb_s_han_character_is_left_out(void **state)
{
	(void)state;
	assert_string_equal(tokens_grams(IK_FOR_ANY, "行われている"), "0:行ワ");
	assert_string_equal(tokens_words(IK_FOR_ANY, "とは"), "0:と 1:は"); /* nothing else is there */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_function_words_are_dropped_from_ranked_queries),
		cmocka_unit_test(test_function_words_stay_when_nothing_else_is_left),
		cmocka_unit_test(test_function_words_stay_in_documents_and_phrases),
		cmocka_unit_test(test_phrases_have_no_joined_and_no_exact_forms),
		cmocka_unit_test(test_ranked_queries_weigh_the_parts_or_the_joined_form_as_words),
		cmocka_unit_test(test_contracted_function_words_are_dropped),
		cmocka_unit_test(test_one_character_queries_are_prefixes),
		cmocka_unit_test(test_words_of_a_long_run_keep_their_kana),
		cmocka_unit_test(test_any_substring_has_only_grams_of_its_document),
		cmocka_unit_test(test_grams_of_a_query_stand_as_in_the_document),
		cmocka_unit_test(test_words_in_hiragana_keep_their_grams),
		cmocka_unit_test(test_what_follows_a_verb_s_han_character_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
