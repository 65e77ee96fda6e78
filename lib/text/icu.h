/*
 * icu.h - what Inkstone asks of ICU while it runs.
 *
 * Layer: text. icu.c is the only file of the library that includes ICU's
 * headers. ASCII text and most other text never gets here.
 */
#ifndef IK_TEXT_ICU_H
#define IK_TEXT_ICU_H

#include <stddef.h>
#include <stdint.h>

/* NFKC_Casefold of UTF-8: how many code points went to out, or -1 (no room, ICU failed). */
int ik_icu_fold(const char *s, size_t len, uint32_t *out, size_t max);

/* The lower case of one character, by the simple mapping. */
uint32_t ik_icu_lower(uint32_t cp);

/* Word boundaries by dictionary, for Thai and its like. For one thread at a time. */
struct ik_icu_words;

struct ik_icu_words *ik_icu_words_new(void); /* NULL: ICU has no memory or no data */
void ik_icu_words_free(struct ik_icu_words *words);

/* Set the text, UTF-16 that stays where it is until the next call: 0 or -1. */
int ik_icu_words_set(struct ik_icu_words *words, const uint16_t *s, size_t len);

/* The next boundary in code units, or -1 after the last. */
int32_t ik_icu_words_next(struct ik_icu_words *words);

/* The end of the grapheme cluster that begins at the front of valid UTF-8; len on failure. */
size_t ik_icu_cluster_end(const char *s, size_t len);

#endif
