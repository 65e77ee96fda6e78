/*
 * fault_dir.h - a folder over another one in which an operation fails: the
 * Nth of the kinds chosen, once, or from then on all of them.
 */
#ifndef SUPPORT_FAULT_DIR_H
#define SUPPORT_FAULT_DIR_H

#include "store/dir.h"

enum {
	FAULT_CREATE = 1,
	FAULT_WRITE = 2,  /* half of the bytes are written all the same */
	FAULT_SYNC = 4,
	FAULT_CLOSE = 8,  /* the file is closed all the same */
	FAULT_OPEN = 16,
	FAULT_RENAME = 32,
	FAULT_REMOVE = 64,
	FAULT_SYNC_DIR = 128,
	FAULT_LIST = 256,
	FAULT_LOCK = 512,
	FAULT_RENAME_LATE = 1024, /* done, and an error told: only in kinds of its own */
	FAULT_ANY = 1023
};

/* The folder below stays the caller's. */
struct ik_dir *fault_dir_new(struct ik_dir *below);

/* Let the operation after the next `after` fail with errno `sys`; counting starts over. */
void fault_dir_arm(struct ik_dir *dir, unsigned kinds, uint64_t after, int persist, int sys);
void fault_dir_disarm(struct ik_dir *dir);

/* Operations of the kinds since it was armed, and how many of them failed. */
uint64_t fault_dir_count(struct ik_dir *dir);
uint64_t fault_dir_failed(struct ik_dir *dir);

/* The first that failed, in words; "" when none did. */
const char *fault_dir_what(struct ik_dir *dir);

#endif
