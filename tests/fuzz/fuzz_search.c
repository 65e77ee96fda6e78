/* fuzz_search.c - a query string, asked of the small index in the ways of its first byte. */
#include "fuzz.h"

FUZZ(search)
{
	uint32_t pick = len > 0 ? data[0] : 0;
	size_t n = len > 0 ? len - 1 : 0;
	uint8_t *copy = fuzz_copy(data + (len > 0), n, 0);
	struct ik_query *query;
	ink_error err = {0};

	if (image_said(ik_query_parse(fuzz_searcher()->snap->schema, (char *)copy, n, pick >> 7,
	                              &query, &err), &err) == 0) {
		image_run(fuzz_searcher(), query, pick % IMAGE_QUERIES);
		ik_query_unref(query);
	}
	free(copy);
	return 0;
}
