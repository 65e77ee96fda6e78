/* api_docs.c - walking over all documents. */
#include "backends.h"

/* The ids of a walk, joined by blanks; each number leads to the same document. */
static const char *walk(ink_reader *reader)
{
	static char text[4096];
	uint64_t last = 0;
	size_t at = 0, n = 0;
	ink_docs *docs;
	int rc;

	OK(ink_docs_open(reader, &docs, &err));
	text[0] = '\0';
	while ((rc = ink_docs_next(docs, &err)) == 1) {
		ink_doc *doc, *again;
		const char *id, *other;
		size_t len;

		assert_true(n++ == 0 || ink_docs_number(docs) > last);
		last = ink_docs_number(docs);
		OK(ink_docs_get(docs, &doc, &err));
		OK(ink_reader_doc(reader, last, &again, &err));
		assert_int_equal(ink_doc_len(doc), ink_doc_len(again));
		OK(ink_doc_text(doc, 0, &id, &len, &err));
		OK(ink_doc_text(again, 0, &other, NULL, &err));
		assert_string_equal(id, other);
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", at ? " " : "", id);
		assert_true(at < sizeof text);
		ink_doc_free(doc);
		ink_doc_free(again);
	}
	assert_int_equal(rc, 0);
	assert_int_equal(ink_docs_next(docs, &err), 0);
	ink_docs_close(docs);
	return text;
}

static const char *walk_now(struct place *p)
{
	const char *text;
	ink_reader *reader;

	OK(ink_reader_open(p->index, &reader, &err));
	text = walk(reader);
	ink_reader_close(reader);
	return text;
}

static void test_documents_come_in_their_order_without_the_deleted_ones(void **state)
{
	struct place *p = *state;
	ink_reader *before;
	ink_writer *w;
	ink_doc *doc;

	if (on->remote)
		skip(); /* documents are numbered over all shards, not in the order they came */
	assert_string_equal(walk_now(p), "");
	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "a", "first", "body");
	add(w, p->index, "b", NULL, NULL);
	add(w, p->index, "c", "third", NULL);
	OK(ink_writer_commit(w, NULL, &err));
	assert_string_equal(walk_now(p), "a b c");
	OK(ink_reader_open(p->index, &before, &err));
	add(w, p->index, "d", NULL, NULL);
	OK(ink_writer_delete(w, "b", 1, &err));
	doc = make_doc(p->index, "a", "again", NULL);
	OK(ink_writer_update(w, doc, &err));
	ink_doc_free(doc);
	assert_string_equal(walk_now(p), "a b c"); /* not committed */
	OK(ink_writer_commit(w, NULL, &err));
	assert_string_equal(walk_now(p), "c d a");
	assert_string_equal(walk(before), "a b c"); /* a snapshot */
	ink_reader_close(before);
	OK(ink_writer_delete(w, "c", 1, &err));
	OK(ink_writer_delete(w, "d", 1, &err));
	OK(ink_writer_delete(w, "a", 1, &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_string_equal(walk_now(p), "");
}

static void test_every_value_of_many_documents_comes_back(void **state)
{
	enum { MANY = 3000 };
	struct place *p = *state;
	ink_reader *reader;
	ink_writer *w;
	ink_docs *docs;
	uint8_t seen[MANY] = {0};
	char body[200];
	int n = 0;

	OK(ink_writer_open(p->index, &w, &err));
	for (int i = 0; i < MANY; i++) {
		char id[16];

		snprintf(id, sizeof id, "%d", i);
		snprintf(body, sizeof body, "document %d of many, so that blocks are full", i);
		add(w, p->index, id, NULL, body);
		if (i % 1000 == 999)
			OK(ink_writer_commit(w, NULL, &err));
	}
	ink_writer_close(w);
	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_docs_open(reader, &docs, &err));
	ink_reader_close(reader); /* the walk lives on */
	for (; ink_docs_next(docs, &err) == 1; n++) {
		const char *text;
		ink_doc *doc;
		size_t len;
		int number;

		OK(ink_docs_get(docs, &doc, &err));
		assert_int_equal(ink_doc_len(doc), 2);
		OK(ink_doc_text(doc, 0, &text, &len, &err));
		number = atoi(text);
		assert_true(number < MANY && !seen[number]++);
		assert_true(on->remote || number == n);
		snprintf(body, sizeof body, "document %d of many, so that blocks are full", number);
		OK(ink_doc_text(doc, 1, &text, &len, &err));
		assert_string_equal(text, body);
		ink_doc_free(doc);
	}
	assert_int_equal(n, MANY);
	ink_docs_close(docs);
}

static void test_there_is_no_document_before_the_first_nor_at_the_end(void **state)
{
	struct place *p = *state;
	ink_reader *reader;
	ink_docs *docs;
	ink_writer *w;
	ink_doc *doc;

	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "a", NULL, NULL);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_docs_open(reader, &docs, &err));
	FAILS(INK_ENOTFOUND, "not at a document", ink_docs_get(docs, &doc, &err));
	assert_null(doc);
	assert_int_equal(ink_docs_next(docs, &err), 1);
	OK(ink_docs_get(docs, &doc, &err));
	ink_doc_free(doc);
	assert_int_equal(ink_docs_next(docs, &err), 0);
	FAILS(INK_ENOTFOUND, "not at a document", ink_docs_get(docs, &doc, &err));
	ink_docs_close(docs);
	ink_docs_close(NULL);
	FAILS(INK_EINVAL, "reader", ink_docs_open(NULL, &docs, &err));
	FAILS(INK_EINVAL, "out", ink_docs_open(reader, NULL, &err));
	FAILS(INK_EINVAL, "docs", ink_docs_next(NULL, &err));
	FAILS(INK_EINVAL, "docs", ink_docs_get(NULL, &doc, &err));
	assert_int_equal(ink_docs_number(NULL), 0);
	ink_reader_close(reader);
}

#define WITH_INDEX(name) cmocka_unit_test_setup_teardown(name, index_make, place_free)

static const struct CMUnitTest tests[] = {
	WITH_INDEX(test_documents_come_in_their_order_without_the_deleted_ones),
	WITH_INDEX(test_every_value_of_many_documents_comes_back),
	WITH_INDEX(test_there_is_no_document_before_the_first_nor_at_the_end),
};

RUN_SUITE(tests)
