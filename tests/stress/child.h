/* child.h - the processes of soak.c: one that writes, and those that read. */
#ifndef TESTS_STRESS_CHILD_H
#define TESTS_STRESS_CHILD_H

#include <sys/types.h>

#include "ledger.h"

/* A mapping that all of them share. */
struct common {
	struct ledger ledger;
	pid_t parent; /* nobody goes on without it */
	_Atomic int over;
	_Atomic uint64_t views, counts, reads;
};

/* Until it is over, or something is wrong. */
int child_write(const char *path, struct common *c, uint64_t seed, ink_error *err);
int child_read(const char *path, struct common *c, uint64_t seed, ink_error *err);

#endif
