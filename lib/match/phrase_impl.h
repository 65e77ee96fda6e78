/* phrase_impl.h - what phrase.c and phrase_count.c share. Layer: match. */
#ifndef IK_MATCH_PHRASE_IMPL_H
#define IK_MATCH_PHRASE_IMPL_H

#include "match/meet.h"
#include "match/phrase.h"
#include "match/slop.h"

#define IK_PHRASE_BATCH 8 /* documents of which positions are compared, one after the other */

struct ik_phrase {
	struct ik_node node;
	struct ik_term **found;  /* by which documents are found, the rarest first */
	size_t n_found;
	struct ik_term *const *more; /* terms that documents have as often as the phrase */
	size_t n_more;
	struct ik_term **terms;  /* its words, as ik_phrase_sort() leaves them */
	struct ik_place *places; /* of each in the current document */
	struct ik_posting *at;   /* of each, without slop of two, in `batch` documents of a range */
	size_t n_at;
	uint32_t batch;
	size_t n;
	int met;                 /* who asks knows that they have all terms */
	uint32_t narrowed;       /* the range of which that is known */
	uint32_t asked, refused; /* of those whose positions may_meet() looked at */
	const struct ik_meet *meet;
	uint32_t slop;
	float weight, ws;
	uint32_t freq[IK_RANGE]; /* of the phrase, by document of the current range */
	uint32_t *room;          /* positions of all members */
	size_t cap;
};

static inline struct ik_phrase *ik_phrase_of(struct ik_node *node)
{
	return (struct ik_phrase *)node; /* the node is its first member */
}

/*
 * Which of n documents of a range that have all terms, a batch at most, have the phrase: freq, and
 * bits of node.mask, which were 0. INK_ECORRUPT, INK_ENOMEM, or as ik_poll() fails.
 */
int ik_phrase_count(struct ik_phrase *p, uint32_t r, const uint8_t *docs, uint32_t n);

#endif
