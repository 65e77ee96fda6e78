/*
 * prepare_set.c - patterns and ranges of terms: expanded in the dictionary.
 *
 * Layer: match. The documents of all terms that fit are collected into one
 * set a segment, so that a pattern costs the postings of its terms once and
 * a bit per document after that, however many terms there are.
 */
#include <string.h>

#include "match/prepare.h"
#include "query/automaton.h"
#include "segment/dict.h"

#define VISIT_STEPS 256 /* what a term that is looked at costs, in what ik_poll() counts */

/* One pattern while it is expanded. */
struct expand {
	struct ik_prepare *p;
	struct ik_prep *prep;
	struct ik_automaton *automaton; /* NULL: every term of the walk */
	const char *prefix;             /* every term starts so */
	size_t prefix_len;
	const struct ik_bound *lo, *hi; /* of a range; NULL without */
	int freqs;                      /* of terms are wanted, for scores */
	struct ik_post_iter list;       /* of one term after the other */
	size_t terms;
};

static int compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t least = a_len < b_len ? a_len : b_len;
	int order = least > 0 ? memcmp(a, b, least) : 0;

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static int past_end(const struct expand *e, const struct ik_dict_iter *it)
{
	const char *term = (const char *)it->term.data;
	int order;

	if (it->term.len < e->prefix_len || memcmp(term, e->prefix, e->prefix_len) != 0)
		return 1;
	if (e->hi == NULL || e->hi->type == 0)
		return 0;
	order = compare(term, it->term.len, e->hi->text, e->hi->len);
	return order > 0 || (order == 0 && e->hi->open);
}

/* The walk starts at the lower bound, which may itself be outside. */
static int below(const struct ik_bound *lo, const struct ik_dict_iter *it)
{
	return lo != NULL && lo->type != 0 && lo->open && it->term.len == lo->len &&
	       memcmp(it->term.data, lo->text, lo->len) == 0;
}

static int add_term(struct expand *e, uint32_t s, const struct ik_dict_iter *it)
{
	struct ik_prepare *p = e->p;
	const struct ik_segment *seg = p->c->segs[s];
	int rc = 0;

	if (++e->terms > IK_EXPANSIONS_MAX)
		return ik_fail(p->err, INK_ELIMIT, "more than %d terms fit the pattern",
		               IK_EXPANSIONS_MAX);
	if (++p->expanded > IK_EXPANDED_MAX)
		return ik_fail(p->err, INK_ELIMIT, "more than %d terms fit the patterns",
		               IK_EXPANDED_MAX);
	if (e->prep->sets[s] == NULL)
		rc = ik_docset_new(p->arena, seg, e->freqs, &e->prep->sets[s], p->err);
	if (rc == 0)
		rc = ik_docset_add(e->prep->sets[s], it, &e->list, p->err);
	return rc == 0 ? ik_poll(p->poll, it->info.df) : rc;
}

/*
 * Go on behind all terms that start with the first `dead` bytes of the
 * current one: 1, 0 when there are none behind them, or an error.
 */
static int skip(struct ik_dict_iter *it, size_t dead, ink_error *err)
{
	char next[IK_TERM_MAX + 1];
	int rc;

	if (dead > IK_TERM_MAX)
		return 1;
	memcpy(next, it->term.data, dead);
	while (dead > 0 && (unsigned char)next[dead - 1] == 0xff)
		dead--;
	if (dead == 0)
		return 0;
	next[dead - 1] = (char)((unsigned char)next[dead - 1] + 1);
	rc = ik_dict_iter_seek(it, next, dead, err);
	return rc != 0 ? rc : 1;
}

/* Take or leave the current term: 1 to go on, 0 at the end, or an error. */
static int visit(struct expand *e, uint32_t s, struct ik_dict_iter *it)
{
	struct ik_prepare *p = e->p;
	size_t dead = 0;
	int rc = ik_poll(p->poll, VISIT_STEPS);

	if (rc != 0)
		return rc;
	if (past_end(e, it))
		return 0;
	if (below(e->lo, it))
		return 1;
	if (e->automaton != NULL &&
	    !ik_automaton_match(e->automaton, (const char *)it->term.data, it->term.len, &dead))
		return dead > 0 ? skip(it, dead, p->err) : 1;
	rc = add_term(e, s, it);
	return rc != 0 ? rc : 1;
}

static int expand_segment(struct expand *e, uint32_t s, const char *from, size_t from_len)
{
	ink_error *err = e->p->err;
	struct ik_dict_iter it;
	int rc;

	ik_dict_iter_open(&it, e->p->c->segs[s], e->prep->part);
	rc = from_len > 0 ? ik_dict_iter_seek(&it, from, from_len, err) : 0;
	if (rc == 0)
		rc = 1;
	while (rc == 1) {
		rc = ik_dict_iter_next(&it, err);
		if (rc == 1)
			rc = visit(e, s, &it);
	}
	ik_dict_iter_free(&it);
	if (e->prep->sets[s] != NULL)
		ik_docset_finish(e->prep->sets[s]);
	return rc;
}

static int expand_all(struct expand *e, const char *from, size_t from_len)
{
	int rc = 0;

	for (uint32_t s = 0; rc == 0 && s < e->p->c->n; s++)
		rc = expand_segment(e, s, from, from_len);
	ik_post_iter_free(&e->list);
	return rc;
}

/* A set of a part; with `freqs` it scores like one term, and gets its idf from what was found. */
static int start(struct ik_prepare *p, uint32_t part, float weight, int freqs, struct expand *e)
{
	int rc = ik_prep_new(p, IK_P_SET, &e->prep);

	e->p = p;
	if (rc != 0)
		return rc;
	e->prep->part = part;
	e->prep->weight = weight;
	e->freqs = freqs;
	e->prep->sets = ik_arena_zalloc(p->arena, (p->c->n + 1) * sizeof *e->prep->sets);
	return e->prep->sets != NULL ? 0 : ik_fail_nomem(p->err);
}

static void weigh(struct expand *e)
{
	struct ik_prep *prep = e->prep;

	for (uint32_t s = 0; s < e->p->c->n; s++)
		prep->df += prep->sets[s] != NULL ? prep->sets[s]->count : 0;
	prep->idf = (double)ik_bm25_idf(prep->df, e->p->c->parts[prep->part].docs);
	prep->weight *= (float)prep->idf;
}

int ik_prep_prefix_terms(struct ik_prepare *p, uint32_t part, const char *text, size_t len,
                         int freqs, float weight, struct ik_prep **out)
{
	struct expand e = { .prefix = text, .prefix_len = len };
	int rc;

	freqs = freqs && !p->unscored;
	rc = start(p, part, weight, freqs, &e);
	if (rc == 0)
		rc = expand_all(&e, text, len);
	if (rc == 0 && freqs)
		weigh(&e);
	*out = rc == 0 ? e.prep : NULL;
	return rc;
}

/* ---- patterns ---- */

static int compile(struct ik_prepare *p, const struct ik_query *q, const char *text, size_t len,
                   struct ik_automaton **out)
{
	if (q->kind == IK_Q_PREFIX)
		return ik_automaton_prefix(p->arena, text, len, out, p->err);
	if (q->kind == IK_Q_WILDCARD)
		return ik_automaton_wildcard(p->arena, text, len, out, p->err);
	return ik_automaton_fuzzy(p->arena, text, len, q->number, out, p->err);
}

static int expand_part(struct ik_prepare *p, uint32_t part, const struct ik_query *q,
                       const char *text, size_t len, float weight, struct ik_prep **out)
{
	struct expand e = { .prefix = "" };
	int rc = start(p, part, weight, 0, &e);

	if (rc == 0)
		rc = compile(p, q, text, len, &e.automaton);
	if (rc == 0) {
		e.prefix = ik_automaton_common(e.automaton, &e.prefix_len);
		rc = expand_all(&e, e.prefix, e.prefix_len);
	}
	*out = rc == 0 ? e.prep : NULL;
	return rc;
}

/* The documents of a segment that have a value in the field. */
static int add_values(struct ik_prepare *p, const struct ik_segment *seg, uint32_t field,
                      struct ik_docset *set)
{
	int type = p->c->schema->fields[field].type, rc;
	struct ik_column column;

	for (uint32_t gram = 0; type == INK_TEXT && gram < 2; gram++) {
		const struct ik_part_info *part = ik_segment_part(seg, ik_part(field, gram));

		if (part != NULL)
			ik_docset_add_norms(set, seg, part);
	}
	if (type == INK_TEXT)
		return 0;
	rc = type == INK_KEYWORD ? ik_column_ordinals(seg, field, &column, p->err)
	                         : ik_column_numbers(seg, field, &column, p->err);
	if (rc == 1)
		ik_docset_add_column(set, &column);
	return rc < 0 ? rc : 0;
}

/* `field:*`: documents with any value. */
static int any_value(struct ik_prepare *p, uint32_t field, float weight, struct ik_prep **out)
{
	struct expand e = { .prefix = "" };
	int rc = start(p, ik_part(field, 0), weight, 0, &e);

	for (uint32_t s = 0; rc == 0 && s < p->c->n; s++) {
		struct ik_docset **set = &e.prep->sets[s];

		rc = ik_docset_new(p->arena, p->c->segs[s], 0, set, p->err);
		if (rc == 0)
			rc = add_values(p, p->c->segs[s], field, *set);
		if (rc == 0)
			ik_docset_finish(*set);
	}
	*out = rc == 0 ? e.prep : NULL;
	return rc;
}

/*
 * Patterns look at exact forms, which are in the gram part where there is
 * one; in a script without blanks also at words, and what fits as both counts
 * once. A fuzzy word scores more where it is spelled as it was asked for.
 */
static int text_pattern(struct ik_prepare *p, uint32_t field, const struct ik_query *q,
                        const char *text, size_t len, float weight, struct ik_prep **out)
{
	int grams = ik_analyzer_has_grams(p->c->analyzers[field]);
	struct ik_prep *kids[2] = { NULL, NULL };
	const int32_t occur[2] = { INK_SHOULD, INK_SHOULD };
	int rc = expand_part(p, ik_part(field, (uint32_t)grams), q, text, len, weight, &kids[0]);

	if (rc == 0 && q->kind == IK_Q_FUZZY) {
		rc = ik_prep_term(p, ik_part(field, (uint32_t)grams), text, len, weight, &kids[1]);
		return rc != 0 ? rc : ik_prep_bool(p, kids, occur, 2, 0, out);
	}
	if (rc == 0 && grams && ik_text_has_grams(text, len))
		rc = expand_part(p, ik_part(field, 0), q, text, len, weight, &kids[1]);
	return rc != 0 ? rc : ik_prep_best(p, kids, 2, out);
}

static int fold_pattern(struct ik_prepare *p, uint32_t field, const struct ik_query *q,
                        const char **text, size_t *len)
{
	struct ik_buf folded;
	int rc;

	*text = NULL;
	*len = 0;
	ik_buf_init(&folded, SIZE_MAX / 4);
	rc = ik_fold_term(p->c->analyzers[field], q->text, q->len, &folded, p->err);
	if (rc == 0) {
		*len = folded.len;
		*text = ik_arena_strndup(p->arena, (const char *)folded.data, folded.len);
		rc = *text != NULL ? 0 : ik_fail_nomem(p->err);
	}
	ik_buf_free(&folded);
	return rc;
}

int ik_prep_pattern(struct ik_prepare *p, uint32_t field, const struct ik_query *q,
                    double boost, struct ik_prep **out)
{
	const struct ik_field *f = &p->c->schema->fields[field];
	float weight = (float)boost;
	const char *text;
	size_t len;
	int rc;

	if (ik_query_is_any(q))
		return any_value(p, field, weight, out);
	if (f->type == INK_KEYWORD)
		return expand_part(p, ik_part(field, 0), q, q->text, q->len, weight, out);
	if (f->type != INK_TEXT)
		return ik_fail(p->err, INK_ESCHEMA,
		               "field \"%s\" is of type %s, which has no patterns", f->name,
		               ik_type_name(f->type));
	rc = fold_pattern(p, field, q, &text, &len);
	if (rc != 0)
		return rc;
	/* In a script without blanks a word has no beginning: the prefix is a substring. */
	if (q->kind == IK_Q_PREFIX && ik_text_has_grams(text, len) &&
	    ik_analyzer_has_grams(p->c->analyzers[field]))
		return ik_prep_required(p, field, q->text, q->len, boost, out);
	return text_pattern(p, field, q, text, len, weight, out);
}

/* ---- ranges of keywords ---- */

int ik_prep_text_range(struct ik_prepare *p, uint32_t field, const struct ik_query *q,
                       double boost, struct ik_prep **out)
{
	struct expand e = { .prefix = "", .lo = &q->lo, .hi = &q->hi };
	int rc = start(p, ik_part(field, 0), (float)boost, 0, &e);

	if ((q->lo.type != 0 && q->lo.type != INK_KEYWORD) ||
	    (q->hi.type != 0 && q->hi.type != INK_KEYWORD))
		return ik_fail(p->err, INK_ESCHEMA,
		               "field \"%s\" is of keywords: a range of numbers does not fit",
		               p->c->schema->fields[field].name);
	if (rc == 0)
		rc = q->lo.type != 0 ? expand_all(&e, q->lo.text, q->lo.len)
		                     : expand_all(&e, "", 0);
	*out = rc == 0 ? e.prep : NULL;
	return rc;
}
