/*
 * read_csv.c - rows of values under a header of names.
 *
 * Part of: the search program. Format: RFC 4180, with a comma, a semicolon or a tab between the
 * values; line ends may be LF, CRLF or CR, and a quoted value may hold any. An empty value is no
 * value, and a row of them no document.
 */
#include "reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One row: its values one after the other, each with a NUL behind it. */
struct row {
	struct bytes text;
	size_t *ends; /* of the values, at their NUL */
	size_t n, cap;
	uint64_t line; /* that it begins in */
	const char *bad;
};

static void end_value(struct row *row)
{
	row->ends = xgrow(row->ends, row->n, &row->cap, sizeof *row->ends);
	row->ends[row->n++] = row->text.len;
	bytes_putc(&row->text, '\0');
}

static void put(struct row *row, int c)
{
	if (row->text.len < INPUT_MAX)
		bytes_putc(&row->text, (char)c);
	else
		row->bad = "the row is over 1 GB, which is the limit";
}

/* A quoted value up to its closing quote: 0, INPUT_EOF or INPUT_ERROR. */
static int quoted_value(struct input *in, struct row *row)
{
	int c;

	while ((c = input_getc(in)) >= 0) {
		if (c == '"') {
			if (input_peekc(in) != '"')
				return 0;
			input_getc(in);
		}
		put(row, c);
	}
	if (c == INPUT_EOF)
		row->bad = "a quote is not closed before the end";
	return c;
}

/* Take "\r\n" as "\n", and a lone "\r" too: with it alone, all of a file would be its header. */
static int next_char(struct input *in)
{
	int c = input_getc(in);

	if (c != '\r')
		return c;
	if (input_peekc(in) == '\n')
		return input_getc(in);
	in->line++;
	return '\n';
}

/* INPUT_OK, INPUT_END or INPUT_ERROR. */
static int next_row(struct input *in, char separator, struct row *row)
{
	int c = 0, any = 0, at_start = 1;

	bytes_clear(&row->text);
	row->n = 0;
	row->bad = NULL;
	row->line = in->line + 1;
	while ((c = next_char(in)) >= 0 && c != '\n') {
		any = 1;
		if (c == separator) {
			end_value(row);
			at_start = 1;
		} else if (c == '"' && at_start) {
			c = quoted_value(in, row);
			at_start = 0;
			if (c < 0)
				break;
		} else {
			put(row, c);
			at_start = 0;
		}
	}
	if (c == INPUT_ERROR)
		return INPUT_ERROR;
	if (c == INPUT_EOF && !any)
		return INPUT_END;
	end_value(row);
	return INPUT_OK;
}

static const char *value(const struct row *row, size_t i, size_t *len)
{
	size_t start = i > 0 ? row->ends[i - 1] + 1 : 0;

	*len = row->ends[i] - start;
	return row->text.data + start;
}

/* Nothing but the NULs; spreadsheets end in rows of commas alone. */
static int is_blank(const struct row *row)
{
	return row->text.len == row->n && row->bad == NULL;
}

static void put_row(struct loader *loader, const struct row *header, const struct row *row)
{
	const char *name, *text;
	size_t i, name_len, len;
	char why[96];

	if (row->bad != NULL) {
		loader_bad(loader, row->bad);
		return;
	}
	if (row->n != header->n) {
		snprintf(why, sizeof why, "%zu values under a header of %zu", row->n, header->n);
		loader_bad(loader, why);
		return;
	}
	for (i = 0; i < row->n; i++) {
		name = value(header, i, &name_len);
		text = value(row, i, &len);
		if (len > 0 && name_len > 0)
			loader_text(loader, name, text, len);
	}
}

/*
 * What stands between the names of a header. Where numbers have decimal commas, spreadsheets write
 * semicolons into what they call CSV, and some programs tabs: no comma is outside quotes then.
 */
static char find_separator(const char *p, size_t len)
{
	char found = ',';
	int quoted = 0;

	for (; len > 0; p++, len--) {
		if (*p == '"')
			quoted = !quoted;
		else if (!quoted && *p == ',')
			return ',';
		else if (!quoted && found == ',' && (*p == ';' || *p == '\t'))
			found = *p;
	}
	return found;
}

int read_csv(struct loader *loader, struct input *in, char separator)
{
	struct row header = { 0 }, row = { 0 };
	int go = LOADER_GO_ON, rc;
	const char *line;
	size_t len;

	if (separator == ',' && input_first_line(in, &line, &len) != INPUT_ERROR)
		separator = find_separator(line, len);
	rc = next_row(in, separator, &header);
	if (rc == INPUT_OK && header.bad != NULL) {
		loader_unreadable(loader, in->name, header.bad);
		rc = INPUT_END;
	}
	while (rc == INPUT_OK && go == LOADER_GO_ON) {
		rc = next_row(in, separator, &row);
		if (rc != INPUT_OK || is_blank(&row))
			continue;
		loader_begin(loader, in->name, row.line);
		put_row(loader, &header, &row);
		go = loader_end(loader);
	}
	if (rc == INPUT_ERROR)
		go = read_failed(loader, in, rc);
	bytes_free(&header.text);
	bytes_free(&row.text);
	free(header.ends);
	free(row.ends);
	return go;
}
