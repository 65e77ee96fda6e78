/*
 * native.c - our own engine behind the vtable: creating and opening an index.
 *
 * Layer: backend. Writers are in native_writer.c, readers in native_reader.c,
 * results in native_results.c, term walks in native_terms.c, the check in
 * native_check.c.
 */
#include "backend/native.h"

#include "base/mem.h"
#include "index/salvage.h"
#include "index/writer.h"

static void native_close(struct ik_be_index *base)
{
	struct ik_native_index *index = (struct ik_native_index *)base;

	ik_words_release(&index->words);
	ik_mutex_free(index->mutex);
	ik_dir_free(index->dir);
	ik_free(index);
}

static int native_schema(struct ik_be_index *base, struct ik_schema **out, ink_error *err)
{
	struct ik_native_index *index = (struct ik_native_index *)base;
	struct ik_manifest m;
	int rc = ik_manifest_read(index->dir, &m, err);

	*out = NULL;
	if (rc != 0)
		return rc;
	*out = m.schema;
	m.schema = NULL;
	ik_manifest_free(&m);
	return 0;
}

static const struct ik_index_ops index_ops = {native_schema, ik_native_writer_open,
                                              ik_native_reader_open, native_close};

/* A handle on a folder; takes the folder over, on failure too. */
static int index_new(struct ik_dir *dir, struct ik_be_index **out, ink_error *err)
{
	struct ik_native_index *index = ik_zalloc(sizeof *index);
	int sys = index == NULL ? 0 : ik_mutex_new(&index->mutex);

	if (index == NULL || sys != 0) {
		ik_free(index);
		ik_dir_free(dir);
		return index == NULL ? ik_fail_nomem(err)
		                     : ik_fail_sys(err, sys, "cannot make a mutex");
	}
	index->base.ops = &index_ops;
	index->dir = dir;
	*out = &index->base;
	return 0;
}

static int native_create(const char *path, const struct ik_schema *schema,
                         struct ik_be_index **out, ink_error *err)
{
	struct ik_dir *dir = NULL;
	int rc = ik_dir_fs(path, 1, &dir, err);

	*out = NULL;
	if (rc == 0)
		rc = ik_index_init(dir, schema, err);
	if (rc == 0)
		return index_new(dir, out, err);
	ik_dir_fs_undo(dir);
	return rc;
}

static int native_open(const char *path, uint32_t flags, struct ik_be_index **out, ink_error *err)
{
	struct ik_dir *dir = NULL;
	struct ik_manifest m;
	int rc = ik_dir_fs(path, 0, &dir, err);

	(void)flags;
	*out = NULL;
	if (rc != 0)
		return rc;
	rc = ik_manifest_read(dir, &m, err);
	if (rc != 0) {
		ik_dir_free(dir);
		return rc;
	}
	ik_manifest_free(&m);
	return index_new(dir, out, err);
}

static int native_salvage(const char *src, const char *dst, ink_loss_fn fn,
                          ink_progress_fn progress, void *user, ink_salvage *out, ink_error *err)
{
	struct ik_dir *from = NULL, *to = NULL;
	int rc = ik_dir_fs(src, 0, &from, err);

	if (rc == 0)
		rc = ik_dir_fs(dst, 1, &to, err);
	if (rc == 0)
		rc = ik_salvage(from, to, fn, progress, user, out, err);
	if (rc == 0)
		ik_dir_free(to);
	else
		ik_dir_fs_undo(to);
	ik_dir_free(from);
	return rc;
}

const struct ik_backend ik_backend_native = {"native", native_create, native_open,
                                             ik_native_check, NULL, native_salvage};
