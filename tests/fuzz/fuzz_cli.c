/*
 * fuzz_cli.c - files of any bytes through the readers of the search program into documents, which
 * the writer drops again. The first byte says the format.
 */
#include "fuzz.h"
#include "inkstone.h"
#include "msg.h"
#include "reader.h"

static ink_schema *cli_schema(void)
{
	static const struct {
		const char *name;
		int32_t type;
		uint32_t flags;
	} fields[] = {
		{"id", INK_KEYWORD, INK_STORED | INK_KEY}, {"title", INK_TEXT, INK_STORED},
		{"body", INK_TEXT, INK_STORED}, {"path", INK_KEYWORD, INK_STORED},
		{"a.b", INK_TEXT, INK_MULTI}, {"n", INK_I64, INK_MULTI}, {"x", INK_F64, INK_MULTI},
		{"day", INK_DATE, 0}, {"raw", INK_BYTES, INK_STORED}, {"digest", INK_KEYWORD, 0},
	};
	ink_schema *schema;
	ink_error err;

	image_ok(ink_schema_new(&schema, &err), &err);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		image_ok(ink_schema_add_field(schema, fields[i].name, fields[i].type,
		                              fields[i].flags, NULL, &err), &err);
	return schema;
}

/* A loader into an index of its own, for as long as the program runs. */
static struct loader *cli_loader(void)
{
	static char folder[] = "/tmp/inkstone-fuzz-XXXXXX";
	static struct loader loader;
	ink_schema *schema;
	ink_error err;
	char path[64];

	if (loader.index != NULL)
		return &loader;
	image_need(mkdtemp(folder) != NULL, "cannot make a folder");
	snprintf(path, sizeof path, "%s/index", folder);
	schema = cli_schema();
	image_ok(ink_index_create(path, schema, 0, &loader.index, &err), &err);
	ink_schema_free(schema);
	image_ok(ink_writer_open(loader.index, &loader.writer, &err), &err);
	image_ok(ink_writer_set_threads(loader.writer, 1, &err), &err);
	image_ok(ink_doc_new(loader.index, &loader.doc, &err), &err);
	image_ok(fields_load(&loader.fields, loader.index, &err), &err);
	loader.dir = folder;
	msg_set_quiet(1);
	return &loader;
}

FUZZ(cli)
{
	static const enum format formats[] = {FORMAT_JSONL, FORMAT_CSV, FORMAT_TSV, FORMAT_HTML,
	                                      FORMAT_MARKDOWN, FORMAT_TEXT};
	struct loader *loader = cli_loader();
	struct file file = {.path = NULL};
	struct input in = {.name = "input", .fd = -1, .at_end = 1, .begun = 1};
	enum format format = formats[len > 0 ? data[0] % 6 : 0];
	ink_error err = {0};

	in.len = len > 0 ? len - 1 : 0;
	in.buf = (char *)fuzz_copy(data + (len > 0), in.len, 0);
	loader->failed = 1000; /* no more messages */
	if (format == FORMAT_JSONL)
		(void)read_jsonl(loader, &in);
	else if (format == FORMAT_CSV || format == FORMAT_TSV)
		(void)read_csv(loader, &in, format == FORMAT_CSV ? ',' : '\t');
	else
		(void)read_whole(loader, &in, &file, format);
	image_need(loader->status == 0, "a document stopped the loader");
	image_ok(ink_writer_rollback(loader->writer, &err), &err);
	free(in.buf);
	return 0;
}
