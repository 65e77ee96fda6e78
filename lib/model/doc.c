/*
 * doc.c - one document: typed values, checked against the schema as they come.
 *
 * Layer: model. The stored form is the values of stored fields in the order
 * added, up to the end of the bytes, without a count or version of its own
 * (the segment has both):
 *
 *     varint  field id
 *     text, keyword, bytes: varint length, that many bytes
 *     integer, date:        varint of the value in zigzag form
 *     double:               eight little-endian bytes of an IEEE 754 double
 */
#include "model/doc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "model/date.h"
#include "model/tokens.h"
#include "model/wire.h"

#define BYTES_MAX ((size_t)INT32_MAX)

void ik_doc_init(struct ik_doc *doc, struct ik_schema *schema)
{
	memset(doc, 0, sizeof *doc);
	doc->schema = schema;
}

void ik_doc_clear(struct ik_doc *doc)
{
	ik_arena_reset(&doc->arena);
	doc->values.n = 0;
	doc->bytes = 0;
	doc->positions = 0;
}

void ik_doc_release(struct ik_doc *doc)
{
	ik_arena_free(&doc->arena);
	ik_vec_free(&doc->values);
	doc->bytes = 0;
}

static int holds_text(int32_t type)
{
	return type == INK_TEXT || type == INK_KEYWORD || type == INK_BYTES;
}

/* May the field take one more value? */
static int has_room(const struct ik_doc *doc, uint32_t id)
{
	const struct ik_field *field = &doc->schema->fields[id];

	if (field->type == INK_TEXT || field->type == INK_BYTES ||
	    (field->flags & INK_MULTI) != 0)
		return 1;
	for (size_t i = 0; i < doc->values.n; i++)
		if (doc->values.v[i].field == id)
			return 0;
	return 1;
}

static int find_field(const struct ik_doc *doc, const char *name, uint32_t *id, ink_error *err)
{
	int rc = ik_schema_need(doc->schema, name, name == NULL ? 0 : strlen(name), id, err);

	if (rc == INK_OK && !has_room(doc, *id))
		rc = ik_fail(err, INK_ESCHEMA, "field \"%s\": a second value, but not INK_MULTI",
		             name);
	return rc;
}

static int wrong_type(const struct ik_doc *doc, uint32_t id, const char *given, ink_error *err)
{
	const struct ik_field *field = &doc->schema->fields[id];

	return ik_fail(err, INK_ESCHEMA, "field \"%s\" is of type %s and takes no %s",
	               field->name, ik_type_name(field->type), given);
}

/* Append a value; a text and its tokens are copied into the arena. */
static int push(struct ik_doc *doc, const struct ik_value *value, ink_error *err)
{
	struct ik_value *slot;
	const char *text = NULL, *tokens = NULL;

	if (ik_vec_reserve(&doc->values, doc->values.n + 1) != 0)
		return ik_fail_nomem(err);
	if (holds_text(value->type)) {
		text = ik_arena_strndup(&doc->arena, value->len == 0 ? "" : value->text,
		                        value->len);
		if (text == NULL)
			return ik_fail_nomem(err);
	}
	if (value->tokens != NULL) {
		tokens = ik_arena_strndup(&doc->arena, value->tokens, value->tokens_len);
		if (tokens == NULL)
			return ik_fail_nomem(err);
	}
	slot = &doc->values.v[doc->values.n++];
	*slot = *value;
	slot->text = text;
	slot->tokens = tokens;
	doc->bytes += value->len + value->tokens_len;
	return INK_OK;
}

/* Check the lengths of a text, keyword or bytes value, and append it. */
static int push_text(struct ik_doc *doc, uint32_t id, const char *text, size_t len,
                     ink_error *err)
{
	const struct ik_field *field = &doc->schema->fields[id];
	struct ik_value value = {.field = id, .type = field->type, .text = text, .len = len};

	if (field->type == INK_KEYWORD && len > IK_KEYWORD_MAX)
		return ik_fail(err, INK_ELIMIT,
		               "field \"%s\": a keyword of %zu bytes, %d are allowed",
		               field->name, len, IK_KEYWORD_MAX);
	if (len > BYTES_MAX - doc->bytes)
		return ik_fail(err, INK_ELIMIT,
		               "field \"%s\": the document grows over 2^31 bytes", field->name);
	return push(doc, &value, err);
}

/* A number or date written as text; a fault becomes INK_ESCHEMA and names the field. */
static int push_parsed(struct ik_doc *doc, uint32_t id, const char *text, size_t len,
                       ink_error *err)
{
	const struct ik_field *field = &doc->schema->fields[id];
	struct ik_value value = {.field = id, .type = field->type};
	ink_error why;
	int rc;

	if (field->type == INK_I64)
		rc = ik_number_i64(text, len, &value.i64, &why);
	else if (field->type == INK_F64)
		rc = ik_number_f64(text, len, &value.f64, &why);
	else
		rc = ik_date_parse(text, len, &value.i64, &why);
	if (rc != INK_OK)
		return ik_fail_at(err, INK_ESCHEMA, why.offset, "field \"%s\": %s", field->name,
		                  why.message);
	return push(doc, &value, err);
}

int ik_doc_add_text(struct ik_doc *doc, const char *field, const char *text, size_t len,
                    ink_error *err)
{
	uint32_t id;
	int rc = find_field(doc, field, &id, err);
	int32_t type;

	if (rc != INK_OK)
		return rc;
	type = doc->schema->fields[id].type;
	if (type == INK_BYTES)
		return wrong_type(doc, id, "text", err);
	if (text == NULL)
		text = "";
	if (holds_text(type))
		return push_text(doc, id, text, len, err);
	return push_parsed(doc, id, text, len, err);
}

/* The packed tokens as a value, which keeps a copy. */
static int push_tokens(struct ik_doc *doc, uint32_t id, const struct ik_buf *packed,
                       const char *text, size_t len, ink_error *err)
{
	struct ik_value value = {.field = id, .type = INK_TEXT, .text = text, .len = len};

	value.tokens = packed->len > 0 ? (const char *)packed->data : "";
	value.tokens_len = packed->len;
	value.bare = text == NULL;
	if (len > BYTES_MAX - doc->bytes || packed->len > BYTES_MAX - doc->bytes - len)
		return ik_fail(err, INK_ELIMIT, "the document grows over 2^31 bytes");
	return push(doc, &value, err);
}

int ik_doc_add_tokens(struct ik_doc *doc, const char *field, const ink_token *tokens, size_t n,
                      const char *text, size_t len, ink_error *err)
{
	uint32_t id, positions = doc->positions;
	struct ik_buf packed;
	ink_error why;
	int rc = find_field(doc, field, &id, err);

	if (rc != INK_OK)
		return rc;
	if (doc->schema->fields[id].type != INK_TEXT)
		return wrong_type(doc, id, "tokens", err);
	ik_buf_init(&packed, BYTES_MAX);
	rc = ik_tokens_pack(tokens, n, text, len, &positions, &packed, &why);
	if (rc == INK_OK && packed.err == INK_ENOMEM)
		rc = ik_fail_nomem(&why);
	else if (rc == INK_OK && packed.err != 0)
		rc = ik_fail(&why, packed.err, "over 2^31 bytes of tokens");
	if (rc == INK_OK)
		rc = push_tokens(doc, id, &packed, text, len, &why);
	ik_buf_free(&packed);
	if (rc == INK_OK)
		doc->positions = positions;
	else if (rc == INK_ENOMEM)
		ik_fail_nomem(err);
	else
		ik_fail(err, rc, "field \"%s\": %s", field, why.message);
	return rc;
}

int ik_doc_add_i64(struct ik_doc *doc, const char *field, int64_t v, ink_error *err)
{
	struct ik_value value = {.i64 = v};
	int rc = find_field(doc, field, &value.field, err);

	if (rc != INK_OK)
		return rc;
	value.type = doc->schema->fields[value.field].type;
	if (value.type != INK_I64 && value.type != INK_DATE)
		return wrong_type(doc, value.field, "integer", err);
	return push(doc, &value, err);
}

int ik_doc_add_f64(struct ik_doc *doc, const char *field, double v, ink_error *err)
{
	struct ik_value value = {.f64 = v};
	int rc = find_field(doc, field, &value.field, err);

	if (rc != INK_OK)
		return rc;
	value.type = doc->schema->fields[value.field].type;
	if (value.type != INK_F64)
		return wrong_type(doc, value.field, "double", err);
	if (isnan(v))
		return ik_fail(err, INK_ESCHEMA, "field \"%s\": NaN is not a value", field);
	return push(doc, &value, err);
}

int ik_doc_add_bytes(struct ik_doc *doc, const char *field, const void *data, size_t len,
                     ink_error *err)
{
	uint32_t id;
	int rc = find_field(doc, field, &id, err);

	if (rc != INK_OK)
		return rc;
	if (doc->schema->fields[id].type != INK_BYTES)
		return wrong_type(doc, id, "bytes", err);
	return push_text(doc, id, data, len, err);
}

int ik_doc_copy(struct ik_doc *to, const struct ik_doc *from, ink_error *err)
{
	int rc = INK_OK;

	for (size_t i = 0; i < from->values.n && rc == INK_OK; i++)
		rc = push(to, &from->values.v[i], err);
	to->positions = from->positions;
	if (rc != INK_OK)
		ik_doc_clear(to);
	return rc;
}

const struct ik_value *ik_doc_key(const struct ik_doc *doc)
{
	for (size_t i = 0; i < doc->values.n; i++)
		if (doc->values.v[i].field == doc->schema->key)
			return &doc->values.v[i];
	return NULL;
}

static void encode_value(const struct ik_value *value, struct ik_buf *buf)
{
	uint64_t sign = value->i64 < 0 ? UINT64_MAX : 0;

	ik_buf_put_varint(buf, value->field);
	if (holds_text(value->type)) {
		ik_buf_put_varint(buf, value->len);
		ik_buf_put(buf, value->text, value->len);
	} else if (value->type == INK_F64) {
		ik_buf_put_u64(buf, ik_wire_bits(value->f64));
	} else {
		ik_buf_put_varint(buf, ((uint64_t)value->i64 << 1) ^ sign);
	}
}

void ik_doc_encode(const struct ik_doc *doc, struct ik_buf *buf)
{
	for (size_t i = 0; i < doc->values.n; i++) {
		const struct ik_value *value = &doc->values.v[i];

		if ((doc->schema->fields[value->field].flags & INK_STORED) != 0 && !value->bare)
			encode_value(value, buf);
	}
}

static int cannot_have(const struct ik_field *field, ink_error *err)
{
	return ik_fail(err, INK_ECORRUPT, "stored document: a value that \"%s\" cannot have",
	               field->name);
}

static int malformed(const struct ik_field *field, ink_error *err)
{
	return ik_fail(err, INK_ECORRUPT, "stored document: the value of \"%s\" is malformed",
	               field->name);
}

/* The value behind its field id; NULL when it does not fit the bytes or the type. */
static const uint8_t *decode_value(const uint8_t *p, const uint8_t *end, struct ik_value *value)
{
	uint64_t zigzag;

	if (holds_text(value->type))
		return ik_wire_bytes(p, end,
		                     value->type == INK_KEYWORD ? IK_KEYWORD_MAX : BYTES_MAX,
		                     &value->text, &value->len);
	if (value->type == INK_F64) {
		p = ik_wire_f64(p, end, &value->f64);
		return p != NULL && isnan(value->f64) ? NULL : p;
	}
	p = ik_wire_varint(p, end, &zigzag);
	if (p != NULL)
		value->i64 = (int64_t)(zigzag >> 1) ^ -(int64_t)(zigzag & 1);
	return p;
}

int ik_doc_next(const struct ik_schema *schema, const uint8_t **p, const uint8_t *end,
                struct ik_value *out, ink_error *err)
{
	const struct ik_field *field;
	uint64_t id = 0;
	const uint8_t *at = ik_wire_varint(*p, end, &id);

	if (at == NULL || id >= schema->n)
		return ik_fail(err, INK_ECORRUPT, "stored document: no field %llu",
		               (unsigned long long)id);
	field = &schema->fields[id];
	if ((field->flags & INK_STORED) == 0)
		return cannot_have(field, err);
	*out = (struct ik_value){ .field = (uint32_t)id, .type = field->type };
	*p = decode_value(at, end, out);
	return *p != NULL ? INK_OK : malformed(field, err);
}

static int decode(const uint8_t *p, const uint8_t *end, struct ik_doc *doc, ink_error *err)
{
	int rc = INK_OK;

	while (p < end && rc == INK_OK) {
		struct ik_value value;

		rc = ik_doc_next(doc->schema, &p, end, &value, err);
		if (rc != INK_OK)
			return rc;
		if (!has_room(doc, value.field))
			return cannot_have(&doc->schema->fields[value.field], err);
		if (value.len > BYTES_MAX - doc->bytes)
			return malformed(&doc->schema->fields[value.field], err);
		rc = push(doc, &value, err);
	}
	return rc;
}

int ik_doc_decode(const uint8_t *p, const uint8_t *end, struct ik_doc *doc, ink_error *err)
{
	int rc;

	ik_doc_clear(doc);
	rc = decode(p, end, doc, err);
	if (rc != INK_OK)
		ik_doc_clear(doc);
	return rc;
}

int ik_value_text(struct ik_doc *doc, const struct ik_value *value, const char **text,
                  size_t *len, ink_error *err)
{
	char buf[32];

	*text = NULL;
	*len = 0;
	if (holds_text(value->type)) {
		*text = value->text;
		*len = value->len;
		return INK_OK;
	}
	if (value->type == INK_F64)
		ik_number_put_f64(value->f64, buf);
	else if (value->type != INK_DATE ||
	         ik_date_format(value->i64, buf, sizeof buf, NULL) != INK_OK)
		/* also years ISO 8601 cannot hold */
		snprintf(buf, sizeof buf, "%" PRId64, value->i64);
	*text = ik_arena_strndup(&doc->arena, buf, strlen(buf));
	if (*text == NULL)
		return ik_fail_nomem(err);
	*len = strlen(buf);
	return INK_OK;
}
