/*
 * bound.c - texts in a query as values of number, date and keyword fields.
 *
 * Layer: query. A date bound carries its text as well: a tree does not know
 * the type of its field, and "2023" would be a year and not milliseconds.
 */
#include "query/bound.h"

#include <string.h>

#include "model/date.h"
#include "model/period.h"

/* A date as ik_date_format() writes it, but always to the millisecond. */
static void set_date(struct ik_bound *b, int64_t ms, char iso[40])
{
	b->type = INK_I64;
	b->i64 = ms;
	if (ik_date_format(ms, iso, 32, NULL) != INK_OK)
		return;
	b->len = strlen(iso);
	if (strchr(iso, '.') == NULL) {
		memcpy(iso + b->len - 1, ".000Z", 6);
		b->len += 4;
	}
	b->text = iso;
}

static int parse_date(const char *text, size_t len, struct ik_span *out, ink_error *err)
{
	int64_t first, last;

	if (ik_date_period(text, len, &first, &last, NULL) != INK_OK) {
		if (ik_number_i64(text, len, &first, NULL) != INK_OK)
			return ik_date_period(text, len, &first, &last, err);
		last = first; /* milliseconds */
	}
	set_date(&out->first, first, out->iso[0]);
	set_date(&out->last, last, out->iso[1]);
	return INK_OK;
}

int ik_span_parse(const struct ik_field *field, const char *text, size_t len, struct ik_span *out,
                  ink_error *err)
{
	struct ik_bound *b = &out->first;
	int rc = INK_OK;

	memset(out, 0, sizeof *out);
	if (field->type == INK_DATE)
		return parse_date(text, len, out, err);
	if (field->type == INK_I64)
		rc = ik_number_i64(text, len, &b->i64, err);
	else if (field->type == INK_F64)
		rc = ik_number_f64(text, len, &b->f64, err);
	else
		b->text = text;
	b->len = b->text == NULL ? 0 : len;
	b->type = field->type;
	out->last = *b;
	return rc;
}

int ik_span_bound(const struct ik_field *field, const char *text, size_t len, struct ik_span *out,
                  ink_error *err)
{
	double value;

	if (ik_span_parse(field, text, len, out, NULL) == INK_OK)
		return INK_OK;
	if ((field->type != INK_I64 && field->type != INK_DATE) ||
	    ik_number_f64(text, len, &value, NULL) != INK_OK)
		return ik_span_parse(field, text, len, out, err);
	memset(out, 0, sizeof *out);
	out->first = (struct ik_bound){ .type = INK_F64, .f64 = value };
	out->last = out->first;
	return INK_OK;
}
