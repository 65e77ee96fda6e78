/* crash_cut.c - the folders that a power cut after any change could have left. */
#include "crash_dir_impl.h"

#include <string.h>

#include "gen.h"

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
