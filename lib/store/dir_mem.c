/*
 * dir_mem.c - a folder in memory: tests and scratch indexes.
 *
 * Layer: store. One mutex guards names, files and locks. Readers hold their
 * bytes by themselves (store/mem_file.h) and may outlive the folder; writers
 * and locks may not.
 */
#include <string.h>

#include "base/mem.h"
#include "base/os.h"
#include "base/vec.h"
#include "store/dir.h"
#include "store/mem_file.h"

struct entry {
	char *name;
	struct ik_mem_file *file;
};

struct mem_lock {
	struct mem_lock *next;
	char *name;
};

struct mem_dir {
	struct ik_dir base;
	struct ik_mutex *mutex;
	IK_VEC(struct entry) entries;
	struct mem_lock *locks;
};

struct mem_out {
	struct ik_out base;
	struct mem_dir *dir;
	struct ik_mem_file *file;
};

struct mem_in {
	struct ik_in base;
	struct ik_mem_blob *blob;
};

/* ---- entries; the mutex is held ---- */

static struct entry *find(struct mem_dir *dir, const char *name)
{
	size_t i;

	for (i = 0; i < dir->entries.n; i++)
		if (strcmp(dir->entries.v[i].name, name) == 0)
			return &dir->entries.v[i];
	return NULL;
}

static void forget(struct mem_dir *dir, struct entry *entry)
{
	ik_free(entry->name);
	ik_mem_file_drop(entry->file);
	*entry = dir->entries.v[--dir->entries.n];
}

static int check_name(const struct ik_dir *dir, const char *name, ink_error *err)
{
	if (*name == '\0' || strchr(name, '/') != NULL || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return ik_fail(err, INK_EINVAL, "%s: \"%s\" is not a file name", dir->path, name);
	return 0;
}

static int not_found(const struct ik_dir *dir, const char *name, ink_error *err)
{
	return ik_fail(err, INK_ENOTFOUND, "%s/%s does not exist", dir->path, name);
}

/* ---- writing ---- */

static int out_write(struct ik_out *base, const void *data, size_t len, ink_error *err)
{
	struct mem_out *out = (struct mem_out *)base;
	int rc;

	ik_mutex_lock(out->dir->mutex);
	rc = ik_mem_file_append(out->file, data, len);
	ik_mutex_unlock(out->dir->mutex);
	return rc != 0 ? ik_fail_nomem(err) : 0;
}

static int out_sync(struct ik_out *base, ink_error *err)
{
	(void)base;
	(void)err;
	return 0;
}

static int out_close(struct ik_out *base, ink_error *err)
{
	struct mem_out *out = (struct mem_out *)base;

	(void)err;
	ik_mutex_lock(out->dir->mutex);
	ik_mem_file_drop(out->file);
	ik_mutex_unlock(out->dir->mutex);
	ik_free(out);
	return 0;
}

/* Give `file` the name `name` (which becomes the folder's), in place of what has it. */
static int enter(struct mem_dir *dir, char *name, struct ik_mem_file *file)
{
	struct entry *entry = find(dir, name);

	if (entry != NULL) {
		ik_mem_file_drop(entry->file);
		ik_free(entry->name);
	} else {
		entry = ik_vec_push(&dir->entries);
		if (entry == NULL)
			return -1;
	}
	file->refs++;
	*entry = (struct entry){ name, file };
	return 0;
}

static int mem_create(struct ik_dir *base, const char *name, struct ik_out **result,
                      ink_error *err)
{
	struct mem_dir *dir = (struct mem_dir *)base;
	struct mem_out *out;
	struct ik_mem_file *file;
	char *copy;
	int rc = check_name(base, name, err);

	*result = NULL;
	if (rc != 0)
		return rc;
	out = ik_zalloc(sizeof *out);
	file = ik_zalloc(sizeof *file);
	copy = ik_strndup(name, strlen(name));
	if (out == NULL || file == NULL || copy == NULL)
		goto nomem;
	file->refs = 1;
	ik_mutex_lock(dir->mutex);
	rc = enter(dir, copy, file);
	ik_mutex_unlock(dir->mutex);
	if (rc != 0)
		goto nomem;
	out->base = (struct ik_out){ out_write, out_sync, out_close };
	out->dir = dir;
	out->file = file;
	*result = &out->base;
	return 0;

nomem:
	ik_free(copy);
	ik_free(file);
	ik_free(out);
	return ik_fail_nomem(err);
}

/* ---- reading ---- */

static void in_close(struct ik_in *base)
{
	struct mem_in *in = (struct mem_in *)base;

	ik_mem_blob_drop(in->blob);
	ik_free(in);
}

static int mem_open(struct ik_dir *base, const char *name, struct ik_in **result, ink_error *err)
{
	struct mem_dir *dir = (struct mem_dir *)base;
	const struct entry *entry;
	struct mem_in *in;
	int rc = check_name(base, name, err);

	*result = NULL;
	if (rc != 0)
		return rc;
	in = ik_zalloc(sizeof *in);
	if (in == NULL)
		return ik_fail_nomem(err);
	in->base.close = in_close;
	ik_mutex_lock(dir->mutex);
	entry = find(dir, name);
	if (entry != NULL)
		in->blob = ik_mem_file_hold(entry->file, &in->base.data, &in->base.len);
	ik_mutex_unlock(dir->mutex);
	if (entry == NULL) {
		ik_free(in);
		return not_found(base, name, err);
	}
	*result = &in->base;
	return 0;
}

/* ---- names ---- */

static int mem_rename(struct ik_dir *base, const char *from, const char *to, ink_error *err)
{
	struct mem_dir *dir = (struct mem_dir *)base;
	struct entry *entry, *old;
	char *copy;
	int rc = check_name(base, from, err);

	if (rc == 0)
		rc = check_name(base, to, err);
	if (rc != 0)
		return rc;
	copy = ik_strndup(to, strlen(to));
	if (copy == NULL)
		return ik_fail_nomem(err);
	ik_mutex_lock(dir->mutex);
	entry = find(dir, from);
	old = find(dir, to);
	if (entry != NULL && entry != old) {
		ik_free(entry->name);
		entry->name = copy;
		copy = NULL;
		/* Last: it moves another entry into this place. */
		if (old != NULL)
			forget(dir, old);
	}
	ik_mutex_unlock(dir->mutex);
	ik_free(copy);
	return entry == NULL ? not_found(base, from, err) : 0;
}

static int mem_remove(struct ik_dir *base, const char *name, ink_error *err)
{
	struct mem_dir *dir = (struct mem_dir *)base;
	struct entry *entry;
	int rc = check_name(base, name, err);

	if (rc != 0)
		return rc;
	ik_mutex_lock(dir->mutex);
	entry = find(dir, name);
	if (entry != NULL)
		forget(dir, entry);
	ik_mutex_unlock(dir->mutex);
	return entry == NULL ? not_found(base, name, err) : 0;
}

static int mem_sync(struct ik_dir *base, ink_error *err)
{
	(void)base;
	(void)err;
	return 0;
}

/* Copies of all names; NULL when memory is out. The mutex is held. */
static char **copy_names(const struct mem_dir *dir)
{
	size_t n = dir->entries.n, i;
	char **names = ik_zarray(n + 1, sizeof *names);

	for (i = 0; names != NULL && i < n; i++) {
		const char *name = dir->entries.v[i].name;

		names[i] = ik_strndup(name, strlen(name));
		if (names[i] == NULL) {
			while (i > 0)
				ik_free(names[--i]);
			ik_free(names);
			return NULL;
		}
	}
	return names;
}

static int mem_list(struct ik_dir *base, int (*fn)(void *user, const char *name), void *user,
                    ink_error *err)
{
	struct mem_dir *dir = (struct mem_dir *)base;
	char **names;
	size_t i;
	int rc = 0;

	/* The callback may remove what it is told of: it runs over copies, without the mutex. */
	ik_mutex_lock(dir->mutex);
	names = copy_names(dir);
	ik_mutex_unlock(dir->mutex);
	if (names == NULL)
		return ik_fail_nomem(err);
	for (i = 0; names[i] != NULL; i++) {
		if (rc == 0)
			rc = fn(user, names[i]);
		ik_free(names[i]);
	}
	ik_free(names);
	return rc;
}

/* ---- locks ---- */

static int mem_lock(struct ik_dir *base, const char *name, void **result, ink_error *err)
{
	struct mem_dir *dir = (struct mem_dir *)base;
	struct mem_lock *lock, *other;
	int rc = check_name(base, name, err);

	*result = NULL;
	if (rc != 0)
		return rc;
	lock = ik_zalloc(sizeof *lock);
	if (lock != NULL)
		lock->name = ik_strndup(name, strlen(name));
	if (lock == NULL || lock->name == NULL) {
		ik_free(lock);
		return ik_fail_nomem(err);
	}
	ik_mutex_lock(dir->mutex);
	for (other = dir->locks; other != NULL; other = other->next)
		if (strcmp(other->name, name) == 0)
			break;
	if (other == NULL) {
		lock->next = dir->locks;
		dir->locks = lock;
	}
	ik_mutex_unlock(dir->mutex);
	if (other != NULL) {
		ik_free(lock->name);
		ik_free(lock);
		return ik_fail(err, INK_ELOCKED, "%s/%s: another writer has it", base->path, name);
	}
	*result = lock;
	return 0;
}

static void mem_unlock(struct ik_dir *base, void *handle)
{
	struct mem_dir *dir = (struct mem_dir *)base;
	struct mem_lock *lock = handle, **at;

	if (lock == NULL)
		return;
	ik_mutex_lock(dir->mutex);
	for (at = &dir->locks; *at != lock; at = &(*at)->next)
		ik_assert(*at != NULL);
	*at = lock->next;
	ik_mutex_unlock(dir->mutex);
	ik_free(lock->name);
	ik_free(lock);
}

/* ---- the folder itself ---- */

static void mem_free(struct ik_dir *base)
{
	struct mem_dir *dir = (struct mem_dir *)base;

	while (dir->entries.n > 0)
		forget(dir, &dir->entries.v[dir->entries.n - 1]);
	ik_vec_free(&dir->entries);
	ik_mutex_free(dir->mutex);
	ik_free(dir);
}

static const struct ik_dir_ops mem_ops = {
	.create = mem_create,
	.open = mem_open,
	.rename = mem_rename,
	.remove = mem_remove,
	.sync = mem_sync,
	.list = mem_list,
	.lock = mem_lock,
	.unlock = mem_unlock,
	.free = mem_free,
};

int ik_dir_mem(struct ik_dir **out, ink_error *err)
{
	struct mem_dir *dir = ik_zalloc(sizeof *dir);
	int sys;

	*out = NULL;
	if (dir == NULL)
		return ik_fail_nomem(err);
	sys = ik_mutex_new(&dir->mutex);
	if (sys != 0) {
		ik_free(dir);
		return ik_fail_sys(err, sys, "cannot make a folder in memory");
	}
	dir->base.ops = &mem_ops;
	dir->base.path = "(memory)";
	*out = &dir->base;
	return 0;
}
