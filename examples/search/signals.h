/*
 * signals.h - Ctrl-C, readers that go away, files beyond the limit.
 *
 * Part of: the search program. The first SIGINT or SIGTERM asks the command to stop, which it does
 * at the next document; a second one ends the program at once. SIGPIPE is ignored: writing fails
 * with EPIPE instead, which out.h takes care of.
 */
#ifndef SEARCH_SIGNALS_H
#define SEARCH_SIGNALS_H

#include "inkstone.h"

void signals_init(void);

/* Whether somebody asked to stop. */
int signals_stop(void);

/* Fired on a stop; NULL for nothing. Set to NULL before freeing it. */
void signals_set_cancel(ink_cancel *cancel);

/* Wait until `fd` can be read: 0, or -1 with errno EINTR when asked to stop meanwhile. */
int signals_wait(int fd);

#endif
