/* update_delete.c - documents with a key: add, replace, delete, roll back. */
#include "common.h"

enum { KEPT_KEY = INK_STORED | INK_KEY };

static void put_note(ink_doc *doc, const char *id, const char *body)
{
	ink_doc_clear(doc);
	put(doc, "id", id);
	put(doc, "body", body);
}

static void show(ink_index *index, const char *when)
{
	ink_reader *reader; /* a new one: a reader never changes */
	ink_search *search;
	ink_results *results;
	ink_error err;

	check(ink_reader_open(index, &reader, &err), &err);
	search = prepare(index, reader, "*:*");
	check(ink_search_add_sort(search, "id", 0, &err), &err);
	check(ink_search_run(search, &results, &err), &err);
	printf("%s:\n", when);
	for (size_t i = 0; i < ink_results_len(results); i++)
		printf("  %s  %s\n", stored(results, i, "id"), stored(results, i, "body"));
	ink_results_free(results);
	ink_search_free(search);
	ink_reader_close(reader);
}

int main(int argc, char **argv)
{
	ink_schema *schema;
	ink_index *index;
	ink_writer *writer;
	ink_doc *doc;
	ink_query *query;
	uint64_t deleted;
	ink_error err;

	check(ink_schema_new(&schema, &err), &err);
	check(ink_schema_add_field(schema, "id", INK_KEYWORD, KEPT_KEY, NULL, &err), &err);
	check(ink_schema_add_field(schema, "body", INK_TEXT, INK_STORED, NULL, &err), &err);
	check(ink_index_create(new_path(argc, argv, "update"), schema, 0, &index, &err), &err);
	check(ink_writer_open(index, &writer, &err), &err);
	check(ink_doc_new(index, &doc, &err), &err);

	put_note(doc, "a", "draft: buy paper");
	check(ink_writer_add(writer, doc, &err), &err);
	put_note(doc, "b", "draft: wash the stone");
	check(ink_writer_add(writer, doc, &err), &err);
	put_note(doc, "c", "磨墨");
	check(ink_writer_add(writer, doc, &err), &err);
	show(index, "before the commit");
	check(ink_writer_commit(writer, NULL, &err), &err);
	show(index, "after it");

	if (ink_writer_add(writer, doc, &err) == INK_EEXISTS)
		printf("key c is there already\n");
	put_note(doc, "a", "bought paper");
	check(ink_writer_update(writer, doc, &err), &err);
	check(ink_writer_delete(writer, "c", 1, &err), &err);
	check(ink_query_match("body", "draft", 5, &query, &err), &err);
	check(ink_writer_delete_query(writer, query, &deleted, &err), &err);
	printf("drafts deleted: %llu\n", (unsigned long long)deleted);
	check(ink_writer_commit(writer, NULL, &err), &err);
	show(index, "after the changes");

	check(ink_writer_delete(writer, "a", 1, &err), &err);
	check(ink_writer_rollback(writer, &err), &err);
	check(ink_writer_commit(writer, NULL, &err), &err);
	show(index, "after a rollback");
	ink_query_free(query);
	close_all(NULL, doc, writer, index, schema);
	return 0;
}
