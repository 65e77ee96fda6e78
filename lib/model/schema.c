/*
 * schema.c - the fields of an index: checking, finding, writing and reading.
 *
 * Layer: model. The serialised form, version 1 (a varint is LEB128, a string
 * is its length as a varint and that many bytes, f64 is the eight
 * little-endian bytes of an IEEE 754 double):
 *
 *     u8      version, 1
 *     f64     k1, 0 to 100
 *     f64     b, 0 to 1
 *     varint  number of fields, at most 1,000
 *     per field, in order of its id:
 *       string  name, 1 to 64 bytes; no name twice
 *       u8      type, 1 to 6 (INK_TEXT to INK_BYTES)
 *       varint  flags, INK_STORED and so on
 *       string  analyzer spec, at most 4,096 bytes; empty unless text
 *       f64     weight, 0 to 1e6; 1 unless text
 *
 * Nothing follows. What a caller could not have added is refused here too.
 */
#include "model/schema.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "model/wire.h"

#define VERSION 1
#define SPEC_MAX 4096
#define WEIGHT_MAX 1e6

int ik_schema_new(struct ik_schema **out, ink_error *err)
{
	struct ik_schema *schema = ik_zalloc(sizeof *schema);

	*out = schema;
	if (schema == NULL)
		return ik_fail_nomem(err);
	schema->key = IK_NO_FIELD;
	schema->k1 = 0.9;
	schema->b = 0.4;
	return INK_OK;
}

void ik_schema_free(struct ik_schema *schema)
{
	if (schema == NULL)
		return;
	for (uint32_t i = 0; i < schema->n; i++) {
		ik_free(schema->fields[i].name);
		ik_free(schema->fields[i].analyzer);
	}
	ik_free(schema->fields);
	ik_free(schema);
}

int ik_schema_copy(const struct ik_schema *schema, struct ik_schema **out, ink_error *err)
{
	struct ik_schema *copy;
	int rc = ik_schema_new(&copy, err);

	*out = NULL;
	for (uint32_t i = 0; rc == INK_OK && i < schema->n; i++) {
		const struct ik_field *f = &schema->fields[i];

		rc = ik_schema_add(copy, f->name, f->type, f->flags,
		                   f->type == INK_TEXT ? f->analyzer : NULL, err);
		if (rc == INK_OK)
			copy->fields[i].weight = f->weight;
	}
	if (rc != INK_OK) {
		ik_schema_free(copy);
		return rc;
	}
	copy->k1 = schema->k1;
	copy->b = schema->b;
	*out = copy;
	return INK_OK;
}

const char *ik_type_name(int32_t type)
{
	static const char *const names[] = {"text",   "keyword", "integer",
	                                    "double", "date",    "bytes"};

	return type >= INK_TEXT && type <= INK_BYTES ? names[type - 1] : "unknown";
}

static int is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int check_name(const char *name, ink_error *err)
{
	char shown[IK_SHOW_MAX];
	size_t len = name == NULL ? 0 : strlen(name);

	if (len == 0)
		return ik_fail(err, INK_EINVAL, "a field needs a name");
	ik_show(shown, name, len);
	if (len > IK_NAME_MAX)
		return ik_fail(err, INK_EINVAL,
		               "the field name \"%s\" has %zu bytes, %d are allowed", shown, len,
		               IK_NAME_MAX);
	if (!is_alpha(name[0]))
		return ik_fail(err, INK_EINVAL,
		               "the field name \"%s\" does not start with a letter or _", shown);
	for (size_t i = 1; i < len; i++)
		if (!is_alpha(name[i]) && !(name[i] >= '0' && name[i] <= '9') && name[i] != '-' &&
		    name[i] != '.')
			return ik_fail(
				err, INK_EINVAL,
				"the field name \"%s\" has a character other than letters, "
				"digits or any of . _ -",
				shown);
	if (strcmp(name, "_score") == 0)
		return ik_fail(err, INK_EINVAL, "the field name \"_score\" is taken by sorting");
	return INK_OK;
}

/* Do type, flags and analyzer go together? The name is good already. */
static int check_kind(const struct ik_schema *schema, const char *name, int32_t type,
                      uint32_t flags, const char *analyzer, ink_error *err)
{
	const uint32_t known = INK_STORED | INK_NO_POSITIONS | INK_MULTI | INK_KEY |
	                       INK_PAIRS;

	if (type < INK_TEXT || type > INK_BYTES)
		return ik_fail(err, INK_EINVAL, "field \"%s\": there is no type %d", name,
		               (int)type);
	if ((flags & ~known) != 0)
		return ik_fail(err, INK_EINVAL, "field \"%s\": unknown flags 0x%x", name,
		               (unsigned)(flags & ~known));
	if ((flags & INK_NO_POSITIONS) != 0 && type != INK_TEXT)
		return ik_fail(err, INK_EINVAL,
		               "field \"%s\": INK_NO_POSITIONS is for text, not %s", name,
		               ik_type_name(type));
	if ((flags & INK_PAIRS) != 0 && (type != INK_TEXT || (flags & INK_NO_POSITIONS) != 0))
		return ik_fail(err, INK_EINVAL,
		               "field \"%s\": INK_PAIRS is for text with positions", name);
	if ((flags & INK_KEY) != 0 && type != INK_KEYWORD)
		return ik_fail(err, INK_EINVAL, "field \"%s\": a key is a keyword, not %s", name,
		               ik_type_name(type));
	if ((flags & INK_KEY) != 0 && (flags & INK_MULTI) != 0)
		return ik_fail(err, INK_EINVAL, "field \"%s\": a key has one value, not several",
		               name);
	if ((flags & INK_KEY) != 0 && schema->key != IK_NO_FIELD)
		return ik_fail(err, INK_EINVAL, "field \"%s\": the key is \"%s\" already", name,
		               schema->fields[schema->key].name);
	if (analyzer != NULL && type != INK_TEXT)
		return ik_fail(err, INK_EINVAL, "field \"%s\": an analyzer is for text, not %s",
		               name, ik_type_name(type));
	if (analyzer != NULL && strlen(analyzer) > SPEC_MAX)
		return ik_fail(err, INK_EINVAL, "field \"%s\": an analyzer spec of %zu bytes",
		               name, strlen(analyzer));
	return INK_OK;
}

static int reserve(struct ik_schema *schema, ink_error *err)
{
	uint32_t cap = schema->cap == 0 ? 8 : schema->cap * 2;
	struct ik_field *fields;

	if (schema->n < schema->cap)
		return INK_OK;
	fields = ik_realloc(schema->fields, cap * sizeof *fields);
	if (fields == NULL)
		return ik_fail_nomem(err);
	schema->fields = fields;
	schema->cap = cap;
	return INK_OK;
}

int ik_schema_add(struct ik_schema *schema, const char *name, int32_t type, uint32_t flags,
                  const char *analyzer, ink_error *err)
{
	struct ik_field field = {NULL, NULL, type, flags, 1};
	int rc = check_name(name, err);

	if (rc == INK_OK)
		rc = check_kind(schema, name, type, flags, analyzer, err);
	if (rc == INK_OK && ik_schema_find(schema, name, strlen(name)) != IK_NO_FIELD)
		rc = ik_fail(err, INK_EEXISTS, "there is a field \"%s\" already", name);
	if (rc == INK_OK && schema->n >= IK_FIELDS_MAX)
		rc = ik_fail(err, INK_ELIMIT, "a schema has at most %d fields", IK_FIELDS_MAX);
	if (rc == INK_OK)
		rc = reserve(schema, err);
	if (rc != INK_OK)
		return rc;
	if (analyzer == NULL)
		analyzer = type == INK_TEXT ? "default" : "";
	field.name = ik_strndup(name, strlen(name));
	field.analyzer = ik_strndup(analyzer, strlen(analyzer));
	if (field.name == NULL || field.analyzer == NULL) {
		ik_free(field.name);
		ik_free(field.analyzer);
		return ik_fail_nomem(err);
	}
	if ((flags & INK_KEY) != 0)
		schema->key = schema->n;
	schema->fields[schema->n++] = field;
	return INK_OK;
}

int ik_schema_set_weight(struct ik_schema *schema, const char *field, double weight,
                         ink_error *err)
{
	uint32_t id;
	int rc = ik_schema_need(schema, field, field == NULL ? 0 : strlen(field), &id, err);

	if (rc != INK_OK)
		return rc;
	if (schema->fields[id].type != INK_TEXT)
		return ik_fail(err, INK_EINVAL, "field \"%s\": a weight is for text, not %s",
		               field, ik_type_name(schema->fields[id].type));
	if (!(weight >= 0 && weight <= WEIGHT_MAX))
		return ik_fail(err, INK_EINVAL,
		               "field \"%s\": a weight is a number from 0 to 1e6", field);
	schema->fields[id].weight = weight;
	return INK_OK;
}

int ik_schema_set_bm25(struct ik_schema *schema, double k1, double b, ink_error *err)
{
	if (!(k1 >= 0 && k1 <= 100))
		return ik_fail(err, INK_EINVAL, "k1 of BM25 is a number from 0 to 100");
	if (!(b >= 0 && b <= 1))
		return ik_fail(err, INK_EINVAL, "b of BM25 is a number from 0 to 1");
	schema->k1 = k1;
	schema->b = b;
	return INK_OK;
}

uint32_t ik_schema_find(const struct ik_schema *schema, const char *name, size_t len)
{
	if (len == 0 || len > IK_NAME_MAX)
		return IK_NO_FIELD;
	for (uint32_t i = 0; i < schema->n; i++) {
		const char *have = schema->fields[i].name;

		if (have[0] == name[0] && strncmp(have, name, len) == 0 && have[len] == '\0')
			return i;
	}
	return IK_NO_FIELD;
}

int ik_schema_need(const struct ik_schema *schema, const char *name, size_t len, uint32_t *id,
                   ink_error *err)
{
	char shown[IK_SHOW_MAX], list[160];
	size_t n = 0;

	*id = ik_schema_find(schema, name, len);
	if (*id != IK_NO_FIELD)
		return INK_OK;
	ik_show(shown, name == NULL ? "" : name, len);
	if (schema->n == 0)
		return ik_fail(err, INK_ENOTFOUND, "no field \"%s\": the schema has none", shown);
	for (uint32_t i = 0; i < schema->n; i++) {
		const char *have = schema->fields[i].name;
		size_t need = strlen(have) + 2;

		if (n + need + 6 > sizeof list) {
			n += (size_t)snprintf(list + n, sizeof list - n, ", ...");
			break;
		}
		n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i == 0 ? "" : ", ",
		                      have);
	}
	return ik_fail(err, INK_ENOTFOUND, "no field \"%s\"; there are %s", shown, list);
}

static void put_string(struct ik_buf *buf, const char *s)
{
	ik_buf_put_varint(buf, strlen(s));
	ik_buf_put_str(buf, s);
}

void ik_schema_encode(const struct ik_schema *schema, struct ik_buf *buf)
{
	ik_buf_put_u8(buf, VERSION);
	ik_buf_put_u64(buf, ik_wire_bits(schema->k1));
	ik_buf_put_u64(buf, ik_wire_bits(schema->b));
	ik_buf_put_varint(buf, schema->n);
	for (uint32_t i = 0; i < schema->n; i++) {
		const struct ik_field *f = &schema->fields[i];

		put_string(buf, f->name);
		ik_buf_put_u8(buf, (uint8_t)f->type);
		ik_buf_put_varint(buf, f->flags);
		put_string(buf, f->analyzer);
		ik_buf_put_u64(buf, ik_wire_bits(f->weight));
	}
}

/* One field as it is in the bytes, its strings copied and NUL-terminated. */
struct field_bytes {
	char name[IK_NAME_MAX + 1];
	char spec[SPEC_MAX + 1];
	int32_t type;
	uint64_t flags;
	double weight;
};

static const uint8_t *get_field(const uint8_t *p, const uint8_t *end, struct field_bytes *f)
{
	const char *name, *spec = NULL;
	size_t name_len, spec_len = 0;

	p = ik_wire_bytes(p, end, IK_NAME_MAX, &name, &name_len);
	if (p == NULL || p == end)
		return NULL;
	f->type = *p++;
	p = ik_wire_varint(p, end, &f->flags);
	if (p != NULL)
		p = ik_wire_bytes(p, end, SPEC_MAX, &spec, &spec_len);
	if (p != NULL)
		p = ik_wire_f64(p, end, &f->weight);
	if (p == NULL || f->flags > UINT32_MAX)
		return NULL;
	if (memchr(name, 0, name_len) != NULL || memchr(spec, 0, spec_len) != NULL)
		return NULL;
	memcpy(f->name, name, name_len);
	f->name[name_len] = '\0';
	memcpy(f->spec, spec, spec_len);
	f->spec[spec_len] = '\0';
	return p;
}

/* Add a decoded field; what ik_schema_add() refuses is corrupt here. */
static int adopt(struct ik_schema *schema, const struct field_bytes *f, ink_error *err)
{
	int is_text = f->type == INK_TEXT;
	ink_error why;
	int rc;

	if (!is_text && (f->spec[0] != '\0' || f->weight != 1))
		return ik_fail(err, INK_ECORRUPT, "schema: field %u has what only text has",
		               (unsigned)schema->n);
	if (!(f->weight >= 0 && f->weight <= WEIGHT_MAX))
		return ik_fail(err, INK_ECORRUPT,
		               "schema: the weight of field %u is out of range",
		               (unsigned)schema->n);
	rc = ik_schema_add(schema, f->name, f->type, (uint32_t)f->flags, is_text ? f->spec : NULL,
	                   &why);
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	if (rc != INK_OK)
		return ik_fail(err, INK_ECORRUPT, "schema: %s", why.message);
	schema->fields[schema->n - 1].weight = f->weight;
	return INK_OK;
}

static int decode(const uint8_t *p, const uint8_t *end, struct ik_schema *schema, ink_error *err)
{
	struct field_bytes field;
	double k1 = 0, b = 0;
	uint64_t n = 0;
	int rc = INK_OK;

	if (p == end || *p != VERSION)
		return ik_fail(err, INK_ECORRUPT, "schema: version %d, expected %d",
		               p == end ? -1 : (int)*p, VERSION);
	p = ik_wire_f64(p + 1, end, &k1);
	if (p != NULL)
		p = ik_wire_f64(p, end, &b);
	if (p != NULL)
		p = ik_wire_varint(p, end, &n);
	if (p == NULL || n > IK_FIELDS_MAX)
		return ik_fail(err, INK_ECORRUPT, "schema: cut short, or %llu fields",
		               (unsigned long long)n);
	if (ik_schema_set_bm25(schema, k1, b, NULL) != INK_OK)
		return ik_fail(err, INK_ECORRUPT, "schema: k1 or b is out of range");
	for (uint64_t i = 0; i < n && rc == INK_OK; i++) {
		p = get_field(p, end, &field);
		if (p == NULL)
			return ik_fail(err, INK_ECORRUPT, "schema: field %llu is malformed",
			               (unsigned long long)i);
		rc = adopt(schema, &field, err);
	}
	if (rc == INK_OK && p != end)
		rc = ik_fail(err, INK_ECORRUPT, "schema: %zu bytes too many", (size_t)(end - p));
	return rc;
}

int ik_schema_decode(const uint8_t *p, const uint8_t *end, struct ik_schema **out, ink_error *err)
{
	struct ik_schema *schema;
	int rc = ik_schema_new(&schema, err);

	*out = NULL;
	if (rc == INK_OK)
		rc = decode(p, end, schema, err);
	if (rc != INK_OK) {
		ik_schema_free(schema);
		return rc;
	}
	*out = schema;
	return INK_OK;
}
