/* fuzz_schema.c - schemas: what can be read is written as the same bytes when read again. */
#include "fuzz.h"

FUZZ(schema)
{
	struct ik_schema *schema, *again;
	struct ik_buf first, second;
	uint8_t *copy = fuzz_copy(data, len, 0);
	ink_error err = {0};

	if (image_said(ik_schema_decode(copy, copy + len, &schema, &err), &err) == 0) {
		ik_buf_init(&first, (size_t)1 << 30);
		ik_buf_init(&second, (size_t)1 << 30);
		ik_schema_encode(schema, &first);
		image_ok(ik_schema_decode(first.data, first.data + first.len, &again, &err), &err);
		ik_schema_encode(again, &second);
		image_need(first.len == second.len &&
		               memcmp(first.data, second.data, first.len) == 0,
		           "a schema that changes when it is written");
		image_need(schema->n <= IK_FIELDS_MAX, "too many fields");
		ik_buf_free(&first);
		ik_buf_free(&second);
		ik_schema_free(again);
		ik_schema_free(schema);
	} else {
		image_need(schema == NULL, "a schema in spite of an error");
	}
	free(copy);
	return 0;
}
