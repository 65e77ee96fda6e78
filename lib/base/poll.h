/*
 * poll.h - asking, in loops that may be long, whether to go on.
 *
 * Layer: base. Whoever starts a search says how it is stopped (cancel, time-out); the
 * layers below count what they do, and ask once it is worth a look at the clock.
 */
#ifndef IK_BASE_POLL_H
#define IK_BASE_POLL_H

#include <stddef.h>

#include "base/err.h"

#define IK_POLL_WORK 65536 /* steps of a few nanoseconds: well below a millisecond */

struct ik_poll {
	int (*ask)(void *user, ink_error *err); /* 0, or the code to stop with */
	void *user;
	ink_error *err;
	size_t work; /* since it was asked last */
};

/* So many steps are done: 0 to go on. `poll` may be NULL: nobody wants to stop. */
static inline int ik_poll(struct ik_poll *poll, size_t steps)
{
	if (poll == NULL || (poll->work += steps) < IK_POLL_WORK)
		return 0;
	poll->work = 0;
	return poll->ask(poll->user, poll->err);
}

#endif
