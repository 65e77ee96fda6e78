/*
 * diacritics.h - letters without the marks on them.
 *
 * Layer: text.
 */
#ifndef IK_TEXT_DIACRITICS_H
#define IK_TEXT_DIACRITICS_H

#include "text/normal.h"

/* Strip a folded term in place; its new length, which is never larger. */
size_t ik_diacritics_term(char *s, size_t len);

/* Append a text without diacritics to an empty `out`. INK_ENOMEM, INK_ELIMIT, or 0. */
int ik_diacritics_text(struct ik_normal *out, const char *text, size_t len);

#endif
