/*
 * test_xapian_backend.c - the xapian backend beside the native one, and
 * beside what other programs write and read.
 *
 * Licence: GPL-2.0-or-later, since it is linked with libxapian.
 */
#include "../api/backends.h"

#include "backend/xapian_shim.h"

#define SEED 0x1CE57045u
#define N_DOCS 150
#define N_QUERIES 600

static uint32_t state_of_random = SEED;

static uint32_t pick(uint32_t n)
{
	state_of_random = state_of_random * 1664525u + 1013904223u;
	return (state_of_random >> 8) % n;
}

static const char *const words[] = {"ink",    "stone", "stones",  "brush",   "paper",  "the",
                                    "GPT-4",  "c++",   "墨",      "東京都",  "京都",   "芯片",
                                    "黒い墨", "서울",  "writing", "written", "inkwell"};

static void put_words(char *text, size_t size, uint32_t n)
{
	size_t at = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%s", i > 0 ? " " : "",
		                       words[pick(N_OF(words))]);
	assert_true(at < size);
}

/* The same fields in both, some of them with several values. */
static ink_schema *schema(void)
{
	ink_schema *s;

	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "title", INK_TEXT, INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "body", INK_TEXT, 0, "word | fold | stem:en", &err));
	OK(ink_schema_add_field(s, "tag", INK_KEYWORD, INK_MULTI, NULL, &err));
	OK(ink_schema_add_field(s, "year", INK_I64, 0, NULL, &err));
	OK(ink_schema_add_field(s, "size", INK_I64, INK_MULTI, NULL, &err));
	OK(ink_schema_add_field(s, "price", INK_F64, INK_MULTI, NULL, &err));
	return s;
}

static ink_doc *random_doc(ink_index *index, int number)
{
	char text[2000], id[16];
	ink_doc *doc;

	snprintf(id, sizeof id, "%d", number);
	put_words(text, sizeof text, 1 + pick(6));
	doc = make_doc(index, id, text, NULL);
	if (pick(4) > 0) {
		put_words(text, sizeof text, 1 + pick(20));
		put(doc, "body", text);
	}
	for (uint32_t n = pick(3); n > 0; n--) {
		static const char *const tags[] = {"", "red", "green", "blue", "greenish"};

		put(doc, "tag", tags[pick(N_OF(tags))]);
	}
	if (pick(3) > 0)
		OK(ink_doc_add_i64(doc, "year", (int64_t)pick(40) - 20, &err));
	for (uint32_t n = pick(3); n > 0; n--) {
		OK(ink_doc_add_i64(doc, "size", (int64_t)pick(100), &err));
		OK(ink_doc_add_f64(doc, "price", (double)pick(100) / 4 - 10, &err));
	}
	return doc;
}

struct pair {
	struct place *place;
	ink_index *index[2]; /* native, xapian */
};

static void make_pair(struct place *p, struct pair *both)
{
	ink_schema *s = schema();
	ink_writer *w[2];
	char path[160];

	both->place = p;
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s%s/%d", i ? "xapian:" : "", p->dir, i);
		OK(ink_index_create(path, s, 0, &both->index[i], &err));
		OK(ink_writer_open(both->index[i], &w[i], &err));
	}
	ink_schema_free(s);
	for (int n = 0; n < N_DOCS; n++) {
		uint32_t before = state_of_random;

		for (int i = 0; i < 2; i++) {
			ink_doc *doc;

			state_of_random = before; /* the same document twice */
			doc = random_doc(both->index[i], n);
			OK(ink_writer_add(w[i], doc, &err));
			ink_doc_free(doc);
			if (n % 50 == 20)
				OK(ink_writer_delete(w[i], "3", 1, &err));
			if (n % 40 == 39)
				OK(ink_writer_commit(w[i], NULL, &err));
		}
	}
	for (int i = 0; i < 2; i++) {
		OK(ink_writer_commit(w[i], NULL, &err));
		ink_writer_close(w[i]);
	}
}

static void free_pair(struct pair *both)
{
	ink_index_close(both->index[0]);
	ink_index_close(both->index[1]);
}

/* One clause of a random query. */
static void put_clause(char *q, size_t size)
{
	const char *w = words[pick(N_OF(words))];

	switch (pick(14)) {
	case 0: snprintf(q, size, "+%s", w); break;
	case 1: snprintf(q, size, "-%s", w); break;
	case 2: snprintf(q, size, "title:%s", w); break;
	case 3: snprintf(q, size, "body:%s", w); break;
	case 4: snprintf(q, size, "\"%s %s\"", w, words[pick(N_OF(words))]); break;
	case 5: snprintf(q, size, "body:\"ink %s\"", words[pick(7)]); break;
	case 6: snprintf(q, size, "i*"); break;
	case 7: snprintf(q, size, "st?ne"); break;
	case 8: snprintf(q, size, "stome~1"); break;
	case 9: snprintf(q, size, "tag:%s", pick(2) ? "red" : "gre*"); break;
	case 10: snprintf(q, size, "year:[%d TO %d}", (int)pick(20) - 20, (int)pick(20)); break;
	case 11: snprintf(q, size, "size:[%u TO %u]", pick(50), 40 + pick(60)); break;
	case 12: snprintf(q, size, "price>%d.5", (int)pick(20) - 10); break;
	default: snprintf(q, size, "%s", w); break;
	}
}

static void put_query(char *q, size_t size)
{
	char clause[128];
	size_t at = 0;

	for (uint32_t n = 1 + pick(3), i = 0; i < n; i++) {
		put_clause(clause, sizeof clause);
		at += (size_t)snprintf(q + at, size - at, "%s%s", i > 0 ? " " : "", clause);
	}
}

/* Which ids match, as flags; how many. */
static size_t matches(ink_index *index, const char *text, uint32_t flags, uint8_t *found)
{
	ink_results *r;
	ink_search *search;
	ink_reader *reader;
	ink_query *query;
	size_t n;

	memset(found, 0, N_DOCS);
	OK(ink_query_parse(index, text, strlen(text), flags, &query, &err));
	OK(ink_reader_open(index, &reader, &err));
	OK(ink_search_new(reader, query, &search, &err));
	OK(ink_search_set_window(search, 0, N_DOCS, &err));
	OK(ink_search_set_total(search, INK_TOTAL_EXACT, &err));
	OK(ink_search_run(search, &r, &err));
	n = ink_results_len(r);
	assert_int_equal(ink_results_total(r, NULL), n);
	for (size_t i = 0; i < n; i++)
		found[atoi(id_of(r, i))] = 1;
	ink_results_free(r);
	ink_search_free(search);
	ink_query_free(query);
	ink_reader_close(reader);
	return n;
}

static void test_the_same_documents_match_as_in_the_native_engine(void **state)
{
	uint8_t found[2][N_DOCS];
	struct pair both;
	size_t hits = 0;
	char q[512];

	state_of_random = SEED;
	make_pair(*state, &both);
	for (int i = 0; i < N_QUERIES; i++) {
		uint32_t flags;
		size_t n[2];

		put_query(q, sizeof q);
		flags = pick(4) == 0 ? INK_PARSE_ALL : 0;
		for (int k = 0; k < 2; k++)
			n[k] = matches(both.index[k], q, flags, found[k]);
		hits += n[0];
		if (n[0] != n[1] || memcmp(found[0], found[1], N_DOCS) != 0)
			fail_msg("seed %#x, query %d: %s (flags %u): %zu documents, Xapian %zu",
			         SEED, i, q, (unsigned)flags, n[0], n[1]);
	}
	assert_true(hits > N_QUERIES);
	free_pair(&both);
}

static ink_query *any_of(ink_index *index, const char *const *texts, size_t n, uint32_t least)
{
	const ink_query *kids[8];
	int32_t occur[8] = {0};
	ink_query *q;

	for (size_t i = 0; i < n; i++)
		kids[i] = parse(index, texts[i]);
	OK(ink_query_bool(kids, occur, n, least, &q, &err));
	for (size_t i = 0; i < n; i++)
		ink_query_free((ink_query *)(uintptr_t)kids[i]);
	return q;
}

static void test_at_least_so_many_of_the_clauses(void **state)
{
	static const char *const texts[] = {"ink", "stone", "brush", "paper", "tag:red"};
	struct pair both;

	state_of_random = SEED + 1;
	make_pair(*state, &both);
	for (uint32_t least = 0; least <= 6; least++) {
		uint64_t n[2];

		for (int k = 0; k < 2; k++) {
			ink_query *q = any_of(both.index[k], texts, N_OF(texts), least);
			ink_reader *reader;
			ink_results *r;

			OK(ink_reader_open(both.index[k], &reader, &err));
			r = find(reader, q);
			n[k] = ink_results_total(r, NULL);
			ink_results_free(r);
			ink_reader_close(reader);
			ink_query_free(q);
		}
		assert_int_equal(n[0], n[1]);
	}
	free_pair(&both);
}

static void test_facets_and_sorting_agree_with_the_native_engine(void **state)
{
	static const double bounds[] = {-100, 0, 5, 40, 1000};
	static const char *const fields[] = {"year", "size", "price", "tag", "id"};
	struct pair both;

	state_of_random = SEED + 2;
	make_pair(*state, &both);
	for (uint32_t k = 0; k < N_OF(fields) * 4; k++) {
		char line[2][8000];

		for (int i = 0; i < 2; i++) {
			ink_query *q = parse(both.index[i], "ink stone 墨");
			ink_search *search;
			ink_reader *reader;
			ink_results *r;
			size_t at = 0;

			OK(ink_reader_open(both.index[i], &reader, &err));
			OK(ink_search_new(reader, q, &search, &err));
			OK(ink_search_set_window(search, 0, N_DOCS, &err));
			OK(ink_search_add_sort(search, fields[k / 4], k % 4, &err));
			OK(ink_search_add_sort(search, "id", 0, &err));
			OK(ink_search_add_facet(search, "tag", 3, &err));
			OK(ink_search_add_range_facet(search, "size", bounds, 4, &err));
			OK(ink_search_add_range_facet(search, "price", bounds, 4, &err));
			OK(ink_search_run(search, &r, &err));
			for (size_t h = 0; h < ink_results_len(r); h++)
				at += (size_t)snprintf(line[i] + at, sizeof line[i] - at, "%s ",
				                       id_of(r, h));
			for (size_t f = 0; f < 3; f++)
				for (size_t v = 0; v < ink_results_facet_len(r, f); v++) {
					const char *value;
					uint64_t n;
					size_t len;

					OK(ink_results_facet(r, f, v, &value, &len, &n, &err));
					at += (size_t)snprintf(line[i] + at, sizeof line[i] - at,
					                       "%s=%d ", value, (int)n);
				}
			assert_true(at < sizeof line[i]);
			ink_results_free(r);
			ink_search_free(search);
			ink_reader_close(reader);
			ink_query_free(q);
		}
		assert_string_equal(line[0], line[1]);
	}
	free_pair(&both);
}

/* ---- other programs ---- */

static void test_what_we_write_others_can_read(void **state)
{
	struct place *p = *state;
	ink_schema *s = schema();
	struct ik_xap_db *db;
	uint64_t errors, docs;
	const char *text;
	ink_writer *w;
	char path[160];
	size_t len;

	snprintf(path, sizeof path, "xapian:%s/ours", p->dir);
	OK(ink_index_create(path, s, 0, &p->index, &err));
	ink_schema_free(s);
	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "k1", "Inkstones", "ink");
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	snprintf(path, sizeof path, "%s/ours", p->dir);
	OK(ik_xap_db_open(path, &db, &err));
	OK(ik_xap_db_term(db, "Qk1", 3, &docs, NULL, NULL, &err));
	assert_int_equal(docs, 1);
	OK(ik_xap_db_term(db, "XGB:inkstones", 13, &docs, NULL, NULL, &err));
	assert_int_equal(docs, 1);
	OK(ik_xap_db_metadata(db, "inkstone.generation", &text, &len, &err));
	assert_string_equal(text, "2");
	ik_xap_db_free(db);
	OK(ik_xap_check(path, IK_XAP_CHECK_FULL, NULL, NULL, &errors, &err));
	assert_int_equal(errors, 0);
}

static void test_a_database_of_another_program_opens_for_reading(void **state)
{
	struct place *p = *state;
	struct ik_xap_db *db;
	struct ik_xap_doc *doc;
	ink_results *r;
	ink_reader *reader;
	ink_search *search;
	ink_writer *w;
	ink_query *q;
	const char *text;
	char path[160];
	size_t len;

	snprintf(path, sizeof path, "%s/theirs", p->dir);
	OK(ik_xap_db_open_write(path, IK_XAP_CREATE, &db, &err));
	OK(ik_xap_doc_new(&doc, &err));
	OK(ik_xap_doc_add_posting(doc, "ink", 3, 1, 1, &err));
	OK(ik_xap_doc_add_posting(doc, "stone", 5, 2, 1, &err));
	OK(ik_xap_doc_add_posting(doc, "Stools", 6, 1, 1, &err));
	OK(ik_xap_doc_add_term(doc, "Q7", 2, 0, &err));
	OK(ik_xap_doc_add_term(doc, "Ttext/plain", 11, 0, &err));
	OK(ik_xap_doc_set_data(doc, "Ink stone", 9, &err));
	OK(ik_xap_db_add_doc(db, doc, NULL, &err));
	ik_xap_doc_free(doc);
	OK(ik_xap_db_commit(db, &err));
	ik_xap_db_free(db);
	snprintf(path, sizeof path, "xapian:%s/theirs", p->dir);
	OK(ink_index_open(path, 0, &p->index, &err));
	FAILS(INK_EREADONLY, "another program", ink_writer_open(p->index, &w, &err));
	assert_int_equal(count(p->index, "text:Ink"), 1);
	assert_int_equal(count(p->index, "text:\"ink stone\""), 1);
	assert_int_equal(count(p->index, "text:\"stone ink\""), 0);
	assert_int_equal(count(p->index, "title:tools type:\"text/plain\" -text:paper"), 1);
	assert_int_equal(count(p->index, "text:st*"), 1);
	assert_int_equal(count(p->index, "id:7"), 1);
	assert_int_equal(count(p->index, "*:*"), 1);
	q = parse(p->index, "text:stone");
	OK(ink_reader_open(p->index, &reader, &err));
	r = find(reader, q);
	OK(ink_results_stored(r, 0, "data", &text, &len, &err));
	assert_string_equal(text, "Ink stone");
	ink_results_free(r);
	OK(ink_search_new(reader, q, &search, &err));
	OK(ink_search_add_sort(search, "id", 0, &err));
	FAILS(INK_EUNSUPPORTED, "sort", ink_search_run(search, &r, &err));
	ink_search_free(search);
	ink_query_free(q);
	ink_reader_close(reader);
	OK(ink_index_check(path, NULL, NULL, &err));
}

static void test_a_keyword_that_xapian_cannot_hold_is_refused(void **state)
{
	struct place *p = *state;
	ink_schema *s = schema();
	char path[160], text[300];
	ink_writer *w;
	ink_doc *doc;

	snprintf(path, sizeof path, "xapian:%s/long", p->dir);
	OK(ink_index_create(path, s, 0, &p->index, &err));
	ink_schema_free(s);
	OK(ink_writer_open(p->index, &w, &err));
	memset(text, 'a', sizeof text);
	doc = make_doc(p->index, "1", NULL, NULL);
	OK(ink_doc_add_text(doc, "tag", text, sizeof text, &err));
	FAILS(INK_ELIMIT, "tag", ink_writer_add(w, doc, &err));
	ink_doc_clear(doc);
	OK(ink_doc_add_text(doc, "id", "1", 1, &err));
	OK(ink_doc_add_text(doc, "title", text, sizeof text, &err)); /* words are cut */
	OK(ink_writer_add(w, doc, &err));                            /* the failure did no harm */
	ink_doc_free(doc);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_int_equal(count(p->index, "*:*"), 1);
}

#define IN_PLACE(name) cmocka_unit_test_setup_teardown(name, place_make, place_free)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_PLACE(test_the_same_documents_match_as_in_the_native_engine),
		IN_PLACE(test_at_least_so_many_of_the_clauses),
		IN_PLACE(test_facets_and_sorting_agree_with_the_native_engine),
		IN_PLACE(test_what_we_write_others_can_read),
		IN_PLACE(test_a_database_of_another_program_opens_for_reading),
		IN_PLACE(test_a_keyword_that_xapian_cannot_hold_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
