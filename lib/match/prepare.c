/* prepare.c - from a query to what is looked up: the tree. Layer: match. */
#include "match/prepare.h"

#include <string.h>

/* ---- text over one field or over all ---- */

static int need_field(struct ik_prepare *p, const char *name, uint32_t *field)
{
	return ik_schema_need(p->c->schema, name, strlen(name), field, p->err);
}

/* One kind of leaf over one field. */
static int prepare_field(struct ik_prepare *p, uint32_t field, const struct ik_query *q,
                         double boost, struct ik_prep **out)
{
	const struct ik_field *f = &p->c->schema->fields[field];

	if ((q->kind == IK_Q_PREFIX || q->kind == IK_Q_WILDCARD || q->kind == IK_Q_FUZZY) &&
	    f->type != INK_BYTES)
		return ik_prep_pattern(p, field, q, boost, out);
	if (f->type != INK_TEXT) /* bytes are refused there */
		return ik_prep_value(p, field, q, boost, out);
	if (q->kind == IK_Q_PHRASE)
		return ik_prep_phrase(p, field, q->text, q->len, q->number, boost, out);
	return ik_prep_match(p, field, q->text, q->len, boost, out);
}

static int can_search(const struct ik_field *f, const struct ik_query *q)
{
	if (f->type != INK_TEXT)
		return 0;
	return q->kind != IK_Q_PHRASE || (f->flags & INK_NO_POSITIONS) == 0;
}

/* How many fields can answer; *field is the last of them. */
static size_t count_fields(const struct ik_schema *schema, const struct ik_query *q,
                           uint32_t *field)
{
	size_t n = 0;

	for (uint32_t f = 0; f < schema->n; f++)
		if (can_search(&schema->fields[f], q)) {
			*field = f;
			n++;
		}
	return n;
}

/* The query of one field, or the union over all text fields. `fn` prepares one field. */
static int over_fields(struct ik_prepare *p, const struct ik_query *q, double boost,
                       int (*fn)(struct ik_prepare *, uint32_t, const struct ik_query *, double,
                                 struct ik_prep **),
                       struct ik_prep **out)
{
	const struct ik_schema *schema = p->c->schema;
	struct ik_prep **kids;
	int32_t *occur;
	uint32_t field;
	size_t n;
	int rc = 0;

	if (q->field != NULL) {
		rc = need_field(p, q->field, &field);
		return rc != 0 ? rc : fn(p, field, q, boost, out);
	}
	n = count_fields(schema, q, &field);
	if (n == 0)
		return ik_fail(p->err, INK_EUNSUPPORTED,
		               "no text field that can answer this; name a field");
	if (n == 1)
		return fn(p, field, q, boost, out);
	kids = ik_arena_array(p->arena, n, sizeof *kids);
	occur = ik_arena_array(p->arena, n, sizeof *occur);
	if (kids == NULL || occur == NULL)
		return ik_fail_nomem(p->err);
	for (field = 0, n = 0; rc == 0 && field < schema->n; field++)
		if (can_search(&schema->fields[field], q)) {
			occur[n] = INK_SHOULD;
			rc = fn(p, field, q, boost, &kids[n++]);
		}
	return rc != 0 ? rc : ik_prep_bool(p, kids, occur, n, 0, out);
}

/* ---- all words of a text ---- */

static int prepare_word(struct ik_prepare *p, uint32_t field, const struct ik_query *q,
                        double boost, struct ik_prep **out)
{
	if (p->c->schema->fields[field].type != INK_TEXT)
		return prepare_field(p, field, q, boost, out);
	return ik_prep_required(p, field, q->text, q->len, boost, out);
}

/* One word, looked for in one field: it counts if it has a token at all. */
static int is_lone_word(const struct ik_prepare *p, const struct ik_query *q)
{
	uint32_t field;

	for (size_t i = 0; i < q->len; i++)
		if (ik_prep_blank(q->text[i]))
			return 0;
	return q->field != NULL || count_fields(p->c->schema, q, &field) == 1;
}

int ik_prep_text_field(const struct ik_schema *schema, const struct ik_query *q, uint32_t *field,
                       ink_error *err)
{
	*field = 0;
	if (q->field != NULL) {
		int rc = ik_schema_need(schema, q->field, strlen(q->field), field, err);

		if (rc != 0)
			return rc;
	}
	while (q->field == NULL && *field < schema->n && schema->fields[*field].type != INK_TEXT)
		++*field;
	return *field < schema->n && schema->fields[*field].type == INK_TEXT;
}

static int words_kept(struct ik_prepare *p, const struct ik_query *q, uint8_t *kept)
{
	uint32_t field;
	int rc = ik_prep_text_field(p->c->schema, q, &field, p->err);

	if (rc == 0)
		memset(kept, 1, q->len + 1);
	return rc == 1 ? ik_prep_kept(p, field, q->text, q->len, kept) : rc;
}

int ik_prep_word(struct ik_prepare *p, const struct ik_query *word, double boost,
                 struct ik_prep **out)
{
	return over_fields(p, word, boost, prepare_word, out);
}

static int prepare_all_words(struct ik_prepare *p, const struct ik_query *q, double boost,
                             struct ik_prep **out)
{
	int rc = 0, lone = is_lone_word(p, q);
	uint8_t *kept;

	if (lone && ik_analysis_lexicon(p->analysis) == NULL)
		return ik_prep_word(p, q, boost, out);
	kept = ik_arena_zalloc(p->arena, q->len + 1);
	if (kept == NULL)
		return ik_fail_nomem(p->err);
	if (lone)
		memset(kept, 1, q->len + 1);
	else
		rc = words_kept(p, q, kept);
	return rc != 0 ? rc : ik_prep_all_words(p, q, kept, boost, out);
}

/* ---- the tree ---- */

static int prepare(struct ik_prepare *p, const struct ik_query *q, double boost,
                   struct ik_prep **out);

static int prepare_bool(struct ik_prepare *p, const struct ik_query *q, double boost,
                        struct ik_prep **out)
{
	struct ik_prep **kids = ik_arena_array(p->arena, q->n + 1, sizeof *kids);
	int32_t *occur = ik_arena_array(p->arena, q->n + 1, sizeof *occur);
	int unscored = p->unscored, rc = 0;

	if (kids == NULL || occur == NULL)
		return ik_fail_nomem(p->err);
	for (size_t i = 0; rc == 0 && i < q->n; i++) {
		occur[i] = q->clauses[i].occur;
		p->unscored = unscored || (occur[i] != INK_MUST && occur[i] != INK_SHOULD);
		rc = prepare(p, q->clauses[i].query, boost, &kids[i]);
	}
	p->unscored = unscored;
	return rc != 0 ? rc : ik_prep_bool(p, kids, occur, q->n, q->number, out);
}

static int prepare(struct ik_prepare *p, const struct ik_query *q, double boost,
                   struct ik_prep **out)
{
	uint32_t field;
	int rc;

	*out = NULL;
	boost = ik_prep_boost(boost, q->boost);
	switch (q->kind) {
	case IK_Q_ALL:
		rc = ik_prep_new(p, IK_P_ALL, out);
		if (rc == 0)
			(*out)->weight = (float)boost;
		return rc;
	case IK_Q_TERM:
	case IK_Q_RANGE:
		rc = need_field(p, q->field, &field);
		if (rc != 0)
			return rc;
		return q->kind == IK_Q_TERM ? ik_prep_value(p, field, q, boost, out)
		                            : ik_prep_range(p, field, q, boost, out);
	case IK_Q_BOOL:
		return prepare_bool(p, q, boost, out);
	case IK_Q_MATCH:
		if (q->all)
			return prepare_all_words(p, q, boost, out);
		return over_fields(p, q, boost, prepare_field, out);
	default:
		return over_fields(p, q, boost, prepare_field, out);
	}
}

int ik_prepare(struct ik_prepare *p, const struct ik_query *query, struct ik_prep **out)
{
	int rc = prepare(p, query, 1.0, out);

	return rc != 0 ? rc : ik_prep_look_up(p);
}
