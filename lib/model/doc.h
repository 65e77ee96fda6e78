/*
 * doc.h - one document: a list of typed values.
 *
 * Layer: model. Built by an application, copied to the indexing threads,
 * serialised for stored fields and parsed back from them.
 */
#ifndef IK_MODEL_DOC_H
#define IK_MODEL_DOC_H

#include "base/arena.h"
#include "base/vec.h"
#include "inkstone/analyzer.h"
#include "model/schema.h"

/*
 * Positions between two values of a field. Words that end one value and begin
 * the next are no phrase: 100 is more than a slop that anybody asks for, and
 * little enough that 2^31 positions hold 20 million values. Those of documents
 * that are indexed have it already; whoever counts again counts with it.
 */
#define IK_VALUE_GAP 100

struct ik_value {
	uint32_t field;
	int32_t type;     /* of the field */
	const char *text; /* text, keyword, bytes: in the arena, NUL-terminated */
	size_t len;
	const char *tokens; /* the application's own (tokens.h), in the arena; NULL: none */
	size_t tokens_len;
	int bare;         /* tokens without a text: nothing is stored */
	int64_t i64;      /* integer and date */
	double f64;       /* double */
};

struct ik_doc {
	struct ik_schema *schema; /* borrowed: the handle around a document owns it */
	struct ik_arena arena;
	IK_VEC(struct ik_value) values;
	size_t bytes; /* of all texts and tokens */
	uint32_t positions; /* that the values' own tokens take */
};

void ik_doc_init(struct ik_doc *doc, struct ik_schema *schema);
void ik_doc_clear(struct ik_doc *doc);
void ik_doc_release(struct ik_doc *doc); /* what it holds, not the struct itself */

/* As the functions of inkstone/writer.h. */
int ik_doc_add_text(struct ik_doc *doc, const char *field, const char *text, size_t len,
                    ink_error *err);
int ik_doc_add_tokens(struct ik_doc *doc, const char *field, const ink_token *tokens, size_t n,
                      const char *text, size_t len, ink_error *err);
int ik_doc_add_i64(struct ik_doc *doc, const char *field, int64_t value, ink_error *err);
int ik_doc_add_f64(struct ik_doc *doc, const char *field, double value, ink_error *err);
int ik_doc_add_bytes(struct ik_doc *doc, const char *field, const void *data, size_t len,
                     ink_error *err);

/* Copy all values into an empty document. */
int ik_doc_copy(struct ik_doc *to, const struct ik_doc *from, ink_error *err);

/* The value of the key field, or NULL. */
const struct ik_value *ik_doc_key(const struct ik_doc *doc);

/*
 * Append the values of stored fields (FORMAT.md, "stored document"); parse
 * them back. A document without stored values is zero bytes.
 */
void ik_doc_encode(const struct ik_doc *doc, struct ik_buf *buf);
int ik_doc_decode(const uint8_t *p, const uint8_t *end, struct ik_doc *doc, ink_error *err);

/* Pass the value at *p, without a copy: its text stays where it is. INK_ECORRUPT. */
int ik_doc_next(const struct ik_schema *schema, const uint8_t **p, const uint8_t *end,
                struct ik_value *out, ink_error *err);

/* A value written out as text (dates as ISO 8601) into the document's arena. */
int ik_value_text(struct ik_doc *doc, const struct ik_value *value, const char **text, size_t *len,
                  ink_error *err);

#endif
