/*
 * api_docs.c - the walks over documents of inkstone/search.h.
 *
 * Layer: api.
 */
#include "api/handle.h"
#include "base/mem.h"

int ink_docs_open(ink_reader *reader, ink_docs **out, ink_error *err)
{
	ink_docs *docs;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (reader == NULL)
		return ik_null(err, "reader");
	docs = ik_zalloc(sizeof *docs);
	if (docs == NULL)
		return ik_fail_nomem(err);
	rc = reader->be->ops->docs(reader->be, &docs->be, err);
	if (rc != 0) {
		ik_free(docs);
		return rc;
	}
	docs->reader = ik_reader_ref(reader);
	*out = docs;
	return INK_OK;
}

int ink_docs_next(ink_docs *docs, ink_error *err)
{
	int rc;

	if (docs == NULL)
		return ik_null(err, "docs");
	rc = docs->be->ops->next(docs->be, err);
	docs->on = rc == 1;
	return rc;
}

uint64_t ink_docs_number(const ink_docs *docs)
{
	return docs == NULL || !docs->on ? 0 : docs->be->number;
}

int ink_docs_get(ink_docs *docs, ink_doc **out, ink_error *err)
{
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (docs == NULL)
		return ik_null(err, "docs");
	if (!docs->on)
		return ik_fail(err, INK_ENOTFOUND, "the walk is not at a document");
	rc = ik_doc_handle(docs->reader->schema, out, err);
	if (rc == 0)
		rc = docs->be->ops->get(docs->be, &(*out)->doc, err);
	if (rc != 0) {
		ink_doc_free(*out);
		*out = NULL;
	}
	return rc;
}

void ink_docs_close(ink_docs *docs)
{
	if (docs == NULL)
		return;
	docs->be->ops->close(docs->be);
	ink_reader_close(docs->reader);
	ik_free(docs);
}
