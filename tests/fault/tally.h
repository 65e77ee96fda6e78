/*
 * tally.h - what a fault test tried, in lines that tests/fault/table.sh
 * gathers. A program that found anything lost, leaked, crashed or unopenable
 * fails, and has no such line.
 */
#ifndef FAULT_TALLY_H
#define FAULT_TALLY_H

#include <stdint.h>

static inline void tally(const char *kind, uint64_t points)
{
	print_message("tally: %s: %llu\n", kind, (unsigned long long)points);
}

#endif
