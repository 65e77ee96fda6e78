/*
 * api_terms.c - the term walks of inkstone/search.h.
 *
 * Layer: api.
 */
#include <string.h>

#include "api/handle.h"
#include "base/mem.h"

/* Does the field have terms in that part? */
static int check_part(const ink_reader *reader, const char *name, int32_t part, uint32_t *id,
                      ink_error *err)
{
	const struct ik_schema *schema = reader->schema->schema;
	const struct ik_field *field;
	int rc;

	if (part != INK_PART_WORD && part != INK_PART_GRAM)
		return ik_fail(err, INK_EINVAL, "there is no part %d of a field", (int)part);
	rc = ik_schema_need(schema, name, strlen(name), id, err);
	if (rc != 0)
		return rc;
	field = &schema->fields[*id];
	if (field->type == INK_TEXT || (field->type == INK_KEYWORD && part == INK_PART_WORD))
		return INK_OK;
	return ik_fail(err, INK_ESCHEMA, "field \"%s\" is of type %s and has no %s", name,
	               ik_type_name(field->type), part == INK_PART_GRAM ? "grams" : "terms");
}

int ink_terms_open(ink_reader *reader, const char *field, int32_t part, const char *prefix,
                   size_t prefix_len, ink_terms **out, ink_error *err)
{
	ink_terms *terms;
	uint32_t id;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (reader == NULL)
		return ik_null(err, "reader");
	if (field == NULL)
		return ik_null(err, "field");
	if (prefix == NULL && prefix_len > 0)
		return ik_null(err, "prefix");
	rc = check_part(reader, field, part, &id, err);
	if (rc != 0)
		return rc;
	terms = ik_zalloc(sizeof *terms);
	if (terms == NULL)
		return ik_fail_nomem(err);
	rc = reader->be->ops->terms(reader->be, id, part, prefix == NULL ? "" : prefix, prefix_len,
	                            &terms->be, err);
	if (rc != 0) {
		ik_free(terms);
		return rc;
	}
	terms->reader = ik_reader_ref(reader);
	*out = terms;
	return INK_OK;
}

int ink_terms_next(ink_terms *terms, ink_error *err)
{
	if (terms == NULL)
		return ik_null(err, "terms");
	return terms->be->ops->next(terms->be, err);
}

const char *ink_terms_text(const ink_terms *terms, size_t *len)
{
	if (len != NULL)
		*len = terms == NULL ? 0 : terms->be->len;
	return terms == NULL ? "" : terms->be->text;
}

uint64_t ink_terms_doc_freq(const ink_terms *terms)
{
	return terms == NULL ? 0 : terms->be->doc_freq;
}

void ink_terms_close(ink_terms *terms)
{
	if (terms == NULL)
		return;
	terms->be->ops->close(terms->be);
	ink_reader_close(terms->reader);
	ik_free(terms);
}
