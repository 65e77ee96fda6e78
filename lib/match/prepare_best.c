/*
 * prepare_best.c - alternatives of which the best counts; all words of a text
 * with what stands for them.
 *
 * Layer: match.
 */
#include <math.h>

#include "match/prepare.h"
#include "text/synonym.h"

int ik_prep_best(struct ik_prepare *p, struct ik_prep *const *kids, size_t n,
                 struct ik_prep **out)
{
	struct ik_prep *prep;
	int rc = ik_prep_new(p, IK_P_BEST, &prep);

	*out = NULL;
	if (rc != 0)
		return rc;
	prep->kids = ik_arena_array(p->arena, n + 1, sizeof *prep->kids);
	if (prep->kids == NULL)
		return ik_fail_nomem(p->err);
	for (size_t i = 0; i < n; i++)
		if (kids[i] != NULL)
			prep->kids[prep->n++] = kids[i];
	if (prep->n > 0)
		*out = prep->n == 1 ? prep->kids[0] : prep;
	return 0;
}

static void scale(struct ik_prep *prep, float factor)
{
	prep->weight *= factor;
	if (prep->kind == IK_P_BOOL || prep->kind == IK_P_BEST)
		for (size_t i = 0; i < prep->n; i++)
			scale(prep->kids[i], factor);
}

/* The sum of the weights of words, without that of grams. */
static double words_total(const struct ik_prep *prep)
{
	double sum = 0;

	if (prep->kind != IK_P_BOOL && prep->kind != IK_P_BEST)
		return prep->kind == IK_P_TERM && ik_part_is_gram(prep->part)
		               ? 0
		               : (double)prep->weight;
	for (size_t i = 0; i < prep->n; i++) {
		double kid = words_total(prep->kids[i]);

		if (prep->kind == IK_P_BEST)
			sum = fmax(sum, kid);
		else if (prep->occur[i] == INK_MUST || prep->occur[i] == INK_SHOULD)
			sum += kid;
	}
	return sum;
}

int ik_prep_with_synonyms(struct ik_prepare *p, struct ik_prep *typed,
                          struct ik_prep *const *synonyms, size_t n, struct ik_prep **out)
{
	struct ik_prep **kids = ik_arena_array(p->arena, n + 1, sizeof *kids);
	int rc = kids != NULL ? ik_prep_look_up(p) : ik_fail_nomem(p->err);
	double most = 0;

	*out = NULL;
	if (rc != 0)
		return rc;
	most = typed != NULL ? words_total(typed) : 0;
	kids[0] = typed;
	for (size_t i = 0; i < n; i++) {
		double total = synonyms[i] != NULL ? ik_prep_total(synonyms[i]) : 0;

		kids[i + 1] = synonyms[i];
		if (total > 0)
			scale(synonyms[i], IK_SYNONYM_WEIGHT *
			      (float)(most > 0 && most < total ? most / total : 1));
	}
	return ik_prep_best(p, kids, n + 1, out);
}

/* ---- all words of a text ---- */

/* The same query with another text; for the time of one call. */
static struct ik_query with_text(const struct ik_query *q, const char *text, size_t len)
{
	struct ik_query other = *q;

	other.text = (char *)(uintptr_t)text;
	other.len = len;
	return other;
}

struct all_words {
	struct ik_prepare *p;
	const struct ik_query *q;
	double boost;
	const uint8_t *kept;   /* by byte: a word that counts begins there */
	struct ik_prep **kids;
	size_t n;
};

/* Require every word of bytes [at, end) that is kept. */
static int require_words(struct all_words *a, size_t at, size_t end)
{
	const char *text = a->q->text;
	int rc = 0;

	while (rc == 0 && at < end) {
		struct ik_query word;
		size_t start;

		while (at < end && ik_prep_blank(text[at]))
			at++;
		start = at;
		while (at < end && !ik_prep_blank(text[at]))
			at++;
		if (start == at || !a->kept[start])
			continue;
		word = with_text(a->q, text + start, at - start);
		rc = ik_prep_word(a->p, &word, a->boost, &a->kids[a->n++]);
	}
	return rc;
}

/* The kids from `first` on as one. */
static int join_from(struct all_words *a, size_t first, struct ik_prep **out)
{
	int32_t *occur = ik_arena_array(a->p->arena, a->n - first + 1, sizeof *occur);

	*out = NULL;
	if (occur == NULL)
		return ik_fail_nomem(a->p->err);
	for (size_t i = first; i < a->n; i++)
		occur[i - first] = INK_MUST;
	return ik_prep_bool(a->p, a->kids + first, occur, a->n - first, 0, out);
}

/* Words that have synonyms: all of them, or one of the others. */
static int require_match(struct all_words *a, const struct ik_synonym_match *match)
{
	const struct ik_lexicon *lexicon = ik_analysis_lexicon(a->p->analysis);
	const char *text[IK_ALTERNATIVES_MAX];
	size_t len[IK_ALTERNATIVES_MAX], first = a->n;
	struct ik_prep *others[IK_ALTERNATIVES_MAX], *typed = NULL;
	uint32_t n = ik_synonyms_list(lexicon, match, text, len);
	int rc = require_words(a, match->start, match->end);

	if (rc == 0)
		rc = join_from(a, first, &typed);
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		struct ik_query other = with_text(a->q, text[i], len[i]);

		rc = ik_prep_word(a->p, &other, a->boost, &others[i]);
	}
	a->n = first + 1;
	return rc != 0 ? rc : ik_prep_with_synonyms(a->p, typed, others, n, &a->kids[first]);
}

/* Do only blanks and the ends of the text stand around bytes [from, to)? */
static int is_whole(const struct ik_query *q, size_t from, size_t to)
{
	return (from == 0 || ik_prep_blank(q->text[from - 1])) &&
	       (to == q->len || ik_prep_blank(q->text[to]));
}

int ik_prep_all_words(struct ik_prepare *p, const struct ik_query *q, const uint8_t *kept,
                      double boost, struct ik_prep **out)
{
	struct all_words a = { p, q, boost, kept, NULL, 0 };
	struct ik_synonym_matches found;
	size_t at = 0;
	int rc;

	*out = NULL;
	a.kids = ik_arena_array(p->arena, q->len / 2 + 2, sizeof *a.kids);
	if (a.kids == NULL)
		return ik_fail_nomem(p->err);
	rc = ik_synonyms_find(ik_analysis_lexicon(p->analysis), p->analysis, q->text, q->len,
	                      &found, p->err);
	for (size_t i = 0; rc == 0 && i < found.list.n; i++) {
		const struct ik_synonym_match *m = &found.list.v[i];

		if (!is_whole(q, m->start, m->end))
			continue;
		rc = require_words(&a, at, m->start);
		if (rc == 0)
			rc = require_match(&a, m);
		at = m->end;
	}
	if (rc == 0)
		rc = require_words(&a, at, q->len);
	ik_vec_free(&found.list);
	return rc != 0 ? rc : join_from(&a, 0, out);
}
