/* paging.c - page by page: by offset, whose cost grows, and by cursor, whose cost does not. */
#include "common.h"

enum { PAGE = 4, NOTES = 10 };

static void print_page(ink_results *results)
{
	for (size_t i = 0; i < ink_results_len(results); i++)
		printf("  %s", stored(results, i, "number"));
	printf("\n");
}

static void by_offset(ink_search *search)
{
	ink_results *results;
	ink_error err;

	for (uint64_t first = 0; first < NOTES; first += PAGE) {
		check(ink_search_set_window(search, first, PAGE, &err), &err);
		check(ink_search_run(search, &results, &err), &err);
		print_page(results);
		ink_results_free(results);
	}
}

static void by_cursor(ink_search *search)
{
	ink_results *results;
	ink_error err;
	const char *cursor;
	size_t n, len;

	check(ink_search_set_window(search, 0, PAGE, &err), &err);
	do {
		check(ink_search_run(search, &results, &err), &err);
		n = ink_results_len(results);
		if (n > 0) {
			print_page(results);
			check(ink_results_cursor(results, n - 1, &cursor, &len, &err), &err);
			check(ink_search_set_after(search, cursor, len, &err), &err);
		}
		ink_results_free(results);
	} while (n == PAGE);
}

int main(int argc, char **argv)
{
	ink_schema *schema;
	ink_index *index;
	ink_writer *writer;
	ink_reader *reader;
	ink_search *search;
	ink_doc *doc;
	ink_error err;

	check(ink_schema_new(&schema, &err), &err);
	check(ink_schema_add_field(schema, "number", INK_I64, INK_STORED, NULL, &err), &err);
	check(ink_index_create(new_path(argc, argv, "paging"), schema, 0, &index, &err), &err);
	check(ink_writer_open(index, &writer, &err), &err);
	check(ink_doc_new(index, &doc, &err), &err);
	for (int64_t i = 0; i < NOTES; i++) {
		ink_doc_clear(doc);
		check(ink_doc_add_i64(doc, "number", i * 7 % NOTES, &err), &err);
		check(ink_writer_add(writer, doc, &err), &err);
	}
	check(ink_writer_commit(writer, NULL, &err), &err);

	/* All pages come of one reader, so that a commit meanwhile moves nothing. */
	check(ink_reader_open(index, &reader, &err), &err);
	search = prepare(index, reader, "*:*");
	check(ink_search_add_sort(search, "number", INK_SORT_DESC, &err), &err);
	printf("by offset:\n");
	by_offset(search);
	printf("by cursor:\n");
	by_cursor(search);
	ink_search_free(search);
	close_all(reader, doc, writer, index, schema);
	return 0;
}
