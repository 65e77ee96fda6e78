/* cancel_timeout.c - stop a search: from outside, or when its time is over. */
#include "common.h"

int main(int argc, char **argv)
{
	ink_schema *schema;
	ink_index *index;
	ink_writer *writer;
	ink_reader *reader;
	ink_doc *doc;
	ink_search *search;
	ink_results *results;
	ink_cancel *cancel;
	ink_error err;
	int rc;

	check(ink_schema_new(&schema, &err), &err);
	check(ink_schema_add_field(schema, "body", INK_TEXT, INK_STORED, NULL, &err), &err);
	check(ink_index_create(new_path(argc, argv, "cancel"), schema, 0, &index, &err), &err);
	check(ink_writer_open(index, &writer, &err), &err);
	check(ink_doc_new(index, &doc, &err), &err);
	put(doc, "body", "a search that nobody waits for any longer");
	check(ink_writer_add(writer, doc, &err), &err);
	check(ink_writer_commit(writer, NULL, &err), &err);

	check(ink_reader_open(index, &reader, &err), &err);
	search = prepare(index, reader, "search");

	/* A minute is plenty; INK_ETIMEOUT would mean that it was not. */
	check(ink_search_set_timeout(search, 60 * 1000, &err), &err);
	check(ink_search_run(search, &results, &err), &err);
	printf("in time: %zu\n", ink_results_len(results));
	ink_results_free(results);

	/* A signal handler or another thread would fire this. */
	check(ink_cancel_new(&cancel, &err), &err);
	check(ink_search_set_cancel(search, cancel, &err), &err);
	check(ink_search_run(search, &results, &err), &err);
	printf("not fired yet: %zu\n", ink_results_len(results));
	ink_results_free(results);

	ink_cancel_fire(cancel);
	rc = ink_search_run(search, &results, &err);
	printf("fired: %s, results %s\n", ink_status_name(rc), results == NULL ? "none" : "some");

	/* It stays fired; the search itself can go on without it. */
	check(ink_search_set_cancel(search, NULL, &err), &err);
	check(ink_search_run(search, &results, &err), &err);
	printf("without it: %zu\n", ink_results_len(results));

	ink_results_free(results);
	ink_cancel_free(cancel);
	ink_search_free(search);
	close_all(reader, doc, writer, index, schema);
	return 0;
}
