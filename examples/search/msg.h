/*
 * msg.h - what the program says on standard error.
 *
 * Part of: the search program. Every message is a line "search: ..." without a full stop. Control
 * characters in it are replaced, since file names and keys may hold anything.
 */
#ifndef SEARCH_MSG_H
#define SEARCH_MSG_H

#include <stddef.h>

#include "inkstone.h"

#if defined(__GNUC__)
# define MSG_PRINTF __attribute__((format(printf, 1, 2)))
#else
# define MSG_PRINTF
#endif

void msg_error(const char *fmt, ...) MSG_PRINTF;

/* An error of the library about `what`, such as an index or FILE:LINE; `what` may be NULL. */
void msg_ink(const char *what, const ink_error *err);

/* The same for a text of a person's: shows where in it the error is, when known. */
void msg_ink_at(const char *what, const char *text, const ink_error *err);

/* Leave out what only informs. */
void msg_set_quiet(int quiet);
void msg_info(const char *fmt, ...) MSG_PRINTF;

#endif
