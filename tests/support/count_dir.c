/*
 * count_dir.c - a folder over another one that counts.
 *
 * Memory comes from malloc, so that the library's blocks can be counted at
 * the same time.
 */
#include "count_dir.h"

#include <stdlib.h>
#include <string.h>

#include "base/os.h"

/* A file, for as long as anybody has it: its name, a writer, readers. */
struct file {
	uint64_t bytes;
	unsigned holders;
};

struct entry {
	struct entry *next;
	struct file *file;
	char name[64];
};

struct count_dir {
	struct ik_dir base;
	struct ik_dir *below;
	struct ik_mutex *mutex;
	struct entry *entries;
	struct count_totals totals;
};

struct count_out {
	struct ik_out base;
	struct ik_out *below;
	struct count_dir *dir;
	struct file *file;
};

struct count_in {
	struct ik_in base;
	struct ik_in *below;
	struct count_dir *dir;
	struct file *file;
};

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

/* ---- files and names; the mutex is held ---- */

static void drop(struct count_dir *dir, struct file *file)
{
	if (--file->holders > 0)
		return;
	dir->totals.space -= file->bytes;
	free(file);
}

static struct entry **find(struct count_dir *dir, const char *name)
{
	struct entry **at = &dir->entries;

	while (*at != NULL && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	return at;
}

static void forget(struct count_dir *dir, const char *name)
{
	struct entry **at = find(dir, name), *gone = *at;

	if (gone == NULL)
		return;
	*at = gone->next;
	drop(dir, gone->file);
	free(gone);
	dir->totals.names--;
}

static struct file *enter(struct count_dir *dir, const char *name, struct file *file)
{
	struct entry *entry = must(calloc(1, sizeof *entry));

	forget(dir, name);
	strncpy(entry->name, name, sizeof entry->name - 1);
	entry->file = file;
	entry->next = dir->entries;
	dir->entries = entry;
	file->holders++;
	dir->totals.names++;
	return file;
}

/* ---- writing ---- */

static int out_write(struct ik_out *base, const void *data, size_t len, ink_error *err)
{
	struct count_out *out = (struct count_out *)base;
	struct count_totals *t = &out->dir->totals;

	ik_mutex_lock(out->dir->mutex);
	out->file->bytes += len;
	t->written += len;
	t->space += len;
	t->most = t->space > t->most ? t->space : t->most;
	ik_mutex_unlock(out->dir->mutex);
	return out->below->write(out->below, data, len, err);
}

static void count_sync(struct count_dir *dir)
{
	ik_mutex_lock(dir->mutex);
	dir->totals.syncs++;
	ik_mutex_unlock(dir->mutex);
}

static int out_sync(struct ik_out *base, ink_error *err)
{
	struct count_out *out = (struct count_out *)base;

	count_sync(out->dir);
	return out->below->sync(out->below, err);
}

static int out_close(struct ik_out *base, ink_error *err)
{
	struct count_out *out = (struct count_out *)base;
	int rc = out->below->close(out->below, err);

	ik_mutex_lock(out->dir->mutex);
	drop(out->dir, out->file);
	ik_mutex_unlock(out->dir->mutex);
	free(out);
	return rc;
}

static int count_create(struct ik_dir *base, const char *name, struct ik_out **result,
                        ink_error *err)
{
	struct count_dir *dir = (struct count_dir *)base;
	struct count_out *out;
	struct ik_out *below;
	int rc = dir->below->ops->create(dir->below, name, &below, err);

	*result = NULL;
	if (rc != 0)
		return rc;
	out = must(calloc(1, sizeof *out));
	*out = (struct count_out){{out_write, out_sync, out_close}, below, dir, NULL};
	ik_mutex_lock(dir->mutex);
	dir->totals.created++;
	out->file = enter(dir, name, must(calloc(1, sizeof *out->file)));
	out->file->holders++;
	ik_mutex_unlock(dir->mutex);
	*result = &out->base;
	return 0;
}

/* ---- reading ---- */

static void in_close(struct ik_in *base)
{
	struct count_in *in = (struct count_in *)base;

	ik_in_close(in->below);
	ik_mutex_lock(in->dir->mutex);
	drop(in->dir, in->file);
	ik_mutex_unlock(in->dir->mutex);
	free(in);
}

static int count_open(struct ik_dir *base, const char *name, struct ik_in **result, ink_error *err)
{
	struct count_dir *dir = (struct count_dir *)base;
	struct count_in *in;
	struct ik_in *below;
	int rc;

	*result = NULL;
	ik_mutex_lock(dir->mutex);
	rc = dir->below->ops->open(dir->below, name, &below, err);
	if (rc == 0) {
		in = must(calloc(1, sizeof *in));
		*in = (struct count_in){{below->data, below->len, in_close}, below, dir,
		                        (*find(dir, name))->file};
		in->file->holders++;
		*result = &in->base;
	}
	ik_mutex_unlock(dir->mutex);
	return rc;
}

/* ---- names ---- */

static int count_rename(struct ik_dir *base, const char *from, const char *to, ink_error *err)
{
	struct count_dir *dir = (struct count_dir *)base;
	int rc;

	ik_mutex_lock(dir->mutex);
	rc = dir->below->ops->rename(dir->below, from, to, err);
	if (rc == 0) {
		enter(dir, to, (*find(dir, from))->file);
		forget(dir, from);
	}
	ik_mutex_unlock(dir->mutex);
	return rc;
}

static int count_remove(struct ik_dir *base, const char *name, ink_error *err)
{
	struct count_dir *dir = (struct count_dir *)base;
	int rc;

	ik_mutex_lock(dir->mutex);
	rc = dir->below->ops->remove(dir->below, name, err);
	if (rc == 0)
		forget(dir, name);
	ik_mutex_unlock(dir->mutex);
	return rc;
}

static int count_sync_dir(struct ik_dir *base, ink_error *err)
{
	struct count_dir *dir = (struct count_dir *)base;

	count_sync(dir);
	return dir->below->ops->sync(dir->below, err);
}

static int count_list(struct ik_dir *base, int (*fn)(void *user, const char *name), void *user,
                      ink_error *err)
{
	struct count_dir *dir = (struct count_dir *)base;

	return dir->below->ops->list(dir->below, fn, user, err);
}

static int count_lock(struct ik_dir *base, const char *name, void **lock, ink_error *err)
{
	struct count_dir *dir = (struct count_dir *)base;

	return dir->below->ops->lock(dir->below, name, lock, err);
}

static void count_unlock(struct ik_dir *base, void *lock)
{
	struct count_dir *dir = (struct count_dir *)base;

	dir->below->ops->unlock(dir->below, lock);
}

static void count_free(struct ik_dir *base)
{
	struct count_dir *dir = (struct count_dir *)base;

	while (dir->entries != NULL)
		forget(dir, dir->entries->name);
	ik_mutex_free(dir->mutex);
	free(dir);
}

static const struct ik_dir_ops count_ops = {
	count_create, count_open, count_rename, count_remove, count_sync_dir,
	count_list, count_lock, count_unlock, count_free,
};

struct ik_dir *count_dir_new(struct ik_dir *below)
{
	struct count_dir *dir = must(calloc(1, sizeof *dir));

	if (ik_mutex_new(&dir->mutex) != 0)
		abort();
	dir->base = (struct ik_dir){&count_ops, "counted"};
	dir->below = below;
	return &dir->base;
}

struct count_totals count_dir_take(struct ik_dir *base)
{
	struct count_dir *dir = (struct count_dir *)base;
	struct count_totals t;

	ik_mutex_lock(dir->mutex);
	t = dir->totals;
	dir->totals = (struct count_totals){.space = t.space, .most = t.space, .names = t.names};
	ik_mutex_unlock(dir->mutex);
	return t;
}
