/* cmd_words.c - search dict and synonyms: the words of an index. Part of: the search program. */
#include <errno.h>
#include <string.h>

#include "cmd.h"
#include "input.h"
#include "msg.h"
#include "out.h"
#include "signals.h"

/* What the two commands differ in. */
struct kind {
	const char *name;
	int (*set)(ink_writer *writer, const char *text, size_t len, ink_error *err);
	int (*get)(const ink_reader *reader, const char **text, size_t *len, ink_error *err);
};

static const struct kind dictionary = { "dictionary", ink_writer_set_dictionary,
	                                ink_reader_dictionary };
static const struct kind synonyms = { "synonyms", ink_writer_set_synonyms, ink_reader_synonyms };

/* As it was given, so that it can be edited and given back: with its tabs and line ends. */
static void put_text(const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *tab = memchr(text, '\t', (size_t)(end - text));
		const char *stop = tab != NULL ? tab : end;

		out_text(text, (size_t)(stop - text), OUT_LINES);
		if (tab != NULL)
			out_printf("\t");
		text = tab != NULL ? tab + 1 : end;
	}
	if (len > 0 && end[-1] != '\n')
		out_printf("\n");
}

static int show(ink_index *index, const struct kind *kind, ink_error *err)
{
	ink_reader *reader = NULL;
	const char *text;
	size_t len = 0;
	int rc = ink_reader_open(index, &reader, err);

	if (rc >= 0)
		rc = kind->get(reader, &text, &len, err);
	if (rc >= 0)
		put_text(text, len);
	ink_reader_close(reader);
	return rc < 0 ? rc : len > 0;
}

static int set(ink_index *index, const struct kind *kind, const struct bytes *text,
               const char *name, ink_error *err)
{
	ink_writer *writer = NULL;
	int rc = ink_writer_open(index, &writer, err);

	if (rc >= 0) {
		rc = kind->set(writer, text->data, text->len, err);
		if (rc == INK_ESYNTAX || rc == INK_ELIMIT)
			msg_ink(name, err);
		else if (rc >= 0)
			rc = ink_writer_commit(writer, NULL, err);
	}
	ink_writer_close(writer);
	return rc;
}

/* STATUS_OK, or another after a message. */
static int read_file(const char *path, struct bytes *text)
{
	int is_stdin = strcmp(path, "-") == 0, rc;
	struct input in;

	rc = input_open(&in, is_stdin ? NULL : path, path) < 0 ? INPUT_ERROR : input_all(&in, text);
	if (rc == INPUT_TOO_LONG)
		msg_error("%s: too long", path);
	else if (rc == INPUT_ERROR && signals_stop())
		msg_error("interrupted");
	else if (rc != INPUT_OK)
		msg_error("%s: %s", path, strerror(errno));
	input_close(&in);
	if (rc == INPUT_OK)
		return STATUS_OK;
	return signals_stop() ? STATUS_INTERRUPTED : STATUS_ERROR;
}

/* What is to be done: exactly one thing. */
static int check_args(const struct args *args)
{
	int wants = args_has(args, "show") + args_has(args, "remove") + (args->n_operands > 1);

	if (wants == 1)
		return 0;
	msg_error("give one of FILE (- for standard input), --show and --remove");
	return -1;
}

static int run(const struct args *args, const struct kind *kind)
{
	const char *dir = args->operands[0];
	const char *name = args->n_operands > 1 ? args->operands[1] : NULL;
	struct bytes text = { 0 };
	ink_index *index;
	ink_error err;
	int rc, status;

	msg_set_quiet(args_has(args, "quiet"));
	if (check_args(args) < 0)
		return STATUS_ERROR;
	status = name != NULL ? read_file(name, &text) : STATUS_OK;
	if (status != STATUS_OK) {
		bytes_free(&text);
		return status;
	}
	rc = ink_index_open(dir, 0, &index, &err);
	if (rc < 0) {
		msg_ink(dir, &err);
		bytes_free(&text);
		return STATUS_ERROR;
	}
	rc = args_has(args, "show") ? show(index, kind, &err) : set(index, kind, &text, name, &err);
	if (rc < 0 && rc != INK_ESYNTAX && rc != INK_ELIMIT)
		msg_ink(dir, &err);
	else if (rc >= 0 && !args_has(args, "show"))
		msg_info("%s %s", kind->name, name != NULL ? "set" : "removed");
	ink_index_close(index);
	bytes_free(&text);
	if (rc < 0)
		return STATUS_ERROR;
	return args_has(args, "show") && rc == 0 ? STATUS_NONE : STATUS_OK;
}

int cmd_dict(const struct args *args)
{
	return run(args, &dictionary);
}

int cmd_synonyms(const struct args *args)
{
	return run(args, &synonyms);
}
