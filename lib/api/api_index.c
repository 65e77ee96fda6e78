/*
 * api_index.c - inkstone/index.h: creating, opening and checking an index.
 *
 * Layer: api.
 */
#include "api/handle.h"
#include "base/mem.h"

/* A handle on what the backend opened; takes it over, on failure too. */
static int index_handle(struct ik_be_index *be, uint32_t flags, ink_index **out, ink_error *err)
{
	ink_index *index = ik_zalloc(sizeof *index);
	struct ik_schema *schema;
	int rc, sys;

	if (index == NULL) {
		be->ops->close(be);
		return ik_fail_nomem(err);
	}
	atomic_init(&index->refs, 1);
	index->flags = flags;
	index->be = be;
	sys = ik_mutex_new(&index->mutex);
	rc = sys != 0 ? ik_fail_sys(err, sys, "cannot make a mutex") : 0;
	if (rc == 0)
		rc = be->ops->schema(be, &schema, err);
	if (rc == 0)
		rc = ik_shared_schema_new(schema, &index->schema, err);
	if (rc != 0) {
		ink_index_close(index);
		return rc;
	}
	*out = index;
	return INK_OK;
}

/* What would make the index useless is refused before anything is made. */
static int check_schema(const struct ik_schema *schema, ink_error *err)
{
	int rc = 0;

	if (schema->n == 0)
		return ik_fail(err, INK_EINVAL, "a schema without fields");
	for (uint32_t i = 0; rc == 0 && i < schema->n; i++)
		if (schema->fields[i].type == INK_TEXT)
			rc = ik_analyzer_try(schema->fields[i].analyzer, err);
	return rc;
}

int ink_index_create(const char *path, const ink_schema *schema, uint32_t flags, ink_index **out,
                     ink_error *err)
{
	const struct ik_backend *backend;
	struct ik_be_index *be = NULL;
	const char *rest;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (path == NULL)
		return ik_null(err, "path");
	if (schema == NULL)
		return ik_null(err, "schema");
	rc = ik_check_flags(flags, 0, err);
	if (rc == 0)
		rc = ik_backend_find(path, &backend, &rest, err);
	if (rc == 0)
		rc = check_schema(ik_schema_of(schema), err);
	if (rc == 0)
		rc = backend->create(rest, ik_schema_of(schema), &be, err);
	return rc == 0 ? index_handle(be, flags, out, err) : rc;
}

int ink_index_open(const char *path, uint32_t flags, ink_index **out, ink_error *err)
{
	const struct ik_backend *backend;
	struct ik_be_index *be = NULL;
	const char *rest;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (path == NULL)
		return ik_null(err, "path");
	rc = ik_check_flags(flags, INK_OPEN_READONLY | INK_OPEN_PARTIAL, err);
	if (rc == 0)
		rc = ik_backend_find(path, &backend, &rest, err);
	if (rc == 0)
		rc = backend->open(rest, flags, &be, err);
	return rc == 0 ? index_handle(be, flags, out, err) : rc;
}

int ink_index_schema(ink_index *index, ink_schema **out, ink_error *err)
{
	struct ik_schema *schema = NULL;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (index == NULL)
		return ik_null(err, "index");
	rc = index->be->ops->schema(index->be, &schema, err);
	if (rc == 0)
		*out = (ink_schema *)schema;
	return rc;
}

int ink_index_check(const char *path, ink_progress_fn fn, void *user, ink_error *err)
{
	const struct ik_backend *backend;
	const char *rest;
	int rc;

	if (path == NULL)
		return ik_null(err, "path");
	rc = ik_backend_find(path, &backend, &rest, err);
	return rc == 0 ? backend->check(rest, fn, user, err) : rc;
}

/* An index on this machine as the one shard that it is. */
static void look_at(const char *path, ink_shard *shard, ink_error *why)
{
	ink_stats stats = {.struct_size = sizeof stats};
	ink_index *index = NULL;
	ink_reader *reader = NULL;

	shard->status = ink_index_open(path, INK_OPEN_READONLY, &index, why);
	if (shard->status == 0)
		shard->status = ink_reader_open(index, &reader, why);
	if (shard->status == 0)
		shard->status = ink_reader_stats(reader, &stats, why);
	shard->docs = stats.docs;
	shard->generation = stats.generation;
	if (shard->status != 0)
		shard->message = why->message;
	ink_reader_close(reader);
	ink_index_close(index);
}

int ink_index_shards(const char *path, ink_shard_fn fn, void *user, ink_error *err)
{
	ink_shard shard = {.struct_size = sizeof shard, .name = path, .message = ""};
	const struct ik_backend *backend;
	const char *rest;
	ink_error why;
	int rc;

	if (path == NULL)
		return ik_null(err, "path");
	if (fn == NULL)
		return ik_null(err, "fn");
	rc = ik_backend_find(path, &backend, &rest, err);
	if (rc != 0)
		return rc;
	if (backend->shards != NULL)
		return backend->shards(rest, fn, user, err);
	look_at(path, &shard, &why);
	if (shard.status == INK_EINVAL)
		return ik_fail(err, INK_EINVAL, "%s", why.message);
	return fn(user, &shard) != 0 ? ik_fail(err, INK_ECANCELED, "stopped by the caller") : 0;
}

static int salvage(const char *src, const char *dst, ink_loss_fn fn, ink_progress_fn progress,
                   void *user, ink_salvage *out, ink_error *err)
{
	const struct ik_backend *from, *to;
	int rc = ik_backend_find(src, &from, &src, err);

	if (rc == 0)
		rc = ik_backend_find(dst, &to, &dst, err);
	if (rc != 0)
		return rc;
	if (from != to || from->salvage == NULL)
		return ik_fail(err, INK_EUNSUPPORTED, "salvage: only from a native index to another");
	return from->salvage(src, dst, fn, progress, user, out, err);
}

int ink_index_salvage(const char *src, const char *dst, ink_loss_fn fn, ink_progress_fn progress,
                      void *user, ink_salvage *out, ink_error *err)
{
	ink_salvage stats = {0};
	int rc;

	if (src == NULL)
		return ik_null(err, "src");
	if (dst == NULL)
		return ik_null(err, "dst");
	if (out != NULL && out->struct_size < sizeof *out)
		return ik_fail(err, INK_EINVAL, "struct_size of ink_salvage is %u, not %zu",
		               (unsigned)out->struct_size, sizeof *out);
	rc = salvage(src, dst, fn, progress, user, &stats, err);
	if (out != NULL) {
		stats.struct_size = out->struct_size;
		*out = stats;
	}
	return rc;
}

void ink_index_close(ink_index *index)
{
	if (index == NULL || atomic_fetch_sub_explicit(&index->refs, 1, memory_order_acq_rel) != 1)
		return;
	ik_shared_schema_unref(index->schema);
	ik_mutex_free(index->mutex);
	index->be->ops->close(index->be);
	ik_free(index);
}
