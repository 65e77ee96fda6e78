/*
 * pair.h - two neighbouring words as one term, where one of them is very frequent.
 *
 * Layer: text. A phrase with "the" in it has to read where "the" stands, which
 * is nearly everywhere. In a field with INK_PAIRS the neighbours of the most
 * frequent words of some languages are terms as well.
 */
#ifndef IK_TEXT_PAIR_H
#define IK_TEXT_PAIR_H

#include "text/analyzer.h"

#define IK_PAIR_MAX (IK_TERM_MAX + 1) /* bytes of a pair's term */

/* One of the two, as a term of the field. */
struct ik_pair_word {
	const char *term;
	uint32_t len;    /* 1 .. IK_TERM_MAX */
	uint32_t number; /* ik_pair_number() */
};

/* The number of a word on the list of FORMAT.md, "Pairs", from 1 on; 0: it is not on it. */
uint32_t ik_pair_number(const char *term, size_t len);

/* The length of the term of two neighbours; 0: they are no pair. */
size_t ik_pair_term(char out[IK_PAIR_MAX], const struct ik_pair_word *first,
                    const struct ik_pair_word *second);

#endif
