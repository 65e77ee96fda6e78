/*
 * api_results.c - the results of inkstone/search.h.
 *
 * Layer: api.
 */
#include <string.h>

#include "api/handle.h"
#include "base/mem.h"

size_t ink_results_len(const ink_results *results)
{
	return results == NULL ? 0 : results->be->n;
}

uint64_t ink_results_total(const ink_results *results, int32_t *is_exact)
{
	if (is_exact != NULL)
		*is_exact = results != NULL && results->be->exact;
	return results == NULL ? 0 : results->be->total;
}

/* Is there a hit `i`? */
static int check_hit(const ink_results *results, size_t i, ink_error *err)
{
	if (results == NULL)
		return ik_null(err, "results");
	if (i >= results->be->n)
		return ik_fail(err, INK_ENOTFOUND, "no hit number %zu, there are %zu", i,
		               results->be->n);
	return INK_OK;
}

/* The same, and somewhere to put a text. */
static int check_text(const ink_results *results, size_t i, const char *name, const char **text,
                      size_t *len, ink_error *err)
{
	if (text == NULL)
		return ik_null(err, name);
	*text = NULL;
	*len = 0;
	return check_hit(results, i, err);
}

int ink_results_hit(const ink_results *results, size_t i, ink_hit *out, ink_error *err)
{
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = (ink_hit){0};
	rc = check_hit(results, i, err);
	return rc == 0 ? results->be->ops->hit(results->be, i, out, err) : rc;
}

size_t ink_results_copy(const ink_results *results, size_t first, size_t n, uint64_t *docs,
                        double *scores)
{
	size_t have = ink_results_len(results), copied = 0;

	while (copied < n && first < have && copied < have - first) {
		ink_hit hit;

		if (results->be->ops->hit(results->be, first + copied, &hit, NULL) != 0)
			break;
		if (docs != NULL)
			docs[copied] = hit.doc;
		if (scores != NULL)
			scores[copied] = hit.score;
		copied++;
	}
	return copied;
}

int ink_results_doc(ink_results *results, size_t i, ink_doc **out, ink_error *err)
{
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	rc = check_hit(results, i, err);
	if (rc == 0)
		rc = ik_doc_handle(results->reader->schema, out, err);
	if (rc == 0)
		rc = results->be->ops->doc(results->be, i, &(*out)->doc, err);
	if (rc != 0) {
		ink_doc_free(*out);
		*out = NULL;
	}
	return rc;
}

int ink_results_stored(ink_results *results, size_t i, const char *field, const char **value,
                       size_t *len, ink_error *err)
{
	size_t ignored;
	int rc;

	if (len == NULL)
		len = &ignored;
	rc = check_text(results, i, "value", value, len, err);
	if (rc == 0 && field == NULL)
		rc = ik_null(err, "field");
	return rc == 0 ? results->be->ops->stored(results->be, i, field, value, len, err) : rc;
}

int ink_results_snippet(ink_results *results, size_t i, const char *field, const char **text,
                        size_t *len, ink_error *err)
{
	size_t ignored;
	int rc;

	if (len == NULL)
		len = &ignored;
	rc = check_text(results, i, "text", text, len, err);
	if (rc == 0 && field == NULL)
		rc = ik_null(err, "field");
	return rc == 0 ? results->be->ops->snippet(results->be, i, field, text, len, err) : rc;
}

size_t ink_results_facet_len(const ink_results *results, size_t facet)
{
	return results == NULL ? 0 : results->be->ops->facet_len(results->be, facet);
}

int ink_results_facet(const ink_results *results, size_t facet, size_t i, const char **value,
                      size_t *len, uint64_t *count, ink_error *err)
{
	const char *text = NULL;
	size_t text_len = 0, n = ink_results_facet_len(results, facet);
	uint64_t found = 0;
	int rc;

	if (results == NULL)
		rc = ik_null(err, "results");
	else if (i >= n)
		rc = ik_fail(err, INK_ENOTFOUND,
		             "no value number %zu of facet %zu, there are %zu", i, facet, n);
	else
		rc = results->be->ops->facet(results->be, facet, i, &text, &text_len, &found, err);
	if (value != NULL)
		*value = text;
	if (len != NULL)
		*len = text_len;
	if (count != NULL)
		*count = found;
	return rc;
}

size_t ink_results_missing_len(const ink_results *results)
{
	return results == NULL ? 0 : results->be->n_missing;
}

int ink_results_missing(const ink_results *results, size_t i, const char **text, size_t *len,
                        ink_error *err)
{
	if (text == NULL)
		return ik_null(err, "text");
	*text = NULL;
	if (len != NULL)
		*len = 0;
	if (results == NULL)
		return ik_null(err, "results");
	if (i >= results->be->n_missing)
		return ik_fail(err, INK_ENOTFOUND, "no missing shard number %zu, there are %zu", i,
		               results->be->n_missing);
	*text = results->be->missing[i];
	if (len != NULL)
		*len = strlen(*text);
	return INK_OK;
}

int ink_results_explain(ink_results *results, size_t i, const char **text, size_t *len,
                        ink_error *err)
{
	size_t ignored;
	int rc;

	if (len == NULL)
		len = &ignored;
	rc = check_text(results, i, "text", text, len, err);
	return rc == 0 ? results->be->ops->explain(results->be, i, text, len, err) : rc;
}

int ink_results_cursor(ink_results *results, size_t i, const char **text, size_t *len,
                       ink_error *err)
{
	size_t ignored;
	int rc;

	if (len == NULL)
		len = &ignored;
	rc = check_text(results, i, "text", text, len, err);
	return rc == 0 ? results->be->ops->cursor(results->be, i, text, len, err) : rc;
}

void ink_results_work(const ink_results *results, uint64_t *scored, uint64_t *postings)
{
	if (scored != NULL)
		*scored = results == NULL ? 0 : results->be->scored;
	if (postings != NULL)
		*postings = results == NULL ? 0 : results->be->postings;
}

void ink_results_free(ink_results *results)
{
	if (results == NULL)
		return;
	results->be->ops->free(results->be);
	ink_reader_close(results->reader);
	ik_free(results);
}
