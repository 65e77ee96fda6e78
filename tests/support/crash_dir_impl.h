/* crash_dir_impl.h - what a folder remembers, between crash_dir.c and crash_cut.c. */
#ifndef SUPPORT_CRASH_DIR_IMPL_H
#define SUPPORT_CRASH_DIR_IMPL_H

#include <stdlib.h>

#include "base/os.h"
#include "crash_dir.h"

#define NONE SIZE_MAX

enum kind { OP_CREATE, OP_TRUNCATE, OP_WRITE, OP_SYNC, OP_RENAME, OP_REMOVE, OP_SYNC_DIR };

struct op {
	enum kind kind;
	size_t file;  /* CREATE, TRUNCATE, WRITE, SYNC */
	char *name;   /* CREATE, TRUNCATE, RENAME, REMOVE */
	char *to;     /* RENAME */
	uint8_t *data; /* WRITE */
	size_t len;
};

struct crash_dir {
	struct ik_dir base;
	struct ik_dir *live; /* what programs see: everything that was done */
	struct ik_mutex *mutex;
	struct op *ops;
	size_t n, cap;
	size_t files;
	size_t start;        /* changes that made the first content; not counted */
	char text[160];
};

static inline void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

#endif
