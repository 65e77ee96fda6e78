/*
 * tokenizer.c - analysis of one's own: a tokenizer for file names, a filter
 * with an argument, and a document that brings its tokens.
 */
#include "common.h"

#include <inkstone/ext/tokenizer.h>

/* Words of names like getFile_name: a capital or an underscore begins one. */
static int names(void *self, int32_t purpose, const char *text, size_t len, ink_emitter *out,
                 ink_error *err)
{
	size_t from = 0, at;

	(void)self;
	(void)purpose;
	(void)err;
	for (at = 1; at <= len; at++) {
		ink_token token = { text + from, at - from, from, at, 1, INK_PART_WORD, 0, 0 };
		int rc;

		if (at < len && text[at] != '_' && (text[at] < 'A' || text[at] > 'Z'))
			continue;
		from = at < len && text[at] == '_' ? at + 1 : at;
		if (token.len == 0)
			continue;
		rc = ink_emit_token(out, &token);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* An instance of the filter is the word it is to drop. */
static int open_drop(void *user, const char *arg, size_t len, void **self, ink_error *err)
{
	char *word;

	(void)user;
	if (len == 0) {
		snprintf(err->message, sizeof err->message, "which word? say drop:WORD");
		return INK_ESYNTAX;
	}
	word = malloc(len + 1);
	if (word == NULL)
		return INK_ENOMEM;
	memcpy(word, arg, len);
	word[len] = '\0';
	*self = word;
	return 0;
}

static int drop(void *self, int32_t purpose, const ink_token *token, ink_emitter *out,
                ink_error *err)
{
	const char *word = self;

	(void)purpose;
	(void)err;
	if (token->len == strlen(word) && memcmp(token->term, word, token->len) == 0)
		return 0;
	return ink_emit_token(out, token);
}

static void enter_both(void)
{
	ink_extension tokenizer = { .struct_size = sizeof tokenizer, .name = "names",
		                    .version = "1", .tokenize = names };
	ink_extension filter = { .struct_size = sizeof filter, .name = "drop",
		                 .open = open_drop, .close = free, .filter = drop };
	ink_error err;

	check(ink_extension_register(&tokenizer, &err), &err);
	check(ink_extension_register(&filter, &err), &err);
}

static void show(const char *spec, const char *text)
{
	ink_analyzer *analyzer;
	ink_tokens *tokens;
	ink_error err;

	check(ink_analyzer_new(spec, &analyzer, &err), &err);
	check(ink_analyzer_run(analyzer, text, strlen(text), &tokens, &err), &err);
	printf("%s:", spec);
	while (ink_tokens_next(tokens))
		printf(" %u:%s", (unsigned)ink_tokens_position(tokens),
		       ink_tokens_text(tokens, NULL));
	printf("\n");
	ink_tokens_free(tokens);
	ink_analyzer_free(analyzer);
}

static void search(ink_index *index, const char *text)
{
	ink_reader *reader;
	ink_results *results;
	ink_search *search;
	ink_error err;

	check(ink_reader_open(index, &reader, &err), &err);
	search = prepare(index, reader, text);
	check(ink_search_run(search, &results, &err), &err);
	printf("%s:", text);
	for (size_t i = 0; i < ink_results_len(results); i++)
		printf(" %s", stored(results, i, "name"));
	printf("\n");
	ink_results_free(results);
	ink_search_free(search);
	ink_reader_close(reader);
}

/* A part of speech beside each word, as some tagger found it. */
static void put_tagged(ink_doc *doc)
{
	static const char text[] = "time flies";
	const ink_token tokens[] = {
		{ "time", 4, 0, 4, 1, INK_PART_WORD, 0, 0 },
		{ "NOUN", 4, 0, 4, 0, INK_PART_WORD, INK_TOKEN_JOINED, 0 },
		{ "flies", 5, 5, 10, 1, INK_PART_WORD, 0, 0 },
		{ "VERB", 4, 5, 10, 0, INK_PART_WORD, INK_TOKEN_JOINED, 0 },
	};
	ink_error err;

	check(ink_doc_add_tokens(doc, "tagged", tokens, 4, text, strlen(text), &err), &err);
}

int main(int argc, char **argv)
{
	const char *path = new_path(argc, argv, "tokenizer");
	ink_analyzer *analyzer;
	ink_schema *schema;
	ink_index *index;
	ink_writer *writer;
	ink_doc *doc;
	ink_error err;

	enter_both();
	show("names | fold", "getFile_name");
	show("names | fold | drop:file", "getFile_name");
	if (ink_analyzer_new("names | drop", &analyzer, &err) < 0)
		printf("byte %d: %s\n", (int)err.offset, err.message);

	check(ink_schema_new(&schema, &err), &err);
	check(ink_schema_add_field(schema, "name", INK_TEXT, INK_STORED, "names | fold", &err),
	      &err);
	check(ink_schema_add_field(schema, "tagged", INK_TEXT, 0, "whitespace", &err), &err);
	check(ink_index_create(path, schema, 0, &index, &err), &err);
	check(ink_writer_open(index, &writer, &err), &err);
	check(ink_doc_new(index, &doc, &err), &err);
	put(doc, "name", "readFileName");
	put_tagged(doc);
	check(ink_writer_add(writer, doc, &err), &err);
	ink_doc_clear(doc);
	put(doc, "name", "file_size");
	check(ink_writer_add(writer, doc, &err), &err);
	check(ink_writer_commit(writer, NULL, &err), &err);
	search(index, "name:file");
	search(index, "name:\"fileName\"");
	search(index, "tagged:VERB");
	close_all(NULL, doc, writer, index, schema);
	return 0;
}
