/* value.c - numbers and dates of a query as columns compare them. Layer: match. */
#include "match/value.h"

#include <math.h>

#include "query/bound.h"
#include "segment/column.h"

/* A query that a program made has no place in a text, so the message says which field it is. */
static int blame(const struct ik_field *f, const ink_error *why, ink_error *err)
{
	return ik_fail_at(err, INK_ESYNTAX, why->offset, "field \"%s\": %s", f->name, why->message);
}

int ik_value_of_leaf(const struct ik_field *field, const struct ik_query *query, int64_t *first,
                     int64_t *last, ink_error *err)
{
	struct ik_span span;
	int real = field->type == INK_F64;
	ink_error why;
	int rc = ik_span_parse(field, query->text, query->len, &span, &why);

	*first = real ? ik_column_from_f64(span.first.f64) : span.first.i64;
	*last = real ? ik_column_from_f64(span.last.f64) : span.last.i64;
	if (query->kind == IK_Q_TERM)
		*last = *first;
	return rc == INK_OK ? rc : blame(field, &why, err);
}

#define BEYOND 9223372036854775808.0 /* 2^63, which no integer reaches */

/* The least or, if `upper`, the greatest value that a bound admits: 1, 0 or INK_ESYNTAX. */
static int value_of_bound(const struct ik_field *f, const struct ik_bound *b, int upper,
                          int64_t *out, ink_error *err)
{
	int open = b->open != 0;
	struct ik_span span;
	ink_error why;

	if (b->type == 0) {
		*out = upper ? INT64_MAX : INT64_MIN;
		return 1;
	}
	if (b->type == INK_KEYWORD) {
		if (ik_span_bound(f, b->text, b->len, &span, &why) != INK_OK)
			return blame(f, &why, err);
		b = upper == open ? &span.first : &span.last;
	}
	if (f->type == INK_F64) {
		*out = ik_column_from_f64(b->type == INK_F64 ? b->f64 : (double)b->i64);
	} else if (b->type == INK_I64) {
		*out = b->i64;
	} else { /* a fraction as the bound of an integer field */
		double v = upper ? floor(b->f64) : ceil(b->f64);

		open = open && v == b->f64;
		*out = v < 0 ? INT64_MIN : INT64_MAX;
		if (v >= BEYOND || v < -BEYOND) /* maybe infinite: bounds all integers or none */
			return upper == (v > 0);
		*out = (int64_t)v;
	}
	if (!open)
		return 1;
	if (*out == (upper ? INT64_MIN : INT64_MAX))
		return 0;
	*out += upper ? -1 : 1;
	return 1;
}

int ik_value_of_range(const struct ik_field *field, const struct ik_query *query, int64_t *lo,
                      int64_t *hi, ink_error *err)
{
	int from = value_of_bound(field, &query->lo, 0, lo, err);
	int to = from < 0 ? from : value_of_bound(field, &query->hi, 1, hi, err);

	return to < 0 ? to : from && to;
}
