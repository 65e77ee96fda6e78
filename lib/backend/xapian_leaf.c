/*
 * xapian_leaf.c - the leaves of our query trees as Xapian's queries.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. Mirrors
 * lib/match/prepare.c and prepare_value.c, as xapian_query.c does.
 */
#include <string.h>

#include "backend/xapian.h"
#include "match/prepare.h"
#include "match/value.h"

/* ---- numbers ---- */

static int number_range(struct ik_xb_build *b, uint32_t field, int64_t lo, int64_t hi,
                        double boost, struct ik_xap_query **out)
{
	char from[IK_XB_SORTED], to[IK_XB_SORTED];
	struct ik_xap_query *made = NULL;
	int rc;

	ik_xb_put_number(lo, from);
	ik_xb_put_number(hi, to);
	if ((b->map.schema->fields[field].flags & INK_MULTI) != 0) {
		struct ik_bound first = {.type = INK_KEYWORD, .text = from, .len = sizeof from};
		struct ik_bound last = {.type = INK_KEYWORD, .text = to, .len = sizeof to};

		return ik_xb_term_range(b, field, IK_XB_NUMBER, &first, &last, boost, out);
	}
	rc = ik_xap_query_values(ik_xb_slot(field), from, sizeof from, to, sizeof to, &made,
	                         b->err);
	rc = ik_xb_keep(b, rc, made, &made);
	return rc != 0 ? rc : ik_xb_constant(b, made, boost, out);
}

/* ---- leaves ---- */

static int is_bytes(struct ik_xb_build *b, const struct ik_field *f)
{
	if (f->type != INK_BYTES)
		return 0;
	return ik_fail(b->err, INK_ESCHEMA, "field \"%s\" is of bytes, which cannot be searched",
	               f->name);
}

static int one_value(struct ik_xb_build *b, uint32_t field, const struct ik_query *q,
                     double boost, struct ik_xap_query **out)
{
	const struct ik_field *f = &b->map.schema->fields[field];
	struct ik_xap_query *word = NULL, *gram = NULL;
	double weight = boost * f->weight * b->unit;
	int64_t first, last;
	int rc = is_bytes(b, f);

	if (rc != 0)
		return rc;
	if (ik_type_is_number(f->type)) {
		rc = ik_value_of_leaf(f, q, &first, &last, b->err);
		return rc != 0 ? rc : number_range(b, field, first, last, boost, out);
	}
	if (f->type == INK_KEYWORD) {
		if (!ik_xb_fits(&b->map, field, IK_XB_KEYWORD, q->text, q->len))
			return ik_xb_nothing(b, out); /* no document has it */
		return ik_xb_one_term(b, field, IK_XB_KEYWORD, q->text, q->len, weight, out);
	}
	rc = ik_xb_one_term(b, field, IK_XB_WORD, q->text, q->len, weight, &word);
	if (rc == 0 && !b->map.foreign)
		rc = ik_xb_one_term(b, field, IK_XB_GRAM, q->text, q->len, weight, &gram);
	return rc != 0 ? rc : ik_xb_join2(b, IK_XAP_OR, word, gram, out);
}

static int range(struct ik_xb_build *b, uint32_t field, const struct ik_query *q, double boost,
                 struct ik_xap_query **out)
{
	const struct ik_field *f = &b->map.schema->fields[field];
	int64_t lo, hi;
	int rc;

	if (f->type == INK_KEYWORD) {
		if ((q->lo.type != 0 && q->lo.type != INK_KEYWORD) ||
		    (q->hi.type != 0 && q->hi.type != INK_KEYWORD))
			return ik_fail(
				b->err, INK_ESCHEMA,
				"field \"%s\" is of keywords: a range of numbers does not fit",
				f->name);
		return ik_xb_term_range(b, field, IK_XB_KEYWORD, &q->lo, &q->hi, boost, out);
	}
	if (!ik_type_is_number(f->type))
		return ik_fail(b->err, INK_ESCHEMA,
		               "field \"%s\" is of type %s, which has no ranges", f->name,
		               ik_type_name(f->type));
	rc = ik_value_of_range(f, q, &lo, &hi, b->err);
	if (rc < 0)
		return rc;
	return rc == 0 || lo > hi ? ik_xb_nothing(b, out) : number_range(b, field, lo, hi, boost, out);
}

/* ---- text over one field or over all ---- */

static int need_field(struct ik_xb_build *b, const char *name, uint32_t *field)
{
	return ik_schema_need(b->map.schema, name, strlen(name), field, b->err);
}

/* One kind of leaf over one field. */
static int over_field(struct ik_xb_build *b, uint32_t field, const struct ik_query *q,
                      double boost, struct ik_xap_query **out)
{
	const struct ik_field *f = &b->map.schema->fields[field];
	int rc = is_bytes(b, f);

	if (rc != 0)
		return rc;
	if (q->kind == IK_Q_PREFIX || q->kind == IK_Q_WILDCARD || q->kind == IK_Q_FUZZY)
		return ik_xb_pattern(b, field, q, boost, out);
	if (f->type != INK_TEXT)
		return one_value(b, field, q, boost, out);
	if (q->kind == IK_Q_PHRASE)
		return ik_xb_phrase(b, field, q->text, q->len, q->number, boost, out);
	return ik_xb_match(b, field, q->text, q->len, boost, out);
}

static int over_word(struct ik_xb_build *b, uint32_t field, const struct ik_query *q,
                     double boost, struct ik_xap_query **out)
{
	if (b->map.schema->fields[field].type != INK_TEXT)
		return over_field(b, field, q, boost, out);
	return ik_xb_required(b, field, q->text, q->len, boost, out);
}

typedef int (*over_fn)(struct ik_xb_build *, uint32_t, const struct ik_query *, double,
                       struct ik_xap_query **);

static int can_search(const struct ik_field *f, const struct ik_query *q)
{
	if (f->type != INK_TEXT)
		return 0;
	return q->kind != IK_Q_PHRASE || (f->flags & INK_NO_POSITIONS) == 0;
}

/* The query of one field, or the union over all text fields. */
static int over_fields(struct ik_xb_build *b, const struct ik_query *q, double boost, over_fn fn,
                       struct ik_xap_query **out)
{
	const struct ik_schema *schema = b->map.schema;
	struct ik_xap_query **kids;
	uint32_t field;
	size_t n = 0;
	int rc = 0;

	if (q->field != NULL) {
		rc = need_field(b, q->field, &field);
		return rc != 0 ? rc : fn(b, field, q, boost, out);
	}
	kids = ik_arena_zalloc(b->arena, ((size_t)schema->n + 1) * sizeof *kids);
	if (kids == NULL)
		return ik_fail_nomem(b->err);
	for (field = 0; rc == 0 && field < schema->n; field++)
		if (can_search(&schema->fields[field], q))
			rc = fn(b, field, q, boost, &kids[n++]);
	if (rc == 0 && n == 0)
		return ik_fail(b->err, INK_EUNSUPPORTED,
		               "no text field that can answer this; name a field");
	return rc != 0 ? rc : ik_xb_join(b, IK_XAP_OR, kids, n, 0, out);
}

static int words_kept(struct ik_xb_build *b, const struct ik_query *q, uint8_t *kept)
{
	uint32_t field;
	int rc = ik_prep_text_field(b->map.schema, q, &field, b->err);

	if (rc == 0)
		memset(kept, 1, q->len + 1);
	return rc == 1 ? ik_xb_kept(b, field, q->text, q->len, kept) : rc;
}

static int all_words(struct ik_xb_build *b, const struct ik_query *q, double boost,
                     struct ik_xap_query **out)
{
	uint8_t *kept = ik_arena_zalloc(b->arena, q->len + 1);
	struct ik_xap_query **kids = ik_arena_array(b->arena, q->len / 2 + 1, sizeof *kids);
	size_t n = 0, at = 0;
	int rc;

	if (kept == NULL || kids == NULL)
		return ik_fail_nomem(b->err);
	rc = words_kept(b, q, kept);
	while (rc == 0 && at < q->len) {
		struct ik_query word = *q; /* a view, for this call only */
		size_t start;

		while (at < q->len && ik_prep_blank(q->text[at]))
			at++;
		start = at;
		while (at < q->len && !ik_prep_blank(q->text[at]))
			at++;
		if (start == at || !kept[start])
			continue;
		word.text = q->text + start;
		word.len = at - start;
		rc = over_fields(b, &word, boost, over_word, &kids[n++]);
	}
	return rc != 0 ? rc : ik_xb_join(b, IK_XAP_AND, kids, n, 0, out);
}

/* ---- all of them ---- */

int ik_xb_leaf(struct ik_xb_build *b, const struct ik_query *q, double boost,
               struct ik_xap_query **out)
{
	uint32_t field;
	int rc;

	if (q->kind == IK_Q_ALL)
		return ik_xb_everything(b, boost, out);
	if (q->kind == IK_Q_MATCH && q->all)
		return all_words(b, q, boost, out);
	if (q->kind != IK_Q_TERM && q->kind != IK_Q_RANGE)
		return over_fields(b, q, boost, over_field, out);
	rc = need_field(b, q->field, &field);
	if (rc != 0)
		return rc;
	return q->kind == IK_Q_TERM ? one_value(b, field, q, boost, out)
	                            : range(b, field, q, boost, out);
}
