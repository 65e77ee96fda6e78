/*
 * dir.h - a folder of files as the engine sees it.
 *
 * Layer: store. Files are written once, from front to back, and then only
 * read; so a directory can be the file system, memory, or a test that fails
 * the Nth write or forgets what was not synced. Names hold no '/'.
 */
#ifndef IK_STORE_DIR_H
#define IK_STORE_DIR_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct ik_dir;

/* A file being written. write and sync may be called until close. */
struct ik_out {
	int (*write)(struct ik_out *out, const void *data, size_t len, ink_error *err);
	int (*sync)(struct ik_out *out, ink_error *err);
	int (*close)(struct ik_out *out, ink_error *err); /* frees it, also on failure */
};

/* A file being read: all of it, mapped or in memory, never changing; `data` is aligned to 64. */
struct ik_in {
	const uint8_t *data;
	size_t len;
	void (*close)(struct ik_in *in); /* frees it */
};

/* Each message names the path. open and remove: INK_ENOTFOUND; lock: INK_ELOCKED. */
struct ik_dir_ops {
	int (*create)(struct ik_dir *dir, const char *name, struct ik_out **out, ink_error *err);
	int (*open)(struct ik_dir *dir, const char *name, struct ik_in **out, ink_error *err);
	int (*rename)(struct ik_dir *dir, const char *from, const char *to, ink_error *err);
	int (*remove)(struct ik_dir *dir, const char *name, ink_error *err);
	int (*sync)(struct ik_dir *dir, ink_error *err); /* names and renames become durable */
	/* fn may remove the file that it is told of; what it answers but 0 ends the walk. */
	int (*list)(struct ik_dir *dir, int (*fn)(void *user, const char *name), void *user,
	            ink_error *err);
	int (*lock)(struct ik_dir *dir, const char *name, void **lock, ink_error *err);
	void (*unlock)(struct ik_dir *dir, void *lock);
	void (*free)(struct ik_dir *dir);
};

struct ik_dir {
	const struct ik_dir_ops *ops;
	const char *path; /* for messages */
};

/*
 * `path` from the root on, to be freed: it names the same when the process changes its folder.
 * INK_EIO, INK_ENOMEM.
 */
int ik_dir_absolute(const char *path, char **out, ink_error *err);

/*
 * The file system folder at `path`, wherever the process goes; with `make`, made when missing.
 * INK_ENOTFOUND, INK_EIO.
 */
int ik_dir_fs(const char *path, int make, struct ik_dir **out, ink_error *err);

/* Free one of ik_dir_fs(); the folder goes too, if that made it and it is empty. NULL is fine. */
void ik_dir_fs_undo(struct ik_dir *dir);

/* Remove the files that `is_one` picks by their names, NULL: all; what cannot be removed stays. */
void ik_dir_clear(struct ik_dir *dir, int (*is_one)(const char *name));

/* A folder in memory. */
int ik_dir_mem(struct ik_dir **out, ink_error *err);

void ik_dir_free(struct ik_dir *dir); /* NULL is fine */
void ik_in_close(struct ik_in *in);   /* NULL is fine */

#endif
