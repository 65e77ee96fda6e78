/* lexicon_words.h - reading a user's list of words. Layer: text, private to lexicon.c. */
#ifndef IK_TEXT_LEXICON_WORDS_H
#define IK_TEXT_LEXICON_WORDS_H

#include "text/lexicon.h"

/* From lexicon->words_text. INK_ESYNTAX, INK_ELIMIT, INK_ENOMEM. */
int ik_lexicon_read_words(struct ik_lexicon *lexicon, ink_error *err);

#endif
