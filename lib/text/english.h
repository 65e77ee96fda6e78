/*
 * english.h - the English stemmer, Porter2.
 *
 * Layer: text.
 */
#ifndef IK_TEXT_ENGLISH_H
#define IK_TEXT_ENGLISH_H

#include <stddef.h>

#define IK_ENGLISH_MAX 31

/*
 * The stem of word[0, len), at most IK_ENGLISH_MAX lower-case ASCII letters and apostrophes,
 * written to `out`, which has room for IK_ENGLISH_MAX + 1 bytes; its length, at most len.
 */
size_t ik_english_stem(const char *word, size_t len, char *out);

#endif
