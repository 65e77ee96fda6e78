/* test_snippet.c - marks stand where the matches are; passages begin and end well. */
#include "gen_search.h"

#include "base/utf8.h"
#include "search/snippet.h"

static struct ik_dir *dir;
static struct ik_searcher *searcher;

static int open_empty(void **state)
{
	struct ik_schema *schema = world_schema();
	struct ik_snapshot *snap;

	(void)state;
	ok(ik_schema_add(schema, "plain", INK_TEXT, INK_STORED, "whitespace | lower", err));
	ok(ik_dir_mem(&dir, err));
	ok(ik_index_init(dir, schema, err));
	ok(ik_snapshot_open(dir, &snap, err));
	ok(ik_searcher_open(snap, &searcher, err));
	ik_snapshot_unref(snap);
	ik_schema_free(schema);
	return 0;
}

static int close_empty(void **state)
{
	(void)state;
	ik_searcher_unref(searcher);
	ik_dir_free(dir);
	return 0;
}

/* The snippet of a text for a query string; good until the next call. */
static const char *cut(const char *field, const char *query, const char *text, size_t len,
                       uint32_t max_chars, uint32_t flags)
{
	static struct ik_buf out;
	const struct ik_schema *schema = searcher->snap->schema;
	struct ik_snippet_spec spec = { .max_chars = max_chars, .flags = flags, .open = "[",
		                        .close = "]" };
	struct ik_arena arena = { 0 };
	struct ik_marks *marks;
	struct ik_request r;
	struct ik_query *q;
	char *exact = malloc(len + 1); /* of its own, so that reading past it shows */

	memcpy(exact, text, len);
	spec.field = ik_schema_find(schema, field, strlen(field));
	ok(ik_query_parse(schema, query, strlen(query), 0, &q, err));
	ik_request_init(&r, searcher, q);
	ok(ik_marks_new(&r, spec.field, &arena, NULL, &marks, err));
	ik_buf_free(&out);
	ik_buf_init(&out, 64u << 20);
	ok(ik_snippet_make(marks, &spec, &(struct ik_snippet_text){ .p = exact, .len = len }, NULL,
	                   &out, err));
	free(exact);
	ik_query_unref(q);
	ik_request_release(&r);
	ik_arena_free(&arena);
	assert_true(ik_utf8_valid((const char *)out.data, out.len, NULL));
	return ik_buf_str(&out);
}

static void whole(const char *query, const char *text, const char *want)
{
	assert_string_equal(cut("body", query, text, strlen(text), 0, 0), want);
}

static void test_words_are_marked_as_they_are_written(void **state)
{
	(void)state;
	whole("run", "Running and RUNS, but no runt.", "[Running] and [RUNS], but no runt.");
	whole("the ink", "the INK", "the [INK]");
	whole("cafe", "nothing here", "nothing here");
	whole("Straße", "die STRASSE", "die [STRASSE]");
	whole("ink", "", "");
	whole("+ink -stone", "ink stone", "[ink] stone");
	whole("NOT stone", "ink stone", "ink stone");
	whole("plain:ink body:stone", "ink stone", "ink [stone]");
	whole("tag:ink", "ink stone", "ink stone");
	whole("*:*", "ink stone", "ink stone");
	whole("body:*", "ink stone", "ink stone");
	whole("num:[1 TO 5] ink", "1 ink 2", "1 [ink] 2");
	assert_string_equal(cut("plain", "ink-stone", "x INK-Stone y", 13, 0, 0),
	                    "x [INK-Stone] y");
}

static void test_compounds_are_marked_whole(void **state)
{
	(void)state;
	whole("DeepSeekV3", "new: DeepSeek-V3!", "new: [DeepSeek-V3]!");
	whole("deepseek", "new: DeepSeek-V3!", "new: [DeepSeek]-V3!");
}

static void test_patterns_mark_exact_forms(void **state)
{
	(void)state;
	whole("sto*", "Stone stops astone", "[Stone] [stops] astone");
	whole("st?ne", "stone stane stne", "[stone] [stane] stne");
	whole("stone~1", "stine stone stonne phone", "[stine] [stone] [stonne] phone");
	assert_string_equal(cut("plain", "st*", "Stone x", 7, 0, 0), "[Stone] x");
}

static void test_phrases_are_marked_where_they_stand(void **state)
{
	(void)state;
	whole("\"ink stone\"", "ink and stone, an ink stone, stone ink",
	      "ink and stone, an [ink] [stone], stone ink");
	whole("\"ink stone\"~1", "ink stone; then ink of stone",
	      "[ink] [stone]; then [ink] of [stone]");
	whole("\"ink stone\"", "stone before ink", "[stone] before [ink]");
	whole("\"ink stone\" ink", "ink and stone, an ink stone",
	      "[ink] and stone, an [ink] [stone]");
	whole("\"ink\"", "an ink stone", "an [ink] stone");
}

static void test_chinese_is_marked_as_words(void **state)
{
	(void)state;
	whole("机器学习", "关于机器学习的书", "关于[机器学习]的书");
	whole("機器學習", "关于机器学习的书", "关于[机器学习]的书");
	whole("机器学习", "學習機器", "[學習機器]");
	whole("\"机器学习\"", "机器学习和学习机器", "[机器学习]和学习机器");
	whole("\"器学\"", "机器学习和学习机器", "机[器学]习和学习机器");
	whole("ＡＩ", "用AI写字", "用[AI]写字");
}

static void test_a_quoted_string_is_marked_as_the_text_that_it_is(void **state)
{
	(void)state;
	whole("\"型，\"", "车型，大型船，型号", "车[型，]大型船，型号");
	whole("\"8年2月\"", "8人，1998年2月，年2月", "8人，199[8年2月]，年2月");
	whole("\"用iPhone15用\"", "用iPhone15用了，iPhone", "[用iPhone15用]了，iPhone");
	whole("\"ログ（ログ\"", "カタログ(ﾛｸﾞ)、ログ", "カタ[ログ(ﾛｸﾞ])、ログ");
	whole("\"は゛、は\"", "は゛、は゛、は", "[は゛、は゛、は]");
	whole("\"の\u309aた\"", "もの\u309aた、のた", "も[の\u309aた]、のた");
	whole("\"国 人\"", "国　\t人 国人", "[国　\t人] 国人");
	whole("\"T恤\"", "棉T恤，T台，恤衫", "棉[T恤]，T台，恤衫");
	whole("\"中国，人民\" 人", "中国，人们", "[中国]，[人]们"); /* where it stands nowhere */
}

static void test_grams_across_words_are_not_marked_by_chance(void **state)
{
	(void)state;
	whole("机器学习", "机器学习，武器学家", "[机器学习]，武器学家");
}

static void test_one_character_is_marked_alone(void **state)
{
	(void)state;
	whole("芯", "国产芯片和芯", "国产[芯]片和[芯]");
	whole("\"芯\"", "国产芯片", "国产[芯]片");
	whole("茶", "喝绿茶吧", "喝绿[茶]吧");
}

static void test_long_phrases_are_found_in_pieces(void **state)
{
	char text[2048] = "", query[2100], want[2200];

	(void)state;
	for (unsigned i = 0; i < 150; i++)
		sprintf(text + strlen(text), "w%ux ", i);
	text[strlen(text) - 1] = '\0';
	snprintf(query, sizeof query, "\"%s\"", text);
	strcpy(want, cut("body", query, text, strlen(text), 0, 0));
	assert_int_equal(strstr(want, "] [w149x]") != NULL, 1);
	assert_true(strncmp(want, "[w0x] [w1x] ", 12) == 0);
}

static void test_html_is_escaped_but_in_the_marks(void **state)
{
	(void)state;
	assert_string_equal(cut("body", "ink", "<b>&'\" ink", 10, 0, INK_SNIPPET_HTML),
	                    "&lt;b&gt;&amp;&#39;&quot; [ink]");
	assert_string_equal(cut("body", "ink", "<b>&'\" ink", 10, 0, 0), "<b>&'\" [ink]");
}

static void test_the_best_passage_has_most_different_terms(void **state)
{
	char text[4000] = "";

	(void)state;
	strcat(text, "ink ink ink ink. ");
	for (unsigned i = 0; i < 60; i++)
		strcat(text, "nothing to see here; ");
	strcat(text, "Stop. Here are ink and stone together. More follows. ");
	for (unsigned i = 0; i < 60; i++)
		strcat(text, "nothing to see here; ");
	assert_string_equal(cut("body", "ink stone", text, strlen(text), 42, 0),
	                    "…Here are [ink] and [stone] together. More…");
}

static void test_without_matches_it_is_the_beginning(void **state)
{
	(void)state;
	assert_string_equal(cut("body", "absent", "  one two three four five", 25, 12, 0),
	                    "one two…");
	assert_string_equal(cut("body", "absent", "one", 3, 12, 0), "one");
	assert_string_equal(cut("body", "absent", "一二三四五六七八九", 27, 4, 0), "一二三四…");
	assert_string_equal(cut("body", "absent", "   ", 3, 2, 0), "");
}

static void test_blanks_are_shown_as_one(void **state)
{
	(void)state;
	assert_string_equal(cut("body", "ink", " a \n\t b\xe3\x80\x80 ink\r\n ", 17, 100, 0),
	                    "a b [ink]");
	assert_string_equal(cut("body", "ink", "a\n\nink", 6, 0, 0), "a\n\n[ink]");
}

static void test_bad_bytes_become_replacement_characters(void **state)
{
	(void)state;
	assert_string_equal(cut("body", "ink", "\xff ink \xe4\xb8", 8, 0, 0), "� [ink] ��");
	assert_string_equal(cut("body", "ink", "\xff ink \xe4\xb8", 8, 50, 0), "� [ink] ��");
	assert_string_equal(cut("body", "ink", "\x80\x80\x80\x80", 4, 2, 0), "��…");
}

/* e + combining acute: one cluster of two characters. */
static void test_clusters_are_never_cut(void **state)
{
	char text[601];

	(void)state;
	for (unsigned i = 0; i < 200; i++)
		memcpy(text + 3 * i, "e\xcc\x81", 3);
	for (uint32_t max = 1; max < 40; max++) {
		const char *s = cut("body", "zzz", text, 600, max, 0);
		size_t n = strlen(s) - strlen("…");

		assert_int_equal(n % 3, 0);
		assert_true(n / 3 * 2 <= max || n == 3);
	}
}

/* A sign of Thai belongs to the consonant before it, in marks and at a passage's start. */
static void test_marks_begin_at_a_cluster(void **state)
{
	(void)state;
	assert_string_equal(cut("body", "่", "ที่นี่", strlen("ที่นี่"), 0, 0), "[ที่นี่]");
	assert_string_equal(cut("body", "่ง", "หนึ่งสอง", strlen("หนึ่งสอง"), 0, 0),
	                    "ห[นึ่ง]สอง");
}

static void test_marks_end_at_a_cluster(void **state)
{
	(void)state;
	assert_string_equal(cut("body", "🇩🇪", "🇩🇪🇫🇷🇯🇵", 24, 0, 0), "[🇩🇪]🇫🇷🇯🇵");
	assert_string_equal(cut("body", "🇫🇷", "🇩🇪🇫🇷🇯🇵", 24, 0, 0), "🇩🇪[🇫🇷]🇯🇵");
	assert_string_equal(cut("body", "cafe\xcc\x81", "cafe\xcc\x81s cafe\xcc\x81", 14, 0, 0),
	                    "cafe\xcc\x81s [cafe\xcc\x81]");
}

/* ---- on random text: nothing is lost, nothing too long, marks balance ---- */

static size_t random_text(uint64_t seed, char *out, size_t max)
{
	static const char *const pieces[] = {
		"ink", "Stone", " ", "  ", "\n", "。", "机器", "学习", "的", ". ", "e\xcc\x81",
		"ไทย", "\xff", "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9", "한국어를",
		"カ゛", "ｶﾞ", "-", "A100", "芯片", "，", "\xe4\xb8", "&", "running"
	};
	size_t n = world_hash(seed, 0) % 400, len = 0;

	for (size_t i = 0; i < n; i++) {
		const char *p = pieces[world_hash(seed, 1 + i) % (sizeof pieces / sizeof *pieces)];

		if (len + strlen(p) > max)
			break;
		memcpy(out + len, p, strlen(p));
		len += strlen(p);
	}
	return len;
}

static size_t shown_chars(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80 && *s != '[' && *s != ']';
	return n;
}

static void test_random_texts_keep_the_promises(void **state)
{
	static const char *const queries[] = { "ink stone", "机器学习", "\"机器学习\" running",
		                               "学", "sto* A100", "ไทย 한국어", "ガ 芯片",
		                               "\"ink Stone\"~2 run~1", "absent" };
	static char text[8192];

	(void)state;
	for (uint64_t seed = 0; seed < 400; seed++) {
		size_t len = random_text(seed, text, sizeof text);
		const char *q = queries[seed % (sizeof queries / sizeof *queries)];
		uint32_t max = (uint32_t)(world_hash(seed, 5000) % 120) * (seed % 7 != 0);
		const char *s = cut("body", q, text, len, max, 0);
		int depth = 0;

		for (const char *p = s; *p != '\0'; p++) {
			depth += (*p == '[') - (*p == ']');
			if (depth < 0 || depth > 1)
				fail_msg("seed %u: marks do not balance", (unsigned)seed);
			if (strncmp(p, "][", 2) == 0 || strncmp(p, "[]", 2) == 0)
				fail_msg("seed %u: marks touch or are empty", (unsigned)seed);
		}
		assert_int_equal(depth, 0);
		if (max != 0 && shown_chars(s) > max + 2 && max > 8)
			fail_msg("seed %llu: %zu characters, %u wanted", (unsigned long long)seed,
			         shown_chars(s), max);
		if (max > 20 && strchr(cut("body", q, text, len, 0, 0), '[') != NULL &&
		    strchr(cut("body", q, text, len, max, 0), '[') == NULL)
			fail_msg("seed %u: a passage without its match", (unsigned)seed);
	}
}

static void test_long_texts_take_linear_time(void **state)
{
	size_t len = 10u << 20;
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', len);
	memcpy(text + len / 20, " ink ", 5);
	assert_non_null(strstr(cut("body", "ink", text, len, 100, 0), "[ink]"));
	for (size_t i = 0; i + 4 <= len; i += 4)
		memcpy(text + i, "ink ", 4);
	assert_non_null(strstr(cut("body", "\"ink ink ink\" in*", text, len, 100, 0), "[ink]"));
	free(text);
}

/* Each allocation fails once; nothing leaks. */
static void test_out_of_memory_is_reported(void **state)
{
	const char *text = "ink stone 机器学习 inkling";
	const char *query = "\"ink stone\" in* 机器学习 学";
	struct ik_query *q;
	struct ik_request r;
	int rc = INK_ENOMEM;

	(void)state;
	ok(ik_query_parse(searcher->snap->schema, query, strlen(query), 0, &q, err));
	ik_request_init(&r, searcher, q);
	ik_query_unref(q);
	for (int64_t nth = 0; rc == INK_ENOMEM; nth++) {
		struct ik_snippet_spec spec = { F_BODY, 20, 0, "[", "]" };
		struct ik_snippet_text whole = { .p = text, .len = strlen(text) };
		int64_t live = ik_mem_live();
		struct ik_arena arena = { 0 };
		struct ik_marks *marks;
		struct ik_buf out;
		ink_error err;

		assert_true(nth < 1000);
		ik_buf_init(&out, 1 << 20);
		ik_mem_fail_after(nth, 0);
		rc = ik_marks_new(&r, F_BODY, &arena, NULL, &marks, &err);
		if (rc == 0)
			rc = ik_snippet_make(marks, &spec, &whole, NULL, &out, &err);
		ik_mem_fail_after(-1, 0);
		assert_true(rc == 0 || rc == INK_ENOMEM);
		ik_buf_free(&out);
		ik_arena_free(&arena);
		assert_int_equal(ik_mem_live(), live);
	}
	ik_request_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_are_marked_as_they_are_written),
		cmocka_unit_test(test_compounds_are_marked_whole),
		cmocka_unit_test(test_patterns_mark_exact_forms),
		cmocka_unit_test(test_phrases_are_marked_where_they_stand),
		cmocka_unit_test(test_chinese_is_marked_as_words),
		cmocka_unit_test(test_a_quoted_string_is_marked_as_the_text_that_it_is),
		cmocka_unit_test(test_grams_across_words_are_not_marked_by_chance),
		cmocka_unit_test(test_one_character_is_marked_alone),
		cmocka_unit_test(test_long_phrases_are_found_in_pieces),
		cmocka_unit_test(test_html_is_escaped_but_in_the_marks),
		cmocka_unit_test(test_the_best_passage_has_most_different_terms),
		cmocka_unit_test(test_without_matches_it_is_the_beginning),
		cmocka_unit_test(test_blanks_are_shown_as_one),
		cmocka_unit_test(test_bad_bytes_become_replacement_characters),
		cmocka_unit_test(test_clusters_are_never_cut),
		cmocka_unit_test(test_marks_begin_at_a_cluster),
		cmocka_unit_test(test_marks_end_at_a_cluster),
		cmocka_unit_test(test_random_texts_keep_the_promises),
		cmocka_unit_test(test_long_texts_take_linear_time),
		cmocka_unit_test(test_out_of_memory_is_reported),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, open_empty, close_empty);
}
