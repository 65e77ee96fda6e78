/*
 * prepare_value.c - values of a field as they are, and ranges of them.
 *
 * Layer: match. A number, a date or a keyword is asked for as it stands: no
 * analyzer looks at it.
 */
#include "match/prepare.h"
#include "match/value.h"

/* Scored alike, whatever the document. */
static int prepare_numbers(struct ik_prepare *p, uint32_t field, int64_t lo, int64_t hi,
                           double boost, struct ik_prep **out)
{
	int rc = ik_prep_new(p, IK_P_NUMBERS, out);

	if (rc != 0)
		return rc;
	(*out)->field = field;
	(*out)->lo = lo;
	(*out)->hi = hi;
	(*out)->weight = (float)boost;
	return 0;
}

int ik_prep_value(struct ik_prepare *p, uint32_t field, const struct ik_query *q,
                  double boost, struct ik_prep **out)
{
	const struct ik_field *f = &p->c->schema->fields[field];
	struct ik_prep *kids[2] = { NULL, NULL };
	const int32_t occur[2] = { INK_SHOULD, INK_SHOULD };
	float weight = (float)(boost * f->weight);
	int64_t first, last;
	int rc;

	if (ik_type_is_number(f->type)) {
		rc = ik_value_of_leaf(f, q, &first, &last, p->err);
		return rc != 0 ? rc : prepare_numbers(p, field, first, last, boost, out);
	}
	if (f->type == INK_BYTES)
		return ik_fail(p->err, INK_ESCHEMA,
		               "field \"%s\" is of bytes, which cannot be searched", f->name);
	if (f->type == INK_KEYWORD)
		return ik_prep_term(p, ik_part(field, 0), q->text, q->len, weight, out);
	rc = ik_prep_term(p, ik_part(field, 0), q->text, q->len, weight, &kids[0]);
	if (rc == 0)
		rc = ik_prep_term(p, ik_part(field, 1), q->text, q->len, weight, &kids[1]);
	return rc != 0 ? rc : ik_prep_bool(p, kids, occur, 2, 0, out);
}

int ik_prep_range(struct ik_prepare *p, uint32_t field, const struct ik_query *q,
                  double boost, struct ik_prep **out)
{
	const struct ik_field *f = &p->c->schema->fields[field];
	int64_t lo, hi;
	int rc;

	if (f->type == INK_KEYWORD)
		return ik_prep_text_range(p, field, q, boost, out);
	if (!ik_type_is_number(f->type))
		return ik_fail(p->err, INK_ESCHEMA,
		               "field \"%s\" is of type %s, which has no ranges", f->name,
		               ik_type_name(f->type));
	rc = ik_value_of_range(f, q, &lo, &hi, p->err);
	if (rc < 0)
		return rc;
	if (rc == 0)
		return ik_prep_new(p, IK_P_NONE, out);
	return prepare_numbers(p, field, lo, hi, boost, out);
}
