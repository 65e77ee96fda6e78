/*
 * handle.c - counting references; arguments that make no sense.
 *
 * Layer: api.
 */
#include "api/handle.h"

#include "base/mem.h"

int ik_null(ink_error *err, const char *name)
{
	return ik_fail(err, INK_EINVAL, "the argument \"%s\" is NULL", name);
}

int ik_check_flags(uint32_t flags, uint32_t known, ink_error *err)
{
	if ((flags & ~known) == 0)
		return INK_OK;
	return ik_fail(err, INK_EINVAL, "unknown flags 0x%x", (unsigned)(flags & ~known));
}

int ik_shared_schema_new(struct ik_schema *schema, struct ik_shared_schema **out, ink_error *err)
{
	struct ik_shared_schema *shared = ik_zalloc(sizeof *shared);

	*out = shared;
	if (shared == NULL) {
		ik_schema_free(schema);
		return ik_fail_nomem(err);
	}
	atomic_init(&shared->refs, 1);
	shared->schema = schema;
	return INK_OK;
}

struct ik_shared_schema *ik_shared_schema_ref(struct ik_shared_schema *shared)
{
	atomic_fetch_add_explicit(&shared->refs, 1, memory_order_relaxed);
	return shared;
}

void ik_shared_schema_unref(struct ik_shared_schema *shared)
{
	if (shared == NULL ||
	    atomic_fetch_sub_explicit(&shared->refs, 1, memory_order_acq_rel) != 1)
		return;
	ik_schema_free(shared->schema);
	ik_free(shared);
}

struct ik_shared_schema *ik_index_newest(ink_index *index)
{
	struct ik_shared_schema *shared;

	ik_mutex_lock(index->mutex);
	shared = ik_shared_schema_ref(index->schema);
	ik_mutex_unlock(index->mutex);
	return shared;
}

void ik_index_adopt(ink_index *index, struct ik_shared_schema *shared, int by_writer)
{
	struct ik_shared_schema *old = shared;

	ik_shared_schema_ref(shared);
	ik_mutex_lock(index->mutex);
	if (by_writer || (!index->writing && shared->schema->n > index->schema->schema->n)) {
		old = index->schema;
		index->schema = shared;
	}
	ik_mutex_unlock(index->mutex);
	ik_shared_schema_unref(old);
}

ink_index *ik_index_ref(ink_index *index)
{
	atomic_fetch_add_explicit(&index->refs, 1, memory_order_relaxed);
	return index;
}

ink_reader *ik_reader_ref(ink_reader *reader)
{
	atomic_fetch_add_explicit(&reader->refs, 1, memory_order_relaxed);
	return reader;
}
