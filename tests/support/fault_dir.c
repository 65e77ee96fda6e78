/*
 * fault_dir.c - a folder over another one in which an operation fails.
 *
 * Memory comes from malloc, so that tests can make the library's allocations
 * fail at the same time.
 */
#include "fault_dir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/os.h"

struct fault_dir {
	struct ik_dir base;
	struct ik_dir *below;
	struct ik_mutex *mutex;
	unsigned kinds;
	int armed, persist, sys;
	uint64_t after, count, failed;
	char what[128];
};

struct fault_out {
	struct ik_out base;
	struct ik_out *below;
	struct fault_dir *dir;
	char name[64];
};

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

/* Is it time to fail? The errno, or 0. */
static int due(struct fault_dir *dir, unsigned kind, const char *verb, const char *name)
{
	int sys = 0;

	ik_mutex_lock(dir->mutex);
	if (dir->armed && (dir->kinds & kind) != 0) {
		uint64_t i = dir->count++;

		if (i == dir->after || (i > dir->after && dir->persist)) {
			sys = dir->sys;
			if (dir->failed++ == 0)
				snprintf(dir->what, sizeof dir->what, "%s %s", verb, name);
		}
	}
	ik_mutex_unlock(dir->mutex);
	return sys;
}

static int refuse(struct fault_dir *dir, int sys, const char *verb, const char *name,
                  ink_error *err)
{
	return ik_fail_sys(err, sys, "cannot %s %s/%s", verb, dir->base.path, name);
}

static int out_write(struct ik_out *base, const void *data, size_t len, ink_error *err)
{
	struct fault_out *out = (struct fault_out *)base;
	int sys = due(out->dir, FAULT_WRITE, "write", out->name);

	if (sys == 0)
		return out->below->write(out->below, data, len, err);
	(void)out->below->write(out->below, data, len / 2, NULL);
	return refuse(out->dir, sys, "write", out->name, err);
}

static int out_sync(struct ik_out *base, ink_error *err)
{
	struct fault_out *out = (struct fault_out *)base;
	int sys = due(out->dir, FAULT_SYNC, "sync", out->name);

	return sys == 0 ? out->below->sync(out->below, err)
	                : refuse(out->dir, sys, "sync", out->name, err);
}

static int out_close(struct ik_out *base, ink_error *err)
{
	struct fault_out *out = (struct fault_out *)base;
	int sys = due(out->dir, FAULT_CLOSE, "close", out->name);
	int rc = out->below->close(out->below, err);

	if (sys != 0)
		rc = refuse(out->dir, sys, "close", out->name, err);
	free(out);
	return rc;
}

static int fault_create(struct ik_dir *base, const char *name, struct ik_out **result,
                        ink_error *err)
{
	struct fault_dir *dir = (struct fault_dir *)base;
	int sys = due(dir, FAULT_CREATE, "create", name), rc;
	struct fault_out *out;
	struct ik_out *below;

	*result = NULL;
	if (sys != 0)
		return refuse(dir, sys, "create", name, err);
	rc = dir->below->ops->create(dir->below, name, &below, err);
	if (rc != 0)
		return rc;
	out = must(malloc(sizeof *out));
	*out = (struct fault_out){{out_write, out_sync, out_close}, below, dir, ""};
	snprintf(out->name, sizeof out->name, "%s", name);
	*result = &out->base;
	return 0;
}

static int fault_open(struct ik_dir *base, const char *name, struct ik_in **result, ink_error *err)
{
	struct fault_dir *dir = (struct fault_dir *)base;
	int sys = due(dir, FAULT_OPEN, "open", name);

	*result = NULL;
	return sys == 0 ? dir->below->ops->open(dir->below, name, result, err)
	                : refuse(dir, sys, "open", name, err);
}

static int fault_rename(struct ik_dir *base, const char *from, const char *to, ink_error *err)
{
	struct fault_dir *dir = (struct fault_dir *)base;
	int sys = due(dir, FAULT_RENAME, "rename", from), rc;

	if (sys != 0)
		return refuse(dir, sys, "rename", from, err);
	rc = dir->below->ops->rename(dir->below, from, to, err);
	sys = rc == 0 ? due(dir, FAULT_RENAME_LATE, "rename", from) : 0;
	return sys == 0 ? rc : refuse(dir, sys, "rename", from, err);
}

static int fault_remove(struct ik_dir *base, const char *name, ink_error *err)
{
	struct fault_dir *dir = (struct fault_dir *)base;
	int sys = due(dir, FAULT_REMOVE, "remove", name);

	return sys == 0 ? dir->below->ops->remove(dir->below, name, err)
	                : refuse(dir, sys, "remove", name, err);
}

static int fault_sync(struct ik_dir *base, ink_error *err)
{
	struct fault_dir *dir = (struct fault_dir *)base;
	int sys = due(dir, FAULT_SYNC_DIR, "sync", ".");

	return sys == 0 ? dir->below->ops->sync(dir->below, err)
	                : refuse(dir, sys, "sync", ".", err);
}

static int fault_list(struct ik_dir *base, int (*fn)(void *user, const char *name), void *user,
                      ink_error *err)
{
	struct fault_dir *dir = (struct fault_dir *)base;
	int sys = due(dir, FAULT_LIST, "list", ".");

	return sys == 0 ? dir->below->ops->list(dir->below, fn, user, err)
	                : refuse(dir, sys, "list", ".", err);
}

static int fault_lock(struct ik_dir *base, const char *name, void **lock, ink_error *err)
{
	struct fault_dir *dir = (struct fault_dir *)base;
	int sys = due(dir, FAULT_LOCK, "lock", name);

	*lock = NULL;
	return sys == 0 ? dir->below->ops->lock(dir->below, name, lock, err)
	                : refuse(dir, sys, "lock", name, err);
}

static void fault_unlock(struct ik_dir *base, void *lock)
{
	struct fault_dir *dir = (struct fault_dir *)base;

	dir->below->ops->unlock(dir->below, lock);
}

static void fault_free(struct ik_dir *base)
{
	struct fault_dir *dir = (struct fault_dir *)base;

	ik_mutex_free(dir->mutex);
	free(dir);
}

static const struct ik_dir_ops fault_ops = {
	fault_create, fault_open, fault_rename, fault_remove, fault_sync,
	fault_list, fault_lock, fault_unlock, fault_free,
};

struct ik_dir *fault_dir_new(struct ik_dir *below)
{
	struct fault_dir *dir = must(calloc(1, sizeof *dir));

	if (ik_mutex_new(&dir->mutex) != 0)
		abort();
	dir->base = (struct ik_dir){&fault_ops, "faulty"};
	dir->below = below;
	return &dir->base;
}

void fault_dir_arm(struct ik_dir *base, unsigned kinds, uint64_t after, int persist, int sys)
{
	struct fault_dir *dir = (struct fault_dir *)base;

	ik_mutex_lock(dir->mutex);
	dir->armed = 1;
	dir->kinds = kinds;
	dir->after = after;
	dir->persist = persist;
	dir->sys = sys;
	dir->count = dir->failed = 0;
	dir->what[0] = '\0';
	ik_mutex_unlock(dir->mutex);
}

void fault_dir_disarm(struct ik_dir *base)
{
	struct fault_dir *dir = (struct fault_dir *)base;

	ik_mutex_lock(dir->mutex);
	dir->armed = 0;
	ik_mutex_unlock(dir->mutex);
}

uint64_t fault_dir_count(struct ik_dir *base)
{
	struct fault_dir *dir = (struct fault_dir *)base;
	uint64_t n;

	ik_mutex_lock(dir->mutex);
	n = dir->count;
	ik_mutex_unlock(dir->mutex);
	return n;
}

uint64_t fault_dir_failed(struct ik_dir *base)
{
	struct fault_dir *dir = (struct fault_dir *)base;
	uint64_t n;

	ik_mutex_lock(dir->mutex);
	n = dir->failed;
	ik_mutex_unlock(dir->mutex);
	return n;
}

const char *fault_dir_what(struct ik_dir *base)
{
	return ((struct fault_dir *)base)->what;
}
