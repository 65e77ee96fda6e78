/*
 * count_dir.h - a folder over another one that counts what is written to it,
 * and the space that its files take: those that have a name, and those that
 * were removed while somebody still has them open.
 */
#ifndef SUPPORT_COUNT_DIR_H
#define SUPPORT_COUNT_DIR_H

#include "store/dir.h"

struct count_totals {
	uint64_t written;   /* bytes */
	uint64_t syncs;     /* of files and of the folder */
	uint64_t created;
	uint64_t space;     /* bytes now */
	uint64_t most;      /* and at the worst moment */
	uint64_t names;     /* files now */
};

/* The folder below stays the caller's and is empty. */
struct ik_dir *count_dir_new(struct ik_dir *below);

/* Since the last call of it, all but `space` and `names`; counting starts over. */
struct count_totals count_dir_take(struct ik_dir *dir);

#endif
