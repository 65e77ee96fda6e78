/*
 * progress.h - one line on a terminal that says how far a command has come.
 *
 * Part of: the search program. Shown on standard error, only when that is a terminal that can clear
 * it, and redrawn five times a second. Whatever else is printed there goes through msg.h, which
 * clears the line first.
 */
#ifndef SEARCH_PROGRESS_H
#define SEARCH_PROGRESS_H

#include <stdint.h>

#include "inkstone.h"

/* Begin; `total_bytes` is 0 when not known. With `quiet` nothing is ever drawn. */
void progress_start(uint64_t total_bytes, int quiet);

void progress_add_bytes(uint64_t n);
void progress_add_docs(uint64_t n);

/* Remove the line; it comes back with the next change. */
void progress_clear(void);
void progress_stop(void);

uint64_t progress_bytes(void);
double progress_seconds(void);

/* An ink_progress_fn that draws a percentage and stops on Ctrl-C; `user` is a word for the line. */
int progress_of_library(void *user, const ink_progress *progress);

#endif
