/*
 * term.h - one term of one segment as a node.
 *
 * Layer: match. A term in range form is read range by range; a rarer one is
 * decoded whole when the query starts, which costs less than a microsecond.
 */
#ifndef IK_MATCH_TERM_H
#define IK_MATCH_TERM_H

#include "match/node.h"
#include "segment/range.h"

struct ik_term {
	struct ik_node node;
	const struct ik_part_info *part;
	struct ik_term_info info;
	const char *text;      /* the term; of a pair, as people read it */
	size_t len;
	const char *field;     /* for explain, as the next ones */
	float weight;          /* boost, field weight, part weight and idf */
	float ws;              /* the same, scaled */
	double idf;
	uint64_t df;           /* over the whole index */
	const struct ik_bm25 *bm25; /* of the whole index */
	float umax;            /* greatest u, by the statistics of the index */
	float down;            /* k-th values of the segment times this are those of the index */
	int ranged;
	struct ik_ranges ranges;
	struct ik_record rec;    /* of range rec_range, when it has one */
	uint32_t rec_range;      /* the current range, also of a list */
	uint32_t loaded_range;
	uint32_t *docs, *freqs;  /* not ranged: the list, padded; no frequencies when it is only counted */
	struct ik_post_arrays list; /* the same, for its positions */
	int32_t *points;         /* room for what each scores; NULL when the term does not */
	int scored;              /* it is there */
	uint32_t at, end;        /* its postings in the current range */
	struct ik_range loaded;  /* of range loaded_range; last, as it is large and not cleared */
};

struct ik_term_spec {
	uint32_t part;
	const char *field;      /* its name */
	const char *text;
	size_t len;
	float weight;           /* idf included; 0: matches only, never scores */
	double idf;
	uint64_t df;
	const struct ik_bm25 *bm25;
	float up, down;         /* struct ik_part_fit of its part and segment */
	int docs_only;          /* no frequency and no position is asked for */
	int required;           /* perhaps only a few of its documents are scored */
};

/* What decoding its list needs. */
static inline struct ik_post_env ik_term_env(const struct ik_term *t)
{
	return ik_segment_env(t->node.m->seg, t->part, t->text, t->len);
}

/* A term that is in the segment. */
int ik_term_open(struct ik_match *m, const struct ik_term_spec *spec,
                 const struct ik_term_info *info, struct ik_node **out);

/*
 * Which of the term's postings in range r is document d, which matched, and
 * its frequency. INK_ECORRUPT.
 */
int ik_term_place(struct ik_term *t, uint32_t r, uint32_t d, uint32_t *place, uint32_t *freq);

/*
 * The postings of n documents of range r, which matched: their low parts can be read, and
 * positions after ik_term_reach(), while the range is that of the last call. INK_ECORRUPT.
 */
int ik_term_postings(struct ik_term *t, uint32_t r, const uint8_t *docs, uint32_t n,
                     struct ik_posting *out);
int ik_term_reach(struct ik_term *t, struct ik_posting *posting);

/* Bounds of the term with another weight in place of its own: for phrases. */
void ik_term_bounds(struct ik_term *t, float weight, uint32_t from, uint32_t n, uint16_t *out);

/* At least `k` documents of the segment have an integer score above this (0: not known). */
int32_t ik_term_kth(const struct ik_term *t, uint64_t k);

/*
 * Add the scores of all its documents in range r, which has some: for who
 * wants every one of them, without asking for the mask first.
 */
int ik_term_gain(struct ik_term *t, uint32_t r, int32_t acc[256]);

/* Not ranged: the first posting that is not before a document. */
uint32_t ik_term_list_from(const struct ik_term *t, uint64_t doc);

/* Not ranged: what all postings score, computed when first asked for; NULL when the term does not. */
const int32_t *ik_term_all_points(struct ik_term *t);

#define IK_TERM_PAD 4 /* documents of UINT32_MAX that stand behind a list */

/* Not ranged: the first posting from i on of document d or a later one, which is not far. */
static inline uint32_t ik_term_pass(const struct ik_term *t, uint32_t i, uint32_t d)
{
	const uint32_t *at;
	uint32_t n;

	do { /* four without a branch, as nobody foresees which it is */
		at = t->docs + i;
		n = (uint32_t)(at[0] < d) + (at[1] < d) + (at[2] < d) + (at[3] < d);
		i += n;
	} while (n == IK_TERM_PAD);
	return i;
}

/* Not ranged: set at and end for range r; cheapest where ranges ascend. */
void ik_term_seek(struct ik_term *t, uint32_t r);

/* INK_ECORRUPT with a message. */
int ik_term_damaged(const struct ik_term *t);
int ik_term_positions_damaged(const struct ik_term *t);

#define IK_TERM_SPARSE 4 /* documents in a range, of those that have any */

/* Has it few documents in a range? Then it costs less to look at them one by one. */
static inline int ik_term_is_sparse(const struct ik_term *t)
{
	return !t->ranged || t->info.df / IK_TERM_SPARSE <= t->ranges.occupied;
}

/* NULL when the node is not a term. */
struct ik_term *ik_term_of(struct ik_node *node);

/* Put a term in its place among n others, the rarest of which come first. */
static inline void ik_term_insert(struct ik_term **terms, size_t n, struct ik_term *t)
{
	for (; n > 0 && terms[n - 1]->info.df > t->info.df; n--)
		terms[n] = terms[n - 1];
	terms[n] = t;
}

#endif
