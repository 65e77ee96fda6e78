/*
 * test_xapian_foreign.c - databases that other programs made: their prefixes,
 * words, stems and keywords.
 *
 * Licence: GPL-2.0-or-later, since it is linked with libxapian.
 */
#include "../api/backends.h"

#include "backend/xapian_shim.h"

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

/* As omega's indexers and Xapian's TermGenerator make them: words, stems, boolean terms. */
static void test_prefixes_and_the_stemmer_of_another_program_are_given_in_the_path(void **state)
{
	static const char *const terms[] = {"Zstone",  "ZSbrush",    "ZXSUBJink", "Q7",
	                                    "XKINDtool", "XKIND:Pen", "Kart",      "Kold"};
	static const char *const texts[] = {"stones", "Sbrushes", "XSUBJinks", "25"};
	struct place *p = *state;
	struct ik_xap_db *db;
	struct ik_xap_doc *doc;
	ink_index *plain;
	char path[200];

	snprintf(path, sizeof path, "%s/theirs", p->dir);
	OK(ik_xap_db_open_write(path, IK_XAP_CREATE, &db, &err));
	OK(ik_xap_doc_new(&doc, &err));
	for (size_t i = 0; i < N_OF(terms); i++)
		OK(ik_xap_doc_add_term(doc, terms[i], strlen(terms[i]), 1, &err));
	for (size_t i = 0; i < N_OF(texts); i++)
		OK(ik_xap_doc_add_posting(doc, texts[i], strlen(texts[i]), 1, 1, &err));
	OK(ik_xap_db_add_doc(db, doc, NULL, &err));
	ik_xap_doc_free(doc);
	OK(ik_xap_db_commit(db, &err));
	ik_xap_db_free(db);
	snprintf(path, sizeof path,
	         "xapian:%s/theirs?heading=S&subject=XSUBJ&kind=XKIND:keyword&tag=K&stem=en",
	         p->dir);
	OK(ink_index_open(path, 0, &p->index, &err));
	assert_int_equal(count(p->index, "stone"), 1);
	assert_int_equal(count(p->index, "+stoned +25"), 1); /* one stem; numbers have none */
	assert_int_equal(count(p->index, "\"stone\""), 0);   /* a phrase is of words */
	assert_int_equal(count(p->index, "\"stones\""), 1);
	assert_int_equal(count(p->index, "heading:brush"), 1);
	assert_int_equal(count(p->index, "subject:inking"), 1);
	assert_int_equal(count(p->index, "kind:tool"), 1);
	assert_int_equal(count(p->index, "kind:Pen"), 1);
	assert_int_equal(count(p->index, "kind:pen"), 0);
	assert_int_equal(count(p->index, "tag:art -tag:new"), 1);
	assert_int_equal(count(p->index, "id:7"), 1);
	snprintf(path, sizeof path, "xapian:%s/theirs?heading=S", p->dir);
	OK(ink_index_open(path, 0, &plain, &err));
	assert_int_equal(count(plain, "stone"), 0);
	assert_int_equal(count(plain, "stones"), 1);
	ink_index_close(plain);
	snprintf(path, sizeof path, "xapian:%s/theirs?stem=klingon", p->dir);
	FAILS(INK_EINVAL, "klingon", ink_index_open(path, 0, &plain, &err));
	snprintf(path, sizeof path, "xapian:%s/theirs?heading", p->dir);
	FAILS(INK_EINVAL, "heading", ink_index_open(path, 0, &plain, &err));
	snprintf(path, sizeof path, "xapian:%s/theirs?heading=XMUCHTOOLONGFORIT", p->dir);
	FAILS(INK_EINVAL, "NAME=PREFIX", ink_index_open(path, 0, &plain, &err));
}

/* A database with one document of these terms, opened with fields for some of them. */
static void open_theirs(struct place *p, const char *const *terms, size_t n, const char *options)
{
	struct ik_xap_db *db;
	struct ik_xap_doc *doc;
	char path[200];

	snprintf(path, sizeof path, "%s/theirs", p->dir);
	OK(ik_xap_db_open_write(path, IK_XAP_CREATE, &db, &err));
	OK(ik_xap_doc_new(&doc, &err));
	for (size_t i = 0; i < n; i++)
		OK(ik_xap_doc_add_posting(doc, terms[i], strlen(terms[i]), (uint32_t)i + 1, 1,
		                          &err));
	OK(ik_xap_db_add_doc(db, doc, NULL, &err));
	ik_xap_doc_free(doc);
	OK(ik_xap_db_commit(db, &err));
	ik_xap_db_free(db);
	snprintf(path, sizeof path, "xapian:%s/theirs?%s", p->dir, options);
	OK(ink_index_open(path, 0, &p->index, &err));
}

/* TermGenerator keeps in a word what a tokenizer of ours cuts it at. */
static void test_text_is_cut_as_another_program_cut_it(void **state)
{
	static const char *const terms[] = {"don't", "at&t", "c++", "3.14", "us", "foo_bar"};
	static const char *const found[] = {
		"don't", "+Don\xe2\x80\x99t", "AT&T",  "+C++",    "3.14", "U.S.", "foo_bar",
		"\"don't AT&T\"", "\"C++, 3.14 U.S.\"", "+text:c++ +3.14", "don't*"};
	static const char *const not_found[] = {"don", "t", "c", "C#", "14", "\"AT&T don't\"",
	                                        "\"don't, the C++\""};
	struct place *p = *state;

	open_theirs(p, terms, N_OF(terms), "heading=S");
	for (size_t i = 0; i < N_OF(found); i++)
		assert_int_equal(count(p->index, found[i]), 1);
	for (size_t i = 0; i < N_OF(not_found); i++)
		assert_int_equal(count(p->index, not_found[i]), 0);
}

static const char *const mixed[] = {"brushes", "Zbrush", "Sand",       "Kink",
                                    "XKIND:Tool", "XKIND::x", "XKINDpen", "XKINDOFart"};

static void test_a_pattern_finds_terms_of_its_own_field_alone(void **state)
{
	static const char *const found[] = {"brush*", "heading:an*",  "heading:and~1", "tag:i*",
	                                    "kind:To*", "kind:*ol",   "kind:p*",
	                                    "kind:\\:*", "kind:[T TO U]", "kind:[: TO :z]",
	                                    "kind:[p TO q]", "kindof:a*"};
	static const char *const not_found[] = {
		"text:brush~1", "text:*brush", "text:sand~1", "text:*and",     "text:*ink",
		"kind:O*",      "kind:*art",   "kind:\\:T*",  "kind:[O TO P]", "kind:[U TO a]"};
	struct place *p = *state;

	open_theirs(p, mixed, N_OF(mixed),
	            "heading=S&kind=XKIND:keyword&kindof=XKINDOF:keyword&tag=K");
	for (size_t i = 0; i < N_OF(found); i++)
		assert_int_equal(count(p->index, found[i]), 1);
	for (size_t i = 0; i < N_OF(not_found); i++)
		assert_int_equal(count(p->index, not_found[i]), 0);
}

/* All terms of a field, each with a blank behind it. */
static const char *terms_of(ink_index *index, const char *field, const char *prefix)
{
	static char all[200];
	ink_reader *reader;
	ink_terms *t;
	const char *text;
	size_t len;

	all[0] = '\0';
	OK(ink_reader_open(index, &reader, &err));
	OK(ink_terms_open(reader, field, INK_PART_WORD, prefix, strlen(prefix), &t, &err));
	while (ink_terms_next(t, &err) == 1) {
		text = ink_terms_text(t, &len);
		snprintf(all + strlen(all), sizeof all - strlen(all), "%.*s ", (int)len, text);
	}
	ink_terms_close(t);
	ink_reader_close(reader);
	return all;
}

static void test_terms_of_a_field_are_those_of_no_other_one(void **state)
{
	struct place *p = *state;

	open_theirs(p, mixed, N_OF(mixed),
	            "heading=S&kind=XKIND:keyword&kindof=XKINDOF:keyword&tag=K");
	assert_string_equal(terms_of(p->index, "text", ""), "brushes ");
	assert_string_equal(terms_of(p->index, "heading", ""), "and ");
	assert_string_equal(terms_of(p->index, "kind", ""), ":x Tool pen ");
	assert_string_equal(terms_of(p->index, "kind", "To"), "Tool ");
	assert_string_equal(terms_of(p->index, "kindof", ""), "art ");
}

#define IN_PLACE(name) cmocka_unit_test_setup_teardown(name, place_make, place_free)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_PLACE(test_a_database_of_another_program_opens_for_reading),
		IN_PLACE(test_prefixes_and_the_stemmer_of_another_program_are_given_in_the_path),
		IN_PLACE(test_text_is_cut_as_another_program_cut_it),
		IN_PLACE(test_a_pattern_finds_terms_of_its_own_field_alone),
		IN_PLACE(test_terms_of_a_field_are_those_of_no_other_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
