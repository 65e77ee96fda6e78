/*
 * api_reader.c - the readers of inkstone/search.h.
 *
 * Layer: api.
 */
#include <string.h>

#include "api/handle.h"
#include "base/mem.h"
#include "index/stamp.h"

/* The reader's own schema, for the documents that it gives out. */
static int share_schema(ink_reader *reader, ink_error *err)
{
	struct ik_schema *copy = NULL;
	int rc = ik_schema_copy(reader->be->schema, &copy, err);

	return rc == 0 ? ik_shared_schema_new(copy, &reader->schema, err) : rc;
}

/* What the index was made with, compared with what there is now. */
static int compare_versions(ink_reader *reader, ink_error *err)
{
	char *own = ik_stamp_own(reader->be->schema);

	if (own != NULL)
		reader->other = ik_stamp_other(reader->be->stamp, own);
	ik_free(own);
	return reader->other == NULL ? ik_fail_nomem(err) : 0;
}

int ink_reader_open(ink_index *index, ink_reader **out, ink_error *err)
{
	ink_reader *reader;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (index == NULL)
		return ik_null(err, "index");
	reader = ik_zalloc(sizeof *reader);
	if (reader == NULL)
		return ik_fail_nomem(err);
	atomic_init(&reader->refs, 1);
	rc = index->be->ops->reader_open(index->be, &reader->be, err);
	if (rc == 0)
		rc = compare_versions(reader, err);
	if (rc == 0)
		rc = share_schema(reader, err);
	if (rc != 0) {
		if (reader->be != NULL)
			reader->be->ops->close(reader->be);
		ik_free(reader->other);
		ik_free(reader);
		return rc;
	}
	reader->index = ik_index_ref(index);
	ik_index_adopt(index, reader->schema, 0);
	*out = reader;
	return INK_OK;
}

int ink_reader_stats(const ink_reader *reader, ink_stats *out, ink_error *err)
{
	ink_stats stats = {.struct_size = sizeof stats};
	int rc;

	if (reader == NULL)
		return ik_null(err, "reader");
	if (out == NULL)
		return ik_null(err, "out");
	if (out->struct_size < sizeof stats)
		return ik_fail(err, INK_EINVAL, "struct_size of ink_stats is %u, not %zu",
		               (unsigned)out->struct_size, sizeof stats);
	rc = reader->be->ops->stats(reader->be, &stats, err);
	if (rc != 0)
		return rc;
	/* A caller of a later version has more behind it, which stays as it is. */
	stats.struct_size = out->struct_size;
	memcpy(out, &stats, sizeof stats);
	return INK_OK;
}

int ink_reader_versions(const ink_reader *reader, const char **versions, const char **other,
                        ink_error *err)
{
	if (versions == NULL)
		return ik_null(err, "versions");
	*versions = NULL;
	if (other == NULL)
		return ik_null(err, "other");
	*other = NULL;
	if (reader == NULL)
		return ik_null(err, "reader");
	*versions = reader->be->stamp;
	*other = reader->other;
	return INK_OK;
}

int ink_reader_find(const ink_reader *reader, const char *key, size_t len, uint64_t *doc,
                    ink_error *err)
{
	if (doc == NULL)
		return ik_null(err, "doc");
	*doc = 0;
	if (reader == NULL)
		return ik_null(err, "reader");
	if (key == NULL && len > 0)
		return ik_null(err, "key");
	return reader->be->ops->find(reader->be, key == NULL ? "" : key, len, doc, err);
}

int ink_reader_doc(const ink_reader *reader, uint64_t doc, ink_doc **out, ink_error *err)
{
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (reader == NULL)
		return ik_null(err, "reader");
	rc = ik_doc_handle(reader->schema, out, err);
	if (rc == 0)
		rc = reader->be->ops->doc(reader->be, doc, &(*out)->doc, err);
	if (rc != 0) {
		ink_doc_free(*out);
		*out = NULL;
	}
	return rc;
}

static int get_words(const ink_reader *reader, enum ik_words_kind kind, const char **text,
                     size_t *len, ink_error *err)
{
	size_t ignored;

	if (text == NULL)
		return ik_null(err, "text");
	*text = NULL;
	if (len == NULL)
		len = &ignored;
	*len = 0;
	if (reader == NULL)
		return ik_null(err, "reader");
	return reader->be->ops->words(reader->be, kind, text, len, err);
}

int ink_reader_dictionary(const ink_reader *reader, const char **text, size_t *len, ink_error *err)
{
	return get_words(reader, IK_WORDS_DICTIONARY, text, len, err);
}

int ink_reader_synonyms(const ink_reader *reader, const char **text, size_t *len, ink_error *err)
{
	return get_words(reader, IK_WORDS_SYNONYMS, text, len, err);
}

void ink_reader_close(ink_reader *reader)
{
	if (reader == NULL ||
	    atomic_fetch_sub_explicit(&reader->refs, 1, memory_order_acq_rel) != 1)
		return;
	reader->be->ops->close(reader->be);
	ik_shared_schema_unref(reader->schema);
	ink_index_close(reader->index);
	ik_free(reader->other);
	ik_free(reader);
}
