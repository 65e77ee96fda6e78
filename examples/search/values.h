/* values.h - stored values, for people and as JSON. Part of: the search program. */
#ifndef SEARCH_VALUES_H
#define SEARCH_VALUES_H

#include <jansson.h>

#include "fields.h"

/* Append value `i` as text: numbers in decimal, dates as ISO 8601. 0 or a status of the library. */
int value_text(const ink_doc *doc, size_t i, struct bytes *to, ink_error *err);

/* All values of a field, joined by ", "; how many there were. */
size_t values_text(const ink_doc *doc, const char *field, struct bytes *to);

/* All values of a field: NULL for none, else one value, or an array of a field that is multi. */
json_t *values_json(const ink_doc *doc, const struct field *field);

/* One value, borrowed from its document. */
struct value {
	const char *name;
	int32_t type;
	const void *data; /* its bytes; of a number one of those below */
	size_t len;
	int64_t i64;
	double f64;
};

/* From one document to another: 0 or a status of the library. */
int value_get(const ink_doc *doc, size_t i, struct value *v, ink_error *err);
int value_put(ink_doc *doc, const struct value *v, ink_error *err);

/* Whether two documents have the same values in the same order: 1, 0 or a status of the library. */
int docs_same(const ink_doc *a, const ink_doc *b, ink_error *err);

#endif
