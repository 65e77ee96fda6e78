/* fuzz_snippet.c - a query in the first line, a text behind it: its snippet at several lengths. */
#include "fuzz.h"
#include "search/snippet.h"

FUZZ(snippet)
{
	const uint8_t *line = len > 0 ? memchr(data, '\n', len) : NULL;
	size_t at = line != NULL ? (size_t)(line - data) : 0, n = line != NULL ? len - at - 1 : 0;
	struct ik_arena arena = {0};
	struct ik_query *query;
	struct ik_request r;
	struct ik_marks *marks;
	uint8_t *text;
	ink_error err = {0};

	if (line == NULL || at > 200 ||
	    ik_query_parse(fuzz_searcher()->snap->schema, (const char *)data, at, 0, &query, &err))
		return 0;
	text = fuzz_copy(line + 1, n, 0);
	ik_request_init(&r, fuzz_searcher(), query);
	ik_query_unref(query);
	if (image_said(ik_marks_new(&r, I_BODY, &arena, NULL, &marks, &err), &err) == 0)
		for (uint32_t max = 0; max < 40; max += 13) {
			struct ik_snippet_spec spec = {I_BODY, max, max % 2, "<", ">"};
			struct ik_snippet_text whole = {.p = (char *)text, .len = n};
			struct ik_buf out;

			ik_buf_init(&out, (size_t)1 << 28);
			image_said(ik_snippet_make(marks, &spec, &whole, NULL, &out, &err), &err);
			image_need(out.len <= 16 * n + 64, "a snippet longer than its text");
			ik_buf_free(&out);
		}
	ik_arena_free(&arena);
	ik_request_release(&r);
	free(text);
	return 0;
}
