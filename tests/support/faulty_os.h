/*
 * faulty_os.h - base/os_posix.c and os_thread.c once more, over system calls that fail when
 * they are told to, are interrupted, or do only part of what was asked.
 *
 * A program that is linked with faulty_os.c has it in place of the library's.
 */
#ifndef SUPPORT_FAULTY_OS_H
#define SUPPORT_FAULTY_OS_H

#include <stdint.h>

enum {
	OS_OPEN = 1,
	OS_CLOSE = 2,  /* the file is closed all the same */
	OS_STAT = 4,
	OS_WRITE = 8,  /* half of the bytes are written all the same */
	OS_SYNC = 16,
	OS_MAP = 32,
	OS_RENAME = 64,
	OS_REMOVE = 128,
	OS_MKDIR = 256,
	OS_LIST = 512,
	OS_LOCK = 1024,
	OS_THREAD = 2048,
	OS_MUTEX = 4096, /* and conditions */
	OS_CLOCK = 8192,
	OS_ANY = 16383
};

/* Let the call after the next `after` fail, `persist`: and all later ones; counting starts over. */
void faulty_os_arm(unsigned kinds, uint64_t after, int persist);
void faulty_os_disarm(void);

/* Calls of the kinds since it was armed, and how many of them failed. */
uint64_t faulty_os_count(void);
uint64_t faulty_os_failed(void);

/* The kinds that failed; errno and name of the first call that did, 0 and "" when none did. */
unsigned faulty_os_kinds(void);
int faulty_os_errno(void);
const char *faulty_os_what(void);

/* While on, every other call that can be is interrupted; reads and writes stop short. */
void faulty_os_interrupt(int on);

/* Descriptors, mappings and threads that are there now. */
int64_t faulty_os_live(void);

#endif
