/*
 * lines.h - the lines of a text that somebody wrote: words, synonyms.
 *
 * Layer: text. Blanks around a line do not count; empty lines and those that
 * begin with # are passed over. Errors name line and byte.
 */
#ifndef IK_TEXT_LINES_H
#define IK_TEXT_LINES_H

#include <stddef.h>

#include "base/err.h"

struct ik_lines {
	const char *text;  /* of the whole */
	const char *next;  /* where the line after this one begins */
	const char *stop;
	const char *p;     /* this line, without blanks around it */
	const char *end;
	unsigned long number; /* from 1 */
};

/* INK_ESYNTAX for what is not UTF-8. */
int ik_lines_open(struct ik_lines *lines, const char *text, size_t len, ink_error *err);

/* The next line that says something: 1, or 0 at the end. */
int ik_lines_next(struct ik_lines *lines);

/* INK_ESYNTAX at a byte of this line. */
int ik_lines_fail(const struct ik_lines *lines, const char *at, ink_error *err, const char *fmt,
                  ...) IK_PRINTF(4, 5);

/* Move both ends inwards over blanks. */
void ik_lines_trim(const char **p, const char **end);

#endif
