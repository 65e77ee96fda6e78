/* fuzz_cursor.c - cursors as they come, and with a right head and checksum. */
#include <limits.h>

#include "fuzz.h"
#include "search/cursor.h"

#define HEAD 29 /* bytes before the keys: FORGED keeps them */

static void cursor_request(struct ik_request *r)
{
	static const struct ik_sort sorts[] = {{I_TAG, 0}, {I_NUM, INK_SORT_DESC},
	                                       {IK_SORT_SCORE, 0}};
	struct ik_query *query;
	ink_error err;

	image_ok(ik_query_parse(fuzz_searcher()->snap->schema, "*:*", 3, 0, &query, &err), &err);
	ik_request_init(r, fuzz_searcher(), query);
	ik_query_unref(query);
	for (unsigned i = 0; i < 3; i++) {
		struct ik_sort *sort = ik_vec_push(&r->sorts);

		*sort = sorts[i];
	}
}

static void cursor_try(const struct ik_request *r, const char *text, size_t len)
{
	struct ik_arena arena = {0};
	struct ik_cursor cursor;
	unsigned sum = 0;
	ink_error err = {0};

	if (image_said(ik_cursor_decode(r, text, len, 3, &arena, &cursor, &err), &err) == 0)
		for (size_t i = 0; i < cursor.keys[0].len; i++) /* the one that is text */
			sum += (unsigned char)cursor.keys[0].text[i];
	image_need(sum < UINT_MAX, "a text longer than the cursor");
	ik_arena_free(&arena);
}

FUZZ(cursor)
{
	struct ik_key keys[3] = {{.text = "a", .len = 1}, {.missing = 1}, {.number = -5}};
	uint8_t *raw = fuzz_copy(data, len, 0);
	struct ik_buf good, bytes, text;
	struct ik_request r;

	cursor_request(&r);
	cursor_try(&r, (char *)raw, len);
	ik_buf_init(&good, 1 << 20);
	ik_buf_init(&bytes, (size_t)1 << 26);
	ik_buf_init(&text, (size_t)1 << 28);
	ik_cursor_encode(&r, 7, 42, keys, 3, &good);
	for (size_t i = 0; i < HEAD; i++) {
		unsigned v = 0;

		sscanf(ik_buf_str(&good) + 2 * i, "%2x", &v);
		ik_buf_put_u8(&bytes, (uint8_t)v);
	}
	ik_buf_put(&bytes, raw, len);
	ik_buf_put_u32(&bytes, ik_crc32(0, bytes.data, bytes.len));
	for (size_t i = 0; i < bytes.len; i++)
		ik_buf_printf(&text, "%02x", bytes.data[i]);
	free(raw);
	raw = fuzz_copy(text.data, text.len, 0);
	cursor_try(&r, (char *)raw, text.len);
	ik_buf_free(&good);
	ik_buf_free(&bytes);
	ik_buf_free(&text);
	ik_request_release(&r);
	free(raw);
	return 0;
}
