/* api_doc_tokens.c - documents of tokens that the application made, and tokens as they are told. */
#include "backends.h"

#include "inkstone/ext/tokenizer.h"

static int setup(void **state)
{
	struct place *p;
	ink_schema *s;

	place_make(state);
	p = *state;
	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "given", INK_TEXT, INK_STORED, "whitespace", &err));
	OK(ink_index_create(p->path, s, 0, &p->index, &err));
	ink_schema_free(s);
	return 0;
}

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
	check_snippet(p->index, "given:late", "given", "went home [late]");
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

static void test_grams_go_to_a_part_of_their_own(void **state)
{
	struct place *p = *state;
	const ink_token word = {"same", 4, 0, 0, 1, INK_PART_WORD, 0, 0};
	const ink_token gram = {"gram", 4, 0, 0, UINT32_MAX, INK_PART_GRAM, 0, 0};
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
		assert_string_equal(ink_tokens_text(t, NULL), want[i]);
		assert_int_equal(ink_tokens_flags(t), i == 1 ? INK_TOKEN_JOINED : 0);
		i++;
	}
	assert_int_equal(i, N_OF(want));
	assert_int_equal(ink_tokens_flags(NULL), 0);
	ink_tokens_free(t);
	ink_analyzer_free(a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, place_free)

static const struct CMUnitTest tests[] = {
	TEST(test_tokens_are_indexed_as_they_are_given),
	TEST(test_tokens_without_a_text_store_nothing),
	TEST(test_bad_tokens_leave_the_document_as_it_was),
	TEST(test_grams_go_to_a_part_of_their_own),
	cmocka_unit_test(test_tokens_tell_joined_forms),
};

RUN_SUITE(tests)
