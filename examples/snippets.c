/* snippets.c - the best passage of a stored text, with the matches marked. */
#include "common.h"

static const char *const pages[] = {
	"The stone is wetted first, and the stick is rubbed in slow circles. Soot makes it black.",
	"Read \"R&D <notes>\" as text: notes are safe in HTML when they are escaped.",
	"图书馆里的纸张需要防潮。墨迹遇水会晕开，所以古籍修复前要先固定墨色。",
	"學習寫字，先學磨墨。硯台要洗乾淨。"};

static void show(ink_index *index, ink_reader *reader, const char *text, uint32_t max_chars,
                 uint32_t flags)
{
	ink_search *search = prepare(index, reader, text);
	ink_results *results;
	ink_error err;

	check(ink_search_add_snippet(search, "body", max_chars, "[", "]", flags, &err), &err);
	check(ink_search_run(search, &results, &err), &err);
	printf("%s:\n", text);
	for (size_t i = 0; i < ink_results_len(results); i++) {
		const char *snippet;
		size_t len;

		check(ink_results_snippet(results, i, "body", &snippet, &len, &err), &err);
		printf("  %s\n", snippet);
	}
	ink_results_free(results);
	ink_search_free(search);
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
	check(ink_schema_add_field(schema, "body", INK_TEXT, INK_STORED, NULL, &err), &err);
	check(ink_index_create(new_path(argc, argv, "snippets"), schema, 0, &index, &err), &err);
	check(ink_writer_open(index, &writer, &err), &err);
	check(ink_doc_new(index, &doc, &err), &err);
	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		ink_doc_clear(doc);
		put(doc, "body", pages[i]);
		check(ink_writer_add(writer, doc, &err), &err);
	}
	check(ink_writer_commit(writer, NULL, &err), &err);

	check(ink_reader_open(index, &reader, &err), &err);
	show(index, reader, "soot", 30, 0);
	show(index, reader, "note", 0, INK_SNIPPET_HTML); /* escapes the text, not the marks */
	show(index, reader, "圖書館", 0, 0);              /* marks what is written */
	show(index, reader, "\"磨墨\"", 0, 0);

	close_all(reader, doc, writer, index, schema);
	return 0;
}
