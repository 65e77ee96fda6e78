/* phrase_words.h - in which order the words of a phrase are looked at. Layer: match. */
#ifndef IK_MATCH_PHRASE_WORDS_H
#define IK_MATCH_PHRASE_WORDS_H

#include "match/term.h"

struct ik_phrase_word {
	struct ik_term *term;
	uint32_t at, first; /* its number in the phrase, and that of the first one of the same term */
};

/*
 * The rarest first; those that are the same side by side, in the order of the
 * phrase. Sets `first`. In n log n, as a phrase may have thousands.
 */
void ik_phrase_sort(struct ik_phrase_word *words, size_t n);

#endif
