/* test_cursor.c - cursors come back as they were; nothing in them is trusted. */
#include "gen_search.h"

#include "base/sum.h"
#include "search/cursor.h"

static struct world world;

static int open_world(void **state)
{
	(void)state;
	world_open(&world, 1);
	return 0;
}

static int close_world(void **state)
{
	(void)state;
	world_close(&world);
	return 0;
}

/* A request sorted by tag, number and score, and the cursor of one hit. */
static void make(struct ik_request *r, struct ik_buf *out)
{
	struct ik_key keys[3] = { { .text = "a\0b", .len = 3 }, { .missing = 1 },
		                  { .number = -5 } };

	world_request(&world, "*:*", r);
	add_sort(r, F_TAG, 0);
	add_sort(r, F_NUM, INK_SORT_DESC);
	add_sort(r, IK_SORT_SCORE, 0);
	ik_buf_init(out, 1 << 20);
	ik_cursor_encode(r, UINT64_C(0x123456789A), 42, keys, 3, out);
	assert_int_equal(out->err, 0);
}

static int decode(const struct ik_request *r, const void *text, size_t len, size_t n,
                  struct ik_arena *arena, struct ik_cursor *out)
{
	ink_error err = { 0 };
	int rc = ik_cursor_decode(r, text, len, n, arena, out, &err);

	assert_int_equal(err.code, rc);
	assert_true(rc == 0 || err.message[0] != '\0');
	return rc;
}

static void test_a_cursor_comes_back(void **state)
{
	struct ik_arena arena = { 0 };
	struct ik_cursor cursor;
	struct ik_request r;
	struct ik_buf text;

	(void)state;
	make(&r, &text);
	for (size_t i = 0; i < text.len; i++)
		assert_true(text.data[i] > ' ' && text.data[i] < 0x7f);
	assert_int_equal(decode(&r, text.data, text.len, 3, &arena, &cursor), 0);
	assert_true(cursor.doc == UINT64_C(0x123456789A));
	assert_int_equal(cursor.score, 42);
	assert_int_equal(cursor.keys[0].len, 3);
	assert_memory_equal(cursor.keys[0].text, "a\0b", 3);
	assert_int_equal(cursor.keys[0].missing, 0);
	assert_int_equal(cursor.keys[1].missing, 1);
	assert_int_equal(cursor.keys[2].number, -5);
	ik_arena_free(&arena);
	ik_buf_free(&text);
	ik_request_release(&r);
}

static void test_without_sorts_the_score_is_kept(void **state)
{
	struct ik_arena arena = { 0 };
	struct ik_cursor cursor;
	struct ik_request r;
	struct ik_buf text;

	(void)state;
	world_request(&world, "*:*", &r);
	ik_buf_init(&text, 1 << 20);
	ik_cursor_encode(&r, 7, -INT64_C(1234567890123), NULL, 0, &text);
	assert_int_equal(decode(&r, text.data, text.len, 0, &arena, &cursor), 0);
	assert_true(cursor.doc == 7 && cursor.score == -INT64_C(1234567890123));
	ik_arena_free(&arena);
	ik_buf_free(&text);
	ik_request_release(&r);
}

static void test_other_sortings_and_commits_are_refused(void **state)
{
	struct ik_arena arena = { 0 };
	struct ik_cursor cursor;
	struct ik_request r;
	struct ik_buf text;

	(void)state;
	make(&r, &text);
	r.sorts.v[1].flags = 0;
	assert_int_equal(decode(&r, text.data, text.len, 3, &arena, &cursor), INK_EINVAL);
	r.sorts.v[1].flags = INK_SORT_DESC;
	r.sorts.v[0].field = F_ID;
	assert_int_equal(decode(&r, text.data, text.len, 3, &arena, &cursor), INK_EINVAL);
	r.sorts.v[0].field = F_TAG;
	assert_int_equal(decode(&r, text.data, text.len, 2, &arena, &cursor), INK_EINVAL);
	world.searcher->snap->generation++;
	assert_int_equal(decode(&r, text.data, text.len, 3, &arena, &cursor), INK_EINVAL);
	world.searcher->snap->generation--;
	assert_int_equal(decode(&r, text.data, text.len, 3, &arena, &cursor), 0);
	ik_arena_free(&arena);
	ik_buf_free(&text);
	ik_request_release(&r);
}

static void test_no_part_and_no_changed_byte_is_a_cursor(void **state)
{
	struct ik_arena arena = { 0 };
	struct ik_cursor cursor;
	struct ik_request r;
	struct ik_buf text;

	(void)state;
	make(&r, &text);
	for (size_t len = 0; len < text.len; len++) {
		char *exact = malloc(len + 1); /* of its own, so that reading past it shows */

		memcpy(exact, text.data, len);
		assert_int_equal(decode(&r, exact, len, 3, &arena, &cursor), INK_EINVAL);
		free(exact);
	}
	for (size_t i = 0; i < text.len; i++)
		for (int c = 0; c < 256; c += 5) {
			uint8_t was = text.data[i];

			text.data[i] = (uint8_t)c;
			assert_int_equal(decode(&r, text.data, text.len, 3, &arena, &cursor),
			                 c == was ? 0 : INK_EINVAL);
			text.data[i] = was;
		}
	ik_arena_free(&arena);
	ik_buf_free(&text);
	ik_request_release(&r);
}

/* With a right checksum, so that what is behind it has to look for itself. */
static void test_forged_cursors_do_no_harm(void **state)
{
	struct ik_arena arena = { 0 };
	struct ik_cursor cursor;
	struct ik_request r;
	struct ik_buf text;
	uint8_t bytes[256];
	size_t n;

	(void)state;
	make(&r, &text);
	n = text.len / 2 - 4;
	for (uint64_t seed = 0; seed < 20000; seed++) {
		char *forged = malloc((n + 4) * 2 + 1);
		size_t len = n - world_hash(seed, 4) % 3;
		uint32_t sum;

		for (size_t i = 0; i < n; i++)
			sscanf((char *)text.data + 2 * i, "%2hhx", &bytes[i]);
		for (unsigned k = 0; k < 3; k++)
			bytes[29 + world_hash(seed, k) % (n - 29)] =
				(uint8_t)world_hash(seed, 10 + k);
		sum = ik_crc32(0, bytes, len);
		for (unsigned k = 0; k < 4; k++)
			bytes[len + k] = (uint8_t)(sum >> 8 * k);
		for (size_t i = 0; i < len + 4; i++)
			sprintf(forged + 2 * i, "%02x", bytes[i]);
		if (decode(&r, forged, (len + 4) * 2, 3, &arena, &cursor) == 0)
			for (unsigned k = 0; k < 3; k++)
				for (uint32_t i = 0; i < cursor.keys[k].len; i++)
					bytes[0] ^= (uint8_t)cursor.keys[k].text[i];
		ik_arena_reset(&arena);
		free(forged);
	}
	ik_arena_free(&arena);
	ik_buf_free(&text);
	ik_request_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_cursor_comes_back),
		cmocka_unit_test(test_without_sorts_the_score_is_kept),
		cmocka_unit_test(test_other_sortings_and_commits_are_refused),
		cmocka_unit_test(test_no_part_and_no_changed_byte_is_a_cursor),
		cmocka_unit_test(test_forged_cursors_do_no_harm),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
