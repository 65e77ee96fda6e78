/*
 * column_write.h - encoding a column.
 *
 * Layer: segment. Format: FORMAT.md, "Columns".
 */
#ifndef IK_SEGMENT_COLUMN_WRITE_H
#define IK_SEGMENT_COLUMN_WRITE_H

#include "base/buf.h"
#include "base/err.h"

#define IK_COLUMN_HEAD 32
#define IK_COLUMN_MULTI 1u   /* flags: a document may have several values */
#define IK_COLUMN_PRESENT 2u /* there is a bitmap of documents with a value */

/* docs[i] (ascending) has value i: values[i], or ords[i] when values is NULL. n > 0. */
struct ik_column_input {
	uint32_t n_docs;
	const uint32_t *docs;
	const int64_t *values;
	const uint32_t *ords;
	size_t n;
};

/* Append the section; numbers get zones. INK_ELIMIT (2^32 values), INK_ENOMEM. */
int ik_column_encode(const struct ik_column_input *in, struct ik_buf *out, ink_error *err);

#endif
