/*
 * xapian.c - Xapian behind the vtable: the module's entry, creating and
 * opening an index.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. The folder is taken
 * in xapian_folder.c; writers are in xapian_write.c, readers in xapian_read.c,
 * results in xapian_results.c.
 */
#include "backend/xapian.h"

#include "base/mem.h"
#include "index/manifest.h"
#include "index/writer.h"
#include "model/date.h"

/* ---- an index ---- */

static struct ik_xb_index *index_of(struct ik_be_index *base)
{
	return (struct ik_xb_index *)base;
}

static void close_index(struct ik_be_index *base)
{
	ik_schema_free(atomic_load(&index_of(base)->first));
	ik_xb_where_release(&index_of(base)->where);
	ik_free(base);
}

static int read_schema(struct ik_be_index *base, struct ik_schema **out, ink_error *err)
{
	struct ik_xb_shards shards;
	struct ik_xb_head head = {0};
	int rc = ik_xb_shards_open(&index_of(base)->where, 0, &shards, err);

	if (rc == 0)
		rc = ik_xb_shards_head(&shards, &head, err);
	*out = head.schema;
	ik_xb_shards_release(&shards);
	return rc;
}

static int schema_of(struct ik_be_index *base, struct ik_schema **out, ink_error *err)
{
	*out = atomic_exchange(&index_of(base)->first, NULL);
	return *out != NULL ? 0 : read_schema(base, out, err);
}

static const struct ik_index_ops index_ops = {schema_of, ik_xb_writer_open, ik_xb_reader_open,
                                              close_index};

static int index_new(const char *path, int remote, struct ik_be_index **out, ink_error *err)
{
	struct ik_xb_index *index = ik_zalloc(sizeof *index);
	int rc;

	*out = NULL;
	if (index == NULL)
		return ik_fail_nomem(err);
	index->base.ops = &index_ops;
	rc = ik_xb_where(path, remote, &index->where, err);
	if (rc != 0)
		close_index(&index->base);
	else
		*out = &index->base;
	return rc;
}

/* ---- creating and opening ---- */

/*
 * Empty databases are there already: their servers made them. Some with a
 * schema and some without are what is left of an earlier try, and so is one in
 * a folder.
 */
static int are_empty(const struct ik_xb_where *w, const struct ik_xb_shards *shards,
                     ink_error *err)
{
	size_t made = 0;

	if (w->dir != NULL)
		return ik_xb_is_new(shards->db)
		               ? 0
		               : ik_fail(err, INK_EEXISTS, "%s: not empty", w->dir);
	for (size_t i = 0; i < shards->n; i++) {
		struct ik_xap_stats stats;
		int rc = ik_xap_db_stats(shards->list[i].db, &stats, err);

		if (rc != 0)
			return rc;
		if (stats.docs > 0)
			return ik_fail(err, INK_EEXISTS, "%s: not empty", w->servers.v[i].name);
		made += !shards->list[i].head.foreign;
	}
	if (made == shards->n)
		return ik_fail(err, INK_EEXISTS, "%s: there is an index already", w->path);
	return 0;
}

static int set_up(const struct ik_xb_shards *shards, const struct ik_schema *schema,
                  ink_error *err)
{
	struct ik_xb_head head = {.generation = 1};
	int rc = ik_schema_copy(schema, &head.schema, err);

	for (size_t i = 0; rc == 0 && i < shards->n; i++) {
		if (shards->n > 1) {
			head.shards = (uint32_t)shards->n;
			head.shard = (uint32_t)i + 1;
		}
		rc = ik_xb_head_write(shards->list[i].db, &head, err);
		if (rc == 0)
			rc = ik_xap_db_commit(shards->list[i].db, err);
	}
	ik_schema_free(head.schema);
	return rc;
}

static int create_in(const struct ik_xb_where *w, const struct ik_schema *schema, ink_error *err)
{
	struct ik_xb_shards shards;
	struct ik_xb_folder folder = {.database = 1};
	ink_error why;
	int rc = w->dir != NULL ? ik_xb_folder_take(w->dir, &folder, err) : 0;

	if (rc != 0)
		return rc;
	rc = ik_xb_shards_open(w, folder.database ? IK_XB_WRITE : IK_XB_WRITE | IK_XB_BARE, &shards,
	                       &why);
	if (rc == 0 && folder.database)
		rc = are_empty(w, &shards, &why);
	if (rc == 0)
		rc = set_up(&shards, schema, &why);
	ik_xb_shards_release(&shards);
	ik_xb_folder_leave(&folder, rc);
	return rc == 0 ? 0 : ik_xb_blame(w, rc, &why, err);
}

static int create_any(const char *path, int remote, const struct ik_schema *schema,
                      struct ik_be_index **out, ink_error *err)
{
	int rc = index_new(path, remote, out, err);

	if (rc == 0)
		rc = create_in(&index_of(*out)->where, schema, err);
	if (rc != 0 && *out != NULL) {
		close_index(*out);
		*out = NULL;
	}
	return rc;
}

static int create(const char *path, const struct ik_schema *schema, struct ik_be_index **out,
                  ink_error *err)
{
	return create_any(path, 0, schema, out, err);
}

static int create_remote(const char *path, const struct ik_schema *schema,
                         struct ik_be_index **out, ink_error *err)
{
	return create_any(path, 1, schema, out, err);
}

static int open_any(const char *path, int remote, uint32_t flags, struct ik_be_index **out,
                    ink_error *err)
{
	struct ik_schema *schema = NULL;
	int rc = index_new(path, remote, out, err);

	if (rc != 0)
		return rc;
	if ((flags & INK_OPEN_PARTIAL) != 0)
		index_of(*out)->where.partial = 1;
	rc = read_schema(*out, &schema, err); /* is there one? */
	atomic_store(&index_of(*out)->first, schema);
	if (rc != 0) {
		close_index(*out);
		*out = NULL;
	}
	return rc;
}

static int open_index(const char *path, uint32_t flags, struct ik_be_index **out, ink_error *err)
{
	return open_any(path, 0, flags, out, err);
}

static int open_remote(const char *path, uint32_t flags, struct ik_be_index **out, ink_error *err)
{
	return open_any(path, 1, flags, out, err);
}

/* ---- the state of servers ---- */

static int tell_shard(const struct ik_xb_shard *shard, ink_shard_fn fn, void *user,
                      ink_error *err)
{
	ink_shard told = {.struct_size = sizeof told, .status = shard->rc, .message = ""};
	struct ik_xap_stats stats = {0};

	told.name = shard->where->servers.v[shard->number].name;
	if (shard->rc != 0)
		told.message = shard->why.message;
	else if (ik_xap_db_stats(shard->db, &stats, err) == 0) /* known since it was opened */
		told.docs = stats.docs;
	told.generation = shard->head.generation;
	told.round_trip_us = shard->round_trip_us;
	return fn(user, &told) != 0 ? ik_fail(err, INK_ECANCELED, "stopped by the caller") : 0;
}

static int tell_shards(const char *path, ink_shard_fn fn, void *user, ink_error *err)
{
	struct ik_xb_shards shards = {0};
	struct ik_xb_where w;
	int rc = ik_xb_where(path, 1, &w, err);

	if (rc == 0)
		rc = ik_xb_shards_try(&w, IK_XB_TIMED, &shards, err);
	for (size_t i = 0; rc == 0 && i < shards.n; i++)
		rc = tell_shard(&shards.list[i], fn, user, err);
	ik_xb_shards_release(&shards);
	ik_xb_where_release(&w);
	return rc;
}

/* ---- the module ---- */

/* Ends in one without a name. */
static const struct ik_backend backends[] = {
	{"xapian", create, open_index, ik_xb_check, NULL, NULL},
	{"xapian+tcp", create_remote, open_remote, ik_xb_check_remote, tell_shards, NULL},
	{0},
};

INK_API const struct ik_backend *ink_xapian_backends(uint32_t abi, const ink_allocator *allocator,
                                                    ik_registry_find_fn find);

const struct ik_backend *ink_xapian_backends(uint32_t abi, const ink_allocator *allocator,
                                            ik_registry_find_fn find)
{
	static atomic_flag taken = ATOMIC_FLAG_INIT;
	static atomic_int ready;

	if (abi != IK_XAPIAN_ABI)
		return NULL;
	/* Every call brings the same two; threads may come together. */
	if (!atomic_flag_test_and_set(&taken)) {
		ik_mem_set(allocator);
		ik_registry_use(find);
		atomic_store(&ready, 1);
	}
	while (!atomic_load(&ready))
		;
	return backends;
}
