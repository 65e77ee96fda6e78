/* values.c - stored values, for people and as JSON. Part of: the search program. */
#include "values.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "out.h"

int value_text(const ink_doc *doc, size_t i, struct bytes *to, ink_error *err)
{
	char buf[64];
	const char *text;
	int32_t type;
	int64_t n;
	double d;
	size_t len;
	int rc = ink_doc_field(doc, i, NULL, &type, err);

	if (rc < 0)
		return rc;
	switch (type) {
	case INK_I64:
		if ((rc = ink_doc_i64(doc, i, &n, err)) >= 0)
			snprintf(buf, sizeof buf, "%" PRId64, n);
		break;
	case INK_DATE:
		if ((rc = ink_doc_i64(doc, i, &n, err)) >= 0)
			rc = ink_date_format(n, buf, sizeof buf, err);
		break;
	case INK_F64:
		if ((rc = ink_doc_f64(doc, i, &d, err)) >= 0)
			snprintf(buf, sizeof buf, "%.15g", d);
		break;
	default:
		rc = ink_doc_text(doc, i, &text, &len, err);
		if (rc < 0)
			return rc;
		if (type == INK_BYTES)
			snprintf(buf, sizeof buf, "(%zu bytes)", len);
		else
			bytes_put(to, text, len);
		if (type != INK_BYTES)
			return 0;
	}
	if (rc >= 0)
		bytes_puts(to, buf);
	return rc;
}

static int is_of(const ink_doc *doc, size_t i, const char *field, int32_t *type)
{
	const char *name;

	return ink_doc_field(doc, i, &name, type, NULL) >= 0 && strcmp(name, field) == 0;
}

size_t values_text(const ink_doc *doc, const char *field, struct bytes *to)
{
	size_t i, n = 0;

	for (i = 0; i < ink_doc_len(doc); i++)
		if (is_of(doc, i, field, NULL)) {
			if (n++ > 0)
				bytes_puts(to, ", ");
			value_text(doc, i, to, NULL);
		}
	return n;
}

static json_t *value_json(const ink_doc *doc, size_t i, int32_t type)
{
	struct bytes text = { 0 };
	const char *bytes;
	json_t *value;
	int64_t n;
	double d;
	size_t len;

	if (type == INK_BYTES && ink_doc_text(doc, i, &bytes, &len, NULL) >= 0)
		return out_json_text(bytes, len);
	if (type == INK_I64 && ink_doc_i64(doc, i, &n, NULL) >= 0)
		return json_integer(n);
	if (type == INK_F64 && ink_doc_f64(doc, i, &d, NULL) >= 0) {
		value = json_real(d);
		return value != NULL ? value : json_null(); /* infinities are no JSON */
	}
	value_text(doc, i, &text, NULL);
	value = out_json_text(bytes_str(&text), text.len);
	bytes_free(&text);
	return value;
}

json_t *values_json(const ink_doc *doc, const struct field *field)
{
	json_t *array = json_array(), *only;
	int32_t type;
	size_t i;

	for (i = 0; i < ink_doc_len(doc); i++)
		if (is_of(doc, i, field->name, &type))
			json_array_append_new(array, value_json(doc, i, type));
	if (json_array_size(array) > 1 || (field->flags & INK_MULTI))
		return array;
	only = json_incref(json_array_get(array, 0));
	json_decref(array);
	return only;
}

int value_get(const ink_doc *doc, size_t i, struct value *v, ink_error *err)
{
	const char *text;
	int rc = ink_doc_field(doc, i, &v->name, &v->type, err);

	if (rc < 0)
		return rc;
	switch (v->type) {
	case INK_I64:
	case INK_DATE:
		v->data = &v->i64;
		v->len = sizeof v->i64;
		return ink_doc_i64(doc, i, &v->i64, err);
	case INK_F64:
		v->data = &v->f64;
		v->len = sizeof v->f64;
		return ink_doc_f64(doc, i, &v->f64, err);
	default:
		rc = ink_doc_text(doc, i, &text, &v->len, err);
		v->data = text;
		return rc;
	}
}

int value_put(ink_doc *doc, const struct value *v, ink_error *err)
{
	switch (v->type) {
	case INK_I64:
	case INK_DATE:
		return ink_doc_add_i64(doc, v->name, v->i64, err);
	case INK_F64:
		return ink_doc_add_f64(doc, v->name, v->f64, err);
	case INK_BYTES:
		return ink_doc_add_bytes(doc, v->name, v->data, v->len, err);
	default:
		return ink_doc_add_text(doc, v->name, v->data, v->len, err);
	}
}

int docs_same(const ink_doc *a, const ink_doc *b, ink_error *err)
{
	struct value x, y;
	size_t i;
	int rc;

	if (ink_doc_len(a) != ink_doc_len(b))
		return 0;
	for (i = 0; i < ink_doc_len(a); i++) {
		if ((rc = value_get(a, i, &x, err)) < 0 || (rc = value_get(b, i, &y, err)) < 0)
			return rc;
		if (strcmp(x.name, y.name) != 0 || x.type != y.type || x.len != y.len ||
		    (x.len > 0 && memcmp(x.data, y.data, x.len) != 0))
			return 0;
	}
	return 1;
}
