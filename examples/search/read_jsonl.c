/*
 * read_jsonl.c - one JSON object a line.
 *
 * Part of: the search program. An object in an object is taken apart into names joined by a dot;
 * an array gives a field several values; null gives none. A number that no integer of 64 bits and
 * no double holds goes to its field as it is written: a text keeps its digits, a number of floating
 * point is rounded, and of an integer the message is about the field alone.
 * Format: RFC 8259, in lines as jsonlines.org and ndjson describe.
 */
#include "reader.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 32 };

static void put_value(struct loader *loader, struct bytes *name, json_t *value, int depth);

static void put_object(struct loader *loader, struct bytes *name, json_t *object, int depth)
{
	size_t len = name->len;
	const char *key;
	json_t *value;
	void *iter;

	for (iter = json_object_iter(object); iter != NULL;
	     iter = json_object_iter_next(object, iter)) {
		key = json_object_iter_key(iter);
		value = json_object_iter_value(iter);
		if (len > 0)
			bytes_putc(name, '.');
		bytes_puts(name, key);
		put_value(loader, name, value, depth + 1);
		name->len = len;
		name->data[len] = '\0';
	}
}

/* A key mapped to nothing is left out with all that is below it. */
static int is_mapped(const struct loader *loader, const struct bytes *name)
{
	size_t i;

	for (i = 0; i < loader->n_map; i++)
		if (loader->map[i].from_len == name->len && loader->map[i].to[0] == '\0' &&
		    memcmp(loader->map[i].from, name->data, name->len) == 0)
			return 1;
	return 0;
}

static void put_value(struct loader *loader, struct bytes *name, json_t *value, int depth)
{
	size_t i;

	if (depth > DEPTH_MAX) {
		loader_bad(loader, "objects and arrays are nested over 32 deep");
		return;
	}
	switch (json_typeof(value)) {
	case JSON_STRING:
		loader_text(loader, name->data, json_string_value(value),
		            json_string_length(value));
		break;
	case JSON_INTEGER:
		loader_int(loader, name->data, json_integer_value(value));
		break;
	case JSON_REAL:
		loader_real(loader, name->data, json_real_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		loader_bool(loader, name->data, json_is_true(value));
		break;
	case JSON_ARRAY:
		for (i = 0; i < json_array_size(value); i++)
			put_value(loader, name, json_array_get(value, i), depth + 1);
		break;
	case JSON_OBJECT:
		if (!is_mapped(loader, name))
			put_object(loader, name, value, depth);
		break;
	case JSON_NULL:
		break;
	}
}

static int is_blank(const struct bytes *line)
{
	return line->len == 0 || strspn(line->data, " \t\r") == line->len;
}

/* Whether the `len` bytes at `p` are a number that is out of bounds. */
static int is_too_big(const char *p, size_t len)
{
	char *number = xstrndup(p, len);
	int too_big;

	errno = 0;
	if (strpbrk(number, ".eE") != NULL)
		too_big = isinf(strtod(number, NULL)) != 0;
	else
		too_big = strtoll(number, NULL, 10) != 0 && errno == ERANGE;
	free(number);
	return too_big;
}

/* The line with quotes around the numbers that are out of bounds; how many those are. */
static size_t quote_numbers(struct bytes *to, const char *p, size_t len)
{
	const char *end = p + len;
	size_t n, quoted = 0;
	int in_string = 0, big;

	for (; p < end; p += n) {
		n = in_string ? 0 : strspn(p, "-+.eE0123456789");
		big = n > 0 && is_too_big(p, n);
		n += n == 0;
		if (in_string && *p == '\\' && p + 1 < end)
			n = 2;
		else if (*p == '"')
			in_string = !in_string;
		bytes_put(to, "\"", (size_t)big);
		bytes_put(to, p, n);
		bytes_put(to, "\"", (size_t)big);
		quoted += (size_t)big;
	}
	return quoted;
}

static json_t *parse(const char *text, size_t len, json_error_t *error)
{
	const size_t flags = JSON_ALLOW_NUL | JSON_DECODE_ANY; /* a string is told as what it is */
	json_t *object = json_loadb(text, len, flags, error);
	struct bytes quoted = { 0 };

	if (object == NULL && quote_numbers(&quoted, text, len) > 0)
		object = json_loadb(quoted.data, quoted.len, flags, error);
	bytes_free(&quoted);
	return object;
}

static void put_line(struct loader *loader, const char *text, size_t len)
{
	struct bytes name = { 0 };
	json_error_t error;
	json_t *object = parse(text, len, &error);
	char why[JSON_ERROR_TEXT_LENGTH + 64];

	if (object == NULL) {
		snprintf(why, sizeof why, "no valid JSON at column %d: %s", error.column,
		         error.text);
		loader_bad(loader, why);
		return;
	}
	if (json_is_object(object)) {
		bytes_put(&name, "", 0);
		put_object(loader, &name, object, 0);
	} else {
		loader_bad(loader, "the line is JSON, but no object");
	}
	bytes_free(&name);
	json_decref(object);
}

int read_jsonl(struct loader *loader, struct input *in)
{
	struct bytes line = { 0 };
	int rc, go = LOADER_GO_ON;

	while (go == LOADER_GO_ON && (rc = input_line(in, &line)) != INPUT_END) {
		if (rc == INPUT_ERROR) {
			go = read_failed(loader, in, rc);
			break;
		}
		if (rc == INPUT_OK && is_blank(&line))
			continue;
		loader_begin(loader, in->name, in->line);
		if (rc == INPUT_TOO_LONG)
			loader_bad(loader, "the line is over 1 GB, which is the limit");
		else
			put_line(loader, line.data, line.len);
		go = loader_end(loader);
	}
	bytes_free(&line);
	return go;
}
