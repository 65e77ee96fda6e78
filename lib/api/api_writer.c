/*
 * api_writer.c - the writer of inkstone/writer.h.
 *
 * Layer: api. While a writer is open it decides which schema new documents
 * of its index get; when it is rolled back or closed, the last commit does.
 */
#include <string.h>

#include "api/handle.h"
#include "base/mem.h"

/* The schema of the last commit. */
static int committed(ink_index *index, struct ik_shared_schema **out, ink_error *err)
{
	struct ik_schema *schema = NULL;
	int rc = index->be->ops->schema(index->be, &schema, err);

	*out = NULL;
	return rc == 0 ? ik_shared_schema_new(schema, out, err) : rc;
}

/* From now on documents are of this schema; takes over the reference. */
static void take_schema(ink_writer *writer, struct ik_shared_schema *schema)
{
	ik_index_adopt(writer->index, schema, 1);
	ik_shared_schema_unref(writer->schema);
	writer->schema = schema;
}

static void set_writing(ink_index *index, int writing)
{
	ik_mutex_lock(index->mutex);
	index->writing = writing;
	ik_mutex_unlock(index->mutex);
}

int ink_writer_open(ink_index *index, ink_writer **out, ink_error *err)
{
	struct ik_shared_schema *schema = NULL;
	ink_writer *writer;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (index == NULL)
		return ik_null(err, "index");
	if (index->flags & INK_OPEN_READONLY)
		return ik_fail(err, INK_EREADONLY, "the index was opened for reading");
	writer = ik_zalloc(sizeof *writer);
	if (writer == NULL)
		return ik_fail_nomem(err);
	rc = index->be->ops->writer_open(index->be, &writer->be, err);
	if (rc == 0)
		rc = committed(index, &schema, err);
	if (rc != 0) {
		if (writer->be != NULL)
			writer->be->ops->close(writer->be);
		ik_free(writer);
		return rc;
	}
	writer->index = ik_index_ref(index);
	writer->process = ik_os_process();
	set_writing(index, 1);
	take_schema(writer, schema);
	*out = writer;
	return INK_OK;
}

/* A child made by fork() has a copy, but not its threads, and must not touch its files. */
static int check_writer(const ink_writer *writer, ink_error *err)
{
	if (writer == NULL)
		return ik_null(err, "writer");
	if (writer->process != ik_os_process())
		return ik_fail(err, INK_ELOCKED, "the writer belongs to another process");
	return INK_OK;
}

int ink_writer_set_memory(ink_writer *writer, uint64_t bytes, ink_error *err)
{
	int rc = check_writer(writer, err);

	return rc == 0 ? writer->be->ops->set_memory(writer->be, bytes, err) : rc;
}

int ink_writer_set_threads(ink_writer *writer, uint32_t threads, ink_error *err)
{
	int rc = check_writer(writer, err);

	return rc == 0 ? writer->be->ops->set_threads(writer->be, threads, err) : rc;
}

int ink_writer_set_reorder(ink_writer *writer, int32_t when, ink_error *err)
{
	int rc = check_writer(writer, err);

	return rc == 0 ? writer->be->ops->set_reorder(writer->be, when, err) : rc;
}

int ink_writer_add_field(ink_writer *writer, const char *name, int32_t type, uint32_t flags,
                         const char *analyzer, ink_error *err)
{
	struct ik_shared_schema *shared = NULL;
	struct ik_schema *grown = NULL;
	int rc = check_writer(writer, err);

	if (rc != 0)
		return rc;
	if (name == NULL)
		return ik_null(err, "name");
	/* Everything that may fail on our side comes before the writer's schema has grown. */
	rc = ik_schema_copy(writer->schema->schema, &grown, err);
	if (rc == 0)
		rc = ik_schema_add(grown, name, type, flags, analyzer, err);
	if (rc != 0) {
		ik_schema_free(grown);
		return rc;
	}
	rc = ik_shared_schema_new(grown, &shared, err);
	if (rc == 0)
		rc = writer->be->ops->add_field(writer->be, name, type, flags, analyzer, err);
	if (rc != 0) {
		ik_shared_schema_unref(shared);
		return rc;
	}
	take_schema(writer, shared);
	return INK_OK;
}

/*
 * Do the document's field ids mean the same fields here? Not when it comes
 * from another index, or from before a rollback that took fields away.
 */
static int check_fields(const ink_writer *writer, const ink_doc *doc, ink_error *err)
{
	const struct ik_schema *mine = writer->schema->schema, *its = doc->schema->schema;

	if (mine == its)
		return INK_OK;
	for (size_t i = 0; i < doc->doc.values.n; i++) {
		uint32_t id = doc->doc.values.v[i].field;

		if (id >= mine->n || strcmp(mine->fields[id].name, its->fields[id].name) != 0 ||
		    mine->fields[id].type != its->fields[id].type)
			return ik_fail(err, INK_ESCHEMA,
			               "a document of another schema: its field \"%s\" is another "
			               "one in this index", its->fields[id].name);
	}
	return INK_OK;
}

static int check_doc(const ink_writer *writer, const ink_doc *doc, ink_error *err)
{
	int rc = check_writer(writer, err);

	if (rc != 0)
		return rc;
	if (doc == NULL)
		return ik_null(err, "doc");
	return check_fields(writer, doc, err);
}

static int set_words(ink_writer *writer, enum ik_words_kind kind, const char *text, size_t len,
                     ink_error *err)
{
	int rc = check_writer(writer, err);

	if (rc != 0)
		return rc;
	if (text == NULL && len > 0)
		return ik_null(err, "text");
	return writer->be->ops->set_words(writer->be, kind, text == NULL ? "" : text, len, err);
}

int ink_writer_set_dictionary(ink_writer *writer, const char *text, size_t len, ink_error *err)
{
	return set_words(writer, IK_WORDS_DICTIONARY, text, len, err);
}

int ink_writer_set_synonyms(ink_writer *writer, const char *text, size_t len, ink_error *err)
{
	return set_words(writer, IK_WORDS_SYNONYMS, text, len, err);
}

int ink_writer_add(ink_writer *writer, const ink_doc *doc, ink_error *err)
{
	int rc = check_doc(writer, doc, err);

	return rc == 0 ? writer->be->ops->add(writer->be, &doc->doc, err) : rc;
}

int ink_writer_update(ink_writer *writer, const ink_doc *doc, ink_error *err)
{
	int rc = check_doc(writer, doc, err);

	return rc == 0 ? writer->be->ops->update(writer->be, &doc->doc, err) : rc;
}

int ink_writer_delete(ink_writer *writer, const char *key, size_t len, ink_error *err)
{
	int rc = check_writer(writer, err);

	if (rc != 0)
		return rc;
	if (key == NULL && len > 0)
		return ik_null(err, "key");
	return writer->be->ops->del(writer->be, key == NULL ? "" : key, len, err);
}

int ink_writer_delete_query(ink_writer *writer, const ink_query *query, uint64_t *deleted,
                            ink_error *err)
{
	int rc = check_writer(writer, err);

	if (deleted != NULL)
		*deleted = 0;
	if (rc != 0)
		return rc;
	if (query == NULL)
		return ik_null(err, "query");
	return writer->be->ops->del_query(writer->be, ik_query_of(query), deleted, err);
}

int ink_writer_commit(ink_writer *writer, uint64_t *generation, ink_error *err)
{
	int rc = check_writer(writer, err);

	if (generation != NULL)
		*generation = 0;
	return rc == 0 ? writer->be->ops->commit(writer->be, generation, err) : rc;
}

int ink_writer_rollback(ink_writer *writer, ink_error *err)
{
	struct ik_shared_schema *schema;
	int rc = check_writer(writer, err);

	if (rc == 0)
		rc = committed(writer->index, &schema, err);
	if (rc != 0)
		return rc;
	rc = writer->be->ops->rollback(writer->be, err);
	if (rc == 0)
		take_schema(writer, schema);
	else
		ik_shared_schema_unref(schema);
	return rc;
}

int ink_writer_optimize(ink_writer *writer, uint32_t max_segments, ink_progress_fn fn, void *user,
                        ink_error *err)
{
	int rc = check_writer(writer, err);

	if (rc != 0)
		return rc;
	if (max_segments == 0)
		return ik_fail(err, INK_EINVAL, "an index has at least 1 segment, not 0");
	return writer->be->ops->optimize(writer->be, max_segments, fn, user, err);
}

int ink_writer_damage(ink_writer *writer, ink_error *err)
{
	int rc = check_writer(writer, err);

	if (rc != 0 || writer->be->ops->damage == NULL)
		return rc;
	return writer->be->ops->damage(writer->be, err);
}

void ink_writer_close(ink_writer *writer)
{
	struct ik_shared_schema *schema;

	if (writer == NULL)
		return;
	/* Without memory new documents know fields not committed; no writer takes those. */
	if (committed(writer->index, &schema, NULL) == 0)
		take_schema(writer, schema);
	set_writing(writer->index, 0);
	if (check_writer(writer, NULL) == 0)
		writer->be->ops->close(writer->be);
	ik_shared_schema_unref(writer->schema);
	ink_index_close(writer->index);
	ik_free(writer);
}
