/*
 * stage.h - what the threads of threads.c share, and what each of them does.
 *
 * actor.c is the threads: it asserts nothing, since cmocka can only do that
 * in the main thread, but reports what goes wrong and lets everybody stop.
 */
#ifndef TESTS_STRESS_STAGE_H
#define TESTS_STRESS_STAGE_H

#include <pthread.h>

#include "ledger.h"

#define STAGE_SLOTS 3
#define STAGE_ANALYZERS 3

/* What the threads share. */
struct stage {
	struct ledger ledger;
	char path[128];
	ink_index *index;
	struct questions q;
	struct view first;      /* of the first commit; nobody closes it */
	ink_analyzer *analyzers[STAGE_ANALYZERS];
	size_t tokens[STAGE_ANALYZERS];
	pthread_mutex_t mutex;  /* over what follows */
	struct view slots[STAGE_SLOTS];
	ink_cancel *cancel;
	char why[320];          /* the first thing that went wrong */
	_Atomic int over, bad;
	_Atomic uint32_t steps, stopped, opened, registered, released;
};

struct actor {
	struct stage *s;
	pthread_t thread;
	struct gen gen;
	uint32_t last;          /* greatest commit seen */
	size_t fields;          /* the same of the schema */
	ink_results *kept;      /* outlives all that it came from */
	ink_error err;
};

void stage_report(struct stage *s, const char *what, const ink_error *why);

/* Make the shared analyzers and note how many tokens they give. */
int stage_analyzers(struct stage *s, ink_error *err);

void *actor_run(void *actor);                /* random steps until it is over */
int actor_look_at_kept(struct actor *a);     /* after all else is closed, too */

#endif
