/* explain.c - where a score comes from, and what a query string means. */
#include "common.h"

static const char *const bodies[] = {
	"rice paper",
	"paper, ink and stone",
	"the ink stone is a stone for ink",
	"tea",
};

static void explain(ink_index *index, ink_reader *reader, const char *string)
{
	ink_query *query;
	ink_search *search;
	ink_results *results;
	const char *text;
	size_t len;
	ink_error err;

	check(ink_query_parse(index, string, strlen(string), 0, &query, &err), &err);
	check(ink_query_text(query, &text, &len, &err), &err);
	printf("%s\n  means %s\n", string, text);
	check(ink_search_new(reader, query, &search, &err), &err);
	check(ink_search_run(search, &results, &err), &err);
	for (size_t i = 0; i < ink_results_len(results); i++) {
		ink_hit hit;

		check(ink_results_hit(results, i, &hit, &err), &err);
		printf("  %.3f  %s\n", hit.score, stored(results, i, "body"));
	}
	if (ink_results_len(results) > 0) {
		check(ink_results_explain(results, 0, &text, &len, &err), &err);
		printf("%s%s", text, len > 0 && text[len - 1] == '\n' ? "" : "\n");
	}
	ink_results_free(results);
	ink_search_free(search);
	ink_query_free(query);
}

int main(int argc, char **argv)
{
	ink_schema *schema;
	ink_index *index;
	ink_writer *writer;
	ink_reader *reader;
	ink_doc *doc;
	ink_query *query;
	ink_error err;
	int rc;

	check(ink_schema_new(&schema, &err), &err);
	check(ink_schema_add_field(schema, "body", INK_TEXT, INK_STORED, NULL, &err), &err);
	check(ink_index_create(new_path(argc, argv, "explain"), schema, 0, &index, &err), &err);
	check(ink_writer_open(index, &writer, &err), &err);
	check(ink_doc_new(index, &doc, &err), &err);
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		ink_doc_clear(doc);
		put(doc, "body", bodies[i]);
		check(ink_writer_add(writer, doc, &err), &err);
	}
	check(ink_writer_commit(writer, NULL, &err), &err);
	check(ink_reader_open(index, &reader, &err), &err);

	explain(index, reader, "ink stone");
	explain(index, reader, "body:ink^3");

	rc = ink_query_parse(index, "ink (stone", 10, 0, &query, &err);
	printf("ink (stone\n  %s\n", ink_status_name(rc));
	close_all(reader, doc, writer, index, schema);
	return 0;
}
