/* fields.c - the schema of an index, by name. Part of: the search program. */
#include "fields.h"

#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "msg.h"
#include "out.h"

static const struct word {
	const char *name;
	uint32_t value;
} types[] = {
	{ "text", INK_TEXT }, { "keyword", INK_KEYWORD }, { "int", INK_I64 },
	{ "float", INK_F64 }, { "date", INK_DATE },       { "bytes", INK_BYTES },
	{ "i64", INK_I64 },   { "f64", INK_F64 },         { NULL, 0 },
}, flag_words[] = {
	{ "stored", INK_STORED }, { "nopos", INK_NO_POSITIONS },
	{ "multi", INK_MULTI },   { "key", INK_KEY },
	{ "pairs", INK_PAIRS },   { NULL, 0 },
};

static int find_word(const struct word *words, const char *s, size_t len, uint32_t *out)
{
	for (; words->name != NULL; words++)
		if (strlen(words->name) == len && memcmp(words->name, s, len) == 0) {
			*out = words->value;
			return 0;
		}
	return -1;
}

const char *field_type_name(int32_t type)
{
	const struct word *w;

	for (w = types; w->name != NULL; w++)
		if ((int32_t)w->value == type)
			return w->name;
	return "?";
}

void field_flag_names(uint32_t flags, struct bytes *to)
{
	const struct word *w;
	const char *comma = "";

	for (w = flag_words; w->name != NULL; w++)
		if (flags & w->value) {
			bytes_puts(to, comma);
			bytes_puts(to, w->name);
			comma = ",";
		}
}

int field_parse_type(const char *s, size_t len, int32_t *out)
{
	uint32_t value;

	if (find_word(types, s, len, &value) < 0)
		return -1;
	*out = (int32_t)value;
	return 0;
}

int field_parse_flags(const char *s, size_t len, uint32_t *out)
{
	const char *end = s + len;
	uint32_t value;

	*out = 0;
	while (s < end) {
		const char *comma = memchr(s, ',', (size_t)(end - s));
		size_t n = comma != NULL ? (size_t)(comma - s) : (size_t)(end - s);

		if (find_word(flag_words, s, n, &value) < 0)
			return -1;
		*out |= value;
		s += n + (comma != NULL);
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct field *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

int fields_of_schema(struct fields *fields, const ink_schema *schema, ink_error *err)
{
	const char *name, *analyzer;
	size_t i;
	int rc = 0;

	memset(fields, 0, sizeof *fields);
	fields->n = ink_schema_len(schema);
	fields->list = xmalloc((fields->n + 1) * sizeof *fields->list);
	fields->by_name = xmalloc((fields->n + 1) * sizeof *fields->by_name);
	memset(fields->list, 0, (fields->n + 1) * sizeof *fields->list);
	for (i = 0; i < fields->n && rc >= 0; i++) {
		struct field *f = &fields->list[i];

		rc = ink_schema_field(schema, i, &name, &f->type, &f->flags, &analyzer, &f->weight,
		                      err);
		f->name = xstrdup(rc < 0 ? "" : name);
		f->analyzer = xstrdup(rc < 0 ? "" : analyzer);
		fields->by_name[i] = f;
		if (f->flags & INK_KEY)
			fields->key = f;
	}
	qsort(fields->by_name, i, sizeof *fields->by_name, by_name);
	if (rc < 0)
		fields_free(fields);
	return rc;
}

int fields_load(struct fields *fields, ink_index *index, ink_error *err)
{
	ink_schema *schema;
	int rc;

	memset(fields, 0, sizeof *fields);
	rc = ink_index_schema(index, &schema, err);
	if (rc < 0)
		return rc;
	rc = fields_of_schema(fields, schema, err);
	ink_schema_free(schema);
	return rc;
}

void fields_free(struct fields *fields)
{
	size_t i;

	for (i = 0; i < fields->n; i++) {
		free(fields->list[i].name);
		free(fields->list[i].analyzer);
	}
	free(fields->list);
	free(fields->by_name);
	memset(fields, 0, sizeof *fields);
}

const struct field *fields_find(const struct fields *fields, const char *name, size_t len)
{
	size_t lo = 0, hi = fields->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct field *f = fields->by_name[mid];
		int order = strncmp(name, f->name, len);

		if (order == 0 && f->name[len] == '\0')
			return f;
		if (order > 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

void fields_names(const struct fields *fields, struct bytes *to)
{
	size_t i;

	for (i = 0; i < fields->n; i++) {
		if (i > 0)
			bytes_puts(to, ", ");
		bytes_puts(to, fields->list[i].name);
	}
}

int open_index(const char *dir, uint32_t flags, ink_index **index, struct fields *fields)
{
	ink_error err;

	if (ink_index_open(dir, flags, index, &err) < 0) {
		msg_ink(dir, &err);
		return STATUS_ERROR;
	}
	if (fields_load(fields, *index, &err) < 0) {
		msg_ink(dir, &err);
		ink_index_close(*index);
		*index = NULL;
		return STATUS_ERROR;
	}
	return STATUS_OK;
}

int open_reading(const char *dir, uint32_t flags, struct reading *reading)
{
	ink_error err;
	int status;

	memset(reading, 0, sizeof *reading);
	reading->dir = dir;
	status = open_index(dir, flags | INK_OPEN_READONLY, &reading->index, &reading->fields);
	if (status == STATUS_OK && ink_reader_open(reading->index, &reading->reader, &err) < 0) {
		msg_ink(dir, &err);
		close_reading(reading);
		status = STATUS_ERROR;
	}
	return status;
}

void close_reading(struct reading *reading)
{
	ink_reader_close(reading->reader);
	ink_index_close(reading->index);
	fields_free(&reading->fields);
	memset(reading, 0, sizeof *reading);
}

void tell_versions(const char *dir, const ink_reader *reader)
{
	const char *versions, *other;
	struct bytes clean = { 0 };

	if (ink_reader_versions(reader, &versions, &other, NULL) < 0 || other[0] == '\0')
		return;
	out_clean(&clean, other, strlen(other), 0);
	msg_info("%s: made with other versions: %s; its words may not all be found, "
	         "search copy makes them anew",
	         dir, bytes_str(&clean));
	bytes_free(&clean);
}
