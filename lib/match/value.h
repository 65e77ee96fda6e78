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

/*
 * The text of a leaf as values of the field: a date that stops early is a period to who typed it
 * (MATCH, PHRASE), and as an exact TERM its first moment. INK_ESYNTAX.
 */
int ik_value_of_leaf(const struct ik_field *field, const struct ik_query *query, int64_t *first,
                     int64_t *last, ink_error *err);

/*
 * The least and the greatest value of a range: where a bound is open or a
 * fraction, the next one inside; text is a date's period as in the query
 * language. 1; 0 when there is none, so the range is empty; INK_ESYNTAX.
 */
int ik_value_of_range(const struct ik_field *field, const struct ik_query *query, int64_t *lo,
                      int64_t *hi, ink_error *err);

#endif
