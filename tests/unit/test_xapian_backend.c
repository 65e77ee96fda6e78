/*
 * test_xapian_backend.c - the xapian backend beside what other programs write
 * and read. test_differential.c has it beside the native one.
 *
 * Licence: GPL-2.0-or-later, since it is linked with libxapian.
 */
#include "../api/backends.h"

#include <math.h>

#include "backend/xapian_shim.h"

/* ---- other programs ---- */

static void test_what_we_write_others_can_read(void **state)
{
	struct place *p = *state;
	ink_schema *s = every_field();
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
	ink_schema *s = every_field();
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

/* What a text scores in the only document. */
static double score_of(struct place *p, const char *text)
{
	ink_reader *reader;
	ink_results *r;
	ink_query *q;
	ink_hit hit;

	OK(ink_query_match("title", text, strlen(text), &q, &err));
	OK(ink_reader_open(p->index, &reader, &err));
	r = find(reader, q);
	assert_int_equal(ink_results_len(r), 1);
	OK(ink_results_hit(r, 0, &hit, &err));
	ink_results_free(r);
	ink_reader_close(reader);
	ink_query_free(q);
	return hit.score;
}

static void test_a_word_twice_in_a_query_counts_twice(void **state)
{
	struct place *p = *state;
	ink_schema *s = every_field();
	char path[160], text[400] = "ink", again[500];
	ink_writer *w;

	snprintf(path, sizeof path, "xapian:%s/twice", p->dir);
	OK(ink_index_create(path, s, 0, &p->index, &err));
	ink_schema_free(s);
	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", "ink", NULL);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	snprintf(again, sizeof again, "%s ink", text);
	assert_true(fabs(score_of(p, again) - 2 * score_of(p, text)) < 1e-6);
	for (int i = 0; i < 40; i++) /* so many that they are no longer compared one by one */
		snprintf(text + strlen(text), sizeof text - strlen(text), " %cq%c", 'b' + i % 20,
		         'b' + i / 20);
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_delete(w, "1", 1, &err));
	add(w, p->index, "1", "uqc", NULL); /* the last one */
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	snprintf(again, sizeof again, "%s uqc uqc", text);
	assert_true(fabs(score_of(p, again) - 3 * score_of(p, text)) < 1e-6);
}

#define IN_PLACE(name) cmocka_unit_test_setup_teardown(name, place_make, place_free)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_PLACE(test_what_we_write_others_can_read),
		IN_PLACE(test_a_database_of_another_program_opens_for_reading),
		IN_PLACE(test_a_keyword_that_xapian_cannot_hold_is_refused),
		IN_PLACE(test_a_word_twice_in_a_query_counts_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
