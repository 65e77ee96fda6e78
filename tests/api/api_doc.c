/* api_doc.c - building documents and reading them back. */
#include "backends.h"

static void test_values_keep_their_type_and_order(void **state)
{
	struct place *p = *state;
	ink_doc *doc = make_doc(p->index, "one", "Ink", NULL);
	const char *name, *text;
	int32_t type;
	int64_t i64;
	double f64;
	size_t len;

	OK(ink_doc_add_i64(doc, "year", -5, &err));
	OK(ink_doc_add_f64(doc, "price", 1.5, &err));
	OK(ink_doc_add_bytes(doc, "raw", "a\0b", 3, &err));
	assert_int_equal(ink_doc_len(doc), 5);
	OK(ink_doc_field(doc, 0, &name, &type, &err));
	assert_string_equal(name, "id");
	assert_int_equal(type, INK_KEYWORD);
	OK(ink_doc_text(doc, 1, &text, &len, &err));
	assert_string_equal(text, "Ink");
	assert_int_equal(len, 3);
	OK(ink_doc_i64(doc, 2, &i64, &err));
	assert_int_equal(i64, -5);
	OK(ink_doc_f64(doc, 3, &f64, &err));
	assert_true(f64 == 1.5);
	OK(ink_doc_text(doc, 4, &text, &len, &err));
	assert_int_equal(len, 3);
	assert_memory_equal(text, "a\0b", 4);
	OK(ink_doc_field(doc, 4, NULL, NULL, &err));
	FAILS(INK_ENOTFOUND, "5", ink_doc_field(doc, 5, &name, &type, &err));
	FAILS(INK_ENOTFOUND, "9", ink_doc_i64(doc, 9, &i64, &err));
	FAILS(INK_ESCHEMA, "id", ink_doc_i64(doc, 0, &i64, &err));
	FAILS(INK_ESCHEMA, "year", ink_doc_text(doc, 2, &text, &len, &err));
	FAILS(INK_ESCHEMA, "year", ink_doc_f64(doc, 2, &f64, &err));
	ink_doc_clear(doc);
	assert_int_equal(ink_doc_len(doc), 0);
	put(doc, "id", "two");
	assert_int_equal(ink_doc_len(doc), 1);
	ink_doc_free(doc);
}

static void test_text_is_parsed_into_numbers_and_dates(void **state)
{
	struct place *p = *state;
	ink_doc *doc = make_doc(p->index, NULL, NULL, NULL);
	int64_t i64;
	double f64;

	put(doc, "year", "-2024");
	put(doc, "price", "2.5e3");
	put(doc, "day", "2024-05-01");
	OK(ink_doc_i64(doc, 0, &i64, &err));
	assert_int_equal(i64, -2024);
	OK(ink_doc_f64(doc, 1, &f64, &err));
	assert_true(f64 == 2500);
	OK(ink_doc_i64(doc, 2, &i64, &err));
	assert_int_equal(i64, 1714521600000);
	ink_doc_clear(doc);
	FAILS(INK_ESCHEMA, "year", ink_doc_add_text(doc, "year", "12x", 3, &err));
	FAILS(INK_ESCHEMA, "price", ink_doc_add_text(doc, "price", "", 0, &err));
	FAILS(INK_ESCHEMA, "day", ink_doc_add_text(doc, "day", "yesterday", 9, &err));
	FAILS(INK_ESCHEMA, "raw", ink_doc_add_text(doc, "raw", "x", 1, &err));
	assert_int_equal(ink_doc_len(doc), 0);
	ink_doc_free(doc);
}

static void test_what_does_not_fit_the_field_is_refused(void **state)
{
	struct place *p = *state;
	ink_doc *doc = make_doc(p->index, "one", NULL, NULL);
	char *big = calloc(1, 32767);

	memset(big, 'k', 32767);
	FAILS(INK_ENOTFOUND, "title", ink_doc_add_text(doc, "titel", "x", 1, &err));
	FAILS(INK_ESCHEMA, "INK_MULTI", ink_doc_add_text(doc, "id", "two", 3, &err));
	FAILS(INK_ESCHEMA, "title", ink_doc_add_i64(doc, "title", 1, &err));
	FAILS(INK_ESCHEMA, "year", ink_doc_add_f64(doc, "year", 1, &err));
	FAILS(INK_ESCHEMA, "NaN", ink_doc_add_f64(doc, "price", 0.0 / 0.0, &err));
	FAILS(INK_ESCHEMA, "title", ink_doc_add_bytes(doc, "title", "x", 1, &err));
	FAILS(INK_ELIMIT, "32767", ink_doc_add_text(doc, "tag", big, 32767, &err));
	OK(ink_doc_add_text(doc, "tag", big, 32766, &err));
	OK(ink_doc_add_text(doc, "tag", "again", 5, &err));
	OK(ink_doc_add_i64(doc, "day", 0, &err));
	FAILS(INK_EINVAL, "doc", ink_doc_add_i64(NULL, "day", 0, &err));
	FAILS(INK_EINVAL, "field", ink_doc_add_i64(doc, NULL, 0, &err));
	FAILS(INK_EINVAL, "text", ink_doc_add_text(doc, "title", NULL, 1, &err));
	FAILS(INK_EINVAL, "data", ink_doc_add_bytes(doc, "raw", NULL, 1, &err));
	OK(ink_doc_add_text(doc, "title", NULL, 0, &err));
	assert_int_equal(ink_doc_len(doc), 5);
	free(big);
	ink_doc_free(doc);
}

static void test_stored_values_come_back_as_they_were(void **state)
{
	static const char nul[] = "ink\0stone";
	struct place *p = *state;
	ink_doc *doc = make_doc(p->index, "one", "墨と硯", "first"), *back;
	ink_reader *reader;
	const char *name, *text;
	ink_writer *w;
	uint64_t number;
	int64_t i64;
	double f64;
	size_t len;

	put(doc, "body", "second");
	put(doc, "loose", "not stored");
	OK(ink_doc_add_text(doc, "tag", nul, sizeof nul - 1, &err));
	OK(ink_doc_add_i64(doc, "year", INT64_MIN, &err));
	OK(ink_doc_add_f64(doc, "price", -0.0, &err));
	OK(ink_doc_add_i64(doc, "day", INT64_MAX, &err));
	OK(ink_doc_add_bytes(doc, "raw", "", 0, &err));
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_add(w, doc, &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	ink_doc_free(doc);

	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_reader_find(reader, "one", 3, &number, &err));
	OK(ink_reader_doc(reader, number, &back, &err));
	ink_reader_close(reader);
	ink_index_close(p->index); /* the document outlives both */
	p->index = NULL;
	assert_int_equal(ink_doc_len(back), 9);
	OK(ink_doc_text(back, 1, &text, &len, &err));
	assert_string_equal(text, "墨と硯");
	OK(ink_doc_text(back, 3, &text, &len, &err));
	assert_string_equal(text, "second");
	OK(ink_doc_field(back, 4, &name, NULL, &err));
	assert_string_equal(name, "tag"); /* "loose" is not stored */
	OK(ink_doc_text(back, 4, &text, &len, &err));
	assert_int_equal(len, sizeof nul - 1);
	assert_memory_equal(text, nul, sizeof nul);
	OK(ink_doc_i64(back, 5, &i64, &err));
	assert_true(i64 == INT64_MIN);
	OK(ink_doc_f64(back, 6, &f64, &err));
	assert_true(f64 == 0 && 1 / f64 < 0);
	OK(ink_doc_i64(back, 7, &i64, &err));
	assert_true(i64 == INT64_MAX);
	OK(ink_doc_text(back, 8, &text, &len, &err));
	assert_int_equal(len, 0);
	ink_doc_free(back);
}

static void test_documents_learn_of_new_fields(void **state)
{
	struct place *p = *state;
	ink_doc *before = make_doc(p->index, "1", NULL, NULL), *after;
	ink_writer *w;

	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_add_field(w, "more", INK_TEXT, INK_STORED, NULL, &err));
	FAILS(INK_ENOTFOUND, "more", ink_doc_add_text(before, "more", "x", 1, &err));
	OK(ink_writer_add(w, before, &err)); /* it goes on working */
	after = make_doc(p->index, "2", NULL, NULL);
	put(after, "more", "words");
	OK(ink_writer_add(w, after, &err));
	OK(ink_writer_commit(w, NULL, &err));
	assert_int_equal(count(p->index, "more:words"), 1);
	ink_writer_close(w);
	ink_doc_free(before);
	ink_doc_free(after);
}

static void test_a_field_that_was_rolled_back_is_not_mistaken_for_another(void **state)
{
	struct place *p = *state;
	ink_writer *w;
	ink_doc *doc;

	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_add_field(w, "first", INK_TEXT, 0, NULL, &err));
	doc = make_doc(p->index, "1", NULL, NULL);
	put(doc, "first", "x");
	OK(ink_writer_rollback(w, &err));
	FAILS(INK_ESCHEMA, "first", ink_writer_add(w, doc, &err));
	OK(ink_writer_add_field(w, "second", INK_TEXT, 0, NULL, &err));
	FAILS(INK_ESCHEMA, "first", ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	doc = make_doc(p->index, "1", NULL, NULL);
	FAILS(INK_ENOTFOUND, "first", ink_doc_add_text(doc, "first", "x", 1, &err));
	put(doc, "second", "x");
	OK(ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	ink_writer_close(w); /* never committed */
	doc = make_doc(p->index, "1", NULL, NULL);
	FAILS(INK_ENOTFOUND, "second", ink_doc_add_text(doc, "second", "x", 1, &err));
	ink_doc_free(doc);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(test_values_keep_their_type_and_order, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_text_is_parsed_into_numbers_and_dates, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_what_does_not_fit_the_field_is_refused, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_stored_values_come_back_as_they_were, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(test_documents_learn_of_new_fields, index_make,
	                                place_free),
	cmocka_unit_test_setup_teardown(
		test_a_field_that_was_rolled_back_is_not_mistaken_for_another, index_make,
		place_free),
};

RUN_SUITE(tests)
