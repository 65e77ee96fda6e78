/*
 * work.h - the work that the library did, counted rather than timed, so that
 * it is the same on a busy machine.
 *
 * Needs the library as libcounted.la has it: the compiler puts a call at each
 * basic block, and the linker hands calls that move, compare or look for bytes
 * to work.c. What ICU, libdeflate and libstemmer do is not counted.
 */
#ifndef SUPPORT_WORK_H
#define SUPPORT_WORK_H

#include <stdint.h>

/* Basic blocks that this thread has passed, and every eighth byte that the C library did. */
uint64_t work_done(void);

#endif
