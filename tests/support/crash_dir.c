/*
 * crash_dir.c - a folder that remembers every change, and makes the folders
 * that a power cut after any of them could have left.
 *
 * Memory comes from malloc, so that tests can make the library's allocations
 * fail at the same time.
 */
#include "crash_dir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/os.h"
#include "gen.h"

#define NONE SIZE_MAX

enum kind { OP_CREATE, OP_TRUNCATE, OP_WRITE, OP_SYNC, OP_RENAME, OP_REMOVE, OP_SYNC_DIR };

static const char *const kind_names[] = {"create", "truncate", "write", "sync", "rename",
                                         "remove", "sync the folder"};

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

struct crash_out {
	struct ik_out base;
	struct ik_out *live;
	struct crash_dir *dir;
	size_t file;
};

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

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

/* ---- cutting the power ---- */

struct name {
	const char *name;
	size_t file; /* NONE: removed */
};

/* The bytes of a file. */
struct bytes {
	uint8_t *v;
	size_t len, synced;
	uint8_t *before;      /* what was synced when it was truncated; NULL: it was not, since */
	size_t before_len;
};

struct cut {
	struct crash_dir *dir;
	struct gen gen;
	enum crash_mode mode;
	struct name *names;
	size_t n_names;
	struct bytes *files;
};

static struct name *find_name(struct cut *c, const char *name)
{
	for (size_t i = 0; i < c->n_names; i++)
		if (strcmp(c->names[i].name, name) == 0)
			return &c->names[i];
	c->names[c->n_names] = (struct name){name, NONE};
	return &c->names[c->n_names++];
}

static void apply(struct cut *c, const struct op *op)
{
	struct name *from = find_name(c, op->name);

	if (op->kind == OP_CREATE) {
		from->file = op->file;
	} else if (op->kind == OP_REMOVE) {
		from->file = NONE;
	} else {
		size_t file = from->file;

		from->file = NONE;
		find_name(c, op->to)->file = file;
	}
}

static int is_naming(const struct op *op)
{
	return op->kind == OP_CREATE || op->kind == OP_RENAME || op->kind == OP_REMOVE;
}

static int shares_name(const struct op *a, const struct op *b)
{
	return strcmp(a->name, b->name) == 0 || (a->to != NULL && strcmp(a->to, b->name) == 0) ||
	       (b->to != NULL && strcmp(a->name, b->to) == 0) ||
	       (a->to != NULL && b->to != NULL && strcmp(a->to, b->to) == 0);
}

/* Changes of names since the last sync of the folder, from op `first` to `end`. */
static void apply_some(struct cut *c, size_t first, size_t end)
{
	unsigned char *undone = must(calloc(end + 1, 1));
	uint32_t of = 1 + gen_below(&c->gen, 4);

	for (size_t i = first; i < end; i++) {
		const struct op *op = &c->dir->ops[i];

		if (!is_naming(op))
			continue;
		if (c->mode == CRASH_LOST || (c->mode == CRASH_GONE && op->kind != OP_REMOVE) ||
		    (c->mode == CRASH_RANDOM && gen_below(&c->gen, 4) < of))
			undone[i] = 1;
		for (size_t j = first; j < i && !undone[i]; j++)
			undone[i] = undone[j] && shares_name(&c->dir->ops[j], op);
		if (!undone[i])
			apply(c, op);
	}
	free(undone);
}

/* Blocks that never got to the disk: zeros, or what was there in another file's time. */
static void lose_blocks(struct cut *c, uint8_t *data, size_t len, size_t synced, size_t block)
{
	int stale = gen_below(&c->gen, 2) == 0;

	for (size_t at = synced / block * block; at < len; at += block)
		if (gen_below(&c->gen, 2) == 0)
			for (size_t i = at; i < at + block && i < len; i++)
				if (i >= synced)
					data[i] = stale ? (uint8_t)(gen_next(&c->gen) >> 32) : 0;
}

/* What is on the disk of a file of which only the first bytes were synced: its length. */
static size_t tear(struct cut *c, uint8_t *data, size_t len, size_t synced)
{
	size_t block = gen_below(&c->gen, 2) == 0 ? 512 : 4096, more = len - synced;

	switch (c->mode == CRASH_KEPT ? 0 : c->mode != CRASH_RANDOM ? 1 : gen_below(&c->gen, 5)) {
	case 0:
		return len;
	case 1:
		return synced;
	case 2:
		return synced + gen_below(&c->gen, (uint32_t)more + 1);
	case 3:
		return synced + more / block * block;
	default:
		/* The length is there, some blocks are not. */
		lose_blocks(c, data, len, synced, block);
		return len;
	}
}

/* Is a file still as long as before it was truncated? */
static int is_untouched(struct cut *c, const struct bytes *file)
{
	return file->before != NULL && (c->mode == CRASH_LOST || (c->mode == CRASH_RANDOM &&
	                                                          gen_below(&c->gen, 2) == 0));
}

static void put_file(struct cut *c, struct ik_dir *to, const struct name *name)
{
	const struct bytes *file;
	struct ik_out *out;
	uint8_t *data;
	size_t len;

	if (name->file == NONE)
		return;
	file = &c->files[name->file];
	if (is_untouched(c, file)) {
		len = file->before_len;
		data = memcpy(must(malloc(len + 1)), file->before, len);
	} else {
		data = must(malloc(file->len + 1));
		if (file->len > 0)
			memcpy(data, file->v, file->len);
		len = tear(c, data, file->len, file->synced);
	}
	if (to->ops->create(to, name->name, &out, NULL) != 0 ||
	    out->write(out, data, len, NULL) != 0 || out->close(out, NULL) != 0)
		abort();
	free(data);
}

static void write_bytes(struct bytes *file, const struct op *op)
{
	switch (op->kind) {
	case OP_WRITE:
		file->v = must(realloc(file->v, file->len + op->len));
		memcpy(file->v + file->len, op->data, op->len);
		file->len += op->len;
		break;
	case OP_TRUNCATE:
		if (file->before == NULL) {
			file->before_len = file->synced;
			file->before = must(malloc(file->synced + 1));
			if (file->synced > 0)
				memcpy(file->before, file->v, file->synced);
		}
		file->len = file->synced = 0;
		break;
	case OP_SYNC:
		file->synced = file->len;
		free(file->before);
		file->before = NULL;
		break;
	default:
		break;
	}
}

static void replay(struct cut *c, size_t end)
{
	size_t durable = 0;

	for (size_t i = 0; i < end; i++)
		if (c->dir->ops[i].kind == OP_SYNC_DIR)
			durable = i;
	for (size_t i = 0; i < end; i++) {
		const struct op *op = &c->dir->ops[i];

		if (!is_naming(op))
			write_bytes(&c->files[op->file], op);
		else if (i < durable)
			apply(c, op);
	}
	apply_some(c, durable, end);
}

struct ik_dir *crash_dir_cut(struct ik_dir *base, size_t n, enum crash_mode mode, uint64_t seed)
{
	struct crash_dir *dir = (struct crash_dir *)base;
	struct cut c = {.dir = dir, .gen = {seed * 31 + n}, .mode = mode};
	struct ik_dir *out;

	if (ik_dir_mem(&out, NULL) != 0)
		abort();
	ik_mutex_lock(dir->mutex);
	n += dir->start;
	c.names = must(calloc(2 * n + 1, sizeof *c.names));
	c.files = must(calloc(dir->files + 1, sizeof *c.files));
	replay(&c, n);
	for (size_t i = 0; i < c.n_names; i++)
		put_file(&c, out, &c.names[i]);
	for (size_t i = 0; i < dir->files; i++) {
		free(c.files[i].v);
		free(c.files[i].before);
	}
	ik_mutex_unlock(dir->mutex);
	free(c.names);
	free(c.files);
	return out;
}
