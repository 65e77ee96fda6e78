/*
 * crash_dir.h - a folder that remembers every change, and makes the folders
 * that a power cut after any of them could have left.
 *
 * What a disk may do is taken from POSIX, not from one file system: bytes
 * that were not synced are lost, cut short, or there with holes of 512 or
 * 4096 bytes that are zero or stale; a file that was truncated is as before,
 * or shorter; names that were made, changed or removed since the last sync of
 * the folder are done or not done in any subset in which changes of one name
 * keep their order. Files are truncated, by making them again, or appended to.
 */
#ifndef SUPPORT_CRASH_DIR_H
#define SUPPORT_CRASH_DIR_H

#include "store/dir.h"

/* A folder in memory that starts empty, or as a copy of `from`, all of it durable. */
struct ik_dir *crash_dir_new(struct ik_dir *from);

/* How many changes there were. */
size_t crash_dir_ops(struct ik_dir *dir);

/* Change number `i` in words, for messages; in a buffer that the next call overwrites. */
const char *crash_dir_op(struct ik_dir *dir, size_t i);

enum crash_mode {
	CRASH_KEPT,   /* everything got to the disk: what a killed process leaves */
	CRASH_LOST,   /* nothing that was not synced */
	CRASH_GONE,   /* the same, but that removals were done: the worst for who removes early */
	CRASH_RANDOM, /* each change by itself, by the seed */
	CRASH_MODES
};

/* The folder after a power cut when `n` changes had been made; to be freed with ik_dir_free(). */
struct ik_dir *crash_dir_cut(struct ik_dir *dir, size_t n, enum crash_mode mode, uint64_t seed);

#endif
