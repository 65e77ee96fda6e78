/* fuzz_parse.c - query strings: an error with an offset, or a tree that prints as it parses. */
#include "fuzz.h"

FUZZ(parse)
{
	static struct ik_schema *schema;
	struct ik_query *query, *again;
	struct ik_buf text, second;
	uint32_t flags = len > 0 ? data[0] % 2 : 0;
	size_t n = len > 0 ? len - 1 : 0;
	uint8_t *copy = fuzz_copy(data + (len > 0), n, 0);
	ink_error err = {0};

	if (schema == NULL)
		schema = image_schema();
	if (image_said(ik_query_parse(schema, (char *)copy, n, flags, &query, &err), &err) != 0) {
		image_need(err.offset >= -1 && err.offset <= (int64_t)n, "offset of an error");
		free(copy);
		return 0;
	}
	ik_buf_init(&text, (size_t)1 << 24);
	ik_buf_init(&second, (size_t)1 << 24);
	ik_query_print(query, &text);
	image_need(text.err == 0, "a query that cannot be printed");
	if (ik_query_parse(schema, (char *)text.data, text.len, 0, &again, &err) == 0) {
		ik_query_print(again, &second);
		image_need(second.len == text.len &&
		               (text.len == 0 || memcmp(text.data, second.data, text.len) == 0),
		           "a query that prints in another way when it is parsed again");
		ik_query_unref(again);
	} else {
		/* Printed forms may be longer than what was typed, and pass a limit. */
		image_need(err.code == INK_ELIMIT, err.message);
	}
	ik_buf_free(&second);
	ik_buf_free(&text);
	ik_query_unref(query);
	free(copy);
	return 0;
}
