/*
 * xapian_pattern.c - patterns and ranges of terms, expanded in the database.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. Mirrors
 * lib/match/prepare_set.c: Xapian 1.4 knows prefixes only, so our automata
 * walk over its terms.
 */
#include <string.h>

#include "backend/xapian.h"
#include "query/automaton.h"

#define EXPANSIONS_MAX 1000000
#define TERM_STEPS 256 /* what one of them costs, in what ik_poll() counts */

struct expand {
	struct ik_xb_build *b;
	struct ik_xap_terms *walk;
	struct ik_automaton *automaton; /* NULL: every term of the walk */
	const struct ik_bound *lo, *hi; /* NULL without */
	enum ik_xb_kind kind;
	size_t skip;                    /* the field's prefix */
	int sorted;                     /* texts come in the order of bytes */
	IK_VEC(const char *) terms;     /* in the arena */
	IK_VEC(size_t) lens;
};

static int compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t least = a_len < b_len ? a_len : b_len;
	int order = least > 0 ? memcmp(a, b, least) : 0;

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static int past_end(const struct expand *e, const char *term, size_t len)
{
	int order;

	if (e->hi == NULL || e->hi->type == 0)
		return 0;
	order = compare(term, len, e->hi->text, e->hi->len);
	return order > 0 || (order == 0 && e->hi->open);
}

static int below(const struct expand *e, const char *term, size_t len)
{
	int order;

	if (e->lo == NULL || e->lo->type == 0)
		return 0;
	order = compare(term, len, e->lo->text, e->lo->len);
	return order < 0 || (order == 0 && e->lo->open);
}

static int take(struct expand *e, const char *whole, size_t len)
{
	const char **term = ik_vec_push(&e->terms);
	size_t *n = ik_vec_push(&e->lens);

	if (term == NULL || n == NULL)
		return ik_fail_nomem(e->b->err);
	*term = ik_arena_strndup(e->b->arena, whole, len);
	*n = len;
	if (*term == NULL)
		return ik_fail_nomem(e->b->err);
	if (e->terms.n > EXPANSIONS_MAX)
		return ik_fail(e->b->err, INK_ELIMIT, "more than %d terms fit the pattern",
		               EXPANSIONS_MAX);
	return ik_poll(e->b->poll, TERM_STEPS);
}

/* Go on behind all terms that start with these bytes: 1, 0 when there are none, or an error. */
static int skip_behind(struct expand *e, const char *whole, size_t dead)
{
	char next[IK_XB_TERM_MAX];

	if (dead > sizeof next)
		return ik_xap_terms_next(e->walk, e->b->err);
	memcpy(next, whole, dead);
	while (dead > 0 && (unsigned char)next[dead - 1] == 0xff)
		dead--;
	if (dead <= e->skip) /* behind the field's own prefix */
		return 0;
	next[dead - 1] = (char)((unsigned char)next[dead - 1] + 1);
	return ik_xap_terms_skip(e->walk, next, dead, e->b->err);
}

/* From the current term to the next one that is looked at: 1, 0 at the end, or an error. */
static int visit(struct expand *e)
{
	size_t len, dead = 0;
	const char *whole = ik_xap_terms_text(e->walk, &len), *term;
	size_t whole_len = len;
	int rc;

	term = ik_xb_text(&e->b->map, e->kind, whole, e->skip, &len);
	if (term == NULL)
		return skip_behind(e, whole, e->skip + 1);
	if (past_end(e, term, len) && e->sorted)
		return 0;
	if (below(e, term, len) || past_end(e, term, len))
		return ik_xap_terms_next(e->walk, e->b->err);
	if (e->automaton != NULL && !ik_automaton_match(e->automaton, term, len, &dead))
		return dead > 0 ? skip_behind(e, whole, (size_t)(term - whole) + dead)
		                : ik_xap_terms_next(e->walk, e->b->err);
	rc = take(e, whole, whole_len);
	return rc != 0 ? rc : ik_xap_terms_next(e->walk, e->b->err);
}

/* All terms that fit and start with `common`, as a condition with a constant weight. */
static int expand(struct expand *e, uint32_t field, enum ik_xb_kind kind, const char *common,
                  size_t common_len, double weight, struct ik_xap_query **out)
{
	struct ik_xb_build *b = e->b;
	struct ik_xap_query *made = NULL;
	char head[IK_XB_PREFIX_MAX];
	struct ik_buf from;
	int rc;

	*out = NULL;
	e->kind = kind;
	e->skip = ik_xb_prefix(&b->map, field, kind, head);
	e->sorted = !b->map.foreign || e->skip <= 1; /* a ':' before capitals is out of order */
	ik_buf_init(&from, SIZE_MAX / 4);
	ik_buf_put(&from, head, ik_xb_head(&b->map, field, kind, common, common_len, head));
	ik_buf_put(&from, common, common_len);
	rc = from.err != 0 ? ik_fail_nomem(b->err)
	                   : ik_xap_terms_all(b->db, from.data, from.len, &e->walk, b->err);
	ik_buf_clear(&from);
	if (rc == 0 && e->lo != NULL && e->lo->type != 0 && e->sorted) {
		ik_buf_put(&from, head, e->skip);
		ik_buf_put(&from, e->lo->text, e->lo->len);
		rc = from.err != 0 ? ik_fail_nomem(b->err)
		                   : ik_xap_terms_skip(e->walk, from.data, from.len, b->err);
	} else if (rc == 0)
		rc = ik_xap_terms_next(e->walk, b->err);
	while (rc == 1)
		rc = visit(e);
	if (rc == 0)
		rc = ik_xap_query_terms(IK_XAP_OR, e->terms.v, e->lens.v, e->terms.n, 0, &made,
		                        b->err);
	if (rc == 0)
		rc = ik_xb_keep(b, rc, made, &made);
	if (rc == 0)
		rc = ik_xb_constant(b, made, weight, out);
	ik_xap_terms_free(e->walk);
	ik_vec_free(&e->terms);
	ik_vec_free(&e->lens);
	ik_buf_free(&from);
	return rc;
}

int ik_xb_term_range(struct ik_xb_build *b, uint32_t field, enum ik_xb_kind kind,
                     const struct ik_bound *lo, const struct ik_bound *hi, double boost,
                     struct ik_xap_query **out)
{
	struct expand e = {.b = b, .lo = lo, .hi = hi};

	return expand(&e, field, kind, "", 0, boost, out);
}

/* ---- patterns ---- */

static int compile(struct ik_xb_build *b, const struct ik_query *q, const char *text, size_t len,
                   struct ik_automaton **out)
{
	if (q->kind == IK_Q_PREFIX)
		return ik_automaton_prefix(b->arena, text, len, out, b->err);
	if (q->kind == IK_Q_WILDCARD)
		return ik_automaton_wildcard(b->arena, text, len, out, b->err);
	return ik_automaton_fuzzy(b->arena, text, len, q->number, out, b->err);
}

static int expand_pattern(struct ik_xb_build *b, uint32_t field, enum ik_xb_kind kind,
                          const struct ik_query *q, const char *text, size_t len, double weight,
                          struct ik_xap_query **out)
{
	struct expand e = {.b = b};
	const char *common;
	size_t common_len;
	int rc = compile(b, q, text, len, &e.automaton);

	if (rc != 0)
		return rc;
	common = ik_automaton_common(e.automaton, &common_len);
	return expand(&e, field, kind, common, common_len, weight, out);
}

static int any_value(struct ik_xb_build *b, uint32_t field, double weight,
                     struct ik_xap_query **out)
{
	struct ik_xap_query *any = NULL;
	int rc;

	if (b->map.foreign)
		return ik_fail(b->err, INK_EUNSUPPORTED,
		               "a database of another program does not say which documents have "
		               "a value in a field");
	rc = ik_xb_one_term(b, field, IK_XB_ANY, "", 0, 1, &any);
	return rc != 0 ? rc : ik_xb_constant(b, any, weight, out);
}

/* Exact forms are grams where there are any; CJK patterns look at words too, and the best counts. */
static int text_pattern(struct ik_xb_build *b, uint32_t field, const struct ik_query *q,
                        const char *text, size_t len, double weight, struct ik_xap_query **out)
{
	int grams = ik_analyzer_has_grams(b->analyzers[field]);
	enum ik_xb_kind kind = grams ? IK_XB_GRAM : IK_XB_WORD;
	struct ik_xap_query *kids[2] = {NULL, NULL};
	int rc = expand_pattern(b, field, kind, q, text, len, weight, &kids[0]);

	if (rc == 0 && q->kind == IK_Q_FUZZY) { /* as it was asked for scores more */
		rc = ik_xb_one_term(b, field, kind, text, len, weight * b->unit, &kids[1]);
		return rc != 0 ? rc : ik_xb_join(b, IK_XAP_OR, kids, 2, 0, out);
	}
	if (rc == 0 && grams && ik_text_has_grams(text, len))
		rc = expand_pattern(b, field, IK_XB_WORD, q, text, len, weight, &kids[1]);
	return rc != 0 ? rc : ik_xb_join(b, IK_XAP_MAX, kids, 2, 0, out);
}

static int fold(struct ik_xb_build *b, uint32_t field, const struct ik_query *q,
                const char **text, size_t *len)
{
	struct ik_buf folded;
	int rc;

	ik_buf_init(&folded, SIZE_MAX / 4);
	rc = ik_fold_term(b->analyzers[field], q->text, q->len, &folded, b->err);
	if (rc == 0) {
		*len = folded.len;
		*text = ik_arena_strndup(b->arena, (const char *)folded.data, folded.len);
		rc = *text != NULL ? 0 : ik_fail_nomem(b->err);
	}
	ik_buf_free(&folded);
	return rc;
}

int ik_xb_pattern(struct ik_xb_build *b, uint32_t field, const struct ik_query *q, double boost,
                  struct ik_xap_query **out)
{
	const struct ik_field *f = &b->map.schema->fields[field];
	const char *text;
	size_t len;
	int rc;

	if (ik_query_is_any(q))
		return any_value(b, field, boost, out);
	if (f->type == INK_KEYWORD)
		return expand_pattern(b, field, IK_XB_KEYWORD, q, q->text, q->len, boost, out);
	if (f->type != INK_TEXT)
		return ik_fail(b->err, INK_ESCHEMA,
		               "field \"%s\" is of type %s, which has no patterns", f->name,
		               ik_type_name(f->type));
	rc = fold(b, field, q, &text, &len);
	if (rc != 0)
		return rc;
	/* In a script without blanks a word has no beginning: the prefix is a substring. */
	if (q->kind == IK_Q_PREFIX && ik_text_has_grams(text, len) &&
	    ik_analyzer_has_grams(b->analyzers[field]))
		return ik_xb_required(b, field, q->text, q->len, boost, out);
	return text_pattern(b, field, q, text, len, boost, out);
}
