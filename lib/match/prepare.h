/*
 * prepare.h - from a query to what is looked up, once for all segments.
 *
 * Layer: match. Text is analyzed, terms are looked up in every segment,
 * patterns are expanded, weights are computed from the statistics of the
 * whole collection. plan.h then makes nodes of it, segment by segment.
 */
#ifndef IK_MATCH_PREPARE_H
#define IK_MATCH_PREPARE_H

#include <math.h>

#include "base/poll.h"
#include "match/collection.h"
#include "match/set.h"
#include "query/ast.h"

#define IK_EXPANSIONS_MAX 1000000 /* terms of one pattern over all segments */
#define IK_EXPANDED_MAX 10000000  /* of all patterns of a query */
#define IK_BOOST_MIN 1e-18        /* of a leaf, with those around it, but for 0 */
#define IK_BOOST_MAX 1e18

enum ik_prep_kind {
	IK_P_NONE,    /* matches nothing */
	IK_P_ALL,
	IK_P_TERM,
	IK_P_PHRASE,
	IK_P_SET,     /* documents of many terms, collected */
	IK_P_NUMBERS,
	IK_P_VERIFY,  /* what a gram query found, compared with the stored text */
	IK_P_BOOL,
	IK_P_BEST     /* alternatives; the best of them counts */
};

struct ik_prep {
	enum ik_prep_kind kind;
	int implied;               /* an optional clause of a bool that only adds to scores: its
	                              documents match another one of these */
	float weight;              /* times idf where there is one; 0: never scores */
	/* TERM, SET with frequencies, members of a PHRASE */
	uint32_t part;
	const char *text;
	size_t len;
	double idf;
	uint64_t df;
	struct ik_term_info *infos; /* TERM: by segment; df 0 where it is not */
	struct ik_prep *next;       /* TERM: of those to be looked up */
	/* PHRASE, BOOL, BEST and VERIFY */
	struct ik_prep **kids;
	int32_t *occur;
	uint32_t *offsets;
	size_t n;
	size_t n_more;             /* PHRASE: kids behind its n words that documents have to have as
	                              well: pairs of them, or grams that they imply */
	uint8_t *in_pair;          /* and of each word, whether a pair stands for it */
	uint32_t slop, min_should;
	/* SET */
	struct ik_docset **sets;    /* by segment; NULL where there is none */
	/* NUMBERS and VERIFY */
	uint32_t field;
	int64_t lo, hi;
	/* VERIFY: kids[0] finds candidates; text is folded */
	const struct ik_analyzer *analyzer;
	const char *typed;          /* the same, as the query has it */
	size_t typed_len;
};

/* What preparing a query needs. */
struct ik_prepare {
	const struct ik_collection *c;
	struct ik_arena *arena;
	struct ik_analysis *analysis;
	size_t nodes;
	size_t expanded; /* terms that fit patterns */
	int unscored;    /* a choice: nobody asks for scores, so what only adds to them is left out */
	struct ik_prep *terms; /* to be looked up, the last one first */
	struct ik_poll *poll;  /* cancel and time-out; may be NULL */
	ink_error *err;
};

/*
 * *out lives in the arena; NULL when the query says nothing at all (only
 * punctuation, say). Errors: INK_ENOTFOUND, INK_ESCHEMA, INK_EUNSUPPORTED,
 * INK_ESYNTAX, INK_ELIMIT, INK_ECORRUPT, INK_ENOMEM.
 */
int ik_prepare(struct ik_prepare *p, const struct ik_query *query, struct ik_prep **out);

/* ---- prepare_node.c ---- */

/* The sum of all weights: no document scores more. */
double ik_prep_total(const struct ik_prep *prep);

/* How many clauses of a bool take part as `occur`. */
size_t ik_prep_count(const struct ik_prep *prep, int32_t occur);

int ik_prep_new(struct ik_prepare *p, enum ik_prep_kind kind, struct ik_prep **out);

/* A bool of `n` kids with occur[i]; NULL kids are left out; NULL *out when none is left. */
int ik_prep_bool(struct ik_prepare *p, struct ik_prep *const *kids, const int32_t *occur, size_t n,
                 uint32_t min_should, struct ik_prep **out);

/* A term of a part, with `weight` times its idf as weight: after the next ik_prep_look_up(). */
int ik_prep_term(struct ik_prepare *p, uint32_t part, const char *term, size_t len, float weight,
                 struct ik_prep **out);

/* Find the terms prepared so far, together, as that takes less time. INK_ECORRUPT. */
int ik_prep_look_up(struct ik_prepare *p);

/* ---- between the files of prepare; prepare.c ---- */

/* One word of a text that has to be there, in its field or in any. */
int ik_prep_word(struct ik_prepare *p, const struct ik_query *word, double boost,
                 struct ik_prep **out);

/*
 * Which text field says which words of a query's text count: the one named, or the first. 1; 0
 * when it is no text field, or there is none; as ik_schema_need() fails.
 */
int ik_prep_text_field(const struct ik_schema *schema, const struct ik_query *q, uint32_t *field,
                       ink_error *err);

/* Boosts around boosts go on to where weights, which are floats, are no numbers any more. */
static inline double ik_prep_boost(double boost, double more)
{
	boost *= more;
	return boost > 0 ? fmin(fmax(boost, IK_BOOST_MIN), IK_BOOST_MAX) : 0;
}

/* What stands between the words of a text: whoever cuts one has to cut alike. */
static inline int ik_prep_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Letters or digits of ASCII, which stand beside scripts without blanks with and without blanks. */
static inline int ik_prep_has_latin(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'A' && text[i] <= 'Z') ||
		    (text[i] >= 'a' && text[i] <= 'z'))
			return 1;
	return 0;
}

/* ---- prepare_value.c ---- */

/* TERM and RANGE of one field. */
int ik_prep_value(struct ik_prepare *p, uint32_t field, const struct ik_query *query,
                  double boost, struct ik_prep **out);
int ik_prep_range(struct ik_prepare *p, uint32_t field, const struct ik_query *query,
                  double boost, struct ik_prep **out);

/* ---- prepare_tokens.c ---- */

/*
 * Which words (runs between blanks) of a text does a ranked OR look for?
 * kept[i] of len + 1 flags is set where one starts at byte i.
 */
int ik_prep_kept(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                 uint8_t *kept);

/* ---- prepare_text.c ---- */

/* A required word and PHRASE of one text field, without synonyms. */
int ik_prep_required(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                     double boost, struct ik_prep **out);
int ik_prep_phrase(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                   uint32_t slop, double boost, struct ik_prep **out);

/* ---- prepare_user.c ---- */

/* MATCH of one text field. */
int ik_prep_match(struct ik_prepare *p, uint32_t field, const char *text, size_t len,
                  double boost, struct ik_prep **out);

/* ---- prepare_best.c ---- */

/* The best of `n` alternatives; NULL ones are left out; NULL *out when none is left. */
int ik_prep_best(struct ik_prepare *p, struct ik_prep *const *kids, size_t n,
                 struct ik_prep **out);

/*
 * What was typed, and other words for it: the best counts. A synonym, with
 * its grams, counts IK_SYNONYM_WEIGHT of what it would if it had been typed,
 * and never more than that of the words that were: so hits of the words as
 * typed score as they would without synonyms, and no rare or frequent other
 * word takes their place.
 */
#define IK_SYNONYM_WEIGHT 0.8f
int ik_prep_with_synonyms(struct ik_prepare *p, struct ik_prep *typed,
                          struct ik_prep *const *synonyms, size_t n, struct ik_prep **out);

/* All words between blanks, or their synonyms, required; kept[i] where one begins that counts. */
int ik_prep_all_words(struct ik_prepare *p, const struct ik_query *q, const uint8_t *kept,
                      double boost, struct ik_prep **out);

/* ---- prepare_set.c ---- */

/* PREFIX, WILDCARD and FUZZY of one field; keyword ranges. */
int ik_prep_pattern(struct ik_prepare *p, uint32_t field, const struct ik_query *query,
                    double boost, struct ik_prep **out);
int ik_prep_text_range(struct ik_prepare *p, uint32_t field, const struct ik_query *query,
                       double boost, struct ik_prep **out);

/* All terms of a part that start so; scored like one term when `freqs`. */
int ik_prep_prefix_terms(struct ik_prepare *p, uint32_t part, const char *text, size_t len,
                         int freqs, float weight, struct ik_prep **out);

#endif
