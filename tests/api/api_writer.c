/* api_writer.c - changing an index. */
#include "backends.h"

static void test_changes_are_seen_after_a_commit_and_not_before(void **state)
{
	struct place *p = *state;
	uint64_t first = 0, second = 0;
	ink_reader *old;
	ink_writer *w;
	ink_stats stats = {.struct_size = sizeof stats};

	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", "ink", NULL);
	assert_int_equal(count(p->index, "ink"), 0);
	OK(ink_writer_commit(w, &first, &err));
	assert_int_equal(count(p->index, "ink"), 1);
	OK(ink_reader_open(p->index, &old, &err));
	add(w, p->index, "2", "ink", NULL);
	OK(ink_writer_commit(w, &second, &err));
	assert_int_equal(second, first + 1);
	assert_int_equal(count(p->index, "ink"), 2);
	OK(ink_reader_stats(old, &stats, &err)); /* a snapshot never changes */
	assert_int_equal(stats.docs, 1);
	assert_int_equal(stats.generation, first);
	ink_reader_close(old);
	ink_writer_close(w);
}

static void test_there_is_one_writer(void **state)
{
	struct place *p = *state;
	ink_writer *w, *second = (ink_writer *)&err;
	ink_index *other;

	OK(ink_writer_open(p->index, &w, &err));
	FAILS(INK_ELOCKED, "", ink_writer_open(p->index, &second, &err));
	assert_null(second);
	OK(ink_index_open(p->path, 0, &other, &err));
	FAILS(INK_ELOCKED, "", ink_writer_open(other, &second, &err));
	ink_writer_close(w);
	OK(ink_writer_open(other, &second, &err));
	ink_writer_close(second);
	ink_index_close(other);
}

static void test_keys_are_unique(void **state)
{
	struct place *p = *state;
	ink_doc *doc;
	ink_writer *w;

	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", "old", NULL);
	doc = make_doc(p->index, "1", "new", NULL);
	FAILS(INK_EEXISTS, "\"1\"", ink_writer_add(w, doc, &err));
	OK(ink_writer_commit(w, NULL, &err));
	FAILS(INK_EEXISTS, "\"1\"", ink_writer_add(w, doc, &err));
	OK(ink_writer_update(w, doc, &err)); /* the failures did no harm */
	OK(ink_writer_update(w, doc, &err));
	OK(ink_writer_commit(w, NULL, &err));
	assert_int_equal(count(p->index, "old"), 0);
	assert_int_equal(count(p->index, "new"), 1);
	ink_doc_free(doc);
	doc = make_doc(p->index, NULL, "keyless", NULL);
	FAILS(INK_ESCHEMA, "id", ink_writer_add(w, doc, &err));
	FAILS(INK_ESCHEMA, "id", ink_writer_update(w, doc, &err));
	ink_doc_free(doc);
	ink_writer_close(w);
}

static void test_deleting_by_key(void **state)
{
	struct place *p = *state;
	ink_reader *reader;
	uint64_t number;
	ink_writer *w;
	ink_doc *doc;

	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", "ink", NULL);
	add(w, p->index, "2", "ink", NULL);
	OK(ink_writer_commit(w, NULL, &err));
	add(w, p->index, "3", "ink", NULL);
	OK(ink_writer_delete(w, "1", 1, &err));
	OK(ink_writer_delete(w, "3", 1, &err)); /* not committed yet */
	OK(ink_writer_delete(w, "nobody", 6, &err));
	OK(ink_writer_delete(w, NULL, 0, &err));
	add(w, p->index, "1", "again", NULL); /* the key is free again */
	OK(ink_writer_commit(w, NULL, &err));
	assert_int_equal(count(p->index, "ink"), 1);
	assert_int_equal(count(p->index, "again"), 1);
	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_reader_find(reader, "2", 1, &number, &err));
	OK(ink_reader_doc(reader, number, &doc, &err));
	ink_doc_free(doc);
	FAILS(INK_ENOTFOUND, "\"3\"", ink_reader_find(reader, "3", 1, &number, &err));
	FAILS(INK_ENOTFOUND, "123456", ink_reader_doc(reader, 123456, &doc, &err));
	assert_null(doc);
	ink_reader_close(reader);
	ink_writer_close(w);
}

static void test_deleting_by_query_takes_uncommitted_documents_too(void **state)
{
	struct place *p = *state;
	uint64_t deleted = 99;
	ink_query *query;
	ink_writer *w;

	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", "ink", NULL);
	add(w, p->index, "2", "stone", NULL);
	OK(ink_writer_commit(w, NULL, &err));
	add(w, p->index, "3", "ink stone", NULL);
	query = parse(p->index, "title:ink");
	OK(ink_writer_delete_query(w, query, &deleted, &err));
	assert_int_equal(deleted, 2);
	OK(ink_writer_delete_query(w, query, &deleted, &err));
	assert_int_equal(deleted, 0);
	OK(ink_writer_delete_query(w, query, NULL, &err));
	assert_int_equal(count(p->index, "ink"), 1); /* not committed */
	OK(ink_writer_commit(w, NULL, &err));
	assert_int_equal(count(p->index, "ink"), 0);
	assert_int_equal(count(p->index, "stone"), 1);
	ink_query_free(query);
	query = parse(p->index, "*:*");
	OK(ink_writer_delete_query(w, query, &deleted, &err));
	assert_int_equal(deleted, 1);
	OK(ink_writer_commit(w, NULL, &err));
	assert_int_equal(count(p->index, "*:*"), 0);
	ink_query_free(query);
	ink_writer_close(w);
	check_bytes(p->path);
}

static void test_a_rollback_forgets(void **state)
{
	struct place *p = *state;
	ink_writer *w;

	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", "ink", NULL);
	OK(ink_writer_commit(w, NULL, &err));
	add(w, p->index, "2", "ink", NULL);
	OK(ink_writer_delete(w, "1", 1, &err));
	OK(ink_writer_rollback(w, &err));
	OK(ink_writer_commit(w, NULL, &err));
	assert_int_equal(count(p->index, "ink"), 1);
	add(w, p->index, "2", "ink", NULL); /* the key was forgotten with its document */
	ink_writer_close(w);                /* closing forgets as well */
	assert_int_equal(count(p->index, "ink"), 1);
}

static void test_settings_have_bounds_and_come_first(void **state)
{
	struct place *p = *state;
	ink_writer *w;

	OK(ink_writer_open(p->index, &w, &err));
	FAILS(INK_EINVAL, "8388607", ink_writer_set_memory(w, (8 << 20) - 1, &err));
	OK(ink_writer_set_memory(w, 8 << 20, &err));
	FAILS(INK_EINVAL, "0", ink_writer_set_threads(w, 0, &err));
	FAILS(INK_EINVAL, "65", ink_writer_set_threads(w, 65, &err));
	OK(ink_writer_set_threads(w, 1, &err));
	FAILS(INK_EINVAL, "3", ink_writer_set_reorder(w, 3, &err));
	FAILS(INK_EINVAL, "-1", ink_writer_set_reorder(w, -1, &err));
	add(w, p->index, "1", "ink", NULL);
	OK(ink_writer_set_reorder(w, INK_REORDER_NONE, &err)); /* at any time */
	FAILS(INK_EINVAL, "", ink_writer_set_memory(w, 16 << 20, &err));
	FAILS(INK_EINVAL, "", ink_writer_set_threads(w, 2, &err));
	ink_writer_close(w);
}

static void test_a_document_over_half_the_memory_is_refused(void **state)
{
	struct place *p = *state;
	size_t len = (size_t)5 << 20;
	char *text = malloc(len);
	ink_writer *w;
	ink_doc *doc;

	memset(text, 'a', len);
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_set_memory(w, 8 << 20, &err));
	doc = make_doc(p->index, "big", NULL, NULL);
	OK(ink_doc_add_text(doc, "body", text, len, &err));
	FAILS(INK_ELIMIT, "4194304", ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	free(text);
	add(w, p->index, "1", "ink", NULL);
	OK(ink_writer_commit(w, NULL, &err));
	assert_int_equal(count(p->index, "*:*"), 1);
	ink_writer_close(w);
}

static int count_merge(void *user, const ink_progress *progress)
{
	assert_int_equal(progress->phase, INK_PHASE_MERGE);
	++*(int *)user;
	return 0;
}

static int stop_merge(void *user, const ink_progress *progress)
{
	(void)user;
	(void)progress;
	return 1;
}

static void fill(struct place *p, ink_writer *w, int commits, int each)
{
	char id[16];

	for (int c = 0; c < commits; c++) {
		for (int i = 0; i < each; i++) {
			snprintf(id, sizeof id, "%d", c * each + i);
			add(w, p->index, id, "ink", "stone");
		}
		OK(ink_writer_commit(w, NULL, &err));
	}
}

static void test_optimizing_leaves_one_segment_and_the_same_documents(void **state)
{
	struct place *p = *state;
	ink_stats stats = {.struct_size = sizeof stats};
	ink_reader *reader;
	ink_writer *w;
	int calls = 0, rc;

	OK(ink_writer_open(p->index, &w, &err));
	fill(p, w, 4, 100);
	OK(ink_writer_delete(w, "42", 2, &err));
	FAILS(INK_EINVAL, "0", ink_writer_optimize(w, 0, NULL, NULL, &err));
	/* Canceled before anything happened, or over already: the documents stay either way. */
	rc = ink_writer_optimize(w, 1, stop_merge, NULL, &err);
	assert_int_equal(rc, INK_ECANCELED);
	assert_int_equal(count(p->index, "ink"), 399);
	OK(ink_writer_optimize(w, 1, count_merge, &calls, &err));
	assert_true(calls > 0);
	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_reader_stats(reader, &stats, &err));
	assert_int_equal(stats.segments, on->remote ? N_SHARDS : 1);
	assert_int_equal(stats.docs, 399);
	assert_int_equal(stats.deleted_docs, 0);
	ink_reader_close(reader);
	assert_int_equal(count(p->index, "ink"), 399);
	OK(ink_writer_damage(w, &err));
	FAILS(INK_EINVAL, "writer", ink_writer_damage(NULL, &err));
	ink_writer_close(w);
	check_bytes(p->path);
}

static void test_several_threads_lose_nothing(void **state)
{
	struct place *p = *state;
	ink_writer *w;

	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_set_threads(w, 4, &err));
	fill(p, w, 3, 200);
	assert_int_equal(count(p->index, "ink"), 600);
	assert_int_equal(count(p->index, "id:599"), 1);
	ink_writer_close(w);
	check_bytes(p->path);
}

static void test_fields_can_be_added_later(void **state)
{
	struct place *p = *state;
	ink_index *other;
	ink_schema *s;
	ink_writer *w;
	ink_doc *doc;

	OK(ink_index_open(p->path, 0, &other, &err));
	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", "ink", NULL);
	FAILS(INK_EEXISTS, "title", ink_writer_add_field(w, "title", INK_I64, 0, NULL, &err));
	FAILS(INK_EINVAL, "key", ink_writer_add_field(w, "k", INK_KEYWORD, INK_KEY, NULL, &err));
	FAILS(INK_ESYNTAX, "nope", ink_writer_add_field(w, "t", INK_TEXT, 0, "nope", &err));
	OK(ink_writer_add_field(w, "extra", INK_KEYWORD, INK_STORED, NULL, &err));
	doc = make_doc(p->index, "2", "ink", NULL);
	put(doc, "extra", "x");
	OK(ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	OK(ink_index_schema(p->index, &s, &err)); /* of the last commit */
	assert_int_equal(ink_schema_len(s), 9);
	ink_schema_free(s);
	OK(ink_writer_commit(w, NULL, &err));
	OK(ink_index_schema(p->index, &s, &err));
	assert_int_equal(ink_schema_len(s), 10);
	ink_schema_free(s);
	ink_writer_close(w);
	assert_int_equal(count(p->index, "extra:x"), 1);
	assert_int_equal(count(p->index, "title:ink"), 2);
	/* Another handle hears of it when it opens a reader. */
	assert_int_equal(count(other, "ink"), 2);
	assert_int_equal(count(other, "extra:x"), 1);
	ink_index_close(other);
}

static void test_an_index_without_a_key(void **state)
{
	struct place *p = *state;
	ink_schema *s;
	uint64_t number;
	ink_reader *reader;
	ink_writer *w;
	ink_doc *doc;

	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "title", INK_TEXT, 0, NULL, &err));
	OK(ink_index_create(p->path, s, 0, &p->index, &err));
	ink_schema_free(s);
	OK(ink_writer_open(p->index, &w, &err));
	doc = make_doc(p->index, NULL, "ink", NULL);
	OK(ink_writer_add(w, doc, &err));
	OK(ink_writer_add(w, doc, &err));
	FAILS(INK_ESCHEMA, "key", ink_writer_update(w, doc, &err));
	FAILS(INK_ESCHEMA, "key", ink_writer_delete(w, "1", 1, &err));
	OK(ink_writer_commit(w, NULL, &err));
	assert_int_equal(count(p->index, "ink"), 2);
	OK(ink_reader_open(p->index, &reader, &err));
	FAILS(INK_ESCHEMA, "key", ink_reader_find(reader, "1", 1, &number, &err));
	ink_reader_close(reader);
	ink_doc_free(doc);
	ink_writer_close(w);
}

#define IN_INDEX(name) cmocka_unit_test_setup_teardown(name, index_make, place_free)

static const struct CMUnitTest tests[] = {
	IN_INDEX(test_changes_are_seen_after_a_commit_and_not_before),
	IN_INDEX(test_there_is_one_writer),
	IN_INDEX(test_keys_are_unique),
	IN_INDEX(test_deleting_by_key),
	IN_INDEX(test_deleting_by_query_takes_uncommitted_documents_too),
	IN_INDEX(test_a_rollback_forgets),
	IN_INDEX(test_settings_have_bounds_and_come_first),
	IN_INDEX(test_a_document_over_half_the_memory_is_refused),
	IN_INDEX(test_optimizing_leaves_one_segment_and_the_same_documents),
	IN_INDEX(test_several_threads_lose_nothing),
	IN_INDEX(test_fields_can_be_added_later),
	cmocka_unit_test_setup_teardown(test_an_index_without_a_key, place_make, place_free),
};

RUN_SUITE(tests)
