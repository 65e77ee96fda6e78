/* api_stop.c - a search is stopped wherever it is, and what it costs follows from what it reads. */
#include "backends.h"

#include "inkstone/ext/tokenizer.h"

#define MANY 100000u /* tokens in one place */

/* Fired when a text of a query is analyzed: by then the search has begun and looked at it. */
static ink_cancel *bell;

/* What is between blanks. In a document all of it stands in one place, as long as the text. */
static int crowd(void *self, int32_t purpose, const char *text, size_t len, ink_emitter *out,
                 ink_error *why)
{
	size_t from = 0, at;
	int rc = 0;

	(void)self;
	(void)why;
	if (purpose != INK_FOR_DOC)
		ink_cancel_fire(bell);
	for (at = 0; rc == 0 && at <= len; at++) {
		ink_token t = {text + from, at - from, 0, len, purpose != INK_FOR_DOC,
			       INK_PART_WORD, 0, 0};

		if (at < len && text[at] != ' ')
			continue;
		from = at + 1;
		rc = t.len > 0 ? ink_emit_token(out, &t) : 0;
	}
	return rc;
}

static char *repeat(const char *word, size_t n)
{
	size_t len = strlen(word);
	char *text = malloc(n * len + 1);

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * len, word, len);
	text[n * len] = '\0';
	return text;
}

static int setup(void **state)
{
	ink_extension e = {.struct_size = sizeof e, .name = "crowd", .tokenize = crowd};
	char *text = repeat("a b ", MANY / 2);
	struct place *p;
	ink_writer *w;
	ink_schema *s;

	place_make(state);
	p = *state;
	bell = NULL;
	OK(ink_extension_register(&e, &err));
	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "body", INK_TEXT, INK_STORED, "crowd", &err));
	OK(ink_index_create(p->path, s, 0, &p->index, &err));
	ink_schema_free(s);
	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", NULL, text);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	free(text);
	return 0;
}

static int teardown(void **state)
{
	OK(ink_extension_unregister("crowd", &err));
	return place_free(state);
}

struct asked {
	ink_reader *reader;
	ink_search *search;
	ink_results *results;
	ink_cancel *cancel;
};

static struct asked ask(struct place *p, ink_query *query)
{
	struct asked a = {.results = NULL};

	OK(ink_reader_open(p->index, &a.reader, &err));
	OK(ink_search_new(a.reader, query, &a.search, &err));
	OK(ink_search_add_snippet(a.search, "body", 40, "[", "]", 0, &err));
	OK(ink_cancel_new(&a.cancel, &err));
	OK(ink_search_set_cancel(a.search, a.cancel, &err));
	ink_query_free(query);
	return a;
}

static void done(struct asked *a)
{
	bell = NULL;
	ink_results_free(a->results);
	ink_cancel_free(a->cancel);
	ink_search_free(a->search);
	ink_reader_close(a->reader);
}

static ink_query *match(const char *text)
{
	ink_query *query;

	OK(ink_query_match("body", text, strlen(text), &query, &err));
	return query;
}

static ink_query *phrase(const char *text, uint32_t slop)
{
	ink_query *query;

	OK(ink_query_phrase("body", text, strlen(text), slop, &query, &err));
	return query;
}

/* Another clause comes first, so that it is not the beginning of the search that looks. */
static void is_stopped(struct place *p, ink_query *query)
{
	static const int32_t occur[2] = {INK_FILTER, INK_MUST};
	const ink_query *clauses[2] = {NULL, query};
	ink_query *id, *both;
	struct asked a;

	OK(ink_query_term("id", "1", 1, &id, &err));
	clauses[0] = id;
	OK(ink_query_bool(clauses, occur, 2, 0, &both, &err));
	a = ask(p, both);
	ink_query_free(id);
	ink_query_free(query);
	bell = a.cancel;
	FAILS(INK_ECANCELED, "canceled", ink_search_run(a.search, &a.results, &err));
	assert_null(a.results);
	done(&a);
}

static void test_a_long_query_is_stopped_while_it_is_prepared(void **state)
{
	char *text = repeat("a ", MANY); /* one term */

	is_stopped(*state, match(text));
	free(text);
}

static void test_a_phrase_is_stopped_within_one_document(void **state)
{
	is_stopped(*state, phrase("a b", 0));
	is_stopped(*state, phrase("a b", 9));
	is_stopped(*state, phrase("a b a", 0));
}

static void test_snippets_are_stopped(void **state)
{
	struct asked a = ask(*state, match("a b"));
	const char *text;
	size_t len;

	OK(ink_search_run(a.search, &a.results, &err));
	ink_cancel_fire(a.cancel);
	FAILS(INK_ECANCELED, "canceled",
	      ink_results_snippet(a.results, 0, "body", &text, &len, &err));
	assert_null(text);
	done(&a);
}

static void test_tokens_as_long_as_the_text_are_marked(void **state)
{
	struct asked a = ask(*state, match("a b"));
	const char *text;
	size_t len;

	OK(ink_search_run(a.search, &a.results, &err));
	OK(ink_results_snippet(a.results, 0, "body", &text, &len, &err));
	assert_int_equal(text[0], '[');
	assert_true(len > 40);
	done(&a);
}

/* A phrase of as many words as there are tokens: each occurs often enough, in one place. */
static void test_a_sloppy_phrase_of_one_word_many_times(void **state)
{
	char *text = repeat("a ", MANY / 2);
	struct asked a = ask(*state, phrase(text, MANY));

	OK(ink_search_run(a.search, &a.results, &err));
	assert_int_equal(ink_results_total(a.results, NULL), 0); /* two of them share no position */
	done(&a);
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(test_a_long_query_is_stopped_while_it_is_prepared),
	TEST(test_a_phrase_is_stopped_within_one_document),
	TEST(test_snippets_are_stopped),
	TEST(test_tokens_as_long_as_the_text_are_marked),
	TEST(test_a_sloppy_phrase_of_one_word_many_times),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL); /* other engines look at it in their own way */
}
