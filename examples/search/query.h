/* query.h - what query and explain share, and printing. Part of: the search program. */
#ifndef SEARCH_QUERY_H
#define SEARCH_QUERY_H

#include "args.h"
#include "fields.h"

struct facet_ask {
	char *field;
	int is_range;
};

/* What to show of a search. */
struct view {
	const struct reading *reading;
	ink_results *results;
	int format; /* OUT_FORMAT_* */
	int explain, total, cursor;
	uint64_t offset;
	double elapsed_ms;
	const char *query;           /* canonical */
	const char *snippet;         /* its field; NULL for none */
	const struct field **fields; /* asked for; NULL for the usual ones */
	size_t n_fields;
	struct facet_ask *facets;
	size_t n_facets;
};

/* Parse the operands from 1 on as --all, --plain and --field say: 0, or -1 after a message. */
int query_parse_operands(const struct args *args, ink_index *index, ink_query **out);

/* A status for the failure of a search, after a message. */
int query_failed(const char *dir, const ink_error *err);

/* Standard error has a line for each shard without which these results were made. */
int view_tell_missing(const struct view *view, ink_error *err);

/* Print: 0, or a negative status of the library. */
int view_print(const struct view *view, ink_error *err);

/* "12. Title  (score)" of hit `i`, and its path or key. */
int view_print_heading(const struct view *view, size_t i, ink_error *err);

/* Lines of an explanation, indented. */
void view_print_explain(const char *text, size_t len);

#endif
