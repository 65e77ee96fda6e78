/*
 * api_doc.c - the documents of inkstone/writer.h.
 *
 * Layer: api. A document holds on to the schema that was the newest one when
 * it was made; field ids never change, so a later schema knows its values.
 */
#include "api/handle.h"
#include "base/mem.h"

int ik_doc_handle(struct ik_shared_schema *schema, ink_doc **out, ink_error *err)
{
	ink_doc *doc = ik_zalloc(sizeof *doc);

	*out = doc;
	if (doc == NULL)
		return ik_fail_nomem(err);
	doc->schema = ik_shared_schema_ref(schema);
	ik_doc_init(&doc->doc, schema->schema);
	return INK_OK;
}

int ink_doc_new(ink_index *index, ink_doc **out, ink_error *err)
{
	struct ik_shared_schema *schema;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (index == NULL)
		return ik_null(err, "index");
	schema = ik_index_newest(index);
	rc = ik_doc_handle(schema, out, err);
	ik_shared_schema_unref(schema);
	return rc;
}

static int check_field(const ink_doc *doc, const char *field, ink_error *err)
{
	if (doc == NULL)
		return ik_null(err, "doc");
	return field == NULL ? ik_null(err, "field") : INK_OK;
}

int ink_doc_add_text(ink_doc *doc, const char *field, const char *text, size_t len,
                     ink_error *err)
{
	int rc = check_field(doc, field, err);

	if (rc == 0 && text == NULL && len > 0)
		rc = ik_null(err, "text");
	return rc == 0 ? ik_doc_add_text(&doc->doc, field, text, len, err) : rc;
}

int ink_doc_add_tokens(ink_doc *doc, const char *field, const ink_token *tokens, size_t n,
                       const char *text, size_t len, ink_error *err)
{
	int rc = check_field(doc, field, err);

	if (rc == 0 && tokens == NULL && n > 0)
		rc = ik_null(err, "tokens");
	if (rc == 0 && text == NULL && len > 0)
		rc = ik_null(err, "text");
	return rc == 0 ? ik_doc_add_tokens(&doc->doc, field, tokens, n, text, len, err) : rc;
}

int ink_doc_add_i64(ink_doc *doc, const char *field, int64_t value, ink_error *err)
{
	int rc = check_field(doc, field, err);

	return rc == 0 ? ik_doc_add_i64(&doc->doc, field, value, err) : rc;
}

int ink_doc_add_f64(ink_doc *doc, const char *field, double value, ink_error *err)
{
	int rc = check_field(doc, field, err);

	return rc == 0 ? ik_doc_add_f64(&doc->doc, field, value, err) : rc;
}

int ink_doc_add_bytes(ink_doc *doc, const char *field, const void *data, size_t len,
                      ink_error *err)
{
	int rc = check_field(doc, field, err);

	if (rc == 0 && data == NULL && len > 0)
		rc = ik_null(err, "data");
	return rc == 0 ? ik_doc_add_bytes(&doc->doc, field, data, len, err) : rc;
}

size_t ink_doc_len(const ink_doc *doc)
{
	return doc == NULL ? 0 : doc->doc.values.n;
}

static int get_value(const ink_doc *doc, size_t i, const struct ik_value **out, ink_error *err)
{
	*out = NULL;
	if (doc == NULL)
		return ik_null(err, "doc");
	if (i >= doc->doc.values.n)
		return ik_fail(err, INK_ENOTFOUND, "no value number %zu, there are %zu", i,
		               doc->doc.values.n);
	*out = &doc->doc.values.v[i];
	return INK_OK;
}

static int wrong_type(const ink_doc *doc, const struct ik_value *value, const char *wanted,
                      ink_error *err)
{
	return ik_fail(err, INK_ESCHEMA, "field \"%s\" is of type %s and has no %s",
	               doc->schema->schema->fields[value->field].name, ik_type_name(value->type),
	               wanted);
}

int ink_doc_field(const ink_doc *doc, size_t i, const char **name, int32_t *type, ink_error *err)
{
	const struct ik_value *value;
	int rc;

	if (name != NULL)
		*name = NULL;
	if (type != NULL)
		*type = 0;
	rc = get_value(doc, i, &value, err);
	if (rc != 0)
		return rc;
	if (name != NULL)
		*name = doc->schema->schema->fields[value->field].name;
	if (type != NULL)
		*type = value->type;
	return INK_OK;
}

int ink_doc_text(const ink_doc *doc, size_t i, const char **value, size_t *len, ink_error *err)
{
	const struct ik_value *v;
	int rc;

	if (value == NULL)
		return ik_null(err, "value");
	*value = NULL;
	if (len != NULL)
		*len = 0;
	rc = get_value(doc, i, &v, err);
	if (rc != 0)
		return rc;
	if (v->type != INK_TEXT && v->type != INK_KEYWORD && v->type != INK_BYTES)
		return wrong_type(doc, v, "text", err);
	*value = v->text;
	if (len != NULL)
		*len = v->len;
	return INK_OK;
}

int ink_doc_i64(const ink_doc *doc, size_t i, int64_t *value, ink_error *err)
{
	const struct ik_value *v;
	int rc;

	if (value == NULL)
		return ik_null(err, "value");
	*value = 0;
	rc = get_value(doc, i, &v, err);
	if (rc != 0)
		return rc;
	if (v->type != INK_I64 && v->type != INK_DATE)
		return wrong_type(doc, v, "integer", err);
	*value = v->i64;
	return INK_OK;
}

int ink_doc_f64(const ink_doc *doc, size_t i, double *value, ink_error *err)
{
	const struct ik_value *v;
	int rc;

	if (value == NULL)
		return ik_null(err, "value");
	*value = 0;
	rc = get_value(doc, i, &v, err);
	if (rc != 0)
		return rc;
	if (v->type != INK_F64)
		return wrong_type(doc, v, "double", err);
	*value = v->f64;
	return INK_OK;
}

void ink_doc_clear(ink_doc *doc)
{
	if (doc != NULL)
		ik_doc_clear(&doc->doc);
}

void ink_doc_free(ink_doc *doc)
{
	if (doc == NULL)
		return;
	ik_doc_release(&doc->doc);
	ik_shared_schema_unref(doc->schema);
	ik_free(doc);
}
