/* facets.c - count the matches by keyword and by range, then narrow the search. */
#include "common.h"

static const struct book {
	const char *title, *tags[2], *year;
} books[] = {
	{"A short history of paper", {"history", "paper"}, "1998"},
	{"Making paper by hand", {"craft", "paper"}, "2011"},
	{"Ink and paper in the library", {"library", "paper"}, "2019"},
	{"造纸术的历史 (a history of paper)", {"history", NULL}, "2021"},
};

static void print_facet(const ink_results *results, size_t facet, const char *name)
{
	ink_error err;

	printf("%s:", name);
	for (size_t i = 0; i < ink_results_facet_len(results, facet); i++) {
		const char *value;
		uint64_t count;
		size_t len;

		check(ink_results_facet(results, facet, i, &value, &len, &count, &err), &err);
		printf(" %s=%d", value, (int)count);
	}
	printf("\n");
}

int main(int argc, char **argv)
{
	static const double decades[] = {1990, 2000, 2010, 2020, 2030};
	ink_schema *schema;
	ink_index *index;
	ink_writer *writer;
	ink_reader *reader;
	ink_doc *doc;
	ink_search *search;
	ink_query *history;
	ink_results *results;
	ink_error err;

	check(ink_schema_new(&schema, &err), &err);
	check(ink_schema_add_field(schema, "title", INK_TEXT, INK_STORED, NULL, &err), &err);
	check(ink_schema_add_field(schema, "tag", INK_KEYWORD, INK_MULTI, NULL, &err), &err);
	check(ink_schema_add_field(schema, "year", INK_I64, INK_STORED, NULL, &err), &err);
	check(ink_index_create(new_path(argc, argv, "facets"), schema, 0, &index, &err), &err);
	check(ink_writer_open(index, &writer, &err), &err);
	check(ink_doc_new(index, &doc, &err), &err);
	for (size_t i = 0; i < sizeof books / sizeof books[0]; i++) {
		ink_doc_clear(doc);
		put(doc, "title", books[i].title);
		put(doc, "year", books[i].year);
		for (size_t t = 0; t < 2 && books[i].tags[t] != NULL; t++)
			put(doc, "tag", books[i].tags[t]);
		check(ink_writer_add(writer, doc, &err), &err);
	}
	check(ink_writer_commit(writer, NULL, &err), &err);
	check(ink_reader_open(index, &reader, &err), &err);
	search = prepare(index, reader, "paper");
	check(ink_search_add_facet(search, "tag", 10, &err), &err);
	check(ink_search_add_range_facet(search, "year", decades, 4, &err), &err);
	check(ink_search_run(search, &results, &err), &err);
	print_facet(results, 0, "tag");
	print_facet(results, 1, "year");
	ink_results_free(results);

	check(ink_query_term("tag", "history", 7, &history, &err), &err);
	check(ink_search_set_filter(search, history, &err), &err);
	check(ink_search_add_sort(search, "year", 0, &err), &err);
	check(ink_search_run(search, &results, &err), &err);
	printf("with tag history: %zu\n", ink_results_len(results));
	for (size_t i = 0; i < ink_results_len(results); i++)
		printf("  %s  %s\n", stored(results, i, "year"), stored(results, i, "title"));
	ink_results_free(results);
	ink_query_free(history);
	ink_search_free(search);
	close_all(reader, doc, writer, index, schema);
	return 0;
}
