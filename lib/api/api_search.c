/*
 * api_search.c - the searches of inkstone/search.h.
 *
 * Layer: api. Setters check against the schema of the snapshot at once, so
 * that a mistake is told where it was made.
 */
#include <string.h>

#include "api/handle.h"
#include "base/mem.h"

int ink_search_new(ink_reader *reader, const ink_query *query, ink_search **out, ink_error *err)
{
	ink_search *search;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (reader == NULL)
		return ik_null(err, "reader");
	if (query == NULL)
		return ik_null(err, "query");
	search = ik_zalloc(sizeof *search);
	if (search == NULL)
		return ik_fail_nomem(err);
	reader->be->ops->request(reader->be, ik_query_of(query), &search->request);
	search->request.offset = 0;
	search->request.limit = 10;
	search->reader = ik_reader_ref(reader);
	*out = search;
	return INK_OK;
}

int ink_search_set_window(ink_search *search, uint64_t offset, uint64_t limit, ink_error *err)
{
	if (search == NULL)
		return ik_null(err, "search");
	if (offset > IK_WINDOW_MAX || limit > IK_WINDOW_MAX - offset)
		return ik_fail(err, INK_ELIMIT,
		               "a window of %llu hits after %llu, over %u in all",
		               (unsigned long long)limit, (unsigned long long)offset,
		               IK_WINDOW_MAX);
	search->request.offset = offset;
	search->request.limit = limit;
	return INK_OK;
}

int ink_search_set_after(ink_search *search, const char *cursor, size_t len, ink_error *err)
{
	const struct ik_be_reader *be;
	char *copy = NULL;
	int rc;

	if (search == NULL)
		return ik_null(err, "search");
	if (cursor != NULL) {
		be = search->reader->be;
		rc = be->ops->check_cursor(be, &search->request, cursor, len, err);
		if (rc != 0)
			return rc;
		copy = ik_strndup(cursor, len);
		if (copy == NULL)
			return ik_fail_nomem(err);
	}
	ik_free(search->after);
	search->after = copy;
	search->request.after = copy;
	search->request.after_len = copy == NULL ? 0 : len;
	return INK_OK;
}

int ink_search_set_total(ink_search *search, int32_t mode, ink_error *err)
{
	if (search == NULL)
		return ik_null(err, "search");
	if (mode != INK_TOTAL_LOWER && mode != INK_TOTAL_EXACT)
		return ik_fail(err, INK_EINVAL, "there is no way %d to count", (int)mode);
	search->request.exact = mode == INK_TOTAL_EXACT;
	return INK_OK;
}

int ink_search_set_filter(ink_search *search, const ink_query *filter, ink_error *err)
{
	if (search == NULL)
		return ik_null(err, "search");
	if (filter == NULL)
		return ik_null(err, "filter");
	ik_query_unref(search->request.filter);
	search->request.filter = ik_query_ref(ik_query_of(filter));
	return INK_OK;
}

int ink_search_set_bm25(ink_search *search, double k1, double b, ink_error *err)
{
	if (search == NULL)
		return ik_null(err, "search");
	if (!(k1 >= 0 && k1 <= 100))
		return ik_fail(err, INK_EINVAL, "k1 of BM25 is a number from 0 to 100");
	if (!(b >= 0 && b <= 1))
		return ik_fail(err, INK_EINVAL, "b of BM25 is a number from 0 to 1");
	search->request.k1 = k1;
	search->request.b = b;
	search->request.own_bm25 = 1;
	return INK_OK;
}

/* A field of the snapshot. */
static int need_field(const ink_search *search, const char *name, uint32_t *id,
                      const struct ik_field **field, ink_error *err)
{
	const struct ik_schema *schema;
	int rc;

	if (search == NULL)
		return ik_null(err, "search");
	if (name == NULL)
		return ik_null(err, "field");
	schema = search->reader->schema->schema;
	rc = ik_schema_need(schema, name, strlen(name), id, err);
	if (rc == 0)
		*field = &schema->fields[*id];
	return rc;
}

static int cannot(ink_error *err, const struct ik_field *field, const char *what)
{
	return ik_fail(err, INK_ESCHEMA, "field \"%s\" is of type %s and cannot be %s",
	               field->name, ik_type_name(field->type), what);
}

int ink_search_add_sort(ink_search *search, const char *field, uint32_t flags, ink_error *err)
{
	const struct ik_field *f = NULL;
	uint32_t id = IK_SORT_SCORE;
	struct ik_sort *sort;
	int rc = INK_OK;

	if (field == NULL || search == NULL || strcmp(field, "_score") != 0)
		rc = need_field(search, field, &id, &f, err);
	if (rc == 0 && f != NULL && f->type != INK_KEYWORD && !ik_type_is_number(f->type))
		rc = cannot(err, f, "sorted by");
	if (rc == 0)
		rc = ik_check_flags(flags, INK_SORT_DESC | INK_SORT_MISSING_FIRST, err);
	if (rc != 0)
		return rc;
	if (search->request.sorts.n >= IK_SORTS_MAX)
		return ik_fail(err, INK_ELIMIT, "sorting by more than %d fields", IK_SORTS_MAX);
	sort = ik_vec_push(&search->request.sorts);
	if (sort == NULL)
		return ik_fail_nomem(err);
	*sort = (struct ik_sort){id, flags};
	return INK_OK;
}

static int push_facet(ink_search *search, uint32_t field, uint32_t limit, double *bounds,
                      size_t n, ink_error *err)
{
	struct ik_facet_spec *facet = ik_vec_push(&search->request.facets);

	if (facet == NULL)
		return ik_fail_nomem(err);
	*facet = (struct ik_facet_spec){field, limit, bounds, n};
	return INK_OK;
}

int ink_search_add_facet(ink_search *search, const char *field, uint32_t limit, ink_error *err)
{
	const struct ik_field *f = NULL;
	uint32_t id;
	int rc = need_field(search, field, &id, &f, err);

	if (rc == 0 && f->type != INK_KEYWORD)
		rc = cannot(err, f, "counted by value");
	return rc == 0 ? push_facet(search, id, limit, NULL, 0, err) : rc;
}

static int check_bounds(const double *bounds, size_t n, ink_error *err)
{
	if (bounds == NULL)
		return ik_null(err, "bounds");
	if (n == 0)
		return ik_fail(err, INK_EINVAL, "a facet of 0 ranges");
	if (n > SIZE_MAX / sizeof *bounds - 1)
		return ik_fail(err, INK_EINVAL, "a facet of %zu ranges", n);
	for (size_t i = 0; i < n; i++)
		if (!(bounds[i] < bounds[i + 1])) /* NaN is not less either */
			return ik_fail(err, INK_EINVAL, "bound %zu is not above bound %zu", i + 1,
			               i);
	return INK_OK;
}

int ink_search_add_range_facet(ink_search *search, const char *field, const double *bounds,
                               size_t n, ink_error *err)
{
	const struct ik_field *f = NULL;
	double *copy;
	uint32_t id;
	int rc = need_field(search, field, &id, &f, err);

	if (rc == 0 && !ik_type_is_number(f->type))
		rc = cannot(err, f, "counted in ranges");
	if (rc == 0)
		rc = check_bounds(bounds, n, err);
	if (rc != 0)
		return rc;
	copy = ik_arena_array(&search->request.arena, n + 1, sizeof *copy);
	if (copy == NULL)
		return ik_fail_nomem(err);
	memcpy(copy, bounds, (n + 1) * sizeof *copy);
	return push_facet(search, id, 0, copy, n, err);
}

/* The place of a field's snippet: asked for again, it is changed. */
static struct ik_snippet_spec *snippet_slot(ink_search *search, uint32_t field)
{
	for (size_t i = 0; i < search->request.snippets.n; i++)
		if (search->request.snippets.v[i].field == field)
			return &search->request.snippets.v[i];
	return ik_vec_push(&search->request.snippets);
}

int ink_search_add_snippet(ink_search *search, const char *field, uint32_t max_chars,
                           const char *open, const char *close, uint32_t flags, ink_error *err)
{
	struct ik_snippet_spec spec = {.max_chars = max_chars, .flags = flags}, *slot = NULL;
	const struct ik_field *f = NULL;
	int rc = need_field(search, field, &spec.field, &f, err);

	if (rc == 0 && (f->type != INK_TEXT || (f->flags & INK_STORED) == 0))
		rc = ik_fail(err, INK_ESCHEMA,
		             "field \"%s\" is not a stored text field: no snippets", field);
	if (rc == 0 && open == NULL)
		rc = ik_null(err, "open");
	if (rc == 0 && close == NULL)
		rc = ik_null(err, "close");
	if (rc == 0)
		rc = ik_check_flags(flags, INK_SNIPPET_HTML, err);
	if (rc != 0)
		return rc;
	spec.open = ik_arena_strndup(&search->request.arena, open, strlen(open));
	spec.close = ik_arena_strndup(&search->request.arena, close, strlen(close));
	if (spec.open != NULL && spec.close != NULL)
		slot = snippet_slot(search, spec.field);
	if (slot == NULL)
		return ik_fail_nomem(err);
	*slot = spec;
	return INK_OK;
}

int ink_search_set_cancel(ink_search *search, ink_cancel *cancel, ink_error *err)
{
	struct ik_cancel *inner = ik_cancel_of(cancel);

	if (search == NULL)
		return ik_null(err, "search");
	if (inner != NULL)
		atomic_fetch_add_explicit(&inner->refs, 1, memory_order_relaxed);
	ik_cancel_drop(search->request.cancel);
	search->request.cancel = inner;
	return INK_OK;
}

int ink_search_set_timeout(ink_search *search, uint32_t timeout_ms, ink_error *err)
{
	if (search == NULL)
		return ik_null(err, "search");
	search->request.timeout_ms = timeout_ms;
	return INK_OK;
}

int ink_search_run(ink_search *search, ink_results **out, ink_error *err)
{
	ink_results *results;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (search == NULL)
		return ik_null(err, "search");
	results = ik_zalloc(sizeof *results);
	if (results == NULL)
		return ik_fail_nomem(err);
	rc = search->reader->be->ops->search(search->reader->be, &search->request, &results->be,
	                                     err);
	if (rc != 0) {
		ik_free(results);
		return rc;
	}
	results->reader = ik_reader_ref(search->reader);
	*out = results;
	return INK_OK;
}

void ink_search_free(ink_search *search)
{
	if (search == NULL)
		return;
	ik_request_release(&search->request);
	ink_reader_close(search->reader);
	ik_free(search->after);
	ik_free(search);
}
