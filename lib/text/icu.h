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

/* The first character of the canonical decomposition, or the character itself. Up to U+FFFF. */
uint32_t ik_icu_base(uint32_t cp);

/* The end of the grapheme cluster that begins at the front of valid UTF-8; len on failure. */
size_t ik_icu_cluster_end(const char *s, size_t len);

#endif
