/* usage.h - what a process and a folder take up, by Linux's /proc. */
#ifndef TESTS_STRESS_USAGE_H
#define TESTS_STRESS_USAGE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct usage {
	uint64_t anon; /* bytes of memory that no file stands behind */
	uint32_t descriptors, maps;
};

/* 0, or -1 when it is not known: the process is gone, or there is no /proc. */
int usage_of(pid_t pid, struct usage *out);

/* Files of a folder and their bytes; those that go while it looks do not count. -1: no folder. */
int usage_of_folder(const char *path, uint32_t *files, uint64_t *bytes);

/* Means of a figure over each quarter of a run. */
struct series {
	const char *name, *unit;
	double scale; /* the value of a unit */
	double slack; /* units that it may grow by in any case */
	double sum[4], most[4];
	uint32_t n[4];
};

void series_add(struct series *s, unsigned quarter, double value);
double series_mean(const struct series *s, unsigned quarter); /* in units */

/* A table of several on standard output. */
void series_print(const struct series *v, size_t n);

/* Is the last quarter at most so many times the second, and the slack? */
int series_is_flat(const struct series *s, double factor);

#endif
