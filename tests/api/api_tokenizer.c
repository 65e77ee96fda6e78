/* api_tokenizer.c - the application's own tokenizers, filters and normalisers. */
#include "backends.h"

#include "inkstone/ext/tokenizer.h"

/* ---- a tokenizer, a filter and a normaliser ---- */

/* Runs of what is not a slash; "!" fails, and "?" for want of memory. */
static int path_parts(void *self, int32_t purpose, const char *text, size_t len, ink_emitter *out,
                      ink_error *why)
{
	size_t from = 0, at;

	(void)self;
	(void)purpose;
	for (at = 0; at <= len; at++) {
		ink_token t = {text + from, at - from, from, at, 1, INK_PART_WORD, 0, 0};
		int rc;

		if (at < len && text[at] != '/')
			continue;
		from = at + 1;
		if (t.len == 0)
			continue;
		if (t.term[0] == '!') {
			snprintf(why->message, sizeof why->message, "byte %zu is a !", at - t.len);
			return INK_EBACKEND;
		}
		if (t.term[0] == '?') {
			snprintf(why->message, sizeof why->message, "no room for byte %zu",
			         at - t.len);
			return INK_ENOMEM;
		}
		rc = ink_emit_token(out, &t);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* In documents "colour" stands for "color" as well. */
static int spelling(void *self, int32_t purpose, const ink_token *token, ink_emitter *out,
                    ink_error *why)
{
	static const char other[] = "color";
	int rc = ink_emit_token(out, token);

	(void)self;
	(void)why;
	if (rc == 0 && purpose == INK_FOR_DOC && token->len == 6 &&
	    memcmp(token->term, "colour", 6) == 0) {
		ink_token t = *token;

		t.term = other;
		t.len = strlen(other);
		t.step = 0;
		t.flags = INK_TOKEN_JOINED;
		rc = ink_emit_token(out, &t);
	}
	return rc;
}

/* Soft hyphens, written as ~, go. */
static int unhyphen(void *self, const char *text, size_t len, ink_emitter *out, ink_error *why)
{
	size_t from = 0, at;
	int rc = 0;

	(void)self;
	(void)why;
	for (at = 0; rc == 0 && at <= len; at++)
		if (at == len || text[at] == '~') {
			rc = ink_emit_text(out, text + from, at - from, from, at);
			from = at + 1;
		}
	return rc;
}

static void enter(const char *name, ink_tokenize_fn t, ink_filter_fn f, ink_normalize_fn n)
{
	ink_extension e = {sizeof e, name, "1", NULL, NULL, NULL, NULL, t, f, n};

	OK(ink_extension_register(&e, &err));
}

static void enter_all(void)
{
	enter("path", path_parts, NULL, NULL);
	enter("spelling", NULL, spelling, NULL);
	enter("unhyphen", NULL, NULL, unhyphen);
}

static void leave_all(void)
{
	OK(ink_extension_unregister("path", &err));
	OK(ink_extension_unregister("spelling", &err));
	OK(ink_extension_unregister("unhyphen", &err));
}

static int setup(void **state)
{
	struct place *p;
	ink_schema *s;

	place_make(state);
	p = *state;
	enter_all();
	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "file", INK_TEXT, INK_STORED, "path | fold", &err));
	OK(ink_schema_add_field(s, "body", INK_TEXT, INK_STORED, "word | fold | spelling | stem:en",
	                        &err));
	OK(ink_schema_add_field(s, "soft", INK_TEXT, INK_STORED, "unhyphen | default", &err));
	OK(ink_index_create(p->path, s, 0, &p->index, &err));
	ink_schema_free(s);
	return 0;
}

static int teardown(void **state)
{
	leave_all();
	return place_free(state);
}

static void put_all(struct place *p)
{
	static const char *const rows[][4] = {
		{"1", "usr/share/Doc", "the colours of ink", "ink~stone 硯~台"},
		{"2", "usr/lib/share", "color charts", "inkwell"},
	};
	ink_writer *w;

	OK(ink_writer_open(p->index, &w, &err));
	for (size_t i = 0; i < N_OF(rows); i++) {
		ink_doc *doc = make_doc(p->index, rows[i][0], NULL, rows[i][2]);

		put(doc, "file", rows[i][1]);
		put(doc, "soft", rows[i][3]);
		OK(ink_writer_add(w, doc, &err));
		ink_doc_free(doc);
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

static void test_a_field_is_searched_as_its_tokenizer_cuts(void **state)
{
	struct place *p = *state;

	put_all(p);
	assert_int_equal(count(p->index, "file:share"), 2);
	assert_int_equal(count(p->index, "file:\"usr/share\""), 1);
	assert_int_equal(count(p->index, "+file:SHARE/doc"), 1);
	assert_int_equal(count(p->index, "file:sha*"), 2);
	assert_int_equal(count(p->index, "file:us"), 0);
}

static void test_a_filter_adds_terms_to_documents(void **state)
{
	struct place *p = *state;
	ink_writer *w;

	put_all(p);
	assert_int_equal(count(p->index, "body:color"), 1);
	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "3", NULL, "one colour only");
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_int_equal(count(p->index, "body:color"), 2);
	assert_int_equal(count(p->index, "body:\"one color only\""), 1);
	assert_int_equal(count(p->index, "body:\"one colour only\""), 1);
}

static void test_highlights_show_the_original_text(void **state)
{
	struct place *p = *state;

	put_all(p);
	check_snippet(p->index, "soft:inkstone", "soft", "[ink~stone] 硯~台");
	check_snippet(p->index, "soft:\"硯台\"", "soft", "ink~stone [硯~台]");
	check_snippet(p->index, "file:doc", "file", "usr/share/[Doc]");
}

static void test_a_failure_reaches_the_caller_with_code_and_message(void **state)
{
	struct place *p = *state;
	ink_analyzer *a;
	ink_tokens *t;
	ink_reader *reader;
	ink_search *s;
	ink_results *r;
	ink_writer *w;
	ink_query *q;
	ink_doc *doc;

	put_all(p);
	OK(ink_analyzer_new("path", &a, &err));
	FAILS(INK_EBACKEND, "tokenizer \"path\": byte 2 is a !",
	      ink_analyzer_run(a, "a/!b", 4, &t, &err));
	FAILS(INK_ENOMEM, "tokenizer \"path\": no room for byte 2",
	      ink_analyzer_run(a, "a/?b", 4, &t, &err));
	ink_analyzer_free(a);

	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_query_match("file", "usr/!", 5, &q, &err));
	OK(ink_search_new(reader, q, &s, &err));
	FAILS(INK_EBACKEND, "is a !", ink_search_run(s, &r, &err));
	ink_search_free(s);
	ink_query_free(q);
	ink_reader_close(reader);

	OK(ink_writer_open(p->index, &w, &err));
	doc = make_doc(p->index, "9", NULL, NULL);
	put(doc, "file", "!");
	FAILS(INK_EBACKEND, "path", ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	OK(ink_writer_rollback(w, &err));
	doc = make_doc(p->index, "9", NULL, NULL);
	put(doc, "file", "?");
	FAILS(INK_ENOMEM, "no room", ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	OK(ink_writer_rollback(w, &err));
	add(w, p->index, "3", NULL, "still good");
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_int_equal(count(p->index, "*:*"), 3);
}

static void test_an_index_without_its_tokenizer_says_which_to_register(void **state)
{
	struct place *p = *state;
	ink_reader *reader;
	ink_writer *w;
	ink_doc *doc;

	put_all(p);
	ink_index_close(p->index);
	p->index = NULL;
	leave_all();
	OK(ink_index_open(p->path, 0, &p->index, &err));
	FAILS(INK_ESYNTAX, "field \"file\": no tokenizer \"path\"",
	      ink_reader_open(p->index, &reader, &err));
	assert_non_null(strstr(err.message, "registered first"));
	if (on->own_files) {
		OK(ink_writer_open(p->index, &w, &err));
		doc = make_doc(p->index, "3", NULL, "text");
		FAILS(INK_ESYNTAX, "no tokenizer \"path\"", ink_writer_add(w, doc, &err));
		OK(ink_writer_delete(w, "2", 1, &err)); /* needs no analysis */
		OK(ink_writer_optimize(w, 1, NULL, NULL, &err));
		enter_all();
		OK(ink_writer_add(w, doc, &err));
		ink_doc_free(doc);
		OK(ink_writer_commit(w, NULL, &err));
		ink_writer_close(w);
	} else {
		enter_all();
	}
	assert_int_equal(count(p->index, "file:share"), on->own_files ? 1 : 2);
}

static void test_several_threads_index_with_one_tokenizer(void **state)
{
	struct place *p = *state;
	char id[16], file[40];
	ink_writer *w;
	int i;

	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_set_threads(w, 4, &err));
	for (i = 0; i < 500; i++) {
		ink_doc *doc;

		snprintf(id, sizeof id, "%d", i);
		snprintf(file, sizeof file, "all/n%d/m%d", i % 7, i % 5);
		doc = make_doc(p->index, id, NULL, "colour");
		put(doc, "file", file);
		OK(ink_writer_add(w, doc, &err));
		ink_doc_free(doc);
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_int_equal(count(p->index, "file:all"), 500);
	assert_int_equal(count(p->index, "file:\"n3/m4\""), 14);
	assert_int_equal(count(p->index, "body:color"), 500);
}

static void test_a_failing_thread_is_heard_of(void **state)
{
	struct place *p = *state;
	ink_writer *w;
	ink_doc *doc = make_doc(p->index, "1", NULL, NULL);

	put(doc, "file", "a/!");
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_set_threads(w, 2, &err));
	if (ink_writer_add(w, doc, &err) == 0)
		FAILS(INK_EBACKEND, "is a !", ink_writer_commit(w, NULL, &err));
	assert_int_equal(err.code, INK_EBACKEND);
	ink_doc_free(doc);
	OK(ink_writer_rollback(w, &err));
	ink_writer_close(w);
	put_all(p);
	assert_int_equal(count(p->index, "*:*"), 2);
}

static void test_arguments_are_checked(void **state)
{
	ink_token t = {"a", 1, 0, 1, 1, INK_PART_WORD, 0, 0};

	(void)state;
	FAILS(INK_EINVAL, "extension", ink_extension_register(NULL, &err));
	FAILS(INK_EINVAL, "name", ink_extension_unregister(NULL, &err));
	FAILS(INK_ENOTFOUND, "nobody", ink_extension_unregister("nobody", &err));
	assert_int_equal(ink_emit_token(NULL, &t), INK_EINVAL);
	assert_int_equal(ink_emit_text(NULL, "a", 1, 0, 1), INK_EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(test_a_field_is_searched_as_its_tokenizer_cuts),
	TEST(test_a_filter_adds_terms_to_documents),
	TEST(test_highlights_show_the_original_text),
	TEST(test_a_failure_reaches_the_caller_with_code_and_message),
	TEST(test_an_index_without_its_tokenizer_says_which_to_register),
	TEST(test_several_threads_index_with_one_tokenizer),
	TEST(test_a_failing_thread_is_heard_of),
	cmocka_unit_test(test_arguments_are_checked),
};

RUN_SUITE(tests)
