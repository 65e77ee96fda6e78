/*
 * dir_fs.c - a folder of the file system.
 *
 * Layer: store. Files are read through mappings; durability is the caller's
 * to ask for: sync a file, then the folder.
 */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "base/os.h"
#include "store/dir.h"

struct fs_dir {
	struct ik_dir base;
	char *path;     /* as the caller has it */
	char *absolute;
	int is_made;    /* by us */
};

struct fs_out {
	struct ik_out base;
	int fd;
	char *path;
};

struct fs_lock {
	int fd;
};

static const char *absolute_of(const struct ik_dir *dir)
{
	return ((const struct fs_dir *)dir)->absolute;
}

/* "/folder/name", to be freed; NULL with *rc set when the name is no name or memory is out. */
static char *join(const struct ik_dir *dir, const char *name, int *rc, ink_error *err)
{
	const char *folder = absolute_of(dir);
	size_t dir_len = strlen(folder), name_len = strlen(name);
	char *path;

	if (name_len == 0 || strchr(name, '/') != NULL || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0) {
		*rc = ik_fail(err, INK_EINVAL, "%s: \"%s\" is not a file name", dir->path, name);
		return NULL;
	}
	path = ik_alloc(dir_len + name_len + 2);
	if (path == NULL) {
		*rc = ik_fail_nomem(err);
		return NULL;
	}
	memcpy(path, folder, dir_len);
	if (dir_len > 0 && path[dir_len - 1] != '/')
		path[dir_len++] = '/';
	memcpy(path + dir_len, name, name_len + 1);
	*rc = 0;
	return path;
}

/* ---- writing ---- */

static int out_write(struct ik_out *base, const void *data, size_t len, ink_error *err)
{
	struct fs_out *out = (struct fs_out *)base;
	int sys = ik_os_write(out->fd, data, len);

	return sys != 0 ? ik_fail_sys(err, sys, "cannot write %s", out->path) : 0;
}

static int out_sync(struct ik_out *base, ink_error *err)
{
	struct fs_out *out = (struct fs_out *)base;
	int sys = ik_os_sync(out->fd);

	return sys != 0 ? ik_fail_sys(err, sys, "cannot sync %s", out->path) : 0;
}

static int out_close(struct ik_out *base, ink_error *err)
{
	struct fs_out *out = (struct fs_out *)base;
	int sys = ik_os_close(out->fd);
	int rc = sys != 0 ? ik_fail_sys(err, sys, "cannot close %s", out->path) : 0;

	ik_free(out->path);
	ik_free(out);
	return rc;
}

static int fs_create(struct ik_dir *dir, const char *name, struct ik_out **result, ink_error *err)
{
	struct fs_out *out;
	char *path;
	int rc, sys;

	*result = NULL;
	path = join(dir, name, &rc, err);
	if (path == NULL)
		return rc;
	out = ik_zalloc(sizeof *out);
	if (out == NULL) {
		rc = ik_fail_nomem(err);
		goto fail;
	}
	sys = ik_os_create(path, &out->fd);
	if (sys != 0) {
		rc = ik_fail_sys(err, sys, "cannot create %s", path);
		goto fail;
	}
	out->base = (struct ik_out){ out_write, out_sync, out_close };
	out->path = path;
	*result = &out->base;
	return 0;

fail:
	ik_free(out);
	ik_free(path);
	return rc;
}

/* ---- reading ---- */

static void in_close(struct ik_in *base)
{
	ik_os_unmap(base->data, base->len);
	ik_free(base);
}

/* Map the open file; the mapping outlives the descriptor. */
static int map_whole(int fd, struct ik_in *in)
{
	uint64_t size = 0;
	int sys = ik_os_size(fd, &size);

	if (sys != 0)
		return sys;
	if (size > PTRDIFF_MAX)
		return EFBIG;
	in->len = (size_t)size;
	return ik_os_map(fd, in->len, &in->data);
}

static int fs_open(struct ik_dir *dir, const char *name, struct ik_in **result, ink_error *err)
{
	struct ik_in *in = NULL;
	char *path;
	int rc, sys, fd;

	*result = NULL;
	path = join(dir, name, &rc, err);
	if (path == NULL)
		return rc;
	sys = ik_os_open_read(path, &fd);
	if (sys == ENOENT) {
		rc = ik_fail(err, INK_ENOTFOUND, "%s does not exist", path);
		goto out;
	}
	if (sys != 0) {
		rc = ik_fail_sys(err, sys, "cannot open %s", path);
		goto out;
	}
	in = ik_zalloc(sizeof *in);
	sys = in != NULL ? map_whole(fd, in) : ENOMEM;
	(void)ik_os_close(fd);
	if (sys != 0) {
		rc = ik_fail_sys(err, sys, "cannot map %s", path);
		ik_free(in);
		goto out;
	}
	in->close = in_close;
	*result = in;
out:
	ik_free(path);
	return rc;
}

/* ---- names ---- */

static int fs_rename(struct ik_dir *dir, const char *from, const char *to, ink_error *err)
{
	char *old, *new = NULL;
	int rc, sys;

	old = join(dir, from, &rc, err);
	if (old == NULL)
		return rc;
	new = join(dir, to, &rc, err);
	if (new == NULL)
		goto out;
	sys = ik_os_rename(old, new);
	if (sys == ENOENT)
		rc = ik_fail(err, INK_ENOTFOUND, "cannot rename %s to %s: it does not exist", old,
		             to);
	else if (sys != 0)
		rc = ik_fail_sys(err, sys, "cannot rename %s to %s", old, to);
out:
	ik_free(new);
	ik_free(old);
	return rc;
}

static int fs_remove(struct ik_dir *dir, const char *name, ink_error *err)
{
	char *path;
	int rc, sys;

	path = join(dir, name, &rc, err);
	if (path == NULL)
		return rc;
	sys = ik_os_remove(path);
	if (sys == ENOENT)
		rc = ik_fail(err, INK_ENOTFOUND, "%s does not exist", path);
	else if (sys != 0)
		rc = ik_fail_sys(err, sys, "cannot remove %s", path);
	ik_free(path);
	return rc;
}

static int fs_sync(struct ik_dir *dir, ink_error *err)
{
	int sys = ik_os_sync_dir(absolute_of(dir));

	return sys != 0 ? ik_fail_sys(err, sys, "cannot sync %s", dir->path) : 0;
}

/* The callback's answer must not be taken for an errno of ours. */
struct list_call {
	int (*fn)(void *user, const char *name);
	void *user;
	int rc;
};

static int list_one(void *user, const char *name)
{
	struct list_call *call = user;

	call->rc = call->fn(call->user, name);
	return call->rc;
}

static int fs_list(struct ik_dir *dir, int (*fn)(void *user, const char *name), void *user,
                   ink_error *err)
{
	struct list_call call = { fn, user, 0 };
	int sys = ik_os_list(absolute_of(dir), list_one, &call);

	if (call.rc != 0)
		return call.rc;
	return sys != 0 ? ik_fail_sys(err, sys, "cannot list %s", dir->path) : 0;
}

/* ---- the lock ---- */

static int fs_lock(struct ik_dir *dir, const char *name, void **result, ink_error *err)
{
	struct fs_lock *lock;
	char *path;
	int rc, sys;

	*result = NULL;
	path = join(dir, name, &rc, err);
	if (path == NULL)
		return rc;
	lock = ik_zalloc(sizeof *lock);
	if (lock == NULL) {
		rc = ik_fail_nomem(err);
		goto out;
	}
	sys = ik_os_lock(path, &lock->fd);
	if (sys == 0) {
		*result = lock;
		goto out;
	}
	if (sys == EAGAIN)
		rc = ik_fail(err, INK_ELOCKED, "%s: another writer has it", path);
	else
		rc = ik_fail_sys(err, sys, "cannot lock %s", path);
	ik_free(lock);
out:
	ik_free(path);
	return rc;
}

static void fs_unlock(struct ik_dir *dir, void *handle)
{
	struct fs_lock *lock = handle;

	(void)dir;
	if (lock == NULL)
		return;
	ik_os_unlock(lock->fd);
	ik_free(lock);
}

/* ---- the folder itself ---- */

static void fs_free(struct ik_dir *base)
{
	struct fs_dir *dir = (struct fs_dir *)base;

	ik_free(dir->absolute);
	ik_free(dir->path);
	ik_free(dir);
}

static const struct ik_dir_ops fs_ops = {
	.create = fs_create,
	.open = fs_open,
	.rename = fs_rename,
	.remove = fs_remove,
	.sync = fs_sync,
	.list = fs_list,
	.lock = fs_lock,
	.unlock = fs_unlock,
	.free = fs_free,
};

/* A new folder is an entry of its parent: that one is synced, or the index could vanish whole. */
static int sync_parent(const char *path)
{
	size_t len = strlen(path);
	char *parent;
	int sys;

	while (len > 1 && path[len - 1] == '/')
		len--;
	while (len > 0 && path[len - 1] != '/')
		len--;
	parent = len > 0 ? ik_strndup(path, len) : ik_strndup(".", 1);
	if (parent == NULL)
		return ENOMEM;
	sys = ik_os_sync_dir(parent);
	ik_free(parent);
	/* One may make a folder where one may not read; then there is nothing to sync with. */
	return sys == EACCES ? 0 : sys;
}

static int find_or_make(struct fs_dir *dir, int make, ink_error *err)
{
	const char *path = dir->path;
	int sys = ik_os_is_dir(path);

	if (sys == ENOENT && make) {
		sys = ik_os_mkdir(path);
		dir->is_made = sys == 0;
		if (sys == 0)
			sys = sync_parent(path);
		else if (sys == EEXIST)
			sys = ik_os_is_dir(path);
		return sys != 0 ? ik_fail_sys(err, sys, "cannot make %s", path) : 0;
	}
	if (sys == ENOENT)
		return ik_fail(err, INK_ENOTFOUND, "%s does not exist", path);
	return sys != 0 ? ik_fail_sys(err, sys, "cannot open %s", path) : 0;
}

void ik_dir_fs_undo(struct ik_dir *base)
{
	struct fs_dir *dir = (struct fs_dir *)base;

	if (dir == NULL)
		return;
	if (dir->is_made)
		(void)ik_os_rmdir(dir->absolute);
	fs_free(base);
}

int ik_dir_fs(const char *path, int make, struct ik_dir **out, ink_error *err)
{
	struct fs_dir *dir;
	int rc;

	*out = NULL;
	if (path == NULL || *path == '\0')
		return ik_fail(err, INK_EINVAL, "the path of the index is empty");
	dir = ik_zalloc(sizeof *dir);
	if (dir == NULL)
		return ik_fail_nomem(err);
	dir->path = ik_strndup(path, strlen(path));
	rc = dir->path != NULL ? ik_dir_absolute(path, &dir->absolute, err) : ik_fail_nomem(err);
	if (rc == 0)
		rc = find_or_make(dir, make, err);
	if (rc != 0) {
		ik_dir_fs_undo(&dir->base);
		return rc;
	}
	dir->base.ops = &fs_ops;
	dir->base.path = dir->path;
	*out = &dir->base;
	return 0;
}
