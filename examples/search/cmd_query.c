/* cmd_query.c - search query: setting up a search. Part of: the search program. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "msg.h"
#include "out.h"
#include "query.h"
#include "signals.h"

int query_parse_operands(const struct args *args, ink_index *index, ink_query **out)
{
	const char *field = flag_find(args->cmd, "field", 5) ? args_text(args, "field") : NULL;
	char *text = args_join(args, 1);
	uint32_t flags = 0;
	ink_error err;
	int rc;

	if (args_has(args, "all"))
		flags |= INK_PARSE_ALL;
	if (args_has(args, "plain"))
		flags |= INK_PARSE_PLAIN;
	if (field != NULL)
		rc = ink_query_match(field, text, strlen(text), out, &err);
	else
		rc = ink_query_parse(index, text, strlen(text), flags, out, &err);
	if (rc < 0)
		msg_ink_at("query", text, &err);
	free(text);
	return rc < 0 ? -1 : 0;
}

int query_failed(const char *dir, const ink_error *err)
{
	if (err->code == INK_ECANCELED && signals_stop())
		return STATUS_INTERRUPTED;
	msg_ink(dir, err);
	return STATUS_ERROR;
}

/* Documents have to match every --filter. */
static int set_filters(ink_search *search, ink_index *index, const struct args *args)
{
	ink_query *all = NULL, *one, *both;
	const int32_t occur[2] = { INK_FILTER, INK_FILTER };
	const char *text;
	size_t at = 0;
	ink_error err;
	int rc = 0;

	while (rc >= 0 && (text = args_next(args, "filter", &at)) != NULL) {
		rc = ink_query_parse(index, text, strlen(text), INK_PARSE_ALL, &one, &err);
		if (rc < 0) {
			msg_ink_at("--filter", text, &err);
			ink_query_free(all);
			return -1;
		}
		if (all == NULL) {
			all = one;
			continue;
		}
		rc = ink_query_bool((const ink_query *const[]){ all, one }, occur, 2, 0, &both,
		                    &err);
		ink_query_free(all);
		ink_query_free(one);
		all = rc < 0 ? NULL : both;
	}
	if (rc >= 0 && all != NULL)
		rc = ink_search_set_filter(search, all, &err);
	ink_query_free(all);
	if (rc < 0)
		msg_ink("--filter", &err);
	return rc < 0 ? -1 : 0;
}

static int set_sort(ink_search *search, const struct args *args)
{
	const char *text, *end;
	size_t at = 0;
	uint32_t flags;
	ink_error err;
	char *field;
	int rc = 0;

	while ((text = args_next(args, "sort", &at)) != NULL) {
		for (; rc >= 0; text = end + 1) {
			end = text + strcspn(text, ",");
			flags = text[0] == '-' ? INK_SORT_DESC : 0;
			text += flags != 0;
			field = xstrndup(text, (size_t)(end - text));
			rc = ink_search_add_sort(search, field, flags, &err);
			free(field);
			if (*end == '\0')
				break;
		}
		if (rc < 0) {
			msg_ink("--sort", &err);
			return -1;
		}
	}
	return 0;
}

static struct facet_ask *new_facet(struct view *view, const char *text, size_t len,
                                   int is_range)
{
	struct facet_ask *facet;

	view->facets = xrealloc(view->facets, (view->n_facets + 1) * sizeof *view->facets);
	facet = &view->facets[view->n_facets++];
	facet->field = xstrndup(text, len);
	facet->is_range = is_range;
	return facet;
}

/* FIELD or FIELD:N. */
static int add_facet(ink_search *search, struct view *view, const char *text)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon != NULL ? (size_t)(colon - text) : strlen(text);
	uint64_t limit = 10;
	ink_error err;

	if (colon != NULL &&
	    (parse_u64(colon + 1, &limit) < 0 || limit < 1 || limit > UINT32_MAX)) {
		msg_error("--facet %s: a facet is FIELD or FIELD:N", text);
		return -1;
	}
	if (ink_search_add_facet(search, new_facet(view, text, len, 0)->field, (uint32_t)limit,
	                         &err) < 0) {
		msg_ink("--facet", &err);
		return -1;
	}
	return 0;
}

/* A number, or a date as milliseconds. */
static int parse_bound(const char *text, size_t len, int is_date, double *out)
{
	char *copy = xstrndup(text, len);
	int64_t ms;
	int rc;

	if (is_date && ink_date_parse(text, len, &ms, NULL) >= 0) {
		*out = (double)ms;
		rc = 0;
	} else {
		rc = parse_double(copy, out);
	}
	free(copy);
	return rc;
}

/* FIELD:A,B,C. */
static int add_range_facet(ink_search *search, struct view *view, const char *text)
{
	size_t len = strcspn(text, ":"), n = 0, cap = 0, one;
	const struct field *field = fields_find(&view->reading->fields, text, len);
	const char *p = text[len] == ':' ? text + len + 1 : "";
	double *bounds = NULL;
	ink_error err;
	int rc = 0;

	for (; *p != '\0' && rc == 0; p += one + (p[one] == ',')) {
		one = strcspn(p, ",");
		bounds = xgrow(bounds, n, &cap, sizeof *bounds);
		rc = parse_bound(p, one, field != NULL && field->type == INK_DATE, &bounds[n++]);
	}
	if (rc < 0 || n < 2) {
		msg_error("--range-facet %s: give FIELD:A,B and more bounds, as numbers or dates",
		          text);
		rc = -1;
	} else {
		rc = ink_search_add_range_facet(search, new_facet(view, text, len, 1)->field,
		                                bounds, n - 1, &err);
		if (rc < 0)
			msg_ink("--range-facet", &err);
	}
	free(bounds);
	return rc < 0 ? -1 : 0;
}

/* In the order given, which is how the library numbers them. */
static int set_facets(ink_search *search, struct view *view, const struct args *args)
{
	size_t i;

	for (i = 0; i < args->n_values; i++) {
		const struct arg_value *value = &args->values[i];
		int rc = 0;

		if (strcmp(value->flag->name, "facet") == 0)
			rc = add_facet(search, view, value->text);
		else if (strcmp(value->flag->name, "range-facet") == 0)
			rc = add_range_facet(search, view, value->text);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* The field asked for, else body, else the first stored text that is not the title. */
static const char *snippet_field(const struct fields *fields, const struct args *args)
{
	const struct field *body = fields_find(fields, "body", 4);
	const char *asked = args_text(args, "snippet");
	size_t i;

	if (asked != NULL)
		return asked;
	if (body != NULL && body->type == INK_TEXT && (body->flags & INK_STORED))
		return body->name;
	for (i = 0; i < fields->n; i++)
		if (fields->list[i].type == INK_TEXT && (fields->list[i].flags & INK_STORED) &&
		    strcmp(fields->list[i].name, "title") != 0)
			return fields->list[i].name;
	return NULL;
}

static int set_snippet(ink_search *search, struct view *view, const struct args *args)
{
	uint64_t length;
	ink_error err;

	if (args_u64(args, "snippet-length", 0, UINT32_MAX, &length) < 0)
		return -1;
	if (args_has(args, "no-snippet") || view->format == OUT_FORMAT_IDS)
		return 0;
	view->snippet = snippet_field(&view->reading->fields, args);
	if (view->snippet == NULL)
		return 0;
	if (ink_search_add_snippet(search, view->snippet, (uint32_t)length, OUT_MARK_OPEN,
	                           OUT_MARK_CLOSE, 0, &err) < 0) {
		msg_ink("--snippet", &err);
		return -1;
	}
	return 0;
}

static int set_numbers(ink_search *search, struct view *view, const struct args *args)
{
	uint64_t limit, timeout;
	double k1, b;
	ink_error err;
	int rc = 0;

	if (args_u64(args, "limit", 0, UINT32_MAX, &limit) < 0 ||
	    args_u64(args, "offset", 0, UINT32_MAX, &view->offset) < 0 ||
	    args_u64(args, "timeout", 0, UINT32_MAX, &timeout) < 0 ||
	    args_double(args, "k1", &k1) < 0 || args_double(args, "b", &b) < 0)
		return -1;
	if ((rc = ink_search_set_window(search, view->offset, limit, &err)) >= 0 &&
	    (rc = ink_search_set_timeout(search, (uint32_t)timeout, &err)) >= 0 &&
	    (args_has(args, "k1") || args_has(args, "b")))
		rc = ink_search_set_bm25(search, k1, b, &err);
	if (rc >= 0 && view->total)
		rc = ink_search_set_total(search, INK_TOTAL_EXACT, &err);
	if (rc < 0)
		msg_ink(NULL, &err);
	return rc < 0 ? -1 : 0;
}

/* A cursor is looked at when it is set: the sorting has to be known by then. */
static int set_after(ink_search *search, const struct args *args)
{
	const char *after = args_text(args, "after");
	ink_error err;
	int rc = 0;

	if (after != NULL)
		rc = ink_search_set_after(search, after, strlen(after), &err);
	if (rc < 0)
		msg_ink("--after", &err);
	return rc < 0 ? -1 : 0;
}

/* The fields of --fields; unknown ones are an error, * is all that are stored. */
static int set_fields(struct view *view, const struct args *args)
{
	const struct fields *fields = &view->reading->fields;
	const char *p = args_text(args, "fields");
	size_t cap = 0, len, i;

	for (; p != NULL && *p != '\0'; p += len + (p[len] == ',')) {
		const struct field *field;

		len = strcspn(p, ",");
		for (i = 0; len == 1 && *p == '*' && i < fields->n; i++) {
			view->fields = xgrow(view->fields, view->n_fields, &cap,
			                     sizeof *view->fields);
			if (fields->list[i].flags & INK_STORED)
				view->fields[view->n_fields++] = &fields->list[i];
		}
		if (len == 0 || (len == 1 && *p == '*'))
			continue;
		field = fields_find(fields, p, len);
		if (field == NULL || !(field->flags & INK_STORED)) {
			msg_error("--fields: %.*s is %s", len > 64 ? 64 : (int)len, p,
			          field == NULL ? "no field of the index" : "not stored");
			return -1;
		}
		view->fields = xgrow(view->fields, view->n_fields, &cap, sizeof *view->fields);
		view->fields[view->n_fields++] = field;
	}
	return 0;
}

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* Whether anything matches, be it outside of the window: 1 or 0, or a status of the library. */
static int matches_any(ink_search *search, const struct view *view, ink_error *err)
{
	ink_results *first = NULL;
	int32_t exact = 0;
	int rc;

	if (ink_results_len(view->results) > 0 || ink_results_total(view->results, &exact) > 0)
		return 1;
	if (exact)
		return 0;
	if ((rc = ink_search_set_window(search, 0, 1, err)) >= 0 &&
	    (rc = ink_search_set_after(search, NULL, 0, err)) >= 0 &&
	    (rc = ink_search_run(search, &first, err)) >= 0)
		rc = ink_results_len(first) > 0;
	ink_results_free(first);
	return rc;
}

/* Run the search, which Ctrl-C may stop, and print. */
static int run(ink_search *search, struct view *view)
{
	ink_cancel *cancel = NULL;
	double begun = now_ms();
	ink_error err;
	int rc, any = 0, status;

	if ((rc = ink_cancel_new(&cancel, &err)) >= 0 &&
	    (rc = ink_search_set_cancel(search, cancel, &err)) >= 0) {
		signals_set_cancel(cancel);
		rc = ink_search_run(search, &view->results, &err);
		view->elapsed_ms = now_ms() - begun;
		if (rc >= 0)
			rc = any = matches_any(search, view, &err);
		signals_set_cancel(NULL);
	}
	if (rc >= 0 && (rc = view_tell_missing(view, &err)) >= 0)
		rc = view_print(view, &err);
	if (rc < 0)
		status = query_failed(view->reading->dir, &err);
	else
		status = signals_stop() ? STATUS_INTERRUPTED : any ? STATUS_OK : STATUS_NONE;
	ink_results_free(view->results);
	ink_cancel_free(cancel);
	return status;
}

static int search_query(struct view *view, const ink_query *query, const struct args *args)
{
	ink_search *search = NULL;
	int status = STATUS_ERROR;
	ink_error err;
	size_t len, i;

	if (ink_query_text(query, &view->query, &len, &err) < 0 ||
	    ink_search_new(view->reading->reader, query, &search, &err) < 0)
		msg_ink(NULL, &err);
	else if (set_numbers(search, view, args) == 0 && set_fields(view, args) == 0 &&
	         set_filters(search, view->reading->index, args) == 0 &&
	         set_sort(search, args) == 0 && set_after(search, args) == 0 &&
	         set_facets(search, view, args) == 0 && set_snippet(search, view, args) == 0)
		status = run(search, view);
	ink_search_free(search);
	for (i = 0; i < view->n_facets; i++)
		free(view->facets[i].field);
	free(view->facets);
	free(view->fields);
	return status;
}

int cmd_query(const struct args *args)
{
	struct reading reading;
	struct view view = { .reading = &reading };
	ink_query *query = NULL;
	int status = STATUS_ERROR;

	if (args_has(args, "field") && args_has(args, "all")) {
		msg_error("--all says nothing of --field; give a QUERY such as title:(ink stone)");
		return STATUS_ERROR;
	}
	if (open_reading(args->operands[0], args_has(args, "partial") ? INK_OPEN_PARTIAL : 0,
	                 &reading) != STATUS_OK)
		return STATUS_ERROR;
	view.format = args_choice(args, "format");
	view.explain = args_has(args, "explain");
	view.total = args_has(args, "total");
	view.cursor = args_has(args, "cursor");
	if (query_parse_operands(args, reading.index, &query) == 0)
		status = search_query(&view, query, args);
	ink_query_free(query);
	close_reading(&reading);
	return status;
}
