/*
 * value.h - numbers and dates of a query as columns compare them.
 *
 * Layer: match. For the fields of which ik_type_is_number() is true, in
 * whatever way a backend stores them.
 */
#ifndef IK_MATCH_VALUE_H
#define IK_MATCH_VALUE_H

#include "model/schema.h"
#include "query/ast.h"

/* A text as a value of the field. INK_ESYNTAX. */
int ik_value_of_text(const struct ik_field *field, const char *text, size_t len, int64_t *value,
                     ink_error *err);

/*
 * The least or, if `upper`, the greatest value that a bound admits: where it
 * is open or a fraction, the next one inside. 1 and *out; 0 when there is
 * none, so the range is empty; INK_ESYNTAX.
 */
int ik_value_of_bound(const struct ik_field *field, const struct ik_bound *bound, int upper,
                      int64_t *out, ink_error *err);

#endif
