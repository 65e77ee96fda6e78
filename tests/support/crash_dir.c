/*
 * crash_dir.c - a folder that remembers every change.
 *
 * Memory comes from malloc, so that tests can make the library's allocations
 * fail at the same time.
 */
#include "crash_dir_impl.h"

#include <stdio.h>
#include <string.h>

static const char *const kind_names[] = {"create", "truncate", "write", "sync", "rename",
                                         "remove", "sync the folder"};

struct crash_out {
	struct ik_out base;
	struct ik_out *live;
	struct crash_dir *dir;
	size_t file;
};

static char *copy_name(const char *name)
{
	return strcpy(must(malloc(strlen(name) + 1)), name);
}

/* ---- recording ---- */

/* The file that has a name now, or NONE; the mutex is held. */
static size_t file_of(const struct crash_dir *dir, const char *name)
{
	for (size_t i = dir->n; i-- > 0;) {
		const struct op *op = &dir->ops[i];

		if (op->kind == OP_CREATE && strcmp(op->name, name) == 0)
			return op->file;
		if (op->kind == OP_RENAME && strcmp(op->to, name) == 0)
			name = op->name;
		else if ((op->kind == OP_RENAME || op->kind == OP_REMOVE) &&
		         strcmp(op->name, name) == 0)
			return NONE;
	}
	return NONE;
}

static size_t record(struct crash_dir *dir, struct op op)
{
	size_t file;

	ik_mutex_lock(dir->mutex);
	if (dir->n == dir->cap) {
		dir->cap = dir->cap == 0 ? 256 : 2 * dir->cap;
		dir->ops = must(realloc(dir->ops, dir->cap * sizeof *dir->ops));
	}
	if (op.kind == OP_CREATE) {
		op.file = file_of(dir, op.name);
		if (op.file != NONE)
			op.kind = OP_TRUNCATE;
		else
			op.file = dir->files++;
	}
	file = op.file;
	dir->ops[dir->n++] = op;
	ik_mutex_unlock(dir->mutex);
	return file;
}

static int out_write(struct ik_out *base, const void *data, size_t len, ink_error *err)
{
	struct crash_out *out = (struct crash_out *)base;
	struct op op = {.kind = OP_WRITE, .file = out->file, .len = len};
	int rc = out->live->write(out->live, data, len, err);

	if (rc == 0 && len > 0) {
		op.data = memcpy(must(malloc(len)), data, len);
		record(out->dir, op);
	}
	return rc;
}

static int out_sync(struct ik_out *base, ink_error *err)
{
	struct crash_out *out = (struct crash_out *)base;
	int rc = out->live->sync(out->live, err);

	if (rc == 0)
		record(out->dir, (struct op){.kind = OP_SYNC, .file = out->file});
	return rc;
}

static int out_close(struct ik_out *base, ink_error *err)
{
	struct crash_out *out = (struct crash_out *)base;
	int rc = out->live->close(out->live, err);

	free(out);
	return rc;
}

static int crash_create(struct ik_dir *base, const char *name, struct ik_out **result,
                        ink_error *err)
{
	struct crash_dir *dir = (struct crash_dir *)base;
	struct ik_out *live;
	struct crash_out *out;
	int rc = dir->live->ops->create(dir->live, name, &live, err);

	*result = NULL;
	if (rc != 0)
		return rc;
	out = must(malloc(sizeof *out));
	*out = (struct crash_out){{out_write, out_sync, out_close}, live, dir, 0};
	out->file = record(dir, (struct op){.kind = OP_CREATE, .name = copy_name(name)});
	*result = &out->base;
	return 0;
}

static int crash_open(struct ik_dir *base, const char *name, struct ik_in **result, ink_error *err)
{
	struct crash_dir *dir = (struct crash_dir *)base;

	return dir->live->ops->open(dir->live, name, result, err);
}

static int crash_rename(struct ik_dir *base, const char *from, const char *to, ink_error *err)
{
	struct crash_dir *dir = (struct crash_dir *)base;
	int rc = dir->live->ops->rename(dir->live, from, to, err);

	if (rc == 0)
		record(dir, (struct op){.kind = OP_RENAME, .name = copy_name(from),
		                        .to = copy_name(to)});
	return rc;
}

static int crash_remove(struct ik_dir *base, const char *name, ink_error *err)
{
	struct crash_dir *dir = (struct crash_dir *)base;
	int rc = dir->live->ops->remove(dir->live, name, err);

	if (rc == 0)
		record(dir, (struct op){.kind = OP_REMOVE, .name = copy_name(name)});
	return rc;
}

static int crash_sync(struct ik_dir *base, ink_error *err)
{
	struct crash_dir *dir = (struct crash_dir *)base;
	int rc = dir->live->ops->sync(dir->live, err);

	if (rc == 0)
		record(dir, (struct op){.kind = OP_SYNC_DIR});
	return rc;
}

static int crash_list(struct ik_dir *base, int (*fn)(void *user, const char *name), void *user,
                      ink_error *err)
{
	struct crash_dir *dir = (struct crash_dir *)base;

	return dir->live->ops->list(dir->live, fn, user, err);
}

static int crash_lock(struct ik_dir *base, const char *name, void **lock, ink_error *err)
{
	struct crash_dir *dir = (struct crash_dir *)base;

	return dir->live->ops->lock(dir->live, name, lock, err);
}

static void crash_unlock(struct ik_dir *base, void *lock)
{
	struct crash_dir *dir = (struct crash_dir *)base;

	dir->live->ops->unlock(dir->live, lock);
}

static void crash_free(struct ik_dir *base)
{
	struct crash_dir *dir = (struct crash_dir *)base;

	for (size_t i = 0; i < dir->n; i++) {
		free(dir->ops[i].name);
		free(dir->ops[i].to);
		free(dir->ops[i].data);
	}
	free(dir->ops);
	ik_dir_free(dir->live);
	ik_mutex_free(dir->mutex);
	free(dir);
}

static const struct ik_dir_ops crash_ops = {
	crash_create, crash_open, crash_rename, crash_remove, crash_sync,
	crash_list, crash_lock, crash_unlock, crash_free,
};

struct two_dirs {
	struct ik_dir *from, *to;
};

static int copy_file(void *user, const char *name)
{
	struct two_dirs *d = user;
	struct ik_out *out;
	struct ik_in *in;
	int rc = d->from->ops->open(d->from, name, &in, NULL);

	if (rc != 0)
		return rc == INK_ENOTFOUND ? 0 : rc; /* a lock is a name without a file */
	rc = d->to->ops->create(d->to, name, &out, NULL);
	if (rc == 0)
		rc = out->write(out, in->data, in->len, NULL);
	if (rc == 0)
		rc = out->sync(out, NULL);
	if (rc == 0)
		rc = out->close(out, NULL);
	ik_in_close(in);
	return rc;
}

struct ik_dir *crash_dir_new(struct ik_dir *from)
{
	struct crash_dir *dir = must(calloc(1, sizeof *dir));
	struct two_dirs two = {from, &dir->base};

	if (ik_dir_mem(&dir->live, NULL) != 0 || ik_mutex_new(&dir->mutex) != 0)
		abort();
	dir->base = (struct ik_dir){&crash_ops, "crash"};
	if (from != NULL && (from->ops->list(from, copy_file, &two, NULL) != 0 ||
	                     dir->base.ops->sync(&dir->base, NULL) != 0))
		abort();
	dir->start = dir->n;
	return &dir->base;
}

size_t crash_dir_ops(struct ik_dir *base)
{
	struct crash_dir *dir = (struct crash_dir *)base;
	size_t n;

	ik_mutex_lock(dir->mutex);
	n = dir->n - dir->start;
	ik_mutex_unlock(dir->mutex);
	return n;
}

const char *crash_dir_op(struct ik_dir *base, size_t i)
{
	struct crash_dir *dir = (struct crash_dir *)base;
	const struct op *op = &dir->ops[dir->start + i];

	snprintf(dir->text, sizeof dir->text, "%s %s%s%s", kind_names[op->kind],
	         op->name != NULL ? op->name : "", op->to != NULL ? " to " : "",
	         op->to != NULL ? op->to : "");
	return dir->text;
}
