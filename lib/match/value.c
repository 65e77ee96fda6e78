/* value.c - numbers and dates of a query as columns compare them. Layer: match. */
#include "match/value.h"

#include <math.h>

#include "model/date.h"
#include "segment/column.h"

int ik_value_of_text(const struct ik_field *field, const char *text, size_t len, int64_t *value,
                     ink_error *err)
{
	double f;
	int rc;

	if (field->type == INK_I64)
		return ik_number_i64(text, len, value, err);
	if (field->type == INK_DATE)
		return ik_date_parse(text, len, value, err);
	rc = ik_number_f64(text, len, &f, err);
	*value = rc == 0 ? ik_column_from_f64(f) : 0;
	return rc;
}

/* The integer nearest to a whole number, which may be infinite. */
static int64_t clamp(double v)
{
	if (v >= 9223372036854775807.0)
		return INT64_MAX;
	return v < -9223372036854775807.0 ? INT64_MIN : (int64_t)v;
}

int ik_value_of_bound(const struct ik_field *f, const struct ik_bound *b, int upper, int64_t *out,
                      ink_error *err)
{
	int rc = 0, open = b->open;

	if (b->type == 0) {
		*out = upper ? INT64_MAX : INT64_MIN;
		return 1;
	}
	if (b->type == INK_KEYWORD) {
		rc = ik_value_of_text(f, b->text, b->len, out, err);
	} else if (f->type == INK_F64) {
		*out = ik_column_from_f64(b->type == INK_F64 ? b->f64 : (double)b->i64);
	} else if (b->type == INK_I64) {
		*out = b->i64;
	} else { /* a fraction as the bound of an integer field */
		double v = upper ? floor(b->f64) : ceil(b->f64);

		open = open && v == b->f64;
		*out = clamp(v);
	}
	if (rc != 0)
		return rc;
	if (!open)
		return 1;
	if (*out == (upper ? INT64_MIN : INT64_MAX))
		return 0;
	*out += upper ? -1 : 1;
	return 1;
}
