/* cmd_explain.c - search explain: the arithmetic of scores. Part of: the search program. */
#include <string.h>

#include "cmd.h"
#include "msg.h"
#include "out.h"
#include "query.h"
#include "signals.h"

/* Only the document of --key. */
static int set_key(ink_search *search, const struct reading *reading, const char *key)
{
	ink_query *query;
	ink_error err;
	int rc;

	if (reading->fields.key == NULL) {
		msg_error("%s: the index has no key field", reading->dir);
		return -1;
	}
	if ((rc = ink_query_term(reading->fields.key->name, key, strlen(key), &query, &err)) >= 0) {
		rc = ink_search_set_filter(search, query, &err);
		ink_query_free(query);
	}
	if (rc < 0)
		msg_ink("--key", &err);
	return rc < 0 ? -1 : 0;
}

static int print_all(const struct view *view)
{
	size_t i, len, n = ink_results_len(view->results);
	const char *text;
	ink_error err;
	int rc = 0;

	for (i = 0; i < n && rc >= 0 && !out_failed() && !signals_stop(); i++) {
		rc = view_print_heading(view, i, &err);
		if (rc >= 0 &&
		    (rc = ink_results_explain(view->results, i, &text, &len, &err)) >= 0)
			view_print_explain(text, len);
	}
	if (rc < 0)
		return query_failed(view->reading->dir, &err);
	return n > 0 ? STATUS_OK : STATUS_NONE;
}

static int run(struct view *view, const ink_query *query, const struct args *args)
{
	const char *key = args_text(args, "key");
	ink_search *search = NULL;
	uint64_t limit;
	ink_error err;
	int status = STATUS_ERROR;

	if (args_u64(args, "limit", 1, 10000, &limit) < 0)
		return STATUS_ERROR;
	if (ink_search_new(view->reading->reader, query, &search, &err) < 0 ||
	    ink_search_set_window(search, 0, limit, &err) < 0)
		status = query_failed(view->reading->dir, &err);
	else if (key != NULL && set_key(search, view->reading, key) < 0)
		status = STATUS_ERROR;
	else if (ink_search_run(search, &view->results, &err) < 0)
		status = query_failed(view->reading->dir, &err);
	else
		status = print_all(view);
	if (status == STATUS_NONE && key != NULL)
		msg_error("%s: no such document, or the query does not match it", key);
	ink_results_free(view->results);
	ink_search_free(search);
	return status;
}

int cmd_explain(const struct args *args)
{
	struct reading reading;
	struct view view = { .reading = &reading };
	ink_query *query = NULL;
	int status = STATUS_ERROR;

	if (open_reading(args->operands[0], 0, &reading) != STATUS_OK)
		return STATUS_ERROR;
	if (query_parse_operands(args, reading.index, &query) == 0)
		status = run(&view, query, args);
	ink_query_free(query);
	close_reading(&reading);
	return status;
}
