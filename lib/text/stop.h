/*
 * stop.h - function words and function characters.
 *
 * Layer: text.
 */
#ifndef IK_TEXT_STOP_H
#define IK_TEXT_STOP_H

#include <stddef.h>

#include "text/fold.h"

struct ik_stop;

extern const char ik_stop_list[]; /* the codes there are, for messages */

/* The list of an ISO 639 code or an English name of a language; NULL when there is none. */
const struct ik_stop *ik_stop_find(const char *language, size_t len);

/* Is the folded term on the list? */
int ik_stop_has(const struct ik_stop *stop, const char *term, size_t len);
int ik_stop_english(const char *term, size_t len);

/*
 * Mark the characters of a run of Han and kana that say nothing by themselves:
 * Han function characters, hiragana that are function words or endings, and a
 * katakana character that is alone.
 */
void ik_stop_mark(struct ik_char *c, uint32_t n);

/* Is a term of a marked run only such characters? */
int ik_stop_cjk(const struct ik_char *c, uint32_t n);

/* Is a Han character a function word? */
int ik_stop_han(uint32_t cp);

/* Is a Korean word, whole or without its particle, a question word, pronoun or auxiliary? */
int ik_stop_korean(const struct ik_char *c, uint32_t n);

#endif
