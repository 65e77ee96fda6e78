/*
 * test_differential.c - the same random documents and queries in the native
 * engine and in Xapian: the same documents match, in the same numbers, and
 * facets and sorting agree.
 */
#include "pair.h"

static void mixed_pair(struct place *p, struct gen *g, struct pair *both)
{
	ink_schema *s = mixed_schema();

	pair_create(p, s, both);
	ink_schema_free(s);
	both->docs = 100 + gen_below(g, DOCS_MAX - 100);
	for (uint32_t n = 0; n < both->docs; n++) {
		struct gen again = *g; /* the same document twice */
		char id[16];

		snprintf(id, sizeof id, "%u", n);
		pair_add(both, mixed_doc(both->index[0], &again, id),
		         mixed_doc(both->index[1], g, id));
		if (n % 50 == 20)
			pair_delete(both, "3");
		if (gen_below(g, 60) == 0)
			pair_commit(both);
	}
	pair_open(both);
}

static void test_query_strings_match_the_same_documents(void **state)
{
	size_t hits = 0;

	for (unsigned r = 0; r < rounds; r++) {
		struct gen g = {seed + r};
		struct pair both;

		mixed_pair(*state, &g, &both);
		for (int i = 0; i < QUERIES; i++) {
			ink_query *q[2];
			char text[2000];
			uint32_t flags = gen_below(&g, 4) == 0 ? INK_PARSE_ALL : 0;

			mixed_query(&g, text, sizeof text);
			for (int k = 0; k < 2; k++)
				if (ink_query_parse(both.index[k], text, strlen(text), flags,
				                    &q[k], &err) != 0)
					fail_msg("%s: %s", text, err.message);
			hits += check_match(&both, q[0], q[1], seed + r, i);
			ink_query_free(q[0]);
			ink_query_free(q[1]);
		}
		pair_free(*state, &both);
	}
	assert_true(hits > (size_t)rounds * QUERIES);
}

/* A document of the oracle's corpus through the public API. */
static ink_doc *corpus_doc(ink_index *index, const struct ik_doc *from)
{
	ink_doc *doc;

	OK(ink_doc_new(index, &doc, &err));
	for (size_t i = 0; i < from->values.n; i++) {
		const struct ik_value *v = &from->values.v[i];
		const char *name = gen_field_names[v->field];

		if (v->type == INK_F64)
			OK(ink_doc_add_f64(doc, name, v->f64, &err));
		else if (v->type == INK_I64 || v->type == INK_DATE)
			OK(ink_doc_add_i64(doc, name, v->i64, &err));
		else
			OK(ink_doc_add_text(doc, name, v->text, v->len, &err));
	}
	return doc;
}

static void corpus_pair(struct place *p, const struct gen_corpus *c, struct gen *g,
                        struct pair *both)
{
	struct ik_schema *schema = gen_corpus_schema(0.9, 0.4);
	struct ik_doc doc;

	pair_create(p, (ink_schema *)schema, both);
	ik_doc_init(&doc, schema);
	both->docs = 50 + gen_below(g, DOCS_MAX - 50);
	for (uint32_t n = 0; n < both->docs; n++) {
		char id[16];

		snprintf(id, sizeof id, "%u", n);
		gen_corpus_doc(c, n, id, &doc);
		pair_add(both, corpus_doc(both->index[0], &doc), corpus_doc(both->index[1], &doc));
		if (gen_below(g, 80) == 0)
			pair_commit(both);
		if (gen_below(g, 20) == 0) {
			snprintf(id, sizeof id, "%u", gen_below(g, n));
			pair_delete(both, id);
		}
	}
	ik_doc_release(&doc);
	ik_schema_free(schema);
	pair_open(both);
}

static void test_query_trees_match_the_same_documents(void **state)
{
	size_t hits = 0;

	for (unsigned r = 0; r < rounds; r++) {
		struct gen g = {seed + r};
		struct gen_corpus c = {seed + r, 20 + gen_below(&g, 400), 5 + gen_below(&g, 60), 1};
		struct pair both;

		corpus_pair(*state, &c, &g, &both);
		for (int i = 0; i < QUERIES; i++) {
			struct ik_query *q = gen_query(&c, &g, both.docs, 3);

			hits += check_match(&both, (ink_query *)q, (ink_query *)q, seed + r, i);
			ik_query_unref(q);
		}
		pair_free(*state, &both);
	}
	assert_true(hits > (size_t)rounds * QUERIES);
}

/* What random queries found, each with a document of which one of the two thought otherwise. */
static void test_what_they_did_not_agree_on_once(void **state)
{
	static const struct {
		const char *field, *text, *query;
		int found;
	} cases[] = {
		{"title", "一二墨三四", "+title:墨", 1}, /* a gram that only begins so */
		{"title", "一二墨三四", "title:墨*", 1},
		{"title", "一二三四", "+title:墨", 0},
		{"body", "stone ink", "body:\"ink stone\"~2", 1}, /* slop in any order */
		{"body", "stone ink", "body:\"ink stone\"~1", 0},
		{"body", "paper ink stone", "body:\"ink paper\"~2", 1},
		{"body", "ink paper", "body:\"ink paper ink\"~5", 0}, /* one word, not two */
		{"body", "A100 芯片 墨", "body:\"A100 芯片 墨\"", 1}, /* a place left free */
		{"body", "A100芯片墨", "body:\"A100 芯片 墨\"", 0},
		{"title", "stone 町で硯", "+title:stone町で硯", 1}, /* a blank beside Latin */
		{"title", "町で硯 stone", "+title:stone町で硯", 0},
		{"title", "paper", "(-title:ink -title:stone)~1", 0}, /* one of none */
	};
	ink_schema *s = mixed_schema();
	struct pair both;

	pair_create(*state, s, &both);
	for (size_t i = 0; i < N_OF(cases); i++) {
		ink_doc *doc[2];
		char id[16];

		snprintf(id, sizeof id, "%zu", i);
		for (int k = 0; k < 2; k++) {
			doc[k] = make_doc(both.index[k], id, NULL, NULL);
			put(doc[k], cases[i].field, cases[i].text);
		}
		pair_add(&both, doc[0], doc[1]);
	}
	pair_open(&both);
	for (size_t i = 0; i < N_OF(cases); i++) {
		char text[128];
		ink_query *q;

		snprintf(text, sizeof text, "+id:%zu +(%s)", i, cases[i].query);
		q = parse(both.index[0], text);
		if ((int)check_match(&both, q, q, 0, (int)i) != cases[i].found)
			fail_msg("%s: not %d found", text, cases[i].found);
		ink_query_free(q);
	}
	ink_schema_free(s);
	pair_free(*state, &both);
}

static void test_at_least_so_many_of_the_clauses(void **state)
{
	static const char *const texts[] = {"ink", "stone", "brush", "paper", "tag:red"};
	struct gen g = {seed + 1};
	struct pair both;

	mixed_pair(*state, &g, &both);
	for (uint32_t least = 0; least <= 6; least++) {
		const int32_t occur[N_OF(texts)] = {0};
		ink_query *kids[N_OF(texts)], *q;

		for (size_t i = 0; i < N_OF(texts); i++)
			kids[i] = parse(both.index[0], texts[i]);
		OK(ink_query_bool((const ink_query *const *)kids, occur, N_OF(texts), least, &q,
		                  &err));
		check_match(&both, q, q, seed + 1, (int)least);
		for (size_t i = 0; i < N_OF(texts); i++)
			ink_query_free(kids[i]);
		ink_query_free(q);
	}
	pair_free(*state, &both);
}

/* Keys in order and facets, as a line. */
static void sorted_line(struct pair *both, int i, const char *field, uint32_t flags, char *line,
                        size_t size)
{
	static const double bounds[] = {-100, 0, 5, 40, 1000};
	ink_query *q = parse(both->index[i], "ink stone 墨");
	ink_search *search;
	ink_results *r;
	size_t at = 0;

	OK(ink_search_new(both->reader[i], q, &search, &err));
	OK(ink_search_set_window(search, 0, DOCS_MAX, &err));
	OK(ink_search_add_sort(search, field, flags, &err));
	OK(ink_search_add_sort(search, "id", 0, &err));
	OK(ink_search_add_facet(search, "tag", 3, &err));
	OK(ink_search_add_range_facet(search, "size", bounds, 4, &err));
	OK(ink_search_add_range_facet(search, "price", bounds, 4, &err));
	OK(ink_search_run(search, &r, &err));
	for (size_t h = 0; h < ink_results_len(r); h++)
		at += (size_t)snprintf(line + at, size - at, "%s ", id_of(r, h));
	for (size_t f = 0; f < 3; f++)
		for (size_t v = 0; v < ink_results_facet_len(r, f); v++) {
			const char *value;
			uint64_t n;
			size_t len;

			OK(ink_results_facet(r, f, v, &value, &len, &n, &err));
			at += (size_t)snprintf(line + at, size - at, "%s=%d ", value, (int)n);
		}
	assert_true(at < size);
	ink_results_free(r);
	ink_search_free(search);
	ink_query_free(q);
}

static void test_facets_and_sorting_agree(void **state)
{
	static const char *const fields[] = {"year", "size", "price", "tag", "id"};
	static char line[2][16000];
	struct gen g = {seed + 2};
	struct pair both;

	mixed_pair(*state, &g, &both);
	for (uint32_t k = 0; k < N_OF(fields) * 4; k++) {
		for (int i = 0; i < 2; i++)
			sorted_line(&both, i, fields[k / 4], k % 4, line[i], sizeof line[i]);
		assert_string_equal(line[0], line[1]);
	}
	pair_free(*state, &both);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_PLACE(test_query_strings_match_the_same_documents),
		IN_PLACE(test_query_trees_match_the_same_documents),
		IN_PLACE(test_what_they_did_not_agree_on_once),
		IN_PLACE(test_at_least_so_many_of_the_clauses),
		IN_PLACE(test_facets_and_sorting_agree),
	};

	return cmocka_run_group_tests(tests, read_options, say_how_many);
}
