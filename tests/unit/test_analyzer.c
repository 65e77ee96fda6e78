/* test_analyzer.c - specs, purposes, limits, failures, and what holds for every token. */
#include "tokens.h"

#include "base/os.h"

static const char *run(const char *spec, const char *text)
{
	return tokens_run(spec, IK_FOR_DOC, text, strlen(text), -1, 0);
}

static void test_tokenizers_cut_as_they_say(void **state)
{
	(void)state;
	assert_string_equal(run("whitespace", "Ab-c\u3000d.\tE"), "0:Ab-c 1:d. 2:E");
	assert_string_equal(run("letters", "Ab-c3 d'é"), "0:Ab 1:c3 2:d 3:é");
	assert_string_equal(run("keyword", "New York, NY"), "0:New York, NY");
	assert_string_equal(run("ngram:2", "abc d"), "0:ab 1:bc 2:d");
	assert_string_equal(run("ngram:3", "自然语言"), "0:自然语 1:然语言");
	assert_string_equal(run("word", "Running 北京大学 GPT-4"), "0:Running 1:北京 2:大学 3:GPT 4:4");
}

/* Blanks in front move a text over the blocks in which ASCII is cut, and change nothing else. */
static void test_terms_do_not_depend_on_where_they_stand(void **state)
{
	static const char *const piece[] = {"a", "Bc", "7", " ", "  ", "-", "\xC3\xA9",
	                                    "\xE4\xB8\xAD",
	                                    "\xE3\x80\x80", "\xFF", "longer", "\n", "x"};
	static const char *const spec[] = {"whitespace", "letters", "letters|lower"};
	uint64_t seed = 20240817;
	char text[64 + 260 + 1], want[4096];

	(void)state;
	memset(text, ' ', 64);
	for (int round = 0; round < 300; round++) {
		size_t len = 64;

		while (len < 64 + (size_t)round % 240) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			len += (size_t)sprintf(text + len, "%s", piece[(seed >> 40) % 13]);
		}
		text[len] = '\0';
		for (int i = 0; i < 3; i++) {
			snprintf(want, sizeof want, "%s", run(spec[i], text + 64));
			for (int blanks = 1; blanks <= 64; blanks += 1 + round % 7)
				assert_string_equal(run(spec[i], text + 64 - blanks), want);
		}
	}
}

static void test_filters_apply_in_their_order(void **state)
{
	(void)state;
	assert_string_equal(run("word|lower|stop:en|stem:en", "The Running Dogs"), "1:run 2:dog");
	assert_string_equal(run("word|stop:en|lower", "The the dog"), "0:the 2:dog");
	assert_string_equal(run("whitespace|fold", "Ｆｕｌｌ 軟體"), "0:full 1:软体");
	assert_string_equal(run("whitespace|lower", "ÀÉ 軟體"), "0:àé 1:軟體");
	assert_string_equal(run("word|length:2-3", "a bb ccc dddd 中文"), "1:bb 2:ccc 4:中文");
	assert_string_equal(run(" word |  fold|stem:german ", "Häuser"), "0:haus");
}

static void test_chains_make_words_only(void **state)
{
	(void)state;
	assert_string_equal(tokens_run("word|fold", IK_FOR_ANY, "what 学", 8, INK_PART_GRAM, 0), "");
	assert_string_equal(tokens_run("word|fold", IK_FOR_ANY, "what 学", 8, INK_PART_WORD, 0),
	                    "0:what 1:学");
}

static void bad(const char *spec, int offset, const char *says)
{
	struct ik_analyzer *analyzer = (struct ik_analyzer *)&spec;
	ink_error err;

	assert_int_equal(ik_analyzer_new(spec, &analyzer, &err), INK_ESYNTAX);
	assert_null(analyzer);
	assert_int_equal(err.offset, offset);
	if (strstr(err.message, says) == NULL)
		print_message("%s: %s\n", spec, err.message);
	assert_non_null(strstr(err.message, says));
}

static void test_a_bad_spec_is_told_with_its_place_and_what_there_is(void **state)
{
	(void)state;
	bad("", 0, "whitespace");
	bad("words", 0, "letters");
	bad("word|foo", 5, "stem:LANG");
	bad("word||fold", 5, "fold");
	bad("word|fold|", 10, "fold");
	bad("word | stem:xx", 12, "sv");
	bad("word|stem", 5, "language");
	bad("word|stop:xx", 10, "de en");
	bad("word:3", 5, "no argument");
	bad("word|fold:x", 10, "no argument");
	bad("ngram", 5, "1 to 16");
	bad("ngram:0", 6, "1 to 16");
	bad("ngram:17", 6, "1 to 16");
	bad("ngram:99999999999999999999", 6, "1 to 16");
	bad("word|length:5-2", 12, "length:2-40");
	bad("word|length:5", 12, "length:2-40");
	bad("default|fold", 8, "no filters");
	bad("word|fold|fold|fold|fold|fold|fold|fold|fold|fold", 45, "8 filters");
}

static void test_offsets_point_into_the_original(void **state)
{
	const char *text = "ＡＢ e\u0301t ㍿";

	(void)state;
	assert_string_equal(tokens_run(NULL, IK_FOR_DOC, text, strlen(text), INK_PART_WORD, 1),
	                    "0:ab@0-6 1:ét@7-11 2:株式会社@12-15");
}

static void test_nul_and_invalid_bytes_separate(void **state)
{
	(void)state;
	assert_string_equal(tokens_run(NULL, IK_FOR_DOC, "a\0b\xff" "c\xc3", 6, INK_PART_WORD, 0),
	                    "0:a 1:b 2:c");
	assert_string_equal(tokens_run("whitespace", IK_FOR_DOC, "a\xff" "b\0c", 5, -1, 0),
	                    "0:a\uFFFDb 1:c");
	assert_string_equal(tokens_run(NULL, IK_FOR_DOC, "中\xe4\xb8国", 8, INK_PART_GRAM, 0),
	                    "0:中 2:国");
	assert_string_equal(tokens_run(NULL, IK_FOR_DOC, NULL, 0, -1, 0), "");
}

struct checker {
	struct ik_sink sink;
	const char *text;
	size_t len;
	uint32_t last[2];
	size_t n;
	size_t stop_after;
};

static int check(struct ik_sink *sink, const struct ik_token *token)
{
	struct checker *c = (struct checker *)sink;

	assert_in_range(token->len, 1, IK_TERM_MAX);
	assert_true(ik_utf8_valid(token->term, token->len, NULL));
	assert_true(token->start < token->end && token->end <= c->len);
	assert_true(token->part <= INK_PART_GRAM);
	assert_true(token->position >= c->last[token->part]);
	c->last[token->part] = token->position;
	if (ik_utf8_valid(c->text, c->len, NULL)) {
		assert_int_equal(ik_utf8_floor(c->text, c->len, token->start), token->start);
		assert_int_equal(ik_utf8_floor(c->text, c->len, token->end), token->end);
	}
	return ++c->n == c->stop_after ? -77 : 0;
}

static uint32_t seed = 99;

static uint32_t next_random(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static size_t random_text(char *text, size_t max)
{
	static const uint32_t from[] = {0x20, 0x20, 0x300, 0xE00, 0x1000, 0x1100, 0x3040, 0x3300,
	                                0x4E00, 0xAC00, 0xFB00, 0xFF00, 0x1F300, 0x1F1E6, 0x200D, 0x20E3,
	                                0xFE0E, 0};
	static const uint32_t count[] = {96, 96, 112, 128, 160, 256, 192, 256,
	                                 20000, 11172, 1280, 240, 700, 26, 1, 1, 2, 0x110000};
	size_t len = 0;

	while (len + 4 <= max) {
		uint32_t k = next_random(sizeof from / sizeof from[0] + 1);

		if (k == sizeof from / sizeof from[0])
			text[len++] = (char)next_random(256);
		else
			len += ik_utf8_put(text + len, from[k] + next_random(count[k]));
	}
	return len;
}

static void test_every_token_of_random_text_is_well_formed(void **state)
{
	static const char *const specs[] = {"default", "word|fold|stem:en", "letters|lower",
	                                    "whitespace|fold", "keyword|fold", "ngram:2|fold"};
	struct ik_analysis *analysis;
	char *text = malloc(20000);
	size_t i, k;
	ink_error err;

	(void)state;
	assert_non_null(text);
	assert_int_equal(ik_analysis_new(&analysis, &err), INK_OK);
	for (i = 0; i < sizeof specs / sizeof specs[0]; i++) {
		struct ik_analyzer *analyzer;

		assert_int_equal(ik_analyzer_new(specs[i], &analyzer, &err), INK_OK);
		for (k = 0; k < 150; k++) {
			struct checker c = {{check}, text, 0, {0, 0}, 0, 0};

			c.len = random_text(text, k % 50 == 0 ? 20000 : next_random(200));
			assert_int_equal(ik_analyze(analyzer, analysis, (enum ik_purpose)(k % 3),
			                            text, c.len, &c.sink, &err), INK_OK);
		}
		ik_analyzer_unref(analyzer);
	}
	assert_true(ik_analysis_bytes(analysis) > 0);
	ik_analysis_free(analysis);
	free(text);
}

static void test_a_sink_stops_the_run(void **state)
{
	static const char *const texts[] = {"a b c d", "中文分词很好", "대한민국 서울", "ภาษาไทยกข", "a-b-c-d"};
	struct ik_analyzer *analyzer;
	struct ik_analysis *analysis;
	ink_error err;
	size_t i;

	(void)state;
	assert_int_equal(ik_analyzer_new(NULL, &analyzer, &err), INK_OK);
	assert_int_equal(ik_analysis_new(&analysis, &err), INK_OK);
	for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct checker c = {{check}, texts[i], strlen(texts[i]), {0, 0}, 0, 2};

		assert_int_equal(ik_analyze(analyzer, analysis, IK_FOR_DOC, texts[i], c.len,
		                            &c.sink, &err), -77);
		assert_int_equal(c.n, 2);
	}
	ik_analysis_free(analysis);
	ik_analyzer_unref(analyzer);
}

static void test_texts_over_the_limit_are_refused(void **state)
{
	struct ik_analyzer *analyzer;
	struct ik_analysis *analysis;
	struct checker c = {{check}, "", 0, {0, 0}, 0, 0};
	struct ik_buf out;
	ink_error err;

	(void)state;
	assert_int_equal(ik_analyzer_new(NULL, &analyzer, &err), INK_OK);
	assert_int_equal(ik_analysis_new(&analysis, &err), INK_OK);
	assert_int_equal(ik_analyze(analyzer, analysis, IK_FOR_DOC, "", (size_t)1 << 31, &c.sink,
	                            &err), INK_ELIMIT);
	ik_buf_init(&out, 3);
	assert_int_equal(ik_fold_text(analyzer, "abcdef", 6, &out, &err), INK_ELIMIT);
	ik_buf_free(&out);
	ik_analysis_free(analysis);
	ik_analyzer_unref(analyzer);
}

static int count_only(struct ik_sink *sink, const struct ik_token *token)
{
	(void)sink;
	(void)token;
	return 0;
}

static int try_everything(void)
{
	const char *text = "Running 中文 한국 ภาษา e\u0301";
	struct ik_sink sink = {count_only};
	struct ik_analyzer *analyzer = NULL;
	struct ik_analysis *analysis = NULL;
	struct ik_buf out;
	ink_error err;
	int rc;

	ik_buf_init(&out, 1000);
	rc = ik_analyzer_new("default", &analyzer, &err);
	if (rc == INK_OK)
		rc = ik_analysis_new(&analysis, &err);
	if (rc == INK_OK)
		rc = ik_analyze(analyzer, analysis, IK_FOR_ANY, text, strlen(text), &sink, &err);
	if (rc == INK_OK)
		rc = ik_fold_text(analyzer, text, strlen(text), &out, &err);
	ik_buf_free(&out);
	ik_analysis_free(analysis);
	ik_analyzer_unref(analyzer);
	return rc;
}

static void test_memory_may_run_out_at_any_allocation(void **state)
{
	int64_t live = ik_mem_live(), n;

	(void)state;
	for (n = 0; n < 100; n++) {
		int rc;

		ik_mem_fail_after(n, 1);
		rc = try_everything();
		ik_mem_fail_after(-1, 0);
		assert_int_equal(ik_mem_live(), live);
		if (rc == INK_OK)
			break;
		assert_int_equal(rc, INK_ENOMEM);
	}
	assert_in_range(n, 3, 99);
}

static void test_an_analyzer_lives_as_long_as_it_is_referred_to(void **state)
{
	int64_t live = ik_mem_live();
	struct ik_analyzer *analyzer;
	ink_error err;

	(void)state;
	assert_int_equal(ik_analyzer_new("word", &analyzer, &err), INK_OK);
	assert_ptr_equal(ik_analyzer_ref(analyzer), analyzer);
	ik_analyzer_unref(analyzer);
	assert_false(ik_analyzer_has_grams(analyzer));
	ik_analyzer_unref(analyzer);
	ik_analyzer_unref(NULL);
	assert_int_equal(ik_mem_live(), live);
}

static void test_terms_are_folded_as_words_are(void **state)
{
	struct ik_analyzer *analyzer;
	struct ik_buf out;
	ink_error err;

	(void)state;
	ik_buf_init(&out, 1000);
	assert_int_equal(ik_analyzer_new(NULL, &analyzer, &err), INK_OK);
	assert_int_equal(ik_fold_term(analyzer, "Runn*", 5, &out, &err), INK_OK);
	assert_string_equal(ik_buf_str(&out), "runn*");
	assert_int_equal(ik_fold_term(analyzer, "軟", 3, &out, &err), INK_OK);
	assert_string_equal(ik_buf_str(&out), "runn*软");
	ik_analyzer_unref(analyzer);
	ik_buf_clear(&out);
	assert_int_equal(ik_analyzer_new("whitespace", &analyzer, &err), INK_OK);
	assert_int_equal(ik_fold_term(analyzer, "RuÉ", 4, &out, &err), INK_OK);
	assert_string_equal(ik_buf_str(&out), "RuÉ");
	ik_analyzer_unref(analyzer);
	ik_buf_free(&out);
}

/* The exact forms that a pattern is compared with have no signs but those of numbers and "don't". */
static void test_a_pattern_of_a_compound_is_as_its_joined_form(void **state)
{
	static const char *const forms[][2] = {
		{"foo-ba", "fooba"}, {"Snake_C", "snakec"}, {"foo-b?r*", "foob?r*"},
		{"*.txt", "*txt"}, {"readme.", "readme"}, {"AT&", "at"}, {"at&t", "att"},
		{"GPT\u20104", "gpt4"}, {"O’Rei", "orei"}, {"мама-п", "мамап"}, {"v1.2", "v12"},
		{"192.168.", "192.168."}, {"3.1*", "3.1*"}, {"2024-05", "202405"},
		{"don't", "don't"}, {"we'l", "we'l"}, {"don't-c", "don'tc"}, {"don'", "don'"},
		{".ne", ".ne"}, {"-a", "-a"}, {"a--b", "a--b"}, {"c++1", "c++1"}, {"a\\-b", "a\\-b"},
		{"https://a.b", "https://ab"}, {"中-国?", "中-国?"}, {"ai-模", "ai-模"}, {"-", "-"},
		{"*-*", "*-*"}, {"*-", "*-"}, {"a*_?b", "a*_?b"}, {"a-*", "a*"},
	};
	struct ik_analyzer *analyzer;
	struct ik_buf out;
	ink_error err;

	(void)state;
	ik_buf_init(&out, 1000);
	assert_int_equal(ik_analyzer_new(NULL, &analyzer, &err), INK_OK);
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		ik_buf_clear(&out);
		assert_int_equal(
			ik_fold_term(analyzer, forms[i][0], strlen(forms[i][0]), &out, &err),
			INK_OK);
		assert_string_equal(ik_buf_str(&out), forms[i][1]);
	}
	ik_analyzer_unref(analyzer);
	ik_buf_free(&out);
}

static void test_scripts_with_grams_are_known(void **state)
{
	(void)state;
	assert_true(ik_text_has_grams("abc 学", 7));
	assert_true(ik_text_has_grams("カ", 3));
	assert_true(ik_text_has_grams("한", 3));
	assert_true(ik_text_has_grams("ก", 3));
	assert_true(ik_text_has_grams("㍿", 3));
	assert_false(ik_text_has_grams("Größe, Привет! \xff", 24));
	assert_false(ik_text_has_grams("", 0));
}

static void clusters(const char *text, size_t len, const char *want)
{
	char got[200] = "";
	size_t at = 0;

	while (at < len) {
		size_t next = ik_text_next_cluster(text, len, at);

		assert_true(next > at);
		at = next;
		snprintf(got + strlen(got), sizeof got - strlen(got), "%u ", (unsigned)at);
	}
	assert_string_equal(got, want);
}

static void test_clusters_are_not_divided(void **state)
{
	(void)state;
	clusters("ab中", 5, "1 2 5 ");
	clusters("e\u0301x", 4, "3 4 ");
	clusters("\r\nx", 3, "2 3 ");
	clusters("\U0001F469\u200D\U0001F4BBx", 12, "11 12 ");
	clusters("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7", 16, "8 16 ");
	clusters("น้ำ", 9, "9 ");
	clusters("\u1112\u1161\u11ab", 9, "9 ");
	clusters("a\xff" "b", 3, "1 2 3 ");
	assert_int_equal(ik_text_next_cluster("abc", 3, 3), 3);
	assert_int_equal(ik_text_next_cluster("abc", 3, 9), 3);
}

struct worker {
	struct ik_sink sink;
	const struct ik_analyzer *analyzer;
	uint64_t sum;
	int rc;
};

static int add_up(struct ik_sink *sink, const struct ik_token *token)
{
	struct worker *w = (struct worker *)sink;
	uint32_t i;

	for (i = 0; i < token->len; i++)
		w->sum = w->sum * 31 + (unsigned char)token->term[i];
	w->sum += token->position + token->start;
	return 0;
}

static void work(void *user)
{
	const char *text = "Running 中文分词 대한민국의 ภาษาไทย e\u0301 GPT-4 ソフトウェア";
	struct worker *w = user;
	struct ik_analysis *analysis;
	ink_error err;
	int i;

	w->rc = ik_analysis_new(&analysis, &err);
	for (i = 0; i < 200 && w->rc == INK_OK; i++)
		w->rc = ik_analyze(w->analyzer, analysis, (enum ik_purpose)(i % 3), text,
		                   strlen(text), &w->sink, &err);
	ik_analysis_free(analysis);
}

static void test_threads_share_an_analyzer(void **state)
{
	struct worker w[4];
	struct ik_thread *thread[4];
	struct ik_analyzer *analyzer;
	ink_error err;
	int i;

	(void)state;
	assert_int_equal(ik_analyzer_new(NULL, &analyzer, &err), INK_OK);
	for (i = 0; i < 4; i++) {
		w[i] = (struct worker){{add_up}, analyzer, 0, 0};
		assert_int_equal(ik_thread_start(&thread[i], work, &w[i]), 0);
	}
	for (i = 0; i < 4; i++)
		ik_thread_join(thread[i]);
	for (i = 0; i < 4; i++) {
		assert_int_equal(w[i].rc, INK_OK);
		assert_true(w[i].sum != 0 && w[i].sum == w[0].sum);
	}
	ik_analyzer_unref(analyzer);
}

static void test_the_stamp_names_what_decides(void **state)
{
	(void)state;
	assert_non_null(strstr(ik_analyzer_stamp(), "default "));
	assert_non_null(strstr(ik_analyzer_stamp(), "icu "));
	assert_non_null(strstr(ik_analyzer_stamp(), "unicode "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokenizers_cut_as_they_say),
		cmocka_unit_test(test_terms_do_not_depend_on_where_they_stand),
		cmocka_unit_test(test_filters_apply_in_their_order),
		cmocka_unit_test(test_chains_make_words_only),
		cmocka_unit_test(test_a_bad_spec_is_told_with_its_place_and_what_there_is),
		cmocka_unit_test(test_offsets_point_into_the_original),
		cmocka_unit_test(test_nul_and_invalid_bytes_separate),
		cmocka_unit_test(test_every_token_of_random_text_is_well_formed),
		cmocka_unit_test(test_a_sink_stops_the_run),
		cmocka_unit_test(test_texts_over_the_limit_are_refused),
		cmocka_unit_test(test_memory_may_run_out_at_any_allocation),
		cmocka_unit_test(test_an_analyzer_lives_as_long_as_it_is_referred_to),
		cmocka_unit_test(test_terms_are_folded_as_words_are),
		cmocka_unit_test(test_a_pattern_of_a_compound_is_as_its_joined_form),
		cmocka_unit_test(test_scripts_with_grams_are_known),
		cmocka_unit_test(test_clusters_are_not_divided),
		cmocka_unit_test(test_threads_share_an_analyzer),
		cmocka_unit_test(test_the_stamp_names_what_decides),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
