/* hello.c - create an index, add three documents, commit, search. */
#include "common.h"

static void add(ink_writer *writer, ink_doc *doc, const char *title, const char *body)
{
	ink_error err;

	ink_doc_clear(doc);
	check(ink_doc_add_text(doc, "title", title, strlen(title), &err), &err);
	check(ink_doc_add_text(doc, "body", body, strlen(body), &err), &err);
	check(ink_writer_add(writer, doc, &err), &err);
}

static void search(ink_index *index, ink_reader *reader, const char *text)
{
	ink_query *query;
	ink_search *request;
	ink_results *results;
	ink_error err;

	check(ink_query_parse(index, text, strlen(text), 0, &query, &err), &err);
	check(ink_search_new(reader, query, &request, &err), &err);
	check(ink_search_run(request, &results, &err), &err);
	printf("%s: %zu\n", text, ink_results_len(results));
	for (size_t i = 0; i < ink_results_len(results); i++) {
		const char *title;
		size_t len;

		check(ink_results_stored(results, i, "title", &title, &len, &err), &err);
		printf("  %s\n", title);
	}
	ink_results_free(results);
	ink_search_free(request);
	ink_query_free(query);
}

int main(int argc, char **argv)
{
	ink_schema *schema;
	ink_index *index;
	ink_writer *writer;
	ink_reader *reader;
	ink_doc *doc;
	ink_error err;

	check(ink_schema_new(&schema, &err), &err);
	check(ink_schema_add_field(schema, "title", INK_TEXT, INK_STORED, NULL, &err), &err);
	check(ink_schema_add_field(schema, "body", INK_TEXT, INK_STORED, NULL, &err), &err);
	check(ink_index_create(new_path(argc, argv, "hello"), schema, 0, &index, &err), &err);

	check(ink_writer_open(index, &writer, &err), &err);
	check(ink_doc_new(index, &doc, &err), &err);
	add(writer, doc, "Grinding ink", "The stick is rubbed on the stone with a little water.");
	add(writer, doc, "Steeping tea",
	    "Leaves are steeped for three minutes and then taken out.");
	add(writer, doc, "砚台", "研墨时加少量清水，慢慢磨。");
	check(ink_writer_commit(writer, NULL, &err), &err);

	check(ink_reader_open(index, &reader, &err), &err);
	search(index, reader, "stones");       /* stemmed: finds "stone" */
	search(index, reader, "硯台");         /* Traditional finds Simplified */
	search(index, reader, "+minute -ink"); /* must, must not */
	search(index, reader, "title:grinding");

	ink_reader_close(reader);
	ink_doc_free(doc);
	ink_writer_close(writer);
	ink_index_close(index);
	ink_schema_free(schema);
	return 0;
}
