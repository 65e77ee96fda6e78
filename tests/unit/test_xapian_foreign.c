/*
 * test_xapian_foreign.c - databases that other programs made: their prefixes,
 * words, stems and keywords.
 *
 * Licence: GPL-2.0-or-later, since it is linked with libxapian.
 */
#include "../api/backends.h"

#include "backend/xapian_shim.h"

/* A database with one document: words, in this order, and terms without a position. */
static void make_theirs(const struct place *p, const char *const *words,
                        const char *const *terms, const char *data)
{
	struct ik_xap_db *db;
	struct ik_xap_doc *doc;
	char path[200];

	snprintf(path, sizeof path, "%s/theirs", p->dir);
	OK(ik_xap_db_open_write(path, IK_XAP_CREATE, &db, &err));
	OK(ik_xap_doc_new(&doc, &err));
	for (uint32_t i = 0; words[i] != NULL; i++)
		OK(ik_xap_doc_add_posting(doc, words[i], strlen(words[i]), i + 1, 1, &err));
	for (uint32_t i = 0; terms[i] != NULL; i++)
		OK(ik_xap_doc_add_term(doc, terms[i], strlen(terms[i]), 1, &err));
	OK(ik_xap_doc_set_data(doc, data, strlen(data), &err));
	OK(ik_xap_db_add_doc(db, doc, NULL, &err));
	ik_xap_doc_free(doc);
	OK(ik_xap_db_commit(db, &err));
	ik_xap_db_free(db);
}

static const char *path_with(const struct place *p, const char *options)
{
	static char path[200];

	snprintf(path, sizeof path, "xapian:%s/theirs%s", p->dir, options);
	return path;
}

static const char *const none[] = {NULL};

/* The queries of `found` find the document, those of `not_found` do not. */
static void must_find(ink_index *index, const char *const *found, const char *const *not_found)
{
	for (; *found != NULL; found++)
		if (count(index, *found) != 1)
			fail_msg("%s finds nothing", *found);
	for (; *not_found != NULL; not_found++)
		if (count(index, *not_found) != 0)
			fail_msg("%s finds it", *not_found);
}

static void test_a_database_of_another_program_opens_for_reading(void **state)
{
	static const char *const words[] = {"ink", "stone", "Stools", NULL};
	static const char *const terms[] = {"Q7", "Ttext/plain", NULL};
	static const char *const found[] = {
		"text:Ink", "text:\"ink stone\"", "title:tools type:\"text/plain\" -text:paper",
		"text:st*", "id:7", "*:*", NULL};
	static const char *const not_found[] = {"text:\"stone ink\"", NULL};
	struct place *p = *state;
	ink_results *r;
	ink_reader *reader;
	ink_search *search;
	ink_writer *w;
	ink_query *q;
	const char *text;
	size_t len;

	make_theirs(p, words, terms, "Ink stone");
	OK(ink_index_open(path_with(p, ""), 0, &p->index, &err));
	FAILS(INK_EREADONLY, "another program", ink_writer_open(p->index, &w, &err));
	must_find(p->index, found, not_found);
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
	OK(ink_index_check(path_with(p, ""), NULL, NULL, &err));
}

/* As omega's indexers and Xapian's TermGenerator make them: words, stems, boolean terms. */
static void test_prefixes_and_the_stemmer_of_another_program_are_given_in_the_path(void **state)
{
	static const char *const words[] = {"stones", "Sbrushes", "XSUBJinks", "25", NULL};
	static const char *const terms[] = {"Zstone",    "ZSbrush",   "ZXSUBJink", "Q7",
	                                    "XKINDtool", "XKIND:Pen", "Kart",      "Kold", NULL};
	static const char *const found[] = {
		"stone", "+stoned +25" /* one stem; numbers have none */, "\"stones\"",
		"heading:brush", "subject:inking", "kind:tool", "kind:Pen", "tag:art -tag:new",
		"id:7", NULL};
	static const char *const not_found[] = {"\"stone\"" /* a phrase is of words */, "kind:pen",
	                                        NULL};
	static const char *const unstemmed[] = {"stones", NULL}, *const stem[] = {"stone", NULL};
	struct place *p = *state;
	ink_index *plain;

	make_theirs(p, words, terms, "");
	OK(ink_index_open(path_with(p, "?heading=S&subject=XSUBJ&kind=XKIND:keyword&tag=K&stem=en"),
	                  0, &p->index, &err));
	must_find(p->index, found, not_found);
	OK(ink_index_open(path_with(p, "?heading=S"), 0, &plain, &err));
	must_find(plain, unstemmed, stem);
	ink_index_close(plain);
	FAILS(INK_EINVAL, "klingon",
	      ink_index_open(path_with(p, "?stem=klingon"), 0, &plain, &err));
	FAILS(INK_EINVAL, "heading", ink_index_open(path_with(p, "?heading"), 0, &plain, &err));
	FAILS(INK_EINVAL, "NAME=PREFIX",
	      ink_index_open(path_with(p, "?heading=XMUCHTOOLONGFORIT"), 0, &plain, &err));
	FAILS(INK_EINVAL, "kind=XKIND:keywrod",
	      ink_index_open(path_with(p, "?kind=XKIND:keywrod"), 0, &plain, &err));
	OK(ink_index_open(path_with(p, "?kind=XKIND::keyword"), 0, &plain, &err));
	ink_index_close(plain);
}

/* TermGenerator leaves stop words unstemmed, omindex with --stemmer=none all words. */
static void test_a_word_whose_stem_is_nowhere_is_looked_for_itself(void **state)
{
	static const char *const words[] = {"the", "running", "stones", "Zstone", "Sbrushes", NULL};
	static const char *const found[] = {"the", "+the +stone", "running", "stoned",
	                                    "heading:brushes", "\"the running\"", NULL};
	static const char *const not_found[] = {"run", "runs", "heading:brush", "+stone +these",
	                                        "text:brushes", NULL};
	struct place *p = *state;

	make_theirs(p, words, none, "");
	OK(ink_index_open(path_with(p, "?heading=S&stem=en"), 0, &p->index, &err));
	must_find(p->index, found, not_found);
}

/* TermGenerator keeps in a word what a tokenizer of ours cuts it at. */
static void test_text_is_cut_as_another_program_cut_it(void **state)
{
	static const char *const words[] = {"don't", "at&t",    "c++", "3.14",
	                                    "us",    "foo_bar", NULL};
	static const char *const found[] = {
		"don't", "+Don\xe2\x80\x99t", "AT&T",  "+C++",    "3.14", "U.S.", "foo_bar",
		"\"don't AT&T\"", "\"C++, 3.14 U.S.\"", "+text:c++ +3.14", "don't*", NULL};
	static const char *const not_found[] = {"don", "t", "c", "C#", "14", "\"AT&T don't\"",
	                                        "\"don't, the C++\"", NULL};
	struct place *p = *state;

	make_theirs(p, words, none, "");
	OK(ink_index_open(path_with(p, "?heading=S"), 0, &p->index, &err));
	must_find(p->index, found, not_found);
}

/* Words and terms with a prefix that is the beginning of another one. */
static void open_mixed(struct place *p)
{
	static const char *const words[] = {"brushes",    "Zbrush",   "Sand",     "Kink",
	                                    "XKIND:Tool", "XKIND::x", "XKINDpen", "XKINDOFart",
	                                    NULL};

	make_theirs(p, words, none, "");
	OK(ink_index_open(
		path_with(p, "?heading=S&kind=XKIND:keyword&kindof=XKINDOF:keyword&tag=K"), 0,
		&p->index, &err));
}

static void test_a_pattern_finds_terms_of_its_own_field_alone(void **state)
{
	static const char *const found[] = {
		"brush*",        "heading:an*",    "heading:and~1", "tag:i*",
		"kind:To*",      "kind:*ol",       "kind:p*",       "kind:\\:*",
		"kind:[T TO U]", "kind:[: TO :z]", "kind:[p TO q]", "kindof:a*",
		NULL};
	static const char *const not_found[] = {
		"text:brush~1", "text:*brush", "text:sand~1", "text:*and",     "text:*ink",
		"kind:O*",      "kind:*art",   "kind:\\:T*",  "kind:[O TO P]", "kind:[U TO a]",
		NULL};
	struct place *p = *state;

	open_mixed(p);
	must_find(p->index, found, not_found);
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

	open_mixed(p);
	assert_string_equal(terms_of(p->index, "text", ""), "brushes ");
	assert_string_equal(terms_of(p->index, "heading", ""), "and ");
	assert_string_equal(terms_of(p->index, "kind", ""), ":x Tool pen ");
	assert_string_equal(terms_of(p->index, "kind", "To"), "Tool ");
	assert_string_equal(terms_of(p->index, "kindof", ""), "art ");
}

static void test_there_are_no_grams(void **state)
{
	struct place *p = *state;
	ink_reader *reader;
	ink_terms *t;

	open_mixed(p);
	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_terms_open(reader, "text", INK_PART_GRAM, "", 0, &t, &err));
	assert_int_equal(ink_terms_next(t, &err), 0);
	ink_terms_close(t);
	ink_reader_close(reader);
}

#define IN_PLACE(name) cmocka_unit_test_setup_teardown(name, place_make, place_free)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_PLACE(test_a_database_of_another_program_opens_for_reading),
		IN_PLACE(test_prefixes_and_the_stemmer_of_another_program_are_given_in_the_path),
		IN_PLACE(test_a_word_whose_stem_is_nowhere_is_looked_for_itself),
		IN_PLACE(test_text_is_cut_as_another_program_cut_it),
		IN_PLACE(test_a_pattern_finds_terms_of_its_own_field_alone),
		IN_PLACE(test_terms_of_a_field_are_those_of_no_other_one),
		IN_PLACE(test_there_are_no_grams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
