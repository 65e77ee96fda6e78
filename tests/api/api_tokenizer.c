/* api_tokenizer.c - the application's own tokenizers, filters, normalisers and tokens. */
#include "backends.h"

#include "inkstone/ext/tokenizer.h"

/* ---- a tokenizer, a filter and a normaliser ---- */

/* Runs of what is not a slash; "!" fails. */
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
	OK(ink_schema_add_field(s, "given", INK_TEXT, INK_STORED, "whitespace", &err));
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

static const char *snippet(ink_results *r, const char *field)
{
	const char *text;
	size_t len;

	OK(ink_results_snippet(r, 0, field, &text, &len, &err));
	return text;
}

static void check_snippet(struct place *p, const char *query, const char *field, const char *want)
{
	ink_query *q = parse(p->index, query);
	ink_results *r;
	ink_reader *reader;
	ink_search *s;

	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_search_new(reader, q, &s, &err));
	OK(ink_search_add_snippet(s, field, 80, "[", "]", 0, &err));
	OK(ink_search_run(s, &r, &err));
	assert_int_equal(ink_results_len(r), 1);
	assert_string_equal(snippet(r, field), want);
	ink_results_free(r);
	ink_search_free(s);
	ink_reader_close(reader);
	ink_query_free(q);
}

static void test_highlights_show_the_original_text(void **state)
{
	struct place *p = *state;

	put_all(p);
	check_snippet(p, "soft:inkstone", "soft", "[ink~stone] 硯~台");
	check_snippet(p, "soft:\"硯台\"", "soft", "ink~stone [硯~台]");
	check_snippet(p, "file:doc", "file", "usr/share/[Doc]");
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

/* ---- tokens of documents ---- */

static uint64_t count_term(ink_index *index, const char *term, size_t len)
{
	ink_query *query;
	ink_results *results;
	ink_reader *reader;
	uint64_t n;

	OK(ink_query_term("given", term, len, &query, &err));
	OK(ink_reader_open(index, &reader, &err));
	results = find(reader, query);
	n = ink_results_total(results, NULL);
	ink_results_free(results);
	ink_reader_close(reader);
	ink_query_free(query);
	return n;
}

static void add_given(struct place *p, const char *id, const ink_token *tokens, size_t n,
                      const char *text)
{
	ink_doc *doc = make_doc(p->index, id, NULL, NULL);
	ink_writer *w;

	OK(ink_doc_add_tokens(doc, "given", tokens, n, text, text ? strlen(text) : 0, &err));
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_add(w, doc, &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	ink_doc_free(doc);
}

static const ink_token told[] = {
	{"VERB:go", 7, 0, 4, 1, INK_PART_WORD, 0, 0},
	{"went", 4, 0, 4, 0, INK_PART_WORD, INK_TOKEN_JOINED, 0},
	{"ADV:home", 8, 5, 9, 1, INK_PART_WORD, 0, 0},
	{"late", 4, 10, 14, 3, INK_PART_WORD, 0, 0},
	{"New York", 8, 0, 0, 1, INK_PART_WORD, 0, 0},
	{"nul\0term", 8, 0, 0, 1, INK_PART_WORD, 0, 0},
};

static void test_tokens_are_indexed_as_they_are_given(void **state)
{
	struct place *p = *state;

	add_given(p, "1", told, N_OF(told), "went home late");
	for (size_t i = 0; i < N_OF(told); i++)
		assert_int_equal(count_term(p->index, told[i].term, told[i].len), 1);
	assert_int_equal(count_term(p->index, "home", 4), 0); /* no analyzer was run */
	assert_int_equal(count_term(p->index, "verb:go", 7), 0);
	assert_int_equal(count(p->index, "given:\"VERB:go ADV:home\""), 1);
	assert_int_equal(count(p->index, "given:\"went ADV:home\""), 1);
	assert_int_equal(count(p->index, "given:\"ADV:home late\""), 0); /* a gap of two */
	assert_int_equal(count(p->index, "given:\"ADV:home late\"~2"), 1);
	assert_int_equal(count(p->index, "given:la*"), 1);
	check_snippet(p, "given:late", "given", "went home [late]");
}

static void test_tokens_without_a_text_store_nothing(void **state)
{
	struct place *p = *state;
	ink_query *q;
	ink_reader *reader;
	ink_results *r;
	const char *text;
	size_t len;

	add_given(p, "1", told, N_OF(told), NULL);
	add_given(p, "2", NULL, 0, "only stored");
	assert_int_equal(count_term(p->index, "ADV:home", 8), 1);
	q = parse(p->index, "given:late id:2");
	OK(ink_reader_open(p->index, &reader, &err));
	r = find(reader, q);
	assert_int_equal(ink_results_len(r), 2);
	for (size_t i = 0; i < 2; i++) {
		int first = strcmp(id_of(r, i), "1") == 0;

		if (first)
			FAILS(INK_ENOTFOUND, "given",
			      ink_results_stored(r, i, "given", &text, &len, &err));
		else
			OK(ink_results_stored(r, i, "given", &text, &len, &err));
		if (!first)
			assert_string_equal(text, "only stored");
	}
	ink_results_free(r);
	ink_reader_close(reader);
	ink_query_free(q);
}

static void refused(ink_doc *doc, ink_token t, int code, const char *says)
{
	const ink_token tokens[] = {{"fine", 4, 0, 4, 1, 0, 0, 0}, t};

	FAILS(code, says, ink_doc_add_tokens(doc, "given", tokens, 2, "text", 4, &err));
	assert_non_null(strstr(err.message, "field \"given\": token 2"));
	assert_int_equal(ink_doc_len(doc), 0);
}

static void test_bad_tokens_leave_the_document_as_it_was(void **state)
{
	struct place *p = *state;
	char large[256];
	ink_doc *doc;

	memset(large, 'x', sizeof large);
	OK(ink_doc_new(p->index, &doc, &err));
	refused(doc, (ink_token){NULL, 1, 0, 1, 1, 0, 0, 0}, INK_EINVAL, "empty term");
	refused(doc, (ink_token){"a", 0, 0, 1, 1, 0, 0, 0}, INK_EINVAL, "empty term");
	refused(doc, (ink_token){large, 256, 0, 1, 1, 0, 0, 0}, INK_ELIMIT, "256 bytes");
	refused(doc, (ink_token){"\xff", 1, 0, 1, 1, 0, 0, 0}, INK_EINVAL, "UTF-8");
	refused(doc, (ink_token){"a", 1, 0, 5, 1, 0, 0, 0}, INK_EINVAL, "offsets");
	refused(doc, (ink_token){"a", 1, 3, 2, 1, 0, 0, 0}, INK_EINVAL, "offsets");
	refused(doc, (ink_token){"a", 1, 0, 1, 1, 2, 0, 0}, INK_EINVAL, "part");
	refused(doc, (ink_token){"a", 1, 0, 1, 1, 0, 4, 0}, INK_EINVAL, "flags");
	refused(doc, (ink_token){"a", 1, 0, 1, UINT32_MAX, 0, 0, 0}, INK_ELIMIT, "positions");
	FAILS(INK_ESCHEMA, "takes no tokens",
	      ink_doc_add_tokens(doc, "id", told, 1, "went", 4, &err));
	FAILS(INK_ENOTFOUND, "nothing",
	      ink_doc_add_tokens(doc, "nothing", told, 1, "went", 4, &err));
	FAILS(INK_EINVAL, "tokens", ink_doc_add_tokens(doc, "given", NULL, 1, "", 0, &err));
	FAILS(INK_EINVAL, "text", ink_doc_add_tokens(doc, "given", told, 1, NULL, 1, &err));
	FAILS(INK_EINVAL, "doc", ink_doc_add_tokens(NULL, "given", told, 1, NULL, 0, &err));
	OK(ink_doc_add_tokens(doc, "given", NULL, 0, NULL, 0, &err));
	assert_int_equal(ink_doc_len(doc), 1);
	ink_doc_free(doc);
}

static void test_grams_count_less_than_words(void **state)
{
	struct place *p = *state;
	const ink_token word = {"same", 4, 0, 0, 1, INK_PART_WORD, 0, 0};
	const ink_token gram = {"gram", 4, 0, 0, 0, INK_PART_GRAM, 0, 0};
	ink_terms *terms;
	ink_reader *reader;
	size_t len;

	add_given(p, "1", &word, 1, NULL);
	add_given(p, "2", &gram, 1, NULL);
	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_terms_open(reader, "given", INK_PART_GRAM, "", 0, &terms, &err));
	assert_int_equal(ink_terms_next(terms, &err), 1);
	assert_string_equal(ink_terms_text(terms, &len), "gram");
	assert_int_equal(ink_terms_next(terms, &err), 0);
	ink_terms_close(terms);
	ink_reader_close(reader);
}

/* ---- tokens by hand ---- */

static void test_tokens_tell_joined_forms(void **state)
{
	static const char *const want[] = {"gpt", "gpt4", "4"};
	ink_analyzer *a;
	ink_tokens *t;
	int i = 0;

	(void)state;
	OK(ink_analyzer_new(NULL, &a, &err));
	OK(ink_analyzer_run(a, "GPT-4", 5, &t, &err));
	assert_int_equal(ink_tokens_flags(t), 0);
	while (ink_tokens_next(t)) {
		if (ink_tokens_part(t) != INK_PART_WORD)
			continue;
		assert_int_equal(ink_tokens_flags(t),
		                 strcmp(ink_tokens_text(t, NULL), "gpt4") == 0 ? INK_TOKEN_JOINED
		                                                               : 0);
		i++;
	}
	assert_int_equal(i, N_OF(want));
	assert_int_equal(ink_tokens_flags(NULL), 0);
	ink_tokens_free(t);
	ink_analyzer_free(a);
}

static void test_arguments_are_checked(void **state)
{
	ink_token t = told[0];

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
	TEST(test_tokens_are_indexed_as_they_are_given),
	TEST(test_tokens_without_a_text_store_nothing),
	TEST(test_bad_tokens_leave_the_document_as_it_was),
	TEST(test_grams_count_less_than_words),
	cmocka_unit_test(test_tokens_tell_joined_forms),
	cmocka_unit_test(test_arguments_are_checked),
};

RUN_SUITE(tests)
