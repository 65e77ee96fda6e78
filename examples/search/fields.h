/*
 * fields.h - the schema of an index, by name, and the index of a command.
 *
 * Part of: the search program.
 */
#ifndef SEARCH_FIELDS_H
#define SEARCH_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "inkstone.h"
#include "xmem.h"

struct field {
	char *name;
	char *analyzer;
	int32_t type;
	uint32_t flags;
	double weight;
};

struct fields {
	struct field *list; /* in the order of the schema */
	size_t n;
	const struct field **by_name;
	const struct field *key; /* NULL when documents have none */
};

int fields_load(struct fields *fields, ink_index *index, ink_error *err);
int fields_of_schema(struct fields *fields, const ink_schema *schema, ink_error *err);
void fields_free(struct fields *fields);

/* NULL when there is no such field. */
const struct field *fields_find(const struct fields *fields, const char *name, size_t len);

/* "id, path, title" for messages. */
void fields_names(const struct fields *fields, struct bytes *to);

/* The word for a type or, with commas, for flags, as create takes them. */
const char *field_type_name(int32_t type);
void field_flag_names(uint32_t flags, struct bytes *to);

/* What those words mean: 0, or -1 when there is no such. */
int field_parse_type(const char *s, size_t len, int32_t *out);
int field_parse_flags(const char *s, size_t len, uint32_t *out);

/* Open the index of a command and its schema: 0, or STATUS_ERROR after a message. */
int open_index(const char *dir, uint32_t flags, ink_index **index, struct fields *fields);

/* The same with a snapshot, for reading. Free with close_reading(). */
struct reading {
	const char *dir;
	ink_index *index;
	ink_reader *reader;
	struct fields fields;
};
int open_reading(const char *dir, uint32_t flags, struct reading *reading);
void close_reading(struct reading *reading);

/* Say so, if other versions than ours made the words of the index. */
void tell_versions(const char *dir, const ink_reader *reader);

#endif
