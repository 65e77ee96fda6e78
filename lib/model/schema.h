/*
 * schema.h - the fields of an index: their types, flags, analyzers, weights.
 *
 * Layer: model. A schema is a value: copied into the index, serialised into
 * the manifest (lib/segment/FORMAT.md, "schema"). Field ids are positions in
 * the list and never change; fields are only ever added.
 */
#ifndef IK_MODEL_SCHEMA_H
#define IK_MODEL_SCHEMA_H

#include "base/buf.h"
#include "base/err.h"
#include "inkstone/schema.h"

#define IK_NAME_MAX 64
#define IK_FIELDS_MAX 1000
#define IK_KEYWORD_MAX 32766 /* bytes of a keyword value or term */
#define IK_NO_FIELD UINT32_MAX

struct ik_field {
	char *name;
	char *analyzer; /* spec; "" unless text */
	int32_t type;
	uint32_t flags;
	double weight;
};

struct ik_schema {
	struct ik_field *fields;
	uint32_t n;
	uint32_t cap;
	uint32_t key; /* the INK_KEY field, or IK_NO_FIELD */
	double k1;
	double b;
};

int ik_schema_new(struct ik_schema **out, ink_error *err);
int ik_schema_copy(const struct ik_schema *schema, struct ik_schema **out, ink_error *err);
void ik_schema_free(struct ik_schema *schema);

/* As ink_schema_add_field(), but the spec is only stored: the caller has tried it. */
int ik_schema_add(struct ik_schema *schema, const char *name, int32_t type, uint32_t flags,
                  const char *analyzer, ink_error *err);
int ik_schema_set_weight(struct ik_schema *schema, const char *field, double weight,
                         ink_error *err);
int ik_schema_set_bm25(struct ik_schema *schema, double k1, double b, ink_error *err);

/* A field's id, or IK_NO_FIELD. */
uint32_t ik_schema_find(const struct ik_schema *schema, const char *name, size_t len);

/* The same, or INK_ENOTFOUND with a message that lists the fields. */
int ik_schema_need(const struct ik_schema *schema, const char *name, size_t len, uint32_t *id,
                   ink_error *err);

/* Are its values numbers, dates among them? */
static inline int ik_type_is_number(int32_t type)
{
	return type == INK_I64 || type == INK_F64 || type == INK_DATE;
}

/* "text", "keyword", "integer", "double", "date", "bytes" */
const char *ik_type_name(int32_t type);

/* Append the serialised form; the error is in buf. */
void ik_schema_encode(const struct ik_schema *schema, struct ik_buf *buf);

/* Parse it: NULL *out and INK_ECORRUPT (without a file name) or INK_ENOMEM on failure. */
int ik_schema_decode(const uint8_t *p, const uint8_t *end, struct ik_schema **out, ink_error *err);

/*
 * Terms live in numbered parts of the dictionary: each field has two, its
 * words (or keywords) and its grams (text fields only).
 */
static inline uint32_t ik_part(uint32_t field, uint32_t gram)
{
	return field * 2 + gram;
}

/* Behind all of these is a part for the pairs (text/pair.h) of each field that has them. */
static inline uint32_t ik_part_pairs(uint32_t field)
{
	return ik_part(IK_FIELDS_MAX, 0) + field;
}

static inline int ik_part_is_pairs(uint32_t part)
{
	return part >= ik_part_pairs(0);
}

static inline int ik_part_is_gram(uint32_t part)
{
	return !ik_part_is_pairs(part) && part % 2 != 0;
}

static inline uint32_t ik_part_field(uint32_t part)
{
	return ik_part_is_pairs(part) ? part - ik_part_pairs(0) : part / 2;
}

#endif
