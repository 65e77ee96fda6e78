/*
 * api_schema.c - inkstone/schema.h: building and reading a schema.
 *
 * Layer: api.
 */
#include "api/handle.h"

int ink_schema_new(ink_schema **out, ink_error *err)
{
	struct ik_schema *schema;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	rc = ik_schema_new(&schema, err);
	if (rc == 0)
		*out = (ink_schema *)schema;
	return rc;
}

int ink_schema_add_field(ink_schema *schema, const char *name, int32_t type, uint32_t flags,
                         const char *analyzer, ink_error *err)
{
	int rc = INK_OK;

	if (schema == NULL)
		return ik_null(err, "schema");
	if (name == NULL)
		return ik_null(err, "name");
	if (type == INK_TEXT && analyzer != NULL)
		rc = ik_analyzer_try(analyzer, err);
	if (rc == 0)
		rc = ik_schema_add(ik_schema_of(schema), name, type, flags, analyzer, err);
	return rc;
}

int ink_schema_set_weight(ink_schema *schema, const char *field, double weight, ink_error *err)
{
	if (schema == NULL)
		return ik_null(err, "schema");
	if (field == NULL)
		return ik_null(err, "field");
	return ik_schema_set_weight(ik_schema_of(schema), field, weight, err);
}

int ink_schema_set_bm25(ink_schema *schema, double k1, double b, ink_error *err)
{
	if (schema == NULL)
		return ik_null(err, "schema");
	return ik_schema_set_bm25(ik_schema_of(schema), k1, b, err);
}

size_t ink_schema_len(const ink_schema *schema)
{
	return schema == NULL ? 0 : ik_schema_of(schema)->n;
}

int ink_schema_field(const ink_schema *schema, size_t i, const char **name, int32_t *type,
                     uint32_t *flags, const char **analyzer, double *weight, ink_error *err)
{
	static const struct ik_field none;
	const struct ik_field *field = &none;
	int rc = INK_OK;

	if (schema == NULL)
		rc = ik_null(err, "schema");
	else if (i >= ik_schema_of(schema)->n)
		rc = ik_fail(err, INK_ENOTFOUND, "no field number %zu, there are %u", i,
		             (unsigned)ik_schema_of(schema)->n);
	else
		field = &ik_schema_of(schema)->fields[i];
	if (name != NULL)
		*name = field->name;
	if (type != NULL)
		*type = field->type;
	if (flags != NULL)
		*flags = field->flags;
	if (analyzer != NULL)
		*analyzer = field->analyzer;
	if (weight != NULL)
		*weight = field->weight;
	return rc;
}

void ink_schema_free(ink_schema *schema)
{
	ik_schema_free(ik_schema_of(schema));
}
