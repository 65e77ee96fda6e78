/* fuzz_doc.c - stored documents: what can be read is written as the same values again. */
#include "fuzz.h"

FUZZ(doc)
{
	static struct ik_schema *schema;
	struct ik_doc doc, again;
	struct ik_buf buf;
	uint8_t *copy = fuzz_copy(data, len, 0);
	ink_error err = {0};

	if (schema == NULL)
		schema = image_schema();
	ik_doc_init(&doc, schema);
	ik_doc_init(&again, schema);
	ik_buf_init(&buf, (size_t)1 << 30);
	if (image_said(ik_doc_decode(copy, copy + len, &doc, &err), &err) == 0) {
		ik_doc_encode(&doc, &buf);
		/* Bytes, also when there are none. */
		image_need(ik_buf_str(&buf) != NULL, "no memory");
		image_ok(ik_doc_decode(buf.data, buf.data + buf.len, &again, &err), &err);
		image_need(again.values.n == doc.values.n, "another number of values");
		for (size_t i = 0; i < doc.values.n; i++) {
			const char *text;
			size_t n;

			image_said(ik_value_text(&doc, &doc.values.v[i], &text, &n, &err), &err);
		}
	}
	ik_buf_free(&buf);
	ik_doc_release(&again);
	ik_doc_release(&doc);
	free(copy);
	return 0;
}
