/* fields.c - a field of every type; sorting, ranges, reading values back. */
#include "common.h"

static const struct tea {
	const char *sku, *name, *picked; /* the date as ISO 8601 */
	int64_t grams;
	double price;
} teas[] = {
	{"T-01", "Dragon Well green tea 龙井", "2024-03-28", 100, 31.25},
	{"T-02", "Roasted oolong 乌龙", "2024-05-06T07:30:00+08:00", 75, 18.5},
	{"T-03", "Keemun black tea 祁门红茶", "2023-04-17", 250, 22.75},
	{"T-04", "Gyokuro green tea 玉露", "2024-05-20", 50, 27.5},
};

static void add(ink_writer *writer, ink_doc *doc, const struct tea *tea)
{
	ink_error err;

	ink_doc_clear(doc);
	put(doc, "sku", tea->sku);
	put(doc, "name", tea->name);
	put(doc, "picked", tea->picked);
	check(ink_doc_add_i64(doc, "grams", tea->grams, &err), &err);
	check(ink_doc_add_f64(doc, "price", tea->price, &err), &err);
	check(ink_doc_add_bytes(doc, "label", "\x89\0\xff", 3, &err), &err);
	check(ink_writer_add(writer, doc, &err), &err);
}

static void show(ink_index *index, ink_reader *reader, const char *text, const char *sort)
{
	ink_search *search = prepare(index, reader, text);
	ink_results *results;
	ink_error err;

	check(ink_search_add_sort(search, sort, 0, &err), &err);
	check(ink_search_run(search, &results, &err), &err);
	printf("%s, sorted by %s:\n", text, sort);
	for (size_t i = 0; i < ink_results_len(results); i++)
		printf("  %s  %s  %s  %s\n", stored(results, i, "sku"),
		       stored(results, i, "picked"), stored(results, i, "grams"),
		       stored(results, i, "price"));
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
	check(ink_schema_add_field(schema, "sku", INK_KEYWORD, INK_STORED, NULL, &err), &err);
	check(ink_schema_add_field(schema, "name", INK_TEXT, INK_STORED, NULL, &err), &err);
	check(ink_schema_add_field(schema, "picked", INK_DATE, INK_STORED, NULL, &err), &err);
	check(ink_schema_add_field(schema, "grams", INK_I64, INK_STORED, NULL, &err), &err);
	check(ink_schema_add_field(schema, "price", INK_F64, INK_STORED, NULL, &err), &err);
	check(ink_schema_add_field(schema, "label", INK_BYTES, INK_STORED, NULL, &err), &err);
	check(ink_index_create(new_path(argc, argv, "fields"), schema, 0, &index, &err), &err);
	check(ink_writer_open(index, &writer, &err), &err);
	check(ink_doc_new(index, &doc, &err), &err);
	for (size_t i = 0; i < sizeof teas / sizeof teas[0]; i++)
		add(writer, doc, &teas[i]);
	check(ink_writer_commit(writer, NULL, &err), &err);

	check(ink_reader_open(index, &reader, &err), &err);
	show(index, reader, "name:green", "price");
	show(index, reader, "grams:[50 TO 100]", "picked");
	show(index, reader, "picked>=2024-05-01", "sku");
	show(index, reader, "+price:[20 TO 30} -name:green", "grams");

	close_all(reader, doc, writer, index, schema);
	return 0;
}
