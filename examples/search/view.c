/* view.c - printing results: for people, as JSON, or as bare keys. Part of: the search program. */
#include <inttypes.h>
#include <string.h>

#include "msg.h"
#include "out.h"
#include "query.h"
#include "signals.h"
#include "values.h"

/* The first value of a field of a hit; NULL when there is none. */
static const char *stored(const struct view *view, size_t i, const char *name, size_t *len)
{
	const struct field *field = fields_find(&view->reading->fields, name, strlen(name));
	const char *text;

	if (field == NULL || !(field->flags & INK_STORED) ||
	    ink_results_stored(view->results, i, name, &text, len, NULL) < 0 || *len == 0)
		return NULL;
	return text;
}

static const char *stored_key(const struct view *view, size_t i, size_t *len)
{
	const struct field *key = view->reading->fields.key;

	return key != NULL ? stored(view, i, key->name, len) : NULL;
}

int view_print_heading(const struct view *view, size_t i, ink_error *err)
{
	size_t title_len, path_len = 0, key_len = 0;
	const char *title = stored(view, i, "title", &title_len);
	const char *path = stored(view, i, "path", &path_len);
	const char *key = stored_key(view, i, &key_len);
	ink_hit hit;
	int rc = ink_results_hit(view->results, i, &hit, err);

	if (rc < 0)
		return rc;
	if (path == NULL) {
		path = key;
		path_len = key_len;
	}
	out_printf("%" PRIu64 ". ", view->offset + i + 1);
	out_style(OUT_TITLE);
	if (title != NULL)
		out_text(title, title_len, 0);
	else if (path != NULL)
		out_text(path, path_len, 0);
	else
		out_printf("document %" PRIu64, hit.doc);
	out_style(OUT_PLAIN);
	if (hit.score > 0) { /* 0: sorted by something else, or nothing was scored */
		out_style(OUT_DIM);
		out_printf("  (%.4f)", hit.score);
		out_style(OUT_PLAIN);
	}
	out_printf("\n");
	if (title != NULL && path != NULL) {
		out_printf("   ");
		out_style(OUT_PATH);
		out_text(path, path_len, 0);
		out_style(OUT_PLAIN);
		out_printf("\n");
	}
	return 0;
}

void view_print_explain(const char *text, size_t len)
{
	const char *end = text + len, *nl;

	for (; text < end; text = nl + 1) {
		nl = memchr(text, '\n', (size_t)(end - text));
		nl = nl != NULL ? nl : end;
		out_printf("   ");
		out_text(text, (size_t)(nl - text), 0);
		out_printf("\n");
	}
}

static int print_fields(const struct view *view, size_t i, ink_error *err)
{
	struct bytes text = { 0 };
	ink_doc *doc;
	size_t f;
	int rc = ink_results_doc(view->results, i, &doc, err);

	if (rc < 0)
		return rc;
	for (f = 0; f < view->n_fields; f++) {
		bytes_clear(&text);
		if (values_text(doc, view->fields[f]->name, &text) == 0)
			continue;
		out_printf("   %s: ", view->fields[f]->name);
		out_text(bytes_str(&text), text.len, 0);
		out_printf("\n");
	}
	bytes_free(&text);
	ink_doc_free(doc);
	return 0;
}

static int print_hit(const struct view *view, size_t i, ink_error *err)
{
	const char *text;
	size_t len;
	int rc = view_print_heading(view, i, err);

	if (rc >= 0 && view->n_fields > 0)
		rc = print_fields(view, i, err);
	if (rc >= 0 && view->snippet != NULL) {
		rc = ink_results_snippet(view->results, i, view->snippet, &text, &len, err);
		if (rc >= 0 && len > 0) {
			out_printf("   ");
			out_snippet(text, len);
			out_printf("\n");
		}
	}
	if (rc >= 0 && view->explain) {
		rc = ink_results_explain(view->results, i, &text, &len, err);
		if (rc >= 0)
			view_print_explain(text, len);
	}
	return rc;
}

/* Nothing without a key: the number of a document could be the key of another. */
static int print_id(const struct view *view, size_t i, ink_error *err)
{
	const struct field *key = view->reading->fields.key;
	const char *text;
	size_t len;
	int rc;

	if (key == NULL || !(key->flags & INK_STORED))
		return 0;
	rc = ink_results_stored(view->results, i, key->name, &text, &len, err);
	if (rc == INK_ENOTFOUND)
		return 0;
	if (rc >= 0 && len > 0) {
		out_name(text, len);
		out_printf("\n");
	}
	return rc;
}

/* The fields asked for, or those that tell what a document is. */
static json_t *json_fields(const struct view *view, const ink_doc *doc)
{
	static const char *const usual[] = { "title", "path" };
	const struct fields *fields = &view->reading->fields;
	json_t *object = json_object(), *value;
	const struct field *field;
	size_t i, n = view->n_fields > 0 ? view->n_fields : sizeof usual / sizeof usual[0];

	for (i = 0; i < n; i++) {
		field = view->n_fields > 0 ? view->fields[i] :
		        fields_find(fields, usual[i], strlen(usual[i]));
		value = field != NULL ? values_json(doc, field) : NULL;
		if (value != NULL)
			out_json_set(object, field->name, value);
	}
	return object;
}

static int json_hit(const struct view *view, size_t i, ink_error *err)
{
	json_t *line = json_object();
	const char *text;
	ink_hit hit;
	ink_doc *doc;
	size_t len;
	int rc;

	out_json_set(line, "type", json_string("match"));
	out_json_set(line, "rank", json_integer((json_int_t)(view->offset + i + 1)));
	if ((rc = ink_results_hit(view->results, i, &hit, err)) >= 0) {
		out_json_set(line, "doc", json_integer((json_int_t)hit.doc));
		out_json_set(line, "score", json_real(hit.score));
		text = stored_key(view, i, &len);
		if (text != NULL)
			out_json_set(line, "key", out_json_text(text, len));
	}
	if (rc >= 0 && (rc = ink_results_doc(view->results, i, &doc, err)) >= 0) {
		out_json_set(line, "fields", json_fields(view, doc));
		ink_doc_free(doc);
	}
	if (rc >= 0 && view->snippet != NULL &&
	    (rc = ink_results_snippet(view->results, i, view->snippet, &text, &len, err)) >= 0)
		out_json_set(line, "snippet", out_json_snippet(text, len));
	if (rc >= 0 && view->explain &&
	    (rc = ink_results_explain(view->results, i, &text, &len, err)) >= 0)
		out_json_set(line, "explain", out_json_text(text, len));
	if (rc >= 0)
		out_json(line);
	else
		json_decref(line);
	return rc;
}

static int print_facet(const struct view *view, size_t f, ink_error *err)
{
	const struct facet_ask *facet = &view->facets[f];
	size_t i, len, n = ink_results_facet_len(view->results, f);
	json_t *line = json_object(), *values = json_array(), *one;
	const char *value;
	uint64_t count;
	int rc = 0, as_json = view->format == OUT_FORMAT_JSON;

	if (!as_json)
		out_printf("%s:\n", facet->field);
	for (i = 0; i < n && rc >= 0; i++) {
		rc = ink_results_facet(view->results, f, i, &value, &len, &count, err);
		if (rc < 0)
			break;
		if (as_json) {
			one = json_object();
			out_json_set(one, "value", out_json_text(value, len));
			out_json_set(one, "count", json_integer((json_int_t)count));
			json_array_append_new(values, one);
		} else {
			out_printf("%10" PRIu64 "  ", count);
			out_text(value, len, 0);
			out_printf("\n");
		}
	}
	out_json_set(line, "type", json_string("facet"));
	out_json_set(line, "field", json_string(facet->field));
	out_json_set(line, "ranges", json_boolean(facet->is_range));
	out_json_set(line, "values", values);
	if (as_json && rc >= 0)
		out_json(line);
	else
		json_decref(line);
	return rc;
}

static void json_begin(const struct view *view)
{
	json_t *line = json_pack("{s:s,s:i}", "type", "begin", "format_version", 1);

	out_json_set(line, "index", out_json_text(view->reading->dir, strlen(view->reading->dir)));
	out_json_set(line, "query", out_json_text(view->query, strlen(view->query)));
	out_json_set(line, "offset", json_integer((json_int_t)view->offset));
	out_json(line);
}

static json_t *json_missing(const struct view *view)
{
	json_t *array = json_array();
	const char *text;
	size_t len;

	for (size_t i = 0; ink_results_missing(view->results, i, &text, &len, NULL) >= 0; i++)
		json_array_append_new(array, out_json_text(text, len));
	return array;
}

static int print_end(const struct view *view, ink_error *err)
{
	size_t n = ink_results_len(view->results), len;
	int32_t exact = 0;
	uint64_t total = ink_results_total(view->results, &exact);
	const char *cursor = NULL;
	json_t *line;
	int rc = 0;

	if (n > 0 && (view->cursor || view->format == OUT_FORMAT_JSON))
		rc = ink_results_cursor(view->results, n - 1, &cursor, &len, err);
	if (rc < 0)
		return rc;
	if (view->format == OUT_FORMAT_JSON) {
		line = json_object();
		out_json_set(line, "type", json_string("end"));
		out_json_set(line, "hits", json_integer((json_int_t)n));
		out_json_set(line, "total", json_integer((json_int_t)total));
		out_json_set(line, "total_exact", json_boolean(exact));
		out_json_set(line, "elapsed_ms", json_real(view->elapsed_ms));
		if (cursor != NULL)
			out_json_set(line, "cursor", json_string(cursor));
		if (ink_results_missing_len(view->results) > 0)
			out_json_set(line, "missing", json_missing(view));
		out_json(line);
	} else if (view->format == OUT_FORMAT_TEXT) {
		if (view->total)
			out_printf("total %s%" PRIu64 "\n", exact ? "" : "at least ", total);
		if (cursor != NULL)
			out_printf("cursor %s\n", cursor);
	}
	return 0;
}

int view_tell_missing(const struct view *view, ink_error *err)
{
	const char *text;
	int rc = 0;

	for (size_t i = 0; rc >= 0 && i < ink_results_missing_len(view->results); i++) {
		rc = ink_results_missing(view->results, i, &text, NULL, err);
		if (rc >= 0)
			msg_error("results are partial: %s", text);
	}
	return rc;
}

int view_print(const struct view *view, ink_error *err)
{
	size_t i, n = ink_results_len(view->results);
	int rc = 0;

	if (view->format == OUT_FORMAT_JSON)
		json_begin(view);
	for (i = 0; i < n && rc >= 0 && !out_failed() && !signals_stop(); i++)
		rc = view->format == OUT_FORMAT_JSON ? json_hit(view, i, err) :
		     view->format == OUT_FORMAT_IDS ? print_id(view, i, err) :
		     print_hit(view, i, err);
	for (i = 0; i < view->n_facets && view->format != OUT_FORMAT_IDS && rc >= 0; i++)
		rc = print_facet(view, i, err);
	return rc >= 0 ? print_end(view, err) : rc;
}
