/* test_extend.c - tokenizers, filters and normalisers at work; what they must not emit. */
#include "gen_extend.h"

static const char *run(const char *spec, enum ik_purpose purpose, const char *text, int offsets)
{
	return tokens_run(spec, purpose, text, strlen(text), -1, offsets);
}

static void test_a_tokenizer_feeds_the_filters_behind_it(void **state)
{
	(void)state;
	assert_string_equal(run("commas", IK_FOR_DOC, "Ab,c d,,e", 1),
	                    "0:Ab@0-2 1:c d@3-6 3:e@8-9");
	assert_string_equal(run("commas | fold | stem:en | length:2-9", IK_FOR_DOC,
	                        "Running,x,Dogs", 1),
	                    "0:run@0-7 2:dog@10-14");
	assert_string_equal(run("commas", IK_FOR_DOC, "", 0), "");
	assert_string_equal(run("commas", IK_FOR_DOC, ",,", 0), "");
}

static void test_a_filter_drops_changes_and_multiplies_tokens(void **state)
{
	(void)state;
	assert_string_equal(run("word | rules", IK_FOR_DOC, "a wifi b", 0),
	                    "0:a 1:wi 1:wifi+ 2:fi 3:b");
	assert_string_equal(run("word | rules", IK_FOR_PHRASE, "a wifi b", 0), "0:a 1:wi 2:fi 3:b");
	assert_string_equal(run("word | rules:_1 | rules:_2", IK_FOR_ANY, "x a x x b", 0),
	                    "1:a_1_2 4:b_1_2"); /* what is dropped leaves its place */
	assert_string_equal(run("whitespace | stop:en | rules | lower", IK_FOR_DOC, "The the A x B",
	                        0),
	                    "0:the 2:a 4:b");
	assert_string_equal(run("whitespace | rules", IK_FOR_DOC, "\xff wifi", 1),
	                    "0:\xEF\xBF\xBD@0-1 1:wi@2-6 1:wifi+@2-6 2:fi@2-6");
}

static void test_offsets_behind_a_normaliser_are_those_of_the_original(void **state)
{
	(void)state;
	assert_string_equal(run("markup | whitespace", IK_FOR_DOC, "a <b>bold</b> R&amp;D x", 1),
	                    "0:a@0-1 1:bold@5-9 2:R&D@14-21 3:x@22-23");
	assert_string_equal(run("markup | letters", IK_FOR_DOC, "<i></i>", 1), "");
	assert_string_equal(run("markup | whitespace", IK_FOR_DOC, "so<b>me</b>thing(r)!", 1),
	                    "0:something®!@0-20");
	assert_string_equal(run("markup | commas", IK_FOR_DOC, "\xff<b>,x", 1),
	                    "0:\xEF\xBF\xBD@0-1 1:x@5-6"); /* repaired before it is seen */
	assert_string_equal(tokens_run("markup | default", IK_FOR_DOC, "北<b>京</b>", 13,
	                               INK_PART_WORD, 1),
	                    "0:北京@0-9");
}

static void test_two_normalisers_are_one_behind_the_other(void **state)
{
	(void)state;
	assert_string_equal(run("markup | markup | whitespace", IK_FOR_DOC, "1&amp;amp;2 <b>3", 1),
	                    "0:1&2@0-11 1:3@15-16");
	assert_string_equal(tokens_run("markup | default | diacritics", IK_FOR_DOC,
	                               "<i>Caf\xC3\xA9</i> cr\xC3\xA8me", 19, INK_PART_GRAM, 1),
	                    "0:cafe@3-8 1:creme@13-19");
}

static void test_folded_text_and_terms_are_normalised_too(void **state)
{
	struct ik_analyzer *a;
	struct ik_buf out;

	(void)state;
	ik_buf_init(&out, 1000);
	assert_int_equal(ik_analyzer_new("markup | default | diacritics", &a, &err), 0);
	assert_int_equal(ik_fold_text(a, "<b>É</b>T&amp;X", 16, &out, &err), 0);
	assert_string_equal(ik_buf_str(&out), "et&x");
	ik_buf_clear(&out);
	assert_int_equal(ik_fold_term(a, "CAFÉ*", 6, &out, &err), 0);
	assert_string_equal(ik_buf_str(&out), "cafe*");
	ik_analyzer_unref(a);
	ik_buf_clear(&out);
	assert_int_equal(ik_analyzer_new("word | fold | diacritics", &a, &err), 0);
	assert_int_equal(ik_fold_term(a, "Ærø?", 6, &out, &err), 0);
	assert_string_equal(ik_buf_str(&out), "aero?");
	ik_analyzer_unref(a);
	ik_buf_free(&out);
}

/* ---- what must not be emitted ---- */

static ink_token wrong;
static int wrong_rc;

static int emit_wrong(void *self, int32_t purpose, const char *text, size_t len, ink_emitter *out,
                      ink_error *why)
{
	(void)self;
	(void)purpose;
	(void)text;
	(void)len;
	if (wrong_rc != 0) {
		snprintf(why->message, sizeof why->message, "no luck");
		return wrong_rc;
	}
	ink_emit_token(out, &wrong);
	ink_emit_token(out, &wrong);
	return 0; /* whatever was said: the run fails */
}

static int ignore(struct ik_sink *sink, const struct ik_token *token)
{
	(void)sink;
	(void)token;
	return 0;
}

static int analyze(const char *spec, const char *text, size_t len)
{
	struct ik_sink sink = {ignore};
	struct ik_analyzer *analyzer;
	struct ik_analysis *analysis;
	int rc;

	memset(&err, 0, sizeof err);
	assert_int_equal(ik_analyzer_new(spec, &analyzer, &err), 0);
	assert_int_equal(ik_analysis_new(&analysis, &err), 0);
	rc = ik_analyze(analyzer, analysis, IK_FOR_DOC, text, len, &sink, &err);
	ik_analysis_free(analysis);
	ik_analyzer_unref(analyzer);
	return rc;
}

static void fails(ink_token t, int code, const char *says)
{
	wrong = t;
	assert_int_equal(analyze("wrong", "né", 3), code);
	if (strstr(err.message, says) == NULL || strstr(err.message, "\"wrong\"") == NULL)
		fail_msg("%s", err.message);
}

static void test_bad_tokens_are_refused_and_name_the_tokenizer(void **state)
{
	static char large[300];
	const uint32_t far = 1u << 30;

	(void)state;
	memset(large, 'a', sizeof large);
	must_register("wrong", emit_wrong, NULL, NULL);
	wrong_rc = 0;
	fails((ink_token){NULL, 1, 0, 1, 1, 0, 0, 0}, INK_EINVAL, "empty term");
	fails((ink_token){"a", 0, 0, 1, 1, 0, 0, 0}, INK_EINVAL, "empty term");
	fails((ink_token){large, 256, 0, 1, 1, 0, 0, 0}, INK_ELIMIT, "256 bytes, 255");
	fails((ink_token){"\xC3", 1, 0, 1, 1, 0, 0, 0}, INK_EINVAL, "not UTF-8");
	fails((ink_token){"a", 1, 0, 4, 1, 0, 0, 0}, INK_EINVAL, "offsets 0 to 4");
	fails((ink_token){"a", 1, 1, 0, 1, 0, 0, 0}, INK_EINVAL, "offsets 1 to 0");
	fails((ink_token){"a", 1, 0, UINT64_MAX, 1, 0, 0, 0}, INK_EINVAL, "offsets");
	fails((ink_token){"a", 1, 0, 2, 1, 0, 0, 0}, INK_EINVAL, "cut a character");
	fails((ink_token){"a", 1, 0, 1, 1, 2, 0, 0}, INK_EINVAL, "part");
	fails((ink_token){"a", 1, 0, 1, 1, -1, 0, 0}, INK_EINVAL, "part");
	fails((ink_token){"a", 1, 0, 1, 1, 0, 2, 0}, INK_EINVAL, "flags");
	fails((ink_token){"a", 1, 0, 1, 1, 0, 0, 1}, INK_EINVAL, "flags");
	fails((ink_token){"a", 1, 0, 1, UINT32_MAX, 0, 0, 0}, INK_ELIMIT, "positions");
	fails((ink_token){"a", 1, 0, 1, far, 0, 0, 0}, INK_ELIMIT, "positions"); /* the second */
	wrong = (ink_token){large, 255, 0, 3, 0, 0, 0, 0};
	assert_int_equal(analyze("wrong", "né", 3), 0);
	wrong_rc = INK_EBACKEND;
	assert_int_equal(analyze("wrong | fold", "x", 1), INK_EBACKEND);
	assert_string_equal(err.message, "tokenizer \"wrong\": no luck");
	wrong_rc = 1;
	assert_int_equal(analyze("wrong", "x", 1), INK_ECANCELED);
	wrong_rc = -50; /* no code of ours */
	assert_int_equal(analyze("wrong", "x", 1), INK_ECANCELED);
	must_forget("wrong");
}

static uint64_t piece[2];
static const char *piece_text;
static size_t piece_len;

static int bad_pieces(void *self, const char *text, size_t len, ink_emitter *out, ink_error *why)
{
	ink_token t = {"a", 1, 0, 1, 1, 0, 0, 0};

	(void)self;
	(void)text;
	(void)why;
	if (piece_text == NULL)
		return ink_emit_token(out, &t);
	ink_emit_text(out, "-", 1, 0, len < 2 ? len : 2);
	return ink_emit_text(out, piece_text, piece_len, piece[0], piece[1]);
}

static void bad_long_piece(const char *text, size_t len, uint64_t start, uint64_t end, int code,
                           const char *says)
{
	piece_text = text;
	piece_len = len;
	piece[0] = start;
	piece[1] = end;
	assert_int_equal(analyze("bad_pieces | default", "abé", 4), code);
	if (strstr(err.message, says) == NULL || strstr(err.message, "bad_pieces") == NULL)
		fail_msg("%s", err.message);
}

static void bad_piece(const char *text, uint64_t start, uint64_t end, const char *says)
{
	bad_long_piece(text, text != NULL ? strlen(text) : 0, start, end, INK_EINVAL, says);
}

static void test_bad_pieces_of_text_are_refused(void **state)
{
	(void)state;
	must_register("bad_pieces", NULL, NULL, bad_pieces);
	bad_piece("x", 1, 2, "backwards");
	bad_piece("x", 2, 5, "offsets");
	bad_piece("x", 2, 3, "cut a character");
	bad_piece("\xff", 2, 4, "not UTF-8");
	bad_piece(NULL, 0, 0, "not tokens");
	bad_long_piece("x", SIZE_MAX, 2, 4, INK_ELIMIT, "2^31 bytes");
	must_forget("bad_pieces");
}

/* A sink's failure ends the run through any number of callbacks. */
static int full(struct ik_sink *sink, const struct ik_token *token)
{
	(void)sink;
	(void)token;
	return -77;
}

static void test_what_the_sink_returns_stops_the_run(void **state)
{
	struct ik_sink sink = {full};
	struct ik_analyzer *analyzer;
	struct ik_analysis *analysis;

	(void)state;
	assert_int_equal(ik_analyzer_new("markup | commas | rules | rules", &analyzer, &err), 0);
	assert_int_equal(ik_analysis_new(&analysis, &err), 0);
	assert_int_equal(ik_analyze(analyzer, analysis, IK_FOR_DOC, "a,b", 3, &sink, &err), -77);
	ik_analysis_free(analysis);
	ik_analyzer_unref(analyzer);
}

static void test_every_failing_allocation_is_reported(void **state)
{
	static const char text[] = "a<b>,\xff&amp;wifi,x";
	int64_t before = ik_mem_live();
	int i, rc = INK_ENOMEM;

	(void)state;
	for (i = 0; rc != 0; i++) {
		struct ik_sink sink = {ignore};
		struct ik_analyzer *analyzer = NULL;
		struct ik_analysis *analysis = NULL;

		assert_true(i < 1000);
		ik_mem_fail_after(i, 0);
		rc = ik_analyzer_new("markup | commas | rules:x", &analyzer, &err);
		if (rc == 0)
			rc = ik_analysis_new(&analysis, &err);
		if (rc == 0)
			rc = ik_analyze(analyzer, analysis, IK_FOR_DOC, text, sizeof text - 1,
			                &sink, &err);
		ik_mem_fail_after(-1, 0);
		assert_true(rc == 0 || rc == INK_ENOMEM);
		ik_analysis_free(analysis);
		ik_analyzer_unref(analyzer);
		assert_int_equal(ik_mem_live(), before);
	}
	assert_true(i > 5);
	assert_int_equal(live, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_tokenizer_feeds_the_filters_behind_it),
		cmocka_unit_test(test_a_filter_drops_changes_and_multiplies_tokens),
		cmocka_unit_test(test_offsets_behind_a_normaliser_are_those_of_the_original),
		cmocka_unit_test(test_two_normalisers_are_one_behind_the_other),
		cmocka_unit_test(test_folded_text_and_terms_are_normalised_too),
		cmocka_unit_test(test_bad_tokens_are_refused_and_name_the_tokenizer),
		cmocka_unit_test(test_bad_pieces_of_text_are_refused),
		cmocka_unit_test(test_what_the_sink_returns_stops_the_run),
		cmocka_unit_test(test_every_failing_allocation_is_reported),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, register_all, forget_all);
}
