/* bound.h - a text as the values of a field that it stands for. Layer: query. */
#ifndef IK_QUERY_BOUND_H
#define IK_QUERY_BOUND_H

#include "model/schema.h"
#include "query/ast.h"

/* "2024-05" is a month: its first and its last value. Of other types both are the same. */
struct ik_span {
	struct ik_bound first;
	struct ik_bound last;
	char iso[2][40]; /* dates as they print: owned here */
};

/* INK_ESYNTAX when the text is no value of the field's type. The text is borrowed. */
int ik_span_parse(const struct ik_field *field, const char *text, size_t len, struct ik_span *out,
                  ink_error *err);

/* The same for a bound of a range: one of integers or dates may be any number, 1.5, 1e30, inf. */
int ik_span_bound(const struct ik_field *field, const char *text, size_t len, struct ik_span *out,
                  ink_error *err);

#endif
